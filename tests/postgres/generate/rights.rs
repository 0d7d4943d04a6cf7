//! Roles, grants, policies, functions and triggers.

#![allow(clippy::too_many_lines)] // an arm a statement

use super::{FUNCTIONS, Maker, POLICIES, ROLES, TRIGGERS, Table};

impl Maker {
    pub(super) fn role(&mut self) {
        let name = self.pick(&ROLES);
        let text = match self.below(12) {
            0 => format!("drop role {}{name};", self.maybe(50, "if exists ")),
            1 => {
                let (one, two) = (self.some_role(), self.some_role());
                format!("grant {one} to {two};")
            }
            2 => {
                let (one, two) = (self.some_role(), self.some_role());
                format!("revoke {one} from {two};")
            }
            3 => format!("alter role {name} {};", self.pick(&["bypassrls", "nologin", "noinherit", "login"])),
            4 => {
                let verb = self.pick(&["drop owned by", "drop owned by", "reassign owned by"]);
                let role = self.some_role();
                format!("{verb} {role}{};", if verb.starts_with('r') { " to postgres" } else { "" })
            }
            _ => {
                if !self.roles.contains(&name) {
                    self.roles.push(name);
                }
                let options =
                    self.pick(&["", "", " login", " nologin noinherit", " bypassrls", " login password 'x'"]);
                format!("create role {name}{options};")
            }
        };
        self.say(text);
    }

    pub(super) fn grant(&mut self) {
        let role = self.grantee();
        let revoke = self.chance(35);
        let on = match self.below(20) {
            0..=6 => {
                let table = self.table();
                let path = self.table_path(&table);
                let column = self.column(&table);
                let privileges = match self.below(8) {
                    0..=1 => "all".to_owned(),
                    2 => "select".to_owned(),
                    3 => "insert, update".to_owned(),
                    4 => "all privileges".to_owned(),
                    5 => format!("select ({column})"),
                    6 => format!("update ({column}), select"),
                    _ => "select, insert, update, delete".to_owned(),
                };
                format!("{privileges} on {}{path}", self.maybe(50, "table "))
            }
            7..=9 => {
                let schema = self.some_schema();
                let what = self.pick(&[
                    "select on all tables in schema",
                    "all on all tables in schema",
                    "usage on all sequences in schema",
                    "execute on all functions in schema",
                    "all on all routines in schema",
                ]);
                format!("{what} {schema}")
            }
            10..=11 => format!("{} on schema {}", self.pick(&["usage", "create", "all"]), self.some_schema()),
            12..=14 if !self.functions.is_empty() => {
                let functions = self.functions.clone();
                let (schema, name, arguments) = self.pick(&functions);
                let path = self.path(schema, name);
                let arguments = if self.chance(70) { format!("({arguments})") } else { String::new() };
                format!("execute on function {path}{arguments}")
            }
            15 if !self.types.is_empty() => {
                let types = self.types.clone();
                let (schema, name) = self.pick(&types);
                format!("usage on type {}", self.path(schema, name))
            }
            16..=18 => return self.default_privileges(),
            _ => {
                let one = self.some_role();
                let text = if revoke {
                    format!("revoke {one} from {role};")
                } else {
                    format!("grant {one} to {role};")
                };
                return self.say(text);
            }
        };
        let text = if revoke {
            let option = self.maybe(8, "grant option for ");
            format!("revoke {option}{on} from {role}{};", self.maybe(20, " cascade"))
        } else {
            format!(
                "grant {on} to {role}{};",
                if role == "public" { "" } else { self.maybe(10, " with grant option") }
            )
        };
        self.say(text);
    }

    fn default_privileges(&mut self) {
        let role = self.grantee();
        let schema =
            if self.chance(60) { format!(" in schema {}", self.some_schema()) } else { String::new() };
        let owner = if self.chance(25) { format!(" for role {}", self.some_role()) } else { String::new() };
        let what = self.pick(&[
            "select on tables",
            "all on tables",
            "usage on sequences",
            "execute on functions",
            "all on functions",
            "usage on types",
        ]);
        let (verb, to) = if self.chance(35) { ("revoke", "from") } else { ("grant", "to") };
        self.say(format!("alter default privileges{owner}{schema} {verb} {what} {to} {role};"));
    }

    fn condition(&mut self, table: &Table) -> String {
        let column = self.column(table);
        match self.below(9) {
            0..=1 => "true".to_owned(),
            2 => "false".to_owned(),
            3..=4 => format!("{column} is not null"),
            5 => format!("{column}::text = current_user"),
            6 => format!("{column}::text = current_setting('app.user', true)"),
            7 => {
                let other = self.table();
                let (path, column) = (self.table_path(&other), self.column(&other));
                format!("exists (select 1 from {path} o where o.{column} is not null)")
            }
            _ => {
                let functions = self.functions.iter().filter(|function| function.1 == "is_admin").copied();
                let functions = functions.collect::<Vec<_>>();
                if functions.is_empty() {
                    return "1 = 1".to_owned();
                }
                let (schema, name, _) = self.pick(&functions);
                format!("{}()", self.path(schema, name))
            }
        }
    }

    pub(super) fn policy(&mut self) {
        if !self.policies.is_empty() && self.chance(25) {
            return self.change_policy();
        }
        let table = self.table();
        let path = self.table_path(&table);
        let name = self.pick(&POLICIES);
        let kind = self.pick(&["", "", "", " as permissive", " as restrictive"]);
        let command =
            self.pick(&["", "", " for all", " for select", " for insert", " for update", " for delete"]);
        let to = match self.below(5) {
            0..=1 => String::new(),
            2 => " to public".to_owned(),
            3 => format!(" to {}", self.some_role()),
            _ => format!(" to {}, {}", self.some_role(), self.some_role()),
        };
        let using = if command == " for insert" && self.chance(97) {
            String::new()
        } else if self.chance(90) {
            format!(" using ({})", self.condition(&table))
        } else {
            String::new()
        };
        let check = if !matches!(command, " for select" | " for delete") && self.chance(50) || self.chance(2)
        {
            format!(" with check ({})", self.condition(&table))
        } else {
            String::new()
        };
        self.say(format!("create policy \"{name}\" on {path}{kind}{command}{to}{using}{check};"));
        self.policies.push((name, table));
    }

