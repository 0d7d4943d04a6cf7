//! Calls that sign, check and read JSON web tokens.

use super::names;
use super::scan::Scan;
use crate::facts::JwtCall;
use crate::parse::javascript::{Bound, Kind, NodeId};

/// Words of functions that find out who asks.
const IDENTIFYING: &[&str] = &[
    "auth",
    "authenticate",
    "authentication",
    "authorize",
    "protect",
    "guard",
    "verify",
    "middleware",
    "session",
];

/// Looks at a call.
pub(super) fn call(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    match called {
        "sign" | "signAsync" | "verify" | "verifyAsync" | "decode" | "encode" => plain(scan, node, called),
        "jwtVerify" | "decodeJwt" | "UnsecuredJWT" | "SignJWT" => jose(scan, node, called),
        "register" | "expressjwt" | "expressJwt" | "Strategy" | "JwtStrategy" | "jwt" | "super" => {
            options(scan, node);
        }
        "jwtDecode" | "jwt_decode" if scan.is_of(node, &["jwt-decode"]) => {
            decoded(scan, node, "jwt-decode");
        }
        _ => {}
    }
}

/// `jsonwebtoken` and those that are called as it is.
fn plain(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let Some((package, path)) = scan.called_of(node) else { return };
    if package == "@nestjs/jwt" && called == "decode" {
        return decoded(scan, node, &package);
    }
    if !matches!(package.as_str(), "jsonwebtoken" | "jwt-simple") || path.contains("()") {
        return;
    }
    match called {
        "sign" | "encode" => signed(scan, node, &package),
        "verify" => verified(scan, node, &package),
        "decode" if package == "jwt-simple" => {
            let unchecked =
                scan.module.argument(node, 2).is_some_and(|flag| scan.module.kind(flag) == Kind::Flag(true));
            let weakness = unchecked.then(|| "no check of the signature".to_owned());
            let does = if unchecked { "decode" } else { "verify" }.to_owned();
            scan.add(node, JwtCall { package, does, weakness, algorithms: None });
        }
        "decode" => decoded(scan, node, &package),
        _ => {}
    }
}

fn signed(scan: &mut Scan<'_, '_>, node: NodeId, package: &str) {
    let module = scan.module;
    let options = module.argument(node, 2);
    let weakness = if let Some(weakness) = module.argument(node, 1).and_then(|key| weak_key(scan, key)) {
        Some(weakness)
    } else if options.is_some_and(|options| is_none(scan, options, "algorithm")) {
        Some("the algorithm `none`")
    } else {
        endless(scan, node).then_some("no time at which they end")
    };
    let weakness = weakness.map(str::to_owned);
    scan.add(
        node,
        JwtCall { package: package.to_owned(), does: "sign".to_owned(), weakness, algorithms: None },
    );
}

/// Whether a token never ends: no option says when, and neither does what it holds.
fn endless(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    /// Keys of a payload that hold a time: what reads the token asks for it.
    const ENDS: &[&str] =
        &["exp", "expiresAt", "expires_at", "expires", "createdAt", "created_at", "issuedAt"];
    let module = scan.module;
    let Some(payload) = module.argument(node, 0).map(|payload| scan.behind(payload)) else { return false };
    if module.kind(payload) != Kind::Object || has_spread(scan, payload) {
        return false;
    }
    let ends = |key: &str| ENDS.contains(&key);
    if module.properties(payload).iter().any(|(key, _)| ends(key)) || ends_later(scan) {
        return false;
    }
    match module.argument(node, 2).map(|options| scan.behind(options)) {
        None => true,
        Some(options) => {
            let plain = module.kind(options) == Kind::Object && !has_spread(scan, options);
            plain && module.property(options, "expiresIn").is_none()
        }
    }
}

/// Whether options get their end by an assignment: `if (days) options.expiresIn = days`.
fn ends_later(scan: &Scan<'_, '_>) -> bool {
    let module = scan.module;
    module.all().any(|node| {
        matches!(module.kind(node), Kind::Assign(_))
            && module.child(node, 0).is_some_and(|target| {
                matches!(module.kind(target), Kind::Member(_))
                    && module.last_name(target) == Some("expiresIn")
            })
    })
}

fn has_spread(scan: &Scan<'_, '_>, object: NodeId) -> bool {
    scan.module.children(object).any(|child| matches!(scan.module.kind(child), Kind::Spread | Kind::Computed))
}

