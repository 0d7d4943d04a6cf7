//! make, just and task: what their targets run.

use super::model::{Found, What, join};
use super::resolve::{Key, Line, Resolver, named, or_named, through};
use crate::facts::Label;
use crate::parse::Document;
use crate::parse::justfile::Justfile;
use crate::parse::makefile::Makefile;
use crate::parse::node::Node;
use crate::parse::shell::Options;
use crate::source::{FileId, Place};

impl Resolver<'_> {
    /// `make -C dir target other`.
    pub(super) fn make(&self, arguments: &[&str], dir: &str) -> Vec<Found> {
        let mut dir = dir.to_owned();
        let mut file = None;
        let mut targets = Vec::new();
        let mut rest = arguments.iter().copied();
        while let Some(word) = rest.next() {
            match word {
                "-C" | "--directory" => match rest.next().and_then(|below| join(&dir, below)) {
                    Some(below) => dir = below,
                    None => return Vec::new(),
                },
                "-f" | "--file" | "--makefile" => file = rest.next(),
                "-j" | "-l" | "-o" | "-W" => {
                    rest.next();
                }
                _ if word.starts_with("--directory=") => match join(&dir, &word["--directory=".len()..]) {
                    Some(below) => dir = below,
                    None => return Vec::new(),
                },
                _ if word.starts_with('-')
                    || word.contains('=')
                    || word.chars().all(|c| c.is_ascii_digit()) => {}
                _ => targets.push(word),
            }
        }
        let names: Vec<&str> =
            file.map_or_else(|| vec!["GNUmakefile", "makefile", "Makefile"], |file| vec![file]);
        let found = names.iter().find_map(|name| self.context.tree.by_path(&join(&dir, name)?));
        let Some((file, makefile)) = found.and_then(|file| Some((file, self.makefile(file)?))) else {
            return targets.iter().flat_map(|target| named(Some(target), "make", &dir)).collect();
        };
        if targets.is_empty() {
            targets.extend(makefile.default_goal());
        }
        targets.iter().flat_map(|target| self.make_target(file, makefile, target, &dir, true)).collect()
    }

    fn makefile(&self, file: FileId) -> Option<&Makefile> {
        match self.context.documents.get(file) {
            Some(Document::Makefile(makefile)) => Some(makefile),
            _ => None,
        }
    }

    /// The files a makefile includes, as far as they are here.
    fn included(&self, makefile: &Makefile, dir: &str) -> (Vec<FileId>, bool) {
        let mut files = Vec::new();
        let mut complete = true;
        for include in &makefile.includes {
            match join(dir, &include.path.text).and_then(|path| self.context.tree.by_path(&path)) {
                Some(file) => files.push(file),
                None => complete = false,
            }
        }
        (files, complete)
    }

    fn make_target(
        &self,
        file: FileId,
        makefile: &Makefile,
        target: &str,
        dir: &str,
        asked: bool,
    ) -> Vec<Found> {
        let mut rule = makefile.rules_of(target).map(|rule| (file, makefile, rule)).next();
        let (included, complete) = self.included(makefile, dir);
        for inner in &included {
            let Some(makefile) = self.makefile(*inner) else { continue };
            rule = rule.or_else(|| makefile.rules_of(target).map(|rule| (*inner, makefile, rule)).next());
        }
        let is_file = || {
            join(dir, target).is_some_and(|path| {
                self.context.tree.by_path(&path).is_some() || self.context.tree.has_dir(&path)
            })
        };
        let pattern =
            makefile.rules.iter().any(|rule| rule.targets.iter().any(|name| name.text.contains(['%', '$'])));
        let exists = match rule {
            Some(_) => Some(true),
            None if pattern || !complete || target.contains('$') || is_file() => None,
            None => Some(false),
        };
        let what = What::Reference {
            kind: "target",
            name: target.to_owned(),
            place: dir.to_owned(),
            user: "make".to_owned(),
            exists,
        };
        let mut found = if asked { vec![Found::new(what, dir)] } else { Vec::new() };
        let Some((home, _, rule)) = rule else {
            if asked && exists.is_none() {
                found.extend(named(Some(target), "make", dir));
            }
            return found;
        };
        let place = Place { file: home, span: rule.span };
        let key = Key::Target { file: file.0, name: format!("{dir} {target}") };
        let inner = self.once(key, || self.make_rules(file, makefile, home, target, dir));
        found.extend(through(
            &inner,
            &format!("make {target}"),
            &Label { place, note: format!("the target `{target}`") },
        ));
        found
    }

    fn make_rules(
        &self,
        file: FileId,
        makefile: &Makefile,
        home: FileId,
        target: &str,
        dir: &str,
    ) -> Vec<Found> {
        let Some(source) = self.makefile(home) else { return Vec::new() };
        let mut found = Vec::new();
        let mut idle = true;
        for rule in source.rules_of(target) {
            for prerequisite in &rule.prerequisites {
                let inner = self.make_target(file, makefile, &prerequisite.text, dir, false);
                idle &= inner.is_empty();
                found.extend(inner);
            }
            let recipes: Vec<(String, bool)> = if source.oneshell {
                vec![(
                    rule.recipe.iter().map(|line| source.expand(&line.text)).collect::<Vec<_>>().join("\n"),
                    false,
                )]
            } else {
                rule.recipe.iter().map(|line| (source.expand(&line.text), line.ignored)).collect()
            };
            for (text, ignored) in recipes {
                for line in self.script(&text, Options::default(), dir, &[]) {
                    idle &= line.idle;
                    found.extend(masked_by_dash(line, ignored));
                }
            }
        }
        or_named(found, target, dir, idle)
    }

    /// `just recipe other`.
    pub(super) fn just(&self, arguments: &[&str], dir: &str) -> Vec<Found> {
        let names = ["justfile", "Justfile", ".justfile"];
        let at = |dir: &str| names.iter().find_map(|name| self.context.tree.by_path(&join(dir, name)?));
        let mut home = dir.to_owned();
        let mut file = at(&home);
        while file.is_none() && !home.is_empty() {
            home = home.rsplit_once('/').map_or_else(String::new, |(parent, _)| parent.to_owned());
            file = at(&home);
        }
        let words: Vec<&str> =
            arguments.iter().copied().filter(|word| !word.starts_with('-') && !word.contains('=')).collect();
        let justfile = file.and_then(|file| match self.context.documents.get(file) {
            Some(Document::Justfile(justfile)) => Some((file, justfile)),
            _ => None,
        });
        let Some((file, justfile)) = justfile else {
            return words.iter().flat_map(|word| named(Some(word), "just", dir)).collect();
        };
        let Some(first) = words.first() else {
            let default = justfile.default_recipe().map(|recipe| recipe.name.clone());
            return default.map(|name| self.recipe(file, justfile, &name, &home)).unwrap_or_default();
        };
        let mut found = Vec::new();
        let known = justfile.recipe(first).is_some();
        let exists = if justfile.modules.is_empty() && !first.contains(['$', ':']) {
            Some(known)
        } else {
            known.then_some(true)
        };
        let what = What::Reference {
            kind: "target",
            name: (*first).to_owned(),
            place: home.clone(),
            user: "just".to_owned(),
            exists,
        };
        found.push(Found::new(what, dir));
        // Behind a recipe without parameters further recipes may follow.
        let takes = justfile.recipe(first).is_some_and(|recipe| !recipe.parameters.is_empty());
        let recipes = if takes { &words[..1] } else { words.as_slice() };
        for name in recipes {
            found.extend(self.recipe(file, justfile, name, &home));
        }
        if !known {
            found.extend(named(Some(first), "just", dir));
        }
        found
    }

    fn recipe(&self, file: FileId, justfile: &Justfile, name: &str, dir: &str) -> Vec<Found> {
        let Some(recipe) = justfile.recipe(name) else { return Vec::new() };
        let key = Key::Target { file: file.0, name: name.to_owned() };
        let inner = self.once(key, || {
            let mut found = Vec::new();
            let mut idle = true;
            for dependency in &recipe.dependencies {
                let inner = self.recipe(file, justfile, &dependency.name, dir);
                idle &= inner.is_empty();
                found.extend(inner);
            }
            let options = Options { braces: true, ..Options::default() };
            for line in &recipe.lines {
                for inner in self.script(&line.text, options, dir, &[]) {
                    idle &= inner.idle;
                    found.extend(masked_by_dash(inner, line.ignored));
                }
            }
            or_named(found, name, dir, idle)
        });
        let place = Place { file, span: recipe.span };
        through(&inner, &format!("just {name}"), &Label { place, note: format!("the recipe `{name}`") })
    }

    /// `task name`: Taskfile.yml.
    pub(super) fn taskfile(&self, arguments: &[&str], dir: &str) -> Vec<Found> {
        let names = ["Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml", "Taskfile.dist.yml"];
        let file = names.iter().find_map(|name| self.context.tree.by_path(&join(dir, name)?));
        let words: Vec<&str> =
            arguments.iter().copied().filter(|word| !word.starts_with('-') && !word.contains('=')).collect();
        let node = file.and_then(|file| Some((file, self.context.documents.node(file)?.get("tasks")?)));
        let Some((file, tasks)) = node else {
            return words.iter().flat_map(|word| named(Some(word), "task", dir)).collect();
        };
        words.iter().flat_map(|name| self.task(file, tasks, name, dir)).collect()
    }

    fn task(&self, file: FileId, tasks: &Node, name: &str, dir: &str) -> Vec<Found> {
        let Some(task) = tasks.entry(name) else { return named(Some(name), "task", dir) };
        let inner = self.once(Key::Target { file: file.0, name: name.to_owned() }, || {
            let mut found = Vec::new();
            let mut idle = true;
            let dir = task
                .value
                .get("dir")
                .and_then(Node::text)
                .and_then(|below| join(dir, below))
                .unwrap_or_else(|| dir.to_owned());
            let of = |key: &str| {
                task.value
                    .get(key)
                    .map(
                        |node| {
                            if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() }
                        },
                    )
                    .unwrap_or_default()
            };
            let own = if task.value.entries().is_empty() { std::slice::from_ref(&task.value) } else { &[] };
            for command in of("cmds").iter().chain(of("cmd")).chain(own) {
                let text = command.text().or_else(|| command.get("cmd").and_then(Node::text));
                let ignored = command.get("ignore_error").and_then(Node::flag) == Some(true);
                for line in self.script(
                    text.unwrap_or_default(),
                    Options { braces: true, ..Options::default() },
                    &dir,
                    &[],
                ) {
                    idle &= line.idle;
                    found.extend(masked_by_dash(line, ignored));
                }
                if let Some(name) = command.get("task").and_then(Node::text) {
                    found.extend(self.task(file, tasks, name, &dir));
                }
            }
            for dependency in of("deps") {
                if let Some(name) = dependency.text().or_else(|| dependency.get("task").and_then(Node::text))
                {
                    found.extend(self.task(file, tasks, name, &dir));
                }
            }
            or_named(found, name, &dir, idle)
        });
        let place = Place { file, span: task.key_span };
        through(&inner, &format!("task {name}"), &Label { place, note: format!("the task `{name}`") })
    }
}

/// What a line leads to, when a dash or its like before it takes away its failure.
fn masked_by_dash(line: Line, ignored: bool) -> Vec<Found> {
    let mut found = line.found;
    if ignored {
        for found in &mut found {
            found.masked = Some("the `-` before it".to_owned());
        }
    }
    found
}
