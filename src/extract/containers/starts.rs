//! What containers start with: whether signals reach the program, and whether what it needs is in the image.

use super::dockerfiles::Image;
use super::filesystem::{self, Found, Point, Search};
use super::installs::{self, Installed};
use super::manager;
use super::orchestrated::Orchestrated;
use super::paths::{in_image, name};
use super::ran::{self, Ran};
use super::stages::one_line;
use super::world::World;
use crate::facts::{DockerStart, Entry};
use crate::parse::dockerfile::{Command, Instruction, Kind};
use crate::parse::node::Node;
use crate::parse::shell::{self, Dialect, Script, Wrapper};

/// One fact where the final stage has an `ENTRYPOINT` or a `CMD` of its own.
pub(super) fn facts(world: &World<'_>, image: &Image<'_>, around: &Orchestrated) -> Vec<Entry> {
    let dockerfile = image.dockerfile;
    let (entrypoint, command) = (dockerfile.entrypoint(image.last), dockerfile.command(image.last));
    let Some(chosen) = command.or(entrypoint).filter(|command| !command.is_empty()) else {
        return Vec::new();
    };
    let Some(instruction) = instruction_of(image, chosen) else { return Vec::new() };
    let text = world.context.tree.text(image.file);
    let start = Start { world, image, entrypoint: entrypoint.filter(|_| command.is_some()), chosen };
    let Some(script) = ran::script(chosen, Dialect::Posix) else { return Vec::new() };
    let lacks = if around.mounts(image.path) { None } else { start.lacks(&script) };
    let fact = DockerStart {
        role: image.role.name.to_owned(),
        text: one_line(instruction.span.of(text)),
        between: start.between(&script),
        lacks,
    };
    vec![Entry::new(image.at(instruction.span), fact)]
}

/// The instruction that a command belongs to.
fn instruction_of<'c>(image: &Image<'c>, wanted: &Command) -> Option<&'c Instruction> {
    let lineage = image.dockerfile.lineage(image.last);
    let mut instructions = lineage.flat_map(|(_, stage)| &stage.instructions);
    instructions.find(|one| match &one.kind {
        Kind::Cmd(command) | Kind::Entrypoint(command) => command == wanted,
        _ => false,
    })
}

struct Start<'s, 'c> {
    world: &'s World<'c>,
    image: &'s Image<'c>,
    /// An entry point that gets the command as its arguments.
    entrypoint: Option<&'s Command>,
    chosen: &'s Command,
}

impl Start<'_, '_> {
    /// What keeps signals from the program.
    fn between(&self, script: &Script) -> Option<String> {
        // An entry point of its own may hand on signals: an init, or a script that ends in `exec "$@"`.
        if let Some(entrypoint) = self.entrypoint {
            let Command::Exec(words) = entrypoint else { return Some("a shell".to_owned()) };
            let program = words.first().map(|word| word.text.as_str())?;
            return matches!(program, "npm" | "yarn" | "pnpm").then(|| program.to_owned());
        }
        let last = script.commands.last()?;
        let passes = [Wrapper::Exec, Wrapper::Init];
        if script
            .commands
            .iter()
            .any(|command| command.wrappers.iter().any(|wrapper| passes.contains(wrapper)))
        {
            return None;
        }
        let words: Vec<&str> = last.effective().iter().map(|word| word.text.as_str()).collect();
        if let ["npm" | "yarn" | "pnpm", ..] = words.as_slice() {
            let text = self.package_script(&words).map(|(text, _)| text).unwrap_or_default();
            return (!text.trim_start().starts_with("exec ")).then(|| words[0].to_owned());
        }
        let shell = matches!(self.chosen, Command::Shell(_)) || last.wrappers.contains(&Wrapper::Shell);
        shell.then(|| "a shell".to_owned())
    }

    /// The text of the package script that a command runs, with its manifest.
    fn package_script(&self, words: &[&str]) -> Option<(String, &Node)> {
        let script = script_name(words)?;
        let manifest = self.manifest()?;
        let node = installs::package(self.world, &manifest)?;
        Some((node.at(&["scripts", script])?.scalar()?, node))
    }

    fn manifest(&self) -> Option<String> {
        match self.find("package.json") {
            Found::Repository(path) => Some(path),
            _ => None,
        }
    }

    /// What is at a path, seen from the working directory of the final stage.
    fn find(&self, path: &str) -> Found {
        let makes = |ran: &Ran| filesystem::makes_files(self.world, ran);
        let manifest = |_: &Ran| false;
        let makes: &dyn Fn(&Ran) -> bool = if path == "package.json" { &manifest } else { &makes };
        let search = Search { world: self.world, image: self.image, makes };
        search.find(Point { stage: self.image.last, until: None }, &in_image(&self.workdir(), path))
    }

    fn workdir(&self) -> String {
        ran::workdir(self.image.dockerfile, self.image.last)
    }

    /// Why it cannot start.
    fn lacks(&self, script: &Script) -> Option<String> {
        let [command] = script.commands.as_slice() else { return None };
        if command.effective().iter().any(|word| word.expansion) || self.image.open {
            return None;
        }
        let words: Vec<&str> = command.effective().iter().map(|word| word.text.as_str()).collect();
        if command.dir.as_deref() != Some(".") {
            return None;
        }
        match words.as_slice() {
            ["npm" | "yarn" | "pnpm", ..] => self.package_lacks(&words),
            _ => self.program_lacks(&words),
        }
    }

