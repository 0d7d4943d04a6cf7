//! What a route is for: by the words of its path and of its handler, and by what the handler does.

use super::model::{may_tell, only_reads};
use super::words::{segments, words};
use crate::extract::code::{Capabilities, Capability};

/// What is known of a route.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // independent answers about one handler
pub(super) struct Asked<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its path, where it is known.
    pub path: Option<&'a str>,
    /// The name of its handler.
    pub handler: &'a str,
    /// What stands before it.
    pub before: Capabilities,
    /// What its handler does.
    pub own: Capabilities,
    /// Whether its handler only answers with a text that says it runs.
    pub stands: bool,
    /// Whether its handler speaks of a token, and of no code.
    pub token: bool,
    /// Whether its handler hands a password to what tells whether that is right.
    pub signs_in: bool,
    /// Whether what is written of it says that it tells whether the program is well.
    pub described: bool,
}

/// Services that call back, as they are named in paths.
const SENDERS: &[&str] = &[
    "stripe",
    "paypal",
    "razorpay",
    "github",
    "gitlab",
    "bitbucket",
    "twilio",
    "whatsapp",
    "telegram",
    "clerk",
    "svix",
    "shopify",
    "slack",
    "paystack",
    "flutterwave",
    "mollie",
    "lemonsqueezy",
    "paddle",
    "sendgrid",
    "resend",
    "mailgun",
    "postmark",
    "facebook",
    "messenger",
    "instagram",
    "meta",
    "discord",
    "linear",
    "notion",
    "hubspot",
    "mercadopago",
    "asaas",
    "midtrans",
    "xendit",
    "cashfree",
    "phonepe",
    "polar",
    "dodo",
    "coinbase",
    "braintree",
    "square",
    "adyen",
    "klarna",
    "iyzico",
    "payos",
    "momo",
    "vnpay",
    "zalopay",
    "sepay",
    "plaid",
    "docusign",
    "calendly",
    "intercom",
    "zendesk",
    "typeform",
    "vapi",
    "retell",
    "livekit",
    "mux",
    "sentry",
    "vercel",
    "workos",
    "stytch",
    "persona",
    "onfido",
    "jira",
    "woocommerce",
    "bigcommerce",
    "line",
    "zoom",
    "twitch",
    "pusher",
    "ses",
    "sns",
    "mandrill",
    "brevo",
    "mailchimp",
    "chargebee",
    "recurly",
    "gocardless",
];

/// Last parts of paths that are logins, their words joined.
const LOGINS: &[&str] = &[
    "login",
    "signin",
    "logon",
    "authenticate",
    "signup",
    "otp",
    "sendotp",
    "verifyotp",
    "resendotp",
    "requestotp",
    "forgotpassword",
    "resetpassword",
    "forgetpassword",
    "passwordreset",
    "recoverpassword",
    "forgot",
    "2fa",
    "mfa",
    "magiclink",
    "userlogin",
    "loginuser",
    "adminlogin",
    "loginadmin",
];

/// The same where accounts are spoken of just above.
const OF_ACCOUNTS: &[&str] =
    &["register", "registration", "token", "reset", "verify", "registeruser", "createaccount"];

/// What speaks of accounts.
const ACCOUNTS: &[&str] = &[
    "auth",
    "oauth",
    "oauth2",
    "user",
    "users",
    "account",
    "accounts",
    "password",
    "customer",
    "customers",
    "member",
    "members",
    "authentication",
    "identity",
    "admin",
    "student",
    "students",
    "employee",
    "doctor",
];

/// Names of handlers that are logins, their words joined.
const NAMED_LOGINS: &[&str] =
    &["login", "signin", "signup", "loginuser", "userlogin", "forgotpassword", "resetpassword", "verifyotp"];

/// Parts of paths below which codes are sent and checked: `/otp/login/send`.
const SIGN_IN: &[&str] = &[
    "otp",
    "login",
    "signin",
    "signup",
    "reset",
    "resetpassword",
    "forgotpassword",
    "passwordreset",
    "magiclink",
];

/// The steps of it.
const STEPS: &[&str] = &["send", "resend", "verify", "confirm", "request", "check", "validate"];

