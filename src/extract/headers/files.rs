//! Headers in configuration of platforms and proxies, and in pages.

use super::{Set, is_everything};
use crate::extract::Context;
use crate::facts::Entry;
use crate::parse::node::{Node, Value};
use crate::source::{FileId, FileKind, Place, SourceFile, Span};

/// The headers that a file sets.
pub(super) fn facts(context: &Context<'_>, id: FileId, file: &SourceFile) -> Vec<Entry> {
    let node = || context.documents.node(id);
    let text = context.tree.text(id);
    match file.name() {
        "vercel.json" => node().map_or_else(Vec::new, |node| listed(id, node, "vercel.json")),
        "firebase.json" => {
            let hosting = node().and_then(|node| node.get("hosting"));
            let all = hosting
                .map(|node| if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() });
            all.unwrap_or_default().iter().flat_map(|node| listed(id, node, "firebase.json")).collect()
        }
        "netlify.toml" => node().map_or_else(Vec::new, |node| netlify(id, node)),
        "staticwebapp.config.json" => {
            let headers = node().and_then(|node| node.get("globalHeaders"));
            headers
                .and_then(|node| {
                    mapping(node).fact("staticwebapp.config.json", true, Place { file: id, span: node.span })
                })
                .into_iter()
                .collect()
        }
        "_headers" => plain(id, text),
        _ if !file.kind.is_ecmascript() && file.kind != FileKind::Markdown && text.contains("add_header") => {
            nginx(id, text)
        }
        _ if file.kind == FileKind::Html => html(id, text),
        _ => Vec::new(),
    }
}

/// `headers: [{ source, headers: [{ key, value }] }]`
fn listed(file: FileId, node: &Node, from: &str) -> Vec<Entry> {
    let rules = node.get("headers").map(Node::items).unwrap_or_default();
    let entry = rules.iter().filter_map(|rule| {
        let source = rule.get("source")?;
        let mut set = Set::default();
        for header in rule.get("headers").map(Node::items).unwrap_or_default() {
            if let Some(key) = header.get("key").and_then(Node::text) {
                set.add(key, header.get("value").and_then(Node::text));
            }
        }
        let pattern = source.text()?;
        let everywhere = matches!(pattern, "**" | "/**" | "**/*") || is_everything(pattern);
        set.fact(from, everywhere, Place { file, span: source.span })
    });
    entry.collect()
}

fn mapping(node: &Node) -> Set {
    let mut set = Set::default();
    for entry in node.entries() {
        set.add(&entry.key, entry.value.text());
    }
    set
}

/// `[[headers]] for = "/*"`
fn netlify(file: FileId, node: &Node) -> Vec<Entry> {
    let rules = match node.get("headers") {
        Some(node) if matches!(node.value, Value::List(_)) => node.items(),
        _ => &[],
    };
    let entry = rules.iter().filter_map(|rule| {
        let path = rule.get("for")?;
        let everywhere = path.text() == Some("/*");
        mapping(rule.get("values")?).fact("netlify.toml", everywhere, Place { file, span: path.span })
    });
    entry.collect()
}

/// `_headers`: a path at the start of a line, its headers indented below it.
fn plain(file: FileId, text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut open: Option<(Set, bool, Place)> = None;
    let mut close = |open: &mut Option<(Set, bool, Place)>| {
        entries
            .extend(open.take().and_then(|(set, everywhere, place)| set.fact("_headers", everywhere, place)));
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let shown = line.trim_end();
        if shown.trim_start().starts_with('#') || shown.is_empty() {
            continue;
        }
        if shown.starts_with([' ', '\t']) {
            if let (Some((set, ..)), Some((name, value))) = (&mut open, shown.split_once(':')) {
                set.add(name, Some(value));
            }
        } else {
            close(&mut open);
            let place = Place { file, span: Span::new(start, start + shown.len()) };
            open = Some((Set::default(), shown == "/*", place));
        }
    }
    close(&mut open);
    entries
}

/// `add_header X-Frame-Options "DENY" always;`
fn nginx(file: FileId, text: &str) -> Vec<Entry> {
    let mut set = Set::default();
    let mut place = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let shown = line.trim();
        let Some(rest) =
            shown.strip_prefix("add_header ").or_else(|| shown.strip_prefix("more_set_headers "))
        else {
            continue;
        };
        let rest = rest.trim_matches(['"', '\'', ';']);
        let (name, value) = rest.split_once([' ', ':']).unwrap_or((rest, ""));
        let known = set.names.len();
        set.add(name, Some(value.trim().trim_matches(['"', ';'])));
        if set.names.len() > known && place.is_none() {
            let start = start + line.len() - line.trim_start().len();
            place = Some(Place { file, span: Span::new(start, start + shown.len()) });
        }
    }
    place.and_then(|place| set.fact("nginx", true, place)).into_iter().collect()
}

/// `<meta http-equiv="Content-Security-Policy" content="…">`
fn html(file: FileId, text: &str) -> Vec<Entry> {
    const MARK: &str = "http-equiv=\"content-security-policy\"";
    let lower = text.to_ascii_lowercase();
    let Some(at) = lower.find(MARK) else { return Vec::new() };
    let rest =
        lower[at..].split_once("content=\"").map(|(_, rest)| rest.split('"').next().unwrap_or_default());
    let mut set = Set::default();
    set.add("content-security-policy", rest);
    set.fact("html", true, Place { file, span: Span::new(at, at + MARK.len()) }).into_iter().collect()
}
