use super::find;
use crate::extract::http::mount::{finds, shown};

finds! {
    plugins_keep_their_hooks: {
        "src/app.ts": r#"
            import Fastify from "fastify";
            import helmet from "@fastify/helmet";
            import auth from "./plugins/auth";
            import { users } from "./users";
            export async function build(opts) {
                const app = Fastify({ logger: true }).withTypeProvider<TypeBoxTypeProvider>();
                await app.register(helmet);
                await app.register(auth);
                app.get("/health", async () => ({ ok: true }));
                app.register(users, { prefix: "/users" });
                app.register(import("./late.js"), { prefix: "/late" });
                app.addHook("onRequest", trace);
                return app;
            }
        "#,
        "src/server.ts": "import { build } from './app'; const app = await build({}); await app.listen({ port: 80 });",
        "src/plugins/auth.ts": r#"
            import fp from "fastify-plugin";
            export default fp(async function (fastify) {
                fastify.decorate("authenticate", async (request, reply) => { await request.jwtVerify(); });
                fastify.addHook("preHandler", audit);
            });
        "#,
        "src/users.ts": r#"
            export const users: FastifyPluginAsync = async (fastify, opts) => {
                fastify.addHook("onRequest", fastify.authenticate);
                fastify.get("/", list);
                fastify.post("/", { schema: { body: Body }, preHandler: [fastify.can("write")], config: { rateLimit: { max: 5 } } }, create);
                fastify.route({ method: ["PUT", "PATCH"], url: "/:id", schema: { response: {} }, handler: change });
            };
        "#,
        "src/late.ts": "export default async function late(instance) { instance.delete('/:id', { handler: remove }); }",
    } => [
        "GET /health (…) [trace, helmet, audit]",
        "GET /users list [trace, helmet, audit, fastify.authenticate]",
        "POST /users create [trace, helmet, audit, fastify.authenticate, fastify.can, schema, rateLimit]",
        "PUT /users/:id change [trace, helmet, audit, fastify.authenticate]",
        "PATCH /users/:id change [trace, helmet, audit, fastify.authenticate]",
        "DELETE /late/:id remove [trace, helmet, audit]",
        "fastify [trace, helmet, audit] listens",
    ];

    folders_of_plugins: {
        "package.json": r#"{"scripts": {"start": "fastify-cli start -l info dist/app.js"}, "dependencies": {"fastify": "5"}}"#,
        "src/app.ts": r#"
            import path from "node:path";
            import AutoLoad from "@fastify/autoload";
            export default async function app(fastify, opts) {
                fastify.register(AutoLoad, { dir: path.join(import.meta.dirname, "plugins"), options: { ...opts } });
                fastify.register(AutoLoad, { dir: path.join(import.meta.dirname, "routes"), autoHooks: true, cascadeHooks: true, routeParams: true, options: { prefix: "/v1" } });
            }
        "#,
        "src/plugins/cors.ts": "import fp from 'fastify-plugin'; import cors from '@fastify/cors'; export default fp(async (f) => { f.register(cors); });",
        "src/plugins/headers.ts": "import helmet from '@fastify/helmet'; export default helmet;",
        "src/plugins/limit.ts": "import fp from 'fastify-plugin'; import limit from '@fastify/rate-limit'; export const autoConfig = { max: 5 }; export default fp(limit);",
        "src/routes/home.ts": "export default async function (fastify) { fastify.get('/', home); }",
        "src/routes/api/autohooks.ts": "export default async function (fastify) { fastify.addHook('onRequest', guard); }",
        "src/routes/api/tasks/index.ts": "const plugin = async (fastify) => { fastify.get('/', tasks); }; export default plugin;",
        "src/routes/api/tasks/_id/index.ts": "export default async (fastify) => { fastify.delete('/', remove); };",
    } => [
        "GET /v1 home [cors, helmet, limit]",
        "GET /v1/api/tasks tasks [cors, helmet, limit, guard]",
        "DELETE /v1/api/tasks/:id remove [cors, helmet, limit, guard]",
        "fastify [cors, helmet, limit]",
    ];
}
