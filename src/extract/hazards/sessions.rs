//! Where proofs of who someone is are kept: cookies, storage, addresses, tokens.

use super::names;
use super::request::{self, Part};
use super::scan::Scan;
use crate::extract::code::{Origin, Site};
use crate::facts::{CookieSet, QueryCredential, TokenPlain, WebStorage};
use crate::parse::javascript::{Kind, NodeId};

/// Looks at a call.
pub(super) fn call(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    match called {
        "cookie" | "setCookie" | "set" | "serialize" => cookie(scan, node, called),
        "session" | "cookieSession" => session(scan, node),
        "setItem" => stored(scan, node),
        "WebSocket" | "EventSource" => socket(scan, node, called),
        "btoa" | "toString" | "stringify" => plain_token(scan, node, called),
        _ => {}
    }
}

/// Where the name, the value and the options of a cookie stand, by the library.
fn cookie(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let module = scan.module;
    let receiver = module.receiver(node).map(|receiver| module.awaited(receiver));
    let receiver_name =
        receiver.and_then(|receiver| module.last_name(receiver).or_else(|| module.called(receiver)));
    let first = match (called, receiver_name) {
        // `res.cookie(name, value, options)`; `reply.setCookie`; `res.status(200).cookie`.
        ("cookie", Some("res" | "response" | "reply" | "status"))
        | ("setCookie", Some("reply" | "res" | "response")) => 0,
        // `setCookie(c, name, value, options)`.
        ("setCookie", None) if scan.is_of(node, &["hono/cookie", "hono", "h3"]) => 1,
        ("setCookie", None) if scan.is_of(node, &["nookies", "cookies-next"]) => return,
        ("serialize", _) if scan.is_of(node, &["cookie"]) => 0,
        // `(await cookies()).set(name, value, options)`, `response.cookies.set`.
        ("set", Some("cookies" | "cookieStore")) if is_next(scan, receiver) => 0,
        // `Cookies.set(name, value)` of the browser.
        ("set", Some(_)) if scan.is_of(node, &["js-cookie", "universal-cookie"]) => {
            return in_browser(scan, node);
        }
        _ => return,
    };
    let Some(mut name) = module.argument(node, first) else { return };
    let mut options = module.argument(node, first + 2);
    let mut value = module.argument(node, first + 1);
    if module.kind(module.resolve(name)) == Kind::Object {
        // `set({ name, value, … })`.
        options = Some(name);
        value = module.property(name, "value");
        let Some(inner) = module.property(name, "name") else { return };
        name = inner;
    }
    let text = scan.text(name);
    let known = text.clone().or_else(|| module.last_name(name).map(str::to_owned));
    if !known.as_deref().is_some_and(names::is_session) || is_cleared(scan, value, options) {
        return;
    }
    let Some(missing) = missing(scan, options) else { return };
    let open = missing.iter().any(|flag| *flag != "SameSite");
    scan.add(node, CookieSet { name: text, missing: owned(&missing), open });
}

fn owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|item| (*item).to_owned()).collect()
}

/// Whether a value is the cookies of Next.js: those of `next/headers` or of a response.
fn is_next(scan: &Scan<'_, '_>, receiver: Option<NodeId>) -> bool {
    let Some(receiver) = receiver else { return false };
    if let Origin::External { package, .. } = scan.origin(receiver) {
        return package.starts_with("next/");
    }
    let module = scan.module;
    matches!(module.kind(receiver), Kind::Member(_))
        && module
            .child(receiver, 0)
            .and_then(|object| module.last_name(object))
            .is_some_and(|name| matches!(name, "response" | "res" | "supabaseResponse" | "nextResponse"))
}

