//! Words and forms that tell what a handler does.

use crate::parse::javascript::{Kind, Module, NodeId};

/// Whether a name is that of status 401: `UnauthorizedException`, `HttpStatus.UNAUTHORIZED`, `unauthorized()`.
pub(super) fn refuses(word: &str) -> bool {
    word.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("unauthoriz"))
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
    word.len() >= 7 && {
        let plain: String = word.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect();
        SIGNS.iter().any(|sign| plain.contains(sign))
    }
}
