create function a() returns text language sql as $$ select 'a;b' $$;
create function b() returns text language plpgsql as $body$
declare x text := 'it''s; $$ not the end $$';
begin
  -- a comment; with a semicolon
  /* another; /* nested; */ one */
  return x;
end;
$body$;
create function c() returns text language sql as 'select ''x;y''';
create function d() returns text language plpgsql as E'begin\n return \'z\';\nend';
do $x$ begin execute $y$ create table made (id int) $y$; end $x$;
create table t (a text default 'semi;colon', b text default E'\'', c text default $$dollar$$);
comment on table t is $$ text; more $$;
