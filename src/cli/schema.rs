//! `golive schema`: the JSON Schema of the JSON report.

use super::{Exit, Failure, output};
use crate::report::json;

/// Prints the schema.
pub(super) fn run() -> Result<Exit, Failure> {
    output::print(&json::schema())?;
    Ok(Exit::Holds)
}
