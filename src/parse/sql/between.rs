//! `a between 1 and 5 or b`: the grammar takes `5 or b` for the upper bound, and refuses `5 or not b`. Parentheses
//! around the `between` say what PostgreSQL reads.

use memchr::memmem;
use squawk_syntax::decoded_text::DecodedText;

use super::tokens::{Kind, Token, tokens};

/// The text with parentheses around each `between` that an `or` follows, every part with its place in `text`; `None`
/// where there is none.
pub(super) fn parenthesised(text: &str) -> Option<DecodedText> {
    let bytes = text.as_bytes();
    if memmem::find(bytes, b"etween").is_none() && memmem::find(bytes, b"ETWEEN").is_none() {
        return None;
    }
    let tokens = tokens(text);
    let mut marks: Vec<(usize, &str)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Word
            && token.of(text).eq_ignore_ascii_case("between")
            && let Some((start, end)) = bounds(text, &tokens, index)
        {
            marks.push((start, "("));
            marks.push((end, ")"));
        }
    }
    if marks.is_empty() {
        return None;
    }
    marks.sort_by_key(|(at, _)| *at);
    let size = |at: usize| u32::try_from(at).unwrap_or(u32::MAX).into();
    let mut out = DecodedText::new(size(0));
    let mut from = 0;
    for (at, mark) in marks {
        out.push_str(&text[from..at], size(from));
        out.push_str(mark, size(at));
        from = at;
    }
    out.push_str(&text[from..], size(from));
    Some(out)
}

/// How many tokens the bounds of a `between` may be away from it.
const FAR: usize = 1_000;

/// Words before which the operand of a `between` cannot begin.
const BEFORE: [&str; 24] = [
    "or", "and", "not", "where", "on", "having", "when", "then", "else", "case", "if", "elsif", "elseif",
    "while", "select", "distinct", "return", "using", "by", "perform", "default", "assert", "all", "until",
];

/// Where the `between` at `index` begins and ends, if an `or` follows its upper bound.
fn bounds(text: &str, tokens: &[Token], index: usize) -> Option<(usize, usize)> {
    let and = step(tokens, index, |token| token.kind == Kind::Cut || token.is(text, &["and", "between"]))?;
    if !tokens[and].is(text, &["and"]) {
        return None;
    }
    let after = step(tokens, and, |token| {
        token.kind == Kind::Cut
            || token.is(
                text,
                &["or", "and", "then", "when", "else", "end", "as", "from", "where", "loop", "order"],
            )
    })?;
    if !tokens[after].is(text, &["or"]) || after == and + 1 {
        return None;
    }
    let mut depth = 0usize;
    let mut first = index;
    for (at, token) in tokens[..index].iter().enumerate().rev().take(FAR) {
        match token.kind {
            Kind::Close => depth += 1,
            Kind::Open | Kind::Cut if depth == 0 => break,
            Kind::Open => depth -= 1,
            _ if depth > 0 => {}
            _ if token.is(text, &BEFORE) && !(at + 1 == index && token.is(text, &["not"])) => break,
            _ => {}
        }
        first = at;
    }
    (first < index).then(|| (tokens[first].start, tokens[after - 1].end))
}

/// The next token after `index` on its level that is wanted.
fn step(tokens: &[Token], index: usize, wanted: impl Fn(&Token) -> bool) -> Option<usize> {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(index + 1).take(FAR) {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close if depth == 0 => return None,
            Kind::Close => depth -= 1,
            _ if depth == 0 && wanted(token) => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::parenthesised;

    #[test]
    fn parentheses_stand_around_a_between_that_an_or_follows() {
        let table = [
            ("a between 1 and 5 or b", "(a between 1 and 5) or b"),
            (
                "x = 1 or not a.b not between f(1, 2) and 5 or not b",
                "x = 1 or not (a.b not between f(1, 2) and 5) or not b",
            ),
            (
                "check (a is null or char_length(b) BETWEEN 1 AND 5 OR c)",
                "check (a is null or (char_length(b) BETWEEN 1 AND 5) OR c)",
            ),
            (
                "if a between 1 and 5 or b between 2 and 3 or c then",
                "if (a between 1 and 5) or (b between 2 and 3) or c then",
            ),
            (
                "x := a between 1 and 2 or 'between 1 and 2 or'",
                "x := (a between 1 and 2) or 'between 1 and 2 or'",
            ),
            ("a between 1 and 5 and b or c", ""),
            ("select a between 1 and 5, b or c", ""),
            ("rows between unbounded preceding and current row", ""),
            ("between 1 and 2 or", ""),
            ("between and or between", ""),
        ];
        for (text, wanted) in table {
            let read = parenthesised(text).map(|text| text.text().to_owned()).unwrap_or_default();
            assert_eq!(read, wanted, "{text}");
        }
    }

    #[test]
    fn bounds_that_are_far_away_are_not_looked_for() {
        let text = "between ".repeat(200_000);
        assert!(parenthesised(&text).is_none());
    }
}
