//! What a build of an image checks: the tests, linters and type checkers among the commands of its Dockerfile.

use super::model::{Found, What};
use super::resolve::{Key, Resolver, through};
use super::steps::CHECKS;
use crate::extract::containers::Building;
use crate::facts::Label;
use crate::parse::node::Node;
use crate::source::Place;

impl Resolver<'_> {
    /// `docker build -f api/Dockerfile .`
    pub(super) fn image(&self, words: &[&str], dir: &str) -> Vec<Found> {
        let mut found = self.known(words, dir).unwrap_or_default();
        let Some(building) = Building::read(self.context, words, dir) else { return found };
        let Building { file, target, folder } = &building;
        let key = Key::Image { file: file.0, folder: folder.clone(), target: target.clone() };
        let inner = self.once(key, || {
            let steps = building.steps(self.context);
            let led = steps.iter().flat_map(|step| {
                let words: Vec<&str> = step.words.iter().map(String::as_str).collect();
                self.command(&words, &step.dir)
            });
            // What is installed and made is a matter of the image.
            led.filter(|found| matches!(found.what, What::Task { kind, .. } if CHECKS.contains(&kind)))
                .collect()
        });
        let path = &self.context.tree.file(*file).path;
        let label = Label { place: Place::file(*file), note: format!("`{path}`") };
        found.extend(through(&inner, path, &label));
        found
    }

    /// What an action that builds an image checks, by its inputs `context`, `file` and `target`.
    pub(super) fn image_action(&self, with: Option<&Node>) -> Vec<Found> {
        let input = |name: &str| {
            let text = with.and_then(|with| with.get(name)).and_then(Node::scalar)?;
            Some(text.replace("${{ github.workspace }}", ".").replace("{{defaultContext}}:", ""))
        };
        let context = input("context").unwrap_or_else(|| ".".to_owned());
        let options = [("-f", input("file")), ("--target", input("target"))];
        let mut words = vec!["docker", "build"];
        for (option, value) in &options {
            words.extend(value.iter().flat_map(|value| [*option, value.as_str()]));
        }
        words.push(&context);
        let found = self.image(&words, "");
        found.into_iter().filter(|found| !found.chain.is_empty()).collect()
    }
}
