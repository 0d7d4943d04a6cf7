//! From logical lines to stages, and what their names refer to.

use std::collections::HashMap;
use std::ops::Range;

use super::builder::{Builder, Line, View, literal};
use super::document::{Base, Command, Dockerfile, Heredoc, Instruction, Kind, Origin, Stage};
use super::heredoc;
use super::image::ImageRef;
use super::lines::Reader;
use super::scope::{Inherits, Scopes};
use super::script::Script;
use super::value::{Expanded, Word};
use super::words;
use crate::parse::{Parsed, SyntaxError};
use crate::source::Span;

/// Reads a whole file.
pub(super) fn read(text: &str) -> Parsed<Dockerfile> {
    let mut errors = Vec::new();
    let mut reader = Reader::new(text, &mut errors);
    let mut file = File::default();
    let mut scopes = Scopes::new();
    while let Some(script) = reader.logical() {
        let line = Line::new(&script, 0..script.text.len(), reader.escape);
        let (heredocs, tail) = match heredocs(&mut reader, &line) {
            Ok(taken) => taken,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let view = if scopes.in_stage() { View::Stage } else { View::Global };
        let mut builder = Builder { escape: reader.escape, scopes: &mut scopes, errors: &mut errors, view };
        if line.name() == "from" {
            file.from(&mut builder, &line);
            continue;
        }
        let mut built = builder.instruction(&line, heredocs);
        if let Some(tail) = tail {
            match &mut built {
                Ok(instruction) => finish(instruction, &tail),
                Err(error) => error.span = error.span.to(tail.whole()), // its heredocs go with it
            }
        }
        if let Err(error) = built.and_then(|instruction| file.place(instruction)) {
            errors.push(error);
        }
    }
    if file.document.stages.is_empty() && errors.is_empty() {
        errors.push(SyntaxError::new(Span::default(), "the file has no FROM, so it builds nothing"));
    }
    file.document.directives = std::mem::take(&mut reader.directives);
    file.document.comments = std::mem::take(&mut reader.comments);
    file.resolve(&mut errors);
    errors.sort_by_key(|error| error.span);
    Parsed { document: file.document, errors }
}

/// The heredocs that a line announces, taken from the lines after it; and everything from the line's end to their end.
fn heredocs(reader: &mut Reader<'_>, line: &Line<'_>) -> Result<(Vec<Heredoc>, Option<Script>), SyntaxError> {
    if !line.takes_heredocs(reader.escape) {
        return Ok((Vec::new(), None));
    }
    let announced = heredoc::find(&line.script.text)
        .map_err(|(range, message)| SyntaxError::new(line.script.span(range), message))?;
    if announced.is_empty() {
        return Ok((Vec::new(), None));
    }
    let ends = reader
        .ends(announced.iter().map(|heredoc| (heredoc.name.as_str(), heredoc.strip_tabs)))
        .map_err(|index| {
            let heredoc = &announced[index];
            let message = format!("no line `{}` ends this heredoc", heredoc.name);
            SyntaxError::new(line.script.span(heredoc.range.clone()), message)
        })?;
    let start = line.script.whole().end;
    let (mut taken, mut end) = (Vec::new(), start);
    for (heredoc, at) in announced.into_iter().zip(ends) {
        let body = reader.body(at, heredoc.strip_tabs);
        end = body.terminator.end;
        taken.push(Heredoc {
            name: heredoc.name,
            span: line.script.span(heredoc.range),
            body: body.script,
            expand: heredoc.expand,
            strip_tabs: heredoc.strip_tabs,
            descriptor: heredoc.descriptor,
        });
    }
    Ok((taken, Some(reader.piece(Span { start, end }))))
}

/// Extends an instruction over its heredocs. A shell needs them after the command, unless the body is the command.
fn finish(instruction: &mut Instruction, tail: &Script) {
    instruction.span = instruction.span.to(tail.whole());
    match &mut instruction.kind {
        Kind::Onbuild(inner) => finish(inner, tail),
        Kind::Run(run) => {
            let alone = matches!(run.heredocs.as_slice(), [only] if is_script(&run.command, only));
            if let Command::Shell(script) = &mut run.command
                && !alone
            {
                for (at, line) in lines(&tail.text) {
                    script.push_part(tail, at..at + line.trim_end_matches(['\n', '\r']).len());
                    if line.ends_with('\n') {
                        script.push_part(tail, at + line.len() - 1..at + line.len());
                    }
                }
            }
        }
        _ => {}
    }
}

fn is_script(command: &Command, heredoc: &Heredoc) -> bool {
    matches!(command, Command::Shell(script) if *script == heredoc.body)
}

/// Lines with their breaks and offsets.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        at += line.len();
        (at - line.len(), line)
    })
}

/// A document being built.
#[derive(Default)]
struct File {
    document: Dockerfile,
    /// Stages by name in lower case; the last one of a name counts.
    names: HashMap<String, usize>,
}

