//! Reads one rule file and collects what is wrong in it.

use super::{Mistake, closest};
use crate::parse::node::{Entry, Node, Value};

/// Reads a rule and collects its mistakes.
pub(super) struct Reader<'t> {
    /// The path of the file.
    pub(super) file: &'t str,
    /// Its text.
    pub(super) text: &'t str,
    /// What is wrong so far.
    pub(super) mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    pub(super) fn mistake(&mut self, node: &Node, message: impl Into<String>) {
        let mistake = Mistake::at(self.file, self.text, node.span, message);
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }

    pub(super) fn unknown(&mut self, node: &Node, what: &str, word: &str, known: &[&str]) {
        let hint = match closest(word, known.iter().copied()) {
            Some(closest) => format!("did you mean `{closest}`?"),
            None => format!("known are {}", known.join(", ")),
        };
        self.mistake(node, format!("`{word}` is no {what}: {hint}"));
    }

    pub(super) fn unknown_key(&mut self, entry: &Entry, what: &str, known: &[&str]) {
        let node = Node { span: entry.key_span, value: Value::Null };
        self.unknown(&node, what, &entry.key, known);
    }

    pub(super) fn flag(&mut self, rule: &Node, key: &str) -> bool {
        let Some(node) = rule.get(key) else { return false };
        node.flag().unwrap_or_else(|| {
            self.mistake(node, format!("`{key}` is true or false"));
            false
        })
    }
}
