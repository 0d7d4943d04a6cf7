//! The care that is taken of code: its size and types, what is tracked beside it, and the tools of those who write it.

facts! {
    /// How long the files of code of one package are. It stands at the longest, one with code where there is one.
    "files.large" LargeFiles {
        /// How many have more than 1,000 lines, those that hold data left out.
        count: i64,
        /// How many lines that file has.
        lines: i64,
    }

    /// Uses of the type `any` in the TypeScript of one package, counted outside of tests and declarations. It stands at
    /// the first.
    "types.any" AnyTypes {
        /// How many.
        count: i64,
        /// How many of them for every thousand lines of TypeScript.
        density: i64,
        /// There are at least thirty, and five or more for every thousand lines.
        dense: bool,
    }

    /// Files of one kind in a package that a program writes or packs, and that git tracks. It stands at the first.
    "artefact" Artefact {
        /// What they are: `` `dist/`, which a build writes ``, `an archive` …
        what: String,
        /// How many files.
        count: i64,
        /// Why they have to be there, where that is known: an action runs them.
        because: Option<String>,
    }

    /// The script of a package that runs `ESLint`; of several the first.
    "lint.command" LintCommand {
        /// The name of the script.
        script: String,
        /// What it only warns of, by what says so; absent where nothing is known to be a warning.
        warns: Option<String>,
        /// Whether warnings make it, or another run of the linter in the repository, fail.
        strict: bool,
    }

    /// A tool of developers that does nothing without a configuration, where it is declared as a dependency.
    "developer.tool" DeveloperTool {
        /// The package.
        name: String,
        /// What it needs and nothing has.
        lacks: Option<String>,
    }

    /// The versions of the TypeScript compiler that the packages of a workspace ask for, where more than one does. It
    /// stands at the range that contradicts one before it, else at the first.
    "typescript.versions" TypescriptVersions {
        /// The ranges, as written, each once.
        ranges: Vec<String>,
        /// Whether no version is in all of them.
        clash: bool,
        /// The key that sets one version for all: `overrides`, `resolutions`.
        settled: Option<String>,
    }

    /// A workspace in which a package needs what the build of another writes. It stands at its root.
    "workspace.build" WorkspaceBuild {
        /// The package that needs it.
        needs: String,
        /// The package whose output it needs.
        built: String,
        /// What builds them in that order: `turbo`, a script; absent where nothing does.
        by: Option<String>,
    }

    /// What chooses a page by the address in a browser. It stands where the pages are listed.
    "client.router" ClientRouter {
        /// The library.
        library: String,
        /// What an address gets that is none of them: `a page`, or `a redirect` to another; absent where that is nothing.
        unknown: Option<String>,
    }
}
