create table notes (id serial primary key, amount date not null, created_at bytea);
create table items (extra text) inherits (notes);
alter table only notes drop column created_at;
alter table only notes rename column amount to sum;
