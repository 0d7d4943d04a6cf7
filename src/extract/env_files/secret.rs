//! What looks like a secret: names, shapes that providers give their keys, and chance.

use crate::source::pattern;
use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

/// Whether a variable of this name holds a secret: `JWT_SECRET`, `DB_PASSWORD`; not `TOKEN_TTL` or `PUBLIC_KEY`.
pub(in crate::extract) fn is_secret_name(name: &str) -> bool {
    static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let words = "SECRET|SECRETS|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PWD|PASS|APIKEY|CREDENTIAL|CREDENTIALS|SALT|PEPPER|KEY|KEYS|PAT";
        let glued = "SECRETKEY|ACCESSKEY|PRIVATEKEY|AUTHTOKEN|DBPASS|DBPASSWORD|USERPASSWORD";
        pattern(&format!("(^|_)({words}|{glued})[0-9]*(_|$)|(PASSWORD|APIKEY|SECRET)$"))
    });
    static OTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let about = "TTL|EXPIRY|EXPIRES|EXPIRE|EXPIRATION|EXPIRES_IN|LENGTH|MIN|MAX|ROUNDS|ID|IDS|URL|URI|PATH|FILE|DIR|NAME|HOST|PORT|ENABLED|DISABLED|COOKIE|HEADER|ISSUER|ALGORITHM|ALG|TYPE|PREFIX|ROTATION|LIFETIME|AGE|SECONDS|MINUTES|DAYS|HOURS|DURATION|COUNT|LIMIT|POLICY|AUDIENCE|SCOPE|SIZE|ARN|VERSION|USER|USERNAME|ENDPOINT|REGION|FORMAT|FIELD|ALIAS|PROVIDER|MODE";
        pattern(&format!("(^|_)(PUBLIC|PUBLISHABLE|ANON|SITE|SITEKEY|PK|PUB)(_|$)|_({about})$"))
    });
    let name = screaming(name);
    let matches = |regex: &LazyLock<Option<Regex>>| regex.as_ref().is_some_and(|regex| regex.is_match(&name));
    matches(&SECRET) && !matches(&OTHER)
}

/// Whether the name is that of a password: short ones are real too.
fn is_password_name(name: &str) -> bool {
    let name = screaming(name);
    ["PASS", "PWD"].iter().any(|word| name.contains(word))
}

/// `apiKey`, `api-key` and `api.key` as `API_KEY`.
fn screaming(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && lower {
            out.push('_');
        }
        lower = c.is_ascii_lowercase();
        out.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    out
}

/// Whether the value has the shape of a provider's key for real money or real data. Keys for sandboxes are not meant.
pub(super) fn is_provider_key(value: &str) -> bool {
    static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let shapes = [
            r"(sk|rk)_live_[0-9A-Za-z]{16,}",
            r"gh[pousr]_[0-9A-Za-z]{36,}",
            r"github_pat_[0-9A-Za-z_]{50,}",
            r"glpat-[\w-]{20,}",
            r"xox[abprs]-[0-9A-Za-z-]{20,}",
            r"https://hooks\.slack\.com/services/T\w+/B\w+/\w{20,}",
            r"https://(ptb\.|canary\.)?discord(app)?\.com/api/webhooks/\d{15,}/[\w-]{50,}",
            r"SG\.[\w-]{16,}\.[\w-]{16,}",
            r"sk-(proj-|ant-|or-|svcacct-)?[\w-]{32,}",
            r"npm_[0-9A-Za-z]{36}",
            r"(hf|gsk|xai)[_-][0-9A-Za-z]{30,}",
            r"dop_v1_[0-9a-f]{64}",
            r"shp(at|ca|pa|ss)_[0-9a-f]{32}",
            r"sb(p|_secret)_[\w-]{20,}",
            r"re_[0-9A-Za-z]{8}_[0-9A-Za-z]{20,}",
            r"AIza[\w-]{35}",
            r"GOCSPX-[\w-]{24,}",
            r"\d{8,10}:AA[\w-]{33}",
            r"key-[0-9a-f]{32}",
        ];
        pattern(&format!("(?-u)^({})$", shapes.join("|")))
    });
    KEY.as_ref().is_some_and(|key| key.is_match(value)) && distinct(value) >= 12
}

/// Whether the value looks drawn by chance: a key, a token, a strong password. `name` is that of its variable.
pub(super) fn is_random(name: &str, value: &str) -> bool {
    let bytes = value.as_bytes();
    if is_password_name(name) && (is_strong_password(value) || is_app_password(value)) {
        return true;
    }
    let plain = bytes.iter().all(u8::is_ascii_graphic);
    if bytes.len() < 16 || !plain || value.contains("://") || is_path(value) {
        return false;
    }
    if is_typed(value) {
        return false;
    }
    if bytes.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-') {
        return bytes.len() >= 24 && distinct(value) >= 8;
    }
    let body = value.trim_end_matches(|c: char| c.is_ascii_digit());
    let (lower, upper, digit, _) = classes(value);
    let inner_digits = body.bytes().filter(u8::is_ascii_digit).count();
    let enough = if lower && upper && digit { 3.4 } else { 3.2 };
    let mixed = lower && upper && (digit || bytes.len() >= 24)
        || (inner_digits * 8 >= bytes.len() && body.len() >= 14);
    mixed && entropy(value) >= enough && longest_word(value) < 9
}

