//! From verdicts and score to the report. Here, and only here, byte spans become lines and columns.

mod waivers;

use std::collections::HashMap;
use std::sync::Arc;

use super::data as out;
use super::lines::LineIndex;
use crate::facts::{SqlAccess, Store};
use crate::rules::{Catalogue, Rule};
use crate::score::{self, Line, Score};
use crate::source::{FileId, Place, Tree};
use crate::verdict::{self, CATEGORIES, Fingerprint, Settled, Verdict};

/// At most so many lines of a file are shown around a place.
const EXCERPT_LINES: u32 = 4;

/// At most so many bytes of a line are shown.
const EXCERPT_BYTES: usize = 400;

/// Everything a report is made from.
#[derive(Debug)]
pub struct Audited<'a> {
    /// What was read.
    pub tree: &'a Tree,
    /// What could not be parsed.
    pub syntax_errors: Vec<(Place, String)>,
    /// What was found out about it.
    pub facts: &'a Store,
    /// The rules that were run.
    pub catalogue: &'a Catalogue,
    /// Their verdicts, in the same order.
    pub verdicts: &'a [Verdict],
    /// Every waiver, and what it is for.
    pub waivers: &'a [Settled],
    /// Whether only a part of the rules was run: then there is no score.
    pub partial: bool,
}

/// The report of an audit.
pub fn build(audited: &Audited<'_>) -> out::Report {
    let rules = audited.catalogue.rules();
    let lines = score::lines(rules, audited.verdicts);
    let score = score::score(&lines);
    let mut places = Places::new(audited);
    let findings = findings(audited, &lines, &score, &mut places);
    let plan = plan(&lines, &findings, rules);
    let strengths = strengths(audited, &mut places);
    let syntax_errors = audited.syntax_errors.iter().map(|(place, message)| out::SyntaxError {
        path: audited.tree.file(place.file).path.clone(),
        line: places.index(place.file).line_column(place.span.start).0,
        message: message.clone(),
    });
    out::Report {
        schema_version: out::SCHEMA_VERSION.to_owned(),
        tool: tool(audited.catalogue),
        repository: repository(audited),
        syntax_errors: syntax_errors.collect(),
        unread: unread(audited.tree),
        baseline: None,
        waivers: waivers::listed(audited, &mut places),
        compared: None,
        access: access(audited, &mut places),
        rules: rules
            .iter()
            .zip(audited.verdicts)
            .map(|(rule, verdict)| self::rule(rule, verdict, audited.waivers))
            .collect(),
        score: self::score(&score, rules, audited.partial),
        findings,
        strengths,
        plan: if audited.partial { Vec::new() } else { plan },
    }
}

fn tool(catalogue: &Catalogue) -> out::Tool {
    let rules = catalogue.rules().iter();
    let rules: Vec<_> =
        rules.map(|rule| (rule.severity, rule.written.to_string(), rule.id.as_str())).collect();
    let parts = rules.iter().flat_map(|(severity, written, id)| [*id, severity.word(), written.as_str()]);
    let ruleset = Fingerprint::of(parts);
    out::Tool {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ruleset: ruleset.to_string(),
        scoring_model: score::MODEL.to_owned(),
        off: catalogue.off().to_vec(),
        reweighed: catalogue.reweighed().to_vec(),
    }
}

fn repository(audited: &Audited<'_>) -> out::Repository {
    let git = audited.tree.git();
    let files = audited.tree.files();
    out::Repository {
        name: audited.tree.name().to_owned(),
        commit: git.and_then(|git| git.commit.clone()),
        committed: git.and_then(|git| git.committed.clone()),
        dirty: git.is_some_and(|git| git.dirty),
        files: files.len() as u64,
        bytes: files.iter().map(|file| file.bytes).sum(),
        packages: audited.facts.of("package").len() as u64,
    }
}

