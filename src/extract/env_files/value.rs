//! What the value of a variable is: nothing, a placeholder, a default, or the real thing.

use crate::extract::variables::is_public;
use crate::source::pattern;
use std::sync::LazyLock;

use regex::Regex;

use super::secret::{distinct, is_provider_key, is_random, is_secret_name};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing.
    Empty,
    /// To be replaced.
    Placeholder,
    /// Taken from elsewhere: another variable, a vault.
    Reference,
    /// Something on this machine or in this network of containers.
    Localhost,
    /// A key that browsers get to see anyway.
    Public,
    /// Any other ordinary value.
    Default,
    /// A secret that is weak: a word, a default of the product.
    Weak,
    /// A secret by its name that looks drawn by chance.
    Random,
    /// A secret by its shape: a provider's key, an address with a password, a private key.
    Credential,
    /// An address of a managed service that belongs to somebody.
    ProductionHost,
}

/// What the value of the variable `name` is.
pub(super) fn classify(name: &str, value: &str) -> Class {
    let value = value.trim().trim_matches(['"', '\'']);
    if value.is_empty() {
        return Class::Empty;
    }
    if value.contains("PRIVATE KEY-----") {
        let body = value.bytes().filter(u8::is_ascii_alphanumeric).count();
        let real = body > 120 && !value.contains("ENCRYPTED") && !value.contains("...");
        return if real { Class::Credential } else { Class::Placeholder };
    }
    if is_reference(value) {
        return Class::Reference;
    }
    if let Some(class) = url(value) {
        return class;
    }
    if let Some(class) = web_token(value) {
        return class;
    }
    if is_placeholder(name, value) {
        return Class::Placeholder;
    }
    if is_local(value) {
        return Class::Localhost;
    }
    let public = is_public_name(name);
    if is_provider_key(value) && !(public && value.starts_with("AIza")) {
        return Class::Credential;
    }
    if public {
        return Class::Public;
    }
    if is_managed_host(value) {
        return Class::ProductionHost;
    }
    if !is_secret_name(name) || is_setting(value) {
        return Class::Default;
    }
    if !has_dictionary_word(value) && is_random(name, value) { Class::Random } else { Class::Weak }
}

/// `${OTHER}`, `op://vault/item`, `{{ template }}`, `arn:aws:secretsmanager:…`.
fn is_reference(value: &str) -> bool {
    static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"^\$\w+$|\$\{\w|\$\(|^(op|vault|doppler|ssm|gcp-?sm|aws-?sm|keyring|ref\+\w+)://|\{\{|<%|^arn:aws:|^encrypted:|^ENC\[|^@\w+\(|^projects/[^/]+/secrets/",
        )
    });
    found(&REFERENCE, value)
}

/// An address that has a password in it, by who could use it.
fn url(value: &str) -> Option<Class> {
    static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(r"^[A-Za-z][A-Za-z0-9+.-]*://[^:/@\s]*:(?<password>[^/\s]+)@(?<host>[^/?#\s,@]+)")
    });
    let found = ADDRESS.as_ref()?.captures(value)?;
    let (password, host) = (found.name("password")?.as_str(), found.name("host")?.as_str());
    Some(if is_reference(password) || is_reference(host) {
        Class::Reference
    } else if is_example_host(host) {
        Class::Placeholder
    } else if is_private(host) && is_password(password) {
        // Of use within that network only: a test may make one up.
        Class::Random
    } else if is_local(host) || !host.contains('.') {
        // A word without a dot is a service of the same compose file or cluster.
        Class::Localhost
    } else if is_blank(password) || is_blank(host) || is_blank(value) {
        Class::Placeholder
    } else {
        Class::Credential
    })
}

/// A JSON web token: those for browsers and those of the local development stack of Supabase are no secrets.
fn web_token(value: &str) -> Option<Class> {
    let mut parts = value.split('.');
    let (header, payload) = (parts.next()?, parts.next()?);
    parts.next().filter(|_| header.starts_with("eyJ") && payload.starts_with("eyJ"))?;
    let payload = base64url(payload);
    let has = |text: &str| memchr::memmem::find(&payload, text.as_bytes()).is_some();
    Some(if has("supabase-demo") {
        Class::Default
    } else if has("\"anon\"") {
        Class::Public
    } else if is_blank(value) || payload.len() < 20 {
        Class::Placeholder
    } else {
        Class::Credential
    })
}

