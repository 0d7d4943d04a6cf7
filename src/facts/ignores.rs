//! What ignore files keep out.

facts! {
    /// A directory that holds env files, or whose program loads them, and what git would do with secrets in it. It stands
    /// at the nearest `.gitignore`, else at the file that shows this.
    "ignore.probe" IgnoreProbe {
        /// Whether something reads files of these names, and what it reads may be secret: `.env`, keys that an env file
        /// names, `.env.local` and `.env.production` where a framework, a script or a template speaks of them. Otherwise
        /// these are names that people may choose for such files.
        secret: bool,
        /// Files, relative to the directory, that no ignore rule of this repository covers: they would be committed.
        exposed: Vec<String>,
        /// Files, relative to the directory, that are covered.
        covered: Vec<String>,
    }
}
