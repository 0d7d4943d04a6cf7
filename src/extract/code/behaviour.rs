//! What local code does by itself: a limiter is what answers 429 or counts within a window, whatever its name.

mod answers;
mod listed;
mod schema;
mod seen;
mod shapes;

use self::answers::{Answer, Status};
use self::seen::{Mark, Seen};
use super::{Capabilities, Capability};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};

/// What a function is good for by what it does itself, calls of packages left out.
pub(super) fn of_function(module: &Module, function: NodeId) -> Capabilities {
    let seen = Seen::of(module, function);
    let all = turned_away(module, function, &seen);
    let all = counted(&seen, all);
    let all = written(&seen, all);
    let all = shapes::of(module, function, &seen, all);
    let all = if is_limiter_object(module, function) { all.with(Capability::RateLimit) } else { all };
    if is_guard_of_nest(module, function) { boolean_guard(&Seen::within(module, function), all) } else { all }
}

/// What the answers say that turn a request away.
fn turned_away(module: &Module, function: NodeId, seen: &Seen) -> Capabilities {
    let mut all = Capabilities::default();
    for answer in &seen.answers {
        let Some(because) = Because::of(module, function, *answer, seen) else { continue };
        let given = match answer.status {
            Status::TooMany => (!because.status).then_some(Capability::RateLimit),
            Status::Unauthorized => (because.identity && !is_login(seen)).then_some(Capability::Auth),
            Status::Forbidden if because.forged => Some(Capability::Csrf),
            Status::Forbidden if because.signature => None,
            Status::Forbidden if because.secret || seen.has(Mark::Credential) && !because.role => {
                Some(Capability::Auth)
            }
            Status::Forbidden => (because.role || because.identity).then_some(Capability::Role),
            Status::BadRequest => (seen.has(Mark::Shape) || is_validation(module, function, seen))
                .then_some(Capability::Validation),
        };
        all = given.map_or(all, |capability| all.with(capability));
        if answer.status == Status::Unauthorized && because.role {
            all = all.with(Capability::Role);
        }
    }
    all
}

/// Whether a function says that it validates, and refuses what it is given for several reasons.
fn is_validation(module: &Module, function: NodeId, seen: &Seen) -> bool {
    let refusals = seen.answers.iter().filter(|answer| matches!(answer.status, Status::BadRequest));
    refusals.count() > 1
        && module.function(function).is_some_and(|function| {
            let name = module.word(function.name);
            name.starts_with("validate") || name.starts_with("check")
        })
}

/// What a condition asks for, by the words in it.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools)] // independent answers about one condition
struct Because {
    identity: bool,
    role: bool,
    forged: bool,
    signature: bool,
    secret: bool,
    /// It looks at the status of an answer: the refusal is that of another service, passed on.
    status: bool,
}

impl Because {
    /// Why an answer is given; none where it is given always.
    fn of(module: &Module, function: NodeId, answer: Answer, seen: &Seen) -> Option<Self> {
        let mut below = answer.node;
        for around in module.ancestors(answer.node) {
            if around == function {
                break;
            }
            let test = match module.kind(around) {
                Kind::If | Kind::Conditional | Kind::Logical(_) => module.child(around, 0),
                Kind::Catch => return Some(Self { status: true, ..Self::anywhere(seen) }),
                // The code of one error is turned into that of another.
                Kind::Case => return None,
                _ => None,
            };
            if let Some(test) = test.filter(|test| *test != below) {
                return Some(Self::test(module, test, seen));
            }
            below = around;
        }
        // `if (known) return next(); res.status(401)`.
        seen.has(Mark::If).then(|| Self::anywhere(seen))
    }

    fn anywhere(seen: &Seen) -> Self {
        Self {
            identity: seen.has(Mark::Identity) || seen.has(Mark::Credential),
            role: seen.has(Mark::Role),
            forged: seen.has(Mark::Forged),
            signature: seen.has(Mark::Hmac),
            ..Self::default()
        }
    }

    fn test(module: &Module, test: NodeId, seen: &Seen) -> Self {
        const IDENTITY: &[&str] = &[
            "session",
            "user",
            "token",
            "auth",
            "logged",
            "apikey",
            "api_key",
            "claims",
            "jwt",
            "bearer",
            "cookie",
            "principal",
            "identity",
            "member",
            "account",
            "viewer",
        ];
        const ROLE: &[&str] =
            &["role", "permission", "admin", "scope", "privilege", "ability", "owner", "access", "allowed"];
        let mut because = Self::default();
        let mut plain = true;
        for node in std::iter::once(test).chain(module.descendants(test)) {
            let (Kind::Name(word, _) | Kind::Member(word) | Kind::Text(word)) = module.kind(node) else {
                because.status |= module.kind(node) == Kind::Binary(Operator::InstanceOf);
                because.status |=
                    matches!(module.kind(node), Kind::Number(word) if module.word(word).len() == 3);
                continue;
            };
            let name = module.word(word).to_ascii_lowercase();
            let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
            because.forged |= has(&["csrf", "xsrf", "origin", "sec-fetch", "referer"]);
            because.signature |= has(&["signature", "hmac", "digest"]);
            because.secret |= has(&["secret", "apikey", "api_key", "api-key", "authorization"]);
            because.role |= has(ROLE) || matches!(&*name, "can" | "cannot");
            because.identity |= has(IDENTITY);
            because.status |= matches!(&*name, "status" | "statuscode" | "code" | "err" | "error");
            plain &= !has(IDENTITY) && !has(ROLE);
        }
        // `const valid = check(request.headers.authorization); if (!valid) …`
        because.identity |= plain && seen.has(Mark::Credential);
        because
    }
}

