//! From the tree to the flat list: what runs, where, in which directory, and what becomes of its failure.

use super::grammar;
use super::model::{Command, Failure, Mask, Script, Within};
use super::options::{Dialect, Options};
use super::status::{self, Functions};
use super::tree::{Aim, Body, Item, Joined, Lexed, Link, List, Node, Pipeline, Stage};
use crate::parse::{Parsed, SyntaxError};

/// Where a script begins.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// Scripts around it.
    pub(super) depth: usize,
    /// Its directory; none where that is computed.
    pub(super) dir: Option<String>,
}

impl Default for Origin {
    fn default() -> Self {
        Self { depth: 0, dir: Some(".".to_owned()) }
    }
}

/// What the shell remembers from command to command.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) errexit: bool,
    pub(super) pipefail: bool,
    pub(super) dir: Option<String>,
    pub(super) previous: Option<String>,
    pub(super) pushed: Vec<Option<String>>,
}

/// What becomes of a failing status at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    /// Of the command or subshell that stands here.
    pub(super) fail: Failure,
    /// Of a status that `set -e` overlooks: that of a block whose last command could fail unseen.
    pub(super) quiet: Failure,
    /// Of leaving the shell with a failure.
    pub(super) abort: Failure,
    /// `set -e` does not hold here.
    pub(super) suppressed: bool,
}

impl Fate {
    const OPEN: Self =
        Self { fail: Failure::Stops, quiet: Failure::Stops, abort: Failure::Stops, suppressed: false };

    /// In a shell of its own whose status becomes `self.fail`.
    fn forked(self) -> Self {
        Self { quiet: self.fail, abort: self.fail, ..self }
    }

    /// All of it masked.
    fn masked(self, mask: Mask) -> Self {
        let fail = Failure::Masked(mask);
        Self { fail, quiet: fail, abort: fail, ..self }
    }
}

pub(super) struct Flow<'t> {
    pub(super) text: &'t str,
    pub(super) bodies: &'t [Body],
    pub(super) functions: Functions<'t>,
    pub(super) state: State,
    pub(super) within: Vec<Within>,
    pub(super) unreachable: bool,
    pub(super) errexit_somewhere: bool,
    pub(super) posix: bool,
    pub(super) depth: usize,
    pub(super) commands: Vec<Command>,
    pub(super) names: Vec<String>,
    pub(super) errors: Vec<SyntaxError>,
}

/// Reads a script and lists its commands.
pub(super) fn script(text: &str, options: Options, origin: &Origin) -> Parsed<Script> {
    let (list, bodies, errors) = grammar::read(text, options);
    let mut functions = Functions::new();
    status::functions(&list, &mut functions);
    let dir = origin.dir.clone();
    let state = State {
        errexit: options.errexit,
        pipefail: options.pipefail,
        dir,
        previous: None,
        pushed: Vec::new(),
    };
    let mut flow = Flow {
        text,
        bodies: &bodies,
        functions,
        state,
        within: Vec::new(),
        unreachable: false,
        errexit_somewhere: false,
        posix: options.dialect == Dialect::Posix,
        depth: origin.depth,
        commands: Vec::new(),
        names: Vec::new(),
        errors,
    };
    if flow.posix {
        flow.shebang();
    }
    flow.errexit_somewhere = flow.state.errexit || sets_errexit(&list);
    flow.list(&list, Fate::OPEN);
    Parsed { document: Script { commands: flow.commands, functions: flow.names }, errors: flow.errors }
}

/// Whether a statement of the list itself says `set -e`.
fn sets_errexit(list: &List) -> bool {
    list.items.iter().filter_map(Item::simple).filter(|simple| simple.fixed(0) == Some("set")).any(|simple| {
        let words: Vec<&str> = simple.words.iter().map(|lexed| lexed.word.text.as_str()).collect();
        set_options(&words).0 == Some(true)
    })
}

/// What the words of a `set` command, or of a shebang, make of errexit and pipefail.
fn set_options(words: &[&str]) -> (Option<bool>, Option<bool>) {
    let (mut errexit, mut pipefail) = (None, None);
    let mut words = words.iter().skip(1);
    while let Some(word) = words.next() {
        let on = word.starts_with('-');
        let Some(letters) = word.strip_prefix(['-', '+']).filter(|letters| !letters.starts_with('-')) else {
            break;
        };
        if letters.contains('e') {
            errexit = Some(on);
        }
        if letters.contains('o') {
            match words.next() {
                Some(&"errexit") => errexit = Some(on),
                Some(&"pipefail") => pipefail = Some(on),
                _ => {}
            }
        }
    }
    (errexit, pipefail)
}

