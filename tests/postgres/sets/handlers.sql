-- What a handler catches, and what it lets through.
create table a (x int, constraint k check (x > 1));
do $$ begin create table a (y int); exception when duplicate_table then create table b (x int); end $$;
do $$ begin create table a (y int); exception when duplicate_object then create table c (x int); end $$;
do $$ begin alter table a add constraint k check (x > 2); exception when duplicate_object then null; end $$;
do $$ begin alter table missing add constraint k check (x > 2); exception when duplicate_object then null; end $$;
do $$ begin alter table missing add y int; exception when undefined_table or duplicate_object then create table d (x int); end $$;
do $$ begin alter table a add x int; exception when duplicate_column then null; when others then create table e (x int); end $$;
do $$ begin alter table a add x int; exception when duplicate_object then null; when others then create table f (x int); end $$;
do $$ begin create type t as enum ('a'); create type t as enum ('b'); exception when duplicate_object then create type u as enum ('c'); end $$;
do $$ begin drop type missing; exception when sqlstate '42704' then create table g (x int); end $$;
do $$ begin raise exception 'no'; exception when raise_exception then create table h (x int); end $$;
do $$ begin raise exception 'no'; exception when undefined_table then create table i (x int); end $$;
do $$ begin begin create table a (y int); exception when undefined_column then null; end; exception when others then create table j (x int); end $$;
do $$ begin create table a (y int); exception when others then raise; end $$;
create function f(a varchar(20), b numeric(10, 2), c char(3)[]) returns varchar(5) language sql as $$ select 'x' $$;
create function g() returns table (a varchar(3)) language sql as $$ select 'x' $$;
comment on function f(varchar, numeric, char[]) is 'found';
do $$ declare n text; begin for n in select unnest(array['p', 'q', 'r']) loop continue when n = 'p'; execute format('create table %I (x int)', n); exit when n = 'q'; end loop; end $$;
