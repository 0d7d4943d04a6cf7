//! Every file that a parser understands, parsed once and in parallel.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::dockerfile::{self, Dockerfile};
use super::dotenv::{self, Dotenv};
use super::ignore_file::{self, IgnoreFile};
use super::javascript::{self, Component, Dialect, Source};
use super::justfile::{self, Justfile};
use super::makefile::{self, Makefile};
use super::markdown::{self, Markdown};
use super::node::Node;
use super::shell::{self, Script};
use super::{Parsed, SyntaxError, ini, json, on_big_stack, prisma, prose, toml, yaml};
use crate::source::{FileId, FileKind, IgnoreDialect, Place, SourceFile, Tree, dealt};

/// A parsed file.
#[derive(Debug)]
pub enum Document {
    /// YAML: its documents.
    Yaml(Vec<Node>),
    /// JSON and JSONC.
    Json(Node),
    /// TOML.
    Toml(Node),
    /// INI and its relatives.
    Ini(Node),
    /// A JavaScript or TypeScript module.
    JavaScript(Box<Source>),
    /// An env file.
    Dotenv(Dotenv),
    /// An ignore file, of git or docker.
    Ignore(IgnoreFile),
    /// A Dockerfile.
    Dockerfile(Box<Dockerfile>),
    /// A shell script.
    Shell(Script),
    /// A makefile.
    Makefile(Makefile),
    /// A justfile.
    Justfile(Justfile),
    /// A document for people: Markdown, reStructuredText, `AsciiDoc`.
    Markdown(Markdown),
    /// A schema of Prisma.
    Prisma(prisma::Schema),
}

/// The parsed files of a tree.
#[derive(Debug, Default)]
pub struct Documents {
    by_file: Vec<Option<Document>>,
    errors: Vec<(FileId, SyntaxError)>,
    timings: BTreeMap<&'static str, Duration>,
}

impl Documents {
    /// Parses every file of the tree that has a parser, on all threads.
    pub fn parse(tree: &Tree) -> Self {
        let files: Vec<_> = tree.entries().collect();
        let parse = || dealt(&files).map(|(id, file)| one(file, tree.text(*id))).collect::<Vec<_>>();
        let parsed = on_big_stack(rayon::current_num_threads(), parse);
        let mut documents = Self::default();
        for ((file, source), parsed) in files.into_iter().zip(parsed) {
            let Some((format, time, document)) = parsed else {
                documents.by_file.push(None);
                continue;
            };
            *documents.timings.entry(format).or_default() += time;
            // Tests keep broken files on purpose.
            if !source.test {
                documents.errors.extend(told(document.errors).into_iter().map(|error| (file, error)));
            }
            documents.by_file.push(Some(document.document));
        }
        documents
    }

    /// The document of a file, where it has a parser.
    pub fn get(&self, file: FileId) -> Option<&Document> {
        self.by_file.get(file.0 as usize)?.as_ref()
    }

    /// The number of every file, parsed or not, in the order of paths.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.by_file.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// The single value of a data file: a JSON or TOML document, or the first of a YAML stream.
    pub fn node(&self, file: FileId) -> Option<&Node> {
        match self.get(file)? {
            Document::Json(node) | Document::Toml(node) | Document::Ini(node) => Some(node),
            Document::JavaScript(script) => script.config.as_ref(),
            Document::Yaml(nodes) => nodes.first(),
            _ => None,
        }
    }

    /// The schemas of Prisma, in the order of paths.
    pub fn schemas(&self) -> impl Iterator<Item = (FileId, &prisma::Schema)> {
        self.ids().filter_map(|file| match self.get(file)? {
            Document::Prisma(schema) => Some((file, schema)),
            _ => None,
        })
    }

    /// What could not be parsed, in the order of files.
    pub fn errors(&self) -> impl Iterator<Item = (FileId, &SyntaxError)> {
        self.errors.iter().map(|(file, error)| (*file, error))
    }

    /// The same, at their places.
    pub fn syntax_errors(&self) -> Vec<(Place, String)> {
        let place = |file, error: &SyntaxError| Place { file, span: error.span };
        self.errors().map(|(file, error)| (place(file, error), error.message.clone())).collect()
    }

    /// How long each format took, over all threads.
    pub fn timings(&self) -> impl Iterator<Item = (&'static str, Duration)> {
        self.timings.iter().map(|(format, time)| (*format, *time))
    }
}

/// The first errors of a file, and how many more there are: a file of another language must not drown the others.
fn told(mut errors: Vec<SyntaxError>) -> Vec<SyntaxError> {
    const MOST: usize = 3;
    let more = errors.len().saturating_sub(MOST);
    errors.truncate(MOST);
    if let Some(last) = errors.last_mut().filter(|_| more > 0) {
        last.message = format!("{} (and {more} more in this file)", last.message);
    }
    errors
}