impl Flow<'_> {
    fn shebang(&mut self) {
        let line = self.text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
        let Some(line) = line.strip_prefix("#!") else { return };
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if words.first().is_some_and(|program| program.ends_with("/env")) {
            words.remove(0);
            words.retain(|word| *word != "-S");
        }
        self.set(&words);
    }

    pub(super) fn set(&mut self, words: &[&str]) {
        let (errexit, pipefail) = set_options(words);
        self.state.errexit = errexit.unwrap_or(self.state.errexit);
        self.state.pipefail = pipefail.unwrap_or(self.state.pipefail);
    }

    fn inside<T>(&mut self, within: Within, run: impl FnOnce(&mut Self) -> T) -> T {
        self.within.push(within);
        let result = run(self);
        self.within.pop();
        result
    }

    /// Runs something whose changes to the shell do not last.
    fn forked(&mut self, run: impl FnOnce(&mut Self)) {
        let state = self.state.clone();
        run(self);
        self.state = state;
    }

    fn list(&mut self, list: &List, fate: Fate) {
        let unreachable = self.unreachable;
        let exit = list.items.iter().position(status::is_exit).filter(|_| self.posix);
        let count = exit.map_or(list.items.len(), |exit| exit + 1);
        for (index, item) in list.items.iter().enumerate() {
            let overlooked = self.overlooked(&list.items[..count], index, fate);
            let fail = if self.state.errexit && !fate.suppressed { fate.abort } else { overlooked };
            self.item(item, Fate { fail, quiet: overlooked, ..fate });
            self.unreachable |= index + 1 >= count && count < list.items.len();
        }
        self.unreachable = unreachable;
    }

    /// What becomes of a failing statement where `set -e` does not see it.
    fn overlooked(&self, items: &[Item], index: usize, fate: Fate) -> Failure {
        let Some(next) = items.get(index + 1) else { return fate.quiet };
        let after = next.span.of(self.text);
        if index + 2 == items.len() && status::keeps_status(next) {
            fate.quiet
        } else if ["$?", "PIPESTATUS", "LASTEXITCODE"].iter().any(|status| after.contains(status)) {
            Failure::Masked(Mask::Recorded)
        } else if items.last().is_some_and(status::forgives) {
            Failure::Masked(Mask::ExitZero)
        } else {
            Failure::Masked(Mask::Unchecked)
        }
    }

    fn item(&mut self, item: &Item, fate: Fate) {
        if item.background {
            let fate = fate.masked(Mask::Background);
            return self.forked(|flow| flow.links(&item.links, fate));
        }
        self.links(&item.links, fate);
    }

    fn links(&mut self, links: &[Link], fate: Fate) {
        let mut alternatives =
            links.iter().enumerate().filter(|(_, link)| link.joined == Joined::Or).peekable();
        for (index, link) in links.iter().enumerate() {
            while alternatives.next_if(|(at, _)| *at <= index).is_some() {}
            let fate = if index + 1 == links.len() {
                fate
            } else {
                let fallback = alternatives.peek().map(|(_, link)| *link);
                let fail = fallback.map_or(fate.quiet, |next| {
                    status::after_fallback(&next.pipeline, &self.functions, fate.abort)
                });
                Fate { fail, quiet: fail, abort: fate.abort, suppressed: true }
            };
            let guarded =
                link.joined == Joined::And && index > 0 && status::is_test(&links[index - 1].pipeline);
            if guarded || link.joined == Joined::Or {
                let before = self.state.dir.clone();
                self.inside(Within::Branch, |flow| flow.pipeline(&link.pipeline, fate));
                self.unsure_of_dir(before.as_ref());
            } else {
                self.pipeline(&link.pipeline, fate);
            }
        }
    }

    /// After something that may not have run: the directory is known only where it did not change it.
    fn unsure_of_dir(&mut self, before: Option<&String>) {
        if self.state.dir.as_ref() != before {
            self.state.dir = None;
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, fate: Fate) {
        let fate =
            if pipeline.negated { Fate { suppressed: true, ..fate.masked(Mask::Negated) } } else { fate };
        let [stage] = pipeline.stages.as_slice() else {
            let last = pipeline.stages.len().saturating_sub(1);
            for (index, stage) in pipeline.stages.iter().enumerate() {
                let dropped = index < last && !self.state.pipefail;
                let fate =
                    if dropped && matches!(fate.fail, Failure::Stops | Failure::Masked(Mask::Unchecked)) {
                        fate.masked(Mask::Pipe)
                    } else {
                        fate.forked()
                    };
                self.forked(|flow| flow.stage(stage, fate));
            }
            return;
        };
        self.stage(stage, fate);
    }

    fn stage(&mut self, stage: &Stage, fate: Fate) {
        for aim in &stage.redirects {
            self.redirect_substitutions(aim);
        }
        match &stage.node {
            Node::Simple(simple) => self.simple(simple, fate),
            Node::Group(list) => self.list(list, fate),
            Node::Subshell(list) => {
                self.forked(|flow| flow.inside(Within::Subshell, |flow| flow.list(list, fate.forked())));
            }
            Node::If { arms, otherwise } => self.branches(arms, otherwise.as_ref(), fate),
            Node::Loop { head, condition, body } => {
                self.substitutions(head, Failure::Masked(Mask::Substitution));
                let before = self.state.dir.clone();
                if let Some(condition) = condition {
                    self.condition(condition, Failure::Masked(Mask::Condition), fate);
                }
                let fate = Fate { quiet: Failure::Masked(Mask::Unchecked).inside(fate.quiet), ..fate };
                self.inside(Within::Loop, |flow| flow.list(body, fate));
                self.unsure_of_dir(before.as_ref());
            }
            Node::Case { subject, arms } => {
                self.substitutions(subject, Failure::Masked(Mask::Substitution));
                let before = self.state.dir.clone();
                let mut changed = false;
                for arm in arms {
                    self.branch(arm, before.as_ref(), &mut changed, fate);
                }
                if changed {
                    self.state.dir = None;
                }
            }
            Node::Function { name, body } => self.function(name, body),
        }
    }

    fn function(&mut self, name: &str, body: &Stage) {
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
        let unreachable = std::mem::take(&mut self.unreachable);
        self.forked(|flow| {
            flow.state.errexit |= flow.errexit_somewhere;
            flow.inside(Within::Function(name.to_owned()), |flow| flow.stage(body, Fate::OPEN));
        });
        self.unreachable = unreachable;
    }

    fn condition(&mut self, list: &List, fail: Failure, fate: Fate) {
        let fate = Fate { fail, quiet: fail, abort: fate.abort, suppressed: true };
        self.inside(Within::Condition, |flow| flow.list(list, fate));
    }

    fn branches(&mut self, arms: &[(List, List)], otherwise: Option<&List>, fate: Fate) {
        let mut changed = false;
        for (index, (condition, body)) in arms.iter().enumerate() {
            let negated = condition.items.last().and_then(|item| item.links.last());
            let negated = negated.is_some_and(|link| link.pipeline.negated);
            let failing = match arms.get(index + 1) {
                _ if negated => Some(body),
                Some(_) => None,
                None => otherwise,
            };
            let stops = failing.is_some_and(|list| status::leaves_failing(list, &self.functions));
            let fail = if stops { fate.abort } else { Failure::Masked(Mask::Condition) };
            if stops && negated {
                self.negated_condition(condition, fail, fate);
            } else {
                self.condition(condition, fail, fate);
            }
            let before = self.state.dir.clone();
            self.branch(body, before.as_ref(), &mut changed, fate);
        }
        if let Some(list) = otherwise {
            let before = self.state.dir.clone();
            self.branch(list, before.as_ref(), &mut changed, fate);
        }
        if changed {
            self.state.dir = None;
        }
    }

    /// `if ! command; then … exit 1; fi`: the `!` masks nothing.
    fn negated_condition(&mut self, list: &List, fail: Failure, fate: Fate) {
        let first = self.commands.len();
        self.condition(list, fail, fate);
        for command in self.commands.iter_mut().skip(first) {
            if command.failure == Failure::Masked(Mask::Negated) {
                command.failure = fail;
            }
        }
    }

    fn branch(&mut self, list: &List, before: Option<&String>, changed: &mut bool, fate: Fate) {
        self.inside(Within::Branch, |flow| flow.list(list, fate));
        if self.state.dir.as_ref() != before {
            *changed = true;
            self.state.dir = before.cloned();
        }
    }

    pub(super) fn substitutions(&mut self, words: &[Lexed], fail: Failure) {
        for lexed in words {
            for list in &lexed.inner {
                let fate = Fate { fail, quiet: fail, abort: fail, suppressed: fail.is_masked() };
                self.forked(|flow| flow.inside(Within::Substitution, |flow| flow.list(list, fate)));
            }
        }
    }

    pub(super) fn redirect_substitutions(&mut self, aim: &Aim) {
        let lost = Failure::Masked(Mask::Substitution);
        self.substitutions(std::slice::from_ref(&aim.target), lost);
        if let Some(body) = aim.heredoc.and_then(|index| self.bodies.get(index)) {
            self.substitutions(std::slice::from_ref(&body.text), lost);
        }
    }
}
