//! How much code a package has, and how many of its files hold tests.

use std::sync::LazyLock;

use memchr::memmem;
use rayon::prelude::*;
use regex::Regex;

use super::{Packages, above};
use crate::source::{FileId, FileKind, Phrases, SourceFile, Tree, pattern};

/// Folders with code for tests, or to show something, that is no test itself.
const NO_TESTS: &[&str] = &[
    "fixture",
    "fixtures",
    "__fixtures__",
    "testdata",
    "testfiles",
    "mock",
    "mocks",
    "__mocks__",
    "stubs",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "stories",
    "__stories__",
    "storybook",
    ".storybook",
    "playground",
    "playgrounds",
    "benches",
    "benchmark",
    "benchmarks",
];

/// What one file adds.
#[derive(Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // independent answers about one file
struct Share {
    file: FileId,
    ecosystems: &'static [&'static str],
    source: bool,
    test: bool,
    /// It is a collection of Postman with tests of its answers, which count where something runs it.
    collection: bool,
    starts: bool,
    listens: bool,
}

/// Counts the files of all packages: each belongs to the nearest package of its ecosystem.
pub(super) fn count(packages: &mut Packages, tree: &Tree) {
    let files: Vec<FileId> = tree.entries().map(|(file, _)| file).collect();
    let shares: Vec<Share> = files.par_iter().filter_map(|file| share(*file, tree)).collect();
    let runs_collections = shares.iter().any(|share| share.collection) && runs_collections(tree);
    for share in shares {
        let share = Share { test: share.test || share.collection && runs_collections, ..share };
        packages.code_files += usize::from(share.source && !share.ecosystems.is_empty());
        packages.test_files += usize::from(share.test);
        let source = tree.file(share.file);
        let mut dirs = above(source.dir());
        let owner = dirs
            .find_map(|dir| share.ecosystems.iter().find_map(|ecosystem| packages.position(dir, ecosystem)));
        let Some(owner) = owner else { continue };
        let package = &mut packages.list[owner];
        package.source_files += usize::from(share.source);
        package.typescript_files += usize::from(share.source && is_typescript(source));
        package.test_files += usize::from(share.test);
        package.starts |= share.starts;
        package.listens |= share.listens;
    }
}

fn is_typescript(file: &SourceFile) -> bool {
    matches!(file.kind, FileKind::TypeScript | FileKind::Tsx) && !file.name().ends_with(".d.ts")
}

fn share(file: FileId, tree: &Tree) -> Option<Share> {
    let source = tree.file(file);
    if source.vendored || source.generated || source.link.is_some() {
        return None;
    }
    let text = tree.text(file);
    if !source.kind.is_code() {
        let collection = source.name().ends_with("postman_collection.json") && text.contains("\"test\"");
        let ecosystems = &["npm"];
        let share =
            Share { file, ecosystems, source: false, test: false, collection, starts: false, listens: false };
        return collection.then_some(share);
    }
    let ecosystems = ecosystems(source.kind);
    let (starts, listens) = if source.test { (false, false) } else { entry(source, text) };
    let tested = if source.test { is_test(source, text) } else { has_tests(source, text) };
    Some(Share { file, ecosystems, source: !source.test, test: tested, collection: false, starts, listens })
}

/// Whose packages hold such files; none for code that is no program of its own: styles, queries, shell.
fn ecosystems(kind: FileKind) -> &'static [&'static str] {
    match kind.language() {
        Some("JavaScript" | "TypeScript" | "Vue" | "Svelte" | "Astro") => &["npm", "deno"],
        Some("Python") => &["python"],
        Some("Rust") => &["cargo"],
        Some("Go") => &["go"],
        Some("PHP") => &["composer"],
        Some("Ruby") => &["ruby"],
        Some("Java" | "Kotlin" | "Scala" | "Groovy") => &["maven", "gradle"],
        Some("C#" | "F#") => &["nuget"],
        Some("Elixir") => &["elixir"],
        Some("Dart") => &["dart"],
        Some(
            "C" | "C++" | "Objective-C" | "Swift" | "Perl" | "Lua" | "R" | "Erlang" | "Haskell" | "OCaml"
            | "Clojure" | "Julia" | "Zig" | "Solidity",
        ) => &["none"],
        _ => &[],
    }
}

/// Whether a file of tests, by its path, holds any: setup and helpers do not.
fn is_test(file: &SourceFile, text: &str) -> bool {
    static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let calls =
            r"\b(test|it|describe|suite|scenario|specify|should|expect|assert\w*|bench)(\.\w+)*\s*[(!]";
        let words = r"\b(def test|class \w*Test|func (Test|Fuzz|Example)|assert |fn test|it ['\x22]|@test |plan\(|testing\.T\b)";
        let marks =
            r"#\[(\w+::)*test|@Test\b|@ParameterizedTest|\[(Fact|Theory|Test|TestMethod)\b|TEST(_F|_P)?\(";
        pattern(&[calls, words, marks].join("|"))
    });
    let helper = file.dir().split('/').any(|part| NO_TESTS.contains(&part.to_ascii_lowercase().as_str()));
    !helper && MARK.as_ref().is_some_and(|mark| mark.is_match(text))
}

/// Whether a file of program code also holds tests of itself.
fn has_tests(file: &SourceFile, text: &str) -> bool {
    static SCRIPT: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(&["import.meta.vitest", "Deno.test("]));
    if file.kind.is_ecmascript() {
        return SCRIPT.are_in(text);
    }
    let text = text.as_bytes();
    let holds = |words: &str| memmem::find(text, words.as_bytes()).is_some();
    match file.kind {
        FileKind::Rust => holds("#[cfg(test)]") || holds("#[test]"),
        FileKind::Zig => holds("\ntest \""),
        _ => false,
    }
}

/// Whether a script, a pipeline or a manifest runs collections of Postman.
fn runs_collections(tree: &Tree) -> bool {
    tree.entries().any(|(file, source)| {
        let runs = matches!(source.kind, FileKind::Yaml | FileKind::Shell | FileKind::Makefile)
            || matches!(source.name(), "package.json" | "Jenkinsfile");
        runs && !source.vendored
            && ["newman run", "postman collection run", "postman/newman"]
                .iter()
                .any(|words| memmem::find(tree.text(file).as_bytes(), words.as_bytes()).is_some())
    })
}

/// Whether a program starts in the file, and whether it opens a port by its language's own library.
fn entry(file: &SourceFile, text: &str) -> (bool, bool) {
    static SERVES: LazyLock<Phrases> =
        LazyLock::new(|| Phrases::of(&["createServer(", ".listen(", "Bun.serve(", "Deno.serve("]));
    let holds = |words: &str| memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    match file.kind {
        FileKind::Go => {
            let starts = text.lines().any(|line| line.trim_end() == "package main");
            let serves = ["ListenAndServe", "grpc.NewServer(", "http.Server{", "fasthttp.Server{"];
            (starts, serves.iter().any(|words| holds(words)))
        }
        FileKind::Rust => {
            let main = file.name() == "main.rs" || file.dir().ends_with("src/bin");
            (main, holds("TcpListener::bind("))
        }
        FileKind::Python => {
            let names = [
                "manage.py",
                "wsgi.py",
                "asgi.py",
                "main.py",
                "app.py",
                "server.py",
                "run.py",
                "application.py",
                "__main__.py",
            ];
            let serves = ["uvicorn.run(", "app.run(", "HTTPServer(", "serve_forever("];
            (names.contains(&file.name()), serves.iter().any(|words| holds(words)))
        }
        kind if kind.is_ecmascript() => (false, SERVES.are_in(text)),
        _ => (false, false),
    }
}
