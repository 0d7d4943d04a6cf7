//! One line of a makefile: references to variables, separators outside them, what the shell gets of a recipe.

use crate::parse::shell::Offsets;

/// Text joined from lines, with the place of its bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Joined {
    pub(super) text: String,
    pub(super) map: Offsets,
}

impl Joined {
    pub(super) fn push(&mut self, text: &str, source: usize) {
        self.map.push(self.text.len(), source);
        self.text.push_str(text);
    }
}

/// The reference at the start of `text`, which begins with `$`: the variable, where it is a plain one, and its length.
pub(super) fn reference(text: &str) -> (Option<&str>, usize) {
    let Some(open) = text[1..].chars().next() else { return (None, text.len()) };
    let close = match open {
        '(' => b')',
        '{' => b'}',
        _ => {
            let length = 1 + open.len_utf8();
            let plain = open.is_ascii_alphabetic();
            return (plain.then(|| &text[1..length]), length);
        }
    };
    let Ok(open) = u8::try_from(open) else { return (None, 1) };
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                let name = &text[2..at];
                let plain = !name.is_empty() && !name.contains(['$', ' ', '\t', ',', ':', '%']);
                return (plain.then_some(name), at + 1);
            }
        }
    }
    (None, text.len())
}

/// The first place outside references where one of `signs` stands.
pub(super) fn find(text: &str, signs: &[&str]) -> Option<(usize, usize)> {
    let mut at = 0;
    while at < text.len() {
        if text.as_bytes()[at] == b'$' {
            at += reference(&text[at..]).1;
            continue;
        }
        let here = &text.as_bytes()[at..];
        if let Some(index) = signs.iter().position(|sign| here.starts_with(sign.as_bytes())) {
            return Some((at, index));
        }
        at += 1;
    }
    None
}

/// `text` without a comment; `\#` is no comment.
pub(super) fn without_comment(text: &str) -> &str {
    let stop = text.match_indices('#').find(|(at, _)| !text[..*at].ends_with('\\'));
    stop.map_or(text, |(at, _)| &text[..at])
}

/// The words of `text` with their offsets; a reference with blanks in it is one.
pub(super) fn words(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if text.as_bytes()[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let length = find(&text[at..], &[" ", "\t", "\n", "\r"]).map_or(text.len() - at, |(stop, _)| stop);
        found.push((at, &text[at..at + length]));
        at += length;
    }
    found
}

/// What the shell gets of a recipe: `$$` is `$`; what make expands becomes `${…}`, so that a shell reader sees an
/// expansion and no command substitution.
pub(super) fn for_shell(joined: &Joined) -> Joined {
    let mut result = Joined::default();
    let mut at = 0;
    while at < joined.text.len() {
        let rest = &joined.text[at..];
        let source = |at: usize| joined.map.offset(u32::try_from(at).unwrap_or(u32::MAX)) as usize;
        if !rest.starts_with('$') {
            let stop = rest.find(['$', '\n']).map_or(rest.len(), |stop| stop.max(1));
            let stop = if rest.starts_with('\n') { 1 } else { stop };
            push_through(&mut result, joined, at, stop);
            at += stop;
        } else if rest.starts_with("$$") {
            result.push("$", source(at + 1));
            at += 2;
        } else {
            let (name, length) = reference(rest);
            let inner =
                if rest[1..].starts_with(['(', '{']) { rest.get(2..length - 1) } else { rest.get(1..length) };
            result.push("${", source(at));
            let plain = name.is_some();
            let shown: String = inner
                .unwrap_or_default()
                .chars()
                .map(|c| if plain || is_safe(c) { c } else { '_' })
                .collect();
            result.push(&shown, source(at + 2));
            result.push("}", source(at + length - 1));
            at += length;
        }
    }
    result
}

/// Characters that mean nothing inside `${…}`.
fn is_safe(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '/' || c == '.'
}

/// Copies a stretch with the runs of its map.
fn push_through(result: &mut Joined, joined: &Joined, from: usize, length: usize) {
    for (offset, c) in joined.text[from..from + length].char_indices() {
        let source = joined.map.offset(u32::try_from(from + offset).unwrap_or(u32::MAX));
        result.push(&joined.text[from + offset..from + offset + c.len_utf8()], source as usize);
    }
}
