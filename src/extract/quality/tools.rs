//! Tools of developers that do nothing without a configuration.

use super::super::packages::{Package, above, join};
use super::super::{Context, mentions};
use crate::facts::{DeveloperTool, Entry};
use crate::source::Place;

/// A tool, and what shows that it is set up.
struct Tool {
    /// Its package.
    name: &'static str,
    /// Names of files, or their beginnings; a folder ends in `/`.
    files: &'static [&'static str],
    /// Keys of a manifest.
    keys: &'static [&'static str],
    /// Words of a script with which it needs none of these.
    option: &'static str,
    /// What it lacks where it has none of these.
    lacks: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "husky",
        files: &[".husky/", ".huskyrc", "husky.config."],
        keys: &["husky"],
        option: "",
        lacks: "no hook stands in `.husky`",
    },
    Tool {
        name: "lint-staged",
        files: &[".lintstagedrc", "lint-staged.config."],
        keys: &["lint-staged"],
        option: "lint-staged --config",
        lacks: "nothing says what it runs on which files",
    },
    Tool {
        name: "@commitlint/cli",
        files: &["commitlint.config.", ".commitlintrc"],
        keys: &["commitlint"],
        option: "commitlint --",
        lacks: "it has no rules",
    },
    Tool {
        name: "stylelint",
        files: &["stylelint.config.", ".stylelintrc"],
        keys: &["stylelint"],
        option: "--config",
        lacks: "it has no rules",
    },
    Tool {
        name: "simple-git-hooks",
        files: &[".simple-git-hooks.", "simple-git-hooks."],
        keys: &["simple-git-hooks"],
        option: "",
        lacks: "no hook is named",
    },
    Tool {
        name: "lefthook",
        files: &["lefthook.", ".lefthook.", "lefthook/", ".config/lefthook."],
        keys: &[],
        option: "",
        lacks: "no hook is named",
    },
    Tool {
        name: "@changesets/cli",
        files: &[".changeset/"],
        keys: &[],
        option: "",
        lacks: "there is no folder `.changeset`",
    },
    Tool {
        name: "cypress",
        files: &["cypress.config.", "cypress.json"],
        keys: &[],
        option: "--config",
        lacks: "it has no configuration",
    },
    Tool {
        name: "storybook",
        files: &[".storybook/"],
        keys: &[],
        option: "-c ",
        lacks: "there is no folder `.storybook`",
    },
    Tool {
        name: "turbo",
        files: &["turbo.json", "turbo.jsonc"],
        keys: &["turbo"],
        option: "",
        lacks: "there is no `turbo.json`",
    },
    Tool {
        name: "lerna",
        files: &["lerna.json"],
        keys: &["lerna"],
        option: "",
        lacks: "there is no `lerna.json`",
    },
];

/// One fact for each such tool that a package depends on.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let packages = context.packages.all().iter().filter(|package| package.ecosystem == "npm");
    packages.flat_map(|package| of(context, package)).collect()
}

fn of<'c>(context: &'c Context<'_>, package: &'c Package) -> impl Iterator<Item = Entry> + 'c {
    let declared = package.dependencies().filter_map(|(file, dependency)| {
        let tool = TOOLS.iter().find(|tool| tool.name == dependency.name)?;
        Some((tool, Place { file, span: dependency.span }))
    });
    declared.map(move |(tool, place)| {
        let lacks = if !is_configured(context, package, tool) {
            Some(tool.lacks.to_owned())
        } else if tool.name == "husky" && !installs_husky(context) {
            Some("no script installs its hooks".to_owned())
        } else {
            None
        };
        Entry::new(place, DeveloperTool { name: tool.name.to_owned(), lacks })
    })
}

/// Whether a file, a key or an option configures a tool, at the package or above it, or below it for hooks.
fn is_configured(context: &Context<'_>, package: &Package, tool: &Tool) -> bool {
    let file = |dir: &str| tool.files.iter().any(|name| exists(context, dir, name));
    let key = |package: &Package| {
        let node = context.documents.node(package.file());
        node.is_some_and(|node| tool.keys.iter().any(|key| node.get(key).is_some()))
    };
    let option = |package: &Package| {
        !tool.option.is_empty() && package.scripts().any(|(_, script)| script.command.contains(tool.option))
    };
    let members = || package.members.iter().filter_map(|member| context.packages.all().get(*member));
    above(&package.dir).any(file)
        || context.packages.lineage(package).any(|package| key(package) || option(package))
        || members().any(|member| file(&member.dir) || key(member) || option(member))
}

fn exists(context: &Context<'_>, dir: &str, name: &str) -> bool {
    let path = join(dir, name);
    if let Some(folder) = path.strip_suffix('/') {
        // What husky writes into `_` by itself is no hook.
        return context.tree.below(folder).iter().any(|file| !file.path.contains("/_/"));
    }
    let ends = ["", "json", "jsonc", "js", "cjs", "mjs", "ts", "mts", "cts", "yml", "yaml", "toml"];
    ends.iter().any(|end| {
        let dot = if name.ends_with('.') || end.is_empty() { "" } else { "." };
        context.tree.by_path(&format!("{path}{dot}{end}")).is_some()
    })
}

/// Whether something runs husky, which writes where git finds the hooks; before version 5 it did so when it was
/// installed.
fn installs_husky(context: &Context<'_>) -> bool {
    let scripts = context.packages.all().iter().flat_map(Package::scripts);
    scripts.map(|(_, script)| script.command.as_str()).any(|command| command.contains("husky"))
        || context.packages.all().iter().any(|package| {
            let node = context.documents.node(package.file());
            let runs = |key: &str| node.is_some_and(|node| node.get(key).is_some());
            let old =
                package.dependency("husky").and_then(|husky| super::super::scripts::major(&husky.version));
            runs("husky") || old.is_some_and(|major| major < 5)
        })
        || mentions::task_files(context).any(|(file, source)| {
            !source.path.contains(".husky/") && context.tree.text(file).contains("core.hooksPath")
        })
        || installs_by_file(context)
}

/// A script that a manifest runs may be a file which installs the hooks.
fn installs_by_file(context: &Context<'_>) -> bool {
    let files = context.tree.entries().filter(|(_, file)| file.kind.is_code() && file.bytes < 20_000);
    let mut scripts = files.filter(|(_, file)| {
        !file.is_aside() && !file.path.contains(".husky/") && file.path.matches('/').count() <= 2
    });
    scripts.any(|(file, _)| context.tree.text(file).contains("husky"))
}
