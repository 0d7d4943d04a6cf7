//! Names of env files: which of them something reads, and which people may choose.

use crate::extract::Context;
use crate::extract::env_files::is_secret_name;
use crate::extract::packages::{Package, Role};
use crate::extract::variables::is_public;
use crate::facts::{EnvRead, EnvVariable, Store};
use crate::source::{FileId, is_below};

/// Names under which secrets lie beside it where a program loads one file a stage.
pub(super) const STAGES: &[&str] = &[".env.local", ".env.production", ".env.backup"];

/// Dependencies of servers that load one file a stage: `.env.local`, `.env.production`. Bundlers for browsers do so too, but
/// what they read is public, and their templates commit it.
const BY_STAGE: &[&str] = &[
    "@dotenvx/dotenvx",
    "@sveltejs/kit",
    "astro",
    "dotenv-flow",
    "dotenv-rails",
    "laravel/framework",
    "next",
    "symfony/dotenv",
];

/// What tells which names there are.
pub(super) struct Names<'c, 'r> {
    context: &'c Context<'r>,
    store: &'c Store,
    /// The modules that load env files.
    loaders: &'c [FileId],
    /// The directories and names of files that begin with `.env`.
    files: Vec<(&'c str, &'c str)>,
}

impl<'c, 'r> Names<'c, 'r> {
    pub(super) fn of(context: &'c Context<'r>, store: &'c Store, loaders: &'c [FileId]) -> Self {
        let files = context.tree.files().iter().filter(|file| file.name().starts_with(".env"));
        Self { context, store, loaders, files: files.map(|file| (file.dir(), file.name())).collect() }
    }

    /// The names of env files that stand in a directory.
    fn written(&self, directory: &str) -> impl Iterator<Item = &'c str> {
        self.files.iter().filter(move |(dir, _)| *dir == directory).map(|(_, name)| *name)
    }

    /// Whether what programs in a directory and below are told by variables may be secret: one has the name of a secret, or
    /// none is known by its name.
    pub(super) fn may_hold_secrets(&self, directory: &str) -> bool {
        let Self { context, store, .. } = *self;
        let inside = |file: FileId| is_below(&context.tree.file(file).path, directory);
        let written =
            store.all::<EnvVariable>().filter_map(|(at, variable)| Some((at, variable.name.as_deref()?)));
        let read =
            store.all::<EnvRead>().filter(|(_, read)| !read.platform).map(|(at, read)| (at, &*read.name));
        let mut names =
            written.chain(read).filter(|(at, _)| inside(at.place.file)).map(|(_, name)| name).peekable();
        names.peek().is_none()
            || names.any(|name| !is_public(name) && (is_secret_name(name) || is_connection(name)))
    }

    /// The files beside `.env` that something reads: what a template stands for, what a manifest or a loader names, and
    /// `.env.local`, which frameworks keep for what is secret.
    pub(super) fn read(&self, directory: &str) -> Vec<&'static str> {
        let context = self.context;
        let template = |name: &str| {
            self.written(directory)
                .any(|file| file.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
        };
        let package = context.packages.dir_of_dir(directory);
        let own = context.packages.all().iter().filter(|of| of.dir == package);
        let manifests = own.map(|of| context.tree.text(of.file()));
        let loaders = self
            .loaders
            .iter()
            .filter(|file| context.packages.dir_of(&context.tree.file(**file).path) == package);
        let texts: Vec<&str> = manifests.chain(loaders.map(|file| context.tree.text(*file))).collect();
        let named = |name: &str| texts.iter().any(|text| names_file(text, name));
        let local = |name: &str| name == ".env.local" && loads_by_stage(context, directory);
        STAGES[..2].iter().copied().filter(|name| template(name) || named(name) || local(name)).collect()
    }

    /// The files for each stage that people write beside `.env` where a program loads them, or an env file of a stage stands
    /// there already.
    pub(super) fn stages(&self, directory: &str) -> Vec<&'static str> {
        let context = self.context;
        let staged =
            |name: &str| STAGES.iter().any(|stage| name.starts_with(stage) && !name.contains("backup"));
        let written = || self.written(directory).any(staged);
        // What a site reads ends up with its visitors.
        let package = context.packages.dir_of_dir(directory);
        let is_site = context.packages.all().iter().any(|of| of.dir == package && of.role == Role::Web);
        let some = loads_by_stage(context, directory) || !is_site && written();
        if some { STAGES.to_vec() } else { Vec::new() }
    }
}

/// Whether a variable says where something is and as whom to ask it: `DATABASE_URL`, `MONGO_URI`.
fn is_connection(name: &str) -> bool {
    const KINDS: &[&str] =
        &["DATABASE", "DB", "MONGO", "MONGODB", "POSTGRES", "MYSQL", "REDIS", "AMQP", "SMTP", "MAIL"];
    let words: Vec<&str> = name.split('_').collect();
    words.iter().any(|word| matches!(*word, "DSN" | "CONNECTION"))
        || words.iter().any(|word| KINDS.contains(word))
            && words.last().is_some_and(|last| matches!(*last, "URL" | "URI" | "STRING"))
}

/// Whether the program of a directory depends on what loads one file a stage. Programs below load those of their own
/// directories.
fn loads_by_stage(context: &Context<'_>, directory: &str) -> bool {
    let package = context.packages.dir_of_dir(directory);
    // A manifest at the root may hold what programs below depend on.
    let config = |below: bool| {
        let files = context.tree.below(package).iter().filter(move |file| (file.dir() != package) == below);
        files.filter(|file| !file.is_aside()).any(|file| file.name().starts_with("next.config."))
    };
    let elsewhere = |name: &str| name == "next" && config(true) && !config(false);
    let loads = |of: &Package| BY_STAGE.iter().any(|name| of.dependency(name).is_some() && !elsewhere(name));
    // `dotenv -c production` reads them one after the other.
    let cascades = |of: &Package| of.scripts().any(|(_, script)| script.command.contains("dotenv -c "));
    let own = context.packages.all().iter().filter(|of| of.dir == package);
    own.filter(|of| !context.tree.file(of.file()).test).any(|of| loads(of) || cascades(of))
}

/// Whether a text names a file that stands in its own directory.
pub(super) fn names_file(text: &str, name: &str) -> bool {
    let whole = |at: usize| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        !before.ends_with("../") && !after.starts_with(|c: char| c.is_alphanumeric() || c == '.')
    };
    text.match_indices(name).any(|(at, _)| whole(at))
}
