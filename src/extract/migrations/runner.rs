//! What runs a folder of SQL files that belong to no tool: a program or a script that reads the folder, one that lists
//! files of it, or the image of a database that a compose file gives them to.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::survey::{Mount, Survey, join, last, lineage, parent};
use crate::extract::packages;
use crate::source::{FileId, FileKind, Place, SourceFile, Span};

/// What runs the files of a folder.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Runner {
    /// Something that reads the folder: every file in the order of names.
    Folder(Place),
    /// A list of files, in its order.
    List(Place, Vec<FileId>),
    /// The image of a database, when it starts with no data.
    Image(Place),
    /// Nothing that is known.
    None,
}

impl Runner {
    /// Where it is written.
    pub(super) fn place(&self) -> Option<Place> {
        match self {
            Self::Folder(place) | Self::List(place, _) | Self::Image(place) => Some(*place),
            Self::None => None,
        }
    }
}

/// The largest file that is looked into.
const LARGEST: u64 = 256 * 1024;

/// Where images of databases look for files to run.
const ENTRY: &str = "docker-entrypoint-initdb.d";

/// Words of what reads a folder.
const READS: &[&str] = &[
    "readdir",
    "glob",
    "listdir",
    "scandir",
    "iterdir",
    "ReadDir",
    "go:embed",
    "include_dir",
    "WalkDir",
    "*.sql",
    "Dir[",
    "read_dir",
    "FS(",
    "Dir.",
    "migrate(",
];

/// The files that may run others: those that speak of SQL or read folders.
fn candidates<'s, 'c>(survey: &'s Survey<'c>) -> &'s [(FileId, &'c SourceFile)] {
    static WORDS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::new(READS.iter().copied().chain([".sql", ENTRY])).ok());
    survey.found.candidates.get_or_init(|| {
        let files = survey.context.tree.entries().filter(|(_, source)| may_run(source));
        let says = |file: FileId| WORDS.as_ref().is_some_and(|words| words.is_match(survey.text(file)));
        files.filter(|(file, _)| says(*file)).collect()
    })
}

/// What compose files and Dockerfiles give to images of databases.
fn mounts<'s>(survey: &'s Survey<'_>) -> &'s [Mount] {
    survey.found.mounts.get_or_init(|| {
        let files = survey.context.tree.entries();
        let giving = |source: &SourceFile| matches!(source.kind, FileKind::Yaml | FileKind::Dockerfile);
        files
            .filter(|(_, source)| giving(source) && may_run(source))
            .flat_map(|(file, _)| mounted(survey, file))
            .collect()
    })
}

/// The scripts that images of databases run before the first migration of a folder, in the order of names.
pub(super) fn first_scripts(survey: &Survey<'_>, dir: &str) -> Vec<(Place, FileId)> {
    let tree = survey.context.tree;
    let mut found = Vec::new();
    for mount in mounts(survey) {
        let source = tree.file(mount.place.file);
        if mount.from.is_empty() || !is_near(survey, source, dir) {
            continue;
        }
        let mut paths = lineage(source.dir()).filter_map(|above| packages::resolve(above, &mount.from));
        let Some(path) = paths.find(|path| tree.by_path(path).is_some() || tree.has_dir(path)) else {
            continue;
        };
        let scripts = tree.by_path(&path).into_iter().chain(
            tree.below(&path)
                .iter()
                .filter(|file| file.dir() == path)
                .filter_map(|file| tree.by_path(&file.path)),
        );
        found.extend(scripts.map(|script| (mount.place, script)));
    }
    found
}

/// Where a program of the repository reads a folder and hands the database what it finds, although the folder is one
/// of a tool.
pub(super) fn own(survey: &Survey<'_>, dir: &str) -> Option<Place> {
    /// Words of what hands SQL to a database.
    const RUNS: &[&str] = &["psql", ".query(", "execute(", ".unsafe(", "executescript", "exec_sql"];
    let mut code = candidates(survey).iter().filter(|(_, source)| source.kind.is_code());
    code.find_map(|&(file, source)| {
        let text = survey.text(file);
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let whole = is_near(survey, source, dir) && says(READS) && says(RUNS) && text.contains(dir);
        Some(Place { file, span: names(text, dir).filter(|_| whole)? })
    })
}

