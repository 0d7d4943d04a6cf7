use super::find;
use crate::extract::http::mount::{finds, shown};

finds! {
    routes_of_an_application_in_order: { "app.js": r#"
        const express = require("express");
        const app = express();
        app.use(helmet());
        app.get("/early", early);
        app.use(requireAuth);
        app.post("/late", validate(schema), users.create);
        app.use((err, req, res, next) => { res.status(500).end(); });
        app.use((req, res) => res.status(404).end());
        app.use(express.static("public"));
        app.get("env");
        app.listen(3000);
    "# } => [
        "GET /early early [helmet]",
        "POST /late create [helmet, requireAuth, validate]",
        "express [helmet] listens",
    ];

    routers_of_other_files: {
        "src/app.ts": r#"
            import express from "express";
            import users from "./routes/users";
            import { admin as adminRouter } from "./routes/admin";
            const app = express();
            app.use("/api", limiter);
            app.use("/api/users", users);
            app.use("/api/admin", requireAuth, adminRouter);
            app.get("/health", (req, res) => res.send("ok"));
            export default app;
        "#,
        "src/routes/users.ts": r#"
            import { Router } from "express";
            import { list, create } from "../controllers/users";
            const router = Router({ mergeParams: true });
            router.route("/").get(list).post(auth, create);
            router.param("id", loadUser);
            router.get("/:id(\\d+)", asyncHandler(async (req, res) => { res.json({}); }));
            export default router;
        "#,
        "src/controllers/users.ts": "export const list = async (req, res) => {}; export async function create(req, res) {}",
        "src/routes/admin.ts": r#"
            import * as express from "express";
            export const admin = express.Router();
            admin.use(requireRole("admin"));
            admin.delete("/users/:id", ctrl.remove.bind(ctrl));
        "#,
    } => [
        "GET /api/users list [limiter]",
        "POST /api/users create [limiter, auth]",
        "GET /api/users/:id (…) [limiter, loadUser]",
        "DELETE /api/admin/users/:id remove [limiter, loadUser, requireAuth, requireRole]",
        "GET /health (…) []",
        "express []",
    ];

    routers_that_a_library_goes_through: {
        "app.js": r#"
            const _ = require("lodash");
            const routes = require("./api");
            const app = require("express")();
            _.each(routes, (controller, route) => { app.use(route, controller(app)); });
            app.listen(3000);
        "#,
        "api/index.js": r#"
            const user = require("./user");
            module.exports = { user };
        "#,
        "api/user.js": r#"
            module.exports = (app) => {
                app.post("/user/login", limiter(10), login);
                return (req, res, next) => next();
            };
        "#,
    } => [
        "POST /user/login login [limiter]",
        "express [] listens",
    ];

    routers_of_a_folder_that_is_loaded_whole: {
        "server/app.js": r#"
            const express = require("express");
            const path = require("path");
            const autoload = require("auto-load");
            const routes = autoload(path.join(APP.ROOT, "/controllers"));
            const app = express();
            app.use("/", routes.common);
            app.listen(3000);
        "#,
        "server/controllers/common.js": r#"
            const express = require("express");
            const router = express.Router();
            router.get("/pages", list);
            module.exports = router;
        "#,
    } => [
        "GET /pages list []",
        "express [] listens",
    ];

    applications_that_are_loaded_as_they_were_built: {
        "server/index.js": r#"
            import express from "express";
            const BUILT = "../build/server/index.js";
            const app = express();
            app.use(limiter);
            const { app: built } = await import(BUILT);
            app.use(built);
            app.listen(80);
        "#,
        "server/app.js": r#"
            import express from "express";
            export const app = express();
            app.get("/a", a);
        "#,
    } => [
        "GET /a a [limiter]",
        "express [limiter] listens",
    ];

    applications_that_an_instance_holds: {
        "server.js": r#"
            const express = require("express");
            const http = require("http");
            class Server {
                static instance = null;
                app = undefined;
                static getInstance() {
                    if (Server.instance == null) Server.instance = new Server();
                    return Server.instance;
                }
                constructor() {
                    this.app = express();
                    this.http = http.createServer(this.app);
                    this.app.get("/own", own);
                }
            }
            module.exports = { Server };
        "#,
        "index.js": r#"
            const { Server } = require("./server");
            const server = Server.getInstance();
            const app = server.app;
            server.app.use(helmet());
            app.get("/a", a);
            (async () => {
                await ready();
                const { app: same } = Server.getInstance();
                same.use("/r", require("./router"));
            })();
        "#,
        "router.js": "const router = require('express').Router(); router.get('/b', b); module.exports = router;",
        "other.js": r#"
            const express = require("express");
            class Small { service = express(); }
            const small = new Small();
            small.service.post("/c", c);
            small.other.post("/d", d);
        "#,
    } => [
        "POST /c c []",
        "GET /own own []",
        "GET /a a [helmet]",
        "GET /r/b b [helmet]",
        "express []",
        "express [] listens",
    ];

    guards_below_a_base_that_is_computed: { "app.js": r#"
        const express = require("express");
        const app = express();
        const router = express.Router();
        app.use(global.Base, router);
        router.use("/api", requireAuth);
        router.get("/api/users", list);
        router.get("/ping", ping);
        app.get("/early", early);
    "# } => [
        "GET ? list [requireAuth]",
        "GET ? ping []",
        "GET /early early [requireAuth]",
        "express []",
    ];

    functions_that_take_the_application: {
        "server.js": r#"
            const express = require("express");
            const http = require("http");
            const app = express();
            require("./config")(app);
            require("./routes")(app);
            http.createServer(app).listen(80);
        "#,
        "config.js": "module.exports = function (app) { app.use(cors()); };",
        "routes.js": r#"
            module.exports = (app) => {
                app.get("/a", a);
                require("./more").register(app, { prefix: "/v1" });
            };
        "#,
        "more.js":
            "exports.register = function register(server, { prefix }) { server.post(`${prefix}/b`, b); };",
    } => [
        "GET /a a [cors]",
        "POST /v1/b b [cors]",
        "express [cors] listens",
    ];

    factories_and_what_they_are_handed: {
        "app.ts": r#"
            import express from "express";
            import { createApi } from "./api";
            export function createApp(deps) {
                const app = express();
                app.use("/one", createApi("/x", authenticate));
                app.use("/two", createApi("/y", [limit, check]));
                return app;
            }
        "#,
        "main.ts": r#"
            import { createApp } from "./app";
            const app = createApp({});
            app.get("/ready", ready);
            app.listen(process.env.PORT);
        "#,
        "api.ts": r#"
            import { Router } from "express";
            export const createApi = (path: string, guard: any) => {
                const router = Router();
                router.get(path, guard, handler);
                return router;
            };
        "#,
    } => [
        "GET /one/x handler [authenticate]",
        "GET /two/y handler [limit, check]",
        "GET /ready ready []",
        "express [] listens",
    ];

    classes_with_lists_of_routes: {
        "app.ts": r#"
            import express from "express";
            export class App {
                public app: express.Application;
                constructor(routes: Routes[]) {
                    this.app = express();
                    this.initializeMiddlewares();
                    this.initializeRoutes(routes);
                }
                public listen() { this.app.listen(80); }
                private initializeRoutes(routes: Routes[]) {
                    routes.forEach(route => { this.app.use("/", route.router); });
                }
                private initializeMiddlewares() { this.app.use(helmet()); }
            }
        "#,
        "server.ts": r#"
            import { App } from "./app";
            import { UserRoute } from "./users";
            const app = new App([new UserRoute()]);
            app.listen();
        "#,
        "users.ts": r#"
            import { Router } from "express";
            export class UserRoute {
                public path = "/users";
                public router = Router();
                public user = new UserController();
                constructor() { this.initializeRoutes(); }
                private initializeRoutes() {
                    this.router.get(`${this.path}`, this.user.getUsers);
                    this.router.post(`${this.path}/:id`, ValidationMiddleware(Dto), this.user.create);
                }
            }
            class UserController { getUsers = async (req, res) => {}; create(req, res) {} }
        "#,
    } => [
        "GET /users getUsers [helmet]",
        "POST /users/:id create [helmet, ValidationMiddleware]",
        "express [helmet] listens",
    ];

    loops_over_lists: {
        "routes/index.js": r#"
            const express = require("express");
            const router = express.Router();
            const defaultRoutes = [
                { path: "/auth", route: require("./auth") },
                { path: "/users", route: require("./users") },
            ];
            defaultRoutes.forEach((route) => { router.use(route.path, route.route); });
            for (const { path, route } of defaultRoutes) { router.use("/v2" + path, route); }
            module.exports = router;
        "#,
        "routes/auth.js": "const r = require('express').Router(); r.post('/login', login); module.exports = r;",
        "routes/users.js": "const r = require('express').Router(); r.get('/', list); module.exports = r;",
        "app.js": r#"
            const express = require("express");
            const app = express();
            const routes = require("./routes");
            if (process.env.NODE_ENV === "production") { app.use("/v1/auth", limiter); }
            app.use("/v1", routes);
        "#,
    } => [
        "POST /v1/auth/login login [limiter (conditional)]",
        "GET /v1/users list []",
        "POST /v1/v2/auth/login login []",
        "GET /v1/v2/users list []",
        "express []",
    ];

    what_answers_and_what_guards: { "app.js": r#"
        import express from "express";
        const app = express();
        const secure = [authenticate, authorize("admin")];
        app.all("/api/*", (req, res, next) => next());
        app.all("/any", (req, res) => res.end());
        app.use("/hook", (req, res) => res.end());
        app.get(["/a", "/b"], secure, (req, res) => res.end());
        app.put(/^\/x/, ...secure, h);
        app.patch(`/${version}/y`, h);
        app.get("/api/z", h);
    "# } => [
        "ALL /any (…) []",
        "ALL /hook (…) []",
        "GET /a (…) [authenticate, authorize]",
        "GET /b (…) [authenticate, authorize]",
        "PUT ? h [an unnamed function, authenticate, authorize]",
        "PATCH ? h [an unnamed function]",
        "GET /api/z h [an unnamed function]",
        "express []",
    ];

    a_router_that_is_mounted_nowhere_has_no_routes: {
        "app.js": "const app = require('express')(); app.get('/a', a);",
        "dead.js": "const r = require('express').Router(); r.get('/dead', dead); module.exports = r;",
    } => [
        "GET /a a []",
        "express []",
    ];

    an_application_of_a_test_says_nothing_of_the_program: {
        "users.js": "const r = require('express').Router(); r.get('/users', list); module.exports = r;",
        "users.test.js": "const app = require('express')(); app.use(require('./users'));",
        "app.js": "const app = require('express')(); app.use(auth); app.use(require('./users'));",
    } => [
        "GET /users list [auth]",
        "express [auth]",
        "express []",
    ];

    polka_and_restify: {
        "polka.js": "import polka from 'polka'; polka().use(auth).get('/a', a).listen(3000);",
        "restify.js": r#"
            const restify = require("restify");
            const server = restify.createServer();
            server.use(restify.plugins.bodyParser());
            server.del("/b/:id", b);
            server.opts({ path: "/c" }, c);
        "#,
    } => [
        "GET /a a [auth]",
        "DELETE /b/:id b [restify.plugins.bodyParser]",
        "OPTIONS /c c [restify.plugins.bodyParser]",
        "polka [auth] listens",
        "restify [restify.plugins.bodyParser]",
    ];

    an_application_among_other_things_that_are_handed_over: {
        "app.ts": "import express from 'express'; const app = express(); await require('./loaders').default({ expressApp: app });",
        "loaders.ts": r#"
            import load from "./express";
            import version from "./package.json";
            export default async ({ expressApp }) => { await load({ app: expressApp, version: version.name }); };
        "#,
        "express.ts": "import api from './api'; export default ({ app }) => { app.use(cors()); app.use(config.api.prefix, api()); };",
        "api.ts": r#"
            import { Router } from "express";
            const route = Router();
            const user = (app: Router) => { app.use("/users", route); route.get("/me", isAuth, me); };
            export default () => { const app = Router(); user(app); return app; };
        "#,
        "package.json": r#"{"name": "x", "dependencies": {"express": "5"}}"#,
    } => [
        "GET ? me [cors, isAuth]",
        "express [cors]",
    ];
}

#[test]
fn names_that_lead_in_circles_end() {
    let program = r#"
        const express = require("express");
        const app = express();
        const list = [list];
        function mount(options) { app.get(options.path, options.guard, h); mount(options.next); }
        app.use(list);
        app.post(list, list);
        mount(mount);
        app.use(app);
    "#;
    let found = shown(find, &[("app.js", program)]);
    assert!(found.iter().any(|line| line.starts_with("GET ? h")), "{found:?}");
}
