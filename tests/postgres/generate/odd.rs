//! Statements that are seldom written.

#![allow(clippy::too_many_lines)] // an arm a statement

use super::{COLUMNS, INDEXES, Maker, SEQUENCES, TABLES, Table, VIEWS};

impl Maker {
    pub(super) fn odd(&mut self) {
        let table = self.base_table();
        let path = self.table_path(&table);
        let (one, two) = (self.column(&table), self.column(&table));
        let role = self.some_role();
        let schema = self.some_schema();
        let text = match self.below(26) {
            0 => {
                let name = self.pick(&TABLES);
                format!("create temp table {name} (id serial primary key, a int references {path});")
            }
            1 => {
                format!("alter table {path} add column g boolean generated always as ({one} is null) stored;")
            }
            2 => format!(
                "alter table {path} add column g2 text generated always as (lower({one}::text)) stored;"
            ),
            3 => format!("grant create on schema {schema} to {role};"),
            4 => format!("alter table {path} add column {one} int generated always as identity;"),
            5 => format!("create procedure {schema}.f(x int) language sql as $$ select 1 $$;"),
            6 => format!("drop procedure if exists {schema}.f;"),
            7 => format!("alter table {path} alter column {one} set generated always;"),
            8 => format!("alter table {path} alter column {one} drop identity;"),
            9 => format!("alter table {path} add unique ({one}, {two}), add check ({one} is not null);"),
            10 => {
                format!("alter table {path} add foreign key ({one}, {two}) references {path} ({two}, {one});")
            }
            11 => format!("alter table {path} add exclude ({one} with =);"),
            12 => format!("create rule r as on delete to {path} do instead nothing;"),
            13 => format!("drop rule if exists r on {path} cascade;"),
            14 => {
                let view = self.pick(&VIEWS);
                format!("alter view {schema}.{view} rename column id to {};", self.pick(&COLUMNS))
            }
            15 => {
                let (from, to) = (self.pick(&SEQUENCES), self.pick(&TABLES));
                format!("alter table {schema}.{from} rename to {to};")
            }
            16 => {
                let (from, to) = (self.pick(&INDEXES), self.pick(&TABLES));
                format!("alter table {schema}.{from} rename to {to};")
            }
            17 => "create extension if not exists citext;".to_owned(),
            18 => format!("alter table {path} add column if not exists ci citext;"),
            19 => format!("drop extension if exists citext{};", self.maybe(50, " cascade")),
            20 => format!("alter table {path} alter column {one} type varchar(50);"),
            21 => format!("alter table {path} inherit {path};"),
            22 => {
                let parent = self.base_table();
                let parent = self.table_path(&parent);
                format!("alter table {path} {} {parent};", self.pick(&["inherit", "no inherit"]))
            }
            23 => format!("create publication pub for table {path}; drop publication if exists pub;"),
            24 => format!("alter table {path} add primary key ({one}, {two});"),
            _ => {
                let (schema, name) = (self.some_schema(), self.pick(&VIEWS));
                let path = self.path(schema, name);
                let other = self.table();
                let from = self.table_path(&other);
                let column = self.column(&other);
                self.tables.push(Table {
                    schema,
                    name,
                    columns: vec![column, "other"],
                    partitioned: false,
                    view: true,
                });
                format!(
                    "create view {path} as select a.{column}, b.{column} as other from {from} a left join {from} b using ({column});"
                )
            }
        };
        self.say(text);
    }
}
