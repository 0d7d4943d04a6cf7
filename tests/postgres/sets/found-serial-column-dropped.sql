create table n (id serial primary key, body real, unique (id));
alter table n drop column id;
