//! `go.mod` and `go.work`.

use super::{Declared, Group, Manifest, Members, Origin, Pin};
use crate::parse::lines::{Line, lines};
use crate::source::Span;

/// Reads a `go.mod`: requirements, those replaced by a directory, and the version of Go.
pub fn go_mod(text: &str) -> Manifest {
    let mut manifest = Manifest { package: true, ..Manifest::default() };
    let mut replaced = Vec::new();
    for (directive, words, line) in directives(text) {
        let span = line.trimmed();
        match (directive, words.as_slice()) {
            ("module", [name, ..]) => manifest.name = Some(unquoted(name)),
            ("go", [version, ..]) => {
                manifest.pins.push(Pin { tool: "go".into(), version: (*version).to_owned(), span });
            }
            ("require", [name, version, ..]) => {
                let span = Span::new(
                    span.start as usize,
                    line.start + line.text.find("//").unwrap_or(line.text.len()),
                );
                manifest.dependencies.push(Declared {
                    name: unquoted(name),
                    version: (*version).to_owned(),
                    group: Group::Prod,
                    span,
                    ..Declared::default()
                });
            }
            ("replace", words) => {
                let target = words.iter().skip_while(|word| **word != "=>").nth(1);
                if let (Some(name), Some(target)) = (words.first(), target)
                    && target.starts_with('.')
                {
                    replaced.push((unquoted(name), (*target).to_owned()));
                }
            }
            _ => {}
        }
    }
    for (name, dir) in replaced {
        for dependency in manifest.dependencies.iter_mut().filter(|dependency| dependency.name == name) {
            dependency.source = Origin::Path;
            dependency.dir = Some(dir.clone());
        }
    }
    manifest
}

/// Reads a `go.work`: the modules it uses.
pub fn go_work(text: &str) -> Manifest {
    let uses = directives(text).filter(|(directive, _, _)| *directive == "use");
    let patterns = uses.filter_map(|(_, words, _)| words.first().map(|word| unquoted(word))).collect();
    Manifest { members: Some(Members { patterns, excluded: Vec::new() }), ..Manifest::default() }
}

/// Every directive with its words; those of a block one by one, comments left out.
fn directives(text: &str) -> impl Iterator<Item = (&str, Vec<&str>, Line<'_>)> {
    let mut block = None;
    lines(text).filter_map(move |line| {
        let content = line.text.split("//").next().unwrap_or_default().trim();
        let mut words: Vec<&str> = content.split_whitespace().collect();
        match (block, words.as_slice()) {
            (_, []) => None,
            (Some(_), [")"]) => {
                block = None;
                None
            }
            (Some(directive), _) => Some((directive, words, line)),
            (None, [directive, "("]) => {
                block = Some(*directive);
                None
            }
            (None, _) => {
                let directive = words.remove(0);
                Some((directive, words, line))
            }
        }
    })
}

fn unquoted(word: &str) -> String {
    word.trim_matches('"').to_owned()
}
