create table notes (id serial primary key, created_at int);
create or replace view totals as select t.created_at from notes t;
create or replace view totals with (security_barrier) as select t.created_at from totals t;
