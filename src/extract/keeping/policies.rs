//! What holds policies against what they are to allow: tests of policies, queries of the catalogue, linters.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::{One, has_word};
use crate::extract::Context;
use crate::facts::{CiTask, CiWorkflow, Entry, RlsAudit, Store};
use crate::source::{FileId, FileKind, Needles, Place, SourceFile};

/// What only those say that look at policies, or ask as somebody.
static LOOKS: LazyLock<Needles> = LazyLock::new(|| {
    Needles::of([
        "pg_policies",
        "pg_policy",
        "relrowsecurity",
        "rowsecurity",
        "policies_are",
        "policy_roles_are",
        "policy_cmd_is",
        "rls_enabled",
        "authenticate_as",
        "request.jwt.claim",
        "set local role",
    ])
});

/// Commands that look at policies.
const COMMANDS: &[&str] = &[
    "supabase test db",
    "supabase db lint",
    "supabase db advisors",
    "pg_prove",
    "splinter",
    "pgrls",
    "golive",
];

/// What looks at policies in a file.
pub(super) fn of_file(ran: &Ran<'_>, one: &One<'_>) -> Option<Entry> {
    if let Some(command) = COMMANDS.iter().find(|command| is_command(one, command)) {
        let runs = ran.workflow(one.id);
        return Some(Entry::new(one.whole(), RlsAudit { by: (*command).to_owned(), runs }));
    }
    let fact = || RlsAudit { by: one.file.path.clone(), runs: ran.file(one.file) };
    is_audit(one).then(|| Entry::new(Place::file(one.id), fact()))
}

/// Whether a file whose lines are commands has one.
fn is_command(one: &One<'_>, command: &str) -> bool {
    let runs = matches!(
        one.file.kind,
        FileKind::Yaml | FileKind::Shell | FileKind::Makefile | FileKind::Justfile | FileKind::Json
    );
    runs && memchr::memmem::find(one.text.as_bytes(), command.as_bytes()).is_some()
}

/// Whether a test, a query or a script looks at policies.
fn is_audit(one: &One<'_>) -> bool {
    let speaks = one.file.kind.is_code() || matches!(one.file.kind, FileKind::Sql | FileKind::Shell);
    let named = || has_word(one.file.stem(), "rls") && (one.file.test || has_word(one.file.stem(), "audit"));
    speaks && (LOOKS.are_in(one.text) || named())
}

/// What workflows run.
pub(super) struct Ran<'c> {
    /// The text of each, with whether it runs by the clock.
    workflows: Vec<(FileId, &'c str, bool)>,
    /// Whether tests run in any, and in one that runs by the clock.
    tests: Option<bool>,
}

impl<'c> Ran<'c> {
    /// What the workflows of a repository run.
    pub(super) fn of(context: &'c Context<'_>, store: &Store) -> Self {
        let clock = |triggers: &[String]| triggers.iter().any(|trigger| trigger == "schedule");
        let mut seen = BTreeSet::new();
        let workflows = store.all::<CiWorkflow>().filter(|(entry, _)| seen.insert(entry.place.file));
        let workflows = workflows.map(|(entry, workflow)| {
            (entry.place.file, context.tree.text(entry.place.file), clock(&workflow.triggers))
        });
        let tests = store.all::<CiTask>().filter(|(_, task)| matches!(task.kind.as_str(), "test" | "e2e"));
        let tests = tests.map(|(_, task)| clock(&task.triggers)).reduce(|one, other| one || other);
        Self { workflows: workflows.collect(), tests }
    }

    /// What runs a command of a file: the file itself where it is a workflow, else one that names what may lead there.
    fn workflow(&self, file: FileId) -> Option<String> {
        let own = self.workflows.iter().find(|(id, ..)| *id == file).map(|(.., clock)| *clock);
        own.or(self.named("supabase")).map(word)
    }

    /// What runs a file: a workflow that names it or its folder, or that runs the tests.
    fn file(&self, file: &SourceFile) -> Option<String> {
        let named = self.named(file.stem());
        let tests = if file.test { self.tests } else { None };
        let database = ["supabase test", "pg_prove", "pgtap"].iter().find_map(|command| self.named(command));
        let database = if file.kind == FileKind::Sql { database } else { None };
        named.or(database).or(tests).map(word)
    }

    /// Whether a workflow that names this runs by the clock; none where none names it.
    fn named(&self, name: &str) -> Option<bool> {
        let says = |text: &str| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some();
        let of = self.workflows.iter().filter(|(_, text, _)| says(text));
        of.map(|(.., clock)| *clock).reduce(|one, other| one || other)
    }
}

fn word(clock: bool) -> String {
    if clock { "schedule" } else { "ci" }.to_owned()
}
