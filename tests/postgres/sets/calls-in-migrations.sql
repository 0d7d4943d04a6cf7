create function enable_rls(name text) returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
end;
$$;
create table a (id int);
create table b (id int);
select enable_rls('a');
select enable_rls('b');
create function add_audit(target regclass) returns void language plpgsql as $$
begin
  execute 'create trigger audit after insert on ' || target || ' for each row execute function tr()';
end;
$$;
create function tr() returns trigger language plpgsql as $$ begin return new; end $$;
select add_audit('a');
create procedure make() language plpgsql as $$ begin create table made (id int); end $$;
call make();
select enable_rls('nothing');
drop function enable_rls(text);
