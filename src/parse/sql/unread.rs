//! What a statement that could not be read speaks of, as far as its first words tell.

use super::lower::fold;
use super::model::{Name, ObjectName, Subject};
use super::tokens::{Kind, Token, tokens};

/// How many bytes of a statement are looked at: names stand at its beginning.
const AHEAD: usize = 4_000;
/// How many lines of a statement may begin another one, whose semicolon is missing before it.
const MOST: usize = 40;

/// Words between the command and the name: `create or replace temporary view if not exists v`.
const BETWEEN: &[&str] = &[
    "or",
    "replace",
    "global",
    "local",
    "temp",
    "temporary",
    "unlogged",
    "recursive",
    "materialized",
    "foreign",
    "unique",
    "constraint",
    "if",
    "not",
    "exists",
    "only",
    "concurrently",
    "force",
];

/// Commands that leave the schema as it is.
const ROWS: &[&str] = &[
    "analyze",
    "analyse",
    "call",
    "checkpoint",
    "close",
    "cluster",
    "comment",
    "copy",
    "deallocate",
    "declare",
    "delete",
    "discard",
    "explain",
    "fetch",
    "insert",
    "listen",
    "lock",
    "merge",
    "move",
    "notify",
    "refresh",
    "reindex",
    "select",
    "truncate",
    "unlisten",
    "update",
    "vacuum",
    "values",
    "with",
];

/// What a statement may have made, changed or dropped. Nothing where it could only have changed rows.
pub(super) fn subjects(text: &str) -> Vec<Subject> {
    let mut found = Vec::new();
    let mut begun = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let from = text.get(start..).unwrap_or_default();
        let first = found.is_empty() && start == 0;
        start += line.len();
        let word = line.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        let other = ["create", "alter", "drop", "grant", "revoke"];
        if !first && !other.iter().any(|command| word.eq_ignore_ascii_case(command)) {
            continue;
        }
        begun += 1;
        if begun > MOST {
            return vec![Subject::Everything];
        }
        for subject in of_one(from, first) {
            if !found.contains(&subject) {
                found.push(subject);
            }
        }
    }
    if found.contains(&Subject::Everything) { vec![Subject::Everything] } else { found }
}

/// The words of a text, one after the other.
struct Words<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
}

impl Words<'_> {
    fn is(&self, words: &[&str]) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.is(self.text, words))
    }

    fn take(&mut self, words: &[&str]) -> bool {
        let is = self.is(words);
        self.at += usize::from(is);
        is
    }

    fn pass(&mut self, words: &[&str]) {
        while self.take(words) {}
    }

    /// The name that stands here: `schema.name`, with quotes or without.
    fn name(&mut self) -> Option<ObjectName> {
        let first = self.part()?;
        let dot = |token: &Token| token.of(self.text) == ".";
        if !self.tokens.get(self.at).is_some_and(dot) {
            return Some(ObjectName { name: first, ..ObjectName::default() });
        }
        self.at += 1;
        Some(ObjectName { schema: Some(first), name: self.part()?, ..ObjectName::default() })
    }

    fn part(&mut self) -> Option<Name> {
        let token = self.tokens.get(self.at)?;
        let text = token.of(self.text);
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let plain = token.kind == Kind::Word && !text.starts_with(|c: char| c.is_ascii_digit());
        // What a template fills in is all lines.
        let filled = text.bytes().all(|byte| matches!(byte, b'_' | b'"'));
        if filled || (quoted.is_none() && !plain) {
            return None;
        }
        self.at += 1;
        Some(fold(text))
    }

    /// The names of a list.
    fn names(&mut self) -> Vec<ObjectName> {
        self.pass(BETWEEN);
        let mut names = Vec::from_iter(self.name());
        while self.tokens.get(self.at).is_some_and(|token| token.of(self.text) == ",") {
            self.at += 1;
            names.extend(self.name());
        }
        names
    }

    /// The name after the next of a word: that of the table after `on`.
    fn after(&mut self, word: &str) -> Option<ObjectName> {
        while !self.take(&[word]) {
            self.tokens.get(self.at)?;
            self.at += 1;
        }
        self.pass(&["only"]);
        self.name()
    }
}

