//! Finds manifests and reads them.

use rustc_hash::FxHashMap;

use super::{MANIFESTS, Manifest, Package, join};
use crate::parse::Documents;
use crate::parse::manifest::{self as parse, Group, Manifest as Content, Members, Script};
use crate::parse::node::Node;
use crate::source::{FileId, SourceFile, Tree, folder_of};

/// Every manifest that is not vendored, by directory.
pub(super) fn manifests(tree: &Tree) -> FxHashMap<String, Vec<Manifest>> {
    let mut dirs: FxHashMap<String, Vec<Manifest>> = FxHashMap::default();
    for (file, source) in tree.entries().filter(|(_, source)| !source.vendored) {
        let known = MANIFESTS.iter().find(|(name, _)| *name == source.name());
        let ecosystem = known
            .map(|(_, ecosystem)| *ecosystem)
            .or_else(|| source.name().to_ascii_lowercase().ends_with(".csproj").then_some("nuget"));
        if let Some(ecosystem) = ecosystem {
            dirs.entry(source.dir().to_owned()).or_default().push(Manifest { file, ecosystem });
        }
    }
    for manifests in dirs.values_mut() {
        manifests.sort_by_key(|manifest| (rank(tree.file(manifest.file).name()), manifest.file));
    }
    dirs
}

fn rank(name: &str) -> usize {
    MANIFESTS.iter().position(|(known, _)| *known == name).unwrap_or(MANIFESTS.len())
}

/// The packages these manifests describe, in the order of directories and ecosystems.
pub(super) fn packages(
    tree: &Tree,
    documents: &Documents,
    dirs: &FxHashMap<String, Vec<Manifest>>,
) -> Vec<Package> {
    let mut list: Vec<Package> = Vec::new();
    for (dir, manifests) in dirs {
        let first = list.len();
        for manifest in manifests {
            let content = content(tree, documents, manifest.file);
            match list[first..].iter_mut().find(|known| known.ecosystem == manifest.ecosystem) {
                Some(package) => package.parts.push((manifest.file, content)),
                None => list.push(Package {
                    dir: dir.clone(),
                    ecosystem: manifest.ecosystem,
                    parts: vec![(manifest.file, content)],
                    ..Package::default()
                }),
            }
        }
    }
    list.sort_by(|a, b| (&a.dir, a.ecosystem).cmp(&(&b.dir, b.ecosystem)));
    further_requirements(tree, &mut list);
    for package in &mut list {
        add_workspace_file(tree, documents, package);
    }
    list
}

/// `requirements-dev.txt`, `requirements/prod.txt`: they belong to the Python package of their directory.
fn further_requirements(tree: &Tree, list: &mut Vec<Package>) {
    for (file, source) in tree.entries().filter(|(_, source)| !source.vendored) {
        let Some(dir) = requirements_dir(source) else { continue };
        let content = parse::requirements(tree.text(file), group_of(source));
        let key = |package: &Package| (package.dir.as_str(), package.ecosystem).cmp(&(dir, "python"));
        match list.binary_search_by(key) {
            Ok(at) => list[at].parts.push((file, content)),
            Err(at) if source.dir() != dir => {
                let parts = vec![(file, content)];
                list.insert(
                    at,
                    Package { dir: dir.to_owned(), ecosystem: "python", parts, ..Package::default() },
                );
            }
            Err(_) => {}
        }
    }
}

/// The directory of the package that a requirements file other than `requirements.txt` belongs to.
fn requirements_dir(file: &SourceFile) -> Option<&str> {
    let name = file.name();
    let stem = name.strip_suffix(".txt")?;
    if file.dir() == "requirements" || file.dir().ends_with("/requirements") {
        return Some(folder_of(file.dir()));
    }
    let rest = stem.strip_prefix("requirements").or_else(|| stem.strip_suffix("requirements"))?;
    (rest.starts_with(['-', '_', '.']) || rest.ends_with(['-', '_', '.'])).then(|| file.dir())
}

/// Requirements for tests, docs and development are not for production.
fn group_of(file: &SourceFile) -> Group {
    let words =
        ["dev", "test", "doc", "lint", "ci", "local", "build", "type", "mypy", "qa", "bench", "example"];
    let name = file.path.rsplit_once('/').map_or(&*file.path, |(_, name)| name).to_ascii_lowercase();
    let in_docs = file.dir().rsplit('/').next().is_some_and(|dir| dir.starts_with("doc"));
    if in_docs || name.split(['-', '_', '.']).any(|part| words.iter().any(|word| part.starts_with(word))) {
        Group::Dev
    } else {
        Group::Prod
    }
}

/// What a manifest says; of one that is not parsed, only that it is there.
fn content(tree: &Tree, documents: &Documents, file: FileId) -> Content {
    let source = tree.file(file);
    let text = tree.text(file);
    let node = documents.node(file);
    let read = |read: fn(&Node) -> Content| node.map(read);
    let content = match source.name() {
        "package.json" => read(parse::package_json),
        "deno.json" | "deno.jsonc" => read(deno),
        "Cargo.toml" => read(parse::cargo_toml),
        "pyproject.toml" => read(parse::pyproject),
        "Pipfile" => read(parse::pipfile),
        "setup.cfg" => read(parse::setup_cfg),
        "setup.py" => Some(Content { package: true, library: true, ..Content::default() }),
        "requirements.txt" => Some(parse::requirements(text, group_of(source))),
        "go.mod" => Some(parse::go_mod(text)),
        "composer.json" => read(parse::composer),
        "Gemfile" => Some(parse::gemfile(text)),
        _ => None,
    };
    content.unwrap_or(Content { package: true, ..Content::default() })
}

/// `deno.json`: tasks are scripts, `workspace` names the members.
fn deno(node: &Node) -> Content {
    let tasks = node.get("tasks").map_or(&[][..], Node::entries).iter();
    let scripts = tasks.filter_map(|task| {
        let command = task.value.get("command").unwrap_or(&task.value);
        Some(Script { name: task.key.clone(), command: command.text()?.to_owned(), span: command.span })
    });
    Content {
        name: node.get("name").and_then(Node::text).map(str::to_owned),
        package: true,
        library: node.get("exports").is_some(),
        scripts: scripts.collect(),
        members: node.get("workspace").map(|list| Members { patterns: list.scalars(), excluded: Vec::new() }),
        ..Content::default()
    }
}

/// Workspaces that a file of their own declares: `pnpm-workspace.yaml`, `lerna.json`, `go.work`.
fn add_workspace_file(tree: &Tree, documents: &Documents, package: &mut Package) {
    let file = |name: &str| tree.by_path(&join(&package.dir, name));
    let found = match package.ecosystem {
        "npm" => {
            let pnpm = ["pnpm-workspace.yaml", "pnpm-workspace.yml"].iter().find_map(|name| file(name));
            let pnpm = pnpm.and_then(|file| Some((file, parse::pnpm_workspace(documents.node(file)?))));
            let declared = package.parts.iter().any(|(_, part)| part.members.is_some());
            pnpm.or_else(|| {
                let lerna = file("lerna.json").filter(|_| !declared)?;
                let patterns = documents.node(lerna)?.get("packages").map(Node::scalars)?;
                let members = Some(Members { patterns, excluded: Vec::new() });
                Some((lerna, Content { members, ..Content::default() }))
            })
        }
        "go" => file("go.work").map(|file| (file, parse::go_work(tree.text(file)))),
        _ => None,
    };
    package.parts.extend(found);
}
