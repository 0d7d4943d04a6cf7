//! Whether what `ESLint` warns of makes a check fail.

use super::super::packages::{Package, above, join};
use super::super::{Context, mentions, scripts};
use crate::facts::{Entry, LintCommand};
use crate::parse::manifest::Script;
use crate::parse::shell::Command;
use crate::source::{FileId, Place};

/// Configurations of `ESLint`, in the order in which it looks.
const FILES: &[&str] = &[
    "eslint.config.js",
    "eslint.config.mjs",
    "eslint.config.cjs",
    "eslint.config.ts",
    "eslint.config.mts",
    "eslint.config.cts",
    ".eslintrc.js",
    ".eslintrc.cjs",
    ".eslintrc.yaml",
    ".eslintrc.yml",
    ".eslintrc.json",
    ".eslintrc",
    "package.json",
];

/// Shared configurations whose rules warn, by what names them.
const WARNING: &[(&str, &str)] = &[
    ("next/core-web-vitals", "`next/core-web-vitals`"),
    ("eslint-config-next", "`eslint-config-next`"),
    ("react-hooks/recommended", "`plugin:react-hooks/recommended`"),
    ("react-app", "`react-app`"),
];

/// One fact for each package with a script that runs `ESLint`.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let anywhere = fails_on_warnings(context);
    let packages = context.packages.all().iter().filter(|package| package.ecosystem == "npm");
    packages.filter_map(|package| fact(context, package, anywhere)).collect()
}

fn fact(context: &Context<'_>, package: &Package, anywhere: bool) -> Option<Entry> {
    let lints = |script: &Script| {
        is_lint(&script.name) && scripts::commands(package, &script.command).iter().any(runs_eslint)
    };
    let (file, script) = package.scripts().find(|(_, script)| lints(script))?;
    let fact =
        LintCommand { script: script.name.clone(), warns: warns(context, &package.dir), strict: anywhere };
    Some(Entry::new(Place { file, span: script.span }, fact))
}

fn is_lint(name: &str) -> bool {
    (name == "lint" || name.starts_with("lint:") || name.ends_with(":lint") || name == "eslint")
        && !name.contains("fix")
}

fn runs_eslint(command: &Command) -> bool {
    let name = command.name().map(scripts::program);
    name == Some("eslint") || name == Some("next") && command.arguments().first() == Some(&"lint")
}

/// Whether any run of the linter in the repository fails where it warns.
fn fails_on_warnings(context: &Context<'_>) -> bool {
    const MARK: &str = "--max-warnings";
    let scripts = || {
        let packages = context.packages.all().iter().flat_map(Package::scripts);
        packages.map(|(_, script)| script.command.as_str()).any(|command| command.contains(MARK))
    };
    let staged = |name: &str| name.contains("lint-staged") || name.contains("lintstaged");
    let files =
        context.tree.entries().filter(|(_, file)| staged(file.name()) || file.name() == "package.json");
    let files = files.filter(|(_, file)| !file.is_aside()).map(|(file, _)| file);
    let tasks = mentions::task_files(context).map(|(file, _)| file);
    scripts() || files.chain(tasks).any(|file| context.tree.text(file).contains(MARK))
}

/// What says that a rule only warns: the nearest configuration, or one it is built on.
fn warns(context: &Context<'_>, dir: &str) -> Option<String> {
    let file =
        above(dir).find_map(|dir| FILES.iter().find_map(|name| configuration(context, &join(dir, name))))?;
    let source = context.tree.file(file);
    let mut lines = context.tree.text(file).lines().map(str::trim_start);
    lines.find_map(|line| {
        if line.starts_with("//") || line.starts_with('*') {
            return None;
        }
        if line.contains("\"warn\"") || line.contains("'warn'") {
            return Some(format!("rules that `{}` sets to `warn`", source.path));
        }
        let shared = WARNING.iter().find(|(mark, _)| line.contains(mark));
        shared.map(|(_, name)| format!("rules of {name}"))
    })
}

fn configuration(context: &Context<'_>, path: &str) -> Option<FileId> {
    let file = context.tree.by_path(path)?;
    let manifest = context.tree.file(file).name() == "package.json";
    let speaks = || context.documents.node(file).is_some_and(|node| node.get("eslintConfig").is_some());
    (!manifest || speaks()).then_some(file)
}
