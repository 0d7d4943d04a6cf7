//! Blocks: scripts in, what they leave out.

use crate::extract::schema::catalog::Catalog;
use crate::extract::schema::lines::lines;
use crate::extract::schema::platform::Platform;
use crate::extract::schema::replay::replay;
use crate::parse::sql;

fn run(text: &str) -> Catalog {
    let script = sql::read(text);
    assert_eq!(script.errors, Vec::new(), "{text}");
    replay(Platform::Plain, &[&script])
}

/// Lines that begin with a word, without it, and faults and doubts.
fn told(text: &str, word: &str) -> Vec<String> {
    let catalog = run(text);
    let mut out: Vec<String> = lines(&catalog)
        .into_iter()
        .filter_map(|line| line.strip_prefix(word).map(|rest| rest.trim().to_owned()))
        .collect();
    out.extend(catalog.faults.iter().map(|fault| format!("fault {:?} {}", fault.kind, fault.name)));
    out.extend(catalog.doubts.iter().map(|doubt| format!("doubt {} {:?}", doubt.why, doubt.about)));
    out
}

const TABLES: &str = "create table a (id int); create table b (id int); create table c (id int); ";

#[test]
fn loops_over_lists_and_the_catalogue_are_unrolled() {
    let loops = [
        "do $$ declare t text; begin foreach t in array array['a','b','c'] loop
           execute format('alter table public.%I enable row level security', t); end loop; end $$;",
        "do $$ declare t text; begin for t in select unnest(array['a','b','c']) loop
           execute 'alter table ' || quote_ident(t) || ' enable row level security'; end loop; end $$;",
        "do $$ declare r record; begin for r in (values ('a'), ('b'), ('c')) loop
           execute format('alter table %I enable row level security', r.column1); end loop; end $$;",
        "do $$ declare r record; begin for r in select tablename from pg_tables where schemaname = 'public' loop
           execute 'ALTER TABLE public.' || r.tablename || ' ENABLE ROW LEVEL SECURITY'; end loop; end $$;",
        "do $$ declare r record; begin for r in select table_name from information_schema.tables
           where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'pg_%' loop
           execute format('alter table %I enable row level security;', r.table_name); end loop; end $$;",
        "do $$ declare r record; begin for r in select c.relname as t from pg_class c join pg_namespace n
           on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r' loop
           execute format('alter table %I enable row level security', r.t); end loop; end $$;",
        "do $$ declare r regclass; begin for r in select oid::regclass from pg_class
           where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') loop
           execute format('alter table %s enable row level security', r); end loop; end $$;",
        "do $$ declare n text; begin for n in select * from unnest(string_to_array('a, b, c', ', ')) loop
           execute concat('alter table ', n, ' enable row level security'); end loop; end $$;",
        "do $$ declare names text[] := array['a','b','c']; begin for i in 1..array_length(names, 1) loop
           execute format('alter table %I enable row level security', names[i]); end loop; end $$;",
        "create function f(t text) returns void language plpgsql as $$ begin
           execute format('alter table %I enable row level security', t); end $$;
         select f('a'), f('b'); do $$ begin perform f('c'); end $$;",
        "create function f(t regclass) returns void language plpgsql as $$ begin
           execute 'alter table ' || t || ' enable row level security'; end $$;
         select f(t::regclass) from (values ('a'), ('public.b'), ('c')) as l(t);",
    ];
    for block in loops {
        let made: Vec<String> = told(&format!("{TABLES}{block}"), "table ");
        let expected = ["a", "b", "c"].map(|name| format!("public.{name} owner=postgres rls"));
        assert_eq!(made, expected, "{block}");
    }
}

#[test]
fn conditions_on_the_catalogue_are_decided() {
    let cases = [
        ("if not exists (select 1 from pg_type where typname = 'mood') then create type mood as enum ('x'); end if;", true),
        ("if exists (select 1 from pg_type where typname = 'mood') then create type mood as enum ('x'); end if;", false),
        ("if to_regclass('public.a') is not null then create type mood as enum ('x'); end if;", true),
        ("if to_regclass('public.zz') is not null then create type mood as enum ('x'); end if;", false),
        ("if not exists (select 1 from information_schema.columns where table_schema = 'public' and table_name = 'a'
           and column_name = 'id') then create type mood as enum ('x'); end if;", false),
        ("if not exists (select 1 from information_schema.columns where table_name = 'a' and column_name = 'z')
           then create type mood as enum ('x'); end if;", true),
        ("if (select count(*) from pg_constraint where conname = 'zz') = 0 then create type mood as enum ('x'); end if;", true),
        ("if exists (select from pg_roles where rolname = 'postgres') then create type mood as enum ('x'); end if;", true),
        ("if not exists (select 1 from pg_policies where tablename = 'a' and policyname = 'p') then
           create type mood as enum ('x'); end if;", true),
        ("perform 1 from pg_namespace where nspname = 'zz'; if not found then create type mood as enum ('x'); end if;", true),
        ("create type mood as enum ('x'); create type mood as enum ('y'); exception when duplicate_object then null;", false),
        ("create type mood as enum ('x'); exception when duplicate_object then null;", true),
    ];
    for (body, made) in cases {
        let told = told(&format!("{TABLES} do $$ begin {body} end $$;"), "enum ");
        assert_eq!(told.len(), usize::from(made), "{body} {told:?}");
    }
}

#[test]
fn what_depends_on_rows_stays_a_doubt() {
    let cases = [
        (
            "do $$ declare r record; begin for r in select id from a loop
               execute format('create policy %I on a using (true)', 'p' || r.id); end loop; end $$;",
            vec!["doubt a loop over rows that are not known Policies"],
        ),
        (
            "do $$ begin if (select count(*) from a) > 3 then alter table b enable row level security; end if; end $$;",
            vec!["doubt a condition that could not be decided Relation(\"public\", \"b\")"],
        ),
        ("do $$ begin if (select count(*) from a) > 3 then delete from b; end if; end $$;", vec![]),
        ("do $$ begin raise exception 'no'; end $$;", vec!["fault Invalid raise exception"]),
        ("do $$ begin create table a (id int); end $$;", vec!["fault Duplicate public.a"]),
        (
            "do $$ begin create table d (id int); alter table zz add x int; end $$;",
            vec!["fault UnknownRelation public.zz"],
        ),
    ];
    for (block, expected) in cases {
        assert_eq!(told(&format!("{TABLES}{block}"), "nothing"), expected, "{block}");
    }
}

#[test]
fn functions_of_extensions_make_tables() {
    let queue = "create extension pgmq; select pgmq.create('Jobs'); select * from pgmq.drop_queue('none');";
    let made: Vec<String> = told(queue, "table ");
    assert_eq!(made, ["pgmq.a_jobs owner=postgres", "pgmq.q_jobs owner=postgres"]);
    let place = format!(
        "{TABLES} create extension postgis; select addgeometrycolumn('a', 'geom', 4326, 'POINT', 2);"
    );
    assert_eq!(told(&place, "column public.a.geom"), ["#2 public.geometry"]);
}
