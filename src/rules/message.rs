//! The sentence of a finding: text with holes for attributes.

use crate::facts::Value;

/// A text with holes: `runs as {user|root}` names the attribute `user`, and `root` where it is absent.
#[derive(Debug, Clone, Default)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Hole { attribute: usize, otherwise: String },
}

impl Template {
    /// Reads a template. `resolve` gives the index of an attribute, or says what is wrong with its name.
    ///
    /// # Errors
    /// The first hole that is not closed or names no attribute.
    pub fn parse(text: &str, resolve: &dyn Fn(&str) -> Result<usize, String>) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            if open > 0 {
                parts.push(Part::Text(rest[..open].to_owned()));
            }
            let Some(close) = rest[open..].find('}') else {
                return Err("a `{` that is never closed".to_owned());
            };
            let hole = &rest[open + 1..open + close];
            let (name, otherwise) = hole.split_once('|').unwrap_or((hole, ""));
            parts.push(Part::Hole { attribute: resolve(name)?, otherwise: otherwise.to_owned() });
            rest = &rest[open + close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// The text with its holes filled.
    pub fn render<'v>(&self, value: &dyn Fn(usize) -> Value<'v>) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Hole { attribute, otherwise } => {
                    let value = value(*attribute).to_string();
                    text.push_str(if value.is_empty() { otherwise } else { &value });
                }
            }
        }
        text
    }
}
