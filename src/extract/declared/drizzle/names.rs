//! Names of columns that are made of the names that code has for them.

use crate::parse::node::Node;

/// How columns are named that are given no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Casing {
    /// As in the code.
    Same,
    /// `created_at` for `createdAt`.
    Snake,
    /// It cannot be told.
    Unknown,
}

impl Casing {
    /// The setting `casing` of a configuration.
    pub(super) fn of(setting: Option<&Node>) -> Self {
        match setting.map(Node::text) {
            None => Self::Same,
            Some(Some("snake_case")) => Self::Snake,
            Some(_) => Self::Unknown,
        }
    }

    /// The name of the column for a name of the code.
    pub(super) fn column(self, key: &str) -> Option<String> {
        match self {
            Self::Same => Some(key.to_owned()),
            Self::Snake => Some(snake(key)),
            Self::Unknown => None,
        }
    }
}

/// The words of a name in small letters, joined by `_`, as Drizzle finds them: a run of large letters is a word, the last
/// of them begins the next one where a small one follows.
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let run = |is: fn(&char) -> bool| letters[at..].iter().take_while(|letter| is(letter)).count();
        let small = |letter: &char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        let mut length = run(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
        if length == 0 {
            length = run(char::is_ascii_uppercase);
            let follows = letters.get(at + length).is_some_and(char::is_ascii_lowercase);
            if length > 1 && follows {
                length -= 1;
            } else if length == 1 && follows {
                length += letters[at + 1..].iter().take_while(|letter| small(letter)).count();
            }
        }
        if length == 0 {
            at += 1;
            continue;
        }
        words.push(letters[at..at + length].iter().collect::<String>().to_ascii_lowercase());
        at += length;
    }
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn words_of_names() {
        for (name, expected) in [
            ("createdAt", "created_at"),
            ("userID", "user_id"),
            ("HTMLBody", "html_body"),
            ("sha256Hash", "sha256_hash"),
            ("first_name", "first_name"),
            ("_hidden", "hidden"),
            ("line1", "line1"),
            ("A1", "a_1"),
            ("URL", "url"),
        ] {
            assert_eq!(snake(name), expected, "{name}");
        }
    }
}
