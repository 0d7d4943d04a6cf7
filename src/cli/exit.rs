//! How a command ends.

use std::fmt;
use std::process::ExitCode;

/// The exit codes; a format never changes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: the work is done, the gate holds.
    Holds,
    /// 1: the gate does not hold, or a sum does not add up.
    Fails,
    /// 2: the arguments, the configuration, a rule or an output file is at fault.
    Usage,
    /// 3: there is nothing to audit.
    Nothing,
    /// 4: something was not read, not parsed or not decided, and `--strict` was given.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Holds => 0,
            Exit::Fails => 1,
            Exit::Usage => 2,
            Exit::Nothing => 3,
            Exit::Incomplete => 4,
        })
    }
}

/// Why a command could not do its work: what is wrong, where, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What the user is told.
    pub message: String,
}

impl Failure {
    /// The arguments, the configuration, a rule or an output file is at fault.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.trim_end())
    }
}

impl std::error::Error for Failure {}
