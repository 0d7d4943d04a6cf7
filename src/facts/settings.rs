//! The configuration of tools.

facts! {
    /// One key path of the configuration file of a well-known tool, whatever its syntax.
    "setting" Setting {
        /// `typescript`, `next`, `eslint`, `jest`, `vitest`, `npm`, `pip`, `pypi`, `yarn`, `nuxt`, `vite` …
        tool: String,
        /// The keys from the top, joined by dots: `compilerOptions.strict`. Items of a list have the key of the list;
        /// the password in an address `https://user:password@host` has the key of the address and `.password`.
        key: String,
        /// The value as text; absent where it is computed.
        value: Option<String>,
    }

    /// The configuration of the TypeScript compiler for the code of a package.
    "typescript.project" TypescriptProject {
        /// Whether the code is checked in strict mode, by `strict` or by all its parts, own or inherited.
        strict: bool,
        /// A configuration it inherits from that does not stand in the repository and is not well known.
        unknown_base: Option<String>,
    }

    /// A check that a build makes on its way, or is told to leave out.
    "build.check" BuildCheck {
        /// `typecheck` or `lint`.
        checks: String,
        /// The option or the command.
        by: String,
        /// Whether the build goes on in spite of what it finds.
        ignored: bool,
    }

    /// Something that holds the coverage of tests above a number.
    "coverage.gate" CoverageGate {
        /// The tool.
        tool: String,
        /// The number, as written.
        threshold: Option<String>,
        /// A service outside the repository decides; whether it does cannot be read here.
        outside: bool,
    }
}
