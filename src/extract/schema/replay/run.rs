//! A run: the scripts of a set, one step after the other, and what becomes of a run that is refused something.

use super::{Manner, Place, Refusal, Replay, mend, platform, session};
use crate::extract::schema::catalog::Catalog;
use crate::extract::schema::platform::Platform;
use crate::parse::sql::model::{Script, Statement, Unread};

/// A step of a run.
#[derive(Debug, Clone, Copy)]
enum Action<'s> {
    /// A session begins.
    Open,
    Apply(&'s Statement),
    /// Something stands there that is not among the statements.
    Pass(&'s Unread),
    /// The session ends.
    Close,
}

/// A step, and the script it is in.
type Step<'s> = (u32, Action<'s>);

/// A run that is not at its end: it stands behind a statement that was refused.
pub(super) struct Halted<'s> {
    replay: Replay,
    statement: &'s Statement,
    refusal: Refusal,
    left: Vec<Step<'s>>,
}

/// A run of the scripts on a platform, up to the first statement that is refused.
pub(super) fn halting<'s>(platform: Platform, scripts: &[&'s Script]) -> Result<Catalog, Box<Halted<'s>>> {
    let mut replay = Replay::on(platform, Manner::Strict);
    let mut left = steps(scripts).into_iter();
    while let Some(step) = left.next() {
        if let Err((statement, refusal)) = replay.step(step) {
            let left = left.collect();
            return Err(Box::new(Halted { replay, statement, refusal, left }));
        }
    }
    Ok(replay.catalog)
}

impl Halted<'_> {
    /// The ends that the run would have in two manners, which are followed at the same time.
    pub(super) fn ends(self, one: Manner, other: Manner) -> (Catalog, Catalog) {
        let Self { replay, statement, refusal, left } = self;
        let end = |mut replay: Replay, manner: Manner| {
            replay.manner = manner;
            replay.refused(statement, refusal.clone());
            replay.finish(left.iter().copied())
        };
        let copy = replay.clone();
        rayon::join(|| end(replay, one), || end(copy, other))
    }
}

/// A whole run of the scripts on a platform.
pub(super) fn whole(platform: Platform, scripts: &[&Script], manner: Manner) -> Catalog {
    Replay::on(platform, manner).finish(steps(scripts))
}

/// What the scripts do, in order: without the statements that a script rolls back itself.
fn steps<'s>(scripts: &[&'s Script]) -> Vec<Step<'s>> {
    let mut steps = Vec::new();
    for (number, script) in (0..Place::PLATFORM).zip(scripts) {
        steps.extend(of_script(script).map(|action| (number, action)));
    }
    steps
}

fn of_script(script: &Script) -> impl Iterator<Item = Action<'_>> {
    let undone = session::rolled_back(&script.statements);
    let mut unread = script.unread.iter().peekable();
    let mut actions = vec![Action::Open];
    for (at, statement) in script.statements.iter().enumerate() {
        while let Some(other) = unread.next_if(|other| other.span.start < statement.span.start) {
            actions.push(Action::Pass(other));
        }
        if !undone.contains(&at) {
            actions.push(Action::Apply(statement));
        }
    }
    actions.extend(unread.map(Action::Pass));
    actions.push(Action::Close);
    actions.into_iter()
}

impl Replay {
    /// A replay that has what a platform brings.
    fn on(platform: Platform, manner: Manner) -> Self {
        let mut replay = Self::default();
        replay.place.script = Place::PLATFORM;
        replay.platform = true;
        platform::start(&mut replay.catalog);
        if let Some(script) = platform.script() {
            replay.go(of_script(script).map(|action| (Place::PLATFORM, action)));
        }
        // Only the platform's own roles are superusers there.
        if platform == Platform::Supabase {
            let owner = replay.catalog.owner.clone();
            if let Some(role) = replay.catalog.roles.get_mut(&owner) {
                role.superuser = false;
            }
        }
        replay.platform = false;
        replay.manner = manner;
        replay
    }

    /// Runs what is left, and gives what is there then.
    fn finish<'s>(mut self, steps: impl IntoIterator<Item = Step<'s>>) -> Catalog {
        self.go(steps);
        mend::waiting(&mut self);
        self.catalog
    }

    fn go<'s>(&mut self, steps: impl IntoIterator<Item = Step<'s>>) {
        for step in steps {
            if let Err((statement, refusal)) = self.step(step) {
                self.refused(statement, refusal);
            }
        }
    }

    /// Does a step; a statement that is refused is given back.
    fn step<'s>(&mut self, (script, action): Step<'s>) -> Result<(), (&'s Statement, Refusal)> {
        match action {
            Action::Open => session::open(self),
            Action::Close => session::close(self),
            Action::Pass(unread) => self.unread(script, unread),
            Action::Apply(statement) => {
                self.place = Place { script, span: statement.span };
                return self.run(statement).map_err(|refusal| (statement, refusal));
            }
        }
        Ok(())
    }

    /// A refused statement becomes a fault, and is mended where that is the manner.
    fn refused(&mut self, statement: &Statement, refusal: Refusal) {
        self.fault(&refusal, statement);
        if self.manner != Manner::Strict {
            mend::statement(self, statement, refusal);
        }
    }
}
