//! Commands that run migrations, and what becomes of their failure.

use crate::extract::ci;
use crate::extract::migrations::tools;
use crate::parse::shell::{Command, Failure, Mask, Script, Within};
use crate::source::Span;

/// A command that runs migrations.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The tool.
    pub(super) tool: String,
    /// The command without what only runs it.
    pub(super) by: String,
    /// Where it stands in the text of the script.
    pub(super) span: Span,
    /// The folder it is told to take migrations from.
    pub(super) folder: Option<String>,
    /// Where it is run, relative to where its script starts; none where that is computed.
    pub(super) dir: Option<String>,
    /// Why its failure stops nothing.
    pub(super) masked: Option<&'static str>,
}

/// The commands of a script that run migrations. `text` is what their spans are of.
pub(super) fn of(script: &Script, text: &str) -> Vec<Run> {
    let runs = script.runs();
    runs.into_iter().filter_map(|(command, failure)| run(command, failure, text)).collect()
}

fn run(command: &Command, failure: Failure, text: &str) -> Option<Run> {
    let words: Vec<&str> = command.effective().iter().map(|word| word.text.as_str()).collect();
    let words = program(&words);
    let (name, arguments) = words.split_first()?;
    let name = name.rsplit('/').next().unwrap_or(name);
    // `prisma@6` is the program of a version.
    let name = name.split('@').next().unwrap_or(name);
    if command.unreachable || !ci::kinds(name, arguments).contains(&"migrate") || asks(arguments) {
        return None;
    }
    let masked = match failure {
        Failure::Masked(mask) if !is_repeated(command, text) => mask_of(mask),
        _ => None,
    };
    let tool = tools::of_program(name);
    let folder = tool.and_then(|tool| option(arguments, tool.folder));
    let by: Vec<&str> = std::iter::once(name).chain(arguments.iter().copied()).take(6).collect();
    Some(Run {
        tool: super::tool(name),
        by: by.join(" "),
        span: command.span,
        folder,
        dir: command.dir.clone(),
        masked,
    })
}

/// The words from the program on that interpreters are given: `manage.py migrate` of `python manage.py migrate`.
fn program<'w>(words: &'w [&'w str]) -> &'w [&'w str] {
    let Some((name, rest)) = words.split_first() else { return words };
    let name = name.rsplit('/').next().unwrap_or(name);
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    match (name, rest.first()) {
        ("python" | "py", Some(&"-m")) => &rest[1..],
        ("python" | "py" | "php" | "ruby" | "node", Some(first)) if !first.starts_with('-') => rest,
        _ => words,
    }
}

/// Whether a command only asks for help, or only shows what it would do.
fn asks(arguments: &[&str]) -> bool {
    arguments
        .iter()
        .any(|word| matches!(*word, "--help" | "-h" | "--version" | "--dry-run" | "--sql" | "--plan"))
}

/// Whether the command is run again until it succeeds: what comes behind waits for it.
fn is_repeated(command: &Command, text: &str) -> bool {
    let before = text.get(..command.span.start as usize).unwrap_or_default().trim_end();
    let before = before.strip_suffix('!').unwrap_or(before).trim_end();
    command.is_within(&Within::Loop)
        || command.is_within(&Within::Condition) && (before.ends_with("until") || before.ends_with("while"))
}

/// Why a failure stops nothing, where that is sure.
fn mask_of(mask: Mask) -> Option<&'static str> {
    match mask {
        // What is chosen by an `if` may well end with a failure later.
        Mask::Condition | Mask::Pipe => None,
        mask => ci::reason(mask),
    }
}

/// The value of the first of these options.
fn option(arguments: &[&str], names: &[&str]) -> Option<String> {
    let given = arguments.iter().enumerate().find_map(|(index, argument)| {
        let name = names.iter().find(|name| argument.starts_with(**name))?;
        match &argument[name.len()..] {
            "" => arguments.get(index + 1).copied(),
            rest => rest.strip_prefix('='),
        }
    })?;
    let path =
        ["file://", "filesystem:"].iter().find_map(|scheme| given.strip_prefix(scheme)).unwrap_or(given);
    let plain =
        !path.contains("://") && !path.contains(['$', '*', '{', '`', ',']) && !path.contains("classpath:");
    (plain && !path.is_empty()).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::shell;

    #[test]
    fn commands_that_run_migrations() {
        for (text, expected) in [
            ("npx prisma migrate deploy", "prisma: prisma migrate deploy"),
            ("npx prisma@6 migrate deploy || true", "prisma: prisma migrate deploy !"),
            (
                "python3 manage.py migrate --noinput; exec gunicorn app",
                "django: manage.py migrate --noinput !",
            ),
            ("set -e\npython -m alembic upgrade head\nexec gunicorn app", "alembic: alembic upgrade head"),
            ("prisma migrate deploy && node server.js", "prisma: prisma migrate deploy"),
            ("until prisma migrate deploy; do sleep 1; done; node a.js", "prisma: prisma migrate deploy"),
            (
                "for i in 1 2 3; do prisma migrate deploy && break; done; node a.js",
                "prisma: prisma migrate deploy",
            ),
            ("if ! prisma migrate deploy; then exit 1; fi; node a.js", "prisma: prisma migrate deploy"),
            (
                "goose -dir db/migrations postgres $URL up",
                "goose: goose -dir db/migrations postgres $URL up [db/migrations]",
            ),
            (
                "migrate -source file://db -database $URL up",
                "golang-migrate: migrate -source file://db -database $URL up [db]",
            ),
            ("dbmate --migrations-dir=db/new up", "dbmate: dbmate --migrations-dir=db/new up [db/new]"),
            ("knex migrate:rollback", ""),
            ("alembic upgrade head --sql", ""),
            ("echo prisma migrate deploy", ""),
        ] {
            let shown: Vec<_> = of(&shell::parse(text).document, text)
                .iter()
                .map(|run| {
                    let folder = run.folder.as_ref().map(|folder| format!(" [{folder}]")).unwrap_or_default();
                    format!(
                        "{}: {}{folder}{}",
                        run.tool,
                        run.by,
                        if run.masked.is_some() { " !" } else { "" }
                    )
                })
                .collect();
            assert_eq!(shown.join("; "), expected, "{text}");
        }
    }
}
