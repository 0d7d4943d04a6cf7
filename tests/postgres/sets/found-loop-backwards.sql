do $$ begin for i in reverse 3..1 loop execute format('create table back_%s (id int)', i); end loop; end $$;
do $$ begin for i in reverse 1..3 loop execute format('create table never_%s (id int)', i); end loop; end $$;
do $$ begin for i in 3..1 loop execute format('create table never_%s (id int)', i); end loop; end $$;
create table counted (id int);
do $$ begin for i in reverse 3..1 loop execute format('alter table counted add column c%s int', i); end loop; end $$;
do $$ begin for i in 1..3 loop execute format('alter table counted add column d%s int', i); end loop; end $$;
do $$ begin for i in 1..6 by 2 loop raise notice '%', i; end loop; end $$;
