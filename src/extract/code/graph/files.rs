//! Finding the file that a path means: without its extension, as a folder, or as what is built from it.

use crate::extract::packages::{join, resolve};
use crate::source::{FileId, Tree};

/// Endings that may be left out, in the order they are tried. Declarations of types come last: nothing runs in them.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    ".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".json", ".vue", ".svelte", ".astro",
    ".d.ts", ".native.tsx", ".native.ts", ".web.tsx", ".web.ts", ".ios.tsx", ".ios.ts", ".mdx",
];

/// Endings of what a compiler writes, with those of what it reads.
const COMPILED: &[(&str, &[&str])] = &[
    (".js", &[".ts", ".tsx", ".jsx", ".d.ts", ".vue"]),
    (".jsx", &[".tsx"]),
    (".mjs", &[".mts", ".d.mts"]),
    (".cjs", &[".cts", ".d.cts"]),
];

/// Folders that hold what is built, by custom.
#[rustfmt::skip]
const OUTPUTS: &[&str] = &[
    "dist", "build", "lib", "out", "output", "es", "esm", "cjs", "dist-electron", "out-tsc", "compiled",
    "release", ".output", "bundle", "prod", "libs", "module", "dist-node", ".build",
];

/// Folders within them that tell formats apart.
#[rustfmt::skip]
const FORMATS: &[&str] = &[
    "esm", "cjs", "es", "module", "node", "commonjs", "umd", "types", "server", "client", "bundles",
];

/// Marks between the name of a built file and its ending.
#[rustfmt::skip]
const MARKS: &[&str] = &[
    ".esm", ".cjs", ".umd", ".es", ".min", ".bundle", ".prod", ".production", ".d", ".module", ".modern",
    ".mjs", ".node",
];

/// The files of the tree, asked for as modules.
#[derive(Debug)]
pub(super) struct Files<'r> {
    /// All files.
    pub(super) tree: &'r Tree,
}

impl Files<'_> {
    /// The file at exactly this path, links followed.
    pub(super) fn exact(&self, path: &str) -> Option<FileId> {
        let file = self.tree.by_path(path)?;
        match &self.tree.file(file).link {
            Some(link) => link.to,
            None => Some(file),
        }
    }

    /// The file a path means: itself, with an ending, or what is compiled to it.
    pub(super) fn file(&self, path: &str) -> Option<FileId> {
        if let Some(file) = self.exact(path) {
            return Some(file);
        }
        let mut buffer = String::with_capacity(path.len() + 12);
        buffer.push_str(path);
        for ending in ENDINGS {
            buffer.truncate(path.len());
            buffer.push_str(ending);
            if let Some(file) = self.exact(&buffer) {
                return Some(file);
            }
        }
        let (ending, sources) = COMPILED.iter().find(|(ending, _)| path.ends_with(ending))?;
        let stem = path.len() - ending.len();
        sources.iter().find_map(|source| {
            buffer.truncate(stem);
            buffer.push_str(source);
            self.exact(&buffer)
        })
    }

    /// The module a path means: a file, or the `index` of a folder.
    pub(super) fn module(&self, path: &str) -> Option<FileId> {
        if !path.is_empty()
            && let Some(file) = self.file(path)
        {
            return Some(file);
        }
        self.tree.has_dir(path).then(|| self.file(&join(path, "index"))).flatten()
    }

    /// The module that a path of a package names: the file itself, or, where that is yet to be built, its source.
    pub(super) fn built(&self, dir: &str, path: &str, outputs: &[String]) -> Option<FileId> {
        let full = resolve(dir, path)?;
        self.module(&full).or_else(|| self.source_of(dir, &full, outputs))
    }

    /// What is compiled to a path that is not there.
    pub(super) fn source_of(&self, dir: &str, path: &str, outputs: &[String]) -> Option<FileId> {
        let below = if dir.is_empty() { path } else { path.strip_prefix(dir)?.strip_prefix('/')? };
        let own = outputs.iter().find_map(|output| below.strip_prefix(output.as_str())?.strip_prefix('/'));
        let rest = match own {
            Some(rest) => rest,
            None => below.split_once('/').filter(|(first, _)| OUTPUTS.contains(first))?.1,
        };
        let mut rest = stem(rest);
        loop {
            for prefix in ["src", "", "lib", "source", "server", "app"] {
                let candidate = join(dir, prefix);
                if let Some(file) = self.module(&join(&candidate, rest)) {
                    return Some(file);
                }
            }
            match rest.split_once('/') {
                Some((first, inner)) if FORMATS.contains(&first) || first == "src" => rest = inner,
                _ => break,
            }
        }
        matches!(rest, "index" | "main" | "bundle" | "lib").then(|| self.conventional(dir)).flatten()
    }

    /// Where the code of a package begins by custom.
    pub(super) fn conventional(&self, dir: &str) -> Option<FileId> {
        ["src/index", "src/main", "index", "src/lib", "lib/index", "mod", "main"]
            .iter()
            .find_map(|path| self.file(&join(dir, path)))
    }
}

/// Whether a path lies in a folder that holds nothing but what is built.
pub(super) fn is_built(path: &str) -> bool {
    const BUILT: &[&str] =
        &["dist", "build", "out", ".output", "dist-electron", "out-tsc", "compiled", "bundle"];
    path.split('/').any(|part| BUILT.contains(&part))
}

/// A path of a built file without its ending and the marks of its format.
fn stem(path: &str) -> &str {
    let name = path.rfind('/').map_or(0, |at| at + 1);
    let mut stem = path[name..].rfind('.').map_or(path, |dot| &path[..name + dot]);
    while let Some(shorter) = MARKS.iter().find_map(|mark| stem.strip_suffix(mark)) {
        stem = shorter;
    }
    stem
}
