//! Statements that the database refuses: what does not parse, and what the replay could not apply.

use rustc_hash::FxHashMap;

use super::Database;
use crate::extract::migrations::{Gap, Reach};
use crate::extract::schema::catalog::{Fault, FaultKind};
use crate::facts::{Entry, MigrationFault};
use crate::parse::sql;
use crate::parse::sql::dialect::Dialect;
use crate::parse::sql::model::{Alter, Kind, Name, ObjectName};
use crate::source::{FileId, FileKind, Needles};

/// Files that are only numbered may stand on a schema from elsewhere, and may be run one by one.
const NOBODY: &str = "no tool is known to run these files one after the other";

/// Tables in which tools keep what they applied; they make them themselves.
const BOOKS: &[&str] = &[
    "__diesel_schema_migrations",
    "__drizzle_migrations",
    "_prisma_migrations",
    "_sqlx_migrations",
    "alembic_version",
    "ar_internal_metadata",
    "databasechangelog",
    "databasechangeloglock",
    "django_migrations",
    "flyway_schema_history",
    "goose_db_version",
    "knex_migrations",
    "migrations",
    "pgmigrations",
    "refinery_schema_history",
    "schema_migrations",
];

/// One fact for each. Only PostgreSQL is replayed so closely that a refusal is known to be one.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    if database.dialect != Dialect::Postgres {
        return;
    }
    let tool = || database.set.tool.to_owned();
    for (step, _, script) in database.steps() {
        for (span, message) in &script.errors {
            let fact = MigrationFault {
                tool: tool(),
                kind: "syntax".to_owned(),
                name: message.clone(),
                problem: format!("is not SQL that PostgreSQL reads: {message}"),
                unsure: (database.set.tool == "numbered")
                    .then(|| NOBODY.to_owned())
                    .or_else(|| (!script.templated.is_empty()).then(|| "the file is a template".to_owned())),
            };
            entries.extend(database.at(step, *span).map(|place| Entry::new(place, fact)));
        }
    }
    // What the replay could not follow explains the faults after it, which it leaves out.
    let nobody = (database.set.tool == "numbered").then(|| NOBODY.to_owned());
    let elsewhere = std::cell::OnceCell::new();
    let aside = std::cell::OnceCell::new();
    let mut unmade: Vec<Made> = BOOKS.iter().map(|name| Made::plain(name)).collect();
    let mut missing: Vec<&str> = Vec::new();
    let gaps = Gaps::of(database);
    for fault in &database.catalog.faults {
        // A variable of the type of a table's rows misses the table, which is told already.
        let told = |table: &&str| *table == fault.name || table.rsplit('.').next() == Some(&fault.name);
        match fault.kind {
            FaultKind::UnknownRelation => missing.push(&fault.name),
            FaultKind::UnknownType if missing.iter().any(told) => continue,
            _ => {}
        }
        // What a refused statement would have made is missing after it: that is no fault of those who need it.
        unmade.extend(database.statement(fault.place).into_iter().flat_map(made));
        if fault.kind != FaultKind::Duplicate && unmade.iter().any(|made| made.is_of(&fault.name)) {
            continue;
        }
        let Some(place) = database.place(fault.place) else { continue };
        let of_extension = matches!(fault.kind, FaultKind::UnknownFunction | FaultKind::UnknownType);
        let brought = (of_extension && *elsewhere.get_or_init(|| makes_extensions(database)))
            .then(|| "an extension that may bring it is made outside of the migrations".to_owned());
        let fact = MigrationFault {
            tool: tool(),
            kind: kind(fault.kind).to_owned(),
            name: fault.name.clone(),
            problem: problem(fault, || {
                let aside: &Vec<(FileId, Made)> = aside.get_or_init(|| made_aside(database));
                let (file, _) = aside.iter().find(|(_, made)| made.is_of(&fault.name))?;
                Some((database.context.tree.file(*file).path.as_str(), database.set.tool))
            }),
            unsure: nobody.clone().or_else(|| gaps.concerning(fault)).or(brought),
        };
        entries.push(Entry::new(place, fact));
    }
}

/// Whether a statement that is refused would make something of this name.
pub(super) fn would_make(database: &Database<'_>, name: &str) -> bool {
    let refused = database.catalog.faults.iter().filter_map(|fault| database.statement(fault.place));
    refused.flat_map(made).any(|made| made.path.eq_ignore_ascii_case(name))
}

