//! Would a file with secrets be ignored? By git in every directory that uses env files, and by docker in a build.

mod names;

use std::collections::{BTreeMap, BTreeSet};

use self::names::{Names, STAGES, names_file};
use super::Context;
use super::packages::Manifest;
use crate::facts::{Entry, EnvFile, IgnoreProbe, Store};
use crate::parse::ignore_file::{GitIgnores, IgnoreFile};
use crate::parse::javascript::{Import, Module};
use crate::parse::{Document, Documents};
use crate::source::{FileId, FileKind, IgnoreDialect, Place, Tree, folder_of};

/// The file that every loader reads.
const PROBE: &str = ".env";

/// Words in a manifest of Python that tell of a program which loads `.env` by itself. Libraries of Go and Rust are not
/// among them: they load whatever file they are told.
const PYTHON: &[&str] = &["dotenv", "pydantic-settings", "python-decouple", "django-environ", "environs"];

/// Packages of npm that load `.env` where a module asks for them.
const NPM: &[&str] =
    &["dotenv", "dotenv-flow", "dotenv-safe", "dotenv-expand", "@dotenvx/dotenvx", "env-cmd", "custom-env"];

/// Two facts for each directory that uses env files: for the files that are read and may hold secrets, and for others.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let ignores = git_ignores(context.tree, context.documents);
    let loaders = loaders(context);
    let names = Names::of(context, store, &loaders);
    let leaking = store.all::<EnvFile>().filter(|(_, file)| !file.credentials.is_empty());
    let leaks: BTreeSet<FileId> = leaking.map(|(entry, _)| entry.place.file).collect();
    let probe = |(directory, (place, keys)): (&String, &(FileId, BTreeSet<String>))| {
        let join = |name: &str| {
            if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
        };
        // A file that is tracked on purpose holds nothing that has to be kept out.
        let kept = |name: &&str| {
            let file = context.tree.by_path(&join(name)).filter(|id| context.tree.file(*id).tracked);
            file.is_some_and(|file| !leaks.contains(&file))
        };
        let fact = |secret: bool, names: Vec<&str>| {
            let names = names.into_iter().filter(|name| !kept(name)).map(str::to_owned);
            let (covered, mut exposed): (Vec<_>, Vec<_>) =
                names.partition(|name| ignores.would_ignore(&join(name)).is_some());
            // No program writes a backup by itself: alone it is no gap.
            if exposed == [".env.backup"] {
                exposed.clear();
            }
            let found = !exposed.is_empty() || !covered.is_empty();
            found.then_some(IgnoreProbe { secret, exposed, covered })
        };
        let read = names.read(directory);
        let others = names.stages(directory).into_iter().filter(|name| !read.contains(name));
        let (mut grave, mut others) = (keys.iter().map(String::as_str).collect::<Vec<_>>(), others.collect());
        let read = [PROBE].into_iter().chain(read.iter().copied());
        if names.may_hold_secrets(directory) {
            grave.extend(read);
        } else {
            Vec::extend(&mut others, read);
        }
        let at = |fact| match nearest_ignore_file(context.tree, directory) {
            Some(file) => {
                Entry::new(Place::file(file), fact).with(Place::file(*place), "env files are used here")
            }
            None => Entry::new(Place::file(*place), fact),
        };
        [fact(true, grave), fact(false, others)].into_iter().flatten().map(at).collect::<Vec<_>>()
    };
    directories(context, &loaders).iter().flat_map(probe).collect()
}

