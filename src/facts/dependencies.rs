//! Packages and what they depend on, run and pin.

facts! {
    /// A package: what the manifests of one ecosystem in one directory describe. It stands at its manifest.
    "package" Package {
        /// The name in its manifest.
        name: Option<String>,
        /// `npm`, `deno`, `cargo`, `python`, `go`, `composer`, `ruby`, `maven`, `gradle`, `nuget`, `elixir`, `dart`.
        ecosystem: String,
        /// `service`, `web`, `worker`, `library`, `cli`, `app` (mobile, desktop), `infra`, `docs`, `example`, or
        /// `root` of a workspace without code of its own.
        role: String,
        /// What told the role.
        role_because: String,
        /// Whether it is a service, a site or a worker: something that runs in production.
        deployable: bool,
        /// The web and device frameworks it depends on.
        frameworks: Vec<String>,
        /// `root` or `member` of a workspace.
        workspace: Option<String>,
        /// Whether most of its code is TypeScript.
        typescript: bool,
        /// Its files of program code, without tests, generated and vendored code.
        source_files: i64,
        /// Its files with automated tests, those in program code counted too.
        test_files: i64,
        /// The runtime that needs a version: `node`, `python`, `rust`, `go`, `ruby`, `php`.
        runtime: Option<String>,
        /// Where its tests are started: `package.json`, the root of the workspace, a makefile.
        test_command: Option<String>,
        /// Where it is compiled: a script, a makefile, a Dockerfile, a tool that does so by itself.
        build_command: Option<String>,
        /// Linters that are set up for it, in its directory, above it or in CI.
        linters: Vec<String>,
        /// What formats its code, or checks that it is formatted, in its directory, above it or in CI.
        formatters: Vec<String>,
    }

    /// A dependency as a manifest declares it.
    "dependency" Dependency {
        /// The name of the package; of an alias, the package behind it.
        name: String,
        /// `npm`, `cargo`, `python`, `go` …
        ecosystem: String,
        /// What is asked for, as written; absent where nothing is.
        version: Option<String>,
        /// `prod`, `dev`, `peer`, `optional` or `build`.
        group: String,
        /// `registry`, `git`, `url`, `path` or `workspace`.
        source: String,
        /// The branch, tag or commit of a git source.
        reference: Option<String>,
        /// Nothing else can come from a git or url source: it names a commit or a checksum.
        pinned: bool,
        /// Any version may be installed: `*`, `latest` or nothing is asked for. In Python and Ruby, where leaving the
        /// version to the lockfile is the custom, only without one.
        open: bool,
        /// What the package is good for: `linter`, `test-runner`, `server` … (`rules/knowledge/packages.yml`).
        capabilities: Vec<String>,
        /// Another dependency that does the same work and stands before it in the manifest; of those that run in
        /// production (`rules/knowledge/libraries.yml`).
        rival: Option<String>,
        /// What both do: `hashes passwords`, `formats dates`.
        job: Option<String>,
        /// That its authors gave it up, or that this version has known holes: `deprecated since 2022`.
        abandoned: Option<String>,
        /// What takes the place of an abandoned one.
        successor: Option<String>,
    }

    /// A script of a package: `scripts` of `package.json`, tasks of `deno.json` and of Python tools.
    "script" Script {
        /// Its name.
        name: String,
        /// What it runs.
        command: String,
        /// The programs it runs, scripts that it calls by name followed.
        tools: Vec<String>,
        /// Why it tests nothing, for a script of tests.
        placeholder: Option<String>,
        /// Why it cannot run, for a script of a linter.
        broken: Option<String>,
    }

    /// A command that starts a package in production: a `start` script, a Procfile, the command of an image, a service.
    "start.command" StartCommand {
        /// `script`, `procfile`, `dockerfile` or `service` (of s6, runit or systemd).
        from: String,
        /// The command.
        command: String,
        /// The role of its package.
        role: String,
        /// The program for development in it, which compiles at start or watches files: `tsx`, `nodemon` …
        runner: Option<String>,
    }

    /// A lockfile that git tracks.
    "lockfile" Lockfile {
        /// The file name.
        name: String,
        /// The ecosystem it locks.
        ecosystem: String,
        /// The package managers whose lockfiles for that ecosystem stand in its directory.
        managers: Vec<String>,
    }

    /// An application with dependencies, or the root of a workspace with one: its installs should be repeatable.
    /// Libraries leave the choice to their users. It stands at its manifest, or at the ignore rule that keeps its
    /// lockfile out of git.
    "lockfile.expected" ExpectedLockfile {
        /// The manifest.
        manifest: String,
        /// The ecosystem.
        ecosystem: String,
        /// The lockfile that its package manager would write.
        name: String,
        /// The tracked lockfile that covers it.
        lockfile: Option<String>,
        /// The pattern of an ignore file that keeps it out of git, where none is tracked.
        ignored_by: Option<String>,
    }

    /// A file or key that says which version of a runtime to use.
    "toolchain" Toolchain {
        /// `node`, `python`, `rust`, `go` …
        runtime: String,
        /// The version or range, as written.
        version: String,
    }
}
