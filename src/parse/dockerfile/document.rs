//! What a Dockerfile says.

use super::image::ImageRef;
use super::script::Script;
use super::value::Word;
use crate::source::Span;

/// A Dockerfile.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dockerfile {
    /// Parser directives at its head.
    pub directives: Vec<Directive>,
    /// `ARG` before the first `FROM`: in scope of `FROM` only, unless a stage declares the name again.
    pub global_args: Vec<Instruction>,
    /// In the order of the file. The last one is built where nothing else is asked for.
    pub stages: Vec<Stage>,
    /// Comments, from `#` to the end of their line; those in heredocs are part of the heredoc.
    pub comments: Vec<Span>,
}

/// `# name=value` at the head of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// `syntax`, `escape` or `check`.
    pub name: String,
    /// As written.
    pub value: String,
    /// From `#` to the end of the value.
    pub span: Span,
    /// The value alone.
    pub value_span: Span,
}

/// One `FROM` and what follows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// What stands after `AS`, as written; names are compared without regard to case.
    pub name: Option<Word>,
    /// What the stage is built on.
    pub base: Base,
    /// The value of `--platform`.
    pub platform: Option<Word>,
    /// All flags of `FROM`.
    pub flags: Vec<Flag>,
    /// The keyword `FROM` as written.
    pub keyword: Word,
    /// The `FROM` instruction.
    pub from: Span,
    /// The instructions after it.
    pub instructions: Vec<Instruction>,
    /// From `FROM` to the end of its last instruction.
    pub span: Span,
}

/// The argument of `FROM`.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// As written and as it comes out; the span of the `FROM` where it has no argument.
    pub written: Word,
    /// What it names.
    pub origin: Origin,
}

/// Where files come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// The empty image.
    Scratch,
    /// A stage of this file, by its index.
    Stage(usize),
    /// An image, or a build context given by name on the command line.
    Image(ImageRef),
    /// Not to be told: a stage that does not exist, or the build that an `ONBUILD` runs in.
    Unknown,
}

/// An instruction.
#[derive(Debug, Clone, PartialEq)]
pub struct Instruction {
    /// As written.
    pub keyword: Word,
    /// From the keyword to the last argument or the end of its last heredoc.
    pub span: Span,
    /// In the order of the file.
    pub flags: Vec<Flag>,
    /// What it does.
    pub kind: Kind,
}

/// `--name` or `--name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Without the dashes.
    pub name: String,
    /// What stands after `=`.
    pub value: Option<Word>,
    /// From the dashes to the end of the value.
    pub span: Span,
}

/// The instructions, with their arguments. `FROM` is a [`Stage`].
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `ADD`
    Add(Transfer),
    /// `ARG`
    Arg(Vec<Argument>),
    /// `CMD`
    Cmd(Command),
    /// `COPY`
    Copy(Transfer),
    /// `ENTRYPOINT`
    Entrypoint(Command),
    /// `ENV`
    Env(Pairs),
    /// `EXPOSE`: ports, ranges and protocols.
    Expose(Vec<Word>),
    /// `HEALTHCHECK`; none for `NONE`. Interval, timeout and the rest are flags.
    Healthcheck(Option<Command>),
    /// `LABEL`
    Label(Pairs),
    /// `MAINTAINER`
    Maintainer(Word),
    /// `ONBUILD`, with what it runs in the build of an image based on this one.
    Onbuild(Box<Instruction>),
    /// `RUN`
    Run(Run),
    /// `SHELL`: the words that shell forms are given to.
    Shell(Vec<Word>),
    /// `STOPSIGNAL`
    StopSignal(Word),
    /// `USER`: name or number, and group after `:`.
    User(Word),
    /// `VOLUME`
    Volume(Vec<Word>),
    /// `WORKDIR`
    Workdir(Word),
}

/// A command in one of its two forms.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Given to the shell. Also what looks like a JSON array and is none. Empty where nothing is written.
    Shell(Script),
    /// A JSON array: the program and its arguments, without a shell.
    Exec(Vec<Word>),
}

