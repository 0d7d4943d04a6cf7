create table users (id int, created_at date default now());
create materialized view m as select * from users;
alter table m rename column created_at to made;
alter table m alter column made drop default;
create view v as select * from users;
alter view v alter column id set default 1;
