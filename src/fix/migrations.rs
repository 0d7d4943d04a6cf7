//! Statements for the database, in a new migration: those that ran are never changed.

use super::edit::Edit;
use super::{Sources, Target};
use crate::facts::{Migration, MigrationSet, SqlFunction, SqlPolicy, SqlTable, SqlUse};
use crate::source::is_below;

/// The name of the migration, behind its version.
const NAME: &str = "enable_row_level_security";

/// Row level security for a table that clients may ask for. One without policies is closed: only where nothing in the
/// repository asks for it as a client.
pub(super) fn enable(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let (_, table) = sources.fact::<SqlTable>(target).ok_or("the table is not made here")?;
    let name = quoted(&table.name).ok_or("its name is not plain")?;
    let mut lines = vec![format!("alter table {name} enable row level security;")];
    if table.policies == 0 {
        if let Some(user) = user(sources, &table.name) {
            return Err(format!("it has no policy, and {user}: whose rows are whose only its author knows"));
        }
        lines.push(format!("revoke all on table {name} from anon, authenticated;"));
    }
    added(sources, target, &table.tool, lines)
}

/// Row level security for a table whose policies do nothing without it.
pub(super) fn enable_for_policy(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let (_, policy) = sources.fact::<SqlPolicy>(target).ok_or("the policy is not made here")?;
    let name = quoted(&policy.table).ok_or("the name of the table is not plain")?;
    let mut tables = sources.facts.all::<SqlTable>().map(|(_, table)| table);
    let table = tables.find(|table| table.name == policy.table).ok_or("the table is not made here")?;
    added(sources, target, &table.tool, vec![format!("alter table {name} enable row level security;")])
}

/// What asks for a table with the rights of a client, as far as it can be seen.
fn user(sources: &Sources<'_>, table: &str) -> Option<String> {
    let plain = table.rsplit('.').next().unwrap_or(table);
    let mut uses = sources.facts.all::<SqlUse>();
    if let Some((entry, _)) = uses.find(|(_, one)| one.kind == "table" && one.name == plain) {
        return Some(format!("`{}` asks for it", sources.path(entry.place.file)));
    }
    // A function that runs with the rights of who calls it reads what they may read.
    let mut functions = sources.facts.all::<SqlFunction>().filter(|(_, function)| !function.definer);
    let (_, function) = functions.find(|(entry, function)| {
        !function.executed_by.is_empty()
            && says(entry.place.span.of(sources.tree.text(entry.place.file)), plain)
    })?;
    Some(format!("`{}` reads it", function.name))
}

/// Whether a text holds a name as a whole word.
fn says(text: &str, name: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    text.split(|character| !is_part(character)).any(|word| word == name)
}

/// A name as SQL needs it.
fn quoted(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split('.').collect();
    if parts.len() > 2 || parts.iter().any(|part| part.is_empty() || part.contains(['"', '\n', '\r', '\\'])) {
        return None;
    }
    let is_plain = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !part.starts_with(|first: char| first.is_ascii_digit())
    };
    let parts =
        parts.iter().map(|part| if is_plain(part) { (*part).to_owned() } else { format!("\"{part}\"") });
    Some(parts.collect::<Vec<_>>().join("."))
}

/// Statements in a migration behind the last of the set.
fn added(
    sources: &Sources<'_>,
    target: &Target<'_>,
    tool: &str,
    lines: Vec<String>,
) -> Result<Vec<Edit>, String> {
    let path = sources.path(target.file);
    let sets = sources.facts.all::<MigrationSet>().map(|(_, set)| set);
    let set = sets
        .filter(|set| set.tool == tool && is_below(path, &set.directory))
        .max_by_key(|set| set.directory.len());
    let set = set.ok_or("the folder of its migrations is not known")?;
    if tool != "supabase" {
        return Err(format!("how {tool} names and lists a new migration is left to it"));
    }
    let own = sources.facts.all::<Migration>().map(|(_, migration)| migration);
    let own = own.filter(|migration| migration.tool == tool && migration.directory == set.directory);
    let versions: Vec<&str> = own.filter_map(|migration| migration.version.as_deref()).collect();
    let version = next(&versions).ok_or("the versions of its migrations are not numbers")?;
    let patience = "set local lock_timeout = '5s';".to_owned();
    let path = format!("{}/{version}_{NAME}.sql", set.directory);
    Ok(vec![Edit::append(path, std::iter::once(patience).chain(lines))])
}

/// The version behind the last: a second later where it is a time, else one more, as wide.
fn next(versions: &[&str]) -> Option<String> {
    let is_number =
        |version: &&&str| !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = versions
        .iter()
        .filter(is_number)
        .filter_map(|version| Some((version.parse::<u64>().ok()?, version.len())));
    let (last, width) = numbers.max()?;
    let is_time = width == 14;
    let carried = |number: u64| {
        // Seconds, minutes and hours; the day after the last hour is left to who reads it as a number.
        let (day, clock) = (number / 1_000_000, number % 1_000_000);
        let (hour, minute, second) = (clock / 10_000, clock / 100 % 100, clock % 100);
        let seconds = hour * 3600 + minute * 60 + second + 1;
        if second > 59 || minute > 59 || seconds >= 24 * 3600 {
            return number + 1;
        }
        day * 1_000_000 + seconds / 3600 * 10_000 + seconds / 60 % 60 * 100 + seconds % 60
    };
    let number = if is_time { carried(last) } else { last.checked_add(1)? };
    Some(format!("{number:0width$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_is_made_of_the_last() {
        let cases: &[(&[&str], Option<&str>)] = &[
            (&["20240101000000", "20230101000000"], Some("20240101000001")),
            (&["20240101235859"], Some("20240101235900")),
            (&["20240101095959"], Some("20240101100000")),
            (&["20240101235959"], Some("20240101235960")),
            (&["20240199999999"], Some("20240200000000")),
            (&["001", "002"], Some("003")),
            (&["099"], Some("100")),
            (&["9"], Some("10")),
            (&["init"], None),
            (&[], None),
        ];
        for (versions, expected) in cases {
            assert_eq!(next(versions).as_deref(), *expected, "{versions:?}");
        }
    }

    #[test]
    fn names_are_quoted_where_they_have_to_be() {
        let cases = [
            ("public.orders", Some("public.orders")),
            ("public.Orders", Some("public.\"Orders\"")),
            ("public.order items", Some("public.\"order items\"")),
            ("public.a\"b", None),
            ("a.b.c", None),
        ];
        for (name, expected) in cases {
            assert_eq!(quoted(name).as_deref(), expected, "{name}");
        }
    }
}
