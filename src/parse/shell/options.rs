//! How a script is started.

/// The language a script is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// POSIX sh and bash.
    #[default]
    Posix,
    /// PowerShell, Windows or Core: only statements and words are told apart.
    PowerShell,
    /// The Windows command processor: only statements and words are told apart.
    Cmd,
}

/// How the one who runs a script starts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// The language.
    pub dialect: Dialect,
    /// Started with `-e`: GitHub runs its steps so.
    pub errexit: bool,
    /// Started with `-o pipefail`: GitHub does so where a step says `shell: bash`.
    pub pipefail: bool,
    /// `{{ … }}` is a value put in before the shell reads the text, as in a justfile.
    pub braces: bool,
}
