//! What holds for every text, Dockerfile or not.

use proptest::prelude::*;

use super::*;
use crate::source::Span;

/// Pieces that mean something in a Dockerfile.
const PIECES: [&str; 62] = [
    "FROM ",
    "from a AS b\n",
    "RUN ",
    "COPY ",
    "ADD ",
    "ENV ",
    "ARG ",
    "ARG A=1\n",
    "LABEL ",
    "USER ",
    "WORKDIR ",
    "CMD ",
    "ENTRYPOINT ",
    "HEALTHCHECK ",
    "ONBUILD ",
    "SHELL ",
    "VOLUME ",
    "EXPOSE ",
    "STOPSIGNAL ",
    "# escape=`\n",
    "# syntax=x\n",
    "\u{feff}",
    "#",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\\\n",
    "\\ \t\n",
    "`\n",
    "\\",
    "`",
    " ",
    "\t",
    "<<EOF",
    "<<-'E F'",
    "3<<A",
    "EOF\n",
    "\tEOF\n",
    "E F\n",
    "A\n",
    "--from=b ",
    "--mount=type=cache,target=$A,\"x,y\" ",
    "-- ",
    "--x",
    "[\"a\", \"b\"]",
    "[\"a\"",
    "[1]",
    "'",
    "\"",
    "$A",
    "${A",
    ":-",
    "${A##*.}",
    "${A//1/$A$A}",
    "}",
    "é",
    "安",
    "=",
    "\u{a0}",
    "A=\"$A$A$A\"",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.as_slice()), 0..60).prop_map(|pieces| pieces.concat())
}

/// Holds a parse to its promises.
fn hold(text: &str) {
    let parsed = parse(text);
    let mut all = Spans { text, covered: Vec::new() };
    for error in &parsed.errors {
        all.cover(error.span);
        all.covered.push(whole_line(text, error.span));
    }
    assert!(parsed.errors.is_sorted_by_key(|error| error.span));
    let document = &parsed.document;
    document.directives.iter().for_each(|found| all.cover(found.span.to(found.value_span)));
    document.comments.iter().for_each(|comment| all.cover(*comment));
    let mut end = 0;
    for instruction in &document.global_args {
        end = all.instruction(instruction, end);
    }
    for stage in &document.stages {
        all.cover(stage.from);
        assert!(end <= stage.from.start, "statements do not overlap");
        end = stage.from.end;
        all.word(&stage.base.written);
        stage.name.iter().chain(&stage.platform).for_each(|word| all.word(word));
        for instruction in &stage.instructions {
            end = all.instruction(instruction, end);
        }
        assert_eq!(stage.span, Span { start: stage.from.start, end });
    }
    for index in 0..document.stages.len() {
        assert!(document.lineage(index).count() <= index + 1);
    }
    all.nothing_is_lost();
}

/// An error may point at one word; it stands for the lines that continue each other around it.
fn whole_line(text: &str, span: Span) -> Span {
    let continues = |line: &str| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line.ends_with(['\\', '`'])
    };
    let (mut start, mut end) = (span.start as usize, span.end as usize);
    loop {
        start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let Some(before) = start.checked_sub(1) else { break };
        let line = text[..before].rfind('\n').map_or(0, |at| at + 1);
        if !continues(&text[line..before]) {
            break;
        }
        start = before;
    }
    loop {
        let line = text[..end].rfind('\n').map_or(0, |at| at + 1);
        let Some(next) = text[end..].find('\n').map(|at| end + at) else {
            return Span::new(start, text.len());
        };
        if !continues(&text[line..next]) {
            return Span::new(start, next);
        }
        end = next + 1;
    }
}

/// Checks spans, and remembers what statements cover.
struct Spans<'t> {
    text: &'t str,
    covered: Vec<Span>,
}

