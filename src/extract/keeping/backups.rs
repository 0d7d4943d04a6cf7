//! Copies of what a database holds, and ways back from them.

use std::sync::LazyLock;

use regex::Regex;

use super::{One, has_word};
use crate::extract::Context;
use crate::extract::containers::is_development;
use crate::facts::{Backup, Doc, Entry, Restore, Store};
use crate::parse::node::Node;
use crate::source::{FileKind, Needles, Place, Span, pattern};

/// Words without which a file speaks of no copy.
static NEEDED: LazyLock<Needles> = LazyLock::new(|| {
    Needles::of([
        "dump",
        "backup",
        "restore",
        "litestream",
        "restic",
        "wal-g",
        "barman",
        "borg",
        "vacuum into",
        "backrest",
        "duplicity",
        "kopia",
        "velero",
        "volumesnapshot",
    ])
});

/// Programs that copy a database, or the files in which one keeps its data.
static COPIES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(pg_dumpall|pg_dump|pg_basebackup|mysqldump|mariadb-dump|mongodump|xtrabackup|mariabackup|mariadb-backup|wal-g backup-push|pgbackrest|barman (?:backup|cron)|litestream|restic|borgmatic|borg create|duplicity|kopia|velero|supabase db dump|vacuum into|backup database|sqlite3\b[^\n]*[.]backup)\b",
    )
});

/// Programs that bring a copy back.
static RESTORES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(pg_restore|mongorestore|(?:psql|mysql)\b[^\n|<]*<[^<]|(?:gunzip|zcat|gzip|cat|gpg)\b[^\n]*\|\s*(?:psql|mysql)\b|wal-g backup-fetch|pgbackrest[^\n]*restore|restic restore|barman recover|litestream restore|borg extract|velero restore|restore database)",
    )
});

/// What a script does with a copy besides making it.
static CIPHERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(gpg|openssl|age|rage|kms|sse|restic|borg\w*|duplicity|kopia|wal-g|pgbackrest|cryptsetup)\b|encrypt|cipher|\b7z\b[^\n]* -p|\bzip\b[^\n]* -[eP]",
    )
});
static BUCKETS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\baws s3|s3://|\bs3(?:cmd|api)?\b|gsutil|gs://|gcloud storage|az storage|azcopy|\bb2\b|\bmc (?:cp|mirror)|rclone|\br2\b|wrangler",
    )
});
static ELSEWHERE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(scp|rsync|sftp|lftp|ftp|ssh|restic|borg\w*|duplicity|kopia|wal-g|pgbackrest|dropbox|gdrive|swift|doctl|upload\w*|curl)\b|upload-artifact",
    )
});
static ENDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)-mtime|-mmin|-delete\b|\brm\b|forget|prune|retention|retain|\bkeep|_keep|lifecycle|tail -n \+|head -n -|\bls -\w*t|rotat|expire|max_backups|older|cleanup|unlink",
    )
});
/// Another script of the repository that goes on with it.
static CALLS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?m)^\s*(?:source|\.|bash|sh)\s+\S|\./\S+\.sh\b|\b(?:node|tsx|python3?|ts-node|npx|npm run|pnpm|yarn)\s+\S",
    )
});

/// Settings of infrastructure by which a provider keeps copies.
static KEPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(backup_retention_period|backup_retention_days|backup_retention|backup_configuration|aws_backup_plan|point_in_time_recovery\w*|backup_window|preferred_backup_window|automated_backup_policy)\b(?:\s*=\s*(\w+))?",
    )
});

fn is(expression: &LazyLock<Option<Regex>>, text: &str) -> bool {
    expression.as_ref().is_some_and(|expression| expression.is_match(text))
}

