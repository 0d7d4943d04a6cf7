//! The words of names, and what names stand for by them.

use crate::extract::variables::is_public;
pub(super) use crate::extract::words::words;

/// Whether one of the words of a name is one of these, which are in lower case.
pub(super) fn has(name: &str, any: &[&str]) -> bool {
    words(name).any(|word| any.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Whether these words, in lower case, stand in a name one after the other.
pub(super) fn has_run(name: &str, run: &[&str]) -> bool {
    let words: Vec<_> = words(name).collect();
    words.windows(run.len()).any(|part| part.iter().zip(run).all(|(a, b)| a.eq_ignore_ascii_case(b)))
}

/// Whether a text is the name of an environment variable: `JWT_SECRET`.
pub(super) fn is_variable(name: &str) -> bool {
    name.len() > 2
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_')
}

/// Words of variables that speak of a secret and are none.
const NO_SECRET: &[&str] = &[
    "public",
    "id",
    "name",
    "arn",
    "path",
    "file",
    "length",
    "header",
    "templateid",
    "template",
    "reset",
    "url",
    "policy",
    "min",
    "max",
    "lifetime",
    "ttl",
    "expiry",
    "expires",
    "expire",
    "expiration",
    "duration",
    "rounds",
    "algorithm",
    "alg",
    "issuer",
    "audience",
    "version",
    "enabled",
];

/// Words of variables for what a program signs with.
const SIGNING: &[&str] = &[
    "jwt", "session", "cookie", "auth", "token", "signing", "hmac", "csrf", "refresh", "nextauth", "webhook",
];

/// Words of variables for what databases ask for.
const STORES: &[&str] = &["db", "database", "mongo", "mysql", "postgres", "redis"];

/// Words of variables for what other services give: payments, mail, messages, models, storage, maps, sign-in.
const OF_OTHERS: &[&str] = &[
    "ably",
    "algolia",
    "anthropic",
    "apple",
    "aws",
    "azure",
    "bkash",
    "braintree",
    "brevo",
    "captcha",
    "client",
    "clerk",
    "cloudflare",
    "cloudinary",
    "cognito",
    "consumer",
    "discord",
    "facebook",
    "firebase",
    "flutterwave",
    "gemini",
    "github",
    "gitlab",
    "gmail",
    "google",
    "hcaptcha",
    "imagekit",
    "keycloak",
    "linkedin",
    "mail",
    "mailchimp",
    "mailer",
    "mailgun",
    "mailjet",
    "mapbox",
    "microsoft",
    "midtrans",
    "minio",
    "momo",
    "mpesa",
    "oauth",
    "okta",
    "openai",
    "paypal",
    "paystack",
    "plaid",
    "plivo",
    "postmark",
    "pusher",
    "r2",
    "razorpay",
    "recaptcha",
    "resend",
    "s3",
    "sendgrid",
    "sentry",
    "ses",
    "shopify",
    "slack",
    "smtp",
    "spotify",
    "square",
    "sslcommerz",
    "stripe",
    "supabase",
    "telegram",
    "turnstile",
    "twilio",
    "twitter",
    "vnpay",
    "vonage",
    "xendit",
    "zoom",
];

/// What the secret in a variable is for: `signing`, `encryption` or `admin` for what the program itself checks with,
/// `provider` for what another service gave.
pub(super) fn secret_purpose(variable: &str) -> Option<&'static str> {
    if is_public(variable) || has(variable, NO_SECRET) {
        return None;
    }
    let secret = has(variable, &["secret", "secrets"]) || has_run(variable, &["private", "key"]);
    let password = has(variable, &["password", "passwd", "passphrase", "pass"]);
    if password && has(variable, &["admin", "superadmin", "root", "superuser"]) && !has(variable, STORES) {
        return Some("admin");
    }
    if has_run(variable, &["encryption", "key"]) || has(variable, &["encryption"]) && secret {
        return Some("encryption");
    }
    if secret && (has(variable, OF_OTHERS) || has_run(variable, &["api", "secret"])) {
        return Some("provider");
    }
    let key = words(variable).last().is_some_and(|word| word.eq_ignore_ascii_case("key"));
    let signing = secret && (has(variable, SIGNING) || words(variable).count() <= 2)
        || key && has(variable, &["jwt", "signing", "hmac"]);
    if signing { Some("signing") } else { (secret || password).then_some("provider") }
}

/// Whether a name says that it holds a proof of who someone is, for a session: not one against forged requests.
pub(in crate::extract) fn is_session(name: &str) -> bool {
    let session =
        ["token", "jwt", "session", "sid", "auth", "accesstoken", "refreshtoken", "authtoken", "sessionid"];
    let other = [
        "csrf",
        "xsrf",
        "theme",
        "design",
        "push",
        "fcm",
        "device",
        "cookie",
        "consent",
        "state",
        "pkce",
        "verifier",
        "nonce",
        "redirect",
        "return",
        "callback",
        "cb",
        "method",
        "strategy",
        "share",
        "count",
        "expiry",
        "expires",
        "expiration",
        "type",
        "error",
        "locale",
        "url",
        "flag",
        "hint",
        "tokens",
        "invite",
        "mapbox",
        "color",
        "active",
        "provider",
        "public",
        "version",
        "format",
    ];
    has(name, &session) && !has(name, &other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_secrets_are_for() {
        for (name, expected) in [
            ("JWT_SECRET", Some("signing")),
            ("SECRET", Some("signing")),
            ("SECRET_KEY", Some("signing")),
            ("JWT_KEY", Some("signing")),
            ("AUTH_COOKIE_KEY", None),
            ("NEXTAUTH_SECRET", Some("signing")),
            ("ENCRYPTION_KEY", Some("encryption")),
            ("ADMIN_PASSWORD", Some("admin")),
            ("DB_PASSWORD", Some("provider")),
            ("GOOGLE_CLIENT_SECRET", Some("provider")),
            ("STRIPE_WEBHOOK_SECRET", Some("provider")),
            ("RESEND_SECRET", Some("provider")),
            ("SHIPPING_API_SECRET", Some("provider")),
            ("AUTH0_SECRET", Some("signing")),
            ("JWT_PUBLIC_KEY", None),
            ("API_KEY", None),
            ("SECRET_NAME", None),
            ("VITE_SECRET", None),
        ] {
            assert_eq!(secret_purpose(name), expected, "{name}");
        }
    }

    #[test]
    fn names_of_sessions() {
        for name in ["token", "accessToken", "auth_token", "connect.sid", "jwt", "access-token"] {
            assert!(is_session(name), "{name}");
        }
        for name in [
            "csrfToken",
            "theme-token",
            "fcm_token",
            "cookie_consent",
            "name",
            "oauth_state_token",
            "auth_cb",
            "auth_method",
        ] {
            assert!(!is_session(name), "{name}");
        }
    }
}
