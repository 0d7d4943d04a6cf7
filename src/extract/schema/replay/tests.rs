//! What statements make of the catalogue: scripts in, lines and faults out.

use crate::extract::schema::catalog::Catalog;
use crate::extract::schema::lines;
use crate::extract::schema::platform::Platform;
use crate::parse::sql;

/// Replays files of one set.
fn replayed(files: &[&str]) -> Catalog {
    let scripts = files.iter().map(|text| sql::read(text)).collect::<Vec<_>>();
    super::replay(Platform::Plain, &scripts.iter().collect::<Vec<_>>())
}

/// The lines that begin with one of some words, and faults.
fn shown(files: &[&str], words: &[&str]) -> String {
    let catalog = replayed(files);
    let mut out = lines::lines(&catalog)
        .into_iter()
        .filter(|line| words.iter().any(|word| line.starts_with(&format!("{word} "))))
        .collect::<Vec<_>>();
    out.extend(catalog.faults.iter().map(|fault| format!("! {:?} {}", fault.kind, fault.name)));
    out.join("\n")
}

/// Faults only.
fn faults(text: &str) -> String {
    let catalog = replayed(&[text]);
    catalog
        .faults
        .iter()
        .map(|fault| format!("{:?} {}", fault.kind, fault.name))
        .collect::<Vec<_>>()
        .join(", ")
}

#[track_caller]
fn check(text: &str, words: &[&str], wanted: &str) {
    let wanted = wanted.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    assert_eq!(shown(&[text], words), wanted, "\nof {text}");
}

#[test]
fn what_has_no_name_is_named_as_postgresql_names_it() {
    check(
        "create table t (a serial primary key, b int unique check (b > 0), c int references t, check (a > b),
             unique (b, c), exclude using gist (c with =));
         create index on t (lower(b::text), (a + b)); create index on t (b) include (c); create index on t (b, b);",
        &["constraint", "index", "sequence"],
        "constraint public.t.t_b_c_key unique(b, c)
         constraint public.t.t_b_check check(b)
         constraint public.t.t_b_key unique(b)
         constraint public.t.t_c_excl exclude(c)
         constraint public.t.t_c_fkey foreign(c) -> public.t(a) delete=no-action update=no-action
         constraint public.t.t_check check(a, b)
         constraint public.t.t_pkey primary(a)
         index public.t_b_b1_idx on public.t btree (b, b)
         index public.t_b_c_idx on public.t btree (b) include(c)
         index public.t_b_c_key on public.t unique btree (b, c) constraint=t_b_c_key
         index public.t_b_key on public.t unique btree (b) constraint=t_b_key
         index public.t_c_excl on public.t gist (c) constraint=t_c_excl
         index public.t_lower_expr_idx on public.t btree ((expression), (expression))
         index public.t_pkey on public.t primary btree (a) constraint=t_pkey
         sequence public.t_a_seq owner=postgres owned-by=public.t.a",
    );
}

#[test]
fn names_that_are_taken_are_numbered_and_long_ones_cut() {
    let long = "a".repeat(70);
    check(
        &format!(
            "create table t_pkey (id int); create table t (id int primary key, x int); create index on t (x);
             create index on t (x); create table {long} ({long} int unique);"
        ),
        &["index"],
        &format!(
            "index public.{a}_{b}_key on public.{c} unique btree ({c}) constraint={a}_{b}_key
             index public.t_pkey1 on public.t primary btree (id) constraint=t_pkey1
             index public.t_x_idx on public.t btree (x)
             index public.t_x_idx1 on public.t btree (x)",
            a = "a".repeat(29),
            b = "a".repeat(29),
            c = "a".repeat(63)
        ),
    );
}

#[test]
fn a_refused_statement_changes_nothing() {
    check(
        "create table t (id int);
         alter table t add column a int, add column b nowhere;
         alter table t add column c int, drop column missing;
         create table u (id int primary key, t int references nothing);",
        &["column", "table", "index"],
        "column public.t.id #1 integer
         table public.t owner=postgres
         ! UnknownType nowhere
         ! UnknownColumn public.t.missing
         ! UnknownRelation public.nothing",
    );
}

