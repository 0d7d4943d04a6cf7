//! One simple command: its record, the script it may carry, the directory it may change to.

use super::flow::{self, Fate, Flow, Origin};
use super::map::Offsets;
use super::model::Within;
use super::model::{Assignment, Command, Failure, Heredoc, Mask, Redirect, Word};
use super::options::Options;
use super::tree::{Aim, Simple};
use super::unwrap::{Unwrapped, unwrap};
use super::wrapper::Wrapper;
use crate::parse::SyntaxError;
use crate::source::Span;

/// Scripts in arguments of scripts are followed this deep.
const DEEPEST_SCRIPT: usize = 6;

impl Flow<'_> {
    pub(super) fn simple(&mut self, simple: &Simple, fate: Fate) {
        let words: Vec<Word> = simple.words.iter().map(|lexed| lexed.word.clone()).collect();
        let unwrapped = unwrap(&words);
        let lost = Failure::Masked(Mask::Substitution);
        let assigned = if words.is_empty() { fate.fail } else { lost };
        for (_, _, value) in &simple.assignments {
            self.substitutions(std::slice::from_ref(value), assigned);
        }
        for (index, lexed) in simple.words.iter().enumerate() {
            if unwrapped.script != Some(index) {
                self.substitutions(std::slice::from_ref(lexed), lost);
            }
        }
        simple.redirects.iter().for_each(|aim| self.redirect_substitutions(aim));
        let command = self.command(simple, words, &unwrapped, fate.fail);
        let nested = self.nested(&command, &unwrapped);
        let texts: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
        if texts.first() == Some(&"set") {
            self.set(&texts);
        }
        self.change_dir(&command);
        self.commands.push(command);
        self.commands.extend(nested);
    }

    fn command(&self, simple: &Simple, words: Vec<Word>, unwrapped: &Unwrapped, failure: Failure) -> Command {
        let mut assignments: Vec<Assignment> = (simple.assignments.iter())
            .map(|(name, span, value)| Assignment {
                span: *span,
                name: name.clone(),
                value: value.word.clone(),
            })
            .collect();
        assignments.extend(unwrapped.assignments.iter().filter_map(|&index| assignment(words.get(index)?)));
        Command {
            span: simple.span,
            words,
            assignments,
            redirects: simple.redirects.iter().map(|aim| self.redirect(aim)).collect(),
            failure,
            within: self.within.clone(),
            wrappers: unwrapped.wrappers.clone(),
            dir: self.state.dir.clone(),
            errexit: self.state.errexit,
            pipefail: self.state.pipefail,
            unreachable: self.unreachable,
            skip: unwrapped.skip,
        }
    }

    fn redirect(&self, aim: &Aim) -> Redirect {
        let body = aim.heredoc.and_then(|index| self.bodies.get(index));
        let heredoc = body.map(|body| Heredoc { body: body.text.word.clone(), literal: body.quoted });
        let target = aim.target.word.clone();
        Redirect { span: aim.span, fd: aim.fd.clone(), operator: aim.operator, target, heredoc }
    }

    /// The commands of a script this command is given as an argument or a here-document.
    fn nested(&mut self, command: &Command, unwrapped: &Unwrapped) -> Vec<Command> {
        let heredoc = command.redirects.iter().rev().find_map(|redirect| redirect.heredoc.as_ref());
        let body = heredoc.filter(|_| unwrapped.reads_input).map(|heredoc| &heredoc.body);
        let argument = unwrapped.script.and_then(|index| command.words.get(index));
        let Some(word) = argument.or(body).filter(|_| self.depth < DEEPEST_SCRIPT) else { return Vec::new() };
        let options =
            Options { errexit: unwrapped.errexit, pipefail: unwrapped.pipefail, ..Options::default() };
        let origin = Origin { depth: self.depth + 1, dir: command.dir.clone() };
        let mut parsed = flow::script(&word.text, options, &origin);
        for error in parsed.errors {
            self.errors.push(SyntaxError::new(word.map.span(error.span), error.message));
        }
        for inner in &mut parsed.document.commands {
            inner.remap(&word.map);
            inner.failure = inner.failure.inside(command.failure);
            inner.unreachable |= command.unreachable;
            let within = command.within.iter().cloned().chain([Within::Script]);
            inner.within = within.chain(std::mem::take(&mut inner.within)).collect();
            inner.wrappers.splice(0..0, command.wrappers.iter().copied());
        }
        parsed.document.commands
    }

    /// Follows `cd`, `pushd` and `popd`.
    fn change_dir(&mut self, command: &Command) {
        let mut words = command.effective().iter().filter(|word| word.text != "--");
        let Some(name) = words.next().and_then(Word::fixed) else { return };
        let outside = [Wrapper::ComposeRun, Wrapper::ComposeExec, Wrapper::Shell];
        if command.wrappers.iter().any(|wrapper| outside.contains(wrapper)) {
            return;
        }
        let before = self.state.dir.clone();
        let target = words.find(|word| !matches!(word.text.as_str(), "-P" | "-L" | "/d" | "/D"));
        match name {
            "cd" | "chdir" | "Set-Location" | "sl" | "Push-Location" | "pushd" => {
                if matches!(name, "pushd" | "Push-Location") {
                    self.state.pushed.push(before.clone());
                }
                self.state.dir = match target.map(|word| (word, word.text.as_str())) {
                    Some((_, "-")) => self.state.previous.clone(),
                    Some((word, path)) if word.fixed().is_some() => {
                        enter(before.as_deref(), path, word.quoted)
                    }
                    _ => None,
                };
                self.state.previous = before;
            }
            "popd" | "Pop-Location" => self.state.dir = self.state.pushed.pop().flatten(),
            _ => {}
        }
    }
}

/// `NAME=value` written as a word.
fn assignment(word: &Word) -> Option<Assignment> {
    let (name, value) = word.text.split_once('=')?;
    let from = Span::new(name.len() + 1, 0).start;
    let start = word.map.offset(from).min(word.span.end);
    let mut cut = Offsets::from_start(name.len() + 1);
    cut = cut.then(&word.map);
    let span = Span { start, end: word.span.end };
    let value =
        Word { text: value.to_owned(), span, expansion: word.expansion, quoted: word.quoted, map: cut };
    Some(Assignment { span: word.span, name: name.to_owned(), value })
}

/// The directory `path` leads to from `dir`; none where that is computed.
fn enter(dir: Option<&str>, path: &str, quoted: bool) -> Option<String> {
    if !quoted && path.starts_with('~') {
        return None;
    }
    let path = path.replace('\\', "/");
    let absolute = path.starts_with('/');
    let base = if absolute { "/" } else { dir? };
    let mut parts: Vec<&str> = Vec::new();
    let rooted = base.starts_with('/');
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    Some(match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    })
}
