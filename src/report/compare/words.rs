//! What the formats say of a comparison in words. Sentences hold code between backticks, as messages of rules do.

use crate::report::words::count;
use crate::report::{Compared, Comparison, Parts, Place, ScoreChange, Severity, Side, Status};

/// The causes of a change by their names, with the part of each.
pub(in crate::report) fn causes(parts: &Parts) -> [(&'static str, f64); 4] {
    [
        ("Findings", parts.findings),
        ("Applicability", parts.applicability),
        ("Waivers", parts.waivers),
        ("Ruleset", parts.ruleset),
    ]
}

/// What each cause means, in the order of [`causes`].
pub(in crate::report) const CAUSES: [&str; 4] = [
    "what the rules found",
    "rules that began to apply, and rules that ceased to",
    "what was waived as false, and what is no longer",
    "rules that only one side ran, or that weigh otherwise",
];

/// A change with its sign: `+3.2`, `−4.0`, `0.0`.
pub(in crate::report) fn signed(change: f64, decimals: usize) -> String {
    let words = format!("{:.decimals$}", change.abs());
    match change {
        _ if words.bytes().all(|byte| matches!(byte, b'0' | b'.')) => words,
        change if change < 0.0 => format!("−{words}"),
        _ => format!("+{words}"),
    }
}

/// Points of a category, or that there are none.
pub(in crate::report) fn points(points: Option<f64>) -> String {
    points.map_or("–".to_owned(), |points| format!("{points:.1}"))
}

impl Comparison {
    /// The score before and after: `72 → 68 (−4)`.
    pub(in crate::report) fn headline(&self) -> String {
        let words = |total: Option<u8>| total.map_or("no score".to_owned(), |total| total.to_string());
        match (self.before.total, self.after.total, self.score) {
            (None, None, _) => "no score".to_owned(),
            (Some(_), Some(after), Some(ScoreChange { total: 0, .. })) => format!("{after}, as before"),
            (before, after, Some(change)) => {
                let change = signed(f64::from(change.total), 0);
                format!("{} → {} ({change})", words(before), words(after))
            }
            (before, after, None) => format!("{} → {}", words(before), words(after)),
        }
    }

    /// The verdict, and the one before where it was another.
    pub(in crate::report) fn verdict(&self) -> String {
        let (before, after) = (self.before.verdict, self.after.verdict);
        if before == after {
            return after.phrase().to_owned();
        }
        format!("{}, was {}", after.phrase(), before.phrase())
    }

    /// Whether it may go live now, and whether it might have before.
    pub(in crate::report) fn deploy_now(&self) -> String {
        let now = self.after.deploy_now();
        match (self.before.deploy, self.after.deploy) {
            _ if self.before.total.is_none() || self.after.total.is_none() => now,
            (true, false) => format!("{now} Before it was yes."),
            (false, true) => format!("{now} Before it was no."),
            _ => now,
        }
    }

    /// What changed, counted: `2 new findings (1 blocker), 3 mended, 1 changed, 40 unchanged`.
    pub(in crate::report) fn tally(&self) -> String {
        let with_blockers = |findings: &[Compared], words: String| match blockers(findings).count() {
            0 => words,
            number => format!("{words} ({})", count(number, "blocker")),
        };
        let mut items = vec![
            with_blockers(&self.new, count(self.new.len(), "new finding")),
            with_blockers(&self.mended, format!("{} mended", self.mended.len())),
        ];
        if !self.changed.is_empty() {
            items.push(format!("{} in other places", self.changed.len()));
        }
        items.push(format!("{} unchanged", self.unchanged.len()));
        items.join(", ")
    }

    /// Why the score is another, in a sentence; none where it is the same, or there are not two.
    pub(in crate::report) fn why(&self) -> Option<String> {
        let score = self.score?;
        let of = |parts: &Parts, decimals| {
            let parts = causes(parts).into_iter().filter(|(_, part)| *part != 0.0);
            let parts =
                parts.map(|(cause, part)| format!("{} {}", cause.to_lowercase(), signed(part, decimals)));
            parts.collect::<Vec<_>>().join(", ")
        };
        let (before, after) = (self.before.raw.unwrap_or_default(), self.after.raw.unwrap_or_default());
        let (total, raw) = (of(&score.total_parts, 0), of(&score.raw_parts, 2));
        match (total.is_empty(), raw.is_empty()) {
            (true, true) => None,
            (false, true) => Some(format!("The change by its causes: {total}.")),
            (true, false) => Some(format!("Before caps it went from {before:.2} to {after:.2}: {raw}.")),
            (false, false) => Some(format!(
                "The change by its causes: {total}; before caps, from {before:.2} to {after:.2}: {raw}."
            )),
        }
    }

    /// What has to be known to read the numbers.
    pub(in crate::report) fn remarks(&self) -> Vec<String> {
        let (before, after) = (&self.before, &self.after);
        let mut remarks = vec![];
        if before.repository.name != after.repository.name {
            let (before, after) = (&before.repository.name, &after.repository.name);
            remarks.push(format!("The two have other names: compared are `{before}` and `{after}`."));
        }
        for side in [before, after] {
            if let Some(why) = &side.no_score {
                remarks.push(format!("`{}` has no score: {why}.", side.named));
            }
        }
        let (earlier, later) = (&before.tool.scoring_model, &after.tool.scoring_model);
        if earlier != later {
            remarks.push(format!(
                "The scores were counted by different models, {earlier} and {later}: their difference says nothing."
            ));
        }
        remarks.extend(self.rulesets());
        remarks
    }

    /// How the rules of the two differ.
    fn rulesets(&self) -> Vec<String> {
        let rules = &self.rules;
        if rules.same {
            return vec![];
        }
        let mut remarks = vec![format!(
            "The two were made by different rules, `{}` and `{}`: compared is what the {} that both ran found, each as its side had it.",
            self.before.tool.ruleset,
            self.after.tool.ruleset,
            count(usize::try_from(rules.shared).unwrap_or(usize::MAX), "rule")
        )];
        let lists = [
            (format!("Run by `{}` only", self.before.named), &rules.before_only),
            (format!("Run by `{}` only", self.after.named), &rules.after_only),
            ("Of another weight in each".to_owned(), &rules.reweighed),
        ];
        for (what, rules) in lists {
            if !rules.is_empty() {
                remarks.push(format!("{what}: {}.", listed(rules)));
            }
        }
        remarks
    }
}

/// The first of some rules as code, and how many more there are.
fn listed(rules: &[String]) -> String {
    const NAMED: usize = 10;
    let mut named: Vec<String> = rules.iter().take(NAMED).map(|rule| format!("`{rule}`")).collect();
    if rules.len() > NAMED {
        named.push(format!("and {} more", rules.len() - NAMED));
    }
    named.join(", ")
}

/// The blockers that count.
fn blockers(findings: &[Compared]) -> impl Iterator<Item = &Compared> {
    findings.iter().filter(|finding| finding.blocks())
}

impl ScoreChange {
    /// Whether any cause changed anything.
    pub(in crate::report) fn is_any(&self) -> bool {
        let parts = [causes(&self.total_parts), causes(&self.raw_parts)];
        parts.as_flattened().iter().any(|(_, part)| *part != 0.0)
    }
}

impl Side {
    /// What was compared, with the commit that it is where its name does not say so.
    pub(in crate::report) fn label(&self) -> (&str, Option<String>) {
        let commit = self.repository.commit.as_deref().map(|commit| commit.get(..7).unwrap_or(commit));
        let commit = commit.filter(|commit| !self.named.starts_with(commit)).map(|commit| {
            if self.repository.dirty { format!("{commit} with changes") } else { commit.to_owned() }
        });
        (&self.named, commit)
    }

    /// Whether it may go live now, as its report says it.
    fn deploy_now(&self) -> String {
        match (self.deploy, self.blockers) {
            (true, _) if self.total.is_none() => "Not known.".to_owned(),
            (true, _) => "Yes, no blocker is open.".to_owned(),
            (false, 0) => "No, the blockers are in the baseline or waived, not mended.".to_owned(),
            (false, 1) => "No, 1 blocker is open.".to_owned(),
            (false, open) => format!("No, {open} blockers are open."),
        }
    }
}

impl Compared {
    /// Whether it stands against going live.
    pub(in crate::report) fn blocks(&self) -> bool {
        self.severity == Severity::Blocker && self.status == Status::Open && !self.preview
    }

    /// What is said of it beside its message; empty where it simply counts.
    pub(in crate::report) fn aside(&self) -> &'static str {
        match self.status {
            Status::Open if self.preview => " (preview, not scored)",
            Status::Open => "",
            Status::Baseline => " (in the baseline)",
            Status::Waived => " (waived)",
        }
    }

    /// Where it is, as far as it changed: all of what is new or mended, the first place of what is unchanged.
    pub(in crate::report) fn places(&self) -> &[Place] {
        match (&self.new_places[..], &self.mended_places[..]) {
            ([], []) => self.place.as_slice(),
            ([], mended) => mended,
            (new, _) => new,
        }
    }

    /// How its places changed, of a finding that both found: those of each kind with their number in words.
    pub(in crate::report) fn moves(&self) -> impl Iterator<Item = (String, &[Place])> {
        let kinds = [("new place", &self.new_places[..]), ("mended place", &self.mended_places[..])];
        let kinds = kinds.into_iter().filter(|(_, places)| !places.is_empty());
        kinds.map(|(noun, places)| (count(places.len(), noun), places))
    }
}
