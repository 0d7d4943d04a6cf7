//! The sum of a score, done again from the rules of a report, and written out so that a person can follow it.

use std::fmt::Write as _;

use super::{Outcome, Polarity, Report, Rule, Score, visible};
use crate::score::{self, CapReason, CategoryScore, Line, State};
use crate::verdict::{self, CATEGORIES};

/// Points and weights in a report are equal if they print the same; half of the last decimal of the finest.
const TOLERANCE: f64 = 0.00005;

/// The sum as text, and every number of the report that is not what its rules give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The sum, line by line, ending with a newline.
    pub text: String,
    /// A sentence for each number that does not add up.
    pub wrong: Vec<String>,
}

/// Counts the score of a report again.
pub fn sum(report: &Report) -> Sum {
    let mut wrong = vec![];
    let counted = report.rules.iter().filter_map(|rule| Some((rule, checked_line(rule, &mut wrong)?)));
    let (rules, lines): (Vec<&Rule>, Vec<Line>) = counted.unzip();
    let again = score::score(&lines);
    compare(&report.score, &again, &rules, &mut wrong);
    Sum { text: write(report, &again, &rules), wrong }
}

/// A rule of the report as a line of the sum, and what is wrong with it.
fn checked_line(rule: &Rule, wrong: &mut Vec<String>) -> Option<Line> {
    let id = visible(&rule.id);
    let Some(line) = line(rule) else {
        wrong.push(format!("{id} is in no category of scoring model {}", score::MODEL));
        return None;
    };
    if let State::Judged { checked, failing } = line.state {
        let credit = score::credit(checked, failing);
        if credit != u64::from(rule.credit) {
            let (checked, failing, stated) = (rule.checked, rule.failing, rule.credit);
            wrong.push(format!(
                "{id} states a credit of {stated}; {failing} failing of {checked} give {credit}"
            ));
        }
        if (rule.outcome == Outcome::Fail) != (rule.failing > 0) {
            let (outcome, failing) = (rule.outcome.word(), rule.failing);
            wrong.push(format!("{id} states the outcome `{outcome}` with {failing} failing"));
        }
    }
    Some(line)
}

/// A rule of the report as a line of the sum; none where it is in no category of the model.
pub(super) fn line(rule: &Rule) -> Option<Line> {
    let category = rule.id.split('/').next().unwrap_or_default();
    let (checked, failing) = (number(rule.checked), number(rule.failing));
    Some(Line {
        category: CATEGORIES.iter().position(|known| known.id == category)?,
        severity: verdict::Severity::parse(rule.severity.word()).unwrap_or(verdict::Severity::Info),
        polarity: match rule.polarity {
            Polarity::Control => verdict::Polarity::Control,
            Polarity::Hazard => verdict::Polarity::Hazard,
        },
        preview: rule.preview,
        capped: rule.capped,
        state: match rule.outcome {
            Outcome::Pass | Outcome::Fail => State::Judged { checked, failing },
            Outcome::NotApplicable => State::NotApplicable,
            Outcome::Inconclusive => State::Inconclusive,
        },
        part_of: None,
    })
}

