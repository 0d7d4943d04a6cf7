//! Sets of small repositories.

use super::{Down, Part, Platform, Set, sets};
use crate::extract::Context;
use crate::extract::given;

/// A set in lines: the tool with its folder, then what it runs and what not.
fn show(files: &[(&str, &str)]) -> Vec<String> {
    given::with(files, |context| sets(context).iter().flat_map(|set| lines(context, set)).collect())
}

fn lines(context: &Context<'_>, set: &Set) -> Vec<String> {
    let name = |file| context.tree.file(file).path.trim_start_matches(&set.directory).trim_start_matches('/');
    let configured = set.configured.map_or("-", |place| context.tree.file(place.file).path.as_str());
    let supabase = if set.platform == Platform::Supabase { " supabase" } else { "" };
    let mut shown =
        vec![format!("{} {} {:?}{supabase} by {configured}", set.tool, set.directory, set.dialect)];
    for step in &set.steps {
        let text = context.tree.text(step.file);
        let part = |part: &Part| match part {
            Part::Sql(span) => span.of(text).trim().to_owned(),
            Part::Text { text, .. } => format!("\"{text}\""),
        };
        let up: Vec<_> = step.up.iter().map(part).collect();
        let down = match step.down {
            Some(Down::File(file)) => format!(" down {}", name(file)),
            Some(Down::Span(span)) => format!(" down {}", span.of(text).trim()),
            None => String::new(),
        };
        let version = step.version.as_deref().unwrap_or("-");
        let alone = if step.transaction { "" } else { " alone" };
        let refused = step.refused.as_ref().map_or(String::new(), |why| format!(" ({why})"));
        shown.push(format!("{version} {}: {}{down}{alone}{refused}", step.name, up.join(" | ")));
    }
    shown.extend(set.unrun.iter().map(|unrun| format!("! {}: {}", name(unrun.file), unrun.why.text())));
    shown.extend(set.gaps.iter().map(|gap| format!("? {}: {}", name(gap.place.file), gap.why)));
    shown
}

/// Asserts what is found in these files.
fn check(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(show(files), expected);
}

#[test]
fn supabase() {
    check(
        &[
            ("supabase/config.toml", "project_id = \"x\"\n[api]\nschemas = [\"public\"]"),
            ("supabase/migrations/20240101000000_a.sql", "a;"),
            ("supabase/migrations/20240101000000_b.sql", "b;"),
            ("supabase/migrations/20200101000000_init.sql", "b;"),
            ("supabase/migrations/c.sql", "c;"),
            ("supabase/migrations/old/20230101000000_d.sql", "d;"),
            ("supabase/migrations/20230101000000_e.sql.bak", "d;"),
            ("supabase/seed.sql", "s;"),
        ],
        &[
            "supabase supabase/migrations Postgres supabase by supabase/config.toml",
            "20240101000000 a: a;",
            "20240101000000 b: b; (`20240101000000_a.sql` has its version, 20240101000000)",
            "! 20200101000000_init.sql: `_init.sql` of a version before 20211209000000 is passed over",
            "! 20230101000000_e.sql.bak: its name does not end as those of migrations do",
            "! c.sql: its name is not `<timestamp>_name.sql`",
            "! old/20230101000000_d.sql: it stands in a folder below the one that is run",
        ],
    );
}

#[test]
fn supabase_with_a_runner_of_its_own() {
    let runner = "import { readdirSync } from 'node:fs';\nconst dir = 'supabase/migrations';\n\
        for (const file of readdirSync(dir)) execFileSync('psql', ['-f', file]);";
    check(
        &[
            ("scripts/migrate.mjs", runner),
            ("supabase/migrations/20240101_a.sql", "a;"),
            ("supabase/migrations/20240101_b.sql", "b;"),
        ],
        &[
            "numbered supabase/migrations Postgres supabase by scripts/migrate.mjs",
            "- 20240101_a: a;",
            "- 20240101_b: b;",
        ],
    );
}

#[test]
fn prisma() {
    check(
        &[
            ("prisma/schema.prisma", "datasource db {\n provider = \"postgresql\"\n}"),
            ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\""),
            ("prisma/migrations/0_init/migration.sql", "a;"),
            ("prisma/migrations/20240101000000_b/migration.sql", "b;"),
            ("prisma/migrations/20240101000000_b/down.sql", "drop;"),
            ("prisma/migrations/fix.sql", "c;"),
        ],
        &[
            "prisma prisma/migrations Postgres by prisma/migrations/migration_lock.toml",
            "0_init init: a;",
            "20240101000000_b b: b; down 20240101000000_b/down.sql",
            "! fix.sql: its name is not `<timestamp>_name/migration.sql`",
        ],
    );
}

