//! The tables `[[waive]]`: what is accepted, why, and until when.

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::{Key, Reader, Value};
use crate::rules::Mistake;
use crate::source::{Span, path_glob};
use crate::verdict::{CATEGORIES, Scope, Waiver, Written};

/// The keys of a waiver.
pub(super) const KEYS: [&str; 6] = ["rule", "path", "fingerprint", "reason", "until", "false-positive"];

/// What a waiver has said so far.
#[derive(Default)]
struct Said {
    rule: Option<String>,
    scope: Option<Scope>,
    reason: Option<String>,
    until: Option<Date>,
    false_positive: bool,
}

impl Reader<'_> {
    /// Reads all waivers.
    pub(super) fn waivers(&mut self, value: &Value<'_>) {
        let DeValue::Array(waivers) = value.get_ref() else {
            return self.mistake(value.span(), "`waive` is a list of tables: write [[waive]] above each");
        };
        for waiver in waivers {
            match waiver.get_ref() {
                DeValue::Table(table) => self.waiver(waiver, table),
                _ => self.mistake(waiver.span(), "a waiver is a table: write [[waive]] above it"),
            }
        }
    }

    fn waiver(&mut self, value: &Value<'_>, table: &DeTable<'_>) {
        let mut said = Said::default();
        let before = self.mistakes.len();
        for (key, value) in table {
            self.part(&mut said, key, value);
        }
        // What was said in the wrong way is told there, and is not missing.
        let missing = [
            ("rule", "names what it waives: rule = \"container/root-user\""),
            ("reason", "says why: reason = \"…\""),
            ("until", "ends: until = 2026-12-31, the last day on which it holds"),
        ];
        for (key, what) in missing {
            if !table.contains_key(key) {
                self.mistake(value.span(), format!("`{key}` is missing; a waiver {what}"));
            }
        }
        if self.mistakes.len() > before {
            return;
        }
        let place = value.span();
        let span = Span::new(place.start, place.end);
        let line = Mistake::at(self.file, self.text, span, "").line;
        self.settings.waivers.push(Waiver {
            rule: said.rule.unwrap_or_default(),
            scope: said.scope.unwrap_or(Scope::Everywhere),
            reason: said.reason.unwrap_or_default(),
            until: said.until,
            false_positive: said.false_positive,
            written: Written::Configuration {
                file: self.file.to_owned(),
                span,
                line: u32::try_from(line).unwrap_or(u32::MAX),
            },
        });
    }

    fn part(&mut self, said: &mut Said, key: &Key<'_>, value: &Value<'_>) {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("rule", DeValue::String(id)) => said.rule = self.waived_rule(value, id),
            ("rule", _) => self.mistake(value.span(), "`rule` is a text, such as \"container/root-user\""),
            ("path" | "fingerprint", _) if said.scope.is_some() => {
                self.mistake(
                    key.span(),
                    "a waiver is for a `path` or for a `fingerprint`; make two of one for both",
                );
            }
            ("path", DeValue::String(glob)) => match path_glob(glob) {
                Ok(_) => said.scope = Some(Scope::Path(glob.to_string())),
                Err(error) => self.mistake(value.span(), format!("`{glob}` is no glob: {}", error.kind())),
            },
            ("path", _) => self.mistake(value.span(), "`path` is a glob, such as \"legacy/**\""),
            ("fingerprint", DeValue::String(text)) if is_fingerprint(text) => {
                said.scope = Some(Scope::Fingerprint(text.to_string()));
            }
            ("fingerprint", _) => self.mistake(
                value.span(),
                "`fingerprint` is a text of 16 hexadecimal digits, as --format json tells it of a finding or a place",
            ),
            ("reason", DeValue::String(text)) if !text.trim().is_empty() => {
                said.reason = Some(text.trim().to_owned());
            }
            ("reason", _) => self.mistake(value.span(), "`reason` says in words why this is accepted"),
            ("until", _) => match date(value.get_ref()) {
                Some(date) => said.until = Some(date),
                None => self.mistake(
                    value.span(),
                    "`until` is a day without quotes and without a time, such as 2026-12-31",
                ),
            },
            ("false-positive", DeValue::Boolean(is_false)) => said.false_positive = *is_false,
            ("false-positive", _) => self.mistake(value.span(), "`false-positive` is true or false"),
            (word, _) => self.unknown(key.span(), "key", word, KEYS),
        }
    }

    fn waived_rule(&mut self, value: &Value<'_>, id: &str) -> Option<String> {
        let catalogue = self.catalogue;
        if catalogue.get(id).is_some() {
            return Some(id.to_owned());
        }
        if CATEGORIES.iter().any(|category| category.id == id) {
            self.mistake(value.span(), format!("`{id}` is a category; a waiver is for one rule"));
        } else {
            self.unknown(value.span(), "rule", id, catalogue.rules().iter().map(|rule| rule.id.as_str()));
        }
        None
    }
}