    fn change_policy(&mut self) {
        let policies = self.policies.clone();
        let (name, table) = self.pick(&policies);
        let path = self.table_path(&table);
        let text = match self.below(5) {
            0 => format!("drop policy {}\"{name}\" on {path};", self.maybe(50, "if exists ")),
            1 => format!("alter policy \"{name}\" on {path} rename to \"{}\";", self.pick(&POLICIES)),
            2 => format!("alter policy \"{name}\" on {path} to {};", self.grantee()),
            3 => format!("alter policy \"{name}\" on {path} using ({});", self.condition(&table)),
            _ => format!("alter policy \"{name}\" on {path} with check ({});", self.condition(&table)),
        };
        self.say(text);
    }

    pub(super) fn function(&mut self) {
        if !self.functions.is_empty() && self.chance(25) {
            return self.change_function();
        }
        let (schema, name) = (self.some_schema(), self.pick(&FUNCTIONS));
        let path = self.path(schema, name);
        let replace = self.maybe(40, "or replace ");
        let settings = self.pick(&[
            "",
            "",
            " security definer",
            " security definer set search_path = ''",
            " set search_path = public, pg_temp",
            " stable",
            " security definer set search_path to 'app', public",
            " immutable strict",
        ]);
        let (arguments, text) = match name {
            "touch" => {
                ("", format!("() returns trigger language plpgsql{settings} as $$ begin return new; end $$;"))
            }
            "is_admin" => ("", format!("() returns boolean language sql{settings} as $$ select true $$;")),
            _ => match self.below(6) {
                0 => ("int", format!("(x int) returns int language sql{settings} as 'select x';")),
                1 => (
                    "integer, text",
                    format!(
                        "(x integer, y text default 'a') returns text language sql{settings} as 'select y';"
                    ),
                ),
                2 => ("", format!("() returns setof int language sql{settings} as 'select 1';")),
                3 => (
                    "varchar",
                    format!(
                        "(varchar, out a int, out b text) language sql{settings} as $f$ select 1, 'x'::text $f$;"
                    ),
                ),
                4 => (
                    "",
                    format!(
                        "() returns table (a int, b text) language sql{settings} as $f$ select 1, 'x'::text $f$;"
                    ),
                ),
                _ => (
                    "text",
                    format!(
                        "(x text) returns void language plpgsql{settings} as $$ begin perform 1; end $$;"
                    ),
                ),
            },
        };
        self.say(format!("create {replace}function {path}{text}"));
        self.functions.push((schema, name, arguments));
    }

    fn change_function(&mut self) {
        let functions = self.functions.clone();
        let (schema, name, arguments) = self.pick(&functions);
        let path = self.path(schema, name);
        let path = if self.chance(75) { format!("{path}({arguments})") } else { path };
        let text = match self.below(9) {
            0 => format!("alter function {path} set search_path = '';"),
            1 => format!("alter function {path} security definer;"),
            2 => format!("alter function {path} rename to {};", self.pick(&FUNCTIONS)),
            3 => format!("alter function {path} set schema {};", self.some_schema()),
            4 => format!("alter function {path} owner to {};", self.some_role()),
            5 => format!("alter function {path} reset all;"),
            6 => format!("alter function {path} stable security invoker;"),
            _ => {
                format!("drop function {}{path}{};", self.maybe(40, "if exists "), self.maybe(30, " cascade"))
            }
        };
        self.say(text);
    }

    pub(super) fn trigger(&mut self) {
        if !self.triggers.is_empty() && self.chance(25) {
            let triggers = self.triggers.clone();
            let (name, table) = self.pick(&triggers);
            let path = self.table_path(&table);
            let text = match self.below(5) {
                0 => format!("drop trigger {name} on {path};"),
                1 => format!("drop trigger if exists {name} on {path};"),
                2 => format!("alter trigger {name} on {path} rename to {};", self.pick(&TRIGGERS)),
                3 => format!("alter table {path} disable trigger {name};"),
                _ => format!("alter table {path} enable always trigger {name};"),
            };
            return self.say(text);
        }
        let functions =
            self.functions.iter().filter(|function| function.1 == "touch").copied().collect::<Vec<_>>();
        if functions.is_empty() {
            let schema = self.some_schema();
            let path = self.path(schema, "touch");
            self.functions.push((schema, "touch", ""));
            return self.say(format!(
                "create function {path}() returns trigger language plpgsql as $$ begin return new; end $$;"
            ));
        }
        let table = self.table();
        let (path, column) = (self.table_path(&table), self.column(&table));
        let (schema, function, _) = self.pick(&functions);
        let function = self.path(schema, function);
        let name = self.pick(&TRIGGERS);
        let when = self.pick(&[
            "before insert or update",
            "after insert",
            "before update",
            "after delete or insert",
        ]);
        let of =
            if when.ends_with("update") && self.chance(30) { format!(" of {column}") } else { String::new() };
        let each = self.pick(&["for each row", "for each row", "for each statement"]);
        let replace = self.maybe(15, "or replace ");
        self.say(format!(
            "create {replace}trigger {name} {when}{of} on {path} {each} execute function {function}();"
        ));
        self.triggers.push((name, table));
    }
}
