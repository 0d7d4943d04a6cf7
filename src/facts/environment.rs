//! Env files and what they set. No value is ever part of a fact: only what kind of value it is.

facts! {
    /// A file of `NAME=value` lines.
    "env.file" EnvFile {
        /// What it is for, by its name and content: `template`, `real`, `test`, `development`, `backup` or `encrypted`.
        role: String,
        /// Whether git tracks it; true for every file outside git.
        tracked: bool,
        /// The names of variables whose value looks like a real secret.
        secrets: Vec<String>,
        /// The names of variables that hold any secret at all, be it a weak one or a default; none that is empty, a
        /// placeholder or a reference.
        credentials: Vec<String>,
    }

    /// A variable that an env file sets; also one in a line that is commented out, or a line that cannot be read.
    "env.entry" EnvVariable {
        /// Its name; absent where the line cannot be read.
        name: Option<String>,
        /// The role of its file, as in `env.file`.
        role: String,
        /// What its value is: `empty`, `placeholder`, `reference` (to another variable or a vault), `localhost`, `public`
        /// (meant for browsers), `default`, `fake` (a made-up secret for tests or development), `production-host` or
        /// `real-secret`.
        class: String,
        /// What is wrong with the line: that it repeats a name, or cannot be read.
        fault: Option<String>,
    }
}
