//! Views: what is below them, asked as the owner, or as the caller where the view says so.

use std::cell::Cell;

use super::formula::Formula;
use super::scope::Scope;
use super::{Access, Asker, Bar, Rule};
use crate::extract::schema::catalog::{Relation, RelationId};
use crate::parse::sql::expression::{Call, Expr, Item, Name, Query, Source};
use crate::parse::sql::model::{Command, ObjectName};
use crate::parse::sql::routine::Timing;

/// How many views may stand on each other.
const DEPTH: u32 = 16;

/// Which rows a view gives or takes; the privilege on the view is there.
pub(super) fn access(asker: &Asker<'_>, view: &Relation, command: Command, depth: u32) -> Access {
    if depth > DEPTH {
        return unknown("views on views without end");
    }
    let Some(query) = &view.query else { return unknown("the query of the view") };
    let rights = if view.is_invoker() { asker.rights.clone() } else { view.owner.clone() };
    let inside = Asker { rights, ..asker.clone() };
    if command == Command::Select {
        return rows(&inside, query, depth);
    }
    if by_trigger(view, command) {
        return unknown("a trigger decides");
    }
    match base(&inside, query) {
        Some(relation) => {
            let below = super::of_rows(&inside, relation, command, depth + 1);
            filtered(&inside, query, below, command, relation)
        }
        None if view.rules.values().any(|(event, _)| event_is(event, command)) => unknown("a rule decides"),
        None => Access::Nobody(Bar::Kind),
    }
}

fn unknown(why: &str) -> Access {
    Access::Rows(vec![Rule::Unknown(why.to_owned())])
}

fn event_is(event: &Name, command: Command) -> bool {
    matches!(
        (event.as_str(), command),
        ("insert", Command::Insert) | ("update", Command::Update) | ("delete", Command::Delete)
    )
}

fn by_trigger(view: &Relation, command: Command) -> bool {
    view.triggers.values().any(|trigger| {
        trigger.timing == Timing::InsteadOf
            && match command {
                Command::Insert => trigger.insert,
                Command::Update => trigger.update,
                Command::Delete => trigger.delete,
                Command::Select | Command::All => false,
            }
    })
}

/// The one relation of a view that can be written through it.
fn base<'a>(asker: &Asker<'a>, query: &Query) -> Option<&'a Relation> {
    let [select] = query.selects.as_slice() else { return None };
    if select.grouped || query.limited || !query.with.is_empty() || !select.values.is_empty() {
        return None;
    }
    let sums = |item: &Item| matches!(item, Item::Value(Expr::Call(call), _) if sums(call));
    if select.items.iter().any(sums) {
        return None;
    }
    match select.from.as_slice() {
        [Source::Relation { name, .. }] => relation(asker, name),
        _ => None,
    }
}

/// Whether a call makes one row of many, or many of one.
fn sums(call: &Call) -> bool {
    let name = call.name.name.as_str();
    call.aggregate
        || call.star
        || name.ends_with("_agg")
        || matches!(
            name,
            "count" | "sum" | "avg" | "min" | "max" | "bool_or" | "bool_and" | "every" | "unnest"
        )
        || name == "generate_series"
}

fn relation<'a>(asker: &Asker<'a>, name: &ObjectName) -> Option<&'a Relation> {
    let catalog = asker.catalog;
    let at = |schema: &Name| catalog.relation_names.get(&(schema.clone(), name.name.clone())).copied();
    let id = match &name.schema {
        Some(schema) => at(schema),
        None => catalog.search_path.iter().find_map(at).or_else(|| at(&Name::const_new("public"))),
    }?;
    catalog.relation(id)
}

/// The rows of a relation below, cut by the `where` of the view.
fn filtered(asker: &Asker<'_>, query: &Query, below: Access, command: Command, row: &Relation) -> Access {
    match query.selects.first() {
        Some(select) if command != Command::Insert => {
            let count = Cell::default();
            both(below, Scope::of(asker, None, &count).shows(select, &query.with, id_of(asker, row)))
        }
        _ => below,
    }
}

fn id_of(asker: &Asker<'_>, relation: &Relation) -> Option<RelationId> {
    asker.catalog.relation_names.get(&(relation.schema.clone(), relation.name.clone())).copied()
}

