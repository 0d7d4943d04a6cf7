//! Waivers in comments: `golive: allow RULE until DATE: reason`, on the line of what they waive, on the lines directly
//! above, or at the top of a file for all of it.

mod layout;

use jiff::civil::Date;
use memchr::memmem::Finder;
use rayon::prelude::*;

use super::Context;
use crate::facts::{Entry, Waiver};
use crate::parse::comments;
use crate::source::{FileId, Place, Span, dealt};
use layout::Layout;

/// What a waiver begins with.
const MARK: &str = "golive:";

/// What is written for `allow` by those who know other tools.
const VERBS: [&str; 8] = ["accept", "allowed", "alow", "disable", "ignore", "skip", "suppress", "waive"];

/// What ends a comment, and is no part of a reason.
const CLOSERS: [&str; 11] = ["*/", "-->", "--}}", "*/}}", "#}", "%>", "*)", "-}", "]]", "#>", "=#"];

/// Every waiver in a comment, with a label at what it is for.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let files: Vec<FileId> = context.tree.entries().map(|(file, _)| file).collect();
    let finder = Finder::new(MARK);
    let found = dealt(&files).map(|file| {
        let text = context.tree.text(*file);
        // Nearly every file ends here.
        if finder.find(text.as_bytes()).is_none() || context.tree.file(*file).vendored {
            return Vec::new();
        }
        in_file(context, *file, text)
    });
    found.flatten().collect()
}

fn in_file(context: &Context<'_>, file: FileId, text: &str) -> Vec<Entry> {
    let comments = comments(context.tree.file(file), text, context.documents.get(file));
    let layout = Layout::of(text, &comments);
    let mut entries = Vec::new();
    for comment in comments {
        let is_top = layout.is_top(comment);
        let covered = if is_top { Some(Span::new(0, text.len())) } else { layout.line_for(comment) };
        for (span, waiver) in waivers(text, comment) {
            let waiver = Waiver { file: is_top, ..waiver };
            let mut entry = Entry::new(Place { file, span }, waiver);
            if let Some(span) = covered {
                entry = entry.with(Place { file, span }, "what it is for");
            }
            entries.push(entry);
        }
    }
    entries
}

/// The waivers of a comment: one a line, and only at its beginning. Prose that speaks of waivers is none.
fn waivers(text: &str, comment: Span) -> Vec<(Span, Waiver)> {
    let mut found = Vec::new();
    let mut start = comment.start as usize;
    for line in comment.of(text).split_inclusive('\n') {
        if let Some(at) = line.find(MARK).filter(|at| begins(&line[..*at])) {
            let said = CLOSERS.iter().fold(line[at..].trim_end(), |said, closer| {
                said.strip_suffix(closer).map_or(said, str::trim_end)
            });
            if let Some(waiver) = read(said) {
                found.push((Span::new(start + at, start + at + said.len()), waiver));
            }
        }
        start += line.len();
    }
    found
}

/// Whether nothing but the marks of a comment stands before, or a comment for another tool: `# nosec # golive: …`.
fn begins(before: &str) -> bool {
    let mark = before.split_whitespace().next_back().unwrap_or_default();
    let only_marks = |text: &str| {
        text.chars().all(|character| character.is_whitespace() || "/*#-;%!<>{}(=[.:".contains(character))
    };
    let is_batch = before.trim().eq_ignore_ascii_case("rem");
    only_marks(before) || is_batch || matches!(mark, "#" | "//" | "--" | ";" | "%")
}

/// Reads a waiver from its mark on; nothing where the words are about something else.
fn read(said: &str) -> Option<Waiver> {
    let (verb, rest) = word(said[MARK.len()..].trim_start());
    if verb != "allow" {
        // `golive: ignore container/root-user` means to be one.
        let (rule, _) = word(rest);
        let rule = rule.trim_end_matches(':');
        let mistake = wrong(&format!("`{verb}` says nothing here"), rule);
        return (VERBS.contains(&verb) && is_rule(rule)).then(|| Waiver {
            rule: rule.to_owned(),
            mistake: Some(mistake),
            ..Waiver::default()
        });
    }
    let (rule, rest) = word(rest);
    let rule = rule.trim_end_matches(':').to_owned();
    let malformed = |what: &str| {
        Some(Waiver { mistake: Some(wrong(what, &rule)), rule: rule.clone(), ..Waiver::default() })
    };
    if rule.is_empty() || rule == "until" {
        return malformed("it names no rule");
    }
    let Some(rest) = rest.strip_prefix("until").filter(|rest| rest.starts_with(char::is_whitespace)) else {
        return malformed("it has no end");
    };
    let (day, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let Some(until) = date(day.trim()) else {
        return malformed(&format!("`{}` is no day", day.trim()));
    };
    if reason.trim().is_empty() {
        return malformed("it gives no reason");
    }
    Some(Waiver {
        rule,
        until: Some(until.to_string()),
        reason: Some(reason.trim().to_owned()),
        ..Waiver::default()
    })
}

/// The first word, and what follows it.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

fn is_rule(word: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    word.split_once('/').is_some_and(|(category, name)| is_name(category) && is_name(name))
}

/// What is wrong with a waiver, and what to write.
fn wrong(what: &str, rule: &str) -> String {
    let rule = if is_rule(rule) { rule } else { "RULE" };
    format!("{what}; write `golive: allow {rule} until YYYY-MM-DD: reason`")
}

/// A day as it is written: ten characters, no time.
fn date(text: &str) -> Option<Date> {
    text.parse().ok().filter(|date: &Date| date.to_string() == text)
}

#[cfg(test)]
mod tests;
