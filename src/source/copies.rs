//! Copies of other people's code that stand among the own: by their licences and by the banners of their versions.

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::file::folder_of;
use super::pattern::pattern;

/// How many copies with licences of their own make a folder a shelf of them.
const LEAST_COPIES: usize = 3;

/// How far into a script a banner is looked for, in bytes.
const BANNER_WINDOW: usize = 600;

/// Files with which a folder is a package of this repository rather than a copy of another.
const MANIFESTS: &[&str] = &[
    "package.json",
    "deno.json",
    "pyproject.toml",
    "setup.py",
    "Cargo.toml",
    "go.mod",
    "composer.json",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
];

/// What is known of a folder.
#[derive(Default)]
struct Folder<'f> {
    licence: Option<&'f str>,
    package: bool,
}

/// The folders that hold copies: of several that stand beside each other most have a licence of their own, these differ,
/// and none is a package of the repository. Packages of one owner have the same licence. `files` are paths and texts in
/// the order of paths.
pub(super) fn folders<'f>(files: impl Iterator<Item = (&'f str, &'f str)> + Clone) -> FxHashSet<&'f str> {
    let mut shelves: FxHashSet<&str> = FxHashSet::default();
    for (path, _) in files.clone().filter(|(path, _)| is_licence(path)) {
        let dir = folder_of(path);
        shelves.extend((!dir.is_empty()).then(|| folder_of(dir)).filter(|shelf| !shelf.is_empty()));
    }
    if shelves.is_empty() {
        return FxHashSet::default();
    }
    let mut children: FxHashMap<&str, FxHashMap<&str, Folder<'_>>> = FxHashMap::default();
    for (path, text) in files {
        let (mut dir, mut direct) = (folder_of(path), true);
        while !dir.is_empty() {
            let shelf = folder_of(dir);
            if shelves.contains(shelf) {
                let folder = children.entry(shelf).or_default().entry(dir).or_default();
                if direct && is_licence(path) {
                    folder.licence = Some(text.trim());
                }
                folder.package |= direct && MANIFESTS.contains(&path.rsplit('/').next().unwrap_or(path));
            }
            (dir, direct) = (shelf, false);
        }
    }
    let mut found = FxHashSet::default();
    for folders in children.values() {
        let copies: Vec<&str> =
            folders.values().filter(|folder| !folder.package).filter_map(|folder| folder.licence).collect();
        let different: FxHashSet<&str> = copies.iter().copied().collect();
        if different.len() >= LEAST_COPIES && copies.len() * 3 >= folders.len() * 2 {
            found.extend(folders.iter().filter(|(_, folder)| !folder.package).map(|(dir, _)| *dir));
        }
    }
    found
}

/// Whether a file lies in one of the folders, at any depth.
pub(super) fn is_within(path: &str, folders: &FxHashSet<String>) -> bool {
    let mut dir = folder_of(path);
    while !folders.is_empty() && !dir.is_empty() {
        if folders.contains(dir) {
            return true;
        }
        dir = folder_of(dir);
    }
    false
}

/// The name of the library that the banner of a script gives, with a version and a licence: `/*! Select2 4.0.4 | …`; or
/// an empty one where the head says from where it was copied.
pub(super) fn banner<'t>(path: &str, text: &'t str) -> Option<&'t str> {
    static BANNER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"^/\*[*!]?[\s*]*(?:@license\s+)?([A-Za-z@][\w.@/ -]{0,60}?)(?: - |,| )\s*v?[0-9]+[.][0-9]+[.][0-9]+",
        )
    });
    static LICENCE: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r"(?i:licen[sc]e)|\b(MIT|ISC|BSD|GPL|LGPL|Apache)\b"));
    static COPIED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(r"(?i)^/[/*][\s*!/]*(vendored|copied verbatim|taken verbatim) (from|copy of) ")
    });
    let script = [".js", ".cjs", ".mjs", ".ts"].iter().any(|end| path.ends_with(end));
    let head =
        text.get(..text.floor_char_boundary(BANNER_WINDOW))?.trim_start_matches('\u{feff}').trim_start();
    if !script || !head.starts_with("/*") && !head.starts_with("//") {
        return None;
    }
    if COPIED.as_ref().is_some_and(|copied| copied.is_match(head)) {
        return Some("");
    }
    let name = BANNER.as_ref()?.captures(head)?.get(1)?.as_str().trim();
    LICENCE.as_ref().is_some_and(|licence| licence.is_match(head)).then_some(name)
}

