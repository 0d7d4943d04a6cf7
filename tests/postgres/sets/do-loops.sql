create table a (id int);
create table b (id int);
create table "C d" (id int);
do $$
declare t text;
begin
  foreach t in array array['a', 'b', 'C d'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('create policy %I on %I for select using (true)', t || '_read', t);
  end loop;
end $$;
do $$
declare r record;
begin
  for r in select * from (values ('a', 'x'), ('b', 'y')) as v(tab, col) loop
    execute 'alter table ' || quote_ident(r.tab) || ' add column ' || r.col || ' int';
  end loop;
end $$;
do $$
begin
  for i in 1..3 loop
    execute format('create table part_%s (id int)', i);
  end loop;
end $$;
do $$
declare
  names text[] := array['part_1', 'part_2'];
  n text;
begin
  foreach n in array names loop
    execute format('drop table %I', n);
  end loop;
end $$;
