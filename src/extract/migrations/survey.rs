//! The folders that may hold migrations, and what tells whose they are.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::model::{Dialect, Down, Step};
use crate::extract::Context;
use crate::extract::packages::Package;
pub(super) use crate::extract::packages::{above as lineage, join};
use crate::parse::node::Node;
use crate::parse::{json, toml, yaml};
use crate::source::{FileId, FileKind, Place, SourceFile, folder_of, is_below};

/// Packages of drivers, by the database they speak to; `*` stands for any end.
const DRIVERS: &[(Dialect, &[&str])] = &[
    (
        Dialect::Postgres,
        &[
            "pg",
            "postgres",
            "pg-promise",
            "@neondatabase/*",
            "@vercel/postgres",
            "@supabase/*",
            "slonik",
            "psycopg*",
            "asyncpg",
            "pg8000",
            "tokio-postgres",
            "github.com/jackc/*",
            "github.com/lib/pq",
            "org.postgresql:postgresql",
            "pg_query",
            "Npgsql*",
            "@electric-sql/*",
            "pg-native",
            "@mikro-orm/postgresql",
        ],
    ),
    (
        Dialect::MySql,
        &[
            "mysql",
            "mysql2",
            "mariadb",
            "pymysql",
            "mysqlclient",
            "aiomysql",
            "@planetscale/*",
            "github.com/go-sql-driver/mysql",
            "@mikro-orm/mysql",
            "@mikro-orm/mariadb",
            "com.mysql:*",
            "mysql:mysql-connector-java",
            "org.mariadb*",
        ],
    ),
    (
        Dialect::Sqlite,
        &[
            "sqlite3",
            "better-sqlite3",
            "sqlite",
            "@libsql/client",
            "aiosqlite",
            "rusqlite",
            "github.com/mattn/go-sqlite3",
            "modernc.org/sqlite",
            "github.com/glebarez/*",
            "sql.js",
            "expo-sqlite",
            "@mikro-orm/sqlite",
            "@mikro-orm/better-sqlite",
        ],
    ),
    (Dialect::TSql, &["mssql", "tedious", "pyodbc", "com.microsoft.sqlserver:*"]),
    (Dialect::Oracle, &["oracledb", "cx-oracle"]),
];

/// A file or a folder that the image of a database is given to run when it starts with no data.
pub(super) struct Mount {
    /// Where it is written.
    pub(super) place: Place,
    /// The path, as it is written, without dots at its beginning and end.
    pub(super) from: String,
}

/// What is found once for every set.
#[derive(Default)]
pub(super) struct Found<'c> {
    pub(super) candidates: OnceCell<Vec<(FileId, &'c SourceFile)>>,
    pub(super) mounts: OnceCell<Vec<Mount>>,
}

/// What the readers of tools look at.
pub(super) struct Survey<'c> {
    /// Everything that was read.
    pub(super) context: &'c Context<'c>,
    /// The files of folders that hold SQL, by folder: nothing that is a test, and no other people's code.
    pub(super) folders: BTreeMap<&'c str, Vec<FileId>>,
    /// Folders that a reader took.
    taken: BTreeSet<String>,
    /// What runs files, looked for once.
    pub(super) found: Found<'c>,
}

impl<'c> Survey<'c> {
    /// Looks at every file once.
    pub(super) fn of(context: &'c Context<'c>) -> Self {
        let mut folders: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (_, file) in context.tree.entries().filter(|(_, file)| is_sql(file)) {
            let (files, tests) = counts.entry(file.dir()).or_default();
            *files += 1;
            *tests += usize::from(file.test || file.vendored);
        }
        // `20240101_add_test.sql` is a test by its name alone: the folder decides.
        let aside = |dir: &str| {
            counts.get(dir).is_none_or(|(files, tests)| tests * 2 > *files)
                || dir.split('/').any(|part| matches!(part, "stub" | "testdata"))
        };
        for (id, file) in context.tree.entries() {
            if !file.vendored && counts.contains_key(file.dir()) && !aside(file.dir()) {
                folders.entry(file.dir()).or_default().push(id);
            }
        }
        Self { context, folders, taken: BTreeSet::new(), found: Found::default() }
    }

