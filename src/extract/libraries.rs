//! Libraries beside which there is a better choice, from `rules/knowledge/libraries.yml`.

use super::knowledge;
use super::packages::Package;
use crate::parse::manifest::{Declared, Group};
use crate::parse::node::Node;

/// Another dependency that does the same work.
pub(super) struct Rival {
    /// What both do: `hashes passwords`.
    pub(super) job: String,
    /// The one that stands first in the manifest.
    pub(super) name: String,
}

/// A dependency that its authors gave up, or an old version of it with known holes.
pub(super) struct Abandoned {
    /// `deprecated since 2022`.
    pub(super) why: String,
    /// What takes its place.
    pub(super) instead: String,
}

/// What runs, rather than what builds or tests.
fn runs(declared: &Declared) -> bool {
    matches!(declared.group, Group::Prod | Group::Optional)
}

/// The dependency before this one in the manifest that does the same work.
pub(super) fn rival(package: &Package, declared: &Declared) -> Option<Rival> {
    let jobs = knowledge::file("libraries").at(&["rivals", package.ecosystem]).filter(|_| runs(declared))?;
    let does = |job: &Node, name: &str| job.items().iter().any(|known| known.text() == Some(name));
    let job = jobs.entries().iter().find(|job| does(&job.value, &declared.name))?;
    let others = package.dependencies().map(|(_, other)| other);
    let first = others.into_iter().find(|other| runs(other) && does(&job.value, &other.name))?;
    (first.name != declared.name).then(|| Rival { job: job.key.clone(), name: first.name.clone() })
}

/// Whether it was given up.
pub(super) fn abandoned(package: &Package, declared: &Declared) -> Option<Abandoned> {
    let list = knowledge::file("libraries").at(&["abandoned", package.ecosystem]);
    let known = list.filter(|_| runs(declared))?.get(&declared.name)?;
    let below = known.get("below").and_then(Node::scalar);
    let old = below.is_none_or(|below| is_below(&declared.version, &below));
    let text = |key: &str| known.get(key).and_then(Node::text).unwrap_or_default().to_owned();
    old.then(|| Abandoned { why: text("why"), instead: text("instead") })
}

/// Whether a range as `^8.5.1` lies below a version; ranges that begin with no number may be any.
fn is_below(range: &str, version: &str) -> bool {
    let numbers = |text: &str| -> Option<(u32, u32)> {
        let text = text.trim_start_matches(['^', '~', '=', 'v', ' ']);
        let mut parts = text.split('.').map(|part| part.parse::<u32>().ok());
        Some((parts.next()??, parts.next().flatten().unwrap_or_default()))
    };
    numbers(range).zip(numbers(version)).is_some_and(|(asked, known)| asked < known)
}

#[cfg(test)]
mod tests {
    use super::is_below;
    use crate::extract::given::show;

    fn told(attributes: &[&str], manifest: &str) -> Vec<String> {
        let all = show("dependency", attributes, &[("package.json", manifest)]);
        all.into_iter().filter(|line| !line.ends_with("| ")).collect()
    }

    #[test]
    fn rivals_in_one_manifest() {
        let manifest = r#"{"dependencies": {"bcrypt": "5", "zod": "3", "bcryptjs": "2", "joi": "17", "yup": "1"}, "devDependencies": {"axios": "1", "got": "1"}}"#;
        assert_eq!(
            told(&["job", "name", "rival"], manifest),
            [
                "hashes passwords | bcryptjs | bcrypt",
                "validates input | joi | zod",
                "validates input | yup | zod"
            ]
        );
    }

    #[test]
    fn what_was_given_up() {
        let manifest = r#"{"dependencies": {"csurf": "1", "jsonwebtoken": "^8.5.1", "passport": "^0.7.0"}}"#;
        assert_eq!(
            told(&["name", "abandoned", "successor"], manifest),
            [
                "csurf | deprecated since 2022 | csrf-csrf",
                "jsonwebtoken | below version 9 and accepts weak keys and tokens without a signature (CVE-2022-23539, 23540, 23541) | version 9"
            ]
        );
    }

    #[test]
    fn versions_in_order() {
        for (range, version, below) in [
            ("^8.5.1", "9", true),
            ("~9.0.0", "9", false),
            ("0.5.x", "0.6", true),
            ("*", "9", false),
            ("10", "9", false),
        ] {
            assert_eq!(is_below(range, version), below, "{range} {version}");
        }
    }
}
