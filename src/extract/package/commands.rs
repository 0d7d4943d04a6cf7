//! Where a package is tested and built.

use std::sync::LazyLock;

use regex::Regex;

use super::super::Context;
use super::super::packages::{Package, above, join, resolve};
use super::super::scripts;
use crate::parse::Document;
use crate::parse::manifest::Script;
use crate::source::{FileId, FileKind, pattern};

/// Programs that run what a script of the same name says in each member, and nothing where there is none.
const DELEGATES: &[&str] = &["turbo", "lerna", "npm", "pnpm", "yarn", "wsrun", "rush", "lage", "bun"];

const TESTERS: &[&str] = &[
    "vitest",
    "jest",
    "mocha",
    "ava",
    "tap",
    "tape",
    "jasmine",
    "karma",
    "playwright",
    "cypress",
    "uvu",
    "c8",
    "nyc",
    "borp",
    "wtr",
    "web-test-runner",
    "cucumber-js",
    "japa",
    "qunit",
];

/// Programs of which only the first argument tells what they do.
const NATIVE: &[&str] = &["bun", "deno", "ng", "react-scripts", "vue-cli-service", "craco", "ember"];

const BUILDERS: &[&str] = &[
    "tsc",
    "esbuild",
    "tsup",
    "swc",
    "webpack",
    "rollup",
    "rolldown",
    "tsdown",
    "vite",
    "parcel",
    "ncc",
    "pkgroll",
    "unbuild",
    "nest",
    "babel",
    "nx",
    "rspack",
    "rsbuild",
    "tspc",
    "ttsc",
    "tsgo",
    "next",
    "nuxt",
    "astro",
    "remix",
    "medusa",
    "strapi",
    "payload",
    "wrangler",
    "serverless",
    "sls",
    "sst",
    "encore",
];

/// Where the tests of a package are started.
pub(super) fn test(context: &Context<'_>, package: &Package) -> Option<String> {
    match package.ecosystem {
        "cargo" => return Some("cargo test".to_owned()),
        "go" => return Some("go test".to_owned()),
        "npm" | "deno" => {}
        _ => return None,
    }
    let tests = |script: &Script| {
        let name = script.name.split([':', '-', '_', '.']).next().unwrap_or_default();
        let named = ["test", "tests", "unit", "spec", "e2e", "vitest", "jest", "coverage"].contains(&name);
        (named || runs(package, script, Job::Test)) && !scripts::is_npm_stub(&script.command)
    };
    if let Some((file, script)) = package.scripts().find(|(_, script)| tests(script)) {
        return Some(format!("`{}` in {}", script.name, context.tree.file(file).path));
    }
    let root =
        context.packages.root_of(package).into_iter().find_map(|root| from_root(context, root, package));
    root.or_else(|| target(context, package, &["test", "tests", "check", "unit", "unit-test"]))
}

/// A script at the root of the workspace that tests its members itself. What hands over to scripts of the members finds
/// none here.
fn from_root(context: &Context<'_>, root: &Package, package: &Package) -> Option<String> {
    let (file, script) = root.scripts().find(|(_, script)| script.name.starts_with("test"))?;
    let commands = scripts::commands(root, &script.command);
    let delegates = commands.iter().all(|command| {
        let name = command.name().map(scripts::program);
        name.is_none_or(|name| DELEGATES.contains(&name))
    });
    let stub = scripts::is_npm_stub(&script.command);
    (!delegates && !stub && package.dir != root.dir)
        .then(|| format!("`{}` in {}", script.name, context.tree.file(file).path))
}

