//! Under which license a repository may be used.

use super::kind::is_license;
use crate::extract::Context;
use crate::facts::{Entry, License};
use crate::parse::node::Node;
use crate::source::{FileId, Place};

/// License texts at the root, and what the manifests of the root say.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let entry = |file: FileId, from: &str| Entry::new(Place::file(file), License { from: from.to_owned() });
    let texts = context.tree.entries().filter(|(_, file)| {
        let folder = ["", "licenses", "license", "legal"].contains(&file.dir().to_ascii_lowercase().as_str());
        folder && (is_license(file.name()) || !file.dir().is_empty() && !file.dir().starts_with("legal"))
    });
    let mut entries: Vec<_> = texts.map(|(id, _)| entry(id, "file")).collect();
    let root: Vec<_> = context.packages.manifests("").iter().map(|manifest| manifest.file).collect();
    for id in &root {
        match manifest(context, *id) {
            Some(Claim::Granted) => entries.push(entry(*id, "manifest")),
            Some(Claim::Private) => entries.push(entry(*id, "private")),
            None => {}
        }
    }
    if root.is_empty() {
        let all: Vec<_> = context
            .packages
            .dirs()
            .iter()
            .flat_map(|dir| context.packages.manifests(dir))
            .map(|m| m.file)
            .collect();
        let private = |id: &FileId| matches!(manifest(context, *id), Some(Claim::Private));
        entries.extend(all.first().filter(|_| all.iter().all(private)).map(|id| entry(*id, "private")));
    }
    entries
}

enum Claim {
    Granted,
    Private,
}

/// What a manifest says: a license wins over `private`, which only keeps a package out of the registry.
fn manifest(context: &Context<'_>, file: FileId) -> Option<Claim> {
    let node = context.documents.node(file)?;
    let at = |path: &[&str]| node.at(path);
    let licenses = [
        &["license"][..],
        &["licenses"],
        &["package", "license"],
        &["package", "license-file"],
        &["workspace", "package", "license"],
        &["project", "license"],
        &["tool", "poetry", "license"],
        &["metadata", "license"],
    ];
    let named = licenses.iter().find_map(|path| at(path));
    let closed = |node: &Node| {
        node.text().is_some_and(|text| {
            text.eq_ignore_ascii_case("unlicensed") || text.to_ascii_lowercase().contains("proprietary")
        })
    };
    match named {
        Some(node) if closed(node) => Some(Claim::Private),
        Some(node) if node.text().is_none_or(|text| !text.trim().is_empty()) => Some(Claim::Granted),
        _ => {
            let private = node.get("private").and_then(Node::flag) == Some(true)
                || at(&["project", "classifiers"])
                    .is_some_and(|list| list.scalars().iter().any(|item| item.starts_with("Private ::")));
            private.then_some(Claim::Private)
        }
    }
}
