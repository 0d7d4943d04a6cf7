//! Gives the findings of a rule their fingerprints.

use super::fingerprint::Fingerprints;
use crate::rules::Rule;
use crate::source::{Span, Tree};
use crate::verdict::Finding;

/// Gives each finding its fingerprint, and each of its places where it has several. Of secrets the content counts for
/// nothing: from a fingerprint of it a short one could be guessed.
pub(super) fn findings(tree: &Tree, rule: &Rule, findings: &mut [Finding]) {
    let mut fingerprints = Fingerprints::default();
    // Those that say the same of equal content are numbered in the order of their places.
    let mut order: Vec<&mut Finding> = findings.iter_mut().collect();
    order.sort_by(|left, right| {
        (left.places.first(), &left.message).cmp(&(right.places.first(), &right.message))
    });
    for finding in order {
        identify(tree, &mut fingerprints, rule, finding);
    }
}

fn identify(tree: &Tree, fingerprints: &mut Fingerprints, rule: &Rule, finding: &mut Finding) {
    let contents: Vec<&str> = finding
        .places
        .iter()
        .map(|place| if rule.sensitive { "" } else { content(tree.text(place.file), place.span) })
        .collect();
    let paths: Vec<&str> = finding.places.iter().map(|place| tree.file(place.file).path.as_str()).collect();
    if let [content] = contents[..] {
        finding.fingerprint = fingerprints.next(&rule.id, &finding.message, &paths, content);
        return;
    }
    // What is so in many places stays the same finding when one of them is mended; the places are told apart.
    finding.fingerprint = fingerprints.next(&rule.id, &finding.message, &paths, "");
    for (part, content) in finding.parts.iter_mut().zip(contents) {
        part.fingerprint = Some(fingerprints.next(&rule.id, &finding.message, &paths, content));
    }
}

/// What a place points at. Of one that is empty, as the top of a file may be, it is the next line that says something.
fn content(text: &str, span: Span) -> &str {
    let own = span.of(text);
    if !own.trim().is_empty() {
        return own;
    }
    let rest = text.get(span.end as usize..).unwrap_or_default();
    rest.trim_start().lines().next().unwrap_or_default()
}
