//! Which packages form a workspace.

use globset::{GlobBuilder, GlobMatcher};

use super::{Package, above, join, resolve};
use crate::parse::manifest::{Members, Origin};

/// Finds the root of every member, and the members of every root.
pub(super) fn link(packages: &mut [Package]) {
    let roots: Vec<(usize, Patterns)> = packages
        .iter()
        .enumerate()
        .filter(|(_, package)| package.is_root())
        .map(|(at, package)| (at, Patterns::new(package)))
        .collect();
    let linked = linked_crates(packages);
    let mut found = Vec::new();
    for (at, package) in packages.iter().enumerate() {
        let nearest = above(&package.dir).find_map(|dir| {
            roots.iter().find(|(root, patterns)| {
                let root = &packages[*root];
                let by_path = root.ecosystem == "cargo" && linked.contains(&package.dir);
                root.dir == dir
                    && root.ecosystem == package.ecosystem
                    && root.dir != package.dir
                    && (patterns.matches(&package.dir) || by_path && !patterns.excludes(&package.dir))
            })
        });
        if let Some(root) = nearest.map(|(root, _)| *root).or_else(|| installed_root(packages, package)) {
            found.push((at, root));
        }
    }
    for package in packages.iter_mut() {
        package.workspace = None;
        package.members.clear();
    }
    for (member, root) in found {
        packages[member].workspace = Some(root);
        packages[root].members.push(member);
    }
}

/// Of a package that a repository keeps below `node_modules`, the one around that folder: what it asks for is looked up
/// there, and installed with it.
fn installed_root(packages: &[Package], package: &Package) -> Option<usize> {
    let (outer, _) = package.dir.split_once("node_modules/").filter(|_| package.ecosystem == "npm")?;
    above(outer.trim_end_matches('/'))
        .find_map(|dir| packages.iter().position(|root| root.dir == dir && root.ecosystem == "npm"))
}

/// The directories that a path dependency leads to: Cargo takes them into the workspace.
fn linked_crates(packages: &[Package]) -> Vec<String> {
    let crates = packages.iter().filter(|package| package.ecosystem == "cargo");
    let paths = crates.flat_map(|package| {
        package
            .dependencies()
            .filter(|(_, dependency)| dependency.source == Origin::Path)
            .filter_map(|(_, dependency)| resolve(&package.dir, dependency.dir.as_deref()?))
    });
    paths.collect()
}

/// The members of one workspace, as directories relative to the repository: a list for each file that names some.
struct Patterns(Vec<List>);

/// Globs in order, each with whether it takes out.
type List = Vec<(bool, GlobMatcher)>;

impl Patterns {
    fn new(root: &Package) -> Self {
        let members = root.parts.iter().filter_map(|(_, part)| part.members.as_ref());
        Self(members.map(|members| list(&root.dir, members)).collect())
    }

    /// Where several files name members, as for npm and pnpm, one of them is enough.
    fn matches(&self, dir: &str) -> bool {
        self.0
            .iter()
            .any(|list| list.iter().any(|(out, glob)| !out && glob.is_match(dir)) && !excludes(list, dir))
    }

    fn excludes(&self, dir: &str) -> bool {
        self.0.iter().any(|list| excludes(list, dir))
    }
}

fn excludes(list: &List, dir: &str) -> bool {
    above(dir).any(|dir| !dir.is_empty() && list.iter().any(|(out, glob)| *out && glob.is_match(dir)))
}

fn list(dir: &str, members: &Members) -> List {
    let patterns = members.patterns.iter().map(|pattern| match pattern.strip_prefix('!') {
        Some(pattern) => (true, pattern),
        None => (false, pattern.as_str()),
    });
    let excluded = members.excluded.iter().map(|pattern| (true, pattern.as_str()));
    let glob = |(out, pattern): (bool, &str)| {
        let pattern = pattern.trim_start_matches("./").trim_matches('/');
        let pattern = join(dir, pattern.strip_suffix("/package.json").unwrap_or(pattern));
        let glob = GlobBuilder::new(&pattern).literal_separator(true).build().ok()?;
        Some((out, glob.compile_matcher()))
    };
    patterns.chain(excluded).filter_map(glob).collect()
}
