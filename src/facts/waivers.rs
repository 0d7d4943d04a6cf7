//! What the repository accepts for a time.

facts! {
    /// A waiver: in the configuration of golive, or in a comment. Whether it holds is told once all other rules are judged.
    "waiver" Waiver {
        /// The rule that it waives; empty where it names none.
        rule: String,
        /// The last day on which it holds, as `2026-12-31`.
        until: Option<String>,
        /// Why.
        reason: Option<String>,
        /// It stands at the top of a file, and is for all of it.
        file: bool,
        /// `active`, `expired`, `unused` or `malformed`.
        state: Option<String>,
        /// What is wrong with it, and what to write.
        mistake: Option<String>,
    }
}
