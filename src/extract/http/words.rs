//! Paths and names as the words they are made of.

use crate::extract::words as names;

/// The words of a name or of one part of a path, in lower case: `reset-password`, `resetPassword` and `RESET_PASSWORD`
/// are `reset`, `password`.
pub(super) fn words(name: &str) -> Vec<String> {
    names::words(name).map(str::to_ascii_lowercase).collect()
}

/// The parts of a path without parameters and wildcards, each as its words. What only mounts an API, such as `/api/v1`,
/// is left out.
pub(super) fn segments(path: &str) -> Vec<Vec<String>> {
    let parts = path.split(['/', '?']).filter(|part| !part.is_empty());
    let plain = parts.filter(|part| !part.starts_with([':', '*', '[', '{', '(', '$']));
    plain.map(words).filter(|words| !words.is_empty() && !is_mount(words)).collect()
}

/// Whether a part only says that an API begins here, or which version.
fn is_mount(words: &[String]) -> bool {
    let word = words.concat();
    let version = word.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    version || matches!(word.as_str(), "api" | "apis" | "rest" | "rpc" | "trpc" | "graphql" | "functions")
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn a_path_is_what_it_names() {
        for (path, expected) in [
            ("/api/v1/auth/sign-in", "auth, sign in"),
            ("/users/:id/avatar", "users, avatar"),
            ("/webhooks/[provider]", "webhooks"),
            ("/", ""),
        ] {
            let shown: Vec<_> = segments(path).iter().map(|words| words.join(" ")).collect();
            assert_eq!(shown.join(", "), expected, "{path}");
        }
    }
}
