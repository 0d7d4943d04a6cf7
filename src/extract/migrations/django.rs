//! Django: operations on models in Python, ordered by what each migration depends on.
//!
//! A project is one set: its applications share a database. The models are kept as Django keeps them, and each operation
//! comes to the statements that Django runs on PostgreSQL; names that Django makes up are others here.

pub(in crate::extract) mod fields;
mod graph;
mod indexes;
pub(in crate::extract) mod names;
mod operations;
mod state;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Dialect, Gap, Reach, Set, Step};
use super::python::{self, Value};
use super::survey::{Survey, join, last, lineage, parent};
use crate::source::{FileId, FileKind, Place, Span};
use fields::ModelId;
use graph::Node;
use operations::Writer;
use state::State;

/// The sets of every project of Django: one for all of its applications.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut found: BTreeMap<String, Vec<FileId>> = BTreeMap::new();
    for (file, source) in survey.context.tree.entries() {
        let is_step = source.kind == FileKind::Python
            && last(source.dir()) == "migrations"
            && source.name() != "__init__.py";
        // `0003_add_test.py` is a test by its name alone: its folder decides.
        let aside = source.vendored
            || source.dir().split('/').any(|part| matches!(part, "test" | "tests" | "testing" | "testapp"));
        let text = survey.text(file);
        if !is_step || aside || !text.contains("class Migration(") || text.contains("clickhouse_backend") {
            continue;
        }
        let project = lineage(source.dir()).find(|dir| survey.first(dir, &["manage.py"]).is_some());
        found.entry(project.unwrap_or_default().to_owned()).or_default().push(file);
    }
    // SQL below is what migrations load.
    let folders: BTreeSet<&str> =
        found.values().flatten().map(|file| survey.context.tree.file(*file).dir()).collect();
    for dir in folders {
        for below in survey.deep(dir) {
            survey.take(below);
        }
    }
    found.into_iter().filter_map(|(dir, files)| set(survey, &dir, &files)).collect()
}

/// What the settings of a project say.
#[derive(Default)]
struct Settings {
    user: Option<ModelId>,
    engines: BTreeSet<&'static str>,
}

fn set(survey: &Survey<'_>, dir: &str, files: &[FileId]) -> Option<Set> {
    let mut set = Set { tool: "django", directory: dir.to_owned(), ..Set::default() };
    let manage = survey.first(dir, &["manage.py"]).map(Place::file);
    set.configured = manage.or_else(|| survey.depends(dir, &["django", "Django"]));
    let settings = settings(survey, dir);
    set.dialect = match settings.engines.iter().copied().collect::<Vec<_>>()[..] {
        ["postgresql"] | ["postgresql", "sqlite"] => Dialect::Postgres,
        ["mysql"] | ["mysql", "sqlite"] => Dialect::MySql,
        ["sqlite"] if survey.driver(dir) == Dialect::Unknown => Dialect::Sqlite,
        _ => survey.driver(dir),
    };
    let mut labels: BTreeMap<&str, String> = BTreeMap::new();
    let mut nodes = Vec::new();
    for file in files {
        let source = survey.context.tree.file(*file);
        let app = labels.entry(source.dir()).or_insert_with(|| label(survey, source.dir())).clone();
        nodes.extend(node(survey, *file, app, settings.user.as_ref()));
    }
    let (nodes, gaps) = graph::order(nodes, dir);
    set.gaps = gaps;
    if let Some((one, other)) = same_label(&labels) {
        let why = format!("`{one}` and `{other}` have one name as applications");
        set.gaps.extend(files.first().map(|file| Gap::file(*file, why)));
    }
    let user = settings.user.unwrap_or_else(|| ("auth".to_owned(), "user".to_owned()));
    let mut state = State::default();
    for node in nodes {
        let (step, gaps, after) = step(survey, &node, state, &user);
        state = after;
        set.steps.push(step);
        set.gaps.extend(gaps);
    }
    let first = Place::file(set.steps.first()?.file);
    let others = "applications of packages have tables of their own";
    set.gaps.push(Gap::of(first, others, Reach::Others));
    set.gaps.push(Gap::of(first, "Django makes up the name", Reach::Names));
    Some(set)
}

/// The label of the application whose migrations a folder holds.
fn label(survey: &Survey<'_>, dir: &str) -> String {
    let application = parent(dir).unwrap_or_default();
    let named = survey.first(application, &["apps.py"]).and_then(|file| {
        let mut lines = survey.text(file).lines().map(str::trim);
        let value = lines.find_map(|line| line.strip_prefix("label")?.trim_start().strip_prefix('='))?;
        python::value(value, 0).0.text().map(str::to_owned)
    });
    named.unwrap_or_else(|| last(application).to_owned())
}

fn same_label<'l>(labels: &BTreeMap<&'l str, String>) -> Option<(&'l str, &'l str)> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    labels.iter().find_map(|(dir, label)| Some((seen.insert(label, dir)?, *dir)))
}