/// Where a package is compiled.
pub(super) fn build(context: &Context<'_>, package: &Package) -> Option<String> {
    let builds = |package: &Package, script: &Script| {
        let name = script.name.split([':', '-', '_', '.']).next().unwrap_or_default();
        let checks = script.command.contains("--noEmit");
        ["build", "compile", "bundle", "dist", "transpile"].contains(&name)
            || !checks
                && runs(package, script, Job::Build)
                && !script.name.contains("dev")
                && !script.name.contains("watch")
    };
    if let Some((file, script)) = package.scripts().find(|(_, script)| builds(package, script)) {
        return Some(format!("`{}` in {}", script.name, context.tree.file(file).path));
    }
    if package.scripts().any(|(_, script)| starts_native(package, script)) {
        return Some("node, which runs TypeScript itself".to_owned());
    }
    let by_tool = [
        "wrangler.toml",
        "wrangler.jsonc",
        "wrangler.json",
        "serverless.yml",
        "serverless.ts",
        "vercel.json",
        "project.json",
        "sst.config.ts",
        "firebase.json",
        "netlify.toml",
    ];
    if let Some(file) = by_tool.iter().find(|file| has(context, &package.dir, file)) {
        return Some(format!("the tool of {}", join(&package.dir, file)));
    }
    dockerfile(context, package).or_else(|| target(context, package, &["build", "compile", "dist", "all"]))
}

/// Whether a script hands TypeScript to node without a hook: node 22.18 and later take the types out by themselves.
fn starts_native(package: &Package, script: &Script) -> bool {
    let typed = |word: &&str| {
        word.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "ts" | "mts" | "cts"))
    };
    script.name.starts_with("start")
        && scripts::commands(package, &script.command).iter().any(|command| {
            let arguments = command.arguments();
            let hook =
                ["--import", "-r", "--require", "--loader"].iter().any(|hook| arguments.contains(hook));
            command.name() == Some("node") && !hook && arguments.iter().any(typed)
        })
}

fn has(context: &Context<'_>, dir: &str, file: &str) -> bool {
    context.tree.by_path(&join(dir, file)).is_some()
}

/// What a command is good for, where its arguments tell.
#[derive(Clone, Copy, PartialEq)]
enum Job {
    Test,
    Build,
}

/// Whether a script comes down to a program that does the job.
fn runs(package: &Package, script: &Script, job: Job) -> bool {
    scripts::commands(package, &script.command).iter().any(|command| {
        let Some(name) = command.name().map(scripts::program) else { return false };
        let arguments = command.arguments();
        let first = arguments.first().copied().unwrap_or_default();
        match job {
            Job::Test => {
                let by_option = name == "node" && arguments.iter().any(|word| word.starts_with("--test"));
                TESTERS.contains(&name) || by_option || (first == "test" && NATIVE.contains(&name))
            }
            Job::Build => BUILDERS.contains(&name) || (first == "build" && NATIVE.contains(&name)),
        }
    })
}

/// A Dockerfile of the package that compiles it.
fn dockerfile(context: &Context<'_>, package: &Package) -> Option<String> {
    static COMPILES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(tsc|esbuild|tsup|swc|ncc|bun build|deno compile|turbo (run )?build|nx (run )?build|run build|yarn build|pnpm build)\b",
        )
    });
    let dockerfiles = context.tree.entries().filter(|(_, file)| file.kind == FileKind::Dockerfile);
    let own = dockerfiles
        .filter(|(_, file)| above(file.dir()).any(|dir| dir == package.dir) || file.dir().is_empty());
    let compiles =
        |file: FileId| COMPILES.as_ref().is_some_and(|compiles| compiles.is_match(context.tree.text(file)));
    own.filter(|(file, _)| compiles(*file)).map(|(_, file)| file.path.clone()).next()
}

/// A target of a makefile or justfile in the directory of a package or above it.
fn target(context: &Context<'_>, package: &Package, names: &[&str]) -> Option<String> {
    let files = ["Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", ".justfile"];
    above(&package.dir).find_map(|dir| {
        files.iter().find_map(|file| {
            let path = resolve(dir, file)?;
            let found = match context.documents.get(context.tree.by_path(&path)?)? {
                Document::Makefile(makefile) => {
                    names.iter().find(|name| makefile.rules_of(name).next().is_some())
                }
                Document::Justfile(justfile) => names.iter().find(|name| justfile.recipe(name).is_some()),
                _ => None,
            };
            found.map(|name| format!("`{name}` in {path}"))
        })
    })
}
