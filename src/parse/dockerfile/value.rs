//! Words and what they come to once variables are substituted, as far as the file tells.

use crate::source::Span;

/// One argument of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands; over a continuation it holds the continuation too.
    pub span: Span,
    /// As written, continuations taken out, quotes and variables kept. In exec form the decoded string.
    pub text: String,
    /// Quotes removed and variables substituted, where the instruction does so; else the text.
    pub value: Expanded,
}

/// A text of which some parts may not be known from the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expanded {
    parts: Vec<Part>,
}

/// A piece of an expanded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Known text.
    Text(String),
    /// A variable whose value the file does not tell: from the command line, the base image or the platform.
    Unknown {
        /// Its name.
        name: String,
        /// The substitution as written, such as `${TAG:-latest}`.
        written: String,
    },
}

impl Word {
    /// A word that is taken literally.
    pub fn literal(span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { span, value: Expanded::text(&text), text }
    }

    /// Its value, where all of it is known.
    pub fn known(&self) -> Option<&str> {
        self.value.known()
    }
}

impl Expanded {
    /// Known text.
    pub fn text(text: &str) -> Self {
        let mut value = Self::default();
        value.push_text(text);
        value
    }

    /// One unknown part.
    pub fn unknown(name: &str, written: &str) -> Self {
        Self { parts: vec![Part::Unknown { name: name.to_owned(), written: written.to_owned() }] }
    }

    /// The pieces; two pieces of known text never stand side by side, and none is empty.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The text, where all of it is known.
    pub fn known(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Names of the variables whose values are not known, in order.
    pub fn unknowns(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Unknown { name, .. } => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// For readers: known text, and unknown parts as they are written.
    pub fn display(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Unknown { written, .. } => written.as_str(),
            })
            .collect()
    }

    /// Whether it is the empty text for certain.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether some of it is known text, so that it is not empty for certain.
    pub fn has_text(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Text(_)))
    }

    /// Appends known text.
    pub fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Part::Text(last)) = self.parts.last_mut() {
            last.push_str(text);
        } else {
            self.parts.push(Part::Text(text.to_owned()));
        }
    }

    /// Appends another value.
    pub fn push(&mut self, other: &Expanded) {
        for part in &other.parts {
            match part {
                Part::Text(text) => self.push_text(text),
                unknown @ Part::Unknown { .. } => self.parts.push(unknown.clone()),
            }
        }
    }

    /// Bytes it holds, unknown parts as written: what copying it costs.
    pub(super) fn size(&self) -> usize {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.len(),
                Part::Unknown { name, written } => 16 + name.len() + written.len(),
            })
            .sum()
    }
}
