//! What the surroundings say about how to draw: the terminal, and the variables that people set.

use std::env;
use std::io::{IsTerminal as _, stderr, stdout};
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Failure;
use crate::report::{self, Style};

/// The columns of a terminal that does not tell.
const WIDTH: u16 = 80;

/// What is known about the place the report is written to.
struct Surroundings<'v> {
    /// Standard output is a terminal.
    is_terminal: bool,
    /// Its columns, where it tells.
    columns: Option<u16>,
    /// The value of an environment variable; none where it is unset or empty.
    variable: &'v dyn Fn(&str) -> Option<String>,
}

/// The style for standard output. `root` is the folder that is audited.
pub(super) fn style(full: bool, root: &Path) -> Style {
    let surroundings = Surroundings {
        is_terminal: stdout().is_terminal(),
        columns: terminal_size::terminal_size_of(stdout()).map(|(width, _)| width.0),
        variable: &|name| env::var(name).ok().filter(|value| !value.is_empty()),
    };
    let style = surroundings.style(full);
    let links = surroundings.understands_links().then(|| address(root)).flatten();
    Style { links: links.filter(|_| !style.piped), ..style }
}

/// Whether messages on standard error may be coloured.
pub(super) fn error_colour() -> bool {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    Surroundings { is_terminal: stderr().is_terminal(), columns: None, variable: &variable }
        .style(false)
        .colour
}

/// The style for a file.
pub(super) fn style_of_file(full: bool) -> Style {
    Style { full, ..Style::piped() }
}

impl Surroundings<'_> {
    fn has(&self, name: &str) -> bool {
        (self.variable)(name).is_some()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        (self.variable)(name).is_some_and(|set| set == value)
    }

    /// `CLICOLOR_FORCE` makes a pipe as good as a terminal, as the logs of CI services are; `NO_COLOR` takes colour
    /// away from both.
    fn style(&self, full: bool) -> Style {
        let forced = self.has("CLICOLOR_FORCE") && !self.is("CLICOLOR_FORCE", "0");
        let dumb = self.is("TERM", "dumb") || self.is("CLICOLOR", "0");
        let told = (self.variable)("COLUMNS").and_then(|columns| columns.parse().ok());
        Style {
            colour: !self.has("NO_COLOR") && (forced || (self.is_terminal && !dumb)),
            unicode: self.writes_unicode(),
            width: self.columns.or(told).unwrap_or(WIDTH),
            full,
            links: None,
            piped: !self.is_terminal && !forced,
        }
    }

    /// Whether the locale has more than ASCII; where none is set, as in most containers, it is taken to have.
    fn writes_unicode(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| (self.variable)(name));
        locale.is_none_or(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        })
    }

    /// Terminals known to follow links; the others would show their address.
    fn understands_links(&self) -> bool {
        let programs = ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"];
        let version = (self.variable)("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
        self.is_terminal
            && (programs.iter().any(|program| self.is("TERM_PROGRAM", program))
                || self.has("KITTY_WINDOW_ID")
                || self.has("WT_SESSION")
                || version.is_some_and(|version| version >= 5000))
    }
}

/// The day of the audit, in UTC: that of `SOURCE_DATE_EPOCH` where it is set, so that an audit can be repeated.
pub(super) fn today() -> Result<Date, Failure> {
    day(env::var("SOURCE_DATE_EPOCH").ok().filter(|value| !value.is_empty()).as_deref())
}

/// The day of an epoch, or of now.
fn day(epoch: Option<&str>) -> Result<Date, Failure> {
    let moment = match epoch {
        None => Some(Timestamp::now()),
        Some(epoch) => epoch.trim().parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok()),
    };
    let day = moment.map(|moment| moment.to_zoned(TimeZone::UTC).date());
    day.ok_or_else(|| {
        let epoch = epoch.unwrap_or_default();
        Failure::usage(format!(
            "SOURCE_DATE_EPOCH is `{epoch}`; set it to the seconds since 1970-01-01, or unset it"
        ))
    })
}

/// The folder as a `file:` address without a final slash; none where its name is not UTF-8.
fn address(root: &Path) -> Option<String> {
    let root = root.canonicalize().ok()?;
    Some(format!("file://{}", report::address(root.to_str()?.trim_end_matches('/'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables = &'static [(&'static str, &'static str)];

    fn style(is_terminal: bool, set: Variables) -> Style {
        let variable =
            |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Surroundings { is_terminal, columns: None, variable: &variable }.style(false)
    }

    #[test]
    fn colour_is_for_terminals_unless_told_otherwise() {
        let cases: &[(bool, Variables, bool, bool)] = &[
            (true, &[], true, false),
            (false, &[], false, true),
            (true, &[("NO_COLOR", "1")], false, false),
            (false, &[("CLICOLOR_FORCE", "1")], true, false),
            (false, &[("CLICOLOR_FORCE", "0")], false, true),
            (false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false, false),
            (true, &[("TERM", "dumb")], false, false),
            (true, &[("CLICOLOR", "0")], false, false),
        ];
        for (is_terminal, set, colour, piped) in cases {
            let style = style(*is_terminal, set);
            assert_eq!((style.colour, style.piped), (*colour, *piped), "{is_terminal} {set:?}");
        }
    }

    #[test]
    fn the_day_is_that_of_the_epoch_where_one_is_set() {
        let of = |epoch| day(Some(epoch)).map(|day| day.to_string()).map_err(|failure| failure.message);
        assert_eq!(of("0").as_deref(), Ok("1970-01-01"));
        assert_eq!(of("1767225599").as_deref(), Ok("2025-12-31"));
        assert_eq!(of("1767225600").as_deref(), Ok("2026-01-01"));
        for wrong in ["tomorrow", "1.5", "99999999999999"] {
            let told = "set it to the seconds since 1970-01-01, or unset it";
            assert!(of(wrong).is_err_and(|message| message.ends_with(told)), "{wrong}");
        }
        assert!(day(None).is_ok());
    }

    #[test]
    fn the_locale_decides_about_signs() {
        let cases: &[(Variables, bool)] = &[
            (&[], true),
            (&[("LANG", "en_GB.UTF-8")], true),
            (&[("LANG", "C.utf8")], true),
            (&[("LANG", "C")], false),
            (&[("LC_ALL", "POSIX"), ("LANG", "en_GB.UTF-8")], false),
        ];
        for (set, unicode) in cases {
            assert_eq!(style(true, set).unicode, *unicode, "{set:?}");
        }
    }

    #[test]
    fn columns_are_taken_from_the_variable_where_the_terminal_does_not_tell() {
        assert_eq!(style(true, &[("COLUMNS", "132")]).width, 132);
        assert_eq!(style(true, &[("COLUMNS", "wide")]).width, WIDTH);
        assert_eq!(style(true, &[]).width, WIDTH);
    }
}
