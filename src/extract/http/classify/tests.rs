use super::{Asked, Capabilities, Capability, classes, registers, takes_signed};

/// Holds what a route is for, by its path and by what stands before it and is done in it, against what is expected.
fn is(method: &str, path: &str, before: Capabilities, own: Capabilities, expected: &str) {
    let asked = Asked {
        token: false,
        method,
        path: Some(path),
        handler: "handle",
        before,
        own,
        stands: false,
        signs_in: false,
        described: false,
    };
    let found: Vec<_> = classes(&asked).into_iter().filter(|class| *class != "guess").collect();
    assert_eq!(found.join(" "), expected, "{method} {path}");
}

#[test]
fn a_route_is_for_what_its_whole_words_say() {
    let none = Capabilities::default();
    let auth = none.with(Capability::Auth);
    let signed = none.with(Capability::Signature);
    for (method, path, before, own, expected) in [
        ("POST", "/api/auth/login", none, none, "login"),
        ("POST", "/users/register", none, none, "login"),
        ("POST", "/api/auth/callback/credentials", none, none, "login"),
        ("POST", "/events/register", none, none, ""),
        ("POST", "/api/otp/reset/verify", none, none, "login"),
        ("POST", "/mail/send", none, none, "action"),
        ("POST", "/author", none, none, ""),
        ("GET", "/login", none, none, ""),
        ("POST", "/reset-password/:token", none, none, "login action"),
        ("POST", "/api/stripe/webhook", none, none, "webhook"),
        ("POST", "/webhooks/stripe", none, none, "webhook"),
        ("POST", "/auth/verify", none, none.with(Capability::Token), "login"),
        ("POST", "/auth/verify", none, auth, ""),
        ("POST", "/users/verify", auth, none, ""),
        ("POST", "/admin/webhook", none, none, "admin"),
        ("POST", "/telegram/set-webhook", none, none, "action"),
        ("POST", "/webhooks/stripe/test", none, none, ""),
        ("POST", "/webhooks", auth, none, ""),
        ("POST", "/webhooks", none, none, ""),
        ("POST", "/webhooks/organizations/:id/email/:providerOrIntegrationId", none, none, "webhook"),
        ("POST", "/webhooks/:provider", auth, none, ""),
        ("POST", "/webhooks/:id/test", none, none, ""),
        ("POST", "/webhooks", none, signed, "webhook"),
        ("POST", "/apps/slack/events", signed, none, ""),
        ("DELETE", "/users/:id/2fa", auth, none, ""),
        ("GET", "/webhook", none, none, ""),
        ("GET", "/admin/users", none, none, "admin"),
        ("POST", "/admin/login", none, none, "login"),
        ("POST", "/auth/demo-login", none, none, "dev-login"),
        ("POST", "/devLogin", none, none, "dev-login"),
        ("POST", "/device/login", none, none, "login"),
    ] {
        is(method, path, before, own, expected);
    }
}

#[test]
fn a_route_is_for_health_files_or_payments() {
    let none = Capabilities::default();
    for (method, path, before, own, expected) in [
        ("GET", "/healthz", none, none, "health"),
        ("GET", "/api/status", none, none, "health"),
        ("GET", "/orders/status", none, none, ""),
        ("GET", "/badge/:id/ping/:duration", none, none, ""),
        ("GET", "/status/:slug", none, none, ""),
        ("GET", "/api/:version/health", none, none, "health"),
        ("GET", "/health/:part", none, none, "health"),
        ("GET", "/api-docs", none, none, "docs"),
        ("GET", "/metrics", none, none, ""),
        ("GET", "/metrics", none, none.with(Capability::Metrics), "metrics"),
        ("GET", "/debug/vars", none, none, "debug"),
        ("GET", "/api/cron/digest", none, none, "cron"),
        ("POST", "/avatar", none.with(Capability::Upload), none, "upload"),
        ("POST", "/orders", none, none.with(Capability::Payment), "payment"),
        ("POST", "/checkout", none, none, "payment"),
        ("POST", "/chat", none, none.with(Capability::Llm), "llm"),
        ("POST", "/chat", none, none, ""),
    ] {
        is(method, path, before, own, expected);
    }
}

#[test]
fn a_handler_without_a_path_is_known_by_its_name() {
    let none = Capabilities::default();
    for (handler, expected) in [
        ("signIn", "login guess"),
        ("signInViaEmail", "login"),
        ("signInWithOAuth", "login"),
        ("verifyAuthCode", "login"),
        ("verifyInvoice", ""),
        ("loginForm", ""),
        ("createPost", "action"),
    ] {
        let asked = Asked {
            token: false,
            method: "ACTION",
            path: None,
            handler,
            before: none,
            own: none,
            stands: false,
            signs_in: false,
            described: false,
        };
        assert_eq!(classes(&asked).join(" "), expected, "{handler}");
    }
}
#[test]
fn what_says_at_the_root_that_it_runs_tells_of_its_health() {
    let none = Capabilities::default();
    for (method, path, stands, expected) in [
        ("GET", "/", true, "health"),
        ("GET", "/test", true, "health"),
        ("GET", "/", false, ""),
        ("POST", "/", true, ""),
        ("GET", "/api/orders/first", true, ""),
    ] {
        let asked = Asked {
            token: false,
            method,
            path: Some(path),
            handler: "handle",
            before: none,
            own: none,
            stands,
            signs_in: false,
            described: false,
        };
        assert_eq!(classes(&asked).join(" "), expected, "{method} {path} {stands}");
    }
}

#[test]
fn what_a_service_signs_is_told_by_its_name_and_by_the_check() {
    let none = Capabilities::default();
    let signed = none.with(Capability::Signature);
    for (method, path, before, expected) in [
        ("POST", "/apps/slack/events", signed, true),
        ("POST", "/apps/slack/events", none, false),
        ("GET", "/apps/slack/events", signed, false),
        ("POST", "/apps/events", signed, false),
    ] {
        assert_eq!(takes_signed(method, Some(path), before), expected, "{method} {path}");
    }
}

#[test]
fn accounts_are_made_at_their_collection() {
    for (method, path, expected) in [
        ("POST", "/users", true),
        ("POST", "/api/v1/customers", true),
        ("POST", "/users/:id", false),
        ("POST", "/admin/users", false),
        ("PUT", "/users", false),
        ("POST", "/orders", false),
    ] {
        assert_eq!(registers(method, Some(path)), expected, "{method} {path}");
    }
}

#[test]
fn what_is_short_can_be_guessed() {
    let none = Capabilities::default();
    for (path, token, expected) in [
        ("/auth/login", false, true),
        ("/auth/login", true, true),
        ("/auth/email/login", false, true),
        ("/auth/google/login", false, false),
        ("/auth/register", false, false),
        ("/users/sign-up", false, false),
        ("/auth/reset", true, false),
        ("/auth/reset-password", true, false),
        ("/auth/reset-password", false, true),
        ("/reset-password/:token", false, false),
        ("/otp/verify", true, true),
        ("/oauth/token", true, true),
    ] {
        let asked = Asked {
            token,
            method: "POST",
            path: Some(path),
            handler: "handle",
            before: none,
            own: none,
            stands: false,
            signs_in: false,
            described: false,
        };
        let found = classes(&asked);
        assert!(found.contains(&"login"), "{path}");
        assert_eq!(found.contains(&"guess"), expected, "{path} {token}");
    }
}
