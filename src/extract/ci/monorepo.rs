//! turbo, nx and lerna: which scripts of which packages a task stands for.

use super::model::{Found, What, join};
use super::resolve::{Key, Resolver, named, or_named};
use crate::parse::node::Node;
use crate::parse::shell::Options;

/// Longer chains of `dependsOn` are not followed.
const DEEPEST: usize = 12;

impl Resolver<'_> {
    /// `turbo run lint test --filter=web`.
    pub(super) fn turbo(&self, arguments: &[&str], dir: &str) -> Vec<Found> {
        const OTHER: &[&str] = &[
            "login",
            "link",
            "prune",
            "daemon",
            "gen",
            "generate",
            "query",
            "ls",
            "info",
            "watch",
            "telemetry",
            "unlink",
        ];
        let (words, filters) = split(
            arguments,
            &["--filter", "-F"],
            &[
                "--concurrency",
                "--cache-dir",
                "--team",
                "--token",
                "--output-logs",
                "--log-order",
                "--log-prefix",
                "--env-mode",
                "--ui",
                "--cwd",
                "--scope",
            ],
        );
        let tasks = match words.split_first() {
            Some((&"run", tasks)) => tasks,
            Some((word, _)) if OTHER.contains(word) => return Vec::new(),
            _ => &words,
        };
        let root = self.scripts.nearest(dir).unwrap_or_default();
        tasks.iter().flat_map(|task| self.turbo_task(task, &root, &filters, 0)).collect()
    }

    fn turbo_task(&self, task: &str, root: &str, filters: &[String], depth: usize) -> Vec<Found> {
        if task.contains("${") || depth > DEEPEST {
            return vec![Found::new(
                What::Unknown { kind: "command", name: format!("turbo run {task}") },
                root,
            )];
        }
        let task = task.trim_start_matches('^');
        let (package, name) =
            task.split_once('#').map_or((None, task), |(package, name)| (Some(package), name));
        let key = Key::Turbo { root: root.to_owned(), task: task.to_owned(), filters: filters.join(" ") };
        let found = self.once(key, || {
            if package == Some("//") {
                return self.package_script("turbo", root, name);
            }
            let mut found: Vec<Found> = Vec::new();
            for dir in
                self.members(root, package, filters).iter().filter(|dir| !dir.is_empty() || package.is_some())
            {
                found.extend(self.package_script("turbo", dir, name));
            }
            for dependency in self.turbo_dependencies(root, task, name) {
                found.extend(self.turbo_task(&dependency, root, filters, depth + 1));
            }
            found
        });
        found.to_vec()
    }

    fn members(&self, root: &str, package: Option<&str>, filters: &[String]) -> Vec<String> {
        if let Some(package) = package {
            return self.scripts.named(package, root);
        }
        let mut dirs: Vec<String> =
            filters.iter().flat_map(|filter| self.scripts.named(filter, root)).collect();
        if filters.iter().all(|filter| filter.starts_with('!')) {
            dirs = self.scripts.dirs().filter(|dir| *dir != root).map(str::to_owned).collect();
        }
        dirs.sort();
        dirs.dedup();
        dirs
    }

    fn turbo_dependencies(&self, root: &str, task: &str, name: &str) -> Vec<String> {
        let files = ["turbo.json", "turbo.jsonc"].map(|file| join(root, file).unwrap_or_default());
        let node =
            files.iter().find_map(|path| self.context.documents.node(self.context.tree.by_path(path)?));
        let entry = node.and_then(|node| {
            ["tasks", "pipeline"]
                .iter()
                .find_map(|key| node.at(&[key, task]).or_else(|| node.at(&[key, name])))
        });
        let depends = entry.and_then(|entry| entry.get("dependsOn")).map(Node::scalars).unwrap_or_default();
        depends.into_iter().filter(|name| !name.starts_with('$')).collect()
    }

    /// `nx affected -t lint test`, `nx run-many --target=build`, `nx run app:test`, `nx test app`.
    pub(super) fn nx(&self, arguments: &[&str], dir: &str) -> Vec<Found> {
        let (words, targets) = split(
            arguments,
            &["--target", "--targets", "-t"],
            &[
                "--projects",
                "-p",
                "--exclude",
                "--base",
                "--head",
                "--parallel",
                "--configuration",
                "-c",
                "--files",
                "--nxBail",
            ],
        );
        if arguments.contains(&"format:check") {
            return vec![Found::new(What::Task { kind: "format", tool: "nx".to_owned() }, dir)];
        }
        let targets = nx_targets(&words, &targets);
        targets.iter().flat_map(|(target, project)| self.nx_target(target, *project, dir)).collect()
    }

    fn nx_target(&self, target: &str, project: Option<&str>, dir: &str) -> Vec<Found> {
        if target.contains("${") {
            return vec![Found::new(What::Unknown { kind: "command", name: format!("nx {target}") }, dir)];
        }
        let dirs: Vec<String> = match project {
            Some(project) => self.scripts.named(project, dir),
            None => self.scripts.dirs().map(str::to_owned).collect(),
        };
        let mut found: Vec<Found> =
            dirs.iter().flat_map(|dir| self.package_script("nx", dir, target)).collect();
        for (file, source) in self.context.tree.entries().filter(|(_, file)| file.name() == "project.json") {
            let Some(node) = self.context.documents.node(file) else { continue };
            if project.is_some_and(|project| {
                node.get("name").and_then(Node::text).is_some_and(|name| name != project)
            }) {
                continue;
            }
            let Some(entry) = node.at(&["targets", target]) else { continue };
            let command =
                entry.get("command").or_else(|| entry.at(&["options", "command"])).and_then(Node::text);
            let lines = self.script(command.unwrap_or_default(), Options::default(), source.dir(), &[]);
            let inner = lines.into_iter().flat_map(|line| line.found).collect();
            found.extend(or_named(inner, target, source.dir(), false));
        }
        if found.is_empty() {
            // Plugins of nx infer targets from the tools' own configuration.
            found = named(Some(target), "nx", dir);
        }
        found
    }

    /// `lerna run test --scope web`.
    pub(super) fn lerna(&self, arguments: &[&str], dir: &str) -> Vec<Found> {
        let (words, scopes) = split(arguments, &["--scope"], &["--ignore", "--since", "--concurrency"]);
        match words.split_first() {
            Some((&"run", rest)) => {
                let dirs: Vec<String> = if scopes.is_empty() {
                    self.scripts.dirs().map(str::to_owned).collect()
                } else {
                    scopes.iter().flat_map(|scope| self.scripts.named(scope, dir)).collect()
                };
                let names: Vec<&str> = rest.iter().flat_map(|names| names.split(',')).collect();
                names
                    .iter()
                    .flat_map(|name| dirs.iter().flat_map(|dir| self.package_script("lerna", dir, name)))
                    .collect()
            }
            Some(_) => self.known(&[&["lerna"], words.as_slice()].concat(), dir).unwrap_or_default(),
            None => Vec::new(),
        }
    }
}

