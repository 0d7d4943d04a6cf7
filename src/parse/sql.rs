//! SQL as migrations write it: text in, typed statements with their places out.
//!
//! The grammar is PostgreSQL's, by `squawk-syntax`, which recovers from errors. Its tree is lowered at once into the
//! plain statements of [`model`]: they can cross threads, are small, and say only what a replay needs.

mod between;
pub mod block;
pub mod dialect;
pub mod expression;
mod foreign;
mod lower;
pub mod model;
pub mod relation;
pub mod routine;
mod template;
mod text;
mod tokens;
mod unread;
pub mod walk;

use rayon::prelude::*;
use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::body::BodyLanguage;
use squawk_syntax::syntax_error::SyntaxError;

use dialect::Dialect;
use model::{Kind, Script, Statement, Subject, Unread};
use text::Piece;

use crate::source::Span;

/// Why something of a script is not among its statements.
const UNREAD: &str = "a statement could not be read";
const INCLUDED: &str = "another file is read here";
/// From how many bytes on a script is read on several threads, and an `insert` by its first rows.
const LARGE: usize = 64 * 1024;
/// Up to how many bytes of statements are parsed together.
const TOGETHER: usize = 16 * 1024;
/// How deep a tree is read on the thread that asks for it; deeper ones get a stack of their own.
const SHALLOW: usize = 400;
/// Deeper ones are not read: PostgreSQL runs out of its stack before.
const DEEPEST: usize = 20_000;
/// Nor are those with more open parentheses: reading them takes time with their square.
const NESTED: usize = 2_000;

/// Reads a script, in whatever dialect its text tells.
pub fn read(text: &str) -> Script {
    read_as(text, dialect::dialect(text))
}

/// Reads a script whose dialect is known.
///
/// A statement of PostgreSQL that its grammar refuses is an error; one of another dialect is left out and counted.
pub fn read_as(text: &str, dialect: Dialect) -> Script {
    if text.starts_with("PGDMP") || memchr::memchr(0, text.as_bytes()).is_some() {
        let error = (Span::new(0, 0), "no text: it holds bytes that are no characters".to_owned());
        let unread = Unread { span: error.0, why: UNREAD, about: vec![Subject::Everything] };
        return Script { dialect, errors: vec![error], unread: vec![unread], ..Script::default() };
    }
    let (masked, templated) = template::mask(text);
    let pieces = text::split(&masked, dialect);
    let mut script = Script { templated, dialect, ..Script::default() };
    let mut included = pieces.included.into_iter().peekable();
    let elsewhere = |span| Unread { span, why: INCLUDED, about: vec![Subject::Everything] };
    let groups = groups(&masked, &pieces.statements, dialect);
    let read = |group: &&[Piece]| together(&masked, group, dialect);
    let outcomes: Vec<Vec<Outcome>> = if text.len() < LARGE {
        groups.iter().map(read).collect()
    } else {
        groups.par_iter().with_min_len(4).map(read).collect()
    };
    for mut outcome in outcomes.into_iter().flatten() {
        if let Some((span, why)) = outcome.error {
            outcome.statements.clear();
            while let Some(other) = included.next_if(|other| other.start < span.start) {
                script.unread.push(elsewhere(other));
            }
            let about = unread::subjects(span.of(&masked));
            if !about.is_empty() {
                script.unread.push(Unread { span, why: UNREAD, about });
            }
            script.errors.push((span, why));
        }
        script.statements.append(&mut outcome.statements);
        if let Some((span, about)) = outcome.left_out {
            script.left_out += 1;
            if !about.is_empty() {
                script.unread.push(Unread { span, why: UNREAD, about });
            }
        }
    }
    script.unread.extend(included.map(elsewhere));
    let filled = &script.templated;
    script.errors.retain(|(span, _)| !touches(filled, *span));
    script
}

/// Whether a statement holds any of the places, which are in order.
fn touches(places: &[Span], statement: Span) -> bool {
    let from = places.partition_point(|place| place.end <= statement.start);
    places.get(from).is_some_and(|place| place.start < statement.end)
}

/// What became of one piece of a script.
#[derive(Default)]
struct Outcome {
    statements: Vec<Statement>,
    error: Option<(Span, String)>,
    /// A statement of another dialect that could not be read, and the tables that it makes or changes.
    left_out: Option<(Span, Vec<Subject>)>,
}

/// Statements that are parsed together, which is faster: they follow each other with nothing but blanks and comments
/// between them.
fn groups<'a>(text: &str, pieces: &'a [Piece], dialect: Dialect) -> Vec<&'a [Piece]> {
    let (mut out, mut from) = (Vec::new(), 0);
    for at in 1..=pieces.len() {
        let joined = pieces.get(at).is_some_and(|next| {
            let last = pieces[at - 1];
            dialect.is_postgres()
                && next.end - pieces[from].start < TOGETHER
                && next.depth <= SHALLOW
                && last.depth <= SHALLOW
                && text
                    .get(last.start..last.end)
                    .is_some_and(|text| text.ends_with(';') && !starts_copy(text))
                && text.get(last.end..next.start).is_some_and(is_blank)
        });
        if !joined {
            out.push(&pieces[from..at]);
            from = at;
        }
    }
    out
}

fn starts_copy(text: &str) -> bool {
    text.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("copy"))
}

/// Whether there is nothing but blanks and comments to the end of their lines.
fn is_blank(gap: &str) -> bool {
    gap.lines().map(str::trim_start).all(|line| line.is_empty() || line.starts_with("--"))
}

