//! Waivers in the report: each with what it is for, and on the findings that it covers.

use super::{Audited, Places, out};
use crate::source::Place;
use crate::verdict::{Scope, Settled, State, Verdict, Waiver, Written};

/// Every waiver, in the order in which they were settled.
pub(super) fn listed(audited: &Audited<'_>, places: &mut Places<'_>) -> Vec<out::Waiver> {
    let listed = audited.waivers.iter().map(|settled| {
        let waiver = &settled.waiver;
        let (state, mistake) = match &settled.state {
            State::Active => (out::WaiverState::Active, None),
            State::Expired => (out::WaiverState::Expired, None),
            State::Unused => (out::WaiverState::Unused, None),
            State::Malformed(mistake) => (out::WaiverState::Malformed, Some(mistake.clone())),
        };
        out::Waiver {
            rule: waiver.rule.clone(),
            scope: scope(&waiver.scope, places),
            reason: waiver.reason.clone(),
            until: waiver.until.map(|until| until.to_string()),
            place: place(waiver, places),
            origin: origin(waiver),
            false_positive: waiver.false_positive,
            state,
            mistake,
            findings: settled.findings.clone(),
        }
    });
    listed.collect()
}

/// What a finding says of the waiver that covers it.
pub(super) fn covering(
    audited: &Audited<'_>,
    number: Option<usize>,
    places: &mut Places<'_>,
) -> Option<out::Waived> {
    let waiver = &audited.waivers.get(number?)?.waiver;
    Some(out::Waived {
        reason: waiver.reason.clone(),
        until: waiver.until.map(|until| until.to_string()).unwrap_or_default(),
        place: place(waiver, places),
        origin: origin(waiver),
        false_positive: waiver.false_positive,
    })
}

/// The subjects of a rule that are waived as false positives.
pub(super) fn false_positives(waivers: &[Settled], verdict: &Verdict) -> u64 {
    let is_false = |number: usize| waivers.get(number).is_some_and(|settled| settled.waiver.false_positive);
    let findings = verdict.findings.iter().filter(|found| found.waiver.is_some_and(is_false));
    findings.map(|found| u64::from(found.subjects)).sum()
}

fn origin(waiver: &Waiver) -> out::WaiverOrigin {
    match waiver.written {
        Written::Configuration { .. } => out::WaiverOrigin::Configuration,
        Written::Comment(_) => out::WaiverOrigin::Comment,
    }
}

/// Where a waiver stands. Its line is never shown: it may stand beside a secret.
fn place(waiver: &Waiver, places: &mut Places<'_>) -> out::Place {
    let (file, span, line) = match &waiver.written {
        Written::Comment(place) => return places.place(*place, None, true),
        Written::Configuration { file, span, line } => (file, *span, *line),
    };
    match places.tree.by_path(file) {
        Some(file) => places.place(Place { file, span }, None, true),
        None => out::Place {
            path: file.clone(),
            line,
            column: 1,
            end_line: line,
            end_column: 2,
            note: None,
            excerpt: None,
            fingerprint: None,
        },
    }
}

/// What of a rule's findings it is for, in words.
fn scope(scope: &Scope, places: &mut Places<'_>) -> String {
    match scope {
        Scope::Everywhere => "everywhere".to_owned(),
        Scope::Path(glob) => glob.clone(),
        Scope::Fingerprint(fingerprint) => format!("finding {fingerprint}"),
        Scope::File(_) => "this file".to_owned(),
        Scope::Line(place) => {
            format!("line {}", places.index(place.file).line_column(place.span.start).0)
        }
        Scope::Nothing => "nothing: no line follows it directly".to_owned(),
    }
}