fn is_strong_password(value: &str) -> bool {
    let (lower, upper, digit, symbol) = classes(value);
    let kinds = [lower, upper, digit, symbol].into_iter().filter(|kind| *kind).count();
    value.len() >= 8 && kinds >= 3 && value.bytes().all(|b| b.is_ascii_graphic()) && distinct(value) >= 6
}

/// The form in which Google gives passwords for programs: four times four letters.
fn is_app_password(value: &str) -> bool {
    let groups: Vec<_> = value.split(' ').collect();
    groups.len() == 4
        && groups.iter().all(|group| group.len() == 4 && group.bytes().all(|b| b.is_ascii_lowercase()))
        && distinct(value) >= 7
}

fn is_path(value: &str) -> bool {
    value.starts_with(['/', '~']) && value.matches('/').count() >= 2 && !value.ends_with('=')
        || value.starts_with("./")
        || value.starts_with("../")
}

/// Whether a hand typed it in a rhythm, as `aB1cD2eF3gH4…`: letters and digits take turns to the end.
fn is_typed(value: &str) -> bool {
    let kind = |b: &u8| (b.is_ascii_lowercase(), b.is_ascii_uppercase(), b.is_ascii_digit());
    let kinds: Vec<_> = value.trim_end_matches('=').bytes().map(|b| kind(&b)).collect();
    (2..=4).any(|period| {
        kinds.len() >= period * 4
            && kinds[..period].windows(2).any(|pair| pair[0] != pair[1])
            && kinds.iter().zip(&kinds[period..]).all(|(left, right)| left == right)
    })
}

/// Whether there are lower case letters, upper case letters, digits and others.
fn classes(value: &str) -> (bool, bool, bool, bool) {
    let any = |test: fn(&u8) -> bool| value.as_bytes().iter().any(test);
    (
        any(u8::is_ascii_lowercase),
        any(u8::is_ascii_uppercase),
        any(u8::is_ascii_digit),
        any(u8::is_ascii_punctuation),
    )
}

/// How many different characters there are.
pub(super) fn distinct(value: &str) -> usize {
    value.chars().collect::<std::collections::HashSet<_>>().len()
}

/// Shannon's entropy in bits per character.
fn entropy(value: &str) -> f64 {
    let mut counts: HashMap<char, u32> = HashMap::new();
    value.chars().for_each(|c| *counts.entry(c).or_default() += 1);
    let length = f64::from(u32::try_from(value.chars().count()).unwrap_or(u32::MAX));
    counts.values().map(|count| f64::from(*count) / length).map(|p| -p * p.log2()).sum()
}

/// The longest run of letters of one case: words are long, keys break off.
fn longest_word(value: &str) -> usize {
    let runs = value.split(|c: char| !c.is_ascii_lowercase()).map(str::len);
    runs.chain(value.split(|c: char| !c.is_ascii_uppercase()).map(str::len)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in [
            "JWT_SECRET",
            "DB_PASSWORD",
            "apiKey",
            "STRIPE_KEY",
            "AWS_SECRET_ACCESS_KEY",
            "MAIL_PASS",
            "PGPASSWORD",
            "GITHUB_TOKEN",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "PORT",
            "TOKEN_TTL",
            "STRIPE_PUBLIC_KEY",
            "AWS_ACCESS_KEY_ID",
            "PASSWORD_MIN_LENGTH",
            "KEYBOARD",
            "SECRET_FILE",
            "COMPASS",
            "RECAPTCHA_SITE_KEY",
            "MONKEY",
            "BYPASS",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn chance() {
        for (name, value) in [
            ("JWT_SECRET", "a8f5f167f44f4964e6c998dee827110c"),
            ("API_KEY", "Zk3vQ9xLp2RtY7uWb4NcE1"),
            ("SECRET", "kD93/fjsla92+Qx7vBn2m4T8w1ZcRpUe6yHgIo0LXsA="),
            ("SECRET_KEY", "django-q7)w#r@1x$z9k^v0!p5m&c3n8b6"),
            ("DB_PASSWORD", "Tr4vel#92"),
            ("SMTP_PASS", "qhzv kfwe ylxo rbnd"),
        ] {
            assert!(is_random(name, value), "{value}");
        }
        for (name, value) in [
            ("SECRET", "keep-this-to-yourself-2024"),
            ("API_KEY", "https://api.acme.io/v1/keys"),
            ("SECRET", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
            ("SECRET", "00000000-0000-0000-0000-000000000000"),
            ("DB_PASSWORD", "postgres"),
            ("KEY", "/etc/ssl/private/server.key"),
            ("SECRET", "thisisaverylongsecretwithoutdigits"),
            ("SECRET", "short1A"),
            ("SECRET", "qW3eR5tY7uI9oP2aS4dF6gH8jK1lZ3x="),
        ] {
            assert!(!is_random(name, value), "{value}");
        }
    }
}
