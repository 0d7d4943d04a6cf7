//! The report as plain data, and one file per format. A format reads the report and nothing else.

mod data;

pub use data::*;
