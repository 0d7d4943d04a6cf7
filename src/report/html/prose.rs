//! The Markdown of a rule as HTML. HTML in it is text, pictures are their words, and links lead to pages only.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::report::escape::markup;

/// The text as paragraphs, lists and blocks of code; all that is opened is closed.
pub(super) fn prose(text: &str) -> String {
    let mut out = String::new();
    let mut links = vec![];
    for event in Parser::new(text) {
        match event {
            Event::Start(tag) => start(&mut out, &tag, &mut links),
            Event::End(tag) => end(&mut out, tag, &mut links),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => out.push_str(&markup(&text)),
            Event::Code(code) => {
                let _ = write!(out, "<code>{}</code>", markup(&code));
            }
            Event::SoftBreak => out.push('\n'),
            Event::HardBreak => out.push_str("<br/>"),
            Event::Rule => out.push_str("<hr/>\n"),
            _ => {}
        }
    }
    out
}

fn start(out: &mut String, tag: &Tag<'_>, links: &mut Vec<bool>) {
    match tag {
        Tag::Paragraph | Tag::HtmlBlock => out.push_str("<p>"),
        Tag::Heading { .. } => out.push_str("<p><strong>"),
        Tag::CodeBlock(_) => out.push_str("<pre tabindex=\"0\"><code>"),
        Tag::List(None) => out.push_str("<ul>\n"),
        Tag::List(Some(_)) => out.push_str("<ol>\n"),
        Tag::Item => out.push_str("<li>"),
        Tag::BlockQuote(_) => out.push_str("<blockquote>\n"),
        Tag::Emphasis => out.push_str("<em>"),
        Tag::Strong => out.push_str("<strong>"),
        Tag::Link { dest_url, .. } => {
            let leads = dest_url.starts_with("https://");
            links.push(leads);
            if leads {
                let _ = write!(out, "<a href=\"{}\" rel=\"noreferrer noopener\">", markup(dest_url));
            }
        }
        _ => {}
    }
}

fn end(out: &mut String, tag: TagEnd, links: &mut Vec<bool>) {
    match tag {
        TagEnd::Paragraph | TagEnd::HtmlBlock => out.push_str("</p>\n"),
        TagEnd::Heading(_) => out.push_str("</strong></p>\n"),
        TagEnd::CodeBlock => out.push_str("</code></pre>\n"),
        TagEnd::List(false) => out.push_str("</ul>\n"),
        TagEnd::List(true) => out.push_str("</ol>\n"),
        TagEnd::Item => out.push_str("</li>\n"),
        TagEnd::BlockQuote(_) => out.push_str("</blockquote>\n"),
        TagEnd::Emphasis => out.push_str("</em>"),
        TagEnd::Strong => out.push_str("</strong>"),
        TagEnd::Link if links.pop() == Some(true) => out.push_str("</a>"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_text_is_drawn() {
        let cases = [
            ("Use `a < b`.", "<p>Use <code>a &lt; b</code>.</p>\n"),
            ("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n"),
            ("![x](http://y/z.png)", "<p>x</p>\n"),
            ("[x](javascript:y)", "<p>x</p>\n"),
            (
                "[x](https://y/?a&b)",
                "<p><a href=\"https://y/?a&amp;b\" rel=\"noreferrer noopener\">x</a></p>\n",
            ),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
            ("```js\n<b>\n```", "<pre tabindex=\"0\"><code>&lt;b&gt;\n</code></pre>\n"),
        ];
        for (text, html) in cases {
            assert_eq!(prose(text), html, "{text}");
        }
    }
}
