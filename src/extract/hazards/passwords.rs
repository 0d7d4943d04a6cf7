//! How passwords are kept, and how long they have to be.

use std::sync::LazyLock;

use super::names;
use super::request;
use super::scan::Scan;
use crate::facts::{PasswordHash, PasswordPolicy};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};
use crate::source::Needles;

const BCRYPT: &[&str] = &["bcrypt", "bcryptjs", "bcrypt-ts", "@node-rs/bcrypt"];

/// The least cost of bcrypt that holds.
const LEAST_COST: u32 = 10;

/// Looks at a call.
pub(super) fn call(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    match called {
        "hash" | "hashSync" | "genSalt" | "genSaltSync" => hashed(scan, node, called),
        "scrypt" | "scryptSync" | "pbkdf2" | "pbkdf2Sync" => derived(scan, node, called),
        "update" => updated(scan, node),
        "min" | "isLength" | "minLength" | "MinLength" | "Length" => policy(scan, node),
        _ => {}
    }
}

fn is_password(name: &str) -> bool {
    names::has(name, &["password", "passwd", "pwd", "pass", "passphrase"])
}

/// The last name of a value that is a password.
fn password_in(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    scan.module.last_name(node).is_some_and(is_password)
}

fn hashed(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let Some((package, _)) = scan.called_of(node) else { return };
    let module = scan.module;
    if package == "argon2" || package == "@node-rs/argon2" || package == "@phc/argon2" {
        return scan.add(node, PasswordHash { algorithm: "argon2".to_owned(), weak: None });
    }
    if !BCRYPT.contains(&package.as_str()) {
        return;
    }
    let index = usize::from(called.starts_with("hash"));
    let cost = module
        .argument(node, index)
        .and_then(|cost| scan.text(cost))
        .and_then(|cost| cost.parse::<u32>().ok());
    let weak = cost.filter(|cost| *cost < LEAST_COST).map(|cost| format!("bcrypt with cost {cost}"));
    // What is hashed at little cost where nothing speaks of passwords is given a short name, and is no secret.
    if index == 1 && weak.is_some() && !speaks_of_passwords(module) {
        return;
    }
    scan.add(node, PasswordHash { algorithm: "bcrypt".to_owned(), weak });
}

/// Whether any name or text of a module is about passwords.
fn speaks_of_passwords(module: &Module) -> bool {
    static NEEDLES: LazyLock<Needles> = LazyLock::new(|| Needles::of(["passw", "passphrase", "pwd", "otp"]));
    NEEDLES.are_in(module.spoken())
}

/// A key that is derived from a password by the runtime.
fn derived(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let given = scan.module.argument(node, 0).is_some_and(|password| password_in(scan, password));
    let runtime = scan.called_of(node).is_none_or(|(package, _)| package.starts_with("node:"));
    if given && runtime {
        let algorithm = called.trim_end_matches("Sync").to_owned();
        scan.add(node, PasswordHash { algorithm, weak: None });
    }
}

/// `createHash("sha256").update(password)`.
fn updated(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let Some(made) = module.receiver(node) else { return };
    if module.called(made) != Some("createHash")
        || !module.argument(node, 0).is_some_and(|given| holds_password(scan, given, 0))
    {
        return;
    }
    if scan.is_about(node, &["pwned", "breach", "breached", "hibp", "leaked", "cache", "fingerprint"]) {
        return;
    }
    let Some(algorithm) = module.argument(made, 0).and_then(|algorithm| scan.text(algorithm)) else { return };
    let algorithm = algorithm.to_ascii_lowercase();
    if matches!(algorithm.as_str(), "sha1" | "sha-1") && asks_for_leaks(scan, node) {
        return;
    }
    let weak = Some(format!("a single round of {algorithm}"));
    scan.add(node, PasswordHash { algorithm, weak });
}

/// Whether a digest is made to ask a list of leaked passwords: by its first five letters, or in a function that names
/// the list. Such a digest is kept nowhere.
fn asks_for_leaks(scan: &Scan<'_, '_>, update: NodeId) -> bool {
    let module = scan.module;
    let around = module.function_around(update).unwrap_or(module.root());
    let names = |node: NodeId| matches!(module.kind(node), Kind::Text(word) if module.word(word).contains("pwnedpasswords"));
    if module.descendants(around).any(names) {
        return true;
    }
    let declared = module.ancestors(update).find(|outer| module.kind(*outer) == Kind::Declarator);
    let target = declared.and_then(|declared| module.child(declared, 0));
    let Some(binding) = target.and_then(|target| module.binding(target)) else { return false };
    let cut = |place: &NodeId| {
        let call = module.parent(*place).and_then(|member| module.parent(member))?;
        let cuts = matches!(module.called(call), Some("slice" | "substring" | "substr"));
        (cuts && module.receiver(call) == Some(*place)).then_some(call)
    };
    let prefix =
        |call: NodeId| module.argument(call, 1).is_some_and(|end| scan.text(end).as_deref() == Some("5"));
    let uses = module.uses(binding);
    let cuts: Vec<_> = uses.iter().filter(|place| Some(**place) != target).map(cut).collect();
    cuts.iter().all(Option::is_some) && cuts.into_iter().flatten().any(prefix)
}

