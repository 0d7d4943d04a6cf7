//! The commands that start packages in production.

use super::containers::is_development;
use super::packages::{Package, above, join};
use super::{Context, scripts};
use crate::facts::{Entry, StartCommand};
use crate::parse::Document;
use crate::parse::dockerfile::{Command as ImageCommand, Dockerfile};
use crate::parse::shell::{self, Command};
use crate::source::{FileId, FileKind, Place, SourceFile, Span};

/// Programs that compile code when they start it, or restart it when it changes.
const RUNNERS: &[&str] = &[
    "tsx",
    "ts-node",
    "ts-node-dev",
    "tsnd",
    "ts-node-esm",
    "nodemon",
    "babel-node",
    "node-dev",
    "tsc-watch",
    "vite-node",
    "esno",
    "swc-node",
    "jiti",
];

/// Scripts that start a package, the one for production first.
const SCRIPTS: &[&str] = &["start:prod", "start:production", "prod", "start-prod", "serve:prod", "start"];

/// One fact for each command that starts a package of npm.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let images: Vec<Image<'_>> =
        images(context).into_iter().filter(|image| !calls_script(&image.text)).collect();
    let services = services(context);
    let mut entries = Vec::new();
    for package in context.packages.all().iter().filter(|package| package.ecosystem == "npm") {
        let direct: Vec<_> = images.iter().filter(|image| image.package == package.dir).collect();
        let kept: Vec<_> = services.iter().filter(|service| service.package == package.dir).collect();
        let procfile = procfile(context, package).filter(|(_, _, text)| !calls_script(text));
        for image in &direct {
            entries.push(entry(package, "dockerfile", image.file, image.span, &image.text));
        }
        for service in &kept {
            entries.push(entry(package, "service", service.file, service.span, &service.text));
        }
        if let Some((file, span, text)) = &procfile {
            entries.push(entry(package, "procfile", *file, *span, text));
        }
        // Where an image or a platform is told another command, nobody says that the script is for production.
        if direct.is_empty()
            && kept.is_empty()
            && procfile.is_none()
            && let Some((file, script)) = SCRIPTS.iter().find_map(|name| package.script(name))
        {
            entries.push(entry(package, "script", file, script.span, &script.command));
        }
    }
    entries
}

fn entry(package: &Package, from: &str, file: FileId, span: Span, text: &str) -> Entry {
    let fact = StartCommand {
        from: from.to_owned(),
        command: text.to_owned(),
        role: package.role.word().to_owned(),
        runner: scripts::commands(package, text).iter().find_map(runner),
    };
    Entry::new(Place { file, span }, fact)
}

/// The program for development that a command runs, also as a hook of node: `node --import tsx src/index.ts`.
fn runner(command: &Command) -> Option<String> {
    let name = scripts::program(command.name()?);
    if RUNNERS.contains(&name) {
        return Some(name.to_owned());
    }
    if name != "node" {
        return None;
    }
    let arguments = command.arguments();
    let mut options = arguments.iter().zip(arguments.iter().skip(1).chain(std::iter::once(&"")));
    options.find_map(|(option, next)| {
        let (option, value) = option.split_once('=').unwrap_or((option, next));
        let hook = ["--import", "-r", "--require", "--loader", "--experimental-loader"].contains(&option);
        let runner = value.split('/').next().unwrap_or(value);
        (hook && RUNNERS.contains(&runner)).then(|| runner.to_owned())
    })
}

/// Whether a command hands over to a script of the package.
fn calls_script(text: &str) -> bool {
    let commands = shell::parse(text).document.commands;
    commands.iter().any(|command| {
        scripts::called(command).is_some()
            || matches!(command.name(), Some("npm" | "yarn" | "pnpm" | "turbo" | "nx"))
    })
}

/// What an image runs, and the package in whose directory it is built.
struct Image<'c> {
    package: &'c str,
    file: FileId,
    span: Span,
    text: String,
}

