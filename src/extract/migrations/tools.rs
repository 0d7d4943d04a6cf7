//! The tools that keep and run migrations: what is true of each, and how it is told to run.

/// What is true of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trait {
    /// It knows a way back: a section, a function or a file of its own.
    Back,
    /// It looks into folders below its own.
    Deep,
    /// Its configuration or code tells the dialect better than the text of its migrations.
    Told,
    /// It knows a file by its version: of two with the same one is passed over, or both are refused.
    Versions,
}

use Trait::{Back, Deep, Told, Versions};

/// A tool.
#[derive(Debug)]
pub struct Tool {
    /// Its name, as facts have it.
    pub name: &'static str,
    /// What is true of it.
    pub traits: &'static [Trait],
    /// The programs of it that are run from a command line. What they do by which words stands in
    /// `rules/knowledge/commands.yml`.
    pub programs: &'static [&'static str],
    /// Options of these that name the folder of the migrations.
    pub folder: &'static [&'static str],
}

/// A tool without programs of its own.
const fn inner(name: &'static str, traits: &'static [Trait]) -> Tool {
    Tool { name, traits, programs: &[], folder: &[] }
}

/// A tool that is run by these programs.
const fn run(
    name: &'static str,
    traits: &'static [Trait],
    programs: &'static [&'static str],
    folder: &'static [&'static str],
) -> Tool {
    Tool { name, traits, programs, folder }
}

/// Every tool that is known.
pub const TOOLS: &[Tool] = &[
    run("aerich", &[Told], &["aerich"], &["--location"]),
    run("alembic", &[Back, Told, Versions], &["alembic", "flask"], &[]),
    run("atlas", &[], &["atlas"], &["--dir"]),
    inner("bun", &[]),
    run("db-migrate", &[Told], &["db-migrate"], &["-m", "--migrations-dir"]),
    run("dbmate", &[Back, Versions], &["dbmate"], &["-d", "--migrations-dir"]),
    run("diesel", &[Back, Deep, Versions], &["diesel"], &["--migration-dir"]),
    run("django", &[Told], &["manage.py", "django-admin"], &[]),
    run("drizzle", &[Told], &["drizzle-kit"], &[]),
    run("ecto", &[Told], &["mix"], &["--migrations-path"]),
    run("entity-framework", &[Told], &["dotnet"], &[]),
    run("flyway", &[Deep, Versions], &["flyway", "mvn", "mvnw", "gradle", "gradlew"], &["-locations"]),
    inner("folders", &[Deep]),
    run("golang-migrate", &[Back, Versions], &["migrate"], &["-path", "--path", "-source", "--source"]),
    run("goose", &[Back, Versions], &["goose"], &["-dir", "--dir"]),
    run("hasura", &[Back, Deep, Told, Versions], &["hasura"], &[]),
    inner("initdb", &[]),
    run("knex", &[Back, Told], &["knex"], &["--migrations-directory"]),
    inner("kysely", &[Back, Told]),
    run("laravel", &[Told], &["artisan"], &["--path"]),
    run("liquibase", &[], &["liquibase"], &[]),
    run("mikro-orm", &[Back, Told], &["mikro-orm"], &[]),
    run("node-pg-migrate", &[Back, Told], &["node-pg-migrate"], &["-m", "--migrations-dir"]),
    inner("numbered", &[Deep]),
    inner("pop", &[Told]),
    run("postgrator", &[], &["postgrator"], &[]),
    run("prisma", &[Deep, Told], &["prisma"], &[]),
    run("rails", &[Told], &["rails", "rake"], &[]),
    run("refinery", &[Versions], &["refinery"], &["-p"]),
    run("sea-orm", &[Back, Told], &["sea-orm-cli"], &["-d", "--migration-dir"]),
    run("sequelize", &[Back, Told], &["sequelize", "sequelize-cli"], &["--migrations-path"]),
    run("sql-migrate", &[], &["sql-migrate"], &[]),
    run("sqlx", &[Versions], &["sqlx"], &["--source"]),
    run("supabase", &[Told, Versions], &["supabase"], &[]),
    run("typeorm", &[Back, Told], &["typeorm", "typeorm-ts-node-commonjs", "typeorm-ts-node-esm"], &[]),
    run("wrangler", &[], &["wrangler"], &[]),
];

/// Whether something is true of the tool of this name; nothing is of one that is not known.
pub fn is(tool: &str, wanted: Trait) -> bool {
    TOOLS.iter().any(|known| known.name == tool && known.traits.contains(&wanted))
}

/// The tool that a program belongs to.
pub fn of_program(program: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.programs.contains(&program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_and_programs_are_told_apart() {
        let mut names: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
        assert!(names.is_sorted());
        names.dedup();
        assert_eq!(names.len(), TOOLS.len());
        let mut programs: Vec<&str> = TOOLS.iter().flat_map(|tool| tool.programs).copied().collect();
        programs.sort_unstable();
        let all = programs.len();
        programs.dedup();
        assert_eq!(programs.len(), all);
        assert!(is("goose", Back) && !is("sqlx", Back) && !is("another", Deep));
        assert_eq!(of_program("drizzle-kit").map(|tool| tool.name), Some("drizzle"));
    }
}
