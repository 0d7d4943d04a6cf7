//! Which rules are run.

use super::Failure;
use super::settings::Settings;
use crate::rules::{Catalogue, Rule, closest};
use crate::verdict::CATEGORIES;

/// The rules that `only` and `skip` leave, both names of rules or categories; and whether they left any out.
pub(super) fn select(
    catalogue: &Catalogue,
    only: &[String],
    skip: &[String],
) -> Result<(Catalogue, bool), Failure> {
    for name in only.iter().chain(skip) {
        check(catalogue, name)?;
    }
    let kept = |rule: &Rule| (only.is_empty() || names(only, rule)) && !names(skip, rule);
    let selected = catalogue.only(kept);
    if selected.rules().is_empty() {
        return Err(Failure::usage(
            "--only and --skip leave no rule to run; `golive rules list` names the rules",
        ));
    }
    let partial = selected.rules().len() < catalogue.rules().len();
    Ok((selected, partial))
}

/// The rules as a configuration has them: some off, some of another severity.
pub(super) fn configured(catalogue: &Catalogue, settings: &Settings) -> Catalogue {
    let severity = |rule: &Rule| settings.severity.get(&rule.id).copied();
    catalogue.configured(|rule| names(&settings.off, rule), severity)
}

/// The rule of this id.
pub(super) fn rule<'c>(catalogue: &'c Catalogue, id: &str) -> Result<&'c Rule, Failure> {
    catalogue
        .get(id)
        .ok_or_else(|| unknown("rule", id, catalogue.rules().iter().map(|rule| rule.id.as_str())))
}

/// The category of this name.
pub(super) fn category(name: &str) -> Result<(), Failure> {
    let known = CATEGORIES.map(|category| category.id);
    if known.contains(&name) { Ok(()) } else { Err(unknown("category", name, known)) }
}

/// A failure for a word that names nothing.
pub(super) fn unknown<'k>(what: &str, word: &str, known: impl IntoIterator<Item = &'k str>) -> Failure {
    let hint = match closest(word, known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if what == "kind of fact" => {
            "`golive facts` without --kind shows every kind there is".to_owned()
        }
        None => "`golive rules list` names the rules and, before the slash, their categories".to_owned(),
    };
    let word = crate::report::visible(word);
    Failure::usage(format!("unknown {what} `{word}`; {hint}"))
}

fn check(catalogue: &Catalogue, name: &str) -> Result<(), Failure> {
    let is_category = CATEGORIES.iter().any(|category| category.id == name);
    if is_category || catalogue.get(name).is_some() {
        return Ok(());
    }
    let rules = catalogue.rules().iter().map(|rule| rule.id.as_str());
    Err(unknown("rule or category", name, rules.chain(CATEGORIES.map(|category| category.id))))
}

fn names(names: &[String], rule: &Rule) -> bool {
    names.iter().any(|name| *name == rule.id || name == rule.category())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::embedded;
    use crate::verdict::Severity;

    fn select_ids(only: &[&str], skip: &[&str]) -> Result<(usize, bool), String> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let selected = select(embedded(), &owned(only), &owned(skip)).map_err(|failure| failure.message)?;
        Ok((selected.0.rules().len(), selected.1))
    }

    #[test]
    fn rules_are_named_by_id_or_category() {
        let all = embedded().rules().len();
        assert_eq!(select_ids(&[], &[]), Ok((all, false)));
        assert_eq!(select_ids(&["ci/workflow-symlink"], &[]), Ok((1, true)));
        assert_eq!(select_ids(&[], &["ci/workflow-symlink"]), Ok((all - 1, true)));
        assert!(select_ids(&["ci"], &["ci"]).is_err());
        let told = select_ids(&["ci/workflow-symlnk"], &[]).expect_err("unknown");
        assert_eq!(
            told,
            "unknown rule or category `ci/workflow-symlnk`; did you mean `ci/workflow-symlink`?"
        );
    }

    #[test]
    fn a_configuration_turns_rules_off_and_weighs_them_anew() {
        let mut settings = Settings::default();
        settings.off.push("secrets".to_owned());
        settings.severity.insert("ci/workflow-symlink".to_owned(), Severity::Info);
        let catalogue = configured(embedded(), &settings);
        assert!(catalogue.rules().iter().all(|rule| rule.category() != "secrets"));
        assert_eq!(catalogue.get("ci/workflow-symlink").map(|rule| rule.severity), Some(Severity::Info));
    }
}
