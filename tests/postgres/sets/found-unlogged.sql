create unlogged table logs (id serial primary key, at int generated always as identity);
create table kept (id int references logs (id));
create unlogged table kept (id int references logs (id));
