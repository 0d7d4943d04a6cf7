//! What a command line leads to: through package scripts, targets and shell scripts down to the tools.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::classify;
use super::model::{Found, What, join};
use super::remote;
use super::scripts::Scripts;
use crate::extract::Context;
use crate::facts::Label;
use crate::parse::Document;
use crate::parse::shell::{self, Command, Failure, Mask, Options, Within, Wrapper};
use crate::source::{FileKind, Place, Span};

/// Longer chains are not followed.
const DEEPEST: usize = 24;

/// More than this is not kept of one command line.
const MOST_FOUND: usize = 2_000;

/// Package managers that run scripts.
const MANAGERS: &[&str] = &["npm", "pnpm", "yarn", "bun", "deno"];

/// Stands for a directory that is computed.
pub(super) const COMPUTED: &str = "\0";

/// Follows command lines. Each script, target and file is followed once.
pub(super) struct Resolver<'r> {
    pub(super) context: &'r Context<'r>,
    pub(super) scripts: Scripts<'r>,
    memo: RefCell<HashMap<Key, Rc<[Found]>>>,
    open: RefCell<Vec<Key>>,
}

/// Something that is followed once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// The script of a package.
    Script { dir: String, name: String },
    /// The target of a makefile, a recipe or a task, run in a directory.
    Target { file: u32, name: String },
    /// A shell script, run in a directory.
    File { file: u32, dir: String },
    /// A stage of a Dockerfile, built in a folder.
    Image { file: u32, folder: String, target: Option<String> },
    /// A task of turbo in all packages of a filter.
    Turbo { root: String, task: String, filters: String },
}

/// A command of a script with what it leads to.
pub(super) struct Line {
    /// Where it stands in the text.
    pub(super) span: Span,
    /// The program and its arguments.
    pub(super) words: Vec<String>,
    /// It only prints, waits or sets variables.
    pub(super) idle: bool,
    /// It stands in a branch.
    pub(super) conditional: bool,
    /// Files it writes.
    pub(super) writes: Vec<String>,
    pub(super) found: Vec<Found>,
}

impl<'r> Resolver<'r> {
    /// A resolver that has followed nothing yet.
    pub(super) fn new(context: &'r Context<'r>) -> Self {
        Self { context, scripts: Scripts::find(context), memo: RefCell::default(), open: RefCell::default() }
    }

    /// The commands of a script that starts in `dir`. `values` are those an expression `${{ name }}` can have.
    pub(super) fn script(
        &self,
        text: &str,
        options: Options,
        dir: &str,
        values: &[Vec<(String, String)>],
    ) -> Vec<Line> {
        let script = shell::parse_with(text, options).document;
        self.lines(&script, text, options, dir, values)
    }

    fn lines(
        &self,
        script: &shell::Script,
        text: &str,
        options: Options,
        dir: &str,
        values: &[Vec<(String, String)>],
    ) -> Vec<Line> {
        let runs = script.runs();
        let judged = |command: &Command, failure: Failure| match failure {
            Failure::Masked(Mask::Pipe) if !only_passes_on(text, command.span) => Failure::Stops,
            failure => failure,
        };
        let line = |(command, failure): &(&Command, Failure)| {
            self.line(command, judged(command, *failure), options, dir, values)
        };
        runs.iter().map(line).collect()
    }

    fn line(
        &self,
        command: &Command,
        failure: Failure,
        options: Options,
        dir: &str,
        values: &[Vec<(String, String)>],
    ) -> Line {
        let words: Vec<String> = command.effective().iter().map(|word| word.text.clone()).collect();
        let here = command.dir.as_deref().filter(|_| dir != COMPUTED).and_then(|below| join(dir, below));
        let conditional = command.is_within(&Within::Branch) || command.is_within(&Within::Condition);
        let mut found = Vec::new();
        if !command.unreachable {
            let expanded = expand(&words, values);
            if expanded.is_empty() {
                found = self.words(command, &words, here.as_deref());
            }
            for text in expanded {
                let inner = self.script(&text, options, here.as_deref().unwrap_or(dir), &[]);
                found.extend(inner.into_iter().flat_map(|line| line.found));
            }
        }
        if conditional {
            found.retain(|found| !matches!(found.what, What::Reference { .. }));
        }
        if let Failure::Masked(mask) = failure
            && let Some(reason) = reason(mask)
        {
            for found in &mut found {
                found.masked.get_or_insert_with(|| reason.to_owned());
            }
        }
        let writes = command.redirects.iter().filter(|redirect| redirect.operator.contains('>'));
        let writes = writes.map(|redirect| redirect.target.text.clone()).collect();
        Line { span: command.span, idle: is_idle(command), words, conditional, writes, found }
    }

