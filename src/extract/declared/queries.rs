//! Queries that code asks a database by the model or the table of an ORM: what they do, and which columns they compare.

use crate::extract::Context;
use crate::extract::code::{Origin, Site};
use crate::extract::view::{View, each};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::Place;

/// What a query does with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Does {
    /// It reads many.
    List,
    /// It reads one, or counts them.
    Read,
    /// It adds, changes or deletes some.
    Write,
}

/// The tools whose queries are read.
pub(in crate::extract) const TOOLS: &[&str] = &["prisma", "drizzle", "kysely"];

/// A query.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Query {
    /// The tool whose migrations make the table, one of [`TOOLS`].
    pub(in crate::extract) tool: &'static str,
    /// The table, or the model of Prisma as code calls it.
    pub(in crate::extract) table: String,
    /// What it does.
    pub(in crate::extract) does: Does,
    /// The columns that it compares with a value, as code names them.
    pub(in crate::extract) columns: Vec<String>,
    /// The functions it stands in, the innermost first.
    pub(in crate::extract) within: Vec<Site>,
    /// As it is written: `prisma.category.create`.
    pub(in crate::extract) by: String,
    /// Where it stands.
    pub(in crate::extract) place: Place,
}

/// The methods of Prisma's models.
const PRISMA: &[(&str, Does)] = &[
    ("findMany", Does::List),
    ("findFirst", Does::Read),
    ("findFirstOrThrow", Does::Read),
    ("findUnique", Does::Read),
    ("findUniqueOrThrow", Does::Read),
    ("count", Does::Read),
    ("aggregate", Does::Read),
    ("groupBy", Does::Read),
    ("create", Does::Write),
    ("createMany", Does::Write),
    ("createManyAndReturn", Does::Write),
    ("update", Does::Write),
    ("updateMany", Does::Write),
    ("upsert", Does::Write),
    ("delete", Does::Write),
    ("deleteMany", Does::Write),
];

/// Calls that name the table of a query: of Drizzle its object, of the others its name.
const NAMED: &[(&str, Does)] = &[
    ("from", Does::List),
    ("insert", Does::Write),
    ("update", Does::Write),
    ("delete", Does::Write),
    ("selectFrom", Does::List),
    ("insertInto", Does::Write),
    ("updateTable", Does::Write),
    ("deleteFrom", Does::Write),
];

/// Every query of code that runs on servers, in the order of files.
pub(in crate::extract) fn queries(context: &Context<'_>) -> Vec<Query> {
    each(context, of_module)
}

fn of_module(view: &View<'_>, found: &mut Vec<Query>) {
    let calls = view.module.calls_named(|name| PRISMA.iter().chain(NAMED).any(|(known, _)| *known == name));
    if calls.is_empty() {
        return;
    }
    let aside = view.context.tree.file(view.file).is_aside();
    if aside || view.context.code.graph.live(view.file) == Some(false) || !view.is_server() {
        return;
    }
    found.extend(calls.into_iter().filter_map(|call| query(view, call)));
}

/// What a call asks of a model or a table.
pub(in crate::extract) fn query(view: &View<'_>, call: NodeId) -> Option<Query> {
    of_model(view, call).or_else(|| of_table(view, call))
}

fn asked(view: &View<'_>, call: NodeId, (tool, table, does): (&'static str, String, Does)) -> Query {
    let module = view.module;
    let functions = module.ancestors(call).filter(|id| matches!(module.kind(*id), Kind::Function(_)));
    let by = module.callee(call).and_then(|callee| module.dotted(callee));
    Query {
        tool,
        does,
        columns: Vec::new(),
        within: functions.map(|node| view.site(node)).collect(),
        by: by.unwrap_or_else(|| table.clone()),
        place: view.place(call),
        table,
    }
}

