//! Files of SQL that change a schema and belong to no migrations: they are run by hand, if at all.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Context;
use super::migrations::{self, Down, Set};
use crate::facts::{Entry, SqlLoose};
use crate::source::{FileId, FileKind, Needles, Place, SourceFile, Span, begins, is_below};

/// Larger files are dumps.
const LARGEST: u64 = 1024 * 1024;

/// Words of paths whose files declare a state, hold data, ask, or are kept by a tool that is not known.
const OTHERS: &[&str] = &[
    "schema",
    "structure",
    "dump",
    "backup",
    "seed",
    "sample",
    "test",
    "example",
    "fixture",
    "quer",
    "report",
    "init",
    "doc",
    "demo",
    "bench",
    "mock",
    "snippet",
    "template",
    "archive",
    "legacy",
    "playground",
    "tutorial",
    "generated",
    "migrat",
    "stub",
    "tables",
    "views",
    "functions",
    "triggers",
    "procedures",
    "policies",
    "types",
    "storedproc",
    "dbo",
    "models",
];

/// How a statement begins that changes a schema.
const CHANGES: &[&str] = &[
    "create table",
    "alter table",
    "drop table",
    "create policy",
    "drop policy",
    "create index",
    "create unique index",
    "create type",
    "create trigger",
    "create function",
    "create or replace function",
    "create view",
    "create or replace view",
    "alter type",
    "create schema",
];

/// One fact for each such file that nothing names.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let found = candidates(context);
    if found.is_empty() {
        return Vec::new();
    }
    let named = named(context, &found);
    let left: Vec<_> = found.iter().zip(&named).filter(|(_, named)| !**named).map(|(one, _)| one).collect();
    let among = i64::try_from(left.len()).unwrap_or(i64::MAX);
    let entry = |(file, span, statement): &(FileId, Span, &str)| {
        let fact = SqlLoose { statement: (*statement).to_owned(), among };
        Entry::new(Place { file: *file, span: *span }, fact)
    };
    left.into_iter().map(entry).collect()
}

/// Files that belong to no set and change a schema, with the first statement that does.
fn candidates(context: &Context<'_>) -> Vec<(FileId, Span, &'static str)> {
    let files: Vec<_> = context.tree.entries().filter(|(_, file)| may_be_loose(file)).collect();
    if files.is_empty() {
        return Vec::new();
    }
    let sets = migrations::sets(context);
    let kept: BTreeSet<FileId> = sets.iter().flat_map(files_of).collect();
    // The folders of a project of the database declare its state.
    let projects = context.tree.files().iter().filter(|file| file.name().ends_with(".sqlproj"));
    let projects: Vec<&str> = projects.map(SourceFile::dir).collect();
    let project = |file: &SourceFile| projects.iter().any(|dir| is_below(&file.path, dir));
    let free = files.into_iter().filter(|(file, source)| !kept.contains(file) && !project(source));
    free.filter_map(|(file, _)| change(context.tree.text(file)).map(|(span, what)| (file, span, what)))
        .collect()
}

fn may_be_loose(file: &SourceFile) -> bool {
    static WORDS: LazyLock<Needles> = LazyLock::new(|| Needles::of(OTHERS.iter().copied()));
    file.kind == FileKind::Sql
        && file.link.is_none()
        && !file.is_aside()
        && file.bytes <= LARGEST
        && !WORDS.are_in(&file.path)
}

/// Every file that a set knows of.
fn files_of(set: &Set) -> impl Iterator<Item = FileId> + '_ {
    let steps = set.steps.iter().flat_map(|step| {
        let down = match step.down {
            Some(Down::File(file)) => Some(file),
            _ => None,
        };
        [Some(step.file), down]
    });
    let unrun = set.unrun.iter().map(|unrun| unrun.file);
    steps.flatten().chain(unrun).chain(set.states.iter().copied()).chain(set.seeds.iter().copied())
}

/// The first statement of a text that changes a schema, at the begin of a line outside of comments.
fn change(text: &str) -> Option<(Span, &'static str)> {
    let mut at = 0;
    let mut comment = false;
    for line in text.split_inclusive('\n') {
        let begin = at;
        at += line.len();
        let plain = line.trim_start();
        comment |= plain.starts_with("/*");
        if comment {
            comment = !plain.contains("*/");
            continue;
        }
        if let Some(word) = CHANGES.iter().find(|word| begins(plain, word)) {
            let start = begin + line.len() - plain.len();
            return Some((Span::new(start, start + plain.trim_end().len()), word));
        }
    }
    None
}

/// For each of these files, whether something that may run it says its name or the path of its folder.
fn named(context: &Context<'_>, found: &[(FileId, Span, &str)]) -> Vec<bool> {
    let mut words: Vec<String> = Vec::new();
    let mut of: Vec<usize> = Vec::new();
    for (number, (file, ..)) in found.iter().enumerate() {
        let source = context.tree.file(*file);
        let last = source.dir().rsplit('/').next().unwrap_or_default();
        let mut own = vec![source.name().to_owned()];
        if !last.is_empty() {
            own.extend([
                format!("{last}/*"),
                format!("'{last}'"),
                format!("\"{last}\""),
                format!("/{last}\""),
            ]);
        }
        of.resize(of.len() + own.len(), number);
        words.extend(own);
    }
    let mut named = vec![false; found.len()];
    let Ok(words) = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&words) else {
        return named;
    };
    let runs = context.tree.entries().filter(|(_, file)| !file.vendored && may_run(file));
    for (file, _) in runs {
        for hit in words.find_overlapping_iter(context.tree.text(file)) {
            let number = of[hit.pattern().as_usize()];
            named[number] |= found[number].0 != file;
        }
    }
    named
}

/// Whether a file may run others: code, scripts, settings. A document only tells what somebody once did.
fn may_run(file: &SourceFile) -> bool {
    let kind = file.kind;
    kind.is_code() && kind != FileKind::Css
        || matches!(
            kind,
            FileKind::Yaml
                | FileKind::Json
                | FileKind::Toml
                | FileKind::Dockerfile
                | FileKind::Makefile
                | FileKind::Justfile
                | FileKind::Shell
                | FileKind::Sql
        )
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn files_that_change_a_schema_and_that_nothing_runs() {
        let files = [
            ("fix_users.sql", "-- once\nalter table users add x int;\n"),
            ("scripts/add-index.sql", "/* create table a */\nCREATE INDEX i ON users (x);"),
            ("scripts/report.sql", "create view r as select 1;"),
            ("scripts/run.sql", "create table r (id int);"),
            ("scripts/run.sh", "psql -f run.sql"),
            ("count.sql", "select count(*) from users;"),
            ("migrations/001_a.sql", "create table users (id int);"),
        ];
        let shown = show("sql.loose", &["statement", "among", "@"], &files);
        assert_eq!(
            shown,
            [
                "alter table | 2 | alter table users add x int;",
                "create index | 2 | CREATE INDEX i ON users (x);"
            ]
        );
    }
}
