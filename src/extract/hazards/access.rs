//! Decisions about who may do what: comparisons, claims, addresses, checks that check nothing.

use super::names;
use super::request::{self, Part};
use super::scan::{Scan, variable};
use crate::facts::{AuthCheck, ClaimDefault, ClientAddress, CredentialCompare, MetadataRole};
use crate::parse::javascript::{FunctionForm, Kind, NodeId, Operator};

/// `a === b`.
pub(super) fn compared(scan: &mut Scan<'_, '_>, node: NodeId) {
    if scan.browser {
        return;
    }
    let module = scan.module;
    let (Some(left), Some(right)) = (module.child(node, 0), module.child(node, 1)) else { return };
    for (side, other) in [(left, right), (right, left)] {
        if is_digest(scan, side) && scan.text(other).is_none() {
            return compare(scan, node, "a signature", "signature");
        }
        let Some(what) = credential(scan, other) else { continue };
        if let Some(text) = scan.text(side) {
            if is_secret_text(&text) {
                compare(scan, node, &what, "literal");
            }
            return;
        }
        if secret_variable(scan, side) {
            return compare(scan, node, &what, "secret");
        }
    }
}

fn compare(scan: &mut Scan<'_, '_>, node: NodeId, what: &str, against: &str) {
    scan.add(node, CredentialCompare { what: what.to_owned(), against: against.to_owned() });
}

/// Whether a text of the source can be a secret: no word of a protocol.
fn is_secret_text(text: &str) -> bool {
    let text = text.strip_prefix("Bearer ").or_else(|| text.strip_prefix("Basic ")).unwrap_or(text);
    let words = [
        "undefined",
        "null",
        "true",
        "false",
        "bearer",
        "basic",
        "password",
        "token",
        "string",
        "object",
        "none",
    ];
    text.len() >= 3 && !words.contains(&text.trim().to_ascii_lowercase().as_str())
}

/// What of a request a value is, where it proves who asks: a header, a password.
fn credential(scan: &Scan<'_, '_>, node: NodeId) -> Option<String> {
    let module = scan.module;
    let part = request::part(module, node)?;
    let key = key_of(scan, node, 0)?;
    let lower = key.to_ascii_lowercase();
    let proves = match part {
        Part::Header => {
            lower == "authorization"
                || names::has(&lower, &["secret", "token", "password", "signature"])
                    && !names::has(&lower, &["csrf", "next"])
                || names::has_run(&lower, &["api", "key"])
                || names::has_run(&lower, &["admin", "key"])
        }
        Part::Query | Part::Body => {
            names::has(&key, &["password", "passwd", "secret", "passcode", "apikey", "pin"])
                && !names::has(&key, &["confirm", "confirmation", "new", "type", "current", "repeat"])
                || names::has_run(&key, &["api", "key"])
                || names::has_run(&key, &["verify", "token"])
                || matches!(lower.as_str(), "token" | "admin_key" | "adminkey")
        }
        Part::Path | Part::Cookie => false,
    };
    proves.then(|| match part {
        Part::Header => format!("the header `{lower}`"),
        _ => format!("`{key}`"),
    })
}

/// The key under which a value stands in a request.
fn key_of(scan: &Scan<'_, '_>, node: NodeId, depth: usize) -> Option<String> {
    let module = scan.module;
    if depth > 6 {
        return None;
    }
    match module.kind(node) {
        Kind::Member(word) => Some(module.word(word).to_owned()),
        Kind::Call => match module.called(node)? {
            "get" | "header" | "query" => {
                module.text(module.argument(node, 0)?).map(std::borrow::Cow::into_owned)
            }
            _ => key_of(scan, module.receiver(node)?, depth + 1),
        },
        Kind::Name(word, Some(_)) => {
            let value = module.resolve(node);
            if value == node { Some(module.word(word).to_owned()) } else { key_of(scan, value, depth + 1) }
        }
        Kind::Logical(_) | Kind::Await | Kind::Index => key_of(scan, module.child(node, 0)?, depth + 1),
        _ => None,
    }
}

/// Whether a value is a secret of the environment, or a text with one in it.
fn secret_variable(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let module = scan.module;
    let value = scan.behind(node);
    let secret = |name: &str| {
        names::has(name, &["secret", "token", "password"])
            || names::words(name).last().is_some_and(|word| word.eq_ignore_ascii_case("key"))
    };
    let own = |node: NodeId| {
        variable(module, node).is_some_and(secret)
            || variable(module, module.resolve(node)).is_some_and(secret)
    };
    own(value) || module.kind(value) == Kind::Template && module.children(value).any(own)
}

