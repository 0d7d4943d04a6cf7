//! What sets variables for the programs of the repository.

use super::names::is_name;
use crate::extract::Context;
use crate::parse::Document;
use crate::parse::dockerfile::Kind;
use crate::parse::node::{Node, Value};
use crate::parse::{compose, kubernetes};
use crate::source::{FileId, FileKind, Place, SourceFile, Span};

/// A variable that is set.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) by: &'static str,
    pub(super) to: Option<String>,
    /// It is set for code that is built from this repository.
    pub(super) own: bool,
    /// The image is built to its end and started as it says.
    pub(super) plain: bool,
}

/// All of them, in the order of paths.
pub(super) fn all(context: &Context<'_>) -> Vec<Given> {
    let files = context.tree.entries().filter(|(_, file)| !file.is_aside());
    let mut found: Vec<Given> = files.flat_map(|(id, file)| of_file(context, id, file)).collect();
    found.extend(stages(context));
    found
}

/// The stage, where scripts, frameworks or platforms set it to production.
fn stages(context: &Context<'_>) -> Vec<Given> {
    const FRAMEWORKS: &[&str] = &["next", "nuxt", "@remix-run/serve", "react-scripts"];
    const PLATFORMS: &[&str] = &[
        "Procfile",
        "vercel.json",
        "netlify.toml",
        "render.yaml",
        "railway.json",
        "railway.toml",
        "nixpacks.toml",
        "app.yaml",
    ];
    let given = |file: FileId, name: &str, by: &'static str| Given {
        place: Place::file(file),
        name: name.to_owned(),
        by,
        to: None,
        own: false,
        plain: false,
    };
    let mut found = Vec::new();
    for package in context.packages.all() {
        if FRAMEWORKS.iter().any(|name| package.dependency(name).is_some()) {
            found.push(given(package.file(), "NODE_ENV", "platform"));
        }
        for (file, script) in package.scripts() {
            let settings = script.command.split_whitespace().filter_map(|word| word.split_once('='));
            let production = settings.filter(|(_, value)| matches!(*value, "production" | "prod"));
            found.extend(
                production.filter(|(name, _)| is_name(name)).map(|(name, _)| given(file, name, "script")),
            );
        }
    }
    for (file, source) in context.tree.entries().filter(|(_, file)| !file.is_aside()) {
        let manager =
            || source.name().starts_with("ecosystem.config.") && context.tree.text(file).contains("NODE_ENV");
        if PLATFORMS.contains(&source.name()) || manager() {
            found.push(given(file, "NODE_ENV", "platform"));
        }
    }
    found
}

fn of_file(context: &Context<'_>, id: FileId, file: &SourceFile) -> Vec<Given> {
    match context.documents.get(id) {
        Some(Document::Dockerfile(dockerfile)) => {
            let stages = dockerfile.stages.iter().flat_map(|stage| &stage.instructions);
            let mut found = Vec::new();
            for instruction in stages {
                let Kind::Env(pairs) = &instruction.kind else { continue };
                for pair in &pairs.pairs {
                    let name = pair.0.text.clone();
                    let place = Place { file: id, span: pair.0.span };
                    found.push(Given { place, name, by: "dockerfile", to: None, own: true, plain: false });
                }
            }
            found
        }
        Some(Document::Yaml(documents)) => {
            documents.iter().flat_map(|document| of_yaml(id, file, document)).collect()
        }
        _ => Vec::new(),
    }
}

fn of_yaml(id: FileId, file: &SourceFile, document: &Node) -> Vec<Given> {
    if file.kind != FileKind::Yaml {
        return Vec::new();
    }
    if file.name().contains("compose")
        && let Some(compose) = compose::Compose::read(document)
    {
        let services = document.get("services").map(Node::entries).unwrap_or_default();
        return services
            .iter()
            .flat_map(|service| {
                let known = compose.services.iter().find(|one| one.name == service.key);
                let own = known.is_some_and(|one| one.build.is_some());
                let plain = known.is_some_and(|one| {
                    one.command.is_none()
                        && one.entrypoint.is_none()
                        && one.build.as_ref().is_some_and(|build| build.target.is_none() && !build.inline)
                });
                names(service.value.get("environment"), id)
                    .into_iter()
                    .map(|(place, name)| Given {
                        place,
                        name,
                        by: "compose",
                        to: Some(service.key.clone()),
                        own,
                        plain,
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    if kubernetes::workloads(document).is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    containers(document, id, &mut found);
    found
}

/// The names under `environment:`, a map or a list of `NAME=value`.
fn names(environment: Option<&Node>, id: FileId) -> Vec<(Place, String)> {
    let Some(environment) = environment else { return Vec::new() };
    let place = |span: Span| Place { file: id, span };
    match &environment.value {
        Value::Map(entries) => {
            entries.iter().map(|entry| (place(entry.key_span), entry.key.clone())).collect()
        }
        Value::List(items) => items
            .iter()
            .filter_map(|item| {
                let text = item.text()?;
                Some((place(item.span), text.split('=').next().unwrap_or(text).to_owned()))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// `env: [{ name: X, value: … }]` wherever it stands in a workload.
fn containers(node: &Node, id: FileId, found: &mut Vec<Given>) {
    match &node.value {
        Value::Map(entries) => {
            for entry in entries {
                if entry.key == "env" {
                    for item in entry.value.items() {
                        if let Some((name, span)) =
                            item.get("name").and_then(|name| Some((name.text()?, name.span)))
                        {
                            let place = Place { file: id, span };
                            let name = name.to_owned();
                            found.push(Given {
                                place,
                                name,
                                by: "kubernetes",
                                to: None,
                                own: false,
                                plain: false,
                            });
                        }
                    }
                }
                containers(&entry.value, id, found);
            }
        }
        Value::List(items) => items.iter().for_each(|item| containers(item, id, found)),
        _ => {}
    }
}
