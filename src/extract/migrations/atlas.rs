//! Atlas: a folder of SQL whose files `atlas.sum` lists, in the order of their names.

use std::collections::BTreeSet;

use super::model::{Gap, Set, Unrun, Why};
use super::survey::{self, Survey, join, numbered};
use crate::source::{Place, SourceFile};

/// The list of a folder.
const SUM: &str = "atlas.sum";

/// The sets of every folder with a list that is in the format of Atlas itself; other formats are those of their tools.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut sets = Vec::new();
    for dir in survey.free() {
        let Some(list) = survey.path(&join(dir, SUM)) else { continue };
        let foreign = |file: &SourceFile| {
            [".up.sql", ".down.sql"].iter().any(|end| file.name().ends_with(end))
                || numbered(file.name()).is_none()
        };
        if survey.sql(dir).any(|(_, file)| foreign(file)) {
            continue;
        }
        survey.take(dir);
        let listed: BTreeSet<&str> = survey
            .text(list)
            .lines()
            .filter_map(|line| line.split_once(".sql "))
            .map(|(stem, _)| stem)
            .collect();
        let mut set = Set { tool: "atlas", directory: dir.to_owned(), ..Set::default() };
        set.configured = survey.above(dir, &["atlas.hcl"]).map(Place::file).or(Some(Place::file(list)));
        set.dialect = survey.driver(dir);
        for (file, source) in survey.sql(dir) {
            let (version, name) =
                numbered(source.stem()).map_or((None, source.stem()), |(v, n)| (Some(v), n));
            if listed.contains(source.stem()) {
                let mut step = survey.whole(file, version, name);
                step.transaction = !survey.text(file).contains("-- atlas:txmode none");
                set.steps.push(step);
            } else {
                set.unrun.push(Unrun { file, why: Why::Unlisted(SUM.to_owned()) });
            }
        }
        let there: BTreeSet<&str> = survey.sql(dir).map(|(_, source)| source.stem()).collect();
        let missing = listed
            .difference(&there)
            .map(|stem| Gap::file(list, format!("`{stem}.sql`, which `{SUM}` lists, is not there")));
        set.gaps.extend(missing);
        survey::refuse_doubles(survey, &mut set.steps);
        sets.push(set);
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::super::sets;
    use crate::extract::given;

    #[test]
    fn a_folder_with_its_list() {
        let files = [
            ("migrations/20240101000000_first.sql", "create table a (b int);"),
            (
                "migrations/20240102000000_second.sql",
                "-- atlas:txmode none\ncreate index concurrently i on a (b);",
            ),
            ("migrations/20240103000000_third.sql", "drop table a;"),
            (
                "migrations/atlas.sum",
                "h1:x=\n20240101000000_first.sql h1:y=\n20240102000000_second.sql h1:z=\n20240104000000_gone.sql h1:w=\n",
            ),
        ];
        let shown = given::with(&files, |context| {
            let [set] = sets(context) else { panic!("one set") };
            let steps = set.steps.iter().map(|step| format!("{} {}", step.name, step.transaction));
            let unrun = set.unrun.iter().map(|unrun| unrun.why.text());
            let gaps = set.gaps.iter().map(|gap| gap.why.clone());
            [set.tool.to_owned()].into_iter().chain(steps).chain(unrun).chain(gaps).collect::<Vec<_>>()
        });
        assert_eq!(
            shown,
            [
                "atlas",
                "first true",
                "second false",
                "`atlas.sum` does not list it",
                "`20240104000000_gone.sql`, which `atlas.sum` lists, is not there",
            ]
        );
    }
}
