//! What an audit takes for known, so that it does not count at the gate: the findings of a baseline, and those that a
//! revision had already, on lines that have not changed since.

use std::path::{Path, PathBuf};

use super::args::AuditArgs;
use super::repository::Judges;
use super::{Failure, baseline};
use crate::report::words::count;
use crate::report::{Baseline, Place, Report};
use crate::source::{Changes, Limits, ReadError, Revision, Tree};

/// What is known.
#[derive(Debug)]
pub(super) struct Known {
    baseline: Option<(PathBuf, Baseline)>,
    since: Option<Since>,
}

/// What a revision had, and what has changed since.
#[derive(Debug)]
struct Since {
    revision: String,
    had: Baseline,
    changes: Changes,
}

impl Known {
    /// Reads the baseline that the arguments name: one that cannot be read is told before the audit begins.
    pub(super) fn read(args: &AuditArgs) -> Result<Self, Failure> {
        let baseline = args.gate.baseline.as_ref().map(|file| Ok((file.clone(), baseline::read(file)?)));
        Ok(Self { baseline: baseline.transpose()?, since: None })
    }

    /// Looks at what the revision had that the arguments name. It is judged by the rules of the tree as it is now.
    pub(super) fn look_back(
        &mut self,
        args: &AuditArgs,
        judges: &Judges,
        tree: &Tree,
    ) -> Result<(), Failure> {
        let Some(revision) = &args.select.since else { return Ok(()) };
        let limits = Limits { since: None, ..judges.settings.limits(&args.select) };
        let failed = |error: ReadError| Failure::usage(error.to_string());
        let then =
            Revision::find(&args.path, revision).and_then(|found| found.read(&limits)).map_err(failed)?;
        let had = Baseline::of(&crate::audit(&then, &judges.catalogue, judges.partial).report);
        self.since = Some(Since { revision: revision.clone(), had, changes: Changes::between(&then, tree) });
        Ok(())
    }

    /// Takes what is known out of what counts, and says what of the baseline is mended.
    pub(super) fn settle(&self, report: &mut Report) -> Option<String> {
        let file = self.baseline.as_ref().map(|(file, _)| file.display().to_string());
        let revision = self.since.as_ref().map(|since| format!("revision {}", since.revision));
        let from: Vec<String> = file.into_iter().chain(revision).collect();
        if from.is_empty() {
            return None;
        }
        let known = self.baseline.as_ref().map(|(_, baseline)| baseline.fingerprints()).unwrap_or_default();
        let had = self.since.as_ref().map(|since| since.had.fingerprints()).unwrap_or_default();
        let is_touched = |place: &Place| self.since.as_ref().is_some_and(|since| since.changed(place));
        report.set_known(&from.join(" and "), |fingerprint, place| {
            known.contains(fingerprint) || (had.contains(fingerprint) && !place.is_some_and(is_touched))
        });
        let (file, baseline) = self.baseline.as_ref()?;
        mended(file, baseline, report)
    }
}

impl Since {
    /// Whether a place is on a line that changed. What speaks of a file as a whole is on none.
    fn changed(&self, place: &Place) -> bool {
        !place.is_whole_file() && self.changes.touch(&place.path, place.line..=place.end_line)
    }
}

/// How much of a baseline there is no more: a smaller one lets less come back.
fn mended(file: &Path, baseline: &Baseline, report: &Report) -> Option<String> {
    let mended = baseline.mended(report);
    let is = if mended == 1 { "is" } else { "are" };
    let (all, file) = (count(baseline.len(), "place"), file.display());
    (mended > 0).then(|| {
        format!("golive: {mended} of {all} in `{file}` {is} mended; run `golive baseline` to shrink it\n")
    })
}
