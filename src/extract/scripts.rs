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

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    fn of(attribute: &str, scripts: &str, more: &[(&str, &str)]) -> Vec<String> {
        let manifest = format!(r#"{{"scripts": {{{scripts}}}, "devDependencies": {{"next": "^16.0.1"}}}}"#);
        let mut files = vec![("package.json", manifest.as_str())];
        files.extend(more);
        show("script", &[attribute], &files)
    }

    #[test]
    fn scripts_that_call_scripts_are_followed() {
        for (scripts, expected) in [
            (r#""a": "npm run b && tsc", "b": "NODE_ENV=x npx eslint .""#, vec!["eslint, tsc", "eslint"]),
            (r#""a": "npm run a""#, vec!["npm"]),
            (
                r#""a": "pnpm b", "b": "yarn run c", "c": "./node_modules/.bin/jest""#,
                vec!["jest", "jest", "jest"],
            ),
            (r#""a": "npm test -w x", "test": "jest""#, vec!["npm", "jest"]),
            (r#""a": "turbo run test""#, vec!["turbo"]),
        ] {
            assert_eq!(of("tools", scripts, &[]), expected, "{scripts}");
        }
    }

    #[test]
    fn placeholders_of_tests() {
        let demo = ("demo.js", "fetch(url).then(console.log)");
        let asserts = ("demo.js", "assert.equal(1, 1)");
        for (scripts, more, expected) in [
            (r#""test": "echo later""#, vec![], "it only prints a text and ends well"),
            (r#""test": "echo later; exit 1""#, vec![], ""),
            (r#""test": """#, vec![], "it is empty"),
            (r#""test": "true""#, vec![], "it only prints a text and ends well"),
            (r#""test": "node ./demo.js""#, vec![demo], "`./demo.js` asserts nothing"),
            (r#""test": "node ./demo.js""#, vec![asserts], ""),
            (r#""test": "node --test demo.js""#, vec![demo], ""),
            (r#""test": "node missing.js""#, vec![], ""),
            (r#""demo": "echo hello""#, vec![], ""),
            (r#""test": "npm run lint && echo done""#, vec![], ""),
        ] {
            assert_eq!(of("placeholder", scripts, &more), [expected], "{scripts}");
        }
    }

    #[test]
    fn linters_that_cannot_run() {
        for (scripts, expected) in [
            (r#""lint": "eslint .""#, "`eslint` is no dependency of the package or of one above it"),
            (r#""lint": "npx eslint .""#, ""),
            (r#""lint": "next lint""#, "Next.js 16 has no `next lint` any more"),
            (r#""check": "eslint .""#, ""),
            (r#""lint": "some-linter .""#, ""),
        ] {
            assert_eq!(of("broken", scripts, &[]), [expected], "{scripts}");
        }
    }
}
