//! `golive rules new ID`: the beginning of a rule.

use std::path::PathBuf;

use crate::cli::args::NewArgs;
use crate::cli::{Exit, Failure, output, select};

/// Writes a rule file that compiles and proves itself, to be changed into the rule that is wanted.
pub(in crate::cli) fn run(args: &NewArgs) -> Result<Exit, Failure> {
    let path = path(&args.id)?;
    if path.exists() {
        return Err(Failure::usage(format!(
            "`{}` exists already; change it, or choose another id",
            path.display()
        )));
    }
    if let Some(folder) = path.parent() {
        output::make_folder(folder)?;
    }
    output::replace(&path, &template(&args.id))?;
    output::print(&format!("wrote {}; change it, then run `golive rules check`\n", path.display()))?;
    Ok(Exit::Holds)
}

fn path(id: &str) -> Result<PathBuf, Failure> {
    let wrong = || {
        let example = "such as security/session-cookie-insecure";
        Failure::usage(format!("`{id}` is no id: write category/problem in lower case, {example}"))
    };
    let (category, problem) = id.split_once('/').ok_or_else(wrong)?;
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if problem.is_empty() || !problem.chars().all(is_word) {
        return Err(wrong());
    }
    select::category(category)?;
    Ok([".golive", "rules", category, &format!("{problem}.yml")].iter().collect())
}

fn template(id: &str) -> String {
    format!(
        "id: {id}
title: A file is called TODO.txt
severity: low                         # blocker | high | medium | low | info
effort: 15m                           # to mend it once
why: |
  Say what happens to whom when this goes live as it is.
fix: |
  Say what to do, with the line to write.

forbid: file                          # or every / require; `golive facts` shows what there is
where: {{ name: TODO.txt }}
message: \"`{{path}}` is still there\"

bad:                                  # the rule fails on each of these small repositories …
  - TODO.txt: finish this
good:                                 # … and holds on each of these
  - README.md: all done
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_category_and_a_problem() {
        assert!(path("ci/no-tests").is_ok());
        for id in ["no-tests", "ci/", "ci/No", "ci/a/b", "../x/y", "ci/../../x", "cy/no-tests"] {
            assert!(path(id).is_err(), "{id}");
        }
    }

    #[test]
    fn a_new_rule_proves_itself() {
        let text = template("ci/no-todo");
        let told = super::super::check::check(".golive/rules/ci/no-todo.yml", &text);
        assert_eq!(told.wrong, Vec::<String>::new());
        assert_eq!(told.examples, 2);
    }
}
