//! Laravel: classes of PHP with `Schema::create('x', function (Blueprint $table) { … })`.
//!
//! Plain chains of calls with literals are read; what depends on a condition or on a name that is computed is a gap, of the
//! tables that are named.

mod blueprint;
mod php;

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Dialect, Down, Gap, Part, Reach, Set, Step};
use super::reach;
use super::survey::{self, Survey, last, numbered, parent};
use super::write::Sql;
use crate::source::{FileId, FileKind, Place, Span};
use blueprint::{Later, Table};
use php::{Call, Statement, Value};

/// The sets of every application of Laravel.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut found: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
    for (file, source) in survey.context.tree.entries() {
        let is_step = source.kind == FileKind::Php
            && last(source.dir()) == "migrations"
            && numbered(source.name()).is_some();
        if is_step && !source.vendored && survey.text(file).contains("Migration") {
            found.entry(source.dir()).or_default().push(file);
        }
    }
    found.into_iter().filter_map(|(dir, files)| set(survey, dir, &files)).collect()
}

fn set(survey: &Survey<'_>, dir: &str, files: &[FileId]) -> Option<Set> {
    let packages = ["laravel/framework", "illuminate/database", "laravel/lumen-framework"];
    let place = survey.depends(dir, &packages);
    let says = |file: &&FileId| survey.text(**file).contains("Illuminate\\Database\\Migrations");
    if place.is_none() && !files.iter().any(|file| says(&file)) {
        return None;
    }
    let mut set = Set { tool: "laravel", directory: dir.to_owned(), configured: place, ..Set::default() };
    set.dialect = language(survey, dir);
    let mut tables = BTreeSet::new();
    for file in files {
        let text = survey.text(*file);
        let Some(statements) = php::function(text, "up") else { continue };
        let mut writer = Writer { text, tables, parts: Vec::new(), gaps: Vec::new() };
        writer.all(&statements);
        tables = writer.tables;
        let gap = |(span, why, reach)| Gap::of(Place { file: *file, span }, why, reach);
        set.gaps.extend(writer.gaps.into_iter().map(gap));
        let down = php::function(text, "down").filter(|statements| !statements.is_empty());
        let source = survey.context.tree.file(*file);
        set.steps.push(Step {
            file: *file,
            version: Some(source.stem().to_owned()),
            name: source.stem().to_owned(),
            up: writer.parts,
            down: down.and_then(|_| Some(Down::Span(Span::new(text.find("function down")?, text.len())))),
            transaction: set.dialect == Dialect::Postgres && !text.contains("$withinTransaction = false"),
            refused: None,
        });
    }
    let first = Place::file(set.steps.first()?.file);
    set.gaps.push(Gap::of(first, "packages have tables of their own", Reach::Others));
    Some(set)
}

/// The language of the database: what the example of the environment chooses, else what the configuration falls back to.
fn language(survey: &Survey<'_>, dir: &str) -> Dialect {
    let root = parent(dir).and_then(parent).unwrap_or_default();
    let chosen = [".env.example", ".env"].iter().find_map(|name| {
        let text = survey.text(survey.first(root, &[name])?);
        let line = text.lines().find_map(|line| line.trim().strip_prefix("DB_CONNECTION="))?;
        Some(survey::dialect(line.trim().trim_matches(['"', '\''])))
    });
    let fallback = || {
        let text = survey.text(survey.first(&survey::join(root, "config"), &["database.php"])?);
        let (_, rest) = text.split_once("env('DB_CONNECTION',")?;
        Some(survey::dialect(rest.split(['\'', '"']).nth(1)?))
    };
    let known = |dialect: &Dialect| *dialect != Dialect::Unknown;
    chosen.filter(known).or_else(fallback).filter(known).unwrap_or_else(|| survey.driver(dir))
}

/// What the functions of a migration come to.
struct Writer<'t> {
    text: &'t str,
    /// Tables that were made so far.
    tables: BTreeSet<String>,
    parts: Vec<Part>,
    gaps: Vec<(Span, String, Reach)>,
}

