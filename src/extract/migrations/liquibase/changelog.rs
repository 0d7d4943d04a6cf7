//! Changelogs of XML, YAML and JSON: which leads to which, and their changesets in order.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Dialect, Down, Gap, Reach, Set, Step};
use super::super::reach;
use super::super::survey::{Survey, dialect, join, lineage, parent};
use super::changes::{self, Writer};
use super::element::{self, Element};
use super::{changesets, is_formatted, is_of};
use crate::source::{FileId, FileKind, Place, Span};

/// How deep changelogs may include others.
const DEEPEST: usize = 32;

/// The sets of every changelog that no other includes.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut logs: BTreeMap<FileId, Element> = BTreeMap::new();
    for (file, source) in survey.context.tree.entries() {
        let kind = matches!(source.kind, FileKind::Xml | FileKind::Yaml | FileKind::Json);
        if !kind || source.test || source.vendored {
            continue;
        }
        let text = survey.text(file);
        if !text[..text.floor_char_boundary(4000)].contains("databaseChangeLog") {
            continue;
        }
        let root = match source.kind {
            FileKind::Xml => element::xml(text).filter(|root| root.name == "databaseChangeLog"),
            _ => survey.data(file).and_then(|node| element::data(&node)),
        };
        logs.extend(root.map(|root| (file, root)));
    }
    let included: BTreeSet<FileId> = logs
        .iter()
        .flat_map(|(file, root)| root.children.iter().flat_map(|child| named(survey, *file, child)))
        .collect();
    let mut sets: Vec<(BTreeSet<FileId>, Set)> = Vec::new();
    let built = OnceCell::new();
    for root in logs.keys().filter(|file| !included.contains(file)) {
        let mut reader = Reader::of(survey, &logs, *root, &built);
        reader.log(*root, 0);
        let (files, set) = (reader.files, reader.set);
        // Changelogs that lead to nothing but changesets of formatted SQL are told by those.
        let formatted =
            set.steps.iter().all(|step| survey.context.tree.file(step.file).kind == FileKind::Sql);
        if !(formatted && set.gaps.is_empty()) {
            sets.push((files, set));
        }
    }
    // Of several that lead to the same, the one that leads to more is run.
    sets.sort_by_key(|(files, _)| std::cmp::Reverse(files.len()));
    let mut kept: Vec<(BTreeSet<FileId>, Set)> = Vec::new();
    for (files, set) in sets {
        if kept.iter().all(|(others, _)| others.is_disjoint(&files)) {
            kept.push((files, set));
        }
    }
    for (files, _) in &kept {
        for file in files.iter().filter(|file| survey.context.tree.file(**file).kind == FileKind::Sql) {
            survey.take(survey.context.tree.file(*file).dir());
        }
    }
    kept.into_iter().map(|(_, set)| set).collect()
}

