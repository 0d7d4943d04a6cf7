use crate::extract::given;
use crate::extract::http::find;

/// `METHOD path [guards]` for the routes of inner servers.
fn inner(files: &[(&str, &str)]) -> Vec<String> {
    given::with(files, |context| {
        let found = find(context);
        let inner = found.routes.iter().filter(|route| route.server.is_some());
        inner
            .map(|route| {
                let path = route.path.as_deref().unwrap_or("?");
                let guards: Vec<_> = route.guards.iter().map(|guard| guard.name.as_str()).collect();
                let unsure = route.unsure.as_ref().map(|why| format!(" unsure: {why}")).unwrap_or_default();
                format!("{} {path} [{}]{unsure}", route.method, guards.join(", "))
            })
            .collect()
    })
}

const ROUTER: (&str, &str) = (
    "src/router.ts",
    r#"
        import { initTRPC } from "@trpc/server";
        const t = initTRPC.create();
        export const appRouter = t.router({ add: t.procedure.mutation(() => 1) });
    "#,
);

const RESOLVERS: (&str, &str) =
    ("src/resolvers.ts", "export const resolvers = { Mutation: { add: () => 1 } };");

#[test]
fn procedures_have_the_guards_before_their_mount() {
    for (name, server, expected) in [
        (
            "what stands later, or before another path, stands before none of them",
            r#"
                import express from "express";
                import * as trpc from "@trpc/server/adapters/express";
                import { appRouter } from "./router";
                const app = express();
                app.use(helmet());
                app.use("/admin", audit);
                app.use("/trpc", limiter, trpc.createExpressMiddleware({ router: appRouter }));
                app.use(late);
            "#,
            "MUTATION add [helmet, limiter]",
        ),
        (
            "fastify",
            r#"
                import Fastify from "fastify";
                import { fastifyTRPCPlugin } from "@trpc/server/adapters/fastify";
                import { appRouter } from "./router";
                const app = Fastify();
                app.addHook("onRequest", check);
                app.register(fastifyTRPCPlugin, { prefix: "/trpc", trpcOptions: { router: appRouter } });
            "#,
            "MUTATION add [check]",
        ),
        (
            "hono, by a package",
            r#"
                import { Hono } from "hono";
                import { trpcServer } from "@hono/trpc-server";
                import { appRouter } from "./router";
                const app = new Hono();
                app.use("*", limiter);
                app.use("/trpc/*", trpcServer({ router: appRouter }));
            "#,
            "MUTATION add [limiter]",
        ),
        (
            "hono, by hand",
            r#"
                import { Hono } from "hono";
                import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
                import { appRouter } from "./router";
                const app = new Hono();
                app.use("/trpc/*", limiter);
                app.all("/trpc/*", (c) => fetchRequestHandler({ endpoint: "/trpc", req: c.req.raw, router: appRouter }));
            "#,
            "MUTATION add [limiter]",
        ),
    ] {
        assert_eq!(inner(&[("src/index.ts", server), ROUTER]), [expected], "{name}");
    }
}

#[test]
fn two_doors_share_what_stands_before_both() {
    let server = r#"
                import express from "express";
                import { createExpressMiddleware } from "@trpc/server/adapters/express";
                import { appRouter } from "./router";
                const app = express();
                const api = createExpressMiddleware({ router: appRouter });
                app.use(helmet());
                app.use("/open", api);
                app.use("/closed", check, api);
            "#;
    assert_eq!(inner(&[("src/index.ts", server), ROUTER]), ["MUTATION add [helmet]"]);
}

