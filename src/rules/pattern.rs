//! A text that matches a regular expression: how examples show what a secret looks like without holding one.

use regex_syntax::hir::{Hir, HirKind};

/// A text that `pattern` matches, always the same; empty where the pattern is none.
///
/// Classes are walked through from one character to the next, so that a generated secret has many different ones.
pub fn generate(pattern: &str) -> String {
    let mut text = String::new();
    let mut turn = 0;
    if let Ok(hir) = regex_syntax::parse(pattern) {
        write(&hir, &mut text, &mut turn);
    }
    text
}

fn write(hir: &Hir, text: &mut String, turn: &mut usize) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => {
            let ranges: Vec<(u32, u32)> = match class {
                regex_syntax::hir::Class::Unicode(class) => {
                    class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect()
                }
                regex_syntax::hir::Class::Bytes(class) => {
                    class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect()
                }
            };
            text.extend(pick(&ranges, turn));
        }
        HirKind::Repetition(repetition) => {
            let times = repetition.min.max(repetition.max.unwrap_or(repetition.min + 1).min(1));
            for _ in 0..times {
                write(&repetition.sub, text, turn);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, text, turn),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, text, turn)),
        HirKind::Alternation(parts) => parts.iter().take(1).for_each(|part| write(part, text, turn)),
    }
}

/// The next character of a class, with a stride that visits its ranges in no visible order.
fn pick(ranges: &[(u32, u32)], turn: &mut usize) -> Option<char> {
    let size: u32 = ranges.iter().map(|(start, end)| (end - start + 1).min(96)).sum();
    *turn += 1;
    let mut index = u32::try_from((*turn * 37 + *turn * *turn * 11) % (size.max(1) as usize)).unwrap_or(0);
    for (start, end) in ranges {
        let length = (end - start + 1).min(96);
        if index < length {
            return char::from_u32(start + index);
        }
        index -= length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::generate;

    #[test]
    fn the_text_matches_its_pattern() {
        for pattern in
            ["ghp_[A-Za-z0-9]{36}", "-----BEGIN (RSA )?PRIVATE KEY-----", "a|b", r"\d{3,}x+", "[^a]{4}"]
        {
            let text = generate(pattern);
            let whole = format!("^(?:{pattern})$");
            assert!(regex::Regex::new(&whole).unwrap().is_match(&text), "{pattern} gave {text}");
        }
    }

    #[test]
    fn the_text_is_varied() {
        let text = generate("[A-Za-z0-9]{36}");
        let distinct: std::collections::HashSet<_> = text.chars().collect();
        assert!(distinct.len() > 12, "{text}");
    }
}
