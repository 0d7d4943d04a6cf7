//! Which linters are set up, and for what.

use std::sync::LazyLock;

use regex::Regex;

use super::packages::{Package, above};
use super::{Context, mentions};
use crate::parse::node::Node;
use crate::source::{FileKind, pattern};

/// A linter that is set up for the packages of an ecosystem at and below a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Linter {
    dir: String,
    ecosystem: &'static str,
    tool: String,
}

/// The names, or beginnings of names, of configuration files.
const FILES: &[(&str, &str, &str)] = &[
    ("eslint.config.", "npm", "eslint"),
    (".eslintrc", "npm", "eslint"),
    ("biome.json", "npm", "biome"),
    (".biome.json", "npm", "biome"),
    ("rome.json", "npm", "rome"),
    (".oxlintrc.json", "npm", "oxlint"),
    ("oxlint.config.", "npm", "oxlint"),
    ("tslint.json", "npm", "tslint"),
    (".xo-config", "npm", "xo"),
    ("xo.config.", "npm", "xo"),
    ("rslint.json", "npm", "rslint"),
    ("ruff.toml", "python", "ruff"),
    (".ruff.toml", "python", "ruff"),
    (".flake8", "python", "flake8"),
    (".pylintrc", "python", "pylint"),
    ("pylintrc", "python", "pylint"),
    (".golangci.", "go", "golangci-lint"),
    ("revive.toml", "go", "revive"),
    ("staticcheck.conf", "go", "staticcheck"),
    ("clippy.toml", "cargo", "clippy"),
    (".clippy.toml", "cargo", "clippy"),
];

/// Tables of shared configuration files.
const TABLES: &[(&str, &[&str], &str, &str)] = &[
    ("package.json", &["eslintConfig"], "npm", "eslint"),
    ("package.json", &["xo"], "npm", "xo"),
    ("package.json", &["standard"], "npm", "standard"),
    ("deno.json", &["lint"], "npm", "deno lint"),
    ("pyproject.toml", &["tool", "ruff"], "python", "ruff"),
    ("pyproject.toml", &["tool", "pylint"], "python", "pylint"),
    ("pyproject.toml", &["tool", "flake8"], "python", "flake8"),
    ("setup.cfg", &["flake8"], "python", "flake8"),
    ("setup.cfg", &["pylint"], "python", "pylint"),
    ("tox.ini", &["flake8"], "python", "flake8"),
    ("Cargo.toml", &["lints", "clippy"], "cargo", "clippy"),
    ("Cargo.toml", &["workspace", "lints", "clippy"], "cargo", "clippy"),
];

/// Linters that need no configuration, as commands and hooks name them.
const COMMANDS: &[(&str, &str)] = &[
    ("golangci-lint", "go"),
    ("staticcheck", "go"),
    ("go vet", "go"),
    ("revive", "go"),
    ("clippy", "cargo"),
    ("ruff", "python"),
    ("flake8", "python"),
    ("pylint", "python"),
    ("oxlint", "npm"),
    ("biome", "npm"),
    ("deno lint", "npm"),
    ("ultracite", "npm"),
    ("standard", "npm"),
    ("xo", "npm"),
    ("gts lint", "npm"),
];

/// Every linter of the repository.
pub(super) fn linters(context: &Context<'_>) -> Vec<Linter> {
    let mut linters = Vec::new();
    for (file, source) in context.tree.entries().filter(|(_, source)| !source.vendored && !source.test) {
        let name = source.name();
        let mut add = |ecosystem: &'static str, tool: &str| {
            let owner = context.packages.owner(&source.path, ecosystem);
            let dir = owner.map_or(source.dir(), |package| package.dir.as_str());
            linters.push(Linter { dir: dir.to_owned(), ecosystem, tool: tool.to_owned() });
        };
        if is_config_kind(source.kind) {
            let known = FILES.iter().filter(|(start, _, _)| is_named(name, start));
            known.for_each(|(_, ecosystem, tool)| add(ecosystem, tool));
        }
        for (_, path, ecosystem, tool) in TABLES.iter().filter(|(known, ..)| *known == name) {
            if context.documents.node(file).is_some_and(|node| at(node, path)) {
                add(ecosystem, tool);
            }
        }
    }
    linters.extend(commands(context));
    linters
}

/// Whether a name is the known one, with at most an extension behind: `eslint.config.js.disabled` configures nothing.
fn is_named(name: &str, known: &str) -> bool {
    let rest = name.strip_prefix(known).map(|rest| rest.trim_start_matches('.'));
    rest.is_some_and(|rest| {
        ["", "c", "js", "mjs", "cjs", "ts", "mts", "cts", "json", "jsonc", "yml", "yaml", "toml"]
            .contains(&rest)
    })
}

fn is_config_kind(kind: FileKind) -> bool {
    kind.is_ecmascript()
        || matches!(
            kind,
            FileKind::Json
                | FileKind::Yaml
                | FileKind::Toml
                | FileKind::Ini
                | FileKind::Text
                | FileKind::Other
        )
}

fn at(node: &Node, path: &[&str]) -> bool {
    node.at(path).is_some_and(|node| !node.is_null())
}

