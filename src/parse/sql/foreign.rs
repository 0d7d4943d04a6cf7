//! Statements of other dialects, rewritten to what is common: quotes of the same length, and blanks for options that
//! only their server knows. What cannot be read so is left out.

use super::dialect::Dialect;
use super::expression::Name;
use super::model::{ObjectName, Subject};
use super::tokens::is_word;

/// An index that a `create table` of MySQL declares inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inner {
    /// Its name, as written.
    pub(super) name: String,
    /// Its columns, as written.
    pub(super) columns: Vec<String>,
}

/// The statement as PostgreSQL would write it, every part at its place, and the indexes declared inside.
pub(super) fn common(text: &str, dialect: Dialect) -> (String, Vec<Inner>) {
    let mut bytes = text.as_bytes().to_vec();
    quotes(&mut bytes, dialect);
    let mut inner = Vec::new();
    let parts = parts(&bytes);
    let starts = |words: &[&str]| words.iter().zip(&parts).all(|(word, part)| part.is(&bytes, word));
    if starts(&["create"]) && parts.iter().take(4).any(|part| part.is(&bytes, "table")) {
        options(&mut bytes, &parts);
        inner = table(&mut bytes, &parts);
    } else if starts(&["create"]) && parts.iter().take(4).any(|part| part.is(&bytes, "index")) {
        options(&mut bytes, &parts);
        index(&mut bytes, &parts);
    } else if starts(&["alter", "table"]) {
        options(&mut bytes, &parts);
        alter(&mut bytes, &parts);
    }
    // Only whole ASCII signs are replaced, by as many others.
    (String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned()), inner)
}

/// The tables that a statement makes or changes, as far as its words tell; everything where one has no plain name.
pub(super) fn tables(text: &str) -> Vec<Subject> {
    let bytes = text.as_bytes();
    let parts = parts(bytes);
    let mut out = Vec::new();
    // What a body says is done when it is called.
    let words = |words: &[&str]| parts.iter().take(4).any(|part| part.any(bytes, words));
    if words(&["create", "alter"]) && words(&["procedure", "proc", "function", "trigger"]) {
        return out;
    }
    for (at, part) in parts.iter().enumerate() {
        if !part.is(bytes, "table") {
            continue;
        }
        let before = parts.get(at.saturating_sub(3)..at).unwrap_or_default();
        let verb = before.iter().rev().find(|part| part.any(bytes, &["create", "alter", "drop", "rename"]));
        if !verb.is_some_and(|part| part.any(bytes, &["create", "alter"])) {
            continue;
        }
        let words = ["if", "not", "exists"];
        let from = parts[at + 1..].iter().position(|part| !part.any(bytes, &words));
        let from = from.map_or(parts.len(), |found| at + 1 + found);
        let rest = parts.get(from..).unwrap_or_default();
        // Tables of the session, and variables.
        if rest.first().is_some_and(|part| matches!(part.of(bytes), b"#" | b"@")) {
            continue;
        }
        let name = named(bytes, rest);
        out.push(name.map_or(Subject::Everything, Subject::Relation));
    }
    out
}

/// The name at the start of some parts: `a`, `a.b`, `c.a.b`.
fn named(bytes: &[u8], parts: &[Part]) -> Option<ObjectName> {
    let mut names = Vec::new();
    for pair in parts.chunks(2) {
        let word = pair.first()?.of(bytes);
        let first = *word.first()?;
        if !is_word(first) && first != b'"' {
            return None;
        }
        let text = String::from_utf8_lossy(word);
        names.push(match first {
            b'"' => Name::from(text.trim_matches('"')),
            _ => Name::from(text.to_lowercase()),
        });
        if pair.get(1).is_none_or(|part| part.of(bytes) != b".") {
            break;
        }
    }
    let name = names.pop()?;
    Some(ObjectName { schema: names.pop(), name, ..ObjectName::default() })
}