impl Writer<'_> {
    fn gap(&mut self, span: Span, why: &str, reach: Reach) {
        self.gaps.push((span, why.to_owned(), reach));
    }

    fn all(&mut self, statements: &[Statement]) {
        for statement in statements {
            match statement {
                Statement::Chain { head, calls, span } => self.chain(head, calls, *span),
                Statement::Block { head, inner } => {
                    let (parts, gaps) = (self.parts.len(), self.gaps.len());
                    self.all(inner);
                    let concerned = reach::of_parts(self.parts.drain(parts..), self.text);
                    let concerned = self.gaps.drain(gaps..).fold(concerned, |reach, gap| reach.and(gap.2));
                    if concerned != Reach::Rows {
                        self.gap(*head, "what it does depends on a condition", concerned);
                    }
                    // What follows may not be run at all.
                    if inner.iter().any(|inner| self.leaves(inner)) {
                        self.gap(*head, "it may end before what follows", Reach::Anything);
                    }
                }
                Statement::Other(span) => self.other(*span),
            }
        }
    }

    fn leaves(&self, statement: &Statement) -> bool {
        let (Statement::Other(span) | Statement::Chain { span, .. }) = statement else { return false };
        let text = span.of(self.text);
        text.starts_with("return") && !text.starts_with("returns")
    }

    fn other(&mut self, span: Span) {
        const WORDS: &[&str] = &[
            "Schema::create",
            "Schema::table",
            "Schema::drop",
            "Schema::rename",
            "DB::statement",
            "DB::unprepared",
        ];
        let text = span.of(self.text);
        if WORDS.iter().any(|word| text.contains(word)) {
            self.gap(span, "the statement is not understood", Reach::Anything);
        }
    }

    fn chain(&mut self, head: &str, calls: &[Call], span: Span) {
        let [.., call] = calls else { return };
        let done = match head {
            "Schema" if calls.len() == 1 => self.schema(call, span),
            // Another database.
            "Schema" if calls[0].name == "connection" => Some(()),
            "DB" if matches!(call.name.as_str(), "statement" | "unprepared") => self.statement(call, span),
            _ => Some(()),
        };
        if done.is_none() {
            self.gap(span, "the statement is not understood", Reach::Anything);
        }
    }

    fn statement(&mut self, call: &Call, span: Span) -> Option<()> {
        match call.arguments.first()? {
            Value::Text(sql, letters) => {
                let plain = letters.of(self.text) == sql;
                let part = if plain {
                    Part::Sql(*letters)
                } else {
                    Part::Text { text: sql.clone(), places: vec![(0, span)] }
                };
                self.parts.push(part);
                Some(())
            }
            other => {
                let Value::Other(computed) = other else { return None };
                let begins = computed.of(self.text).trim_start_matches(['"', '\'']).to_owned();
                reach::is_of_rows(&begins).then_some(())
            }
        }
    }

    fn schema(&mut self, call: &Call, span: Span) -> Option<()> {
        let name = call.arguments.first().and_then(Value::text);
        let mut sql = Sql::at(span);
        match call.name.as_str() {
            "create" | "table" => {
                let create = call.name == "create";
                let Some(name) = name else {
                    // What is made under a name that is not known is none of what other steps make.
                    let reach = if create { Reach::Others } else { Reach::Anything };
                    self.gap(span, "it speaks of a table whose name is computed", reach);
                    return Some(());
                };
                let Some(Value::Closure(body)) = call.arguments.get(1) else { return None };
                self.table(name, create, *body, span);
                return Some(());
            }
            "drop" => sql.push("DROP TABLE ").table(name?),
            "dropIfExists" => sql.push("DROP TABLE IF EXISTS ").table(name?),
            "rename" => {
                let to = call.arguments.get(1)?.text()?;
                sql.push("ALTER TABLE ").table(name?).push(" RENAME TO ").name(to)
            }
            "dropColumns" => {
                let columns = blueprint::texts(call.arguments.get(1))?;
                let drops: Vec<_> = columns
                    .iter()
                    .map(|name| format!("DROP COLUMN {}", super::write::quoted(name)))
                    .collect();
                sql.push("ALTER TABLE ").table(name?).push(" ").push(&drops.join(", "))
            }
            "enableForeignKeyConstraints"
            | "disableForeignKeyConstraints"
            | "defaultStringLength"
            | "withoutForeignKeyConstraints"
            | "morphUsingUuids"
            | "ensureVectorExtensionExists" => {
                return Some(());
            }
            _ => return None,
        };
        self.parts.push(sql.part());
        Some(())
    }

    fn table(&mut self, name: &str, create: bool, body: Span, span: Span) {
        if create {
            self.tables.insert(name.to_owned());
        }
        let mut table = Table { name: name.to_owned(), create, columns: Vec::new(), later: Vec::new() };
        for statement in php::body(self.text, body) {
            match statement {
                Statement::Chain { head, calls, span } if head.starts_with('$') && !head.contains('.') => {
                    let before = table.later.len();
                    if self.on_table(&mut table, &calls, span).is_none() {
                        self.unclear(&table, span);
                    }
                    // Columns that are added come in the order of the text.
                    if !create {
                        let made: Vec<_> = table.columns.drain(..).collect();
                        let made = made.into_iter().map(|column| (span, Later::Column(column)));
                        table.later.splice(before..before, made);
                    }
                }
                Statement::Chain { span, .. } | Statement::Block { head: span, .. } => {
                    self.unclear(&table, span);
                }
                Statement::Other(span) if span.of(self.text).contains("->") => self.unclear(&table, span),
                Statement::Other(_) => {}
            }
        }
        self.close(table, span);
    }

    /// The table that a column is named after, among those that are made.
    fn known(&self, column: &str) -> Option<String> {
        let word = column.strip_suffix("_id")?;
        plurals(word).into_iter().find(|name| self.tables.contains(name))
    }
}

/// The table that a column of a key is named after.
fn named_after(column: &str) -> String {
    let word = column.strip_suffix("_id").unwrap_or(column);
    plurals(word).swap_remove(0)
}

/// What the plural of a word may be, the likeliest first.
fn plurals(word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (end, plural) in
        [("person", "people"), ("child", "children"), ("status", "statuses"), ("y", "ies"), ("is", "es")]
    {
        if let Some(stem) = word.strip_suffix(end) {
            let vowel = end == "y" && stem.ends_with(['a', 'e', 'i', 'o', 'u']);
            if !vowel {
                found.push(format!("{stem}{plural}"));
            }
        }
    }
    if word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh") {
        found.push(format!("{word}es"));
    }
    found.extend([format!("{word}s"), word.to_owned()]);
    found
}

#[cfg(test)]
mod tests;
