//! Functions and procedures.

use std::collections::BTreeMap;

use super::grants::{self, Owned};
use super::{Key, Outcome, Replay, drops, names, refuse, uses};
use crate::extract::schema::catalog::{About, FaultKind, Function, FunctionId};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{
    AlterFunction, Class, CreateFunction, Dropped, FunctionRef, Kind, ObjectName, Statement, TypeName,
};
use crate::parse::sql::routine::{Argument, Body, Setting};

/// Creates or replaces a function.
pub(super) fn create(replay: &mut Replay, function: &CreateFunction) -> Outcome {
    let key = replay.target(&function.name)?;
    spoken(replay, &function.language)?;
    let arguments = function
        .arguments
        .iter()
        .map(|argument| Ok(Argument { of: replay.resolved_type(&argument.of)?, ..argument.clone() }))
        .collect::<Outcome<Vec<Argument>>>()?;
    let returns = function.returns.as_ref().map(|of| replay.resolved_type(of)).transpose()?;
    checked(replay, function)?;
    let same = same_signature(replay, &key, &input_types(&arguments));
    let new = Function {
        owner: replay.role.clone(),
        acl: grants::initial(replay, "functions", Some(&key.0), &replay.role),
        schema: key.0,
        name: key.1,
        procedure: function.procedure,
        arguments,
        returns,
        language: function.language.to_ascii_lowercase(),
        volatility: function.volatility,
        definer: function.definer,
        strict: function.strict,
        settings: settings(replay, &function.settings),
        body: function.body.clone(),
        extension: replay.extension.clone(),
        place: replay.here(),
        platform: replay.platform,
    };
    let Some(id) = same else {
        replay.add_function(new);
        return Ok(());
    };
    if !function.or_replace {
        return refuse(FaultKind::Duplicate, names::dotted(&(new.schema, new.name)));
    }
    replace(replay, id, new)
}

/// Settings by name; `from current` takes what the session has.
fn settings(replay: &Replay, written: &[Setting]) -> BTreeMap<Name, Setting> {
    let current = |setting: &Setting| {
        let mut setting = setting.clone();
        if setting.current && setting.name == "search_path" {
            setting.values = replay.catalog.search_path.iter().map(ToString::to_string).collect();
        }
        setting
    };
    written.iter().map(|setting| (setting.name.clone(), current(setting))).collect()
}

/// Gives a function another definition; its owner and privileges stay.
fn replace(replay: &mut Replay, id: FunctionId, new: Function) -> Outcome {
    let Some(old) = replay.function(id) else { return Ok(()) };
    let path = format!("{}.{}", new.schema, new.name);
    if old.procedure != new.procedure {
        return refuse(FaultKind::WrongKind, path);
    }
    let plain = |of: &Option<TypeName>| of.as_ref().map(|of| (bare(of), of.set));
    let outward = |function: &Function| {
        let out = function.arguments.iter().filter(|argument| argument.mode.goes_out());
        out.map(|argument| (argument.name.clone(), bare(&argument.of))).collect::<Vec<_>>()
    };
    if !old.platform && (plain(&old.returns) != plain(&new.returns) || outward(old) != outward(&new)) {
        return refuse(FaultKind::Invalid, path);
    }
    let inputs = |function: &Function| {
        let inward = function.arguments.iter().filter(|argument| argument.mode.goes_in());
        inward.map(|argument| (argument.name.clone(), argument.default)).collect::<Vec<_>>()
    };
    for ((old_name, old_default), (new_name, new_default)) in inputs(old).into_iter().zip(inputs(&new)) {
        let renamed = old_name.is_some() && old_name != new_name;
        if !old.platform && (renamed || (old_default && !new_default)) {
            return refuse(FaultKind::Invalid, path);
        }
    }
    if let Some(function) = replay.function_mut(id) {
        let owner = std::mem::take(&mut function.owner);
        let acl = std::mem::take(&mut function.acl);
        *function = Function { owner, acl, ..new };
    }
    Ok(())
}

/// Refuses a language that nothing brings.
fn spoken(replay: &mut Replay, language: &str) -> Outcome {
    let language = language.to_ascii_lowercase();
    if matches!(language.as_str(), "sql" | "plpgsql" | "c" | "internal" | "") {
        return Ok(());
    }
    if replay
        .catalog
        .extensions
        .keys()
        .any(|name| name.starts_with(language.trim_end_matches(['u', '3', '2'])))
    {
        return Ok(());
    }
    refuse(FaultKind::UnknownObject, language)
}

