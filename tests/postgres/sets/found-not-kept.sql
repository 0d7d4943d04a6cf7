create unlogged table items (id int primary key);
create publication pub for table items;
create temp table users (id serial primary key, a int references users);
create materialized view totals as select t.id from users t;
create view names as select t.id from users t;
