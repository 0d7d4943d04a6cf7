//! Makefiles: rules with their recipes, variables, includes. Both branches of a conditional are read.
//!
//! GNU make's dialect as far as a reader needs it to know which commands a target runs; nothing is executed, so
//! computed names stay as written.

mod line;
mod parser;

#[cfg(test)]
mod tests;

use super::Parsed;
use super::shell::Offsets;
use crate::source::Span;

/// A makefile as far as it can be read without running it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Makefile {
    /// In the order of the file; a target may have several.
    pub rules: Vec<Rule>,
    /// In the order of the file; a variable may be set several times.
    pub variables: Vec<Variable>,
    /// The arguments of `include` and `-include`.
    pub includes: Vec<Include>,
    /// Targets said to be `.PHONY`.
    pub phony: Vec<String>,
    /// `.ONESHELL`: each recipe is one script.
    pub oneshell: bool,
}

/// `targets: prerequisites` and the recipe below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The line that names the targets.
    pub span: Span,
    /// The targets, variables in them expanded where their value is fixed; a pattern holds `%`.
    pub targets: Vec<Name>,
    /// The prerequisites before and behind `|`.
    pub prerequisites: Vec<Name>,
    /// `::` instead of `:`.
    pub double_colon: bool,
    /// The commands.
    pub recipe: Vec<Recipe>,
    /// It stands in a branch of `ifeq`, `ifdef` …
    pub conditional: bool,
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// One line of a recipe, continued lines joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// Where it stands, prefixes left out.
    pub span: Span,
    /// What the shell gets: prefixes and the tab of continued lines removed, `$(VAR)` as `${VAR}`, functions
    /// of make as `${…}` too, `$$` as `$`.
    pub text: String,
    /// Where the bytes of `text` stand.
    pub map: Offsets,
    /// `@`: not echoed.
    pub silent: bool,
    /// `-`: a failure is masked.
    pub ignored: bool,
    /// `+`, or it calls `$(MAKE)`: run even by `make -n`.
    pub always: bool,
}

/// A variable and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its line or lines.
    pub span: Span,
    /// The name.
    pub name: String,
    /// `=`, `:=`, `::=`, `?=`, `+=`, `!=`; for `define` without an operator `=`.
    pub operator: &'static str,
    /// The value as written, continued lines joined.
    pub value: String,
    /// The target it is set for, where it is set for one only.
    pub target: Option<String>,
}

/// A file that is read in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The path or pattern, variables expanded where their value is fixed.
    pub path: Name,
    /// `-include`, `sinclude`: it may be missing.
    pub optional: bool,
}

/// Reads a makefile.
pub fn parse(text: &str) -> Parsed<Makefile> {
    parser::parse(text)
}

/// Expansions go this deep and no further.
const DEEPEST: usize = 16;
/// A text is left as written past this many expansions in it.
const MOST_EXPANSIONS: usize = 1000;
/// An expanded text longer than this is left as written.
const LONGEST: usize = 64 * 1024;

impl Makefile {
    /// The rules that make `target` by its name.
    pub fn rules_of(&self, target: &str) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.targets.iter().any(|name| name.text == target))
    }

    /// What `make` without a target makes: `.DEFAULT_GOAL`, else the first target that is neither special nor a
    /// pattern.
    pub fn default_goal(&self) -> Option<&str> {
        let said = self.variables.iter().rev().find(|variable| variable.name == ".DEFAULT_GOAL");
        let plain = |name: &&Name| {
            !name.text.contains('%') && (!name.text.starts_with('.') || name.text.contains('/'))
        };
        said.map(|variable| variable.value.trim()).or_else(|| {
            self.rules.iter().flat_map(|rule| &rule.targets).find(plain).map(|name| name.text.as_str())
        })
    }

    /// `text` with every `$(VAR)`, `${VAR}` and `$V` replaced whose variable this file sets; the rest, functions
    /// included, stays as written.
    pub fn expand(&self, text: &str) -> String {
        let mut left = MOST_EXPANSIONS;
        self.expand_in(text, 0, &mut left)
    }

    fn expand_in(&self, text: &str, depth: usize, left: &mut usize) -> String {
        let mut result = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            result.push_str(&rest[..at]);
            let (name, length) = line::reference(&rest[at..]);
            let value = name.filter(|_| depth < DEEPEST && *left > 0).and_then(|name| self.value(name));
            match value {
                Some(value) if result.len() < LONGEST => {
                    *left = left.saturating_sub(1);
                    result.push_str(&self.expand_in(&value, depth + 1, left));
                }
                _ => result.push_str(&rest[at..at + length]),
            }
            rest = &rest[at + length..];
        }
        result.push_str(rest);
        if result.len() > LONGEST { text.to_owned() } else { result }
    }

    /// The value of a variable as written: that of its last assignment with everything appended since.
    pub fn value(&self, name: &str) -> Option<String> {
        let mut value: Option<String> = None;
        for variable in
            self.variables.iter().filter(|variable| variable.name == name && variable.target.is_none())
        {
            value = match (variable.operator, value) {
                ("+=", Some(before)) => Some(format!("{before} {}", variable.value)),
                ("?=", Some(before)) => Some(before),
                ("!=", _) => None,
                _ => Some(variable.value.clone()),
            };
        }
        value
    }
}
