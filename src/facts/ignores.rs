//! What ignore files keep out.

facts! {
    /// A directory that holds env files, or whose program loads them, and what git would do with secrets in it.
    "ignore.probe" IgnoreProbe {
        /// Paths of secret files that no ignore rule of this repository covers: they would be committed.
        exposed: Vec<String>,
        /// Paths of secret files that are covered.
        covered: Vec<String>,
    }
}
