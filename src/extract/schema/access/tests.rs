//! What roles may do: scripts in, a short text out.

use super::{access, may_execute};
use crate::extract::schema::catalog::{Catalog, RelationId};
use crate::extract::schema::platform::Platform;
use crate::extract::schema::replay::replay;
use crate::parse::sql;
use crate::parse::sql::expression::Name;

fn catalog(text: &str) -> Catalog {
    let script = sql::read(text);
    assert_eq!(script.errors, Vec::new(), "{text}");
    let catalog = replay(Platform::Supabase, &[&script]);
    assert_eq!(catalog.faults, Vec::new(), "{text}");
    catalog
}

fn id(catalog: &Catalog, name: &str) -> RelationId {
    let (schema, name) = name.split_once('.').unwrap_or(("public", name));
    catalog.relation_names[&(Name::from(schema), Name::from(name))]
}

/// `select | insert | update | delete` of a role.
fn told(catalog: &Catalog, relation: &str, role: &str) -> String {
    access(catalog, id(catalog, relation), &Name::from(role)).map(|one| one.to_string()).join(" | ")
}

const TABLES: &str = "
    create table orgs (id uuid primary key, name text);
    create table members (org_id uuid references orgs, user_id uuid references auth.users, role text,
        primary key (org_id, user_id));
    create table profiles (id uuid primary key references auth.users, email text, is_admin boolean, org_id uuid);
    create table t (id bigint primary key, user_id uuid, org_id uuid, owner_email text, published boolean not null,
        status text, project_id bigint, member_ids uuid[]);
    create table projects (id bigint primary key, org_id uuid, owner_id uuid);
    alter table t enable row level security;";

/// What `select` is for `authenticated` and for `anon` with one policy.
fn with_policy(using: &str) -> (String, String) {
    let catalog = catalog(&format!("{TABLES} create policy p on t for select using ({using});"));
    let select = |role: &str| access(&catalog, id(&catalog, "t"), &Name::from(role))[0].to_string();
    (select("authenticated"), select("anon"))
}

const NEVER: &str = "nobody: never true";

/// A condition, and what it lets a user and somebody without one see.
const CONDITIONS: &[(&str, &str, &str)] = &[
    ("true", "everyone", "everyone"),
    ("1 = 1", "everyone", "everyone"),
    ("false", NEVER, NEVER),
    ("not true", NEVER, NEVER),
    ("auth.uid() is not null", "everyone", NEVER),
    ("auth.uid() is null", NEVER, "everyone"),
    ("auth.role() = 'authenticated'", "everyone", NEVER),
    ("(select auth.role()) = 'anon'", NEVER, "everyone"),
    ("auth.role() in ('anon', 'authenticated')", "everyone", "everyone"),
    ("auth.jwt() ->> 'role' = 'service_role'", NEVER, NEVER),
    ("current_user = 'authenticated'", "everyone", NEVER),
    ("current_user in ('postgres')", NEVER, NEVER),
    ("auth.uid() = user_id", "own rows by user_id", NEVER),
    ("user_id = (select auth.uid())", "own rows by user_id", NEVER),
    ("(auth.jwt() ->> 'sub')::uuid = user_id", "own rows by user_id", NEVER),
    (
        "current_setting('request.jwt.claims', true)::json ->> 'sub' = user_id::text",
        "own rows by user_id",
        NEVER,
    ),
    (
        "nullif(current_setting('request.jwt.claim.sub', true), '')::uuid = user_id",
        "own rows by user_id",
        NEVER,
    ),
    ("current_setting('app.current_user_id')::uuid = user_id", "own rows by user_id", "own rows by user_id"),
    (
        "current_setting('app.tenant_id', true)::uuid = org_id",
        "rows of the tenant by org_id",
        "rows of the tenant by org_id",
    ),
    ("auth.jwt() ->> 'email' = owner_email", "own rows by owner_email", NEVER),
    ("auth.uid() = any(member_ids)", "own rows by member_ids", NEVER),
    ("published", "rows where published", "rows where published"),
    ("published = true", "rows where published = true", "rows where published = true"),
    (
        "status = 'open' or auth.uid() = user_id",
        "rows where status = 'open' or own rows by user_id",
        "rows where status = 'open'",
    ),
    (
        "auth.uid() = user_id and status <> 'gone'",
        "own rows by user_id and rows where status <> 'gone'",
        NEVER,
    ),
    ("auth.uid() = user_id or true", "everyone", "everyone"),
    ("auth.uid() is not null and auth.uid() = user_id", "own rows by user_id", NEVER),
    ("(auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid = org_id", "rows of the tenant by org_id", NEVER),
    (
        "auth.jwt() -> 'app_metadata' ->> 'role' = 'admin'",
        "with claim: auth.jwt() -> 'app_metadata' ->> 'role' = 'admin'",
        NEVER,
    ),
    (
        "auth.jwt() -> 'user_metadata' ->> 'role' = 'admin'",
        "with a claim users can write: auth.jwt() -> 'user_metadata' ->> 'role' = 'admin'",
        NEVER,
    ),
    ("case when auth.role() = 'anon' then false else true end", "everyone", NEVER),
    ("coalesce(auth.uid() = user_id, false)", "own rows by user_id", NEVER),
];