/// What all images run; those for development left out.
fn images<'c>(context: &'c Context<'_>) -> Vec<Image<'c>> {
    let dockerfiles = context.tree.entries().filter(|(_, file)| file.kind == FileKind::Dockerfile);
    let shipped = dockerfiles.filter(|(_, file)| !file.test && !is_development(&file.path));
    let image = |(file, source): (FileId, &SourceFile)| {
        let Some(Document::Dockerfile(dockerfile)) = context.documents.get(file) else { return None };
        let package = context.packages.owner(&source.path, "npm")?.dir.as_str();
        let (span, text) = last_command(dockerfile)?;
        let Some((workspace, program)) = of_workspace(&text) else {
            return Some(Image { package, file, span, text });
        };
        let named =
            context.packages.all().iter().find(|other| workspace.is_some() && other.name() == workspace);
        let package = named.map_or(package, |named| named.dir.as_str());
        Some(Image { package, file, span, text: program })
    };
    shipped.filter_map(image).collect()
}

/// The program that a package manager runs in the folder of a workspace, and the name of that: `node a.js` of
/// `yarn workspace web node a.js`; none where it is a script of the workspace.
fn of_workspace(text: &str) -> Option<(Option<&str>, String)> {
    let words: Vec<&str> = text.split([' ', '"', ',']).filter(|word| !word.is_empty()).collect();
    let (workspace, program) = match words.as_slice() {
        ["yarn", "workspace", name, program @ ..]
        | ["pnpm", "--filter" | "-F", name, "exec", program @ ..] => (Some(*name), program),
        ["yarn", program @ ..] | ["pnpm", "exec", program @ ..] => (None, program),
        _ => return None,
    };
    matches!(program.first(), Some(&("node" | "bun" | "deno"))).then(|| (workspace, program.join(" ")))
}