    fn words(&self, command: &Command, words: &[String], dir: Option<&str>) -> Vec<Found> {
        let Some(dir) = dir else {
            // The directory is computed: what a tool does is still known, of a script no more than its name.
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let known = self.known(&words, "").unwrap_or_default().into_iter();
            let mut known: Vec<Found> =
                known.filter(|found| matches!(found.what, What::Task { .. })).collect();
            let mut rest =
                words.iter().skip(1).filter(|word| !word.starts_with('-') && !word.starts_with("run"));
            if known.is_empty()
                && words.first().is_some_and(|program| MANAGERS.contains(program) || *program == "make")
            {
                known = named(rest.next().copied(), &words.join(" "), "");
            }
            return known;
        };
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if let Some(wrapper) = command.wrappers.last()
            && matches!(wrapper, Wrapper::HatchRun | Wrapper::PdmRun | Wrapper::RyeRun | Wrapper::UvRun)
            && let Some(found) = self.python_script(&words, dir)
        {
            return found;
        }
        match command.wrappers.last() {
            Some(Wrapper::Npx | Wrapper::PnpmExec | Wrapper::YarnExec | Wrapper::Bunx) => {
                let skipped = command.words.len() - command.effective().len();
                let before = command.words.iter().take(skipped).map(|word| word.text.as_str());
                self.executed(&before.collect::<Vec<_>>(), &words, dir)
            }
            _ => self.command(&words, dir),
        }
    }

    /// What a command line leads to.
    pub(super) fn command(&self, words: &[&str], dir: &str) -> Vec<Found> {
        let Some((program, arguments)) = words.split_first() else { return Vec::new() };
        let program = if program.starts_with("${MAKE") || *program == "$(MAKE)" { "make" } else { program };
        if program.contains("${{") {
            return vec![Found::new(What::Unknown { kind: "command", name: words.join(" ") }, dir)];
        }
        let base = program.rsplit('/').next().unwrap_or(program);
        if let Some(manager) = MANAGERS.iter().find(|manager| **manager == base) {
            return self.manager(manager, arguments, dir);
        }
        let mut found = match base {
            "npm-run-all" | "npm-run-all2" | "run-s" | "run-p" | "concurrently" | "conc" => {
                self.several(base, arguments, dir)
            }
            "turbo" => self.turbo(arguments, dir),
            "nx" => self.nx(arguments, dir),
            "lerna" => self.lerna(arguments, dir),
            "make" | "gmake" => self.make(arguments, dir),
            "just" => self.just(arguments, dir),
            "task" | "go-task" => self.taskfile(arguments, dir),
            "tox" | "nox" | "poe" | "invoke" | "inv" | "rake" | "mage" | "composer" | "poetry" | "hatch" => {
                self.named_runner(base, arguments, dir)
            }
            "pre-commit" | "prek" if arguments.contains(&"run") => self.hooks(dir),
            "python" | "python3" | "py" | "python2" => self.python(arguments, dir),
            "node" if arguments.first() == Some(&"--run") => {
                self.manager("npm", &[&["run"], &arguments[1..]].concat(), dir)
            }
            "node" | "tsx" | "ts-node" | "php" | "ruby" | "perl" if !arguments.contains(&"--test") => {
                self.interpreter(base, arguments, dir)
            }
            "bash" | "sh" | "zsh" | "source" | "." | "dash" => self.shell_file(arguments, dir),
            "docker" | "podman" if arguments.first() == Some(&"run") => self.container(&arguments[1..], dir),
            "docker" | "podman" | "buildah" | "nerdctl" | "depot" => self.image(words, dir),
            "cargo" if arguments.first() == Some(&"make") || arguments.first() == Some(&"xtask") => {
                named(arguments.get(1).copied(), &format!("cargo {}", arguments[0]), dir)
            }
            "nyc" | "c8" => self.covered(base, words, dir),
            "start-server-and-test" | "start-test" => self.last_command(arguments, dir),
            "curl" | "wget" | "ssh" | "scp" | "rsync" if remote::deploys(base, arguments) => {
                vec![Found::new(What::Task { kind: "deploy", tool: base.to_owned() }, dir)]
            }
            "xargs" => {
                let rest: Vec<_> =
                    arguments.iter().skip_while(|word| word.starts_with('-')).copied().collect();
                self.command(&rest, dir)
            }
            _ if program.contains('/') && classify::command(program, arguments).is_none() => {
                self.shell_file(words, dir)
            }
            _ => self.known(words, dir).unwrap_or_default(),
        };
        found.truncate(MOST_FOUND);
        found
    }

