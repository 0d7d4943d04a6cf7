//! Markdown: headings with what stands under them, fenced blocks and links, by `pulldown-cmark`.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

use super::Parsed;
use super::lines::bom_length;
use crate::source::{Span, pattern};

/// A Markdown document. Front matter is no part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markdown {
    /// In the order of the file; `<h1>` … `<h6>` count.
    pub headings: Vec<Heading>,
    /// What stands before the first heading.
    pub preamble: Content,
    /// Fenced and indented code.
    pub code_blocks: Vec<CodeBlock>,
    /// Links and images, in the order of the file.
    pub links: Vec<Link>,
}

/// A heading and the section it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text without markup.
    pub text: String,
    /// Where it stands, marks included.
    pub span: Span,
    /// From its start to the next heading of its level or a higher one: its subsections included.
    pub section: Span,
    /// What stands between it and the next heading of any level.
    pub content: Content,
}

/// What a stretch of a document holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Content {
    /// Words of prose, list items and table cells; not of code blocks.
    pub words: usize,
    /// Blocks of code.
    pub code_blocks: usize,
    /// Lists, nested ones included.
    pub lists: usize,
    /// Links and images.
    pub links: usize,
}

/// A block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBlock {
    /// What stands after the fence, such as `sh`; empty for indented code.
    pub info: String,
    /// The code.
    pub text: String,
    /// Where the code stands, fences not included. In a quote or list it holds the marks of those too.
    pub span: Span,
}

/// A link or an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads: an address or a path, as written.
    pub target: String,
    /// Its text without markup.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Content {
    /// Whether anything is there at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads Markdown with tables and front matter. Every text is Markdown, so there are no errors.
pub fn parse(text: &str) -> Parsed<Markdown> {
    let start = bom_length(text);
    let mut reader = Reader {
        text,
        start,
        result: Markdown::default(),
        heading: None,
        code: None,
        links: Vec::new(),
        html: None,
        skipping: false,
    };
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    for (event, range) in Parser::new_ext(&text[start..], options).into_offset_iter() {
        reader.event(event, range);
    }
    let mut document = reader.result;
    close_sections(&mut document.headings, text.len());
    document.links.sort_by_key(|link| link.span);
    Parsed { document, errors: Vec::new() }
}

/// Ends each section where the next heading of its level or a higher one stands.
fn close_sections(headings: &mut [Heading], end: usize) {
    let mut open: Vec<usize> = Vec::new();
    for at in 0..headings.len() {
        let (level, start) = (headings[at].level, headings[at].span.start);
        while let Some(last) = open.pop_if(|last| headings[*last].level >= level) {
            headings[last].section.end = start;
        }
        open.push(at);
    }
    for last in open {
        headings[last].section = Span::new(headings[last].section.start as usize, end);
    }
}