/// Reads a group of statements at once, or one by one where something in it is wrong.
fn together(text: &str, group: &[Piece], dialect: Dialect) -> Vec<Outcome> {
    if let [first, .., last] = group {
        let whole = Piece { end: last.end, ..*first };
        let out = lowered(text.get(whole.start..whole.end).unwrap_or_default(), whole);
        if out.error.is_none() && out.statements.len() == group.len() {
            return vec![out];
        }
    }
    group.iter().map(|piece| statements(text, *piece, dialect)).collect()
}

fn statements(text: &str, piece: Piece, dialect: Dialect) -> Outcome {
    if piece.depth <= SHALLOW {
        return parsed(text, piece, dialect);
    }
    let deep = piece.depth <= DEEPEST && piece.nested <= NESTED;
    let stack = (16 << 20) + piece.depth * (16 << 10);
    let read = || {
        let builder = std::thread::Builder::new().stack_size(stack);
        std::thread::scope(|scope| {
            let thread = builder.spawn_scoped(scope, || parsed(text, piece, dialect)).ok()?;
            thread.join().ok()
        })
    };
    deep.then(read).flatten().unwrap_or_else(|| {
        let span = Span::new(piece.start, piece.end);
        let kind = Kind::Other { what: "too deep".into(), name: None };
        Outcome { statements: vec![Statement { span, kind }], ..Outcome::default() }
    })
}

fn parsed(text: &str, piece: Piece, dialect: Dialect) -> Outcome {
    let own = text.get(piece.start..piece.end).unwrap_or_default();
    if dialect.is_postgres() {
        return postgres(own, piece);
    }
    if memchr::memmem::find(own.as_bytes(), b"MergeTree").is_some() {
        // A table of a column store has an order, not keys: nothing that is asked of tables fits it.
        let span = Span::new(piece.start, piece.end);
        return Outcome { left_out: Some((span, foreign::tables(own))), ..Outcome::default() };
    }
    let (common, inner) = foreign::common(own, dialect);
    let mut out = postgres(&common, piece);
    if let Some((span, _)) = out.error.take() {
        out.statements.clear();
        out.left_out = Some((span, foreign::tables(&common)));
    }
    let table = out.statements.iter().find_map(|it| match &it.kind {
        Kind::CreateTable(table) => Some((it.span, table.name.clone())),
        _ => None,
    });
    if let Some((span, table)) = table {
        out.statements
            .extend(inner.iter().map(|index| Statement { span, kind: lower::plain_index(&table, index) }));
    }
    out
}

/// Reads one statement; of a long list of rows only the first.
fn postgres(own: &str, piece: Piece) -> Outcome {
    let long = own.len() > LARGE;
    let Some(end) = long.then(|| text::long_values(own)).flatten() else {
        return lowered(own, piece);
    };
    let mut out = lowered(own.get(..end).unwrap_or_default(), piece);
    for statement in &mut out.statements {
        statement.span = Span::new(piece.start, piece.end);
    }
    out
}

/// Parses and lowers one statement.
fn lowered(own: &str, piece: Piece) -> Outcome {
    let outer = lower::At::new(own, piece.start);
    let mended = between::parenthesised(own);
    let inner = mended.as_ref().map(|mended| lower::At::mended(mended, &outer));
    let at = inner.as_ref().unwrap_or(&outer);
    let (green, errors) = ast::SourceFile::parse_text(at.text);
    let span = Span::new(piece.start, piece.end);
    if let Some(error) = errors.iter().min_by_key(|error| error.range().start()) {
        return Outcome { error: Some((span, message(at.text, error))), ..Outcome::default() };
    }
    let Some(file) = ast::SourceFile::cast(SyntaxNode::new_root(green)) else { return Outcome::default() };
    let mut out = Outcome::default();
    let mut ended = true;
    for stmt in file.stmts() {
        let span = at.span(&stmt);
        if !ended && !matches!(stmt, ast::Stmt::EmptyStmt(_)) {
            at.refuse("a semicolon is missing before this statement", stmt.syntax());
        }
        ended = at.text(&stmt).ends_with(';');
        out.statements.extend(lower::statement(&stmt, at).map(|kind| Statement { span, kind }));
    }
    out.error = at.refused().map(|why| (span, why));
    out
}

/// What is wrong, and at which word.
fn message(text: &str, error: &SyntaxError) -> String {
    let start = usize::from(error.range().start());
    let rest = text.get(start..).unwrap_or_default().trim_start();
    let near: String = rest.split_ascii_whitespace().next().unwrap_or_default().chars().take(40).collect();
    let what = plain(error.message());
    if near.is_empty() { format!("{what} at the end") } else { format!("{what} near `{near}`") }
}

/// A message of the grammar without the names of its tokens: `expected R_PAREN` is ``expected `)` ``.
fn plain(message: &str) -> String {
    // What stands there is said by the words around it.
    let message = message
        .split_once(", found ")
        .or_else(|| message.split_once(", got "))
        .map_or(message, |(head, _)| head);
    if message == "expected command" {
        return "no statement of PostgreSQL".to_owned();
    }
    let words = message.split(' ').map(|word| match word {
        "SEMICOLON" => "`;`".to_owned(),
        "COMMA" => "`,`".to_owned(),
        "L_PAREN" => "`(`".to_owned(),
        "R_PAREN" => "`)`".to_owned(),
        "L_BRACK" => "`[`".to_owned(),
        "R_BRACK" => "`]`".to_owned(),
        "EQ" => "`=`".to_owned(),
        "DOT" => "`.`".to_owned(),
        "IDENT" => "a name".to_owned(),
        "STRING" => "a string".to_owned(),
        word => match word.strip_suffix("_KW") {
            Some(keyword) => format!("`{}`", keyword.to_ascii_lowercase()),
            None => word.to_owned(),
        },
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