fn is_fingerprint(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// A day that stands alone.
fn date(value: &DeValue<'_>) -> Option<Date> {
    let DeValue::Datetime(written) = value else { return None };
    let date = written.date.filter(|_| written.time.is_none() && written.offset.is_none())?;
    Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::config::parse;
    use crate::rules::embedded;

    const GOOD: &str =
        "[[waive]]\nrule = 'container/root-user'\nreason = 'one-off job'\nuntil = 2026-12-31\n";

    fn waivers(text: &str) -> Vec<Waiver> {
        parse("golive.toml", text, embedded()).expect(text).waivers
    }

    fn mistakes(text: &str) -> Vec<String> {
        let mistakes = parse("golive.toml", text, embedded()).expect_err(text);
        mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_waiver_is_for_a_rule_with_a_reason_and_an_end() {
        let found =
            waivers(&format!("exclude = []\n\n{GOOD}\n{GOOD}path = 'jobs/'\nfalse-positive = true\n"));
        let [everywhere, path] = &found[..] else { panic!("{found:?}") };
        assert_eq!(everywhere.rule, "container/root-user");
        assert_eq!(everywhere.reason, "one-off job");
        assert_eq!(everywhere.until.map(|until| until.to_string()).as_deref(), Some("2026-12-31"));
        assert_eq!((&everywhere.scope, everywhere.false_positive), (&Scope::Everywhere, false));
        assert_eq!((&path.scope, path.false_positive), (&Scope::Path("jobs/".to_owned()), true));
        let lines = found.iter().map(|waiver| match &waiver.written {
            Written::Configuration { line, .. } => *line,
            Written::Comment(_) => 0,
        });
        assert_eq!(lines.collect::<Vec<_>>(), [3, 8]);
        let one = waivers(&format!("{GOOD}fingerprint = '00112233445566ff'\n"));
        assert_eq!(one[0].scope, Scope::Fingerprint("00112233445566ff".to_owned()));
    }

    #[test]
    fn every_mistake_is_told_at_its_place_with_what_to_write() {
        let cases = [
            ("waive = 3\n", "1:9: `waive` is a list of tables: write [[waive]] above each"),
            ("waive = [3]\n", "1:10: a waiver is a table: write [[waive]] above it"),
            (
                "[[waive]]\nreason = 'x'\nuntil = 2026-12-31\n",
                "1:1: `rule` is missing; a waiver names what it waives: rule = \"container/root-user\"",
            ),
            (
                "[[waive]]\nrule = 'container/root-user'\nuntil = 2026-12-31\n",
                "1:1: `reason` is missing; a waiver says why: reason = \"…\"",
            ),
            (
                "[[waive]]\nrule = 'container/root-user'\nreason = 'x'\n",
                "1:1: `until` is missing; a waiver ends: until = 2026-12-31, the last day on which it holds",
            ),
            (&format!("{GOOD}rul = 1\n"), "5:1: unknown key `rul`; did you mean `rule`?"),
            (
                &GOOD.replace("root-user", "rootuser"),
                "2:8: unknown rule `container/rootuser`; did you mean `container/root-user`?",
            ),
            (
                &GOOD.replace("container/root-user", "container"),
                "2:8: `container` is a category; a waiver is for one rule",
            ),
            (&GOOD.replace("'one-off job'", "' '"), "3:10: `reason` says in words why this is accepted"),
            (
                &GOOD.replace("2026-12-31", "'2026-12-31'"),
                "4:9: `until` is a day without quotes and without a time, such as 2026-12-31",
            ),
            (
                &GOOD.replace("2026-12-31", "2026-12-31T10:00:00"),
                "4:9: `until` is a day without quotes and without a time, such as 2026-12-31",
            ),
            (&format!("{GOOD}false-positive = 'yes'\n"), "5:18: `false-positive` is true or false"),
            (&format!("{GOOD}path = '['\n"), "5:8: `[` is no glob: unclosed character class; missing ']'"),
            (
                &format!("{GOOD}fingerprint = 'abc'\n"),
                "5:15: `fingerprint` is a text of 16 hexadecimal digits, as --format json tells it of a finding or a place",
            ),
            (
                &format!("{GOOD}fingerprint = '00112233445566ff'\npath = 'a'\n"),
                "6:1: a waiver is for a `path` or for a `fingerprint`; make two of one for both",
            ),
        ];
        for (text, mistake) in cases {
            assert_eq!(mistakes(text), [format!("golive.toml:{mistake}")], "{text}");
        }
    }
}
