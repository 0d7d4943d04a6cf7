//! What the scripts of packages run.

mod placeholder;

pub(super) use placeholder::{is_npm_stub, placeholder};

use super::Context;
use super::packages::Package;
use crate::parse::manifest::Script;
use crate::parse::shell::{self, Command};

/// Scripts that call scripts are followed this deep.
const DEEPEST: usize = 6;

/// The simple commands a script comes down to, those of the scripts that it calls by name in place of the calls.
pub(super) fn commands(package: &Package, command: &str) -> Vec<Command> {
    let mut found = Vec::new();
    expand(package, command, DEEPEST, &mut found);
    found
}

fn expand(package: &Package, command: &str, left: usize, found: &mut Vec<Command>) {
    for command in shell::parse(command).document.commands {
        match called(&command).and_then(|name| package.script(&name)) {
            Some((_, script)) if left > 0 => expand(package, &script.command, left - 1, found),
            _ => found.push(command),
        }
    }
}

/// The script of the same package that a command runs: `npm run build`, `yarn build`, `npm test`.
pub(super) fn called(command: &Command) -> Option<String> {
    let name = command.name()?;
    let arguments = command.arguments();
    let mut words = arguments.iter().filter(|word| !word.starts_with('-'));
    let elsewhere = [
        "-w",
        "--workspace",
        "--workspaces",
        "-r",
        "--recursive",
        "--filter",
        "-F",
        "--prefix",
        "-C",
        "--cwd",
        "-ws",
    ];
    if arguments.iter().any(|word| elsewhere.contains(&word.split('=').next().unwrap_or(word))) {
        return None;
    }
    let first = *words.next()?;
    match name {
        "npm" | "pnpm" | "yarn" | "bun" | "deno" | "poe" | "task" | "node"
            if first == "run" || first == "run-script" || first == "task" =>
        {
            words.next().map(|word| (*word).to_owned())
        }
        "npm" if ["test", "t", "start", "stop", "restart"].contains(&first) => {
            Some(if first == "t" { "test" } else { first }.to_owned())
        }
        "pnpm" | "yarn" => Some(first.to_owned()),
        "node" if arguments.first() == Some(&"--run") => Some(first.to_owned()),
        _ => None,
    }
}

/// The programs a script runs, each once.
pub(super) fn tools(package: &Package, script: &Script) -> Vec<String> {
    let mut tools = Vec::new();
    for command in commands(package, &script.command) {
        if let Some(name) = command.name().map(program)
            && !tools.iter().any(|known| known == name)
        {
            tools.push(name.to_owned());
        }
    }
    tools
}

/// The file name of a program: `./node_modules/.bin/eslint` is `eslint`.
pub(super) fn program(name: &str) -> &str {
    if name.contains("node_modules/") { name.rsplit('/').next().unwrap_or(name) } else { name }
}

/// Why a script of a linter cannot run: the linter is installed nowhere, was removed, or has no configuration.
pub(super) fn broken(context: &Context<'_>, package: &Package, script: &Script) -> Option<String> {
    if package.ecosystem != "npm" || !is_lint(&script.name) {
        return None;
    }
    commands(package, &script.command).iter().find_map(|command| broken_command(context, package, command))
}

fn is_lint(name: &str) -> bool {
    name == "lint"
        || name.starts_with("lint:")
        || name.starts_with("lint-")
        || name.ends_with(":lint")
        || name == "eslint"
}

fn broken_command(context: &Context<'_>, package: &Package, command: &Command) -> Option<String> {
    use shell::Wrapper;
    let fetched = [Wrapper::Npx, Wrapper::Bunx, Wrapper::PnpmDlx, Wrapper::YarnDlx];
    if command.wrappers.iter().any(|wrapper| fetched.contains(wrapper)) {
        return None;
    }
    let name = program(command.name()?);
    let (_, marks) = PROVIDERS.iter().find(|(tool, _)| *tool == name)?;
    let provided = context.packages.lineage(package).any(|package| {
        package.dependencies().any(|(_, dependency)| marks.iter().any(|mark| dependency.name.contains(mark)))
    });
    if !provided {
        return Some(format!("`{name}` is no dependency of the package or of one above it"));
    }
    if name == "next" && command.arguments().first() == Some(&"lint") {
        let next = context.packages.lineage(package).find_map(|package| package.dependency("next"))?;
        return (major(&next.version)? >= 16).then(|| "Next.js 16 has no `next lint` any more".to_owned());
    }
    None
}

/// Linters with what the name of a package that brings them contains. Plugins and shared configurations bring `eslint`
/// along as a peer.
const PROVIDERS: &[(&str, &[&str])] = &[
    (
        "eslint",
        &["eslint", "react-scripts", "standard", "xo", "gts", "@nuxt", "tsdx", "@vue/cli", "@nx/", "lint"],
    ),
    ("biome", &["biome", "ultracite", "lint"]),
    ("oxlint", &["oxlint", "oxc", "ultracite", "vite-plus", "lint"]),
    ("tslint", &["tslint"]),
    ("standard", &["standard"]),
    ("xo", &["xo"]),
    ("stylelint", &["stylelint"]),
    ("next", &["next"]),
];

/// The major version that a range asks for at least.
pub(super) fn major(version: &str) -> Option<u32> {
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
