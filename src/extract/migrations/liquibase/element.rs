//! Changelogs of XML, YAML and JSON as one tree of elements.

use crate::parse::node::{Node, Value};
use crate::source::Span;

/// How deep elements may stand within each other.
const DEEPEST: usize = 64;

/// An element: `<createTable tableName="a">`, `createTable: { tableName: a }`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// Its text, without marks.
    pub(super) text: String,
    /// Where the text stands as it is.
    pub(super) raw: Option<Span>,
    pub(super) span: Span,
}

impl Element {
    /// An attribute that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(own, _)| own == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether an attribute is `true`.
    pub(super) fn on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The elements within it of a name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// The first element of a text of XML. What is not closed ends with the text.
pub(super) fn xml(text: &str) -> Option<Element> {
    let mut open: Vec<Element> = vec![Element::default()];
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(found) = rest.find('<') else { break };
        add_text(&mut open, text, at, at + found, true);
        at += found;
        let rest = &text[at..];
        let end = |mark: &str| rest.find(mark).map_or(text.len(), |end| at + end + mark.len());
        if rest.starts_with("<!--") {
            at = end("-->");
        } else if rest.starts_with("<![CDATA[") {
            let stop = end("]]>");
            add_text(&mut open, text, at + "<![CDATA[".len(), (stop - "]]>".len()).max(at + 9), false);
            at = stop;
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            at = end(">");
        } else if rest.starts_with("</") {
            let stop = end(">");
            close(&mut open, stop);
            at = stop;
        } else {
            let (element, stop, closed) = tag(text, at);
            at = stop;
            if open.len() <= DEEPEST {
                open.push(element);
                if closed {
                    close(&mut open, stop);
                }
            }
        }
    }
    while open.len() > 1 {
        close(&mut open, text.len());
    }
    open.pop()?.children.into_iter().next()
}

fn add_text(open: &mut [Element], text: &str, start: usize, end: usize, marks: bool) {
    let Some(part) = text.get(start..end).filter(|part| !part.trim().is_empty()) else { return };
    let Some(element) = open.last_mut() else { return };
    let plain = !marks || !part.contains('&');
    element.raw = (element.text.is_empty() && plain).then(|| Span::new(start, end));
    element.text.push_str(&if plain { part.to_owned() } else { unmarked(part) });
}

fn close(open: &mut Vec<Element>, end: usize) {
    if open.len() < 2 {
        return;
    }
    if let Some(mut element) = open.pop()
        && let Some(outer) = open.last_mut()
    {
        element.span = Span::new(element.span.start as usize, end);
        outer.children.push(element);
    }
}

/// A tag from its `<` on: the element, where the tag ends, and whether it closes itself.
fn tag(text: &str, start: usize) -> (Element, usize, bool) {
    let ends = |c: char| c.is_whitespace() || matches!(c, '>' | '/' | '=');
    let mut at = start + 1;
    let word = |at: usize| {
        let rest = &text[at..];
        rest[..rest.find(ends).unwrap_or(rest.len())].to_owned()
    };
    let name = word(at);
    at += name.len();
    let local = name.rsplit(':').next().unwrap_or(&name).to_owned();
    let mut element = Element { name: local, span: Span::new(start, start), ..Element::default() };
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=').len();
        match text.as_bytes().get(at) {
            None => return (element, text.len(), true),
            Some(b'>') => return (element, at + 1, false),
            Some(b'/') if text[at..].starts_with("/>") => return (element, at + 2, true),
            Some(b'/') => at += 1,
            Some(_) => {
                let key = word(at);
                at += key.len();
                let rest = &text[at..];
                let value = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
                let begin = at + rest.len() - value.len();
                let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
                let length = quote.and_then(|quote| value[1..].find(quote));
                match length {
                    Some(length) => {
                        let inner = &text[begin + 1..begin + 1 + length];
                        element.attributes.push((key, unmarked(inner)));
                        at = begin + length + 2;
                    }
                    None if key.is_empty() => {
                        at = text.ceil_char_boundary(at + 1);
                    }
                    None => {}
                }
            }
        }
    }
}

/// A text with its marks resolved: `&lt;`.
fn unmarked(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#10;", "\n"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (mark, letter)| text.replace(mark, letter))
}

/// The root of a changelog of YAML or JSON.
pub(super) fn data(node: &Node) -> Option<Element> {
    let log = node.entry("databaseChangeLog")?;
    Some(element("databaseChangeLog", &log.value, 0))
}

fn element(name: &str, node: &Node, depth: usize) -> Element {
    let mut made = Element { name: name.to_owned(), span: node.span, ..Element::default() };
    if depth > DEEPEST {
        return made;
    }
    match &node.value {
        // A list of elements, each a mapping of one key.
        Value::List(items) => {
            for entry in items.iter().flat_map(Node::entries) {
                made.children.push(element(&entry.key, &entry.value, depth + 1));
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                let inner = || element(&entry.key, &entry.value, depth + 1);
                match entry.value.scalar() {
                    Some(value) => made.attributes.push((entry.key.clone(), value)),
                    None if matches!(entry.key.as_str(), "changes" | "columns") => {
                        made.children.extend(inner().children);
                    }
                    None => made.children.push(inner()),
                }
            }
            made.text = made.get("sql").or_else(|| made.get("selectQuery")).unwrap_or_default().to_owned();
        }
        _ => made.text = node.scalar().unwrap_or_default(),
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(element: &Element) -> String {
        let attributes: Vec<_> =
            element.attributes.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        let inner: Vec<_> = element.children.iter().map(show).collect();
        format!("({}{} {} {})", element.name, attributes.concat(), element.text.trim(), inner.concat())
    }

    #[test]
    fn texts() {
        for (text, expected) in [
            (
                "<?xml version='1.0'?><!-- <b/> --><a x=\"1 &lt; 2\" y='z'><ns:b/>t<b>u</b></a>",
                "(a x=1 < 2 y=z t (b  )(b u ))",
            ),
            ("<a><![CDATA[x < y && z]]></a>", "(a x < y && z )"),
            ("<a><b>", "(a  (b  ))"),
            ("<a b", "(a  )"),
            ("<a =\"x\"/>", "(a  )"),
            ("<a \u{e4}", "(a  )"),
        ] {
            assert_eq!(xml(text).map(|element| show(&element)).unwrap_or_default(), expected, "{text}");
        }
        assert_eq!(xml(""), None);
        assert!(xml(&"<a>".repeat(10_000)).is_some());
    }
}
