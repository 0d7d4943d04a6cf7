//! The names that `TypeORM` makes for tables and columns that are given none, by its own strategy or that of the package
//! `typeorm-naming-strategies`.

use crate::extract::declared::snake;

/// How names are made that nothing gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// As `TypeORM` does by itself.
    Own,
    /// `SnakeNamingStrategy`.
    Snake,
    /// By a rule of the repository's own.
    Unknown,
}

impl Naming {
    /// The table of a class.
    pub(super) fn table(self, class: &str) -> Option<String> {
        // What a name with digits comes to depends on the version.
        let plain = class.chars().all(|letter| letter.is_ascii_alphabetic());
        (plain && self != Self::Unknown).then(|| snake(class))
    }

    /// The column of a property within embedded classes of these prefixes.
    pub(super) fn column(self, property: &str, given: Option<&str>, prefixes: &[String]) -> Option<String> {
        let prefix = prefixes.join("_");
        match (self, given) {
            (Self::Unknown, None) => None,
            (_, Some(given)) if prefix.is_empty() => Some(given.to_owned()),
            (Self::Unknown, Some(_)) => None,
            (Self::Own, _) if prefix.is_empty() => Some(property.to_owned()),
            (Self::Own, _) => Some(camel(&prefix) + &title(given.unwrap_or(property))),
            (Self::Snake, _) => {
                let start = if prefix.is_empty() { String::new() } else { snake(&format!("{prefix}_")) };
                Some(start + &given.map_or_else(|| snake(property), str::to_owned))
            }
        }
    }

    /// The column of a relation that refers to a property of another class.
    pub(super) fn reference(self, relation: &str, property: &str) -> Option<String> {
        self.made(&format!("{relation}_{property}"))
    }

    /// The table between two others, by the relation of the first that asks for it.
    pub(super) fn between(self, first: &str, relation: &str, second: &str) -> Option<String> {
        (self != Self::Unknown).then(|| snake(&format!("{first}_{relation}_{second}")))
    }

    /// A column of such a table: that of a key of one of the two.
    pub(super) fn between_column(self, table: &str, key: &str) -> Option<String> {
        self.made(&format!("{table}_{key}"))
    }

    fn made(self, words: &str) -> Option<String> {
        match self {
            Self::Own => Some(camel(words)),
            Self::Snake => Some(snake(words)),
            Self::Unknown => None,
        }
    }
}

/// `userProfileId` for `user_profile_id`.
fn camel(name: &str) -> String {
    let mut made = String::with_capacity(name.len());
    let mut large = false;
    for letter in name.chars() {
        if matches!(letter, '_' | '-' | ' ') {
            large = true;
        } else if made.is_empty() {
            made.push(letter.to_ascii_lowercase());
            large = false;
        } else {
            made.push(if std::mem::take(&mut large) { letter.to_ascii_uppercase() } else { letter });
        }
    }
    made
}

/// `Firstname` for `firstName`.
fn title(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.chars().next() {
        Some(first) => first.to_ascii_uppercase().to_string() + &name[first.len_utf8()..],
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::{Naming, camel, snake};

    #[test]
    fn words_of_names() {
        for (name, snaked, cameled) in [
            ("UserProfile", "user_profile", "userProfile"),
            ("APIKey", "api_key", "aPIKey"),
            ("userId", "user_id", "userId"),
            ("user_profile_id", "user_profile_id", "userProfileId"),
            ("users_roleId_role", "users_role_id_role", "usersRoleIdRole"),
        ] {
            assert_eq!((snake(name).as_str(), camel(name).as_str()), (snaked, cameled), "{name}");
        }
    }

    #[test]
    fn columns_within_embedded_classes() {
        let prefixes = ["home".to_owned()];
        for (naming, given, expected) in [
            (Naming::Own, None, Some("homeZipcode")),
            (Naming::Own, Some("zip"), Some("homeZip")),
            (Naming::Snake, None, Some("home_zip_code")),
            (Naming::Snake, Some("zip"), Some("home_zip")),
            (Naming::Unknown, Some("zip"), None),
        ] {
            assert_eq!(
                naming.column("zipCode", given, &prefixes).as_deref(),
                expected,
                "{naming:?} {given:?}"
            );
        }
    }
}