    /// `nyc --reporter text npm run mocha`: what is run is measured. What an option takes may stand before it.
    fn covered(&self, tool: &str, words: &[&str], dir: &str) -> Vec<Found> {
        let own = self.known(words, dir).unwrap_or_default();
        let starts = (1..words.len()).filter(|at| own.is_empty() && !words[*at].starts_with('-')).take(4);
        let led = starts.map(|at| self.command(&words[at..], dir));
        let Some(mut found) = led.into_iter().find(|found| !found.is_empty()) else { return own };
        if found.iter().any(|found| matches!(found.what, What::Task { kind: "test", .. })) {
            found.push(Found::new(What::Task { kind: "coverage", tool: tool.to_owned() }, dir));
        }
        found
    }

    /// What a tool of the tables does; none where it is not in them.
    pub(super) fn known(&self, words: &[&str], dir: &str) -> Option<Vec<Found>> {
        let (program, arguments) = words.split_first()?;
        let kinds = classify::command(program, arguments)?;
        let tool = program.rsplit('/').next().unwrap_or(program);
        let asks = |option: &&str| matches!(*option, "--help" | "-h" | "--version" | "-V");
        if arguments.iter().any(asks) {
            return Some(Vec::new());
        }
        if kinds.is_empty() && arguments.iter().any(|option| matches!(*option, "--write" | "-w" | "--fix")) {
            return Some(vec![Found::new(What::Mends, dir)]);
        }
        let masked = self.masked_by_option(&kinds, arguments);
        let dir = directory_option(tool, arguments)
            .and_then(|below| join(dir, below))
            .unwrap_or_else(|| dir.to_owned());
        let kinds = kinds.into_iter().filter(|kind| !self.is_switched_off(tool, kind, &dir));
        let mut found: Vec<Found> = kinds
            .map(|kind| {
                let what = What::Task { kind, tool: tool.to_owned() };
                Found { masked: masked.clone(), ..Found::new(what, &dir) }
            })
            .collect();
        found.extend(self.paths(tool, arguments, &dir));
        Some(found)
    }

    fn masked_by_option(&self, kinds: &[&str], arguments: &[&str]) -> Option<String> {
        let option = arguments.iter().find(|argument| match **argument {
            "--exit-zero" | "--exit-code=0" => true,
            // Where another package has tests, the check can fail: the flag says that this one has none yet.
            "--passWithNoTests" | "--pass-with-no-tests" => kinds.contains(&"test") && !self.has_tests(),
            _ => false,
        })?;
        Some(format!("`{option}`"))
    }

    /// Whether any test file stands in the repository.
    fn has_tests(&self) -> bool {
        self.context.tree.files().iter().any(|file| file.test && file.kind.is_code())
    }