/// What files of settings say of the model of users and of databases.
fn settings(survey: &Survey<'_>, dir: &str) -> Settings {
    let mut settings = Settings::default();
    let mut users = BTreeSet::new();
    for source in survey.context.tree.below(dir) {
        let says = source.kind == FileKind::Python
            && (source.path.contains("settings") || source.path.contains("config"));
        if !says || source.test || source.vendored {
            continue;
        }
        let text = survey.path(&source.path).map_or("", |file| survey.text(file));
        let user = python::assigned(text, "AUTH_USER_MODEL");
        users.extend(user.as_ref().and_then(Value::text).map(str::to_lowercase));
        for (word, engine) in [
            ("backends.postgresql", "postgresql"),
            ("backends.postgis", "postgresql"),
            ("backends.mysql", "mysql"),
            ("backends.sqlite3", "sqlite"),
            ("backends.oracle", "oracle"),
        ] {
            if text.contains(word) {
                settings.engines.insert(engine);
            }
        }
    }
    settings.user = users.into_iter().next().and_then(|name| {
        let (app, model) = name.split_once('.')?;
        Some((app.to_owned(), model.to_owned()))
    });
    settings
}

/// Reads what a migration says of itself.
fn node(survey: &Survey<'_>, file: FileId, app: String, user: Option<&ModelId>) -> Option<Node> {
    let text = survey.text(file);
    let lines = python::block(text, "class Migration(")?;
    let own = lines.first().map_or(0, |line| line.indent);
    let mut node = Node {
        file,
        app,
        name: survey.context.tree.file(file).stem().to_owned(),
        transaction: true,
        ..Node::default()
    };
    for line in lines.iter().filter(|line| line.indent == own) {
        let Some((name, rest)) = line.text.split_once('=') else { continue };
        let (name, _) = name.split_once(':').unwrap_or((name, ""));
        // `operations += …` says that they are put together.
        if name.trim_end().ends_with('+') && name.trim_start().starts_with("operations") {
            node.operations = Some(Value::Other(Span::new(line.at, line.at + line.text.len())));
            continue;
        }
        let (value, _) = python::value(text, line.at + line.text.len() - rest.len());
        match name.trim() {
            "dependencies" => node.before = pairs(&value, user),
            "run_before" => node.after = pairs(&value, user),
            "replaces" => node.replaces = pairs(&value, user),
            "atomic" => node.transaction = !value.is("False"),
            "operations" if node.operations.is_none() => node.operations = Some(value),
            _ => {}
        }
    }
    Some(node)
}

/// `[("shop", "0001_initial"), migrations.swappable_dependency(…)]` as pairs.
fn pairs(value: &Value, user: Option<&ModelId>) -> Vec<(String, String)> {
    let Value::List(items) = value else { return Vec::new() };
    let pair = |item: &Value| match item {
        Value::List(pair) => match pair.as_slice() {
            [app, name] => Some((app.text()?.to_owned(), name.text()?.to_owned())),
            _ => None,
        },
        Value::Call(call) if call.last() == "swappable_dependency" => {
            Some((user?.0.clone(), "__first__".to_owned()))
        }
        _ => None,
    };
    items.iter().filter_map(pair).collect()
}

/// What a migration comes to, with the models behind it.
fn step(survey: &Survey<'_>, node: &Node, state: State, user: &ModelId) -> (Step, Vec<Gap>, State) {
    let text = survey.text(node.file);
    let dir = survey.context.tree.file(node.file).dir();
    let load = |name: &str| {
        let name = name.trim_start_matches("./");
        let near = [dir, parent(dir).unwrap_or_default()]
            .into_iter()
            .flat_map(|dir| [join(dir, name), join(&join(dir, "sql"), name)]);
        let mut found = near.filter_map(|path| survey.path(&path));
        found.next().map(|file| survey.text(file))
    };
    let mut writer = Writer {
        text,
        app: &node.app,
        state,
        user: Some(user),
        load: &load,
        parts: Vec::new(),
        later: Vec::new(),
        gaps: Vec::new(),
        quiet: false,
    };
    if let Some(operations) = &node.operations {
        writer.all(operations, Span::default());
    }
    writer.finish();
    let (version, name) = node.name.split_once('_').unwrap_or((&node.name, ""));
    let step = Step {
        file: node.file,
        // An application counts for itself: its versions are its own.
        version: Some(format!("{}.{version}", node.app)),
        name: name.to_owned(),
        up: writer.parts,
        down: None,
        transaction: node.transaction,
        refused: None,
    };
    let at = |span: Span| Place { file: node.file, span };
    let gaps = writer.gaps.into_iter().map(|(span, why, reach)| Gap::of(at(span), why, reach)).collect();
    (step, gaps, writer.state)
}

#[cfg(test)]
mod tests;