#[test]
fn drops_without_cascade_stop_at_what_depends() {
    let made = "create table a (id int primary key, x int); create table b (id int, a int references a);
                create view v as select x from a; create type m as enum ('q'); create table c (m m);
                create function f() returns int language sql as 'select 1'; create table d (n int default f());";
    for (drop, wanted) in [
        ("drop table a;", "Depended public.b.b_a_fkey"),
        ("drop view v; drop table a, b;", ""),
        ("alter table a drop column x;", "Depended public.v"),
        ("alter table a alter column x type bigint;", "Depended public.v"),
        ("drop type m;", "Depended public.c.m"),
        ("drop function f();", "Depended public.d.n"),
        ("drop table a cascade; drop type m cascade; drop function f() cascade;", ""),
        ("drop view v; alter table a drop constraint a_pkey;", "Depended public.b.b_a_fkey"),
        ("drop index a_pkey;", "Depended public.a_pkey"),
        ("drop table v;", "WrongKind public.v"),
        ("drop view if exists a;", "WrongKind public.a"),
        ("drop table if exists nothing, nowhere.nothing;", ""),
        ("drop schema public;", "Depended public.a"),
    ] {
        assert_eq!(faults(&format!("{made}{drop}")), wanted, "{drop}");
    }
}

#[test]
fn cascades_take_what_depends_and_no_more() {
    check(
        "create table a (id int primary key, x int, y int); create table b (id int, a int references a);
         create view v as select x from a; create view w as select x from v; create view z as select y from a;
         create index on a (x, y); alter table a drop column x cascade;
         create sequence s; create table c (n int default nextval('s')); drop sequence s cascade;
         drop table a cascade;",
        &["table", "view", "column", "constraint", "index"],
        "column public.b.a #2 integer
         column public.b.id #1 integer
         column public.c.n #1 integer
         table public.b owner=postgres
         table public.c owner=postgres",
    );
}

#[test]
fn renames_are_followed() {
    check(
        "create schema s; create table t (id serial primary key, a int check (a > 0), b int references t);
         create index i on t (a); create view v as select a from t; create policy p on t using (t.a = 1);
         alter table t rename to u; alter table u rename column a to z; alter table u rename constraint t_pkey to pk;
         alter index i rename to j; alter sequence t_id_seq rename to ids; alter table u set schema s;
         alter table s.u drop column z;",
        &["table", "column", "constraint", "index", "sequence", "view"],
        "column public.v.a #1
         column s.u.b #3 integer
         column s.u.id #1 integer not-null default
         column s.u.z #2 integer
         constraint s.u.pk primary(id)
         constraint s.u.t_a_check check(z)
         constraint s.u.t_b_fkey foreign(b) -> s.u(id) delete=no-action update=no-action
         index s.j on s.u btree (z)
         index s.pk on s.u primary btree (id) constraint=pk
         sequence s.ids owner=postgres owned-by=s.u.id
         table s.u owner=postgres
         view public.v owner=postgres
         ! Depended s.u.p",
    );
}

#[test]
fn partitions_have_the_keys_of_their_parent_and_not_its_policies() {
    check(
        "create table r (id int primary key); create table p (id int not null, r int references r, at date)
             partition by range (id);
         create table p1 partition of p for values from (1) to (10); alter table p add primary key (id);
         create index on p (at); create table p2 (at date, id int not null, r int);
         alter table p attach partition p2 for values from (10) to (20); alter table p enable row level security;
         create policy q on p using (true); alter table p detach partition p1;",
        &["constraint", "index", "policy", "partition", "table", "partitioned"],
        "constraint public.p.p_pkey primary(id)
         constraint public.p.p_r_fkey foreign(r) -> public.r(id) delete=no-action update=no-action
         constraint public.p1.p1_pkey primary(id)
         constraint public.p1.p_r_fkey foreign(r) -> public.r(id) delete=no-action update=no-action
         constraint public.p2.p2_pkey primary(id) inherited
         constraint public.p2.p_r_fkey foreign(r) -> public.r(id) delete=no-action update=no-action inherited
         constraint public.r.r_pkey primary(id)
         index public.p1_at_idx on public.p1 btree (at)
         index public.p1_pkey on public.p1 primary btree (id) constraint=p1_pkey
         index public.p2_at_idx on public.p2 btree (at) of=public.p_at_idx
         index public.p2_pkey on public.p2 primary btree (id) constraint=p2_pkey of=public.p_pkey
         index public.p_at_idx on public.p btree (at)
         index public.p_pkey on public.p primary btree (id) constraint=p_pkey
         index public.r_pkey on public.r primary btree (id) constraint=r_pkey
         partition public.p2 of public.p
         partitioned public.p owner=postgres rls
         policy public.p.q permissive all to=public using
         table public.p1 owner=postgres
         table public.p2 owner=postgres
         table public.r owner=postgres",
    );
}