    /// `next build` checks types and lints, unless its configuration says not to.
    fn is_switched_off(&self, tool: &str, kind: &str, dir: &str) -> bool {
        let path: &[&str] = match (tool, kind) {
            ("next", "typecheck") => &["typescript", "ignoreBuildErrors"],
            ("next", "lint") => &["eslint", "ignoreDuringBuilds"],
            _ => return false,
        };
        let names = ["next.config.js", "next.config.mjs", "next.config.ts", "next.config.cjs"];
        let nodes = names
            .iter()
            .filter_map(|name| self.context.documents.node(self.context.tree.by_path(&join(dir, name)?)?));
        let typed = || self.context.tree.by_path(&join(dir, "tsconfig.json").unwrap_or_default()).is_some();
        (kind == "typecheck" && !typed())
            || nodes.into_iter().any(|node| node.at(path).is_some_and(|node| node.flag() != Some(false)))
    }

    /// Follows `key` once; what leads back to itself leads to nothing.
    pub(super) fn once(&self, key: Key, follow: impl FnOnce() -> Vec<Found>) -> Rc<[Found]> {
        if let Some(known) = self.memo.borrow().get(&key) {
            return Rc::clone(known);
        }
        {
            let mut open = self.open.borrow_mut();
            if open.contains(&key) || open.len() >= DEEPEST {
                return Rc::from([]);
            }
            open.push(key.clone());
        }
        let mut found = follow();
        dedup(&mut found);
        let found: Rc<[Found]> = found.into();
        self.open.borrow_mut().pop();
        self.memo.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    /// Follows the file of a shell script, run in `dir`.
    pub(super) fn shell_file(&self, words: &[&str], dir: &str) -> Vec<Found> {
        let Some(path) = words.iter().find(|word| !word.starts_with('-')) else { return Vec::new() };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | '@');
        let is_script = words.contains(&"-c") || !path.chars().all(plain);
        let Some(full) = join(dir, path).filter(|_| !is_script) else { return Vec::new() };
        let mut found = Vec::new();
        if path.contains('/') || matches!(path.rsplit_once('.'), Some((_, "sh" | "bash"))) {
            let what = What::Reference {
                kind: "file",
                name: (*path).to_owned(),
                place: dir.to_owned(),
                user: "shell".to_owned(),
                exists: self.is_there(&full),
            };
            found.push(Found::new(what, dir));
        }
        let Some(file) = self.context.tree.by_path(&full) else { return found };
        let name = path.rsplit('/').next().unwrap_or(path);
        let inner = match self.context.documents.get(file) {
            Some(Document::Shell(script)) => {
                let key = Key::File { file: file.0, dir: dir.to_owned() };
                self.once(key, || {
                    let text = self.context.tree.text(file);
                    let lines = self.lines(script, text, Options::default(), dir, &[]);
                    let idle = lines.iter().all(|line| line.idle);
                    let found = lines.into_iter().flat_map(|line| line.found).collect();
                    or_named(found, name, dir, idle)
                })
            }
            _ if self.context.tree.file(file).kind != FileKind::Shell => named(Some(name), name, dir).into(),
            _ => Rc::from([]),
        };
        let place = Place::file(file);
        found.extend(through(&inner, path, &Label { place, note: format!("`{path}`") }));
        found
    }
}

/// What was found inside something, with the way that led there.
pub(super) fn through(inner: &[Found], step: &str, label: &Label) -> Vec<Found> {
    let inner = inner.iter().map(|found| {
        let mut found = found.clone();
        found.chain.insert(0, step.to_owned());
        found.also.insert(0, label.clone());
        // What runs before may make the files that a script speaks of.
        if let What::Reference { kind: "file" | "path", exists, .. } = &mut found.what {
            *exists = exists.filter(|exists| *exists);
        }
        found
    });
    inner.collect()
}

/// A task by the name of what runs it.
pub(super) fn named(name: Option<&str>, tool: &str, dir: &str) -> Vec<Found> {
    let kind = name.and_then(classify::name);
    kind.map(|kind| Found::new(What::Task { kind, tool: tool.to_owned() }, dir)).into_iter().collect()
}

