//! Writing. A reader that goes away, as `head` does, ends the writing and changes nothing else.

use std::fs;
use std::io::{ErrorKind, Write as _, stderr, stdout};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Failure;
use super::args::WriteArgs;
use crate::report::{self, Format, Report, Style};

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

/// Writes to standard error; where that is closed nobody listens, and the work is done all the same.
pub(super) fn say(text: &str) {
    let _ = stderr().write_all(text.as_bytes());
}

/// Writes what is to be the last line: below a report for people it stands with it; where standard output is for
/// a program, or holds no report, it goes to standard error.
pub(super) fn say_last(targets: &[(Format, Target)], line: &str) -> Result<(), Failure> {
    let line = format!("{line}\n");
    if targets.contains(&(Format::Terminal, Target::Standard)) {
        return print(&line);
    }
    say(&line);
    Ok(())
}

/// Draws a report in every format and writes it to its target.
pub(super) fn draw(
    targets: &[(Format, Target)],
    report: &Report,
    style: &dyn Fn(&Target) -> Style,
) -> Result<(), Failure> {
    write(targets, &|format, target| report::draw(format, report, &style(target)))
}

/// Draws every format and writes it to its target. Files come first and appear as wholes, and none does where one
/// cannot be written.
pub(super) fn write<F: Copy>(
    targets: &[(F, Target)],
    draw: &dyn Fn(F, &Target) -> String,
) -> Result<(), Failure> {
    let drawn = targets.iter().map(|(format, target)| (target, draw(*format, target)));
    let drawn: Vec<(&Target, String)> = drawn.collect();
    let files = drawn.iter().filter_map(|(target, text)| match target {
        Target::File(path) => Some(Staged::new(path, text)),
        Target::Standard => None,
    });
    let files = files.collect::<Result<Vec<_>, _>>()?;
    files.into_iter().try_for_each(Staged::finish)?;
    drawn.iter().filter(|(target, _)| **target == Target::Standard).try_for_each(|(_, text)| print(text))
}

/// Makes a folder, with those above it.
pub(super) fn make_folder(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)
        .map_err(|error| Failure::usage(format!("`{}` cannot be made: {}", folder.display(), reason(&error))))
}

/// Replaces a file as a whole, or leaves it as it is.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    Staged::new(path, text)?.finish()
}

/// Replaces files as wholes: all of them, or none where one cannot be written.
pub(super) fn replace_all(files: &[(PathBuf, &str)]) -> Result<(), Failure> {
    let staged = files.iter().map(|(path, text)| Staged::new(path, text)).collect::<Result<Vec<_>, _>>()?;
    staged.into_iter().try_for_each(Staged::finish)
}

/// A file that is written beside the one it will replace.
struct Staged<'t> {
    /// As the user named it.
    name: &'t Path,
    /// Where it is, links followed.
    path: PathBuf,
    /// What is written already; none where the target is no file to replace, such as a pipe.
    beside: Option<PathBuf>,
    text: &'t str,
}

