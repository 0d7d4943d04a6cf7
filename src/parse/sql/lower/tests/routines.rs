//! Functions, triggers and PL/pgSQL.

use super::check;

#[test]
fn functions() {
    check(&[
        (
            "create or replace function s.f(a int, inout b text default 'x', out c s.d, variadic e int[]) returns setof record language plpgsql stable strict leakproof security definer set search_path = public, '' set role from current as 'nothing'",
            "{CreateFunction s.f or_replace arguments=[{Argument a mode=In of=integer}, {Argument b mode=InOut of=text default}, {Argument c mode=Out of=s.d}, {Argument e mode=Variadic of=integer[]}] returns=setof record language=plpgsql volatility=Stable definer strict settings=[{Setting search_path values=[public, '']}, {Setting role current}] body=Unread(nothing)}",
        ),
        (
            "create function f(int, t.a%type) returns table (a int, b text) language 'sql' immutable as 'select 1, 2'; create function f() returns table (a int) language sql as ''; create procedure p(a int) language sql begin atomic insert into t values (a); select 1; end",
            "{CreateFunction f arguments=[{Argument mode=In of=integer}, {Argument mode=In of=t.a%type}, {Argument a mode=Table of=integer}, {Argument b mode=Table of=text}] returns=setof record language=sql volatility=Immutable body=Sql([{{Query selects=[{Select items=[Value(1, None), Value(2, None)]}]}}])}
{CreateFunction f arguments=[{Argument a mode=Table of=integer}] returns=setof integer language=sql body=Sql()}
{CreateFunction p procedure arguments=[{Argument a mode=In of=integer}] language=sql body=Sql([{{Change command=insert tables=[t] query={Query selects=[{Select values=[[a]]}]}}}, {{Query selects=[{Select items=[Value(1, None)]}]}}])}",
        ),
        (
            "create function f() returns int return 1 + 2; create function f() returns int language c as 'lib', 'sym'; create function f() returns text language plv8 as $$ return 1 $$; create function f() returns void language sql as $$ selec 1 $$",
            "{CreateFunction f returns=integer language=sql body=Sql([{{Query selects=[{Select items=[Value(Binary(1, +, 2), None)]}]}}])}
{CreateFunction f returns=integer language=c}
{CreateFunction f returns=text language=plv8}
{CreateFunction f returns=void language=sql body=Unread( selec 1 )}",
        ),
        (
            "alter function f(int) security definer set search_path to '' strict; alter function f reset search_path; alter function f reset all; alter function f rename to g; alter procedure p(int) owner to o; alter routine r set schema s; alter function f security invoker not leakproof called on null input immutable; alter function f set x to default",
            "{AlterFunction function={FunctionRef f arguments=[integer]} actions=[Definer(true), Set({Setting search_path values=['']}), Strict(true)]}
{AlterFunction function={FunctionRef f} actions=[Reset(search_path)]}
{AlterFunction function={FunctionRef f} actions=[Reset(None)]}
{AlterFunction function={FunctionRef f} actions=[Rename(g)]}
{AlterFunction function={FunctionRef p arguments=[integer]} actions=[Owner(o)]}
{AlterFunction function={FunctionRef r} actions=[SetSchema(s)]}
{AlterFunction function={FunctionRef f} actions=[Definer(false), Other, Strict(false), Volatility(Immutable)]}
{AlterFunction function={FunctionRef f} actions=[Reset(x)]}",
        ),
    ]);
}

#[test]
fn triggers() {
    check(&[
        (
            "create or replace trigger t instead of insert or update of a, b or delete on s.v for each row when (new.a is distinct from old.a) execute function s.f('x'); create constraint trigger c after truncate on t execute procedure g()",
            "{CreateTrigger t table=s.v or_replace timing=InsteadOf insert update delete update_columns=[a, b] for_each_row when=Binary(new.a, is distinct from, old.a) function=s.f}
{CreateTrigger c table=t constraint timing=After truncate function=g}",
        ),
    ]);
}

