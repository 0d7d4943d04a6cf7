//! Files that a pattern or a folder means, and what texts without a syntax tree ask for.

use globset::{GlobBuilder, GlobMatcher};

use super::resolve::Resolver;
use crate::extract::packages::{join, resolve};
use crate::source::{FileId, FileKind, Tree};

/// Files with code below a folder.
pub(super) fn below<'t>(tree: &'t Tree, dir: &str) -> impl Iterator<Item = FileId> + use<'t> {
    let files = tree.below(dir);
    let first = files.first().and_then(|file| tree.by_path(&file.path)).map_or(0, |file| file.0);
    (first..).map(FileId).zip(files).filter(|(_, file)| is_code(file.kind)).map(|(file, _)| file)
}

/// Whether a file is a module.
pub(super) fn is_code(kind: FileKind) -> bool {
    kind.is_ecmascript() || matches!(kind, FileKind::Vue | FileKind::Svelte | FileKind::Astro)
}

/// Files with code that a pattern in a file of this folder may mean. What is compiled stands for its source, so that only
/// the folder before the first star and the stem of the name count.
pub(super) fn matching(tree: &Tree, resolver: &Resolver<'_>, dir: &str, glob: &str) -> Vec<FileId> {
    let glob = glob.trim_start_matches('!').trim_start_matches('/');
    let star = glob.find(['*', '{', '?', '[']).unwrap_or(glob.len());
    let folder = &glob[..glob[..star].rfind('/').map_or(0, |at| at + 1)];
    let owner = resolver.owner(dir).map_or("", |owner| owner.dir.as_str());
    // `dist/**/*.entity.js`: what is yet to be built stands for its source.
    let plain = folder.trim_start_matches("./");
    let first = plain.split('/').next().unwrap_or_default();
    let missing = !first.is_empty() && first != ".." && !tree.has_dir(&join(owner, first));
    let source = plain.get(first.len()..).filter(|_| missing);
    let bases = [
        resolve(dir, folder),
        resolve(owner, folder),
        source.and_then(|rest| resolve(owner, &format!("src{rest}"))),
        Some(owner.to_owned()).filter(|_| !Resolver::is_relative(folder) && glob[star..].starts_with("**")),
    ];
    let name = glob.rsplit('/').next().unwrap_or(glob);
    let stem = stem(name);
    let Some(matcher) = Stem::of(stem) else { return Vec::new() };
    let mut found = Vec::new();
    let mut looked: Vec<String> = Vec::new();
    for base in bases.into_iter().flatten().filter(|base| tree.has_dir(base)) {
        if looked.contains(&base) {
            continue;
        }
        let deep = glob[star..].contains('/');
        let depth = if base.is_empty() { 0 } else { base.len() + 1 };
        found.extend(below(tree, &base).filter(|file| {
            let source = tree.file(*file);
            (deep || source.path.len() - source.name().len() == depth) && matcher.is_match(source.stem())
        }));
        looked.push(base);
    }
    found
}

/// A pattern of names without endings. Most are so plain that looking at the end of a name is enough.
enum Stem<'g> {
    All,
    Ends(&'g str),
    Glob(GlobMatcher),
}

impl<'g> Stem<'g> {
    /// None where the pattern is none.
    fn of(stem: &'g str) -> Option<Self> {
        let plain = |text: &str| !text.contains(['*', '?', '[', '{', '\\']);
        Some(match stem.strip_prefix('*') {
            Some("") => Self::All,
            Some(end) if plain(end) => Self::Ends(end),
            _ => Self::Glob(GlobBuilder::new(stem).build().ok()?.compile_matcher()),
        })
    }

    fn is_match(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Ends(end) => name.ends_with(end),
            Self::Glob(matcher) => matcher.is_match(name),
        }
    }
}

/// The part of a pattern of names before its ending: `*.entity` of `*.entity{.ts,.js}`; `*` where nothing else is left.
fn stem(name: &str) -> &str {
    let cut = [".{", "{.", ".ts", ".js", ".mjs", ".cjs", ".tsx", ".vue", ".svelte", ".[", ".*", ".+", ".?("];
    let end = cut.iter().filter_map(|ending| name.find(ending)).min().unwrap_or(name.len());
    match &name[..end] {
        "" | "**" => "*",
        stem => stem,
    }
}

/// The quoted words behind `from`, `import`, `require(`, `import(` and `src=`.
pub(super) fn specifiers(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for at in memchr::memchr2_iter(b'"', b'\'', text.as_bytes()) {
        let quote = char::from(text.as_bytes()[at]);
        let before = text[..at].trim_end_matches([' ', '(', '\t']);
        let asked = ["from", "import", "require", "src=", "src ="].iter().any(|word| before.ends_with(word));
        if !asked {
            continue;
        }
        let inner = &text[at + 1..];
        if let Some(end) = inner.find(quote).filter(|end| (1..200).contains(end)) {
            found.push(&inner[..end]);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_of_patterns() {
        for (name, expected) in [
            ("*.entity{.ts,.js}", "*.entity"),
            ("*.ts", "*"),
            ("**", "*"),
            ("*.{ts,js}", "*"),
            ("index.ts", "index"),
            ("*Route.*", "*Route"),
        ] {
            assert_eq!(stem(name), expected, "{name}");
        }
    }

    #[test]
    fn words_that_ask_for_modules() {
        let text = r#"import A from "./a"; import './b'; const c = require('c'); <script type="module" src="/d.ts">"#;
        assert_eq!(specifiers(text), ["./a", "./b", "c", "/d.ts"]);
    }
}