/// Whether a cookie is taken away: it is empty, or ends at once.
fn is_cleared(scan: &Scan<'_, '_>, value: Option<NodeId>, options: Option<NodeId>) -> bool {
    let module = scan.module;
    let empty =
        value.is_none_or(|value| scan.text(value).is_some_and(|text| text.is_empty() || text == "deleted"));
    let ends = options.is_some_and(|options| {
        ["maxAge", "expires"].iter().filter_map(|key| module.property(options, key)).any(|at| {
            let at = module.resolve(at);
            matches!(module.text(at).as_deref(), Some("0" | "-1"))
                || matches!(module.kind(at), Kind::Unary(_))
                || module.kind(at) == Kind::New
                    && module
                        .argument(at, 0)
                        .is_some_and(|at| matches!(module.text(at).as_deref(), Some("0" | "1")))
        })
    });
    empty || ends
}

/// The flags that are left out; none where the options cannot be read.
fn missing(scan: &Scan<'_, '_>, options: Option<NodeId>) -> Option<Vec<&'static str>> {
    const FLAGS: [(&str, &str); 3] =
        [("httpOnly", "HttpOnly"), ("secure", "Secure"), ("sameSite", "SameSite")];
    let Some(options) = options else { return Some(FLAGS.map(|(_, flag)| flag).to_vec()) };
    let site = scan.context.code.definition(Site { file: scan.file, node: options });
    let module = scan.context.code.module(site.file)?;
    let object = module.resolve(site.node);
    let opaque = |child: NodeId| match module.kind(child) {
        Kind::Computed => true,
        Kind::Spread => {
            module.child(child, 0).is_none_or(|spread| module.kind(module.resolve(spread)) != Kind::Object)
        }
        _ => false,
    };
    if module.kind(object) != Kind::Object || module.children(object).any(opaque) {
        return None;
    }
    let properties = module.properties(object);
    let set = |key: &str| {
        let value = properties.iter().rev().find(|(name, _)| *name == key).map(|(_, value)| *value);
        value.is_some_and(|value| module.kind(module.resolve(value)) != Kind::Flag(false))
    };
    Some(FLAGS.iter().filter(|(key, _)| !set(key)).map(|(_, flag)| *flag).collect())
}

/// A cookie that a script of the page writes is never out of its reach.
fn in_browser(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let Some(name) = module.argument(node, 0) else { return };
    let value = module.argument(node, 1);
    let text = scan.text(name);
    if !text.as_deref().is_some_and(names::is_session) || is_cleared(scan, value, None) {
        return;
    }
    scan.add(node, CookieSet { name: text, missing: owned(&["HttpOnly"]), open: true });
}

/// `session({ cookie: { … } })` of `express-session`, whose cookies are `HttpOnly` of themselves.
fn session(scan: &mut Scan<'_, '_>, node: NodeId) {
    if !scan.is_of(node, &["express-session"]) {
        return;
    }
    let module = scan.module;
    let Some(options) =
        module.argument(node, 0).filter(|options| module.kind(module.resolve(*options)) == Kind::Object)
    else {
        return;
    };
    if module.children(module.resolve(options)).any(|child| module.kind(child) == Kind::Spread) {
        return;
    }
    let cookie = module.property(options, "cookie");
    let Some(missing) = cookie.map_or(Some(vec!["Secure"]), |cookie| missing(scan, Some(cookie))) else {
        return;
    };
    let off = cookie.and_then(|cookie| module.property(cookie, "httpOnly"));
    let readable = off.is_some_and(|flag| module.kind(flag) == Kind::Flag(false));
    let missing: Vec<_> = missing.into_iter().filter(|flag| *flag != "HttpOnly" || readable).collect();
    let open = missing.iter().any(|flag| *flag != "SameSite");
    let name = module
        .property(options, "name")
        .and_then(|name| scan.text(name))
        .unwrap_or_else(|| "connect.sid".to_owned());
    scan.add(node, CookieSet { name: Some(name), missing: owned(&missing), open });
}

/// `localStorage.setItem("token", value)`.
fn stored(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let Some(store) = module.receiver(node).and_then(|receiver| storage(scan, receiver)) else { return };
    let (Some(key), Some(value)) = (module.argument(node, 0), module.argument(node, 1)) else { return };
    let Some(key) = scan.text(key) else { return };
    let credential = is_credential(&key) && scan.text(value).is_none();
    scan.add(node, WebStorage { store: store.to_owned(), key, credential });
}