/// The name that a manifest gives its package, without its scope and in small letters.
pub(super) fn package(manifest: &str) -> Option<String> {
    let mut texts = manifest.split('"').skip_while(|text| !text.eq_ignore_ascii_case("name"));
    let name = texts.nth(2)?;
    Some(name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase())
}

/// Whether a package, by its name in small letters, is a library of this name: `Fuse.js` is `fuse.js`.
pub(super) fn is_named(package: &str, name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(' ', "-");
    let short = name.strip_suffix(".js").unwrap_or(&name);
    package == name || package.strip_suffix(".js").unwrap_or(package) == short
}

fn is_licence(path: &str) -> bool {
    const NAMES: &[&str] = &["license", "licence", "copying", "license-mit", "mit-license"];
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.strip_suffix(".md").or_else(|| name.strip_suffix(".txt")).unwrap_or(name);
    NAMES.iter().any(|one| one.eq_ignore_ascii_case(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_copies_have_licences_that_differ() {
        type Files<'f> = &'f [(&'f str, &'f str)];
        let cases: [(Files<'_>, &[&str]); 5] = [
            (
                &[
                    ("server/libs/busboy/LICENSE", "Copyright A"),
                    ("server/libs/busboy/lib/index.js", ""),
                    ("server/libs/rss/LICENSE.md", "Copyright B"),
                    ("server/libs/which/LICENSE", "Copyright C"),
                    ("server/libs/fuse/index.js", ""),
                    ("server/auth/index.js", ""),
                ],
                &["server/libs/busboy", "server/libs/fuse", "server/libs/rss", "server/libs/which"],
            ),
            // Own packages have one licence.
            (&[("packages/a/LICENSE", "A"), ("packages/b/LICENSE", "A"), ("packages/c/LICENSE", "A")], &[]),
            // Or manifests.
            (
                &[
                    ("packages/a/LICENSE", "A"),
                    ("packages/a/package.json", "{}"),
                    ("packages/b/LICENSE", "B"),
                    ("packages/b/package.json", "{}"),
                    ("packages/c/LICENSE", "C"),
                    ("packages/c/package.json", "{}"),
                ],
                &[],
            ),
            // Some copies among own code are left to who reads.
            (
                &[
                    ("src/a/LICENSE", "A"),
                    ("src/b/LICENSE", "B"),
                    ("src/c/LICENSE", "C"),
                    ("src/d/x.js", ""),
                    ("src/e/x.js", ""),
                ],
                &[],
            ),
            (&[("a/LICENSE", "A"), ("b/LICENSE", "B"), ("c/LICENSE", "C")], &[]),
        ];
        for (files, expected) in cases {
            let mut found: Vec<&str> = folders(files.iter().copied()).into_iter().collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{files:?}");
        }
    }

    #[test]
    fn banners_name_libraries() {
        for (path, text, expected) in [
            ("a.js", "/* UAParser.js v0.7.31\n Copyright A\n MIT License */", Some("UAParser.js")),
            ("a.js", "/**\n * Fuse.js v7.1.0 - search\n * Apache Software License 2.0\n */", Some("Fuse.js")),
            ("a.js", "/*! Select2 4.0.4 | https://example.com/LICENSE.md */", Some("Select2")),
            ("a.js", "/** Vendored from https://example.com/autotrack (v2.4.1) */", Some("")),
            ("a.js", "/* Shop v1.2.0, Copyright Shop Inc. */", None),
            ("a.js", "/* Prices, see the license of 1.2.3 */", None),
            ("a.js", "// Shop 1.2.3, MIT", None),
            ("a.css", "/*! Select2 4.0.4 | MIT */", None),
        ] {
            assert_eq!(banner(path, text), expected, "{text}");
        }
        for (manifest, expected) in
            [(r#"{ "name": "@shop/fuse.js" }"#, true), (r#"{ "name": "shop", "main": "fuse.js" }"#, false)]
        {
            assert_eq!(package(manifest).is_some_and(|own| is_named(&own, "Fuse")), expected, "{manifest}");
        }
    }
}
