//! The commands that run while an image is built, each with where it runs.

use super::paths::in_image;
use crate::parse::dockerfile::{Command, Dockerfile, Kind, Origin, Stage};
use crate::parse::shell::{self, Dialect, Mask, Options, Script, Within};
use crate::source::Span;

/// A command of a `RUN`.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // independent answers about one command
pub(super) struct Ran {
    /// Its stage.
    pub(super) stage: usize,
    /// The number of its instruction in the stage.
    pub(super) instruction: usize,
    /// The program and its arguments, without those that only run it.
    pub(super) words: Vec<String>,
    /// Where it stands.
    pub(super) span: Span,
    /// Whether it may fail, or need not run: the build goes on without it.
    pub(super) optional: bool,
    /// The folder of the image it runs in; none where it is computed.
    pub(super) dir: Option<String>,
    /// Whether package managers leave out what is only used in development: `NODE_ENV=production`.
    pub(super) production: bool,
    /// Whether package managers take it for continuous integration, in which some hold to the lockfile: `CI=true`.
    pub(super) automated: bool,
    /// Whether files are mounted that no `COPY` brings.
    pub(super) mounted: bool,
    /// Whether its output goes to a file.
    pub(super) writes: bool,
}

impl Ran {
    /// The words as text.
    pub(super) fn text(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }
}

/// What a stage passes on to those built on it.
#[derive(Debug, Clone)]
struct Surroundings {
    workdir: String,
    production: bool,
    automated: bool,
    dialect: Dialect,
}

/// The commands of every `RUN`, in the order of the file.
pub(super) fn of(dockerfile: &Dockerfile) -> Vec<Ran> {
    let mut found = Vec::new();
    let mut ends: Vec<Surroundings> = Vec::new();
    for (number, stage) in dockerfile.stages.iter().enumerate() {
        let start = match stage.base.origin {
            Origin::Stage(base) => ends.get(base).cloned(),
            _ => None,
        };
        let mut here = start.unwrap_or_else(|| Surroundings {
            workdir: "/".to_owned(),
            production: false,
            automated: false,
            dialect: Dialect::Posix,
        });
        for (index, instruction) in stage.instructions.iter().enumerate() {
            here.follow(&instruction.kind);
            let Kind::Run(run) = &instruction.kind else { continue };
            let mounted = run.mounts.iter().any(|mount| mount.kind() == Some("bind"));
            let Some(script) = script(&run.command, here.dialect) else { continue };
            for (command, failure) in script.runs() {
                if command.words.is_empty() {
                    continue;
                }
                let inline = command
                    .assignments
                    .iter()
                    .any(|one| one.name == "NODE_ENV" && one.value.text == "production");
                let branch =
                    command.within.iter().any(|within| matches!(within, Within::Branch | Within::Condition));
                let masked = matches!(
                    failure,
                    shell::Failure::Masked(mask) if !matches!(mask, Mask::Unchecked | Mask::Pipe)
                );
                found.push(Ran {
                    stage: number,
                    instruction: index,
                    words: command.effective().iter().map(|word| word.text.clone()).collect(),
                    span: command.span,
                    optional: branch || masked || command.unreachable,
                    dir: command.dir.as_deref().map(|dir| in_image(&here.workdir, dir)),
                    production: here.production || inline,
                    automated: here.automated || command.assignments.iter().any(|one| one.name == "CI"),
                    mounted,
                    writes: command
                        .redirects
                        .iter()
                        .any(|one| one.operator.contains('>') && !one.target.text.starts_with("/dev/")),
                });
            }
        }
        ends.push(here);
    }
    found
}

impl Surroundings {
    fn follow(&mut self, kind: &Kind) {
        match kind {
            Kind::Workdir(dir) => self.workdir = in_image(&self.workdir, &dir.value.display()),
            Kind::Env(pairs) => {
                for (name, value) in &pairs.pairs {
                    if name.text == "CI" {
                        self.automated =
                            value.known().is_none_or(|value| !matches!(value, "" | "0" | "false"));
                    }
                    if name.text == "NODE_ENV" {
                        // A value from the command line is most likely that of production.
                        self.production = value.known().is_none_or(|value| value == "production");
                    }
                }
            }
            Kind::Arg(arguments) => {
                self.automated |=
                    arguments.iter().any(|argument| argument.name.text == "CI" && argument.default.is_some());
                for argument in arguments.iter().filter(|argument| argument.name.text == "NODE_ENV") {
                    let default = argument.default.as_ref();
                    self.production |=
                        default.is_none_or(|value| value.known().is_none_or(|value| value == "production"));
                }
            }
            Kind::Shell(words) => {
                let program = words.first().map(|word| word.text.to_ascii_lowercase()).unwrap_or_default();
                self.dialect = if program.contains("powershell") || program.contains("pwsh") {
                    Dialect::PowerShell
                } else if program.starts_with("cmd") {
                    Dialect::Cmd
                } else {
                    Dialect::Posix
                };
            }
            _ => {}
        }
    }
}

/// The working directory at the end of a stage.
pub(super) fn workdir(dockerfile: &Dockerfile, stage: usize) -> String {
    let lineage: Vec<&Stage> = dockerfile.lineage(stage).map(|(_, stage)| stage).collect();
    let mut workdir = "/".to_owned();
    for instruction in lineage.iter().rev().flat_map(|stage| &stage.instructions) {
        if let Kind::Workdir(dir) = &instruction.kind {
            workdir = in_image(&workdir, &dir.value.display());
        }
    }
    workdir
}

/// A command as a shell script with the places of the file; none where another interpreter runs it.
pub(in crate::extract) fn script(command: &Command, dialect: Dialect) -> Option<Script> {
    let mut script = match command {
        Command::Shell(text) => {
            if text.interpreter().is_some_and(|line| !line.contains("sh")) {
                return None;
            }
            let mut script =
                shell::parse_with(&text.text, Options { dialect, ..Options::default() }).document;
            for command in &mut script.commands {
                command.place(&|span: Span| text.span(span.start as usize..span.end as usize));
            }
            return Some(script);
        }
        Command::Exec(words) => {
            let quoted: Vec<String> =
                words.iter().map(|word| format!("'{}'", word.text.replace('\'', "'\\''"))).collect();
            shell::parse(&quoted.join(" ")).document
        }
    };
    let whole = command.span();
    for command in &mut script.commands {
        command.place(&|_| whole);
    }
    Some(script)
}