impl Spans<'_> {
    fn check(&self, span: Span) {
        let found = self.text.get(span.start as usize..span.end as usize);
        assert!(found.is_some(), "{span:?} is no part of {:?}", self.text);
    }

    fn cover(&mut self, span: Span) {
        self.check(span);
        self.covered.push(span);
    }

    fn word(&self, word: &Word) {
        self.check(word.span);
    }

    fn words(&self, words: &[Word]) {
        for word in words {
            self.word(word);
        }
    }

    /// Every character of a script is the one at its place in the file.
    fn script(&self, script: &Script) {
        self.check(script.whole());
        for (at, char) in script.text.char_indices() {
            let span = script.span(at..at + char.len_utf8());
            assert_eq!(span.of(self.text), char.to_string(), "{:?}", self.text);
        }
    }

    fn command(&self, command: &Command) {
        match command {
            Command::Shell(script) => self.script(script),
            Command::Exec(words) => self.words(words),
        }
    }

    fn instruction(&mut self, instruction: &Instruction, after: u32) -> u32 {
        self.cover(instruction.span);
        assert!(after <= instruction.span.start, "statements do not overlap: {:?}", self.text);
        self.word(&instruction.keyword);
        for flag in &instruction.flags {
            self.check(flag.span);
            flag.value.iter().for_each(|value| self.word(value));
        }
        self.kind(&instruction.kind);
        instruction.span.end
    }

    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Add(transfer) | Kind::Copy(transfer) => {
                self.word(&transfer.destination);
                transfer.heredocs.iter().for_each(|heredoc| self.script(&heredoc.body));
                for source in &transfer.sources {
                    match source {
                        Source::Path(word) => self.word(word),
                        Source::Heredoc(index) => assert!(*index < transfer.heredocs.len()),
                    }
                }
            }
            Kind::Arg(arguments) => arguments.iter().for_each(|argument| self.word(&argument.name)),
            Kind::Cmd(command) | Kind::Entrypoint(command) | Kind::Healthcheck(Some(command)) => {
                self.command(command);
            }
            Kind::Healthcheck(None) => {}
            Kind::Env(pairs) | Kind::Label(pairs) => {
                pairs.pairs.iter().for_each(|(name, value)| self.check(name.span.to(value.span)));
            }
            Kind::Expose(words) | Kind::Shell(words) | Kind::Volume(words) => self.words(words),
            Kind::Maintainer(word) | Kind::StopSignal(word) | Kind::User(word) | Kind::Workdir(word) => {
                self.word(word);
            }
            Kind::Onbuild(inner) => {
                self.instruction(inner, 0);
            }
            Kind::Run(run) => {
                self.command(&run.command);
                run.heredocs.iter().for_each(|heredoc| self.script(&heredoc.body));
                for mount in &run.mounts {
                    self.check(mount.span);
                    mount
                        .options
                        .iter()
                        .filter_map(|option| option.value.as_ref())
                        .for_each(|value| self.word(value));
                }
            }
        }
    }

    /// Every line with something on it belongs to a statement, an error, a directive or a comment.
    fn nothing_is_lost(&self) {
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            let idle = |char: char| char.is_whitespace() || matches!(char, '\\' | '`' | '\u{feff}');
            let trimmed = line.trim_matches(idle);
            let start = at + (line.len() - line.trim_start_matches(idle).len());
            let found = self
                .covered
                .iter()
                .any(|span| (span.start as usize) < start + trimmed.len() && span.end as usize > start);
            assert!(trimmed.is_empty() || found, "{line:?} is lost in {:?}", self.text);
            at += line.len();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_keeps_the_promises(text in any::<String>()) {
        hold(&text);
    }

    #[test]
    fn any_bytes_keep_the_promises(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        hold(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_mixture_of_pieces_keeps_the_promises(text in pieces()) {
        hold(&text);
    }

    #[test]
    fn any_mixture_after_a_stage_keeps_the_promises(text in pieces()) {
        hold(&format!("FROM a\n{text}"));
    }
}

#[test]
fn text_that_doubles_with_every_line_ends() {
    let mut text = String::from("FROM scratch\nENV A=0123456789\n");
    for _ in 0..200 {
        text.push_str("ENV A=$A$A\n");
    }
    assert_eq!(parse(&text).errors, []);
}

#[test]
fn deep_nesting_is_an_error() {
    let text = format!("FROM a\nUSER {}x{}\nCMD y\n", "${A:-".repeat(20_000), "}".repeat(20_000));
    let parsed = parse(&text);
    assert_eq!(parsed.errors.len(), 1);
    assert_eq!(parsed.document.stages[0].instructions.len(), 2);
    assert_eq!(parse(&format!("FROM a\nCMD {}\n", "[".repeat(20_000))).errors, []);
}
