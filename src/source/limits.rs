//! How much is read.

use super::kind::FileKind;

/// Bounds of one reading of a tree. What lies beyond them is listed as unread.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest text or source file that is read, in bytes.
    pub max_text_bytes: u64,
    /// The largest data file (JSON, YAML, SQL, CSV, XML …) or lockfile that is read, in bytes.
    pub max_data_bytes: u64,
    /// How many files are read at most, in the order of paths.
    pub max_files: usize,
    /// Globs over repository-relative paths; what matches is counted and not read. `vendor` and `vendor/` mean the whole folder.
    pub exclude: Vec<String>,
    /// The revision that files are compared with to tell which are new, as git names revisions; `HEAD` where it is absent.
    pub since: Option<String>,
    /// Threads to walk and read with; 0 is one for each core. The tree is the same for every number.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            max_text_bytes: 2 * MIB,
            max_data_bytes: 16 * MIB,
            max_files: 1_000_000,
            exclude: Vec::new(),
            since: None,
            threads: 0,
        }
    }
}

impl Limits {
    /// The largest file of this kind that is read, in bytes.
    pub(super) fn of(&self, kind: FileKind) -> u64 {
        if kind.is_data() { self.max_data_bytes } else { self.max_text_bytes }
    }
}
