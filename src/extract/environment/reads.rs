//! Where code reads variables, and what it does without them.

use std::collections::HashSet;

use crate::extract::code::{Code, Origin, Site};
use crate::parse::javascript::{Bound, Kind, Module, NodeId, Operator};
use crate::source::FileId;

/// A variable read by its name.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) node: NodeId,
    pub(super) name: String,
    pub(super) fallback: Option<&'static str>,
    /// The program stops here where it is missing.
    pub(super) stops: bool,
}

/// Functions that read the variable which they are told, and whether they stop the program where it is missing.
#[derive(Debug, Default)]
pub(super) struct Readers {
    plain: HashSet<Site>,
    strict: HashSet<Site>,
}

impl Readers {
    /// Looks for them in every module.
    pub(super) fn find(code: &Code<'_>) -> Self {
        let mut readers = Self::default();
        for (file, module) in code.modules() {
            for node in module.all().filter(|node| module.kind(*node) == Kind::Index) {
                let Some(function) = parameter_read(module, node) else { continue };
                let site = Site { file, node: function };
                if stops(module, function) {
                    readers.strict.insert(site);
                } else {
                    readers.plain.insert(site);
                }
            }
        }
        readers
    }
}

/// The function whose parameter names the variable: `process.env[name]`.
fn parameter_read(module: &Module, node: NodeId) -> Option<NodeId> {
    if !is_environment(module, module.child(node, 0)?) {
        return None;
    }
    let name = module.binding(module.child(node, 1)?)?;
    match module.bindings[name.0 as usize].bound {
        Bound::Parameter(function, 0) => Some(function),
        _ => None,
    }
}

/// Whether a piece of code throws or ends the program.
pub(super) fn stops(module: &Module, node: NodeId) -> bool {
    module.descendants(node).chain([node]).any(|inner| match module.kind(inner) {
        Kind::Throw => true,
        Kind::Call => module.callee(inner).is_some_and(|callee| {
            module.is_global(callee, "process.exit") || module.is_global(callee, "Deno.exit")
        }),
        _ => false,
    })
}

/// Whether a node is the environment itself: `process.env`, `import.meta.env`, `Bun.env`, or a name of it.
pub(super) fn is_environment(module: &Module, node: NodeId) -> bool {
    let node = module.resolve(node);
    if module.is_global(node, "process.env") || module.is_global(node, "Bun.env") {
        return true;
    }
    match module.kind(node) {
        Kind::Member(word) if module.word(word) == "env" => module.child(node, 0).is_some_and(|object| {
            // `import.meta` is the only thing that the tree does not name; also `require("process").env`.
            match module.kind(object) {
                Kind::Other => true,
                Kind::Name(_, Some(binding)) => matches!(
                    module.bindings[binding.0 as usize].bound,
                    Bound::Import(import, _)
                        if module.word(module.imports[import.0 as usize].source).trim_start_matches("node:") == "process"
                ),
                _ => false,
            }
        }),
        _ => false,
    }
}

/// Every read of a module.
pub(super) fn of_module(code: &Code<'_>, file: FileId, module: &Module, readers: &Readers) -> Vec<Read> {
    let mut found = Vec::new();
    for node in module.all() {
        match module.kind(node) {
            Kind::Member(word)
                if module.child(node, 0).is_some_and(|object| is_environment(module, object)) =>
            {
                push(module, node, module.word(word), &mut found);
            }
            Kind::Index if module.child(node, 0).is_some_and(|object| is_environment(module, object)) => {
                if let Some(name) = module.child(node, 1).and_then(|key| module.text(key)) {
                    push(module, node, &name, &mut found);
                }
            }
            Kind::Declarator => destructured(module, node, &mut found),
            Kind::Call => called(code, file, module, node, readers, &mut found),
            _ => {}
        }
    }
    found
}

fn push(module: &Module, node: NodeId, name: &str, found: &mut Vec<Read>) {
    if !is_name(name) || is_target(module, node) {
        return;
    }
    let (fallback, stops) = without(module, node);
    found.push(Read { node, name: name.to_owned(), fallback, stops });
}

/// Whether it is written to: `process.env.X = "y"`, `delete process.env.X`.
fn is_target(module: &Module, node: NodeId) -> bool {
    module.parent(node).is_some_and(|parent| match module.kind(parent) {
        Kind::Assign(_) => module.child(parent, 0) == Some(node),
        Kind::Unary(Operator::Delete) => true,
        _ => false,
    })
}

/// `const { A, B = "x" } = process.env`.
fn destructured(module: &Module, declarator: NodeId, found: &mut Vec<Read>) {
    let (Some(pattern), Some(value)) = (module.child(declarator, 0), module.children(declarator).last())
    else {
        return;
    };
    if module.kind(pattern) != Kind::ObjectPattern || !is_environment(module, value) {
        return;
    }
    for property in module.children(pattern) {
        let (Kind::Property(word), Some(inner)) = (module.kind(property), module.child(property, 0)) else {
            continue;
        };
        let name = module.word(word);
        if is_name(name) {
            let default = (module.kind(inner) == Kind::Default).then(|| module.child(inner, 1)).flatten();
            let fallback = default.map(|value| kind_of(module, value));
            found.push(Read { node: property, name: name.to_owned(), fallback, stops: false });
        }
    }
}

