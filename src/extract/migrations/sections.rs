//! Tools that keep both ways of a migration in one file, apart by marks in comments: dbmate, goose, sql-migrate,
//! node-pg-migrate.

use super::model::{Dialect, Down, Gap, Part, Set, Step, Unrun, Why};
use super::survey::{self, Survey, does_something, number, numbered};
use crate::source::{FileId, FileKind, Place, SourceFile, Span};

/// A tool and its marks.
struct Marks {
    tool: &'static str,
    /// Behind `--`, in small letters, words apart by one blank.
    up: &'static str,
    down: &'static str,
    /// What else begins with this is a mark and ends no section.
    start: &'static str,
    /// Packages that bring the tool.
    packages: &'static [&'static str],
    /// A file without marks is run as a whole.
    bare: bool,
}

const TOOLS: &[Marks] = &[
    Marks {
        tool: "goose",
        up: "+goose up",
        down: "+goose down",
        start: "+goose",
        packages: &["github.com/pressly/goose*"],
        bare: false,
    },
    Marks {
        tool: "dbmate",
        up: "migrate:up",
        down: "migrate:down",
        start: "migrate:",
        packages: &["dbmate"],
        bare: false,
    },
    Marks {
        tool: "sql-migrate",
        up: "+migrate up",
        down: "+migrate down",
        start: "+migrate",
        packages: &["github.com/rubenv/sql-migrate"],
        bare: false,
    },
    Marks {
        tool: "node-pg-migrate",
        up: "up migration",
        down: "down migration",
        start: "up migration",
        packages: &["node-pg-migrate"],
        bare: true,
    },
];

/// The sets of every folder whose files have such marks.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut sets = Vec::new();
    for dir in survey.free() {
        let marked =
            TOOLS.iter().find(|marks| survey.sql(dir).any(|(file, _)| is_marked(survey.text(file), marks)));
        let Some(marks) = marked else { continue };
        survey.take(dir);
        sets.push(set(survey, dir, marks));
    }
    sets
}

/// Whether a text has the mark of the way up at the beginning of a line.
fn is_marked(text: &str, marks: &Marks) -> bool {
    sections(text, marks).iter().any(|section| section.up)
}

/// A section of a file.
struct Section {
    up: bool,
    span: Span,
    /// What stands behind its mark, and other marks: `transaction:false`, `NO TRANSACTION`, `notransaction`.
    options: String,
}

/// The sections of a text, in order.
fn sections(text: &str, marks: &Marks) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let mut options = String::new();
    // Files are long and marks few: only lines that begin as comments are looked at.
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(mark) =
            mark_of(line).filter(|mark| mark.starts_with(marks.start) || mark.starts_with(marks.down))
        else {
            continue;
        };
        let is = |word: &str| {
            mark.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':', '\t']))
        };
        if !is(marks.up) && !is(marks.down) {
            options.push_str(&mark);
            options.push('\n');
            continue;
        }
        if let Some(last) = found.last_mut() {
            last.span = Span::new(last.span.start as usize, start);
        }
        options.push_str(&mark);
        options.push('\n');
        found.push(Section {
            up: is(marks.up),
            span: Span::new(at, text.len()),
            options: std::mem::take(&mut options),
        });
    }
    if let Some(last) = found.last_mut() {
        last.options.push_str(&options);
    }
    found
}

/// What stands behind the `--` of a line that is a comment, in small letters, with single blanks.
fn mark_of(line: &str) -> Option<String> {
    let comment = line.trim_start().strip_prefix("--")?;
    if comment.len() > 200 {
        return None;
    }
    let words: Vec<_> = comment.split_whitespace().collect();
    Some(words.join(" ").to_ascii_lowercase())
}

fn set(survey: &Survey<'_>, dir: &str, marks: &Marks) -> Set {
    let mut set = Set {
        tool: marks.tool,
        directory: dir.to_owned(),
        configured: survey.depends(dir, marks.packages).or_else(|| config(survey, dir, marks.tool)),
        ..Set::default()
    };
    set.dialect = if marks.tool == "node-pg-migrate" { Dialect::Postgres } else { survey.driver(dir) };
    for (file, source) in survey.files(dir) {
        if survey::is_sql(source) {
            match step(survey, file, source, marks) {
                Ok(step) => set.steps.push(step),
                Err(why) => set.unrun.push(Unrun { file, why }),
            }
        } else if in_code(source, marks.tool) {
            set.gaps.push(Gap::file(file, "it is a migration in code"));
        }
    }
    // Names are the order of dbmate and sql-migrate; goose and node-pg-migrate count.
    if matches!(marks.tool, "goose" | "node-pg-migrate") {
        set.steps.sort_by_key(|step| number(step.version.as_deref().unwrap_or_default()));
    }
    if marks.tool != "sql-migrate" {
        survey::refuse_doubles(survey, &mut set.steps);
    }
    set
}

