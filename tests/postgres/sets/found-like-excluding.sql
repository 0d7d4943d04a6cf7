create schema app;
create table notes (id serial primary key, a smallint unique check (a > 0), status smallint default 0);
create table app.notes (like notes including all excluding indexes);