#[test]
fn conditions_are_folded() {
    for (using, authenticated, anon) in CONDITIONS {
        assert_eq!(with_policy(using), ((*authenticated).to_owned(), (*anon).to_owned()), "{using}");
    }
}

#[test]
fn subqueries_are_told_by_what_they_link() {
    let never = "nobody: never true";
    let tenant = "rows of the tenant by org_id";
    let cases = [
        ("org_id in (select org_id from members where user_id = auth.uid())", tenant),
        (
            "org_id in (select m.org_id from members m where m.user_id = (select auth.uid()) and m.role = 'admin')",
            tenant,
        ),
        ("exists (select 1 from members m where m.org_id = t.org_id and m.user_id = auth.uid())", tenant),
        ("auth.uid() in (select user_id from members where members.org_id = t.org_id)", tenant),
        ("org_id = (select org_id from profiles where id = auth.uid())", tenant),
        ("org_id = any (select org_id from members where user_id = auth.uid())", tenant),
        ("org_id = any (array(select org_id from members where user_id = auth.uid()))", tenant),
        ("user_id in (select id from profiles where id = auth.uid())", "own rows by user_id"),
        (
            "exists (select 1 from projects p where p.id = t.project_id and p.owner_id = auth.uid())",
            "rows of the tenant by project_id",
        ),
        (
            "exists (select 1 from projects p join members m on m.org_id = p.org_id
            where p.id = t.project_id and m.user_id = auth.uid())",
            "rows of the tenant by project_id",
        ),
        (
            "project_id in (select id from projects where org_id in (select org_id from members where user_id = auth.uid()))",
            "rows of the tenant by project_id",
        ),
        (
            "(select owner_id from projects p where p.id = project_id) = auth.uid()",
            "rows of the tenant by project_id",
        ),
        (
            "exists (select 1 from profiles where id = auth.uid() and is_admin)",
            "with claim: exists (select 1 from profiles where id = auth.uid() and is_admin)",
        ),
        (
            "(select is_admin from profiles where id = auth.uid())",
            "with claim: (select is_admin from profiles where id = auth.uid())",
        ),
    ];
    for (using, authenticated) in cases {
        assert_eq!(with_policy(using), (authenticated.to_owned(), never.to_owned()), "{using}");
    }
}

