//! What rules look for in the text of files themselves.

use rayon::prelude::*;
use regex::Regex;

use super::Context;
use crate::facts::{Entry, Text};
use crate::source::{Place, Span};

/// Every match of every rule's expression, in all text files.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let compiled = context.texts.par_iter().filter_map(|text| Some((text, Regex::new(&text.regex).ok()?)));
    let patterns: Vec<_> = compiled.collect();
    if patterns.is_empty() {
        return Vec::new();
    }
    let files: Vec<_> = context.tree.entries().map(|(file, _)| file).collect();
    let found = files.par_iter().map(|file| {
        let text = context.tree.text(*file);
        let mut entries = Vec::new();
        for (pattern, regex) in &patterns {
            for captures in regex.captures_iter(text) {
                let Some(found) = captures.name("secret").or_else(|| captures.get(0)) else { continue };
                let place = Place { file: *file, span: Span::new(found.start(), found.end()) };
                entries.push(Entry::new(place, Text { rule: pattern.rule.clone() }));
            }
        }
        entries
    });
    found.flatten().collect()
}