struct Reader<'a> {
    text: &'a str,
    start: usize,
    result: Markdown,
    /// The heading that is open.
    heading: Option<Heading>,
    /// The block of code that is open.
    code: Option<CodeBlock>,
    /// The links that are open, outermost first.
    links: Vec<Link>,
    /// Where the block of HTML that is open begins and ends.
    html: Option<Range<usize>>,
    /// Whether this is front matter.
    skipping: bool,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let range = range.start + self.start..range.end + self.start;
        match event {
            Event::Start(tag) => self.open(tag, range),
            Event::End(tag) => self.close(tag),
            Event::Text(text) | Event::Code(text) => self.words(&text, &range),
            Event::SoftBreak | Event::HardBreak => self.words(" ", &range),
            Event::InlineHtml(_) if self.html.is_none() => self.html(range),
            _ => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let span = Span::new(range.start, range.end);
        match tag {
            Tag::Heading { level, .. } => {
                let span = Span::new(range.start, range.start + self.text[range].trim_end().len());
                self.heading = Some(heading(level as u8, String::new(), span));
            }
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.trim().to_owned(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.content().code_blocks += 1;
                self.code =
                    Some(CodeBlock { info, text: String::new(), span: Span::new(range.end, range.end) });
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.content().links += 1;
                self.links.push(Link { target: dest_url.into_string(), text: String::new(), span });
            }
            Tag::List(_) => self.content().lists += 1,
            Tag::HtmlBlock => self.html = Some(range),
            Tag::MetadataBlock(_) => self.skipping = true,
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.result.headings.extend(self.heading.take().map(|mut heading| {
                heading.text = heading.text.trim().to_owned();
                heading
            })),
            TagEnd::CodeBlock => self.result.code_blocks.extend(self.code.take()),
            TagEnd::Link | TagEnd::Image => self.result.links.extend(self.links.pop()),
            TagEnd::HtmlBlock => {
                if let Some(range) = self.html.take() {
                    self.html(range);
                }
            }
            TagEnd::MetadataBlock(_) => self.skipping = false,
            _ => {}
        }
    }

    /// Text of any kind: of code, of a heading, of links, of prose.
    fn words(&mut self, text: &str, range: &Range<usize>) {
        if self.skipping {
            return;
        }
        if let Some(code) = &mut self.code {
            let place = Span::new(range.start, range.end);
            code.span = if code.text.is_empty() { place } else { code.span.to(place) };
            code.text.push_str(text);
            return;
        }
        self.links.iter_mut().for_each(|link| link.text.push_str(text));
        match &mut self.heading {
            Some(heading) => heading.text.push_str(text),
            None => self.content().words += words(text),
        }
    }

    /// What a piece of HTML holds: headings, links and words.
    fn html(&mut self, range: Range<usize>) {
        static HEADING: LazyLock<Option<Regex>> =
            LazyLock::new(|| pattern(r"(?is)<h([1-6])(?:\s[^>]*)?>(.*?)</h[1-6]\s*>"));
        static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"(?s)<!--.*?-->|<[^>]*>"));
        static TARGET: LazyLock<Option<Regex>> =
            LazyLock::new(|| pattern(r#"(?i)<a\s[^>]*?href\s*=\s*["']([^"']*)["']"#));
        let (Some(headings), Some(tag), Some(target)) = (&*HEADING, &*TAG, &*TARGET) else { return };
        let text = self.text;
        let words = |piece: &str| tag.replace_all(piece, " ").split_whitespace().count();
        let mut read_to = range.start;
        // Within a heading there is no other.
        let piece = if self.heading.is_none() { &text[range.clone()] } else { "" };
        for found in headings.captures_iter(piece) {
            let (Some(whole), Some(level), Some(inner)) = (found.get(0), found.get(1), found.get(2)) else {
                continue;
            };
            let span = Span::new(range.start + whole.start(), range.start + whole.end());
            self.content().words += words(&text[read_to..span.start as usize]);
            read_to = span.end as usize;
            let title = tag.replace_all(inner.as_str(), " ").split_whitespace().collect::<Vec<_>>().join(" ");
            self.result.headings.push(heading(level.as_str().parse().unwrap_or(1), title, span));
        }
        self.content().words += words(&text[read_to..range.end]);
        for found in target.captures_iter(&text[range.clone()]) {
            let (Some(whole), Some(address)) = (found.get(0), found.get(1)) else { continue };
            self.content().links += 1;
            let span = Span::new(range.start + whole.start(), range.start + whole.end());
            self.result.links.push(Link { target: address.as_str().to_owned(), text: String::new(), span });
        }
    }

    /// What the section that is open holds.
    fn content(&mut self) -> &mut Content {
        self.result.headings.last_mut().map_or(&mut self.result.preamble, |heading| &mut heading.content)
    }
}

/// How many words a text has: where all of it is ASCII no character needs to be decoded for that.
fn words(text: &str) -> usize {
    if text.is_ascii() { text.split_ascii_whitespace().count() } else { text.split_whitespace().count() }
}

