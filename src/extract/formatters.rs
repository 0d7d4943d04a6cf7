//! What formats the code of packages.

use std::sync::LazyLock;

use regex::Regex;

use super::packages::{Package, above, join};
use super::{Context, mentions};
use crate::parse::node::Node;
use crate::source::pattern;

/// The names, or beginnings of names, of configuration files, with the ecosystem.
const FILES: &[(&str, &str, &str)] = &[
    (".prettierrc", "npm", "prettier"),
    ("prettier.config.", "npm", "prettier"),
    ("biome.json", "npm", "biome"),
    (".biome.json", "npm", "biome"),
    ("rome.json", "npm", "rome"),
    ("dprint.json", "npm", "dprint"),
    (".dprint.json", "npm", "dprint"),
    (".oxfmtrc", "npm", "oxfmt"),
    ("ruff.toml", "python", "ruff"),
    (".ruff.toml", "python", "ruff"),
    (".style.yapf", "python", "yapf"),
];

/// Tables of shared configuration files.
const TABLES: &[(&str, &[&str], &str, &str)] = &[
    ("package.json", &["prettier"], "npm", "prettier"),
    ("pyproject.toml", &["tool", "black"], "python", "black"),
    ("pyproject.toml", &["tool", "ruff"], "python", "ruff"),
    ("pyproject.toml", &["tool", "yapf"], "python", "yapf"),
    ("setup.cfg", &["yapf"], "python", "yapf"),
];

/// Packages that format, or sets of rules of a linter that speak of the form of code; a `*` stands for any end.
const PACKAGES: &[(&str, &str)] = &[
    ("prettier", "npm"),
    ("prettier-*", "npm"),
    ("@biomejs/biome", "npm"),
    ("dprint", "npm"),
    ("oxfmt", "npm"),
    ("vite-plus", "npm"),
    ("eslint-plugin-prettier", "npm"),
    ("eslint-config-airbnb*", "npm"),
    ("eslint-config-standard*", "npm"),
    ("eslint-config-google", "npm"),
    ("@stylistic/*", "npm"),
    ("@antfu/eslint-config", "npm"),
    ("@nuxt/eslint", "npm"),
    ("neostandard", "npm"),
    ("standard", "npm"),
    ("xo", "npm"),
    ("gts", "npm"),
    ("ultracite", "npm"),
    ("js-beautify", "npm"),
    ("black", "python"),
    ("blue", "python"),
    ("yapf", "python"),
    ("autopep8", "python"),
    ("ruff", "python"),
];

/// Formatters as commands and hooks name them.
const COMMANDS: &[(&str, &str)] = &[
    ("prettier", "npm"),
    ("biome", "npm"),
    ("dprint", "npm"),
    ("oxfmt", "npm"),
    ("deno fmt", "npm"),
    ("ultracite", "npm"),
    ("ruff", "python"),
    ("black", "python"),
    ("yapf", "python"),
    ("autopep8", "python"),
];

/// What formats anything in a repository, beside what packages depend on.
pub(super) struct Known<'c> {
    /// The formatters that workflows, makefiles and hooks run, with their ecosystem; these hold for the whole repository.
    commands: Vec<(&'static str, &'static str)>,
    /// The folders of configuration files, with ecosystem and tool.
    files: Vec<(&'c str, &'static str, &'static str)>,
}

/// Looks for all of it once.
pub(super) fn known<'c>(context: &'c Context<'_>) -> Known<'c> {
    let ends = ["", "c", "json", "jsonc", "js", "cjs", "mjs", "ts", "yml", "yaml", "toml", ".json", ".js"];
    let more = [".cjs", ".mjs", ".ts", ".yml", ".yaml", ".toml", ".json5", ".jsonc"];
    let of_name = |name: &str| {
        FILES.iter().find(|(start, ..)| {
            name.strip_prefix(start).is_some_and(|end| ends.contains(&end) || more.contains(&end))
        })
    };
    let files = context.tree.files().iter().filter_map(|file| {
        let (_, ecosystem, tool) = of_name(file.name())?;
        Some((file.dir(), *ecosystem, *tool))
    });
    Known { commands: commands(context), files: files.collect() }
}

