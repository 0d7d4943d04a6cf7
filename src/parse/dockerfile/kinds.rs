//! What each instruction makes of its arguments.

use std::ops::Range;

use super::builder::{Builder, Line, View, literal};
use super::document::{
    Argument, Command, Flag, Heredoc, Instruction, Kind, Mount, MountOption, Origin, Pairs, Run, Source,
    Transfer,
};
use super::heredoc;
use super::script::Script;
use super::value::Word;
use super::words::{self, Json};
use crate::parse::SyntaxError;

impl Builder<'_> {
    /// The arguments of a line, by its keyword in lower case.
    pub(super) fn kind(
        &mut self,
        line: &Line<'_>,
        name: &str,
        flags: &[Flag],
        heredocs: Vec<Heredoc>,
    ) -> Result<Kind, SyntaxError> {
        Ok(match name {
            "add" => Kind::Add(self.transfer(line, None, heredocs)?),
            "arg" => Kind::Arg(self.arguments(line)?),
            "cmd" => Kind::Cmd(command(line, line.args.clone())?),
            "copy" => {
                let from = flags.iter().any(|flag| flag.name == "from").then_some(Origin::Unknown);
                Kind::Copy(self.transfer(line, from, heredocs)?)
            }
            "entrypoint" => Kind::Entrypoint(command(line, line.args.clone())?),
            "env" => {
                let pairs = self.pairs(line)?;
                if self.view != View::Later {
                    for (name, value) in &pairs.pairs {
                        self.scopes.set(name.known().unwrap_or(&name.text), &value.value);
                    }
                }
                Kind::Env(pairs)
            }
            "expose" => Kind::Expose(self.separated(line)?),
            "healthcheck" => Kind::Healthcheck(healthcheck(line)?),
            "label" => Kind::Label(self.pairs(line)?),
            "maintainer" => {
                one(line)?;
                Kind::Maintainer(literal(line.script, line.args.clone()))
            }
            "onbuild" => Kind::Onbuild(Box::new(self.onbuild(line, heredocs)?)),
            "run" => Kind::Run(self.run(line, heredocs)?),
            "shell" => match command(line, line.args.clone())? {
                Command::Exec(words) if !words.is_empty() => Kind::Shell(words),
                _ => return Err(line.error("SHELL needs its arguments as a JSON array")),
            },
            "stopsignal" => Kind::StopSignal(self.single(line)?),
            "user" => Kind::User(self.single(line)?),
            "volume" => Kind::Volume(self.listed(line)?),
            "workdir" => Kind::Workdir(self.single(line)?),
            _ => {
                let written = &line.script.text[line.keyword.clone()];
                return Err(line.error(format!("`{written}` is no instruction")));
            }
        })
    }

    /// All arguments as one word.
    fn single(&mut self, line: &Line<'_>) -> Result<Word, SyntaxError> {
        one(line)?;
        Ok(self.word(line.script, line.args.clone()))
    }

    /// Words separated by blanks; at least one.
    fn separated(&mut self, line: &Line<'_>) -> Result<Vec<Word>, SyntaxError> {
        one(line)?;
        let ranges = words::blank_separated(&line.script.text, line.args.clone());
        Ok(ranges.into_iter().map(|range| self.word(line.script, range)).collect())
    }

    /// A JSON array, or words separated by blanks; at least one, none empty.
    fn listed(&mut self, line: &Line<'_>) -> Result<Vec<Word>, SyntaxError> {
        let words = match words::json(&line.script.text, line.args.clone()) {
            Json::Strings(items) => {
                items.into_iter().map(|(range, text)| self.expanded(line.script.span(range), text)).collect()
            }
            Json::NotStrings => return Err(not_strings(line)),
            Json::Invalid => self.separated(line)?,
        };
        if words.is_empty() || words.iter().any(|word| word.text.trim().is_empty()) {
            return Err(
                line.error(format!("{} needs at least one argument, none empty", line.name().to_uppercase()))
            );
        }
        Ok(words)
    }

    /// `ENV` and `LABEL`: `name=value …`, or `name value` where the first word holds no `=`.
    fn pairs(&mut self, line: &Line<'_>) -> Result<Pairs, SyntaxError> {
        one(line)?;
        let text = &line.script.text;
        let ranges = words::quoted(text, line.args.clone(), self.escape);
        let Some(first) = ranges.first() else { return Err(line.error("a name and a value are missing")) };
        if !text[first.clone()].contains('=') {
            let (name, value) = words::first(text, line.args.clone());
            if value.is_empty() {
                return Err(line.error(format!("`{}` has no value", &text[name])));
            }
            let pair = (self.word(line.script, name), self.word(line.script, value));
            return Ok(Pairs { pairs: vec![pair], legacy: true });
        }
        let mut pairs = Vec::new();
        for range in ranges {
            let Some(equals) = text[range.clone()].find('=').map(|at| range.start + at) else {
                let message = format!("`{}` is not of the form `name=value`", &text[range.clone()]);
                return Err(SyntaxError::new(line.script.span(range), message));
            };
            if equals == range.start {
                return Err(SyntaxError::new(line.script.span(range), "the name before `=` is missing"));
            }
            let name = self.word(line.script, range.start..equals);
            pairs.push((name, self.word(line.script, equals + 1..range.end)));
        }
        Ok(Pairs { pairs, legacy: false })
    }

    /// `ARG`: each default sees the arguments before it.
    fn arguments(&mut self, line: &Line<'_>) -> Result<Vec<Argument>, SyntaxError> {
        one(line)?;
        let text = &line.script.text;
        let mut arguments = Vec::new();
        for range in words::quoted(text, line.args.clone(), self.escape) {
            let equals = text[range.clone()].find('=').map(|at| range.start + at);
            if equals == Some(range.start) {
                return Err(SyntaxError::new(line.script.span(range), "the name before `=` is missing"));
            }
            let name = self.word(line.script, range.start..equals.unwrap_or(range.end));
            let default = equals.map(|at| self.word(line.script, at + 1..range.end));
            if self.view != View::Later {
                let value = default.as_ref().map(|word| &word.value);
                self.scopes.declare(name.known().unwrap_or(&name.text), value);
            }
            arguments.push(Argument { name, default });
        }
        Ok(arguments)
    }

    /// `COPY` and `ADD`.
    fn transfer(
        &mut self,
        line: &Line<'_>,
        from: Option<Origin>,
        heredocs: Vec<Heredoc>,
    ) -> Result<Transfer, SyntaxError> {
        let name = line.name().to_uppercase();
        if line.args.is_empty() {
            return Err(line.error(format!("{name} needs a source and a destination")));
        }
        // A heredoc is no path, and its name is not substituted.
        let text = &line.script.text;
        let mut sources: Vec<Source> = match words::json(text, line.args.clone()) {
            Json::Strings(_) => self.listed(line)?.into_iter().map(Source::Path).collect(),
            Json::NotStrings => return Err(not_strings(line)),
            Json::Invalid => words::blank_separated(text, line.args.clone())
                .into_iter()
                .map(|range| {
                    let start = line.script.span(range.clone()).start;
                    let inline = heredocs.binary_search_by_key(&start, |heredoc| heredoc.span.start).ok();
                    inline.map_or_else(|| Source::Path(self.word(line.script, range)), Source::Heredoc)
                })
                .collect(),
        };
        match sources.pop() {
            Some(Source::Path(destination)) if !sources.is_empty() => {
                Ok(Transfer { sources, destination, from, heredocs })
            }
            Some(Source::Heredoc(_)) => {
                Err(line.error(format!("{name} cannot have a heredoc as its destination")))
            }
            _ => Err(line.error(format!("{name} needs a source and a destination"))),
        }
    }

    /// `RUN`.
    fn run(&mut self, line: &Line<'_>, heredocs: Vec<Heredoc>) -> Result<Run, SyntaxError> {
        let mut mounts = Vec::new();
        for raw in &line.flags {
            if let Some(value) = raw.text.text.strip_prefix("--mount=") {
                let start = raw.text.text.len() - value.len();
                mounts.push(self.mount(&raw.text.slice(start..raw.text.text.len())));
            }
        }
        let command = match heredocs.as_slice() {
            [] => command(line, line.args.clone())?,
            [only] if matches!(heredoc::parse(line.args()), Ok(Some(_))) => Command::Shell(only.body.clone()),
            _ => Command::Shell(line.script.slice(line.args.clone())),
        };
        Ok(Run { command, mounts, heredocs })
    }

    /// One value of `--mount`: options separated by commas.
    fn mount(&mut self, value: &Script) -> Mount {
        let mut mount = Mount { span: value.whole(), options: Vec::new(), from: None };
        for field in fields(&value.text) {
            let equals = value.text[field.clone()].find('=').map(|at| field.start + at);
            let written = value.text[field.start..equals.unwrap_or(field.end)].to_lowercase();
            let key = match written.as_str() {
                "src" => "source",
                "dst" | "destination" => "target",
                "ro" => "readonly",
                "rw" => "readwrite",
                other => other,
            };
            let known = [
                "type",
                "from",
                "source",
                "target",
                "readonly",
                "readwrite",
                "required",
                "size",
                "id",
                "sharing",
                "mode",
                "uid",
                "gid",
                "env",
            ];
            if !known.contains(&key) {
                self.errors.push(SyntaxError::new(
                    value.span(field.clone()),
                    format!("a mount has no option `{written}`"),
                ));
            } else if equals.is_none() && !["readonly", "readwrite", "required"].contains(&key) {
                self.errors.push(SyntaxError::new(
                    value.span(field.clone()),
                    format!("the option `{written}` needs a value"),
                ));
            }
            let word = equals.map(|at| match key {
                "from" => literal(value, at + 1..field.end),
                _ => self.word(value, at + 1..field.end),
            });
            if key == "from" && word.is_some() {
                mount.from = Some(Origin::Unknown);
            }
            mount.options.push(MountOption { key: key.to_owned(), value: word });
        }
        mount
    }

    /// `ONBUILD`: its instruction is read now and substituted in a later build.
    fn onbuild(&mut self, line: &Line<'_>, heredocs: Vec<Heredoc>) -> Result<Instruction, SyntaxError> {
        one(line)?;
        let inner = Line::new(line.script, line.args.clone(), self.escape);
        let name = inner.name();
        if ["onbuild", "from", "maintainer"].contains(&name.as_str()) {
            return Err(inner.error(format!("ONBUILD cannot hold {}", name.to_uppercase())));
        }
        let view = std::mem::replace(&mut self.view, View::Later);
        let result = self.instruction(&inner, heredocs);
        self.view = view;
        result
    }
}

