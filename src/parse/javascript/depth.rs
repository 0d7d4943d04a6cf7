//! How deep a text nests: the parser and everything after it recurse.

/// How deep brackets may nest.
const MAX_NESTING: u32 = 1_000;

/// How many operators may follow each other without a brace, a comma or the end of a statement between them.
const MAX_RUN: u32 = 5_000;

/// The same for operators before a digit: the pictures that components draw are long runs of numbers.
const MAX_NUMBERS: u32 = 15_000;

/// How many `else` and how many opened elements of JSX one file may have.
const MAX_CHAIN: u32 = 10_000;

/// What a byte may mean, so that most of a text is passed over at the cost of one look.
const CLASSES: [Class; 256] = classes();

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Nothing,
    Open,
    Brace,
    Close,
    End,
    Line,
    Less,
    Greater,
    Operator,
    Word,
    Else,
}

const fn classes() -> [Class; 256] {
    let mut table = [Class::Nothing; 256];
    table[b'(' as usize] = Class::Open;
    table[b'[' as usize] = Class::Open;
    table[b'{' as usize] = Class::Brace;
    table[b')' as usize] = Class::Close;
    table[b']' as usize] = Class::Close;
    table[b'}' as usize] = Class::Close;
    table[b';' as usize] = Class::End;
    table[b',' as usize] = Class::End;
    table[b'\n' as usize] = Class::Line;
    table[b'<' as usize] = Class::Less;
    table[b'>' as usize] = Class::Greater;
    let operators = b"=?!~+-*.|&:`";
    let mut at = 0;
    while at < operators.len() {
        table[operators[at] as usize] = Class::Operator;
        at += 1;
    }
    // The last letters of words that stand before another expression: `new`, `typeof`, `await`, `void`.
    let words = b"wftd";
    at = 0;
    while at < words.len() {
        table[words[at] as usize] = Class::Word;
        at += 1;
    }
    table[b'e' as usize] = Class::Else;
    table
}

/// Whether reading a text could need more stack than there is. Strings and comments count as code: what they open makes
/// the answer `true` too early, and what they close or end keeps it from being `true`.
pub(super) fn is_too_deep(bytes: &[u8]) -> bool {
    !is_plainly_shallow(bytes) && nests_too_deep(bytes)
}

/// Whether all marks of the text together are fewer than the limits, wherever they stand: true of nearly every file.
fn is_plainly_shallow(bytes: &[u8]) -> bool {
    let shallow = bytes.len() <= MAX_NESTING as usize || is_bracketed_shallow(bytes);
    // A run ends at any of these marks: it is short where each stretch of half its length has one.
    let short = bytes
        .chunks_exact(MAX_RUN as usize / 2)
        .all(|stretch| memchr::memchr3(b';', b',', b'{', stretch).is_some());
    let few =
        bytes.len() <= MAX_CHAIN as usize || memchr::memchr_iter(b'<', bytes).count() <= MAX_CHAIN as usize;
    let plain = bytes.len() <= 4 * MAX_CHAIN as usize
        || memchr::memmem::find_iter(bytes, "else").count() <= MAX_CHAIN as usize;
    shallow && (bytes.len() <= MAX_RUN as usize || short) && few && plain
}

/// Whether brackets nest less than they may. Of each stretch it is only told how many open and how many close, which many
/// bytes are looked at at once for: that the closing ones come first makes it deepest.
fn is_bracketed_shallow(bytes: &[u8]) -> bool {
    let mut depth = 0_u32;
    bytes.chunks(255).all(|stretch| {
        let opened = count(stretch, |byte| matches!(byte, b'(' | b'[' | b'{'));
        let closed = count(stretch, |byte| matches!(byte, b')' | b']' | b'}'));
        let deepest = depth + opened;
        depth = depth.saturating_sub(closed) + opened;
        deepest <= MAX_NESTING
    })
}

/// How many bytes of at most 255 are such marks. Inlined with its condition, so that it looks at many at once.
fn count(stretch: &[u8], is_mark: impl Fn(u8) -> bool) -> u32 {
    u32::from(stretch.iter().map(|byte| u8::from(is_mark(*byte))).sum::<u8>())
}

fn nests_too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut branches, mut elements) = (0_u32, 0_u32, 0_u32);
    let (mut run, mut numbers) = (0_u32, 0_u32);
    for (at, byte) in bytes.iter().enumerate() {
        match CLASSES[*byte as usize] {
            Class::Open => {
                depth += 1;
                // A call of a call nests the other way round.
                run += 1;
            }
            Class::Brace => {
                depth += 1;
                (run, numbers) = (0, 0);
            }
            Class::Close => depth = depth.saturating_sub(1),
            Class::End => (run, numbers) = (0, 0),
            Class::Line if depth == 0 => (run, numbers) = (0, 0),
            Class::Less => {
                run += 1;
                match bytes.get(at + 1) {
                    Some(b'/') => elements = elements.saturating_sub(1),
                    Some(next) if next.is_ascii_alphabetic() || *next == b'>' => elements += 1,
                    _ => {}
                }
            }
            Class::Greater if at > 0 && bytes[at - 1] == b'/' => elements = elements.saturating_sub(1),
            Class::Operator if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => numbers += 1,
            Class::Operator => run += 1,
            Class::Word if bytes.get(at + 1).is_some_and(|next| *next <= b' ' || *next >= 0xC0) => run += 1,
            Class::Else if bytes[..at].ends_with(b"els") => branches += 1,
            Class::Nothing | Class::Line | Class::Greater | Class::Word | Class::Else => continue,
        }
        let long = run > MAX_RUN || numbers > MAX_NUMBERS || branches > MAX_CHAIN || elements > MAX_CHAIN;
        if depth > MAX_NESTING || long {
            return true;
        }
    }
    false
}