#[test]
fn children_inherit_columns_and_checks() {
    check(
        "create table a (id int primary key, x int check (x > 0)); create table b (y int) inherits (a);
         alter table a add column z text not null default ''; alter table a rename column x to w;
         alter table b drop column w; alter table a drop column id;",
        &["column", "constraint", "inherits"],
        "column public.a.w #1 integer
         column public.a.z #2 text not-null default
         column public.b.w #1 integer inherited
         column public.b.y #2 integer
         column public.b.z #3 text not-null default inherited
         constraint public.a.a_x_check check(w)
         constraint public.b.a_x_check check(w) inherited
         inherits public.b of public.a
         ! Invalid public.b.w",
    );
}

#[test]
fn what_is_rolled_back_was_never_there() {
    check(
        "begin; create table a (id int); rollback; create table a (id text);
         begin; create table b (id int); savepoint s; create table c (id int); rollback to s; create table d (id int);
         release s; commit;",
        &["column"],
        "column public.a.id #1 text
         column public.b.id #1 integer
         column public.d.id #1 integer",
    );
}

#[test]
fn names_are_looked_for_along_the_search_path_of_their_session() {
    let first =
        "create schema app; create schema other; set search_path = app, public; create table t (id int);
                 create type kind as enum ('a'); create table public.t (id int); create table u (k kind);
                 select pg_catalog.set_config('search_path', '', false); alter table t add column x int;";
    let second = "alter table t add column y int; create table v (k app.kind); create temp table w (id int);";
    let third =
        "create temporary table w (id int); create table x (k kind); create table nowhere.y (id int);";
    assert_eq!(
        shown(&[first, second, third], &["column"]),
        "column app.t.id #1 integer\ncolumn app.u.k #1 app.kind\ncolumn public.t.id #1 integer\n\
         column public.t.y #2 integer\ncolumn public.v.k #1 app.kind\n! UnknownRelation t\n! UnknownType kind\n\
         ! UnknownSchema nowhere"
    );
}

#[test]
fn queries_are_checked_against_what_is_known() {
    let made = "create table t (id int, a text); create table u (id int, t int, b text);
                create view v as select id, a as c from t;";
    for (query, wanted) in [
        ("select t.a, u.b from t join u on u.t = t.id where exists (select 1 from v where v.c = t.a);", ""),
        ("select missing from t;", "UnknownColumn public.t.missing"),
        ("select x.a from t;", "UnknownObject x"),
        ("select a from t where id in (select t from u where c = 1);", "UnknownColumn c"),
        ("with w as (select id as n from t) select n from w;", ""),
        ("with w as (select id as n from t) select id from w;", "UnknownColumn id"),
        ("with recursive w(n) as (select 1 union all select n + 1 from w) select n from w;", ""),
        ("select count(*), t from t group by t;", ""),
        ("select e.value from t, jsonb_array_elements(a::jsonb) e;", ""),
        ("select n from generate_series(1, 2) n;", ""),
        ("select * from t, lateral (select b from u where u.t = t.id) x where x.b = 'q';", ""),
        ("insert into t (id, nope) values (1, 2);", "UnknownColumn public.t.nope"),
        ("insert into t select id, b from u;", ""),
        ("update t x set a = u.b from u where u.t = x.id;", ""),
        ("delete from t using u where u.t = t.id and nope;", "UnknownColumn nope"),
        ("with d as (delete from t where id = 1 returning a) select a from d;", ""),
        ("insert into t (id) values (1) on conflict (id) do update set a = excluded.a;", ""),
        ("select nope(1);", "UnknownFunction nope"),
        ("select 'nothing'::regclass;", "UnknownRelation public.nothing"),
        ("select current_user, coalesce(a, 'x'), t.ctid from t;", ""),
    ] {
        assert_eq!(faults(&format!("{made}{query}")), wanted, "{query}");
    }
}

