//! What a configuration file sets: ids, globs and numbers only. A rule's own knobs live in the rule.

use std::collections::BTreeMap;

use super::args::SelectArgs;
use crate::source::Limits;
use crate::verdict::{Severity, Waiver};

/// The content of a `golive.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// Rules and categories that are not run.
    pub(super) off: Vec<String>,
    /// Rules whose severity is another here.
    pub(super) severity: BTreeMap<String, Severity>,
    /// Globs of paths that are not read.
    pub(super) exclude: Vec<String>,
    /// The largest text file that is read, in bytes.
    pub(super) text_bytes: Option<u64>,
    /// The largest data file or lockfile that is read, in bytes.
    pub(super) data_bytes: Option<u64>,
    /// How many files are read at most.
    pub(super) files: Option<usize>,
    /// What is waived, in the order of the file.
    pub(super) waivers: Vec<Waiver>,
}

impl Settings {
    /// The bounds of a reading with these settings.
    pub(super) fn limits(&self, args: &SelectArgs) -> Limits {
        let default = Limits::default();
        Limits {
            max_text_bytes: self.text_bytes.unwrap_or(default.max_text_bytes),
            max_data_bytes: self.data_bytes.unwrap_or(default.max_data_bytes),
            max_files: self.files.unwrap_or(default.max_files),
            exclude: self.exclude.clone(),
            since: args.since.clone(),
            threads: args.threads,
        }
    }
}
