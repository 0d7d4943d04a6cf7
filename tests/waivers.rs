//! What waivers do: they open the gate and never the score, for what they name, until their day.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own input fails

use std::collections::BTreeSet;
use std::sync::OnceLock;

use golive::report::{Finding, Outcome, Report, Status, WaiverOrigin, WaiverState};
use golive::rules::{Catalogue, embedded};
use golive::source::{MemoryFile, Span, Tree};
use golive::verdict::{Scope, Waiver, Written};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = date(2026, 6, 15);

/// Two images that run as root, a workflow without limits, a breakpoint, and a key that is checked in.
const SHOP: &[(&str, &str)] = &[
    (
        "package.json",
        r#"{"name": "shop", "dependencies": {"express": "4.21.2"}, "scripts": {"start": "node src/app.js"}}"#,
    ),
    (
        "src/app.js",
        "const express = require('express');\nconst app = express();\napp.get('/', (a, b) => {\n  debugger;\n  b.send('x');\n});\ndebugger;\napp.listen(3000);\n",
    ),
    ("Dockerfile", "FROM node:24.8.0-slim\nCOPY . .\nCMD [\"node\", \"src/app.js\"]\n"),
    ("worker/Dockerfile", "FROM node:24.8.0-slim\nCOPY . .\nCMD [\"node\", \"src/app.js\"]\n"),
    (
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm test\n",
    ),
    ("deploy/key.pem", "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx\n-----END RSA PRIVATE KEY-----\n"),
];

const ROOT: &str = "container/root-user";
const BREAKPOINT: &str = "quality/debugger-left";

fn tree(files: &[(&str, String)]) -> Tree {
    Tree::from_memory(files.iter().map(|(path, text)| ((*path).to_owned(), MemoryFile::Text(text.clone()))))
}

/// The shop, with the text of one file replaced.
fn shop(changed: &str, replace: impl Fn(&str) -> String) -> Tree {
    let files: Vec<_> = SHOP
        .iter()
        .map(|(path, text)| (*path, if *path == changed { replace(text) } else { (*text).to_owned() }))
        .collect();
    tree(&files)
}

fn audit_of(tree: &Tree, waivers: Vec<Waiver>) -> Report {
    golive::audit(tree, &embedded().waiving(waivers, Some(TODAY)), false).report
}

/// The report on the shop as it is, with these waivers in its configuration.
fn audit(waivers: Vec<Waiver>) -> Report {
    static TREE: OnceLock<Tree> = OnceLock::new();
    audit_of(TREE.get_or_init(|| shop("", str::to_owned)), waivers)
}

fn waiver(rule: &str, scope: Scope) -> Waiver {
    Waiver {
        rule: rule.to_owned(),
        scope,
        reason: "moved to the gateway in July".to_owned(),
        until: Some(date(2026, 12, 31)),
        false_positive: false,
        written: Written::Configuration { file: "golive.toml".to_owned(), span: Span::default(), line: 4 },
    }
}

fn is_false(waiver: Waiver) -> Waiver {
    Waiver { false_positive: true, ..waiver }
}

/// The findings of a rule, as `status path:line …`.
fn found(report: &Report, rule: &str) -> Vec<String> {
    let of_rule = report.findings.iter().filter(|finding| finding.rule == rule);
    let words = |finding: &Finding| {
        let places: Vec<String> =
            finding.places.iter().map(|place| format!("{}:{}", place.path, place.line)).collect();
        format!("{} {}", finding.status.word(), places.join(" "))
    };
    of_rule.map(words).collect()
}

fn states(report: &Report) -> Vec<(WaiverState, usize)> {
    report.waivers.iter().map(|waiver| (waiver.state, waiver.findings.len())).collect()
}

/// The rules about waivers that found something.
fn told(report: &Report) -> Vec<&str> {
    let about = |finding: &&Finding| finding.rule.starts_with("quality/waiver-");
    report.findings.iter().filter(about).map(|finding| finding.message.as_str()).collect()
}

