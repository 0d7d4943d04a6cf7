//! What the documents say in words, in the order people expect: shared by Markdown and HTML, drawn by each.
//!
//! Sentences hold code between backticks, as messages of rules do.

use std::collections::BTreeMap;

use super::clean::visible;
use super::words::{count, effort};
use super::{Category, Finding, Outcome, Place, Report, Severity, Verdict};

/// Lines of a place that are shown.
const LINES: usize = 8;

/// Three to six sentences: what stands in the way, what is good, what it takes.
pub(super) fn summary(report: &Report) -> Vec<String> {
    let all = [
        Some(standing(report)),
        Some(in_the_way(report)),
        costs(report),
        in_place(report),
        takes(report),
        unknown(report),
    ];
    all.into_iter().flatten().collect()
}

fn standing(report: &Report) -> String {
    let score = &report.score;
    match (score.total, score.held()) {
        (Some(total), held) => {
            let held = held.map(|held| format!(" ({held})")).unwrap_or_default();
            format!("The score is {total} of 100: {}{held}.", score.verdict.phrase().to_lowercase())
        }
        (None, _) => format!("There is no score: {}.", score.no_number().unwrap_or_default()),
    }
}

fn in_the_way(report: &Report) -> String {
    let blockers: Vec<&Finding> = report.open(Severity::Blocker).collect();
    match blockers.len() {
        0 => match report.accepted().count() {
            0 => "No blocker is open.".to_owned(),
            waived => format!("No blocker is open; {} waived, and not mended.", count(waived, "blocker")),
        },
        number => {
            let named: Vec<&str> = blockers.iter().take(3).map(|finding| finding.message.as_str()).collect();
            let more = if number > 3 { format!("; and {} more", number - 3) } else { String::new() };
            let stands = if number == 1 { "stands" } else { "stand" };
            format!(
                "In the way of a launch {stands} {}: {}{more}.",
                count(number, "blocker"),
                named.join("; ")
            )
        }
    }
}

fn costs(report: &Report) -> Option<String> {
    let by_cost = by_cost(report);
    let worst: Vec<String> = by_cost
        .iter()
        .filter(|(_, cost)| *cost >= 1.0)
        .take(3)
        .map(|(category, cost)| format!("{} (−{cost:.1})", category.id))
        .collect();
    let (last, before) = worst.split_last()?;
    let and = if before.is_empty() { String::new() } else { format!("{} and ", before.join(", ")) };
    Some(format!("Most points are lost in {and}{last}."))
}

/// The categories with a score, and the points each costs, dearest first.
pub(super) fn by_cost(report: &Report) -> Vec<(&Category, f64)> {
    let weights: f64 = report.score.categories.iter().map(|category| category.weight_used).sum();
    let judged = report.score.categories.iter().filter(|category| category.score.is_some());
    let mut by_cost: Vec<_> = judged.map(|category| (category, category.cost(weights))).collect();
    by_cost.sort_by(|left, right| right.1.total_cmp(&left.1));
    by_cost
}

fn in_place(report: &Report) -> Option<String> {
    let (passed, failed) = (report.ended(Outcome::Pass), report.ended(Outcome::Fail));
    if passed == 0 {
        return None;
    }
    let named: Vec<&str> =
        report.strengths.iter().take(2).map(|strength| strength.message.as_str()).collect();
    let among = if named.is_empty() { String::new() } else { format!(", among them: {}", named.join("; ")) };
    Some(format!("{passed} of {} that apply hold{among}.", count(passed + failed, "check")))
}

fn takes(report: &Report) -> Option<String> {
    let minutes: u32 = report.findings.iter().filter(|it| it.is_open()).map(|it| it.effort_minutes).sum();
    let (first, last) = (report.plan.first()?, report.plan.last()?);
    let projected = |phase: &super::Phase| range(phase.projected);
    let all = format!("Mending everything takes about {}", effort(minutes));
    Some(if report.plan.len() == 1 {
        format!("{all} and leads to {}.", projected(last))
    } else {
        format!(
            "{all}: after the first of {} ({:.1} h) the score is {}, after the last {}.",
            count(report.plan.len(), "phase"),
            first.hours,
            projected(first),
            projected(last)
        )
    })
}

fn unknown(report: &Report) -> Option<String> {
    let undecided = report.ended(Outcome::Inconclusive);
    if undecided == 0 {
        return None;
    }
    let (is, decided) = (if undecided == 1 { "is" } else { "are" }, report.score.decided);
    Some(format!(
        "{} {is} undecided; {decided} % of the weight that applies could be judged.",
        count(undecided, "check")
    ))
}

/// A projected score: one number where nothing is undecided.
pub(super) fn range(projected: super::Projected) -> String {
    if projected.low == projected.high {
        projected.low.to_string()
    } else {
        format!("{}–{}", projected.low, projected.high)
    }
}

/// The state of a category in a word or two.
pub(super) fn status(category: &Category, blockers: usize) -> &'static str {
    match category.score {
        None => "nothing to judge",
        Some(_) if blockers > 0 => "blocked",
        Some(score) if score >= 85.0 => "ready",
        Some(score) if score >= 60.0 => "conditional",
        Some(_) => "not ready",
    }
}

/// Open findings of a category: its blockers, and in words the others.
pub(super) fn found(report: &Report, category: &str) -> (usize, String) {
    let number = |severity| report.open(severity).filter(|finding| finding.category == category).count();
    let others = Severity::ALL.into_iter().skip(1).map(|severity| (number(severity), severity.word()));
    let others: Vec<String> =
        others.filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    (number(Severity::Blocker), others.join(", "))
}

