//! How the comments of each language begin and end, and what hides their marks: its texts.

use crate::source::{FileKind as K, SourceFile};

/// The comments of a language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Syntax {
    /// What begins a comment that ends with its line.
    pub(super) line: &'static [&'static str],
    /// Where such a comment may begin.
    pub(super) lead: Lead,
    /// What begins a comment, and what ends it.
    pub(super) block: &'static [(&'static str, &'static str)],
    /// What no comment begins in, longer marks first.
    pub(super) texts: &'static [Text],
}

/// Where a comment that ends with its line may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// Wherever its mark stands.
    Anywhere,
    /// First on its line, or after white space.
    Space,
    /// First on its line.
    Line,
}

/// A text of a language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// A backslash takes its meaning from the mark that follows it.
    pub(super) escapes: bool,
    /// It may reach over several lines.
    pub(super) lines: bool,
}

const fn text(mark: &'static str) -> Text {
    Text { open: mark, close: mark, escapes: true, lines: false }
}

const fn long(mark: &'static str) -> Text {
    Text { lines: true, ..text(mark) }
}

const fn raw(open: &'static str, close: &'static str) -> Text {
    Text { open, close, escapes: false, lines: true }
}

/// What is read as a whole and holds nothing: a character that would open a text.
const fn skipped(word: &'static str) -> Text {
    Text { open: word, close: "", escapes: false, lines: false }
}

const NONE: Syntax = Syntax { line: &[], lead: Lead::Anywhere, block: &[], texts: &[] };
const SLASHES: Syntax = Syntax {
    line: &["//"],
    block: &[("/*", "*/")],
    texts: &[long("\"\"\""), long("`"), text("\""), text("'")],
    ..NONE
};
const RUST: Syntax = Syntax {
    texts: &[
        raw("r##\"", "\"##"),
        raw("r#\"", "\"#"),
        raw("r\"", "\""),
        skipped("'\"'"),
        skipped("'\\\"'"),
        long("\""),
    ],
    ..SLASHES
};
const HASH: Syntax = Syntax { line: &["#"], lead: Lead::Space, texts: &[text("\""), text("'")], ..NONE };
const TRIPLE: Syntax =
    Syntax { lead: Lead::Anywhere, texts: &[long("\"\"\""), long("'''"), text("\""), text("'")], ..HASH };
const RUBY: Syntax = Syntax { block: &[("\n=begin", "\n=end")], ..HASH };
const PHP: Syntax = Syntax {
    line: &["//", "#"],
    lead: Lead::Space,
    block: &[("/*", "*/"), ("<!--", "-->")],
    texts: &[text("\""), text("'")],
};
const HCL: Syntax = Syntax { line: &["#", "//"], block: &[("/*", "*/")], ..HASH };
const SQL: Syntax =
    Syntax { line: &["--"], block: &[("/*", "*/")], texts: &[raw("'", "'"), text("\"")], ..NONE };
const STYLES: Syntax = Syntax { block: &[("/*", "*/")], texts: &[text("\""), text("'")], ..NONE };
const STYLE_LANGUAGES: Syntax = Syntax { line: &["//"], lead: Lead::Space, ..STYLES };
const MARKUP: Syntax = Syntax { block: &[("<!--", "-->")], ..NONE };
const TEMPLATE: Syntax = Syntax {
    line: &["//"],
    lead: Lead::Line,
    block: &[
        ("<!--", "-->"),
        ("{#", "#}"),
        ("<%#", "%>"),
        ("{{!--", "--}}"),
        ("{{/*", "*/}}"),
        ("{{!", "}}"),
    ],
    ..NONE
};
const LUA: Syntax = Syntax {
    line: &["--"],
    block: &[("--[[", "]]")],
    texts: &[raw("[[", "]]"), text("\""), text("'")],
    ..NONE
};
const HASKELL: Syntax =
    Syntax { line: &["--"], lead: Lead::Space, block: &[("{-", "-}")], texts: &[text("\"")] };
const ML: Syntax = Syntax { line: &["//"], block: &[("(*", "*)")], texts: &[text("\"")], ..NONE };
const LISP: Syntax = Syntax { line: &[";"], texts: &[long("\"")], ..NONE };
const ERLANG: Syntax = Syntax { line: &["%"], texts: &[text("\"")], ..NONE };
const JULIA: Syntax = Syntax { block: &[("#=", "=#")], texts: &[long("\"\"\""), text("\"")], ..HASH };
const POWERSHELL: Syntax = Syntax { block: &[("<#", "#>")], ..HASH };
const BATCH: Syntax = Syntax { line: &["REM ", "rem ", "::"], lead: Lead::Line, ..NONE };
const INI: Syntax = Syntax { line: &["#", ";"], texts: &[], ..HASH };
const IGNORE: Syntax = Syntax { lead: Lead::Line, ..INI };
const PROSE: Syntax = Syntax { line: &["#", "//", ".."], lead: Lead::Line, ..NONE };

/// How comments look in a file; nothing where there are none. What a parser of golive keeps of them is asked of that.
pub(super) fn of(file: &SourceFile) -> Syntax {
    match file.kind {
        K::JavaScript
        | K::Jsx
        | K::TypeScript
        | K::Tsx
        | K::Go
        | K::Java
        | K::Kotlin
        | K::Scala
        | K::Groovy
        | K::CSharp
        | K::C
        | K::Cpp
        | K::ObjectiveC
        | K::Swift
        | K::Dart
        | K::Zig
        | K::Solidity
        | K::Protobuf
        | K::Prisma
        | K::Json => SLASHES,
        K::Rust => RUST,
        K::Python | K::Toml | K::Elixir | K::GraphQl => TRIPLE,
        K::Dockerfile => IGNORE,
        K::Yaml | K::Shell | K::Makefile | K::Justfile | K::Dotenv | K::Perl | K::R => HASH,
        K::Ruby => RUBY,
        K::Php => PHP,
        K::Hcl | K::Nix => HCL,
        K::Sql => SQL,
        K::Css if file.extension() == "css" => STYLES,
        K::Css => STYLE_LANGUAGES,
        K::Html | K::Xml | K::Markdown | K::Vue | K::Svelte | K::Astro => MARKUP,
        K::Template => TEMPLATE,
        K::Lua => LUA,
        K::Haskell => HASKELL,
        K::OCaml | K::FSharp => ML,
        K::Clojure => LISP,
        K::Erlang => ERLANG,
        K::Julia => JULIA,
        K::PowerShell => POWERSHELL,
        K::Batch => BATCH,
        K::Ini => INI,
        K::Ignore(_) => IGNORE,
        K::Text | K::Other => PROSE,
        K::Csv
        | K::Notebook
        | K::Lockfile
        | K::Certificate
        | K::KeyStore
        | K::Image
        | K::Media
        | K::Font
        | K::Archive
        | K::Document
        | K::Database
        | K::Binary => NONE,
    }
}
