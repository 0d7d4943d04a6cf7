//! The report as plain data, and one file per format. A format reads the report and nothing else.

mod build;
mod data;
pub mod lines;

pub use build::{Audited, build};
pub use data::*;
