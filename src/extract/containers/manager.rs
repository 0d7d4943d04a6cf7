//! Commands of package managers and compilers: what they install, what they build.

/// What a package manager is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Install {
    /// `npm`, `yarn`, `pnpm`, `bun`, `pip`, `poetry`, `uv`, `cargo`, `bundle` …
    pub(super) manager: &'static str,
    /// Whether it fails where the lockfile does not fit.
    pub(super) frozen: bool,
    /// Whether it brings what is only used in development, by its arguments.
    pub(super) dev: bool,
    /// Whether it fails without a lockfile.
    pub(super) needs_lockfile: bool,
}

/// The lockfiles of a package manager.
pub(super) fn lockfiles(manager: &str) -> &'static [&'static str] {
    match manager {
        "npm" => &["package-lock.json", "npm-shrinkwrap.json"],
        "yarn" => &["yarn.lock"],
        "pnpm" => &["pnpm-lock.yaml"],
        "bun" => &["bun.lock", "bun.lockb"],
        "cargo" => &["Cargo.lock"],
        "uv" => &["uv.lock"],
        "poetry" => &["poetry.lock"],
        "bundle" => &["Gemfile.lock"],
        _ => &[],
    }
}

/// The manifests whose dependencies a package manager installs.
pub(super) fn manifest(manager: &str) -> &'static str {
    match manager {
        "npm" | "yarn" | "pnpm" | "bun" => "package.json",
        "cargo" => "Cargo.toml",
        "uv" | "poetry" => "pyproject.toml",
        "bundle" => "Gemfile",
        _ => "requirements.txt",
    }
}

/// Reads the words of a command, the program first: the installation of what a project declares, if it is one.
pub(super) fn install(words: &[&str]) -> Option<Install> {
    let (program, arguments) = words.split_first()?;
    let has = |flag: &str| {
        arguments
            .iter()
            .any(|word| *word == flag || word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('=')))
    };
    let any = |flags: &[&str]| flags.iter().any(|flag| has(flag));
    let program = program.rsplit('/').next().unwrap_or(program);
    match program {
        "npm" => npm(arguments, &any),
        "yarn" | "yarnpkg" => yarn(arguments, &any),
        "pnpm" => pnpm(arguments, &any),
        "bun" => {
            let command = command(arguments, &["--cwd"]);
            if !matches!(command, Some("install" | "i" | "ci")) || packages(arguments) {
                return None;
            }
            let frozen = has("--frozen-lockfile") || command == Some("ci");
            let dev = !any(&["--production", "-p"]) && !arguments.contains(&"dev");
            Some(Install { manager: "bun", frozen, dev, needs_lockfile: frozen })
        }
        "cargo" => {
            let command = arguments.iter().find(|word| !word.starts_with(['-', '+']))?;
            let project =
                matches!(*command, "build" | "b" | "fetch" | "test" | "run" | "check" | "rustc" | "chef");
            let frozen = any(&["--locked", "--frozen"]);
            (project && frozen).then_some(Install {
                manager: "cargo",
                frozen,
                dev: false,
                needs_lockfile: true,
            })
        }
        "uv" => {
            let frozen = any(&["--locked", "--frozen"]);
            let dev = !any(&["--no-dev", "--only-group", "--no-default-groups"]);
            (command(arguments, &["--directory", "--project"]) == Some("sync")).then_some(Install {
                manager: "uv",
                frozen,
                dev,
                needs_lockfile: frozen,
            })
        }
        "poetry" => (command(arguments, &["-C", "--directory"]) == Some("install")).then(|| Install {
            manager: "poetry",
            frozen: true,
            dev: !any(&["--no-dev", "--only", "--without", "--only-root"]),
            needs_lockfile: false,
        }),
        _ => None,
    }
}