#[test]
fn what_the_role_may_not_read_lets_nothing_through() {
    let by_member = "exists (select 1 from members m where m.org_id = t.org_id and m.user_id = auth.uid())";
    let cases = [
        ("", "rows of the tenant by org_id"),
        ("revoke select on members from authenticated;", "nobody: no privilege"),
        ("alter table members enable row level security;", "nobody: never true"),
        (
            "alter table members enable row level security; create policy m on members using (user_id = auth.uid());",
            "rows of the tenant by org_id",
        ),
    ];
    for (script, expected) in cases {
        let catalog =
            catalog(&format!("{TABLES} create policy p on t for select using ({by_member}); {script}"));
        let select = access(&catalog, id(&catalog, "t"), &Name::from("authenticated"))[0].to_string();
        assert_eq!(select, expected, "{script}");
    }
    let catalog = catalog(&format!(
        "{TABLES} create policy p on t using (exists (select 1 from auth.users where id = auth.uid()));"
    ));
    assert_eq!(told(&catalog, "t", "authenticated"), ["nobody: no privilege"; 4].join(" | "));
}

#[test]
fn helpers_are_read_as_if_they_stood_in_the_policy() {
    let cases = [
        ("create function is_member(org uuid) returns boolean language sql stable security definer set search_path = '' as
            $$ select exists (select 1 from public.members where org_id = org and user_id = auth.uid()) $$;",
            "is_member(org_id)", "rows of the tenant by org_id"),
        ("create function is_member(uuid) returns boolean language sql as
            $$ select exists (select 1 from members m where m.org_id = $1 and m.user_id = auth.uid()) $$;",
            "public.is_member(org_id)", "rows of the tenant by org_id"),
        ("create function my_orgs() returns setof uuid language sql as
            $$ select org_id from members where user_id = auth.uid() $$;",
            "org_id in (select my_orgs())", "rows of the tenant by org_id"),
        ("create function me() returns uuid language sql as $$ select auth.uid() $$;", "me() = user_id", "own rows by user_id"),
        ("create function yes() returns boolean language plpgsql as $$ begin return true; end $$;", "yes()", "everyone"),
        ("create function is_admin() returns boolean language sql security definer as
            $$ select exists (select 1 from profiles where id = auth.uid() and is_admin) $$;", "(select is_admin())",
            "with claim: exists (select 1 from profiles where id = auth.uid() and is_admin)"),
        ("create function who() returns text language sql security definer as $$ select current_user::text $$;",
            "who() = 'postgres'", "everyone"),
        ("create function odd() returns boolean language plpgsql as
            $$ declare n int; begin loop n := n + 1; exit when n > 3; end loop; return n > 3; end $$;",
            "odd()", "unknown: what a helper function gives"),
        ("create function is_admin() returns boolean language plpgsql security definer as $$
            declare found_role text;
            begin
              if auth.uid() is null then return false; end if;
              select role into found_role from members where user_id = auth.uid();
              return found_role = 'admin';
            end $$;",
            "is_admin()", "with claim: found_role = 'admin'"),
        ("create function may_see(org uuid) returns boolean language plpgsql security definer as $$
            begin
              if auth.role() = 'service_role' then return true; end if;
              perform 1 from members where org_id = org and user_id = auth.uid();
              return found;
            end $$;",
            "may_see(org_id)", "rows of the tenant by org_id"),
        ("create function me() returns uuid language plpgsql as $$ begin
            return nullif(auth.jwt() ->> 'sub', '')::uuid; exception when others then return null; end $$;",
            "me() = user_id", "own rows by user_id"),
    ];
    for (function, using, expected) in cases {
        let catalog =
            catalog(&format!("{TABLES}{function} create policy p on t for select using ({using});"));
        let select = access(&catalog, id(&catalog, "t"), &Name::from("authenticated"))[0].to_string();
        assert_eq!(select, expected, "{using}");
    }
}

