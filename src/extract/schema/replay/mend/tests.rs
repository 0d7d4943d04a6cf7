//! What is judged of sets that their database refuses: scripts in, lines, faults and doubts out.

use crate::extract::schema::catalog::About;
use crate::extract::schema::lines;
use crate::extract::schema::platform::Platform;
use crate::extract::schema::replay::{Manner, replay_as};
use crate::parse::sql;
use crate::parse::sql::dialect::Dialect;

/// The lines that begin with one of some words, faults (`!`) and doubts (`?`).
fn shown(text: &str, dialect: Dialect, manner: Manner, words: &str) -> Vec<String> {
    let script = sql::read_as(text, dialect);
    let catalog = replay_as(Platform::Plain, &[&script], manner);
    let mut out = lines::lines(&catalog)
        .into_iter()
        .map(|line| line.split(' ').filter(|word| !word.starts_with('#')).collect::<Vec<_>>().join(" "))
        .filter(|line| words.split(' ').any(|word| line.starts_with(&format!("{word} public."))))
        .collect::<Vec<_>>();
    if manner != Manner::Foreign {
        out.extend(catalog.faults.iter().map(|fault| format!("! {:?} {}", fault.kind, fault.name)));
    }
    out.extend(catalog.doubts.iter().map(|doubt| match &doubt.about {
        About::Relation(schema, name) => format!("? {schema}.{name}"),
        About::Part(schema, name, part) => format!("? {schema}.{name}.{part}"),
        About::PoliciesOf(schema, name) => format!("? policies of {schema}.{name}"),
        about => format!("? {about:?}"),
    }));
    out
}

fn listed(wanted: &str) -> Vec<String> {
    wanted.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What PostgreSQL has, and what is judged.
#[track_caller]
fn check(text: &str, words: &str, strict: &str, mended: &str) {
    assert_eq!(shown(text, Dialect::Postgres, Manner::Strict, words), listed(strict), "\nstrict: {text}");
    assert_eq!(shown(text, Dialect::Postgres, Manner::Mended, words), listed(mended), "\nmended: {text}");
}

/// What is judged of another database.
#[track_caller]
fn foreign(dialect: Dialect, text: &str, words: &str, wanted: &str) {
    assert_eq!(shown(text, dialect, Manner::Foreign, words), listed(wanted), "\nof {text}");
}

#[test]
fn a_foreign_key_without_its_table_is_left_out() {
    check(
        "create table t (id int primary key, a int references missing(id), b text default 'x' unique);
         create index t_a on t (a);",
        "constraint index",
        "! UnknownRelation public.missing
         ! UnknownRelation public.t",
        "constraint public.t.t_b_key unique(b)
         constraint public.t.t_pkey primary(id)
         index public.t_a on public.t btree (a)
         index public.t_b_key on public.t unique btree (b) constraint=t_b_key
         index public.t_pkey on public.t primary btree (id) constraint=t_pkey
         ! UnknownRelation public.missing
         ? public.t.a",
    );
}

#[test]
fn a_foreign_key_to_a_table_that_is_made_later_waits_for_it() {
    check(
        "create table t (id int, a int references later);
         create table later (id int primary key);",
        "constraint",
        "constraint public.later.later_pkey primary(id)
         ! UnknownRelation public.later",
        "constraint public.later.later_pkey primary(id)
         constraint public.t.t_a_fkey foreign(a) -> public.later(id) delete=no-action update=no-action
         ! UnknownRelation public.later",
    );
}

#[test]
fn types_and_functions_that_nothing_makes_are_taken_as_written() {
    check(
        "create table t (id uuid default make_id(), place geometry, check (is_good(id)));
         alter table t enable row level security;
         create policy p on t using (is_admin());",
        "column policy table",
        "! UnknownType geometry
         ! UnknownRelation public.t
         ! UnknownRelation public.t",
        "column public.t.id uuid default
         column public.t.place geometry
         policy public.t.p permissive all to=public using
         table public.t owner=postgres rls
         ! UnknownType geometry",
    );
}

#[test]
fn what_is_really_missing_stays_so() {
    check(
        "create table t (id int);
         create policy p on missing using (true);
         create index on missing (a);
         grant select on missing, t to public;
         alter table t add column id int, add column b int;",
        "column acl policy index",
        "column public.t.id integer
         ! UnknownRelation public.missing
         ! UnknownRelation public.missing
         ! UnknownRelation public.missing
         ! Duplicate public.t.id",
        "column public.t.b integer
         column public.t.id integer
         ! UnknownRelation public.missing
         ! UnknownRelation public.missing
         ! UnknownRelation public.missing
         ! Duplicate public.t.id",
    );
}

#[test]
fn a_block_goes_on_after_a_step_that_is_refused() {
    check(
        "create table t (id int);
         do $$ begin
             alter table missing add column a int;
             begin
                 alter table missing add column a int;
                 alter table t add column never int;
             exception when undefined_table then alter table t add column caught int;
             end;
             alter table t add column b int;
         end $$;
         alter table t alter column b set not null;",
        "column",
        "column public.t.id integer
         ! UnknownRelation public.missing
         ! UnknownColumn public.t.b",
        "column public.t.b integer not-null
         column public.t.caught integer
         column public.t.id integer
         ! UnknownRelation public.missing",
    );
}

#[test]
fn a_later_statement_that_makes_it_right_replaces_what_a_mend_made() {
    check(
        "create table t (id int, a int references missing);
         create table t (id int, b int);
         create table n.t (id int);
         alter table n.t add column c int;",
        "column",
        "column public.t.b integer
         column public.t.id integer
         ! UnknownRelation public.missing
         ! UnknownSchema n
         ! UnknownSchema n",
        "column public.t.b integer
         column public.t.id integer
         ! UnknownRelation public.missing
         ! UnknownSchema n",
    );
}

#[test]
fn what_cannot_be_made_is_a_doubt() {
    check(
        "create table t (id int);
         create view v as select missing from t;
         create table c as select missing from t;
         create policy p on t to nobody using (true);
         alter view v set (security_invoker = true);",
        "view",
        "! UnknownColumn public.t.missing
         ! UnknownColumn public.t.missing
         ! UnknownRole nobody
         ! UnknownRelation public.v",
        "! UnknownColumn public.t.missing
         ! UnknownColumn public.t.missing
         ! UnknownRole nobody
         ? public.v
         ? public.c
         ? policies of public.t
         ? public.v",
    );
}

#[test]
fn tables_of_mysql_are_read() {
    foreign(
        Dialect::MySql,
        "CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
             kind ENUM('x','y') DEFAULT 'x', t LONGTEXT, n TINYINT(1) DEFAULT 0, b_id INT, INDEX of_b (b_id),
             KEY of_n (n), FOREIGN KEY (b_id) REFERENCES b(id)) ENGINE=InnoDB;
         CREATE TABLE b (id INT PRIMARY KEY, u CHAR(36) DEFAULT (uuid()), b_id INT, INDEX of_b (b_id));",
        "column index",
        "column public.a.at datetime(6) not-null default
         column public.a.b_id integer
         column public.a.id integer not-null
         column public.a.kind enum(x,y) default
         column public.a.n tinyint(1) default
         column public.a.t longtext
         column public.b.b_id integer
         column public.b.id integer not-null
         column public.b.u character(36) default
         index public.a_pkey on public.a primary btree (id) constraint=a_pkey
         index public.b_b_id_idx on public.b btree (b_id)
         index public.b_pkey on public.b primary btree (id) constraint=b_pkey
         index public.of_b on public.a btree (b_id)
         index public.of_n on public.a btree (n)",
    );
}

