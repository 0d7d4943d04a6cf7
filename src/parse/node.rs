//! One tree for every data language: YAML, JSON, TOML, INI and the object literals of JavaScript configuration.

use crate::source::Span;

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where the value stands.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// The values a data language can write.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A text, with quotes and escapes resolved.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the order of the file, merge keys applied; of a repeated key every entry is kept.
    Map(Vec<Entry>),
    /// Something computed: a call, a template, a spread. Its value cannot be told from the file.
    Opaque,
}

/// One `key: value` of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as text; keys that are no scalars are written out.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// What it maps to.
    pub value: Node,
}

impl Node {
    /// An absent value at the start of the file.
    pub fn null() -> Self {
        Self { span: Span::default(), value: Value::Null }
    }

    /// The value of `key`, where this is a mapping that has it. Of a repeated key the last one counts.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().rev().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The entry of `key`, with the place of the key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key == key)
    }

    /// The value at the end of a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text, where this is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Any scalar as text: `3` and `"3"`, `true` and `"true"` alike; a list, a map, null or a computed value is none.
    pub fn scalar(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// The truth value, where this is one.
    pub fn flag(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// The items, where this is a list; else none.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries, where this is a mapping; else none.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Whether nothing is written here.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// A scalar, or every scalar of a list: formats often take either.
    pub fn scalars(&self) -> Vec<String> {
        match &self.value {
            Value::List(items) => items.iter().filter_map(Node::scalar).collect(),
            _ => self.scalar().into_iter().collect(),
        }
    }
}