/// The targets of an `nx` command line, each with its project where one is named.
fn nx_targets<'w>(words: &[&'w str], targets: &[String]) -> Vec<(String, Option<&'w str>)> {
    const OTHER: &[&str] = &[
        "format",
        "report",
        "reset",
        "graph",
        "migrate",
        "generate",
        "g",
        "add",
        "init",
        "show",
        "release",
        "sync",
        "connect",
        "print-affected",
        "list",
        "repair",
        "view-logs",
    ];
    match words.split_first() {
        Some((&("affected" | "run-many"), rest)) => {
            // `-t lint test`: the words after it are targets too.
            let more = rest.iter().map(|word| (*word).to_owned());
            let split = targets.iter().flat_map(|names| names.split(',')).map(str::to_owned);
            split.chain(more).map(|target| (target, None)).collect()
        }
        Some((&"run", rest)) => rest
            .iter()
            .filter_map(|word| word.split_once(':'))
            .map(|(project, target)| (target.split(':').next().unwrap_or(target).to_owned(), Some(project)))
            .collect(),
        Some((word, _)) if word.starts_with("affected:") => {
            vec![(word["affected:".len()..].to_owned(), None)]
        }
        Some((word, _)) if OTHER.contains(word) || word.contains(':') => Vec::new(),
        Some((word, rest)) => vec![((*word).to_owned(), rest.first().copied())],
        None => Vec::new(),
    }
}

/// Splits arguments into words and the values of the options `wanted`; other options are left out, those of `skipped`
/// with the word behind them.
fn split<'w>(arguments: &[&'w str], wanted: &[&str], skipped: &[&str]) -> (Vec<&'w str>, Vec<String>) {
    let mut words = Vec::new();
    let mut values = Vec::new();
    let mut rest = arguments.iter().copied();
    while let Some(word) = rest.next() {
        let (option, value) =
            word.split_once('=').map_or((word, None), |(option, value)| (option, Some(value)));
        if word == "--" {
            break;
        } else if wanted.contains(&option) {
            values.extend(
                value.or_else(|| rest.next()).map(|value| value.trim_matches(['"', '\'']).to_owned()),
            );
        } else if skipped.contains(&option) && value.is_none() {
            rest.next();
        } else if !word.starts_with('-') {
            words.push(word);
        }
    }
    (words, values)
}
