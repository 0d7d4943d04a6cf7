//! What is fixed in code and files that ought to differ from stage to stage, and what is published with a build.

facts! {
    /// A build for browsers that publishes its sources: source maps are written beside the code and named in it.
    "source.map" SourceMap {
        /// The tool: `vite`, `next`, `nuxt`, `angular`.
        tool: String,
        /// The key of its configuration: `build.sourcemap`.
        by: String,
        /// A package that hands them to an error tracker, and may take them out of the build.
        uploaded_by: Option<String>,
    }

    /// Files of several platforms in one directory, each of which would run the same program as a whole. It stands at the
    /// last of them.
    "platform.drift" PlatformDrift {
        /// The platforms: `Fly.io`, `Render` …
        platforms: Vec<String>,
        /// Whether documents name each of them.
        documented: bool,
    }

    /// An address written in code that runs, which a call of it asks.
    "host.literal" HostLiteral {
        /// The host, with its scheme and port as far as they are written: `http://localhost:3000`.
        host: String,
        /// It is the own machine, or a number.
        fixed: bool,
        /// What asks it: `fetch`, `axios`, `mongoose` …
        library: String,
    }

    /// A cache or a limit on requests that is there only where a variable says so.
    "control.switch" ControlSwitch {
        /// The variable.
        variable: String,
        /// `cache` or `rate limit`.
        control: String,
        /// The control is off where the variable is not set.
        off: bool,
        /// A file of this repository that sets or shows it.
        given: Option<String>,
    }
}
