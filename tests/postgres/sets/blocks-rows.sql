-- Rows inside blocks: the tables must be there, columns can be variables; functions as texts.
create table a (x int, y text);
do $$ declare n int := 1; begin insert into a values (n, 'x'); update a set x = n where y = 'x'; delete from a where x = n; create table made (x int); end $$;
do $$ begin insert into missing values (1); create table unmade (x int); end $$;
do $$ declare n int; begin select count(*) into n from missing; create table unmade2 (x int); end $$;
do $$ declare r record; begin for r in select * from nowhere.missing loop null; end loop; create table unmade3 (x int); end $$;
do $$ begin perform 1 from missing; exception when undefined_table then create table handled (x int); end $$;
do $$ begin if exists (select 1 from pg_tables where tablename = 'a') then insert into missing select 1; end if; end $$;
do $$ begin create temp table t (x int); insert into t select x from a; update a set x = t.x from t; end $$;
create schema s;
create type s."Kind" as enum ('a');
create function s.one(a int, b s."Kind"[] default null, out c text) language sql as $$ select 'x' $$;
create function two(varchar(10), timestamptz) returns int language sql security definer as $$ select 1 $$;
create function "Three"() returns int language sql as $$ select 1 $$;
do $$ declare r record; begin
  for r in select p.oid::regprocedure as signature from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('s', 'public') loop
    execute format('revoke all on function %s from public', r.signature);
  end loop;
  for r in select n.nspname, p.proname, pg_get_function_identity_arguments(p.oid) as arguments from pg_proc p join pg_namespace n on p.pronamespace = n.oid where n.nspname in ('s', 'public') and p.proconfig is null loop
    execute format('alter function %I.%I(%s) set search_path = ''''', r.nspname, r.proname, r.arguments);
  end loop;
end $$;
do $$ begin if exists (select 1 from missing) then null; end if; create table unmade4 (x int); end $$;
do $$ declare n int := 0; begin if n > 0 and not exists (select 1 from missing m where m.x = n) then null; end if; create table unmade5 (x int); end $$;
create role reader;
create function told() returns trigger language plpgsql as $$ begin return new; end $$;
create function asked() returns setof s."Kind"[] language sql security definer as $$ select null::s."Kind"[] $$;
grant execute on function asked() to reader;
do $$ declare r record; begin
  for r in select p.oid::regprocedure as signature from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' and p.prosecdef and p.prorettype::regtype::text <> 'trigger' and has_function_privilege('reader', p.oid, 'EXECUTE') loop
    execute format('revoke all on function %s from public, reader', r.signature);
  end loop;
end $$;
create table kinds (k s."Kind", t text);
create index on kinds (k enum_ops, t text_ops);
alter table kinds alter k type text;
