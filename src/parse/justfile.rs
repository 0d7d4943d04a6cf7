//! justfiles: recipes with their parameters, dependencies and lines; variables, settings, aliases, modules.

mod parser;

#[cfg(test)]
mod tests;

use super::Parsed;
use super::shell::Offsets;
use crate::source::Span;

/// A justfile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Justfile {
    /// In the order of the file; the first one is what `just` alone runs.
    pub recipes: Vec<Recipe>,
    /// `alias short := recipe`, in the order of the file.
    pub aliases: Vec<Setting>,
    /// `name := value`.
    pub variables: Vec<Setting>,
    /// `set name := value`; a value left out is `true`.
    pub settings: Vec<Setting>,
    /// `mod name ['path']` and `import 'path'`.
    pub modules: Vec<Module>,
}

/// A name with a value as written, quotes taken off a plain string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The whole statement.
    pub span: Span,
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// The value is one plain string or word, not an expression.
    pub fixed: bool,
}

/// Another file that is read in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The whole statement.
    pub span: Span,
    /// The name of a module; none for an import.
    pub name: Option<String>,
    /// The path, where one is written.
    pub path: Option<String>,
    /// `mod?`, `import?`: it may be missing.
    pub optional: bool,
}

/// A recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// Its head.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// `@` before the name: lines are not echoed.
    pub quiet: bool,
    /// Attributes above it as written: `private`, `group('ci')`.
    pub attributes: Vec<String>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// The recipes run before it and, behind `&&`, after it.
    pub dependencies: Vec<Dependency>,
    /// The commands: one a line, or one for the whole body of a shebang recipe.
    pub lines: Vec<Line>,
    /// The interpreter line of a shebang recipe, without `#!`; `[script('…')]` counts as one.
    pub shebang: Option<String>,
}

/// A parameter of a recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its default as written.
    pub default: Option<String>,
    /// `+` or `*`: it takes all further arguments.
    pub variadic: bool,
}

/// A recipe another one needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Where it is named.
    pub span: Span,
    /// The recipe.
    pub name: String,
    /// It runs after the recipe, not before it.
    pub after: bool,
}

/// What is handed to a shell at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands, prefixes left out.
    pub span: Span,
    /// The text with `{{…}}` as written, for [`shell::parse_mapped`](super::shell::parse_mapped) with `braces`.
    pub text: String,
    /// Where the bytes of `text` stand.
    pub map: Offsets,
    /// `@`: not echoed.
    pub silent: bool,
    /// `-`: a failure is masked.
    pub ignored: bool,
}

/// Reads a justfile.
pub fn parse(text: &str) -> Parsed<Justfile> {
    parser::parse(text)
}

impl Justfile {
    /// The recipe of a name or of an alias; of a repeated name the last counts.
    pub fn recipe(&self, name: &str) -> Option<&Recipe> {
        let alias = self.aliases.iter().rev().find(|alias| alias.name == name);
        let name = alias.map_or(name, |alias| alias.value.as_str());
        self.recipes.iter().rev().find(|recipe| recipe.name == name)
    }

    /// What `just` without a recipe runs: the one marked `[default]`, else the first.
    pub fn default_recipe(&self) -> Option<&Recipe> {
        let marked =
            self.recipes.iter().find(|recipe| recipe.attributes.iter().any(|name| name == "default"));
        marked.or_else(|| self.recipes.first())
    }

    /// The value of a setting.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().rev().find(|setting| setting.name == name).map(|setting| setting.value.as_str())
    }
}
