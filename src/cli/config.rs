//! Reads `golive.toml`. It is strict: what is not understood is a mistake, and every mistake is told at its place.

mod sample;
mod waive;

use std::ops::Range;

use globset::Glob;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::settings::Settings;
use crate::rules::{Catalogue, Mistake, closest};
use crate::source::Span;
use crate::verdict::{CATEGORIES, Severity};

type Value<'t> = Spanned<DeValue<'t>>;
type Key<'t> = Spanned<DeString<'t>>;

pub(super) use sample::sample;

/// The keys of the file.
const KEYS: [sample::Key; 4] = [
    sample::Key {
        name: "exclude",
        about: &[
            "Paths that are not read, as globs: [\"vendor/\", \"**/*.min.js\"]. Each is listed in the report.",
        ],
        written: || "exclude = []".to_owned(),
    },
    sample::Key {
        name: "rules",
        about: &[
            "Rules that are of another severity here (\"blocker\", \"high\", \"medium\", \"low\", \"info\"), and rules and categories",
            "that are not run (\"off\"). `golive rules list` names them; the report says which were changed.",
        ],
        written: || "[rules]\n\"ci/no-timeout\" = \"medium\"\n\"docs/runbook-missing\" = \"off\"".to_owned(),
    },
    sample::Key {
        name: "limits",
        about: &["What is read at most; what is beyond is listed in the report."],
        written: sample::limits,
    },
    sample::Key {
        name: "waive",
        about: &[
            "A risk that is accepted until a day: it opens the gate and leaves the score. A `path` (a glob) or a `fingerprint`",
            "narrows it; `false-positive = true` says that it is not so, which counts as mended. `golive waivers` lists all,",
            "those in comments beside the code too.",
        ],
        written: || {
            "[[waive]]\nrule = \"container/root-user\"\npath = \"tools/**\"\nreason = \"runs on laptops only\"\nuntil = 2027-06-30".to_owned()
        },
    },
];

/// The keys of `limits`.
const LIMITS: [sample::Limit; 3] = [
    sample::Limit {
        name: "text-bytes",
        about: "the largest text file, in bytes",
        default: |limits| limits.max_text_bytes,
    },
    sample::Limit {
        name: "data-bytes",
        about: "the largest data file or lockfile, in bytes",
        default: |limits| limits.max_data_bytes,
    },
    sample::Limit {
        name: "files",
        about: "how many files, in the order of their paths",
        default: |limits| u64::try_from(limits.max_files).unwrap_or(u64::MAX),
    },
];

/// What a rule may be set to.
const WORDS: [&str; 6] = ["off", "blocker", "high", "medium", "low", "info"];

/// Reads the settings of `text`; `file` is its name for messages, `catalogue` the rules that may be named.
pub(super) fn parse(file: &str, text: &str, catalogue: &Catalogue) -> Result<Settings, Vec<Mistake>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { file, text, catalogue, mistakes: vec![], settings: Settings::default() };
    for error in errors {
        reader.mistake(error.span().unwrap_or_default(), error.message());
    }
    reader.root(table.get_ref());
    reader.mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    if reader.mistakes.is_empty() { Ok(reader.settings) } else { Err(reader.mistakes) }
}

struct Reader<'r> {
    file: &'r str,
    text: &'r str,
    catalogue: &'r Catalogue,
    mistakes: Vec<Mistake>,
    settings: Settings,
}

