//! Functions that blocks compute with: texts, names, lists, and what the catalogue has.

use super::eval::Env;
use super::value::{Val, identifier};
use crate::extract::schema::catalog::RelationId;
use crate::extract::schema::replay::builtin;
use crate::extract::schema::replay::names::{self, Found};
use crate::parse::sql::expression::{Call, Expr};
use crate::parse::sql::model::{ObjectName, TypeName};

/// The version of PostgreSQL that is replayed.
const VERSION: &str = "150000";

impl Env<'_> {
    /// The relation of a name.
    pub(super) fn relation_of(&self, name: &ObjectName) -> Option<RelationId> {
        match self.replay.find(name) {
            Some(Found::Relation(id)) => Some(id),
            _ => None,
        }
    }

    /// The type of a name, as its identity.
    pub(super) fn type_of(&self, text: &str) -> Option<Val> {
        let name = names::parsed(text.trim_end_matches("[]"))?;
        let of = TypeName::from(&name);
        match self.replay.type_named(&of).ok()? {
            Some(key) => Some(Val::Object('t', names::dotted(&key))),
            None => Some(Val::Object('t', format!("pg_catalog.{}", of.name))),
        }
    }

    /// What a call gives.
    pub(super) fn call(&self, call: &Call) -> Val {
        if call.name.schema.as_deref().is_some_and(|schema| schema != "pg_catalog") {
            return Val::Unknown;
        }
        let name = call.name.name.as_str();
        if let Some(value) = self.lazy(name, &call.arguments) {
            return value;
        }
        let values: Vec<Val> = call.arguments.iter().map(|one| self.value(one)).collect();
        if values.iter().any(|value| !value.known()) {
            return Val::Unknown;
        }
        match name {
            "format" => self.format(&values),
            "concat" => values
                .iter()
                .filter(|value| **value != Val::Null)
                .map(|value| self.text(value))
                .collect::<Option<String>>()
                .map_or(Val::Unknown, Val::Text),
            "concat_ws" => self.concat_ws(&values),
            "quote_literal" | "quote_nullable" => match values.first() {
                Some(Val::Null) if name == "quote_nullable" => Val::text("NULL"),
                Some(Val::Null) | None => Val::Null,
                Some(value) => self.text(value).map_or(Val::Unknown, |text| Val::Text(literal(&text))),
            },
            _ if values.contains(&Val::Null) && !values.is_empty() => Val::Null,
            "to_regclass" => self.first_text(&values).map_or(Val::Unknown, |text| {
                match names::parsed(&text).and_then(|name| self.replay.find(&name)) {
                    Some(Found::Relation(id)) => Val::Relation(id),
                    Some(_) => Val::Object('c', text),
                    None => Val::Null,
                }
            }),
            "to_regtype" => {
                self.first_text(&values).map_or(Val::Unknown, |text| self.type_of(&text).unwrap_or(Val::Null))
            }
            "to_regnamespace" => self.first_text(&values).map_or(Val::Unknown, |text| {
                if self.replay.is_schema(&text) { Val::Object('n', text) } else { Val::Null }
            }),
            "to_regrole" => self.first_text(&values).map_or(Val::Unknown, |text| {
                if self.replay.catalog.roles.contains_key(text.as_str()) {
                    Val::Object('r', text)
                } else {
                    Val::Null
                }
            }),
            "has_function_privilege" | "has_table_privilege" | "has_schema_privilege" => self.holds(&values),
            "pg_get_function_identity_arguments" | "oidvectortypes" => self.taken(values.first()),
            "to_regproc" | "to_regprocedure" => {
                self.first_text(&values).map_or(Val::Unknown, |text| self.function_of(&text))
            }
            _ => self.texts(name, &values),
        }
    }

    /// Calls that do not compute all of their arguments, or have none.
    fn lazy(&self, name: &str, arguments: &[Expr]) -> Option<Val> {
        Some(match name {
            "coalesce" => {
                let mut values = arguments.iter().map(|one| self.value(one));
                values.find(|value| *value != Val::Null).unwrap_or(Val::Null)
            }
            "array" => match arguments {
                [Expr::Query(query)] => match self.query(query) {
                    Some(found) if !found.unsure => {
                        let firsts = found.rows.into_iter().filter_map(|row| row.into_iter().next());
                        Val::List(firsts.map(|(_, value)| value).collect())
                    }
                    _ => Val::Unknown,
                },
                _ => Val::Unknown,
            },
            "current_user" | "user" | "current_role" => Val::text(self.replay.role.as_str()),
            "session_user" => Val::text(self.replay.catalog.owner.as_str()),
            "current_schema" => {
                self.replay.path().next().map_or(Val::Null, |schema| Val::text(schema.as_str()))
            }
            "current_setting" => match arguments.first().map(|one| self.value(one)) {
                Some(Val::Text(setting)) if setting == "server_version_num" => Val::text(VERSION),
                _ => Val::Unknown,
            },
            "now" | "current_database" | "current_catalog" | "random" | "clock_timestamp"
            | "gen_random_uuid" => Val::Unknown,
            _ => return None,
        })
    }

    fn first_text(&self, values: &[Val]) -> Option<String> {
        values.first().and_then(|value| self.text(value))
    }

    fn function_of(&self, text: &str) -> Val {
        let Some(name) = text.split('(').next().and_then(names::parsed) else { return Val::Unknown };
        match self.replay.functions_named(&name).first() {
            Some(id) => Val::Object('f', id.0.to_string()),
            None if builtin::function(&name.name) => Val::Object('f', name.name.to_string()),
            None if self.replay.is_complete(&name) => Val::Null,
            None => Val::Unknown,
        }
    }

    /// Functions of texts and lists; every argument is known and not null.
    fn texts(&self, name: &str, values: &[Val]) -> Val {
        let text = |at: usize| values.get(at).and_then(|value| self.text(value));
        let number = |at: usize| values.get(at).and_then(Val::integer);
        let made = match (name, text(0)) {
            ("quote_ident", Some(text)) => Some(identifier(&text)),
            ("lower", Some(text)) => Some(text.to_lowercase()),
            ("upper", Some(text)) => Some(text.to_uppercase()),
            ("trim" | "btrim", Some(of)) => match text(1) {
                Some(set) => Some(of.trim_matches(|c| set.contains(c)).to_owned()),
                None => Some(of.trim_matches(' ').to_owned()),
            },
            ("ltrim", Some(of)) => Some(of.trim_start().to_owned()),
            ("rtrim", Some(of)) => Some(of.trim_end().to_owned()),
            ("text" | "name" | "to_char", Some(of)) if values.len() == 1 => Some(of),
            ("replace", Some(of)) => match (text(1), text(2)) {
                (Some(from), Some(to)) if !from.is_empty() => Some(of.replace(&from, &to)),
                _ => None,
            },
            ("left", Some(of)) => number(1)
                .and_then(|count| usize::try_from(count).ok())
                .map(|count| of.chars().take(count).collect()),
            ("right", Some(of)) => number(1).and_then(|count| usize::try_from(count).ok()).map(|count| {
                let skip = of.chars().count().saturating_sub(count);
                of.chars().skip(skip).collect()
            }),
            ("substring" | "substr", Some(of)) => number(1).map(|from| {
                let skip = usize::try_from(from - 1).unwrap_or_default();
                let count = number(2).and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
                of.chars().skip(skip).take(count).collect()
            }),
            ("split_part", Some(of)) => match (text(1), number(2)) {
                (Some(by), Some(at)) if at > 0 && !by.is_empty() => Some(
                    usize::try_from(at - 1)
                        .ok()
                        .and_then(|at| of.split(&by).nth(at))
                        .unwrap_or_default()
                        .to_owned(),
                ),
                _ => None,
            },
            ("lpad", Some(of)) => match (number(1), text(2)) {
                (Some(width), Some(filler)) => {
                    let missing = usize::try_from(width)
                        .unwrap_or_default()
                        .min(1000)
                        .saturating_sub(of.chars().count());
                    Some(filler.chars().cycle().take(missing).collect::<String>() + &of)
                }
                _ => None,
            },
            ("length" | "char_length", Some(of)) => Some(of.chars().count().to_string()),
            ("nullif", Some(of)) => match text(1) {
                Some(other) if other == of => return Val::Null,
                _ => return values.first().cloned().unwrap_or(Val::Null),
            },
            _ => None,
        };
        made.map_or_else(|| self.lists(name, values), Val::Text)
    }

    fn lists(&self, name: &str, values: &[Val]) -> Val {
        let list = values.first().and_then(Val::list);
        match (name, list) {
            ("array_length" | "cardinality", Some(list)) => {
                if list.is_empty() && name == "array_length" {
                    Val::Null
                } else {
                    Val::number(list.len())
                }
            }
            ("array_append", Some(mut list)) => {
                list.extend(values.get(1).cloned());
                Val::List(list)
            }
            ("array_upper", Some(list)) => Val::number(list.len()),
            ("array_lower", Some(_)) => Val::text("1"),
            ("array_to_string", Some(list)) => {
                let parts = list.iter().map(|one| self.text(one)).collect::<Option<Vec<String>>>();
                match (parts, values.get(1).and_then(|by| self.text(by))) {
                    (Some(parts), Some(by)) => Val::Text(parts.join(&by)),
                    _ => Val::Unknown,
                }
            }
            ("string_to_array", _) => {
                match (self.first_text(values), values.get(1).and_then(|by| self.text(by))) {
                    (Some(text), Some(by)) if !by.is_empty() => Val::List(if text.is_empty() {
                        Vec::new()
                    } else {
                        text.split(&by).map(Val::text).collect()
                    }),
                    _ => Val::Unknown,
                }
            }
            _ => Val::Unknown,
        }
    }

    fn concat_ws(&self, values: &[Val]) -> Val {
        let [by, rest @ ..] = values else { return Val::Null };
        let Some(by) = self.text(by) else { return Val::Null };
        let parts = rest.iter().filter(|value| **value != Val::Null).map(|value| self.text(value));
        parts.collect::<Option<Vec<String>>>().map_or(Val::Unknown, |parts| Val::Text(parts.join(&by)))
    }

    /// `format` with `%s`, `%I`, `%L`, `%%` and positions (`%1$I`).
    fn format(&self, values: &[Val]) -> Val {
        let Some(Val::Text(pattern)) = values.first() else { return Val::Null };
        let mut out = String::new();
        let mut next = 1;
        let mut rest = pattern.as_str();
        while let Some((before, after)) = rest.split_once('%') {
            out.push_str(before);
            let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, tail) = after.split_at(digits);
            let (at, tail) = match tail.strip_prefix('$') {
                Some(tail) if digits > 0 => (number.parse::<usize>().ok(), tail),
                _ if digits > 0 => return Val::Unknown,
                _ => (None, after),
            };
            let Some(kind) = tail.chars().next() else { return Val::Unknown };
            rest = tail.get(kind.len_utf8()..).unwrap_or_default();
            if kind == '%' {
                out.push('%');
                continue;
            }
            let at = at.unwrap_or(next);
            next = at + 1;
            let Some(value) = values.get(at) else { return Val::Unknown };
            match (kind, value) {
                ('s', Val::Null) => {}
                ('L', Val::Null) => out.push_str("NULL"),
                (_, value) => {
                    let Some(text) = self.text(value) else { return Val::Unknown };
                    match kind {
                        's' => out.push_str(&text),
                        'I' => out.push_str(&identifier(&text)),
                        'L' => out.push_str(&literal(&text)),
                        _ => return Val::Unknown,
                    }
                }
            }
        }
        out.push_str(rest);
        Val::Text(out)
    }
}

fn literal(text: &str) -> String {
    let quoted = format!("'{}'", text.replace('\'', "''"));
    if text.contains('\\') { format!("E{}", quoted.replace('\\', "\\\\")) } else { quoted }
}
