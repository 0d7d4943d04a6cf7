use super::find;
use crate::extract::http::shown::routes;

const TRPC: (&str, &str) = (
    "src/trpc.ts",
    r#"
import { initTRPC, TRPCError } from "@trpc/server";
const t = initTRPC.context().create({ transformer });
export const createRouter = t.router;
export const mergeRouters = t.mergeRouters;
const isAuthed = t.middleware(({ ctx, next }) => {
  if (!ctx.user) throw new TRPCError({ code: "UNAUTHORIZED" });
  return next();
});
export const publicProcedure = t.procedure;
export const protectedProcedure = publicProcedure.use(isAuthed);
export const roleProcedure = (role) => protectedProcedure.use(({ ctx, next }) => {
  if (ctx.user.role !== role) throw new TRPCError({ code: "FORBIDDEN" });
  return next();
});
"#,
);

const USER: (&str, &str) = (
    "src/user.ts",
    r#"
import { z } from "zod";
import { createRouter, publicProcedure, protectedProcedure, roleProcedure } from "./trpc";
const schema = z.object({ id: z.string() });
export const userRouter = createRouter({
  list: publicProcedure.query(() => []),
  byId: protectedProcedure.input(schema).query(({ input }) => input.id),
  remove: roleProcedure("admin").input(z.string()).mutation(async () => {}),
  changed: publicProcedure.subscription(() => {}),
});
"#,
);

const USERS: [&str; 4] = [
    "QUERY user.list ? []",
    "QUERY user.byId ? [isAuthed=auth, schema=validation]",
    "MUTATION user.remove ? [isAuthed=auth, use=rbac, input=validation]",
    "SUBSCRIPTION user.changed ? []",
];

fn unnamed(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| line.replace("  [", " ? [")).collect()
}

#[test]
fn procedures_of_nested_routers() {
    let root = r#"
import { createRouter } from "./trpc";
import { userRouter } from "./user";
export const appRouter = createRouter({ user: userRouter });
"#;
    assert_eq!(unnamed(routes(find, &[TRPC, USER, ("src/root.ts", root)])), USERS);
}

#[test]
fn merged_routers_and_plain_objects() {
    let root = r#"
import { createRouter, mergeRouters, publicProcedure } from "./trpc";
import { userRouter } from "./user";
const one = createRouter({ user: userRouter });
const two = createRouter({ post: { add: publicProcedure.mutation(() => {}) } });
export const appRouter = mergeRouters(one, two);
"#;
    let mut expected = USERS.to_vec();
    expected.push("MUTATION post.add ? []");
    assert_eq!(unnamed(routes(find, &[TRPC, USER, ("src/root.ts", root)])), expected);
}

#[test]
fn only_what_an_adapter_serves_can_be_reached() {
    let server = r#"
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { createRouter, publicProcedure } from "./trpc";
const served = createRouter({ health: publicProcedure.query(() => "ok") });
const lost = createRouter({ lost: publicProcedure.query(() => "lost") });
createHTTPServer({ router: served }).listen(3000);
"#;
    assert_eq!(unnamed(routes(find, &[TRPC, ("src/server.ts", server)])), ["QUERY health ? []"]);
}