impl Reader<'_> {
    fn mistake(&mut self, at: Range<usize>, message: impl Into<String>) {
        self.mistakes.push(Mistake::at(self.file, self.text, Span::new(at.start, at.end), message));
    }

    /// A word that is none of those that may stand there.
    fn unknown<'k>(
        &mut self,
        at: Range<usize>,
        what: &str,
        word: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let hint = match closest(word, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if what == "rule" => "`golive rules list` names them".to_owned(),
            None => format!("known are {}", known.join(", ")),
        };
        self.mistake(at, format!("unknown {what} `{word}`; {hint}"));
    }

    fn root(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "exclude" => self.exclude(value),
                "rules" => self.table(key, value, Self::rule),
                "limits" => self.table(key, value, Self::limit),
                "waive" => self.waivers(value),
                word => self.unknown(key.span(), "key", word, KEYS.iter().map(|key| key.name)),
            }
        }
    }

    fn table(&mut self, key: &Key<'_>, value: &Value<'_>, each: fn(&mut Self, &Key<'_>, &Value<'_>)) {
        match value.get_ref() {
            DeValue::Table(table) => table.iter().for_each(|(key, value)| each(self, key, value)),
            _ => self
                .mistake(value.span(), format!("`{}` is a table: write [{}]", key.get_ref(), key.get_ref())),
        }
    }

    fn exclude(&mut self, value: &Value<'_>) {
        let DeValue::Array(globs) = value.get_ref() else {
            return self.mistake(value.span(), "`exclude` is a list of globs, such as [\"vendor/**\"]");
        };
        for glob in globs {
            match glob.get_ref() {
                DeValue::String(text) => match Glob::new(text) {
                    Ok(_) => self.settings.exclude.push(text.to_string()),
                    Err(error) => self.mistake(glob.span(), format!("`{text}` is no glob: {}", error.kind())),
                },
                _ => self.mistake(glob.span(), "a glob is a text, such as \"vendor/**\""),
            }
        }
    }

    fn rule(&mut self, key: &Key<'_>, value: &Value<'_>) {
        let id = key.get_ref().to_string();
        let is_category = CATEGORIES.iter().any(|category| category.id == id);
        if !is_category && self.catalogue.get(&id).is_none() {
            let catalogue = self.catalogue;
            let rules = catalogue.rules().iter().map(|rule| rule.id.as_str());
            return self.unknown(
                key.span(),
                "rule",
                &id,
                rules.chain(CATEGORIES.map(|category| category.id)),
            );
        }
        let DeValue::String(word) = value.get_ref() else {
            return self
                .mistake(value.span(), format!("a rule is set to a text: one of {}", WORDS.join(", ")));
        };
        match (Severity::parse(word), word.as_ref()) {
            (_, "off") => self.settings.off.push(id),
            (Some(_), _) if is_category => {
                self.mistake(
                    value.span(),
                    format!("`{id}` is a category, which can be \"off\" only; name its rules"),
                );
            }
            (Some(severity), _) => {
                self.settings.severity.insert(id, severity);
            }
            (None, word) => self.unknown(value.span(), "severity", word, WORDS),
        }
    }

    fn limit(&mut self, key: &Key<'_>, value: &Value<'_>) {
        let word = key.get_ref().as_ref();
        if !LIMITS.iter().any(|limit| limit.name == word) {
            return self.unknown(key.span(), "limit", word, LIMITS.iter().map(|limit| limit.name));
        }
        let number = match value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let Some(number) = number.filter(|number| *number > 0) else {
            return self.mistake(value.span(), format!("`{word}` is a whole number above 0"));
        };
        match word {
            "text-bytes" => self.settings.text_bytes = Some(number),
            "data-bytes" => self.settings.data_bytes = Some(number),
            _ => self.settings.files = Some(usize::try_from(number).unwrap_or(usize::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::embedded;

    fn mistakes(text: &str) -> Vec<String> {
        let mistakes = parse("golive.toml", text, embedded()).expect_err(text);
        mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn everything_can_be_set() {
        let text = "exclude = ['vendor/**', '*.min.js']\n[rules]\n'ci/workflow-symlink' = 'low'\n\
                    docs = 'off'\n[limits]\ntext-bytes = 1_000\ndata-bytes = 0x10\nfiles = 7\n";
        let settings = parse("golive.toml", text, embedded()).expect("settings");
        assert_eq!(settings.exclude, ["vendor/**", "*.min.js"]);
        assert_eq!(settings.off, ["docs"]);
        assert_eq!(settings.severity.get("ci/workflow-symlink"), Some(&Severity::Low));
        assert_eq!(
            (settings.text_bytes, settings.data_bytes, settings.files),
            (Some(1000), Some(16), Some(7))
        );
        assert_eq!(parse("golive.toml", "", embedded()), Ok(Settings::default()));
    }

    #[test]
    fn every_mistake_is_told_at_its_place() {
        let text = "exlude = []\nexclude = ['[', 3]\nlimits = 4\n[rules]\n'ci/workflow-symlnk' = 'off'\n\
                    ci = 'high'\n'ci/workflow-symlink' = 'hihg'\nsecurity = true\n";
        assert_eq!(
            mistakes(text),
            [
                "golive.toml:1:1: unknown key `exlude`; did you mean `exclude`?",
                "golive.toml:2:12: `[` is no glob: unclosed character class; missing ']'",
                "golive.toml:2:17: a glob is a text, such as \"vendor/**\"",
                "golive.toml:3:10: `limits` is a table: write [limits]",
                "golive.toml:5:1: unknown rule `ci/workflow-symlnk`; did you mean `ci/workflow-symlink`?",
                "golive.toml:6:6: `ci` is a category, which can be \"off\" only; name its rules",
                "golive.toml:7:25: unknown severity `hihg`; did you mean `high`?",
                "golive.toml:8:12: a rule is set to a text: one of off, blocker, high, medium, low, info",
            ]
        );
    }

    #[test]
    fn broken_toml_hides_no_other_mistake() {
        let told = mistakes("colour = 1\nexclude = [\n\n[limits]\nfiles = 0\nfiles = = 2\n");
        assert!(told.iter().any(|one| one.starts_with("golive.toml:1:1: unknown key `colour`")), "{told:?}");
        assert!(told.len() > 1, "{told:?}");
    }

    #[test]
    fn limits_are_whole_numbers() {
        for value in ["0", "-1", "1.5", "'2'", "99999999999999999999999"] {
            let told = mistakes(&format!("[limits]\nfiles = {value}\n"));
            assert_eq!(told, ["golive.toml:2:9: `files` is a whole number above 0"], "{value}");
        }
        assert_eq!(
            mistakes("[limits]\nbytes = 1\n"),
            ["golive.toml:2:1: unknown limit `bytes`; known are text-bytes, data-bytes, files"]
        );
    }
}
