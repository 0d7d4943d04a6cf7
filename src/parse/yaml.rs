//! YAML into [`Node`]s, one per document.
//!
//! Texts as nearly everybody writes them are read by [`plain`]. The events of all others are those of `saphyr-parser`; built
//! on them are byte offsets (its markers count characters), bounded aliases, merge keys, recovery after syntax errors and
//! the reading of templated files.
//!
//! - Plain scalars get the types of the YAML 1.2 core schema, so `on`, `off`, `yes` and `no` are texts.
//! - The value of an alias is that of its anchor, with the places of the anchor.
//! - Merge keys (`<<`) are applied: the merged entries stand where `<<` stood, explicit ones win.
//! - A tag outside the core schema becomes a mapping of one entry: `!Ref x` reads as `{"!Ref": x}`, so that what it
//!   tags is not mistaken for the plain value.

mod build;
mod plain;
mod read;
mod recover;
mod scalar;
mod template;

use super::lines::{bom_length, in_order};
use super::node::Node;
use super::{Parsed, SyntaxError};

/// Reads all documents of a YAML stream. An empty file has none.
///
/// A line that is no YAML costs that line and what is nested under it; the rest is read. A file of a template
/// engine (`{{ … }}` or `{% … %}` where YAML has no place for it) gives one error that begins with `templated`,
/// and its computed values are [`Opaque`](super::node::Value::Opaque).
pub fn parse(text: &str) -> Parsed<Vec<Node>> {
    // To the parser a NUL is the end of the text.
    if text.contains('\0') {
        return parse(&text.replace('\0', " "));
    }
    let start = bom_length(text);
    let (mut documents, errors) = match plain::read(&text[start..]) {
        Some((document, errors)) => (vec![document], errors),
        None => whole(&text[start..]),
    };
    let mut errors = in_order(errors);
    if start > 0 {
        for document in &mut documents {
            shift(document, start);
        }
        for error in &mut errors {
            error.span = error.span.shifted(start);
        }
    }
    Parsed { document: documents, errors }
}

/// Reads a text by the full parser.
fn whole(text: &str) -> (Vec<Node>, Vec<SyntaxError>) {
    let read = recover::read(text, &template::Mask::none());
    let read = match template::Mask::of(text, &read) {
        Some(mask) => recover::read_templated(&mask),
        None => read,
    };
    (read.documents, read.errors)
}

/// Moves a tree right: after a byte order mark.
fn shift(node: &mut Node, by: usize) {
    use super::node::Value;
    node.span = node.span.shifted(by);
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Value::Map(entries) => {
            for entry in entries {
                entry.key_span = entry.key_span.shifted(by);
                shift(&mut entry.value, by);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