/// `localStorage.token = value`.
pub(super) fn assigned(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let (Some(target), Some(value)) = (module.child(node, 0), module.child(node, 1)) else { return };
    let Kind::Member(word) = module.kind(target) else { return };
    let Some(store) = module.child(target, 0).and_then(|object| storage(scan, object)) else { return };
    let key = module.word(word).to_owned();
    let credential = is_credential(&key) && scan.text(value).is_none();
    scan.add(node, WebStorage { store: store.to_owned(), key, credential });
}

fn storage(scan: &Scan<'_, '_>, node: NodeId) -> Option<&'static str> {
    ["localStorage", "sessionStorage"].into_iter().find(|store| scan.module.is_global(node, store))
}

/// Whether a key names a token, and no fact about one.
fn is_credential(key: &str) -> bool {
    names::is_session(key) && names::has(key, &["token", "jwt", "accesstoken", "refreshtoken", "authtoken"])
}

/// `req.query.access_token`.
pub(super) fn read(scan: &mut Scan<'_, '_>, node: NodeId, name: &str) {
    let module = scan.module;
    let lower = name.to_ascii_lowercase();
    let plain = matches!(
        lower.as_str(),
        "access_token" | "accesstoken" | "api_key" | "apikey" | "auth_token" | "authtoken" | "jwt"
    );
    if !plain && lower != "token" || scan.browser {
        return;
    }
    let Some(object) = module.child(node, 0) else { return };
    let handshake = module.last_name(object) == Some("query")
        && module.child(object, 0).and_then(|inner| module.last_name(inner)) == Some("handshake");
    if handshake || plain && request::part(module, object) == Some(Part::Query) {
        let link = !handshake && is_link(scan, node);
        scan.add(node, QueryCredential { name: name.to_owned(), side: "server".to_owned(), link });
    }
}

/// The end of a login at another service brings its token in the address, and so do links of e-mails.
fn is_link(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    scan.is_about(
        node,
        &["callback", "oauth", "redirect", "verify", "confirm", "reset", "unsubscribe", "invite", "magic"],
    )
}

/// What stands before a credential in an address.
const MARKS: &[&str] = &["token=", "access_token=", "jwt=", "api_key=", "apikey=", "auth="];

/// `new WebSocket(url + "?token=" + token)`.
fn socket(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let module = scan.module;
    if !module.callee(node).is_some_and(|callee| module.is_global(callee, called)) {
        return;
    }
    let Some(address) = module.argument(node, 0).map(|address| scan.behind(address)) else { return };
    let parts = module.descendants(address).filter_map(|part| match module.kind(part) {
        Kind::Text(word) => Some(module.word(word)),
        _ => None,
    });
    let mark = parts.into_iter().find_map(|part| {
        let mark = MARKS.iter().find(|mark| part.ends_with(**mark))?;
        part.trim_end_matches(mark).ends_with(['?', '&', '_']).then_some(*mark)
    });
    if let Some(mark) = mark {
        let name = mark.trim_end_matches('=').to_owned();
        scan.add(node, QueryCredential { name, side: "client".to_owned(), link: false });
    }
}

/// `const token = btoa(JSON.stringify({ userId }))`.
fn plain_token(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let module = scan.module;
    let (form, value) = match called {
        "btoa" => ("base64", module.argument(node, 0)),
        "toString" => {
            let base64 = module.argument(node, 0).and_then(|form| module.text(form));
            let buffer = module.receiver(node).filter(|made| module.called(*made) == Some("from"));
            if !matches!(base64.as_deref(), Some("base64" | "base64url")) {
                return;
            }
            ("base64", buffer.and_then(|made| module.argument(made, 0)))
        }
        _ => ("json", Some(node)),
    };
    let Some(value) = value.map(|value| scan.behind(value)) else { return };
    if scan.browser || !tells_of_a_user(scan, value) {
        return;
    }
    // The value of a cookie, or of a variable or property of that name.
    let name = if form == "json" {
        cookie_around(scan, node)
    } else {
        cookie_around(scan, node).or_else(|| own_name(scan, node))
    };
    let Some(name) = name.filter(|name| names::is_session(name)) else { return };
    let signed = is_protected(scan, node);
    scan.add(node, TokenPlain { signed, form: form.to_owned(), name });
}

