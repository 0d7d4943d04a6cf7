//! Checks that answer later and are taken at their promise, which is always true.

use super::access::is_check;
use super::names;
use super::scan::Scan;
use crate::extract::code::{Origin, Site};
use crate::facts::AuthCheck;
use crate::parse::javascript::{BindingId, Bound, Kind, NodeId, Operator};

/// Checks of packages that answer with a promise: the package, and what its path ends with.
const LATER: &[(&str, &str)] = &[
    ("argon2", "verify"),
    ("@node-rs/argon2", "verify"),
    ("@upstash/qstash", "Receiver().verify"),
    ("@octokit/webhooks", "Webhooks().verify"),
    ("@octokit/webhooks-methods", "verify"),
    ("@simplewebauthn/server", "verifyRegistrationResponse"),
    ("@simplewebauthn/server", "verifyAuthenticationResponse"),
    ("google-auth-library", "OAuth2Client().verifyIdToken"),
    ("jose", "jwtVerify"),
    ("@clerk/backend", "verifyToken"),
];

/// Looks at what decides about a branch: `if (!verifyToken(token)) …` of a function that is `async`.
pub(super) fn decided(scan: &mut Scan<'_, '_>, node: NodeId) {
    let Some(test) = scan.module.child(node, 0).filter(|_| !scan.browser) else { return };
    let mut asked = Vec::new();
    calls(scan, test, &mut asked);
    for (call, name) in asked {
        let stub = "is not awaited, and a promise always counts as true".to_owned();
        scan.add(call, AuthCheck { name, stub: Some(stub) });
    }
}

/// The checks among the parts of a condition whose answer nobody waits for, with their names.
fn calls(scan: &Scan<'_, '_>, test: NodeId, found: &mut Vec<(NodeId, String)>) {
    let module = scan.module;
    match module.kind(test) {
        Kind::Unary(Operator::Not) | Kind::Logical(_) => {
            for part in module.children(test) {
                calls(scan, part, found);
            }
        }
        Kind::Call => found.extend(promise(scan, test).map(|name| (test, name))),
        // `const valid = verify(token); if (!valid) …`
        Kind::Name(_, Some(binding)) => {
            let bound = module.bindings[binding.0 as usize];
            if let Bound::Value(value) = bound.bound
                && !bound.mutated
                && module.kind(value) == Kind::Call
                && only_looked_at(scan, binding)
            {
                found.extend(promise(scan, value).map(|name| (value, name)));
            }
        }
        _ => {}
    }
}

/// The name of what is called, where it is a check that answers with a promise.
fn promise(scan: &Scan<'_, '_>, call: NodeId) -> Option<String> {
    let module = scan.module;
    let name = module.called(call)?;
    let verifies = ["compare", "verify", "match", "matches", "valid"];
    if !is_check(name) && !names::has(name, &verifies) {
        return None;
    }
    let callee = module.callee(call)?;
    let later = match scan.context.code.callee(scan.site(call)) {
        Origin::Local(function) => is_asynchronous(scan, function),
        Origin::External { package, path } => {
            // With one more argument these call back.
            let given = module.arguments(call).count();
            let answers_later = |(known, end): &(&str, &str)| *known == package && path.ends_with(end);
            matches!(package.as_str(), "bcrypt" | "bcryptjs" | "@node-rs/bcrypt")
                && path == "compare"
                && given == 2
                || LATER.iter().any(answers_later)
        }
        Origin::Global(_) => module.is_global(callee, "Bun.password.verify"),
        Origin::Unknown => false,
    };
    later.then(|| name.to_owned())
}

/// Whether a function, or the function of a method, is `async`.
fn is_asynchronous(scan: &Scan<'_, '_>, at: Site) -> bool {
    let Some(module) = scan.context.code.module(at.file) else { return false };
    let function = match module.kind(at.node) {
        Kind::Method(_) => module.children(at.node).last(),
        _ => Some(at.node),
    };
    let function = function.and_then(|function| module.function(function));
    function.is_some_and(|function| function.asynchronous && !function.generator)
}

/// Whether nobody waits for the value of a name later: every use is a part of a condition or an answer.
fn only_looked_at(scan: &Scan<'_, '_>, binding: BindingId) -> bool {
    let module = scan.module;
    module.uses(binding).iter().all(|place| {
        let around = module.parent(*place).map(|around| module.kind(around));
        !matches!(
            around,
            Some(
                Kind::Await
                    | Kind::Member(_)
                    | Kind::Call
                    | Kind::New
                    | Kind::Array
                    | Kind::Return
                    | Kind::Yield
            )
        )
    })
}
