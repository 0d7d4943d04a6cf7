//! The formats for other programs: valid, within the limits of who reads them, and safe whatever a repository holds.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own input fails

mod sample;

use golive::report::{
    Comparison, ComparisonFormat, Finding, Format, Place, Report, Severity, Status, Style, Waived,
    WaiverOrigin, comment, compare, draw, draw_comparison,
};
use serde_json::Value;

fn plain(format: Format, report: &Report) -> String {
    draw(format, report, &Style { full: true, ..Style::piped() })
}

fn plain_comparison(format: ComparisonFormat, comparison: &Comparison) -> String {
    draw_comparison(format, comparison, &Style { full: true, ..Style::piped() })
}

fn json(format: Format, report: &Report) -> Value {
    serde_json::from_str(&plain(format, report)).expect("JSON")
}

fn every_sample() -> Vec<Report> {
    vec![
        sample::shop(),
        sample::clean(),
        sample::undecided(),
        sample::hostile(),
        sample::crowded(),
        sample::compared(),
        evil(),
        evil_since(),
        many(30),
    ]
}

/// Comparisons of every kind: with and without a score, of the same and of other rules, evil on both sides.
fn every_comparison() -> Vec<Comparison> {
    let of = |before: &Report, after: &Report| compare(before, after, ["main", "HEAD"]);
    vec![
        sample::compared().compared.expect("compared"),
        of(&sample::shop(), &sample::shop()),
        of(&sample::clean(), &sample::shop()),
        of(&sample::undecided(), &sample::clean()),
        of(&sample::shop(), &sample::undecided()),
        of(&sample::clean(), &many(2000)),
        of(&evil(), &sample::clean()),
        evil_since().compared.expect("compared"),
    ]
}

/// The evil report, compared with one that is another in every way, by names that are evil too.
fn evil_since() -> Report {
    let (mut report, mut before) = (evil(), evil());
    let all = EVIL.concat();
    before.repository.name.push_str("other");
    for list in [&mut before, &mut report] {
        let number = list.rules.len();
        list.rules[number - 1].id = format!("security/{number}{all}");
        for (number, finding) in list.findings.iter_mut().enumerate() {
            finding.fingerprint = format!("{number:016x}{all}");
        }
    }
    before.rules[0].id = format!("docs/{all}");
    before.tool.ruleset.clone_from(&all);
    before.tool.scoring_model.clone_from(&all);
    let half = before.findings.len() / 2;
    before.findings.drain(half..);
    report.findings.drain(..3);
    for finding in &mut report.findings {
        for place in &mut finding.places {
            place.fingerprint = Some(format!("{}{all}", place.line));
        }
    }
    report.plan.clear();
    report.compared = Some(compare(&before, &report, [&all, &all]));
    report
}

/// What a repository may put wherever it has a say.
const EVIL: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "]]>--><!--",
    "a | b | c",
    "`` ` ```",
    "::error file=x::owned",
    "##[error]owned",
    "%0A::error::owned %25",
    "\u{1b}[31mred\u{1b}]8;;x\u{7}",
    "line\nbreak\r\nand\rmore",
    "\n\n# Heading\n\n- [x] done",
    "\u{202e}gnp.exe\u{2066}",
    "[text](javascript:alert(1)) ![i](http://x.y/z.png)",
    "http://evil.example/ www.evil.example @someone #1",
    "&lt;b&gt; &amp; {{ 7*7 }} ${{ secrets.X }}",
    "\u{0}\u{8}\u{b}\u{fffe}\u{ffff}\u{feff}",
    "\u{fffd}\u{fffd} invalid UTF-8",
    "</title></text></details></table></code></pre>",
    "\\\"\\",
    "-->",
    "~~~\n```\n",
];

