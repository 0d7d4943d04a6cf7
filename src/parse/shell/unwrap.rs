//! Takes the programs that only run another one off a command line.

use super::model::Word;
use super::wrapper::{Wrapper, base};

/// How one wrapper's command line reads.
struct Form {
    wrapper: Wrapper,
    /// The program, then the subcommands that must follow; options may stand between.
    prefix: &'static [&'static str],
    /// Options that take the next word.
    valued: &'static [&'static str],
    /// Words of its own before the command.
    own: usize,
    /// Takes `NAME=value` before the command.
    assigns: bool,
}

const fn form(
    wrapper: Wrapper,
    prefix: &'static [&'static str],
    valued: &'static [&'static str],
    own: usize,
) -> Form {
    Form {
        wrapper,
        prefix,
        valued,
        own,
        assigns: matches!(wrapper, Wrapper::Env | Wrapper::CrossEnv | Wrapper::Sudo),
    }
}

const COMPOSE: &[&str] = &[
    "-f",
    "--file",
    "-p",
    "--project-name",
    "--profile",
    "--env-file",
    "--project-directory",
    "--ansi",
    "--context",
    "-e",
    "--env",
    "-u",
    "--user",
    "-w",
    "--workdir",
    "-v",
    "--volume",
    "--name",
    "--entrypoint",
    "--index",
    "--publish",
    "-l",
    "--label",
];
const UV: &[&str] = &[
    "--directory",
    "--project",
    "--package",
    "--group",
    "--only-group",
    "--no-group",
    "--extra",
    "--with",
    "--with-editable",
    "--with-requirements",
    "--env-file",
    "--python",
    "-p",
    "--from",
    "--index",
    "--index-url",
    "--config-file",
];
const NPM: &[&str] =
    &["-p", "--package", "-w", "--workspace", "--prefix", "-C", "--dir", "--filter", "-F", "--cwd"];
const PYTHON: &[&str] =
    &["-C", "--directory", "-P", "--project", "-p", "-e", "--env", "-n", "--name", "--prefix"];
const SECRETS: &[&str] = &[
    "-p",
    "--project",
    "-c",
    "--config",
    "-t",
    "--token",
    "--env",
    "--path",
    "--env-file",
    "--projectId",
    "--domain",
];

