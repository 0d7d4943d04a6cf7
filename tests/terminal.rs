//! What the terminal report looks like, at the widths people have.

mod sample;

use golive::report::{Report, Style, terminal};
use insta::assert_snapshot;
use unicode_width::UnicodeWidthStr;

fn plain(width: u16) -> Style {
    Style { colour: false, unicode: true, width, full: false, links: None, piped: false }
}

fn full(width: u16) -> Style {
    Style { full: true, ..plain(width) }
}

fn every_sample() -> Vec<Report> {
    vec![sample::shop(), sample::clean(), sample::undecided(), sample::hostile(), sample::crowded()]
}

#[test]
fn a_page_at_every_width() {
    for width in [60, 80, 120, 160] {
        assert_snapshot!(format!("shop-{width}"), terminal::render(&sample::shop(), &plain(width)));
    }
}

#[test]
fn everything_with_full() {
    assert_snapshot!(terminal::render(&sample::shop(), &full(100)));
}

#[test]
fn only_ascii_where_the_terminal_has_no_more() {
    let page = terminal::render(&sample::shop(), &Style { unicode: false, ..plain(80) });
    assert_snapshot!(page);
    // Only what the repository itself holds: a path, its source, a note.
    let foreign =
        |line: &&str| !line.is_ascii() && !["日本語", "名前", "ここ"].iter().any(|word| line.contains(word));
    assert_eq!(page.lines().find(foreign), None);
    let page = terminal::render(&sample::crowded(), &Style { unicode: false, ..full(60) });
    assert_eq!(page.lines().find(foreign), None);
}

#[test]
fn colours_carry_meaning_and_links_lead_to_files() {
    let links = Some("file:///srv/shop".to_owned());
    let page = terminal::render(&sample::shop(), &Style { colour: true, links, ..plain(80) });
    assert_snapshot!(page.replace('\u{1b}', "␛"));
}

#[test]
fn one_finding_a_line_when_piped() {
    assert_snapshot!(terminal::render(&sample::shop(), &Style::piped()));
}

#[test]
fn a_repository_without_findings() {
    assert_snapshot!(terminal::render(&sample::clean(), &plain(80)));
}

#[test]
fn no_number_without_evidence() {
    let page = terminal::render(&sample::undecided(), &plain(80));
    assert_snapshot!(page);
    let piped = terminal::render(&sample::undecided(), &Style::piped());
    assert!(
        piped.contains(
            "no score: 47 % of what applies could be decided, 60 % is needed; deploy now: not known"
        ),
        "{piped}"
    );
}

#[test]
fn long_lists_are_cut_and_say_so() {
    assert_snapshot!(terminal::render(&sample::crowded(), &plain(100)));
}

#[test]
fn a_repository_has_no_power_over_the_terminal() {
    assert_snapshot!(terminal::render(&sample::hostile(), &plain(80)));
    for style in [plain(80), full(60), Style::piped()] {
        let page = terminal::render(&sample::hostile(), &style);
        let bad = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert_eq!(page.chars().find(|c| bad(*c)), None, "{page}");
    }
}

#[test]
fn no_line_is_wider_than_the_page() {
    for report in every_sample() {
        for width in 60..=160 {
            for style in [plain(width), full(width)] {
                let page = terminal::render(&report, &style);
                let paths = |line: &str| {
                    report.findings.iter().flat_map(|f| &f.places).any(|p| line.contains(&p.path))
                };
                let wide = page.lines().find(|line| line.width() > usize::from(width) && !paths(line));
                assert_eq!(wide, None, "at {width}");
            }
        }
    }
}

#[test]
fn a_width_out_of_range_is_brought_into_it() {
    let report = sample::shop();
    assert_eq!(terminal::render(&report, &plain(0)), terminal::render(&report, &plain(60)));
    assert_eq!(terminal::render(&report, &plain(9999)), terminal::render(&report, &plain(160)));
}

/// Places that no audit makes, but a hand-written JSON may hold: nothing panics, and something is shown.
#[test]
fn impossible_places_are_drawn_all_the_same() {
    let excerpts = ["", "x", "\n\n", "\u{e000}0\u{e001}1", "日\t本", "a\r\nb\r\n", &"long ".repeat(400)];
    let points = [(0, 0), (1, 1), (1, 9999), (7, 3), (u32::MAX, u32::MAX), (200_001, 1), (199_999, 2)];
    for excerpt in excerpts {
        for start in points {
            for end in points {
                let mut report = sample::shop();
                report.findings.truncate(1);
                report.findings[0].places = vec![sample::place("a.txt", start, end, excerpt)];
                report.findings[0].places.push(sample::place("b.txt", end, start, excerpt));
                report.findings[0].places[1].note = Some("a note ".repeat(9));
                for style in [plain(60), Style { colour: true, ..full(160) }] {
                    assert!(terminal::render(&report, &style).contains("a.txt"));
                }
            }
        }
    }
}
