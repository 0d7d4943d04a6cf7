//! Descriptions of interfaces in the format of `OpenAPI`, JSON or YAML.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::extract::Context;
use crate::parse::node::{Node, Value};
use crate::source::{FileId, Place};

/// The methods that an operation can have.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete"];

/// How many mistakes of one document are told.
const MAX_MISTAKES: usize = 5;

/// A description.
#[derive(Debug)]
pub(super) struct Description {
    /// Where it begins.
    pub(super) place: Place,
    /// The directory of its package.
    pub(super) package: String,
    /// What it describes.
    pub(super) operations: Vec<Operation>,
    /// What contradicts the format, each with its place.
    pub(super) mistakes: Vec<(Place, String)>,
}

/// A path and a method.
#[derive(Debug)]
pub(super) struct Operation {
    /// `GET`.
    pub(super) method: String,
    /// As written.
    pub(super) path: String,
    /// Where the method stands.
    pub(super) place: Place,
}

/// Every description in the repository.
pub(super) fn find(context: &Context<'_>) -> Vec<Description> {
    let files = context.tree.entries().filter(|(_, file)| !file.vendored && !file.is_aside());
    let data = files.filter(|(_, file)| matches!(file.extension(), "json" | "yaml" | "yml"));
    data.filter_map(|(file, _)| read(context, file, context.documents.node(file)?)).collect()
}

fn read(context: &Context<'_>, file: FileId, node: &Node) -> Option<Description> {
    let version = node.entry("openapi").or_else(|| node.entry("swagger"))?;
    let number = version.value.scalar().filter(|text| text.starts_with(['2', '3']))?;
    // What has webhooks or components alone describes no paths.
    let paths = node.get("paths").filter(|paths| matches!(paths.value, Value::Map(_)))?;
    let mut operations = Vec::new();
    for path in paths.entries().iter().filter(|path| path.key.starts_with('/')) {
        for method in path.value.entries().iter().filter(|method| METHODS.contains(&method.key.as_str())) {
            let place = Place { file, span: method.key_span };
            operations.push(Operation {
                method: method.key.to_ascii_uppercase(),
                path: path.key.clone(),
                place,
            });
        }
    }
    let path = context.tree.file(file).path.clone();
    let package = context.packages.dir_of(&path).to_owned();
    let mut mistakes = Vec::new();
    let at = |node: &Node| Place { file, span: node.span };
    for key in ["title", "version"] {
        if node.at(&["info", key]).is_none() {
            mistakes.push((Place { file, span: version.key_span }, format!("`info.{key}` is missing")));
        }
    }
    references(
        node,
        node,
        &mut |reference, text| mistakes.push((at(reference), format!("`{text}` leads nowhere"))),
        0,
    );
    schemes(node, &number, &mut |place, name| {
        mistakes.push((at(place), format!("the security scheme `{name}` is not declared")));
    });
    mistakes.truncate(MAX_MISTAKES);
    Some(Description { place: Place { file, span: version.key_span }, package, operations, mistakes })
}

/// Reports every reference within the document to something that is not there.
fn references<'n>(root: &Node, node: &'n Node, report: &mut impl FnMut(&'n Node, &str), depth: usize) {
    if depth > 64 {
        return;
    }
    for entry in node.entries() {
        if entry.key == "$ref" {
            let Some(text) = entry.value.text() else { continue };
            let Some(pointer) = text.strip_prefix("#/") else { continue };
            if target(root, pointer).is_none() {
                report(&entry.value, text);
            }
        } else if !matches!(entry.key.as_str(), "example" | "examples" | "default") {
            references(root, &entry.value, report, depth + 1);
        }
    }
    node.items().iter().for_each(|item| references(root, item, report, depth + 1));
}

fn target<'n>(root: &'n Node, pointer: &str) -> Option<&'n Node> {
    pointer.split('/').try_fold(root, |node, part| {
        let key = if part.contains(['~', '%']) {
            part.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}").into()
        } else {
            Cow::Borrowed(part)
        };
        match &node.value {
            Value::List(items) => items.get(key.parse::<usize>().ok()?),
            // What is computed elsewhere may hold anything.
            Value::Opaque => Some(node),
            _ => node.get(&key),
        }
    })
}

/// Reports every security scheme that is asked for and not declared.
fn schemes<'n>(root: &'n Node, version: &str, report: &mut impl FnMut(&'n Node, &str)) {
    let declared = if version.starts_with('2') {
        root.get("securityDefinitions")
    } else {
        root.at(&["components", "securitySchemes"])
    };
    let declared: BTreeSet<&str> =
        declared.iter().flat_map(|node| Node::entries(node)).map(|entry| entry.key.as_str()).collect();
    let paths = root.get("paths").into_iter().flat_map(Node::entries);
    let operations =
        paths.flat_map(|path| path.value.entries()).filter_map(|operation| operation.value.get("security"));
    let mut told = BTreeSet::new();
    for asked in root.get("security").into_iter().chain(operations).flat_map(Node::items) {
        for entry in asked.entries() {
            if !declared.contains(entry.key.as_str()) && told.insert(entry.key.as_str()) {
                report(asked, &entry.key);
            }
        }
    }
}
