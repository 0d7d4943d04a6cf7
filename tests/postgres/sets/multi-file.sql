create table a (id int primary key);
set search_path = nowhere;
begin;
create table lost (id int);
-- file: 002_more.sql
create table b (id int references a);
create table lost (id int);
-- file: 003_down.sql
drop table a;
drop table b;
drop table a;
-- file: 004_last.sql
create table a (other text);
