//! The JSON contract: the report as it is, and its schema, generated from the same types.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Comparison, Report, SCHEMA_VERSION};

/// The report, indented by two spaces, with a final newline.
pub fn render(report: &Report) -> String {
    pretty(report)
}

/// The comparison in the same way.
pub fn comparison(comparison: &Comparison) -> String {
    pretty(comparison)
}

fn pretty<T: Serialize>(data: &T) -> String {
    // It holds text, numbers and lists only; serde_json writes a number that is not finite as null.
    let mut text = serde_json::to_string_pretty(data).unwrap_or_default();
    text.push('\n');
    text
}

/// Why a text is not a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// It is not JSON.
    Syntax {
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
        /// What the JSON parser says.
        message: String,
    },
    /// It is JSON, but no report of golive: it names no version.
    NoVersion,
    /// It is a report of a version that this program does not read.
    Version(String),
    /// It calls itself a report of this version, but is not of its shape.
    Shape {
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
        /// What is missing, unknown or of the wrong type.
        message: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line, column, message } => write!(f, "{line}:{column}: not JSON: {message}"),
            Self::NoVersion => {
                write!(
                    f,
                    "not a report of golive: it has no `schema_version`; write one with `golive --format json`"
                )
            }
            Self::Version(found) => {
                write!(
                    f,
                    "a report of schema version {found:?}; this golive reads version {SCHEMA_VERSION:?}"
                )
            }
            Self::Shape { line, column, message } => {
                write!(f, "{line}:{column}: not a report of schema version {SCHEMA_VERSION:?}: {message}")
            }
        }
    }
}

impl std::error::Error for Error {}

/// Reads a report that [`render`] wrote, by this version or by another of the same schema.
pub fn parse(text: &str) -> Result<Report, Error> {
    /// The only key that every version has.
    #[derive(Deserialize)]
    struct Head {
        schema_version: Option<serde_json::Value>,
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head: Head = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Error::NoVersion,
        _ => Error::Syntax { line: error.line(), column: error.column(), message: reason(&error) },
    })?;
    match head.schema_version {
        Some(serde_json::Value::String(version)) if version == SCHEMA_VERSION => {}
        Some(serde_json::Value::String(version)) => return Err(Error::Version(version)),
        Some(other) => return Err(Error::Version(other.to_string())),
        None => return Err(Error::NoVersion),
    }
    serde_json::from_str(text).map_err(|error| Error::Shape {
        line: error.line(),
        column: error.column(),
        message: reason(&error),
    })
}

/// The parser's sentence without its own ` at line 1 column 2`.
fn reason(error: &serde_json::Error) -> String {
    let sentence = error.to_string();
    sentence.rsplit_once(" at line ").map_or(sentence.as_str(), |(before, _)| before).to_owned()
}

/// The JSON Schema (2020-12) of a report, with a final newline.
pub fn schema() -> String {
    schema_of::<Report>("urn:golive:report:1", "A golive report")
}

/// The JSON Schema (2020-12) of a comparison, with a final newline.
pub fn comparison_schema() -> String {
    schema_of::<Comparison>("urn:golive:comparison:1", "A comparison of two golive reports")
}

/// The schema of a type. Its `id` is a name and no address: nothing is ever fetched for it.
fn schema_of<T: JsonSchema>(id: &str, title: &str) -> String {
    let generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), id.into());
    schema.insert("title".to_owned(), title.into());
    pretty(&schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_report_is_told_apart() {
        let cases = [
            ("{", "1:1: not JSON: EOF while parsing an object"),
            (
                "[]",
                "not a report of golive: it has no `schema_version`; write one with `golive --format json`",
            ),
            (
                "{}",
                "not a report of golive: it has no `schema_version`; write one with `golive --format json`",
            ),
            (r#"{"schema_version":"9"}"#, r#"a report of schema version "9"; this golive reads version "1""#),
            (r#"{"schema_version":1}"#, r#"a report of schema version "1"; this golive reads version "1""#),
            (
                "{\"schema_version\":\"1\",\n \"colour\":1}",
                "2:9: not a report of schema version \"1\": unknown field `colour`, expected one of `schema_version`, \
                 `tool`, `repository`, `score`, `rules`, `findings`, `strengths`, `plan`, `access`, \
                 `syntax_errors`, `unread`, `baseline`, `waivers`, `compared`",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(parse(text).expect_err(text).to_string(), message);
        }
    }
}