/// The name of the cookie a value is given to.
fn cookie_around(scan: &Scan<'_, '_>, node: NodeId) -> Option<String> {
    let module = scan.module;
    let mut value = node;
    if let Some(declarator) = module.parent(node).filter(|parent| module.kind(*parent) == Kind::Declarator) {
        let target = module.binding(module.child(declarator, 0)?)?;
        value = *module.uses(target).iter().find(|place| is_cookie_value(scan, **place))?;
    }
    is_cookie_value(scan, value)
        .then(|| module.parent(value))
        .flatten()
        .and_then(|call| scan.text(module.argument(call, 0)?))
}

/// Whether a node is the second argument of a call that sets a cookie.
fn is_cookie_value(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let module = scan.module;
    module.parent(node).is_some_and(|call| {
        module.kind(call) == Kind::Call
            && module.argument(call, 1) == Some(node)
            && (module.called(call) == Some("cookie")
                || module.called(call) == Some("set")
                    && module.receiver(call).is_some_and(|receiver| {
                        let receiver = module.awaited(receiver);
                        module
                            .last_name(receiver)
                            .or_else(|| module.called(receiver))
                            .is_some_and(|name| matches!(name, "cookies" | "cookieStore"))
                    }))
    })
}

/// The name of the variable or the property a value is given to, directly.
fn own_name(scan: &Scan<'_, '_>, node: NodeId) -> Option<String> {
    let module = scan.module;
    let parent = module.parent(node)?;
    let name = match module.kind(parent) {
        Kind::Declarator => module.last_name(module.child(parent, 0)?)?,
        Kind::Property(word) => module.word(word),
        Kind::Return => {
            module.function(module.function_around(parent)?).map(|function| module.word(function.name))?
        }
        _ => return None,
    };
    // What a program hands to another service is a credential of its own.
    names::has(name, &["token", "session"])
        .then(|| name.to_owned())
        .filter(|name| !names::has(name, &["decode", "parse", "read", "get", "page", "cursor", "next"]))
}

/// Keys, in lower case, of what a token tells of a user.
const TELLING: &[&str] =
    &["userid", "user_id", "role", "email", "username", "tenantid", "isadmin", "sub", "uid"];

/// Whether a value is an object or a text with the number or the role of a user in it.
fn tells_of_a_user(scan: &Scan<'_, '_>, value: NodeId) -> bool {
    let module = scan.module;
    match module.kind(value) {
        Kind::Call if module.called(value) == Some("stringify") => {
            let object = module.argument(value, 0).map(|object| scan.behind(object));
            object.filter(|object| module.kind(*object) == Kind::Object).is_some_and(|object| {
                module
                    .properties(object)
                    .iter()
                    .any(|(key, _)| TELLING.contains(&key.to_ascii_lowercase().as_str()))
            })
        }
        Kind::Template => module.children(value).any(|part| {
            let Kind::Member(word) = module.kind(part) else { return false };
            let object = module.child(part, 0).and_then(|object| module.last_name(object));
            object.is_some_and(|object| names::has(object, &["user", "admin", "account"]))
                && matches!(module.word(word), "id" | "_id" | "email" | "role" | "username")
        }),
        _ => false,
    }
}

/// Whether something in the function around a value signs or encrypts.
fn is_protected(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let module = scan.module;
    let around = module.function_around(node).unwrap_or(module.root());
    let signs = |name: &str| {
        names::has(
            name,
            &[
                "sign",
                "signed",
                "hmac",
                "encrypt",
                "seal",
                "signature",
                "cipher",
                "cipheriv",
                "random",
                "uuid",
                "bytes",
            ],
        )
    };
    module.descendants(around).any(|inner| {
        matches!(module.kind(inner), Kind::Call | Kind::New) && module.called(inner).is_some_and(signs)
            || matches!(module.kind(inner), Kind::Property(word) if module.word(word) == "signed")
    })
}