    /// The package script is not there, or runs what is not there.
    fn package_lacks(&self, words: &[&str]) -> Option<String> {
        let script = script_name(words)?;
        if words.iter().any(|word| word.starts_with("--") || *word == "-C" || *word == "-w" || *word == "-F")
        {
            return None;
        }
        let manifest = self.manifest()?;
        let node = installs::package(self.world, &manifest)?;
        let Some(text) = node.at(&["scripts", script]).and_then(Node::scalar) else {
            let by_default =
                script == "start" && words[0] == "npm" && self.find("server.js") != Found::Absent;
            let binary = words[0] != "npm" && words[1] != "run";
            return (!by_default && !binary).then(|| format!("`{manifest}` has no script `{script}`"));
        };
        let parsed = shell::parse(&text).document;
        let [command] = parsed.commands.as_slice() else { return None };
        if command.effective().iter().any(|word| word.expansion) {
            return None;
        }
        let inner: Vec<&str> = command.effective().iter().map(|word| word.text.as_str()).collect();
        let program = *inner.first()?;
        let outer = command.words.first().map_or(program, |word| word.text.as_str());
        for program in [program, outer] {
            if let Some(package) = self.only_for_development(program, node) {
                return Some(format!(
                    "the script `{script}` runs `{program}`, which comes with the development dependency `{package}`; the image installs none of these"
                ));
            }
        }
        self.program_lacks(&inner).map(|reason| format!("the script `{script}` runs `{text}`, and {reason}"))
    }

    /// The development dependency that brings a program, where the image holds none of them.
    fn only_for_development(&self, program: &str, manifest: &Node) -> Option<String> {
        let has = |group: &str, package: &str| manifest.at(&[group, package]).is_some();
        let package = packages_of(program).into_iter().find(|package| has("devDependencies", package))?;
        let elsewhere = ["dependencies", "optionalDependencies", "peerDependencies"];
        if elsewhere.iter().any(|group| has(group, &package)) {
            return None;
        }
        let production =
            installs::installed(self.image, self.image.last, &self.workdir(), 10) == Installed::Production;
        let global = self.image.ran.iter().any(|ran| {
            let words = ran.text();
            manager::install(&words).is_none()
                && words.iter().any(|word| word.split('@').next() == Some(package.as_str()))
        });
        (production && !global).then_some(package)
    }

    /// The file that a program is started with is not there.
    fn program_lacks(&self, words: &[&str]) -> Option<String> {
        let (program, arguments) = words.split_first()?;
        let interpreter = name(program).trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        if interpreter == "node" {
            for word in arguments.iter().take_while(|word| word.starts_with('-')) {
                if let Some(file) =
                    word.strip_prefix("--env-file=").filter(|file| self.find(file) == Found::Absent)
                {
                    return Some(format!("`{file}`, which `--env-file` names, is not in the image"));
                }
            }
        }
        let file = match interpreter {
            "node" | "python" | "bun" | "ts-node" | "tsx" | "ruby" | "php" | "sh" | "bash" => {
                let first = arguments.iter().find(|word| **word != "run")?;
                let with_value = arguments.iter().any(|word| {
                    matches!(
                        *word,
                        "-r" | "--require"
                            | "--import"
                            | "--loader"
                            | "-m"
                            | "-c"
                            | "-e"
                            | "--eval"
                            | "-W"
                            | "-X"
                    )
                });
                if with_value {
                    return None;
                }
                if first.starts_with('-') {
                    *arguments.iter().find(|word| !word.starts_with('-'))?
                } else {
                    *first
                }
            }
            "java" => arguments.windows(2).find(|two| two[0] == "-jar").map(|two| two[1])?,
            _ if program.starts_with("./") || program.starts_with("/app/") => program,
            _ => return None,
        };
        if file.contains(['*', '$']) || !file.contains(['.', '/']) && interpreter != "node" {
            return None;
        }
        let ends = ["", ".js", ".mjs", ".cjs", ".json", ".ts", "/index.js", "/index.ts", "/package.json"];
        let ends = if interpreter == "node" { &ends[..] } else { &ends[..1] };
        let absent = ends.iter().all(|end| self.find(&format!("{file}{end}")) == Found::Absent);
        absent.then(|| format!("`{file}` is not in the image: nothing copies or builds it"))
    }
}

/// The package script that `npm`, `yarn` or `pnpm` is asked to run.
fn script_name<'w>(words: &[&'w str]) -> Option<&'w str> {
    match words {
        [_, "run" | "run-script", script, ..] | ["npm", script @ ("start" | "test" | "stop"), ..] => {
            Some(script)
        }
        ["yarn" | "pnpm", script, ..]
            if !script.starts_with('-') && !matches!(*script, "exec" | "dlx" | "workspace" | "node") =>
        {
            Some(script)
        }
        _ => None,
    }
}

/// Names of the packages that may bring a program.
fn packages_of(program: &str) -> Vec<String> {
    let known = match program {
        "tsc" | "tsserver" => "typescript",
        "nest" => "@nestjs/cli",
        "ng" => "@angular/cli",
        "dotenv" => "dotenv-cli",
        "babel-node" => "@babel/node",
        "babel" => "@babel/cli",
        "vue-cli-service" => "@vue/cli-service",
        "remix-serve" => "@remix-run/serve",
        "swc-node" => "@swc-node/register",
        "ts-node-dev" | "tsnd" => "ts-node-dev",
        "run-s" | "run-p" => "npm-run-all",
        "sequelize" => "sequelize-cli",
        other => other,
    };
    vec![known.to_owned()]
}