#[test]
fn drizzle() {
    check(
        &[
            ("drizzle.config.ts", "export default defineConfig({ dialect: 'postgresql', out: './drizzle' })"),
            (
                "drizzle/meta/_journal.json",
                r#"{"dialect": "postgresql", "entries": [{"idx": 0, "when": 5, "tag": "0000_a"}, {"idx": 1, "when": 3, "tag": "0001_b"}, {"idx": 2, "when": 7, "tag": "0002_c"}]}"#,
            ),
            ("drizzle/0000_a.sql", "a;"),
            ("drizzle/0001_b.sql", "b;"),
            ("drizzle/0003_d.sql", "d;"),
        ],
        &[
            "drizzle drizzle Postgres by drizzle.config.ts",
            "0000 a: a;",
            "0001 b: b; (the journal dates it before `0000_a`)",
            "! 0003_d.sql: `meta/_journal.json` does not list it",
            "? meta/_journal.json: `0002_c.sql`, which the journal lists, is missing",
        ],
    );
}

#[test]
fn diesel() {
    check(
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"x\"\n[dependencies]\ndiesel = { version = \"2\", features = [\"postgres\"] }",
            ),
            ("migrations/2020-01-02-000000_a/up.sql", "a;"),
            ("migrations/2020-01-02-000000_a/down.sql", "-- nothing\n"),
            ("migrations/00000000000000_diesel_initial_setup/up.sql", "s;"),
        ],
        &[
            "diesel migrations Postgres by Cargo.toml",
            "00000000000000 diesel_initial_setup: s;",
            "20200102000000 a: a;",
        ],
    );
}

#[test]
fn hasura() {
    check(
        &[
            ("hasura/config.yaml", "version: 3\nmetadata_directory: metadata\n"),
            ("hasura/migrations/default/1600000000001_a/up.sql", "a;"),
            ("hasura/migrations/default/1600000000001_a/down.sql", "drop;"),
        ],
        &[
            "hasura hasura/migrations/default Postgres by hasura/config.yaml",
            "1600000000001 a: a; down 1600000000001_a/down.sql",
        ],
    );
}

#[test]
fn goose() {
    check(
        &[
            (
                "go.mod",
                "module x\nrequire github.com/pressly/goose/v3 v3.0.0\nrequire github.com/lib/pq v1.0.0",
            ),
            ("db/2_b.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nb;\n-- +goose Down\nx;\n"),
            ("db/10_c.sql", "-- +goose Up\nc;\n-- +goose Down\n"),
            ("db/3_d.go", "package db"),
            ("db/notes.sql", "select 1;"),
        ],
        &[
            "goose db Postgres by go.mod",
            "2 b: b; down x; alone",
            "10 c: c;",
            "! notes.sql: its name is not `<version>_name.sql`",
            "? 3_d.go: it is a migration in code",
        ],
    );
}

#[test]
fn dbmate() {
    check(
        &[
            ("db/migrations/20200101_a.sql", "-- migrate:up\na;\n-- migrate:down\nx;"),
            ("db/migrations/20200102_b.sql", "b;"),
        ],
        &[
            "dbmate db/migrations Unknown by -",
            "20200101 a: a; down x;",
            "! 20200102_b.sql: it has no `-- migrate:up`",
        ],
    );
}

#[test]
fn golang_migrate() {
    check(
        &[
            ("m/10_b.up.sql", "b;"),
            ("m/9_a.up.sql", "a;"),
            ("m/9_a.down.sql", "x;"),
            ("m/11_c.down.sql", "x;"),
            ("m/12_d.sql", "d;"),
        ],
        &[
            "golang-migrate m Unknown by -",
            "9 a: a; down 9_a.down.sql",
            "10 b: b;",
            "! 11_c.down.sql: it undoes a migration that is not there",
            "! 12_d.sql: its name is not `<version>_name.up.sql`",
        ],
    );
}

#[test]
fn pop() {
    check(
        &[
            ("m/1_a.mysql.up.sql", "mysql;"),
            ("m/1_a.postgres.up.sql", "pg;"),
            ("m/2_b.up.sql", "all;"),
            ("m/2_b.down.sql", "x;"),
        ],
        &[
            "pop m Postgres by -",
            "1 a: pg;",
            "2 b: all; down 2_b.down.sql",
            "pop m MySql by -",
            "1 a: mysql;",
            "2 b: all; down 2_b.down.sql",
        ],
    );
}

#[test]
fn flyway() {
    check(
        &[
            ("src/main/resources/application.yml", "spring:\n  flyway:\n    enabled: true"),
            ("src/main/resources/db/migration/V2__b.sql", "b;"),
            ("src/main/resources/db/migration/V1_10__c.sql", "c;"),
            ("src/main/resources/db/migration/V1.9__a.sql", "a;"),
            ("src/main/resources/db/migration/R__views.sql", "v;"),
            ("src/main/resources/db/migration/U2__b.sql", "x;"),
            ("src/main/resources/db/migration/V3_c.sql", "d;"),
            ("src/main/resources/db/migration/more/V4__e.sql", "e;"),
        ],
        &[
            "flyway src/main/resources/db/migration Unknown by src/main/resources/application.yml",
            "1.9 a: a;",
            "1.10 c: c;",
            "2 b: b; down U2__b.sql",
            "4 e: e;",
            "- views: v;",
            "! V3_c.sql: its name is not `V<version>__name.sql`",
        ],
    );
}

