//! Compose files of a repository: overrides merged, those for development told apart.

use super::paths::{dir, name};
use crate::extract::Context;
use crate::parse::Document;
use crate::parse::compose::Compose;
use crate::parse::node::Node;
use crate::source::{FileId, FileKind};

/// A compose file.
#[derive(Debug)]
pub(super) struct Stack {
    /// The file.
    pub(super) file: FileId,
    /// Its path.
    pub(super) path: String,
    /// What it says, with its override where it has one.
    pub(super) compose: Compose,
    /// Whether it is for development or tests: by its name, or by what it does with the sources.
    pub(super) dev: bool,
}

/// Every compose file. An override is merged into the file it overrides and also stands for itself, for development.
pub(super) fn find(context: &Context<'_>) -> Vec<Stack> {
    let mut stacks = Vec::new();
    for (file, source) in context.tree.entries() {
        if source.kind != FileKind::Yaml || !is_compose(source.name()) {
            continue;
        }
        let Some(Document::Yaml(nodes)) = context.documents.get(file) else { continue };
        let Some(compose) = nodes.first().and_then(Compose::read) else { continue };
        let by_name = source.test || is_development(&source.path);
        let dev = by_name || compose.services.iter().any(mounts_sources);
        stacks.push(Stack { file, path: source.path.clone(), compose, dev });
    }
    stacks
}

/// What an override of `stack` says, where there is one beside it.
pub(super) fn with_override(context: &Context<'_>, stack: &Stack) -> Option<Compose> {
    let (stem, extension) = stack.path.rsplit_once('.')?;
    if stem.ends_with(".override") {
        return None;
    }
    let other = context.tree.by_path(&format!("{stem}.override.{extension}"))?;
    let over = context.documents.node(other).and_then(|node: &Node| Compose::read(node))?;
    Some(stack.compose.merge(&over))
}

fn is_compose(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    stem == "compose"
        || stem == "docker-compose"
        || ["compose.", "docker-compose.", "compose-", "docker-compose-", "compose_", "docker-compose_"]
            .iter()
            .any(|prefix| stem.starts_with(prefix))
        || stem.ends_with(".compose")
        || stem.ends_with("-compose")
}

/// Words that name what is for development, tests or continuous integration.
const WORDS: &[&str] = &[
    "dev",
    "develop",
    "development",
    "devel",
    "local",
    "test",
    "tests",
    "testing",
    "e2e",
    "ci",
    "override",
    "debug",
    "devcontainer",
    "integration",
    "example",
    "sample",
    "bench",
    "benchmark",
    "playground",
    "demo",
    "hack",
    "gitpod",
    "codespaces",
    "devbox",
    "tilt",
    "skaffold",
    "gen",
    "codegen",
];

/// Whether a path names something for development, tests or continuous integration.
pub(in crate::extract) fn is_development(path: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(['.', '-', '_', ' ']).map(str::to_ascii_lowercase).collect()
    };
    let is_word = |word: &String| {
        WORDS.contains(&word.as_str())
            || ["testfiles", "testdata", "integrationtest"].iter().any(|start| word.starts_with(start))
    };
    let in_name = words(name(path)).iter().any(is_word);
    in_name || dir(path).split('/').any(|part| words(part).iter().any(is_word))
}

/// Whether a service that is built here gets the sources mounted over what is in its image, as in development.
fn mounts_sources(service: &crate::parse::compose::Service) -> bool {
    let Some(build) = &service.build else { return false };
    let sources = |volume: &crate::parse::compose::Volume| {
        let source = volume.source.trim_end_matches('/');
        let context = build.context.trim_end_matches('/');
        source == "."
            || source == context
            || source.strip_suffix("/src").is_some_and(|dir| dir == context || dir == ".")
    };
    let target = build.target.as_deref().is_some_and(|target| target.to_ascii_lowercase().starts_with("dev"));
    let command = service.command.as_deref().unwrap_or_default();
    let watches = ["nodemon", "run dev", "--reload", "start:dev", "yarn dev", "pnpm dev", "runserver"];
    target || service.volumes.iter().any(sources) || watches.iter().any(|word| command.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_is_for_development() {
        for path in [
            "docker-compose.dev.yml",
            "dev/compose.yml",
            "docker-compose.override.yml",
            "Dockerfile.test",
            "ci/Dockerfile",
            ".devcontainer/Dockerfile",
            "docker-compose-local.yaml",
            "Dockerfile-tilt",
            "Dockerfile-dev",
            "dev.Dockerfile",
        ] {
            assert!(is_development(path), "{path}");
        }
        for path in [
            "docker-compose.yml",
            "compose.prod.yaml",
            "Dockerfile",
            "services/device/Dockerfile",
            "latest/Dockerfile",
        ] {
            assert!(!is_development(path), "{path}");
        }
    }
}
