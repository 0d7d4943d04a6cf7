//! Lockfiles: which there are, which are missing, and which an ignore rule keeps out of git.

use std::collections::HashMap;

use super::Context;
use super::packages::{Package, Role, join};
use crate::facts::{Entry, ExpectedLockfile, Lockfile};
use crate::parse::Document;
use crate::parse::ignore_file::{GitIgnores, IgnorePattern};
use crate::parse::manifest::{Group, Origin};
use crate::source::{FileId, FileKind, IgnoreDialect, Place};

/// File names with the package manager that writes them and the ecosystem they lock; of one ecosystem the usual first.
const LOCKFILES: &[(&str, &str, &str)] = &[
    ("package-lock.json", "npm", "npm"),
    ("yarn.lock", "yarn", "npm"),
    ("pnpm-lock.yaml", "pnpm", "npm"),
    ("bun.lock", "bun", "npm"),
    ("bun.lockb", "bun", "npm"),
    ("npm-shrinkwrap.json", "npm", "npm"),
    ("deno.lock", "deno", "deno"),
    ("Cargo.lock", "cargo", "cargo"),
    ("uv.lock", "uv", "python"),
    ("poetry.lock", "poetry", "python"),
    ("pdm.lock", "pdm", "python"),
    ("Pipfile.lock", "pipenv", "python"),
    ("pylock.toml", "pip", "python"),
    ("pixi.lock", "pixi", "python"),
    ("conda-lock.yml", "conda", "python"),
    ("go.sum", "go", "go"),
    ("Gemfile.lock", "bundler", "ruby"),
    ("composer.lock", "composer", "composer"),
    ("mix.lock", "mix", "elixir"),
    ("pubspec.lock", "pub", "dart"),
];

/// One fact for each lockfile, one for each application that is to have one.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let ignores = ignores(context);
    let lockable = context.packages.all().iter().filter(|package| is_lockable(context, package));
    let expected = lockable.filter_map(|package| {
        let lockfile = covering(context, package);
        let kept_out = ignored(context, &ignores, package).filter(|_| lockfile.is_none());
        let rule = kept_out.and_then(|(_, file, pattern)| Some((context.tree.by_path(file)?, pattern)));
        let name = match (lockfile, kept_out) {
            (Some(file), _) => context.tree.file(file).name(),
            (None, Some((name, ..))) => name,
            (None, None) => usual(context, package)?,
        };
        let fact = ExpectedLockfile {
            manifest: context.tree.file(package.file()).path.clone(),
            ecosystem: package.ecosystem.to_owned(),
            name: name.to_owned(),
            lockfile: lockfile.map(|file| context.tree.file(file).path.clone()),
            ignored_by: rule.map(|(_, pattern)| pattern.text.clone()),
        };
        let manifest = Place::file(package.file());
        let place = rule.map_or(manifest, |(file, pattern)| Place { file, span: pattern.span });
        Some(Entry::new(place, fact))
    });
    expected.chain(lockfiles(context)).collect()
}

fn lockfiles(context: &Context<'_>) -> Vec<Entry> {
    let mut managers: HashMap<(&str, &str), Vec<String>> = HashMap::new();
    let mut found = Vec::new();
    for (file, source) in context.tree.entries().filter(|(_, source)| !source.vendored && source.tracked) {
        let Some((name, manager, ecosystem)) = LOCKFILES.iter().find(|(name, _, _)| *name == source.name())
        else {
            continue;
        };
        found.push((file, *name, *ecosystem));
        let known = managers.entry((source.dir(), *ecosystem)).or_default();
        if !known.iter().any(|known| known == manager) {
            known.push((*manager).to_owned());
            known.sort();
        }
    }
    let fact = |(file, name, ecosystem): (FileId, &str, &str)| {
        let managers = managers.get(&(context.tree.file(file).dir(), ecosystem)).cloned().unwrap_or_default();
        Entry::new(
            Place::file(file),
            Lockfile { name: name.to_owned(), ecosystem: ecosystem.to_owned(), managers },
        )
    };
    found.into_iter().map(fact).collect()
}

