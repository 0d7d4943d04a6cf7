//! Comments that hold what would protect a table.

use std::sync::LazyLock;

use regex::Regex;

use super::Database;
use crate::extract::schema::catalog::Relation;
use crate::facts::{Entry, SqlRemark};
use crate::source::{Place, Span, pattern};

/// A line of a comment that turns on row level security or makes a policy: the first group is the table.
static REMARKS: LazyLock<[(&str, Option<Regex>); 2]> = LazyLock::new(|| {
    [
        (
            "enable row level security",
            pattern(
                r#"(?i)--[^\n]*?\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."]+)\s+enable\s+row\s+level\s+security"#,
            ),
        ),
        (
            "create policy",
            pattern(r#"(?i)--[^\n]*?\bcreate\s+policy\s+(?:"[^"\n]*"|\w+)\s*(?:\n\s*--\s*)?on\s+([\w."]+)"#),
        ),
    ]
});

/// One fact for each such comment about a table that stands without row level security beside others that have it.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    let secured = database.tables().any(|(_, table)| table.rls);
    let open: Vec<_> =
        database.tables().filter(|(_, table)| !table.rls && table.policies.is_empty()).collect();
    if !secured || open.is_empty() {
        return;
    }
    for step in &database.set.steps {
        let text = database.context.tree.text(step.file);
        for (says, expression) in REMARKS.iter() {
            let found = expression.iter().flat_map(|expression| expression.captures_iter(text));
            for captures in found {
                let (Some(whole), Some(name)) = (captures.get(0), captures.get(1)) else { continue };
                let Some((id, table)) = open.iter().find(|(_, table)| is_named(table, name.as_str())) else {
                    continue;
                };
                let fact = SqlRemark {
                    table: super::full_name(table),
                    says: (*says).to_owned(),
                    reachable: database.roles.is_empty() || database.is_exposed(*id),
                    unsure: database.unsure_of_table(table),
                };
                let span = Span::new(whole.start(), whole.end());
                entries.push(Entry::new(Place { file: step.file, span }, fact));
            }
        }
    }
}

/// Whether a name as it is written is that of a table.
fn is_named(table: &Relation, written: &str) -> bool {
    let plain = written.replace('"', "").to_ascii_lowercase();
    let (schema, name) = plain.rsplit_once('.').unwrap_or(("public", &plain));
    table.name.eq_ignore_ascii_case(name) && table.schema.eq_ignore_ascii_case(schema)
}
