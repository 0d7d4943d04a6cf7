//! What runs migrations: commands of pipelines, images, scripts and platforms, and calls in code.

mod calls;
mod commands;
mod files;
mod sqlite;

use super::Context;
use super::migrations::tools;
use crate::facts::{CiTask, Entry, MigrationRun, Store};

/// Providers that build and release, and check nothing.
const PLATFORMS: &[&str] = &["vercel", "netlify", "render", "railway", "amplify"];

/// One fact for each command, call or setting that runs migrations, and for each database in a file.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let mut entries = pipelines(store);
    entries.extend(files::facts(context));
    entries.extend(calls::facts(context));
    entries.extend(sqlite::facts(context, store));
    entries
}

/// What pipelines run, whichever way they lead there.
fn pipelines(store: &Store) -> Vec<Entry> {
    let tasks = store.all::<CiTask>().filter(|(_, task)| task.kind == "migrate");
    tasks
        .map(|(entry, task)| {
            let fact = MigrationRun {
                tool: tool(&task.tool),
                by: task.chain.clone(),
                stage: if PLATFORMS.contains(&task.provider.as_str()) { "release" } else { "ci" }.to_owned(),
                masked: task.masked.clone().filter(|_| !task.informs),
                wired: Some(true),
                ..MigrationRun::default()
            };
            let mut run = Entry::new(entry.place, fact);
            run.also.clone_from(&entry.also);
            run
        })
        .collect()
}

/// The name of the tool that a program belongs to; its own where none is known.
fn tool(program: &str) -> String {
    tools::of_program(program).map_or(program, |tool| tool.name).to_owned()
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn what_runs_migrations_and_what_becomes_of_its_failure() {
        let manifest =
            r#"{"dependencies": {"express": "5", "knex": "3"}, "scripts": {"start": "node server.js"}}"#;
        let server = r#"import { migrate } from "drizzle-orm/node-postgres/migrator"
            try { await migrate(db, { migrationsFolder: "gone" }) } catch (e) { console.error(e) }"#;
        let image = "FROM node:24\nRUN npx prisma migrate deploy || true\nCMD [\"sh\", \"-c\", \"alembic upgrade head && node a.js\"]\n";
        let files = [
            ("Dockerfile", image),
            ("Procfile", "release: npx typeorm migration:run; echo done\n"),
            ("compose.yml", "services:\n  a:\n    command: [\"flyway\", \"migrate\"]\n"),
            ("db/run.js", "import knex from \"knex\"\nknex(config).migrate.latest()\n"),
            ("fly.toml", "[deploy]\nrelease_command = \"npx knex migrate:latest\"\n"),
            ("package.json", manifest),
            ("render.yaml", "services:\n  - preDeployCommand: rails db:prepare\n"),
            ("server.js", server),
            ("start.sh", "goose -dir gone postgres x up\n"),
        ];
        let shown = show("migration.run", &["tool", "stage", "missing", "masked", "wired"], &files);
        assert_eq!(
            shown,
            [
                "prisma | image |  | `||` with a command that cannot fail | ",
                "alembic | start |  |  | ",
                "typeorm | release |  | commands after it, which decide alone | ",
                "flyway | start |  |  | ",
                "knex | code |  |  | false",
                "knex | release |  |  | ",
                "rails | release |  |  | ",
                "drizzle | code | gone | its `catch` only logs | true",
                "goose | shell | gone |  | ",
            ]
        );
    }
}