/// Whether an install of the package should be repeatable.
fn is_lockable(context: &Context<'_>, package: &Package) -> bool {
    if package.workspace.is_some()
        || !LOCKFILES.iter().any(|(_, _, ecosystem)| *ecosystem == package.ecosystem)
    {
        return false;
    }
    let applies = |package: &Package| {
        let any = package.dependencies().any(|(_, dependency)| {
            dependency.group != Group::Peer && !matches!(dependency.source, Origin::Path | Origin::Workspace)
        });
        let role = match package.role {
            Role::Example | Role::Docs => false,
            Role::Library => package.ecosystem == "go",
            _ => true,
        };
        // The settings of a workspace alone install the tools it is developed with.
        any && role && (package.role != Role::Root || package.ecosystem != "cargo")
    };
    applies(package) || package.members.iter().any(|member| applies(&context.packages.all()[*member]))
}

/// The lockfile that covers a package: in its directory, or in that of its workspace.
pub(super) fn covering(context: &Context<'_>, package: &Package) -> Option<FileId> {
    let roots = std::iter::once(package).chain(context.packages.root_of(package));
    roots.into_iter().find_map(|package| {
        let names = LOCKFILES.iter().filter(|(_, _, ecosystem)| {
            *ecosystem == package.ecosystem || (package.ecosystem == "npm" && *ecosystem == "deno")
        });
        let mut files = names.filter_map(|(name, _, _)| context.tree.by_path(&join(&package.dir, name)));
        files.find(|file| context.tree.file(*file).tracked).or_else(|| pinned_requirements(context, package))
    })
}

/// A requirements file whose every line names one version locks as well.
fn pinned_requirements(context: &Context<'_>, package: &Package) -> Option<FileId> {
    let files = package.parts.iter().filter(|(file, part)| {
        let name = context.tree.file(*file).name();
        let exact = |version: &str| version.starts_with("==") && !version.contains('*');
        let dependencies = &part.dependencies;
        name.rsplit_once('.').is_some_and(|(_, extension)| extension == "txt")
            && !dependencies.is_empty()
            && dependencies.iter().all(|dependency| {
                dependency.source == Origin::Path || dependency.pinned || exact(&dependency.version)
            })
    });
    let prod =
        |part: &crate::parse::manifest::Manifest| part.dependencies.iter().any(|d| d.group == Group::Prod);
    files.into_iter().find(|(_, part)| prod(part)).map(|(file, _)| *file)
}