/// What runs a folder.
pub(super) fn of(survey: &Survey<'_>, dir: &str, files: &[(FileId, &SourceFile)]) -> Runner {
    if let Some(mount) = mounts(survey).iter().find(|mount| gives(survey, mount, dir)) {
        return Runner::Image(mount.place);
    }
    let mut lists: Vec<(Place, Vec<FileId>)> = Vec::new();
    let mut named: Vec<FileId> = Vec::new();
    for (file, source) in candidates(survey).iter().copied() {
        let text = survey.text(file);
        if !is_near(survey, source, dir) {
            continue;
        }
        let reads = source.kind != FileKind::Json && READS.iter().any(|word| text.contains(word));
        if reads && let Some(at) = names(text, dir) {
            return Runner::Folder(Place { file, span: at });
        }
        if !text.contains(".sql") {
            continue;
        }
        let mut found: Vec<(usize, FileId)> =
            files.iter().filter_map(|(id, one)| Some((text.find(one.name())?, *id))).collect();
        named.extend(found.iter().map(|(_, id)| *id));
        // Who puts names together runs more than it lists.
        if found.len() > 1 && ["}.sql", "\".sql\"", "'.sql'", "d.sql"].iter().any(|end| text.contains(end)) {
            let at = found.first().map_or(0, |(at, _)| *at);
            return Runner::Folder(Place { file, span: Span::new(at, at) });
        }
        if found.len() > 1 {
            found.sort_unstable();
            let at = found.first().map_or(0, |(at, _)| *at);
            let place = Place { file, span: Span::new(at, at) };
            lists.push((place, found.into_iter().map(|(_, id)| id).collect()));
        }
    }
    lists.sort_by_key(|(place, list)| (std::cmp::Reverse(list.len()), *place));
    match lists.into_iter().next() {
        // What another script names is run by that: it comes behind.
        Some((place, mut list)) => {
            named.sort_unstable();
            named.dedup();
            for file in named {
                if !list.contains(&file) {
                    list.push(file);
                }
            }
            Runner::List(place, list)
        }
        None => Runner::None,
    }
}

/// Whether a file may run others.
fn may_run(file: &SourceFile) -> bool {
    let kind = file.kind;
    let runs = matches!(
        kind,
        FileKind::Yaml
            | FileKind::Json
            | FileKind::Dockerfile
            | FileKind::Makefile
            | FileKind::Justfile
            | FileKind::Toml
    ) || kind.is_code() && !matches!(kind, FileKind::Sql | FileKind::Css);
    let name = file.name();
    let aside = name.contains(".config.")
        || name.contains("test")
        || kind == FileKind::Json && name != "package.json";
    runs && !aside && !file.is_aside() && file.bytes <= LARGEST
}

/// Whether a program stands in the project of a folder: in its package, or in one around it.
fn is_near(survey: &Survey<'_>, file: &SourceFile, dir: &str) -> bool {
    let packages = &survey.context.packages;
    let own = packages.dir_of(&file.path);
    own.is_empty() || own == dir || dir.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'))
}

/// Where a text names a folder: the end of its path, or its name in quotes.
fn names(text: &str, dir: &str) -> Option<Span> {
    let name = last(dir);
    let mut ends: Vec<String> = vec![dir.to_owned()];
    if let Some(above) = parent(dir).map(last).filter(|above| !above.is_empty()) {
        ends.push(join(above, name));
        ends.push(format!("{above}', '{name}"));
        ends.push(format!("{above}\", \"{name}"));
        ends.push(format!("\"{above}\" / \"{name}"));
    }
    for quote in ['\'', '"', '`'] {
        ends.push(format!("{quote}{name}{quote}"));
        ends.push(format!("/{name}{quote}"));
    }
    ends.push(format!("/{name}/"));
    ends.push(format!("embed {name}"));
    let at = ends.iter().find_map(|end| Some((text.find(end.as_str())?, end.len())))?;
    Some(Span::new(at.0, at.0 + at.1))
}

/// Whether an image is given a folder.
fn gives(survey: &Survey<'_>, mount: &Mount, dir: &str) -> bool {
    let full = join(survey.context.tree.file(mount.place.file).dir(), &mount.from);
    full == dir || !mount.from.is_empty() && dir.ends_with(&["/", &mount.from].concat())
}

/// What a compose file or a Dockerfile gives to the image of a database.
fn mounted(survey: &Survey<'_>, file: FileId) -> Vec<Mount> {
    let text = survey.text(file);
    let mut mounts = Vec::new();
    for (found, _) in text.match_indices(ENTRY) {
        let start = text[..found].rfind('\n').map_or(0, |end| end + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        let words = text[start..found].trim_start_matches([' ', '-', '"', '\'']);
        let words = words.strip_prefix("COPY ").or_else(|| words.strip_prefix("ADD ")).unwrap_or(words);
        let from = words.trim_end_matches(['/', ' ', ':', '"', '\'']).trim();
        let from = from.trim_start_matches("./").trim_end_matches(['/', '.', '*']);
        let begin = start + line.len() - line.trim_start().len();
        let place = Place { file, span: Span::new(begin, start + line.trim_end().len()) };
        mounts.push(Mount { place, from: from.to_owned() });
    }
    mounts
}
