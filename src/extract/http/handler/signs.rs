//! Words and forms that tell what a handler does.

use std::sync::LazyLock;

use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::Needles;

/// Whether a name is that of status 401: `UnauthorizedException`, `HttpStatus.UNAUTHORIZED`, `unauthorized()`.
pub(super) fn refuses(word: &str) -> bool {
    word.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("unauthoriz"))
}

/// Whether what is set is forgotten after a time: `redis.set(key, value, { ex: 60 })`, `set(key, value, "EX", 60)`. That is a
/// copy, or a mark, and no record.
pub(super) fn expires(module: &Module, call: NodeId) -> bool {
    let how = module.argument(call, 2);
    how.is_some_and(|how| match module.kind(how) {
        Kind::Object => ["ex", "px", "EX", "PX", "ttl"].iter().any(|key| module.property(how, key).is_some()),
        Kind::Text(word) => matches!(module.word(word), "EX" | "PX" | "ex" | "px"),
        _ => false,
    })
}

/// Whether a function only answers with a text that says it runs.
pub(super) fn stands(module: &Module, function: NodeId) -> bool {
    const SIGNS: &[&str] = &["running", "healthy", "alive", "online", "operational"];
    let (mut calls, mut says) = (0, false);
    for node in module.descendants(function) {
        match module.kind(node) {
            Kind::Await => return false,
            Kind::Call | Kind::New => calls += 1,
            Kind::Text(word) => {
                let text = module.word(word).to_ascii_lowercase();
                let mut words = text.split(|c: char| !c.is_alphanumeric());
                says |= words.any(|word| SIGNS.contains(&word)) || matches!(text.as_str(), "ok" | "pong");
            }
            _ => {}
        }
    }
    says && calls <= 3
}

/// Whether a call hands a password to what tells whether it is right: `User.authenticate(email, password)`.
pub(super) fn signs_in(module: &Module, call: NodeId, name: &str) -> bool {
    const CHECKS: &[&str] = &[
        "authenticate",
        "login",
        "logIn",
        "signIn",
        "verifyPassword",
        "checkPassword",
        "comparePassword",
        "validatePassword",
        "validateUser",
    ];
    let password =
        |node: NodeId| matches!(module.last_name(node), Some("password" | "plainPassword" | "pass"));
    CHECKS.contains(&name) && module.arguments(call).any(password)
}

/// Whether a method asks a limiter by its name: `client.checkRateLimit(…)`, `limits.consumeRateLimit(…)`.
pub(super) fn limits(name: &str) -> bool {
    const VERBS: &[&str] = &["check", "enforce", "assert", "apply", "consume", "ratelimit"];
    let begins = |verb: &&str| name.get(..verb.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(verb));
    let end = name.len().checked_sub("ratelimit".len()).and_then(|at| name.get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case("ratelimit")) && VERBS.iter().any(begins)
}

/// Whether a name counts failed attempts: `failedLogin`, `loginAttempts`, `lockUntil`.
pub(super) fn locks(word: &str) -> bool {
    const SIGNS: &[&str] = &[
        "failedlogin",
        "loginattempt",
        "failedattempt",
        "lockuntil",
        "lockeduntil",
        "lockout",
        "attemptsleft",
        "maxattempts",
        "toomanyattempts",
        "remainingattempts",
    ];
    static NEEDLES: LazyLock<Needles> = LazyLock::new(|| Needles::of(SIGNS.iter().copied()));
    match word.len() {
        ..7 => false,
        // Each of them tells of attempts, logins or locks.
        _ if !word.bytes().any(|byte| matches!(byte, b'k' | b'K' | b'p' | b'P' | b'g' | b'G')) => false,
        _ if word.contains('_') => NEEDLES.are_in(&word.replace('_', "")),
        _ => NEEDLES.are_in(word),
    }
}

/// Whether a name speaks of an end to waiting: `timeoutMs`.
pub(super) fn waits(word: &str) -> bool {
    static NEEDLES: LazyLock<Needles> = LazyLock::new(|| Needles::of(["timeout"]));
    word.len() >= 7 && NEEDLES.are_in(word)
}
