//! Whose SQL a text is.

/// A dialect of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub enum Dialect {
    /// PostgreSQL and what speaks like it.
    Postgres,
    /// MySQL and MariaDB.
    MySql,
    /// SQLite.
    Sqlite,
    /// SQL Server.
    TSql,
    /// Oracle.
    Oracle,
    /// Nothing in the text tells: it is read as PostgreSQL's.
    #[default]
    Unknown,
}

/// Whose SQL a text is.
pub fn dialect(_text: &str) -> Dialect {
    Dialect::Unknown
}