    /// The folders that no reader took.
    pub(super) fn free(&self) -> Vec<&'c str> {
        self.folders.keys().copied().filter(|dir| !self.taken.contains(*dir)).collect()
    }

    /// Takes a folder, so that no other reader has it.
    pub(super) fn take(&mut self, dir: &str) {
        self.taken.insert(dir.to_owned());
    }

    /// Whether a reader took a folder.
    pub(super) fn is_taken(&self, dir: &str) -> bool {
        self.taken.contains(dir)
    }

    /// The files right in a folder, in the order of names.
    pub(super) fn files(&self, dir: &str) -> impl Iterator<Item = (FileId, &'c SourceFile)> + '_ {
        let files = self.folders.get(dir).map(Vec::as_slice).unwrap_or_default();
        files.iter().map(|file| (*file, self.context.tree.file(*file)))
    }

    /// The SQL files right in a folder, in the order of names.
    pub(super) fn sql(&self, dir: &str) -> impl Iterator<Item = (FileId, &'c SourceFile)> + '_ {
        self.files(dir).filter(|(_, file)| is_sql(file))
    }

    /// The folders with SQL right below a folder.
    pub(super) fn below(&self, dir: &str) -> Vec<&'c str> {
        let inner = |other: &&&str| parent(other) == Some(dir);
        self.folders.keys().filter(inner).copied().collect()
    }

    /// The folders with SQL anywhere below a folder.
    pub(super) fn deep(&self, dir: &str) -> Vec<&'c str> {
        let within = |other: &&&str| !dir.is_empty() && is_below(other, dir);
        self.folders.keys().filter(within).copied().collect()
    }

    /// The text of a file.
    pub(super) fn text(&self, file: FileId) -> &'c str {
        self.context.tree.text(file)
    }

    /// The file of this path, where there is one.
    pub(super) fn path(&self, path: &str) -> Option<FileId> {
        self.context.tree.by_path(path)
    }

    /// The first of these files of a folder that is there.
    pub(super) fn first(&self, dir: &str, names: &[&str]) -> Option<FileId> {
        names.iter().find_map(|name| self.path(&join(dir, name)))
    }

    /// The same in a folder and all above it.
    pub(super) fn above(&self, dir: &str, names: &[&str]) -> Option<FileId> {
        lineage(dir).find_map(|dir| self.first(dir, names))
    }

    /// What a data file says, also where it is no document because a tool wrote it.
    pub(super) fn data(&self, file: FileId) -> Option<Node> {
        if let Some(node) = self.context.documents.node(file) {
            return Some(node.clone());
        }
        let text = self.text(file);
        match self.context.tree.file(file).kind {
            FileKind::Json => Some(json::parse(text).document),
            FileKind::Toml => Some(toml::parse(text).document),
            FileKind::Yaml => yaml::parse(text).document.into_iter().next(),
            _ => None,
        }
    }

    /// Whether a package around a folder, of any ecosystem, depends on one whose name begins so; the nearest is asked
    /// first, and all above it.
    pub(super) fn depends(&self, dir: &str, names: &[&str]) -> Option<Place> {
        let has = |package: &Package| {
            package.dependencies().find_map(|(file, dependency)| {
                let own = names.iter().any(|name| {
                    dependency.name == *name
                        || name.ends_with('*') && dependency.name.starts_with(name.trim_end_matches('*'))
                });
                own.then_some(Place { file, span: dependency.span })
            })
        };
        lineage(dir).find_map(|dir| self.packages_in(dir).find_map(has))
    }

    fn packages_in(&self, dir: &str) -> impl Iterator<Item = &'c Package> + use<'c> {
        let packages: &'c [Package] = self.context.packages.all();
        let first = packages.partition_point(|package| package.dir.as_str() < dir);
        let dir = dir.to_owned();
        packages[first..].iter().take_while(move |package| package.dir == dir)
    }

    /// The language of the database of a folder, by the drivers of the packages around it.
    pub(super) fn driver(&self, dir: &str) -> Dialect {
        if dir.to_ascii_lowercase().contains("clickhouse") {
            return Dialect::Other;
        }
        // Folders of several databases are named after them.
        let parts =
            dir.rsplit('/').flat_map(|part| part.rsplit(['-', '_', '.']).next().into_iter().chain([part]));
        let mut parts = parts.map(|part| if part == "d1" { "" } else { part });
        let named = parts.find_map(|part| match dialect(part) {
            Dialect::Unknown => None,
            known => Some(known),
        });
        if let Some(named) = named {
            return named;
        }
        for above in lineage(dir) {
            let of = |names: &[&str]| {
                self.packages_in(above).any(|package| {
                    package.dependencies().any(|(_, dependency)| {
                        names.iter().any(|name| match name.strip_suffix('*') {
                            Some(start) => dependency.name.starts_with(start),
                            None => dependency.name.eq_ignore_ascii_case(name),
                        })
                    })
                })
            };
            let mut found = DRIVERS.iter().filter(|(_, names)| of(names)).map(|(dialect, _)| *dialect);
            match (found.next(), found.next()) {
                (Some(one), None) => return one,
                (Some(_), Some(_)) => return Dialect::Unknown,
                _ => {}
            }
        }
        Dialect::Unknown
    }

    /// The language of a database by the features of a crate, in the manifests around a folder; else by the drivers.
    pub(super) fn crate_dialect(&self, dir: &str, name: &str) -> Dialect {
        let paths =
            [&["dependencies", name, "features"][..], &["workspace", "dependencies", name, "features"]];
        let mut found: Vec<Dialect> = Vec::new();
        for file in lineage(dir).filter_map(|above| self.first(above, &["Cargo.toml"])) {
            let Some(node) = self.data(file) else { continue };
            let words = paths.iter().filter_map(|path| node.at(path)).flat_map(Node::scalars);
            found.extend(
                words
                    .map(|word| dialect(word.trim_start_matches("sqlx-")))
                    .filter(|known| *known != Dialect::Unknown),
            );
        }
        found.sort_unstable();
        found.dedup();
        if let [one] = found[..] { one } else { self.driver(dir) }
    }

    /// A step that runs a whole file.
    pub(super) fn whole(&self, file: FileId, version: Option<&str>, name: &str) -> Step {
        Step::whole(file, self.text(file).len(), version, name)
    }
}

