//! Templates of env files, from the variables that code reads.

use std::collections::BTreeSet;

use super::edit::Edit;
use super::{Sources, Target, ignores};
use crate::facts::{EnvFile, EnvPackage, EnvUse};
use crate::source::{folder_of, is_below};

/// A line for the variable that is read at the target.
pub(super) fn incomplete(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let (_, variable) = sources.fact::<EnvUse>(target).ok_or("the variable is not read here any more")?;
    let mut packages = sources.facts.all::<EnvPackage>().map(|(_, package)| package);
    let template =
        packages.find(|package| package.of == variable.of).and_then(|package| package.template.as_deref());
    let template = template.ok_or("there is no template")?;
    if !sources
        .facts
        .all::<EnvFile>()
        .any(|(entry, file)| sources.path(entry.place.file) == template && file.role == "template")
    {
        return Err(format!("the variables are listed in `{template}`, which is no template of an env file"));
    }
    let package = &sources.facts.context(target.file).package;
    let folder = folder_of(template);
    if package != folder && !is_below(package, folder) {
        return Err(format!("the nearest template, `{template}`, is of another package"));
    }
    Ok(vec![Edit::append(template, [format!("{}=", variable.name)])])
}

/// A template with every variable of a package; and since it is there to be copied, what keeps the copy out of git.
pub(super) fn missing(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let (entry, package) =
        sources.fact::<EnvPackage>(target).ok_or("the variables are not read here any more")?;
    let folder = sources.facts.context(entry.place.file).package.as_str();
    let join = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let variables = sources.facts.all::<EnvUse>().filter(|(_, variable)| variable.of == package.of);
    let names: BTreeSet<&str> = variables.map(|(_, variable)| variable.name.as_str()).collect();
    let template = join(".env.example");
    if sources.tree.by_path(&template).is_some() {
        return Err(format!("`{template}` is there and names none of them"));
    }
    let mut edits = vec![Edit::append(template, names.iter().map(|name| format!("{name}=")))];
    if ignores::git_ignores(sources).would_ignore(&join(".env")).is_none() {
        let names = BTreeSet::from([".env"]);
        edits.push(Edit::append(".gitignore", ignores::git_lines(sources, ".gitignore", &names)));
    }
    Ok(edits)
}