fn last_command(dockerfile: &Dockerfile) -> Option<(Span, String)> {
    let last = dockerfile.stages.len().checked_sub(1)?;
    let parts = [dockerfile.entrypoint(last), dockerfile.command(last)];
    let mut span: Option<Span> = None;
    let mut text = String::new();
    for command in parts.into_iter().flatten() {
        let (own, words) = match command {
            ImageCommand::Exec(words) => {
                let whole = words.first()?.span.to(words.last()?.span);
                (whole, words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "))
            }
            ImageCommand::Shell(script) => (script.span(0..script.text.len()), script.text.clone()),
        };
        span = Some(span.map_or(own, |span| span.to(own)));
        text = if text.is_empty() { words } else { format!("{text} {words}") };
    }
    Some((span?, text)).filter(|(_, text)| !text.trim().is_empty())
}

/// What supervisors keep running: `run` scripts of s6 and runit, and units of systemd, each of the package that its
/// working directory is named after.
fn services<'c>(context: &'c Context<'_>) -> Vec<Image<'c>> {
    let mut found = Vec::new();
    for (file, source) in context.tree.entries().filter(|(_, file)| !file.test) {
        let text = context.tree.text(file);
        let (start, dir) = match source.name() {
            "run" if text.starts_with("#!") => ("exec ", "cd "),
            name if name.ends_with(".service") && text.contains("[Service]") => {
                ("ExecStart=", "WorkingDirectory=")
            }
            _ => continue,
        };
        let after = |mark: &str| {
            let lines = text.lines().rev().map(str::trim_start);
            lines.into_iter().find_map(|line| line.strip_prefix(mark)).map(str::trim)
        };
        let Some(command) = after(start).filter(|command| !calls_script(command)) else { continue };
        let dir = after(dir).map(|dir| dir.trim_end_matches(';').trim_matches('"'));
        let Some(package) = dir.and_then(|dir| package_at(context, dir)) else { continue };
        let begin = command.as_ptr() as usize - text.as_ptr() as usize;
        let span = Span::new(begin, begin + command.len());
        found.push(Image { package, file, span, text: command.to_owned() });
    }
    found
}

/// The package of npm that a directory of an image or a machine is named after: `apps/web` for `/app/apps/web`; the one
/// at the root where none is.
fn package_at<'c>(context: &'c Context<'_>, dir: &str) -> Option<&'c str> {
    let packages = context.packages.all().iter().filter(|package| package.ecosystem == "npm");
    let fits = packages.filter(|package| {
        let rest = dir.strip_suffix(package.dir.as_str());
        package.dir.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    });
    fits.map(|package| package.dir.as_str()).max_by_key(|dir| dir.len())
}

/// The `web` process of a Procfile beside the package, or at the root.
fn procfile(context: &Context<'_>, package: &Package) -> Option<(FileId, Span, String)> {
    let file = above(&package.dir).take(1).find_map(|dir| context.tree.by_path(&join(dir, "Procfile")))?;
    let text = context.tree.text(file);
    let start = text.find("web:")? + "web:".len();
    let line = text[start..].lines().next()?;
    let command = line.trim();
    let start = start + (line.len() - line.trim_start().len());
    Some((file, Span::new(start, start + command.len()), command.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn what_starts_a_package_in_production() {
        let package =
            |start: &str| format!(r#"{{"scripts": {{{start}}}, "dependencies": {{"express": "1"}}}}"#);
        let image = |command: &str| format!("FROM node:22\nRUN x\nCMD {command}\n");
        for (scripts, more, expected) in [
            (r#""start": "node .""#, vec![], vec!["script |  | \"node .\""]),
            (r#""start": "tsx a.ts", "start:prod": "node .""#, vec![], vec!["script |  | \"node .\""]),
            (
                r#""start": "npm run s", "s": "ts-node a.ts""#,
                vec![],
                vec!["script | ts-node | \"npm run s\""],
            ),
            (
                r#""start": "node -r ts-node/register a.ts""#,
                vec![],
                vec!["script | ts-node | \"node -r ts-node/register a.ts\""],
            ),
            (
                r#""start": "nodemon .""#,
                vec![("Dockerfile", image("[\"node\", \".\"]"))],
                vec!["dockerfile |  | \"node\", \".\""],
            ),
            (
                r#""start": "nodemon .""#,
                vec![("Dockerfile", image("npm start"))],
                vec!["script | nodemon | \"nodemon .\""],
            ),
            (
                r#""start": "node .""#,
                vec![("Dockerfile.dev", image("nodemon ."))],
                vec!["script |  | \"node .\""],
            ),
            (
                r#""start": "nodemon .""#,
                vec![("Procfile", "web: node .\n".to_owned())],
                vec!["procfile |  | node ."],
            ),
            (
                r#""start": "tsx a.ts""#,
                vec![("docker/s6/svc-web/run", "#!/bin/sh\ncd /app;\nexec node dist/a.js\n".to_owned())],
                vec!["service |  | node dist/a.js"],
            ),
            (
                r#""start": "tsx a.ts""#,
                vec![(
                    "web.service",
                    "[Service]\nWorkingDirectory=/srv/web\nExecStart=/usr/bin/node a.js\n".to_owned(),
                )],
                vec!["service |  | /usr/bin/node a.js"],
            ),
            (r#""dev": "nodemon .""#, vec![], vec![]),
        ] {
            let manifest = package(scripts);
            let mut files = vec![("package.json", manifest.as_str())];
            files.extend(more.iter().map(|(path, text)| (*path, text.as_str())));
            assert_eq!(show("start.command", &["from", "runner", "@"], &files), expected, "{scripts}");
        }
    }

    #[test]
    fn what_an_image_runs_in_a_workspace() {
        let manifest = r#"{"scripts": {"start": "nodemon ."}, "dependencies": {"express": "1"}}"#;
        for (command, expected) in [
            ("yarn workspace shop node ./dist/a.js", "dockerfile |  | yarn workspace shop node ./dist/a.js"),
            ("yarn workspace shop start", "script | nodemon | \"nodemon .\""),
        ] {
            let image = format!("FROM node:22\nCMD {command}\n");
            let files = [("package.json", manifest), ("Dockerfile", image.as_str())];
            assert_eq!(show("start.command", &["from", "runner", "@"], &files), [expected], "{command}");
        }
    }
}
