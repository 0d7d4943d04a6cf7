//! Databases in one file, and whether that file is kept where the program runs.

use std::collections::BTreeMap;

use crate::extract::Context;
use crate::extract::migrations::{self, Dialect};
use crate::facts::{DeploySurface, Entry, Scale, SqliteStore, Store};
use crate::source::{Place, is_below};

/// Packages that keep such a database elsewhere, or bring it to every process.
const SHARED: &[&str] = &[
    "@libsql/client",
    "@prisma/adapter-libsql",
    "@prisma/adapter-d1",
    "libsql",
    "@cloudflare/d1",
    "rqlite",
    "litefs-js",
];

/// Packages of programs that people run on machines of their own.
const LOCAL: &[&str] = &["electron", "tauri", "@tauri-apps/api", "expo", "react-native", "@capacitor/core"];

/// Files by which such a database is copied as it changes.
const COPIED: &[&str] = &["litefs.yml", "litestream.yml", "etc/litefs.yml", "etc/litestream.yml"];

/// Platforms whose disks are those of one request or one release.
const FORGETS: &[&str] = &["Vercel", "Netlify", "Heroku", "Cloudflare Workers"];

/// One fact for each package whose only database is a file.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let stores = stores(context);
    if stores.is_empty() {
        return Vec::new();
    }
    let copied = COPIED.iter().any(|name| context.tree.files().iter().any(|file| file.path.ends_with(name)));
    let mut entries = Vec::new();
    for (package, (place, by)) in stores {
        if copied || is_elsewhere(context, package) {
            continue;
        }
        let lost = lost(context, store, package);
        entries.push(Entry::new(place, SqliteStore { by, lost }));
    }
    entries
}

/// By package, where it is told that its database is a file; packages with another database left out.
fn stores<'c>(context: &'c Context<'_>) -> BTreeMap<&'c str, (Place, String)> {
    let mut found: BTreeMap<&str, Option<(Place, String)>> = BTreeMap::new();
    let mut add = |path: &'c str, sqlite: bool, place: Place, by: &str| {
        let package = context.packages.dir_of(path);
        let own = found.entry(package).or_insert_with(|| Some((place, by.to_owned())));
        if !sqlite {
            *own = None;
        }
    };
    for (file, schema) in context.documents.schemas() {
        let source = context.tree.file(file);
        if let Some(provider) = schema.provider().filter(|_| !source.is_aside()) {
            add(&source.path, provider == "sqlite", Place::file(file), "the schema of Prisma");
        }
    }
    for set in migrations::sets(context) {
        let Some(step) = set.steps.first() else { continue };
        let source = context.tree.file(step.file);
        if set.dialect != Dialect::Unknown {
            add(&source.path, set.dialect == Dialect::Sqlite, Place::file(step.file), "the migrations");
        }
    }
    found.into_iter().filter_map(|(package, own)| Some((package, own?))).collect()
}

/// Whether the file is brought to every process by something, or the program is run by its users.
fn is_elsewhere(context: &Context<'_>, dir: &str) -> bool {
    let around =
        context.packages.all().iter().filter(|package| package.dir == dir || is_below(dir, &package.dir));
    around.flat_map(crate::extract::packages::Package::dependencies).any(|(_, dependency)| {
        let name = dependency.name.as_str();
        SHARED.contains(&name) || LOCAL.contains(&name) || name.contains("turso") || name == "wrangler"
    })
}

/// Why the file is lost or is another for each process: what the package itself is deployed by says so.
fn lost(context: &Context<'_>, store: &Store, package: &str) -> Option<String> {
    let same = |place: Place| context.packages.dir_of(&context.tree.file(place.file).path) == package;
    let scaled = store.all::<Scale>().find(|(entry, _)| same(entry.place));
    if let Some((_, scale)) = scaled {
        return Some(format!("{} runs several processes, each with a file of its own", scale.by));
    }
    let surfaces: Vec<&DeploySurface> = store
        .all::<DeploySurface>()
        .filter(|(entry, _)| same(entry.place))
        .map(|(_, surface)| surface)
        .collect();
    // Where it can be deployed otherwise, that may be what is done.
    let [one] = surfaces.as_slice() else { return None };
    FORGETS.contains(&one.platform.as_str()).then(|| format!("{} keeps no files", one.platform))
}
