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
    let Some(sources) = scripts(&value) else {
        // A policy that speaks of frames alone lets every script run.
        return "unsafe";
    };
    let has = |wanted: &str| sources.iter().any(|source| source.trim_matches('\'') == wanted);
    let inert = names_scripts(&sources);
    if has("unsafe-inline") && !inert || has("unsafe-eval") || has("*") || has("https:") && !inert {
        "unsafe"
    } else {
        "strict"
    }
}

/// Whether a policy lets only scripts run that are named by a nonce or a hash, and what they load.
pub(super) fn by_nonce(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    csp(value) == "strict" && scripts(&lower).is_some_and(|sources| names_scripts(&sources))
}

/// What a policy, in lower case, says of where scripts may come from.
fn scripts(policy: &str) -> Option<Vec<&str>> {
    let directive = |name: &str| {
        policy.split(';').map(str::trim).find_map(|directive| {
            let mut words = directive.split_whitespace();
            (words.next() == Some(name)).then(|| words.collect::<Vec<_>>())
        })
    };
    directive("script-src").or_else(|| directive("default-src"))
}

/// Whether sources make `unsafe-inline` inert: scripts of the page are named one by one.
fn names_scripts(sources: &[&str]) -> bool {
    sources.iter().map(|source| source.trim_matches('\'')).any(|source| {
        source == "strict-dynamic"
            || ["nonce-", "sha256-", "sha384-", "sha512-"].iter().any(|start| source.starts_with(start))
    })
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
    fn scripts_are_named_by_nonces_and_hashes() {
        for (value, wanted) in [
            ("script-src 'self' 'nonce-' 'strict-dynamic'", true),
            ("default-src 'self' 'sha384-abc'", true),
            ("script-src 'nonce-abc' 'unsafe-eval'", false),
            ("script-src 'self'; style-src 'nonce-abc'", false),
            ("frame-ancestors 'none'", false),
        ] {
            assert_eq!(by_nonce(value), wanted, "{value}");
        }
    }

    #[test]
    fn ages_are_seconds() {
        assert_eq!(max_age("max-age=63072000; includeSubDomains; preload"), 63_072_000);
        assert_eq!(max_age("Max-Age=0"), 0);
        assert_eq!(max_age("preload"), 0);
    }
}