/// `prisma.category.create({ … })`: which models there are is asked later.
fn of_model(view: &View<'_>, call: NodeId) -> Option<Query> {
    let module = view.module;
    let name = module.called(call)?;
    let (_, does) = PRISMA.iter().find(|(method, _)| *method == name)?;
    let receiver = module.receiver(call)?;
    let Kind::Member(model) = module.kind(receiver) else { return None };
    let mut query = asked(view, call, ("prisma", module.word(model).to_owned(), *does));
    // What finds one row at most goes by a key.
    let many = !name.starts_with("findUnique");
    let filter = module
        .argument(call, 0)
        .filter(|_| many)
        .and_then(|asked| module.property(module.resolve(asked), "where"));
    if let Some(filter) = filter {
        compared(module, module.resolve(filter), &mut query.columns);
    }
    Some(query)
}

/// The fields that a filter of Prisma compares: all have to hold.
fn compared(module: &Module, filter: NodeId, columns: &mut Vec<String>) {
    if module.kind(filter) != Kind::Object {
        return;
    }
    for (name, value) in module.properties(filter) {
        match name {
            "AND" => module.children(value).for_each(|part| compared(module, part, columns)),
            "OR" | "NOT" => {}
            _ => {
                let value = module.resolve(value);
                let equal = module.kind(value) != Kind::Object
                    || ["equals", "in"].iter().any(|word| module.property(value, word).is_some());
                columns.extend(equal.then(|| name.to_owned()));
            }
        }
    }
}

/// `db.insert(categories)` of Drizzle, `db.selectFrom("categories")` of Kysely.
fn of_table(view: &View<'_>, call: NodeId) -> Option<Query> {
    let module = view.module;
    let name = module.called(call)?;
    let (_, does) = NAMED.iter().find(|(method, _)| *method == name)?;
    let named = module.argument(call, 0)?;
    let receiver = module.receiver(call)?;
    let kysely =
        || view.external(receiver).is_some_and(|(package, path)| package == "kysely" && path == "Kysely()");
    let (tool, table) = match module.kind(named) {
        Kind::Text(_) if kysely() => ("kysely", module.text(named)?.split(" as ").next()?.trim().to_owned()),
        Kind::Name(..) | Kind::Member(_) => ("drizzle", drizzle(view, named)?),
        _ => return None,
    };
    let mut query = asked(view, call, (tool, table, *does));
    for (method, behind) in module.chain(call) {
        match (method, module.argument(behind, 0)) {
            ("where", Some(of)) if tool == "drizzle" => equals(module, of, &mut query.columns),
            ("where", Some(of)) => {
                let same =
                    module.argument(behind, 1).and_then(|op| module.text(op)).is_some_and(|op| op == "=");
                query.columns.extend(module.text(of).filter(|_| same).map(std::borrow::Cow::into_owned));
            }
            _ => {}
        }
    }
    Some(query)
}

/// The name of a table that Drizzle declares.
fn drizzle(view: &View<'_>, named: NodeId) -> Option<String> {
    let Origin::External { package, path } = view.origin(named) else { return None };
    if !package.starts_with("drizzle-orm/") || !path.ends_with("Table()") && !path.ends_with("table()") {
        return None;
    }
    let made = view.context.code.definition(view.site(named));
    let module = view.context.code.module(made.file)?;
    module.text(module.argument(made.node, 0)?).map(std::borrow::Cow::into_owned)
}

/// The columns that a condition of Drizzle compares: `eq(users.id, id)`, also within `and(…)`.
fn equals(module: &Module, condition: NodeId, columns: &mut Vec<String>) {
    if module.kind(condition) != Kind::Call {
        return;
    }
    match module.called(condition) {
        Some("and") => module.arguments(condition).for_each(|part| equals(module, part, columns)),
        Some("eq" | "inArray") => {
            let column =
                module.argument(condition, 0).filter(|of| matches!(module.kind(*of), Kind::Member(_)));
            columns.extend(column.and_then(|of| module.last_name(of)).map(str::to_owned));
        }
        _ => {}
    }
}