/// Where nothing known was found in a script, its name says what it does; if all it does is print, it cannot fail.
pub(super) fn or_named(mut found: Vec<Found>, name: &str, dir: &str, idle: bool) -> Vec<Found> {
    let is_task =
        |found: &Found| matches!(found.what, What::Task { .. } | What::Install { .. } | What::Mends);
    if !found.iter().any(is_task) {
        let mut task = named(Some(name), name, dir);
        if idle {
            for task in &mut task {
                task.masked = Some("a script that only prints".to_owned());
            }
        }
        found.extend(task);
    }
    found
}

/// Keeps one of equal things.
pub(super) fn dedup(found: &mut Vec<Found>) {
    let mut seen = std::collections::HashSet::new();
    found.retain(|found| {
        let what = format!("{:?}", found.what);
        seen.insert((what, found.dir.clone(), found.masked.clone()))
    });
}

/// The texts a command line stands for when values are put in for its expressions; none where it has no such.
fn expand(words: &[String], values: &[Vec<(String, String)>]) -> Vec<String> {
    let line = words.join(" ");
    if !line.contains("${{") {
        return Vec::new();
    }
    let mut texts: Vec<String> = Vec::new();
    for combination in values {
        let mut text = line.clone();
        for (name, value) in combination {
            for written in [format!("${{{{ {name} }}}}"), format!("${{{{{name}}}}}")] {
                text = text.replace(&written, value);
            }
        }
        if text != line && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// The option by which a tool is told another directory.
fn directory_option<'w>(tool: &str, arguments: &[&'w str]) -> Option<&'w str> {
    let options: &[&str] = match tool {
        "go" | "ninja" | "tox" => &["-C"],
        "uv" | "poetry" => &["--directory", "--project", "-C"],
        "vercel" | "netlify" | "wrangler" => &["--cwd"],
        "terraform" => &["-chdir"],
        _ => return None,
    };
    arguments.iter().enumerate().find_map(|(index, argument)| {
        let option = options.iter().find(|option| argument.starts_with(**option))?;
        match argument.strip_prefix(option)? {
            "" => arguments.get(index + 1).copied(),
            rest => rest.strip_prefix('='),
        }
    })
}

/// Whether what a command is piped into only passes its output on: others may judge it.
fn only_passes_on(text: &str, span: Span) -> bool {
    const PASS: &[&str] =
        &["tee", "cat", "head", "tail", "less", "more", "ts", "sed", "awk", "cut", "tr", "sort"];
    let rest = text
        .get(span.end as usize..)
        .unwrap_or_default()
        .trim_start()
        .trim_start_matches("2>&1")
        .trim_start();
    let Some(next) = rest.strip_prefix('|') else { return false };
    let next = next.trim_start_matches('&').split_whitespace().next().unwrap_or_default();
    PASS.contains(&next)
}

/// Why a failure does not count; none where it may still do.
pub(in crate::extract) fn reason(mask: Mask) -> Option<&'static str> {
    Some(match mask {
        Mask::Fallback => "`||` with a command that cannot fail",
        Mask::ExitZero => "an end of the script that always succeeds",
        Mask::Pipe => "a pipe without `pipefail`",
        Mask::Unchecked => "commands after it, which decide alone",
        Mask::Prefix => "the `-` before it",
        Mask::Condition => "an `if` that does not fail",
        Mask::Background | Mask::Negated | Mask::Alternative | Mask::Recorded | Mask::Substitution => {
            return None;
        }
    })
}

/// Whether a command does nothing but print, wait or set variables.
pub(super) fn is_idle(command: &Command) -> bool {
    let Some(name) = command.effective().first() else { return true };
    let prints = matches!(
        name.text.as_str(),
        "echo"
            | "printf"
            | "sleep"
            | ":"
            | "true"
            | "exit"
            | "export"
            | "set"
            | "cd"
            | "date"
            | "pwd"
            | "Write-Host"
            | "Write-Output"
            | "cat"
    );
    let output = |redirect: &shell::Redirect| redirect.operator.contains('>') && redirect.fd.is_none();
    prints && !command.redirects.iter().any(output)
}