/// What the audit could not know, in sentences.
pub(super) fn assumptions(report: &Report) -> Vec<String> {
    let mut all = vec![
        "Judged is what is checked in: what runs, how it is operated, and what is set up by hand on servers and in consoles is not seen.".to_owned(),
    ];
    if report.repository.commit.is_none() {
        all.push("There was no commit: the files are those of the folder at that time.".to_owned());
    } else if report.repository.dirty {
        all.push(
            "The work tree differed from its commit: what was audited is not what the commit holds."
                .to_owned(),
        );
    }
    let listed =
        |items: &[String]| items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ");
    if !report.tool.off.is_empty() {
        all.push(format!("Turned off by the configuration: {}.", listed(&report.tool.off)));
    }
    if !report.tool.reweighed.is_empty() {
        all.push(format!("Given another severity by the configuration: {}.", listed(&report.tool.reweighed)));
    }
    let waived = report.findings.iter().filter(|finding| !finding.is_open()).count();
    if waived > 0 {
        all.push(format!(
            "{} waived or in the baseline; they are listed, and do not count at the gate.",
            count(waived, "finding")
        ));
    }
    let unread = unread_by_reason(report, "…");
    if !unread.is_empty() {
        let reasons: Vec<String> =
            unread.iter().map(|(reason, number)| format!("{number} {reason}")).collect();
        all.push(format!("Not read: {} ({}).", count(report.unread.len(), "file"), reasons.join(", ")));
    }
    all
}

/// Why files were not read, and how many for each reason, most first.
pub(super) fn unread_by_reason(report: &Report, sign: &str) -> Vec<(String, usize)> {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for unread in &report.unread {
        *reasons.entry(class(&unread.reason, sign)).or_default() += 1;
    }
    let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
    // The sort is stable: reasons of one count stay in alphabetical order.
    reasons.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    reasons
}

/// A reason without what is particular to one file: `is 12 bytes, over the limit of 8` → `… bytes, over the limit of …`.
fn class(reason: &str, sign: &str) -> String {
    let reason = reason.strip_prefix("is ").unwrap_or(reason);
    let reason = reason.split(['`', ';']).next().unwrap_or_default().trim_end();
    let is_number = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let words = reason.split(' ').map(|word| Some(word).filter(|word| !is_number(word)).unwrap_or(sign));
    words.collect::<Vec<_>>().join(" ")
}

/// The last word: whether to deploy, at what risk, and when to look again.
pub(super) fn recommendation(report: &Report) -> [(&'static str, String); 3] {
    let next_to_end = report.accepted().filter_map(|finding| Some(&finding.waiver.as_ref()?.until)).min();
    if let Some(until) = next_to_end.filter(|_| report.open(Severity::Blocker).count() == 0) {
        return [
            ("Deploy now?", report.deploy_now()),
            ("Risk", "high: a launch takes what is waived to production.".to_owned()),
            ("Next review", format!("before {until}, when the first waiver of a blocker ends.")),
        ];
    }
    let (risk, next) = match report.score.verdict {
        _ if !report.score.deploy => (
            "high: a launch now takes what blocks it to production",
            "after phase 1, before anything goes live",
        ),
        Verdict::Ready => ("low", "with the next release; a gate in CI keeps it from falling"),
        Verdict::Conditional => ("moderate: known gaps remain", "after phase 1 of the plan"),
        Verdict::NotReady => ("high: what keeps a service running is missing", "after phase 1 of the plan"),
        Verdict::InsufficientEvidence => {
            ("unknown: too little could be judged", "when what is undecided can be seen")
        }
    };
    [("Deploy now?", report.deploy_now()), ("Risk", format!("{risk}.")), ("Next review", format!("{next}."))]
}

/// The findings of each rule together, gravest first; within a rule what is open stands first.
pub(super) fn groups<'r>(report: &'r Report, keep: &dyn Fn(&Finding) -> bool) -> Vec<Vec<&'r Finding>> {
    let kept: Vec<&Finding> = report.findings.iter().filter(|finding| keep(finding)).collect();
    kept.chunk_by(|left, right| left.rule == right.rule).map(<[&Finding]>::to_vec).collect()
}

/// What a finding, or all of a rule, brings and takes: `+4.2 points · 15 min`.
pub(super) fn worth(findings: &[&Finding]) -> String {
    let points: f64 = findings.iter().map(|finding| finding.points).sum();
    let minutes = findings.iter().fold(0_u32, |sum, finding| sum.saturating_add(finding.effort_minutes));
    let mut parts = vec![];
    if findings.iter().all(|finding| finding.preview) {
        parts.push("preview, not scored".to_owned());
    } else if points >= 0.05 {
        parts.push(format!("+{points:.1} points"));
    }
    parts.push(effort(minutes));
    parts.join(" · ")
}

/// The lines of a place, each harmless.
pub(super) fn excerpt(place: &Place) -> Option<String> {
    let lines = place.excerpt.as_deref()?.split('\n').take(LINES);
    let lines = lines
        .map(|line| visible(&line.strip_suffix('\r').unwrap_or(line).replace('\t', "    ")).into_owned());
    Some(lines.collect::<Vec<_>>().join("\n")).filter(|lines| !lines.trim().is_empty())
}

/// The places of a finding whose source is worth showing: the first, and those that say something.
pub(super) fn sources(finding: &Finding) -> impl Iterator<Item = (&Place, String)> {
    let worth = finding.places.iter().enumerate().filter(|(at, place)| *at == 0 || place.note.is_some());
    worth.take(3).filter_map(|(_, place)| Some((place, excerpt(place)?)))
}

/// The commit as a person names it, and whether the files are those of it.
pub(super) fn commit(report: &Report) -> Option<(String, bool)> {
    let commit = report.repository.commit.as_deref()?;
    Some((commit.get(..7).unwrap_or(commit).to_owned(), report.repository.dirty))
}
