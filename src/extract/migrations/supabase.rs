//! Supabase: `supabase/migrations/<digits>_name.sql`, applied in the order of their names.

use super::model::{Dialect, Down, Gap, Platform, Reach, Set, Unrun, Why};
use super::runner;
use super::survey::{self, Survey, join, numbered};
use crate::parse::node::Node;
use crate::source::{FileId, Place, SourceFile, Span};

/// The form that the tool asks for.
const FORM: &str = "<timestamp>_name.sql";

/// The sets of every project of Supabase.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut sets = Vec::new();
    for dir in survey.free() {
        let Some(project) = dir.strip_suffix("migrations").map(|rest| rest.trim_end_matches('/')) else {
            continue;
        };
        let config = survey.first(project, &["config.toml"]);
        let named = survey::last(project) == "supabase";
        let is_config = config.is_some_and(|file| survey.text(file).contains("project_id"));
        if named || is_config && survey.sql(dir).any(|(_, file)| numbered(file.name()).is_some()) {
            survey.take(dir);
            sets.push(set(survey, project, dir, config));
        }
    }
    sets
}

fn set(survey: &mut Survey<'_>, project: &str, dir: &str, config: Option<FileId>) -> Set {
    let mut set = Set {
        tool: "supabase",
        directory: dir.to_owned(),
        dialect: Dialect::Postgres,
        platform: Platform::Supabase,
        configured: config.map(Place::file),
        ..Set::default()
    };
    for (file, source) in survey.sql(dir) {
        match version(source) {
            Ok((version, name)) => {
                let mut step = survey.whole(file, Some(version), name);
                let down = join(&join(dir, "down"), source.name());
                step.down = survey.path(&down).map(Down::File);
                set.steps.push(step);
            }
            Err(why) => set.unrun.push(Unrun { file, why }),
        }
    }
    survey::refuse_doubles(survey, &mut set.steps);
    let told = set.steps.iter().any(|step| step.refused.is_some()) || !set.unrun.is_empty();
    if let Some(place) = told.then(|| runner::own(survey, dir)).flatten() {
        // It knows files by their names, whatever the command line would say of them.
        (set.tool, set.configured) = ("numbered", Some(place));
        set.unrun.clear();
        set.steps = survey.sql(dir).map(|(file, source)| survey.whole(file, None, source.stem())).collect();
    }
    let config = config.and_then(|file| Some((file, survey.data(file)?)));
    if let Some((file, node)) = &config {
        configure(&mut set, *file, node);
    }
    let declared = config.as_ref().and_then(|(_, node)| node.at(&["db", "migrations", "schema_paths"]));
    set.states = paths(survey, project, declared, &["schemas/*.sql"]);
    let seeds = config.as_ref().and_then(|(_, node)| node.at(&["db", "seed", "sql_paths"]));
    set.seeds = paths(survey, project, seeds, &["seed.sql", "seeds/*.sql"]);
    for (below, ..) in [(join(project, "schemas"), 0), (join(project, "seeds"), 0)] {
        survey.take(&below);
    }
    set
}

/// The version and the name, by the rules of the command line: digits, `_`, a name; the oldest file of all is passed over.
fn version(file: &SourceFile) -> Result<(&str, &str), Why> {
    let stem = file.name().strip_suffix(".sql").ok_or(Why::Extension)?;
    let (version, name) = numbered(stem).ok_or(Why::Name(FORM))?;
    if stem.as_bytes().get(version.len()) != Some(&b'_') {
        return Err(Why::Name(FORM));
    }
    if name == "init" && version.len() == 14 && version < "20211209000000" {
        return Err(Why::Rule("`_init.sql` of a version before 20211209000000 is passed over"));
    }
    Ok((version, name))
}

fn configure(set: &mut Set, file: FileId, node: &Node) {
    let api = node.get("api");
    if api.and_then(|api| api.get("enabled")).and_then(Node::flag) == Some(false) {
        set.exposed = Some(Vec::new());
    } else if let Some(schemas) = api.and_then(|api| api.get("schemas")) {
        set.exposed = Some(schemas.scalars());
    }
    set.anonymous = node.at(&["auth", "enable_anonymous_sign_ins"]).and_then(Node::flag) == Some(true);
    if let Some(off) =
        node.at(&["db", "migrations", "enabled"]).filter(|enabled| enabled.flag() == Some(false))
    {
        let place = Place { file, span: Span::new(off.span.start as usize, off.span.end as usize) };
        set.gaps.push(Gap::of(place, "migrations are switched off", Reach::Anything));
    }
}

/// The files of a list of paths with `*`, relative to the project.
fn paths(survey: &Survey<'_>, project: &str, given: Option<&Node>, otherwise: &[&str]) -> Vec<FileId> {
    let given: Vec<String> = match given {
        Some(node) => node.scalars(),
        None => otherwise.iter().map(|&path| path.to_owned()).collect(),
    };
    let mut files = Vec::new();
    for path in given {
        let path = join(project, path.trim_start_matches("./"));
        let found: Vec<FileId> = match path.rsplit_once('/') {
            Some((dir, name)) if name.contains('*') => {
                let (start, end) = name.split_once('*').unwrap_or_default();
                let fits = |file: &SourceFile| file.name().starts_with(start) && file.name().ends_with(end);
                survey.sql(dir).filter(|(_, file)| fits(file)).map(|(file, _)| file).collect()
            }
            _ => survey.path(&path).into_iter().collect(),
        };
        for file in found {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    files
}
