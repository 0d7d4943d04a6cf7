//! `pyproject.toml` of all its tools, `Pipfile` and `setup.cfg`.

use super::requirements::requirement;
use super::{Declared, Group, Manifest, Members, Origin, Pin, Script, is_commit, text};
use crate::parse::node::{Entry, Node};

/// Reads a `pyproject.toml`.
pub fn pyproject(node: &Node) -> Manifest {
    let project = node.get("project");
    let poetry = node.at(&["tool", "poetry"]);
    let table = project.or(poetry);
    let mut manifest = Manifest {
        name: table
            .and_then(|table| text(table, "name"))
            .or_else(|| poetry.and_then(|table| text(table, "name"))),
        private: table.and_then(|table| table.get("classifiers")).is_some_and(|classifiers| {
            classifiers
                .items()
                .iter()
                .any(|item| item.text().is_some_and(|text| text.starts_with("Private ::")))
        }),
        package: table.is_some(),
        library: node.get("build-system").is_some()
            && poetry.and_then(|poetry| poetry.get("package-mode")).and_then(Node::flag) != Some(false)
            && node.at(&["tool", "uv", "package"]).and_then(Node::flag) != Some(false),
        binaries: table.is_some_and(|table| table.get("scripts").is_some()),
        members: node.at(&["tool", "uv", "workspace"]).map(|workspace| Members {
            patterns: workspace.get("members").map(Node::scalars).unwrap_or_default(),
            excluded: workspace.get("exclude").map(Node::scalars).unwrap_or_default(),
        }),
        scripts: tasks(node),
        ..Manifest::default()
    };
    let dependencies = &mut manifest.dependencies;
    list(project.and_then(|project| project.get("dependencies")), Group::Prod, dependencies);
    tables(project.and_then(|project| project.get("optional-dependencies")), Group::Optional, dependencies);
    tables(node.get("dependency-groups"), Group::Dev, dependencies);
    list(node.at(&["tool", "uv", "dev-dependencies"]), Group::Dev, dependencies);
    tables(node.at(&["tool", "pdm", "dev-dependencies"]), Group::Dev, dependencies);
    if let Some(poetry) = poetry {
        mapping(poetry.get("dependencies"), Group::Prod, &mut manifest);
        mapping(poetry.get("dev-dependencies"), Group::Dev, &mut manifest);
        for group in poetry.get("group").map_or(&[][..], Node::entries) {
            let kind = if ["main", "prod", "production"].contains(&group.key.as_str()) {
                Group::Prod
            } else {
                Group::Dev
            };
            mapping(group.value.get("dependencies"), kind, &mut manifest);
        }
    }
    for source in node.at(&["tool", "uv", "sources"]).map_or(&[][..], Node::entries) {
        let asked =
            manifest.dependencies.iter_mut().filter(|dependency| same_name(&dependency.name, &source.key));
        asked.for_each(|dependency| locate(dependency, &source.value));
    }
    if let Some((python, version)) =
        project.and_then(|p| p.get("requires-python")).and_then(|n| Some((n, n.text()?)))
    {
        manifest.pins.push(Pin { tool: "python".into(), version: version.into(), span: python.span });
    }
    manifest
}

/// Reads a `Pipfile`.
pub fn pipfile(node: &Node) -> Manifest {
    let mut manifest = Manifest { package: true, ..Manifest::default() };
    mapping(node.get("packages"), Group::Prod, &mut manifest);
    mapping(node.get("dev-packages"), Group::Dev, &mut manifest);
    for key in ["python_version", "python_full_version"] {
        if let Some((python, version)) = node.at(&["requires", key]).and_then(|n| Some((n, n.text()?))) {
            manifest.pins.push(Pin { tool: "python".into(), version: version.into(), span: python.span });
        }
    }
    manifest
}

