//! Answers that turn a request away, in the forms frameworks have for them.

use std::sync::LazyLock;

use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::Needles;

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// 400 and 422: what it brings is not as it has to be.
    BadRequest,
    /// 401, or being sent to the login.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 429.
    TooMany,
}

/// An answer and the node that says so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    pub(super) node: NodeId,
    pub(super) status: Status,
}

/// A number that is given as a status: to a call, as a property or to a field.
pub(super) fn number(module: &Module, node: NodeId, text: &str) -> Option<Answer> {
    let status = match text {
        "400" | "422" => Status::BadRequest,
        "401" => Status::Unauthorized,
        "403" => Status::Forbidden,
        "429" => Status::TooMany,
        _ => return None,
    };
    let parent = module.parent(node)?;
    let given = match module.kind(parent) {
        Kind::Call | Kind::New => module.child(parent, 0) != Some(node) && !asks(module, parent),
        Kind::Property(word) => is_status(module.word(word)),
        Kind::Assign(_) => {
            module.child(parent, 0).and_then(|target| module.last_name(target)).is_some_and(is_status)
        }
        _ => false,
    };
    given.then_some(Answer { node, status })
}

/// `[401, 403].includes(status)` and the like ask for a status and give none.
fn asks(module: &Module, call: NodeId) -> bool {
    matches!(module.called(call), Some("includes" | "has" | "indexOf" | "toBe" | "toEqual" | "equal"))
}

fn is_status(name: &str) -> bool {
    matches!(name, "status" | "statusCode" | "status_code" | "code" | "httpStatus" | "statusCodes")
}

/// A name that stands for a status: `HttpStatus.FORBIDDEN`, `new UnauthorizedError()`, `createError.TooManyRequests()`.
pub(super) fn name(module: &Module, node: NodeId, name: &str) -> Option<Answer> {
    const WORDS: &[(&str, Status)] = &[
        ("unauthori", Status::Unauthorized),
        ("unauthenticated", Status::Unauthorized),
        ("notauthenticated", Status::Unauthorized),
        ("authenticationerror", Status::Unauthorized),
        ("authenticationrequired", Status::Unauthorized),
        ("forbidden", Status::Forbidden),
        ("permissiondenied", Status::Forbidden),
        ("accessdenied", Status::Forbidden),
        ("insufficientpermission", Status::Forbidden),
        ("toomanyrequests", Status::TooMany),
        ("too_many_requests", Status::TooMany),
        ("ratelimitexceeded", Status::TooMany),
        ("ratelimiterror", Status::TooMany),
        ("badrequest", Status::BadRequest),
        ("unprocessable", Status::BadRequest),
    ];
    static NEEDLES: LazyLock<Needles> = LazyLock::new(|| Needles::of(WORDS.iter().map(|(word, _)| *word)));
    if name.len() < 9 || name.len() > 40 || !NEEDLES.are_in(name) || !is_given(module, node) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let status = WORDS.iter().find(|(word, _)| lower.contains(word))?.1;
    Some(Answer { node, status })
}

/// Whether a name is called, or given to a call, to a field or as a property; not imported, compared or declared.
fn is_given(module: &Module, node: NodeId) -> bool {
    let Some(parent) = module.parent(node) else { return false };
    match module.kind(parent) {
        Kind::Call | Kind::New => true,
        Kind::Property(word) => is_status(module.word(word)),
        Kind::Assign(_) => module.child(parent, 1) == Some(node),
        _ => false,
    }
}

/// A text that says it: the code of an error, or its message.
pub(super) fn text(module: &Module, node: NodeId, text: &str) -> Option<Answer> {
    const WORDS: &[(&str, Status)] = &[
        ("unauthori", Status::Unauthorized),
        ("unauthenticated", Status::Unauthorized),
        ("not authenticated", Status::Unauthorized),
        ("not logged in", Status::Unauthorized),
        ("authentication required", Status::Unauthorized),
        ("forbidden", Status::Forbidden),
        ("access denied", Status::Forbidden),
        ("too_many_requests", Status::TooMany),
        ("too many requests", Status::TooMany),
        ("rate limit exceeded", Status::TooMany),
    ];
    let begins = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if text.len() < 9 {
        return None;
    }
    let status = WORDS.iter().find(|(word, _)| begins(word))?.1;
    let parent = module.parent(node)?;
    let given = matches!(module.kind(parent), Kind::Call | Kind::New | Kind::Property(_) | Kind::Throw);
    given.then_some(Answer { node, status })
}

/// Being sent to the login.
pub(super) fn redirect(module: &Module, call: NodeId) -> Option<Answer> {
    let target = module.arguments(call).find_map(|argument| {
        let argument = match module.kind(argument) {
            Kind::New | Kind::Call => module.argument(argument, 0)?,
            _ => argument,
        };
        match module.kind(argument) {
            Kind::Text(word) => Some(module.word(word)),
            Kind::Template => module.children(argument).find_map(|part| match module.kind(part) {
                Kind::Text(word) => Some(module.word(word)).filter(|text| !text.is_empty()),
                _ => None,
            }),
            _ => None,
        }
    })?;
    let lower = target.to_ascii_lowercase();
    let login = ["login", "signin", "sign-in", "/auth"].iter().any(|word| lower.contains(word));
    login.then_some(Answer { node: call, status: Status::Unauthorized })
}
