create schema app;
create table app.a (id int);
create table app.b (id int);
create table c (id int);
create role anon;
do $$
declare r record;
begin
  for r in select tablename from pg_tables where schemaname = 'app' loop
    execute format('alter table app.%I enable row level security', r.tablename);
  end loop;
  for r in select table_name, table_schema from information_schema.tables where table_schema in ('public', 'app') and table_type = 'BASE TABLE' loop
    execute format('grant select on %I.%I to anon', r.table_schema, r.table_name);
  end loop;
end $$;
create policy p1 on app.a using (true);
create policy p2 on app.a using (true);
do $$
declare p record;
begin
  for p in select policyname, tablename, schemaname from pg_policies where schemaname = 'app' loop
    execute format('drop policy if exists %I on %I.%I', p.policyname, p.schemaname, p.tablename);
  end loop;
end $$;
