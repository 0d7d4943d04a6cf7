//! The examples of a rule: small repositories that it must find fault with, approve of, or have nothing to say about.
//!
//! `«…»` marks a place that must be found; `⟦…⟧` is a regular expression for which a matching text is generated,
//! so that no text shaped like a provider's secret stands in a rule file.

use super::{Mistake, generate};
use crate::parse::node::{Node, Value};
use crate::parse::yaml;
use crate::source::{MemoryFile, Span};

/// All examples of a rule.
#[derive(Debug, Default)]
pub struct Examples {
    /// The rule fails, at exactly the marked places.
    pub bad: Vec<Example>,
    /// The rule is judged and holds.
    pub good: Vec<Example>,
    /// The rule is not applicable.
    pub skip: Vec<Example>,
    /// The rule cannot be decided.
    pub unsure: Vec<Example>,
}

/// A small repository.
#[derive(Debug)]
pub struct Example {
    /// Its files by path.
    pub files: Vec<(String, MemoryFile)>,
    /// The marked places: path and byte span in the text without marks.
    pub marks: Vec<(String, Span)>,
    /// The line of the rule file it begins at.
    pub line: usize,
}

impl Examples {
    /// Every example with the name of its group.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Example)> {
        let groups =
            [("bad", &self.bad), ("good", &self.good), ("skip", &self.skip), ("unsure", &self.unsure)];
        groups.into_iter().flat_map(|(name, group)| group.iter().map(move |example| (name, example)))
    }
}

/// Reads the examples of the rule written in `text`.
///
/// # Errors
/// Every mistake, at its place.
pub fn examples(file: &str, text: &str) -> Result<Examples, Vec<Mistake>> {
    let parsed = yaml::parse(text);
    let mut mistakes = Vec::new();
    let mut group = |key: &str| -> Vec<Example> {
        let Some(node) = parsed.document.first().and_then(|rule| rule.get(key)) else { return Vec::new() };
        if node.items().is_empty() {
            mistakes.push(Mistake::at(file, text, node.span, format!("`{key}` is a list of examples")));
        }
        node.items().iter().filter_map(|item| read(item, file, text, &mut mistakes)).collect()
    };
    let examples =
        Examples { bad: group("bad"), good: group("good"), skip: group("skip"), unsure: group("unsure") };
    if mistakes.is_empty() { Ok(examples) } else { Err(mistakes) }
}

fn read(node: &Node, file: &str, text: &str, mistakes: &mut Vec<Mistake>) -> Option<Example> {
    if node.entries().is_empty() {
        mistakes.push(Mistake::at(file, text, node.span, "an example maps paths to contents"));
        return None;
    }
    let mut example =
        Example { files: Vec::new(), marks: Vec::new(), line: Mistake::at(file, text, node.span, "").line };
    for entry in node.entries() {
        let mut unmarked = |content: &str| {
            let (content, marks) = unmark(&expand(content));
            example.marks.extend(marks.into_iter().map(|span| (entry.key.clone(), span)));
            content
        };
        let content = match &entry.value.value {
            Value::Map(_) => special(&entry.value, &mut unmarked),
            Value::Null => Some(MemoryFile::Text(String::new())),
            _ => entry.value.scalar().map(|content| MemoryFile::Text(unmarked(&content))),
        };
        match content {
            Some(content) => example.files.push((entry.key.clone(), content)),
            None => mistakes.push(Mistake::at(
                file,
                text,
                entry.value.span,
                "a file is its text, or one of { link: target }, { untracked: text }",
            )),
        }
    }
    Some(example)
}

fn special(node: &Node, text: &mut impl FnMut(&str) -> String) -> Option<MemoryFile> {
    let link = node.get("link").and_then(Node::scalar).map(MemoryFile::Link);
    let untracked = || node.get("untracked").and_then(Node::scalar);
    link.or_else(|| untracked().map(|content| MemoryFile::Untracked(text(&content))))
}

/// Replaces every `⟦regex⟧` by a text that the expression matches.
fn expand(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('⟦') {
        let Some((pattern, after)) = tail.split_once('⟧') else { break };
        out.push_str(before);
        out.push_str(&generate(pattern));
        rest = after;
    }
    out + rest
}

/// Takes the marks out and says where they were.
fn unmark(text: &str) -> (String, Vec<Span>) {
    let mut out = String::new();
    let mut open = Vec::new();
    let mut spans = Vec::new();
    for character in text.chars() {
        match character {
            '«' => open.push(out.len()),
            '»' => spans.extend(open.pop().map(|start| Span::new(start, out.len()))),
            _ => out.push(character),
        }
    }
    spans.sort();
    (out, spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_spans_of_the_text_without_them() {
        let (text, spans) = unmark("FROM «node:22»\n«»USER é«x»");
        assert_eq!(text, "FROM node:22\nUSER éx");
        let marked: Vec<_> = spans.iter().map(|span| span.of(&text)).collect();
        assert_eq!(marked, ["node:22", "", "x"]);
    }

    #[test]
    fn patterns_become_texts_that_match_them() {
        assert_eq!(expand("a ⟦-{5}BEGIN⟧ b"), "a -----BEGIN b");
    }
}