fn step(survey: &Survey<'_>, file: FileId, source: &SourceFile, marks: &Marks) -> Result<Step, Why> {
    let text = survey.text(file);
    let stem = source.stem();
    let numbered = numbered(stem);
    let counts = matches!(marks.tool, "goose" | "dbmate");
    if counts && numbered.is_none() {
        return Err(Why::Name("<version>_name.sql"));
    }
    let (version, name) = numbered.unwrap_or((stem, stem));
    let sections = sections(text, marks);
    let mut step = survey.whole(file, Some(version), name);
    if sections.iter().any(|section| section.up) {
        step.up.clear();
    } else if !marks.bare {
        return Err(Why::Empty(match marks.tool {
            "goose" => "-- +goose Up",
            "dbmate" => "-- migrate:up",
            _ => "-- +migrate Up",
        }));
    }
    for section in sections {
        if section.up {
            step.up.push(Part::Sql(section.span));
            let single = ["no transaction", "notransaction", "transaction:false", "transaction: false"];
            step.transaction &= !single.iter().any(|word| section.options.contains(word));
        } else if does_something(section.span.of(text)) {
            step.down = Some(Down::Span(section.span));
        }
    }
    Ok(step)
}

/// Whether a file beside the SQL is a migration too.
fn in_code(file: &SourceFile, tool: &str) -> bool {
    let versioned = numbered(file.stem()).is_some();
    match tool {
        "goose" => file.kind == FileKind::Go && versioned && !file.name().ends_with("_test.go"),
        "node-pg-migrate" => file.kind.is_ecmascript() && versioned,
        _ => false,
    }
}

/// What a configuration of the tool or a command that runs it says of the folder.
fn config(survey: &Survey<'_>, dir: &str, tool: &str) -> Option<Place> {
    let names: &[&str] = match tool {
        "dbmate" => &[".dbmate.yml", ".dbmate"],
        "sql-migrate" => &["dbconfig.yml"],
        _ => &[],
    };
    let commands =
        ["Makefile", "justfile", "Justfile", "Taskfile.yml", "Dockerfile", "package.json", ".env.example"];
    let own = survey.above(dir, names).map(Place::file);
    own.or_else(|| {
        let files = survey::lineage(dir)
            .flat_map(|above| commands.iter().filter_map(move |name| survey.first(above, &[name])));
        files.into_iter().find_map(|file| {
            let at = survey.text(file).find(tool)?;
            Some(Place { file, span: Span::new(at, at + tool.len()) })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_of_files() {
        for (tool, text, expected) in [
            (0, "-- +goose Up\na;\n-- +goose Down\nb;\n", vec!["up a;", "down b;"]),
            (
                0,
                "-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\na;\n-- +goose StatementEnd\n",
                vec!["up -- +goose StatementBegin\na;\n-- +goose StatementEnd no"],
            ),
            (1, "-- migrate:up transaction:false\na;\n\n-- migrate:down\n", vec!["up a; no", "down "]),
            (1, "-- migrate:upward\na;", vec![]),
            (2, "-- +migrate Up\na\n-- +migrate Up notransaction\nb", vec!["up a", "up b no"]),
            (3, "-- Up Migration\na\n-- Down Migration\nb", vec!["up a", "down b"]),
            (3, "-- Down Migration\nb", vec!["down b"]),
        ] {
            let shown: Vec<_> = sections(text, &TOOLS[tool])
                .iter()
                .map(|section| {
                    let way = if section.up { "up" } else { "down" };
                    let alone = ["no transaction", "notransaction", "transaction:false"];
                    let no = if alone.iter().any(|word| section.options.contains(word)) { " no" } else { "" };
                    format!("{way} {}{no}", section.span.of(text).trim())
                })
                .collect();
            assert_eq!(shown, expected, "{text}");
        }
    }
}