/// Longer prefixes stand before shorter ones of the same program.
#[rustfmt::skip]
const FORMS: &[Form] = &[
    form(Wrapper::Env, &["env"], &["-u", "--unset", "-C", "--chdir"], 0),
    form(Wrapper::Sudo, &["sudo"], &["-u", "--user", "-g", "--group", "-h", "-p", "-C", "-D"], 0),
    form(Wrapper::Sudo, &["doas"], &["-u", "-C"], 0),
    form(Wrapper::Sudo, &["gosu"], &[], 1),
    form(Wrapper::Sudo, &["su-exec"], &[], 1),
    form(Wrapper::Sudo, &["runuser"], &["-u", "-g"], 0),
    form(Wrapper::Time, &["time"], &["-f", "-o"], 0),
    form(Wrapper::Exec, &["exec"], &["-a"], 0),
    form(Wrapper::Command, &["command"], &[], 0),
    form(Wrapper::Command, &["builtin"], &[], 0),
    form(Wrapper::Nice, &["nice"], &["-n", "--adjustment"], 0),
    form(Wrapper::Nice, &["ionice"], &["-c", "-n"], 0),
    form(Wrapper::Nice, &["nohup"], &[], 0),
    form(Wrapper::Nice, &["setsid"], &[], 0),
    form(Wrapper::Nice, &["stdbuf"], &["-i", "-o", "-e"], 0),
    form(Wrapper::Nice, &["chronic"], &[], 0),
    form(Wrapper::Timeout, &["timeout"], &["-k", "--kill-after", "-s", "--signal"], 1),
    form(Wrapper::Timeout, &["gtimeout"], &["-k", "-s"], 1),
    form(Wrapper::Xvfb, &["xvfb-run"], &["-n", "--server-num", "-s", "--server-args", "-e", "-f", "-p"], 0),
    form(Wrapper::Init, &["tini"], &["-p", "-e"], 0),
    form(Wrapper::Init, &["dumb-init"], &["-r"], 0),
    form(Wrapper::Dotenv, &["dotenvx", "run"], &["-f", "--env-file", "-fk"], 0),
    form(Wrapper::Dotenv, &["dotenv", "run"], &["-f", "-e"], 0),
    form(Wrapper::Dotenv, &["dotenv"], &["-e", "-f", "-v", "-c", "-p"], 0),
    form(Wrapper::Dotenv, &["dotenv-cli"], &["-e", "-f", "-v"], 0),
    form(Wrapper::CrossEnv, &["cross-env"], &[], 0),
    form(Wrapper::CrossEnv, &["cross-env-shell"], &[], 0),
    form(Wrapper::Secrets, &["doppler", "run"], SECRETS, 0),
    form(Wrapper::Secrets, &["op", "run"], SECRETS, 0),
    form(Wrapper::Secrets, &["infisical", "run"], SECRETS, 0),
    form(Wrapper::Npx, &["npx"], NPM, 0),
    form(Wrapper::Npx, &["npm", "exec"], NPM, 0),
    form(Wrapper::Npx, &["npm", "x"], NPM, 0),
    form(Wrapper::Bunx, &["bunx"], NPM, 0),
    form(Wrapper::Bunx, &["bun", "x"], NPM, 0),
    form(Wrapper::PnpmExec, &["pnpm", "exec"], NPM, 0),
    form(Wrapper::PnpmDlx, &["pnpm", "dlx"], NPM, 0),
    form(Wrapper::PnpmDlx, &["pnpx"], NPM, 0),
    form(Wrapper::YarnExec, &["yarn", "exec"], NPM, 0),
    form(Wrapper::YarnDlx, &["yarn", "dlx"], NPM, 0),
    form(Wrapper::UvRun, &["uv", "run"], UV, 0),
    form(Wrapper::Uvx, &["uv", "tool", "run"], UV, 0),
    form(Wrapper::Uvx, &["uvx"], UV, 0),
    form(Wrapper::Uvx, &["pipx", "run"], &["--spec", "--python"], 0),
    form(Wrapper::PoetryRun, &["poetry", "run"], PYTHON, 0),
    form(Wrapper::PipenvRun, &["pipenv", "run"], PYTHON, 0),
    form(Wrapper::PdmRun, &["pdm", "run"], PYTHON, 0),
    form(Wrapper::HatchRun, &["hatch", "run"], PYTHON, 0),
    form(Wrapper::RyeRun, &["rye", "run"], PYTHON, 0),
    form(Wrapper::CondaRun, &["conda", "run"], PYTHON, 0),
    form(Wrapper::CondaRun, &["micromamba", "run"], PYTHON, 0),
    form(Wrapper::BundleExec, &["bundle", "exec"], &["--gemfile"], 0),
    form(Wrapper::MiseExec, &["mise", "exec"], &["-C", "--cd"], 0),
    form(Wrapper::MiseExec, &["mise", "x"], &["-C", "--cd"], 0),
    form(Wrapper::ComposeRun, &["docker", "compose", "run"], COMPOSE, 1),
    form(Wrapper::ComposeRun, &["docker-compose", "run"], COMPOSE, 1),
    form(Wrapper::ComposeRun, &["podman-compose", "run"], COMPOSE, 1),
    form(Wrapper::ComposeExec, &["docker", "compose", "exec"], COMPOSE, 1),
    form(Wrapper::ComposeExec, &["docker-compose", "exec"], COMPOSE, 1),
    form(Wrapper::ComposeExec, &["podman-compose", "exec"], COMPOSE, 1),
];

/// What stands around the program a command line really runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Unwrapped {
    /// Words before the program.
    pub(super) skip: usize,
    /// Outermost first.
    pub(super) wrappers: Vec<Wrapper>,
    /// The words that are `NAME=value` for the program.
    pub(super) assignments: Vec<usize>,
    /// The word that is a script.
    pub(super) script: Option<usize>,
    /// The program is a shell that reads its script from standard input.
    pub(super) reads_input: bool,
    /// That shell is started with `-e`.
    pub(super) errexit: bool,
    /// That shell is started with `-o pipefail`.
    pub(super) pipefail: bool,
}

/// Takes the wrappers off a command line.
pub(super) fn unwrap(words: &[Word]) -> Unwrapped {
    let mut result = Unwrapped::default();
    while let Some(length) = FORMS.iter().find_map(|form| strip(form, words, &mut result)) {
        result.skip += length;
    }
    let rest = words.get(result.skip..).unwrap_or_default();
    shell(rest, &mut result);
    if result.script.is_some() || result.reads_input {
        result.wrappers.push(Wrapper::Shell);
    }
    result
}

