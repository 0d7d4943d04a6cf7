//! `golive report FROM.json`: any format, drawn from a JSON report alone.

use std::io::{Read as _, stdin};
use std::path::Path;

use super::args::ReportArgs;
use super::output::{self, Target, reason};
use super::{Exit, Failure, environment, repository};
use crate::report::{Format, Report, Style, json};

/// Draws the formats and writes them, as the audit that wrote the report would have.
pub(super) fn run(args: &ReportArgs) -> Result<Exit, Failure> {
    let targets = output::targets(&args.write, Format::Terminal)?;
    let report = read(&args.from)?;
    output::draw(&targets, &report, &|target| match target {
        // Where the files of the report are is not known: nothing is linked.
        Target::Standard => Style { links: None, ..environment::style(args.write.full, Path::new(".")) },
        Target::File(_) => environment::style_of_file(args.write.full),
    })?;
    Ok(Exit::Holds)
}

/// The report in a file; `-` is standard input.
pub(super) fn read(from: &Path) -> Result<Report, Failure> {
    let text = if from.as_os_str() == "-" {
        let mut text = String::new();
        stdin()
            .read_to_string(&mut text)
            .map_err(|error| Failure::usage(format!("standard input cannot be read: {}", reason(&error))))?;
        text
    } else {
        repository::read(from)?
    };
    json::parse(&text).map_err(|error| Failure::usage(format!("`{}`: {error}", from.display())))
}

#[cfg(test)]
mod tests {
    use super::super::output::replace;
    use super::*;
    use crate::report;
    use crate::rules::embedded;
    use crate::source::{Limits, Tree};

    #[test]
    fn what_is_drawn_from_json_is_what_the_audit_drew() {
        for fixture in ["fixtures/weak-express", "fixtures/ready-express", "fixtures/supabase"] {
            let tree = Tree::read(Path::new(fixture), &Limits::default()).expect("a fixture");
            let audited = crate::audit(&tree, embedded(), false).report;
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("report.json");
            replace(&file, &json::render(&audited)).expect("written");
            let read = read(&file).expect("a report");
            for format in report::Format::ALL {
                for full in [false, true] {
                    let style = Style { full, piped: false, ..Style::piped() };
                    let (then, now) =
                        (report::draw(*format, &audited, &style), report::draw(*format, &read, &style));
                    assert!(then == now, "{fixture} as {}", format.name());
                }
            }
        }
    }
}