/// The lockfile that the package manager of a package would write.
fn usual(context: &Context<'_>, package: &Package) -> Option<&'static str> {
    let of_manager = |manager: &str| {
        let known = LOCKFILES.iter().find(|(_, known, of)| *known == manager && *of == package.ecosystem);
        known.map(|(name, _, _)| *name)
    };
    let pinned = package.parts.iter().flat_map(|(_, part)| &part.pins).find_map(|pin| of_manager(&pin.tool));
    let signs = [
        ("pnpm-workspace.yaml", "pnpm"),
        (".yarnrc.yml", "yarn"),
        (".yarnrc", "yarn"),
        ("bunfig.toml", "bun"),
        ("Pipfile", "pipenv"),
        ("poetry.toml", "poetry"),
    ];
    let has = |name: &str| context.tree.by_path(&join(&package.dir, name)).is_some();
    let signed = || signs.iter().filter(|(name, _)| has(name)).find_map(|(_, manager)| of_manager(manager));
    let poetry = || {
        let node = context.documents.node(package.file()).filter(|_| package.ecosystem == "python")?;
        node.at(&["tool", "poetry"]).and_then(|_| of_manager("poetry"))
    };
    let first = || LOCKFILES.iter().find(|(_, _, of)| *of == package.ecosystem).map(|(name, _, _)| *name);
    pinned.or_else(signed).or_else(poetry).or_else(first)
}

/// Every ignore file of git in the tree.
fn ignores(context: &Context<'_>) -> GitIgnores {
    let mut ignores = GitIgnores::default();
    for (file, source) in
        context.tree.entries().filter(|(_, file)| file.kind == FileKind::Ignore(IgnoreDialect::Git))
    {
        if let Some(Document::Ignore(document)) = context.documents.get(file) {
            ignores.add(&source.path, document.clone());
        }
    }
    ignores
}

/// The lockfile of a package that has none which an ignore rule would keep out: its name, the ignore file, the pattern.
fn ignored<'i>(
    context: &Context<'_>,
    ignores: &'i GitIgnores,
    package: &Package,
) -> Option<(&'static str, &'i str, &'i IgnorePattern)> {
    let usual = usual(context, package);
    let names = LOCKFILES
        .iter()
        .filter(|(_, _, ecosystem)| *ecosystem == package.ecosystem)
        .map(|(name, _, _)| *name);
    usual.into_iter().chain(names).find_map(|name| {
        let found = ignores.would_ignore(&join(&package.dir, name))?;
        Some((name, found.file, found.pattern))
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    const APP: &str = r#"{"scripts": {"start": "node ."}, "dependencies": {"express": "1"}}"#;

    #[test]
    fn what_covers_an_application() {
        let requirements = "flask==3.0\n-e .\n";
        for (files, expected) in [
            (vec![("package.json", APP)], vec!["package-lock.json | | "]),
            (vec![("package.json", APP), ("bun.lockb", "x")], vec!["bun.lockb | bun.lockb | "]),
            (
                vec![("package.json", APP), ("pnpm-workspace.yaml", "packages: []")],
                vec!["pnpm-lock.yaml | | "],
            ),
            (
                vec![("package.json", APP), (".gitignore", "*-lock.*\n")],
                vec!["package-lock.json | | *-lock.*"],
            ),
            (vec![("package.json", APP), (".gitignore", "yarn.lock\n")], vec!["yarn.lock | | yarn.lock"]),
            (
                vec![("requirements.txt", requirements), ("a.py", "1")],
                vec!["requirements.txt | requirements.txt | "],
            ),
            (vec![("requirements.txt", "flask>=3"), ("a.py", "1")], vec!["uv.lock | | "]),
            (
                vec![("go.mod", "module m\nrequire x.example/a v1\n"), ("go.sum", "x")],
                vec!["go.sum | go.sum | "],
            ),
            (vec![("go.mod", "module m\nrequire x.example/a v1\nreplace x.example/a => ./a\n")], vec![]),
            (vec![("package.json", r#"{"exports": ".", "dependencies": {"a": "1"}}"#)], vec![]),
            (vec![("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\na = \"1\"\n")], vec![]),
            (
                vec![("Pipfile", "[packages]\na = \"*\"\n"), ("a.py", "1"), ("Pipfile.lock", "{}")],
                vec!["Pipfile.lock | Pipfile.lock | "],
            ),
        ] {
            let found = show("lockfile.expected", &["name", "lockfile", "ignored_by"], &files);
            let found: Vec<_> = found.iter().map(|line| line.replace(" |  |", " | |")).collect();
            assert_eq!(found, expected, "{files:?}");
        }
    }

    #[test]
    fn a_workspace_has_one_at_its_root() {
        let root = r#"{"workspaces": ["a"]}"#;
        let files =
            [("package.json", root), ("a/package.json", APP), ("yarn.lock", "x"), ("b/package.json", APP)];
        let found = show("lockfile.expected", &["manifest", "lockfile"], &files);
        assert_eq!(found, ["b/package.json | ", "package.json | yarn.lock"]);
    }

    #[test]
    fn managers_side_by_side() {
        let files = [("package-lock.json", "{}"), ("yarn.lock", ""), ("uv.lock", ""), ("a/yarn.lock", "")];
        let found = show("lockfile", &["path", "managers"], &files);
        assert_eq!(
            found,
            ["a/yarn.lock | yarn", "package-lock.json | npm, yarn", "uv.lock | uv", "yarn.lock | npm, yarn"]
        );
    }
}
