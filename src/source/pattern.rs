//! Regular expressions of this program.

use regex::{Regex, RegexBuilder};

/// Compiles an expression; none where it is not well-formed.
///
/// Digits, words, their borders and letters of either case are those of ASCII wherever the expression can match nothing
/// but whole characters then: the tables of Unicode cost more to compile than all that is searched with them.
pub fn pattern(expression: &str) -> Option<Regex> {
    let plain = RegexBuilder::new(expression).unicode(false).build();
    plain.or_else(|_| Regex::new(expression)).ok()
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn what_is_found() {
        for (expression, text, expected) in [
            (r"(?i)\bready\b", "Is it READY?", Some("READY")),
            (r"\d+", "٣ 3", Some("3")),
            (r"[^,]+,", "é,", Some("é,")),
            (r"a.", "aé", Some("aé")),
            ("(", "(", None),
        ] {
            let found = pattern(expression).and_then(|regex| Some(regex.find(text)?.as_str().to_owned()));
            assert_eq!(found.as_deref(), expected, "{expression}");
        }
    }
}