fn commands(context: &Context<'_>) -> Vec<(&'static str, &'static str)> {
    static COMMAND: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let names: Vec<_> = COMMANDS.iter().map(|(name, _)| name.replace(' ', r"\s+")).collect();
        pattern(&format!(r"(?:^|[^\w.@-])({})(?:[^\w.:=]|:\s|$)", names.join("|")))
    });
    let Some(command) = COMMAND.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    let manifests = ["package.json", "pyproject.toml", "setup.cfg", "deno.json", "deno.jsonc"];
    for (file, _) in mentions::task_files(context).filter(|(_, file)| !manifests.contains(&file.name())) {
        for (_, name) in mentions::found(command, context.tree.text(file)) {
            let plain = name.split_whitespace().collect::<Vec<_>>().join(" ");
            found.extend(COMMANDS.iter().find(|(known, _)| *known == plain).copied());
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What formats a package: its dependencies and configuration and those above it, its scripts, and what pipelines run.
pub(super) fn of(context: &Context<'_>, known: &Known<'_>, package: &Package) -> Vec<String> {
    let mut tools: Vec<String> = match package.ecosystem {
        "deno" => vec!["deno fmt".to_owned()],
        "go" => vec!["gofmt".to_owned()],
        "cargo" => vec!["rustfmt".to_owned()],
        _ => Vec::new(),
    };
    let runs = |tool: &str| {
        package.scripts().any(|(_, script)| script.command.split([' ', '/']).any(|word| word == tool))
    };
    let own = COMMANDS.iter().filter(|(tool, ecosystem)| *ecosystem == package.ecosystem && runs(tool));
    let anywhere = known.commands.iter().filter(|(_, ecosystem)| *ecosystem == package.ecosystem);
    tools.extend(own.chain(anywhere).map(|(tool, _)| (*tool).to_owned()));
    for package in context.packages.lineage(package) {
        let named = package.dependencies().filter(|(_, dependency)| {
            PACKAGES.iter().any(|(known, ecosystem)| {
                *ecosystem == package.ecosystem && is_named(&dependency.name, known)
            })
        });
        tools.extend(named.map(|(_, dependency)| dependency.name.clone()));
    }
    for dir in above(&package.dir) {
        tools.extend(configured(context, &known.files, dir, package.ecosystem).map(str::to_owned));
    }
    tools.sort();
    tools.dedup();
    tools
}

fn is_named(name: &str, known: &str) -> bool {
    known.strip_suffix('*').map_or(name == known, |start| name.starts_with(start))
}

/// The formatters that files of one directory configure.
fn configured<'c>(
    context: &'c Context<'_>,
    found: &'c [(&'c str, &'static str, &'static str)],
    dir: &'c str,
    ecosystem: &'c str,
) -> impl Iterator<Item = &'static str> + 'c {
    let files =
        found.iter().filter(move |(at, of, _)| *at == dir && *of == ecosystem).map(|(.., tool)| *tool);
    let tables = TABLES.iter().filter(move |(name, path, of, _)| {
        let node = || context.documents.node(context.tree.by_path(&join(dir, name))?)?.at(path);
        *of == ecosystem && node().is_some_and(|node: &Node| !node.is_null())
    });
    files.chain(tables.map(|(.., tool)| *tool))
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn what_formats_a_package() {
        for (files, expected) in [
            (vec![("package.json", "{}")], ""),
            (vec![("package.json", r#"{"devDependencies": {"prettier": "3"}}"#)], "prettier"),
            (vec![("package.json", r#"{"prettier": {"semi": false}}"#)], "prettier"),
            (vec![("package.json", "{}"), (".prettierrc", "{}")], "prettier"),
            (vec![("package.json", "{}"), ("biome.jsonc", "{}")], "biome"),
            (vec![("package.json", r#"{"scripts": {"format": "bunx prettier --write ."}}"#)], "prettier"),
            (
                vec![("package.json", r#"{"devDependencies": {"eslint-config-airbnb-base": "15"}}"#)],
                "eslint-config-airbnb-base",
            ),
            (
                vec![("package.json", "{}"), (".github/workflows/a.yml", "run: npx prettier --check .")],
                "prettier",
            ),
            (vec![("deno.json", r#"{"name": "a"}"#), ("a.ts", "")], "deno fmt"),
            (vec![("requirements.txt", "black==24"), ("a.py", "1")], "black"),
            (vec![("requirements.txt", "flask==3"), ("a.py", "1")], ""),
            (vec![("go.mod", "module m")], "gofmt"),
        ] {
            assert_eq!(show("package", &["formatters"], &files), [expected], "{files:?}");
        }
        let members = [
            ("package.json", r#"{"workspaces": ["a"], "devDependencies": {"prettier": "3"}}"#),
            ("a/package.json", "{}"),
        ];
        assert_eq!(show("package", &["formatters"], &members), ["prettier", "prettier"]);
    }
}