/// Quotes and comments in PostgreSQL's form.
fn quotes(bytes: &mut [u8], dialect: Dialect) {
    let mut at = 0;
    while at < bytes.len() {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        match bytes[at] {
            b'-' if next == b'-' => at = line_end(bytes, at),
            b'#' if dialect == Dialect::MySql => {
                let end = line_end(bytes, at);
                bytes[at..end].fill(b' ');
                at = end;
            }
            b'/' if next == b'*' => {
                at = memchr::memmem::find(&bytes[at..], b"*/").map_or(bytes.len(), |found| at + found + 2);
            }
            b'N' if next == b'\'' && dialect == Dialect::TSql => {
                bytes[at] = b' ';
                at += 1;
            }
            b'\'' => at = string(bytes, at, dialect),
            b'"' if dialect == Dialect::MySql => {
                let end = closing(bytes, at, b'"');
                if end > at + 1 && !bytes[at + 1..end - 1].contains(&b'\'') {
                    bytes[at] = b'\'';
                    bytes[end - 1] = b'\'';
                }
                at = end;
            }
            b'"' => at = closing(bytes, at, b'"'),
            b'`' => {
                let end = closing(bytes, at, b'`');
                requote(bytes, at, end);
                at = end;
            }
            b'[' if dialect != Dialect::MySql && (next.is_ascii_alphabetic() || next == b'_') => {
                let end = closing(bytes, at, b']');
                requote(bytes, at, end);
                if dialect == Dialect::TSql {
                    // Names are the same in any case there, quoted or not.
                    bytes[at..end].make_ascii_lowercase();
                }
                at = end;
            }
            _ => at += 1,
        }
    }
}

fn requote(bytes: &mut [u8], start: usize, end: usize) {
    if end > start + 1 {
        bytes[start] = b'"';
        bytes[end - 1] = b'"';
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found)
}

/// Just past the next sign of this kind.
fn closing(bytes: &[u8], at: usize, sign: u8) -> usize {
    memchr::memchr(sign, &bytes[at + 1..]).map_or(bytes.len(), |found| at + found + 2)
}

/// A string; MySQL's `\'` becomes `''`.
fn string(bytes: &mut [u8], start: usize, dialect: Dialect) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if dialect == Dialect::MySql => {
                if bytes.get(at + 1) == Some(&b'\'') {
                    bytes[at] = b'\'';
                }
                at += 2;
            }
            b'\'' if bytes.get(at + 1) == Some(&b'\'') => at += 2,
            b'\'' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A word, a quoted name, a string or a sign.
#[derive(Debug, Clone, Copy)]
struct Part {
    start: usize,
    end: usize,
    /// How many parentheses are open around it; those themselves are outside.
    depth: usize,
}

impl Part {
    fn of<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }

    fn is(&self, bytes: &[u8], word: &str) -> bool {
        self.of(bytes).eq_ignore_ascii_case(word.as_bytes())
    }

    fn any(&self, bytes: &[u8], words: &[&str]) -> bool {
        words.iter().any(|word| self.is(bytes, word))
    }

    fn blank(&self, bytes: &mut [u8]) {
        bytes[self.start..self.end].fill(b' ');
    }
}

fn parts(bytes: &[u8]) -> Vec<Part> {
    let (mut out, mut at, mut depth) = (Vec::new(), 0, 0_usize);
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        at = match byte {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at = line_end(bytes, at);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = memchr::memmem::find(&bytes[at..], b"*/").map_or(bytes.len(), |found| at + found + 2);
                continue;
            }
            b'\'' | b'"' => {
                let mut end = closing(bytes, at, byte);
                while bytes.get(end) == Some(&byte) {
                    end = closing(bytes, end, byte);
                }
                end
            }
            byte if is_word(byte) => at + bytes[at..].iter().take_while(|byte| is_word(**byte)).count(),
            _ => at + 1,
        };
        if byte == b')' {
            depth = depth.saturating_sub(1);
        }
        out.push(Part { start, end: at, depth });
        if byte == b'(' {
            depth += 1;
        }
    }
    out
}

/// The index just past the group that opens at `index`, or just past the part itself.
fn after(bytes: &[u8], parts: &[Part], index: usize) -> usize {
    let Some(open) = parts.get(index).filter(|part| part.of(bytes) == b"(") else { return index };
    let close = parts[index + 1..].iter().position(|part| part.depth == open.depth && part.of(bytes) == b")");
    close.map_or(parts.len(), |found| index + found + 2)
}