/// The files that an `include` or an `includeAll` names.
fn named(survey: &Survey<'_>, file: FileId, child: &Element) -> Vec<FileId> {
    match child.name.as_str() {
        "include" => child.get("file").and_then(|path| find(survey, file, child, path)).into_iter().collect(),
        "includeAll" => {
            let Some(path) = child.get("path") else { return Vec::new() };
            let path = path.trim_start_matches("classpath:").trim_matches('/');
            let dir = survey.context.tree.file(file).dir();
            let candidates = lineage(dir).map(|above| join(above, path));
            let near: Vec<String> = if child.on("relativeToChangelogFile") {
                vec![join(dir, path)]
            } else {
                candidates.collect()
            };
            near.iter()
                .map(|folder| within(survey, folder, file))
                .find(|files| !files.is_empty())
                .unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The changelogs of a folder and those below it, in the order of their paths.
fn within(survey: &Survey<'_>, folder: &str, own: FileId) -> Vec<FileId> {
    let kinds = [FileKind::Xml, FileKind::Yaml, FileKind::Json, FileKind::Sql];
    let inside = survey.context.tree.below(folder).iter().filter(|source| kinds.contains(&source.kind));
    inside.filter_map(|source| survey.path(&source.path)).filter(|file| *file != own).collect()
}

/// The file that a path names, from a changelog on.
fn find(survey: &Survey<'_>, file: FileId, element: &Element, path: &str) -> Option<FileId> {
    let path = path.trim_start_matches("classpath:").trim_start_matches("./").trim_start_matches('/');
    let dir = survey.context.tree.file(file).dir();
    let (mut dir_now, mut rest) = (dir, path);
    while let Some(after) = rest.strip_prefix("../") {
        dir_now = parent(dir_now)?;
        rest = after;
    }
    if element.on("relativeToChangelogFile") || element.on("relativeToChangelog") {
        return survey.path(&join(dir_now, rest));
    }
    lineage(dir).find_map(|above| survey.path(&join(above, path)))
}

struct Reader<'s, 'c> {
    survey: &'s Survey<'c>,
    logs: &'s BTreeMap<FileId, Element>,
    set: Set,
    files: BTreeSet<FileId>,
    /// Values of `${…}`, the first one of a name counts.
    properties: Vec<(String, String)>,
}

impl<'s, 'c> Reader<'s, 'c> {
    fn of(
        survey: &'s Survey<'c>,
        logs: &'s BTreeMap<FileId, Element>,
        root: FileId,
        built: &OnceCell<Dialect>,
    ) -> Self {
        let dir = survey.context.tree.file(root).dir();
        let set = Set {
            tool: "liquibase",
            directory: dir.to_owned(),
            dialect: match survey.driver(dir) {
                Dialect::Unknown => *built.get_or_init(|| language(survey)),
                told => told,
            },
            configured: Some(Place::file(root)),
            ..Set::default()
        };
        Self { survey, logs, set, files: BTreeSet::new(), properties: Vec::new() }
    }

    fn gap(&mut self, file: FileId, span: Span, why: impl Into<String>, reach: Reach) {
        self.set.gaps.push(Gap::of(Place { file, span }, why, reach));
    }

    /// Reads a changelog and those that it includes.
    fn log(&mut self, file: FileId, depth: usize) {
        if depth > DEEPEST || !self.files.insert(file) {
            return;
        }
        let Some(root) = self.logs.get(&file) else { return self.script(file) };
        for child in &root.children {
            match child.name.as_str() {
                "property" => {
                    let ours = child.get("dbms").is_none_or(|dbms| is_of(dbms, self.set.dialect));
                    if let (Some(name), Some(value), true) = (child.get("name"), child.get("value"), ours) {
                        self.properties.push((name.to_owned(), value.to_owned()));
                    }
                }
                "include" | "includeAll" => {
                    let files = named(self.survey, file, child);
                    if files.is_empty() {
                        self.gap(
                            file,
                            child.span,
                            "a changelog that it includes is not there",
                            Reach::Anything,
                        );
                    }
                    for file in files {
                        self.log(file, depth + 1);
                    }
                }
                "changeSet" => self.changeset(file, child),
                _ => {}
            }
        }
    }

    /// A file of SQL that is included.
    fn script(&mut self, file: FileId) {
        let source = self.survey.context.tree.file(file);
        if source.kind != FileKind::Sql {
            return;
        }
        let text = self.survey.text(file);
        if is_formatted(text) {
            self.set.steps.extend(changesets(text, file, self.set.dialect));
        } else {
            self.set.steps.push(self.survey.whole(file, None, source.stem()));
        }
    }

    /// `${name}` replaced, as far as names are known.
    fn filled(&self, element: &Element) -> Element {
        let fill = |text: &String| {
            if !text.contains("${") {
                return text.clone();
            }
            self.properties
                .iter()
                .fold(text.clone(), |text, (name, value)| text.replace(&["${", name, "}"].concat(), value))
        };
        Element {
            name: element.name.clone(),
            attributes: element.attributes.iter().map(|(name, value)| (name.clone(), fill(value))).collect(),
            children: element.children.iter().map(|child| self.filled(child)).collect(),
            text: fill(&element.text),
            raw: element.raw,
            span: element.span,
        }
    }

    fn changeset(&mut self, file: FileId, element: &Element) {
        let dialect = self.set.dialect;
        let other = |element: &Element| element.get("dbms").is_some_and(|dbms| !is_of(dbms, dialect));
        if other(element) || element.on("ignore") {
            return;
        }
        let element = self.filled(element);
        let conditions: Vec<&Element> =
            element.all("preConditions").flat_map(|conditions| &conditions.children).collect();
        let Some(asked) = asked(&conditions, dialect) else { return };
        let asked = asked.of(&element);
        let text = self.survey.text(file);
        let survey = self.survey;
        let load = |change: &Element, path: &str| {
            find(survey, file, change, path).map(|file| survey.text(file).to_owned())
        };
        let guarded = matches!(asked, Asked::There | Asked::Missing);
        let mut writer = Writer { text, dialect, guarded, load: &load, parts: Vec::new(), gaps: Vec::new() };
        for change in &element.children {
            writer.change(change);
        }
        let (parts, gaps) = (writer.parts, writer.gaps);
        let contexts = ["context", "contexts", "contextFilter", "labels"];
        let doubt = if asked == Asked::Else {
            Some("whether a changeset is run depends on a precondition")
        } else if contexts.iter().any(|name| element.get(name).is_some()) {
            Some("a changeset is run in some contexts only")
        } else {
            None
        };
        if let Some(why) = doubt {
            let concerned = reach::of_parts(parts.iter().cloned(), text);
            if concerned != Reach::Rows {
                self.gap(file, element.span, why, concerned);
            }
        }
        for (span, why, concerned) in gaps {
            self.gap(file, span, why, concerned);
        }
        let id = element.get("id").unwrap_or_default();
        let back = element.all("rollback").next().filter(|back| !back.span.is_empty());
        self.set.steps.push(Step {
            file,
            version: Some(id.to_owned()),
            name: id.to_owned(),
            up: parts,
            down: back.map(|back| Down::Span(back.span)),
            transaction: element.get("runInTransaction") != Some("false"),
            refused: None,
        });
    }
}

/// What the preconditions of a changeset ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Nothing.
    Nothing,
    /// Whether what is dropped is there.
    There,
    /// Whether what is made is missing.
    Missing,
    /// Something that is not known.
    Else,
}

impl Asked {
    /// The same, for what a changeset does: only what is made or dropped by itself can be asked for.
    fn of(self, changeset: &Element) -> Self {
        let words: &[&str] = match self {
            Self::There => {
                &["dropTable", "dropColumn", "dropIndex", "dropSequence", "dropView", "dropForeign"]
            }
            Self::Missing => &["createTable", "addColumn", "createIndex", "createSequence"],
            _ => return self,
        };
        let plain = |change: &Element| {
            changes::ROWS.contains(&change.name.as_str())
                || words.iter().any(|word| change.name.starts_with(word))
        };
        if changeset.children.iter().all(plain) { self } else { Self::Else }
    }
}

/// None where they say that the changeset is not for this database.
fn asked(conditions: &[&Element], of: Dialect) -> Option<Asked> {
    let mut asked = Asked::Nothing;
    for condition in conditions {
        let inner: Vec<&Element> = condition.children.iter().collect();
        let now = match condition.name.as_str() {
            "dbms" if !is_of(condition.get("type").unwrap_or_default(), of) => return None,
            "dbms" | "onFail" | "onError" | "onFailMessage" | "onErrorMessage" | "onSqlOutput" => {
                Asked::Nothing
            }
            "and" => self::asked(&inner, of)?,
            "not" if inner.iter().all(|inner| inner.name == "dbms") => {
                if inner.iter().any(|inner| is_of(inner.get("type").unwrap_or_default(), of)) {
                    return None;
                }
                Asked::Nothing
            }
            "not" if inner.iter().all(|inner| inner.name.ends_with("Exists")) => Asked::Missing,
            name if name.ends_with("Exists") => Asked::There,
            _ => Asked::Else,
        };
        asked = match (asked, now) {
            (Asked::Nothing, other) | (other, Asked::Nothing) => other,
            (one, other) if one == other => one,
            _ => Asked::Else,
        };
    }
    Some(asked)
}

/// The language of the database that configurations and builds name. Where none tells it, what the
/// changes come to is not judged as that of PostgreSQL.
fn language(survey: &Survey<'_>) -> Dialect {
    const NAMES: &[&str] =
        &["pom.xml", "build.gradle", "build.gradle.kts", "liquibase.properties", "libs.versions.toml"];
    const WORDS: &[(&str, &str)] = &[
        ("jdbc:postgresql", "postgresql"),
        ("org.postgresql", "postgresql"),
        ("jdbc:mysql", "mysql"),
        ("mysql-connector", "mysql"),
        ("jdbc:mariadb", "mariadb"),
        ("mariadb-java-client", "mariadb"),
        ("jdbc:sqlserver", "mssql"),
        ("mssql-jdbc", "mssql"),
        ("jdbc:oracle", "oracle"),
        ("com.oracle.database", "oracle"),
    ];
    let mut found: BTreeSet<Dialect> = BTreeSet::new();
    for (file, source) in survey.context.tree.entries() {
        let name = source.name();
        if source.test || source.vendored || !(NAMES.contains(&name) || name.starts_with("application")) {
            continue;
        }
        let text = survey.text(file);
        let words = WORDS.iter().filter(|(word, _)| text.contains(word));
        found.extend(words.map(|(_, word)| dialect(word)));
    }
    match found.into_iter().collect::<Vec<_>>()[..] {
        [one] => one,
        _ => Dialect::Other,
    }
}

#[cfg(test)]
mod tests;
