//! Writing. A reader that goes away, as `head` does, ends the writing and changes nothing else.

use std::fs;
use std::io::{ErrorKind, Write as _, stdout};
use std::path::{Path, PathBuf};

use super::Failure;
use super::args::AuditArgs;
use crate::report::Format;

/// Where a report is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Standard output.
    Standard,
    /// A file; it is replaced.
    File(PathBuf),
}

/// Writes to standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("standard output cannot be written to: {}", reason(&error))))
        }
        _ => Ok(()),
    }
}

/// Writes to a target.
pub(super) fn write(target: &Target, text: &str) -> Result<(), Failure> {
    match target {
        Target::Standard => print(text),
        Target::File(path) => write_file(path, text),
    }
}

/// Replaces a file.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| {
        let hint = match error.kind() {
            ErrorKind::NotFound => "; create its folder first",
            ErrorKind::IsADirectory => "; name a file in it",
            _ => "",
        };
        Failure::usage(format!("`{}` cannot be written: {}{hint}", path.display(), reason(&error)))
    })
}

/// The reason of an error of the operating system without its number, which says nothing to a person.
pub(super) fn reason(error: &std::io::Error) -> String {
    let sentence = error.to_string();
    sentence.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// The formats with their targets, in the order in which they were given.
pub(super) fn targets(args: &AuditArgs) -> Result<Vec<(Format, Target)>, Failure> {
    let formats = if args.format.is_empty() { &[Format::Terminal][..] } else { &args.format };
    let outputs = match (formats.len(), args.output.len()) {
        (1, 0) => vec![PathBuf::from("-")],
        (formats, outputs) if formats == outputs => args.output.clone(),
        (formats, outputs) => {
            return Err(Failure::usage(format!(
                "--format is given {} and --output {}; give one --output for each --format, `-` for standard output",
                times(formats),
                times(outputs)
            )));
        }
    };
    let target = |path: PathBuf| if path.as_os_str() == "-" { Target::Standard } else { Target::File(path) };
    let targets: Vec<(Format, Target)> =
        formats.iter().copied().zip(outputs.into_iter().map(target)).collect();
    for (number, (_, target)) in targets.iter().enumerate() {
        if targets[..number].iter().any(|(_, earlier)| earlier == target) {
            let name = match target {
                Target::Standard => "standard output".to_owned(),
                Target::File(path) => format!("`{}`", path.display()),
            };
            return Err(Failure::usage(format!(
                "two formats go to {name}; give each an --output of its own"
            )));
        }
    }
    Ok(targets)
}

fn times(number: usize) -> String {
    match number {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        _ => format!("{number} times"),
    }
}
