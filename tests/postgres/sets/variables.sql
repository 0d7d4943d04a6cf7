-- The types of a function's variables are looked up when it is made.
create table t (a int, b text);
create type kind as enum ('x');
create schema s;
create table s.u (a int);
create function f1() returns void language plpgsql as $$ declare r t%rowtype; k kind; n t.a%type; m n%type; o t.b%type := 'x'; q s.u%rowtype; p s.u.a%type; c pg_class%rowtype; d pg_catalog.pg_proc%rowtype; e t[]; g record; begin null; end $$;
create function f2() returns void language plpgsql as $$ declare r missing%rowtype; begin null; end $$;
create function f3() returns void language plpgsql as $$ declare r s.missing%rowtype; begin null; end $$;
create function f4() returns void language plpgsql as $$ declare r missing_type; begin null; end $$;
create function f5() returns void language plpgsql as $$ declare r missing.a%type; begin null; end $$;
create function f6(x t) returns void language plpgsql as $$ declare y x.a%type; z u%rowtype; begin null; end $$;
create function f7() returns void language plpgsql set search_path = s as $$ declare z u%rowtype; begin null; end $$;
create function f8() returns void language plpgsql as $$ begin declare z missing%rowtype; begin null; end; end $$;
create function f9() returns void language plpgsql as $$ declare z nowhere.missing%rowtype; begin null; end $$;
do $$ declare z t%rowtype; begin create table made (x int); end $$;
do $$ declare z missing%rowtype; begin create table unmade (x int); end $$;
set check_function_bodies = off;
create function f10() returns void language plpgsql as $$ declare r missing%rowtype; begin null; end $$;