/// The modules that ask for a package which loads env files.
fn loaders(context: &Context<'_>) -> Vec<FileId> {
    let loads = |module: &Module, import: &Import| {
        let name = module.word(import.source);
        NPM.iter().any(|package| {
            name.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let own = context.code.modules().filter(|(file, _)| !context.tree.file(*file).is_aside());
    own.filter(|(_, module)| module.imports.iter().any(|import| loads(module, import)))
        .map(|(file, _)| file)
        .collect()
}

/// Every ignore file of git's dialect in the tree. What a clone does not bring, such as `.git/info/exclude`, is not in it.
pub(super) fn git_ignores(tree: &Tree, documents: &Documents) -> GitIgnores {
    let mut ignores = GitIgnores::default();
    for (id, file) in tree.entries().filter(|(_, file)| file.kind == FileKind::Ignore(IgnoreDialect::Git)) {
        if let Some(Document::Ignore(ignore)) = documents.get(id) {
            ignores.add(&file.path, ignore.clone());
        }
    }
    ignores
}

/// What docker leaves out of a build: the ignore file that counts for a Dockerfile and its context, if there is one.
///
/// `BuildKit` takes `<name of the Dockerfile>.dockerignore` beside the Dockerfile, else `.dockerignore` at the root of
/// the context. `context_dir` is relative to the repository, `dockerfile` is the path of the Dockerfile in it; ask
/// [`IgnoreFile::docker_excludes`] about paths relative to the context.
pub(super) fn docker_ignores<'d>(
    tree: &Tree,
    documents: &'d Documents,
    context_dir: &str,
    dockerfile: &str,
) -> Option<(FileId, &'d IgnoreFile)> {
    let in_context = |name: &str| {
        if context_dir.is_empty() { name.to_owned() } else { format!("{context_dir}/{name}") }
    };
    let candidates =
        [format!("{dockerfile}.dockerignore"), in_context(".containerignore"), in_context(".dockerignore")];
    candidates.iter().find_map(|path| {
        let id = tree.by_path(path)?;
        match documents.get(id) {
            Some(Document::Ignore(ignore)) => Some((id, ignore)),
            _ => None,
        }
    })
}

/// The directories that use env files: for each the file that shows it, and the key files that its env files name.
fn directories(context: &Context<'_>, loaders: &[FileId]) -> BTreeMap<String, (FileId, BTreeSet<String>)> {
    let mut found: BTreeMap<String, (FileId, BTreeSet<String>)> = BTreeMap::new();
    for (id, file) in context.tree.entries() {
        if file.test || file.vendored || file.generated || !file.tracked {
            continue;
        }
        if let Some(Document::Dotenv(dotenv)) = context.documents.get(id) {
            let (_, keys) = found.entry(file.dir().to_owned()).or_insert_with(|| (id, BTreeSet::new()));
            keys.extend(dotenv.active().filter_map(|entry| key_path(&entry.value)));
        }
    }
    for dir in context.packages.dirs() {
        if let Some(manifest) = context.packages.manifests(dir).iter().find(|one| names_loader(context, one))
        {
            found.entry(dir.to_owned()).or_insert_with(|| (manifest.file, BTreeSet::new()));
        }
    }
    for file in loaders {
        let source = context.tree.file(*file);
        // `config({ path: "../../.env" })` loads that of another directory.
        if !context.tree.text(*file).contains("../.env") {
            let dir = context.packages.dir_of(&source.path).to_owned();
            found.entry(dir).or_insert_with(|| (*file, BTreeSet::new()));
        }
    }
    found
}

/// Whether a script hands node a file of its own directory: `node --env-file=.env`.
fn names_env_file(text: &str) -> bool {
    text.contains("--env-file") && [PROBE].iter().chain(STAGES).any(|name| names_file(text, name))
}

/// Whether a manifest names what loads `.env`: a library of Python, or a script that is told to.
fn names_loader(context: &Context<'_>, manifest: &Manifest) -> bool {
    let text = context.tree.text(manifest.file);
    let tells = match manifest.ecosystem {
        "python" => PYTHON.iter().any(|word| text.contains(word)),
        "npm" => names_env_file(text) || names_file(text, "dotenv --"),
        _ => false,
    };
    tells && !context.tree.file(manifest.file).test
}

/// A private key that a variable names by a path below its directory.
fn key_path(value: &str) -> Option<String> {
    let path = value.trim_start_matches("./");
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let key = ["key", "p12", "pfx", "jks"].contains(&extension) || extension == "pem" && path.contains("key");
    let inside = !path.starts_with(['/', '~', '$']) && !path.contains("..") && !path.contains(':');
    (key && inside && !path.contains(char::is_whitespace)).then(|| path.to_owned())
}

/// The ignore file of git that is nearest to a directory, upwards.
fn nearest_ignore_file(tree: &Tree, directory: &str) -> Option<FileId> {
    let mut dir = directory;
    loop {
        let path = if dir.is_empty() { ".gitignore".to_owned() } else { format!("{dir}/.gitignore") };
        if let Some(id) = tree.by_path(&path) {
            return Some(id);
        }
        if dir.is_empty() {
            return None;
        }
        dir = folder_of(dir);
    }
}

#[cfg(test)]
mod tests {
    use super::docker_ignores;
    use crate::extract::facts;
    use crate::facts::IgnoreProbe;
    use crate::parse::Documents;
    use crate::source::{MemoryFile, Tree};

    fn tree(files: &[(&str, &str)]) -> Tree {
        Tree::from_memory(
            files.iter().map(|(path, text)| ((*path).to_owned(), MemoryFile::Text((*text).to_owned()))),
        )
    }

    /// What git would commit in each directory: what may be secret, then, behind `?`, other names.
    fn exposed(files: &[(&str, &str)]) -> Vec<String> {
        let tree = tree(files);
        let (store, _) = facts(&tree, &Documents::parse(&tree), &[]);
        let show = |probe: &IgnoreProbe| {
            format!("{}{}", if probe.secret { "" } else { "? " }, probe.exposed.join(" "))
        };
        store.all::<IgnoreProbe>().map(|(_, probe)| show(probe)).collect()
    }

    const NEXT: &str = "{\"dependencies\": {\"next\": \"15.3.0\"}}";
    const SCRIPT: &str = "{\"scripts\": {\"start\": \"node --env-file=.env.production server.js\"}}";
    const CASCADE: &str = "{\"scripts\": {\"start\": \"dotenv -c production -- node server.js\"}}";
    const SITE: &str =
        "{\"scripts\":{\"build\":\"vite build\"},\"dependencies\":{\"react\":\"19.0.0\",\"vite\":\"7.0.0\"}}";

    #[test]
    fn what_git_would_commit() {
        const EXAMPLE: (&str, &str) = (".env.example", "API_KEY=");
        const ONE: (&str, &str) = (".gitignore", ".env\n");
        type Files<'f> = &'f [(&'f str, &'f str)];
        let cases: [(Files<'_>, &[&str]); 21] = [
            (&[("src/a.js", "")], &[]),
            (&[EXAMPLE, (".gitignore", ".env*\n!.env.example\n")], &[""]),
            (&[EXAMPLE], &[".env"]),
            (&[(".env.example", "PORT=")], &["? .env"]),
            (&[(".env.example", "MONGO_URI=")], &[".env"]),
            (&[EXAMPLE, (".gitignore", ".env\n.env*.local\n")], &[""]),
            (
                &[EXAMPLE, ("package.json", NEXT), (".gitignore", ".env\n.env*.local\n")],
                &["", "? .env.production .env.backup"],
            ),
            // It loads those of its own directory.
            (&[EXAMPLE, ("web/package.json", NEXT), ONE], &[""]),
            (&[EXAMPLE, ("package.json", NEXT), ("web/next.config.js", ""), ONE], &[""]),
            (&[EXAMPLE, ("package.json", CASCADE), ONE], &[".env.local", "? .env.production .env.backup"]),
            (
                &[("web/.env.example", "API_KEY="), ("web/package.json", NEXT), ONE],
                &[".env.local", "? .env.production .env.backup"],
            ),
            (&[EXAMPLE, ("examples/a/package.json", NEXT), ONE], &[""]),
            (
                &[(".env.production.example", "API_KEY="), ONE],
                &[".env.production", "? .env.local .env.backup"],
            ),
            // What a bundler puts into pages is no secret.
            (
                &[
                    ("web/.env.production.example", "VITE_A="),
                    ("web/package.json", SITE),
                    ("web/index.html", "<script type=module src=/a.js></script>"),
                    ("web/a.js", "f()"),
                    ONE,
                ],
                &["? .env.production"],
            ),
            (&[EXAMPLE, ("package.json", SCRIPT), ONE], &[".env.production"]),
            (
                &[EXAMPLE, ("package.json", NEXT), (".gitignore", ".env\n.env.local\n.env.production\n")],
                &["", "? "],
            ),
            (&[(".env", "COMPOSE_PROJECT_NAME=a")], &[]),
            (&[(".env", "JWT_SECRET=our-shop-signs-with-this")], &[".env"]),
            (&[("web/.env.example", "API_KEY="), ("web/.gitignore", ".env*\n")], &[""]),
            (&[("web/.env.example", "API_KEY="), (".gitignore", "/.env*\n")], &[".env"]),
            (
                &[(".env.example", "TLS_KEY=./certs/server.key\n"), (".gitignore", ".env*\n")],
                &["certs/server.key"],
            ),
        ];
        for (files, expected) in cases {
            assert_eq!(exposed(files), expected, "{files:?}");
        }
    }

    #[test]
    fn what_loads_env_files() {
        type Files<'f> = &'f [(&'f str, &'f str)];
        let cases: [(Files<'_>, &[&str]); 7] = [
            (
                &[("package.json", "{}"), ("a.js", "require('dotenv').config()"), (".gitignore", ".env*\n")],
                &[""],
            ),
            (
                &[
                    ("package.json", "{}"),
                    ("a.js", "require('dotenv').config({ path: '.env.local' })"),
                    (".gitignore", ".env\n"),
                ],
                &[".env.local"],
            ),
            // Nobody asks for it.
            (&[("package.json", "{\"dependencies\":{\"dotenv\":\"16.0.0\"}}"), ("a.js", "")], &[]),
            (&[("package.json", "{}"), ("a.ts", "import 'dotenv/config'"), ("a.test.js", "")], &[".env"]),
            (&[("a/package.json", "{}"), ("a/a.ts", "config({ path: '../.env' }); import 'dotenv'")], &[]),
            (
                &[
                    ("package.json", "{\"scripts\":{\"dev\":\"dotenv -- node .\"}}"),
                    (".gitignore", "node_modules"),
                ],
                &[".env"],
            ),
            (
                &[(
                    "a/package.json",
                    "{\"scripts\":{\"dev\":\"dotenv -e ../../.env -e ../.env.local -- node .\"}}",
                )],
                &[],
            ),
        ];
        for (files, expected) in cases {
            assert_eq!(exposed(files), expected, "{files:?}");
        }
    }

    #[test]
    fn the_ignore_file_that_counts_for_a_build() {
        let tree = tree(&[
            ("api/.dockerignore", "*.md\n"),
            ("api/Dockerfile.dockerignore", ".env\n"),
            (".dockerignore", "dist\n"),
        ]);
        let documents = Documents::parse(&tree);
        let path = |dir: &str, dockerfile: &str| {
            let (file, _) = docker_ignores(&tree, &documents, dir, dockerfile)?;
            Some(tree.file(file).path.clone())
        };
        assert_eq!(path("api", "api/Dockerfile").as_deref(), Some("api/Dockerfile.dockerignore"));
        assert_eq!(path("api", "api/prod.Dockerfile").as_deref(), Some("api/.dockerignore"));
        assert_eq!(path("", "Dockerfile").as_deref(), Some(".dockerignore"));
        assert_eq!(path("web", "web/Dockerfile"), None);
    }
}
