//! Changed files as a unified diff, as `git apply` takes it.

use similar::TextDiff;

/// What changes one file, with `context` unchanged lines around each change; nothing where nothing does. There is no file
/// yet where `before` is none.
pub fn diff(path: &str, before: Option<&str>, after: &str, context: usize) -> String {
    let (old, mode) = match before {
        Some(_) => (format!("a/{path}"), ""),
        None => ("/dev/null".to_owned(), "new file mode 100644\n"),
    };
    let lines = TextDiff::from_lines(before.unwrap_or_default(), after);
    let hunks = lines.unified_diff().context_radius(context).header(&old, &format!("b/{path}")).to_string();
    if hunks.is_empty() { hunks } else { format!("diff --git a/{path} b/{path}\n{mode}{hunks}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_as_git_writes_it() {
        let changed = diff("a/b.txt", Some("1\n2\n3"), "1\ntwo\n3", 1);
        let expected = "diff --git a/a/b.txt b/a/b.txt\n--- a/a/b.txt\n+++ b/a/b.txt\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n\\ No newline at end of file\n";
        assert_eq!(changed, expected);
        let new = diff("n", None, "x\n", 3);
        assert_eq!(
            new,
            "diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n"
        );
        assert_eq!(diff("n", Some("x"), "x", 3), "");
    }
}
