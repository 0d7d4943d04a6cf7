create table a (i int primary key, r real unique, n numeric unique);
create table b (x real references a (i));
create table c (x int references a (r));
create table d (x numeric references a (i));
create table e (x bigint references a (i), y int references a (n), z numeric references a (r));
