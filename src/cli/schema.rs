//! `golive schema`: the JSON Schema of the JSON report, or of a comparison.

use super::args::SchemaArgs;
use super::{Exit, Failure, output};
use crate::report::json;

/// Prints the schema.
pub(super) fn run(args: &SchemaArgs) -> Result<Exit, Failure> {
    output::print(&if args.comparison { json::comparison_schema() } else { json::schema() })?;
    Ok(Exit::Holds)
}
