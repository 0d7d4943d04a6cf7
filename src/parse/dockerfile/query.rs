//! Questions about stages that need the stages they are built on.

use super::document::{Command, Dockerfile, Kind, Origin, Stage};
use super::value::Word;

impl Dockerfile {
    /// The stage that is built where nothing else is asked for.
    pub fn last_stage(&self) -> Option<&Stage> {
        self.stages.last()
    }

    /// The stage and the stages it is built on, nearest first.
    pub fn lineage(&self, stage: usize) -> impl Iterator<Item = (usize, &Stage)> {
        std::iter::successors(self.stages.get(stage).map(|found| (stage, found)), |(index, stage)| {
            match stage.base.origin {
                // A stage can only be built on an earlier one, so this ends.
                Origin::Stage(base) if base < *index => self.stages.get(base).map(|found| (base, found)),
                _ => None,
            }
        })
    }

    /// The stages that a stage is built on, nearest first.
    pub fn ancestors(&self, stage: usize) -> impl Iterator<Item = (usize, &Stage)> {
        self.lineage(stage).skip(1)
    }

    /// What the oldest stage of the lineage is built on: an image or the empty image.
    pub fn root(&self, stage: usize) -> Option<&Origin> {
        self.lineage(stage).last().map(|(_, stage)| &stage.base.origin)
    }

    /// The last instruction that `pick` takes, in the stage or the nearest stage it is built on.
    pub fn last<'d, T>(&'d self, stage: usize, pick: impl Fn(&'d Kind) -> Option<T>) -> Option<T> {
        self.lineage(stage).find_map(|(_, stage)| {
            stage.instructions.iter().rev().find_map(|instruction| pick(&instruction.kind))
        })
    }

    /// Who the stage's container runs as; none where the image it starts from decides.
    pub fn user(&self, stage: usize) -> Option<&Word> {
        self.last(stage, |kind| match kind {
            Kind::User(user) => Some(user),
            _ => None,
        })
    }

    /// The entry point; none where the image the stage starts from decides.
    pub fn entrypoint(&self, stage: usize) -> Option<&Command> {
        self.last(stage, |kind| match kind {
            Kind::Entrypoint(command) => Some(command),
            _ => None,
        })
    }

    /// The default command. A stage that sets an entry point drops the command it would inherit.
    pub fn command(&self, stage: usize) -> Option<&Command> {
        for (_, stage) in self.lineage(stage) {
            let kinds = || stage.instructions.iter().rev().map(|instruction| &instruction.kind);
            let command = kinds().find_map(|kind| match kind {
                Kind::Cmd(command) => Some(command),
                _ => None,
            });
            if command.is_some() || kinds().any(|kind| matches!(kind, Kind::Entrypoint(_))) {
                return command;
            }
        }
        None
    }

    /// The index of the last stage of that name, without regard to case.
    pub fn stage_named(&self, name: &str) -> Option<usize> {
        let name = name.to_lowercase();
        self.stages
            .iter()
            .rposition(|stage| stage.name.as_ref().is_some_and(|own| own.text.to_lowercase() == name))
    }
}
