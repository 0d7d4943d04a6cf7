//! What a hosting platform brings before the first migration runs, and what extensions bring when they are created.
//!
//! Both are SQL that is replayed like any other: `rules/knowledge/platforms/*.sql`.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use super::acl::{AclKind, PUBLIC};
use super::catalog::{Acl, Catalog, Extension, Place, Role, Schema};
use crate::parse::sql;
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::Script;

/// Whose database it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Platform {
    /// PostgreSQL as it comes.
    #[default]
    Plain,
    /// Supabase: its roles, schemas, tables, functions and default privileges.
    Supabase,
    /// PostgreSQL to which `TypeORM` has connected: it makes the extension that gives identifiers before it runs anything.
    TypeOrm,
}

/// Roles that every PostgreSQL has.
const ROLES: [&str; 12] = [
    "pg_checkpoint",
    "pg_database_owner",
    "pg_execute_server_program",
    "pg_monitor",
    "pg_read_all_data",
    "pg_read_all_settings",
    "pg_read_all_stats",
    "pg_read_server_files",
    "pg_signal_backend",
    "pg_stat_scan_tables",
    "pg_write_all_data",
    "pg_write_server_files",
];

/// The role that runs migrations.
const OWNER: &str = "postgres";

/// What Supabase brings.
static SUPABASE: LazyLock<Script> =
    LazyLock::new(|| sql::read(include_str!("../../../rules/knowledge/platforms/supabase.sql")));

/// What `TypeORM` makes when it connects (`PostgresDriver.afterConnect`), where columns want identifiers.
static TYPEORM: LazyLock<Script> =
    LazyLock::new(|| sql::read("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";"));

/// What extensions bring.
static EXTENSIONS: LazyLock<BTreeMap<&'static str, Brought>> =
    LazyLock::new(|| sections(include_str!("../../../rules/knowledge/platforms/extensions.sql")));

/// What an extension brings.
#[derive(Debug, Default)]
pub(super) struct Brought {
    /// The schema where it always is: `cron` of `pg_cron` is made by its script, the extension is in `pg_catalog`.
    pub(super) schema: Option<&'static str>,
    /// Whether that schema is made with it.
    pub(super) makes_schema: bool,
    /// Extensions that have to be there.
    pub(super) requires: Vec<&'static str>,
    /// Names of functions without more, with `*` at the end for all that begin so.
    functions: Vec<&'static str>,
    /// Operator classes, which indexes name.
    pub(super) classes: Vec<&'static str>,
    text: &'static str,
    script: OnceLock<Script>,
}

impl Brought {
    /// Its script.
    pub(super) fn script(&self) -> &Script {
        self.script.get_or_init(|| sql::read(self.text))
    }

    /// Whether it brings a function of that name.
    pub(super) fn has_function(&self, name: &str) -> bool {
        self.functions.iter().any(|known| match known.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => *known == name,
        })
    }
}

/// What an extension brings, where that is known.
pub(super) fn extension(name: &str) -> Option<&'static Brought> {
    EXTENSIONS.get(name)
}

/// The sections of a file: each begins with a line `-- extension NAME key=value …`.
fn sections(text: &'static str) -> BTreeMap<&'static str, Brought> {
    let mut all = BTreeMap::new();
    for section in text.split("-- extension ").skip(1) {
        let (head, text) = section.split_once('\n').unwrap_or((section, ""));
        let mut words = head.split_whitespace();
        let Some(name) = words.next() else { continue };
        let mut brought = Brought { text, ..Brought::default() };
        for word in words {
            match word.split_once('=') {
                Some(("schema", schema)) => brought.schema = Some(schema),
                Some(("makes", schema)) => {
                    brought.schema = Some(schema);
                    brought.makes_schema = true;
                }
                Some(("requires", list)) => brought.requires = list.split(',').collect(),
                Some(("classes", list)) => brought.classes = list.split(',').collect(),
                Some(("functions", list)) => brought.functions = list.split(',').collect(),
                _ => {}
            }
        }
        all.insert(name, brought);
    }
    all
}

/// Fills an empty catalogue with what is there before the first migration.
pub(super) fn start(catalog: &mut Catalog) {
    let owner = Name::const_new(OWNER);
    let place = Place { script: Place::PLATFORM, ..Place::default() };
    catalog.owner.clone_from(&owner);
    for role in ROLES {
        let role = Name::const_new(role);
        catalog.roles.insert(role, Role { inherit: true, platform: true, place, ..Role::default() });
    }
    if let Some(monitor) = catalog.roles.get_mut("pg_monitor") {
        let read = ["pg_read_all_settings", "pg_read_all_stats", "pg_stat_scan_tables"];
        monitor.member_of = read.into_iter().map(Name::const_new).collect();
    }
    let superuser = Role {
        superuser: true,
        bypass_rls: true,
        inherit: true,
        login: true,
        platform: true,
        place,
        ..Role::default()
    };
    catalog.roles.insert(owner.clone(), superuser);
    let keeper = Name::const_new("pg_database_owner");
    let mut granted = AclKind::Schema.defaults(&keeper);
    granted.insert(Name::const_new(PUBLIC), [(Name::const_new("usage"), false)].into());
    let acl = Acl { granted: Some(granted) };
    catalog.schemas.insert("public".into(), Schema { owner: keeper, acl, place, platform: true });
    let catalogue = Name::const_new("pg_catalog");
    catalog.extensions.insert("plpgsql".into(), Extension { schema: catalogue, place, platform: true });
}

impl Platform {
    /// What it brings beyond PostgreSQL, to be replayed first.
    pub(super) fn script(self) -> Option<&'static Script> {
        match self {
            Self::Plain => None,
            Self::Supabase => Some(&SUPABASE),
            Self::TypeOrm => Some(&TYPEORM),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::schema::replay::replay;

    #[test]
    fn what_supabase_brings_is_applied_whole() {
        assert_eq!(SUPABASE.errors, Vec::new());
        let catalog = replay(Platform::Supabase, &[]);
        assert_eq!(catalog.faults, Vec::new());
        assert_eq!(catalog.doubts, Vec::new());
    }

    #[test]
    fn what_extensions_bring_is_applied_whole() {
        for (name, brought) in EXTENSIONS.iter() {
            assert_eq!(brought.script().errors, Vec::new(), "{name}");
            let text =
                format!("create schema x; set search_path = x, public; create extension \"{name}\" cascade;");
            let script = sql::read(&text);
            let catalog = replay(Platform::Plain, &[&script]);
            assert_eq!(catalog.faults, Vec::new(), "{name}");
            assert_eq!(catalog.doubts, Vec::new(), "{name}");
        }
    }
}
