create table t (id serial primary key, a int, b text);
create view v as select id, a from t;
insert into t (a, b) values (1, 'x'), (2, 'y');
insert into t (a, nope) values (1, 2);
insert into t values (5, 6, 'z');
insert into nothing values (1);
insert into t (a) select a from t where b = 'x' on conflict (id) do update set a = excluded.a returning id;
update t set a = 3 where id = 1;
update t set nope = 3;
update t set a = nope;
update t x set a = x.a + 1 from v where v.id = x.id;
delete from t where nope = 1;
delete from nothing;
delete from t using v where v.id = t.id;
select * from t;
select nope from t;
select t.a, v.a from t join v using (id);
select z.a from t;
truncate t, nothing;
truncate t;
insert into v (a) values (1);
with x as (select 1 as n) insert into t (a) select n from x;
with x as (delete from t returning *) select * from x;
begin;
lock table t;
lock table nothing;
commit;
copy t (a, b) from stdin;
1	x
2	y
\.
copy t from stdin;
\.
alter table t add column c int;
