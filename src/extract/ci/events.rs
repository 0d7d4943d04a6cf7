//! What starts a workflow, and what a condition lets through.

use crate::source::pattern;
use std::sync::LazyLock;

use regex::Regex;

use super::model::Triggers;
use crate::parse::github::{Trigger, Workflow};

/// The triggers of a workflow.
pub(super) fn of_workflow(workflow: &Workflow<'_>) -> Triggers {
    workflow.triggers.iter().flat_map(of_trigger).map(str::to_owned).collect()
}

fn of_trigger<'t>(trigger: &'t Trigger<'_>) -> Vec<&'t str> {
    match trigger.event.as_str() {
        "push" => push(trigger),
        "workflow_dispatch" | "repository_dispatch" => vec!["manual"],
        "workflow_call" => vec!["called"],
        "pull_request" | "pull_request_target" => {
            let checks = ["opened", "synchronize", "reopened", "ready_for_review", "labeled"];
            let types = trigger.filter("types");
            let counts = types.is_none_or(|types| {
                types.is_empty() || types.iter().any(|kind| checks.contains(&kind.as_str()))
            });
            if counts { vec![trigger.event.as_str()] } else { vec!["pull_request_closed"] }
        }
        event => vec![event],
    }
}

fn push(trigger: &Trigger<'_>) -> Vec<&'static str> {
    let branches = trigger.filter("branches");
    let tags = trigger.filter("tags").is_some();
    if tags && branches.is_none() && trigger.filter("branches-ignore").is_none() {
        return vec!["tag"];
    }
    let all = branches.as_ref().is_none_or(|branches| {
        branches.is_empty() || branches.iter().any(|branch| matches!(branch.as_str(), "*" | "**" | "**/**"))
    });
    let mut words = vec!["push"];
    if all {
        words.push("branch-push");
    }
    if tags {
        words.push("tag");
    }
    words
}

/// What a condition on the event or the branch lets through.
pub(super) fn restrict(triggers: &Triggers, condition: Option<&str>) -> Triggers {
    static EVENT: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r"github\.event_name\s*(==|!=)\s*'(\w+)'"));
    static BRANCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"github\.ref(_name)?\s*==\s*'(refs/heads/)?[\w./-]+'|startsWith\(\s*github\.ref\s*,\s*'refs/tags",
        )
    });
    let Some(condition) = condition else { return triggers.clone() };
    let mut only = Triggers::new();
    let mut never = Triggers::new();
    for captures in EVENT.iter().flat_map(|regex| regex.captures_iter(condition)) {
        let event = match &captures[2] {
            "workflow_dispatch" => "manual",
            event => event,
        };
        let set = if &captures[1] == "==" { &mut only } else { &mut never };
        set.insert(event.to_owned());
        if event == "push" {
            set.insert("branch-push".to_owned());
            set.insert("tag".to_owned());
        }
    }
    let keeps = |trigger: &&String| (only.is_empty() || only.contains(*trigger)) && !never.contains(*trigger);
    let mut left: Triggers = triggers.iter().filter(keeps).cloned().collect();
    let is_branch = BRANCH.as_ref().is_some_and(|regex| regex.is_match(condition));
    if is_branch && !condition.contains("||") {
        left.retain(|trigger| {
            !matches!(
                trigger.as_str(),
                "branch-push" | "pull_request" | "pull_request_target" | "merge_group"
            )
        });
    }
    left
}

/// Whether a condition is plainly false.
pub(super) fn is_never(condition: &str) -> bool {
    let text = condition.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
    text == "false" || text.starts_with("false &&") || text.ends_with("&& false")
}

/// Whether a name says that what bears it does not decide: it informs, or mends what it can.
pub(super) fn informs(name: &str) -> bool {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let words = r"inform|experimental|optional|non.?blocking|advisory|allow(ed)?.?(to.?)?fail|nightly|canary|best.?effort|dry.?run|can.?fail|may.?fail|not.?required|warn|auto.?fix";
        pattern(&format!("(?i){words}"))
    });
    WORDS.as_ref().is_some_and(|regex| regex.is_match(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{github, yaml};

    #[test]
    fn events_have_words() {
        for (on, expected) in [
            ("push", "branch-push push"),
            ("{ push: { branches: [main] }, pull_request: ~ }", "pull_request push"),
            ("{ push: { tags: ['v*'] } }", "tag"),
            ("{ push: { branches: ['**'] }, workflow_dispatch: ~ }", "branch-push manual push"),
            ("{ pull_request: { types: [closed] } }", "pull_request_closed"),
            ("[workflow_call, schedule]", "called schedule"),
        ] {
            let documents = yaml::parse(&format!("on: {on}\njobs: {{}}\n")).document;
            let triggers = of_workflow(&github::workflow(&documents[0]).unwrap());
            assert_eq!(triggers.into_iter().collect::<Vec<_>>().join(" "), expected, "{on}");
        }
    }

    #[test]
    fn conditions_let_events_through() {
        let all: Triggers = ["branch-push", "push", "pull_request", "manual"].map(str::to_owned).into();
        for (condition, expected) in [
            ("github.event_name == 'push'", "branch-push push"),
            ("github.event_name != 'pull_request'", "branch-push manual push"),
            ("github.ref == 'refs/heads/main'", "manual push"),
            ("github.event_name == 'push' && github.ref == 'refs/heads/main'", "push"),
            ("always()", "branch-push manual pull_request push"),
        ] {
            let left = restrict(&all, Some(condition));
            assert_eq!(left.into_iter().collect::<Vec<_>>().join(" "), expected, "{condition}");
        }
        assert!(is_never("${{ false }}") && !is_never("always()"));
    }
}
