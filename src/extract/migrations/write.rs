//! SQL that is written for calls of a builder, with the places that its parts come from.

use super::model::Part;
use crate::source::Span;

/// A statement as it is written.
#[derive(Debug, Clone, Default)]
pub(super) struct Sql {
    pub(super) text: String,
    places: Vec<(u32, Span)>,
}

impl Sql {
    /// A statement whose place is that of a call, until something else is said.
    pub(super) fn at(span: Span) -> Self {
        let mut sql = Self::default();
        sql.place(span);
        sql
    }

    /// From here on, the text comes from this place.
    pub(super) fn place(&mut self, span: Span) {
        let at = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        match self.places.last_mut() {
            Some(last) if last.0 == at => last.1 = span,
            Some(last) if last.1 == span => {}
            _ => self.places.push((at, span)),
        }
    }

    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a name in quotes: `a.b` is a name in a schema.
    pub(super) fn table(&mut self, name: &str) -> &mut Self {
        match name.split_once('.') {
            Some((schema, name)) if !schema.contains('"') => {
                self.name(schema).push(".");
                self.name(name)
            }
            _ => self.name(name),
        }
    }

    /// Adds a name in quotes.
    pub(super) fn name(&mut self, name: &str) -> &mut Self {
        self.text.push_str(&quoted(name));
        self
    }

    /// Adds names in quotes with commas between, in parentheses.
    pub(super) fn names(&mut self, names: &[String]) -> &mut Self {
        let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
        self.text.push('(');
        self.text.push_str(&names.join(", "));
        self.text.push(')');
        self
    }

    /// Adds another one behind it.
    pub(super) fn append(&mut self, other: Self) -> &mut Self {
        let from = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.places.extend(other.places.into_iter().map(|(at, span)| (from.saturating_add(at), span)));
        self.push(&other.text)
    }

    /// What is run.
    pub(super) fn part(self) -> Part {
        Part::Text { text: self.text, places: self.places }
    }
}

/// A path of names, each in quotes.
pub(super) fn quoted_path(path: &str) -> String {
    path.split('.').map(quoted).collect::<Vec<_>>().join(".")
}

/// A name in quotes.
pub(super) fn quoted(name: &str) -> String {
    ["\"", &name.replace('"', "\"\""), "\""].concat()
}

/// A text in quotes.
pub(super) fn text(value: &str) -> String {
    ["'", &value.replace('\'', "''"), "'"].concat()
}
