//! What packages depend on, and their scripts.

use super::packages::{Package, capabilities};
use super::{Context, libraries, lockfiles, scripts};
use crate::facts::{Dependency, Entry, Script as ScriptFact};
use crate::parse::manifest::{Declared, Origin};
use crate::source::{FileId, Place};

/// One fact for each dependency and each script.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for package in context.packages.all() {
        let locked = lockfiles::covering(context, package).is_some();
        for (file, declared) in package.dependencies() {
            entries.push(dependency(context, package, file, declared, locked));
        }
        for (file, script) in package.scripts() {
            let fact = ScriptFact {
                name: script.name.clone(),
                command: script.command.clone(),
                tools: scripts::tools(package, script),
                placeholder: scripts::placeholder(package, script, context),
                broken: scripts::broken(context, package, script),
            };
            entries.push(Entry::new(Place { file, span: script.span }, fact));
        }
    }
    entries
}

fn dependency(
    context: &Context<'_>,
    package: &Package,
    file: FileId,
    declared: &Declared,
    locked: bool,
) -> Entry {
    let mut declared = declared.clone();
    resolve_shared(context, package, &mut declared);
    let by_lock = locked && matches!(package.ecosystem, "python" | "ruby");
    let (rival, job) = libraries::rival(package, &declared).map(|rival| (rival.name, rival.job)).unzip();
    let (abandoned, successor) =
        libraries::abandoned(package, &declared).map(|known| (known.why, known.instead)).unzip();
    let fact = Dependency {
        ecosystem: package.ecosystem.to_owned(),
        version: Some(declared.version.clone()).filter(|version| !version.trim().is_empty()),
        group: declared.group.word().to_owned(),
        source: declared.source.word().to_owned(),
        reference: declared.reference.clone(),
        pinned: declared.pinned,
        open: declared.is_open() && !by_lock && !is_member(context, package, &declared),
        capabilities: capabilities(package.ecosystem, &declared.name),
        rival,
        job,
        abandoned,
        successor,
        name: declared.name,
    };
    Entry::new(Place { file, span: declared.span }, fact)
}

/// Whether a dependency is a package of this repository: workspaces link it, whichever version is asked for.
fn is_member(context: &Context<'_>, package: &Package, declared: &Declared) -> bool {
    package.ecosystem == "npm"
        && context.packages.named(&declared.name).is_some_and(|member| member.ecosystem == "npm")
}

/// A version that the root of the workspace decides, in a catalog, is what the root says.
fn resolve_shared(context: &Context<'_>, package: &Package, declared: &mut Declared) {
    let Some(catalog) = declared.version.strip_prefix("catalog:") else { return };
    let key = match catalog.trim() {
        "" | "default" => format!("catalog:{}", declared.name),
        named => format!("catalog:{named}:{}", declared.name),
    };
    let root = context.packages.root_of(package).unwrap_or(package);
    let shared = root.parts.iter().flat_map(|(_, part)| &part.shared).find(|(name, _)| *name == key);
    if let Some((_, version)) = shared {
        version.clone_into(&mut declared.version);
        declared.source = Origin::Registry;
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn catalogs_and_locks_decide_on_versions() {
        let root = ("package.json", r#"{"workspaces": ["a"]}"#);
        let member = (
            "a/package.json",
            r#"{"dependencies": {"b": "catalog:", "c": "catalog:x", "d": "catalog:none"}}"#,
        );
        let catalogs =
            ("pnpm-workspace.yaml", "packages: [a]\ncatalog: {b: ^1}\ncatalogs: {x: {c: latest}}\n");
        let found = show("dependency", &["name", "version", "source", "open"], &[root, member, catalogs]);
        assert_eq!(
            found,
            [
                "b | ^1 | registry | false",
                "c | latest | registry | true",
                "d | catalog:none | workspace | false"
            ]
        );
        let (root, linked) = (
            ("package.json", r#"{"workspaces": ["a", "b"]}"#),
            ("a/package.json", r#"{"dependencies": {"@x/b": "*", "@x/c": "*"}}"#),
        );
        let member = ("b/package.json", r#"{"name": "@x/b"}"#);
        assert_eq!(
            show("dependency", &["name", "open"], &[root, linked, member]),
            ["@x/b | false", "@x/c | true"]
        );
        let python = ("pyproject.toml", "[project]\nname = \"x\"\ndependencies = [\"flask\"]\n");
        assert_eq!(show("dependency", &["open", "capabilities"], &[python]), ["true | server"]);
        assert_eq!(show("dependency", &["open"], &[python, ("uv.lock", "version = 1")]), ["false"]);
    }
}
