//! What extractors see.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use super::code::{Code, Site};
use super::http::Found;
use super::migrations::Set;
use super::owners;
use super::packages::Packages;
use super::side::Sides;
use crate::parse::Documents;
use crate::source::Tree;

/// A rule's regular expression, to be looked for in the text of files.
#[derive(Debug, Clone)]
pub struct TextPattern {
    /// The rule.
    pub rule: String,
    /// The expression; a group named `secret` narrows the place.
    pub regex: String,
}

/// Everything that was read, and where its packages are.
#[derive(Debug)]
pub struct Context<'r> {
    /// The files.
    pub tree: &'r Tree,
    /// What was parsed of them.
    pub documents: &'r Documents,
    /// The packages, by directory.
    pub packages: Packages,
    /// The code, linked across modules.
    pub code: Code<'r>,
    /// Who the repository says it belongs to, in lower case.
    pub owners: BTreeSet<String>,
    /// What rules look for in text.
    pub texts: &'r [TextPattern],
    /// Applications and routes, once they were looked for.
    pub(super) http: OnceLock<Found>,
    /// What answers requests, once it was looked for.
    pub(super) handling: OnceLock<Handling>,
    /// The sets of migrations, once they were looked for.
    pub(super) migrations: OnceLock<Vec<Set>>,
    /// Where modules run, as far as that was asked.
    pub(super) sides: Sides,
}

/// Functions that run while a request is handled and waited for.
#[derive(Debug, Default)]
pub(super) struct Handling {
    /// Of any request.
    pub(super) any: FxHashSet<Site>,
    /// Of those that read.
    pub(super) reading: FxHashSet<Site>,
    /// The handlers among these, as their routes name them.
    pub(super) readers: Vec<Site>,
}

impl<'r> Context<'r> {
    /// Looks for packages first: every extractor asks where a file belongs.
    pub fn new(tree: &'r Tree, documents: &'r Documents, texts: &'r [TextPattern]) -> Self {
        let packages = Packages::find(tree, documents);
        let owners = owners::of(tree, documents, &packages);
        let code = Code::new(tree, documents, &packages);
        let sides = Sides::new(tree.files().len());
        let (http, handling, migrations) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { tree, documents, packages, code, owners, texts, http, handling, migrations, sides }
    }
}
