//! Roles, grants and policies.

use super::check;

#[test]
fn grants() {
    check(&[
        (
            r#"grant select, insert (a, b), update on s.t, u to anon, "Public", public with grant option"#,
            "{Grant privileges=[{Privilege select}, {Privilege insert columns=[a, b]}, {Privilege update}] target=Relations([s.t, u]) roles=[anon, Public, public] grant_option}",
        ),
        (
            "grant all privileges on table t to current_user; grant all (a) on t to x; grant usage, select on sequence s to x; grant execute on function f(int, text), g to x; grant execute on procedure p() to x; grant all on routine r to x",
            "{Grant privileges=[{Privilege all}] target=Relations([t]) roles=[current_user]}
{Grant privileges=[{Privilege all columns=[a]}] target=Relations([t]) roles=[x]}
{Grant privileges=[{Privilege usage}, {Privilege select}] target=Sequences([s]) roles=[x]}
{Grant privileges=[{Privilege execute}] target=Functions([{FunctionRef f arguments=[integer, text]}, {FunctionRef g}]) roles=[x]}
{Grant privileges=[{Privilege execute}] target=Functions([{FunctionRef p arguments=}]) roles=[x]}
{Grant privileges=[{Privilege all}] target=Functions([{FunctionRef r}]) roles=[x]}",
        ),
        (
            "grant usage on schema a, b to group x; grant usage on type t to x; grant usage on domain d to x; grant connect, temp on database d to x; grant usage on foreign server s to x",
            "{Grant privileges=[{Privilege usage}] target=Schemas([a, b]) roles=[x]}
{Grant privileges=[{Privilege usage}] target=Types([t]) roles=[x]}
{Grant privileges=[{Privilege usage}] target=Types([d]) roles=[x]}
{Grant privileges=[{Privilege connect}, {Privilege temporary}] target=Other roles=[x]}
{Grant privileges=[{Privilege usage}] target=Other roles=[x]}",
        ),
        (
            "grant select on all tables in schema a, b to x; grant usage on all sequences in schema a to x; grant execute on all functions in schema a to x; grant execute on all routines in schema a to x",
            "{Grant privileges=[{Privilege select}] target=AllTables([a, b]) roles=[x]}
{Grant privileges=[{Privilege usage}] target=AllSequences([a]) roles=[x]}
{Grant privileges=[{Privilege execute}] target=AllFunctions([a]) roles=[x]}
{Grant privileges=[{Privilege execute}] target=AllRoutines([a]) roles=[x]}",
        ),
        (
            "revoke grant option for select on t from x cascade; revoke all on all tables in schema public from public; revoke execute on function f from anon",
            "{Grant revoke privileges=[{Privilege select}] target=Relations([t]) roles=[x] grant_option cascade}
{Grant revoke privileges=[{Privilege all}] target=AllTables([public]) roles=[public]}
{Grant revoke privileges=[{Privilege execute}] target=Functions([{FunctionRef f}]) roles=[anon]}",
        ),
        (
            "grant a, b to c, d with admin option; grant a to b with inherit false; revoke admin option for a from b; revoke a from b cascade",
            "{GrantRole roles=[a, b] members=[c, d] admin}
{GrantRole roles=[a] members=[b]}
{GrantRole revoke roles=[a] members=[b] admin}
{GrantRole revoke roles=[a] members=[b]}",
        ),
        (
            "alter default privileges for role a, b in schema s, t grant select on tables to c with grant option; alter default privileges revoke all on functions from public; alter default privileges for user a grant usage on schemas to x; alter default privileges in schema s grant execute on routines to x",
            "{DefaultPrivileges owners=[a, b] schemas=[s, t] grant={Grant privileges=[{Privilege select}] target=Default(tables) roles=[c] grant_option}}
{DefaultPrivileges grant={Grant revoke privileges=[{Privilege all}] target=Default(functions) roles=[public]}}
{DefaultPrivileges owners=[a] grant={Grant privileges=[{Privilege usage}] target=Default(schemas) roles=[x]}}
{DefaultPrivileges schemas=[s] grant={Grant privileges=[{Privilege execute}] target=Default(functions) roles=[x]}}",
        ),
    ]);
}

#[test]
fn roles() {
    check(&[
        (
            "create role r; create user u with password 'x' createdb nologin; create group g user a, b; create role r superuser bypassrls noinherit in role a, b role c admin d connection limit 5 valid until 'x'",
            "{CreateRole r}
{CreateRole u login options=[CreateDatabase(true), Login(false)]}
{CreateRole g members=[a, b]}
{CreateRole r options=[Superuser(true), BypassRls(true), Inherit(false)] member_of=[a, b] members=[c, d]}",
        ),
        (
            "alter role r nobypassrls login; alter user u rename to v; alter role r set search_path to a, 'b c'; alter role r in database d reset all; alter role all reset search_path; alter group g add user a; alter group g drop user a; alter role r set x from current",
            "{AlterRole r options=[BypassRls(false), Login(true)]}
{AlterRole u rename=v}
{AlterRole r settings=[{Setting search_path values=[a, b c]}]}
{AlterRole r settings=[{Setting all}]}
{AlterRole all settings=[{Setting search_path}]}
{GrantRole roles=[g] members=[a]}
{GrantRole revoke roles=[g] members=[a]}
{AlterRole r settings=[{Setting x current}]}",
        ),
    ]);
}

#[test]
fn policies() {
    check(&[
        (
            r#"create policy "p a" on s.t as restrictive for update to anon, current_user using (a = 1) with check (true); create policy p on t; create policy p on t as permissive for all to public"#,
            "{CreatePolicy p a table=s.t command=Update roles=[anon, current_user] using=Binary(a, =, 1) check=Bool(true)}
{CreatePolicy p table=t permissive command=All}
{CreatePolicy p table=t permissive command=All roles=[public]}",
        ),
        (
            "alter policy p on t rename to q; alter policy p on t to a using (true); alter policy p on t with check (false)",
            "{AlterPolicy p table=t rename=q}
{AlterPolicy p table=t roles=[a] using=Bool(true)}
{AlterPolicy p table=t check=Bool(false)}",
        ),
    ]);
}