/// Whether a value is the digest of an HMAC.
fn is_digest(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let module = scan.module;
    let mut at = scan.behind(node);
    // `"sha256=" + digest`, `` `sha256=${digest}` ``.
    if matches!(module.kind(at), Kind::Binary(Operator::Add) | Kind::Template) {
        let Some(last) = module.children(at).filter(|part| scan.module.text(*part).is_none()).last() else {
            return false;
        };
        at = scan.behind(last);
    }
    if module.kind(at) != Kind::Call || module.called(at) != Some("digest") {
        return false;
    }
    let Some(receiver) = module.receiver(at) else { return false };
    let made = |node: NodeId| module.called(node) == Some("createHmac");
    made(scan.behind(module.leftmost(receiver)))
        || module.descendants(at).any(|inner| module.kind(inner) == Kind::Call && made(inner))
}

/// `user.role || "admin"`.
pub(super) fn defaulted(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let (Some(left), Some(right)) = (module.child(node, 0), module.child(node, 1)) else { return };
    let mut last = left;
    while let (Kind::Logical(_), Some(next)) = (module.kind(last), module.child(last, 1)) {
        last = next;
    }
    let Kind::Member(word) = module.kind(last) else { return };
    let claim = module.word(word);
    let tenant = matches!(
        claim,
        "tenantId" | "tenant_id" | "tenant" | "organizationId" | "organisationId" | "orgId" | "org_id"
    );
    if !tenant && claim != "role" || scan.browser {
        return;
    }
    let of = module.child(last, 0).and_then(|object| module.dotted(object));
    let token = of.is_some_and(|path| {
        path.split('.').any(|part| {
            names::has(
                part,
                &["user", "claims", "payload", "decoded", "token", "session", "jwt", "auth", "principal"],
            )
        })
    });
    let Some(value) = scan.text(right).filter(|value| !value.is_empty() && token) else { return };
    let lower = value.to_ascii_lowercase();
    let nobody = matches!(lower.as_str(), "unknown" | "anonymous" | "none" | "guest" | "n/a" | "null");
    let grants = tenant && !nobody
        || matches!(
            lower.as_str(),
            "admin" | "owner" | "superadmin" | "super_admin" | "manager" | "administrator"
        );
    scan.add(node, ClaimDefault { claim: claim.to_owned(), value, grants });
}

/// `user.user_metadata.role` where it decides.
pub(super) fn metadata(scan: &mut Scan<'_, '_>, node: NodeId, key: &str) {
    if !matches!(key, "role" | "roles" | "permissions" | "is_admin" | "isAdmin" | "tenant_id" | "plan")
        || scan.browser
    {
        return;
    }
    let module = scan.module;
    let Some(object) = module.child(node, 0).map(|object| module.resolve(object)) else { return };
    let Some(of @ ("user_metadata" | "unsafeMetadata" | "raw_user_meta_data")) = module.last_name(object)
    else {
        return;
    };
    let decides = decides(scan, node);
    scan.add(node, MetadataRole { decides, field: format!("{of}.{key}") });
}

/// Whether a value, or the name it is given to, is compared or tested.
fn decides(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let module = scan.module;
    let mut inner = node;
    for outer in module.ancestors(node) {
        let first = module.child(outer, 0) == Some(inner);
        match module.kind(outer) {
            Kind::Binary(_) | Kind::Unary(_) => return true,
            Kind::If | Kind::Conditional if first => return true,
            Kind::Call => {
                let test =
                    module.called(outer).is_some_and(|name| matches!(name, "includes" | "has" | "some"));
                return test;
            }
            Kind::Logical(_) | Kind::Member(_) | Kind::Await => {}
            Kind::Declarator => {
                let Some(binding) = module.child(outer, 0).and_then(|target| module.binding(target)) else {
                    return false;
                };
                return module.uses(binding).iter().any(|place| {
                    module.parent(*place).is_some_and(|parent| match module.kind(parent) {
                        Kind::Binary(_) | Kind::Unary(_) => true,
                        Kind::If => module.child(parent, 0) == Some(*place),
                        Kind::Call => matches!(module.called(parent), Some("includes" | "has")),
                        _ => false,
                    })
                });
            }
            _ => return false,
        }
        inner = outer;
    }
    false
}

