create role manager;
create table t (id int);
create policy a on t for update to manager, manager using (true);
create policy b on t to postgres, postgres;
