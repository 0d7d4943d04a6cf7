//! Images that run as root, where nothing in the repository shows that they have to.

use std::sync::LazyLock;

use regex::Regex;

use super::edit::Edit;
use super::yaml::above_comments;
use super::{Sources, Target};
use crate::facts::{DockerPort, DockerStage, SqliteStore};
use crate::parse::Document;
use crate::parse::dockerfile::{Command, Dockerfile, Kind, Origin};
use crate::source::{folder_of, is_below, pattern};

/// What in a start command tells of a program that is made for root, or changes files before it starts.
const ROOTS: &[&str] = &[
    "&&",
    ";",
    "|",
    "apache",
    "chmod",
    "chown",
    "cron",
    "gosu",
    "httpd",
    "migrate",
    "mkdir",
    "next start",
    "nginx",
    "php-fpm",
    "prisma",
    "su-exec",
    "sudo",
    "supervisord",
    ".sh",
    "entrypoint",
];

/// What in code tells that it writes files.
static WRITES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r#"writeFile|createWriteStream|diskStorage|mkdirSync|\.mkdir\(|makedirs|\bopen\([^)\n]*,\s*(mode\s*=\s*)?["'][wax]b?\+?["']|os\.(Create|MkdirAll|WriteFile)\(|File::create|fs::write|create_dir_all|FileOutputStream|Files\.write"#,
    )
});

/// Images in which a user can be made as Debian does.
const DEBIAN: &[&str] =
    &["debian", "eclipse-temurin", "golang", "openjdk", "perl", "python", "ruby", "rust", "ubuntu"];

/// `USER` before the command of the last stage.
pub(super) fn user(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let (_, stage) = sources.fact::<DockerStage>(target).ok_or("the stage is not written out here")?;
    let Some(Document::Dockerfile(file)) = sources.documents.get(target.file) else {
        return Err("it was not parsed".to_owned());
    };
    let index = usize::try_from(stage.index).unwrap_or_default();
    if stage.others.is_some() {
        return Err("several of its stages ship".to_owned());
    }
    if let Some(because) = needs_root(sources, target, file, index) {
        return Err(because);
    }
    let lines =
        lines(stage.image.as_deref(), file, index).ok_or("which user its base image brings is not known")?;
    let text = sources.tree.text(target.file);
    let at = place(text, file, index).ok_or("the stage is empty")?;
    let path = sources.path(target.file);
    if at == text.len() {
        return Ok(vec![Edit::append(path, lines)]);
    }
    let new: String = lines.into_iter().map(|line| line + "\n").collect();
    Ok(vec![Edit::insert(path, at, new)])
}

/// Why the container may need to be root, or a person has to look whether it does.
fn needs_root(sources: &Sources<'_>, target: &Target<'_>, file: &Dockerfile, index: usize) -> Option<String> {
    if let Some(user) = file.user(index) {
        return Some(format!("it says `USER {}`, which was meant", user.text));
    }
    if file.last(index, |kind| matches!(kind, Kind::Volume(_)).then_some(())).is_some() {
        return Some("it has a volume, whose owner only its author knows".to_owned());
    }
    let mut ports = sources.facts.all::<DockerPort>();
    if let Some((_, port)) = ports.find(|(entry, port)| entry.place.file == target.file && port.privileged) {
        return Some(format!("it listens on port {}, where only root may", port.port));
    }
    let text = sources.tree.text(target.file);
    let commands = [file.entrypoint(index), file.command(index)];
    let started: Vec<String> = commands.into_iter().flatten().map(|command| written(command, text)).collect();
    if let Some(word) = ROOTS.iter().find(|word| started.iter().any(|command| command.contains(**word))) {
        return Some(format!("what its start does with `{word}` may need root"));
    }
    if text.contains(".next") {
        return Some("Next.js writes into its cache while it runs".to_owned());
    }
    if sources.facts.all::<SqliteStore>().next().is_some() {
        return Some("a database in a file is written by who runs it".to_owned());
    }
    writer(sources, folder_of(sources.path(target.file)))
}

/// The command as it is written.
fn written(command: &Command, text: &str) -> String {
    match command {
        Command::Shell(_) => command.span().of(text).to_owned(),
        Command::Exec(words) => words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
    }
}

/// A file of the program that writes files.
fn writer(sources: &Sources<'_>, folder: &str) -> Option<String> {
    let files = sources.tree.entries().filter(|(id, file)| {
        let may_run = !file.is_aside() && sources.facts.context(*id).live != Some(false);
        may_run && file.kind.is_code() && is_below(&file.path, folder)
    });
    let mut found = files.filter_map(|(id, file)| {
        let written = WRITES.as_ref()?.find(sources.tree.text(id))?.as_str();
        let path = &file.path;
        Some(format!("`{path}` writes files (`{written}`); whether that user may, a person has to see"))
    });
    found.next()
}

/// The lines that make the user, where the base image has none, and switch to it.
fn lines(image: Option<&str>, file: &Dockerfile, index: usize) -> Option<Vec<String>> {
    let user = |name: &str| Some(vec![format!("USER {name}")]);
    let made = |how: &str| Some(vec![format!("RUN {how}"), "USER app".to_owned()]);
    let Some(image) = image else {
        return if file.root(index) == Some(&Origin::Scratch) { user("65532:65532") } else { None };
    };
    let tag = match file.root(index)? {
        Origin::Image(image) => image.tag.as_ref().and_then(|tag| tag.known()).unwrap_or_default().to_owned(),
        _ => return None,
    };
    match image {
        "node" => user("node"),
        "oven/bun" => user("bun"),
        "denoland/deno" => user("deno"),
        _ if image.starts_with("gcr.io/distroless/") => user("nonroot"),
        "alpine" => made("adduser -D app"),
        _ if !DEBIAN.contains(&image) => None,
        _ if tag.contains("alpine") => made("adduser -D app"),
        _ if tag.contains("windows")
            || tag.contains("nanoserver")
            || tag.contains("ubi")
            || tag.contains("oracle") =>
        {
            None
        }
        _ => made("useradd --create-home app"),
    }
}

/// Where in the text `USER` goes: before the command, behind everything that may need root; the end where there is none.
fn place(text: &str, file: &Dockerfile, index: usize) -> Option<usize> {
    let stage = file.stages.get(index)?;
    let is_work = |kind: &Kind| {
        matches!(
            kind,
            Kind::Run(_)
                | Kind::Copy(_)
                | Kind::Add(_)
                | Kind::Workdir(_)
                | Kind::Shell(_)
                | Kind::Onbuild(_)
        )
    };
    let last = stage.instructions.iter().rposition(|instruction| is_work(&instruction.kind));
    let rest = &stage.instructions[last.map_or(0, |last| last + 1)..];
    let is_start = |kind: &Kind| matches!(kind, Kind::Cmd(_) | Kind::Entrypoint(_));
    let start = rest.iter().find(|instruction| is_start(&instruction.kind));
    Some(match start {
        Some(start) => above_comments(text, start.span.start as usize),
        None if index + 1 == file.stages.len() => text.len(),
        None => return None,
    })
}
