//! What a hosting platform brings before the first migration runs.

use super::replay::Replay;

/// Whose database it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Platform {
    /// PostgreSQL as it comes.
    #[default]
    Plain,
    /// Supabase: its roles, schemas, tables, functions and default privileges.
    Supabase,
}

/// Fills an empty catalogue with what is there before the first migration.
pub(super) fn start(_replay: &mut Replay, _platform: Platform) {}
