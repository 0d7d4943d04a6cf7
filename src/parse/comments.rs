//! The comments of a file, whatever its language: what its parser kept of them, else what a scan by the marks of the
//! language finds. Who needs them looks for few words in few files; nothing is kept for the others.

mod syntax;

use pulldown_cmark::{Event, Parser, Tag};

use super::Document;
use super::lines::lines;
use crate::source::{FileKind, SourceFile, Span};
use syntax::{Lead, Syntax};

/// The comments of a file with their marks, in the order of the file. Text within text, such as a literal or the code of
/// a manual, holds none.
pub fn comments(file: &SourceFile, text: &str, document: Option<&Document>) -> Vec<Span> {
    let syntax = syntax::of(file);
    match (document, file.kind) {
        (Some(Document::JavaScript(source)), kind) if kind.is_ecmascript() => source.module.comments.clone(),
        (Some(Document::JavaScript(source)), _) => {
            let mut found = scan(text, syntax, &[]);
            found.extend(&source.module.comments);
            found.sort_unstable();
            found
        }
        (Some(Document::Dockerfile(dockerfile)), _) => dockerfile.comments.clone(),
        (_, FileKind::Markdown) => html(text).flat_map(|part| within(text, part, syntax)).collect(),
        (_, FileKind::Yaml) => scan(text, syntax, &block_scalars(text)),
        _ => scan(text, syntax, &[]),
    }
}

/// The parts of a Markdown document that are HTML.
fn html(text: &str) -> impl Iterator<Item = Span> {
    Parser::new(text).into_offset_iter().filter_map(|(event, range)| {
        let is_html = matches!(event, Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_));
        is_html.then(|| Span::new(range.start, range.end))
    })
}

fn within(text: &str, part: Span, syntax: Syntax) -> Vec<Span> {
    scan(part.of(text), syntax, &[]).into_iter().map(|found| found.shifted(part.start as usize)).collect()
}

/// The texts of a YAML file that go over many lines and are no scripts, which have comments of their own.
fn block_scalars(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    // The column of the key whose text this is, and where that begins; a script is none.
    let mut open: Option<(usize, Option<usize>)> = None;
    for line in lines(text) {
        let said = line.text.trim_start();
        let indent = line.text.len() - said.len();
        if let Some((column, start)) = open {
            if said.is_empty() || indent > column {
                continue;
            }
            found.extend(start.map(|start| Span::new(start, line.start)));
            open = None;
        }
        let said = said.split(" #").next().unwrap_or_default().trim_end();
        let (before, mark) = said.rsplit_once(' ').unwrap_or(("", said));
        let is_mark = mark.starts_with(['|', '>'])
            && mark[1..].bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-'));
        if is_mark && !said.starts_with('#') {
            // `- - key: |`: the text is indented more than the key, and where there is none more than the last dash.
            let key = before.trim_start_matches(['-', ' ']);
            let is_script = matches!(key.trim_end_matches(':').trim_end(), "run" | "script");
            let dashes =
                if key.is_empty() { before.rfind('-').unwrap_or(0) } else { before.len() - key.len() };
            open = Some((indent + dashes, (!is_script).then_some(line.end())));
        }
    }
    found.extend(open.and_then(|(_, start)| start).map(|start| Span::new(start, text.len())));
    found
}

/// Finds comments by their marks, outside the parts that are `hidden`.
fn scan(text: &str, syntax: Syntax, hidden: &[Span]) -> Vec<Span> {
    let mut found = Vec::new();
    // Up to where a text of each kind is known not to end: no mark before that opens one.
    let mut endless = vec![0; syntax.texts.len()];
    let mut at = 0;
    let mut hidden = hidden.iter().peekable();
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(part) = hidden.next_if(|part| part.start as usize <= at) {
            at = at.max(part.end as usize);
            continue;
        }
        if let Some((open, close)) = syntax.block.iter().find(|(open, _)| rest.starts_with(open)) {
            let length =
                rest[open.len()..].find(close).map_or(rest.len(), |end| open.len() + end + close.len());
            found.push(Span::new(at, at + length));
            at += length;
        } else if syntax.line.iter().any(|mark| rest.starts_with(mark)) && may_begin(text, at, syntax.lead) {
            let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            found.push(Span::new(at, at + rest[..length].trim_end_matches('\r').len()));
            at += length;
        } else if let Some(length) = literal(text, at, syntax, &mut endless) {
            at += length;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// Whether a comment may begin at `at`, as far as what stands before it on its line tells.
fn may_begin(text: &str, at: usize, lead: Lead) -> bool {
    let before = &text[..at];
    let is_first = |before: &str| before.is_empty() || before == "\u{feff}";
    match lead {
        Lead::Anywhere => true,
        Lead::Space => is_first(before) || before.ends_with(char::is_whitespace),
        Lead::Line => {
            let before = before.trim_end_matches([' ', '\t']);
            is_first(before) || before.ends_with('\n')
        }
    }
}

/// The bytes of the literal that begins at `at`; none where there is none, and where it never ends.
fn literal(text: &str, at: usize, syntax: Syntax, endless: &mut [usize]) -> Option<usize> {
    let rest = &text[at..];
    let number = syntax.texts.iter().position(|kind| rest.starts_with(kind.open))?;
    let kind = syntax.texts[number];
    // `don't` in a value of YAML.
    let is_apostrophe = kind.open == "'" && syntax.lead == Lead::Space;
    if is_apostrophe && text[..at].ends_with(char::is_alphanumeric) {
        return None;
    }
    if kind.close.is_empty() {
        return Some(kind.open.len());
    }
    if at < endless[number] {
        return None;
    }
    let room =
        if kind.lines { rest.len() } else { memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len()) };
    let body = &rest.as_bytes()[kind.open.len()..room];
    let mut inner = 0;
    while inner < body.len() {
        if kind.escapes && body[inner] == b'\\' {
            inner += 2;
        } else if body[inner..].starts_with(kind.close.as_bytes()) {
            return Some(kind.open.len() + inner + kind.close.len());
        } else {
            inner += 1;
        }
    }
    endless[number] = at + room;
    None
}

#[cfg(test)]
mod tests;