#[test]
fn a_waiver_covers_what_it_names() {
    assert_eq!(found(&audit(vec![]), ROOT), ["open Dockerfile:1 worker/Dockerfile:1"]);
    let cases = [
        (Scope::Everywhere, vec!["waived Dockerfile:1 worker/Dockerfile:1"]),
        (Scope::Path("worker".to_owned()), vec!["open Dockerfile:1", "waived worker/Dockerfile:1"]),
        (Scope::Path("**/Dockerfile".to_owned()), vec!["waived Dockerfile:1 worker/Dockerfile:1"]),
        (Scope::Path("/Dockerfile".to_owned()), vec!["waived Dockerfile:1", "open worker/Dockerfile:1"]),
    ];
    for (scope, expected) in cases {
        let report = audit(vec![waiver(ROOT, scope.clone())]);
        assert_eq!(found(&report, ROOT), expected, "{scope:?}");
        assert_eq!(states(&report), [(WaiverState::Active, 1)], "{scope:?}");
        assert_eq!(told(&report), Vec::<&str>::new(), "{scope:?}");
        let covered =
            report.findings.iter().find(|finding| finding.status == Status::Waived).expect("covered");
        let why = covered.waiver.as_ref().expect("a waiver");
        assert_eq!((why.reason.as_str(), why.until.as_str()), ("moved to the gateway in July", "2026-12-31"));
        assert_eq!((why.place.path.as_str(), why.place.line), ("golive.toml", 4));
        assert_eq!((why.origin, why.false_positive), (WaiverOrigin::Configuration, false));
    }
}

#[test]
fn a_fingerprint_names_a_finding_or_one_of_its_places() {
    let report = audit(vec![]);
    let whole = report.findings.iter().find(|finding| finding.rule == ROOT).expect("found");
    let one = audit(vec![waiver(ROOT, Scope::Fingerprint(whole.fingerprint.clone()))]);
    assert_eq!(found(&one, ROOT), ["waived Dockerfile:1 worker/Dockerfile:1"]);
    let place = whole.places[1].fingerprint.clone().expect("one of two places");
    let one = audit(vec![waiver(ROOT, Scope::Fingerprint(place.clone()))]);
    assert_eq!(found(&one, ROOT), ["open Dockerfile:1", "waived worker/Dockerfile:1"]);
    assert_eq!(one.waivers[0].findings, [place]);
    // What is open keeps the name of the whole, and names stay apart.
    assert!(one.findings.iter().any(|finding| finding.is_open() && finding.fingerprint == whole.fingerprint));
    let names: BTreeSet<_> = one.findings.iter().map(|finding| &finding.fingerprint).collect();
    assert_eq!(names.len(), one.findings.len());
}

#[test]
fn a_comment_covers_its_line_the_line_below_or_its_file() {
    let allow = |rule: &str| format!("golive: allow {rule} until 2026-12-31: moved to the gateway");
    let breakpoint = |from: &str, to: String| {
        let report = audit_of(&shop("src/app.js", |text| text.replace(from, &to)), vec![]);
        (found(&report, BREAKPOINT), states(&report))
    };
    let one = vec![(WaiverState::Active, 1)];
    let beside = breakpoint("  debugger;", format!("  debugger; // {}", allow(BREAKPOINT)));
    assert_eq!(beside, (vec!["waived src/app.js:4".to_owned(), "open src/app.js:7".to_owned()], one.clone()));
    let above = breakpoint("\ndebugger;", format!("\n// {}\ndebugger;", allow(BREAKPOINT)));
    assert_eq!(above, (vec!["open src/app.js:4".to_owned(), "waived src/app.js:8".to_owned()], one.clone()));
    let top = breakpoint("const express", format!("// {}\nconst express", allow(BREAKPOINT)));
    assert_eq!(top, (vec!["waived src/app.js:5 src/app.js:8".to_owned()], one.clone()));
    let report = audit_of(&shop("worker/Dockerfile", |text| format!("# {}\n{text}", allow(ROOT))), vec![]);
    assert_eq!(found(&report, ROOT), ["open Dockerfile:1", "waived worker/Dockerfile:2"]);
    let why = report.findings.iter().find_map(|finding| finding.waiver.as_ref()).expect("a waiver");
    assert_eq!(
        (why.origin, why.place.path.as_str(), why.place.line),
        (WaiverOrigin::Comment, "worker/Dockerfile", 1)
    );
    assert_eq!(why.place.excerpt, None);
}