impl<'t> Staged<'t> {
    fn new(name: &'t Path, text: &'t str) -> Result<Self, Failure> {
        let there = fs::metadata(name).ok();
        if there.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(unwritable(name, &ErrorKind::IsADirectory.into()));
        }
        let path = fs::canonicalize(name).unwrap_or_else(|_| name.to_owned());
        let mut staged = Self { name, path, beside: None, text };
        // A link to nothing is written through; a device or a pipe has no whole that could be replaced.
        let plain = there.as_ref().map_or(fs::symlink_metadata(name).is_err(), fs::Metadata::is_file);
        if plain {
            staged.stage(there.as_ref())?;
        }
        Ok(staged)
    }

    /// Writes beside the target, with the permissions of what is there.
    fn stage(&mut self, there: Option<&fs::Metadata>) -> Result<(), Failure> {
        let Some(file) = self.path.file_name() else {
            return Err(unwritable(self.name, &ErrorKind::IsADirectory.into()));
        };
        let mut beside = std::ffi::OsString::from(".");
        beside.push(file);
        beside.push(format!(".{}.part", std::process::id()));
        let beside = self.path.with_file_name(beside);
        let write = || {
            let mut file = fs::File::create_new(&beside)?;
            file.write_all(self.text.as_bytes())?;
            there.map_or(Ok(()), |there| fs::set_permissions(&beside, there.permissions()))
        };
        match write() {
            Ok(()) => self.beside = Some(beside),
            // A folder that takes no new file may still hold one that can be written.
            Err(error) if error.kind() == ErrorKind::PermissionDenied && there.is_some() => {}
            Err(error) => {
                let _ = fs::remove_file(&beside);
                return Err(unwritable(self.name, &error));
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Failure> {
        let done = match &self.beside {
            None => fs::write(&self.path, self.text),
            Some(beside) => fs::rename(beside, &self.path).or_else(|error| match error.kind() {
                // A file that is mounted alone can be written and not replaced.
                ErrorKind::ResourceBusy => fs::write(&self.path, self.text),
                _ => Err(error),
            }),
        };
        done.map_err(|error| unwritable(self.name, &error))
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if let Some(beside) = &self.beside {
            let _ = fs::remove_file(beside);
        }
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    let hint = match error.kind() {
        ErrorKind::NotFound => "; create its folder first",
        ErrorKind::IsADirectory => "; name a file in it",
        _ => "",
    };
    Failure::usage(format!("`{}` cannot be written: {}{hint}", path.display(), reason(error)))
}

/// The reason of an error of the operating system without its number, which says nothing to a person.
pub(super) fn reason(error: &std::io::Error) -> String {
    let sentence = error.to_string();
    sentence.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// The formats with their targets, in the order in which they were given; without any, the `usual` one.
pub(super) fn targets<F: ValueEnum + Copy + Send + Sync + 'static>(
    args: &WriteArgs<F>,
    usual: F,
) -> Result<Vec<(F, Target)>, Failure> {
    let formats = if args.format.is_empty() { &[usual][..] } else { &args.format };
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
    let targets: Vec<(F, Target)> = formats.iter().copied().zip(outputs.into_iter().map(target)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_or_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = |folder: &Path| {
            let mut names: Vec<_> = fs::read_dir(folder)
                .expect("listed")
                .map(|entry| entry.expect("an entry").file_name())
                .collect();
            names.sort();
            names
        };
        let file = folder.path().join("report.json");
        replace(&file, "one").expect("written");
        assert_eq!(fs::read_to_string(&file).expect("there"), "one");
        let staged = Staged::new(&file, "two").expect("staged");
        assert_eq!(fs::read_to_string(&file).expect("there"), "one");
        drop(staged);
        assert_eq!(fs::read_to_string(&file).expect("there"), "one");
        assert_eq!(names(folder.path()), ["report.json"]);
        replace(&file, "two").expect("written");
        assert_eq!(fs::read_to_string(&file).expect("there"), "two");
        let missing = replace(&folder.path().join("nowhere/report.json"), "x").expect_err("no folder");
        assert!(missing.message.ends_with("create its folder first"), "{missing}");
        let is_folder = replace(folder.path(), "x").expect_err("a folder");
        assert!(is_folder.message.ends_with("is a directory; name a file in it"), "{is_folder}");
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_kept() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&file, "one").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("set");
        symlink("a", &link).expect("a link");
        replace(&link, "two").expect("written");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&file).expect("there"), "two");
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn one_file_that_cannot_be_written_keeps_all_from_being() {
        let folder = tempfile::tempdir().expect("a folder");
        let tree = crate::source::Tree::from_memory([(
            "a".to_owned(),
            crate::source::MemoryFile::Text(String::new()),
        )]);
        let report = crate::audit(&tree, &crate::rules::Catalogue::new(vec![]), false).report;
        let good = folder.path().join("good.json");
        let bad = folder.path().join("nowhere/bad.json");
        let targets = [(Format::Json, Target::File(good)), (Format::Json, Target::File(bad))];
        draw(&targets, &report, &|_| Style::piped()).expect_err("no folder");
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
    }
}