#[test]
fn sqlx() {
    check(
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"x\"\n[dependencies]\nsqlx = { version = \"0.8\", features = [\"postgres\", \"runtime-tokio\"] }",
            ),
            ("migrations/20200102_b.sql", "-- no-transaction\nb;"),
            ("migrations/9_a.sql", "a;"),
            ("migrations/readme.sql", "a;"),
        ],
        &[
            "sqlx migrations Postgres by Cargo.toml",
            "9 a: a;",
            "20200102 b: -- no-transaction\nb; alone",
            "! readme.sql: its name is not `<version>_name.sql`",
        ],
    );
}

#[test]
fn postgrator() {
    check(
        &[("m/001.do.a.sql", "a;"), ("m/001.undo.a.sql", "x;"), ("m/seed.sql", "s;")],
        &[
            "postgrator m Unknown by -",
            "001 a: a; down 001.undo.a.sql alone",
            "! seed.sql: its name is not `<version>.do.name.sql`",
        ],
    );
}

#[test]
fn a_program_reads_the_folder() {
    check(
        &[
            ("package.json", r#"{"name": "x", "dependencies": {"pg": "^8.0.0"}}"#),
            ("db/migrate.js", "const files = fs.readdirSync(path.join(__dirname, 'migrations')).sort()"),
            ("db/migrations/001_a.sql", "a;"),
            ("db/migrations/001_a.down.sql", "x;"),
            ("db/migrations/fix.sql", "select auth.uid();"),
        ],
        &[
            "numbered db/migrations Postgres supabase by db/migrate.js",
            "001 a: a; down 001_a.down.sql alone",
            "- fix: select auth.uid(); alone",
        ],
    );
}

#[test]
fn a_program_lists_files() {
    check(
        &[
            ("run.js", "for (const f of ['002_b.sql', '001_a.sql']) run(f)"),
            ("sql/001_a.sql", "a;"),
            ("sql/002_b.sql", "b;"),
            ("sql/003_c.sql", "c;"),
        ],
        &[
            "numbered sql Unknown by run.js",
            "002 b: b; alone",
            "001 a: a; alone",
            "! 003_c.sql: `run.js` does not list it",
        ],
    );
}

#[test]
fn an_image_takes_the_folder() {
    check(
        &[
            ("compose.yml", "services:\n  db:\n    volumes:\n      - ./sql:/docker-entrypoint-initdb.d:ro\n"),
            ("sql/1_a.sql", "a;"),
            ("sql/10_b.sql", "b;"),
            ("sql/9_c.sql", "c;"),
        ],
        &["initdb sql Unknown by compose.yml", "10 b: b; alone", "1 a: a; alone", "9 c: c; alone"],
    );
}

#[test]
fn what_runs_before_the_first_migration() {
    let volumes = "      - ./db/init.sql:/docker-entrypoint-initdb.d/1.sql\n      - ./db/seed.sql:/docker-entrypoint-initdb.d/2.sql\n";
    let compose = format!("services:\n  db:\n    volumes:\n{volumes}");
    check(
        &[
            ("compose.yml", compose.as_str()),
            ("db/init.sql", "CREATE TABLE a (b int);"),
            ("db/seed.sql", "insert into a values (1);"),
            ("m/1_a.up.sql", "a;"),
        ],
        &[
            "golang-migrate m Unknown by -",
            "1 a: a;",
            "? compose.yml: the image of the database runs `db/init.sql` before the migrations",
        ],
    );
    let step = "exports.up = (knex) => knex.schema.createTable('b', (t) => t.text('c'))";
    let program =
        "import knex from 'knex'\nawait knex({ client: 'mysql2' }).schema.createTable('a', () => {})";
    check(
        &[
            ("package.json", r#"{"dependencies": {"knex": "3", "pg": "8", "mysql2": "3"}}"#),
            ("migrations/1_a.js", step),
            ("server.js", program),
        ],
        &[
            "knex migrations MySql by package.json",
            "1 a: \"CREATE TABLE \"b\" (\"c\" text)\"",
            "? server.js: a program makes tables without migrations",
        ],
    );
}

#[test]
fn folders_of_versions() {
    check(
        &[("m/sqlite/0.9/1_a.sql", "a;"), ("m/sqlite/0.10/1_b.sql", "b;"), ("m/sqlite/latest.sql", "l;")],
        &["numbered m/sqlite Sqlite by -", "1 a: a; alone", "1 b: b; alone"],
    );
}

#[test]
fn what_is_no_set() {
    check(&[("tests/migrations/001_a.sql", "a;"), ("queries/1_a.sql", "a;"), ("queries/2_a.sql", "a;")], &[]);
}
