//! `package.json` and `pnpm-workspace.yaml`.

use super::{Declared, Group, Manifest, Members, Origin, Pin, Script, is_commit, text};
use crate::parse::node::{Entry, Node};

/// Keys of dependencies with the group they make.
const GROUPS: &[(&str, Group)] = &[
    ("dependencies", Group::Prod),
    ("devDependencies", Group::Dev),
    ("peerDependencies", Group::Peer),
    ("optionalDependencies", Group::Optional),
];

/// Keys that only a package for others has. `main` is none: `npm init` writes it for everyone.
const LIBRARY: &[&str] = &["exports", "module", "types", "typings", "files", "publishConfig"];

/// Reads a `package.json`.
pub fn package_json(node: &Node) -> Manifest {
    let mut manifest = Manifest {
        name: text(node, "name"),
        private: node.get("private").and_then(Node::flag).unwrap_or(false),
        package: true,
        library: LIBRARY.iter().any(|key| node.get(key).is_some()),
        binaries: node.get("bin").is_some(),
        scripts: scripts(node),
        members: members(node),
        ..Manifest::default()
    };
    for (key, group) in GROUPS {
        for entry in node.get(key).map_or(&[][..], Node::entries) {
            manifest.dependencies.push(declared(entry, *group));
        }
    }
    manifest.pins = pins(node);
    manifest.shared = catalogs(node.get("workspaces").unwrap_or(node));
    manifest
}

/// Reads a `pnpm-workspace.yaml`: the members and the catalogs.
pub fn pnpm_workspace(node: &Node) -> Manifest {
    let members =
        node.get("packages").map(|packages| Members { patterns: packages.scalars(), excluded: Vec::new() });
    Manifest { members, shared: catalogs(node), ..Manifest::default() }
}

fn scripts(node: &Node) -> Vec<Script> {
    let entries = node.get("scripts").map_or(&[][..], Node::entries);
    let script = |entry: &Entry| {
        let command = entry.value.text()?.to_owned();
        Some(Script { name: entry.key.clone(), command, span: entry.value.span })
    };
    entries.iter().filter_map(script).collect()
}

/// `workspaces` is a list, or an object with `packages`.
fn members(node: &Node) -> Option<Members> {
    let workspaces = node.get("workspaces")?;
    let list = workspaces.get("packages").unwrap_or(workspaces);
    let patterns = list.scalars();
    (!patterns.is_empty()).then_some(Members { patterns, excluded: Vec::new() })
}

fn catalogs(node: &Node) -> Vec<(String, String)> {
    let versions = |catalog: &Node, prefix: &str| -> Vec<(String, String)> {
        let entries = catalog.entries().iter();
        entries.filter_map(|entry| Some((format!("{prefix}{}", entry.key), entry.value.scalar()?))).collect()
    };
    let mut shared = node.get("catalog").map(|catalog| versions(catalog, "catalog:")).unwrap_or_default();
    for catalog in node.get("catalogs").map_or(&[][..], Node::entries) {
        shared.extend(versions(&catalog.value, &format!("catalog:{}:", catalog.key)));
    }
    shared
}

fn pins(node: &Node) -> Vec<Pin> {
    let mut pins = Vec::new();
    let tables = ["engines", "volta"].iter().filter_map(|key| node.get(key));
    for entry in tables.flat_map(Node::entries) {
        if let Some(version) = entry.value.scalar().filter(|version| version.trim() != "*") {
            pins.push(Pin { tool: entry.key.clone(), version, span: entry.value.span });
        }
    }
    let runtimes = node.at(&["devEngines", "runtime"]);
    for runtime in runtimes
        .iter()
        .flat_map(|node| if node.items().is_empty() { std::slice::from_ref(*node) } else { node.items() })
    {
        if let (Some(tool), Some(version)) = (text(runtime, "name"), text(runtime, "version")) {
            pins.push(Pin { tool, version, span: runtime.span });
        }
    }
    if let Some(manager) = node.get("packageManager")
        && let Some((tool, version)) = manager.text().and_then(|text| text.split_once('@'))
    {
        pins.push(Pin { tool: tool.to_owned(), version: version.to_owned(), span: manager.span });
    }
    pins
}

fn declared(entry: &Entry, group: Group) -> Declared {
    let version = entry.value.scalar().unwrap_or_default();
    let span = entry.key_span.to(entry.value.span);
    let mut declared = Declared { name: entry.key.clone(), group, span, ..Declared::default() };
    locate(&mut declared, version.trim());
    declared.version = version;
    declared
}

/// Where npm and its like look for what this asks for.
fn locate(declared: &mut Declared, asked: &str) {
    let hosted = ["github:", "gitlab:", "bitbucket:", "gist:", "git+", "git:", "git@", "ssh:"];
    let local = ["file:", "link:", "portal:", "./", "../", "~/", "/"];
    if asked.starts_with("workspace:") || asked.starts_with("catalog:") {
        declared.source = Origin::Workspace;
    } else if let Some(path) = local.iter().find_map(|prefix| asked.strip_prefix(prefix).map(|_| asked)) {
        declared.source = Origin::Path;
        declared.dir = Some(path.split_once(':').map_or(path, |(_, path)| path).to_owned());
    } else if let Some(alias) = asked.strip_prefix("npm:") {
        let name =
            alias.rsplit_once('@').filter(|(name, _)| !name.is_empty()).map_or(alias, |(name, _)| name);
        name.clone_into(&mut declared.name);
    } else if hosted.iter().any(|prefix| asked.starts_with(prefix)) || is_repository(asked) {
        declared.source = Origin::Git;
        declared.reference =
            asked.split_once('#').map(|(_, reference)| reference.trim_start_matches("commit=").to_owned());
        declared.pinned = declared.reference.as_deref().is_some_and(is_commit);
    } else if asked.starts_with("http://") || asked.starts_with("https://") {
        declared.source = Origin::Url;
        // An archive of a commit holds its hash in its address.
        declared.pinned = asked.split(['/', '@', '#']).any(|part| {
            let part = part.strip_suffix(".tar.gz").or_else(|| part.strip_suffix(".tgz")).unwrap_or(part);
            part.len() == 40 && is_commit(part)
        });
    }
}

/// `owner/name`, or the address of a repository.
fn is_repository(asked: &str) -> bool {
    let path = asked.split('#').next().unwrap_or_default();
    if path.starts_with("http://") || path.starts_with("https://") {
        return path.rsplit_once('.').is_some_and(|(_, extension)| extension == "git");
    }
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    path.split_once('/').is_some_and(|(owner, name)| plain(owner) && plain(name))
}