/// An error where a line has no arguments.
fn one(line: &Line<'_>) -> Result<(), SyntaxError> {
    if line.args.is_empty() {
        return Err(line.error(format!("{} needs an argument", line.name().to_uppercase())));
    }
    Ok(())
}

fn not_strings(line: &Line<'_>) -> SyntaxError {
    SyntaxError::new(line.script.span(line.args.clone()), "a JSON array of arguments can hold strings only")
}

/// Exec form where `range` is a JSON array, else shell form.
fn command(line: &Line<'_>, range: Range<usize>) -> Result<Command, SyntaxError> {
    match words::json(&line.script.text, range.clone()) {
        Json::Strings(items) => Ok(Command::Exec(
            items.into_iter().map(|(range, text)| Word::literal(line.script.span(range), text)).collect(),
        )),
        Json::NotStrings => Err(not_strings(line)),
        Json::Invalid => Ok(Command::Shell(line.script.slice(range))),
    }
}

/// `HEALTHCHECK NONE` or `HEALTHCHECK CMD …`.
fn healthcheck(line: &Line<'_>) -> Result<Option<Command>, SyntaxError> {
    one(line)?;
    let (kind, rest) = words::first(&line.script.text, line.args.clone());
    let kind = &line.script.text[kind];
    match kind.to_uppercase().as_str() {
        "NONE" if rest.is_empty() => Ok(None),
        "NONE" => Err(line.error("HEALTHCHECK NONE takes no arguments")),
        "CMD" => match command(line, rest)? {
            command if command.is_empty() => Err(line.error("HEALTHCHECK CMD needs a command")),
            command => Ok(Some(command)),
        },
        _ => Err(line.error(format!("HEALTHCHECK needs CMD or NONE, not `{kind}`"))),
    }
}

/// The fields of a mount. Quotes hold a comma; they are left out where they stand around a whole field.
fn fields(text: &str) -> Vec<Range<usize>> {
    let (mut fields, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, byte) in text.bytes().chain([b',']).enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted || at == text.len() => {
                let field = &text[start..at];
                let whole = field.len() >= 2 && field.starts_with('"') && field.ends_with('"');
                fields.push(if whole { start + 1..at - 1 } else { start..at });
                start = at + 1;
            }
            _ => {}
        }
    }
    fields
}
