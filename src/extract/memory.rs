//! State that servers keep in memory, and servers of sockets.

use super::Context;
use super::code::Origin;
use super::view::{View, each};
use crate::facts::{Entry, MemoryState, SocketAdapter};
use crate::parse::javascript::{BindingId, Bound, Kind, Module, NodeId, Operator};

/// Names of variables that hold what has to outlive the process, by the end or the whole of their words.
const HELD: &[(&str, &[&str])] = &[
    (
        "sessions",
        &["sessions", "sessionstore", "usersessions", "activesessions", "sessionmap", "sessionsmap"],
    ),
    (
        "one-time codes",
        &[
            "otps",
            "otpstore",
            "otpmap",
            "otpcache",
            "otpstorage",
            "verificationcodes",
            "verificationstore",
            "resetcodes",
            "codestore",
            "pendingotps",
            "emailotps",
            "smscodes",
            "passcodes",
        ],
    ),
    (
        "tokens",
        &[
            "refreshtokens",
            "refreshtokenstore",
            "tokenstore",
            "resettokens",
            "passwordresettokens",
            "verificationtokens",
            "tokenblacklist",
            "blacklistedtokens",
            "revokedtokens",
            "magiclinks",
            "tokendenylist",
            "activetokens",
            "csrftokens",
            "invalidatedtokens",
            "validtokens",
            "issuedtokens",
        ],
    ),
];

/// One fact for each such variable, each memory store of sessions, and each socket server.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    each(context, |view, found| {
        if context.code.graph.live(view.file) == Some(false) || !view.is_server() {
            return;
        }
        variables(view, found);
        libraries(view, found);
    })
}

fn variables(view: &View<'_>, found: &mut Vec<Entry>) {
    let module = view.module;
    for binding in &module.bindings {
        let Bound::Value(value) = binding.bound else { continue };
        if module.function_around(binding.declared).is_some() {
            continue;
        }
        let name = module.word(binding.name);
        let bound = module.binding(binding.declared);
        if is_store(module, value) && is_written(module, bound) {
            let lost = holds(name).filter(|_| !is_saved(module, bound));
            let fact = MemoryState { name: name.to_owned(), holds: lost.map(str::to_owned) };
            found.push(view.entry(binding.declared, fact));
        }
    }
}

fn holds(name: &str) -> Option<&'static str> {
    let plain: String = name.chars().filter(|letter| *letter != '_').collect::<String>().to_ascii_lowercase();
    HELD.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(holds, _)| *holds)
}

/// An empty map, set, object or list of the language itself.
fn is_store(module: &Module, value: NodeId) -> bool {
    match module.kind(value) {
        Kind::Object | Kind::Array => module.child(value, 0).is_none(),
        Kind::New => {
            let callee = module.callee(value);
            callee.is_some_and(|callee| module.is_global(callee, "Map") || module.is_global(callee, "Set"))
                && module.argument(value, 0).is_none()
        }
        _ => false,
    }
}

/// Whether a function puts something into it.
fn is_written(module: &Module, binding: Option<BindingId>) -> bool {
    let Some(binding) = binding else { return false };
    module.uses(binding).iter().any(|using| {
        if module.function_around(*using).is_none() {
            return false;
        }
        let Some(member) = module.parent(*using) else { return false };
        let Some(above) = module.parent(member) else { return false };
        match (module.kind(member), module.kind(above)) {
            (Kind::Member(word), Kind::Call) => matches!(module.word(word), "set" | "add" | "push"),
            (Kind::Index | Kind::Member(_), Kind::Assign(Operator::Assign)) => {
                module.child(above, 0) == Some(member)
            }
            _ => false,
        }
    })
}

/// Whether a function hands it whole to what keeps it elsewhere: `storage.saveSessions(sessions)`.
fn is_saved(module: &Module, binding: Option<BindingId>) -> bool {
    const SAVES: &[&str] = &["save", "persist", "store", "write", "flush"];
    let Some(binding) = binding else { return false };
    module.uses(binding).iter().any(|using| {
        let calls = module.ancestors(*using).take(2).filter(|call| module.kind(*call) == Kind::Call);
        calls.filter_map(|call| module.called(call)).any(|name| {
            let name = name.to_ascii_lowercase();
            SAVES.iter().any(|verb| name.starts_with(verb))
        })
    })
}