/// Whether an account is made here by whoever wants one: `POST /users`.
pub(super) fn registers(method: &str, path: Option<&str>) -> bool {
    const WHOLE: &[&str] = &[
        "user",
        "users",
        "account",
        "accounts",
        "customer",
        "customers",
        "member",
        "members",
        "register",
        "signup",
    ];
    let segments = path.map(segments).unwrap_or_default();
    let parameters = path.is_some_and(|path| path.contains([':', '[', '{']));
    method == "POST"
        && !parameters
        && matches!(segments.as_slice(), [whole] if WHOLE.contains(&whole.concat().as_str()))
}

/// Whether a route takes what a service signs, whatever it is called: `POST /slack/events`.
pub(super) fn takes_signed(method: &str, path: Option<&str>, before: Capabilities) -> bool {
    let sends = |path: &str| segments(path).iter().flatten().any(|word| SENDERS.contains(&word.as_str()));
    method == "POST" && before.has(Capability::Signature) && path.is_some_and(sends)
}

/// What a route is for, in the words of the fact.
pub(super) fn classes(route: &Asked<'_>) -> Vec<&'static str> {
    let path = Path { segments: route.path.map(segments).unwrap_or_default(), handler: words(route.handler) };
    let is = |capability| route.own.has(capability);
    let writes = !only_reads(route.method);
    let reads = may_tell(route.method);
    // What checks a token that was signed, or asks who is there already, leaves nothing to guess.
    let checks = path.ends_in(&["verify"]) && (is(Capability::Auth) || route.before.has(Capability::Auth));
    // `profiles/:id/sign-in` behind a permission signs a profile in somewhere else.
    let of_others = route.before.has(Capability::Role) && route.path.is_some_and(|path| path.contains(':'));
    // Who takes back a second factor is signed in.
    let known = route.before.has(Capability::Auth) || route.before.has(Capability::Session);
    let named = path.is_login() && !checks && !of_others;
    let login = writes && route.method != "DELETE" && (named || route.signs_in && !known);
    let uploads = route.before.has(Capability::Upload) || is(Capability::Upload);
    let tests = [
        ("webhook", writes && path.is_webhook(route)),
        (
            "admin",
            path.has(&["admin", "superadmin", "backoffice"]) && !login && !(reads && path.asks_for_admin()),
        ),
        ("login", login),
        ("guess", login && path.is_guessed(route)),
        ("dev-login", path.is_dev_login(route.method)),
        (
            "health",
            reads
                && (path.is_health(route, is(Capability::Health))
                    || route.described
                    || route.stands && path.segments.len() < 2),
        ),
        ("docs", reads && path.is_docs()),
        ("metrics", reads && path.ends_in(&["metrics", "prometheus"]) && is(Capability::Metrics)),
        ("debug", path.is_debug()),
        ("cron", path.has(&["cron", "crons"])),
        ("upload", writes && (uploads || path.ends_in(&["upload", "uploads"]))),
        ("payment", writes && (is(Capability::Payment) || path.is_payment())),
        ("action", path.orders() && !path.has(&["cron", "crons"])),
        ("llm", writes && (is(Capability::Llm) || path.has(&["llm", "openai", "gpt", "completions"]))),
    ];
    tests.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect()
}

/// Whether the name of a route gives an order: `delete-all`, `sendMail`.
pub(super) fn orders(segments: &[Vec<String>], handler: &[String]) -> bool {
    const VERBS: &[&str] = &[
        "delete",
        "remove",
        "create",
        "update",
        "add",
        "reset",
        "clear",
        "send",
        "install",
        "approve",
        "reject",
        "cancel",
        "purge",
        "flush",
        "insert",
        "seed",
        "save",
        "set",
        "toggle",
        "increment",
    ];
    let named = segments.last().map_or(handler, Vec::as_slice);
    named.first().is_some_and(|word| VERBS.contains(&word.as_str()))
}

/// A path and the handler behind it, as words.
struct Path {
    segments: Vec<Vec<String>>,
    handler: Vec<String>,
}

impl Path {
    /// Whether one of these words stands anywhere in the path.
    fn has(&self, wanted: &[&str]) -> bool {
        self.segments.iter().flatten().any(|word| wanted.contains(&word.as_str()))
    }

    /// Whether it only answers whether whoever asks is an administrator: `verify/admin`, `is-admin`.
    fn asks_for_admin(&self) -> bool {
        let mut words = self.segments.iter().flatten().rev().map(String::as_str);
        words.next() == Some("admin") && matches!(words.next(), Some("verify" | "is" | "check"))
    }

    /// The last part of the path, its words joined: `reset-password` is `resetpassword`.
    fn last(&self) -> String {
        self.segments.last().map(|words| words.concat()).unwrap_or_default()
    }

    fn ends_in(&self, wanted: &[&str]) -> bool {
        wanted.contains(&self.last().as_str())
    }

    /// Whether another service sends messages here. A list of webhooks that users keep is none: it is behind a login,
    /// and no sender is named.
    fn is_webhook(&self, route: &Asked<'_>) -> bool {
        let named = |word: &&str| self.segments.iter().flatten().any(|other| other == word);
        let named = ["webhook", "webhooks"].iter().any(named);
        // `/webhooks/:provider`: which service sends is told by the path.
        let end = route.path.unwrap_or_default().rsplit('/').next().unwrap_or_default();
        let any = end.starts_with([':', '[', '{']) && words(end).iter().any(|word| word == "provider");
        let sender =
            any || self.has(SENDERS) || self.handler.iter().any(|word| SENDERS.contains(&word.as_str()));
        let takes = matches!(route.method, "POST" | "ALL");
        let signed = route.before.has(Capability::Signature) || route.own.has(Capability::Signature);
        let kept = route.before.has(Capability::Auth);
        let list = kept && !sender && self.ends_in(&["webhooks"]);
        takes
            && named
            && !self.keeps_webhooks()
            && (signed && !list || !kept && (sender || self.ends_in(&["webhook"])))
    }

    /// Whether webhooks are kept here for others to be called: made, changed, tried out.
    fn keeps_webhooks(&self) -> bool {
        const VERBS: &[&str] = &[
            "create", "update", "delete", "add", "remove", "edit", "set", "save", "register", "list", "test",
            "resend", "retry", "replay", "toggle", "enable", "disable", "rotate",
        ];
        const DESKS: &[&str] = &["admin", "settings", "manage", "management", "dashboard", "config"];
        let orders = |words: &[String]| {
            let first = words.first().is_some_and(|word| VERBS.contains(&word.as_str()));
            first && words.iter().any(|word| word == "webhook" || word == "webhooks")
        };
        let trial =
            self.ends_in(&["test", "resend", "retry", "replay", "toggle", "enable", "disable", "rotate"]);
        self.has(DESKS) || trial || orders(&self.handler) || self.segments.iter().any(|words| orders(words))
    }

    /// Sign-in, registration, reset of a password, one-time codes, tokens.
    fn is_login(&self) -> bool {
        let last = self.last();
        if self.segments.is_empty() {
            return self.is_named_login() || self.signs_in();
        }
        let above = self.segments.len().checked_sub(2).and_then(|index| self.segments.get(index));
        let above = above.map(|words| words.concat());
        let account = above.as_deref().is_none_or(|above| ACCOUNTS.contains(&above));
        let step = above.as_deref().is_some_and(|above| SIGN_IN.contains(&above));
        LOGINS.contains(&last.as_str())
            || last == "credentials" && above.as_deref() == Some("callback")
            || account && OF_ACCOUNTS.contains(&last.as_str())
            || step && STEPS.contains(&last.as_str())
    }

    fn is_named_login(&self) -> bool {
        NAMED_LOGINS.contains(&self.handler.concat().as_str())
    }

    /// Whether the name of its handler says how somebody signs in: `signInViaEmail`, `verifyAuthCode`.
    fn signs_in(&self) -> bool {
        let handler: Vec<&str> = self.handler.iter().map(String::as_str).collect();
        match handler.as_slice() {
            ["sign", "in" | "up", "via" | "with" | "by", ..]
            | ["login" | "signin" | "signup", "via" | "with" | "by", ..] => true,
            ["verify" | "resend" | "send", rest @ ..] => {
                let code = rest.last().is_some_and(|last| matches!(*last, "code" | "otp" | "pin"));
                code && rest.iter().any(|word| matches!(*word, "auth" | "login" | "otp" | "email" | "mfa"))
            }
            _ => false,
        }
    }

    /// Whether what a login asks for is short enough to be guessed: a password, a code. What another service signed is
    /// not, nor is what somebody chooses who makes an account, nor the token of a link.
    fn is_guessed(&self, route: &Asked<'_>) -> bool {
        const MAKES: &[&str] = &["register", "registration", "registeruser", "createaccount", "signup"];
        const SERVICES: &[&str] = &[
            "google",
            "facebook",
            "apple",
            "github",
            "gitlab",
            "twitter",
            "microsoft",
            "linkedin",
            "discord",
            "azure",
            "kakao",
            "naver",
        ];
        if self.segments.is_empty() {
            return self.is_named_login() && self.handler.concat() != "signup";
        }
        let resets = self.ends_in(&["reset", "resetpassword", "passwordreset"]);
        let link = route.path.is_some_and(|path| path.to_ascii_lowercase().ends_with("token"));
        !self.has(SERVICES) && !(resets && (route.token || link)) && !self.ends_in(MAKES)
    }

    /// A login that proves nothing: for demonstrations, tests, or in the name of others.
    fn is_dev_login(&self, method: &str) -> bool {
        const KINDS: &[&str] = &["demo", "dev", "test", "mock", "fake", "impersonate", "impersonation"];
        const LOGINS: &[&str] = &["login", "signin", "auth", "session", "token"];
        let parts: Vec<&str> = self.segments.iter().flatten().map(String::as_str).collect();
        let kind = parts.iter().any(|word| KINDS.contains(word));
        let login = parts.iter().any(|word| LOGINS.contains(word))
            || parts.windows(2).any(|pair| pair == ["sign", "in"]);
        let joined = parts.iter().any(|word| {
            KINDS.iter().any(|kind| word.strip_prefix(kind).is_some_and(|rest| LOGINS.contains(&rest)))
        });
        !matches!(method, "DELETE" | "HEAD" | "OPTIONS") && (kind && login || joined)
    }

    /// Whether it answers if the program is well.
    fn is_health(&self, route: &Asked<'_>, checks: bool) -> bool {
        const WHOLE: &[&str] = &[
            "health",
            "healthz",
            "healthcheck",
            "healthy",
            "ready",
            "readyz",
            "readiness",
            "livez",
            "liveness",
            "ping",
            "heartbeat",
            "alive",
            "up",
            "healthstatus",
            "checkhealth",
            "apihealth",
            "healthchecks",
        ];
        const SHORT: &[&str] = &["status", "live", "hc"];
        let last = self.last();
        let first = self.segments.first().map(|words| words.concat()).unwrap_or_default();
        // `/badge/:id/ping/:duration` tells of something else than the service.
        let end = route.path.unwrap_or_default().rsplit('/').next().unwrap_or_default();
        let of_one = end.starts_with([':', '[', '{']);
        let alone = self.segments.len() == 1 && !of_one;
        WHOLE.contains(&last.as_str()) && !of_one
            || matches!(first.as_str(), "health" | "healthz" | "healthcheck")
            || alone && SHORT.contains(&last.as_str())
            || checks && !self.segments.is_empty() && SHORT.contains(&last.as_str())
    }

    /// A description of the API, or a page to try it.
    fn is_docs(&self) -> bool {
        const WHOLE: &[&str] = &[
            "swagger",
            "swaggerui",
            "apidocs",
            "redoc",
            "playground",
            "graphiql",
            "rapidoc",
            "swaggerjson",
            "altair",
            "voyager",
        ];
        self.segments.iter().any(|words| WHOLE.contains(&words.concat().as_str()))
    }

    /// What is there to look into the program.
    fn is_debug(&self) -> bool {
        const WHOLE: &[&str] = &["debug", "pprof", "heapdump", "bullboard", "agendash"];
        let begins = self.segments.first().is_some_and(|words| words.concat() == "debug");
        begins || self.ends_in(WHOLE)
    }

    /// Whether its name orders something to be done.
    fn orders(&self) -> bool {
        orders(&self.segments, &self.handler)
    }

    /// Where money is moved.
    fn is_payment(&self) -> bool {
        const WORDS: &[&str] = &["payment", "payments", "checkout", "charge", "refund", "payout", "payouts"];
        self.has(WORDS)
    }
}

#[cfg(test)]
mod tests;