fn both(below: Access, filter: Formula) -> Access {
    let below = match below {
        Access::Nobody(bar) => return Access::Nobody(bar),
        Access::Everyone => Formula::True,
        Access::Rows(rules) => Formula::any(rules.into_iter().map(Formula::Rule)),
    };
    Formula::all([below, filter]).access()
}

/// The rows that a query gives: of each of its selects.
fn rows(asker: &Asker<'_>, query: &Query, depth: u32) -> Access {
    if depth > DEPTH {
        return unknown("queries in queries without end");
    }
    let mut rules = Vec::new();
    let mut bar = None;
    let mut all = false;
    for select in &query.selects {
        let mut below = Access::Everyone;
        let mut rows_of = None;
        for source in &select.from {
            below = met(below, source_rows(asker, source, query, depth + 1, &mut rows_of));
        }
        let count = Cell::default();
        let id = rows_of.and_then(|row| id_of(asker, row));
        let formula = Scope::of(asker, None, &count).shows(select, &query.with, id);
        below = match (rows_of, formula) {
            (
                None,
                Formula::Rule(_) | Formula::All(_) | Formula::Any(_) | Formula::Link(..) | Formula::Local(_),
            ) => {
                let text = select.filter.as_ref().map(super::text::expression).unwrap_or_default();
                both(below, Formula::Rule(Rule::Condition(text)))
            }
            (_, formula) => both(below, formula),
        };
        match below {
            Access::Everyone => all = true,
            Access::Rows(more) => {
                for rule in more {
                    if !rules.contains(&rule) {
                        rules.push(rule);
                    }
                }
            }
            // A missing privilege on any part refuses the whole query.
            Access::Nobody(why @ (Bar::Privilege | Bar::Schema)) => return Access::Nobody(why),
            Access::Nobody(why) => bar = Some(why),
        }
    }
    if all {
        Access::Everyone
    } else if rules.is_empty() {
        bar.map_or(Access::Everyone, Access::Nobody)
    } else {
        Access::Rows(rules)
    }
}

/// Rows of two sources that have to meet.
fn met(left: Access, right: Access) -> Access {
    match (left, right) {
        (Access::Nobody(bar @ (Bar::Privilege | Bar::Schema)), _)
        | (_, Access::Nobody(bar @ (Bar::Privilege | Bar::Schema))) => Access::Nobody(bar),
        (Access::Nobody(bar), _) | (_, Access::Nobody(bar)) => Access::Nobody(bar),
        (Access::Everyone, other) | (other, Access::Everyone) => other,
        (Access::Rows(a), Access::Rows(b)) => {
            let any = |rules: Vec<Rule>| Formula::any(rules.into_iter().map(Formula::Rule));
            Formula::all([any(a), any(b)]).access()
        }
    }
}

/// The rows of something in `from`. The relation is remembered where it is the only one, so that a `where` over its
/// columns can be told.
fn source_rows<'a>(
    asker: &Asker<'a>,
    source: &Source,
    query: &Query,
    depth: u32,
    row: &mut Option<&'a Relation>,
) -> Access {
    if depth > DEPTH {
        return unknown("queries in queries without end");
    }
    match source {
        Source::Relation { name, .. } => {
            if name.schema.is_none()
                && let Some((_, named)) = query.with.iter().find(|(known, _)| *known == name.name)
            {
                return rows(asker, named, depth + 1);
            }
            match relation(asker, name) {
                Some(found) => {
                    *row = Some(found);
                    super::of_rows(asker, found, Command::Select, depth + 1)
                }
                None => unknown(&format!("no relation {}", name.name)),
            }
        }
        Source::Query { query, .. } => rows(asker, query, depth + 1),
        Source::Call { .. } => Access::Everyone,
        Source::Join { left, right, outer, .. } => {
            let one = source_rows(asker, left, query, depth + 1, row);
            let mut ignored = None;
            let other = source_rows(asker, right, query, depth + 1, &mut ignored);
            match other {
                // Rows of the left side stay where the right side gives none.
                Access::Rows(_) | Access::Nobody(Bar::Policy | Bar::Never | Bar::Kind) if *outer => one,
                other => met(one, other),
            }
        }
    }
}
