//! What modules with an `up` come to.

use super::super::{Down, Part, sets};
use crate::extract::given;

/// The tool, then each statement, then what is not understood, of one module in a folder of migrations.
fn show(path: &str, text: &str, packages: &str) -> Vec<String> {
    let manifest = format!(r#"{{"name": "x", "dependencies": {{{packages}}}}}"#);
    given::with(&[("package.json", manifest.as_str()), (path, text)], |context| {
        let mut shown = Vec::new();
        for set in sets(context) {
            for step in &set.steps {
                let down = if matches!(step.down, Some(Down::Span(_))) { " down" } else { "" };
                let alone = if step.transaction { "" } else { " alone" };
                let version = step.version.as_deref().unwrap_or("-");
                shown.push(format!("{} {:?} {version} {}{down}{alone}", set.tool, set.dialect, step.name));
                for part in &step.up {
                    let part = match part {
                        Part::Sql(span) => format!("sql {}", span.of(text).trim()),
                        Part::Text { text, places } => {
                            assert!(places.iter().all(|(at, _)| (*at as usize) <= text.len()), "{places:?}");
                            format!("text {}", text.replace('\n', " "))
                        }
                    };
                    shown.push(part);
                }
            }
            shown.extend(set.gaps.iter().map(|gap| format!("? {}: {}", gap.place.span.of(text), gap.why)));
        }
        shown
    })
}

const KNEX: &str = r#""knex": "^3.0.0", "pg": "^8.0.0""#;

fn check(path: &str, text: &str, packages: &str, expected: &[&str]) {
    assert_eq!(show(path, text, packages), expected, "{text}");
}

#[test]
fn sql_in_literals() {
    for (text, expected) in [
        ("exports.up = (knex) => knex.raw('select 1')", vec!["sql select 1"]),
        ("exports.up = (knex) => knex.raw('a\\nb')", vec!["text a b"]),
        (
            "exports.up = async (knex) => { await knex.raw(`a;`); await knex.raw(\"b\" + \" c\"); }",
            vec!["sql a;", "text b c"],
        ),
        (
            "const t = 'users'; exports.up = (knex) => knex.raw(`drop table ${t}`)",
            vec!["text drop table users"],
        ),
        ("exports.up = (knex) => knex.raw(['a', 'b'].join(' '))", vec!["text a b"]),
        (
            "exports.up = async (knex) => { for (const t of ['a', 'b']) { await knex.raw(`drop table ${t}`) } }",
            vec!["text drop table a", "text drop table b"],
        ),
        (
            "const drop = (knex, t) => knex.raw(`drop table ${t}`); exports.up = async (knex) => { await drop(knex, 'a'); }",
            vec!["text drop table a"],
        ),
        (
            "exports.up = (knex) => Promise.all(['a'].map((t) => knex.raw(`drop table ${t}`)))",
            vec!["text drop table a"],
        ),
        (
            "exports.up = (knex) => knex.raw(`drop table ${name()}`)",
            vec!["? knex.raw(`drop table ${name()}`): its SQL is put together when it runs"],
        ),
        (
            "exports.up = async (knex) => { if (x) { await knex.raw('a') } }",
            vec!["? x: what it does depends on a condition"],
        ),
        (
            "exports.up = async (knex) => { if (knex.client === 'mysql') { await knex.raw('a') } else { await knex.raw('b') } }",
            vec!["sql b"],
        ),
        ("exports.up = async (knex) => { await knex('t').update({ a: knex.raw('b') }) }", vec![]),
    ] {
        let shown = show("migrations/1_a.js", text, KNEX);
        assert_eq!(shown.first().map(String::as_str), Some("knex Postgres 1 a"), "{text}");
        assert_eq!(shown[1..], expected[..], "{text}");
    }
}

#[test]
fn knex_tables() {
    check(
        "migrations/20240101_a.js",
        r"
exports.up = async (knex) => {
  await knex.schema.createTable('users', (table) => {
    table.increments('id');
    table.string('email', 64).notNullable().unique();
    table.integer('team_id').unsigned().references('id').inTable('teams').onDelete('CASCADE').index();
    table.enum('role', ['a', 'b']).defaultTo('a');
    table.timestamps(true, true);
    table.index(['email', 'role'], 'own');
    base(table);
  }).dropTableIfExists('old');
  await knex.schema.alterTable('users', function (t) {
    t.dropColumn('role');
    t.renameColumn('email', 'mail');
    t.text('bio').nullable().alter();
    t.frobnicate();
  });
  if (!(await knex.schema.hasColumn('users', 'x'))) {
    await knex.schema.table('users', (t) => { t.boolean('x').defaultTo(false) });
  }
};
function base(t) { t.uuid('key').defaultTo(knex.raw('gen_random_uuid()')); }
exports.down = (knex) => knex.schema.dropTable('users');
exports.config = { transaction: false };
",
        KNEX,
        &[
            "knex Postgres 20240101 a down alone",
            r#"text CREATE TABLE "users" ("id" serial NOT NULL PRIMARY KEY, "email" varchar(64) NOT NULL, "team_id" integer, "role" text DEFAULT 'a' CHECK ("role" in ('a', 'b')), "created_at" timestamptz DEFAULT CURRENT_TIMESTAMP NOT NULL, "updated_at" timestamptz DEFAULT CURRENT_TIMESTAMP NOT NULL, "key" uuid DEFAULT gen_random_uuid())"#,
            r#"text ALTER TABLE "users" ADD CONSTRAINT "users_email_unique" UNIQUE ("email")"#,
            r#"text CREATE INDEX "users_team_id_index" ON "users" ("team_id")"#,
            r#"text ALTER TABLE "users" ADD CONSTRAINT "users_team_id_foreign" FOREIGN KEY ("team_id") REFERENCES "teams" ("id") ON DELETE CASCADE"#,
            r#"text CREATE INDEX "own" ON "users" ("email", "role")"#,
            r#"text DROP TABLE IF EXISTS "old""#,
            r#"text ALTER TABLE "users" DROP COLUMN "role""#,
            r#"text ALTER TABLE "users" RENAME COLUMN "email" TO "mail""#,
            r#"text ALTER TABLE "users" ALTER COLUMN "bio" TYPE text"#,
            r#"text ALTER TABLE "users" ALTER COLUMN "bio" DROP DEFAULT"#,
            r#"text ALTER TABLE "users" ALTER COLUMN "bio" DROP NOT NULL"#,
            r#"text ALTER TABLE "users" ADD COLUMN IF NOT EXISTS "x" boolean DEFAULT false"#,
            "? t.frobnicate(): the call of the builder is not understood",
        ],
    );
}

#[test]
fn typeorm() {
    check(
        "src/migrations/1700000000000-Init.ts",
        r#"
import { MigrationInterface, QueryRunner, Table, TableColumn, TableIndex } from "typeorm";
export class Init1700000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner) {
    await queryRunner.query(`CREATE TABLE "a" ("id" serial)`);
    await queryRunner.createTable(new Table({
      name: "users",
      columns: [
        { name: "id", type: "uuid", isPrimary: true, generationStrategy: "uuid", default: "gen_random_uuid()" },
        { name: "name", type: "varchar", length: "20", isNullable: true },
        { name: "at", type: "timestamp", default: "now()" },
      ],
      foreignKeys: [{ columnNames: ["name"], referencedTableName: "a", referencedColumnNames: ["id"], onDelete: "SET NULL" }],
    }), true);
    await queryRunner.addColumn("users", new TableColumn({ name: "age", type: "int", isNullable: true }));
    await queryRunner.createIndex("users", new TableIndex({ name: "i", columnNames: ["age"], isUnique: true }));
    await queryRunner.dropColumn("users", "name");
    await queryRunner.manager.save(x);
  }
  async down(queryRunner: QueryRunner) {}
}
"#,
        r#""typeorm": "^0.3.0", "pg": "^8.0.0""#,
        &[
            "typeorm Postgres 1700000000000 Init",
            r#"sql CREATE TABLE "a" ("id" serial)"#,
            r#"text CREATE TABLE IF NOT EXISTS "users" ("id" uuid DEFAULT gen_random_uuid() NOT NULL PRIMARY KEY, "name" varchar(20), "at" timestamp DEFAULT now() NOT NULL, FOREIGN KEY ("name") REFERENCES "a" ("id") ON DELETE SET NULL)"#,
            r#"text ALTER TABLE "users" ADD COLUMN "age" int"#,
            r#"text CREATE UNIQUE INDEX "i" ON "users" ("age")"#,
            r#"text ALTER TABLE "users" DROP COLUMN "name""#,
        ],
    );
}

