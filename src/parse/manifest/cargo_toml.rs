//! `Cargo.toml`.

use super::{Declared, Group, Manifest, Members, Origin, Pin, is_commit, text};
use crate::parse::node::{Entry, Node};

const GROUPS: &[(&str, Group)] =
    &[("dependencies", Group::Prod), ("dev-dependencies", Group::Dev), ("build-dependencies", Group::Build)];

/// Reads a `Cargo.toml`.
pub fn cargo_toml(node: &Node) -> Manifest {
    let package = node.get("package");
    let mut manifest = Manifest {
        name: package.and_then(|package| text(package, "name")),
        private: package
            .and_then(|package| package.get("publish"))
            .is_some_and(|publish| publish.flag() == Some(false)),
        package: package.is_some(),
        library: node.get("lib").is_some(),
        binaries: node.get("bin").is_some(),
        members: node.get("workspace").map(|workspace| Members {
            patterns: workspace.get("members").map(Node::scalars).unwrap_or_default(),
            excluded: workspace.get("exclude").map(Node::scalars).unwrap_or_default(),
        }),
        ..Manifest::default()
    };
    let targets = node.get("target").map_or(&[][..], Node::entries).iter().map(|entry| &entry.value);
    for table in std::iter::once(node).chain(targets) {
        for (key, group) in GROUPS {
            for entry in table.get(key).map_or(&[][..], Node::entries) {
                manifest.dependencies.push(declared(entry, *group));
            }
        }
    }
    for entry in node.at(&["workspace", "dependencies"]).map_or(&[][..], Node::entries) {
        let dependency = declared(entry, Group::Prod);
        manifest.shared.push((entry.key.clone(), dependency.version.clone()));
        manifest.dependencies.push(dependency);
    }
    for rust in [node.at(&["package", "rust-version"]), node.at(&["workspace", "package", "rust-version"])] {
        if let Some((rust, version)) = rust.and_then(|rust| Some((rust, rust.text()?))) {
            manifest.pins.push(Pin { tool: "rust".into(), version: version.into(), span: rust.span });
        }
    }
    manifest
}

fn declared(entry: &Entry, group: Group) -> Declared {
    let node = &entry.value;
    let mut declared = Declared {
        name: text(node, "package").unwrap_or_else(|| entry.key.clone()),
        version: node.scalar().or_else(|| text(node, "version")).unwrap_or_default(),
        group,
        span: entry.key_span.to(node.span),
        ..Declared::default()
    };
    let optional = node.get("optional").and_then(Node::flag) == Some(true);
    if optional && group == Group::Prod {
        declared.group = Group::Optional;
    }
    if node.get("workspace").and_then(Node::flag) == Some(true) {
        declared.source = Origin::Workspace;
    } else if node.get("git").is_some() {
        declared.source = Origin::Git;
        let reference = ["rev", "tag", "branch"].iter().find_map(|key| text(node, key));
        declared.pinned = text(node, "rev").is_some_and(|rev| is_commit(&rev));
        declared.reference = reference;
    } else if let Some(path) = text(node, "path") {
        declared.source = Origin::Path;
        declared.dir = Some(path);
    }
    declared
}
