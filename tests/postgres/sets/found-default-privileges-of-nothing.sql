alter default privileges revoke all on tables from postgres;
create table t (id int);