#[test]
fn sequelize() {
    check(
        "migrations/20240101-a.js",
        r"
module.exports = {
  up: async (queryInterface, Sequelize) => {
    await queryInterface.createTable('users', {
      id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
      kind: { type: Sequelize.ENUM('a', 'b'), allowNull: false },
      teamId: { type: Sequelize.UUID, references: { model: 'teams', key: 'id' }, onDelete: 'cascade' },
      at: Sequelize.DATE,
    });
    await queryInterface.addIndex('users', ['teamId'], { unique: true });
    await queryInterface.addColumn('users', 'tags', { type: Sequelize.ARRAY(Sequelize.STRING), defaultValue: [] });
    await queryInterface.addConstraint('users', { type: 'unique', fields: ['at'], name: 'u' });
    await queryInterface.bulkInsert('users', []);
    await queryInterface.sequelize.query('drop table x', { transaction });
  },
  down: async (queryInterface) => { await queryInterface.dropTable('users') },
};
",
        r#""sequelize": "^6.0.0", "pg": "^8.0.0""#,
        &[
            "sequelize Postgres 20240101 a down alone",
            r#"text CREATE TYPE "enum_users_kind" AS ENUM ('a', 'b')"#,
            r#"text CREATE TABLE IF NOT EXISTS "users" ("id" serial PRIMARY KEY, "kind" "enum_users_kind" NOT NULL, "teamId" uuid REFERENCES "teams" ("id") ON DELETE CASCADE, "at" timestamptz)"#,
            r#"text CREATE UNIQUE INDEX "users_team_id" ON "users" ("teamId")"#,
            r#"text ALTER TABLE "users" ADD COLUMN "tags" varchar(255)[] DEFAULT '[]'"#,
            r#"text ALTER TABLE "users" ADD CONSTRAINT "u" UNIQUE ("at")"#,
            "sql drop table x",
        ],
    );
}