/// Gaps of a set, each with the first step that it may concern.
struct Gaps<'d> {
    database: &'d Database<'d>,
    all: Vec<(usize, &'d Gap)>,
    /// What the steps make.
    makes: std::cell::OnceCell<Vec<Made>>,
}

impl<'d> Gaps<'d> {
    fn of(database: &'d Database<'d>) -> Self {
        let mut first = FxHashMap::default();
        for (number, step) in database.set.steps.iter().enumerate() {
            first.entry(step.file).or_insert(number);
        }
        let from = |gap: &Gap| first.get(&gap.place.file).copied().unwrap_or_default();
        let all = database.set.gaps.iter().map(|gap| (from(gap), gap)).collect();
        Self { database, all, makes: std::cell::OnceCell::new() }
    }

    /// Why a fault may be none.
    fn concerning(&self, fault: &Fault) -> Option<String> {
        // What is not known at all may run whenever it likes: a program that makes tables before the first step.
        let before =
            |from: usize, gap: &Gap| gap.reach == Reach::Anything || from <= fault.place.script as usize;
        let gap = self.all.iter().find(|(from, gap)| before(*from, gap) && self.concerns(&gap.reach, fault));
        gap.map(|(_, gap)| gap.why.clone())
    }

    fn concerns(&self, reach: &Reach, fault: &Fault) -> bool {
        let parts: Vec<&str> = fault.name.split('.').collect();
        match reach {
            Reach::Anything => true,
            Reach::Rows => false,
            Reach::Names => matches!(fault.kind, FaultKind::UnknownConstraint | FaultKind::UnknownIndex),
            Reach::Others | Reach::Base => match fault.kind {
                FaultKind::UnknownRelation => !self.makes().iter().any(|made| made.is_of(&fault.name)),
                FaultKind::UnknownSchema | FaultKind::UnknownRole => *reach == Reach::Base,
                kind => matches!(kind, FaultKind::UnknownType | FaultKind::UnknownFunction),
            },
            Reach::Tables(_) => match (fault.kind, parts.as_slice()) {
                (FaultKind::UnknownRelation | FaultKind::UnknownColumn, [schema, table, ..]) => {
                    reach.concerns(schema, table)
                }
                (FaultKind::Duplicate, [schema, table, ..]) => {
                    let statement = self.database.statement(fault.place);
                    let relation =
                        matches!(statement, Some(Kind::CreateTable(_) | Kind::AlterRelation { .. }));
                    !relation || reach.concerns(schema, table)
                }
                // Constraints, types and functions may come with a table, and go with it.
                _ => true,
            },
        }
    }

    fn makes(&self) -> &[Made] {
        self.makes.get_or_init(|| {
            let statements = self.database.steps().flat_map(|(.., script)| &script.statements);
            statements.flat_map(|statement| made(&statement.kind)).collect()
        })
    }
}

/// The family of a fault.
fn kind(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Duplicate => "duplicate",
        FaultKind::Depended => "depended",
        FaultKind::WrongKind | FaultKind::Invalid => "invalid",
        _ => "missing",
    }
}

/// What is wrong, as the end of a sentence. What is missing may be made by a file that the tool, which is named with it,
/// does not run.
fn problem<'n>(fault: &Fault, aside: impl FnOnce() -> Option<(&'n str, &'n str)>) -> String {
    let name = &fault.name;
    let thing = match fault.kind {
        FaultKind::UnknownSchema => "the schema",
        FaultKind::UnknownRelation => "the relation",
        FaultKind::UnknownColumn => "the column",
        FaultKind::UnknownConstraint => "the constraint",
        FaultKind::UnknownIndex => "the index",
        FaultKind::UnknownType => "the type",
        FaultKind::UnknownFunction => "the function",
        FaultKind::UnknownRole => "the role",
        FaultKind::UnknownPolicy => "the policy",
        FaultKind::UnknownTrigger => "the trigger",
        FaultKind::UnknownExtension => "the extension",
        FaultKind::UnknownObject => "the object",
        FaultKind::Duplicate => return format!("makes `{name}`, which is there already"),
        FaultKind::Depended => return format!("drops `{name}`, which something else still needs"),
        FaultKind::WrongKind => return format!("does to `{name}` what only another kind of object allows"),
        FaultKind::Invalid => return format!("is refused: {name}"),
    };
    match aside() {
        Some((file, "numbered")) => {
            format!("needs {thing} `{name}`, which `{file}` makes, a file that is not among what is run")
        }
        Some((file, tool)) => {
            format!("needs {thing} `{name}`, which `{file}` makes, a file that {tool} does not run")
        }
        None => format!("needs {thing} `{name}`, which no earlier migration makes"),
    }
}