#[test]
fn blocks() {
    check(&[
        (
            "do $$ declare a int := 1; b constant text default 'x'; r t%rowtype; c t.x%type; d alias for $1; e cursor for select 1 from t; begin null; end $$",
            "{Do language=plpgsql block={Block declares=[a integer 1, b text 'x', r t -, c t.x%type -, d - Parameter(1), e - {Query selects=[{Select items=[Value(1, None)] from=[{Relation t}]}]}] statements=[{Other(null)}]}}",
        ),
        (
            "do language plpgsql 'begin execute ''drop table t''; end'; do language plpython3u 'x = 1'",
            "{Do language=plpgsql block={Block statements=[{{Execute text='drop table t'}}]}}
{Do language=plpython3u}",
        ),
        (
            "do $$ begin create table t (a int); a := 1; b.c := count(*) from t; d[1] := 2; perform f(1); select a, b into strict x, y.z from t where c; insert into t values (1) returning id into x; end $$",
            "{Do language=plpgsql block={Block statements=[{Sql({{CreateTable t columns=[{Column a of=integer}]}})}, {{Assign a value=1}}, {{Assign b.c value={Query selects=[{Select items=[Value(count(*), None)] from=[{Relation t}]}]}}}, {{Assign d[] value=2}}, {Perform({Query selects=[{Select items=[Value(f(1), None)]}]})}, {{SelectInto names=[x, y.z] query={Query selects=[{Select items=[Value(a, None), Value(b, None)] from=[{Relation t}] filter=c}]}}}, {Sql({{Change command=insert tables=[t] query={Query selects=[{Select values=[[1]]}]}}})}, {{Assign x value=Other(returning)}}]}}",
        ),
        (
            "do $$ begin if a then null; elsif b or c is null then return; else raise notice 'x'; end if; case x when 1, 2 then raise exception 'a %', b; else end case; case when a then raise; end case; end $$",
            "{Do language=plpgsql block={Block statements=[{{If arms=[a [{Other(null)}], Or([b, IsNull(c, true)]) [{Return(None)}]] otherwise=[{Raise(false)}]}}, {{If arms=[{In needle=x list=[1, 2]} [{Raise(true)}]]}}, {{If arms=[a [{Raise(true)}]]}}]}}",
        ),
        (
            "do $$ begin for r in select * from t loop execute format('drop table %I', r.a) into x using r.b, 1; end loop; for r in execute 'x' || y loop exit when z; end loop; foreach x slice 0 in array array['a', 'b'] loop continue; end loop; for i in reverse 3..1 loop null; end loop; for i in 1..9 by 2 loop null; end loop; end $$",
            "{Do language=plpgsql block={Block statements=[{{ForQuery names=[r] query={Query selects=[{Select items=[Star(None)] from=[{Relation t}]}]} body=[{{Execute text=format('drop table %I', r.a) using=[r.b, 1] into=[x]}}]}}, {{ForExecute names=[r] text=Binary('x', ||, y) body=[{{If arms=[z [{Other(exit)}]]}}]}}, {{ForEach names=[x] array=Array(['a', 'b']) body=[{Other(continue)}]}}, {{ForRange i from=3 to=1 reverse body=[{Other(null)}]}}, {Loop([{Other(null)}])}]}}",
        ),
        (
            "do $$ <<outer>> begin loop commit; end loop; while a < 3 loop a := a + 1; end loop; begin drop table t; exception when undefined_table or others then null; end; get diagnostics n = row_count; open c for select 1; return query select 1; return query execute 'x' using 1; return next a; assert a; end outer $$",
            "{Do language=plpgsql block={Block statements=[{Loop([{Sql({Transaction(Commit)})}])}, {Loop([{{Assign a value=Binary(a, +, 1)}}])}, {{Block statements=[{Sql({{Drop class=Table names=[{Dropped t}]}})}] exception handlers=[{Handler conditions=[undefined_table, others] statements=[{Other(null)}]}]}}, {{Assign n value=Other(diagnostics)}}, {Other(open)}, {ReturnQuery({Query selects=[{Select items=[Value(1, None)]}]})}, {{Execute text='x' using=[1]}}, {Other(return next)}, {Other(assert)}]}}",
        ),
        (
            "do $$ begin with x as (select 1 as a) select a into b from x; update t set a = 1 returning a, b into strict c, d; if a between 1 and 2 or not f(b) then null; end if; end $$",
            "{Do language=plpgsql block={Block statements=[{{SelectInto names=[b] query={Query with=[x {Query selects=[{Select items=[Value(1, a)]}]}] selects=[{Select items=[Value(a, None)] from=[{Relation x}]}]}}}, {Sql({{Change command=update tables=[t] columns=[a -] query={Query selects=[{Select items=[Value(1, a)]}]}}})}, {{Assign c value=Other(returning)}}, {{Assign d value=Other(returning)}}, {{If arms=[Or([Between(a, 1, 2, false), Not(f(b))]) [{Other(null)}]]}}]}}",
        ),
    ]);
}
