create schema app;
create type app.mood as enum ('a');
create table app.t (id serial primary key);
create function app.f() returns int language sql as 'select 1';
create table outside (t_id int references app.t, m app.mood, d int default app.f());
create view v as select * from app.t;
drop schema app;
drop schema app cascade;
