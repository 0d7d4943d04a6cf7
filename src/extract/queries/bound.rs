//! What limits the rows of a query, and whether the limit itself has one.

use super::shape::{Form, Query};
use crate::extract::view::View;
use crate::parse::javascript::{Bound, Kind, Module, NodeId, Operator};

/// What limits the rows of a query.
#[derive(Default)]
pub(super) struct Bounds {
    /// What does.
    pub(super) limit: Option<String>,
    /// It is taken from the request.
    pub(super) asked: bool,
    /// What keeps it below a number.
    pub(super) maximum: Option<String>,
    /// Why it cannot be told.
    pub(super) unsure: Option<String>,
}

/// Where a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// It is written.
    Constant,
    /// From the request, as it is.
    Request,
    /// From the request, below a number.
    Held,
    /// It cannot be told.
    Unknown,
}

/// Keys that name the limit.
const LIMITS: &[&str] = &["take", "limit", "first", "last", "perPage", "pageSize"];

impl Bounds {
    /// Reads the options and the chain of a query.
    pub(super) fn of(view: &View<'_>, query: &Query) -> Self {
        let mut bounds = Self::default();
        match query.form {
            Form::Object => bounds.by_object(view, query.call),
            Form::Filter => bounds.by_filter(view, query),
            Form::Chain => bounds.by_chain(view, query),
            Form::Sql => bounds.by_sql(view, query.call),
        }
        bounds
    }

    fn set(&mut self, view: &View<'_>, by: &str, value: Option<NodeId>) {
        self.limit = Some(by.to_owned());
        match value.map(|value| from(view.module, value, 0)) {
            Some(From::Request) => self.asked = true,
            Some(From::Held) => {
                self.asked = true;
                self.maximum = Some("a maximum".to_owned());
            }
            _ => {}
        }
    }

    fn by_object(&mut self, view: &View<'_>, call: NodeId) {
        let module = view.module;
        let Some(given) = module.argument(call, 0) else { return };
        let options = module.resolve(given);
        if module.kind(options) != Kind::Object || is_built(module, given) {
            self.unsure = Some("what it asks for is put together elsewhere".to_owned());
            return;
        }
        let keys = module.properties(options);
        if let Some((key, value)) = keys.iter().find(|(key, _)| LIMITS.contains(key)) {
            return self.set(view, key, Some(*value));
        }
        if keys.iter().any(|(key, _)| matches!(*key, "distinct" | "cursor" | "group")) {
            self.limit = Some("a group".to_owned());
        } else if let Some((_, filter)) = keys.iter().find(|(key, _)| *key == "where") {
            self.narrowed(module, *filter);
        }
        if self.limit.is_none()
            && keys.iter().any(|(key, joined)| *key == "include" && is_joined(module, *joined))
        {
            self.limit = Some("the rows it belongs to".to_owned());
        }
        if self.limit.is_none() && module.children(options).any(|child| module.kind(child) == Kind::Spread) {
            self.unsure = Some("a part of what it asks for is put together elsewhere".to_owned());
        }
    }

    fn by_filter(&mut self, view: &View<'_>, query: &Query) {
        let module = view.module;
        for (name, call) in &query.chain {
            match name.as_str() {
                "limit" => return self.set(view, name, module.argument(*call, 0)),
                "paginate" | "cursor" | "countDocuments" | "count" | "distinct" => {
                    self.limit = Some(name.clone());
                    return;
                }
                _ => {}
            }
        }
        let options = module.argument(query.call, 2);
        if let Some(value) = options.and_then(|options| module.property(options, "limit")) {
            return self.set(view, "limit", Some(value));
        }
        if is_extended(module, query.whole) {
            self.unsure = Some("the query is built up in several steps".to_owned());
        }
        if let Some(filter) = module.argument(query.call, 0) {
            self.narrowed(module, filter);
        }
    }

