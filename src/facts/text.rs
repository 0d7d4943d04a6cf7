//! What rules look for in the text of files themselves.

facts! {
    /// A place where the `match` of a rule was found.
    "text" Text {
        /// The rule whose expression it is.
        rule: String,
    }
}
