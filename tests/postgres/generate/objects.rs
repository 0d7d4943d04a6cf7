//! Schemas, types, drops, comments, blocks and the session.

#![allow(clippy::too_many_lines)] // an arm a statement

use super::{COLUMNS, Maker, TYPES, Table};

impl Maker {
    pub(super) fn schema(&mut self) {
        let mut name = self.some_other_schema();
        if self.schemas.contains(&name) && self.chance(70) {
            name = self.some_other_schema();
        }
        let text = match self.below(10) {
            0 => format!("drop schema {}{name}{};", self.maybe(40, "if exists "), self.maybe(60, " cascade")),
            1 if name != "public" => format!("alter schema {name} owner to {};", self.some_role()),
            2 => {
                let role = self.some_role();
                format!("create schema if not exists {name} authorization {role};")
            }
            _ => format!("create schema {}{name};", self.maybe(40, "if not exists ")),
        };
        if text.starts_with("create") && !self.schemas.contains(&name) {
            self.schemas.push(name);
        }
        self.say(text);
    }

    pub(super) fn user_type(&mut self) {
        let (schema, name) = (self.some_schema(), self.pick(&TYPES));
        let path = self.path(schema, name);
        if !self.types.is_empty() && self.chance(40) {
            let types = self.types.clone();
            let (schema, name) = self.pick(&types);
            let path = self.path(schema, name);
            let text = match (name, self.below(6)) {
                (_, 0) => format!("alter type {path} rename to {};", self.pick(&TYPES)),
                (_, 1) => {
                    format!("drop type {}{path}{};", self.maybe(40, "if exists "), self.maybe(50, " cascade"))
                }
                (_, 2) => format!("alter type {path} owner to {};", self.some_role()),
                (_, 3) => format!("alter type {path} set schema {};", self.some_schema()),
                ("mood" | "level", 4) => format!("alter type {path} rename value 'low' to 'lowest';"),
                ("mood" | "level", _) => {
                    let exists = self.maybe(50, "if not exists ");
                    let place = self.pick(&["", " before 'low'", " after 'low'"]);
                    format!("alter type {path} add value {exists}'mid'{place};")
                }
                ("email", 4) => format!("alter domain {path} set not null;"),
                ("email", _) => format!("alter domain {path} add constraint long check (length(value) > 2);"),
                (_, 4) => format!("alter type {path} add attribute c text;"),
                _ => format!("alter type {path} drop attribute b;"),
            };
            return self.say(text);
        }
        let text = match name {
            "mood" | "level" => format!("create type {path} as enum ('low', 'high');"),
            "email" => {
                let rest = self.pick(&["", " check (value like '%@%')", " not null", " default 'a@b'"]);
                format!("create domain {path} as text{rest};")
            }
            _ => format!("create type {path} as (a int, b text);"),
        };
        self.types.push((schema, name));
        self.say(text);
    }

    pub(super) fn drop(&mut self) {
        let table = self.table();
        let path = self.table_path(&table);
        if self.chance(10) {
            return self.schema();
        }
        let kind = match (table.view, self.chance(95)) {
            (true, true) => "view",
            _ => "table",
        };
        let exists = self.maybe(35, "if exists ");
        let cascade = self.maybe(45, " cascade");
        self.say(format!("drop {kind} {exists}{path}{cascade};"));
        if self.chance(80) {
            self.tables.retain(|other| (other.schema, other.name) != (table.schema, table.name));
        }
    }

    pub(super) fn session(&mut self) {
        let text = match (self.transaction, self.below(10)) {
            (_, 0) => {
                let path = self.pick(&["app, public", "public", "audit", "''", "app"]);
                self.usual = path.ends_with("public");
                format!("set search_path = {path};")
            }
            (_, 1) => {
                self.usual = true;
                "reset search_path;".to_owned()
            }
            (None, _) => {
                self.transaction = Some(0);
                self.before.clear();
                self.remember();
                "begin;".to_owned()
            }
            (Some(0), 2..=5) => {
                self.transaction = Some(1);
                self.remember();
                "savepoint s1;".to_owned()
            }
            (Some(1), 2..=6) => {
                self.transaction = Some(0);
                let text = self.pick(&["rollback to s1;", "rollback to savepoint s1;", "release s1;"]);
                if text.starts_with("rollback") {
                    self.roll_back();
                } else {
                    self.before.pop();
                }
                text.to_owned()
            }
            _ => {
                self.transaction = None;
                let text = self.pick(&["commit;", "rollback;", "commit;"]);
                if text == "rollback;" {
                    self.before.truncate(1);
                    self.roll_back();
                }
                text.to_owned()
            }
        };
        self.say(text);
    }

    pub(super) fn block(&mut self) {
        let table = self.base_table();
        let schema = table.schema;
        let plain = |name: &str| name.trim_matches('"').to_owned();
        let name = plain(table.name);
        let other = plain(self.base_table().name);
        let role = self.some_role();
        let text = match self.below(7) {
            0 => format!(
                "do $$ declare t text; begin foreach t in array array['{name}', '{other}'] loop execute format('alter table {schema}.%I enable row level security', t); end loop; end $$;"
            ),
            1 => "do $$ begin if not exists (select 1 from pg_type where typname = 'mood') then create type mood as enum ('low', 'high'); end if; end $$;".to_owned(),
            2 => "do $$ begin create type level as enum ('low', 'high'); exception when duplicate_object then null; end $$;".to_owned(),
            3 => format!(
                "do $$ declare r record; begin for r in select tablename from pg_tables where schemaname = '{schema}' loop execute format('grant select on {schema}.%I to {role}', r.tablename); end loop; end $$;"
            ),
            4 => format!(
                "do $$ begin if exists (select 1 from information_schema.columns where table_schema = '{schema}' and table_name = '{name}' and column_name = 'status') then alter table {schema}.\"{name}\" drop column status cascade; end if; end $$;"
            ),
            5 => format!(
                "do $$ begin execute 'comment on table {schema}.\"{name}\" is ''x'''; alter table {schema}.\"{name}\" add column if not exists a int; end $$;"
            ),
            _ => "do $$ begin if not exists (select from pg_roles where rolname = 'anon') then create role anon nologin; end if; end $$;".to_owned(),
        };
        self.say(text);
    }

    pub(super) fn comment(&mut self) {
        let table: Table = self.table();
        let path = self.table_path(&table);
        let column = self.column(&table);
        let text = match self.below(4) {
            0 => format!("comment on {} {path} is 'text';", if table.view { "view" } else { "table" }),
            1 => format!("comment on column {path}.{column} is 'text';"),
            2 => format!("comment on schema {} is 'text';", self.some_schema()),
            _ => format!("comment on column {path}.{} is null;", self.pick(&COLUMNS)),
        };
        self.say(text);
    }
}
