//! Would a file with secrets be ignored? By git in every directory that uses env files, and by docker in a build.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::packages::Manifest;
use crate::facts::{Entry, IgnoreProbe};
use crate::parse::ignore_file::{GitIgnores, IgnoreFile};
use crate::parse::{Document, Documents};
use crate::source::{FileId, FileKind, IgnoreDialect, Place, Tree};

/// Names under which people keep secrets beside a template.
const PROBES: &[&str] = &[".env", ".env.local", ".env.production", ".env.backup"];

/// Words in a manifest that tell of a program which loads `.env` by itself. Libraries of Go and Rust are not among them:
/// they load whatever file they are told.
const LOADERS: &[&str] =
    &["dotenv", "pydantic-settings", "python-decouple", "django-environ", "environs", "--env-file"];

/// One fact for each directory that uses env files.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let ignores = git_ignores(context.tree, context.documents);
    let directories = directories(context);
    let probe = |(directory, (place, keys)): (&String, &(FileId, BTreeSet<String>))| {
        let join = |name: &str| {
            if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
        };
        // A file that is tracked on purpose is judged by what it holds.
        let tracked = |path: &str| context.tree.by_path(path).is_some_and(|id| context.tree.file(id).tracked);
        let names = PROBES.iter().copied().chain(keys.iter().map(String::as_str));
        let (covered, exposed): (Vec<_>, Vec<_>) = names
            .filter(|name| !tracked(&join(name)))
            .map(str::to_owned)
            .partition(|name| ignores.would_ignore(&join(name)).is_some());
        let fact = IgnoreProbe { exposed, covered };
        match nearest_ignore_file(context.tree, directory) {
            Some(file) => {
                Entry::new(Place::file(file), fact).with(Place::file(*place), "env files are used here")
            }
            None => Entry::new(Place::file(*place), fact),
        }
    };
    directories.iter().map(probe).collect()
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
fn directories(context: &Context<'_>) -> BTreeMap<String, (FileId, BTreeSet<String>)> {
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
        let loads = |manifest: &&Manifest| {
            let text = context.tree.text(manifest.file);
            let loader = ["npm", "python"].contains(&manifest.ecosystem)
                && LOADERS.iter().any(|word| text.contains(word));
            loader && !context.tree.file(manifest.file).test
        };
        if let Some(manifest) = context.packages.manifests(dir).iter().find(loads) {
            found.entry(dir.to_owned()).or_insert_with(|| (manifest.file, BTreeSet::new()));
        }
    }
    found
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
        dir = dir.rsplit_once('/').map_or("", |(above, _)| above);
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

    fn exposed(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let tree = tree(files);
        let (store, _) = facts(&tree, &Documents::parse(&tree), &[]);
        store.all::<IgnoreProbe>().map(|(_, probe)| probe.exposed.clone()).collect()
    }

    #[test]
    fn what_git_would_commit() {
        for (files, expected) in [
            (&[("src/a.js", "")][..], &[][..]),
            (&[(".env.example", "A="), (".gitignore", ".env*\n!.env.example\n")], &[&[][..]]),
            (&[(".env.example", "A=")], &[&[".env", ".env.local", ".env.production", ".env.backup"]]),
            (
                &[(".env.example", "A="), (".gitignore", ".env\n.env*.local\n")],
                &[&[".env.production", ".env.backup"]],
            ),
            (&[("web/.env.example", "A="), ("web/.gitignore", ".env*\n")], &[&[]]),
            (
                &[("web/.env.example", "A="), (".gitignore", "/.env*\n")],
                &[&[".env", ".env.local", ".env.production", ".env.backup"]],
            ),
            (&[(".env.production", "VITE_API=/api"), (".gitignore", ".env*\n!.env.production\n")], &[&[]]),
            (
                &[(".env.example", "TLS_KEY=./certs/server.key\n"), (".gitignore", ".env*\n")],
                &[&["certs/server.key"]],
            ),
            (
                &[("package.json", "{\"dependencies\":{\"dotenv\":\"16.0.0\"}}"), (".gitignore", ".env*\n")],
                &[&[]],
            ),
        ] {
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
