//! Text measured in columns: wide characters take two, joined marks none.

use unicode_width::UnicodeWidthStr;

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// The text cut to a number of columns, with a sign where something is missing.
pub(super) fn fit(text: &str, columns: usize, sign: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = head(text, columns.saturating_sub(width(sign))).trim_end().to_owned();
    out.push_str(sign);
    out
}

/// The longest beginning of a text that takes at most so many columns.
fn head(text: &str, columns: usize) -> &str {
    let ends = text.char_indices().map(|(at, character)| at + character.len_utf8());
    let end = ends.take_while(|end| width(&text[..*end]) <= columns).last();
    &text[..end.unwrap_or(0)]
}

/// The text broken at spaces into lines of at most so many columns; a word that is longer is cut. Never empty.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(8);
    let mut lines = vec![];
    let mut line = String::new();
    for mut word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && width(&line) + 1 + width(word) > columns {
            lines.push(std::mem::take(&mut line));
        }
        while width(word) > columns {
            let part = head(word, columns);
            lines.push(part.to_owned());
            word = &word[part.len()..];
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Items joined by a separator into lines of at most so many columns; an item is never broken.
pub(super) fn flow(items: &[String], separator: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for item in items {
        match lines.last_mut() {
            Some(line) if width(line) + width(separator) + width(item) <= columns => {
                line.push_str(separator);
                line.push_str(item);
            }
            _ => lines.push(item.clone()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_is_marked_and_never_wider() {
        let cases =
            [("short", 5, "short"), ("longer", 5, "long…"), ("日本語", 5, "日本…"), ("a b c", 4, "a b…")];
        for (text, columns, cut) in cases {
            assert_eq!(fit(text, columns, "…"), cut);
        }
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_anywhere() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("aaaaaaaaaaaa b", 8), ["aaaaaaaa", "aaaa b"]);
        assert_eq!(wrap("日本語日本語", 8), ["日本語日", "本語"]);
        assert_eq!(wrap("", 8), [""]);
    }

    #[test]
    fn items_stay_whole() {
        let items = ["4 findings".to_owned(), "2 passed".to_owned(), "1 undecided".to_owned()];
        assert_eq!(flow(&items, " · ", 24), ["4 findings · 2 passed", "1 undecided"]);
    }
}
