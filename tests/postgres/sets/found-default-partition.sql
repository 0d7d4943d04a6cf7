create table events (id int, a int) partition by hash (a);
create table app_events partition of events default;
create table teams (id int, a int) partition by range (a);
create table users partition of teams default;
create table notes partition of teams default;
create table orders (id int, a int);
alter table teams attach partition orders default;
