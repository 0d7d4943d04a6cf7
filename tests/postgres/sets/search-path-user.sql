create schema postgres;
create table t (id int);
create table public.t (id int, a int);
alter table t add column b int;
drop schema postgres cascade;
alter table t add column c int;
