//! What frameworks are told: texts, lists and options, across modules.

use crate::extract::code::{Code, Site};
use crate::parse::javascript::{Kind, NodeId, Operator};

/// How deep texts, lists and functions that make them may lie in each other.
const MAX_DEPTH: usize = 24;

/// The text a value always has, also where another module says it. None where a part of it is computed.
pub(super) fn text(code: &Code<'_>, site: Site) -> Option<String> {
    constant(code, site, 0)
}

fn constant(code: &Code<'_>, site: Site, depth: usize) -> Option<String> {
    let module = code.module(site.file)?;
    let part = |node: NodeId| constant(code, Site { node, ..site }, depth + 1);
    match module.kind(site.node) {
        _ if depth > MAX_DEPTH => None,
        Kind::Text(word) | Kind::Number(word) => Some(module.word(word).to_owned()),
        Kind::Template => module.children(site.node).map(part).collect(),
        // A member of an enumeration.
        Kind::Property(_) => part(module.child(site.node, 0)?),
        Kind::Binary(Operator::Add) => {
            Some(part(module.child(site.node, 0)?)? + &part(module.child(site.node, 1)?)?)
        }
        Kind::Name(..) | Kind::Member(_) => {
            let definition = code.definition(site);
            if definition != site {
                return constant(code, definition, depth + 1);
            }
            let Kind::Member(key) = module.kind(site.node) else { return None };
            let object = code.definition(Site { node: module.child(site.node, 0)?, ..site });
            constant(code, member(code, object, module.word(key))?, depth + 1)
        }
        _ => None,
    }
}

/// What an object literal or an enumeration says under a key.
pub(super) fn member(code: &Code<'_>, object: Site, key: &str) -> Option<Site> {
    option(code, object, key).or_else(|| {
        let module = code.module(object.file)?;
        let named =
            |child: &NodeId| matches!(module.kind(*child), Kind::Property(word) if module.word(word) == key);
        let property =
            (module.kind(object.node) == Kind::Enum).then(|| module.children(object.node).find(named))?;
        Some(Site { node: module.child(property?, 0)?, ..object })
    })
}

/// An option of an object literal, wherever it is written; spreads are opened, and the last one counts.
pub(super) fn option(code: &Code<'_>, object: Site, key: &str) -> Option<Site> {
    entries(code, object).into_iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
}

/// The keys of an object literal with their values, spreads opened across modules.
pub(super) fn entries(code: &Code<'_>, object: Site) -> Vec<(String, Site)> {
    let mut found = Vec::new();
    collect_entries(code, object, &mut found, 0);
    found
}

fn collect_entries(code: &Code<'_>, object: Site, found: &mut Vec<(String, Site)>, depth: usize) {
    let object = code.definition(object);
    let Some(module) = code.module(object.file).filter(|_| depth < MAX_DEPTH) else { return };
    if module.kind(object.node) != Kind::Object {
        return;
    }
    for child in module.children(object.node) {
        let Some(value) = module.child(child, 0).map(|node| Site { node, ..object }) else { continue };
        match module.kind(child) {
            Kind::Property(word) => found.push((module.word(word).to_owned(), value)),
            Kind::Spread => collect_entries(code, value, found, depth + 1),
            _ => {}
        }
    }
}

/// The object literals that a value may be: of a condition both, of a call of local code those that it returns.
pub(super) fn objects(code: &Code<'_>, value: Site) -> Vec<Site> {
    let mut found = Vec::new();
    collect_objects(code, value, &mut found, 0);
    found
}

fn collect_objects(code: &Code<'_>, value: Site, found: &mut Vec<Site>, depth: usize) {
    let Some(module) = code.module(value.file).filter(|_| depth < MAX_DEPTH) else { return };
    let part = |node: NodeId, found: &mut Vec<Site>| {
        collect_objects(code, Site { node, ..value }, found, depth + 1);
    };
    match module.kind(value.node) {
        Kind::Object => found.push(value),
        Kind::Await => module.children(value.node).for_each(|child| part(child, found)),
        Kind::Conditional => module.children(value.node).skip(1).for_each(|child| part(child, found)),
        Kind::Call => {
            let Some(callee) = module.callee(value.node) else { return };
            let function = code.definition(Site { node: callee, ..value });
            for value in returned(code, function) {
                collect_objects(code, value, found, depth + 1);
            }
        }
        _ => {
            let definition = code.definition(value);
            if definition != value {
                collect_objects(code, definition, found, depth + 1);
            }
        }
    }
}

/// The values of a list, as written: spreads, both sides of conditions, `concat`, what is pushed to it, and lists
/// that local functions return. A single value is a list of one.
pub(super) fn items(code: &Code<'_>, list: Site) -> Vec<Site> {
    let mut found = Vec::new();
    collect_items(code, list, &mut found, 0);
    found
}

