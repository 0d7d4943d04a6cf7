create table t (a char(2) default null, b timestamp(3) default null, c int default null, d text default null, e numeric(10,2) default null, f varchar(3) default null);
alter table t alter column c set default null;
alter table t alter column a set default null;