/// Whether a file is SQL that may be run.
pub(super) fn is_sql(file: &SourceFile) -> bool {
    file.kind == FileKind::Sql && !file.vendored
}

/// The dialect that a word of a configuration names: `postgresql`, `pg`, `mysql2`, `better-sqlite3`.
pub(in crate::extract) fn dialect(word: &str) -> Dialect {
    match word.to_ascii_lowercase().as_str() {
        "postgresql" | "postgres" | "pg" | "pgsql" | "neon" | "psql" | "pglite" | "redshift" | "pgnative"
        | "aws-data-api" => Dialect::Postgres,
        "mysql" | "mysql2" | "mariadb" | "planetscale" | "singlestore" => Dialect::MySql,
        "sqlite" | "sqlite3" | "better-sqlite3" | "turso" | "libsql" | "d1" | "expo" | "d1-http" => {
            Dialect::Sqlite
        }
        "sqlserver" | "mssql" | "tedious" => Dialect::TSql,
        "oracle" | "oracledb" => Dialect::Oracle,
        "cockroachdb" | "cockroach" | "crdb" | "clickhouse" | "mongodb" | "cassandra" | "snowflake"
        | "bigquery" | "duckdb" => Dialect::Other,
        _ => Dialect::Unknown,
    }
}

/// The digits that a name begins with, and what comes behind the `_`, `-`, `.` or space after them.
pub(super) fn numbered(name: &str) -> Option<(&str, &str)> {
    let digits = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
    let (version, rest) = name.split_at(digits);
    let rest = rest.strip_prefix(['_', '-', '.', ' '])?;
    (!version.is_empty()).then_some((version, rest))
}

/// A version of digits as a number: longer ones than fit count as the largest.
pub(super) fn number(version: &str) -> u128 {
    version.parse().unwrap_or(u128::MAX)
}

/// The folder above; none for the root.
pub(super) fn parent(dir: &str) -> Option<&str> {
    if dir.is_empty() {
        return None;
    }
    Some(folder_of(dir))
}

/// The last part of a path.
pub(super) fn last(dir: &str) -> &str {
    dir.rsplit('/').next().unwrap_or(dir)
}

/// Whether a text does something: it is more than blanks and comments.
pub(super) fn does_something(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        if let Some(comment) = rest.strip_prefix("--").or_else(|| rest.strip_prefix('#')) {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, rest)| rest);
        } else {
            return !rest.is_empty();
        }
    }
}

/// A way back by a file of its own, where it does something.
pub(super) fn down_file(survey: &Survey<'_>, file: FileId) -> Option<Down> {
    does_something(survey.text(file)).then_some(Down::File(file))
}

/// Says of steps with the version of an earlier one that the tool refuses them.
pub(super) fn refuse_doubles(survey: &Survey<'_>, steps: &mut [Step]) {
    let mut seen: BTreeMap<String, FileId> = BTreeMap::new();
    for step in steps {
        let Some(version) = step.version.clone() else { continue };
        match seen.get(&version) {
            Some(first) => {
                let first = survey.context.tree.file(*first).name();
                step.refused = Some(format!("`{first}` has its version, {version}"));
            }
            None => {
                seen.insert(version, step.file);
            }
        }
    }
}
