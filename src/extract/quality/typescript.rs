//! Which versions of the TypeScript compiler the packages of a workspace ask for.

use super::super::Context;
use super::super::packages::{Package, Role, join};
use crate::facts::{Entry, TypescriptVersions};
use crate::parse::manifest::{Group, Origin};
use crate::source::Place;

/// A version: major, minor, patch.
type Version = (u64, u64, u64);

/// One fact for each workspace in which two packages ask for the compiler.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let roots = context.packages.all().iter();
    let roots = roots.filter(|package| package.ecosystem == "npm" && !package.members.is_empty());
    roots.filter_map(|root| workspace(context, root)).collect()
}

fn workspace(context: &Context<'_>, root: &Package) -> Option<Entry> {
    let members = root.members.iter().filter_map(|member| context.packages.all().get(*member));
    let packages = std::iter::once(root)
        .chain(members)
        .filter(|package| package.role != Role::Example && !context.tree.file(package.file()).is_aside());
    let asked: Vec<_> = packages
        .filter_map(|package| {
            package.dependencies().find(|(_, dependency)| {
                let known = dependency.name == "typescript" && dependency.source == Origin::Registry;
                known && dependency.group != Group::Peer && range(&dependency.version).is_some()
            })
        })
        .collect();
    let (first, rest) = asked.split_first()?;
    if rest.is_empty() {
        return None;
    }
    let mut ranges: Vec<String> = Vec::new();
    let mut common: Option<(Version, Version)> = None;
    let mut place = None;
    for (file, dependency) in &asked {
        if !ranges.contains(&dependency.version) {
            ranges.push(dependency.version.clone());
        }
        let Some((low, high)) = range(&dependency.version) else { continue };
        let (least, most) = common.map_or((low, high), |(least, most)| (least.max(low), most.min(high)));
        if least < most {
            common = Some((least, most));
        } else if place.is_none() {
            place = Some(Place { file: *file, span: dependency.span });
        }
    }
    let fact = TypescriptVersions { ranges, clash: place.is_some(), settled: settled(context, root) };
    Some(Entry::new(place.unwrap_or(Place { file: first.0, span: first.1.span }), fact))
}

/// The key of the root that sets one version for all packages.
fn settled(context: &Context<'_>, root: &Package) -> Option<String> {
    let manifest = context.documents.node(root.file());
    let keys: [&[&str]; 3] = [&["overrides"], &["resolutions"], &["pnpm", "overrides"]];
    let own = keys.iter().find(|path| {
        manifest.and_then(|node| node.at(path)).is_some_and(|node| node.get("typescript").is_some())
    });
    let pnpm = || {
        let file = context.tree.by_path(&join(&root.dir, "pnpm-workspace.yaml"))?;
        context.documents.node(file)?.at(&["overrides", "typescript"]).map(|_| "overrides".to_owned())
    };
    own.map(|path| path.join(".")).or_else(pnpm)
}

/// The least version of a range and the first behind it; none where it is written in a way that is not read here.
fn range(written: &str) -> Option<(Version, Version)> {
    let written = written.trim();
    let (caret, rest) = match written.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, written.strip_prefix('~').unwrap_or(written)),
    };
    let tilde = written.starts_with('~');
    let parts: Vec<Option<u64>> = rest.split('.').map(|part| part.parse().ok()).collect();
    let (low, high) = match parts.as_slice() {
        [Some(major)] => ((*major, 0, 0), (major + 1, 0, 0)),
        [Some(major), Some(minor)] => ((*major, *minor, 0), (*major, minor + 1, 0)),
        [Some(major), Some(minor), Some(patch)] if tilde => {
            ((*major, *minor, *patch), (*major, minor + 1, 0))
        }
        [Some(major), Some(minor), Some(patch)] => ((*major, *minor, *patch), (*major, *minor, patch + 1)),
        _ => return None,
    };
    Some((low, if caret { (low.0 + 1, 0, 0) } else { high }))
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn ranges() {
        for (written, expected) in [
            ("^5.3.2", Some(((5, 3, 2), (6, 0, 0)))),
            ("~5.3.2", Some(((5, 3, 2), (5, 4, 0)))),
            ("5.3.2", Some(((5, 3, 2), (5, 3, 3)))),
            ("5.3", Some(((5, 3, 0), (5, 4, 0)))),
            ("5", Some(((5, 0, 0), (6, 0, 0)))),
            ("^5", Some(((5, 0, 0), (6, 0, 0)))),
            (">=5", None),
            ("latest", None),
            ("catalog:", None),
            ("5.0.0-beta", None),
        ] {
            assert_eq!(range(written), expected, "{written}");
        }
    }
}