fn number(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Notes every number that differs.
fn compare(stated: &Score, again: &score::Score, rules: &[&Rule], wrong: &mut Vec<String>) {
    for (model, counted) in CATEGORIES.iter().zip(&again.categories) {
        let Some(category) = stated.categories.iter().find(|category| category.id == model.id) else {
            wrong.push(format!("the category {} is missing", model.id));
            continue;
        };
        let mut check = |what: &str, stated: f64, counted: f64| {
            if (stated - counted).abs() > TOLERANCE {
                wrong.push(format!("{}: {what} is stated as {stated}; its rules give {counted}", model.id));
            }
        };
        check("weight", f64::from(category.weight), f64::from(model.weight));
        check("weight_used", category.weight_used, weight(counted));
        check("earned", category.earned, ten_thousandths(counted.earned));
        check("possible", f64::from(category.possible), fraction(counted.possible, 1.0));
        check("hazard", category.hazard, ten_thousandths(counted.hazard));
        check("contribution", category.contribution, f64::from(counted.contribution) / 100.0);
        check("score", category.score.unwrap_or(-1.0), tenths(counted).unwrap_or(-1.0));
    }
    let mut check = |what: &str, stated: String, counted: String| {
        if stated != counted {
            wrong.push(format!("{what} is stated as {stated}; the rules give {counted}"));
        }
    };
    check("decided", stated.decided.to_string(), again.decided.to_string());
    check("deploy", stated.deploy.to_string(), again.deploy.to_string());
    let caps = |caps: Vec<(u8, String)>| {
        let words: Vec<String> = caps.iter().map(|(at, by)| format!("{at} by {by}")).collect();
        if words.is_empty() { "none".to_owned() } else { words.join(", ") }
    };
    let stated_caps = stated.caps.iter().map(|cap| (cap.at, visible(&cap.rule).into_owned())).collect();
    let counted_caps = again.caps.iter().map(|cap| (cap.at, reason(cap.by, rules))).collect();
    check("caps", caps(stated_caps), caps(counted_caps));
    if let Some(total) = stated.total {
        let counted = again.total.map_or("no number".to_owned(), |total| total.to_string());
        check("total", total.to_string(), counted);
        let raw = stated.raw.map_or("absent".to_owned(), |raw| format!("{raw:.2}"));
        check("raw", raw, format!("{:.2}", f64::from(again.raw) / 100.0));
    }
}

fn reason(by: CapReason, rules: &[&Rule]) -> String {
    match by {
        CapReason::Blocker(index) => {
            rules.get(index).map(|rule| visible(&rule.id).into_owned()).unwrap_or_default()
        }
        CapReason::Category(index) => CATEGORIES[index].id.to_owned(),
    }
}

fn weight(category: &CategoryScore) -> f64 {
    fraction(category.weight, 24.0)
}

fn ten_thousandths(number: u64) -> f64 {
    fraction(number, 10_000.0)
}

fn fraction(number: u64, of: f64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX)) / of
}

/// Points of 100 with one decimal, the rest cut off.
fn tenths(category: &CategoryScore) -> Option<f64> {
    category.hundredths().map(|hundredths| f64::from(hundredths / 10) / 10.0)
}

fn write(report: &Report, again: &score::Score, rules: &[&Rule]) -> String {
    let mut out = String::new();
    let weights: f64 = again.categories.iter().map(weight).sum();
    let _ = writeln!(
        out,
        "Scoring model {}. A category scores 100 x earned/possible x 100/(100+H);",
        score::MODEL
    );
    let _ = writeln!(out, "its weight counts in proportion to possible/24, at most in full.\n");
    let _ = writeln!(
        out,
        "{:<14}{:>9} /{:>4}{:>8}{:>8}{:>16}{:>10}",
        "category", "earned", "of", "H", "score", "weight used", "adds"
    );
    let rows = CATEGORIES.iter().zip(&again.categories);
    for (model, category) in rows.filter(|(_, category)| category.fine.is_some()) {
        let score = f64::from(category.hundredths().unwrap_or_default()) / 100.0;
        let _ = writeln!(
            out,
            "{:<14}{:>9.4} /{:>4}{:>8.2}{:>8.2}{:>9.2} of{:>3}{:>11.2}",
            model.id,
            ten_thousandths(category.earned),
            category.possible,
            ten_thousandths(category.hazard),
            score,
            weight(category),
            model.weight,
            f64::from(category.contribution) / 100.0
        );
    }
    let _ = writeln!(out, "{:<14}{:>40.2}{:>17.2}\n", "sum", weights, f64::from(again.raw) / 100.0);
    result(&mut out, report, again, rules);
    out
}