fn libraries(view: &View<'_>, found: &mut Vec<Entry>) {
    let module = view.module;
    let asks =
        |names: &[&str]| module.imports.iter().any(|import| names.contains(&module.word(import.source)));
    if asks(&[
        "@socket.io/redis-adapter",
        "socket.io-redis",
        "@socket.io/cluster-adapter",
        "@socket.io/mongo-adapter",
        "@socket.io/postgres-adapter",
        "@socket.io/redis-streams-adapter",
        "@socket.io/sticky",
        "socket.io-adapter-mongo",
    ]) {
        adapters(view, found);
    }
    if !asks(&["express-session"]) {
        return;
    }
    for call in view.calls() {
        let Some(Origin::External { package, path }) = module.callee(call).map(|callee| view.origin(callee))
        else {
            continue;
        };
        if package != "express-session" || !path.is_empty() {
            continue;
        }
        let options = module.argument(call, 0).map(|options| module.resolve(options));
        let Some(options) = options.filter(|options| module.kind(*options) == Kind::Object) else { continue };
        let open = module.children(options).any(|child| module.kind(child) == Kind::Spread);
        let store = module.property(options, "store");
        let memory = store.is_some_and(|store| module.called(module.resolve(store)) == Some("MemoryStore"));
        let lost = memory || store.is_none() && !open && !assigns(module, "store");
        let fact = MemoryState { name: package, holds: lost.then(|| "sessions".to_owned()) };
        found.push(view.entry(call, fact));
    }
}

/// `io.adapter(createAdapter(…))` and `new Server({ adapter: … })`.
fn adapters(view: &View<'_>, found: &mut Vec<Entry>) {
    let module = view.module;
    let calls = module.calls_named(|name| name == "adapter");
    let set = calls.first().map(|call| (*call, "adapter()"));
    let option = || {
        module
            .all()
            .find(|node| matches!(module.kind(*node), Kind::Property(word) if module.word(word) == "adapter"))
    };
    if let Some((node, by)) = set.or_else(|| option().map(|node| (node, "the option `adapter`"))) {
        found.push(view.entry(node, SocketAdapter { by: by.to_owned() }));
    }
}

/// Whether a property of this name is set by an assignment: `options.store = …`.
fn assigns(module: &Module, name: &str) -> bool {
    module.all().any(|node| {
        matches!(module.kind(node), Kind::Assign(_))
            && module.child(node, 0).and_then(|target| module.last_name(target)) == Some(name)
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn what_is_kept() {
        for (text, expected) in [
            (
                "const otp_store = {}; exports.f = (k) => { otp_store[k] = 1 }",
                vec!["otp_store | one-time codes"],
            ),
            (
                "const sessions = new Map(); exports.f = (k) => sessions.set(k, 1)",
                vec!["sessions | sessions"],
            ),
            (
                "let sessions = {}; exports.f = (k) => { sessions[k] = 1; return storage.saveSessions(sessions) }",
                vec!["sessions | "],
            ),
            ("const seen = new Set(); exports.f = (k) => seen.add(k)", vec!["seen | "]),
            ("const sessions = new Map(); exports.f = (k) => sessions.get(k)", vec![]),
            (
                "exports.f = () => { const sessions = []; sessions.push(1); g(() => sessions.push(2)) }",
                vec![],
            ),
            (
                r#"require("express")().use(require("express-session")({ store }))"#,
                vec!["express-session | "],
            ),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("memory.state", &["name", "holds"], &files), expected, "{text}");
        }
    }

    #[test]
    fn what_passes_messages_on() {
        for (text, expected) in [
            (r#"require("@socket.io/redis-adapter"); io.adapter(a)"#, vec!["adapter()"]),
            (
                r#"require("@socket.io/redis-adapter"); new Server({ adapter: a })"#,
                vec!["the option `adapter`"],
            ),
            ("io.adapter(a)", vec![]),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("socket.adapter", &["by"], &files), expected, "{text}");
        }
    }
}
