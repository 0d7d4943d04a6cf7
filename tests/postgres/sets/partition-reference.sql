create table p (id int primary key, a int) partition by hash (id);
create table p0 partition of p for values with (modulus 2, remainder 0);
create table p1 partition of p for values with (modulus 2, remainder 1);
create table child (id int primary key, p_id int references p);
drop table p0;
alter table p detach partition p1;
drop table p;
drop table p cascade;