#[test]
fn types_decide_what_can_be_changed_and_compared() {
    let made = "create type m as enum ('a'); create table t (id uuid primary key, n int default 1, s text default 'a');";
    for (statement, wanted) in [
        ("create table u (t int references t);", "Invalid public.u.t"),
        ("create table u (t uuid references t (n));", "Invalid public.t"),
        ("alter table t alter n type bigint, alter s type varchar(5);", ""),
        ("alter table t alter s type int;", "Invalid public.t.s"),
        ("alter table t alter s type m using s::m;", "Invalid public.t.s"),
        ("alter table t alter s drop default, alter s type m using s::m;", ""),
        ("alter table t alter n type boolean using n > 0;", "Invalid public.t.n"),
        ("alter table t alter id drop not null;", "Invalid public.t.id"),
        ("alter table t add primary key (n);", "Invalid public.t"),
        ("create table u (a int, a int);", "Duplicate a"),
        ("create table t (a int);", "Duplicate public.t"),
        ("create type t as enum ('x');", "Duplicate public.t"),
        ("create table m (a int);", "Duplicate public.m"),
        ("create index on t (nope);", "UnknownColumn public.t.nope"),
        ("alter type m add value 'a';", "Duplicate public.m.a"),
        ("comment on column t.nope is 'x';", "UnknownColumn public.t.nope"),
    ] {
        assert_eq!(faults(&format!("{made}{statement}")), wanted, "{statement}");
    }
}

#[test]
fn a_doubt_explains_what_is_missing_later() {
    let unread = "create table a (id int; alter table a add column b int; ";
    assert_eq!(faults(&format!("{unread}create view v as select * from a; drop view v, a;")), "");
    assert_eq!(faults(&format!("{unread}create table c (a int references a (id)); drop table c;")), "");
    assert_eq!(faults(&format!("{unread}alter sequence a_id_seq restart; drop index a_b_idx;")), "");
    assert_eq!(faults(&format!("{unread}select nope();")), "UnknownFunction nope");
    assert_eq!(
        faults(&format!("{unread}drop table ab; drop table other.a;")),
        "UnknownRelation public.ab, UnknownSchema other"
    );
    assert_eq!(faults("create function f() retuns int as ''; select f(), g();"), "");
    assert_eq!(faults("create functio f(); select g();"), "");
    assert_eq!(faults("\\ir others.sql\ndrop table a;"), "");
    assert_eq!(faults("insert into t vlues (1); drop table a;"), "UnknownRelation public.a");
    assert_eq!(
        faults("create table c as select * from jsonb_each('{}'); alter table c drop column key;"),
        ""
    );
}

#[test]
fn families_of_many_diamonds_are_walked_once() {
    let mut text = "create table a0 (x int); create table b0 (x int);".to_owned();
    for level in 1..40 {
        for side in ["a", "b"] {
            let above = level - 1;
            text += format!("create table {side}{level} () inherits (a{above}, b{above});").as_str();
        }
    }
    text.push_str("alter table a0 alter x set not null, alter x set default 1; alter table a0 add y int;");
    text.push_str("alter table a0 rename y to z; alter table a0 inherit a39; drop table a0, b0 cascade;");
    assert_eq!(faults(&text), "Invalid public.a0");
    assert_eq!(shown(&[&text], &["table"]), "! Invalid public.a0");
}
