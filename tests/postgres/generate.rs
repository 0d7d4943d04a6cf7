//! Migration sets made up from a seed: statements that know what exists, and now and then one that does not.
//!
//! The state kept here is only a guess that makes most statements valid; whether they are is PostgreSQL's business.

use super::set::Set;

#[path = "generate/objects.rs"]
mod objects;
#[path = "generate/odd.rs"]
mod odd;
#[path = "generate/relations.rs"]
mod relations;
#[path = "generate/rights.rs"]
mod rights;
#[path = "generate/rows.rs"]
pub(crate) mod rows;

/// The set of a seed.
pub(crate) fn set(seed: u64) -> Set {
    let mut maker = Maker::new(seed);
    let length = 8 + maker.below(28);
    maker.start();
    while maker.statements.len() < length {
        maker.statement();
    }
    maker.close();
    Set::of(format!("generated-{seed:04}"), &maker.statements)
}

/// A table that probably exists.
#[derive(Debug, Clone)]
struct Table {
    schema: &'static str,
    name: &'static str,
    columns: Vec<&'static str>,
    partitioned: bool,
    view: bool,
}

/// What a rollback brings back.
#[derive(Debug, Clone)]
struct Known {
    schemas: Vec<&'static str>,
    roles: Vec<&'static str>,
    tables: Vec<Table>,
    functions: Vec<(&'static str, &'static str, &'static str)>,
    types: Vec<(&'static str, &'static str)>,
}

/// Makes statements.
struct Maker {
    random: u64,
    statements: Vec<String>,
    schemas: Vec<&'static str>,
    roles: Vec<&'static str>,
    tables: Vec<Table>,
    functions: Vec<(&'static str, &'static str, &'static str)>,
    types: Vec<(&'static str, &'static str)>,
    policies: Vec<(&'static str, Table)>,
    indexes: Vec<(&'static str, &'static str)>,
    triggers: Vec<(&'static str, Table)>,
    sequences: Vec<(&'static str, &'static str)>,
    constraints: Vec<(&'static str, Table)>,
    /// What existed when the transaction began, and at its savepoint.
    before: Vec<Known>,
    /// Open transaction, and how many savepoints are in it.
    transaction: Option<usize>,
    /// Whether the search path is the usual one.
    usual: bool,
}

const SCHEMAS: [&str; 3] = ["public", "app", "audit"];
const TABLES: [&str; 7] = ["users", "orders", "items", "notes", "teams", "events", "\"Mixed Case\""];
const VIEWS: [&str; 3] = ["active_users", "totals", "recent"];
const COLUMNS: [&str; 9] =
    ["id", "owner_id", "team_id", "status", "amount", "body", "created_at", "a", "\"B c\""];
const ROLES: [&str; 4] = ["anon", "member", "manager", "\"App User\""];
const POLICIES: [&str; 4] = ["own rows", "members read", "admins", "block"];
const FUNCTIONS: [&str; 4] = ["touch", "is_admin", "f", "total"];
const TYPES: [&str; 4] = ["mood", "level", "email", "pair"];
const INDEXES: [&str; 4] = ["users_idx", "orders_status_idx", "items_id_idx", "i1"];
const CONSTRAINTS: [&str; 5] = ["positive", "uq", "users_pkey", "orders_owner_id_fkey", "items_a_check"];
const TRIGGERS: [&str; 3] = ["t_touch", "t_audit", "b_check"];
const SEQUENCES: [&str; 3] = ["users_id_seq", "counter", "orders_id_seq"];

impl Maker {
    fn new(seed: u64) -> Self {
        let mut maker = Self {
            random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            statements: Vec::new(),
            schemas: vec!["public"],
            roles: Vec::new(),
            tables: Vec::new(),
            functions: Vec::new(),
            types: Vec::new(),
            policies: Vec::new(),
            indexes: Vec::new(),
            triggers: Vec::new(),
            sequences: Vec::new(),
            constraints: Vec::new(),
            before: Vec::new(),
            transaction: None,
            usual: true,
        };
        for _ in 0..8 {
            maker.next();
        }
        maker
    }

    fn remember(&mut self) {
        self.before.push(Known {
            schemas: self.schemas.clone(),
            roles: self.roles.clone(),
            tables: self.tables.clone(),
            functions: self.functions.clone(),
            types: self.types.clone(),
        });
    }

    fn roll_back(&mut self) {
        if let Some(known) = self.before.pop() {
            self.schemas = known.schemas;
            self.roles = known.roles;
            self.tables = known.tables;
            self.functions = known.functions;
            self.types = known.types;
        }
    }

    fn next(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or(0)
    }

    /// True in so many of a hundred cases.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    /// The text in so many of a hundred cases.
    fn maybe(&mut self, percent: usize, text: &'static str) -> &'static str {
        if self.chance(percent) { text } else { "" }
    }

    fn say(&mut self, statement: String) {
        self.statements.push(statement);
    }

    /// What nearly every set begins with.
    fn start(&mut self) {
        if self.chance(50) {
            self.schema();
        }
        for _ in 0..self.below(3) {
            self.role();
        }
        for _ in 0..=self.below(3) {
            self.create_table();
        }
    }

    fn close(&mut self) {
        if self.transaction.is_some() && self.chance(80) {
            let end = self.pick(&["commit;", "rollback;", "end;"]);
            self.say(end.to_owned());
        }
    }

    fn statement(&mut self) {
        match self.below(100) {
            0..=11 => self.create_table(),
            12..=31 => self.alter_table(),
            32..=35 => self.odd(),
            36..=41 => self.index(),
            42..=47 => self.view(),
            48..=57 => self.policy(),
            58..=67 => self.grant(),
            68..=75 => self.function(),
            76..=80 => self.trigger(),
            81..=84 => self.user_type(),
            85..=86 => self.sequence(),
            87..=91 => self.drop(),
            92 => self.schema(),
            93 => self.role(),
            94..=95 => self.session(),
            96 => self.block(),
            97 => self.rows(),
            _ => self.comment(),
        }
    }

    /// A table that exists, or now and then any name.
    fn table(&mut self) -> Table {
        if self.tables.is_empty() || self.chance(2) {
            return Table {
                schema: self.pick(&SCHEMAS),
                name: self.pick(&TABLES),
                columns: COLUMNS.to_vec(),
                partitioned: false,
                view: false,
            };
        }
        let at = self.below(self.tables.len());
        self.tables[at].clone()
    }

    /// A table that is no view, if there is one.
    fn base_table(&mut self) -> Table {
        for _ in 0..5 {
            let table = self.table();
            if !table.view {
                return table;
            }
        }
        self.table()
    }

    fn column(&mut self, table: &Table) -> &'static str {
        if table.columns.is_empty() || self.chance(3) {
            self.pick(&COLUMNS)
        } else {
            self.pick(&table.columns)
        }
    }

    /// A name with its schema, or without one where that will do.
    fn path(&mut self, schema: &str, name: &str) -> String {
        if schema == "public" && self.usual && self.chance(65) {
            name.to_owned()
        } else {
            format!("{schema}.{name}")
        }
    }

    fn table_path(&mut self, table: &Table) -> String {
        self.path(table.schema, table.name)
    }

    /// A name for a new table: mostly one that is free.
    fn new_table(&mut self, schema: &str) -> &'static str {
        for _ in 0..4 {
            let name = self.pick(&TABLES);
            if !self.tables.iter().any(|table| table.schema == schema && table.name == name) || self.chance(5)
            {
                return name;
            }
        }
        self.pick(&TABLES)
    }

    /// A schema that exists, mostly `public`.
    fn some_schema(&mut self) -> &'static str {
        if self.chance(50) {
            "public"
        } else if self.chance(95) {
            let schemas = self.schemas.clone();
            self.pick(&schemas)
        } else {
            self.pick(&SCHEMAS)
        }
    }

    fn some_role(&mut self) -> &'static str {
        let roles = self.roles.clone();
        if self.chance(2) {
            self.pick(&ROLES)
        } else if roles.is_empty() {
            "postgres"
        } else {
            self.pick(&roles)
        }
    }

    /// A role, or one of the words that stand for one.
    fn grantee(&mut self) -> &'static str {
        match self.below(10) {
            0..=2 => "public",
            3 => "current_user",
            4 => "postgres",
            _ => self.some_role(),
        }
    }
}