fn npm(arguments: &[&str], any: &dyn Fn(&[&str]) -> bool) -> Option<Install> {
    let command =
        command(arguments, &["--prefix", "-C", "--workspace", "-w", "--registry", "--loglevel", "--cache"])?;
    let clean = matches!(command, "ci" | "clean-install" | "install-clean" | "cit");
    let plain = matches!(command, "install" | "i" | "in" | "add" | "isntall");
    if !(clean || plain)
        || any(&["-g", "--global", "--location", "--package-lock-only"])
        || plain && packages(arguments)
    {
        return None;
    }
    let pair = |flag: &str, value: &str| arguments.windows(2).any(|two| two == [flag, value]);
    let omit = any(&["--omit=dev", "--only=production", "--only=prod", "--production", "--prod"])
        || pair("--omit", "dev")
        || pair("--only", "production")
        || pair("--only", "prod");
    Some(Install { manager: "npm", frozen: clean, dev: !omit, needs_lockfile: clean })
}

fn yarn(arguments: &[&str], any: &dyn Fn(&[&str]) -> bool) -> Option<Install> {
    let command = command(arguments, &["--cwd", "--network-timeout", "--cache-folder"]);
    let focus = arguments.contains(&"focus");
    if !(matches!(command, None | Some("install")) || focus) || any(&["--version", "-v", "--help"]) {
        return None;
    }
    let held = any(&["--frozen-lockfile", "--immutable", "--pure-lockfile"]) && !any(&["--no-immutable"]);
    Some(Install {
        manager: "yarn",
        frozen: held || focus,
        dev: !any(&["--production", "--prod"]),
        // The first version of yarn goes on without a lockfile.
        needs_lockfile: any(&["--immutable"]),
    })
}

fn pnpm(arguments: &[&str], any: &dyn Fn(&[&str]) -> bool) -> Option<Install> {
    let command = command(
        arguments,
        &["--filter", "-F", "--dir", "-C", "--store-dir", "--prefix", "--reporter", "--loglevel"],
    )?;
    let production = any(&["--prod", "--production", "-P"]);
    match command {
        "fetch" => Some(Install { manager: "pnpm", frozen: true, dev: !production, needs_lockfile: true }),
        "install" | "i" if !packages(arguments) && !any(&["-g", "--global", "--lockfile-only"]) => {
            let frozen = any(&["--frozen-lockfile", "--offline"]) && !any(&["--frozen-lockfile=false"]);
            Some(Install {
                manager: "pnpm",
                frozen,
                dev: !production,
                needs_lockfile: any(&["--frozen-lockfile"]) && frozen,
            })
        }
        _ => None,
    }
}

/// The first word that is no flag and no value of one of `with_value`.
fn command<'w>(arguments: &[&'w str], with_value: &[&str]) -> Option<&'w str> {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            return Some(word);
        }
        if with_value.contains(word) {
            words.next();
        }
    }
    None
}

/// Whether packages are named behind the command, so that it adds them instead of installing what is declared.
fn packages(arguments: &[&str]) -> bool {
    const WITH_VALUE: &[&str] = &[
        "--filter",
        "-F",
        "--dir",
        "-C",
        "--prefix",
        "--store-dir",
        "--registry",
        "--loglevel",
        "--cache",
        "--omit",
        "--only",
        "--include",
        "--workspace",
        "-w",
        "--reporter",
        "--network-concurrency",
        "--fetch-retries",
        "--cwd",
        "--fetch-timeout",
        "--network-timeout",
        "--maxsockets",
        "--ignore",
    ];
    let mut seen = false;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if WITH_VALUE.contains(word) {
            words.next();
        } else if !word.starts_with('-') {
            if seen && *word != "." {
                return true;
            }
            seen = true;
        }
    }
    false
}

/// Whether a command takes development dependencies out again.
pub(super) fn prunes(words: &[&str]) -> bool {
    match words {
        ["npm", rest @ ..] => {
            rest.contains(&"prune") && rest.iter().any(|word| word.contains("prod") || word.contains("omit"))
                || rest.contains(&"prune")
        }
        ["pnpm", rest @ ..] => rest.contains(&"prune") || rest.contains(&"deploy"),
        ["yarn", rest @ ..] => {
            rest.contains(&"focus") || rest.iter().any(|word| word.contains("--production"))
        }
        ["rm", rest @ ..] => rest.iter().any(|word| word.trim_end_matches('/').ends_with("node_modules")),
        _ => words.iter().any(|word| word.contains("node-prune")),
    }
}

