//! What a comparison says: which findings are the same, and why a score is another.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own input fails

use golive::report::{Compared, Comparison, ComparisonFormat, Report, Style, compare, draw_comparison, json};
use golive::rules::{self, Catalogue};
use golive::source::{MemoryFile, Tree};

/// A rule of a control or a hazard over the names of files.
fn rule(id: &str, severity: &str, sentence: &str) -> rules::Rule {
    let head = format!("id: {id}\ntitle: T\nseverity: {severity}\neffort: 1h\nwhy: W\nfix: F\n");
    rules::compile(&format!("rules/{id}.yml"), &(head + sentence)).expect("a rule without mistakes")
}

/// Words that must not be, a file that must be, and what applies only where there is another.
fn catalogue() -> Catalogue {
    Catalogue::new(vec![
        rule("security/word", "blocker", "match: 'FIXME[a-z]*'\nmessage: a word is left\n"),
        rule("testing/file", "high", "require: file\nwhere: { name: TESTS }\nmessage: no tests\n"),
        rule(
            "docs/readme",
            "medium",
            "when: { file: { name: package.json } }\nrequire: file\nwhere: { name: README }\nmessage: no readme\n",
        ),
        rule(
            "secrets/key",
            "high",
            "match: '(?<secret>key[0-9]+)'\nsensitive: true\nmessage: a key is here\n",
        ),
    ])
}

fn audit(files: &[(&str, &str)], catalogue: &Catalogue) -> Report {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), MemoryFile::Text((*text).to_owned())));
    golive::audit(&Tree::from_memory(files), catalogue, false).report
}

fn compared(before: &[(&str, &str)], after: &[(&str, &str)]) -> Comparison {
    compare(&audit(before, &catalogue()), &audit(after, &catalogue()), ["main", "HEAD"])
}

/// What another program reads of it.
fn text(comparison: &Comparison) -> String {
    draw_comparison(ComparisonFormat::Terminal, comparison, &Style::piped())
}

/// The findings of a list by rule, with how many places are new and mended.
fn told(findings: &[Compared]) -> Vec<(&str, usize, usize)> {
    let one = |it: &'_ Compared| (it.new_places.len(), it.mended_places.len());
    findings.iter().map(|it| (it.rule.as_str(), one(it).0, one(it).1)).collect()
}

