//! Where Alembic looks for revisions: `alembic.ini`, `[tool.alembic]` of `pyproject.toml`, `env.py`.

use crate::extract::migrations::model::Dialect;
use crate::extract::migrations::survey::{self, Survey, join, lineage, parent};
use crate::extract::packages;
use crate::parse::node::Node;
use crate::source::{FileId, Place, folder_of, is_below};

/// One section of a configuration: an environment, with a graph of revisions of its own.
pub(super) struct Environment {
    /// Where it is configured.
    pub(super) place: Place,
    /// The language of its database, where the configuration names it.
    pub(super) dialect: Dialect,
    /// The folders of its revisions, relative to the root; all of them are there.
    pub(super) folders: Vec<String>,
    /// Whether revisions may stand in folders below.
    deep: bool,
}

impl Environment {
    /// Whether its revisions stand in a folder.
    fn holds(&self, dir: &str) -> bool {
        self.folders.iter().any(|folder| folder == dir || self.deep && is_below(dir, folder))
    }
}

/// What runs the revisions of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Home {
    /// The environment of this number.
    Configured(usize),
    /// A program, or an environment that no configuration names.
    Own,
    /// Nothing: the environment of this number, whose configuration stands above, looks elsewhere.
    Outside(usize),
}

/// The environments of a repository whose folders are there.
pub(super) fn of(survey: &Survey<'_>) -> Vec<Environment> {
    let mut found = Vec::new();
    for (file, source) in survey.context.tree.entries().filter(|(_, source)| !source.is_aside()) {
        if source.name() == "alembic.ini" {
            let Some(node) = survey.data(file) else { continue };
            let sections = node.entries().iter().map(|entry| &entry.value);
            found.extend(sections.filter_map(|section| environment(survey, file, section)));
        } else if source.name() == "pyproject.toml" && survey.text(file).contains("[tool.alembic") {
            let node = survey.data(file);
            let section = node.as_ref().and_then(|node| node.at(&["tool", "alembic"]));
            found.extend(section.and_then(|section| environment(survey, file, section)));
        }
    }
    found
}

/// The environment that runs the revisions of a folder.
pub(super) fn home(survey: &Survey<'_>, environments: &[Environment], dir: &str) -> Home {
    if let Some(at) = environments.iter().position(|environment| environment.holds(dir)) {
        return Home::Configured(at);
    }
    // A program may name the folder where an `env.py` stands.
    if lineage(dir).take(3).any(|above| survey.first(above, &["env.py"]).is_some()) {
        return Home::Own;
    }
    let above = |environment: &Environment| {
        let own = survey.context.tree.file(environment.place.file).dir();
        lineage(dir).any(|above| above == own)
    };
    environments.iter().position(above).map_or(Home::Own, Home::Outside)
}

fn environment(survey: &Survey<'_>, file: FileId, section: &Node) -> Option<Environment> {
    let location = section.entry("script_location")?;
    let home = folder(survey, file, &location.value.text()?.replace("%%", "%"));
    let listed = section.get("version_locations").map(|list| match list.text() {
        // Folders stand apart by a blank, a comma, or by what stands between paths on some system.
        Some(text) => text
            .replace("%(here)s", "%here")
            .split([' ', ',', '\n', ';', ':'])
            .filter(|part| !part.is_empty())
            .map(|part| part.replace("%here", "%(here)s"))
            .collect(),
        None => list.scalars(),
    });
    let folders: Vec<String> = match (listed.filter(|listed| !listed.is_empty()), &home) {
        (Some(listed), _) => listed.iter().filter_map(|path| folder(survey, file, path)).collect(),
        (None, Some(home)) => {
            Some(join(home, "versions")).filter(|dir| survey.context.tree.has_dir(dir)).into_iter().collect()
        }
        (None, None) => Vec::new(),
    };
    let url = section.get("sqlalchemy.url").and_then(Node::text).and_then(|url| url.split(['+', ':']).next());
    let deep = section.get("recursive_version_locations").and_then(Node::scalar);
    (!folders.is_empty()).then(|| Environment {
        place: Place { file, span: location.key_span },
        dialect: url.map(survey::dialect).unwrap_or_default(),
        folders,
        deep: deep.is_some_and(|deep| deep.eq_ignore_ascii_case("true")),
    })
}

/// The folder that a path of a configuration names: `%(here)s` is that of the configuration; others begin there or where
/// Alembic is started, in a folder above; `package:folder` is one of a package of Python.
fn folder(survey: &Survey<'_>, file: FileId, path: &str) -> Option<String> {
    let here = folder_of(&survey.context.tree.file(file).path);
    let path = path.trim().trim_end_matches('/');
    if let Some(rest) = path.strip_prefix("%(here)s") {
        let full = packages::resolve(here, rest.trim_start_matches('/'))?;
        return survey.context.tree.has_dir(&full).then_some(full);
    }
    let written = match path.split_once(':') {
        Some((package, inner)) => join(&package.replace('.', "/"), inner),
        None => path.to_owned(),
    };
    let sources = std::iter::once(here).chain(std::iter::successors(parent(here), |dir| parent(dir)));
    let mut full = sources
        .flat_map(|dir| [packages::resolve(dir, &written), packages::resolve(&join(dir, "src"), &written)]);
    full.find_map(|full| full.filter(|full| survey.context.tree.has_dir(full)))
}