fn heading(level: u8, text: String, span: Span) -> Heading {
    Heading { level, text, span, section: span, content: Content::default() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;
    use crate::parse::lines::check;

    /// Each heading as `level text words/code/lists/links`.
    fn headings(text: &str) -> Vec<String> {
        let show = |h: &super::Heading| {
            let c = h.content;
            format!("{} {} {}/{}/{}/{}", h.level, h.text, c.words, c.code_blocks, c.lists, c.links)
        };
        parse(text).document.headings.iter().map(show).collect()
    }

    #[test]
    fn headings_and_their_content() {
        for (text, expected) in [
            ("", &[][..]),
            (
                "# A\n\none two\n\n## B\n\n- x\n- y [l](u) z\n\n```sh\nrun it\n```\n",
                &["1 A 2/0/0/0", "2 B 4/1/1/1"],
            ),
            ("A\n===\n\nB `c` *d*\n---\n", &["1 A 0/0/0/0", "2 B c d 0/0/0/0"]),
            ("---\ntitle: x\n# no\n---\n# Yes\n", &["1 Yes 0/0/0/0"]),
            (
                "<h1 align=\"center\">\n  <img src=\"x\"> My <b>App</b>\n</h1>\n\ntext\n",
                &["1 My App 1/0/0/0"],
            ),
            ("```\n# no\n```\n    # no\n# é #\r\nü\r\n", &["1 é 1/0/0/0"]),
            ("# A\n\n| a | b |\n|---|---|\n| c | d |\n", &["1 A 4/0/0/0"]),
            ("# A\n<!-- todo: words -->\n", &["1 A 0/0/0/0"]),
            ("    ---\n# A <!--<h1></h1>-->", &["1 A 0/0/0/0"]),
        ] {
            assert_eq!(headings(text), expected, "{text}");
        }
    }

    #[test]
    fn sections_reach_to_the_next_heading_of_their_level() {
        let text = "# A\n## B\nb\n### C\nc\n## D\nd\n# E\n";
        let sections: Vec<_> = parse(text).document.headings.iter().map(|h| h.section.of(text)).collect();
        assert_eq!(
            sections,
            ["# A\n## B\nb\n### C\nc\n## D\nd\n", "## B\nb\n### C\nc\n", "### C\nc\n", "## D\nd\n", "# E\n"]
        );
    }

    #[test]
    fn code_blocks_and_links() {
        let text = "\u{feff}é [t *x*](a.md) ![i](b.png) <https://c.example>\n\n```sh -e\necho é\nls\n```\n\n    old\n<a href=\"d\">e</a>\n";
        let document = parse(text).document;
        let blocks: Vec<_> =
            document.code_blocks.iter().map(|b| (&*b.info, &*b.text, b.span.of(text))).collect();
        assert_eq!(blocks, [("sh -e", "echo é\nls\n", "echo é\nls\n"), ("", "old\n", "old\n")]);
        let links: Vec<_> = document.links.iter().map(|l| (&*l.target, &*l.text)).collect();
        assert_eq!(
            links,
            [("a.md", "t x"), ("b.png", "i"), ("https://c.example", "https://c.example"), ("d", "")]
        );
        assert_eq!(document.links[0].span.of(text), "[t *x*](a.md)");
    }

    #[test]
    fn hostile_nesting_ends() {
        for text in [
            "> ".repeat(10_000),
            "[".repeat(10_000),
            "*".repeat(10_000),
            "- ".repeat(5_000),
            "<h1>".repeat(5_000),
        ] {
            parse(&text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in prop_oneof![".*", check::soup(&[
            "# ", "## ", "\n", "\r\n", "\n\n", "```", "```sh\n", "    ", "- ", "> ", "[a]", "(b)", "![", "*", "_", "`", "<h1>",
            "</h1>", "<a href=\"x\">", "---\n", "===\n", "| a |", "é", "\u{feff}", "<!--", "-->", "\\", "&amp;", "[a]: x\n",
        ])]) {
            let document = parse(&text).document;
            for heading in &document.headings {
                check::span(&text, heading.span);
                check::span(&text, heading.section);
            }
            document.code_blocks.iter().for_each(|block| check::span(&text, block.span));
            document.links.iter().for_each(|link| check::span(&text, link.span));
        }
    }
}