/// What a statement makes, or gives a name to.
struct Made {
    /// The schema, where it is written.
    schema: Option<Name>,
    /// The name, of a column with its table before it.
    path: String,
}

impl Made {
    fn plain(name: &str) -> Self {
        Self { schema: None, path: name.to_owned() }
    }

    fn of(name: &ObjectName) -> Self {
        Self { schema: name.schema.clone(), path: name.name.to_string() }
    }

    fn inside(name: &ObjectName, part: &Name) -> Self {
        Self { schema: name.schema.clone(), path: format!("{}.{part}", name.name) }
    }

    /// Whether a fault speaks of it, or of a part of it: `public.orders`, `public.orders.total`. Some faults name without
    /// a schema what was written without one.
    fn is_of(&self, fault: &str) -> bool {
        let begins = |text: &str| {
            text.strip_prefix(self.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let within = fault.split_once('.').is_some_and(|(schema, rest)| {
            self.schema.as_ref().is_none_or(|own| own == schema) && begins(rest)
        });
        within || begins(fault)
    }
}

/// What a statement makes.
fn made(kind: &Kind) -> Vec<Made> {
    match kind {
        Kind::CreateTable(table) => vec![Made::of(&table.name)],
        Kind::CreateView(view) => vec![Made::of(&view.name)],
        Kind::CreateIndex(index) => {
            let name = index.name.iter();
            name.map(|name| Made { schema: index.table.schema.clone(), path: name.to_string() }).collect()
        }
        Kind::CreateType { name, .. }
        | Kind::CreateDomain { name, .. }
        | Kind::CreateSequence { name, .. } => {
            vec![Made::of(name)]
        }
        Kind::CreateFunction(function) => vec![Made::of(&function.name)],
        Kind::CreateSchema { name, inside, .. } => {
            let inside = inside.iter().flat_map(|statement| made(&statement.kind));
            inside.chain([Made::plain(name)]).collect()
        }
        Kind::CreateRole { name, .. } => vec![Made::plain(name)],
        Kind::AlterRelation { name, actions, .. } => {
            actions.iter().filter_map(|action| added(name, action)).collect()
        }
        _ => Vec::new(),
    }
}

/// What an action of `alter table` makes.
fn added(table: &ObjectName, action: &Alter) -> Option<Made> {
    Some(match action {
        Alter::AddColumn { column, .. } => Made::inside(table, &column.name),
        Alter::RenameColumn { to, .. } | Alter::RenameConstraint { to, .. } => Made::inside(table, to),
        Alter::AddConstraint(constraint) => Made::inside(table, constraint.name.as_ref()?),
        Alter::Rename(to) => Made { schema: table.schema.clone(), path: to.to_string() },
        Alter::SetSchema(to) => Made { schema: Some(to.clone()), path: table.name.to_string() },
        _ => return None,
    })
}

/// What files make that stand among the migrations and are not run.
fn made_aside(database: &Database<'_>) -> Vec<(FileId, Made)> {
    let tree = database.context.tree;
    let files = database.set.unrun.iter().map(|unrun| unrun.file);
    let sql = files.filter(|file| tree.file(*file).kind == FileKind::Sql);
    let each = |file: FileId| {
        let statements = sql::read(tree.text(file)).statements;
        statements.into_iter().flat_map(|statement| made(&statement.kind)).map(move |made| (file, made))
    };
    sql.flat_map(each).collect()
}

/// Whether SQL that is no migration of the set makes an extension: a script of the database's image, a seed.
fn makes_extensions(database: &Database<'_>) -> bool {
    let needles = Needles::of(["create extension"]);
    let mut scripts =
        database.outside().filter(|(_, source)| matches!(source.kind, FileKind::Sql | FileKind::Shell));
    scripts.any(|(file, _)| needles.are_in(database.context.tree.text(file)))
}