fn result(out: &mut String, report: &Report, again: &score::Score, rules: &[&Rule]) {
    for cap in &again.caps {
        let why = match cap.by {
            CapReason::Blocker(_) => "an open blocker",
            CapReason::Category(_) => "a category of weight 10 or more under 50",
        };
        let _ = writeln!(out, "held at {} by {}: {why}", cap.at, reason(cap.by, rules));
    }
    let _ = writeln!(out, "decided: {} % of the weight that applies", again.decided);
    let _ = match (again.total, report.score.no_number()) {
        (_, Some(why)) => writeln!(out, "total: no number: {why}"),
        (None, None) => writeln!(out, "total: no number"),
        (Some(total), None) => {
            let whole = again.raw / 100;
            let held = if u32::from(total) < whole { format!(", held from {whole}") } else { String::new() };
            writeln!(out, "total: {total}, the whole points of {:.2}{held}", f64::from(again.raw) / 100.0)
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{json, terminal::Style};
    use crate::rules::{self, Catalogue};
    use crate::source::{MemoryFile, Tree};

    /// A rule of two lines: what it demands, of which files.
    fn rule(id: &str, severity: &str, sentence: &str) -> rules::Rule {
        let head =
            format!("id: {id}\ntitle: T\nseverity: {severity}\neffort: 1h\nwhy: W\nfix: F\nmessage: M\n");
        rules::compile(&format!("rules/{id}.yml"), &(head + sentence)).expect("a rule without mistakes")
    }

    /// Controls that hold and fail, hazards, a blocker, a preview, in three categories.
    fn report() -> Report {
        let rules = vec![
            rule("security/a", "blocker", "require: file\nwhere: { name: LICENSE }\ncapped: true"),
            rule("security/b", "high", "every: file\nis: { name: { not: b.txt } }"),
            rule("security/c", "medium", "forbid: file\nwhere: { name: c.txt }"),
            rule("ci/a", "high", "require: file\nwhere: { name: a.txt }"),
            rule("ci/b", "low", "require: file\nwhere: { name: none }"),
            rule("docs/a", "info", "require: file\nwhere: { name: none }"),
            rule("docs/b", "high", "require: file\nwhere: { name: none }\npreview: true"),
        ];
        let files =
            ["a.txt", "b.txt", "c.txt"].map(|path| (path.to_owned(), MemoryFile::Text(String::new())));
        crate::audit(&Tree::from_memory(files), &Catalogue::new(rules), false).report
    }

    #[test]
    fn what_an_audit_says_adds_up() {
        let sum = sum(&report());
        assert_eq!(sum.wrong, Vec::<String>::new());
        insta::assert_snapshot!(sum.text);
    }

    #[test]
    fn it_still_adds_up_after_a_journey_through_json() {
        let text = json::render(&report());
        assert_eq!(sum(&json::parse(&text).expect("a report")).wrong, Vec::<String>::new());
        assert!(!crate::report::draw(crate::report::Format::Terminal, &report(), &Style::piped()).is_empty());
    }

    #[test]
    fn every_changed_number_is_told() {
        let mut changed = report();
        changed.score.decided = 12;
        changed.score.deploy = !changed.score.deploy;
        changed.score.categories[0].earned += 1.0;
        changed.score.categories[1].contribution += 0.01;
        changed.rules[0].credit = 17;
        changed.rules[0].outcome = Outcome::Pass;
        let wrong = sum(&changed).wrong;
        for word in ["decided", "deploy", "security: earned", "testing: contribution", "a credit of 17"] {
            assert!(wrong.iter().any(|sentence| sentence.contains(word)), "{word} in {wrong:?}");
        }
    }

    #[test]
    fn a_rule_of_no_category_is_told() {
        let mut changed = report();
        changed.rules[0].id = "nowhere/at-all".to_owned();
        assert!(
            sum(&changed).wrong.iter().any(|sentence| sentence.contains("nowhere/at-all is in no category"))
        );
    }
}
