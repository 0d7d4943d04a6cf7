//! Files that say which commands are run, and where a word stands in them.

use regex::Regex;

use super::Context;
use crate::source::{FileId, FileKind, SourceFile, Span};

/// Workflows, makefiles, hooks and other files whose lines are commands, tests and other people's files left out.
pub(super) fn task_files<'c>(context: &'c Context<'_>) -> impl Iterator<Item = (FileId, &'c SourceFile)> {
    context.tree.entries().filter(|(_, file)| !file.vendored && !file.test && runs_commands(file))
}

fn runs_commands(file: &SourceFile) -> bool {
    const NAMES: &[&str] = &[
        ".gitlab-ci.yml",
        ".travis.yml",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
        ".drone.yml",
        ".pre-commit-config.yaml",
        ".pre-commit-config.yml",
        "lefthook.yml",
        ".lefthook.yml",
        "Taskfile.yml",
        "Taskfile.yaml",
        "tox.ini",
        "noxfile.py",
        "package.json",
        "pyproject.toml",
        "setup.cfg",
        "pytest.ini",
        "Jenkinsfile",
        "trunk.yaml",
        "cloudbuild.yaml",
        "buildspec.yml",
        "mise.toml",
        ".mise.toml",
        "moon.yml",
        "deno.json",
        "deno.jsonc",
        "tarpaulin.toml",
        ".tarpaulin.toml",
        "Earthfile",
        "dagger.json",
        "Rakefile",
    ];
    let path = file.path.as_str();
    let folders = [
        ".github/",
        ".circleci/",
        ".buildkite/",
        ".woodpecker/",
        ".forgejo/",
        ".gitea/",
        ".husky/",
        ".cargo/",
        ".ci/",
        "ci/",
    ];
    matches!(file.kind, FileKind::Makefile | FileKind::Justfile | FileKind::Shell)
        || NAMES.contains(&file.name())
        || folders.iter().any(|folder| path.starts_with(folder))
            && matches!(
                file.kind,
                FileKind::Yaml | FileKind::Toml | FileKind::Shell | FileKind::Other | FileKind::Python
            )
}

/// Every match of an expression outside of comment lines: the first group, or the whole match.
pub(super) fn found<'t>(expression: &Regex, text: &'t str) -> Vec<(Span, &'t str)> {
    let matches =
        expression.captures_iter(text).filter_map(|captures| captures.get(1).or_else(|| captures.get(0)));
    let outside = matches.filter(|found| {
        let line = text[..found.start()].rfind('\n').map_or(0, |at| at + 1);
        !text[line..found.start()].trim_start().starts_with(['#', ';'])
            && !text[line..].trim_start().starts_with("//")
    });
    outside.map(|found| (Span::new(found.start(), found.end()), found.as_str())).collect()
}