/// How many words of `words`, past those stripped already, `form` strips; none where it does not fit.
fn strip(form: &Form, words: &[Word], result: &mut Unwrapped) -> Option<usize> {
    let rest = words.get(result.skip..)?;
    let (program, subcommands) = form.prefix.split_first()?;
    if base(fixed(rest, 0)?) != *program {
        return None;
    }
    let mut at = 1;
    for subcommand in subcommands {
        at = options(rest, at, form)?;
        if fixed(rest, at)? != *subcommand {
            return None;
        }
        at += 1;
    }
    if script_option(form.wrapper, rest, at, result) {
        result.wrappers.push(form.wrapper);
        return Some(rest.len());
    }
    let mut assignments = Vec::new();
    for own in 0..=form.own {
        at = options(rest, at, form)?;
        while form.assigns && rest.get(at).is_some_and(is_assignment) {
            assignments.push(result.skip + at);
            at += 1;
        }
        at += usize::from(own < form.own);
    }
    if at >= rest.len() || (form.wrapper == Wrapper::Command && inquires(rest)) {
        return None;
    }
    result.assignments.extend(assignments);
    result.wrappers.push(form.wrapper);
    Some(at)
}

/// `command -v name` asks for a program and runs none.
fn inquires(words: &[Word]) -> bool {
    fixed(words, 1).is_some_and(|option| matches!(option, "-v" | "-V"))
}

/// Past the options at `at`; none where the words end there.
fn options(words: &[Word], mut at: usize, form: &Form) -> Option<usize> {
    while let Some(word) = words.get(at) {
        if word.text == "--" {
            return Some(at + 1);
        }
        if !word.text.starts_with('-') || word.text.len() < 2 {
            return Some(at);
        }
        at += if form.valued.contains(&word.text.as_str()) { 2 } else { 1 };
    }
    None
}

/// `npx -c '…'`: whether a wrapper gets a script instead of a command.
fn script_option(wrapper: Wrapper, words: &[Word], at: usize, result: &mut Unwrapped) -> bool {
    let given = match fixed(words, at) {
        Some("-c" | "--call" | "--shell-mode") => {
            matches!(wrapper, Wrapper::Npx | Wrapper::PnpmExec | Wrapper::MiseExec)
        }
        Some("--command") => matches!(wrapper, Wrapper::Secrets | Wrapper::MiseExec),
        _ => false,
    };
    if given && words.len() == at + 2 && result.script.is_none() {
        result.script = Some(result.skip + at + 1);
        return true;
    }
    false
}

/// Finds the script of `sh -c '…'` and its kin.
fn shell(words: &[Word], result: &mut Unwrapped) {
    let Some(program) = fixed(words, 0).map(base) else { return };
    match program {
        "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" => posix_shell(words, result),
        "su" => flagged(words, &["-c", "--command"], result),
        "nix-shell" => flagged(words, &["--run", "--command"], result),
        _ => {}
    }
}

fn flagged(words: &[Word], flags: &[&str], result: &mut Unwrapped) {
    let at = words.iter().position(|word| flags.contains(&word.text.as_str()));
    result.script = at.filter(|at| at + 1 < words.len()).map(|at| result.skip + at + 1);
}

fn posix_shell(words: &[Word], result: &mut Unwrapped) {
    let mut inline = false;
    let mut at = 1;
    while let Some(word) = words.get(at) {
        let text = word.text.as_str();
        if !text.starts_with(['-', '+']) || text.len() < 2 || text == "--" {
            break;
        }
        let letters = if text.starts_with("--") { "" } else { &text[1..] };
        inline |= text.starts_with('-') && letters.contains('c');
        result.errexit |= text.starts_with('-') && letters.contains('e');
        if letters.ends_with(['o', 'O']) {
            at += 1;
            let option = words.get(at).map(|word| word.text.as_str());
            result.errexit |= option == Some("errexit");
            result.pipefail |= option == Some("pipefail");
        }
        at += 1;
    }
    at += usize::from(words.get(at).is_some_and(|word| word.text == "--"));
    if inline {
        result.script = (at < words.len()).then_some(result.skip + at);
    } else {
        result.reads_input = at >= words.len();
    }
}

fn fixed(words: &[Word], index: usize) -> Option<&str> {
    words.get(index).and_then(Word::fixed)
}

/// `NAME=value`.
fn is_assignment(word: &Word) -> bool {
    word.text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
