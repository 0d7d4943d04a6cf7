//! Expressions, queries, changes of rows, sessions.

use super::check;

/// Expressions.
const EXPRESSIONS: &[(&str, &str)] = &[
    (
        r#"select a.b, "User", t.*, (r).f, f(x).g, count(*), count(distinct x) filter (where y)"#,
        "{Query selects=[{Select items=[Value(a.b, None), Value(User, None), Star(t), Value(Field(r, f), None), Value(Field(f(x), g), None), Value(count(*), None), Value(count(x, Other(filter (where y), [y])), None)]}]}",
    ),
    (
        "select 1 where a = 1 and b and (c and not d) or e",
        "{Query selects=[{Select items=[Value(1, None)] filter=Or([And([Binary(a, =, 1), b, c, Not(d)]), e])}]}",
    ),
    (
        "select a || b || c, a -> 'b' ->> 'c', x - y - z, a = any(array[1, 2]), a <> all (select 2)",
        "{Query selects=[{Select items=[Value(Binary(Binary(a, ||, b), ||, c), None), Value(Binary(Binary(a, ->, 'b'), ->>, 'c'), None), Value(Binary(Binary(x, -, y), -, z), None), Value({Quantified left=a op== right=Array([1, 2])}, None), Value({Quantified left=a op=<> all right={Query selects=[{Select items=[Value(2, None)]}]}}, None)]}]}",
    ),
    (
        "select a in (1, 2), a not in (select 1), a between 1 and 2 or b, a is not null, a is not true, a is unknown",
        "{Query selects=[{Select items=[Value({In needle=a list=[1, 2]}, None), Value({InQuery needle=a query={Query selects=[{Select items=[Value(1, None)]}]} negated}, None), Value(Or([Between(a, 1, 2, false), b]), None), Value(IsNull(a, false), None), Value(IsBool(a, true, true), None), Value(IsBool(a, None, false), None)]}]}",
    ),
    (
        "select 't'::boolean, cast('no' as bool), true, 'x'::text, date '2020-01-01', -1, - x, $1",
        "{Query selects=[{Select items=[Value(Bool(true), None), Value(Bool(false), None), Value(Bool(true), None), Value(Cast('x', text), None), Value(Cast('2020-01-01', date), None), Value(-1, None), Value(Unary(-, x), None), Value(Parameter(1), None)]}]}",
    ),
    (
        r#"select 'it''s', E'a\n', $$b$$, U&"d\0061t", null, B'101'"#,
        "{Query selects=[{Select items=[Value('it's', None), Value('a ', None), Value('b', None), Value(dat, None), Value(Null, None), Value(Other(b'101'), None)]}]}",
    ),
    (
        "select coalesce(a, 1), current_user, user, current_timestamp, extract(year from d), trim(both 'x' from y), a at time zone 'utc'",
        "{Query selects=[{Select items=[Value(coalesce(a, 1), None), Value(current_user(), None), Value(current_user(), None), Value(current_timestamp(), None), Value(extract('year', d), None), Value(trim('x', y), None), Value(timezone('utc', a), None)]}]}",
    ),
    (
        "select exists (select 1), (select auth.uid()), array(select 1), (1, 2), a[1], case when a then b else c end",
        "{Query selects=[{Select items=[Value(Exists({Query selects=[{Select items=[Value(1, None)]}]}), None), Value({Query selects=[{Select items=[Value(auth.uid(), None)]}]}, None), Value(array({Query selects=[{Select items=[Value(1, None)]}]}), None), Value(Row([1, 2]), None), Value(Index(a, 1), None), Value(Case(None, [a b], c), None)]}]}",
    ),
    (
        r#"select a like 'x%' escape '!', a operator(pg_catalog.=) b, a is distinct from b, a collate "C", f(x => 1)"#,
        "{Query selects=[{Select items=[Value(Binary(a, like, 'x%'), None), Value(Binary(a, =, b), None), Value(Binary(a, is distinct from, b), None), Value(a, None), Value(f(1), None)]}]}",
    ),
];

