//! The database as it will be after every migration: statements replayed in memory, in the order their tool runs them.
//!
//! [`replay::replay`] takes the scripts of one migration set and gives a [`catalog::Catalog`]: what exists at the end,
//! each object with the statement that last changed it, what could not be applied, and what stays in doubt.
//! [`access`] says what a role may do with the rows of a table; [`lines`] prints a catalogue one object a line, which
//! `tests/postgres.rs` compares with PostgreSQL's own.

pub mod access;
pub mod acl;
pub mod catalog;
pub mod lines;
pub mod platform;
pub mod replay;
