//! One comment on a pull request, in Markdown, that is written again rather than added to. It begins with a mark by which
//! it is found, says what matters in its first five lines, and stays below the length that GitHub takes.

use std::fmt::Write as _;

use super::escape::{code, markdown as text};
use super::markdown::compare::item;
use super::words::{count, effort};
use super::{Compared, Comparison, Finding, Report, Severity, clean};

/// What the comment is found by; nobody sees it.
pub const MARK: &str = "<!-- golive -->";

/// The longest body of a comment that GitHub takes, in characters.
pub const LONGEST: usize = 65_536;

/// What is kept for the ends of what is open when the comment is full.
const KEPT: usize = 600;

/// The longest message of a finding that is given whole, in characters.
const MESSAGE: usize = 400;

/// Findings that are named in sight; the others are folded.
const IN_SIGHT: usize = 10;

/// The comment on a report: on what changed where it was compared, else on what was found.
pub fn render(report: &Report) -> String {
    if let Some(compared) = &report.compared {
        return compare(compared);
    }
    let report = clean::report(report);
    let score = &report.score;
    let number = score.total.map_or("no score".to_owned(), |total| format!("{total}/100"));
    let held = score.held().map(|held| format!(" ({})", text(&held))).unwrap_or_default();
    let mut comment = Comment::new();
    comment.line(&format!("### golive: {number} · {}", score.verdict.phrase()));
    comment.line(&format!("**Deploy now? {}** {}{held}.", report.deploy_now(), report.tally().join(", ")));
    let open: Vec<&Finding> = report.findings.iter().filter(|finding| finding.is_open()).collect();
    let (blockers, others): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|finding| finding.severity == Severity::Blocker);
    let items = |findings: Vec<&Finding>| findings.into_iter().map(found).collect::<Vec<_>>();
    comment.list("", &items(blockers), false);
    comment.list("Other findings", &items(others), true);
    comment.finish()
}

/// The comment on a comparison: what the change brought.
pub fn compare(comparison: &Comparison) -> String {
    let comparison = clean::comparison(comparison);
    let mut comment = Comment::new();
    comment.line(&format!("### golive: {} · {}", comparison.headline(), comparison.verdict()));
    let why = comparison.why().map(|why| format!(" {why}")).unwrap_or_default();
    comment.line(&format!("**Deploy now? {}** {}.{why}", comparison.deploy_now(), comparison.tally()));
    let (blockers, others): (Vec<_>, Vec<_>) = comparison.new.iter().partition(|finding| finding.blocks());
    let items =
        |findings: Vec<&Compared>| findings.into_iter().map(|one| shortened(one, false)).collect::<Vec<_>>();
    let new = [items(blockers), items(others)].concat();
    let (in_sight, folded) = new.split_at(new.len().min(IN_SIGHT));
    comment.list("", in_sight, false);
    comment.list("More that is new", folded, true);
    let moved: Vec<String> = comparison.changed.iter().map(|one| shortened(one, true)).collect();
    comment.list("In other places", &moved, true);
    comment.list("Mended", &items(comparison.mended.iter().collect()), true);
    comment.remarks(&comparison);
    comment.list("Unchanged", &items(comparison.unchanged.iter().collect()), true);
    comment.finish()
}

/// A finding on a line of a list, as a comparison has it.
fn shortened(finding: &Compared, moved: bool) -> String {
    item(&Compared { message: cut(&finding.message), ..finding.clone() }, moved)
}

fn found(finding: &Finding) -> String {
    let (severity, rule) = (finding.severity.word(), text(&finding.rule));
    let place = finding.places.first().map(|place| format!(": {}", code(&place.words()))).unwrap_or_default();
    let (message, effort) = (text(&cut(&finding.message)), effort(finding.effort_minutes));
    format!("- **{severity}** {rule} {message} ({effort}){place}")
}

/// A message as far as a comment gives it.
fn cut(message: &str) -> String {
    match message.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}

/// A comment that is being written.
struct Comment {
    out: String,
    /// Characters that may still be written.
    left: usize,
}

impl Comment {
    fn new() -> Self {
        let mut comment = Self { out: String::new(), left: LONGEST - KEPT };
        comment.line(MARK);
        comment
    }

    /// Writes a line where there is room for it, and says whether there was.
    fn line(&mut self, line: &str) -> bool {
        let length = line.chars().count() + 1;
        let fits = length <= self.left;
        if fits {
            self.left -= length;
            self.out.push_str(line);
            self.out.push('\n');
        }
        fits
    }

    /// Writes a list, as far as there is room; folded away below its title where it is not for the first look.
    fn list(&mut self, title: &str, items: &[String], folded: bool) {
        let head = format!("\n<details><summary><b>{title}</b>: {}</summary>\n", items.len());
        if items.is_empty() || folded && !self.line(&head) {
            return;
        }
        let written = items.iter().take_while(|item| self.line(item)).count();
        // There is always room for the ends.
        if written < items.len() {
            let _ = writeln!(self.out, "- … and {}", count(items.len() - written, "more finding"));
        }
        if folded {
            self.out.push_str("\n</details>\n");
        }
    }

    fn remarks(&mut self, comparison: &Comparison) {
        for remark in comparison.remarks() {
            self.line(&format!("\n> {}", text(&remark)));
        }
    }

    fn finish(self) -> String {
        self.out
    }
}