/// Whether a command compiles, transpiles or bundles.
pub(super) fn builds(words: &[&str]) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    let program = program.rsplit('/').next().unwrap_or(program);
    let first = arguments.iter().find(|word| !word.starts_with(['-', '+'])).copied().unwrap_or_default();
    let script = |word: &str| word == "build" || word.starts_with("build:") || word.ends_with(":build");
    match program {
        "npm" | "pnpm" | "yarn" | "bun" => {
            let stop = ["install", "i", "ci", "add", "config", "cache", "global", "rebuild"];
            !stop.contains(&first) && arguments.iter().any(|word| script(word))
        }
        "tsc" | "webpack" | "rollup" | "esbuild" | "tsup" | "swc" | "parcel" | "tsc-alias" => true,
        "vite" | "next" | "nest" | "nuxt" | "ng" | "astro" | "react-scripts" | "vue-cli-service"
        | "turbo" | "nx" | "remix" | "gatsby" => arguments.iter().any(|word| script(word)),
        "go" => first == "build",
        "cargo" => matches!(first, "build" | "b" | "rustc"),
        "mvn" | "mvnw" | "./mvnw" => {
            arguments.iter().any(|word| matches!(*word, "package" | "install" | "verify"))
        }
        "gradle" | "gradlew" => {
            let task = |word: &str| {
                ["build", "assemble", "jar", "dist", "shadow"]
                    .iter()
                    .any(|part| word.to_ascii_lowercase().contains(part))
            };
            arguments.iter().any(|word| !word.starts_with('-') && task(word))
        }
        "dotnet" => matches!(first, "build" | "publish"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installs_are_told_from_other_commands() {
        let table = [
            ("npm ci", Some(("npm", true, true, true))),
            ("npm ci --omit=dev", Some(("npm", true, false, true))),
            ("npm ci --omit dev", Some(("npm", true, false, true))),
            ("npm install", Some(("npm", false, true, false))),
            ("npm i --only=production", Some(("npm", false, false, false))),
            ("npm --prefix web install", Some(("npm", false, true, false))),
            ("npm install -g pm2", None),
            ("npm install express", None),
            ("npm run install", None),
            ("yarn", Some(("yarn", false, true, false))),
            ("yarn install --frozen-lockfile --production", Some(("yarn", true, false, false))),
            ("yarn install --immutable", Some(("yarn", true, true, true))),
            ("yarn build", None),
            ("yarn add x", None),
            ("pnpm install --frozen-lockfile", Some(("pnpm", true, true, true))),
            ("pnpm i --prod", Some(("pnpm", false, false, false))),
            ("pnpm fetch", Some(("pnpm", true, true, true))),
            ("pnpm add -g turbo", None),
            ("bun install --frozen-lockfile", Some(("bun", true, true, true))),
            ("cargo build --release --locked", Some(("cargo", true, false, true))),
            ("cargo install --locked sqlx-cli", None),
            ("uv sync --frozen --no-dev", Some(("uv", true, false, true))),
            ("pip install -r requirements.txt", None),
        ];
        for (text, wanted) in table {
            let words: Vec<_> = text.split(' ').collect();
            let found = install(&words).map(|one| (one.manager, one.frozen, one.dev, one.needs_lockfile));
            assert_eq!(found, wanted, "{text}");
        }
    }

    #[test]
    fn builds_are_told_from_other_commands() {
        for text in [
            "npm run build",
            "pnpm build",
            "yarn build:prod",
            "tsc -p .",
            "go build ./cmd/x",
            "cargo build --release",
            "./mvnw package -DskipTests",
            "next build",
            "dotnet publish -c Release",
            "pnpm --filter api build",
            "./gradlew bootJar",
        ] {
            assert!(builds(&text.split(' ').collect::<Vec<_>>()), "{text}");
        }
        for text in [
            "npm install",
            "npm start",
            "go install x@1",
            "npm install build",
            "apk add build-base",
            "next start",
            "make",
        ] {
            assert!(!builds(&text.split(' ').collect::<Vec<_>>()), "{text}");
        }
    }
}