/// What clients may do, table by table in the order of their statements.
fn access(audited: &Audited<'_>, places: &mut Places<'_>) -> Vec<out::Access> {
    let mut tables: Vec<out::Access> = Vec::new();
    for (entry, fact) in audited.facts.all::<SqlAccess>() {
        let role = out::RoleAccess {
            role: fact.role.clone(),
            select: fact.select.clone(),
            insert: fact.insert.clone(),
            update: fact.update.clone(),
            delete: fact.delete.clone(),
        };
        let path = &audited.tree.file(entry.place.file).path;
        if let Some(last) = tables.last_mut().filter(|last| last.table == fact.table && last.path == *path) {
            last.roles.push(role);
            continue;
        }
        let line = places.index(entry.place.file).line_column(entry.place.span.start).0;
        tables.push(out::Access { table: fact.table.clone(), path: path.clone(), line, roles: vec![role] });
    }
    tables
}

fn unread(tree: &Tree) -> Vec<out::Unread> {
    let unread = tree.unread().iter();
    unread
        .map(|unread| out::Unread { path: unread.path.clone(), reason: unread.reason.to_string() })
        .collect()
}

fn rule(rule: &Rule, verdict: &Verdict, waivers: &[Settled]) -> out::Rule {
    let (outcome, reason) = match &verdict.outcome {
        verdict::Outcome::Pass => (out::Outcome::Pass, None),
        verdict::Outcome::Fail => {
            (out::Outcome::Fail, verdict.part_of.as_ref().map(|parent| format!("part of {parent}")))
        }
        verdict::Outcome::NotApplicable => (out::Outcome::NotApplicable, None),
        verdict::Outcome::Inconclusive { because } => (out::Outcome::Inconclusive, Some(because.clone())),
    };
    out::Rule {
        id: rule.id.clone(),
        title: rule.title.clone(),
        severity: severity(rule.severity),
        polarity: match rule.polarity() {
            verdict::Polarity::Control => out::Polarity::Control,
            verdict::Polarity::Hazard => out::Polarity::Hazard,
        },
        outcome,
        checked: u64::from(verdict.checked),
        failing: u64::from(verdict.failing),
        false_positives: waivers::false_positives(waivers, verdict),
        credit: match outcome {
            out::Outcome::Pass | out::Outcome::Fail => {
                u32::try_from(score::credit(verdict.checked, verdict.failing)).unwrap_or_default()
            }
            _ => 0,
        },
        preview: rule.preview,
        capped: rule.capped,
        reason,
    }
}

fn severity(severity: verdict::Severity) -> out::Severity {
    match severity {
        verdict::Severity::Blocker => out::Severity::Blocker,
        verdict::Severity::High => out::Severity::High,
        verdict::Severity::Medium => out::Severity::Medium,
        verdict::Severity::Low => out::Severity::Low,
        verdict::Severity::Info => out::Severity::Info,
    }
}

fn score(score: &Score, rules: &[Arc<Rule>], partial: bool) -> out::Score {
    let total = score.total.filter(|_| !partial);
    let categories = CATEGORIES.iter().zip(&score.categories).map(|(model, category)| out::Category {
        id: model.id.to_owned(),
        weight: model.weight,
        weight_used: weight_used(category.weight),
        evidence: u32::try_from(category.possible.min(24) * 100 / 24).unwrap_or_default(),
        score: category.hundredths().map(|hundredths| f64::from(hundredths / 10) / 10.0),
        contribution: f64::from(category.contribution) / 100.0,
        earned: ten_thousandths(category.earned),
        possible: u32::try_from(category.possible).unwrap_or_default(),
        hazard: ten_thousandths(category.hazard),
    });
    out::Score {
        total,
        raw: total.map(|_| f64::from(score.raw) / 100.0),
        verdict: match total {
            None => out::Verdict::InsufficientEvidence,
            Some(85..) => out::Verdict::Ready,
            Some(60..) => out::Verdict::Conditional,
            Some(_) => out::Verdict::NotReady,
        },
        deploy: score.deploy,
        decided: score.decided,
        caps: score.caps.iter().map(|cap| out::Cap { at: cap.at, rule: cap_reason(cap.by, rules) }).collect(),
        categories: categories.collect(),
    }
}