fn collect_items(code: &Code<'_>, list: Site, found: &mut Vec<Site>, depth: usize) {
    let Some(module) = code.module(list.file).filter(|_| depth < MAX_DEPTH) else { return };
    let part =
        |node: NodeId, found: &mut Vec<Site>| collect_items(code, Site { node, ..list }, found, depth + 1);
    match module.kind(list.node) {
        Kind::Array => module.children(list.node).for_each(|child| part(child, found)),
        Kind::Hole | Kind::Flag(_) | Kind::Null => {}
        Kind::Spread | Kind::Await => module.children(list.node).for_each(|child| part(child, found)),
        Kind::Conditional | Kind::Logical(Operator::And) => {
            module.children(list.node).skip(1).for_each(|child| part(child, found));
        }
        Kind::Logical(_) => module.children(list.node).for_each(|child| part(child, found)),
        Kind::Call => match (module.called(list.node), module.receiver(list.node)) {
            (Some("concat"), Some(receiver)) => {
                part(receiver, found);
                module.arguments(list.node).for_each(|argument| part(argument, found));
            }
            (Some("filter" | "flat" | "reverse" | "sort"), Some(receiver)) => part(receiver, found),
            (_, None) => call_items(code, list, found, depth),
            _ => found.push(list),
        },
        Kind::Name(..) => name_items(code, list, found, depth),
        // `...parts.imports`
        Kind::Member(word) => {
            let object = module.child(list.node, 0).map(|node| code.definition(Site { node, ..list }));
            let told = object.and_then(|object| option(code, object, module.word(word)));
            match told.filter(|told| is_list(code, code.definition(*told))) {
                Some(told) => collect_items(code, told, found, depth + 1),
                None => name_items(code, list, found, depth),
            }
        }
        _ => found.push(list),
    }
}

/// What a local function returns, where it returns lists; else the call itself.
fn call_items(code: &Code<'_>, call: Site, found: &mut Vec<Site>, depth: usize) {
    let module = code.module(call.file);
    let function =
        module.and_then(|module| module.callee(call.node)).map(|node| code.definition(Site { node, ..call }));
    let lists: Vec<Site> = function.map(|function| returned(code, function)).unwrap_or_default();
    let is_list = |site: &Site| is_list(code, code.definition(*site));
    if lists.iter().any(is_list) {
        for list in lists {
            collect_items(code, list, found, depth + 1);
        }
    } else {
        found.push(call);
    }
}

/// What a name stands for and what is pushed to it, where it is a list; else the name itself.
fn name_items(code: &Code<'_>, name: Site, found: &mut Vec<Site>, depth: usize) {
    // The declared value itself: of a condition, `definition` is one side only.
    let declared =
        code.module(name.file).map_or(name, |module| Site { node: module.resolve(name.node), ..name });
    let declared = if is_list(code, declared) { declared } else { code.definition(name) };
    if declared == name || !is_list(code, declared) {
        found.push(name);
        return;
    }
    collect_items(code, declared, found, depth + 1);
    for pushed in pushed(code, declared) {
        collect_items(code, pushed, found, depth + 1);
    }
}

/// What is pushed to a list, by the name it is declared with.
fn pushed(code: &Code<'_>, list: Site) -> Vec<Site> {
    let Some(module) = code.module(list.file) else { return Vec::new() };
    let Some(name) = module.parent(list.node).filter(|parent| module.kind(*parent) == Kind::Declarator)
    else {
        return Vec::new();
    };
    let binding = module.child(name, 0).and_then(|name| module.binding(name));
    let uses = binding.map(|binding| module.uses(binding)).unwrap_or_default();
    let calls = uses.iter().filter_map(|used| {
        let member = module.parent(*used)?;
        let call = module.parent(member)?;
        let pushes =
            matches!(module.called(call), Some("push" | "unshift")) && module.callee(call) == Some(member);
        pushes.then_some(call)
    });
    calls.flat_map(|call| module.arguments(call)).map(|node| Site { node, ..list }).collect()
}

fn is_list(code: &Code<'_>, site: Site) -> bool {
    let Some(module) = code.module(site.file) else { return false };
    match module.kind(site.node) {
        Kind::Array | Kind::Conditional | Kind::Logical(_) => true,
        Kind::Call => matches!(module.called(site.node), Some("concat" | "filter" | "flat")),
        _ => false,
    }
}

/// The values that a function returns, as written.
pub(super) fn returned(code: &Code<'_>, function: Site) -> Vec<Site> {
    let Some(module) = code.module(function.file) else { return Vec::new() };
    module.results(function.node).into_iter().map(|node| Site { node, ..function }).collect()
}

/// Parts of a path put together, with one slash before each and none behind the last; parameters as `:name`.
pub(super) fn join<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    let mut path = String::new();
    for part in parts {
        for segment in part.split('/').filter(|segment| !segment.is_empty()) {
            path.push('/');
            path.push_str(plain(segment));
        }
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

/// A segment without the expression that a parameter must match: `:id(\\d+)` is `:id`.
fn plain(segment: &str) -> &str {
    if !segment.starts_with(':') {
        return segment;
    }
    segment.split(['(', '?', '{']).next().unwrap_or(segment)
}