/// Refuses an SQL function that reads what nobody made, as PostgreSQL does where it checks bodies.
fn checked(replay: &mut Replay, function: &CreateFunction) -> Outcome {
    if replay.platform || replay.lends() || !replay.checks_bodies() {
        return Ok(());
    }
    // The body is read with the search path of the function.
    let path = function.settings.iter().find(|setting| setting.name == "search_path" && !setting.current);
    let own =
        path.map(|setting| setting.values.iter().filter(|name| !name.is_empty()).map(Name::from).collect());
    let before = own.map(|own| std::mem::replace(&mut replay.catalog.search_path, own));
    let outcome = match &function.body {
        Body::Sql(statements) => readable(replay, function, statements),
        Body::Plpgsql(block) => replay.check_variables(&function.arguments, block),
        Body::None | Body::Unread(_) => Ok(()),
    };
    if let Some(before) = before {
        replay.catalog.search_path = before;
    }
    outcome
}

/// Refuses the first table that is not there, and the first column that is neither there nor an argument.
fn readable(replay: &Replay, function: &CreateFunction, statements: &[Statement]) -> Outcome {
    let argument = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or_default();
        function.arguments.iter().any(|argument| argument.name.as_deref() == Some(last))
    };
    for statement in statements {
        let Kind::Query(query) = &statement.kind else { return Ok(()) };
        if let Err(refusal) = uses::query(replay, query) {
            match refusal.kind {
                FaultKind::UnknownRelation | FaultKind::UnknownSchema if !argument(&refusal.name) => {
                    return Err(refusal);
                }
                FaultKind::UnknownColumn if refusal.name.contains('.') && !argument(&refusal.name) => {
                    return Err(refusal);
                }
                _ => return Ok(()),
            }
        }
    }
    Ok(())
}

/// A type as overloads tell it apart: schema, name, and whether it is an array.
fn bare(of: &TypeName) -> (Option<Name>, Name, bool) {
    (of.schema.clone().filter(|schema| schema != "pg_catalog"), of.name.clone(), of.dimensions > 0)
}

/// What a function takes.
pub(super) fn input_types(arguments: &[Argument]) -> Vec<(Option<Name>, Name, bool)> {
    arguments.iter().filter(|argument| argument.mode.goes_in()).map(|argument| bare(&argument.of)).collect()
}

fn same_signature(replay: &Replay, key: &Key, types: &[(Option<Name>, Name, bool)]) -> Option<FunctionId> {
    let ids = replay.catalog.function_names.get(key)?;
    ids.iter()
        .copied()
        .find(|id| replay.function(*id).is_some_and(|function| input_types(&function.arguments) == types))
}

impl Replay {
    /// The function that `grant` names. `None` where it is PostgreSQL's own.
    pub(super) fn routine(
        &self,
        name: &ObjectName,
        arguments: Option<&[TypeName]>,
    ) -> Outcome<Option<FunctionId>> {
        // `on function` means functions first; that it is `on procedure` is not kept.
        find(self, Class::Function, name, arguments).or_else(|_| find(self, Class::Routine, name, arguments))
    }
}

/// The function that `alter`, `drop` and `grant` name. `None` where it is PostgreSQL's own.
pub(super) fn find(
    replay: &Replay,
    class: Class,
    name: &ObjectName,
    arguments: Option<&[TypeName]>,
) -> Outcome<Option<FunctionId>> {
    if let Some(schema) = &name.schema
        && !replay.is_schema(schema)
    {
        return refuse(FaultKind::UnknownSchema, schema.as_str());
    }
    let fits = |id: &FunctionId| {
        replay.function(*id).is_some_and(|function| match class {
            Class::Procedure => function.procedure,
            Class::Function | Class::Aggregate => !function.procedure,
            _ => true,
        })
    };
    let named: Vec<FunctionId> = replay.functions_named(name).into_iter().filter(fits).collect();
    let nothing = || {
        if Replay::is_builtin_function(name) {
            Ok(None)
        } else {
            refuse(FaultKind::UnknownFunction, replay.full(name))
        }
    };
    let Some(arguments) = arguments else {
        // Overloads of schemas behind hide no others: PostgreSQL asks for arguments.
        return match named.as_slice() {
            [] => nothing(),
            [only] => Ok(Some(*only)),
            _ => refuse(FaultKind::Invalid, replay.full(name)),
        };
    };
    let types = arguments
        .iter()
        .map(|of| replay.resolved_type(of).map(|of| bare(&of)))
        .collect::<Outcome<Vec<_>>>()?;
    let exact = named.iter().copied().find(|id| {
        replay.function(*id).is_some_and(|function| {
            input_types(&function.arguments) == types
                || function.arguments.iter().map(|argument| bare(&argument.of)).collect::<Vec<_>>() == types
        })
    });
    match exact {
        Some(id) => Ok(Some(id)),
        None if named.is_empty() => nothing(),
        None => refuse(FaultKind::UnknownFunction, replay.full(name)),
    }
}