/// A report in which every text that a repository can choose is evil.
fn evil() -> Report {
    let mut report = sample::shop();
    let all = EVIL.concat();
    report.repository.name.clone_from(&all);
    let template = report.findings[2].clone();
    for (number, text) in EVIL.iter().enumerate() {
        let mut finding = template.clone();
        finding.severity = Severity::ALL[number % 5];
        finding.message = format!("{text} in `{text}`");
        (*text).clone_into(&mut finding.title);
        finding.why = format!("Because {text}.\n\n{text}\n");
        finding.fix = format!("Write:\n\n```js a.js\n{text}\n```\n\n{text}");
        finding.references = vec![(*text).to_owned()];
        finding.rule = format!("security/{text}");
        for note in [None, Some(format!("note {text}"))] {
            let path = format!("src/{text}/a.ts");
            finding.places.push(Place { note, ..sample::place(&path, (3, 1), (3, 9), text) });
        }
        finding.places.remove(0);
        let waiver = Waived {
            reason: format!("accepted: {text}"),
            until: (*text).to_owned(),
            place: Place { excerpt: None, ..sample::place(&format!("{text}.toml"), (4, 1), (4, 10), "") },
            origin: WaiverOrigin::Comment,
            false_positive: number % 2 == 0,
        };
        report.findings.push(Finding { status: Status::Waived, waiver: Some(waiver), ..finding.clone() });
        report.findings.push(finding);
    }
    report.findings.sort_by_key(|finding| finding.severity);
    report.plan[0].findings = (0..u32::try_from(report.findings.len()).unwrap_or(0)).collect();
    report.plan[0].title.clone_from(&all);
    for strength in &mut report.strengths {
        strength.message.clone_from(&all);
    }
    for rule in &mut report.rules {
        rule.title.clone_from(&all);
        rule.reason = Some(all.clone());
    }
    report.unread[0].path.clone_from(&all);
    report.unread[0].reason.clone_from(&all);
    report.syntax_errors[0].path.clone_from(&all);
    report.syntax_errors[0].message.clone_from(&all);
    report.access[0].table.clone_from(&all);
    report.access[0].path.clone_from(&all);
    report.access[0].roles[0].select.clone_from(&all);
    report.access[0].roles[0].role.clone_from(&all);
    for waiver in &mut report.waivers {
        for text in [&mut waiver.rule, &mut waiver.scope, &mut waiver.reason, &mut waiver.place.path] {
            text.clone_from(&all);
        }
        waiver.until = Some(all.clone());
        waiver.mistake = Some(all.clone());
    }
    report.tool.off = vec![all.clone()];
    report.tool.reweighed = vec![all];
    report
}

/// A report with so many findings more.
fn many(number: u32) -> Report {
    let mut report = sample::shop();
    let template = report.findings[3].clone();
    for number in 0..number {
        let mut finding = template.clone();
        finding.severity = Severity::ALL[number as usize % 5];
        finding.rule = format!("security/problem-{}", number % 400);
        finding.message = format!("handler {number} awaits without a timeout");
        finding.fingerprint = format!("{number:016x}");
        finding.places = (0..number % 200)
            .map(|line| sample::place("src/a.ts", (line + 1, 1), (line + 1, 9), "  await x"))
            .take(if number < 400 { 200 } else { 2 })
            .collect();
        report.findings.push(finding);
    }
    report.findings.sort_by_key(|finding| finding.severity);
    report
}

