//! The ports that images say their programs listen at.

use super::dockerfiles::Image;
use super::stages;
use super::world::World;
use crate::facts::{DockerPort, Entry};
use crate::parse::dockerfile::Kind;

/// One fact for each port of a shipped stage. A program that is given the right to listen there is none of root's.
pub(super) fn facts(world: &World<'_>, image: &Image<'_>) -> Vec<Entry> {
    let root = stages::user(world, image, image.last).1;
    let granted =
        image.ran.iter().any(|ran| ran.words.iter().any(|word| word.contains("cap_net_bind_service")));
    let mut entries = Vec::new();
    for (index, stage) in
        image.dockerfile.stages.iter().enumerate().filter(|(index, _)| image.shipped(*index))
    {
        for instruction in &stage.instructions {
            let Kind::Expose(words) = &instruction.kind else { continue };
            for word in words.iter().filter(|_| image.needed[index] && !granted) {
                let port = word.known().and_then(|text| text.split('/').next()?.parse().ok());
                let Some(port) = port else { continue };
                let role = image.role.name.to_owned();
                let fact = DockerPort { port, privileged: port < 1024, root, role };
                entries.push(Entry::new(image.at(word.span), fact));
            }
        }
    }
    entries
}
