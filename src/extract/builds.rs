//! Checks that builds make on their way, and whether they heed them.

use super::packages::Package;
use super::{Context, scripts};
use crate::facts::{BuildCheck, Entry};
use crate::parse::manifest::Script;
use crate::parse::node::Node;
use crate::parse::shell::{Command, Failure, Mask};
use crate::source::{FileId, Place};

/// Options of frameworks that leave a check out when they are true, with what it checks.
const OPTIONS: &[(&str, &[&str], &str)] = &[
    ("next.config.", &["typescript", "ignoreBuildErrors"], "typecheck"),
    ("next.config.", &["eslint", "ignoreDuringBuilds"], "lint"),
];

/// Compilers and linters with what they check.
const PROGRAMS: &[(&str, &str)] =
    &[("tsc", "typecheck"), ("vue-tsc", "typecheck"), ("svelte-check", "typecheck"), ("eslint", "lint")];

/// One fact for each check of a build.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (file, source) in context.tree.entries() {
        let Some(node) = context.documents.node(file) else { continue };
        let options = OPTIONS.iter().filter(|(start, ..)| source.name().starts_with(start));
        entries.extend(options.filter_map(|(_, path, checks)| option(file, node, path, checks)));
    }
    for package in context.packages.all() {
        for (file, script) in package.scripts().filter(|(_, script)| is_build(&script.name)) {
            entries.extend(commands(package, file, script));
        }
    }
    entries
}

fn is_build(name: &str) -> bool {
    ["build", "compile"].contains(&name.split([':', '-']).next().unwrap_or_default())
}

fn option(file: FileId, node: &Node, path: &[&str], checks: &str) -> Option<Entry> {
    let (last, parents) = path.split_last()?;
    let entry = node.at(parents)?.entry(last)?;
    let fact = BuildCheck {
        checks: checks.to_owned(),
        by: path.join("."),
        ignored: entry.value.flag().unwrap_or(false),
    };
    Some(Entry::new(Place { file, span: entry.key_span.to(entry.value.span) }, fact))
}

fn commands(package: &Package, file: FileId, script: &Script) -> Vec<Entry> {
    let fact = |command: &Command| {
        let name = scripts::program(command.name()?);
        let (_, checks) = PROGRAMS.iter().find(|(program, _)| *program == name)?;
        let ignored = matches!(command.failure, Failure::Masked(Mask::Fallback | Mask::ExitZero));
        let fact = BuildCheck { checks: (*checks).to_owned(), by: name.to_owned(), ignored };
        Some(Entry::new(Place { file, span: script.span }, fact))
    };
    scripts::commands(package, &script.command).iter().filter_map(fact).collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn checks_of_builds() {
        for (path, text, expected) in [
            (
                "next.config.js",
                "module.exports = { typescript: { ignoreBuildErrors: true } }",
                vec!["typecheck | typescript.ignoreBuildErrors | true | ignoreBuildErrors: true"],
            ),
            (
                "next.config.js",
                "module.exports = withX({ eslint: { ignoreDuringBuilds: isCi } })",
                vec!["lint | eslint.ignoreDuringBuilds | false | ignoreDuringBuilds: isCi"],
            ),
            (
                "package.json",
                r#"{"scripts": {"build": "tsc && vite build"}}"#,
                vec!["typecheck | tsc | false | \"tsc && vite build\""],
            ),
            (
                "package.json",
                r#"{"scripts": {"build:app": "tsc || true"}}"#,
                vec!["typecheck | tsc | true | \"tsc || true\""],
            ),
            ("package.json", r#"{"scripts": {"types": "tsc || true"}}"#, vec![]),
        ] {
            assert_eq!(
                show("build.check", &["checks", "by", "ignored", "@"], &[(path, text)]),
                expected,
                "{path} {text}"
            );
        }
    }
}
