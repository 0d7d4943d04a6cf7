//! What a set of migrations is: steps in the order in which a tool runs them.

pub use crate::extract::schema::platform::Platform;
pub use crate::parse::sql::dialect::Dialect;
use crate::source::{FileId, Place, Span};

/// The migrations of one database that one tool runs.
#[derive(Debug, Clone, Default)]
pub struct Set {
    /// The tool: `supabase`, `prisma`, `flyway` …; `numbered` where files are only numbered.
    pub tool: &'static str,
    /// The folder, relative to the root; empty for the root. A tool that looks in several has the first here.
    pub directory: String,
    /// The language of the database, as the configuration of the tool, the drivers of the package or most of the texts tell it.
    pub dialect: Dialect,
    /// Whose database it is: what that brings is there before the first step.
    pub platform: Platform,
    /// What is run, in order.
    pub steps: Vec<Step>,
    /// Files among them that the tool never runs.
    pub unrun: Vec<Unrun>,
    /// What makes the set incomplete.
    pub gaps: Vec<Gap>,
    /// Files whose place in the order is not told by their names, and why.
    pub disorder: Vec<(FileId, String)>,
    /// Where the tool is configured, or the folder is named by what runs it.
    pub configured: Option<Place>,
    /// Files that fill tables after the migrations: `supabase/seed.sql`.
    pub seeds: Vec<FileId>,
    /// Files that declare the state from which migrations are made, or hold a dump of it: `supabase/schemas/*.sql`,
    /// `db/schema.sql`, `db/structure.sql`.
    pub states: Vec<FileId>,
    /// The schemas that an API offers, where a configuration names them: `api.schemas` of `supabase/config.toml`.
    pub exposed: Option<Vec<String>>,
    /// Whether users may sign in without an account: `auth.enable_anonymous_sign_ins` of the same file.
    pub anonymous: bool,
}

/// One migration.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where it is written.
    pub file: FileId,
    /// Its version, as the tool tells versions; none for what is repeated whenever it changes.
    pub version: Option<String>,
    /// Its name, without version and extension.
    pub name: String,
    /// What is run, in order.
    pub up: Vec<Part>,
    /// The way back, where there is one that does something.
    pub down: Option<Down>,
    /// Whether the tool runs it in a transaction of its own.
    pub transaction: bool,
    /// Why the tool refuses it or passes over it where others ran before: another one of the same version, one that
    /// stands out of order.
    pub refused: Option<String>,
}

/// A part of what a migration runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// SQL that stands in the file as it is.
    Sql(Span),
    /// SQL that does not: of a literal with escapes, put together from several, or what calls of a builder come to.
    Text {
        /// The SQL.
        text: String,
        /// Where it comes from: from each offset in the text on, up to the next one, from there in the file.
        places: Vec<(u32, Span)>,
    },
}

/// The way back of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Down {
    /// A section or a function of the same file.
    Span(Span),
    /// A file of its own.
    File(FileId),
}

/// A file that a tool never runs, although it stands among its migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrun {
    /// The file.
    pub file: FileId,
    /// Why.
    pub why: Why,
}

/// Why a tool does not run a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Its name has not the form that the tool asks for, which is named: `<timestamp>_name.sql`.
    Name(&'static str),
    /// Its extension is another: `.bak`, `.sql.old`, `.txt`.
    Extension,
    /// It stands in a folder below, where the tool does not look.
    Folder,
    /// The journal or the list of the tool, which is named, does not hold it.
    Unlisted(String),
    /// It has no part that is run: no `-- migrate:up`.
    Empty(&'static str),
    /// The tool passes over it by a rule of its own, which is said.
    Rule(&'static str),
}

impl Why {
    /// The end of a sentence that begins with the file.
    pub fn text(&self) -> String {
        match self {
            Self::Name(form) => format!("its name is not `{form}`"),
            Self::Extension => "its name does not end as those of migrations do".to_owned(),
            Self::Folder => "it stands in a folder below the one that is run".to_owned(),
            Self::Unlisted(list) => format!("`{list}` does not list it"),
            Self::Empty(mark) => format!("it has no `{mark}`"),
            Self::Rule(rule) => (*rule).to_owned(),
        }
    }
}

/// What makes a set incomplete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Where.
    pub place: Place,
    /// What is missing or not understood: the end of a sentence.
    pub why: String,
    /// What it may concern.
    pub reach: Reach,
}

/// What may be otherwise for what is not understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reach {
    /// Anything.
    #[default]
    Anything,
    /// Rows of tables, and no table.
    Rows,
    /// These tables, with what belongs to them: `orders`, `shop.orders`.
    Tables(Vec<String>),
    /// Tables that no step makes, with types and functions: packages with migrations of their own make them.
    Others,
    /// The same, and schemas and roles: what is known to run before the first step makes them, and records no changes.
    Base,
    /// Names of indexes and constraints, which the tool makes up.
    Names,
}

impl Reach {
    /// Whether it may concern a table.
    pub fn concerns(&self, schema: &str, table: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Tables(names) => names.iter().any(|name| match name.split_once('.') {
                Some((own, name)) => own == schema && name.eq_ignore_ascii_case(table),
                None => name.eq_ignore_ascii_case(table),
            }),
            Self::Rows | Self::Others | Self::Base | Self::Names => false,
        }
    }
}

impl Gap {
    /// A gap of a whole file, which may concern anything.
    pub fn file(file: FileId, why: impl Into<String>) -> Self {
        Self::of(Place::file(file), why, Reach::Anything)
    }

    /// A gap at a place.
    pub fn of(place: Place, why: impl Into<String>, reach: Reach) -> Self {
        Self { place, why: why.into(), reach }
    }
}

impl Step {
    /// A step that runs a whole file of SQL in a transaction.
    pub(super) fn whole(file: FileId, length: usize, version: Option<&str>, name: &str) -> Self {
        Self {
            file,
            version: version.map(str::to_owned),
            name: name.to_owned(),
            up: vec![Part::Sql(Span::new(0, length))],
            down: None,
            transaction: true,
            refused: None,
        }
    }
}
