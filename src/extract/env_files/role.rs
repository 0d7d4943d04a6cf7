//! What an env file is for, by its name, its folder and its content.

use crate::source::pattern;
use std::sync::LazyLock;

use regex::Regex;

/// What an env file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// To be copied and filled in.
    Template,
    /// The settings of something that runs.
    Real,
    /// The settings of a test run.
    Test,
    /// The settings of a developer's machine, shared by all.
    Development,
    /// A copy kept aside.
    Backup,
    /// Its values are encrypted.
    Encrypted,
}

impl Role {
    /// The word rules use.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Real => "real",
            Self::Test => "test",
            Self::Development => "development",
            Self::Backup => "backup",
            Self::Encrypted => "encrypted",
        }
    }
}

const TEMPLATE: &[&str] = &[
    "example",
    "examples",
    "sample",
    "template",
    "dist",
    "tpl",
    "tmpl",
    "skel",
    "skeleton",
    "defaults",
    "default",
    "schema",
    "reference",
    "blank",
    "empty",
    "placeholder",
    "stub",
    "demo",
    "required",
];
const TEST: &[&str] = &[
    "test",
    "tests",
    "testing",
    "ci",
    "e2e",
    "cypress",
    "playwright",
    "vitest",
    "jest",
    "mock",
    "storybook",
];
const DEVELOPMENT: &[&str] = &["development", "dev", "develop", "sandbox", "devcontainer"];
const PRODUCTION: &[&str] = &["production", "prod", "staging", "stage", "preprod", "live", "uat"];

/// The role of the file at `path`. `in_tests` says that the tree takes it for a test file.
pub(super) fn role(path: &str, text: &str, in_tests: bool) -> Role {
    let path = path.to_ascii_lowercase();
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", &path));
    if is_encrypted(text) || tokens(name).last() == Some("vault") {
        return Role::Encrypted;
    }
    let named = |words: &[&str]| tokens(name).any(|token| words.contains(&token));
    let within = |words: &[&str]| dir.split('/').any(|part| words.contains(&part.trim_start_matches('.')));
    if named(TEMPLATE) || ["example", "sample", "template"].iter().any(|word| name.contains(word)) {
        Role::Template
    } else if is_backup(name) {
        Role::Backup
    } else if in_tests || named(TEST) || within(TEST) {
        Role::Test
    } else if named(&["local"]) || named(PRODUCTION) {
        // `.env.development.local` is where a developer's own secrets go.
        Role::Real
    } else if named(DEVELOPMENT) || within(DEVELOPMENT) {
        Role::Development
    } else {
        Role::Real
    }
}

/// Whether the name is that of settings for production or something like it.
pub(super) fn is_production(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    tokens(&name).any(|token| PRODUCTION.contains(&token))
}

fn tokens(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
}

fn is_backup(name: &str) -> bool {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(r"[._-](bak|backup|old|orig|original|save|saved|copy)\d*([._-][\w-]+)*$|~$")
    });
    NAME.as_ref().is_some_and(|pattern| pattern.is_match(name))
}

/// Files that dotenvx, sops and ansible-vault wrote.
fn is_encrypted(text: &str) -> bool {
    let encrypted = |line: &str| {
        let value = line.split_once('=').map_or("", |(_, value)| value.trim_matches(['"', '\'', ' ']));
        value.starts_with("encrypted:") || value.starts_with("ENC[")
    };
    text.starts_with("$ANSIBLE_VAULT;") || text.lines().any(encrypted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles() {
        for (path, expected) in [
            (".env.example", Role::Template),
            ("apps/web/.env.local.example", Role::Template),
            ("env.dist", Role::Template),
            (".env.backup.example", Role::Template),
            (".env.sample.txt", Role::Template),
            (".env", Role::Real),
            (".env.local", Role::Real),
            (".env.production", Role::Real),
            ("deploy/prod.env", Role::Real),
            ("dev/prod.env", Role::Real),
            (".env.development.local", Role::Real),
            (".env.development", Role::Development),
            (".devcontainer/.env", Role::Development),
            (".env.test", Role::Test),
            (".env.ci", Role::Test),
            (".env.bak", Role::Backup),
            (".env.backup-2024-05-01", Role::Backup),
            (".env_old", Role::Backup),
            (".env.local.bak2", Role::Backup),
            (".env~", Role::Backup),
            (".env.vault", Role::Encrypted),
        ] {
            assert_eq!(role(path, "A=1", false), expected, "{path}");
        }
        assert_eq!(role("tests/.env", "", true), Role::Test);
    }

    #[test]
    fn encrypted_files_are_told_by_their_values() {
        for text in [
            "$ANSIBLE_VAULT;1.1;AES256\n3031\n",
            "DOTENV_PUBLIC_KEY=\"02ab\"\nA=\"encrypted:BE3x\"\n",
            "A=ENC[AES256_GCM,data:x,type:str]\nsops_version=3.9.0\n",
        ] {
            assert_eq!(role(".env.production", text, false), Role::Encrypted, "{text}");
        }
    }
}
