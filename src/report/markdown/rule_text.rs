//! The Markdown of a rule as a part of a page: a rule may come from the repository itself, and the page has to stay whole.

use pulldown_cmark::{Event, Parser, Tag};

use crate::report::escape::fenced;

/// A text of a rule without HTML, pictures, and links that are none; as code where it would swallow what follows.
pub(in crate::report) fn rule_text(text: &str) -> String {
    const END: &str = "the-end-of-the-text";
    let text = harmless(text.trim());
    let whole = format!("{text}\n\n{END}");
    let mut events = Parser::new(&whole);
    let ends = events.any(|event| matches!(event, Event::Start(Tag::Paragraph)))
        && Parser::new(&whole).collect::<Vec<_>>().windows(2).any(|pair| {
            matches!(&pair[0], Event::Start(Tag::Paragraph))
                && matches!(&pair[1], Event::Text(text) if text.as_ref() == END)
        });
    if ends { text } else { fenced(&text) }
}

/// The text with a backslash before everything that would be HTML, a picture, or a link that leads elsewhere than to a page.
fn harmless(text: &str) -> String {
    let mut marks = vec![];
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Html(_) | Event::InlineHtml(_) => {
                marks.extend(text[range.clone()].match_indices('<').map(|(at, _)| range.start + at));
            }
            Event::Start(Tag::Image { .. }) => marks.extend([range.start, range.start + 1]),
            Event::Start(Tag::Link { dest_url, .. }) if !dest_url.starts_with("https://") => {
                marks.push(range.start);
            }
            _ => {}
        }
    }
    marks.sort_unstable();
    marks.dedup();
    let mut out = String::with_capacity(text.len() + marks.len());
    let mut done = 0;
    for mark in marks {
        out.push_str(&text[done..mark]);
        out.push('\\');
        done = mark;
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_markdown_of_a_rule_means_nothing() {
        let cases = [
            ("Use `a < b`.", "Use `a < b`."),
            ("a <b>c</b>", "a \\<b>c\\</b>"),
            ("<script>\nx\n</script>", "\\<script>\nx\n\\</script>"),
            ("![x](http://y/z.png)", "\\!\\[x](http://y/z.png)"),
            ("[x](javascript:y)", "\\[x](javascript:y)"),
            ("[x](https://y)", "[x](https://y)"),
            ("```js\n<b>\n```", "```js\n<b>\n```"),
            ("```js\nopen", "````\n```js\nopen\n````\n"),
        ];
        for (text, harmless) in cases {
            assert_eq!(rule_text(text), harmless, "{text}");
        }
    }
}