/// Reads a `setup.cfg`: its dependencies are lines of text.
pub fn setup_cfg(node: &Node) -> Manifest {
    let mut manifest = Manifest {
        name: node.at(&["metadata", "name"]).and_then(Node::text).map(str::to_owned),
        package: node.get("metadata").is_some(),
        library: node.get("metadata").is_some(),
        binaries: node.get("options.entry_points").is_some(),
        ..Manifest::default()
    };
    if let Some(required) = node.at(&["options", "install_requires"]) {
        for line in required.text().unwrap_or_default().lines() {
            manifest.dependencies.extend(requirement(line, required.span, Group::Prod));
        }
    }
    if let Some((python, version)) =
        node.at(&["options", "python_requires"]).and_then(|n| Some((n, n.text()?)))
    {
        manifest.pins.push(Pin { tool: "python".into(), version: version.into(), span: python.span });
    }
    manifest
}

/// The tasks of poe, taskipy, pdm and hatch.
fn tasks(node: &Node) -> Vec<Script> {
    let paths: &[&[&str]] = &[
        &["tool", "poe", "tasks"],
        &["tool", "taskipy", "tasks"],
        &["tool", "pdm", "scripts"],
        &["tool", "hatch", "envs", "default", "scripts"],
        &["tool", "pixi", "tasks"],
    ];
    let entries = paths.iter().filter_map(|path| node.at(path)).flat_map(Node::entries);
    let script = |entry: &Entry| {
        let value = entry.value.get("cmd").or_else(|| entry.value.get("shell")).unwrap_or(&entry.value);
        let command = value.text()?.to_owned();
        Some(Script { name: entry.key.clone(), command, span: value.span })
    };
    entries.filter_map(script).collect()
}

/// A list of requirements as PEP 508 writes them.
fn list(node: Option<&Node>, group: Group, out: &mut Vec<Declared>) {
    for item in node.map_or(&[][..], Node::items) {
        out.extend(item.text().and_then(|text| requirement(text, item.span, group)));
    }
}

/// Such lists by name.
fn tables(node: Option<&Node>, group: Group, out: &mut Vec<Declared>) {
    for entry in node.map_or(&[][..], Node::entries) {
        list(Some(&entry.value), group, out);
    }
}

/// Names that map to a version or a table, as poetry and pipenv write them; `python` is the runtime.
fn mapping(node: Option<&Node>, group: Group, manifest: &mut Manifest) {
    for entry in node.map_or(&[][..], Node::entries) {
        let version = entry.value.scalar().or_else(|| text(&entry.value, "version")).unwrap_or_default();
        if entry.key == "python" {
            manifest.pins.push(Pin { tool: "python".into(), version, span: entry.value.span });
            continue;
        }
        let span = entry.key_span.to(entry.value.span);
        let mut declared = Declared { name: entry.key.clone(), version, group, span, ..Declared::default() };
        if entry.value.get("optional").and_then(Node::flag) == Some(true) {
            declared.group = Group::Optional;
        }
        locate(&mut declared, &entry.value);
        manifest.dependencies.push(declared);
    }
}

/// Reads where a table of poetry, pipenv or uv says a dependency comes from.
fn locate(declared: &mut Declared, table: &Node) {
    if table.get("workspace").and_then(Node::flag) == Some(true) {
        declared.source = Origin::Workspace;
    } else if table.get("git").is_some() {
        declared.source = Origin::Git;
        declared.reference = ["rev", "ref", "tag", "branch"].iter().find_map(|key| text(table, key));
        declared.pinned = declared.reference.as_deref().is_some_and(is_commit);
    } else if let Some(path) =
        text(table, "path").or_else(|| text(table, "file").filter(|file| !file.contains("://")))
    {
        declared.source = Origin::Path;
        declared.dir = Some(path);
    } else if let Some(url) = text(table, "url").or_else(|| text(table, "file")) {
        declared.source = Origin::Url;
        declared.pinned = url.contains("sha256=");
    }
}

/// Names are the same whatever their case and their separators.
fn same_name(a: &str, b: &str) -> bool {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['_', '.'], "-");
    plain(a) == plain(b)
}