fn blank(bytes: &mut [u8], parts: &[Part], from: usize, to: usize) {
    for part in parts.get(from..to.min(parts.len())).unwrap_or_default() {
        part.blank(bytes);
    }
}

/// Words that say how a column or a key is kept.
const OPTIONS: [&str; 14] = [
    "auto_increment",
    "autoincrement",
    "unsigned",
    "zerofill",
    "clustered",
    "nonclustered",
    "rowguidcol",
    "sparse",
    "enable",
    "invisible",
    "fulltext",
    "spatial",
    "virtual",
    "strict",
];

/// Blanks options of columns and keys, wherever they stand.
fn options(bytes: &mut [u8], parts: &[Part]) {
    let mut index = 0;
    while index < parts.len() {
        let is = |ahead: usize, words: &[&str]| {
            parts.get(index + ahead).is_some_and(|part| part.any(bytes, words))
        };
        let to = if is(0, &OPTIONS) {
            index + 1
        } else if is(0, &["comment", "collate", "charset"]) {
            index + if is(1, &["="]) { 3 } else { 2 }
        } else if is(0, &["character"]) && is(1, &["set"]) {
            index + if is(2, &["="]) { 4 } else { 3 }
        } else if is(0, &["on"]) && is(1, &["update"]) && is(2, &["current_timestamp", "now"]) {
            after(bytes, parts, index + 3)
        } else if is(0, &["on"]) && is(1, &["conflict"]) {
            index + 3
        } else if is(0, &["identity"]) && is(1, &["("]) {
            after(bytes, parts, index + 1)
        } else if is(0, &["using"]) && is(1, &["btree", "hash"]) {
            index + 2
        } else if parts[index].depth > 0 && is(0, &["with"]) && is(1, &["("]) {
            after(bytes, parts, index + 1)
        } else if parts[index].depth > 0
            && is(0, &["on"])
            && parts.get(index + 1).is_some_and(|it| it.of(bytes)[0] == b'"')
        {
            index + 2
        } else {
            index
        };
        if is(0, &["double"]) && !is(1, &["precision"]) {
            bytes[parts[index].start..parts[index].end].copy_from_slice(b"float8");
        }
        blank(bytes, parts, index, to);
        index = to.max(index + 1);
    }
}

/// The columns and keys of a table: keys that are indexes are taken out, and what follows the list is blanked.
fn table(bytes: &mut [u8], parts: &[Part]) -> Vec<Inner> {
    let Some(open) = parts.iter().position(|part| part.of(bytes) == b"(") else { return Vec::new() };
    let close = after(bytes, parts, open);
    let mut inner = Vec::new();
    let (mut kept, mut from) = (false, open + 1);
    let mut comma = None;
    for at in open + 1..close {
        let cut = parts[at].depth == 1 && parts[at].of(bytes) == b",";
        if !cut && at + 1 < close {
            continue;
        }
        if let Some(index) = element(bytes, parts, from, at) {
            blank(bytes, parts, from, at);
            // The comma before it goes too, or the one after the first.
            match comma.filter(|_| kept) {
                Some(before) => blank(bytes, parts, before, before + 1),
                None if cut => blank(bytes, parts, at, at + 1),
                None => {}
            }
            inner.push(index);
            comma = if kept && cut { Some(at) } else { comma.filter(|_| !kept) };
        } else {
            kept = true;
            comma = cut.then_some(at);
        }
        from = at + 1;
    }
    let rest = &parts[close..];
    if !rest.iter().any(|part| part.any(bytes, &["select", "as"])) {
        for part in rest.iter().filter(|part| part.of(bytes) != b";").copied().collect::<Vec<_>>() {
            part.blank(bytes);
        }
    }
    inner
}