/// Queries and changes of rows.
const QUERIES: &[(&str, &str)] = &[
    (
        "with w(n) as (values (1)) select n from w union all select 2 limit 3",
        "{Query with=[w {Query selects=[{Select items=[Value(1, n)] values=[[1]]}]}] selects=[{Select items=[Value(n, None)] from=[{Relation w}]}, {Select items=[Value(2, None)]}] limited}",
    ),
    (
        "select * from a x, lateral f(1) as g(q), (select 1) s, b left join c using (k), (d join e on true)",
        "{Query selects=[{Select items=[Star(None)] from=[{Relation a alias=x}, {Call call=f(1) alias=g columns=[q]}, {Query query={Query selects=[{Select items=[Value(1, None)]}]} alias=s}, {Join left={Relation b} right={Relation c} using=[k] outer}, {Join left={Relation d} right={Relation e} on=Bool(true)}]}]}",
    ),
    (
        "with d as (delete from t where a returning b) select b from d",
        "{Query with=[d {Query selects=[{Select items=[Value(b, None)] from=[{Relation t}]}, {Select from=[{Relation t}] filter=a}] writes=[t]}] selects=[{Select items=[Value(b, None)] from=[{Relation d}]}] writes=[t]}",
    ),
    ("table t", "{Query selects=[{Select items=[Star(None)] from=[{Relation t}]}]}"),
    (
        "insert into s.t as x (a, b) values (1, 2), (3, 4) on conflict (a) do update set b = excluded.b",
        "{Change command=insert tables=[s.t] alias=x columns=[a -, b -, a -, b -] query={Query selects=[{Select values=[[1, 2], [3, 4]]}]}}",
    ),
    (
        "insert into t select * from u",
        "{Change command=insert tables=[t] query={Query selects=[{Select items=[Star(None)] from=[{Relation u}]}]}}",
    ),
    (
        "update only t as x set a = 1, (b, c) = (2, 3) from u where x.id = u.id",
        "{Change command=update tables=[t] alias=x columns=[a -, b -, c -] query={Query selects=[{Select items=[Value(1, a), Value(2, None), Value(3, None)] from=[{Relation u}] filter=Binary(x.id, =, u.id)}]}}",
    ),
    (
        "delete from t using u where t.id = u.id",
        "{Change command=delete tables=[t] query={Query selects=[{Select from=[{Relation u}] filter=Binary(t.id, =, u.id)}]}}",
    ),
    (
        "merge into t using s on t.id = s.id when matched then update set a = s.a when not matched then insert (b) values (1)",
        "{Change command=merge tables=[t] columns=[a -, b -] query={Query selects=[{Select items=[Value(s.a, a)] from=[{Relation s}] filter=Binary(t.id, =, s.id)}]}}",
    ),
    ("truncate a, only b cascade", "{Change command=truncate tables=[a, b] cascade}"),
    ("copy t (a, b) from '/tmp/x'", "{Change command=copy tables=[t] columns=[a -, b -]}"),
    ("copy t to stdout", "{Query selects=[{Select from=[{Relation t}]}]}"),
    ("lock table t", "{Change command=lock tables=[t]}"),
    (
        "select a into b from c",
        "{CreateTable b query={Query selects=[{Select items=[Value(a, None)] from=[{Relation c}]}]}}",
    ),
    ("call p(1)", "{Query selects=[{Select items=[Value(p(1), None)]}]}"),
    ("explain analyze delete from t", "{Change command=delete tables=[t] query={Query selects=[{Select}]}}"),
];

/// Settings, transactions, upkeep, names of types.
const SESSION: &[(&str, &str)] = &[
    (r#"set local search_path = a, "B", ''"#, "{Set setting={Setting search_path values=[a, B, '']} local}"),
    ("set app.x to 'Y'", "{Set setting={Setting app.x values=[Y]}}"),
    ("set time zone 'utc'", "{Set setting={Setting timezone values=[utc]}}"),
    ("set role none", "{Set setting={Setting role values=[none]}}"),
    ("reset all", "{Set setting={Setting all}}"),
    ("set session authorization default", "{Set setting={Setting session_authorization}}"),
    ("start transaction", "Transaction(Begin)"),
    ("rollback to savepoint a", "Transaction(RollbackTo(a))"),
    ("release a", "Transaction(Release(a))"),
    ("refresh materialized view concurrently v", "{Maintain command=refresh v concurrently}"),
    ("reindex table concurrently t", "{Maintain command=reindex t concurrently}"),
    ("vacuum full t", "{Maintain command=vacuum full t}"),
    (
        r#"create table t (a int4, b varchar(9), c timestamptz(3), d numeric(5), e float(3), f char, g "char", h interval day to second(2), i text[][], j _int4, k s.ty, l bit varying(3), m nchar, n decimal)"#,
        r#"{CreateTable t columns=[{Column a of=integer}, {Column b of=character varying(9)}, {Column c of=timestamp with time zone(3)}, {Column d of=numeric(5,0)}, {Column e of=real}, {Column f of=character(1)}, {Column g of="char"}, {Column h of=interval day to second(2)}, {Column i of=text[][]}, {Column j of=integer[]}, {Column k of=s.ty}, {Column l of=bit varying(3)}, {Column m of=character(1)}, {Column n of=numeric}]}"#,
    ),
];

#[test]
fn expressions() {
    check(EXPRESSIONS);
}

#[test]
fn queries_and_changes() {
    check(QUERIES);
}

#[test]
fn sessions_and_types() {
    check(SESSION);
}
