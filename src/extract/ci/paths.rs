//! The paths that tools are given on their command lines.

use super::model::{Found, What, join};
use super::resolve::Resolver;
use crate::source::is_below;

/// Tools that take files and directories to work on, with the options that take a path.
const TOOLS: &[(&str, &[&str])] = &[
    ("pytest", &["-c", "--rootdir", "--confcutdir"]),
    ("ruff", &["--config"]),
    ("flake8", &["--config"]),
    ("pylint", &["--rcfile"]),
    ("mypy", &["--config-file"]),
    ("black", &["--config"]),
    ("isort", &[]),
    ("bandit", &["-r", "-c"]),
    ("eslint", &["-c", "--config"]),
    ("biome", &["--config-path"]),
    ("jest", &["--config", "-c", "--rootDir"]),
    ("vitest", &["--config", "-c", "--root"]),
    ("playwright", &["--config", "-c"]),
    ("tsc", &["-p", "--project"]),
    ("vue-tsc", &["-p", "--project"]),
    ("phpunit", &["-c", "--configuration"]),
    ("shellcheck", &[]),
    ("golangci-lint", &["-c", "--config"]),
];

/// Directories and files that tools make.
const MADE: &[&str] = &[
    "dist",
    "build",
    "out",
    "target",
    "coverage",
    "node_modules",
    "tmp",
    "temp",
    "artifacts",
    "artifact",
    "reports",
    "report",
    "venv",
    "env",
    "vendor",
    "bin",
    "obj",
    "generated",
    "results",
    "test-results",
    "_site",
    "output",
    "release",
    "logs",
];

impl Resolver<'_> {
    /// References to the paths a tool is given.
    pub(super) fn paths(&self, tool: &str, arguments: &[&str], dir: &str) -> Vec<Found> {
        let (options, positional): (&[&str], bool) = match TOOLS.iter().find(|(name, _)| *name == tool) {
            Some((_, options)) => (options, true),
            None if matches!(tool, "docker" | "docker-compose") => (&["-f", "--file"], false),
            None => return Vec::new(),
        };
        // `docker rm -f name` names no file.
        let takes_files =
            positional || arguments.iter().any(|word| matches!(*word, "build" | "compose" | "bake"));
        if !takes_files && tool != "docker-compose" {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut after_option = false;
        for (index, argument) in arguments.iter().enumerate() {
            if argument.starts_with('-') {
                let (option, value) = argument
                    .split_once('=')
                    .map_or((*argument, None), |(option, value)| (option, Some(value)));
                if options.contains(&option) {
                    found.extend(
                        value
                            .or_else(|| arguments.get(index + 1).copied())
                            .and_then(|path| self.path(tool, path, dir)),
                    );
                }
                after_option = value.is_none();
                continue;
            }
            if positional && !after_option && argument.contains('/') {
                found.extend(self.path(tool, argument.split("::").next().unwrap_or(argument), dir));
            }
            after_option = false;
        }
        found
    }

    fn path(&self, tool: &str, path: &str, dir: &str) -> Option<Found> {
        let plain = !path.contains(['*', '{', '$', '?', '[', '`', '|', ',', ':', '@', '(', '^', '\\', ' '])
            && !path.starts_with(['-', '!', '/']);
        if !plain || path.contains("...") || path.is_empty() {
            return None;
        }
        let full = join(dir, path)?;
        let exists = self.is_there(&full);
        let what = What::Reference {
            kind: "path",
            name: path.to_owned(),
            place: dir.to_owned(),
            user: tool.to_owned(),
            exists,
        };
        Some(Found::new(what, dir))
    }

    /// Whether a path is in the tree; none where it may be made on the way.
    pub(super) fn is_there(&self, path: &str) -> Option<bool> {
        let tree = self.context.tree;
        if path.is_empty() || tree.by_path(path).is_some() || tree.has_dir(path) {
            return Some(true);
        }
        let made =
            path.split('/').any(|part| MADE.contains(&part) || (part.starts_with('.') && part != ".github"));
        let below_link = path.match_indices('/').any(|(at, _)| tree.by_path(&path[..at]).is_some());
        let unread = tree.unread().iter().any(|unread| path == unread.path || is_below(path, &unread.path));
        if made || below_link || unread { None } else { Some(false) }
    }
}
