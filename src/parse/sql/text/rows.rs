//! Long lists of rows: a dump's `insert` is read by its first rows.

use memchr::{memchr, memchr2};

use crate::parse::sql::tokens::is_word;
use crate::source::begins;

/// How many rows are read.
const READ: usize = 50;

/// Where the rows that are read end in `insert into t values (…), (…)`. `None` for any other statement, and where something
/// follows the rows.
pub(in crate::parse::sql) fn long_values(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if !begins(bytes, "insert") {
        return None;
    }
    let (mut at, mut depth, mut rows) = (0, 0_usize, 0_usize);
    let (mut listed, mut end) = (false, None);
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'\'' => {
                let escaped = start > 0
                    && matches!(bytes[start - 1], b'e' | b'E')
                    && !bytes.get(start.wrapping_sub(2)).is_some_and(|byte| is_word(*byte));
                at = string(bytes, at, escaped);
            }
            b'"' => at = memchr(b'"', &bytes[at + 1..]).map_or(bytes.len(), |found| at + found + 2),
            b'(' => {
                depth += 1;
                at += 1;
            }
            b')' => {
                depth = depth.checked_sub(1)?;
                at += 1;
                if depth == 0 && listed {
                    rows += 1;
                    if rows == READ {
                        end = Some(at);
                    }
                }
            }
            byte if is_word(byte) => {
                at += bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
                let word = &bytes[start..at];
                if depth == 0 && listed {
                    return None;
                }
                listed |= depth == 0 && word.eq_ignore_ascii_case(b"values");
            }
            b'$' | b'-' | b'/'
                if depth == 0
                    || bytes.get(at + 1) == Some(&bytes[at])
                    || bytes.get(at + 1) == Some(&b'*') =>
            {
                return None;
            }
            _ => at += 1,
        }
    }
    end.filter(|_| depth == 0)
}

/// Just past a string.
fn string(bytes: &[u8], start: usize, escaped: bool) -> usize {
    let mut at = start + 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let found = if escaped { memchr2(b'\'', b'\\', rest) } else { memchr(b'\'', rest) };
        let Some(found) = found else { return bytes.len() };
        at += found + 1;
        if bytes[at - 1] == b'\\' || bytes.get(at) == Some(&b'\'') {
            at += 1;
        } else {
            return at;
        }
    }
}
