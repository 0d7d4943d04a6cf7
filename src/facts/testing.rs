//! Tests: which kinds of them there are, how they are set up, and what they leave out.

facts! {
    /// Tests of one kind, other than those of units, by what shows that they exist: a dependency, a file of the tool,
    /// a command, a step of a pipeline. It may stand in a folder of tests.
    "test.suite" TestSuite {
        /// `load`, `soak` (load over hours), `e2e`, `contract` or `visual`.
        kind: String,
        /// The tool.
        tool: String,
    }

    /// A file with tests in JavaScript or TypeScript. It stands at the first test that keeps others from running, else
    /// at the file as a whole.
    "test.file" TestFile {
        /// The first test or group that keeps all others of the run out, as written: `it.only`, `fdescribe`.
        focus: Option<String>,
        /// Statuses of HTTP that a test names, of those that rules ask for: `429`.
        statuses: Vec<String>,
    }

    /// The configuration of a test runner. It stands at the option that is unknown, else at the file as a whole.
    "test.config" TestConfig {
        /// The runner: `jest` or `vitest`.
        tool: String,
        /// An option that the runner does not know, and that is nearly one that it knows.
        unknown: Option<String>,
        /// The option that was meant.
        meant: Option<String>,
    }

    /// The runners of unit tests of a workspace, or of a package outside of one. It stands where the second of them is
    /// set up, else where the first is.
    "test.runners" TestRunners {
        /// The runners.
        tools: Vec<String>,
        /// Why more than one is needed, where that is known.
        reason: Option<String>,
    }
}