impl File {
    /// Begins a stage. One that is written wrong is an error and begins all the same:
    /// what follows does not belong to the stage before.
    fn from(&mut self, builder: &mut Builder<'_>, line: &Line<'_>) {
        builder.view = View::Global;
        let flags = builder.flags(line, "from");
        let ranges = words::blank_separated(&line.script.text, line.args.clone());
        let name = stage_name(builder, line, &ranges);
        let base = self.base(builder, line, ranges.first());
        builder.scopes.enter(match base.origin {
            Origin::Scratch => Inherits::Nothing,
            Origin::Stage(stage) => Inherits::Stage(stage),
            Origin::Image(_) | Origin::Unknown => Inherits::Image,
        });
        if let Some(name) = &name {
            self.names.insert(name.text.to_lowercase(), self.document.stages.len());
        }
        let platform = flags.iter().find(|flag| flag.name == "platform").and_then(|flag| flag.value.clone());
        self.document.stages.push(Stage {
            name,
            base,
            platform,
            flags,
            keyword: literal(line.script, line.keyword.clone()),
            from: line.span(),
            instructions: Vec::new(),
            span: line.span(),
        });
    }

    /// What a stage is built on.
    fn base(&self, builder: &mut Builder<'_>, line: &Line<'_>, argument: Option<&Range<usize>>) -> Base {
        let written = match argument {
            Some(range) => builder.word(line.script, range.clone()),
            None => Word { span: line.span(), text: String::new(), value: Expanded::unknown("", "") },
        };
        let origin = match written.known() {
            Some("scratch") => Origin::Scratch,
            Some("") => {
                builder.errors.push(SyntaxError::new(written.span, "the name of the image is empty"));
                Origin::Unknown
            }
            Some(name) => self.named(name),
            None if argument.is_none() => Origin::Unknown,
            None => Origin::Image(ImageRef::of(&written.value)),
        };
        Base { written, origin }
    }

    /// Puts an instruction where it belongs.
    fn place(&mut self, instruction: Instruction) -> Result<(), SyntaxError> {
        match (self.document.stages.last_mut(), &instruction.kind) {
            (Some(stage), _) => {
                stage.span = stage.span.to(instruction.span);
                stage.instructions.push(instruction);
            }
            (None, Kind::Arg(_)) => self.document.global_args.push(instruction),
            (None, _) => {
                let message = format!("{} stands before the first FROM", instruction.name());
                return Err(SyntaxError::new(instruction.span, message));
            }
        }
        Ok(())
    }

    /// A stage or an image.
    fn named(&self, name: &str) -> Origin {
        match self.names.get(&name.to_lowercase()) {
            Some(&stage) => Origin::Stage(stage),
            None if name == "scratch" => Origin::Scratch,
            None => Origin::Image(ImageRef::parse(name)),
        }
    }

    /// What `--from` and `from=` name: any stage of the file, so they wait until all are known.
    fn resolve(&mut self, errors: &mut Vec<SyntaxError>) {
        let mut stages = std::mem::take(&mut self.document.stages);
        let count = stages.len();
        for instruction in stages.iter_mut().flat_map(|stage| &mut stage.instructions) {
            match &mut instruction.kind {
                Kind::Copy(copy) if copy.from.is_some() => {
                    let word = instruction
                        .flags
                        .iter()
                        .find(|flag| flag.name == "from")
                        .and_then(|flag| flag.value.as_ref());
                    if let Some(word) = word {
                        copy.from = Some(self.source(word, Some(count), errors));
                    }
                }
                Kind::Run(run) => {
                    for mount in &mut run.mounts {
                        if let Some(word) = mount.get("from") {
                            mount.from = Some(self.source(word, None, errors));
                        }
                    }
                }
                _ => {}
            }
        }
        self.document.stages = stages;
    }

    /// What a word names; a number below `stages` is a stage's index, where indices are allowed.
    fn source(&self, word: &Word, stages: Option<usize>, errors: &mut Vec<SyntaxError>) -> Origin {
        if word.text.contains('$') {
            errors.push(SyntaxError::new(
                word.span,
                "variables are not substituted here: name a stage instead",
            ));
            return Origin::Unknown;
        }
        match (stages, word.text.parse::<i64>()) {
            (Some(count), Ok(index)) => {
                if let Some(stage) = usize::try_from(index).ok().filter(|&stage| stage < count) {
                    return Origin::Stage(stage);
                }
                errors.push(SyntaxError::new(word.span, format!("there is no stage {index}")));
                Origin::Unknown
            }
            _ if word.text.is_empty() => Origin::Unknown,
            _ => self.named(&word.text),
        }
    }
}

/// What stands after `AS`.
fn stage_name(builder: &mut Builder<'_>, line: &Line<'_>, ranges: &[Range<usize>]) -> Option<Word> {
    let name = match ranges {
        [_] => None,
        [_, keyword, name] if line.script.text[keyword.clone()].eq_ignore_ascii_case("as") => {
            Some(literal(line.script, name.clone()))
        }
        _ => {
            builder.errors.push(line.error("FROM takes an image, or an image, AS and a name"));
            None
        }
    };
    name.filter(|name| {
        let valid = is_stage_name(&name.text);
        if !valid {
            let message = format!(
                "`{}` cannot name a stage: letters, digits, `-`, `_`, `.`; a letter first",
                name.text
            );
            builder.errors.push(SyntaxError::new(name.span, message));
        }
        valid
    })
}

/// A letter, then letters, digits, `-`, `_` and `.`.
fn is_stage_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic())
        && chars.all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.'))
}