/// What one statement speaks of. A line that only may begin one says nothing where it does not.
fn of_one(text: &str, first: bool) -> Vec<Subject> {
    let unknown = || if first { vec![Subject::Everything] } else { Vec::new() };
    let text = text.get(..text.floor_char_boundary(AHEAD)).unwrap_or_default();
    let mut words = Words { text, tokens: tokens(text), at: 0 };
    if words.is(ROWS) {
        return Vec::new();
    }
    if words.take(&["grant", "revoke"]) {
        return vec![Subject::Privileges];
    }
    let alter = words.is(&["alter"]);
    if !words.take(&["create", "alter", "drop"]) {
        return unknown();
    }
    words.pass(BETWEEN);
    let mut found = if words.take(&["table", "view", "sequence", "type", "domain"]) {
        words.names().into_iter().map(Subject::Relation).collect()
    } else if words.take(&["function", "procedure", "routine", "aggregate"]) {
        words.names().into_iter().map(Subject::Function).collect()
    } else if words.take(&["schema"]) {
        words.names().into_iter().map(|name| Subject::Schema(name.name)).collect()
    } else if words.take(&["policy", "trigger", "rule"]) {
        words.after("on").map(Subject::Relation).into_iter().collect()
    } else if words.take(&["index"]) {
        let names = words.names();
        match words.after("on") {
            Some(table) => vec![Subject::Relation(table)],
            None => names.into_iter().map(Subject::Relation).collect(),
        }
    } else if words.take(&["role", "user", "group", "default"]) {
        return vec![Subject::Privileges];
    } else if words.take(&["publication", "subscription", "statistics", "server", "collation", "database"]) {
        return Vec::new();
    } else {
        return unknown();
    };
    if alter {
        found.extend(moved(&mut words, &found));
    }
    if found.is_empty() { vec![Subject::Everything] } else { found }
}

/// The name or the schema that a statement gives to what it changes.
fn moved(words: &mut Words<'_>, found: &[Subject]) -> Option<Subject> {
    let [of] = found else { return None };
    let renamed = |name: ObjectName, schema: Option<Name>| {
        let name = ObjectName { schema, ..name };
        match of {
            Subject::Relation(_) => Some(Subject::Relation(name)),
            Subject::Function(_) => Some(Subject::Function(name)),
            Subject::Schema(_) => Some(Subject::Schema(name.name)),
            _ => None,
        }
    };
    let (Subject::Relation(old) | Subject::Function(old)) = of else {
        return words.after("to").and_then(|name| renamed(name, None));
    };
    while words.at < words.tokens.len() {
        if words.take(&["rename"]) && words.take(&["to"]) {
            return words.name().and_then(|name| renamed(name, old.schema.clone()));
        }
        if words.take(&["set"]) && words.take(&["schema"]) {
            let schema = words.name()?.name;
            return renamed(old.clone(), Some(schema));
        }
        words.at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::subjects;
    use crate::parse::sql::model::{ObjectName, Subject};

    fn shown(subject: &Subject) -> String {
        let full = |name: &ObjectName| match &name.schema {
            Some(schema) => format!("{schema}.{}", name.name),
            None => name.name.to_string(),
        };
        match subject {
            Subject::Everything => "everything".to_owned(),
            Subject::Relation(name) => full(name),
            Subject::Function(name) => full(name) + "()",
            Subject::Schema(name) => format!("{name}.*"),
            Subject::Privileges => "privileges".to_owned(),
        }
    }

    #[test]
    fn the_first_words_tell_what_a_statement_speaks_of() {
        let cases = [
            ("create table t (a int,, b int);", "t"),
            ("create unlogged table if not exists \"My app\".\"T x\" (a);", "My app.T x"),
            ("CREATE OR REPLACE VIEW s.V as selec 1;", "s.v"),
            ("create materialized view m as as;", "m"),
            ("drop table if exists a, s.b cascde;", "a s.b"),
            ("alter table only t add column;", "t"),
            ("alter table t rename to u v;", "t u"),
            ("alter table s.t set schema r x;", "s.t r.t"),
            ("alter table t rename column to b;", "t"),
            ("alter table t\n  drop column a b,\n  alter column c typ int;", "t"),
            ("create unique index concurrently i on s.t (a));", "s.t"),
            ("drop index i j;", "i"),
            ("create policy \"on it\" on t for reading using (true);", "t"),
            ("create trigger x before insrt on only t execute function f();", "t"),
            ("create or replace function f(a int) retuns int;", "f()"),
            ("drop function s.f(int) casc;", "s.f()"),
            ("create schema if not exists s authorisation me;", "s.*"),
            ("alter schema s rename to r t;", "s.* r.*"),
            ("create type e as enm ('a');", "e"),
            ("grant selct on t to a", "privileges"),
            ("alter role a with with login", "privileges"),
            ("insert into t (a, b) vlues (1);", ""),
            ("select * from a join b;", ""),
            ("comment on tabl t is 'x';", ""),
            ("do $$ begin end", "everything"),
            ("set search_pth to;", "everything"),
            ("create extension \"a", "everything"),
            ("create wonder w;", "everything"),
            ("create table ______.t (a int,,);", "everything"),
            ("<<<<<<< HEAD\ncreate table t (a int);", "everything"),
            // The semicolon is missing.
            ("create table a (b int)\ncreate table c (d int);\n", "a c"),
            ("insert into t values (1)\ndrop function f;", "f()"),
        ];
        for (text, wanted) in cases {
            let found: Vec<String> = subjects(text).iter().map(shown).collect();
            assert_eq!(found.join(" "), wanted, "{text}");
        }
    }
}
