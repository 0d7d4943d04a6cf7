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

    /// A test or a group of tests that keeps all others from running: `it.only`, `fdescribe`.
    "test.focus" TestFocus {
        /// As written.
        call: String,
    }

    /// A status of HTTP that a test expects or names: 429, which says that there were too many requests. One for a file.
    "test.status" TestStatus {
        /// The number.
        code: i64,
    }

    /// An option in the configuration of a test runner that the runner does not know.
    "test.option" TestOption {
        /// The runner.
        tool: String,
        /// As written.
        key: String,
        /// The option that was meant.
        meant: String,
    }

    /// Packages of one workspace, or one package, with several runners of unit tests. It stands where the second is set up.
    "test.runners" TestRunners {
        /// The runners.
        tools: Vec<String>,
        /// Why more than one is needed, where that is known.
        reason: Option<String>,
    }
}