/// What compares a password and reads neither header nor session finds nobody: it signs somebody in.
fn is_login(seen: &Seen) -> bool {
    seen.has(Mark::Password) && !seen.has(Mark::Credential)
}

/// What counts within a window of time, what keeps for some time, what opens after failures.
fn counted(seen: &Seen, all: Capabilities) -> Capabilities {
    let store = seen.has(Mark::Get) && seen.has(Mark::Set);
    let window = seen.has(Mark::Now) && seen.has(Mark::Compared);
    let counts = seen.has(Mark::Increment);
    let expires = seen.has(Mark::Incr) && seen.has(Mark::Expire);
    if seen.has(Mark::Open) && seen.has(Mark::HalfOpen) {
        all.with(Capability::CircuitBreaker)
    } else if expires && seen.has(Mark::Compared) || store && window && counts {
        all.with(Capability::RateLimit)
    } else if store && window {
        all.with(Capability::Cache)
    } else {
        all
    }
}

/// What is written into headers, logs and tables.
fn written(seen: &Seen, all: Capabilities) -> Capabilities {
    let given = [
        (seen.headers.count_ones() >= 2, Capability::SecurityHeaders),
        (seen.has(Mark::AllowOrigin), Capability::Cors),
        (seen.has(Mark::RequestId) && seen.has(Mark::Random), Capability::RequestId),
        (seen.has(Mark::Method) && seen.has(Mark::Url) && seen.has(Mark::Log), Capability::RequestLog),
        (seen.has(Mark::JsonLine) && seen.has(Mark::Level), Capability::StructuredLog),
        (seen.has(Mark::Exposition), Capability::Metrics),
        (seen.has(Mark::Audit), Capability::AuditLog),
        (seen.has(Mark::Ping) && seen.has(Mark::StatusKey), Capability::Health),
        (is_signature(seen), Capability::Signature),
        (seen.has(Mark::AsksLimiter) && seen.has(Mark::If), Capability::RateLimit),
        (seen.has(Mark::Skip) && seen.has(Mark::Take), Capability::Pagination),
        (seen.has(Mark::AbortTimeout), Capability::Timeout),
        (seen.has(Mark::Schema), Capability::Validation),
        (seen.has(Mark::Environment) && seen.has(Mark::Ends), Capability::EnvCheck),
    ];
    given.iter().filter(|(does, _)| *does).fold(all, |all, (_, capability)| all.with(*capability))
}

/// What makes a digest with a secret and compares it.
fn is_signature(seen: &Seen) -> bool {
    seen.has(Mark::Hmac) && (seen.has(Mark::SafeEqual) || seen.has(Mark::Equal))
        || seen.has(Mark::SafeEqual) && seen.has(Mark::SignatureWord)
        || seen.has(Mark::KeyedHash) && seen.has(Mark::SignatureWord) && seen.has(Mark::Equal)
        || seen.has(Mark::Verify)
}

/// Whether a function is what a durable object answers with that is called a limiter and looks at the clock: workers ask it
/// whether a request may go on, and it answers with a time.
fn is_limiter_object(module: &Module, function: NodeId) -> bool {
    let named = module.function(function).is_some_and(|function| module.word(function.name) == "fetch");
    let class = named.then(|| module.class_around(function)).flatten();
    let bound = class.and_then(|class| module.bindings.iter().find(|binding| binding.declared == class));
    bound.is_some_and(|bound| module.word(bound.name).to_ascii_lowercase().contains("ratelimit"))
        && Seen::within(module, function).has(Mark::Now)
}

/// `canActivate` of a guard answers yes or no, and the framework turns away.
fn is_guard_of_nest(module: &Module, function: NodeId) -> bool {
    module.function(function).is_some_and(|function| module.word(function.name) == "canActivate")
}

fn boolean_guard(seen: &Seen, all: Capabilities) -> Capabilities {
    let all = if seen.has(Mark::Role) { all.with(Capability::Role) } else { all };
    let known = seen.has(Mark::Credential) || seen.has(Mark::Identity) && !seen.has(Mark::Role);
    if known { all.with(Capability::Auth) } else { all }
}

#[cfg(test)]
mod tests;
