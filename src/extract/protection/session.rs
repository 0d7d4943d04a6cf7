//! Cookies that tell who asks.

use std::sync::LazyLock;

use super::Call;
use super::options::Options;
use crate::extract::code::Site;
use crate::extract::hazards::is_session;
use crate::facts::SessionCookie;
use crate::source::Needles;

/// Whether calls of this name may set a cookie of sessions.
pub(super) fn concerns(name: &str) -> bool {
    static NEEDLES: LazyLock<Needles> = LazyLock::new(|| Needles::of(["session"]));
    // All others have seven letters or more, and most names are shorter.
    name == "cookie" || name.len() >= 7 && (NEEDLES.are_in(name) || name.eq_ignore_ascii_case("register"))
}

/// The cookie a call sets.
pub(super) fn cookie(call: &Call<'_>) -> Option<SessionCookie> {
    if call.name() == "cookie" {
        return by_hand(call);
    }
    if !concerns(call.name()) {
        return None;
    }
    let (package, path, options) = call.taken()?;
    let whole = path.is_empty() || path == "default" || path == "session" || path == "getIronSession";
    let key = match package.as_str() {
        "express-session" | "@fastify/session" | "fastify-session" => Some("cookie"),
        "cookie-session" | "koa-session" => None,
        _ => return None,
    };
    if !whole {
        return None;
    }
    let object = Options::of(call.code(), options?)?;
    let cookie = match key {
        Some(key) => object.below(key),
        None => Some(object),
    };
    let same_site = match cookie {
        Some(cookie) => same_site(&cookie)?,
        None => None,
    };
    Some(SessionCookie { library: package, same_site })
}

/// `response.cookie("token", …, { sameSite: "none" })`.
fn by_hand(call: &Call<'_>) -> Option<SessionCookie> {
    let name = call.argument(0)?;
    let name = super::options::text(call.code(), name)?;
    if !is_session(&name) {
        return None;
    }
    let options: Site = call.argument(2)?;
    let options = Options::of(call.code(), options)?;
    Some(SessionCookie { library: "response".to_owned(), same_site: same_site(&options)? })
}

/// What is said of other sites; none in the outer option where it is computed.
#[allow(clippy::option_option)] // absent and computed are two answers
fn same_site(options: &Options<'_, '_>) -> Option<Option<String>> {
    if options.get(&["sameSite"]).is_none() {
        return options.complete.then_some(None);
    }
    match (options.flag("sameSite"), options.text("sameSite")) {
        (Some(true), _) => Some(Some("strict".to_owned())),
        (Some(false), _) => Some(None),
        (None, Some(text)) => Some(Some(text.to_ascii_lowercase())),
        (None, None) => None,
    }
}