fn commands(context: &Context<'_>) -> Vec<Linter> {
    static COMMAND: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let names: Vec<_> = COMMANDS.iter().map(|(name, _)| name.replace(' ', r"\s+")).collect();
        pattern(&format!(r"(?:^|[^\w.@-])({})(?:[^\w.:=]|:\s|$)", names.join("|")))
    });
    let Some(command) = COMMAND.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for (file, source) in mentions::task_files(context) {
        // Manifests name linters as dependencies; only their scripts run them.
        let texts: Vec<&str> = match source.name() {
            "package.json" => {
                let packages = context.packages.all().iter().filter(|package| package.file() == file);
                packages.flat_map(Package::scripts).map(|(_, script)| script.command.as_str()).collect()
            }
            "pyproject.toml" | "setup.cfg" | "mise.toml" | ".mise.toml" | "deno.json" | "deno.jsonc" => {
                continue;
            }
            _ => vec![context.tree.text(file)],
        };
        // What a workflow or a hook runs is for the whole repository.
        let everywhere = source.path.starts_with('.') || source.dir().is_empty();
        for (_, name) in texts.iter().flat_map(|text| mentions::found(command, text)) {
            let plain = name.split_whitespace().collect::<Vec<_>>().join(" ");
            if let Some((tool, ecosystem)) = COMMANDS.iter().find(|(known, _)| *known == plain) {
                let dir = if everywhere && source.name() != "package.json" { "" } else { source.dir() };
                let linter = Linter { dir: dir.to_owned(), ecosystem, tool: (*tool).to_owned() };
                if !found.contains(&linter) {
                    found.push(linter);
                }
            }
        }
    }
    found
}

/// The linters that are set up for a package: in its directory, above it, or for the repository.
pub(super) fn of(linters: &[Linter], package: &Package) -> Vec<String> {
    let ecosystem = if package.ecosystem == "deno" { "npm" } else { package.ecosystem };
    let mut tools: Vec<String> = linters
        .iter()
        .filter(|linter| linter.ecosystem == ecosystem && above(&package.dir).any(|dir| dir == linter.dir))
        .map(|linter| linter.tool.clone())
        .collect();
    if package.ecosystem == "deno" {
        tools.push("deno lint".to_owned());
    }
    tools.sort();
    tools.dedup();
    tools
}

#[cfg(test)]
mod tests {
    use super::{linters, of};
    use crate::extract::given;

    /// The linters of every package: `dir: tools`.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        given::with(files, |context| {
            let linters = linters(context);
            let show =
                |package: &super::Package| format!("{}: {}", package.dir, of(&linters, package).join(" "));
            context.packages.all().iter().map(show).collect()
        })
    }

    #[test]
    fn configuration_counts_where_it_stands_and_below() {
        let npm = ("package.json", "{}");
        for (file, text, expected) in [
            ("eslint.config.mjs", "export default []", "eslint"),
            (".eslintrc.json", "{}", "eslint"),
            (".eslintrc", "{}", "eslint"),
            ("biome.jsonc", "{}", "biome"),
            ("eslint.config.js.disabled", "export default []", ""),
            ("eslint.config.js.md", "export default []", ""),
            (".eslintignore", "dist", ""),
            (".pre-commit-config.yaml", "repos: [{repo: x, hooks: [{id: biome-check}]}]", "biome"),
            (".github/workflows/x.yml", "jobs: {a: {steps: [{run: npx oxlint .}]}}", "oxlint"),
            (".github/workflows/x.yml", "# npx oxlint .\njobs: {}", ""),
        ] {
            assert_eq!(found(&[npm, (file, text)]), [format!(": {expected}")], "{file} {text}");
        }
        let files = [
            ("a/package.json", "{}"),
            ("a/b/package.json", "{}"),
            ("a/.oxlintrc.json", "{}"),
            ("c/package.json", "{}"),
        ];
        assert_eq!(found(&files), ["a: oxlint", "a/b: oxlint", "c: "]);
    }

    #[test]
    fn other_languages() {
        let python = "[project]\nname = \"x\"\n[tool.ruff]\nline-length = 100\n";
        let hook = "repos:\n  - repo: https://git.example/ruff-pre-commit\n    hooks:\n      - id: ruff\n";
        for (files, expected) in [
            (vec![("pyproject.toml", python)], "ruff"),
            (vec![("requirements.txt", "flake8"), ("a.py", "1")], ""),
            (vec![("requirements.txt", "x"), ("tox.ini", "[flake8]\nmax-line-length = 100\n")], "flake8"),
            (vec![("requirements.txt", "x"), (".pre-commit-config.yaml", hook)], "ruff"),
            (vec![("go.mod", "module m"), (".golangci.yml", "linters: {}")], "golangci-lint"),
            (vec![("go.mod", "module m"), ("Makefile", "lint:\n\tgo vet ./...\n")], "go vet"),
            (
                vec![("Cargo.toml", "[package]\nname = \"x\"\n[lints.clippy]\npedantic = \"warn\"\n")],
                "clippy",
            ),
            (
                vec![("Cargo.toml", "[package]\nname = \"x\"\n"), ("justfile", "lint:\n  cargo clippy\n")],
                "clippy",
            ),
        ] {
            assert_eq!(found(&files), [format!(": {expected}")], "{files:?}");
        }
    }
}
