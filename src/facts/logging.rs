//! What programs write down while they run.

facts! {
    /// The log calls of one module of a server that is run somewhere. It stands at the first.
    "log.use" LogUse {
        /// How many calls of `console` it has that are there to be read by operators.
        console: i64,
        /// How many calls of a logger it has.
        logger: i64,
        /// How much `console` is used in the package, in words: `9 calls in 2 modules`.
        extent: String,
        /// The package, in words.
        package_name: String,
    }

    /// A logger that is set up.
    "log.setup" LogSetup {
        /// The library.
        library: String,
        /// All it writes goes to files of the machine it runs on.
        files_only: bool,
        /// The level, where it is written in the code and nothing sets another.
        level: Option<String>,
    }
}