/// `Deno.env.get("X")`, `configService.get("X")`, `requireEnv("X")`.
fn called(
    code: &Code<'_>,
    file: FileId,
    module: &Module,
    call: NodeId,
    readers: &Readers,
    found: &mut Vec<Read>,
) {
    let Some(argument) = module.argument(call, 0) else { return };
    if !matches!(module.kind(argument), Kind::Text(_) | Kind::Template | Kind::Name(..) | Kind::Member(_)) {
        return;
    }
    let Some(name) = module.text(argument).filter(|name| is_name(name)) else { return };
    let Some(callee) = module.callee(call) else { return };
    let second = module.argument(call, 1).map(|value| kind_of(module, value));
    let read = |fallback, stops| Read { node: call, name: name.clone().into_owned(), fallback, stops };
    if module.is_global(callee, "Deno.env.get") {
        let (fallback, stops) = without(module, call);
        found.push(read(fallback, stops));
        return;
    }
    match code.origin(Site { file, node: callee }) {
        Origin::External { package, path } if package == "@nestjs/config" => match path.as_str() {
            "ConfigService().get" => found.push(read(second, false)),
            "ConfigService().getOrThrow" => found.push(read(None, true)),
            _ => {}
        },
        Origin::External { package, path } if package == "env-var" && path.ends_with("get") => {
            let required = module.parent(call).is_some_and(
                |parent| matches!(module.kind(parent), Kind::Member(word) if module.word(word) == "required"),
            );
            found.push(read(if required { None } else { Some("tested") }, required));
        }
        Origin::Local(site) if readers.strict.contains(&site) => found.push(read(second, second.is_none())),
        Origin::Local(site) if readers.plain.contains(&site) => {
            found.push(read(second.or(Some("computed")), false));
        }
        _ => {}
    }
}

/// Whether a text is the name of a variable, as people write them.
pub(super) fn is_name(name: &str) -> bool {
    name.len() > 1
        && name
            .starts_with(|first: char| first.is_ascii_uppercase() || first == '_' || name.starts_with("npm_"))
        && name.chars().all(|one| {
            one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_' || name.starts_with("npm_")
        })
}

/// What takes the place of a variable that is not set, and whether the program stops then.
fn without(module: &Module, node: NodeId) -> (Option<&'static str>, bool) {
    let mut at = node;
    while let Some(parent) = module.parent(at) {
        match module.kind(parent) {
            Kind::Logical(Operator::Or | Operator::Coalesce) if module.child(parent, 0) == Some(at) => {
                let Some(right) = module.child(parent, 1) else { break };
                return if stops(module, right) {
                    (None, true)
                } else {
                    condition_or(module, parent, kind_of(module, right))
                };
            }
            Kind::Call if module.child(parent, 0) != Some(at) && is_conversion(module, parent) => at = parent,
            Kind::Member(_) if is_text_method(module, parent) => at = parent,
            Kind::Call if module.child(parent, 0) == Some(at) => at = parent,
            Kind::Logical(_) | Kind::Await | Kind::Template => at = parent,
            Kind::Unary(Operator::Not | Operator::TypeOf)
            | Kind::Binary(
                Operator::Equal | Operator::NotEqual | Operator::StrictEqual | Operator::StrictNotEqual,
            ) => {
                return condition_or(module, parent, "tested");
            }
            Kind::If | Kind::Conditional if module.child(parent, 0) == Some(at) => {
                return condition_or(module, at, "tested");
            }
            _ => break,
        }
    }
    (None, false)
}

/// In the test of an `if` that throws or exits, a missing variable stops the program.
fn condition_or(module: &Module, node: NodeId, otherwise: &'static str) -> (Option<&'static str>, bool) {
    let mut at = node;
    while let Some(parent) = module.parent(at) {
        match module.kind(parent) {
            Kind::Logical(_) | Kind::Unary(Operator::Not) | Kind::Binary(_) => at = parent,
            Kind::If if module.child(parent, 0) == Some(at) => {
                let stops = module.child(parent, 1).is_some_and(|then| stops(module, then));
                return (Some(otherwise), stops);
            }
            _ => break,
        }
    }
    (Some(otherwise), false)
}

fn is_conversion(module: &Module, call: NodeId) -> bool {
    const CONVERSIONS: &[&str] =
        &["Number", "parseInt", "parseFloat", "String", "Boolean", "BigInt", "parse", "URL"];
    module.called(call).is_some_and(|name| CONVERSIONS.contains(&name))
}

fn is_text_method(module: &Module, member: NodeId) -> bool {
    const METHODS: &[&str] =
        &["trim", "toLowerCase", "toUpperCase", "split", "replace", "toString", "map", "filter"];
    matches!(module.kind(member), Kind::Member(word) if METHODS.contains(&module.word(word)))
}

/// What kind of value stands in.
fn kind_of(module: &Module, value: NodeId) -> &'static str {
    if matches!(module.kind(value), Kind::Logical(_))
        && let Some(last) = module.child(value, 1)
    {
        return kind_of(module, last);
    }
    match module.text(value) {
        Some(text) if text.is_empty() => "empty",
        Some(text) if is_local(&text) => "local",
        Some(_) => "literal",
        None if matches!(module.kind(value), Kind::Flag(_)) => "literal",
        None if matches!(module.kind(value), Kind::Null) => "empty",
        None => "computed",
    }
}

/// Whether a text is an address of the own machine.
pub(super) fn is_local(text: &str) -> bool {
    let host = text.split("://").nth(1).unwrap_or(text);
    let host = host.rsplit('@').next().unwrap_or(host);
    ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"]
        .iter()
        .any(|local| host.starts_with(local))
}
