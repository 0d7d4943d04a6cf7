//! Regular expressions and lists of words of this program.

use aho_corasick::{AhoCorasick, AhoCorasickKind, packed};
use regex::{Regex, RegexBuilder};

/// Words that are looked for in names, ASCII letters of either case alike: all of them in one pass over a name.
#[derive(Debug)]
pub struct Needles(Option<AhoCorasick>);

impl Needles {
    /// Of these words.
    pub fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words = words.into_iter();
        let mut builder = AhoCorasick::builder();
        // Names are short: what skips through long texts costs more than it saves.
        builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).prefilter(false);
        Self(builder.build(words).ok())
    }

    /// Whether a name holds one of the words.
    pub fn are_in(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|words| words.is_match(name))
    }
}

/// Texts that are looked for in files as they are written: all of them in one pass, at many bytes at once.
#[derive(Debug)]
pub struct Phrases {
    texts: Vec<&'static str>,
    /// None on machines that do not look at many bytes at once.
    searcher: Option<packed::Searcher>,
}

impl Phrases {
    /// These texts.
    pub fn of(texts: &[&'static str]) -> Self {
        Self { texts: texts.to_vec(), searcher: packed::Searcher::new(texts) }
    }

    /// Whether a text holds one of them.
    pub fn are_in(&self, text: &str) -> bool {
        // An automaton would look at every bracket of a program, which takes ten times as long.
        match &self.searcher {
            Some(searcher) => searcher.find(text).is_some(),
            None => self.texts.iter().any(|one| text.contains(one)),
        }
    }
}

/// Whether a text begins with a word, ASCII letters of either case alike.
pub fn begins(text: impl AsRef<[u8]>, word: &str) -> bool {
    text.as_ref().get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
}

/// Compiles an expression; none where it is not well-formed.
///
/// Digits, words, spaces and the borders of words are those of ASCII, and letters of either case wherever the expression
/// can match nothing but whole characters then: the tables of Unicode cost more to compile than all that is searched with
/// them.
pub fn pattern(expression: &str) -> Option<Regex> {
    let plain = RegexBuilder::new(expression).unicode(false).build();
    plain.or_else(|_| Regex::new(&plainer(expression))).ok()
}

/// The same expression with the classes of ASCII in place of those of Unicode.
fn plainer(expression: &str) -> String {
    let mut plainer = String::with_capacity(expression.len() + 64);
    let mut depth = 0_usize;
    let mut rest = expression.chars();
    while let Some(character) = rest.next() {
        match character {
            '[' => {
                depth += 1;
                plainer.push('[');
                // A bracket that comes first in a class stands for itself.
                for first in ['^', ']'] {
                    if rest.as_str().starts_with(first) {
                        plainer.extend(rest.next());
                    }
                }
                continue;
            }
            ']' => depth = depth.saturating_sub(1),
            '\\' => {
                let Some(escaped) = rest.next() else {
                    plainer.push(character);
                    break;
                };
                match (escaped, depth) {
                    ('w', 0) => plainer.push_str("[0-9A-Za-z_]"),
                    ('w', _) => plainer.push_str("0-9A-Za-z_"),
                    ('W', 0) => plainer.push_str("[^0-9A-Za-z_]"),
                    ('d', 0) => plainer.push_str("[0-9]"),
                    ('d', _) => plainer.push_str("0-9"),
                    ('s', 0) => plainer.push_str(r"[\t\n\v\f\r ]"),
                    ('s', _) => plainer.push_str(r"\t\n\v\f\r "),
                    ('S', 0) => plainer.push_str(r"[^\t\n\v\f\r ]"),
                    ('b', 0) => plainer.push_str(r"(?-u:\b)"),
                    _ => plainer.extend(['\\', escaped]),
                }
                continue;
            }
            _ => {}
        }
        plainer.push(character);
    }
    plainer
}

#[cfg(test)]
mod tests {
    use super::{Needles, Phrases, pattern};

    #[test]
    fn names_that_hold_words() {
        let words = Needles::of(["lock", "Attempt"]);
        for (name, expected) in [("isLocked", true), ("maxATTEMPTS", true), ("loc", false), ("", false)] {
            assert_eq!(words.are_in(name), expected, "{name}");
        }
        assert!(!Needles::of([]).are_in("a"));
    }

    #[test]
    fn texts_that_hold_phrases() {
        let phrases = Phrases::of(&[".listen(", "Bun.serve("]);
        for (text, expected) in
            [("app.listen(1)", true), ("Bun.serve({})", true), ("app.Listen(", false), ("", false)]
        {
            assert_eq!(phrases.are_in(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_found() {
        for (expression, text, expected) in [
            (r"(?i)\bready\b", "Is it READY?", Some("READY")),
            (r"\d+", "٣ 3", Some("3")),
            (r"[^,]+,", "é,", Some("é,")),
            (r"a.", "aé", Some("aé")),
            (r"(?i)é\W+[\w.]+\S\d?$", "É, a.b-9", Some("É, a.b-9")),
            (r"[^\s\d]\s\[\\\w", "9é [\\w", Some("é [\\w")),
            ("(", "(", None),
            // Neither is mended by taking the marks of Unicode out of it.
            (r"é\", "é", None),
            (r"[]\d].é", "]aé", Some("]aé")),
            (r"[^]\d].é\d", "]xaé3", Some("xaé3")),
        ] {
            let found = pattern(expression).and_then(|regex| Some(regex.find(text)?.as_str().to_owned()));
            assert_eq!(found.as_deref(), expected, "{expression}");
        }
    }
}
