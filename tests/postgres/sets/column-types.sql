create table t (a int, b int2, c int8, d float, e float(20), f float8, g decimal(5), h numeric, i numeric(6,3), j char, k char(3), l varchar, m varchar(7), n text, o bool, p timestamp, q timestamp(3), r timestamptz, s timestamptz(2), u time, v timetz, w interval, x interval(2), y interval day to second, z bit);
create table t2 (a bit(3), b bit varying, c varbit(5), d "char", e name, f oid, g int[], h int[][], i text array, j varchar(3)[], k integer[3], l json, m jsonb, n uuid, o inet, p cidr, q macaddr, r money, s xml, t point, u box, v int4range, w tstzrange, x tsvector, y tsquery, z bytea);
create table t3 (a character varying(3), b double precision, c national character(4), d timestamp without time zone, e timestamp with time zone, f time(3) without time zone, g time with time zone, h pg_catalog.int4, i regclass, j real, k dec, l smallint, m bigint, n nchar varying(5), o interval year to month, p interval second(3), q int4multirange, r bpchar, s character);
create table t4 (a nope);
create table t5 (a serial2, b serial8, c smallserial);
alter table t alter column a type bigint, alter column b type numeric(3,1), alter column n type varchar(20);
alter table t alter column n type int;
alter table t alter column n type int using n::int;
alter table t alter column a type nope;