#[test]
fn kysely() {
    check(
        "migrations/20240101-a.ts",
        r"
import { type Kysely, sql } from 'kysely';
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create extension x`.execute(db);
  await db.schema.createTable('users').addColumn('id', 'uuid', (col) => col.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('team', 'uuid', (col) => col.references('teams.id').onDelete('cascade').notNull())
    .addUniqueConstraint('u', ['team', 'id']).execute();
  await db.schema.createIndex('i').on('users').column('team').execute();
  await db.schema.alterTable('users').dropColumn('team').execute();
  await db.insertInto('users').values({}).execute();
}
export async function down(db: Kysely<any>) { await db.schema.dropTable('users').execute(); }
",
        r#""kysely": "^0.27.0", "pg": "^8.0.0""#,
        &[
            "kysely Postgres 20240101 a down",
            "sql create extension x",
            r#"text CREATE TABLE "users" ("id" uuid DEFAULT gen_random_uuid() PRIMARY KEY, "team" uuid NOT NULL REFERENCES "teams" ("id") ON DELETE CASCADE, CONSTRAINT "u" UNIQUE ("team", "id"))"#,
            r#"text CREATE INDEX "i" ON "users" ("team")"#,
            r#"text ALTER TABLE "users" DROP COLUMN "team""#,
        ],
    );
}

#[test]
fn others() {
    check(
        "migrations/1700000000000_a.js",
        r#"
exports.up = (pgm) => {
  pgm.createTable('users', { id: 'id', team: { type: 'integer', notNull: true, references: '"teams"', onDelete: 'CASCADE' }, at: { type: 'timestamp', default: pgm.func('now()') } }, { constraints: { unique: ['team', 'at'] } });
  pgm.createIndex('users', 'team');
  pgm.addColumns('users', { a: 'text', b: { type: 'text', unique: true } });
  pgm.sql('grant all on users to x');
  pgm.noTransaction();
};
"#,
        r#""node-pg-migrate": "^7.0.0""#,
        &[
            "node-pg-migrate Postgres 1700000000000 a alone",
            r#"text CREATE TABLE "users" ("id" serial PRIMARY KEY, "team" integer NOT NULL REFERENCES "teams" ON DELETE CASCADE, "at" timestamp DEFAULT now(), UNIQUE ("team", "at"))"#,
            r#"text CREATE INDEX "users_team_index" ON "users" ("team")"#,
            r#"text ALTER TABLE "users" ADD COLUMN "a" text, ADD COLUMN "b" text UNIQUE"#,
            "sql grant all on users to x",
        ],
    );
    check(
        "migrations/Migration20240101000000.ts",
        "import { Migration } from '@mikro-orm/migrations';\nexport class Migration20240101000000 extends Migration {\n  async up() { this.addSql('create table a ();'); }\n}",
        r#""@mikro-orm/core": "^6.0.0", "@mikro-orm/postgresql": "^6.0.0""#,
        &["mikro-orm Postgres 20240101000000 20240101000000", "sql create table a ();"],
    );
    check(
        "migrations/20240101-a.js",
        "exports.up = function (db, callback) { db.runSql(`a;\nb;`, callback) };",
        r#""db-migrate": "^0.11.0", "pg": "^8.0.0""#,
        &["db-migrate Postgres 20240101 a", "sql a;\nb;"],
    );
}

#[test]
fn only_sometimes() {
    let switch = "exports.up = async (knex) => { switch (config.type) { \
        case 'postgres': await knex.raw('create table p (a int)'); break; \
        case 'mysql': await knex.raw('SHOW COLUMNS FROM p'); break; \
        default: throw new Error('no') } }";
    check("migrations/1_a.js", switch, KNEX, &["knex Postgres 1 a", "sql create table p (a int)"]);
    let other = "exports.up = async (knex) => { switch (mode) { case 'x': await knex.raw('create table p (a int)'); } }";
    check(
        "migrations/1_a.js",
        other,
        KNEX,
        &["knex Postgres 1 a", "? mode: what it does depends on a condition"],
    );
}

#[test]
fn what_is_bound_runs_and_what_is_handed_on_is_not_read() {
    let bound = "exports.up = function (db, cb) { async.series([ \
        db.createTable.bind(db, 'kinds', { id: { type: 'string', length: 255, primaryKey: true, notNull: true } }), \
        db.runSql.bind(db, 'create index k on kinds (id)') ], cb); };";
    check(
        "migrations/1-a.js",
        bound,
        r#""db-migrate": "1", "pg": "8""#,
        &[
            "db-migrate Postgres 1 a",
            "text CREATE TABLE IF NOT EXISTS \"kinds\" (\"id\" varchar(255) NOT NULL PRIMARY KEY)",
            "sql create index k on kinds (id)",
        ],
    );
    let handed = "const { makeAll } = require('../lib/make'); exports.up = (knex) => makeAll(knex, 'x');";
    check(
        "migrations/1_a.js",
        handed,
        KNEX,
        &["knex Postgres 1 a", "? makeAll(knex, 'x'): it hands the database to what is not read"],
    );
}

#[test]
fn tables_that_classes_make_before() {
    let migration = "import { MigrationInterface, QueryRunner } from 'typeorm'; export class A1 implements MigrationInterface { \
        async up(queryRunner: QueryRunner) { await queryRunner.query('alter table a add b int'); } }";
    let manifest = r#"{"name": "x", "dependencies": {"typeorm": "1", "pg": "8"}}"#;
    let start = "import { createConnection } from 'typeorm'; createConnection({ type: 'postgres', synchronize: true });";
    let files = [("package.json", manifest), ("src/migration/1-A.ts", migration), ("src/index.ts", start)];
    let gaps = given::with(&files, |context| {
        sets(context).iter().flat_map(|set| set.gaps.iter().map(|gap| gap.why.clone())).collect::<Vec<_>>()
    });
    assert_eq!(gaps, ["`synchronize: true` makes tables before migrations run"]);
}
