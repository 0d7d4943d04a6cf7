create table notes (id int not null, a int, unique (id, a)) partition by range (a);
alter table notes rename column a to amount;
create table part partition of notes default;