/// The bytes of base64 in either alphabet; what is not of it is passed over.
fn base64url(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0);
    for c in text.bytes() {
        let six = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.extend(u8::try_from(bits >> held));
            bits &= (1 << held) - 1;
        }
    }
    bytes
}

/// Whether the value says that it wants to be replaced.
fn is_placeholder(name: &str, value: &str) -> bool {
    is_blank(value)
        || repeats_name(name, value)
        || is_mashed(value)
        || is_spelled(value)
        || is_word_over_again(value)
        || (value.len() > 7 && distinct(value) <= 2)
}

/// Whether it has the beginning of a provider's key and goes on in words: `sk_live_production_key`.
fn is_spelled(value: &str) -> bool {
    rest_of_key(value)
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_lowercase() || b"_-".contains(&byte)))
}

/// Whether it is one word again and again, in whatever letters: `re_blAh_blaHBlaHblah`. Chance never does that.
fn is_word_over_again(value: &str) -> bool {
    let rest = rest_of_key(value).unwrap_or(value).to_ascii_lowercase();
    let letters: Vec<u8> = rest.bytes().filter(u8::is_ascii_alphabetic).collect();
    let plain = rest.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_-. ".contains(&byte));
    plain
        && (3..=8).any(|word| {
            letters.len() >= word * 3 && letters.iter().eq(letters[..word].iter().cycle().take(letters.len()))
        })
}

/// What follows the beginning of a provider's key.
fn rest_of_key(value: &str) -> Option<&str> {
    const BEGINNINGS: &[&str] = &[
        "sk_live_", "sk_test_", "pk_live_", "pk_test_", "rk_live_", "rk_test_", "whsec_", "price_", "ghp_",
        "re_",
    ];
    BEGINNINGS.iter().find_map(|beginning| value.strip_prefix(beginning))
}

/// Whether a hand ran over the keys, the same three twice in a row and again: `asdasd…yxcyxc`. Chance hardly does it once.
fn is_mashed(value: &str) -> bool {
    let bytes = value.as_bytes();
    let (mut doubled, mut at) = (0, 0);
    while let Some(six) = bytes.get(at..at + 6) {
        let twice = six[..3] == six[3..] && six[..3].iter().all(u8::is_ascii_alphabetic);
        doubled += usize::from(twice);
        at += if twice { 6 } else { 1 };
    }
    doubled >= 2 && doubled * 12 >= bytes.len()
}

/// Whether the value is the name over again, or its last words: `apiKey` of `CLOUDINARY_API_KEY`.
fn repeats_name(name: &str, value: &str) -> bool {
    let letters = |text: &str| {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let (words, value) = (name.split('_').map(letters).collect::<Vec<_>>(), letters(value));
    !value.is_empty() && (0..words.len()).any(|first| words[first..].concat() == value)
}

fn is_blank(value: &str) -> bool {
    static BLANK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let long = "your|change|replace|example|placeholder|dummy|redacted|insert|goes.here|[-_ ]here$|fill.?(me|in)|paste|x{4}|\\.\\.\\.|\\*{3}|1234567|abcdef|deadbeef|0{8}|notasecret|not.a.secret|generate|openssl|insecure|lorem|sample|<[^>]+>|^\\[.*\\]$|^\\{[^\"]*\\}$";
        let short = "todo|fixme|xxx+|foo|bar|baz|fake|mock|tbd|none|null|undefined|value|password|passwd|pass|pwd|senha|clave|contrasena|passwort|motdepasse|username|abc123|abcde";
        pattern(&format!("(?i){long}|(^|[^a-z0-9])({short})([^a-z0-9]|$)"))
    });
    found(&BLANK, value)
}

/// Words of which people make passwords for a demonstration.
fn has_dictionary_word(value: &str) -> bool {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let long = "secret|passw[o0]rd|default|admin|postgres|mysql|mongo|redis|rabbit|minio|development|testing|local|supabase|jwt|super|token|demo|qwerty|welcome|letmein";
        pattern(&format!(
            "(?i){long}|(^|[^a-z0-9])(dev|test|my|key|app|root|user|guest|staging)([^a-z0-9]|$)"
        ))
    });
    found(&WORDS, value)
}

