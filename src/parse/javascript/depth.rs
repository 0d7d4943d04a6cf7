//! How deep a text nests: the parser and everything after it recurse.

/// How deep brackets may nest.
const MAX_NESTING: u32 = 1_000;

/// How many operators may follow each other without a bracket, a comma or the end of a statement between them.
const MAX_RUN: u32 = 3_000;

/// How many `else` and how many opened elements of JSX one file may have.
const MAX_CHAIN: u32 = 10_000;

/// Whether reading a text could need more stack than there is. Strings and comments count as code: what they hold at
/// most makes the answer `true` too early.
pub(super) fn is_too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut run, mut branches, mut elements) = (0_u32, 0_u32, 0_u32, 0_u32);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                run = if *byte == b'{' { 0 } else { run };
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b';' | b',' | b'\n' if depth == 0 || *byte != b'\n' => run = 0,
            b'<' => {
                run += 1;
                match bytes.get(at + 1) {
                    Some(b'/') => elements = elements.saturating_sub(1),
                    Some(next) if next.is_ascii_alphabetic() || *next == b'>' => elements += 1,
                    _ => {}
                }
            }
            b'>' if at > 0 && bytes[at - 1] == b'/' => elements = elements.saturating_sub(1),
            b'=' | b'?' | b'!' | b'~' | b'+' | b'-' | b'*' | b'.' | b'|' | b'&' => run += 1,
            // A word that stands before another expression, as `new`, `typeof` and `await` do; labels as well.
            b'w' | b'f' | b't' | b'd' | b':' if bytes.get(at + 1) == Some(&b' ') => run += 1,
            b'e' if bytes[..at].ends_with(b"els") => branches += 1,
            _ => {}
        }
        if depth > MAX_NESTING || run > MAX_RUN || branches > MAX_CHAIN || elements > MAX_CHAIN {
            return true;
        }
    }
    false
}