fn verified(scan: &mut Scan<'_, '_>, node: NodeId, package: &str) {
    let module = scan.module;
    let options = module.argument(node, 2).map(|options| scan.behind(options));
    let object = options.filter(|options| module.kind(*options) == Kind::Object);
    let ignores = object.and_then(|options| module.property(options, "ignoreExpiration"));
    let weakness = if let Some(weakness) = module.argument(node, 1).and_then(|key| weak_key(scan, key)) {
        Some(weakness)
    } else if ignores.is_some_and(|flag| module.kind(flag) == Kind::Flag(true)) {
        Some("no regard for the time at which they end")
    } else {
        object.filter(|options| is_none(scan, *options, "algorithms")).map(|_| "the algorithm `none`")
    };
    let algorithms = match (options, object) {
        (None, _) => Some(false),
        (Some(options), None) => matches!(module.kind(options), Kind::Function(_)).then_some(false),
        (_, Some(object)) if has_spread(scan, object) => None,
        (_, Some(object)) => Some(module.property(object, "algorithms").is_some()),
    };
    let (does, weakness) = ("verify".to_owned(), weakness.map(str::to_owned));
    scan.add(node, JwtCall { package: package.to_owned(), does, weakness, algorithms });
}

/// A token that is read without its signature, in a function that finds out who asks.
fn decoded(scan: &mut Scan<'_, '_>, node: NodeId, package: &str) {
    let module = scan.module;
    let checks = module.all().any(|other| {
        matches!(module.kind(other), Kind::Call)
            && module
                .called(other)
                .is_some_and(|name| names::has(name, &["verify", "verified", "jwks", "validate"]))
    });
    let identifies = scan.around(node).any(|name| names::has(name, IDENTIFYING)) || becomes_user(scan, node);
    let from_request = module.argument(node, 0).is_some_and(|token| from_client(scan, token));
    let weakness = (identifies && from_request && !checks && !scan.browser)
        .then(|| "no check of the signature".to_owned());
    scan.add(
        node,
        JwtCall { package: package.to_owned(), does: "decode".to_owned(), weakness, algorithms: None },
    );
}

/// Whether a guard of Nest takes what a call gives for who asks: `request.user = this.tokens.decode(token)`.
fn becomes_user(scan: &Scan<'_, '_>, call: NodeId) -> bool {
    let module = scan.module;
    if !scan.around(call).any(|name| name == "canActivate") {
        return false;
    }
    let is_user =
        |target: NodeId| matches!(module.kind(target), Kind::Member(word) if module.word(word) == "user");
    let function = module.function_around(call);
    function.is_some_and(|function| {
        module.descendants(function).any(|node| {
            matches!(module.kind(node), Kind::Assign(_))
                && module.child(node, 0).is_some_and(is_user)
                && module.child(node, 1).is_some_and(|value| module.resolve(module.awaited(value)) == call)
        })
    })
}

/// Whether a token comes with a request.
fn from_client(scan: &Scan<'_, '_>, token: NodeId) -> bool {
    super::request::part(scan.module, token).is_some()
}

fn jose(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    if !scan.is_of(node, &["jose"]) {
        return;
    }
    let module = scan.module;
    match called {
        "UnsecuredJWT" => {
            let weakness = Some("the algorithm `none`".to_owned());
            scan.add(
                node,
                JwtCall { package: "jose".to_owned(), does: "sign".to_owned(), weakness, algorithms: None },
            );
        }
        "SignJWT" => {
            // Callers of the chain stand around it.
            let chain = module
                .ancestors(node)
                .take_while(|outer| matches!(module.kind(*outer), Kind::Member(_) | Kind::Call));
            let mut last = node;
            let mut ends = false;
            for outer in chain {
                last = outer;
                ends |= matches!(module.kind(outer), Kind::Member(word) if module.word(word) == "setExpirationTime");
            }
            let whole = matches!(module.called(last), Some("sign"));
            let payload = module.argument(node, 0).map(|payload| scan.behind(payload));
            let plain = payload.is_some_and(|payload| {
                module.kind(payload) == Kind::Object
                    && !has_spread(scan, payload)
                    && module.property(payload, "exp").is_none()
            });
            let key = module.argument(last, 0).filter(|_| whole);
            let weakness = match key.and_then(|key| weak_key(scan, key)) {
                Some(weakness) => Some(weakness),
                None => (whole && plain && !ends).then_some("no time at which they end"),
            };
            let (does, weakness) = ("sign".to_owned(), weakness.map(str::to_owned));
            scan.add(node, JwtCall { package: "jose".to_owned(), does, weakness, algorithms: None });
        }
        "jwtVerify" => {
            let weakness = module.argument(node, 1).and_then(|key| weak_key(scan, key)).map(str::to_owned);
            let does = "verify".to_owned();
            scan.add(node, JwtCall { package: "jose".to_owned(), does, weakness, algorithms: None });
        }
        _ => decoded(scan, node, "jose"),
    }
}

