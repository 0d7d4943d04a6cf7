//! Where code reads variables, and what it does without them.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::guards;
use super::names::is_name;
use super::needs::{Needs, Use, begins_address, called as called_by, kind_of, needs, stops};
use crate::extract::code::{Code, Origin, Site};
use crate::parse::javascript::{Bound, Kind, Module, NodeId, Operator};
use crate::source::FileId;

/// A variable read by its name.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) node: NodeId,
    pub(super) name: String,
    /// What the code does where it is missing.
    pub(super) without: Use,
}

/// Functions that read the variable which they are told, and whether they stop the program where it is missing.
#[derive(Debug, Default)]
pub(super) struct Readers {
    plain: FxHashSet<Site>,
    strict: FxHashSet<Site>,
}

impl Readers {
    /// Looks for them in every module.
    pub(super) fn find(code: &Code<'_>) -> Self {
        let mut readers = Self::default();
        for (file, module) in code.modules().filter(|(_, module)| module.may_read_environment()) {
            for node in module.all().filter(|node| matches!(module.kind(*node), Kind::Index)) {
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
    if !module.is_environment(module.child(node, 0)?) {
        return None;
    }
    let name = module.binding(module.child(node, 1)?)?;
    match module.bindings[name.0 as usize].bound {
        Bound::Parameter(function, 0) => Some(function),
        _ => None,
    }
}

/// Every read of a module.
pub(super) fn of_module(needs: &Needs<'_, '_>, readers: &Readers) -> Vec<Read> {
    let mut found = Vec::new();
    let module = needs.module;
    if !module.may_read_environment() {
        let calls = module.calls().filter(|node| matches!(module.kind(*node), Kind::Call));
        calls.for_each(|call| called(needs, call, readers, &mut found));
        return found;
    }
    let of_environment = |node| module.child(node, 0).is_some_and(|object| module.is_environment(object));
    for node in module.all() {
        match module.kind(node) {
            Kind::Member(word) if of_environment(node) => push(needs, node, module.word(word), &mut found),
            Kind::Index if of_environment(node) => {
                if let Some(name) = module.child(node, 1).and_then(|key| module.text(key)) {
                    push(needs, node, &name, &mut found);
                }
            }
            Kind::Declarator => destructured(needs, node, &mut found),
            Kind::Call => called(needs, node, readers, &mut found),
            _ => {}
        }
    }
    found
}

fn push(needs: &Needs<'_, '_>, node: NodeId, name: &str, found: &mut Vec<Read>) {
    if is_name(name) && !is_target(needs.module, node) {
        found.push(Read { node, name: name.to_owned(), without: needs.of(node) });
    }
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
fn destructured(needs: &Needs<'_, '_>, declarator: NodeId, found: &mut Vec<Read>) {
    let module = needs.module;
    let (Some(pattern), Some(value)) = (module.child(declarator, 0), module.children(declarator).last())
    else {
        return;
    };
    if module.kind(pattern) != Kind::ObjectPattern || !module.is_environment(value) {
        return;
    }
    for property in module.children(pattern) {
        let (Kind::Property(word), Some(inner)) = (module.kind(property), module.child(property, 0)) else {
            continue;
        };
        let name = module.word(word);
        if is_name(name) {
            let default = (module.kind(inner) == Kind::Default).then(|| module.child(inner, 1)).flatten();
            let without = match default {
                Some(value) => Use::instead(kind_of(module, value)),
                None => needs.of_name(inner),
            };
            found.push(Read { node: property, name: name.to_owned(), without });
        }
    }
}

/// `Deno.env.get("X")`, `configService.get("X")`, `requireEnv("X")`.
fn called(needs: &Needs<'_, '_>, call: NodeId, readers: &Readers, found: &mut Vec<Read>) {
    let module = needs.module;
    let Some(argument) = module.argument(call, 0) else { return };
    if !matches!(module.kind(argument), Kind::Text(_) | Kind::Template | Kind::Name(..) | Kind::Member(_)) {
        return;
    }
    let Some(name) = module.text(argument).filter(|name| is_name(name)) else { return };
    let Some(callee) = module.callee(call) else { return };
    let second = module.argument(call, 1).map(|value| Use::instead(kind_of(module, value)));
    let read = |without| Read { node: call, name: name.clone().into_owned(), without };
    if module.is_global(callee, "Deno.env.get") {
        found.push(read(needs.of(call)));
        return;
    }
    match needs.code.origin(Site { file: needs.file, node: callee }) {
        Origin::External { package, path } if package == "@nestjs/config" => match path.as_str() {
            "ConfigService().get" => found.push(read(second.unwrap_or_else(|| needs.of(call)))),
            "ConfigService().getOrThrow" => found.push(read(Use::STOPS)),
            _ => {}
        },
        Origin::External { package, path } if package == "env-var" && path.ends_with("get") => {
            let required = module.parent(call).is_some_and(
                |parent| matches!(module.kind(parent), Kind::Member(word) if module.word(word) == "required"),
            );
            found.push(read(if required { Use::STOPS } else { Use::TESTED }));
        }
        Origin::Local(site) if readers.strict.contains(&site) => {
            found.push(read(second.unwrap_or(Use::STOPS)));
        }
        Origin::Local(site) if readers.plain.contains(&site) => {
            found.push(read(second.unwrap_or(Use::instead("computed"))));
        }
        _ => {}
    }
}

/// The reads of other modules that calls of this one cannot do without, `mongoose.connect(config.database)`, and whether
/// the program ends where the call fails.
pub(super) fn demanded(code: &Code<'_>, file: FileId, module: &Module) -> Vec<(Site, bool)> {
    /// Calls of libraries that are told where or as whom to do something.
    const CALLS: &[&str] = &[
        "connect",
        "createConnection",
        "createPool",
        "createClient",
        "Pool",
        "Client",
        "Sequelize",
        "MongoClient",
        "Redis",
        "sign",
        "verify",
        "createHmac",
        "Stripe",
        "Resend",
        "neon",
        "postgres",
        "session",
        "Strategy",
        "cookieParser",
        "register",
    ];
    /// Calls that are told where to ask.
    const REQUESTS: &[&str] = &["fetch", "axios", "got", "get", "post", "put", "patch", "delete", "request"];
    /// Both, and whether each sets something up.
    static NAMES: LazyLock<FxHashMap<&str, bool>> = LazyLock::new(|| {
        let asked = REQUESTS.iter().map(|name| (*name, false));
        asked.chain(CALLS.iter().map(|name| (*name, true))).collect()
    });
    let mut found = Vec::new();
    for call in module.calls_named(|name| NAMES.contains_key(name)) {
        let sets_up = module.called(call).and_then(|name| NAMES.get(name)) == Some(&true);
        let package = match called_by(code, file, module, call) {
            Origin::External { package, .. } if sets_up || is_client(&package) => package,
            Origin::Global(name) if name == "fetch" => name,
            _ => continue,
        };
        let exits = guards::exits_on_error(module, call);
        let arguments = module.arguments(call).flat_map(|argument| asked(module, argument, &package));
        let named =
            arguments.filter(|node| matches!(module.kind(*node), Kind::Name(_, Some(_)) | Kind::Member(_)));
        found.extend(named.map(|node| (code.definition(Site { file, node }), exits)));
    }
    found
}

/// The values in an argument that something of a package cannot work without.
fn asked(module: &Module, argument: NodeId, package: &str) -> Vec<NodeId> {
    match module.kind(argument) {
        Kind::Object => {
            let options = module.properties(argument).into_iter();
            options.filter(|(key, _)| needs(package, Some(key))).map(|(_, value)| value).collect()
        }
        Kind::Template => {
            module.children(argument).filter(|value| begins_address(module, argument, *value)).collect()
        }
        _ if needs(package, None) => vec![argument],
        _ => Vec::new(),
    }
}

fn is_client(package: &str) -> bool {
    matches!(
        package,
        "axios" | "got" | "ky" | "node-fetch" | "undici" | "superagent" | "ofetch" | "cross-fetch"
    )
}
