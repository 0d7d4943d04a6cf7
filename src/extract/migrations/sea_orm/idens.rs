//! The names that enumerations stand for: `Post::Table` is `post`, `Post::AuthorId` is `author_id`.

use std::collections::BTreeMap;

/// The enumerations of a file: what each of their variants is called. A structure has one name, under no variant.
pub(super) type Idens = BTreeMap<String, BTreeMap<String, String>>;

/// Reads the enumerations and structures that derive a name.
pub(super) fn of(text: &str) -> Idens {
    let mut found = Idens::new();
    for (at, _) in text.match_indices("#[derive(") {
        let rest = &text[at..];
        let Some((derived, rest)) = rest.split_once(']') else { continue };
        if !derived.contains("Iden") {
            continue;
        }
        let end = rest.find(['{', ';']).unwrap_or(rest.len());
        let (head, inner) = rest.split_at(end);
        let words: Vec<&str> = head
            .lines()
            .filter(|line| !line.trim_start().starts_with("#["))
            .flat_map(str::split_whitespace)
            .collect();
        let Some(kind) = words.iter().position(|word| matches!(*word, "enum" | "struct")) else { continue };
        let Some(name) = words.get(kind + 1) else { continue };
        let named = given(head);
        let own = named.map_or_else(|| snake(name), str::to_owned);
        let names = found.entry((*name).to_owned()).or_default();
        if words[kind] == "struct" {
            names.insert(String::new(), own);
            continue;
        }
        let inner = inner[..inner.find('}').unwrap_or(inner.len())].trim_start_matches('{');
        let plain: Vec<&str> = inner.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for variant in plain.join("\n").split(',') {
            let word = variant.rsplit(']').next().unwrap_or(variant).trim_start();
            let word = word.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let plain = || if word == "Table" { own.clone() } else { snake(word) };
            if !word.is_empty() {
                names.insert(word.to_owned(), given(variant).map_or_else(plain, str::to_owned));
            }
        }
    }
    found
}

/// The name that an attribute gives: `#[sea_orm(iden = "x")]`, `#[iden = "x"]`.
fn given(text: &str) -> Option<&str> {
    let attributes = text.split("#[").skip(1).filter_map(|rest| rest.split(']').next());
    let mut named = attributes.filter_map(|attribute| attribute.split_once("iden")?.1.split('"').nth(1));
    named.next()
}

/// `AuthorId` as `author_id`.
fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || before.is_uppercase() && after.is_some_and(|after| after.is_lowercase())
            });
        if begins {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let text = r#"
#[derive(DeriveIden)]
enum UserRole { Table, Id, OAuth2Client }
#[derive(Iden, Clone)]
pub enum CrateIden {
    #[iden = "krate"]
    Table,
    // the name
    OriginalName,
    #[sea_orm(iden = "etag")]
    ETag,
}
#[derive(DeriveIden)]
#[sea_orm(iden = "kind")]
struct Kind;
#[derive(Clone)]
enum Other { A }
"#;
        let shown: Vec<String> = of(text)
            .into_iter()
            .flat_map(|(of, names)| {
                names.into_iter().map(move |(variant, name)| format!("{of}.{variant} {name}"))
            })
            .collect();
        assert_eq!(
            shown,
            [
                "CrateIden.ETag etag",
                "CrateIden.OriginalName original_name",
                "CrateIden.Table krate",
                "Kind. kind",
                "UserRole.Id id",
                "UserRole.OAuth2Client o_auth2_client",
                "UserRole.Table user_role",
            ]
        );
    }
}
