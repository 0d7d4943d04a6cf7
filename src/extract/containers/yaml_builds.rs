//! Builds that YAML files describe: workflows, composite actions, pipelines of other services, platforms.

use super::cli::Invocation;
use super::paths::{dir, join, name, under};
use crate::parse::node::{Node, Value};

/// What a YAML file says of a build.
pub(super) enum Found {
    /// A script, and the folder it starts in.
    Script {
        /// Its text.
        text: String,
        /// The folder.
        dir: String,
    },
    /// A build described by keys.
    Build {
        /// The folder that paths are relative to.
        base: String,
        /// What is built.
        invocation: Invocation,
    },
    /// A Dockerfile that is built in a folder made by the tool.
    Elsewhere(String),
    /// A build of which the Dockerfile cannot be told.
    Unknown,
}

/// The builds of one file.
pub(super) fn find(path: &str, documents: &[Node]) -> Vec<Found> {
    let mut found = Vec::new();
    let file = name(path);
    for node in documents {
        if path.starts_with(".github/workflows/") || file == "action.yml" || file == "action.yaml" {
            walk(node, "", &Vec::new(), &mut found);
        } else if file.starts_with(".goreleaser") || file.starts_with("goreleaser") {
            goreleaser(node, &mut found);
        } else if file == "render.yaml" {
            render(node, &mut found);
        } else if file.starts_with("skaffold") {
            skaffold(node, dir(path), &mut found);
        } else if file == "heroku.yml" {
            for entry in node.at(&["build", "docker"]).map(Node::entries).unwrap_or_default() {
                if let Some(dockerfile) = entry.value.scalar() {
                    let context = dir(&dockerfile).to_owned();
                    let context = if context.is_empty() { ".".to_owned() } else { context };
                    found.push(build("", Some(dockerfile), context, None));
                }
            }
        } else if is_pipeline(path) {
            let base = if file.to_lowercase().starts_with("taskfile") { dir(path) } else { "" };
            scripts(node, base, &mut found);
        }
    }
    found
}

fn is_pipeline(path: &str) -> bool {
    let file = name(path).to_lowercase();
    let known = [
        ".gitlab-ci",
        "azure-pipelines",
        "bitbucket-pipelines",
        "cloudbuild",
        "buildspec",
        "taskfile",
        ".drone",
        ".woodpecker",
        ".travis",
        "appveyor",
    ];
    known.iter().any(|known| file.starts_with(known))
        || [".circleci/", ".gitlab/", ".woodpecker/", ".buildkite/", ".azure"]
            .iter()
            .any(|dir| path.starts_with(dir))
}

fn build(base: &str, file: Option<String>, context: String, target: Option<String>) -> Found {
    let invocation = Invocation { file, context: Some(context), target, tags: Vec::new() };
    Found::Build { base: base.to_owned(), invocation }
}

/// Steps of workflows and actions, below whatever keys. `matrix` holds what `${{ matrix.… }}` can be, an entry for
/// each combination.
fn walk(node: &Node, dir: &str, matrix: &Vec<Vec<(String, String)>>, found: &mut Vec<Found>) {
    let own = node.at(&["defaults", "run", "working-directory"]).and_then(Node::scalar);
    let dir = own.and_then(|own| join("", &own)).unwrap_or_else(|| dir.to_owned());
    let own_matrix = node.at(&["strategy", "matrix"]).map(combinations);
    let matrix = own_matrix.as_ref().unwrap_or(matrix);
    if let Some(text) = node.get("run").and_then(Node::text) {
        let given = node.get("working-directory").and_then(Node::scalar);
        for (dir, text) in variants(&given.unwrap_or_else(|| format!("./{dir}")), text, matrix) {
            let dir = join("", &dir).unwrap_or_default();
            found.push(Found::Script { text, dir });
        }
    }
    if let Some(uses) = node.get("uses").and_then(Node::text) {
        action(uses, node.get("with"), matrix, found);
    }
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| walk(item, &dir, matrix, found)),
        Value::Map(entries) => entries.iter().for_each(|entry| walk(&entry.value, &dir, matrix, found)),
        _ => {}
    }
}

/// Both texts with the values of each combination of the matrix put in.
fn variants(dir: &str, text: &str, matrix: &[Vec<(String, String)>]) -> Vec<(String, String)> {
    if !(dir.contains("matrix.") || text.contains("matrix.")) || matrix.is_empty() {
        return vec![(dir.to_owned(), text.to_owned())];
    }
    let fill = |text: &str, values: &[(String, String)]| {
        let mut text = text.to_owned();
        for (key, value) in values {
            for hole in [format!("${{{{ matrix.{key} }}}}"), format!("${{{{matrix.{key}}}}}")] {
                text = text.replace(&hole, value);
            }
        }
        text
    };
    matrix.iter().take(64).map(|values| (fill(dir, values), fill(text, values))).collect()
}