/// What one file says of copies and of ways back.
pub(super) fn of_file(context: &Context<'_>, one: &One<'_>, entries: &mut Vec<Entry>) {
    match one.file.kind {
        FileKind::Markdown | FileKind::Text => {
            if one.says("ackup") || one.says("dump") {
                entries.extend(shown(one));
            }
            return;
        }
        FileKind::Hcl => {
            entries.extend(of_infrastructure(one));
            return;
        }
        FileKind::Yaml | FileKind::Toml | FileKind::Dockerfile => {
            if !NEEDED.are_in(one.text) {
                return;
            }
        }
        kind if is_script(kind) => {}
        kind => {
            let package = one.file.name() == "package.json";
            if kind == FileKind::Sql || !package && !kind.is_code() || !one.says("dump") {
                return;
            }
        }
    }
    if let Some(service) = of_service(context, one) {
        entries.push(service);
    } else if let Some(copy) = copy(one) {
        entries.push(copy);
    }
    let way = RESTORES.as_ref().and_then(|restores| plain(restores, one.text).next());
    if let Some((at, word)) = way {
        let by = word.split_whitespace().next().unwrap_or(word).trim_matches('|').to_owned();
        let by = if by.is_empty() { one.file.path.clone() } else { by };
        entries.push(Entry::new(one.at(at, at + word.len()), Restore { by }));
    } else if one.is_called("restore") && is_script(one.file.kind) {
        entries.push(Entry::new(one.whole(), Restore { by: one.file.path.clone() }));
    }
}

/// Whether its lines are commands.
fn is_script(kind: FileKind) -> bool {
    matches!(kind, FileKind::Shell | FileKind::Makefile | FileKind::Justfile)
}

/// A document that shows the command for it.
fn shown(one: &One<'_>) -> Vec<Entry> {
    let by = one.file.path.clone();
    let mut entries = Vec::new();
    if COPIES.as_ref().is_some_and(|copies| plain(copies, one.text).any(|(at, _)| keeps(line(one.text, at))))
    {
        let fact = Backup { by: by.clone(), form: "document".to_owned(), ..Backup::default() };
        entries.push(Entry::new(one.whole(), fact));
    }
    if is(&RESTORES, one.text) || tells_of_restoring(one) {
        entries.push(Entry::new(one.whole(), Restore { by }));
    }
    entries
}

/// Whether a document that speaks of backups says in a line of its own that one is restored: in prose, or as a step.
fn tells_of_restoring(one: &One<'_>) -> bool {
    let says = |line: &str| {
        let line = line.to_ascii_lowercase();
        let words = line.split(|letter: char| !letter.is_ascii_alphabetic());
        !line.contains("[ ]")
            && words.into_iter().any(|word| matches!(word, "restore" | "restored" | "restoring"))
    };
    !one.is_called("changelog") && has_backups(one.text) && one.text.lines().any(says)
}

fn has_backups(text: &str) -> bool {
    static BACKUPS: LazyLock<Needles> = LazyLock::new(|| Needles::of(["backup", "back up"]));
    BACKUPS.are_in(text)
}

/// Matches that stand in no comment.
fn plain<'t>(expression: &'t Regex, text: &'t str) -> impl Iterator<Item = (usize, &'t str)> {
    expression
        .find_iter(text)
        .filter(|found| !line(text, found.start()).trim_start().starts_with(['#', ';']))
        .map(|found| (found.start(), found.as_str()))
}

/// The line that a place stands in.
fn line(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    &text[start..end]
}

/// Whether a line copies rows at all, and not on into another database.
fn keeps(line: &str) -> bool {
    let only_schema =
        ["--schema-only", "--no-data", "pg_dump -s "].iter().any(|option| line.contains(option));
    let handed_on =
        ["| psql", "|psql", "| pg_restore", "| mysql", "| mongorestore"].iter().any(|to| line.contains(to));
    let supabase = line.contains("supabase db dump") && !line.contains("--data-only");
    !(only_schema || handed_on || supabase)
}