/// Changes a function.
pub(super) fn alter(replay: &mut Replay, function: &FunctionRef, actions: &[AlterFunction]) -> Outcome {
    let Some(id) = find(replay, Class::Routine, &function.name, function.arguments.as_deref())? else {
        return Ok(());
    };
    for action in actions {
        match action {
            AlterFunction::Rename(to) => {
                let schema = replay.function(id).map(|known| known.schema.clone()).unwrap_or_default();
                if replay.function(id).is_some_and(|known| known.name == *to) {
                    // It is in its own way.
                    return refuse(FaultKind::Duplicate, names::dotted(&(schema, to.clone())));
                }
                relocate(replay, id, (schema, to.clone()))?;
            }
            AlterFunction::SetSchema(to) => {
                if !replay.is_schema(to) {
                    return refuse(FaultKind::UnknownSchema, to.as_str());
                }
                let Some(known) = replay.function(id) else { continue };
                if known.schema == *to {
                    continue;
                }
                let name = known.name.clone();
                relocate(replay, id, (to.clone(), name))?;
            }
            AlterFunction::Owner(role) => grants::owner(replay, &Owned::Function(id), role)?,
            _ => set(replay, id, action),
        }
    }
    Ok(())
}

fn relocate(replay: &mut Replay, id: FunctionId, to: Key) -> Outcome {
    let Some(function) = replay.function(id) else { return Ok(()) };
    if same_signature(replay, &to, &input_types(&function.arguments)).is_some() {
        return refuse(FaultKind::Duplicate, names::dotted(&to));
    }
    replay.move_function(id, to);
    Ok(())
}

fn set(replay: &mut Replay, id: FunctionId, action: &AlterFunction) {
    let place = replay.here();
    let Some(function) = replay.function_mut(id) else { return };
    match action {
        AlterFunction::Definer(on) => function.definer = *on,
        AlterFunction::Strict(on) => function.strict = *on,
        AlterFunction::Volatility(to) => function.volatility = *to,
        AlterFunction::Set(setting) if setting.values.is_empty() && !setting.current => {
            function.settings.remove(&setting.name);
        }
        AlterFunction::Set(setting) => {
            function.settings.insert(setting.name.clone(), Setting::clone(setting));
        }
        AlterFunction::Reset(None) => function.settings.clear(),
        AlterFunction::Reset(Some(name)) => {
            function.settings.remove(name);
        }
        _ => return,
    }
    if !function.platform {
        function.place = place;
    }
}

/// Drops a function: finds it, then `drops::remove`.
pub(super) fn drop(
    replay: &mut Replay,
    class: Class,
    function: &Dropped,
    if_exists: bool,
    cascade: bool,
) -> Outcome {
    match find(replay, class, &function.name, function.arguments.as_deref()) {
        Ok(Some(id)) => drops::remove(replay, vec![drops::Object::Function(id)], cascade),
        Ok(None) if class == Class::Aggregate => Ok(()),
        Ok(None) => refuse(FaultKind::UnknownFunction, replay.full(&function.name)),
        Err(refusal) if class == Class::Aggregate && refusal.kind == FaultKind::UnknownFunction => {
            // Aggregates are not kept.
            replay.doubt("an aggregate was dropped", About::Functions);
            Ok(())
        }
        Err(refusal) if if_exists && refusal.kind != FaultKind::Invalid => Ok(()),
        Err(refusal) => Err(refusal),
    }
}