#[test]
fn a_route_of_next_is_a_door() {
    let found = inner(&[
        ("package.json", r#"{ "dependencies": { "next": "15" } }"#),
        (
            "src/app/api/trpc/[trpc]/route.ts",
            r#"
                import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
                import { appRouter } from "../../../../router";
                const answer = (req) => fetchRequestHandler({ endpoint: "/api/trpc", req, router: appRouter });
                const handler = withLimit(answer);
                export { handler as GET, handler as POST };
            "#,
        ),
        ROUTER,
    ]);
    assert_eq!(found, ["MUTATION add [withLimit]"]);
}

/// Whether the limiter of each program stands before the operation of its server.
fn limited(servers: &[(&str, &str)]) {
    for (name, server) in servers {
        let found = inner(&[("src/index.ts", server), RESOLVERS]);
        assert_eq!(found, ["MUTATION add [limiter]"], "{name}");
    }
}

#[test]
fn operations_of_apollo_have_the_guards_before_their_mount() {
    limited(&[
        (
            "apollo 4",
            r#"
                import express from "express";
                import { ApolloServer } from "@apollo/server";
                import { expressMiddleware } from "@apollo/server/express4";
                import { resolvers } from "./resolvers";
                const server = new ApolloServer({ typeDefs, resolvers });
                const app = express();
                app.use("/graphql", limiter, expressMiddleware(server, { context }));
            "#,
        ),
        (
            "apollo 3",
            r#"
                const express = require("express");
                const { ApolloServer } = require("apollo-server-express");
                const { resolvers } = require("./resolvers");
                const app = express();
                app.use(limiter);
                const server = new ApolloServer({ typeDefs, resolvers });
                server.applyMiddleware({ app, path: "/graphql" });
            "#,
        ),
        (
            "koa",
            r#"
                import Koa from "koa";
                import { ApolloServer } from "@apollo/server";
                import { koaMiddleware } from "@as-integrations/koa";
                import { resolvers } from "./resolvers";
                const server = new ApolloServer({ typeDefs, resolvers });
                const app = new Koa();
                app.use(limiter);
                app.use(koaMiddleware(server));
            "#,
        ),
    ]);
}

#[test]
fn operations_of_others_have_the_guards_before_their_mount() {
    limited(&[
        (
            "yoga",
            r#"
                import express from "express";
                import { createSchema, createYoga } from "graphql-yoga";
                import { resolvers } from "./resolvers";
                const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }) });
                const app = express();
                app.use(limiter);
                app.use(yoga.graphqlEndpoint, yoga);
            "#,
        ),
        (
            "yoga, by hand",
            r#"
                import { Hono } from "hono";
                import { createSchema, createYoga } from "graphql-yoga";
                import { resolvers } from "./resolvers";
                const schema = createSchema({ typeDefs, resolvers });
                const yoga = createYoga({ schema });
                const app = new Hono();
                app.use(limiter);
                app.all("/graphql", (c) => yoga.fetch(c.req.raw));
            "#,
        ),
        (
            "mercurius",
            r#"
                import Fastify from "fastify";
                import mercurius from "mercurius";
                import { resolvers } from "./resolvers";
                const app = Fastify();
                app.addHook("preHandler", limiter);
                app.register(mercurius, { schema, resolvers });
            "#,
        ),
    ]);
}

/// An application that another one loads.
const LOADED: &str = r#"
    import express from "express";
    import { createRequestHandler } from "@react-router/express";
    export const app = express();
    app.use(createRequestHandler({ build }));
"#;

#[test]
fn routes_that_are_files_have_the_guards_before_their_handler() {
    for (name, server, expected) in [
        (
            "made where it is put",
            r#"
                import express from "express";
                import { createRequestHandler } from "@react-router/express";
                const app = express();
                app.use(helmet());
                app.use((req, res, next) => limit(req, res, next));
                app.use(createRequestHandler({ build }));
            "#,
            "POST /login [helmet, an unnamed function]",
        ),
        (
            "one for each mode",
            r#"
                import express from "express";
                import { createRequestHandler } from "@react-router/express";
                const app = express();
                app.use(helmet());
                const remix = createRequestHandler({ build });
                app.all("*", process.env.LIVE ? remix : (req, res, next) => createRequestHandler({ build: load() })(req, res, next));
            "#,
            "POST /login [helmet]",
        ),
        (
            "loaded by a computed path",
            r#"
                import express from "express";
                const app = express();
                app.use(helmet());
                app.use(await import(BUILD).then((built) => built.app));
            "#,
            "POST /login [helmet]",
        ),
    ] {
        let other = if server.contains("BUILD)") { LOADED } else { "" };
        assert_eq!(behind_files(server, other), [expected], "{name}");
    }
    let both = r#"
        import express from "express";
        import "./app.js";
        const app = express();
        app.use(helmet());
        app.use(await import(BUILD).then((built) => built.app));
    "#;
    let unsure =
        "POST /login [] unsure: an application that it loads by a computed path is put behind others";
    assert_eq!(behind_files(both, LOADED), [unsure], "loaded by its name as well");
}

/// What stands before the route of a file, where the server is `server` and another module `other`.
fn behind_files(server: &str, other: &str) -> Vec<String> {
    inner(&[
        (
            "package.json",
            r#"{"dependencies": {"express": "5", "@react-router/node": "7", "react-router": "7"}}"#,
        ),
        (
            "app/routes.ts",
            r#"import { route } from "@react-router/dev/routes"; export default [route("login", "./login.tsx")];"#,
        ),
        ("app/root.tsx", "export default function Root() { return null; }"),
        ("app/login.tsx", "export async function action() { return null; }"),
        ("server/index.js", server),
        ("server/app.js", other),
    ])
}
