//! Python's runners, pre-commit, interpreters and containers.

use super::classify;
use super::model::{Found, What, join};
use super::resolve::{Resolver, named, or_named, through};
use crate::facts::Label;
use crate::parse::node::Node;
use crate::parse::shell::Options;
use crate::source::Place;

impl Resolver<'_> {
    /// `python -m pytest`, `python manage.py test`, `python scripts/x.py`.
    pub(super) fn python(&self, arguments: &[&str], dir: &str) -> Vec<Found> {
        if let Some(at) = arguments.iter().position(|word| *word == "-m") {
            let mut rest = arguments[at + 1..].to_vec();
            if rest.first() == Some(&"pip") {
                return Vec::new();
            }
            if let Some(first) = rest.first_mut() {
                *first = first.split('.').next().unwrap_or(first);
            }
            return self.command(&rest, dir);
        }
        self.interpreter("python", arguments, dir)
    }

    /// `node scripts/x.js`, `php artisan test`: a file of the tree that is run.
    pub(super) fn interpreter(&self, program: &str, arguments: &[&str], dir: &str) -> Vec<Found> {
        let Some(at) = arguments.iter().position(|word| !word.starts_with('-')) else { return Vec::new() };
        if arguments[..at]
            .iter()
            .any(|word| matches!(*word, "-e" | "-c" | "-p" | "--eval" | "-r" | "-W" | "-X" | "--print"))
        {
            return Vec::new();
        }
        let path = arguments[at];
        let Some(full) = join(dir, path) else { return Vec::new() };
        let known = self.known(&arguments[at..], dir);
        let file = self.context.tree.by_path(&full);
        let mut found = Vec::new();
        if path.contains('.') && !path.starts_with("node_modules") {
            let what = What::Reference {
                kind: "file",
                name: path.to_owned(),
                place: dir.to_owned(),
                user: program.to_owned(),
                exists: Some(file.is_some() || self.context.tree.has_dir(&full)),
            };
            found.push(Found::new(what, dir));
        }
        let stem = path.rsplit('/').next().unwrap_or(path);
        found.extend(
            known.unwrap_or_else(|| if file.is_some() { named(Some(stem), stem, dir) } else { Vec::new() }),
        );
        found
    }

    /// A script of `pyproject.toml` that hatch, pdm or rye runs by its name.
    pub(super) fn python_script(&self, words: &[&str], dir: &str) -> Option<Vec<Found>> {
        let name = words.first()?;
        let file = self.context.tree.by_path(&join(dir, "pyproject.toml")?)?;
        let tool = self.context.documents.node(file)?.get("tool")?;
        let (environment, script) = name.split_once(':').unwrap_or(("default", name));
        let node = tool
            .at(&["hatch", "envs", environment, "scripts", script])
            .or_else(|| tool.at(&["pdm", "scripts", name]))
            .or_else(|| tool.at(&["rye", "scripts", name]))?;
        Some(self.scripted(node, file, name, dir))
    }

    /// The command lines of a task in a TOML table: a text, a list, or a mapping with one of them.
    fn scripted(&self, node: &Node, file: crate::source::FileId, name: &str, dir: &str) -> Vec<Found> {
        let inner = ["cmd", "shell", "composite", "chain", "sequence"]
            .iter()
            .find_map(|key| node.get(key))
            .unwrap_or(node);
        let lines: Vec<String> = inner.scalars();
        let found: Vec<Found> = lines
            .iter()
            .flat_map(|text| self.script(text, Options::default(), dir, &[]))
            .flat_map(|line| line.found)
            .collect();
        let found = or_named(found, name, dir, false);
        let label = Label { place: Place { file, span: node.span }, note: format!("`{name}`") };
        through(&found, name, &label)
    }

    /// tox, nox, poe, invoke, rake, mage, composer, poetry and hatch, by the names of their tasks.
    pub(super) fn named_runner(&self, runner: &str, arguments: &[&str], dir: &str) -> Vec<Found> {
        let words: Vec<&str> = arguments.iter().copied().filter(|word| !word.starts_with('-')).collect();
        match runner {
            "tox" => self.tox(&words, dir),
            "poe" => {
                let name = words.first().copied().unwrap_or_default();
                let file = join(dir, "pyproject.toml").and_then(|path| self.context.tree.by_path(&path));
                let task = file.and_then(|file| {
                    Some((file, self.context.documents.node(file)?.at(&["tool", "poe", "tasks", name])?))
                });
                task.map_or_else(
                    || named(Some(name), "poe", dir),
                    |(file, node)| self.scripted(node, file, name, dir),
                )
            }
            "composer" => self.composer(&words, dir),
            "nox" if words.is_empty() => named(Some("test"), "nox", dir),
            "poetry" | "hatch" | "rake" => {
                let known = self.known(&[&[runner], arguments].concat(), dir).unwrap_or_default();
                if known.is_empty() && runner == "rake" {
                    named(words.first().copied(), "rake", dir)
                } else {
                    known
                }
            }
            _ => words.iter().flat_map(|word| named(Some(word), runner, dir)).collect(),
        }
    }

    fn tox(&self, words: &[&str], dir: &str) -> Vec<Found> {
        let ini = join(dir, "tox.ini").and_then(|path| self.context.tree.by_path(&path));
        let node = ini.and_then(|file| Some((file, self.context.documents.node(file)?)));
        let names: Vec<&str> =
            words.iter().flat_map(|names| names.split(',')).filter(|name| *name != "run").collect();
        let Some((file, node)) = node else {
            return if names.is_empty() {
                named(Some("test"), "tox", dir)
            } else {
                names.iter().flat_map(|name| named(Some(name), "tox", dir)).collect()
            };
        };
        let listed = node
            .at(&["tox", "envlist"])
            .or_else(|| node.at(&["tox", "env_list"]))
            .and_then(Node::text)
            .unwrap_or_default();
        let names: Vec<&str> = if names.is_empty() {
            listed.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty()).collect()
        } else {
            names
        };
        let mut found = Vec::new();
        for name in names {
            let section = node
                .get(&format!("testenv:{name}"))
                .filter(|section| section.get("commands").is_some())
                .or_else(|| node.get("testenv"));
            let Some(commands) = section.and_then(|section| section.get("commands")) else { continue };
            for line in commands.text().unwrap_or_default().lines() {
                let ignored = line.trim_start().starts_with('-');
                let text = line
                    .trim_start()
                    .trim_start_matches(['-', '!'])
                    .replace("{posargs}", "")
                    .replace("{envpython}", "python");
                let inner =
                    self.script(&text, Options::default(), dir, &[]).into_iter().flat_map(|line| line.found);
                let inner: Vec<Found> = inner
                    .map(|mut found| {
                        if ignored {
                            found.masked = Some("the `-` before it".to_owned());
                        }
                        found
                    })
                    .collect();
                let label = Label {
                    place: Place { file, span: commands.span },
                    note: format!("the environment `{name}`"),
                };
                found.extend(through(&inner, &format!("tox -e {name}"), &label));
            }
        }
        found
    }

    fn composer(&self, words: &[&str], dir: &str) -> Vec<Found> {
        let name = match words.split_first() {
            Some((&("run" | "run-script" | "exec"), rest)) => rest.first().copied(),
            Some((&("install" | "update" | "require" | "audit" | "validate" | "dump-autoload"), _))
            | None => None,
            Some((name, _)) => Some(*name),
        };
        let Some(name) = name else {
            return self.known(&[&["composer"], words].concat(), dir).unwrap_or_default();
        };
        let file = join(dir, "composer.json").and_then(|path| self.context.tree.by_path(&path));
        let task =
            file.and_then(|file| Some((file, self.context.documents.node(file)?.at(&["scripts", name])?)));
        task.map_or_else(
            || named(Some(name), "composer", dir),
            |(file, node)| self.scripted(node, file, name, dir),
        )
    }

    /// The hooks of `.pre-commit-config.yaml`.
    pub(super) fn hooks(&self, dir: &str) -> Vec<Found> {
        let names = [".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml"];
        let path = |dir: &str, name: &str| self.context.tree.by_path(&join(dir, name)?);
        let file = names.iter().find_map(|name| path(dir, name).or_else(|| path("", name)));
        let Some((file, node)) = file.and_then(|file| Some((file, self.context.documents.node(file)?)))
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for hook in node
            .get("repos")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .flat_map(|repo| repo.get("hooks").map(Node::items).unwrap_or_default())
        {
            let Some(id) = hook.get("id").and_then(Node::text) else { continue };
            let entry = hook.get("entry").and_then(Node::text).unwrap_or_default();
            let mut inner: Vec<Found> = self
                .script(entry, Options::default(), dir, &[])
                .into_iter()
                .flat_map(|line| line.found)
                .collect();
            inner.retain(|found| matches!(found.what, What::Task { .. }));
            if inner.is_empty() {
                inner = hook_kinds(id)
                    .into_iter()
                    .map(|kind| Found::new(What::Task { kind, tool: id.to_owned() }, dir))
                    .collect();
            }
            let label = Label { place: Place { file, span: hook.span }, note: format!("the hook `{id}`") };
            found.extend(through(&inner, "pre-commit", &label));
        }
        found
    }

    /// `docker run … image command`.
    pub(super) fn container(&self, arguments: &[&str], dir: &str) -> Vec<Found> {
        const PLAIN: &[&str] = &[
            "--rm",
            "-i",
            "-t",
            "-it",
            "-ti",
            "-d",
            "--detach",
            "--init",
            "--privileged",
            "--tty",
            "--interactive",
            "--read-only",
        ];
        let mut rest = arguments.iter().copied();
        while let Some(word) = rest.next() {
            if !word.starts_with('-') {
                let command: Vec<&str> = rest.collect();
                let image = word.split([':', '@']).next().unwrap_or(word);
                let tool = image.rsplit('/').next().unwrap_or(image);
                let lines = self.script(&command.join(" "), Options::default(), dir, &[]);
                let found: Vec<Found> = lines.into_iter().flat_map(|line| line.found).collect();
                // The image runs `cypress run` by itself.
                let start: &[&str] = if tool == "included" { &["cypress", "run"] } else { &[tool] };
                let own = || self.known(&[start, command.as_slice()].concat(), dir).unwrap_or_default();
                return if found.is_empty() { own() } else { found };
            }
            if !PLAIN.contains(&word) && !word.contains('=') {
                rest.next();
            }
        }
        Vec::new()
    }
}

/// What a public hook does, by its id.
fn hook_kinds(id: &str) -> Vec<&'static str> {
    match id {
        "fmt" | "cargo-fmt" | "ruff-format" | "go-fmt" | "terraform_fmt" | "black" | "isort" | "prettier"
        | "black-jupyter" => vec!["format"],
        "clippy" | "cargo-clippy" | "ruff-check" | "golangci-lint-full" | "go-vet" | "biome-check"
        | "biome-lint" => vec!["lint"],
        "cargo-check" => vec!["typecheck"],
        "detect-private-key" | "gitleaks-docker" => vec!["secret-scan"],
        _ => classify::command(id, &["--check"]).filter(|kinds| !kinds.is_empty()).unwrap_or_default(),
    }
}
