//! What ignore files keep out.

facts! {
    /// A directory that holds env files, or whose program loads them, and what git would do with secrets in it. It stands
    /// at the nearest `.gitignore`, else at the file that shows this.
    "ignore.probe" IgnoreProbe {
        /// Secret files, relative to the directory, that no ignore rule of this repository covers: they would be committed.
        /// `.env`, keys that an env file names, and `.env.local`, `.env.production`, `.env.backup` where a program there
        /// loads one file a stage.
        exposed: Vec<String>,
        /// Secret files, relative to the directory, that are covered.
        covered: Vec<String>,
    }
}
