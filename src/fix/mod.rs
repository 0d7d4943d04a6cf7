//! From findings to mends: edits of files that need nobody's judgement.
//!
//! A mender is a function from a place of a finding to edits of files, or to the reason why a person has to decide. None of
//! them is believed: the repository is judged again with all edits in it, and a mend that leaves its finding, or brings
//! another, is withdrawn ([`prove`]). Only `cli` writes.

mod code;
mod compose;
mod dependencies;
mod diff;
mod edit;
mod environment;
mod ignores;
mod installs;
mod migrations;
mod prove;
mod user;
mod workflows;
mod yaml;

pub use diff::diff;
pub use edit::{Change, Edit};
pub use prove::{Fix, mend};

use crate::facts::{Entry, Kind, Store};
use crate::parse::Documents;
use crate::parse::node::Node;
use crate::report::lines::LineIndex;
use crate::report::{Finding, Place, Report};
use crate::source::{FileId, Span, Tree};

/// What a mender does with a place of a finding: edits, or why a person has to decide.
type Mender = fn(&Sources<'_>, &Target<'_>) -> Result<Vec<Edit>, String>;

/// The rules with a mend. What is not here needs a judgement, or more than an edit.
const MENDERS: &[(&str, Mender)] = &[
    ("ci/install-not-frozen", installs::workflow),
    ("ci/no-timeout", workflows::timeout),
    ("ci/permissions-missing", workflows::permissions),
    ("config/env-template-incomplete", environment::incomplete),
    ("config/env-template-missing", environment::missing),
    ("container/copy-whole-context", ignores::context),
    ("container/dockerignore-missing", ignores::context),
    ("container/npm-install-not-ci", installs::image),
    ("container/root-user", user::user),
    ("database/rls-disabled", migrations::enable),
    ("database/rls-policy-without-rls", migrations::enable_for_policy),
    ("quality/debugger-left", code::debugger),
    ("reliability/restart-policy-missing", compose::restart),
    ("secrets/dockerignore-env", ignores::context),
    ("secrets/gitignore-env-patterns", ignores::git),
    ("secrets/gitignore-env-variants", ignores::git),
    ("supply-chain/update-bot-missing", dependencies::dependabot),
    ("testing/skipped-focused", code::focus),
];

/// The rules that have a mend, in the order of their ids.
pub fn rules() -> impl Iterator<Item = &'static str> {
    MENDERS.iter().map(|(rule, _)| *rule)
}

/// What mends are made from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The files.
    pub tree: &'a Tree,
    /// The same, parsed.
    pub documents: &'a Documents,
    /// What is known of them.
    pub facts: &'a Store,
    /// What was found.
    pub report: &'a Report,
}

/// A place where something is to be mended.
#[derive(Debug, Clone, Copy)]
struct Target<'r> {
    finding: &'r Finding,
    place: &'r Place,
    file: FileId,
    span: Span,
}

impl<'a> Sources<'a> {
    fn path(&self, file: FileId) -> &'a str {
        &self.tree.file(file).path
    }

    /// The value of a data file.
    fn node(&self, target: &Target<'_>) -> Option<&'a Node> {
        self.documents.node(target.file)
    }

    /// The fact of a kind at the place that a finding stands at.
    fn fact<K: Kind>(&self, target: &Target<'_>) -> Option<(&'a Entry, &'a K)> {
        let place = crate::source::Place { file: target.file, span: target.span };
        self.facts.all::<K>().find(|(entry, _)| entry.place == place)
    }

    /// The places of open findings of the wanted rules, each with what mends it.
    fn targets(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<(Mender, Target<'a>)> {
        let findings =
            self.report.findings.iter().filter(|finding| finding.is_open() && wanted(&finding.rule));
        let mut targets = Vec::new();
        for finding in findings {
            let Some((_, mender)) = MENDERS.iter().find(|(rule, _)| *rule == finding.rule) else { continue };
            let own = finding.places.iter().filter(|place| place.note.is_none());
            targets.extend(own.filter_map(|place| Some((*mender, self.target(finding, place)?))));
        }
        targets
    }

    fn target(&self, finding: &'a Finding, place: &'a Place) -> Option<Target<'a>> {
        let file = self.tree.by_path(&place.path)?;
        if place.is_whole_file() {
            return Some(Target { finding, place, file, span: Span::default() });
        }
        let lines = LineIndex::new(self.tree.text(file));
        let (start, end) =
            (lines.offset(place.line, place.column), lines.offset(place.end_line, place.end_column));
        Some(Target { finding, place, file, span: Span::new(start, end) })
    }
}
