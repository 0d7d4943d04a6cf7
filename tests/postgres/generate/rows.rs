//! Sets about rows: one table, two views of it, grants and policies.

#![allow(clippy::too_many_lines)] // an arm a statement

use super::{Maker, Set};

/// What every set of rows begins with.
const BEGIN: [&str; 12] = [
    "create role anon nologin;",
    "create role authenticated nologin;",
    "create role service_role nologin bypassrls;",
    "create role worker nologin;",
    "create role owner nologin;",
    "create schema auth;",
    "grant usage on schema auth to public;",
    "create function auth.jwt() returns jsonb language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;",
    "create function auth.uid() returns uuid language sql stable as $$ select nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid $$;",
    "create function auth.role() returns text language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $$;",
    "create table public.t (id int primary key, owner_id uuid, team_id uuid, is_public boolean, body text);",
    "create table public.member (team_id uuid, user_id uuid);",
];

const ROLES: [&str; 4] = ["anon", "authenticated", "service_role", "worker"];

const CONDITIONS: [&str; 34] = [
    "true",
    "true",
    "false",
    "auth.uid() = owner_id",
    "auth.uid() = owner_id",
    "(select auth.uid()) = owner_id",
    "owner_id = (select auth.uid() as uid)",
    "auth.uid()::text = owner_id::text",
    "owner_id::text = (auth.jwt() ->> 'sub')",
    "owner_id::text = (nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')",
    "owner_id = nullif(current_setting('app.user_id', true), '')::uuid",
    "is_public",
    "is_public = true",
    "not is_public",
    "is_public is true",
    "id > 4",
    "id in (1, 2, 3)",
    "owner_id is not null",
    "body = 'x' or body = 'y'",
    "1 = 1",
    "team_id in (select team_id from member where user_id = auth.uid())",
    "exists (select 1 from member m where m.team_id = t.team_id and m.user_id = (select auth.uid()))",
    "team_id = any (array(select m.team_id from member m where m.user_id = auth.uid()))",
    "team_id = nullif(current_setting('app.tenant_id', true), '')::uuid",
    "team_id::text = (auth.jwt() ->> 'tenant')",
    "is_member(team_id)",
    "team_id in (select my_teams())",
    "auth.role() = 'authenticated'",
    "auth.role() = 'anon'",
    "(select auth.role()) in ('authenticated', 'service_role')",
    "auth.uid() is not null",
    "current_user = 'worker'",
    "(auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'",
    "(auth.jwt() -> 'user_metadata' ->> 'role') = 'admin'",
];

/// The set of rows of a seed.
pub(crate) fn set(seed: u64) -> Set {
    let mut maker = Maker::new(seed ^ 0x5eed_0f70);
    for statement in BEGIN {
        maker.say(statement.to_owned());
    }
    let definer = maker.maybe(70, "security definer ");
    maker.say(format!("create function is_member(team uuid) returns boolean language sql stable {definer}set search_path = public as $$ select exists (select 1 from member where team_id = team and user_id = auth.uid()) $$;"));
    maker.say(format!("create function my_teams() returns setof uuid language sql stable {definer}as $$ select team_id from public.member where user_id = auth.uid() $$;"));
    if maker.chance(85) {
        maker.say("grant select on member to public;".to_owned());
    }
    maker.say("create view plain_view as select * from t;".to_owned());
    let view = maker.pick(&[
        "select * from t",
        "select * from t where is_public",
        "select * from t where owner_id = auth.uid()",
    ]);
    maker.say(format!("create view invoker_view with (security_invoker = true) as {view};"));
    for relation in ["t", "plain_view", "invoker_view"] {
        for _ in 0..=maker.below(3) {
            let to = maker.pick(&[
                "anon",
                "authenticated",
                "anon, authenticated",
                "public",
                "service_role, worker",
                "worker",
            ]);
            let what = maker.pick(&[
                "all",
                "all",
                "select",
                "select",
                "insert",
                "select, update",
                "select, insert, update, delete",
                "delete",
                "update",
            ]);
            let verb = if maker.chance(12) { ("revoke", "from") } else { ("grant", "to") };
            maker.say(format!("{} {what} on {relation} {} {to};", verb.0, verb.1));
        }
    }
    if maker.chance(10) {
        maker.say("revoke usage on schema public from public;".to_owned());
        maker.say("grant usage on schema public to authenticated;".to_owned());
    }
    if maker.chance(15) {
        maker.say("grant authenticated to worker;".to_owned());
    }
    if maker.chance(10) {
        maker.say("alter table t owner to owner;".to_owned());
    }
    if maker.chance(88) {
        maker.say("alter table t enable row level security;".to_owned());
    }
    if maker.chance(12) {
        maker.say("alter table t force row level security;".to_owned());
    }
    for number in 0..maker.below(5) {
        maker.row_policy(number);
    }
    Set::of(format!("rows-{seed:03}"), &maker.statements)
}

impl Maker {
    fn row_condition(&mut self) -> String {
        let one = self.pick(&CONDITIONS);
        match self.below(8) {
            0 => format!("{one} and ({})", self.pick(&CONDITIONS)),
            1 => format!("{one} or ({})", self.pick(&CONDITIONS)),
            2 if self.chance(50) => format!("not ({one})"),
            _ => one.to_owned(),
        }
    }

    fn row_policy(&mut self, number: usize) {
        let kind = self.maybe(18, " as restrictive");
        let command =
            self.pick(&["", "", " for select", " for select", " for insert", " for update", " for delete"]);
        let to = match self.below(5) {
            0..=2 => String::new(),
            3 => format!(" to {}", self.pick(&ROLES)),
            _ => format!(" to {}, {}", self.pick(&ROLES), self.pick(&ROLES)),
        };
        let using = if command == " for insert" {
            String::new()
        } else {
            format!(" using ({})", self.row_condition())
        };
        let check = if command == " for insert" || matches!(command, "" | " for update") && self.chance(40) {
            format!(" with check ({})", self.row_condition())
        } else {
            String::new()
        };
        self.say(format!("create policy p{number} on t{kind}{command}{to}{using}{check};"));
    }
}
