//! The globs of paths that are left out on request.

use globset::{Error, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::unread::{Reason, Unread};

/// A glob over paths as a person writes it: without a slash inside it matches at any depth, and a folder takes all below it.
///
/// # Errors
/// What is wrong with the glob.
pub fn path_glob(written: &str) -> Result<GlobSet, Error> {
    let [file, folder] = forms(written)?;
    GlobSetBuilder::new().add(file).add(folder).build()
}

/// The glob for a file or folder itself, and for what is below it.
fn forms(written: &str) -> Result<[Glob; 2], Error> {
    let glob = written.trim_start_matches("./").trim_end_matches('/');
    let deep = if glob.contains('/') { "" } else { "**/" };
    let glob = format!("{deep}{}", glob.trim_start_matches('/'));
    let parse = |glob: &str| GlobBuilder::new(glob).literal_separator(true).build();
    Ok([parse(&glob)?, parse(&format!("{glob}/**"))?])
}

/// Globs over paths, with how many files each took.
pub(super) struct Exclude {
    set: GlobSet,
    /// The glob each glob of `set` was made from, and how many files it took.
    globs: Vec<(String, usize)>,
    broken: Vec<String>,
}

impl Exclude {
    /// Globs as [`path_glob`] understands them.
    pub(super) fn new(globs: &[String]) -> Self {
        let mut set = GlobSetBuilder::new();
        let mut made = Self { set: GlobSet::empty(), globs: Vec::new(), broken: Vec::new() };
        for written in globs {
            if let Ok([file, folder]) = forms(written) {
                set.add(file).add(folder);
                made.globs.push((written.clone(), 0));
            } else {
                made.broken.push(written.clone());
            }
        }
        made.set = set.build().unwrap_or_default();
        made
    }

    /// Whether a path is left out; counts it if so.
    pub(super) fn takes(&mut self, path: &str) -> bool {
        if self.globs.is_empty() {
            return false;
        }
        let Some(first) = self.set.matches(path).first().copied() else { return false };
        self.globs[first / 2].1 += 1;
        true
    }

    /// What was left out, and the globs that are none.
    pub(super) fn into_unread(self) -> impl Iterator<Item = Unread> {
        let took = self.globs.into_iter().filter(|(_, files)| *files > 0);
        let took = took.map(|(glob, files)| (glob, Reason::Excluded { files }));
        let broken = self.broken.into_iter().map(|glob| (glob, Reason::Failed("not a glob".to_owned())));
        took.chain(broken).map(|(path, reason)| Unread { path, reason, tracked: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_take_files_and_folders() {
        let globs = ["vendor/", "*.min.js", "docs/old", "/build", "[bad"].map(str::to_owned);
        let mut exclude = Exclude::new(&globs);
        for (path, taken) in [
            ("vendor/a.go", true),
            ("pkg/vendor/b/c.go", true),
            ("a/b.min.js", true),
            ("docs/old/x.md", true),
            ("web/docs/old/x.md", false),
            ("docs/new.md", false),
            ("build/out.js", true),
            ("src/vendor.rs", false),
        ] {
            assert_eq!(exclude.takes(path), taken, "{path}");
        }
        let unread: Vec<_> = exclude.into_unread().map(|one| (one.path, one.reason)).collect();
        let excluded = |glob: &str, files| (glob.to_owned(), Reason::Excluded { files });
        let failed = ("[bad".to_owned(), Reason::Failed("not a glob".to_owned()));
        assert_eq!(
            unread,
            [
                excluded("vendor/", 2),
                excluded("*.min.js", 1),
                excluded("docs/old", 1),
                excluded("/build", 1),
                failed
            ]
        );
    }
}