    fn by_chain(&mut self, view: &View<'_>, query: &Query) {
        let module = view.module;
        for (name, call) in &query.chain {
            match name.as_str() {
                "limit" => return self.set(view, name, module.argument(*call, 0)),
                "groupBy" | "where" | "innerJoin" | "having" | "$dynamic" => self.limit = Some(name.clone()),
                _ => {}
            }
        }
        // `select({ total: count() })`
        let columns = module.argument(query.call, 0);
        let sums = columns.is_some_and(|columns| {
            module.descendants(columns).any(|node| matches!(module.kind(node), Kind::Call | Kind::Tagged))
        });
        if sums {
            self.limit = Some("a sum".to_owned());
        } else if is_extended(module, query.whole) {
            self.unsure = Some("the query is built up in several steps".to_owned());
        }
    }

    fn by_sql(&mut self, view: &View<'_>, call: NodeId) {
        let text = view.module.argument(call, 0).and_then(|text| view.module.text(text)).unwrap_or_default();
        let limited = text.to_ascii_lowercase();
        if ["limit", "fetch first", "top "].iter().any(|word| limited.contains(word)) {
            self.limit = Some("LIMIT".to_owned());
        }
    }

    /// A filter that leaves the rows of one owner, or those of a list.
    fn narrowed(&mut self, module: &Module, filter: NodeId) {
        let built = is_built(module, filter);
        let filter = module.resolve(filter);
        if module.kind(filter) != Kind::Object || built {
            self.unsure = Some("its filter is put together in several steps".to_owned());
            return;
        }
        let keys = module.descendants(filter).filter_map(|node| match module.kind(node) {
            Kind::Property(word) => Some(module.word(word)),
            _ => None,
        });
        if keys.into_iter().any(is_narrow) || is_list(module, filter) {
            self.limit = Some("its filter".to_owned());
        } else if module
            .descendants(filter)
            .any(|node| matches!(module.kind(node), Kind::Spread | Kind::Computed))
        {
            self.unsure = Some("a part of its filter is put together elsewhere".to_owned());
        } else if leaves_few(module, filter) || is_chosen(module, filter) {
            self.unsure = Some("its filter may leave few rows".to_owned());
        }
    }
}

/// Whether what Sequelize includes leaves the rows of one parent: `{ model: Item, where: { libraryId } }` is an inner join
/// unless it is not `required`.
fn is_joined(module: &Module, included: NodeId) -> bool {
    let included = module.resolve(included);
    if module.kind(included) == Kind::Array {
        return module.children(included).any(|one| is_joined(module, one));
    }
    let optional = module
        .property(included, "required")
        .is_some_and(|required| module.kind(module.resolve(required)) == Kind::Flag(false));
    let filter = module.property(included, "where").filter(|_| module.property(included, "model").is_some());
    filter.is_some_and(|filter| {
        !optional && module.properties(filter).iter().any(|(column, _)| is_narrow(column))
    })
}

/// Whether a filter is made of a list that is given: `OR: ids.map(…)`.
fn is_list(module: &Module, filter: NodeId) -> bool {
    module
        .descendants(filter)
        .any(|node| module.kind(node) == Kind::Call && matches!(module.called(node), Some("map" | "flatMap")))
}

/// Whether a filter compares a column that may leave few rows with something that is not written there.
fn leaves_few(module: &Module, filter: NodeId) -> bool {
    const WIDE: &[&str] = &[
        "status",
        "type",
        "role",
        "kind",
        "state",
        "published",
        "active",
        "deleted",
        "category",
        "city",
        "gender",
        "contains",
        "search",
        "mode",
        "not",
        "$ne",
        "$regex",
        "$options",
        "equals",
        "startsWith",
        "isActive",
        "isDeleted",
        "deletedAt",
        "visible",
        "language",
        "locale",
        "country",
        "level",
        "OR",
        "AND",
        "$or",
        "$and",
    ];
    module.descendants(filter).any(|node| {
        let Kind::Property(word) = module.kind(node) else { return false };
        let value = module.child(node, 0).map(|value| module.resolve(value));
        let open = value.is_some_and(|value| match module.kind(value) {
            Kind::Name(..) | Kind::Call | Kind::Index | Kind::Await => true,
            // `Status.OPEN` is written.
            Kind::Member(_) => !module
                .last_name(module.leftmost(value))
                .is_some_and(|name| name.starts_with(|first: char| first.is_ascii_uppercase())),
            _ => false,
        });
        open && !WIDE.contains(&module.word(word))
    })
}

