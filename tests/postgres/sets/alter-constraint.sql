-- Whether a foreign key can be deferred, changed afterwards.
create table a (id int primary key);
create table b (x int constraint k references a deferrable, y int constraint l references a, z int constraint m unique, constraint n check (z > 1));
alter table b alter constraint k not deferrable;
alter table b alter constraint l deferrable initially deferred;
alter table b alter constraint m deferrable;
alter table b alter constraint n deferrable;
alter table b alter constraint missing deferrable;
create table c (x int constraint p references a deferrable initially deferred);
alter table c alter constraint p initially immediate;
create table d (x int constraint q references a) partition by range (x);
create table d1 partition of d for values from (1) to (2);
alter table d alter constraint q deferrable;
