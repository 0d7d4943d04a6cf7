//! What a repository says about itself is never trusted to be harmless on a terminal or in a browser: names, messages
//! and source may hold escape sequences, line breaks and marks that turn the direction of writing. All are shown, none
//! has an effect.

use std::borrow::Cow;

use super::{Compared, Comparison, Finding, Place, Report, Repository, Tool};

/// The text with every character that has an effect of its own written as an escape, such as `\u{1b}` or `\n`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(has_effect) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        push(&mut out, character);
    }
    Cow::Owned(out)
}

/// Adds a character, escaped where it has an effect.
pub(super) fn push(out: &mut String, character: char) {
    if has_effect(character) {
        out.extend(character.escape_default());
    } else {
        out.push(character);
    }
}

/// Whether a terminal does something for this character other than showing it: control characters, line and paragraph
/// separators, marks of direction, and what is invisible.
fn has_effect(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// The report with every text made visible: what is one line stays one, Markdown and excerpts keep their lines.
pub(super) fn report(report: &Report) -> Report {
    let mut report = report.clone();
    about(&mut report.tool, &mut report.repository);
    report.compared = report.compared.as_ref().map(comparison);
    report.baseline.iter_mut().for_each(line);
    report.score.categories.iter_mut().for_each(|category| line(&mut category.id));
    report.score.caps.iter_mut().for_each(|cap| line(&mut cap.rule));
    for rule in &mut report.rules {
        all([&mut rule.id, &mut rule.title]);
        rule.reason.iter_mut().for_each(line);
    }
    report.findings.iter_mut().for_each(finding);
    for strength in &mut report.strengths {
        all([&mut strength.rule, &mut strength.message]);
        strength.place.iter_mut().for_each(place);
    }
    report.plan.iter_mut().for_each(|phase| line(&mut phase.title));
    for table in &mut report.access {
        all([&mut table.table, &mut table.path]);
        for role in &mut table.roles {
            all([&mut role.role, &mut role.select, &mut role.insert]);
            all([&mut role.update, &mut role.delete]);
        }
    }
    report.syntax_errors.iter_mut().for_each(|error| all([&mut error.path, &mut error.message]));
    report.unread.iter_mut().for_each(|unread| all([&mut unread.path, &mut unread.reason]));
    for waiver in &mut report.waivers {
        all([&mut waiver.rule, &mut waiver.scope, &mut waiver.reason]);
        waiver.until.iter_mut().chain(&mut waiver.mistake).for_each(line);
        place(&mut waiver.place);
    }
    report
}

/// The comparison with every text made visible.
pub(super) fn comparison(comparison: &Comparison) -> Comparison {
    let mut comparison = comparison.clone();
    for side in [&mut comparison.before, &mut comparison.after] {
        about(&mut side.tool, &mut side.repository);
        line(&mut side.named);
        side.no_score.iter_mut().for_each(line);
    }
    let rules = &mut comparison.rules;
    let rules = [&mut rules.before_only, &mut rules.after_only, &mut rules.reweighed];
    rules.into_iter().flatten().for_each(line);
    comparison.categories.iter_mut().for_each(|category| line(&mut category.id));
    let Comparison { new, changed, mended, unchanged, .. } = &mut comparison;
    [new, changed, mended, unchanged].into_iter().flatten().for_each(compared);
    comparison
}

fn about(tool: &mut Tool, repository: &mut Repository) {
    all([&mut repository.name, &mut tool.name, &mut tool.version, &mut tool.ruleset]);
    line(&mut tool.scoring_model);
    tool.off.iter_mut().chain(&mut tool.reweighed).for_each(line);
    repository.commit.iter_mut().chain(&mut repository.committed).for_each(line);
}

fn compared(finding: &mut Compared) {
    all([&mut finding.rule, &mut finding.category, &mut finding.title, &mut finding.message]);
    line(&mut finding.fingerprint);
    let places = finding.new_places.iter_mut().chain(&mut finding.mended_places);
    places.chain(&mut finding.place).for_each(place);
}

fn finding(finding: &mut Finding) {
    all([&mut finding.rule, &mut finding.category, &mut finding.title, &mut finding.message]);
    finding.places.iter_mut().for_each(place);
    lines(&mut finding.why);
    lines(&mut finding.fix);
    finding.references.iter_mut().for_each(line);
    line(&mut finding.fingerprint);
    if let Some(waiver) = &mut finding.waiver {
        all([&mut waiver.reason, &mut waiver.until]);
        place(&mut waiver.place);
    }
}

/// Makes every line of a text visible.
fn lines(text: &mut String) {
    let shown: Vec<Cow<'_, str>> = text.lines().map(visible).collect();
    *text = shown.join("\n");
}

fn place(place: &mut Place) {
    line(&mut place.path);
    place.note.iter_mut().for_each(line);
}

fn all<const N: usize>(texts: [&mut String; N]) {
    texts.into_iter().for_each(line);
}

/// Makes one text visible; final line breaks are no part of a sentence.
fn line(text: &mut String) {
    if let Cow::Owned(shown) = visible(text.trim_end()) {
        *text = shown;
    } else {
        text.truncate(text.trim_end().len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_an_effect_is_shown() {
        let cases = [
            ("plain, with spaces", "plain, with spaces"),
            ("日本 é ✗ 👩‍💻", "日本 é ✗ 👩‍💻"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\u{202e}txt.exe", "\\u{202e}txt.exe"),
            ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
            ("\u{9b}1m\u{7f}", "\\u{9b}1m\\u{7f}"),
        ];
        for (text, shown) in cases {
            assert_eq!(visible(text), shown);
        }
    }
}