/// A weight that is counted in parts of 24, in points. Six decimals come back from JSON as the number they were.
fn weight_used(parts: u64) -> f64 {
    let millionths = parts.saturating_mul(1_000_000).saturating_add(12) / 24;
    f64::from(u32::try_from(millionths).unwrap_or(u32::MAX)) / 1_000_000.0
}

fn cap_reason(reason: score::CapReason, rules: &[Arc<Rule>]) -> String {
    match reason {
        score::CapReason::Blocker(index) => rules[index].id.clone(),
        score::CapReason::Category(index) => CATEGORIES[index].id.to_owned(),
    }
}

fn ten_thousandths(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX)) / 10_000.0
}

fn findings(
    audited: &Audited<'_>,
    lines: &[Line],
    now: &Score,
    places: &mut Places<'_>,
) -> Vec<out::Finding> {
    let gains = score::gains(lines, now);
    let mut findings = Vec::new();
    for ((rule, verdict), gain) in audited.catalogue.rules().iter().zip(audited.verdicts).zip(gains) {
        let mut left = verdict.failing;
        let mut points = gain;
        for found in &verdict.findings {
            let waiver = waivers::covering(audited, found.waiver, places);
            if waiver.as_ref().is_some_and(|waiver| waiver.false_positive) {
                findings.push(places.finding(rule, found, waiver, 0));
                continue;
            }
            let share = if found.subjects >= left { points } else { points / left.max(1) * found.subjects };
            left -= found.subjects.min(left);
            points -= share;
            findings.push(places.finding(rule, found, waiver, share));
        }
    }
    findings.sort_by(|left, right| {
        let key = |finding: &out::Finding| {
            let place = finding.places.first().map(|place| (place.path.clone(), place.line, place.column));
            let category = CATEGORIES.iter().position(|category| category.id == finding.category);
            (finding.severity, category, finding.rule.clone(), place, finding.message.clone())
        };
        key(left).cmp(&key(right))
    });
    findings
}

fn plan(lines: &[Line], findings: &[out::Finding], rules: &[Arc<Rule>]) -> Vec<out::Phase> {
    let of_phase = |phase: &score::Phase| {
        let found = findings.iter().enumerate();
        let found = found.filter(|(_, finding)| {
            !finding.is_false_positive() && phase.lines.iter().any(|line| rules[*line].id == finding.rule)
        });
        found.map(|(index, _)| u32::try_from(index).unwrap_or(u32::MAX)).collect::<Vec<_>>()
    };
    let phase = |phase: score::Phase| {
        let indices = of_phase(&phase);
        let minutes: u32 = indices.iter().map(|index| findings[*index as usize].effort_minutes).sum();
        out::Phase {
            phase: phase.number,
            title: score::PHASES[phase.number as usize - 1].to_owned(),
            hours: f64::from(minutes.div_ceil(6)) / 10.0,
            projected: out::Projected { low: phase.low, high: phase.high },
            findings: indices,
        }
    };
    score::plan(lines).into_iter().map(phase).collect()
}

fn strengths(audited: &Audited<'_>, places: &mut Places<'_>) -> Vec<out::Strength> {
    let rules = audited.catalogue.rules().iter().zip(audited.verdicts);
    rules
        .filter_map(|(rule, verdict)| {
            let (message, place) = verdict.strength.clone()?;
            Some(out::Strength {
                rule: rule.id.clone(),
                message,
                place: Some(places.place(place, None, true)),
            })
        })
        .collect()
}

/// Turns byte spans into lines and columns, one index a file.
struct Places<'t> {
    tree: &'t Tree,
    indexes: HashMap<FileId, LineIndex<'t>>,
    /// Lines, first and last, where a rule found what must not be shown, by whatever rule a place there is named.
    secret: HashMap<FileId, Vec<(u32, u32)>>,
}