/// Whether a filter leaves those that somebody has picked one by one: `{ level: "trusted" }`, `{ listedAt: { not: null } }`.
fn is_chosen(module: &Module, filter: NodeId) -> bool {
    const PICKED: &[&str] = &[
        "trusted",
        "featured",
        "pinned",
        "starred",
        "highlighted",
        "promoted",
        "curated",
        "official",
        "staff",
        "admin",
        "banned",
        "suspended",
    ];
    let named = |name: &str| {
        let name = name.to_ascii_lowercase();
        PICKED.iter().any(|word| name.strip_prefix("is").unwrap_or(&name) == *word)
    };
    module.descendants(filter).any(|node| {
        let Kind::Property(word) = module.kind(node) else { return false };
        let name = module.word(word);
        module.child(node, 0).is_some_and(|value| match module.kind(value) {
            Kind::Text(text) => named(module.word(text)),
            Kind::Flag(true) => named(name),
            Kind::Object => {
                name.ends_with("At")
                    && module.property(value, "not").is_some_and(|not| module.kind(not) == Kind::Null)
            }
            _ => false,
        })
    })
}

/// Whether a filter is a variable that gets more conditions later: `where.status = "open"`.
fn is_built(module: &Module, filter: NodeId) -> bool {
    let Some(binding) = module.binding(filter) else { return false };
    module.uses(binding).iter().any(|using| {
        let member = module.parent(*using).filter(|member| {
            matches!(module.kind(*member), Kind::Member(_) | Kind::Index)
                && module.child(*member, 0) == Some(*using)
        });
        let target = member.and_then(|member| Some((member, module.parent(member)?)));
        target.is_some_and(|(member, around)| {
            matches!(module.kind(around), Kind::Assign(_)) && module.child(around, 0) == Some(member)
        })
    })
}

/// Columns that leave the rows of one owner, of one thing, or of a time.
const OWNERS: &[&str] = &[
    "id",
    "_id",
    "in",
    "$in",
    "user",
    "owner",
    "author",
    "email",
    "slug",
    "createdBy",
    "created_by",
    "date",
    "gte",
    "$gte",
    "lte",
    "$lte",
    "gt",
    "$gt",
    "lt",
    "$lt",
    "tenant",
    "organization",
    "organisation",
    "org",
    "workspace",
    "team",
    "project",
    "parent",
    "room",
    "chat",
    "sender",
    "receiver",
    "participants",
    "members",
    "username",
    "phone",
    "token",
    "key",
    "domain",
    "company",
    "post",
    "course",
    "buyer",
    "seller",
    "customer",
    "client",
    "student",
    "teacher",
    "patient",
    "doctor",
    "employee",
    "product",
    "order",
    "event",
];

/// Whether a column leaves the rows of one owner: `userId`, `author`, `slug`, `in`.
fn is_narrow(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let owned = ["user", "owner", "company", "tenant", "domain", "org", "email", "client", "customer"];
    OWNERS.contains(&key)
        || owned.iter().any(|word| lower.contains(word))
        || ["Id", "ID", "_id", "By"].iter().any(|end| key.ends_with(end))
}

/// Whether what a query gives is asked for more later: `let q = X.find(); q = q.limit(10)`.
fn is_extended(module: &Module, whole: NodeId) -> bool {
    let Some(parent) = module.parent(whole).filter(|parent| module.kind(*parent) == Kind::Declarator) else {
        return false;
    };
    let binding = module.child(parent, 0).and_then(|name| module.binding(name));
    binding.is_some_and(|binding| {
        module.uses(binding).iter().any(|using| {
            module.parent(*using).is_some_and(|parent| {
                matches!(module.kind(parent), Kind::Member(word)
                    if matches!(module.word(word), "limit" | "skip" | "where" | "sort" | "paginate" | "exec" | "take"))
            })
        })
    })
}