/// Parses one file; `None` where no parser wants it.
fn one(file: &SourceFile, text: &str) -> Option<(&'static str, Duration, Parsed<Document>)> {
    if file.kind.is_binary() || file.vendored || text.is_empty() {
        return None;
    }
    let start = Instant::now();
    let (format, parsed) = match file.kind {
        FileKind::Yaml => ("yaml", yaml::parse(text).map(Document::Yaml)),
        FileKind::Json if is_configuration(file) => ("json", json::parse(text).map(Document::Json)),
        FileKind::Toml => ("toml", toml::parse(text).map(Document::Toml)),
        FileKind::Ini => ("ini", ini::parse(text).map(Document::Ini)),
        FileKind::Dotenv => ("dotenv", dotenv::parse(text).map(Document::Dotenv)),
        FileKind::Ignore(IgnoreDialect::Docker) => {
            ("ignore", ignore_file::parse_docker(text).map(Document::Ignore))
        }
        FileKind::Ignore(_) => ("ignore", ignore_file::parse(text).map(Document::Ignore)),
        FileKind::Dockerfile => {
            ("dockerfile", dockerfile::parse(text).map(|document| Document::Dockerfile(Box::new(document))))
        }
        FileKind::Shell => ("shell", shell::parse(text).map(Document::Shell)),
        FileKind::Makefile => ("makefile", makefile::parse(text).map(Document::Makefile)),
        FileKind::Justfile => ("justfile", justfile::parse(text).map(Document::Justfile)),
        FileKind::Markdown => ("markdown", markdown::parse(text).map(Document::Markdown)),
        FileKind::Prisma => {
            let document = Document::Prisma(prisma::parse(text));
            ("prisma", Parsed { document, errors: Vec::new() })
        }
        FileKind::Text if is_prose(file) => ("prose", prose::parse(text).map(Document::Markdown)),
        kind => {
            let dialect = dialect(kind).filter(|_| is_program(file))?;
            let parsed = javascript::parse(text, dialect, is_script_configuration(file));
            ("javascript", parsed.map(|script| Document::JavaScript(Box::new(script))))
        }
    };
    Some((format, start.elapsed(), parsed))
}

/// Whether a JSON file may be configuration: data of tests, large tables, translations, what sites hand out and what
/// migration tools note for themselves is not parsed. A small file in a folder of data may be the manifest of a package.
fn is_configuration(file: &SourceFile) -> bool {
    const LARGEST: u64 = 256 * 1024;
    const LARGEST_AMONG_DATA: u64 = 32 * 1024;
    const DATA: &[&str] = &["public", "assets", "locales", "locale", "i18n", "translations", "messages"];
    let among_data = file.dir().split('/').any(|part| DATA.contains(&part));
    let largest = if among_data { LARGEST_AMONG_DATA } else { LARGEST };
    let noted = file.dir().ends_with("/meta") && file.name().ends_with("_snapshot.json");
    file.bytes <= largest && !file.test && !file.generated && !noted
}

/// Whether a text has headings: reStructuredText, `AsciiDoc`, a README without an extension.
fn is_prose(file: &SourceFile) -> bool {
    let name = file.name().to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "rst" | "adoc" | "asciidoc" | "org") || name.starts_with("readme")
}

/// The language of a file with scripts; `None` for all others.
fn dialect(kind: FileKind) -> Option<Dialect> {
    Some(match kind {
        FileKind::JavaScript | FileKind::Jsx => Dialect::JavaScript,
        FileKind::TypeScript => Dialect::TypeScript,
        FileKind::Tsx => Dialect::Tsx,
        FileKind::Vue | FileKind::Svelte => Dialect::Component(Component::Scripts),
        FileKind::Astro => Dialect::Component(Component::Astro),
        _ => return None,
    })
}

/// Whether a file with scripts is a program that people wrote: bundles are no source.
fn is_program(file: &SourceFile) -> bool {
    const LARGEST: u64 = 1024 * 1024;
    let declares = file.name().ends_with(".d.ts");
    file.bytes <= LARGEST && !file.name().contains(".min.") && !declares
}

/// Whether a JavaScript or TypeScript file is the configuration of a tool: `vitest.config.ts`, `.eslintrc.cjs`.
fn is_script_configuration(file: &SourceFile) -> bool {
    let name = file.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    // The configuration of webpack is one file for each environment, by custom: `webpack.prod.js`.
    let known = stem.ends_with(".config") || stem.ends_with("rc") && stem.starts_with('.');
    !file.test && (known || stem.starts_with("webpack."))
}