#[test]
fn grants_and_commands_decide() {
    let none = "nobody: no policy";
    let cases = [
        ("", "anon", [none, none, none, none].join(" | ")),
        ("alter table t disable row level security;", "anon", ["everyone"; 4].join(" | ")),
        ("", "service_role", ["everyone"; 4].join(" | ")),
        ("", "postgres", ["everyone"; 4].join(" | ")),
        ("alter table t force row level security; create role worker; alter table t owner to worker;
          grant usage on schema public to worker;", "worker", [none; 4].join(" | ")),
        ("revoke all on t from anon; create policy p on t using (true);", "anon", ["nobody: no privilege"; 4].join(" | ")),
        ("create policy p on t to authenticated using (true);", "anon", [none; 4].join(" | ")),
        ("create policy p on t for all to authenticated using (user_id = auth.uid());", "authenticated",
            ["own rows by user_id"; 4].join(" | ")),
        ("create policy p on t for insert with check (auth.uid() = user_id); create policy q on t for update using (true)
            with check (false);", "authenticated",
            [none, "own rows by user_id", "nobody: never true", none].join(" | ")),
        ("create policy p on t using (true); create policy q on t as restrictive for delete using (published);", "anon",
            ["everyone", "everyone", "everyone", "rows where published"].join(" | ")),
        ("create policy q on t as restrictive using (true);", "anon", [none; 4].join(" | ")),
        ("revoke select on t from anon; grant select (id) on t to anon; create policy p on t using (true);", "anon",
            ["everyone"; 4].join(" | ")),
        ("create role reader; grant authenticated to reader; create policy p on t to authenticated using (true);", "reader",
            ["everyone"; 4].join(" | ")),
    ];
    for (script, role, expected) in cases {
        assert_eq!(told(&catalog(&format!("{TABLES}{script}")), "t", role), expected, "{script}");
    }
}

#[test]
fn views_show_what_their_owner_or_caller_sees() {
    let mine = "create policy p on t using (auth.uid() = user_id);";
    let cases = [
        ("create view v as select * from t;", "everyone | everyone | everyone | everyone"),
        (
            "create view v with (security_invoker = true) as select * from t;",
            "own rows by user_id | own rows by user_id | own rows by user_id | own rows by user_id",
        ),
        (
            "create view v with (security_invoker) as select * from t where published;",
            "own rows by user_id and rows where published | own rows by user_id | own rows by user_id and rows where published | own rows by user_id and rows where published",
        ),
        (
            "create view v as select id from t where user_id = auth.uid();",
            "own rows by user_id | everyone | own rows by user_id | own rows by user_id",
        ),
        (
            "create view v as select count(*) from t;",
            "everyone | nobody: not possible | nobody: not possible | nobody: not possible",
        ),
        (
            "create materialized view v as select * from t;",
            "everyone | nobody: not possible | nobody: not possible | nobody: not possible",
        ),
        (
            "create view v with (security_invoker = on) as select t.id from t join orgs o on o.id = t.org_id;",
            "own rows by user_id | nobody: not possible | nobody: not possible | nobody: not possible",
        ),
        (
            "create view v as select x.id from t x join members m on m.org_id = x.org_id and m.user_id = auth.uid()
             where x.published;",
            "rows where x.published and rows of the tenant by org_id | nobody: not possible | nobody: not possible | nobody: not possible",
        ),
        (
            "create view v as select x.id from t as x where x.user_id = auth.uid();",
            "own rows by user_id | everyone | own rows by user_id | own rows by user_id",
        ),
    ];
    for (view, expected) in cases {
        assert_eq!(
            told(&catalog(&format!("{TABLES}{mine}{view}")), "v", "authenticated"),
            expected,
            "{view}"
        );
    }
}

#[test]
fn functions_may_be_executed_by_everyone_until_revoked() {
    let cases = [
        ("create function f() returns int language sql as 'select 1';", true),
        (
            "create function f() returns int language sql as 'select 1'; revoke execute on function f() from public, anon;",
            false,
        ),
        (
            "create function f() returns int language sql as 'select 1'; revoke execute on function f() from public;",
            true,
        ),
        ("create schema hidden; create function hidden.f() returns int language sql as 'select 1';", false),
        (
            "alter default privileges in schema public revoke execute on functions from anon;
          alter default privileges revoke execute on functions from public;
          create function f() returns int language sql as 'select 1';",
            false,
        ),
    ];
    for (script, expected) in cases {
        let catalog = catalog(script);
        let function = catalog.functions.iter().flatten().find(|function| function.name == "f").unwrap();
        assert_eq!(may_execute(&catalog, function, &Name::from("anon")), expected, "{script}");
    }
}
