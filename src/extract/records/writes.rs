//! Bodies of requests that are written to a database as a whole.

use super::models::Models;
use crate::extract::code::{Origin, Site};
use crate::extract::hazards::{is_request, judged_before};
use crate::facts::{Entry, RecordWrite};
use crate::parse::javascript::{Bound, Kind, Module, NodeId, Operator};

/// How many functions a body is handed on through.
const DEPTH: usize = 2;

/// Fields that give rights.
const GRANTS: &[&str] = &[
    "role",
    "roles",
    "isadmin",
    "admin",
    "issuperadmin",
    "superadmin",
    "isstaff",
    "permissions",
    "usertype",
    "isverified",
    "emailverified",
    "isemailverified",
    "isapproved",
    "ispremium",
];

/// The writes of a handler that take a whole body, with the fields that give rights and that nothing sets behind it.
pub(super) fn of(models: &Models<'_>, function: Site) -> Vec<(Site, Entry)> {
    let mut found = Vec::new();
    look(models, function, &Given::default(), 0, &mut found);
    found
}

/// What a function is given of a body.
#[derive(Default)]
struct Given {
    /// The number of the parameter that is a whole body.
    parameter: Option<u32>,
    /// The fields that were set or taken out before.
    set: Vec<String>,
}

/// Looks for writes in a function.
fn look(models: &Models<'_>, function: Site, given: &Given, depth: usize, found: &mut Vec<(Site, Entry)>) {
    let Some(module) = models.code().module(function.file) else { return };
    let body = Body { module, function: function.node, given };
    for call in module.descendants(function.node) {
        if !matches!(module.kind(call), Kind::Call | Kind::New) {
            continue;
        }
        let site = Site { file: function.file, node: call };
        if let Some(entry) = write(models, &body, site) {
            found.push((site, entry));
        } else if depth < DEPTH
            && let Some((index, value)) =
                module.arguments(call).enumerate().find(|(_, value)| body.is_whole(*value))
            && let Some(next) = target(models, site)
        {
            let given = Given { parameter: u32::try_from(index).ok(), set: body.set_here(value) };
            look(models, next, &given, depth + 1, found);
        }
    }
}

/// The function that a call calls.
fn target(models: &Models<'_>, call: Site) -> Option<Site> {
    let Origin::Local(at) = models.code().callee(call) else { return None };
    let module = models.code().module(at.file)?;
    let node = match module.kind(at.node) {
        Kind::Method(_) => module.children(at.node).last()?,
        _ => at.node,
    };
    matches!(module.kind(node), Kind::Function(_)).then_some(Site { file: at.file, node })
}

fn write(models: &Models<'_>, body: &Body<'_>, call: Site) -> Option<Entry> {
    let module = body.module;
    let (receiver, values) = data(module, call.node)?;
    let value = values.into_iter().find(|value| body.is_whole(*value))?;
    let (library, model) = models.of(Site { node: receiver, ..call })?;
    // `update({ data })` is what Prisma asks for, and `update(values)` what others do.
    let prisma =
        module.argument(call.node, 0).and_then(|asked| module.property(asked, "data")) == Some(value);
    if (library == "prisma") != prisma || judged_before(module, call.node, value) {
        return None;
    }
    let own = body.set_here(value);
    let grants: Vec<String> = model
        .fields
        .iter()
        .filter(|field| model.is_of_people() && !model.harmless.contains(field))
        .filter(|field| {
            let plain: String = field.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect();
            GRANTS.contains(&plain.as_str()) && !own.contains(*field)
        })
        .cloned()
        .collect();
    let named = module.dotted(module.callee(call.node)?).unwrap_or_else(|| library.to_owned());
    let by = if module.kind(call.node) == Kind::New { format!("new {named}") } else { named };
    Some(models.entry(call, RecordWrite { by, grants }))
}

