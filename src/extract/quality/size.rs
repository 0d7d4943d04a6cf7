//! How long files are, and how much of their types is `any`.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::super::Context;
use crate::facts::{AnyTypes, Entry, LargeFiles};
use crate::source::{FileId, FileKind, Place, SourceFile, Span};

/// A file with more lines is large.
const LARGE: usize = 1000;

/// A module with fewer functions in that many lines holds data.
const FUNCTIONS: usize = 8;

/// Folders and beginnings of names of files that hold data, in languages whose functions are not counted.
const DATA: &[&str] =
    &["migrations", "seeds", "seeders", "locales", "i18n", "translations", "data", "schema", "constants"];

/// What one file adds to its package.
struct Count {
    file: FileId,
    lines: usize,
    large: bool,
    typed: bool,
    any: Vec<Span>,
}

/// One fact for each package with large files, and one for each with uses of `any`.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let files: Vec<_> = context.tree.entries().filter(|(_, file)| is_program(file)).collect();
    let counts: Vec<Count> = files.par_iter().map(|(id, file)| count(context, *id, file)).collect();
    let mut packages: BTreeMap<&str, Vec<&Count>> = BTreeMap::new();
    for count in &counts {
        let dir = context.packages.dir_of(&context.tree.file(count.file).path);
        packages.entry(dir).or_default().push(count);
    }
    packages.into_values().flat_map(|files| [large(&files), any(&files)]).flatten().collect()
}

fn is_program(file: &SourceFile) -> bool {
    let other = matches!(file.kind, FileKind::Css | FileKind::Sql | FileKind::Html | FileKind::Shell);
    !file.is_aside() && file.link.is_none() && file.kind.is_code() && !other
}

fn count(context: &Context<'_>, id: FileId, file: &SourceFile) -> Count {
    let text = context.tree.text(id);
    let module = context.code.module(id);
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    let holds_code = match module {
        Some(module) => module.functions.len() >= FUNCTIONS,
        None => !file.path.split('/').any(|part| DATA.iter().any(|word| part.starts_with(word))),
    };
    let typed = matches!(file.kind, FileKind::TypeScript | FileKind::Tsx) && !file.path.ends_with(".d.ts");
    let any = match module {
        Some(module) if typed => places(text, &module.comments),
        _ => Vec::new(),
    };
    Count { file: id, lines, large: lines > LARGE && holds_code, typed, any }
}

fn large(files: &[&Count]) -> Option<Entry> {
    let large = || files.iter().filter(|file| file.large);
    let order = |file: &&&Count| (file.large, file.lines, std::cmp::Reverse(file.file));
    let longest = files.iter().max_by_key(order)?;
    let fact = LargeFiles { count: number(large().count()), lines: number(longest.lines) };
    Some(Entry::new(Place::file(longest.file), fact))
}

fn any(files: &[&Count]) -> Option<Entry> {
    let first = files.iter().find_map(|file| file.any.first().map(|span| (file.file, *span)))?;
    let count: usize = files.iter().map(|file| file.any.len()).sum();
    let lines: usize = files.iter().filter(|file| file.typed).map(|file| file.lines).sum();
    let density = count * 1000 / lines.max(1);
    let fact =
        AnyTypes { count: number(count), density: number(density), dense: count >= 30 && density >= 5 };
    Some(Entry::new(Place { file: first.0, span: first.1 }, fact))
}

/// Where a text says the type `any`: between what stands before a type and what stands behind one.
fn places(text: &str, comments: &[Span]) -> Vec<Span> {
    let bytes = text.as_bytes();
    let found = memchr::memmem::find_iter(bytes, b"any").filter(|at| {
        let before = text[..*at].trim_end();
        let near = before.len() < *at;
        let word = |word: &str| {
            near && before
                .strip_suffix(word)
                .is_some_and(|rest| !rest.ends_with(|last: char| last.is_alphanumeric() || last == '.'))
        };
        let opens = before.ends_with([':', '<', '|', ',', '&'])
            || before.ends_with("=>")
            || word("as")
            || word("extends");
        let rest = text[at + 3..].trim_start_matches([' ', '\t']);
        let listed = before.ends_with(',');
        let closes = if listed { rest.starts_with(['>', '[']) } else { is_end(rest) };
        opens && closes
    });
    let outside = |at: &usize| {
        !comments.iter().any(|comment| comment.start as usize <= *at && *at < comment.end as usize)
    };
    found.filter(outside).map(|at| Span::new(at, at + 3)).collect()
}

/// Whether a type ends here.
fn is_end(rest: &str) -> bool {
    rest.is_empty()
        || rest.starts_with([';', ',', ')', ']', '}', '>', '=', '|', '&', '{', '[', '\n', '\r', '.'])
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