/// One element of the list between these parts: an index, or `None` for a column or a constraint, which is mended.
fn element(bytes: &mut [u8], parts: &[Part], from: usize, to: usize) -> Option<Inner> {
    let own: Vec<usize> =
        (from..to).filter(|at| !parts[*at].of(bytes).iter().all(|byte| *byte == b' ')).collect();
    let word = |nth: usize| own.get(nth).map(|at| parts[*at]);
    let first = word(0)?;
    if first.any(bytes, &["key", "index"]) {
        let list = own.iter().position(|at| parts[*at].of(bytes) == b"(")?;
        let name = word(1).filter(|_| list > 1).map(|part| part.of(bytes).to_vec()).unwrap_or_default();
        return Some(Inner {
            name: String::from_utf8(name).ok()?,
            columns: listed(bytes, parts, &own[list..]),
        });
    }
    let named = if first.is(bytes, "constraint") { 2 } else { 0 };
    let kind = word(named)?;
    if kind.any(bytes, &["unique", "primary"]) {
        let list =
            own.iter().skip(named).position(|at| parts[*at].of(bytes) == b"(").map(|list| list + named)?;
        let skip = if kind.is(bytes, "primary") { named + 2 } else { named + 1 };
        for at in own.get(skip..list).unwrap_or_default() {
            parts[*at].blank(bytes);
        }
        lengths(bytes, parts, &own[list..]);
    }
    None
}

/// The columns in the parentheses that open here.
fn listed(bytes: &[u8], parts: &[Part], own: &[usize]) -> Vec<String> {
    let inside = own.iter().map(|at| parts[*at]).filter(|part| part.depth == 2);
    let names = inside.filter(|part| is_word(part.of(bytes)[0]) || part.of(bytes)[0] == b'"');
    let names = names.filter(|part| !part.any(bytes, &["asc", "desc"]));
    names.map(|part| String::from_utf8_lossy(part.of(bytes)).into_owned()).collect()
}

/// Blanks directions and lengths of key parts: `(name(10) asc)`.
fn lengths(bytes: &mut [u8], parts: &[Part], own: &[usize]) {
    for at in own {
        let part = parts[*at];
        let sign = part.depth == 2 && matches!(part.of(bytes), b"(" | b")");
        if sign || part.depth > 2 || (part.depth == 2 && part.any(bytes, &["asc", "desc"])) {
            part.blank(bytes);
        }
    }
}

/// `create index`: lengths of key parts and what follows the keys but `include` and `where`.
fn index(bytes: &mut [u8], parts: &[Part]) {
    let Some(open) = parts.iter().position(|part| part.of(bytes) == b"(") else { return };
    for part in parts.iter().filter(|part| part.depth > 0) {
        let digits = part.depth == 2 && part.of(bytes).iter().all(u8::is_ascii_digit);
        let signs = part.depth == 1 && matches!(part.of(bytes), b"(" | b")");
        if digits || signs {
            part.blank(bytes);
        }
    }
    let mut at = after(bytes, parts, open);
    while at < parts.len() {
        let to = if parts[at].is(bytes, "with") {
            after(bytes, parts, at + 1)
        } else if parts[at].is(bytes, "on") {
            at + 2
        } else {
            at
        };
        blank(bytes, parts, at, to);
        at = to.max(at + 1);
    }
}

/// `alter table`: positions of columns go, and foreign keys are constraints.
fn alter(bytes: &mut [u8], parts: &[Part]) {
    for index in 0..parts.len() {
        let is = |ahead: usize, words: &[&str]| {
            parts.get(index + ahead).is_some_and(|part| part.any(bytes, words))
        };
        if parts[index].depth > 0 {
            continue;
        }
        if is(0, &["after"]) && index > 4 {
            blank(bytes, parts, index, index + 2);
        } else if is(0, &["drop"]) && is(1, &["foreign"]) && is(2, &["key"]) {
            let (start, end) = (parts[index + 1].start, parts[index + 2].end);
            bytes[start..end].fill(b' ');
            bytes[start..start + 10].copy_from_slice(b"constraint");
        } else if is(0, &["unique"]) && is(1, &["key", "index"]) {
            let list = parts[index..]
                .iter()
                .position(|part| part.of(bytes) == b"(")
                .map_or(index, |found| index + found);
            blank(bytes, parts, index + 1, list);
        }
    }
}
