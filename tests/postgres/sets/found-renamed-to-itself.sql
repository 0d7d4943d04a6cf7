create function f() returns int language sql as 'select 1';
alter function f() rename to f;
create function tr() returns trigger language plpgsql as $$ begin return new; end $$;
create table t (id int);
create trigger x before insert on t for each row execute function tr();
alter trigger x on t rename to x;
create policy p on t using (true);
alter policy p on t rename to p;
