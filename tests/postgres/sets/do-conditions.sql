do $$ begin
  create type mood as enum ('a', 'b');
exception when duplicate_object then null;
end $$;
do $$ begin
  create type mood as enum ('a', 'b', 'c');
exception when duplicate_object then null;
end $$;
do $$ begin
  if not exists (select 1 from pg_type where typname = 'level') then
    create type level as enum ('x');
  end if;
end $$;
do $$ begin
  if not exists (select from pg_roles where rolname = 'anon') then create role anon nologin; end if;
end $$;
create table t (id int, a int);
do $$ begin
  if exists (select 1 from information_schema.columns where table_name = 't' and column_name = 'a') then
    alter table t rename column a to b;
  end if;
  if not exists (select 1 from information_schema.columns where table_schema = 'public' and table_name = 't' and column_name = 'c') then
    alter table t add column c text;
  else
    alter table t add column d text;
  end if;
end $$;
do $$ begin
  if not exists (select 1 from pg_constraint where conname = 't_pk') then
    alter table t add constraint t_pk primary key (id);
  end if;
end $$;
do $$ begin
  if to_regclass('public.t') is not null then create index i on t (b); end if;
  if to_regclass('public.u') is not null then create index j on u (b); end if;
end $$;
do $$ begin
  alter table t add column c text;
end $$;
do $$ begin
  create table inner_t (id int);
  alter table nothing add column c text;
end $$;
