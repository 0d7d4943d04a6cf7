//! The file as `golive init` writes it: every key explained, with its default or an example, commented out.
//!
//! What is explained begins with `# `; what only needs its `#` taken away to be said begins with `#` alone.

use std::fmt::Write as _;

use super::{KEYS, LIMITS};
use crate::source::Limits;

/// What there is to say of a key.
pub(super) struct Key {
    /// Its name.
    pub(super) name: &'static str,
    /// What it is for, a line each.
    pub(super) about: &'static [&'static str],
    /// What may be written: its default, or an example where that is nothing.
    pub(super) written: fn() -> String,
}

/// What there is to say of a limit.
pub(super) struct Limit {
    /// Its name.
    pub(super) name: &'static str,
    /// What is not read beyond it.
    pub(super) about: &'static str,
    /// Its default.
    pub(super) default: fn(&Limits) -> u64,
}

/// The file.
pub(in crate::cli) fn sample() -> String {
    let mut out = "# What golive is told about this repository. Everything is commented out and stands at its default.\n".to_owned();
    for key in KEYS {
        out.push('\n');
        for line in key.about {
            let _ = writeln!(out, "# {line}");
        }
        for line in (key.written)().lines() {
            let _ = writeln!(out, "#{line}");
        }
    }
    out
}

/// The table of limits at their defaults.
pub(super) fn limits() -> String {
    let default = Limits::default();
    let mut out = "[limits]\n".to_owned();
    for limit in LIMITS {
        let _ = writeln!(out, "{} = {} # {}", limit.name, (limit.default)(&default), limit.about);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::cli::settings::Settings;
    use crate::rules::embedded;

    /// The file with what is commented out said.
    fn said() -> String {
        let lines = sample();
        let lines = lines.lines().map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => rest,
            _ => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn as_written_it_changes_nothing() {
        assert_eq!(parse("golive.toml", &sample(), embedded()), Ok(Settings::default()));
    }

    #[test]
    fn what_it_shows_is_understood_and_names_every_key() {
        let text = said();
        let settings = parse("golive.toml", &text, embedded()).expect("no mistake");
        let default = Limits::default();
        assert_eq!(settings.text_bytes, Some(default.max_text_bytes));
        assert_eq!(settings.data_bytes, Some(default.max_data_bytes));
        assert_eq!(settings.files, Some(default.max_files));
        assert!(settings.exclude.is_empty());
        let table: toml::Table = toml::from_str(&text).expect("TOML");
        let keys: Vec<&str> = table.keys().map(String::as_str).collect();
        let mut known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        known.sort_unstable();
        assert_eq!(keys, known);
        for key in super::super::waive::KEYS {
            assert!(text.contains(key), "{key}");
        }
    }
}
