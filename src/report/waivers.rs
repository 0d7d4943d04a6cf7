//! The waivers of a repository as a list: for reading, and as data.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::Serialize;

use super::words::count;
use super::{Report, Waiver, WaiverState, clean};

/// The version of the list as data; what it names may not change without a new one.
const SCHEMA_VERSION: &str = "1";

/// The list as data.
#[derive(Serialize)]
struct List<'r> {
    schema_version: &'static str,
    /// The day from which days are counted.
    day: String,
    waivers: Vec<Listed<'r>>,
}

#[derive(Serialize)]
struct Listed<'r> {
    #[serde(flatten)]
    waiver: &'r Waiver,
    /// Days on which it still holds after this one; below zero where it has ended, absent where it has no end.
    days_left: Option<i32>,
}

/// Every waiver as JSON.
pub fn json(report: &Report, day: Date) -> String {
    let waivers = report.waivers.iter().map(|waiver| Listed { waiver, days_left: days_left(waiver, day) });
    let list = List { schema_version: SCHEMA_VERSION, day: day.to_string(), waivers: waivers.collect() };
    let mut text = serde_json::to_string_pretty(&list).unwrap_or_default();
    text.push('\n');
    text
}

/// Every waiver for reading: what needs a look first, then what ends first.
pub fn text(report: &Report, day: Date) -> String {
    let report = clean::report(report);
    if report.waivers.is_empty() {
        return "Nothing is waived. A waiver is a table [[waive]] in golive.toml, or a comment beside what it is for:\n\
                golive: allow RULE until YYYY-MM-DD: reason\n"
            .to_owned();
    }
    let mut waivers: Vec<&Waiver> = report.waivers.iter().collect();
    let rank = |state| WaiverState::ALL.iter().position(|one| *one == state);
    waivers.sort_by_key(|waiver| (std::cmp::Reverse(rank(waiver.state)), &waiver.until));
    let mut out = String::new();
    for waiver in waivers {
        one(&mut out, waiver, day);
    }
    let number = |state| report.waivers.iter().filter(|waiver| waiver.state == state).count();
    let states = WaiverState::ALL.iter().map(|state| (number(*state), state.word()));
    let states: Vec<String> =
        states.filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    let _ = writeln!(out, "{}: {}", count(report.waivers.len(), "waiver"), states.join(", "));
    out
}

fn one(out: &mut String, waiver: &Waiver, day: Date) {
    let rule = if waiver.rule.is_empty() { "no rule" } else { &waiver.rule };
    let ends = match (&waiver.until, days_left(waiver, day)) {
        (Some(until), Some(left @ 0..)) => {
            format!(", until {until}, {} left", count(usize::try_from(left).unwrap_or(0), "day"))
        }
        (Some(until), _) => format!(", ended on {until}"),
        (None, _) => String::new(),
    };
    let is_false = if waiver.false_positive { ", false positive" } else { "" };
    let _ = writeln!(out, "{:<9}  {rule}{is_false}{ends}", waiver.state.word());
    let covers = match (waiver.state, waiver.findings.len()) {
        (WaiverState::Malformed, _) => String::new(),
        (WaiverState::Active, 0) => ", its rule was not judged".to_owned(),
        (_, 0) => ", covers nothing".to_owned(),
        (WaiverState::Expired, covers) => format!(", open again: {}", count(covers, "finding")),
        (_, covers) => format!(", covers {}", count(covers, "finding")),
    };
    let _ = writeln!(out, "           {} for {}{covers}", waiver.place.words(), waiver.scope);
    let said = waiver.mistake.as_ref().unwrap_or(&waiver.reason);
    let _ = writeln!(out, "           {said}\n");
}

/// Days on which a waiver still holds after a day.
fn days_left(waiver: &Waiver, day: Date) -> Option<i32> {
    let until: Date = waiver.until.as_ref()?.parse().ok()?;
    Some(until.since(day).ok()?.get_days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::report::{Place, WaiverOrigin};

    fn waiver(until: Option<&str>, state: WaiverState, findings: usize) -> Waiver {
        let place = Place {
            path: "golive.toml".to_owned(),
            line: 4,
            column: 1,
            end_line: 4,
            end_column: 9,
            note: None,
            excerpt: None,
            fingerprint: None,
        };
        Waiver {
            rule: "container/root-user".to_owned(),
            scope: "worker/**".to_owned(),
            reason: "moved to the\u{1b}[31m gateway".to_owned(),
            until: until.map(str::to_owned),
            place,
            origin: WaiverOrigin::Configuration,
            false_positive: false,
            state,
            mistake: (state == WaiverState::Malformed).then(|| "it has no end".to_owned()),
            findings: vec!["0011223344556677".to_owned(); findings],
        }
    }

    fn report() -> Report {
        let tree = crate::source::Tree::from_memory([]);
        let report = crate::audit(&tree, &crate::rules::Catalogue::new(vec![]), true).report;
        let waivers = vec![
            waiver(Some("2027-06-15"), WaiverState::Active, 2),
            Waiver { false_positive: true, ..waiver(Some("2026-06-15"), WaiverState::Active, 1) },
            waiver(Some("2026-06-14"), WaiverState::Expired, 1),
            waiver(Some("2026-12-31"), WaiverState::Unused, 0),
            waiver(None, WaiverState::Malformed, 0),
        ];
        Report { waivers, ..report }
    }

    #[test]
    fn what_needs_a_look_stands_first() {
        let shown = text(&report(), date(2026, 6, 15));
        let heads: Vec<&str> =
            shown.lines().filter(|line| !line.starts_with(' ') && !line.is_empty()).collect();
        assert_eq!(
            heads,
            [
                "malformed  container/root-user",
                "unused     container/root-user, until 2026-12-31, 199 days left",
                "expired    container/root-user, ended on 2026-06-14",
                "active     container/root-user, false positive, until 2026-06-15, 0 days left",
                "active     container/root-user, until 2027-06-15, 365 days left",
                "5 waivers: 2 active, 1 expired, 1 unused, 1 malformed",
            ]
        );
        assert!(shown.contains("           golive.toml:4:1 for worker/**, covers 2 findings\n           moved to the\\u{1b}[31m gateway\n"), "{shown}");
        assert!(
            shown.contains("           golive.toml:4:1 for worker/**\n           it has no end\n"),
            "{shown}"
        );
        assert!(
            text(&Report { waivers: vec![], ..report() }, date(2026, 6, 15))
                .starts_with("Nothing is waived.")
        );
    }

    #[test]
    fn the_list_as_data_counts_days() {
        let value: serde_json::Value =
            serde_json::from_str(&json(&report(), date(2026, 6, 15))).expect("JSON");
        assert_eq!(
            (value["schema_version"].as_str(), value["day"].as_str()),
            (Some("1"), Some("2026-06-15"))
        );
        let left: Vec<_> = value["waivers"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["days_left"].as_i64())
            .collect();
        assert_eq!(left, [Some(365), Some(0), Some(-1), Some(199), None]);
        assert_eq!(value["waivers"][2]["state"], "expired");
    }
}
