//! The patterns of `${x#p}`, `${x%p}` and `${x/p/r}`: `*`, `?` and escapes, no brackets.

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// `*`
    Run,
    /// `?`
    One,
    /// Any other character.
    Char(char),
}

/// Which end of the value a pattern is cut from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// `#`
    Front,
    /// `%`
    Back,
}

impl Pattern {
    /// Reads a pattern; `None` where it escapes a character that needs no escape.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            tokens.push(match char {
                '*' => Token::Run,
                '?' => Token::One,
                '\\' if matches!(chars.peek(), Some('}' | '/')) => continue,
                '\\' => match chars.next() {
                    Some(escaped @ ('*' | '?' | '\\')) => Token::Char(escaped),
                    _ => return None,
                },
                other => Token::Char(other),
            });
        }
        Some(Self { tokens })
    }

    /// How many steps one match against a value of `length` bytes can take.
    pub(super) fn cost(&self, length: usize) -> usize {
        (self.tokens.len() + 1).saturating_mul(length + 1)
    }

    /// `value` without what the pattern matches at one side: the longest match if `greedy`, else the shortest.
    pub(super) fn trim(mut self, value: &str, side: Side, greedy: bool) -> String {
        let mut chars: Vec<char> = value.chars().collect();
        if side == Side::Back {
            chars.reverse();
            self.tokens.reverse();
        }
        let cut = self.match_length(&chars, greedy).unwrap_or(0);
        let mut rest = chars.split_off(cut);
        if side == Side::Back {
            rest.reverse();
        }
        rest.into_iter().collect()
    }

    /// `value` with the first match, or every match, replaced.
    pub(super) fn replace(&self, value: &str, replacement: &str, all: bool) -> String {
        let chars: Vec<char> = value.chars().collect();
        let (mut result, mut at, mut done) = (String::new(), 0, false);
        while at <= chars.len() {
            let length = if done { None } else { self.match_length(&chars[at..], true) };
            if let Some(length) = length {
                result.push_str(replacement);
                done = !all;
                at += length;
                if length > 0 {
                    continue;
                }
            }
            result.extend(chars.get(at));
            at += 1;
        }
        result
    }

    /// How many characters from the start of `chars` match; all states are followed at once, so the cost is bounded.
    fn match_length(&self, chars: &[char], greedy: bool) -> Option<usize> {
        let end = self.tokens.len();
        let mut states = vec![false; end + 1];
        states[0] = true;
        let mut found = None;
        for at in 0..=chars.len() {
            for index in 0..end {
                if states[index] && self.tokens[index] == Token::Run {
                    states[index + 1] = true;
                }
            }
            if states[end] {
                found = Some(at);
                if !greedy {
                    break;
                }
            }
            let Some(&char) = chars.get(at) else { break };
            let mut next = vec![false; end + 1];
            for index in 0..end {
                match self.tokens[index] {
                    Token::Run if states[index] => next[index] = true,
                    Token::One if states[index] => next[index + 1] = true,
                    Token::Char(wanted) if states[index] && wanted == char => next[index + 1] = true,
                    _ => {}
                }
            }
            if !next.contains(&true) {
                break;
            }
            states = next;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_cut_from_either_side() {
        use Side::{Back, Front};
        for (value, pattern, side, greedy, expected) in [
            ("a.b.c", "*.", Front, false, "b.c"),
            ("a.b.c", "*.", Front, true, "c"),
            ("a.b.c", ".*", Back, false, "a.b"),
            ("a.b.c", ".*", Back, true, "a"),
            ("v1.2", "v", Front, false, "1.2"),
            ("v1.2", "?", Front, false, "1.2"),
            ("a*b", "a\\*", Front, false, "b"),
            ("same", "other", Front, false, "same"),
        ] {
            let found = Pattern::new(pattern).map(|compiled| compiled.trim(value, side, greedy));
            assert_eq!(found.as_deref(), Some(expected), "{value} {pattern}");
        }
    }

    #[test]
    fn a_match_is_replaced() {
        for (value, pattern, all, expected) in [
            ("a-b-c", "-", false, "a_b-c"),
            ("a-b-c", "-", true, "a_b_c"),
            ("abc", "b*", false, "a_"),
            ("é-", "é", true, "_-"),
        ] {
            let found = Pattern::new(pattern).map(|compiled| compiled.replace(value, "_", all));
            assert_eq!(found.as_deref(), Some(expected), "{value} {pattern}");
        }
    }

    #[test]
    fn only_special_characters_may_be_escaped() {
        assert!(Pattern::new("\\a").is_none());
        assert!(Pattern::new("\\}").is_some());
    }
}