#[test]
fn sarif_is_valid() {
    let schema = include_str!("schemas/sarif-2.1.0.json");
    // The published schema has a bracket too many in the pattern of languages, which no run of ours names.
    let schema =
        serde_json::from_str(&schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")).expect("the schema is JSON");
    let validator = jsonschema::draft4::new(&schema).expect("the schema is a schema");
    for report in every_sample() {
        let value = json(Format::Sarif, &report);
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn sarif_stays_within_the_limits_of_github() {
    let mut report = many(20_000);
    report.findings[10].status = Status::Waived;
    report.findings[11].status = Status::Baseline;
    let text = plain(Format::Sarif, &report);
    let value: Value = serde_json::from_str(&text).expect("JSON");
    let run = &value["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 5000);
    assert!(run["invocations"][0]["toolExecutionNotifications"].to_string().contains("left out"));
    // The gravest are kept.
    assert!(results.iter().all(|result| result["properties"]["severity"] != "info"));
    for result in results {
        assert_eq!(result["locations"].as_array().map(Vec::len), Some(1));
        assert!(result["relatedLocations"].as_array().is_none_or(|related| related.len() < 100));
        assert!(result["partialFingerprints"]["goliveFingerprint/v1"].is_string());
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(region.is_null() || region["startLine"].as_u64() >= Some(1), "{region}");
    }
    for rule in run["tool"]["driver"]["rules"].as_array().expect("rules") {
        assert!(rule["properties"]["tags"].as_array().is_some_and(|tags| tags.len() <= 10));
        assert!(rule["help"]["markdown"].is_string());
        let security: Option<f64> =
            rule["properties"]["security-severity"].as_str().and_then(|it| it.parse().ok());
        assert!(security.is_some_and(|number| (0.1..=10.0).contains(&number)));
    }
    assert_eq!(results[10]["suppressions"][0]["status"], "accepted");
    assert_eq!(results[11]["baselineState"], "unchanged");
    // 10 MB after gzip, which takes such a text to a tenth and less.
    assert!(text.len() < 50_000_000, "{}", text.len());
}

#[test]
fn a_waiver_suppresses_its_result_in_sarif() {
    let mut report = sample::shop();
    let at = report.findings.iter().position(|finding| finding.waiver.is_some()).expect("a waived finding");
    let suppression =
        |report: &Report| json(Format::Sarif, report)["runs"][0]["results"][at]["suppressions"][0].clone();
    let external = suppression(&report);
    assert_eq!(
        (external["kind"].as_str(), external["status"].as_str()),
        (Some("external"), Some("accepted"))
    );
    assert_eq!(
        external["justification"],
        "waived until 2026-12-31: the template comes with the next release"
    );
    assert_eq!(external["location"]["physicalLocation"]["artifactLocation"]["uri"], "golive.toml");
    if let Some(waiver) = &mut report.findings[at].waiver {
        waiver.origin = WaiverOrigin::Comment;
        waiver.false_positive = true;
    }
    let own = suppression(&report);
    assert_eq!(own["kind"], "inSource");
    assert!(
        own["justification"].as_str().is_some_and(|why| why.starts_with("waived as a false positive until"))
    );
}

#[test]
fn github_keeps_ten_annotations_of_a_level() {
    for report in every_sample() {
        let text = plain(Format::Github, &report);
        for line in text.lines() {
            let known = ["::error ", "::warning ", "::notice ", "::group::", "::endgroup::", "- "];
            assert!(known.iter().any(|start| line.starts_with(start)), "{line:?}");
            assert!(!line.starts_with("- ") || !line.contains("##["), "{line:?}");
            assert!(!line.contains(['\r', '\u{1b}']), "{line:?}");
        }
        for level in ["::error ", "::warning ", "::notice "] {
            assert!(text.lines().filter(|line| line.starts_with(level)).count() <= 10);
        }
    }
}

#[test]
fn properties_of_annotations_hold_no_mark_of_their_own() {
    for line in plain(Format::Github, &evil()).lines().filter(|line| line.starts_with("::error")) {
        let (properties, _) = line["::error ".len()..].split_once("::").expect("a message");
        for property in properties.split(',') {
            let (key, value) = property.split_once('=').expect("key and value");
            assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&key), "{line}");
            assert!(!value.contains(':'), "{line}");
        }
    }
}

#[test]
fn markup_is_well_formed_and_runs_nothing() {
    for report in every_sample() {
        for format in [Format::Junit, Format::Badge] {
            let text = plain(format, &report);
            let elements = elements(&text);
            let known = [
                "testsuites",
                "testsuite",
                "testcase",
                "failure",
                "skipped",
                "svg",
                "title",
                "clipPath",
                "rect",
                "g",
                "text",
            ];
            for element in elements {
                assert!(known.contains(&element.as_str()), "<{element}> in {}", format.name());
            }
        }
    }
}

#[test]
fn the_page_runs_nothing_and_fetches_nothing() {
    let reports = every_sample().into_iter().map(|report| plain(Format::Html, &report));
    let comparisons = every_comparison().into_iter().map(|it| plain_comparison(ComparisonFormat::Html, &it));
    for text in reports.chain(comparisons) {
        assert!(text.contains("content=\"default-src 'none'; style-src 'unsafe-inline';"));
        let (head, rest) = text.split_once("<style>").expect("a style sheet");
        let (style, body) = rest.split_once("</style>").expect("its end");
        assert!(!style.contains("url(") && !style.contains("@import"), "the style sheet fetches something");
        for element in elements(&format!("{head}{body}")) {
            let fetches =
                ["script", "img", "iframe", "object", "embed", "link", "form", "video", "audio", "base"];
            assert!(!fetches.contains(&element.as_str()), "<{element}>");
        }
        for address in body.split("href=\"").skip(1) {
            assert!(address.starts_with('#') || address.starts_with("https://"), "{}", &address[..40]);
        }
        for attribute in ["src=\"", "style=\"", "srcset=\""] {
            assert!(!body.contains(&format!(" {attribute}")), "{attribute}");
        }
    }
}

#[test]
fn two_thousand_findings_are_a_page_of_less_than_a_megabyte() {
    let mut report = many(2000);
    for (number, finding) in report.findings.iter_mut().enumerate() {
        finding.rule = format!("security/problem-{:03}", number / 7);
        finding.places.truncate(2);
    }
    report.findings.sort_by(|left, right| (left.severity, &left.rule).cmp(&(right.severity, &right.rule)));
    let text = plain(Format::Html, &report);
    assert!(text.len() < 1_000_000, "{} bytes", text.len());
}

/// The names of the elements of a text that is well-formed XML; fails where it is not.
fn elements(text: &str) -> Vec<String> {
    let text = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap_or(text);
    let text = text.strip_prefix("<!doctype html>\n").unwrap_or(text);
    let (mut names, mut open) = (vec![], vec![]);
    let mut parts = text.split('<');
    assert_eq!(parts.next(), Some(""));
    for part in parts {
        let (tag, after) = part.split_once('>').unwrap_or_else(|| panic!("a tag without end: <{part}"));
        assert!(!after.contains('>'), "a bare bracket: {after}");
        for (at, _) in after.match_indices('&') {
            let end = after[at..].find(';').unwrap_or_else(|| panic!("a bare ampersand: {after}"));
            let entity = &after[at + 1..at + end];
            assert!(entity.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#'), "&{entity};");
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let closed = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let (name, attributes) = tag.split_once(|c: char| c.is_whitespace()).unwrap_or((tag, ""));
        // Quotes come in pairs, and what stands outside of them are names and equal signs.
        let outside: String = attributes.split('"').step_by(2).collect();
        assert!(attributes.matches('"').count() % 2 == 0, "{tag}");
        assert!(outside.chars().all(|c| c.is_ascii_alphanumeric() || " =-:\n".contains(c)), "{tag}");
        for name in attributes.split('"').step_by(2) {
            assert!(!name.trim_start().starts_with("on"), "a handler: {tag}");
        }
        names.push(name.to_owned());
        if !closed {
            open.push(name.to_owned());
        }
    }
    assert_eq!(open, Vec::<String>::new());
    names
}

#[test]
fn what_has_an_effect_is_shown_in_every_format() {
    let effect = |text: &str| {
        text.chars().find(|character| {
            character.is_control() && *character != '\n'
                || ('\u{202a}'..='\u{202e}').contains(character)
                || ('\u{2066}'..='\u{2069}').contains(character)
        })
    };
    for report in [evil(), evil_since(), sample::hostile()] {
        for format in Format::ALL.iter().filter(|format| **format != Format::Json) {
            let effect = effect(&plain(*format, &report));
            // A path is given as it is: GitLab looks for the file.
            assert!(effect.is_none() || *format == Format::Gitlab, "{effect:?} in {}", format.name());
        }
    }
    for comparison in every_comparison() {
        for format in ComparisonFormat::ALL.iter().filter(|format| **format != ComparisonFormat::Json) {
            for style in [Style::piped(), Style { piped: false, ..Style::piped() }] {
                let effect = effect(&draw_comparison(*format, &comparison, &style));
                assert!(effect.is_none(), "{effect:?} in {}", format.name());
            }
        }
    }
}

#[test]
fn a_comment_fits_and_is_found_again() {
    let reports = every_sample().into_iter().chain([many(20_000)]);
    let of_reports = reports.map(|report| plain(Format::Comment, &report));
    let huge = |text: &str| {
        let mut report = many(3000);
        report.findings.iter_mut().for_each(|finding| finding.message = text.repeat(2000));
        report
    };
    let since = [many(20_000), huge("word `code` | "), huge("日本"), huge("`"), huge("<&>")];
    let since = since.map(|report| compare(&sample::clean(), &report, ["main", "HEAD"]));
    let of_comparisons = every_comparison().into_iter().chain(since);
    let of_comparisons = of_comparisons.map(|it| plain_comparison(ComparisonFormat::Comment, &it));
    for text in of_reports.chain(of_comparisons) {
        assert!(text.starts_with(&format!("{}\n### golive: ", comment::MARK)), "{}", &text[..80]);
        assert!(text.chars().count() <= comment::LONGEST, "{}", text.chars().count());
        let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!(count("<details>"), count("</details>"));
        check_markdown(&text);
    }
}

#[test]
fn the_first_five_lines_of_a_comment_say_what_matters() {
    let comparison = sample::compared().compared.expect("compared");
    let text = plain_comparison(ComparisonFormat::Comment, &comparison);
    insta::assert_snapshot!("comment", text);
}

#[test]
fn what_each_format_of_a_comparison_looks_like() {
    let comparison = sample::compared().compared.expect("compared");
    for format in [ComparisonFormat::Markdown, ComparisonFormat::Html, ComparisonFormat::Json] {
        insta::assert_snapshot!(
            format!("comparison-{}", format.name()),
            plain_comparison(format, &comparison)
        );
    }
    let style = Style { piped: false, ..Style::piped() };
    insta::assert_snapshot!(
        "comparison-terminal",
        draw_comparison(ComparisonFormat::Terminal, &comparison, &style)
    );
    insta::assert_snapshot!("comparison-piped", plain_comparison(ComparisonFormat::Terminal, &comparison));
}

#[test]
fn results_of_sarif_say_how_they_stand_to_what_was_before() {
    let report = sample::compared();
    let value = json(Format::Sarif, &report);
    let states = value["runs"][0]["results"].as_array().expect("results").iter();
    let states: Vec<&str> = states.map(|result| result["baselineState"].as_str().expect("a state")).collect();
    assert_eq!(&states[..2], ["new", "updated"]);
    assert!(states[2..].iter().all(|state| *state == "unchanged"), "{states:?}");
}

#[test]
fn markdown_holds_no_markup_but_its_own() {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for report in every_sample() {
        let text = plain(Format::Markdown, &report);
        let headings = text.lines().filter(|line| line.starts_with("## ")).count();
        assert!(headings >= 10, "{headings} blocks");
        check_markdown(&text);
        // Every row of a table has the cells of its head.
        let mut cells = 0;
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            if let Event::Start(Tag::Table(columns)) = event {
                cells = columns.len();
                assert!(cells >= 4);
            }
        }
        assert!(cells > 0);
    }
    for comparison in every_comparison() {
        check_markdown(&plain_comparison(ComparisonFormat::Markdown, &comparison));
    }
}

/// Fails where a text holds markup that no format writes, a picture, or a link to anything but a page.
fn check_markdown(text: &str) {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let own =
                    ["<details><summary><b>", "</details>", "<!-- -->", "<code>", "</code>", comment::MARK];
                let html = html.trim();
                assert!(html.is_empty() || own.iter().any(|own| html.starts_with(own)), "{html}");
                assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("https://"), "{dest_url}");
            }
            Event::Start(Tag::Image { .. }) => panic!("a picture"),
            _ => {}
        }
    }
}

