//! Records that are answered with everything they hold, the password among it.

use super::models::Models;
use crate::extract::code::Site;
use crate::facts::{Entry, RecordAnswer};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};

/// Fields that hold a password, or what is kept of it.
const SECRETS: &[&str] = &["password", "passwordHash", "password_hash", "hashedPassword", "hashed_password"];

/// Queries that give records.
const FINDS: &[&str] = &[
    "create",
    "find",
    "findAll",
    "findById",
    "findByIdAndUpdate",
    "findByPk",
    "findFirst",
    "findFirstOrThrow",
    "findMany",
    "findOne",
    "findOneAndUpdate",
    "findUnique",
    "findUniqueOrThrow",
    "update",
    "upsert",
];

/// Calls behind a query that change nothing of what its records hold.
const PASSED: &[&str] = &["lean", "exec", "populate", "sort", "limit", "skip", "where", "orFail"];

/// The answers of a handler with records of models that have a password, and whether these still hold it.
pub(super) fn of(models: &Models<'_>, function: Site) -> Vec<(Site, Entry)> {
    let Some(module) = models.code().module(function.file) else { return Vec::new() };
    let answers = module.descendants(function.node).filter(|node| module.kind(*node) == Kind::Call);
    let answers = answers.filter(|call| matches!(module.called(*call), Some("json" | "send" | "jsonp")));
    let mut found = Vec::new();
    for answer in answers {
        let Some(value) = module.argument(answer, 0) else { continue };
        for part in parts(module, value) {
            let query = module.awaited(module.resolve(part));
            let record = record(models, module, Site { node: query, ..function });
            if let Some((by, secret, whole)) = record {
                let holds =
                    (whole && !is_taken_out(module, function.node, secret)).then(|| secret.to_owned());
                let site = Site { node: part, ..function };
                found.push((site, models.entry(site, RecordAnswer { by, holds })));
            }
        }
    }
    found
}

/// What is answered: a value, or those of an object that is written out.
fn parts(module: &Module, value: NodeId) -> Vec<NodeId> {
    if module.kind(value) != Kind::Object {
        return vec![value];
    }
    let values = module.children(value).filter(|part| matches!(module.kind(*part), Kind::Property(_)));
    values.filter_map(|part| module.child(part, 0)).flat_map(|inner| parts(module, inner)).collect()
}

/// The query that gives records, the password of their model, and whether they hold it.
fn record(models: &Models<'_>, module: &Module, value: Site) -> Option<(String, &'static str, bool)> {
    let mut at = value.node;
    for _ in 0..8 {
        if module.kind(at) == Kind::Call && PASSED.contains(&module.called(at)?) {
            at = module.receiver(at)?;
        }
    }
    let asked = match module.kind(at) {
        Kind::New => module.callee(at)?,
        Kind::Call => module.receiver(at)?,
        _ => return None,
    };
    let name = module.called(at)?;
    let made = module.kind(at) == Kind::New;
    if !made && !FINDS.contains(&name) {
        return None;
    }
    let (library, model) =
        models.of(Site { node: asked, ..value }).filter(|(_, model)| model.is_of_people())?;
    let holds = SECRETS.iter().find(|secret| {
        let has = |list: &[String]| list.iter().any(|field| field == *secret);
        has(&model.fields)
    })?;
    let by = module.dotted(module.callee(at)?).unwrap_or_else(|| library.to_owned());
    let by = if made { format!("new {by}") } else { by };
    let left_out = model.left_out.iter().any(|field| field == holds);
    Some((by, holds, asks_for_all(module, at, library) && !model.shaped && !left_out))
}

/// Whether a query says nothing of the fields that it wants.
fn asks_for_all(module: &Module, query: NodeId, library: &str) -> bool {
    let argument = |index| module.argument(query, index);
    let silent = |options: Option<NodeId>, keys: &[&str]| {
        options.is_none_or(|options| {
            let options = module.resolve(options);
            module.kind(options) == Kind::Object
                && module.children(options).all(|part| module.kind(part) != Kind::Spread)
                && keys.iter().all(|key| module.property(options, key).is_none())
        })
    };
    let name = module.called(query).unwrap_or_default();
    match (library, name) {
        ("mongoose", _) if module.kind(query) == Kind::New => true,
        ("mongoose", "create" | "find" | "findOne" | "findById") => argument(1).is_none(),
        ("mongoose", "findByIdAndUpdate" | "findOneAndUpdate") => {
            silent(argument(2), &["select", "projection", "fields"])
        }
        ("prisma", _) => silent(argument(0), &["select", "omit"]),
        ("sequelize", "findByPk" | "create") => silent(argument(1), &["attributes", "raw", "fields"]),
        ("sequelize", "findAll" | "findOne") => silent(argument(0), &["attributes"]),
        _ => false,
    }
}

/// Whether a function takes a field out, or sets it: `delete user.password`, `user.password = undefined`.
fn is_taken_out(module: &Module, function: NodeId, field: &str) -> bool {
    module.descendants(function).any(|node| {
        let target = match module.kind(node) {
            Kind::Assign(_) | Kind::Unary(Operator::Delete) => module.child(node, 0),
            _ => None,
        };
        target.is_some_and(
            |target| matches!(module.kind(target), Kind::Member(word) if module.word(word) == field),
        )
    })
}
