//! Image references: `registry/repository:tag@digest`.

use super::value::{Expanded, Part};

/// What names an image. Any field may hold parts that the file does not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRef {
    /// The host, with its port; none for the default registry.
    pub registry: Option<Expanded>,
    /// The repository without the host: `node`, `library/node`, `owner/name`.
    pub repository: Expanded,
    /// The tag. Where it is none and the repository is not wholly known, the unknown part may hold it.
    pub tag: Option<Expanded>,
    /// The digest with its algorithm: `sha256:…`.
    pub digest: Option<Expanded>,
}

/// Stands for an unknown part while a reference is cut: a character that no reference holds.
const HOLE: char = '\u{f8ff}';

impl ImageRef {
    /// Cuts a reference that is wholly known.
    pub fn parse(text: &str) -> Self {
        Self::of(&Expanded::text(text))
    }

    /// Cuts a reference whose parts may be unknown.
    pub fn of(value: &Expanded) -> Self {
        let mut flat = String::new();
        let mut holes = Vec::new();
        for part in value.parts() {
            match part {
                // A text that holds the stand-in character itself is no valid reference; it is read without it.
                Part::Text(text) => flat.extend(text.chars().filter(|&char| char != HOLE)),
                Part::Unknown { name, written } => {
                    flat.push(HOLE);
                    holes.push(Expanded::unknown(name, written));
                }
            }
        }
        let mut holes = holes.into_iter();
        let (name, digest) = match flat.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (flat.as_str(), None),
        };
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (name, None),
        };
        let (registry, repository) = match name.split_once('/') {
            Some((first, rest)) if is_host(first) => (Some(first), rest),
            _ => (None, name),
        };
        let mut filled = |text: &str| fill(text, &mut holes);
        let registry = registry.map(&mut filled);
        let repository = filled(repository);
        let tag = tag.map(&mut filled);
        Self { registry, repository, tag, digest: digest.map(filled) }
    }

    /// Whether every part of it is known.
    pub fn is_known(&self) -> bool {
        [&self.registry, &self.tag, &self.digest].into_iter().flatten().all(|part| part.known().is_some())
            && self.repository.known().is_some()
    }

    /// The last component of the repository, where it is known: `node` of `registry/team/node`.
    pub fn short_name(&self) -> Option<&str> {
        match self.repository.parts().last() {
            None | Some(Part::Unknown { .. }) => None,
            Some(Part::Text(text)) => match text.rsplit_once('/') {
                Some((_, name)) => Some(name),
                None => self.repository.known(),
            },
        }
    }

    /// For readers: the whole reference, unknown parts as written.
    pub fn display(&self) -> String {
        let mut text = String::new();
        if let Some(registry) = &self.registry {
            text.push_str(&registry.display());
            text.push('/');
        }
        text.push_str(&self.repository.display());
        for (mark, part) in [(':', &self.tag), ('@', &self.digest)] {
            if let Some(part) = part {
                text.push(mark);
                text.push_str(&part.display());
            }
        }
        text
    }
}

/// The first component is a host if it looks like one: a dot, a port, `localhost`, or capitals.
fn is_host(component: &str) -> bool {
    component == "localhost" || component.contains(['.', ':']) || component.chars().any(char::is_uppercase)
}

/// Puts the unknown parts back in their places.
fn fill(text: &str, holes: &mut impl Iterator<Item = Expanded>) -> Expanded {
    let mut value = Expanded::default();
    for (number, piece) in text.split(HOLE).enumerate() {
        if number > 0
            && let Some(hole) = holes.next()
        {
            value.push(&hole);
        }
        value.push_text(piece);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_cut_in_their_parts() {
        for (text, registry, repository, tag, digest) in [
            ("alpine", None, "alpine", None, None),
            ("node:22-slim", None, "node", Some("22-slim"), None),
            ("owner/app:1", None, "owner/app", Some("1"), None),
            ("localhost/app", Some("localhost"), "app", None, None),
            ("host:5000/app", Some("host:5000"), "app", None, None),
            ("host:5000/team/app:1.2", Some("host:5000"), "team/app", Some("1.2"), None),
            ("reg.example/app@sha256:ab", Some("reg.example"), "app", None, Some("sha256:ab")),
            ("app:1@sha256:ab", None, "app", Some("1"), Some("sha256:ab")),
        ] {
            let image = ImageRef::parse(text);
            assert_eq!(image.registry.as_ref().and_then(Expanded::known), registry, "{text}");
            assert_eq!(image.repository.known(), Some(repository), "{text}");
            assert_eq!(image.tag.as_ref().and_then(Expanded::known), tag, "{text}");
            assert_eq!(image.digest.as_ref().and_then(Expanded::known), digest, "{text}");
            assert_eq!(image.display(), text);
            assert!(image.is_known());
        }
    }

    #[test]
    fn an_unknown_part_stays_in_its_place() {
        let mut value = Expanded::text("reg.example/node:");
        value.push(&Expanded::unknown("V", "${V}"));
        value.push_text("-slim");
        let image = ImageRef::of(&value);
        assert_eq!(image.repository.known(), Some("node"));
        assert_eq!(image.tag.as_ref().map(Expanded::display).as_deref(), Some("${V}-slim"));
        assert_eq!(image.short_name(), Some("node"));
        assert!(!image.is_known());
    }
}
