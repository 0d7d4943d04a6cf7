create table t (a int, b int generated always as (a * 2) stored, c text default lower('X'));
alter table t add column d int generated always as (a + 1) stored;
alter table t alter column b drop expression;
alter table t alter column c drop expression;
alter table t alter column c drop expression if exists;
alter table t alter column d set default 1;
alter table t drop column a;
alter table t drop column a cascade;
alter table t add column e int generated always as (nope) stored;