/// What copies a database in a script, a pipeline or a program.
fn copy(one: &One<'_>) -> Option<Entry> {
    let script = is_script(one.file.kind);
    let job = one.file.kind == FileKind::Yaml && one.file.path.contains("workflows/");
    let lines = matches!(one.file.kind, FileKind::Yaml | FileKind::Toml | FileKind::Dockerfile);
    let code = one.file.kind.is_code() && !script;
    // A program may show what others copy with: it calls what dumps a database, or none.
    let fits = |(at, word): &(usize, &str)| {
        keeps(line(one.text, *at)) && (script || lines || word.to_ascii_lowercase().contains("dump"))
    };
    let found = plain(COPIES.as_ref()?, one.text).find(fits);
    let named = has_word(&one.file.path, "backup");
    let Some((at, word)) = found else {
        let called = one.is_called("backup") && script;
        let fact = Backup { by: one.file.path.clone(), form: "script".to_owned(), ..Backup::default() };
        return called.then(|| Entry::new(one.whole(), fact));
    };
    let form = match one.file.kind {
        _ if script => "script",
        _ if job => "job",
        _ if lines => "service",
        _ if code => "code",
        _ => "script",
    };
    let here = line(one.text, at).to_ascii_lowercase().contains("backup");
    let judged = (script || job) && (named || here) && !is_development(&one.file.path);
    let lacks = if judged { lacks(one.text) } else { Vec::new() };
    let bucket =
        is(&BUCKETS, one.text).then(|| "the bucket that the copies go to may delete old ones".to_owned());
    let calls = || is(&CALLS, one.text).then(|| "it calls other programs, which may do so".to_owned());
    let unsure = if lacks.is_empty() { None } else { bucket.or_else(calls) };
    let fact = Backup { by: word.to_owned(), form: form.to_owned(), lacks, unsure };
    Some(Entry::new(one.at(at, at + word.len()), fact))
}

/// What a script that makes copies leaves out. Buckets encrypt what they are given.
fn lacks(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let text: String = lines.collect::<Vec<_>>().join("\n");
    let bucket = is(&BUCKETS, &text);
    let parts = [
        ("a copy elsewhere", bucket || is(&ELSEWHERE, &text)),
        ("encryption", bucket || is(&CIPHERS, &text)),
        ("an end for old copies", is(&ENDS, &text)),
    ];
    parts.iter().filter(|(_, there)| !there).map(|(part, _)| (*part).to_owned()).collect()
}

/// A container that makes copies: a service of a compose file, an object of Kubernetes.
fn of_service(context: &Context<'_>, one: &One<'_>) -> Option<Entry> {
    const KINDS: &[&str] =
        &["ScheduledBackup", "Backup", "BackupSchedule", "BackupConfiguration", "VolumeSnapshot"];
    const IMAGES: &[&str] = &["backup", "wal-g", "barman", "pgbackrest", "litestream", "restic", "borgmatic"];
    if one.file.kind != FileKind::Yaml {
        return None;
    }
    let node = context.documents.node(one.id)?;
    let service = |by: String, span: Span| {
        let fact = Backup { by, form: "service".to_owned(), ..Backup::default() };
        Entry::new(Place { file: one.id, span }, fact)
    };
    if let Some(services) = node.get("services") {
        return services.entries().iter().find_map(|entry| {
            let image = entry.value.get("image")?;
            let name = image.scalar()?;
            let known = IMAGES.iter().any(|word| name.contains(word));
            known.then(|| service(name, image.span))
        });
    }
    let kind = node.get("kind")?;
    let name = kind.scalar()?;
    let cron = name == "CronJob" && node.at(&["metadata", "name"]).and_then(Node::scalar)?.contains("backup");
    (cron || KINDS.contains(&name.as_str())).then(|| service(name, kind.span))
}

/// What a provider is told to keep.
fn of_infrastructure(one: &One<'_>) -> Option<Entry> {
    let found = KEPT.as_ref()?.captures_iter(one.text).find(|found| {
        let off = found.get(2).is_some_and(|value| matches!(value.as_str(), "0" | "false" | "null"));
        !off && found
            .get(0)
            .is_some_and(|at| !line(one.text, at.start()).trim_start().starts_with(['#', '/']))
    })?;
    let word = found.get(1)?;
    let fact =
        Backup { by: word.as_str().to_owned(), form: "infrastructure".to_owned(), ..Backup::default() };
    Some(Entry::new(one.at(word.start(), word.end()), fact))
}

/// Documents that explain how copies are made, and how they come back.
pub(super) fn of_documents(context: &Context<'_>, store: &Store, entries: &mut Vec<Entry>) {
    for (entry, doc) in store.all::<Doc>() {
        let explains = |topic: &str| doc.topics.iter().any(|known| known == topic);
        let by = || context.tree.file(entry.place.file).path.clone();
        if explains("backup") {
            let fact = Backup { by: by(), form: "document".to_owned(), ..Backup::default() };
            entries.push(Entry::new(entry.place, fact));
        }
        if explains("restore") || explains("disaster-recovery") {
            entries.push(Entry::new(entry.place, Restore { by: by() }));
        }
    }
}
