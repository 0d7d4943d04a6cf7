//! What headers mean.

/// Headers that harden browsers.
const KNOWN: &[&str] = &[
    "content-security-policy",
    "content-security-policy-report-only",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-embedder-policy",
    "cross-origin-resource-policy",
];

/// A year in seconds.
pub(super) const YEAR: i64 = 31_536_000;

/// Whether a header, in lower case, hardens browsers.
pub(super) fn is_known(header: &str) -> bool {
    KNOWN.contains(&header)
}

/// How many of five protections headers give.
pub(super) fn hardening(names: &[String], csp: Option<&str>) -> i64 {
    let has = |name: &str| names.iter().any(|set| set == name);
    let framed = has("x-frame-options") || csp.is_some_and(|csp| csp != "report-only");
    let rest =
        ["x-content-type-options", "referrer-policy", "permissions-policy", "strict-transport-security"];
    // A policy that is put together at the start says more than who may frame a page, as a rule.
    let computed = i64::from(csp == Some("computed"));
    rest.into_iter().map(|name| i64::from(has(name))).sum::<i64>() + i64::from(framed) + computed
}

/// The seconds of a `Strict-Transport-Security`.
pub(super) fn max_age(value: &str) -> i64 {
    let digits = value.to_ascii_lowercase().split_once("max-age=").map(|(_, rest)| {
        let rest = rest.trim_start_matches('"');
        rest.chars().take_while(char::is_ascii_digit).collect::<String>()
    });
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// What a policy says of scripts.
pub(super) fn csp(value: &str) -> &'static str {
    let value = value.to_ascii_lowercase();
    let directive = |name: &str| {
        value.split(';').map(str::trim).find_map(|directive| {
            let mut words = directive.split_whitespace();
            (words.next() == Some(name)).then(|| words.collect::<Vec<_>>())
        })
    };
    let Some(sources) = directive("script-src").or_else(|| directive("default-src")) else {
        // A policy that speaks of frames alone lets every script run.
        return "unsafe";
    };
    let has = |wanted: &str| sources.iter().any(|source| source.trim_matches('\'') == wanted);
    let nonce = sources
        .iter()
        .any(|source| source.trim_start_matches('\'').starts_with("nonce-") || source.contains("sha256-"));
    let inert = nonce || has("strict-dynamic");
    if has("unsafe-inline") && !inert || has("unsafe-eval") || has("*") || has("https:") && !inert {
        "unsafe"
    } else {
        "strict"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_judged_by_what_they_say_of_scripts() {
        let table = [
            ("default-src 'self'", "strict"),
            ("default-src 'self'; script-src 'self' 'unsafe-inline'", "unsafe"),
            ("script-src 'self' 'unsafe-eval'", "unsafe"),
            ("script-src 'self' 'wasm-unsafe-eval'", "strict"),
            ("script-src 'nonce-abc' 'unsafe-inline' https:", "strict"),
            ("script-src 'strict-dynamic' 'unsafe-inline'", "strict"),
            ("default-src 'self'; style-src 'unsafe-inline'", "strict"),
            ("default-src *", "unsafe"),
            ("frame-ancestors 'none'", "unsafe"),
        ];
        for (value, wanted) in table {
            assert_eq!(csp(value), wanted, "{value}");
        }
    }

    #[test]
    fn ages_are_seconds() {
        assert_eq!(max_age("max-age=63072000; includeSubDomains; preload"), 63_072_000);
        assert_eq!(max_age("Max-Age=0"), 0);
        assert_eq!(max_age("preload"), 0);
    }
}
