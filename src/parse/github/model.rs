//! What a workflow or an action says.

use crate::parse::node::Node;
use crate::source::Span;

/// A workflow, reusable or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow<'n> {
    /// `name`.
    pub name: Option<String>,
    /// The key `on`.
    pub on: Span,
    /// The events that start it, in any of the three ways to write them.
    pub triggers: Vec<Trigger<'n>>,
    /// `permissions` for all jobs.
    pub permissions: Option<Permissions>,
    /// `env` for all jobs.
    pub env: Vec<Variable<'n>>,
    /// `defaults.run`.
    pub defaults: Defaults,
    /// Whether it says `concurrency`.
    pub concurrency: bool,
    /// In the order of the file.
    pub jobs: Vec<Job<'n>>,
}

/// An event that starts a workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger<'n> {
    /// `push`, `pull_request`, `schedule` …
    pub event: String,
    /// Where it is named.
    pub span: Span,
    /// Its filters: `branches`, `tags`, `paths`, `types`, `workflows`, `inputs` …; null where none are written.
    pub filters: Option<&'n Node>,
}

/// `permissions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions {
    /// Where.
    pub span: Span,
    /// `read-all` or `write-all` where it is one word.
    pub all: Option<String>,
    /// The scopes granted, with `read`, `write` or `none`.
    pub scopes: Vec<(String, String)>,
}

/// `NAME: value` of `env`.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable<'n> {
    /// The name.
    pub name: String,
    /// The value.
    pub value: &'n Node,
}

/// `defaults.run`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    /// `shell`.
    pub shell: Option<String>,
    /// `working-directory`, with its place.
    pub directory: Option<(String, Span)>,
}

/// A job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job<'n> {
    /// Its key.
    pub id: String,
    /// Where the key stands.
    pub span: Span,
    /// `name`.
    pub name: Option<String>,
    /// `runs-on`: labels; empty for a job that calls a workflow.
    pub runs_on: Vec<String>,
    /// `needs`.
    pub needs: Vec<String>,
    /// `if`.
    pub condition: Option<String>,
    /// `uses`: the reusable workflow it calls.
    pub uses: Option<&'n Node>,
    /// `with` of such a call, or nothing.
    pub with: Option<&'n Node>,
    /// `secrets` of such a call: `inherit` or a mapping.
    pub secrets: Option<&'n Node>,
    /// `permissions`.
    pub permissions: Option<Permissions>,
    /// `env`.
    pub env: Vec<Variable<'n>>,
    /// `defaults.run`.
    pub defaults: Defaults,
    /// `environment`: its name.
    pub environment: Option<String>,
    /// `timeout-minutes` as written: a number or an expression.
    pub timeout: Option<String>,
    /// `continue-on-error` as written.
    pub continue_on_error: Option<String>,
    /// `strategy`.
    pub strategy: Strategy,
    /// The names of `services`.
    pub services: Vec<String>,
    /// The image of `container`.
    pub container: Option<String>,
    /// Whether it says `concurrency`.
    pub concurrency: bool,
    /// In the order of the file.
    pub steps: Vec<Step<'n>>,
}

/// `strategy`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strategy {
    /// The combinations of the matrix: `include` joined in, `exclude` taken out. No more than a hundred.
    pub matrix: Vec<Vec<(String, String)>>,
    /// The matrix, or a part of it, is computed.
    pub computed: bool,
    /// `fail-fast: false`.
    pub goes_on: bool,
}

/// A step of a job or of a composite action.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<'n> {
    /// The whole step.
    pub span: Span,
    /// `name`.
    pub name: Option<String>,
    /// `id`.
    pub id: Option<String>,
    /// `if`.
    pub condition: Option<String>,
    /// `uses`.
    pub uses: Option<&'n Node>,
    /// `run`.
    pub run: Option<&'n Node>,
    /// `with`.
    pub with: Option<&'n Node>,
    /// `env`.
    pub env: Vec<Variable<'n>>,
    /// `shell`.
    pub shell: Option<String>,
    /// `working-directory`, with its place.
    pub directory: Option<(String, Span)>,
    /// `continue-on-error` as written.
    pub continue_on_error: Option<String>,
}

/// `action.yml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Action<'n> {
    /// `name`.
    pub name: Option<String>,
    /// `runs.using`: `composite`, `docker`, `node24` …
    pub using: String,
    /// The steps of a composite action.
    pub steps: Vec<Step<'n>>,
}

impl Workflow<'_> {
    /// Whether the event starts it.
    pub fn is_triggered_by(&self, event: &str) -> bool {
        self.triggers.iter().any(|trigger| trigger.event == event)
    }

    /// Whether only other workflows start it.
    pub fn is_only_called(&self) -> bool {
        self.triggers.iter().all(|trigger| trigger.event == "workflow_call") && !self.triggers.is_empty()
    }
}

impl Trigger<'_> {
    /// The values of a filter: `branches`, `types` …
    pub fn filter(&self, name: &str) -> Option<Vec<String>> {
        self.filters.and_then(|filters| filters.get(name)).map(Node::scalars)
    }
}

impl Permissions {
    /// Whether any scope may be written.
    pub fn writes(&self) -> bool {
        self.all.as_deref() == Some("write-all") || self.scopes.iter().any(|(_, level)| level == "write")
    }
}

impl Step<'_> {
    /// An input of `with` as text.
    pub fn input(&self, name: &str) -> Option<String> {
        self.with.and_then(|with| with.get(name)).and_then(Node::scalar)
    }

    /// The action it uses, as written.
    pub fn action(&self) -> Option<&str> {
        self.uses.and_then(Node::text)
    }
}
