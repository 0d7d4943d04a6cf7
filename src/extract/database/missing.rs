//! Why something that no migration is seen to make may be there all the same.

use super::{Database, faults};
use crate::extract::schema::catalog::About;
use crate::parse::sql::dialect::Dialect;

/// Why a table or a function of this name may be there.
pub(super) fn unsure(database: &Database<'_>, name: &str, function: bool) -> Option<String> {
    database.stands_on().or_else(|| unsure_of(database, name, function))
}

/// The same, where what packages bring and what is not understood of other tables is no reason.
pub(super) fn unsure_of(database: &Database<'_>, name: &str, function: bool) -> Option<String> {
    let about = |about: &About| match about {
        About::Everything | About::Schema(_) => true,
        About::Relation(_, of) | About::Part(_, of, _) => of.eq_ignore_ascii_case(name),
        About::Function(_, of) => function && *of == *name,
        About::Functions => function,
        _ => false,
    };
    let doubt = || Some(database.catalog.doubts.iter().find(|doubt| about(&doubt.about))?.why.clone());
    let unread = || {
        let mut errors = database.steps().flat_map(|(_, step, script)| {
            let text = database.context.tree.text(step.file);
            script.errors.iter().map(move |(span, _)| span.of(text))
        });
        let unread = errors.any(|statement| statement.contains(name));
        unread.then(|| "a statement that speaks of it could not be read".to_owned())
    };
    let refused = || {
        // Other databases are not followed so closely that a refusal is known to be one.
        let closely = database.dialect == Dialect::Postgres;
        let refused = closely && faults::would_make(database, name);
        refused.then(|| "the database refuses a statement that would make it".to_owned())
    };
    let aside = || {
        let path = elsewhere(database, name)?;
        Some(format!("`{path}` makes it, and nothing tells whether that is run"))
    };
    doubt().or_else(unread).or_else(refused).or_else(aside)
}

/// An SQL file outside of the migrations that makes it.
fn elsewhere<'d>(database: &'d Database<'_>, name: &str) -> Option<&'d str> {
    let name = name.to_lowercase();
    let makes = |text: &str| {
        let mut found = text.match_indices(name.as_str());
        found.any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + name.len()..]);
            let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
            let whole = !before.ends_with(is_word) && !after.starts_with(is_word);
            whole && before.split([';', '(', ')']).next_back().is_some_and(|words| words.contains("create "))
        })
    };
    let (file, _) = database.sql_outside().iter().find(|(_, text)| makes(text))?;
    Some(database.context.tree.file(*file).path.as_str())
}