/// What a call that writes is asked of, and what it writes.
fn data(module: &Module, call: NodeId) -> Option<(NodeId, Vec<NodeId>)> {
    let argument = |index| module.argument(call, index);
    let name = module.called(call)?;
    if module.kind(call) == Kind::New {
        return Some((module.callee(call)?, vec![argument(0)?]));
    }
    let receiver = module.receiver(call)?;
    let values = match name {
        "create" | "update" | "build" => {
            let first = argument(0)?;
            vec![module.property(first, "data").unwrap_or(first)]
        }
        "findByIdAndUpdate" | "findOneAndUpdate" | "updateOne" => {
            let change = argument(1)?;
            vec![module.property(change, "$set").unwrap_or(change)]
        }
        // `db.insert(users).values(…)`, `db.update(users).set(…)`
        "values" | "set" => {
            let table = module.argument(receiver, 0)?;
            let asked = matches!(module.called(receiver), Some("insert" | "update"));
            return asked.then(|| argument(0).map(|value| (table, vec![value])))?;
        }
        _ => return None,
    };
    Some((receiver, values))
}

/// The body of a request within one function.
struct Body<'c> {
    module: &'c Module,
    function: NodeId,
    given: &'c Given,
}

impl Body<'_> {
    /// Whether a value is a whole body, or an object that all of one is spread into.
    fn is_whole(&self, value: NodeId) -> bool {
        let module = self.module;
        let value = module.awaited(module.resolve(value));
        match module.kind(value) {
            Kind::Object => module.children(value).any(|part| {
                module.kind(part) == Kind::Spread
                    && module.child(part, 0).is_some_and(|spread| self.is_body(spread))
            }),
            _ => self.is_body(value),
        }
    }

    /// `req.body`, `await request.json()`, a name of it, `@Body() input`.
    fn is_body(&self, value: NodeId) -> bool {
        let module = self.module;
        let value = module.awaited(module.resolve(value));
        match module.kind(value) {
            Kind::Member(word) => {
                let object = module.child(value, 0);
                // `ctx.body` is the answer.
                let asked = object.is_some_and(|object| {
                    is_request(module, object) && !matches!(module.last_name(object), Some("ctx" | "context"))
                });
                module.word(word) == "body" && asked
            }
            Kind::Call => {
                let read = matches!(module.called(value), Some("json" | "parseBody"));
                read && module.argument(value, 0).is_none()
                    && module.receiver(value).is_some_and(|receiver| is_request(module, receiver))
            }
            Kind::Name(_, Some(binding)) => match module.bindings[binding.0 as usize].bound {
                Bound::Parameter(function, index) => {
                    function == self.function
                        && (self.given.parameter == Some(index)
                            || is_body_by_decorator(module, function, index))
                }
                Bound::ParameterPart(_, 0, word) => module.word(word) == "body",
                Bound::Part(of, word) => module.word(word) == "body" && is_request(module, of),
                _ => false,
            },
            _ => false,
        }
    }

    /// The fields that the function sets or takes out itself: `{ ...body, role: "user" }`, `delete req.body.role`.
    fn set_here(&self, value: NodeId) -> Vec<String> {
        let module = self.module;
        let mut own = self.given.set.clone();
        let object = module.awaited(module.resolve(value));
        if module.kind(object) == Kind::Object {
            let after = module.children(object).skip_while(|part| module.kind(*part) != Kind::Spread);
            own.extend(after.filter_map(|part| match module.kind(part) {
                Kind::Property(word) => Some(module.word(word).to_owned()),
                _ => None,
            }));
        }
        for node in module.descendants(self.function) {
            let target = match module.kind(node) {
                Kind::Assign(_) | Kind::Unary(Operator::Delete) => module.child(node, 0),
                _ => None,
            };
            if let Some(target) = target
                && let Kind::Member(word) = module.kind(target)
            {
                own.push(module.word(word).to_owned());
            }
        }
        own
    }
}

/// Whether a parameter is `@Body()` without a key.
fn is_body_by_decorator(module: &Module, function: NodeId, index: u32) -> bool {
    let parameters = module.children(function).filter(|child| module.kind(*child) == Kind::Parameter);
    let parameter = parameters.into_iter().nth(index as usize);
    parameter.is_some_and(|parameter| {
        module.decorators(parameter).any(|decorator| {
            module.called(decorator) == Some("Body") && module.argument(decorator, 0).is_none()
        })
    })
}
