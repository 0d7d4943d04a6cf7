//! Scripts of tests that test nothing.

use crate::source::pattern;
use std::sync::LazyLock;

use regex::Regex;

use super::super::Context;
use super::super::packages::{Package, resolve};
use super::{commands, program};
use crate::parse::manifest::Script;
use crate::parse::shell::Command;

/// Why a script of tests tests nothing; none where it does, or where that cannot be told. The stub that `npm init`
/// writes is no script at all and is not reported here.
pub(in crate::extract) fn placeholder(
    package: &Package,
    script: &Script,
    context: &Context<'_>,
) -> Option<String> {
    if script.name != "test" && !script.name.starts_with("test:") || is_npm_stub(&script.command) {
        return None;
    }
    if script.command.trim().is_empty() {
        return Some("it is empty".to_owned());
    }
    let commands = commands(package, &script.command);
    let says_only = |command: &Command| {
        matches!(command.name(), Some("echo" | "printf" | "true" | ":" | "exit" | "sleep"))
            || command.words.is_empty()
    };
    if commands.iter().all(says_only) {
        let fails =
            commands.iter().any(|command| command.name() == Some("exit") && command.arguments() != ["0"]);
        return (!fails).then(|| "it only prints a text and ends well".to_owned());
    }
    let [command] = commands.as_slice() else { return None };
    demo(package, command, context).map(|file| format!("`{file}` asserts nothing"))
}

/// What `npm init` writes.
pub(in crate::extract) fn is_npm_stub(command: &str) -> bool {
    command.contains("no test specified")
}

/// The file of a script that runs one file of the tree which neither asserts anything nor starts something that may.
fn demo(package: &Package, command: &Command, context: &Context<'_>) -> Option<String> {
    static ASSERTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let words = r"assert|expect|node:test|\btap|describe|\b(it|test|should|check)\s*\(|spawn|exec|fork\(|throw |process\.exit|exitCode|jest|vitest|mocha|playwright|cypress|puppeteer|runner|run\(";
        pattern(words)
    });
    if !matches!(
        program(command.name()?),
        "node" | "tsx" | "ts-node" | "bun" | "deno" | "nodemon" | "python" | "python3"
    ) {
        return None;
    }
    let arguments = command.arguments();
    if arguments.iter().any(|word| word.starts_with("--test")) {
        return None;
    }
    let path = arguments.iter().find(|word| !word.starts_with('-') && word.contains('.'))?;
    let file = context.tree.by_path(&resolve(&package.dir, path)?)?;
    let text = context.tree.text(file);
    let asserts = ASSERTS.as_ref().is_none_or(|asserts| asserts.is_match(text));
    (!asserts && !text.is_empty()).then(|| (*path).to_owned())
}
