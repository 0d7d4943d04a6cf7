//! Modules of JavaScript and TypeScript: who asks for them, and what they ask for.

facts! {
    /// A module of JavaScript or TypeScript that is no test, neither generated nor vendored. It stands at its file.
    "module" Module {
        /// The name of its file without the ending.
        name: String,
        /// Modules that load it, tests left out.
        importers: i64,
        /// Modules that take only types of it.
        type_importers: i64,
        /// Why a program begins there: the script of this name, the command of that image, the place where a framework
        /// looks. Absent where none does.
        entry: Option<String>,
        /// Whether it runs only in browsers or on devices of users; absent where that cannot be told.
        client: Option<bool>,
        /// Whether a test loads it, itself or by another module. Absent where none does but tests of another kind may: those
        /// that start the program and ask it from outside, those of other languages, and where its package has no test.
        tested: Option<bool>,
        /// What it decides on, where its name and its code say so and it holds logic of its own: `money`,
        /// `authentication` or `permissions`.
        decides: Option<String>,
    }

    /// What a package of npm or Deno holds as code of JavaScript or TypeScript. It stands at its manifest.
    "package.code" PackageCode {
        /// The role of the package, as of `package`.
        role: String,
        /// `root` or `member` of a workspace.
        workspace: Option<String>,
        /// Modules, tests left out.
        modules: i64,
        /// Functions in them.
        functions: i64,
        /// Files of tests in it; where there is none, modules of it that tests of other packages load.
        tests: i64,
    }

    /// A package that a module asks for, once a file. It stands at the first import.
    "import" Import {
        /// The specifier as written.
        source: String,
        /// The name of the package.
        name: String,
        /// Only types are taken.
        type_only: bool,
        /// It stands in a function or under a condition, and may be caught where it fails.
        conditional: bool,
        /// Whether the nearest manifest or one above it declares it. Absent where something else may provide it: an alias, a
        /// framework, a manifest that was not read.
        declared: Option<bool>,
        /// Whether the nearest lockfile installs it all the same; absent where it is declared, and where there is no lockfile
        /// that was read.
        locked: Option<bool>,
    }

    /// A dependency of npm for production, from a registry. It stands where it is declared.
    "dependency.use" DependencyUse {
        /// The name of the package.
        name: String,
        /// No module of the repository asks for it, and no script, configuration, style or page names it. Plugins, drivers
        /// and programs, which others find by their names, are never idle.
        idle: bool,
    }

    /// A path of a `package.json` at which others look for the package: `main`, `module`, `bin`, `exports`. It stands
    /// where it is written.
    "package.path" PackagePath {
        /// The key.
        key: String,
        /// The path.
        target: String,
        /// The role of the package.
        role: String,
        /// Why nothing can be there: `nothing builds it`, `the compiler writes to \`build\``. Absent where the file is there
        /// or may be built.
        lost: Option<String>,
    }
}
