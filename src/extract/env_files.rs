//! Env files: what they are for, and what kind of values they hold.

mod role;
mod secret;
mod value;

use std::collections::HashMap;
use std::sync::LazyLock;

use rayon::prelude::*;
use regex::Regex;

use self::role::Role;
pub(super) use self::secret::is_secret_name;
use self::value::Class;
use super::Context;
use crate::facts::{Entry, EnvFile, EnvVariable};
use crate::parse::Document;
use crate::parse::dotenv::{self, Dotenv};
use crate::source::{FileId, FileKind, Place, SourceFile, pattern};

/// One fact for each env file and each of its variables.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let files: Vec<_> = context
        .tree
        .entries()
        .filter(|(_, file)| file.kind == FileKind::Dotenv && !file.vendored && file.link.is_none())
        .collect();
    let found = files.into_par_iter().map(|(id, file)| {
        let Some(Document::Dotenv(document)) = context.documents.get(id) else { return Vec::new() };
        EnvReader::new(id, file, context.tree.text(id)).read(document)
    });
    found.collect::<Vec<_>>().into_iter().flatten().collect()
}

struct EnvReader<'a> {
    id: FileId,
    file: &'a SourceFile,
    text: &'a str,
    role: Role,
}

impl<'a> EnvReader<'a> {
    fn new(id: FileId, file: &'a SourceFile, text: &'a str) -> Self {
        Self { id, file, text, role: role::role(&file.path, text, file.test) }
    }

    fn read(&self, document: &Dotenv) -> Vec<Entry> {
        let mut entries = Vec::new();
        let (mut secrets, mut credentials) = (Vec::new(), Vec::new());
        let mut also = Vec::new();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for entry in &document.entries {
            let (class, word) = self.class(entry);
            if word == "real-secret" {
                secrets.push(entry.name.clone());
                also.push((entry.name_span, entry.name.clone()));
            }
            if matches!(class, Class::Weak | Class::Random | Class::Credential) {
                credentials.push(entry.name.clone());
            }
            let before = &self.text.as_bytes()[..entry.name_span.start as usize];
            let line = memchr::memchr_iter(b'\n', before).count() + 1;
            let first = if entry.commented_out { None } else { seen.insert(&entry.name, line) };
            let fault = first.map(|first| format!("repeats the name of line {first}"));
            let fact = EnvVariable {
                name: Some(entry.name.clone()),
                role: self.role.word().to_owned(),
                class: word.to_owned(),
                fault,
            };
            entries.push(Entry::new(Place { file: self.id, span: entry.name_span }, fact));
        }
        entries.extend(self.faults());
        let fact =
            EnvFile { role: self.role.word().to_owned(), tracked: self.file.tracked, secrets, credentials };
        let file = also.into_iter().fold(Entry::new(Place::file(self.id), fact), |entry, (span, name)| {
            entry.with(Place { file: self.id, span }, name)
        });
        entries.push(file);
        entries
    }

    /// The class of a value and the word rules use, which depends on what the file is for.
    fn class(&self, entry: &dotenv::EnvEntry) -> (Class, &'static str) {
        let class = value::classify(&entry.name, &entry.value);
        let word = match class {
            Class::Empty => "empty",
            Class::Placeholder => "placeholder",
            Class::Reference => "reference",
            Class::Localhost => "localhost",
            Class::Public => "public",
            Class::ProductionHost => "production-host",
            Class::Credential => "real-secret",
            Class::Random if self.is_called_a_sample(entry) => "placeholder",
            Class::Random => match self.role {
                Role::Test | Role::Development => "fake",
                _ => "real-secret",
            },
            // A word as the password of production is a secret all the same.
            Class::Weak if self.is_production() && !entry.commented_out => "real-secret",
            Class::Default | Class::Weak => "default",
        };
        (class, word)
    }

    fn is_production(&self) -> bool {
        self.role == Role::Real && role::is_production(&self.file.path)
    }