/// Options that set up a check of tokens: modules, middleware and strategies.
fn options(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let object =
        module.arguments(node).find(|argument| module.kind(module.resolve(*argument)) == Kind::Object);
    let Some(object) = object else { return };
    let key =
        ["secret", "secretOrKey", "privateKey"].into_iter().find_map(|key| module.property(object, key));
    let ignores =
        module.property(object, "ignoreExpiration").is_some_and(|flag| module.kind(flag) == Kind::Flag(true));
    if key.is_none() {
        return;
    }
    let known = [
        "@nestjs/jwt",
        "express-jwt",
        "passport-jwt",
        "@nestjs/passport",
        "koa-jwt",
        "@fastify/jwt",
        "hono/jwt",
        "hono",
    ];
    let package = match scan.called_of(node) {
        Some((package, _)) if known.contains(&package.as_str()) => package,
        // A strategy class calls `super({…})`.
        None if module.callee(node).is_some_and(|callee| module.kind(callee) == Kind::Super)
            && module.property(object, "jwtFromRequest").is_some() =>
        {
            "passport-jwt".to_owned()
        }
        // `app.register(jwt, { secret })`.
        _ if module.argument(node, 0).is_some_and(|plugin| {
            matches!(scan.origin(plugin), crate::extract::code::Origin::External { package, .. } if package == "@fastify/jwt")
        }) =>
        {
            "@fastify/jwt".to_owned()
        }
        _ => return,
    };
    let weakness = key
        .and_then(|key| weak_key(scan, key))
        .or((ignores && !checks_end(scan, node)).then_some("no regard for the time at which they end"));
    let (does, weakness) = ("verify".to_owned(), weakness.map(str::to_owned));
    scan.add(node, JwtCall { package, does, weakness, algorithms: None });
}

/// Whether what is called with the token looks at its end, or is written elsewhere and may: the function that a strategy
/// is given, or the method of a class that is one.
fn checks_end(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let module = scan.module;
    let callback = module.arguments(node).skip(1).last().map(|callback| module.kind(scan.behind(callback)));
    let is_elsewhere = callback.is_some_and(|kind| !matches!(kind, Kind::Function(_) | Kind::Object));
    let taken_apart = |bound: Bound| match bound {
        Bound::Part(_, word) | Bound::ParameterPart(_, _, word) => module.word(word) == "exp",
        _ => false,
    };
    is_elsewhere
        || module.bindings.iter().any(|binding| taken_apart(binding.bound))
        || module
            .all()
            .any(|part| matches!(module.kind(part), Kind::Member(word) if module.word(word) == "exp"))
}

/// What is wrong with a key: it stands in the source. Keys that are public may.
fn weak_key(scan: &Scan<'_, '_>, key: NodeId) -> Option<&'static str> {
    let module = scan.module;
    let mut key = scan.behind(key);
    // `new TextEncoder().encode("text")`, `Buffer.from("text")`.
    if module.kind(key) == Kind::Call
        && matches!(module.called(key), Some("encode" | "from" | "createSecretKey"))
    {
        key = module.argument(key, 0)?;
    }
    let text = scan.text(key)?;
    let public = text.contains("PUBLIC KEY") || text.contains("BEGIN CERTIFICATE");
    (!public).then_some(if text.is_empty() { "an empty key" } else { "a key that stands in the source" })
}

/// Whether an option names the algorithm `none`.
fn is_none(scan: &Scan<'_, '_>, options: NodeId, key: &str) -> bool {
    let module = scan.module;
    let Some(value) = module.property(options, key).map(|value| module.resolve(value)) else { return false };
    let none = |node: NodeId| matches!(module.kind(node), Kind::Text(word) if module.word(word) == "none");
    none(value) || module.kind(value) == Kind::Array && module.children(value).any(none)
}