/// Numbers, flags, durations, addresses of mail and web, paths: they set something and keep nothing.
fn is_setting(value: &str) -> bool {
    static SETTING: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?i)^([\d.,]+\s?(ms|s|m|h|d|days?|hours?|minutes?|kb|mb|gb)?|true|false|yes|no|on|off|[\w.+-]+@[\w-]+(\.[\w-]+)+|[a-z]+://\S+|(\./|\.\./|/|~/)[\w./-]+|[\w./-]+\.(pem|key|json|p12|crt))$",
        )
    });
    found(&SETTING, value)
}

fn is_local(value: &str) -> bool {
    static LOCAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let host = r"localhost|([\w-]+\.)+localhost|127(\.\d+){3}|0\.0\.0\.0|\[?::1?\]?|host\.docker\.internal|10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|[\w.-]+\.(local|internal|test|svc|lan|docker)|[\w.-]+\.svc\.cluster\.local";
        pattern(&format!(r"(?i)(^|//|@)({host})(:\d+)?([/?,]|$)|//[A-Za-z][\w-]*(:\d+)?(/|$)"))
    });
    found(&LOCAL, value)
}

/// A host of a network of one's own, though not of this machine: a server that others reach too.
fn is_private(host: &str) -> bool {
    static PRIVATE: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r"(?i)^([\w-]+\.)+(internal|lan|corp)(:\d+)?$"));
    found(&PRIVATE, host) && !host.to_ascii_lowercase().starts_with("host.docker.internal")
}

/// A password that somebody chose for use, not for show.
fn is_password(password: &str) -> bool {
    let letters = password.chars().any(char::is_alphabetic);
    let others = password.chars().any(|character| !character.is_alphabetic());
    password.len() >= 8 && letters && others && !is_blank(password) && !has_dictionary_word(password)
}

fn is_example_host(host: &str) -> bool {
    static EXAMPLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?i)^(host|hostname|server|domain|db_host|username|cluster)(:\w+)?$|\.(invalid|tld)(:\d+)?$|(^|\.)(domain|company|acme|mysite|mydomain|myapp|site)\.\w+(:\d+)?$|\bxxx|\babc",
        )
    });
    found(&EXAMPLE, host)
}

/// Names of variables whose value is made part of a page.
fn is_public_name(name: &str) -> bool {
    static PUBLIC: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern("(?i)(^|_)(PUBLIC|PUBLISHABLE|ANON|SITE|CLIENT_ID|APP_ID)(_|$)|_DSN$"));
    is_public(name) || found(&PUBLIC, name)
}

/// Hosts of managed databases and the like, with the name of somebody's instance in them.
fn is_managed_host(value: &str) -> bool {
    static MANAGED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let hosts = r"[\w-]+\.[\w-]+\.[\w-]+\.rds\.amazonaws\.com|[\w.-]+\.cache\.amazonaws\.com|(db\.)?[a-z]{20}\.supabase\.(co|com)|ep-[\w-]+\.[\w.-]*neon\.tech|[\w-]+\.[a-z0-9]{5,7}\.mongodb\.net|[\w-]+-\d{4,}\.upstash\.io|[\w.-]+\.redislabs\.com|[\w.-]+\.redis-cloud\.com|[\w-]+\.database\.windows\.net|[\w-]+\.[\w-]+\.aivencloud\.com|[\w.-]+\.ondigitalocean\.com|[\w-]+\.(proxy\.)?rlwy\.net|[\w-]+\.[\w-]+-postgres\.render\.com";
        pattern(&format!(r"(?i)(^|//|@)({hosts})(:\d+)?(/|\?|$)"))
    });
    found(&MANAGED, value)
}