#[test]
fn metrics_are_samples_of_declared_families() {
    for report in every_sample() {
        let text = plain(Format::Openmetrics, &report);
        assert!(text.ends_with("\n# EOF\n"));
        let mut family = "";
        for line in text.lines().filter(|line| *line != "# EOF") {
            if let Some(declared) = line.strip_prefix("# TYPE ") {
                family = declared.split(' ').next().expect("a name");
            } else if !line.starts_with("# HELP ") {
                assert!(line.starts_with(family), "{line}");
                let (_, value) = line.rsplit_once("} ").expect("labels and a value");
                assert!(value.parse::<f64>().is_ok(), "{line}");
            }
        }
    }
}

#[test]
fn issues_of_gitlab_are_told_apart() {
    let report = many(300);
    let issues = json(Format::Gitlab, &report);
    let issues = issues.as_array().expect("issues");
    assert_eq!(issues.len(), report.findings.iter().filter(|finding| finding.status == Status::Open).count());
    for issue in issues {
        let severity = issue["severity"].as_str().expect("a severity");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        assert!(issue["location"]["lines"]["begin"].as_u64() >= Some(1));
    }
}

#[test]
fn what_each_format_looks_like() {
    for format in [
        Format::Markdown,
        Format::Html,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
        Format::Openmetrics,
        Format::Badge,
        Format::Shields,
    ] {
        insta::assert_snapshot!(format.name(), plain(format, &sample::shop()));
    }
}