    /// Whether the comment behind or directly above says that the value is to be replaced, or for development only.
    fn is_called_a_sample(&self, entry: &dotenv::EnvEntry) -> bool {
        static SAYS: LazyLock<Option<Regex>> = LazyLock::new(|| {
            pattern(
                r"(?i)generat|openssl|change (this|me|it|in|before|for|the)|changed|replace|example|sample|do not use|don.?t use|never use|local|development|not (for|in|safe)|placeholder|random|dummy|fake|\btest|default|rand\b",
            )
        });
        let says = |text: &str| SAYS.as_ref().is_some_and(|says| says.is_match(text));
        if entry.comment.as_deref().is_some_and(says) {
            return true;
        }
        let before = &self.text[..entry.name_span.start as usize];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let above = before[..line_start].lines().rev().map(str::trim_start);
        above.take_while(|line| line.starts_with('#')).take(6).any(says)
    }

    /// Lines that cannot be read. What is in them is not repeated: it may be part of a secret.
    fn faults(&self) -> Vec<Entry> {
        let errors = dotenv::parse(self.text).errors;
        let fact = |message: &str| EnvVariable {
            name: None,
            role: self.role.word().to_owned(),
            class: "empty".to_owned(),
            fault: Some(message.to_owned()),
        };
        errors
            .into_iter()
            .map(|error| Entry::new(Place { file: self.id, span: error.span }, fact(&error.message)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::facts;
    use crate::facts::{EnvFile, EnvVariable};
    use crate::parse::Documents;
    use crate::source::{MemoryFile, Tree};

    /// The env files of a tree as `role: secrets / credentials`, then its variables as `name=class fault`.
    fn show(path: &str, text: &str) -> (String, Vec<String>) {
        let tree = Tree::from_memory([(path.to_owned(), MemoryFile::Text(text.to_owned()))]);
        let (store, _) = facts(&tree, &Documents::parse(&tree), &[]);
        let file = store.all::<EnvFile>().next().map_or_else(String::new, |(_, file)| {
            format!("{}: {} / {}", file.role, file.secrets.join(" "), file.credentials.join(" "))
        });
        let variables = store.all::<EnvVariable>().map(|(_, v)| {
            let name = v.name.clone().unwrap_or_else(|| "?".to_owned());
            format!("{name}={} {}", v.class, v.fault.clone().unwrap_or_default()).trim_end().to_owned()
        });
        (file, variables.collect())
    }

    const RANDOM: &str = "a8f5f167f44f4964e6c998dee827110c";

    #[test]
    fn a_made_up_secret_is_real_where_something_runs_with_it() {
        let text = format!("JWT_SECRET={RANDOM}\nDB_PASSWORD=postgres\nPORT=1\n");
        for (path, file, class) in [
            (".env", "real: JWT_SECRET / JWT_SECRET DB_PASSWORD", "JWT_SECRET=real-secret"),
            (
                ".env.production",
                "real: JWT_SECRET DB_PASSWORD / JWT_SECRET DB_PASSWORD",
                "JWT_SECRET=real-secret",
            ),
            (".env.test", "test:  / JWT_SECRET DB_PASSWORD", "JWT_SECRET=fake"),
            (".env.example", "template: JWT_SECRET / JWT_SECRET DB_PASSWORD", "JWT_SECRET=real-secret"),
        ] {
            let (found, variables) = show(path, &text);
            assert_eq!((found.as_str(), variables[0].as_str()), (file, class), "{path}");
        }
    }

    #[test]
    fn a_comment_can_make_it_a_sample() {
        for (text, class) in [
            (format!("# openssl rand -hex 16\nJWT_SECRET={RANDOM}\n"), "placeholder"),
            (format!("JWT_SECRET={RANDOM} # change this\n"), "placeholder"),
            (format!("# JWT_SECRET={RANDOM}\n"), "real-secret"),
            (format!("# change this\n\nJWT_SECRET={RANDOM}\n"), "real-secret"),
        ] {
            assert_eq!(show(".env.example", &text).1, [format!("JWT_SECRET={class}")], "{text}");
        }
    }

    #[test]
    fn faults() {
        let (_, variables) = show(".env.example", "A=1\n# A=2\nB=1\nA=3\nnonsense\n");
        assert_eq!(
            variables,
            [
                "A=default",
                "A=default",
                "B=default",
                "A=default repeats the name of line 1",
                "?=empty expected `=` after the name"
            ]
        );
    }
}