fn found(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes() {
        for (name, value, expected) in [
            ("A", "", Class::Empty),
            ("A", "\"\"", Class::Empty),
            ("JWT_SECRET", "your-secret-here", Class::Placeholder),
            ("JWT_SECRET", "<secret>", Class::Placeholder),
            ("API_KEY", "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", Class::Placeholder),
            ("API_KEY", "API_KEY", Class::Placeholder),
            ("CLOUDINARY_API_KEY", "apiKey", Class::Placeholder),
            ("STRIPE_SECRET_KEY", "sk_live_production_key", Class::Placeholder),
            ("DATABASE_URL", "postgresql://postgres:senha@host.railway.app:5432/railway", Class::Placeholder),
            ("STRIPE_WEBHOOK_SECRET", "whsec_production_secret", Class::Placeholder),
            ("CLOUDINARY_API_SECRET", "api-secret", Class::Placeholder),
            ("CLIENT_SECRET", "9kd2jklsdfsdfqweqwe", Class::Placeholder),
            ("RESEND_API_KEY", "re_blAh_blaHBlaHblahBLAhBlAh", Class::Placeholder),
            ("CLIENT_SECRET", "wordWORDworDWord", Class::Placeholder),
            ("CLIENT_SECRET", "9kd2jkLs3dfsdfqWe7xQ", Class::Random),
            ("ADMIN_PASSWORD", "admin", Class::Weak),
            ("KEY", "00000000000000000000000000000000", Class::Placeholder),
            (
                "PRIVATE_KEY",
                "-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----",
                Class::Placeholder,
            ),
            ("DATABASE_URL", "postgresql://user:password@host:5432/db", Class::Placeholder),
            ("DATABASE_URL", "mongodb+srv://<user>:<pw>@cluster0.mongodb.net", Class::Placeholder),
            ("DATABASE_URL", "postgres://shop:${PW}@db.acme.io/shop", Class::Reference),
            ("TOKEN", "op://vault/item/token", Class::Reference),
            ("DATABASE_URL", "postgres://postgres:Tr4vel92x@localhost:5432/shop", Class::Localhost),
            ("DATABASE_URL", "postgres://postgres:Tr4vel92x@db/shop", Class::Localhost),
            ("DATABASE_URL", "postgres://shop:Tr4vel92x@db.shop-prod.internal:5432/shop", Class::Random),
            ("DATABASE_URL", "postgres://shop:password1@db.shop.internal/shop", Class::Localhost),
            ("DATABASE_URL", "postgres://shop:Tr4vel92x@host.docker.internal/shop", Class::Localhost),
            ("REDIS_URL", "redis://127.0.0.1:6379", Class::Localhost),
            ("NEXT_PUBLIC_KEY", "Zk3vQ9xLp2RtY7uWb4NcE1", Class::Public),
            ("VITE_API_URL", "/api", Class::Public),
            ("PORT", "3000", Class::Default),
            ("SESSION_SECRET_ROUNDS", "12", Class::Default),
            ("JWT_SECRET", "supersecretjwt", Class::Weak),
            ("DB_PASSWORD", "postgres", Class::Weak),
            ("JWT_SECRET", "a8f5f167f44f4964e6c998dee827110c", Class::Random),
            ("DB_HOST", "shop.c9akciq32x.eu-west-1.rds.amazonaws.com", Class::ProductionHost),
            ("QSTASH_URL", "https://qstash.upstash.io/v1", Class::Default),
            ("OPENAI_BASE_URL", "https://api.openai.com/v1", Class::Default),
            ("SMTP_HOST", "smtp.gmail.com", Class::Default),
        ] {
            assert_eq!(classify(name, value), expected, "{name}={value}");
        }
    }

    #[test]
    fn credentials_whatever_their_name() {
        let drawn = "k2Vq9Xw3Zr7Lp5Tn8Bd4Mf6H".repeat(8);
        for (before, length, after) in [
            ("sk_live_", 24, ""),
            ("ghp_", 36, ""),
            ("postgres://shop:", 12, "@db.shop-prod.io:5432/shop"),
            ("mongodb+srv://root:hunter22", 0, "@cluster0.k2v9q.mongodb.net/shop"),
            ("-----BEGIN PRIVATE KEY-----", 190, "-----END PRIVATE KEY-----"),
        ] {
            let value = format!("{before}{}{after}", &drawn[..length]);
            assert_eq!(classify("ANYTHING", &value), Class::Credential, "{before}");
        }
    }

    #[test]
    fn web_tokens_by_what_they_claim() {
        let token = |payload: &str| format!("eyJhbGciOiJIUzI1NiJ9.{payload}.c2lnbmF0dXJl");
        // {"iss":"supabase","role":"anon"}, {"iss":"supabase","role":"service_role"}, {"iss":"supabase-demo","x":1}
        for (payload, expected) in [
            ("eyJpc3MiOiJzdXBhYmFzZSIsInJvbGUiOiJhbm9uIn0", Class::Public),
            ("eyJpc3MiOiJzdXBhYmFzZSIsInJvbGUiOiJzZXJ2aWNlX3JvbGUifQ", Class::Credential),
            ("eyJpc3MiOiJzdXBhYmFzZS1kZW1vIiwieCI6MX0", Class::Default),
        ] {
            assert_eq!(classify("KEY", &token(payload)), expected, "{payload}");
        }
    }
}