/// `req.headers["x-forwarded-for"]` in code that limits.
pub(super) fn address(scan: &mut Scan<'_, '_>, node: NodeId, header: &str) {
    let lower = header.to_ascii_lowercase();
    if !matches!(lower.as_str(), "x-forwarded-for" | "x-real-ip" | "x-client-ip") || scan.browser {
        return;
    }
    let limits = [
        "rate",
        "limit",
        "limiter",
        "ratelimit",
        "throttle",
        "whitelist",
        "allowlist",
        "blocklist",
        "ban",
        "banned",
    ];
    let purpose = scan.is_about(node, &limits).then(|| "limits".to_owned());
    // The last address is the one that the nearest proxy wrote.
    let counted = scan.module.ancestors(node).take(8).any(|outer| {
        scan.module.kind(outer) == Kind::Call && matches!(scan.module.called(outer), Some("pop" | "at"))
    });
    if !counted {
        scan.add(node, ClientAddress { header: lower, purpose });
    }
}

/// A function that is named as a check and always says yes.
pub(super) fn stub(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let Some(function) = module.function(node).copied() else { return };
    let name = module.word(function.name);
    if scan.browser
        || function.parameters == 0
        || !is_check(name)
        || matches!(function.form, FunctionForm::Setter)
    {
        return;
    }
    let (name, stub) = (name.to_owned(), says_yes(scan, node).map(str::to_owned));
    scan.add(node, AuthCheck { name, stub });
}

/// All that a function does, where that is to say yes.
fn says_yes(scan: &Scan<'_, '_>, function: NodeId) -> Option<&'static str> {
    let module = scan.module;
    let body = module.body(function)?;
    let statements: Vec<_> = match module.kind(body) {
        Kind::Block => module.children(body).filter(|statement| !is_log(scan, *statement)).collect(),
        _ => vec![body],
    };
    let [only] = statements[..] else { return None };
    let value = if module.kind(only) == Kind::Return { module.child(only, 0)? } else { only };
    let yes = |value: NodeId| module.kind(value) == Kind::Flag(true);
    match module.called(value) {
        None => yes(value).then_some("returns `true`"),
        Some("next") => module.arguments(value).next().is_none().then_some("calls `next()`"),
        Some("resolve") => module.argument(value, 0).is_some_and(yes).then_some("returns `true`"),
        Some(_) => None,
    }
}

/// `{ token: "mock_jwt_token_" + Date.now() }`.
pub(super) fn made_up(scan: &mut Scan<'_, '_>, node: NodeId, key: &str) {
    if !matches!(key, "token" | "accessToken" | "access_token" | "jwt") || scan.browser {
        return;
    }
    let module = scan.module;
    let Some(value) = module.child(node, 0).map(|value| scan.behind(value)) else { return };
    let first = match module.kind(value) {
        Kind::Text(_) => Some(value),
        Kind::Template | Kind::Binary(Operator::Add) => module.child(value, 0),
        _ => None,
    };
    let Some(text) = first.and_then(|first| scan.text(first)) else { return };
    if names::has(&text, &["mock", "fake", "dummy"]) {
        let name = scan.around(node).next().unwrap_or(scan.stem()).to_owned();
        scan.add(node, AuthCheck { name, stub: Some("hands out a made-up token".to_owned()) });
    }
}

/// Whether a function is named as a check of who may do what.
pub(super) fn is_check(name: &str) -> bool {
    const VERBS: &[&str] = &[
        "verify",
        "check",
        "validate",
        "authenticate",
        "authorize",
        "require",
        "has",
        "can",
        "is",
        "ensure",
    ];
    const OBJECTS: &[&str] = &[
        "auth",
        "token",
        "jwt",
        "permission",
        "permissions",
        "authenticated",
        "authorized",
        "admin",
        "session",
        "credentials",
        "password",
        "signature",
        "payment",
        "owner",
        "access",
    ];
    matches!(
        name,
        "authenticate"
            | "authorize"
            | "canActivate"
            | "isAuthenticated"
            | "requireAuth"
            | "protect"
            | "isAdmin"
    ) || names::words(name).next().is_some_and(|verb| VERBS.contains(&verb.to_ascii_lowercase().as_str()))
        && names::words(name).nth(1).is_some()
        && names::has(name, OBJECTS)
        && !names::has(
            name,
            &[
                "expired",
                "required",
                "optional",
                "skip",
                "public",
                "page",
                "cookie",
                "storage",
                "supports",
                "supported",
                "enabled",
                "feature",
            ],
        )
}

/// Whether a statement only writes a message.
pub(super) fn is_log(scan: &Scan<'_, '_>, statement: NodeId) -> bool {
    let module = scan.module;
    if module.kind(statement) != Kind::Call {
        return matches!(module.kind(statement), Kind::Directive(_));
    }
    module
        .receiver(statement)
        .and_then(|receiver| module.last_name(receiver))
        .is_some_and(|receiver| matches!(receiver, "console" | "logger" | "log" | "Logger"))
}