/// `RUN`
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What is run. Where the whole command is one heredoc, its body is the script; else heredocs
    /// follow the command line in the script as they do in a shell.
    pub command: Command,
    /// The values of `--mount`.
    pub mounts: Vec<Mount>,
    /// In the order of the line.
    pub heredocs: Vec<Heredoc>,
}

/// One `--mount`.
#[derive(Debug, Clone, PartialEq)]
pub struct Mount {
    /// The value of the flag.
    pub span: Span,
    /// In the order written.
    pub options: Vec<MountOption>,
    /// What `from=` names.
    pub from: Option<Origin>,
}

/// `key` or `key=value` of a mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountOption {
    /// In lower case, in its long form: `source`, `target`, `readonly`, `readwrite` …
    pub key: String,
    /// What stands after `=`.
    pub value: Option<Word>,
}

/// `COPY` or `ADD`
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    /// In the order written.
    pub sources: Vec<Source>,
    /// Where they go.
    pub destination: Word,
    /// What `--from` names; none for the build context.
    pub from: Option<Origin>,
    /// In the order of the line; sources refer to them.
    pub heredocs: Vec<Heredoc>,
}

/// A source of `COPY` or `ADD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A path, a pattern, or for `ADD` also a URL or a git repository.
    Path(Word),
    /// An inline file, by its index in the instruction's heredocs.
    Heredoc(usize),
}

/// An inline file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// Its closing line, quotes removed; in `COPY` also the name of the file.
    pub name: String,
    /// `<<NAME` as written.
    pub span: Span,
    /// The body. Leading tabs are stripped for `<<-`; line breaks are `\n`.
    pub body: Script,
    /// Whether variables in the body are substituted: the name is not quoted.
    pub expand: bool,
    /// Whether it is written `<<-`.
    pub strip_tabs: bool,
    /// The file descriptor before `<<`.
    pub descriptor: Option<u32>,
}

/// One variable of `ARG`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Its name.
    pub name: Word,
    /// Its default.
    pub default: Option<Word>,
}

/// The arguments of `ENV` and `LABEL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs {
    /// Names and values in the order written.
    pub pairs: Vec<(Word, Word)>,
    /// Whether they are written the old way, `name value`.
    pub legacy: bool,
}

impl Instruction {
    /// The canonical keyword, in capitals.
    pub fn name(&self) -> &'static str {
        match &self.kind {
            Kind::Add(_) => "ADD",
            Kind::Arg(_) => "ARG",
            Kind::Cmd(_) => "CMD",
            Kind::Copy(_) => "COPY",
            Kind::Entrypoint(_) => "ENTRYPOINT",
            Kind::Env(_) => "ENV",
            Kind::Expose(_) => "EXPOSE",
            Kind::Healthcheck(_) => "HEALTHCHECK",
            Kind::Label(_) => "LABEL",
            Kind::Maintainer(_) => "MAINTAINER",
            Kind::Onbuild(_) => "ONBUILD",
            Kind::Run(_) => "RUN",
            Kind::Shell(_) => "SHELL",
            Kind::StopSignal(_) => "STOPSIGNAL",
            Kind::User(_) => "USER",
            Kind::Volume(_) => "VOLUME",
            Kind::Workdir(_) => "WORKDIR",
        }
    }

    /// The first flag of a name.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.name == name)
    }
}

impl Mount {
    /// The value of an option, by its long name.
    pub fn get(&self, key: &str) -> Option<&Word> {
        self.options.iter().rev().find(|option| option.key == key).and_then(|option| option.value.as_ref())
    }

    /// `bind`, `cache`, `secret`, `ssh` or `tmpfs`; `bind` where nothing is written. None where it is not known.
    pub fn kind(&self) -> Option<&str> {
        self.get("type").map_or(Some("bind"), Word::known)
    }
}

impl Command {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Command::Shell(script) => script.whole(),
            Command::Exec(words) => words.iter().map(|word| word.span).reduce(Span::to).unwrap_or_default(),
        }
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        match self {
            Command::Shell(script) => script.text.is_empty(),
            Command::Exec(words) => words.is_empty(),
        }
    }
}