/// Where a number comes from, through conversions and names.
fn from(module: &Module, node: NodeId, depth: usize) -> From {
    if depth > 12 {
        return From::Unknown;
    }
    let next = |node: NodeId| from(module, node, depth + 1);
    let child = |index: usize| module.child(node, index).map_or(From::Unknown, next);
    match module.kind(node) {
        Kind::Number(_) | Kind::Text(_) => From::Constant,
        Kind::Await
        | Kind::Unary(_)
        | Kind::Binary(Operator::Add | Operator::Subtract | Operator::Multiply) => child(0),
        Kind::Logical(_) => either(child(0), child(1)),
        Kind::Conditional => by_condition(module, node, child(1), child(2)),
        Kind::Call => by_call(module, node, depth),
        Kind::Member(_) => {
            let path = module.dotted(node).unwrap_or_default();
            if is_of_request(&path) { From::Request } else { From::Unknown }
        }
        Kind::Name(_, Some(binding)) => by_name(module, node, binding, depth),
        _ => From::Unknown,
    }
}

fn either(left: From, right: From) -> From {
    match (left, right) {
        (From::Held, _) | (_, From::Held) => From::Held,
        (From::Request, _) | (_, From::Request) => From::Request,
        _ if left == right => left,
        _ => From::Unknown,
    }
}

/// `wanted > 100 ? 100 : wanted` holds it; `wanted ? Number(wanted) : 10` does not.
fn by_condition(module: &Module, node: NodeId, then: From, other: From) -> From {
    let Some(test) = module.child(node, 0) else { return From::Unknown };
    if std::iter::once(test).chain(module.descendants(test)).any(|part| is_comparison(module, part)) {
        From::Held
    } else {
        either(then, other)
    }
}

fn is_comparison(module: &Module, node: NodeId) -> bool {
    matches!(
        module.kind(node),
        Kind::Binary(Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual)
    )
}

fn by_call(module: &Module, node: NodeId, depth: usize) -> From {
    let of =
        |index: usize| module.argument(node, index).map_or(From::Unknown, |one| from(module, one, depth + 1));
    match module.called(node).unwrap_or_default() {
        "parseInt" | "Number" | "parseFloat" | "String" | "toString" | "abs" | "floor" | "ceil" => of(0),
        "min" | "clamp" => From::Held,
        "max" => either(of(0), of(1)),
        "get" | "query" if is_asked(module, node) => From::Request,
        _ => From::Unknown,
    }
}

/// `url.searchParams.get("limit")`, `c.req.query("limit")`.
fn is_asked(module: &Module, call: NodeId) -> bool {
    let path = module.receiver(call).and_then(|receiver| module.dotted(receiver)).unwrap_or_default();
    path.rsplit('.').next() == Some("searchParams")
        || path.split('.').nth(1) == Some("req")
        || is_of_request(&path)
}

fn is_of_request(path: &str) -> bool {
    let mut parts = path.split('.');
    let first = parts.next().unwrap_or_default();
    matches!(first, "req" | "request" | "ctx" | "_req") && parts.next().is_some_and(|part| part == "query")
}

fn by_name(module: &Module, node: NodeId, id: crate::parse::javascript::BindingId, depth: usize) -> From {
    let binding = &module.bindings[id.0 as usize];
    // A comparison or a `Math.min` anywhere may be what holds it.
    let held = module.uses(id).iter().any(|using| {
        *using != node
            && module.ancestors(*using).take(4).any(|around| {
                is_comparison(module, around) || matches!(module.called(around), Some("min" | "clamp"))
            })
    });
    if held {
        return From::Held;
    }
    match binding.bound {
        _ if binding.mutated => From::Unknown,
        Bound::Value(value) => from(module, value, depth + 1),
        Bound::Part(value, _) if module.dotted(value).is_some_and(|path| is_of_request(&path)) => {
            From::Request
        }
        _ => From::Unknown,
    }
}