/// Whether a value is a password, or one with salt.
fn holds_password(scan: &Scan<'_, '_>, node: NodeId, depth: usize) -> bool {
    let module = scan.module;
    match module.kind(node) {
        Kind::Binary(Operator::Add) | Kind::Template if depth < 32 => {
            module.children(node).any(|part| holds_password(scan, part, depth + 1))
        }
        _ => password_in(scan, node),
    }
}

/// `user.password === password`: it was kept as it is.
pub(super) fn compared(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let (Some(left), Some(right)) = (module.child(node, 0), module.child(node, 1)) else { return };
    let kept = |side: NodeId| {
        let Kind::Member(word) = module.kind(side) else { return false };
        let object = module.child(side, 0).and_then(|object| module.last_name(object));
        module.word(word) == "password"
            && object.is_some_and(|object| names::has(object, KEPT))
            && request::part(module, side).is_none()
    };
    let given = |side: NodeId| {
        matches!(module.last_name(side), Some("password" | "pass" | "pwd"))
            && request::part(module, side) == Some(request::Part::Body)
    };
    if !scan.browser && (kept(left) && given(right) || kept(right) && given(left)) {
        let weak = Some("no hash at all".to_owned());
        scan.add(node, PasswordHash { algorithm: "none".to_owned(), weak });
    }
}

/// Words of names for what a database knows of someone.
const KEPT: &[&str] = &[
    "user", "account", "admin", "found", "existing", "doctor", "patient", "employee", "customer", "student",
    "row", "result", "member", "teacher", "seller", "agent",
];

/// A call that asks for a length, on something that is a password.
fn policy(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let number = |node: NodeId| match module.kind(module.resolve(node)) {
        Kind::Number(word) => module.word(word).parse::<i64>().ok(),
        Kind::Object => module.property(node, "min").and_then(|min| module.text(min)?.parse().ok()),
        _ => None,
    };
    let Some(minimum) = module.argument(node, 0).and_then(number) else { return };
    let named = module.ancestors(node).take(8).any(|outer| match module.kind(outer) {
        Kind::Property(word) | Kind::Field(word) => is_password(module.word(word)),
        Kind::Declarator => module.child(outer, 0).is_some_and(|target| password_in(scan, target)),
        _ => false,
    });
    // `body("password").isLength({ min: 8 })`.
    let chained = module.receiver(node).is_some_and(|receiver| {
        let first = module.descendants(receiver).find(|inner| matches!(module.kind(*inner), Kind::Text(_)));
        first.and_then(|text| module.text(text)).is_some_and(|text| is_password(&text))
    });
    if (named || chained) && !scan.browser {
        scan.add(node, PasswordPolicy { minimum });
    }
}

/// `password.length < 8`.
pub(super) fn measured(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let (Some(left), Some(right)) = (module.child(node, 0), module.child(node, 1)) else { return };
    let Kind::Member(word) = module.kind(left) else { return };
    if module.word(word) != "length"
        || !module.child(left, 0).is_some_and(|object| password_in(scan, object))
        || scan.browser
    {
        return;
    }
    let Some(minimum) = scan.text(right).and_then(|number| number.parse::<i64>().ok()) else { return };
    scan.add(node, PasswordPolicy { minimum });
}

/// `minlength: 8` of a schema's `password`.
pub(super) fn property(scan: &mut Scan<'_, '_>, node: NodeId, key: &str) {
    if !matches!(key, "minlength" | "minLength" | "minPasswordLength") || scan.browser {
        return;
    }
    let module = scan.module;
    let of = module.ancestors(node).take(3).find_map(|outer| match module.kind(outer) {
        Kind::Property(word) | Kind::Field(word) => Some(module.word(word)),
        _ => None,
    });
    let about = key == "minPasswordLength" || of.is_some_and(is_password);
    let value = module.child(node, 0).map(|value| module.resolve(value));
    let number = value.map(|value| match module.kind(value) {
        Kind::Array => module.child(value, 0).unwrap_or(value),
        _ => value,
    });
    if let Some(minimum) =
        number.and_then(|number| module.text(number)?.parse::<i64>().ok()).filter(|_| about)
    {
        scan.add(node, PasswordPolicy { minimum });
    }
}
