//! Packages, and how each is locked, tested, built and linted.

mod commands;

use super::packages::{Package, Role};
use super::{Context, formatters, linters, scripts};
use crate::facts::{Entry, Package as Fact};
use crate::parse::shell::{Command, Wrapper};
use crate::source::Place;

/// One fact for each package.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let linters = linters::linters(context);
    let formatters = formatters::known(context);
    let fact = |package: &Package| {
        let fact = Fact {
            name: package.name().map(str::to_owned),
            ecosystem: package.ecosystem.to_owned(),
            role: package.role.word().to_owned(),
            role_because: package.role_because.clone(),
            deployable: package.is_deployable(),
            frameworks: package.frameworks.clone(),
            workspace: workspace(package).map(str::to_owned),
            typescript: package.typescript_files * 2 > package.source_files,
            source_files: count(package.source_files),
            test_files: count(package.test_files),
            runtime: runtime(package).map(str::to_owned),
            test_command: commands::test(context, package),
            build_command: commands::build(context, package),
            linters: linters::of(&linters, package),
            formatters: formatters::of(context, &formatters, package),
        };
        Entry::new(Place::file(package.file()), fact)
    };
    context.packages.all().iter().map(fact).collect()
}

fn workspace(package: &Package) -> Option<&'static str> {
    match package.workspace {
        Some(_) => Some("member"),
        None => package.is_root().then_some("root"),
    }
}

fn runtime(package: &Package) -> Option<&'static str> {
    match package.ecosystem {
        _ if package.role == Role::Docs => None,
        "npm" => Some(if uses_bun(package) { "bun" } else { "node" }),
        "python" => Some("python"),
        "cargo" => Some("rust"),
        "go" => Some("go"),
        "ruby" => Some("ruby"),
        "composer" => Some("php"),
        _ => None,
    }
}

/// Whether its start script runs on Bun.
fn uses_bun(package: &Package) -> bool {
    let start = package.script("start").or_else(|| package.script("dev"));
    let runs = |command: &Command| command.name() == Some("bun") || command.wrappers.contains(&Wrapper::Bunx);
    start.is_some_and(|(_, script)| scripts::commands(package, &script.command).iter().any(runs))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    fn of(attribute: &str, files: &[(&str, &str)]) -> Vec<String> {
        show("package", &[attribute], files)
    }

    #[test]
    fn where_tests_are_started() {
        let root = |test: &str| format!(r#"{{"workspaces": ["a"], "scripts": {{"test": "{test}"}}}}"#);
        let make = ("Makefile", "test:\n\tnode --test\n");
        for (files, expected) in [
            (vec![("package.json", r#"{"scripts": {"test": "vitest"}}"#)], vec!["`test` in package.json"]),
            (
                vec![("package.json", r#"{"scripts": {"check": "node --test"}}"#)],
                vec!["`check` in package.json"],
            ),
            (vec![("package.json", r#"{"scripts": {"x": "ng test"}}"#)], vec!["`x` in package.json"]),
            (vec![("package.json", r#"{"scripts": {"ng": "ng"}}"#)], vec![""]),
            (
                vec![("package.json", r#"{"scripts": {"test": "echo \"Error: no test specified\""}}"#)],
                vec![""],
            ),
            (vec![("package.json", "{}"), make], vec!["`test` in Makefile"]),
            (vec![("Cargo.toml", "[package]\nname = \"x\"\n")], vec!["cargo test"]),
            (
                vec![("package.json", &root("turbo run test")), ("a/package.json", "{}")],
                vec!["", "`test` in package.json"],
            ),
            (
                vec![("package.json", &root("jest")), ("a/package.json", "{}")],
                vec!["`test` in package.json", "`test` in package.json"],
            ),
        ] {
            assert_eq!(of("test_command", &files), expected, "{files:?}");
        }
    }

    #[test]
    fn where_code_is_compiled() {
        let start = r#"{"scripts": {"start": "node src/index.ts"}}"#;
        for (files, expected) in [
            (vec![("package.json", r#"{"scripts": {"compile": "x"}}"#)], "`compile` in package.json"),
            (
                vec![("package.json", r#"{"scripts": {"postinstall": "tsc"}}"#)],
                "`postinstall` in package.json",
            ),
            (vec![("package.json", r#"{"scripts": {"types": "tsc --noEmit", "dev": "tsc -w"}}"#)], ""),
            (vec![("package.json", start)], "node, which runs TypeScript itself"),
            (vec![("package.json", "{}"), ("wrangler.toml", "x = 1")], "the tool of wrangler.toml"),
            (vec![("package.json", "{}"), ("Dockerfile", "FROM x\nRUN npx tsc\n")], "Dockerfile"),
            (vec![("package.json", "{}"), ("README.md", "npx tsc")], ""),
        ] {
            assert_eq!(of("build_command", &files), [expected], "{files:?}");
        }
    }

    #[test]
    fn runtimes() {
        for (files, expected) in [
            (vec![("package.json", r#"{"scripts": {"start": "A=b bun run src/x.ts"}}"#)], "bun"),
            (vec![("package.json", r#"{"scripts": {"start": "node ."}}"#)], "node"),
            (vec![("docs/package.json", "{}")], ""),
            (vec![("go.mod", "module m")], "go"),
            (vec![("pom.xml", "<x/>")], ""),
        ] {
            assert_eq!(of("runtime", &files), [expected], "{files:?}");
        }
    }
}