#[test]
fn a_waiver_opens_the_gate_and_never_the_score() {
    let plain = audit(vec![]);
    let report = audit(vec![waiver(ROOT, Scope::Everywhere)]);
    assert_eq!(report.score, plain.score);
    let judged = |report: &Report| {
        let others = report.rules.iter().filter(|rule| !rule.id.starts_with("quality/waiver-"));
        others.cloned().collect::<Vec<_>>()
    };
    assert!(judged(&report) == judged(&plain));
    assert_eq!(report.plan, plain.plan);
    assert!(plain.findings.iter().any(|finding| finding.rule == ROOT && finding.is_open()));
    assert!(!report.findings.iter().any(|finding| finding.rule == ROOT && finding.is_open()));
}

#[test]
fn what_is_not_so_counts_as_mended_and_is_listed() {
    let rule = |report: &Report| report.rules.iter().find(|rule| rule.id == ROOT).cloned().expect("the rule");
    let (plain, half, whole) = (
        audit(vec![]),
        audit(vec![is_false(waiver(ROOT, Scope::Path("worker".to_owned())))]),
        audit(vec![is_false(waiver(ROOT, Scope::Everywhere))]),
    );
    assert_eq!((rule(&plain).outcome, rule(&plain).checked, rule(&plain).failing), (Outcome::Fail, 2, 2));
    assert_eq!((rule(&half).outcome, rule(&half).checked, rule(&half).failing), (Outcome::Fail, 2, 1));
    assert_eq!((rule(&whole).outcome, rule(&whole).checked, rule(&whole).failing), (Outcome::Pass, 2, 0));
    let numbers = [&plain, &half, &whole].map(|report| rule(report).false_positives);
    assert_eq!(numbers, [0, 1, 2]);
    assert_eq!(found(&whole, ROOT), ["waived Dockerfile:1 worker/Dockerfile:1"]);
    assert!(plain.score.raw < half.score.raw && half.score.raw < whole.score.raw);
    let listed = whole.findings.iter().position(|finding| finding.rule == ROOT).expect("listed");
    assert!(whole.findings[listed].points.abs() < f64::EPSILON);
    let planned = |report: &Report, at: usize| {
        report.plan.iter().any(|phase| phase.findings.iter().any(|index| *index as usize == at))
    };
    assert!(!planned(&whole, listed));
}

#[test]
fn a_waiver_ends_with_its_day() {
    let until = |until: Date| audit(vec![Waiver { until: Some(until), ..waiver(ROOT, Scope::Everywhere) }]);
    assert_eq!(states(&until(TODAY)), [(WaiverState::Active, 1)]);
    let over = until(date(2026, 6, 14));
    assert_eq!(states(&over), [(WaiverState::Expired, 1)]);
    assert_eq!(found(&over, ROOT), ["open Dockerfile:1 worker/Dockerfile:1"]);
    assert_eq!(told(&over), ["the waiver of container/root-user ended on 2026-06-14"]);
    // Without a day nothing ends.
    let catalogue = embedded()
        .waiving(vec![Waiver { until: Some(date(1970, 1, 1)), ..waiver(ROOT, Scope::Everywhere) }], None);
    let report = golive::audit(&shop("", str::to_owned), &catalogue, false).report;
    assert_eq!(states(&report), [(WaiverState::Active, 1)]);
}

#[test]
fn what_covers_nothing_is_told_where_that_is_known() {
    let unused = audit(vec![waiver("container/base-latest", Scope::Everywhere)]);
    assert_eq!(states(&unused), [(WaiverState::Unused, 0)]);
    assert_eq!(told(&unused), ["nothing is found that the waiver of container/base-latest would cover"]);
    let gone = audit(vec![waiver(ROOT, Scope::Path("gone/**".to_owned()))]);
    assert_eq!(states(&gone), [(WaiverState::Unused, 0)]);
    // A rule that was left out on the command line, against one that the configuration turned off.
    let waivers = || vec![waiver(ROOT, Scope::Everywhere)];
    let state = |catalogue: &Catalogue| {
        let catalogue = catalogue.waiving(waivers(), Some(TODAY));
        states(&golive::audit(&shop("", str::to_owned), &catalogue, true).report)
    };
    assert_eq!(state(&embedded().only(|rule| rule.id != ROOT)), [(WaiverState::Active, 0)]);
    assert_eq!(state(&embedded().configured(|rule| rule.id == ROOT, |_| None)), [(WaiverState::Unused, 0)]);
}