#[test]
fn tables_of_sqlite_are_read() {
    foreign(
        Dialect::Sqlite,
        "CREATE TABLE `a` (`id` text PRIMARY KEY NOT NULL, `at` datetime DEFAULT (strftime('%s', 'now')),
             `of` text REFERENCES `b`(`id`) ON DELETE cascade, `raw` blob);
         CREATE TABLE IF NOT EXISTS b (id integer primary key autoincrement, a text default (datetime('now')));
         CREATE VIEW v AS SELECT strftime('%s', at) AS s FROM a;",
        "column constraint view",
        "column public.a.at datetime default
         column public.a.id text not-null
         column public.a.of text
         column public.a.raw blob
         column public.b.a text default
         column public.b.id integer not-null
         column public.v.s
         constraint public.a.a_of_fkey foreign(of) -> public.b(id) delete=cascade update=no-action
         constraint public.a.a_pkey primary(id)
         constraint public.b.b_pkey primary(id)
         view public.v owner=postgres",
    );
}

#[test]
fn a_table_that_others_refer_to_is_made_anew_in_sqlite() {
    foreign(
        Dialect::Sqlite,
        "CREATE TABLE a (id integer primary key); CREATE TABLE b (id integer primary key, a_id int references a);
         PRAGMA foreign_keys=OFF;
         CREATE TABLE a_new (id integer primary key, added text);
         INSERT INTO a_new SELECT id, 1 FROM a;
         DROP TABLE a;
         ALTER TABLE a_new RENAME TO a;",
        "column constraint",
        "column public.a.added text
         column public.a.id integer not-null
         column public.b.a_id integer
         column public.b.id integer not-null
         constraint public.a.a_new_pkey primary(id)
         constraint public.b.b_a_id_fkey foreign(a_id) -> public.a(id) delete=no-action update=no-action
         constraint public.b.b_pkey primary(id)",
    );
}

#[test]
fn what_cannot_be_read_is_a_doubt_about_its_table() {
    foreign(
        Dialect::TSql,
        "CREATE TABLE [dbo].[a] ([Id] UNIQUEIDENTIFIER NOT NULL DEFAULT NEWID(), [Name] NVARCHAR(MAX) NULL,
             [At] DATETIME2(7) DEFAULT (getdate()), CONSTRAINT [PK_a] PRIMARY KEY CLUSTERED ([Id] ASC))
         GO
         IF OBJECT_ID('dbo.b') IS NULL BEGIN CREATE TABLE [dbo].[b] ([Id] INT) END
         GO",
        "column",
        "? dbo.b",
    );
}

#[test]
fn what_has_no_smaller_parts_is_left_out_once() {
    check("create table t (a int, a int);", "table", "! Duplicate a", "! Duplicate a\n? public.t");
}