impl<'t> Places<'t> {
    fn new(audited: &Audited<'t>) -> Self {
        let mut places = Self { tree: audited.tree, indexes: HashMap::new(), secret: HashMap::new() };
        let rules = audited.catalogue.rules().iter().zip(audited.verdicts);
        let findings = rules.filter(|(rule, _)| rule.sensitive).flat_map(|(_, verdict)| &verdict.findings);
        for place in findings.flat_map(|found| &found.places).filter(|place| !place.span.is_empty()) {
            let index = places.index(place.file);
            let lines = (index.line_column(place.span.start).0, index.line_column(place.span.end).0);
            places.secret.entry(place.file).or_default().push(lines);
        }
        places
    }

    fn shows_secret(&self, file: FileId, line: u32, end_line: u32) -> bool {
        let secret = self.secret.get(&file).map_or(&[][..], Vec::as_slice);
        secret.iter().any(|(first, last)| *first <= end_line && line <= *last)
    }

    fn index(&mut self, file: FileId) -> &LineIndex<'t> {
        self.indexes.entry(file).or_insert_with(|| LineIndex::new(self.tree.text(file)))
    }

    fn place(&mut self, place: Place, note: Option<String>, sensitive: bool) -> out::Place {
        let text = self.tree.text(place.file);
        let index = self.index(place.file);
        let (line, column) = index.line_column(place.span.start);
        let (end_line, end_column) = index.line_column(place.span.end);
        let shown = !sensitive && !place.span.is_empty() && !self.shows_secret(place.file, line, end_line);
        out::Place {
            path: self.tree.file(place.file).path.clone(),
            line,
            column,
            end_line,
            end_column,
            note,
            excerpt: shown.then(|| excerpt(text, line, end_line)),
            fingerprint: None,
        }
    }

    fn finding(
        &mut self,
        rule: &Rule,
        found: &verdict::Finding,
        waiver: Option<out::Waived>,
        share: u32,
    ) -> out::Finding {
        let mut places: Vec<_> = Vec::with_capacity(found.places.len() + found.also.len());
        for (place, part) in found.places.iter().zip(&found.parts) {
            let place = self.place(*place, None, rule.sensitive);
            places.push(out::Place { fingerprint: part.fingerprint.clone(), ..place });
        }
        for label in &found.also {
            places.push(self.place(label.place, Some(label.note.clone()), rule.sensitive));
        }
        let times = u32::try_from(found.places.len()).unwrap_or(u32::MAX);
        out::Finding {
            rule: rule.id.clone(),
            category: rule.category().to_owned(),
            severity: severity(rule.severity),
            title: rule.title.clone(),
            message: found.message.clone(),
            places,
            points: f64::from(share) / 100.0,
            effort_minutes: effort(rule.effort, times),
            fingerprint: found.fingerprint.clone(),
            status: if waiver.is_some() { out::Status::Waived } else { out::Status::Open },
            waiver,
            preview: rule.preview,
            why: rule.why.clone(),
            fix: rule.fix.clone(),
            references: rule.references.clone(),
        }
    }
}

/// Mending the same thing again takes a quarter of the first time, rounded up to a minute.
fn effort(once: u32, times: u32) -> u32 {
    once.saturating_add(once.div_ceil(4).saturating_mul(times.saturating_sub(1)))
}

/// The lines from `line` to `end_line`, cut to what a person reads.
fn excerpt(text: &str, line: u32, end_line: u32) -> String {
    let count = (end_line - line + 1).min(EXCERPT_LINES) as usize;
    let lines = text.lines().skip(line as usize - 1).take(count);
    let cut = |line: &str| {
        let mut end = line.len().min(EXCERPT_BYTES);
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        line[..end].to_owned()
    };
    lines.map(cut).collect::<Vec<_>>().join("\n")
}