/// New, changed, mended and unchanged, each by rule with its new and mended places.
type Told<'t> = [&'t [(&'t str, usize, usize)]; 4];

#[test]
fn findings_are_sorted_out_by_what_they_point_at() {
    type Files<'f> = &'f [(&'f str, &'f str)];
    let cases: &[(&str, Files<'_>, Files<'_>, Told<'_>)] = &[
        ("nothing", &[("TESTS", "")], &[("TESTS", "")], [&[], &[], &[], &[]]),
        (
            "one more finding",
            &[("TESTS", "")],
            &[("TESTS", ""), ("one.txt", "FIXME")],
            [&[("security/word", 1, 0)], &[], &[], &[]],
        ),
        (
            "one less",
            &[("one.txt", "x")],
            &[("one.txt", "x"), ("TESTS", "")],
            [&[], &[], &[("testing/file", 0, 1)], &[]],
        ),
        (
            "moved down, and the file renamed",
            &[("TESTS", ""), ("one.txt", "FIXME")],
            &[("TESTS", ""), ("folder/two.txt", "\n\n  FIXME")],
            [&[], &[], &[], &[("security/word", 0, 0)]],
        ),
        (
            "from one place to two",
            &[("TESTS", ""), ("one.txt", "FIXMEa")],
            &[("TESTS", ""), ("one.txt", "FIXMEa"), ("two.txt", "FIXMEb")],
            [&[], &[("security/word", 1, 0)], &[], &[]],
        ),
        (
            "from three places to two, one of them another",
            &[("TESTS", ""), ("one.txt", "FIXMEa FIXMEb"), ("six.txt", "FIXMEc")],
            &[("TESTS", ""), ("one.txt", "FIXMEa FIXMEd")],
            [&[], &[("security/word", 1, 2)], &[], &[]],
        ),
        (
            "from two places to one",
            &[("TESTS", ""), ("one.txt", "FIXMEa FIXMEb")],
            &[("TESTS", ""), ("one.txt", "FIXMEb")],
            [&[], &[("security/word", 0, 1)], &[], &[]],
        ),
        (
            "a place of a secret more, of which the content counts for nothing",
            &[("TESTS", ""), ("one.txt", "key1")],
            &[("TESTS", ""), ("one.txt", "key1"), ("two.txt", "key2")],
            [&[], &[("secrets/key", 1, 0)], &[], &[]],
        ),
        (
            "and one less",
            &[("TESTS", ""), ("one.txt", "key1"), ("two.txt", "key2")],
            &[("TESTS", ""), ("two.txt", "key2")],
            [&[], &[("secrets/key", 0, 1)], &[], &[]],
        ),
    ];
    for (why, before, after, expected) in cases {
        let found = compared(before, after);
        let lists = [&found.new, &found.changed, &found.mended, &found.unchanged].map(|list| told(list));
        assert_eq!(lists.each_ref().map(Vec::as_slice), *expected, "{why}");
    }
}

#[test]
fn the_places_that_changed_are_named() {
    let found = compared(
        &[("TESTS", ""), ("one.txt", "key1"), ("two.txt", "key2"), ("ten.txt", "FIXMEa FIXMEb")],
        &[("TESTS", ""), ("two.txt", "key2"), ("ten.txt", "FIXMEb\nFIXMEc")],
    );
    let places = |places: &[golive::report::Place]| {
        places.iter().map(golive::report::Place::words).collect::<Vec<_>>()
    };
    let [words, keys] = &found.changed[..] else { panic!("{:?}", found.changed) };
    assert_eq!(
        (places(&words.new_places), places(&words.mended_places)),
        (vec!["ten.txt:2:1".to_owned()], vec!["ten.txt:1:1".to_owned()])
    );
    assert_eq!(
        (places(&keys.new_places), places(&keys.mended_places)),
        (vec![], vec!["one.txt:1:1".to_owned()])
    );
    assert!(found.changed.iter().all(|it| it.new_places.iter().all(|place| place.excerpt.is_none())));
}

#[test]
fn a_score_changes_for_reasons() {
    let parts =
        |before: &[(&str, &str)], after: &[(&str, &str)]| compared(before, after).score.expect("a score");
    let tests = ("TESTS", "");
    let mended = parts(&[("one.txt", "")], &[("one.txt", ""), tests]);
    assert!(mended.total > 0 && mended.total_parts.findings > 0.0 && mended.raw > 0.0, "{mended:?}");
    assert_eq!((mended.raw_parts.applicability, mended.raw_parts.ruleset), (0.0, 0.0));
    let blocked = parts(&[tests], &[tests, ("one.txt", "FIXME")]);
    assert!(blocked.total < 0 && blocked.total_parts.findings < 0.0, "{blocked:?}");
    // What begins to apply and holds, and what begins to apply and does not.
    let applies = parts(&[tests, ("README", "")], &[tests, ("README", ""), ("package.json", "{}")]);
    assert_eq!((applies.raw_parts.findings, applies.raw_parts.waivers), (0.0, 0.0));
    let fails = parts(&[tests], &[tests, ("package.json", "{}")]);
    assert!(fails.raw_parts.findings < 0.0, "{fails:?}");
    let sum = fails.raw_parts.findings + fails.raw_parts.applicability;
    assert!((sum - fails.raw).abs() < 1e-9, "{fails:?}");
}

#[test]
fn two_rulesets_are_compared_on_what_they_share() {
    let files: &[(&str, &str)] = &[("one.txt", "FIXME key1")];
    let all = audit(files, &catalogue());
    let less = audit(files, &catalogue().only(|rule| rule.id != "secrets/key"));
    let found = compare(&less, &all, ["old.json", "new.json"]);
    assert_eq!(found.rules.after_only, ["secrets/key"]);
    assert!(found.new.is_empty() && found.mended.is_empty(), "{:?}", found.new);
    assert_eq!(found.unchanged.len(), 2);
    let score = found.score.expect("a score");
    assert_eq!((score.raw_parts.findings, score.raw_parts.ruleset), (0.0, score.raw));
    assert_eq!(found.totals().0, found.totals().1, "other rules are no fall");
    let told = text(&found);
    assert!(told.contains("The two were made by different rules, `"), "{told}");
    assert!(told.contains("\nRun by `new.json` only: `secrets/key`.\n"), "{told}");
}

#[test]
fn a_partial_scan_has_deltas_and_no_score() {
    let catalogue = catalogue().only(|rule| rule.category() == "security");
    let report = |text: &str| {
        let files = [("one.txt".to_owned(), MemoryFile::Text(text.to_owned()))];
        golive::audit(&Tree::from_memory(files), &catalogue, true).report
    };
    let found = compare(&report(""), &report("FIXME"), ["main", "HEAD"]);
    assert_eq!(
        (found.score, found.after.total, told(&found.new)),
        (None, None, vec![("security/word", 1, 0)])
    );
    let told = text(&found);
    assert!(told.contains("\nscore no score; Insufficient evidence\n"), "{told}");
    assert!(told.ends_with("\n1 new finding (1 blocker), 0 mended, 0 unchanged\n"), "{told}");
}

#[test]
fn a_comparison_comes_back_from_json() {
    let found = compared(&[("one.txt", "FIXME key1")], &[("TESTS", ""), ("two.txt", "key1 key2")]);
    let text = json::comparison(&found);
    assert_eq!(serde_json::from_str::<Comparison>(&text).expect("a comparison"), found);
    let refused = json::parse(&text).expect_err("no report").to_string();
    assert_eq!(refused, r#"a report of schema version "comparison-1"; this golive reads version "1""#);
}