/// What a matrix gives: one entry for each item of each list (maps flattened), and for each `include`.
fn combinations(matrix: &Node) -> Vec<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in matrix.entries() {
        for item in entry.value.items() {
            match (item.scalar(), entry.key.as_str()) {
                (Some(value), _) => found.push(vec![(entry.key.clone(), value)]),
                (None, "include") => found.push(fields(item, "")),
                (None, key) => found.push(fields(item, &format!("{key}."))),
            }
        }
    }
    found
}

fn fields(node: &Node, prefix: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in node.entries() {
        match entry.value.scalar() {
            Some(value) => found.push((format!("{prefix}{}", entry.key), value)),
            None => found.extend(fields(&entry.value, &format!("{prefix}{}.", entry.key))),
        }
    }
    found
}

/// An action that builds an image.
fn action(uses: &str, with: Option<&Node>, matrix: &[Vec<(String, String)>], found: &mut Vec<Found>) {
    let action = uses.split('@').next().unwrap_or_default();
    let field = |key: &str| with.and_then(|with| with.get(key)).and_then(Node::scalar);
    let (file, context) = match action {
        "docker/build-push-action" | "depot/build-push-action" | "useblacksmith/build-push-action" => {
            (field("file"), field("context").unwrap_or_else(|| ".".to_owned()))
        }
        "redhat-actions/buildah-build" => (
            field("containerfiles").or_else(|| field("dockerfiles")),
            field("context").unwrap_or_else(|| ".".to_owned()),
        ),
        "elgohr/Publish-Docker-Github-Action" => (
            field("dockerfile"),
            field("context").or_else(|| field("workdir")).unwrap_or_else(|| ".".to_owned()),
        ),
        "docker/bake-action" => return,
        // A reusable workflow or a local action that is given a Dockerfile.
        _ if field("dockerfile").or_else(|| field("docker-file")).is_some() => {
            let file = field("dockerfile").or_else(|| field("docker-file"));
            (file, field("context").unwrap_or_else(|| ".".to_owned()))
        }
        _ => return,
    };
    let remote = |context: &str| context.contains("://");
    let rest = format!("{}\n{}", file.unwrap_or_default(), field("target").unwrap_or_default());
    for (context, rest) in variants(&context, &rest, matrix) {
        let (file, target) = rest.split_once('\n').unwrap_or_default();
        if context.contains("${{") && !context.starts_with("${{ github.workspace }}") || file.contains("${{")
        {
            found.push(Found::Unknown);
        } else if !remote(&context) {
            let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            found.push(build("", given(file), context, given(target)));
        }
    }
}

/// Every text that calls a builder, and argument lists of build steps.
fn scripts(node: &Node, base: &str, found: &mut Vec<Found>) {
    match &node.value {
        Value::Text(text) if text.contains("build") || text.contains("executor") => {
            found.push(Found::Script { text: text.clone(), dir: base.to_owned() });
        }
        Value::List(items) => items.iter().for_each(|item| scripts(item, base, found)),
        Value::Map(entries) => {
            let arguments = node.get("args").map(Node::scalars).unwrap_or_default();
            let step = node.get("name").and_then(Node::text).unwrap_or_default();
            if step.ends_with("/docker") || step.contains("kaniko") {
                let program = if step.ends_with("/docker") { "docker" } else { "executor" };
                found.push(Found::Script {
                    text: format!("{program} {}", arguments.join(" ")),
                    dir: base.to_owned(),
                });
            }
            for entry in entries {
                scripts(&entry.value, base, found);
            }
        }
        _ => {}
    }
}

fn goreleaser(node: &Node, found: &mut Vec<Found>) {
    for key in ["dockers", "dockers_v2", "kos"] {
        for item in node.get(key).map(Node::items).unwrap_or_default() {
            let dockerfile = item.get("dockerfile").and_then(Node::scalar);
            found.push(Found::Elsewhere(dockerfile.unwrap_or_else(|| "Dockerfile".to_owned())));
        }
    }
}

fn render(node: &Node, found: &mut Vec<Found>) {
    for service in node.get("services").map(Node::items).unwrap_or_default() {
        let field = |key: &str| service.get(key).and_then(Node::scalar);
        let root = field("rootDir").unwrap_or_default();
        let is_docker = field("runtime").or_else(|| field("env")).is_some_and(|runtime| runtime == "docker");
        if is_docker || field("dockerfilePath").is_some() {
            let file = field("dockerfilePath").unwrap_or_else(|| "./Dockerfile".to_owned());
            let context = field("dockerContext").unwrap_or_else(|| ".".to_owned());
            found.push(build(root.trim_start_matches("./"), Some(file), context, None));
        }
    }
}

fn skaffold(node: &Node, base: &str, found: &mut Vec<Found>) {
    for artifact in node.at(&["build", "artifacts"]).map(Node::items).unwrap_or_default() {
        let context = artifact.get("context").and_then(Node::scalar).unwrap_or_else(|| ".".to_owned());
        let file = artifact.at(&["docker", "dockerfile"]).and_then(Node::scalar);
        let file = file.unwrap_or_else(|| "Dockerfile".to_owned());
        found.push(build(base, Some(under(context.trim_end_matches('/'), &file)), context, None));
    }
}