#[test]
fn a_comment_that_waives_nothing_is_told_at_its_place() {
    let cases = [
        (
            "allow container/root-usr until 2026-12-31: x",
            "unknown rule `container/root-usr`; did you mean `container/root-user`?",
        ),
        (
            "allow quality/waiver-unused until 2026-12-31: x",
            "`quality/waiver-unused` is about waivers; mend or remove the waiver it speaks of",
        ),
        (
            "allow container/root-user: x",
            "it has no end; write `golive: allow container/root-user until YYYY-MM-DD: reason`",
        ),
    ];
    for (said, mistake) in cases {
        let report = audit_of(&shop("Dockerfile", |text| format!("# golive: {said}\n{text}")), vec![]);
        assert_eq!(states(&report), [(WaiverState::Malformed, 0)], "{said}");
        assert_eq!(told(&report), [format!("the waiver holds nothing: {mistake}")], "{said}");
        assert_eq!(report.waivers[0].mistake.as_deref(), Some(mistake), "{said}");
        assert_eq!(found(&report, ROOT), ["open Dockerfile:2 worker/Dockerfile:1"], "{said}");
        let place = &report
            .findings
            .iter()
            .find(|finding| finding.rule == "quality/waiver-malformed")
            .expect("told")
            .places[0];
        assert_eq!((place.path.as_str(), place.line, place.column), ("Dockerfile", 1, 3), "{said}");
    }
}

#[test]
fn a_line_with_a_secret_is_not_shown_for_being_waived() {
    let report = audit(vec![waiver("secrets/private-key-committed", Scope::Everywhere)]);
    let text = serde_json::to_string(&report).expect("JSON");
    assert!(!text.contains("MIIEowIBAAKCAQEAx"));
}

/// Rules of the shop that find something.
fn failing() -> &'static [String] {
    static FAILING: OnceLock<Vec<String>> = OnceLock::new();
    FAILING.get_or_init(|| {
        let rules: BTreeSet<String> =
            audit(vec![]).findings.into_iter().map(|finding| finding.rule).collect();
        rules.into_iter().collect()
    })
}

fn some_waiver() -> impl Strategy<Value = Waiver> {
    let scope = prop_oneof![
        Just(Scope::Everywhere),
        Just(Scope::Path("worker/**".to_owned())),
        Just(Scope::Path("src".to_owned())),
        Just(Scope::Path("*.yml".to_owned())),
    ];
    (0..failing().len(), scope, any::<bool>()).prop_map(|(rule, scope, is_false)| Waiver {
        false_positive: is_false,
        ..waiver(&failing()[rule], scope)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Waiving never lowers the score, and what is merely accepted never raises it, whatever else is waived.
    #[test]
    fn waiving_never_lowers_and_accepting_never_raises(
        waivers in prop::collection::vec(some_waiver(), 0..6),
        more in some_waiver(),
    ) {
        let raw = |report: &Report| report.score.raw.unwrap_or(0.0);
        let before = audit(waivers.clone());
        let accepted = Waiver { false_positive: false, ..more.clone() };
        let with = |one: Waiver| audit(waivers.iter().cloned().chain([one]).collect());
        let first = audit([accepted.clone()].into_iter().chain(waivers.iter().cloned()).collect());
        prop_assert_eq!(&with(accepted).score, &before.score);
        prop_assert_eq!(&first.score, &before.score);
        let mended = with(is_false(more));
        prop_assert!(raw(&mended) >= raw(&before));
        prop_assert!(mended.score.total >= before.score.total && mended.score.deploy >= before.score.deploy);
        // What is open is never more, and every finding has a name of its own.
        let open = |report: &Report| report.findings.iter().filter(|finding| finding.is_open()).count();
        prop_assert!(open(&mended) <= open(&audit(vec![])) + 6);
        let names: BTreeSet<_> = mended.findings.iter().map(|finding| &finding.fingerprint).collect();
        prop_assert_eq!(names.len(), mended.findings.len());
    }
}
