//! What is written, and what is understood of it.

use crate::extract::given::show;

fn cors(text: &str) -> String {
    let shown =
        show("cors.policy", &["library", "origin", "credentials", "development"], &[("src/app.js", text)]);
    shown.join("; ")
}

#[test]
fn sockets_know_who_connects_by_a_token_or_by_what_browsers_send() {
    for (check, expected) in [
        ("", "true"),
        ("io.use((socket, next) => check(socket.handshake.auth.token, next));", "false"),
        ("io.use((socket, next) => check(parse(socket.handshake.headers.cookie).token, next));", "true"),
    ] {
        let text = format!(
            "import {{ Server }} from 'socket.io';
            const io = new Server(http, {{ cors: {{ origin: '*' }} }}); {check}"
        );
        assert_eq!(show("cors.policy", &["ambient"], &[("src/a.js", &text)]), [expected], "{check}");
    }
}

#[test]
fn origins_as_they_are_written() {
    const HEAD: &str =
        "const express = require('express'); const cors = require('cors'); const app = express();\n";
    for (options, expected) in [
        ("", "any"),
        ("{ origin: '*' }", "any"),
        ("{ origin: true, credentials: true }", "reflected +"),
        ("{ origin: 'https://a.example' }", "list"),
        ("{ origin: ['http://localhost:3000', 'http://127.0.0.1:3000'] }", "local"),
        ("{ origin: ['http://localhost:3000', 'https://a.example'] }", "list"),
        ("{ origin: ['http://localhost:3000', process.env.CLIENT_URL] }", "environment"),
        ("{ origin: process.env.ORIGIN }", "environment"),
        ("{ origin: process.env.ORIGIN || '*' }", "environment"),
        ("{ origin: process.env.ORIGINS.split(',') }", "environment"),
        ("{ origin: process.env.NODE_ENV === 'production' ? 'https://a.example' : '*' }", "list"),
        ("{ origin: process.env.NODE_ENV !== 'production' ? 'https://a.example' : true }", "reflected"),
        ("{ origin: (origin, done) => done(null, true) }", "reflected"),
        (
            "{ origin: (origin, done) => allowed.includes(origin) ? done(null, true) : done(new Error()) }",
            "function",
        ),
        ("{ origin: /.*/ }", "reflected"),
        ("{ origin: false }", ""),
        ("{ credentials: true, ...other }", "unknown"),
        ("options()", "unknown"),
    ] {
        let text = format!("{HEAD}app.use(cors({options}));");
        let shown = show("cors.policy", &["origin", "credentials"], &[("src/app.js", &text)]);
        let shown = shown.join("; ").replace(" | false", "").replace(" | true", " +");
        assert_eq!(shown, expected, "{options}");
    }
}

#[test]
fn origins_set_by_other_means() {
    for (text, expected) in [
        (
            "import cors from '@fastify/cors'; fastify.register(cors, { origin: '*' })",
            "@fastify/cors | any | false | false",
        ),
        ("import { cors } from 'hono/cors'; app.use(cors())", "hono/cors | any | false | false"),
        ("app.enableCors({ origin: true, credentials: true })", "@nestjs/common | reflected | true | false"),
        (
            "import { WebSocketGateway } from '@nestjs/websockets';
            @WebSocketGateway(81, { cors: true }) export class Chat {}",
            "@nestjs/websockets | any | false | false",
        ),
        (
            "import { WebSocketGateway } from '@nestjs/websockets';
            @WebSocketGateway({ cors: { origin: '*', credentials: true } }) export class Chat {}",
            "@nestjs/websockets | any | true | false",
        ),
        (
            "import { WebSocketGateway } from '@nestjs/websockets'; @WebSocketGateway() export class Chat {}",
            "",
        ),
        (
            "import { Server } from 'socket.io'; new Server(http, { cors: { origin: process.env.SITE } });",
            "socket.io | environment | false | false",
        ),
        ("response.setHeader('Access-Control-Allow-Origin', '*')", "header | any | false | false"),
        (
            "function f(req, res) { res.header('Access-Control-Allow-Origin', req.headers.origin) }",
            "header | reflected | false | false",
        ),
        (
            "function f(req, res) { if (allowed.includes(req.headers.origin)) res.header('Access-Control-Allow-Origin', req.headers.origin) }",
            "header | function | false | false",
        ),
        ("const headers = { 'Access-Control-Allow-Origin': '*' }", "header | any | false | false"),
        (
            "router.get('/a', (c) => { c.set('Access-Control-Allow-Origin', '*') })",
            "header | any | false | false",
        ),
        (
            "const headers = { 'Access-Control-Allow-Origin': '*' }; const answer = (open) => send({ ...(open && headers) });",
            "header | function | false | false",
        ),
        ("axios.get('/x', { headers: { 'Access-Control-Allow-Origin': '*' } })", ""),
        (
            "import cors from 'cors'; if (process.env.NODE_ENV !== 'production') { app.use(cors()) }",
            "cors | any | false | true",
        ),
        (
            "import cors from 'cors'; if (isProduction) { a() } else { app.use(cors()) }",
            "cors | any | false | true",
        ),
    ] {
        assert_eq!(cors(text), expected, "{text}");
    }
}

#[test]
fn limiters_and_what_they_let_through() {
    for (text, expected) in [
        (
            "import rateLimit from 'express-rate-limit'; rateLimit({ windowMs: 15 * 60 * 1000, max: 100 })",
            "memory | 900000 | 100 |  |  | false",
        ),
        (
            "import { rateLimit } from 'express-rate-limit'; rateLimit({ limit: 5, store: new RedisStore(x) })",
            "shared |  | 5 |  |  | false",
        ),
        (
            "import { rateLimit } from 'express-rate-limit'; rateLimit({ ...given })",
            "unknown |  |  |  |  | false",
        ),
        (
            "import { rateLimit } from 'express-rate-limit'; rateLimit({ skipFailedRequests: true, legacyHeaders: false })",
            "memory |  |  | does not count requests that fail | when to come back | false",
        ),
        (
            "import { rateLimit } from 'express-rate-limit'; rateLimit({ skip: () => true, legacyHeaders: false, standardHeaders: true, passOnStoreError: true })",
            "memory |  |  | skips every request |  | true",
        ),
        (
            "import { rateLimit } from 'express-rate-limit'; rateLimit({ windowMs: 1000, max: 1000000 })",
            "memory | 1000 | 1000000 | lets 1000000 requests a second through |  | false",
        ),
        (
            "import { RateLimiterMemory } from 'rate-limiter-flexible'; new RateLimiterMemory({ points: 5 })",
            "memory |  | 5 |  |  | false",
        ),
        (
            "import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'; const own = new RateLimiterMemory({ points: 5 }); new RateLimiterRedis({ points: 9, insuranceLimiter: own }); new RateLimiterRedis({ points: 8, insuranceLimiter: new RateLimiterMemory({}) })",
            "shared |  | 9 |  |  | false; shared |  | 8 |  |  | false",
        ),
        (
            "import { ThrottlerModule, ThrottlerGuard } from '@nestjs/throttler'; ThrottlerModule.forRoot([]); class G extends ThrottlerGuard { async canActivate(c) { try { return await super.canActivate(c) } catch { return true } } }",
            "unknown |  |  |  |  | true",
        ),
        (
            "import { ThrottlerModule, ThrottlerGuard } from '@nestjs/throttler'; ThrottlerModule.forRoot([]); class G extends ThrottlerGuard { async canActivate(c) { try { return await super.canActivate(c) } catch (e) { throw e } } }",
            "unknown |  |  |  |  | false",
        ),
    ] {
        check_limiter(text, expected);
    }
}

#[test]
fn limiters_and_their_stores_that_fail() {
    for (text, expected) in [
        (
            "import { Ratelimit } from '@upstash/ratelimit'; const l = new Ratelimit({}); async function f() { try { await l.limit('a') } catch { return true } }",
            "shared |  |  |  |  | true",
        ),
        (
            "import { Ratelimit } from '@upstash/ratelimit'; const l = new Ratelimit({}); async function f() { try { await l.limit('a') } catch { return false } }",
            "shared |  |  |  |  | false",
        ),
        (
            "import limit from '@fastify/rate-limit'; app.register(limit, { max: 5, timeWindow: '1 minute', skipOnError: true })",
            "memory | 60000 | 5 |  |  | true",
        ),
    ] {
        check_limiter(text, expected);
    }
}

fn check_limiter(text: &str, expected: &str) {
    let attributes = ["store", "window", "max", "gap", "untold", "fails_open"];
    let shown = show("limiter", &attributes, &[("src/a.ts", text)]);
    assert_eq!(shown.join("; "), expected, "{text}");
}

#[test]
fn sizes_of_bodies() {
    for (text, expected) in [
        (
            "const express = require('express'); const app = express(); app.use(express.json({ limit: '50mb' }))",
            "express.json | 50mb | 52428800 | true",
        ),
        (
            "const express = require('express'); const app = express(); app.post('/a', express.json({ limit: '50mb' }), f)",
            "express.json | 50mb | 52428800 | false",
        ),
        (
            "const express = require('express'); const app = express(); app.use('/upload', express.json({ limit: '50mb' }))",
            "express.json | 50mb | 52428800 | false",
        ),
        (
            "const b = require('body-parser'); const e = require('express'); const app = e(); app.use(b.urlencoded({ limit: 100 }))",
            "bodyParser.urlencoded | 100 | 100 | true",
        ),
        (
            "import Fastify from 'fastify'; const app = Fastify({ bodyLimit: 20 * 1024 * 1024 })",
            "fastify | 20 * 1024 * 1024 | 20971520 | true",
        ),
        ("const express = require('express'); express().use(express.json())", ""),
    ] {
        let shown = show("body.limit", &["parser", "written", "bytes", "everywhere"], &[("src/a.js", text)]);
        assert_eq!(shown.join("; "), expected, "{text}");
    }
}

#[test]
fn files_that_are_taken() {
    const HEAD: &str =
        "const multer = require('multer'); const express = require('express'); const app = express();\n";
    for (text, expected) in [
        ("const upload = multer({ dest: 'uploads/' }); app.post('/a', upload.single('resume'), f)", "false | false | documents | uploads/ | false"),
        (
            "const upload = multer({ dest: 'uploads/' }); app.post('/a', upload.single('file'), f); app.use('/files', express.static('uploads'))",
            "false | false |  | uploads/ | true",
        ),
        (
            "const storage = multer.diskStorage({ destination: (req, file, done) => done(null, path.join(__dirname, 'avatars')) });
             const upload = multer({ storage, limits: { fileSize: 1e6 }, fileFilter }); app.post('/a', upload.any(), f)",
            "true | true | images | avatars | false",
        ),
        ("app.post('/a', multer().none(), f)", ""),
        ("const upload = multer(); app.use(upload.none());", ""),
        ("const upload = multer(); app.use(upload.none()); app.post('/a', upload.any());", "false | false |  |  | false"),
    ] {
        let text = format!("{HEAD}{text}");
        let shown = show("upload", &["sized", "typed", "holds", "folder", "public"], &[("src/a.js", &text)]);
        assert_eq!(shown.join("; "), expected, "{text}");
    }
}

#[test]
fn cookies_that_tell_who_asks() {
    for (text, expected) in [
        (
            "const session = require('express-session'); app.use(session({ secret: 'a', cookie: { sameSite: 'none' } }))",
            "express-session | none",
        ),
        (
            "const session = require('express-session'); app.use(session({ secret: 'a' }))",
            "express-session | ",
        ),
        ("res.cookie('token', t, { httpOnly: true, sameSite: true })", "response | strict"),
        ("res.cookie('theme', t, { sameSite: 'none' })", ""),
        ("res.cookie('auth_method', t, { httpOnly: true })", ""),
        ("res.cookie('token', t, { sameSite: secure ? 'none' : 'lax' })", ""),
    ] {
        let shown = show("session.cookie", &["library", "same_site"], &[("src/a.js", text)]);
        assert_eq!(shown.join("; "), expected, "{text}");
    }
}

#[test]
fn who_asks_is_told_by_a_cookie_or_by_a_header() {
    for (more, expected) in [
        ("", "any | true"),
        ("app.use((req) => check(req.headers.authorization))", "any | false"),
        ("app.use((req) => check(req.header('Authorization')))", "any | false"),
        ("app.use((req) => check(req.header('x-auth-token')))", "any | false"),
        (
            "const ask = require('express-basic-auth'); app.use('/queues', ask({ users }), board); app.use((req) => check(req.headers.authorization))",
            "any | false",
        ),
        (
            "const ask = require('express-basic-auth'); app.use(ask({ users })); app.use((req) => check(req.headers.authorization))",
            "any | true",
        ),
        ("app.use((req) => check(req.headers.authorization || req.cookies.token))", "any | true"),
        (
            "const s = require('express-session'); app.use((req) => check(req.headers.authorization))",
            "any | true",
        ),
        ("axios.get(url, { headers: { Authorization: key } })", "any | true"),
    ] {
        let text = format!(
            "const express = require('express'); const cors = require('cors'); const app = express();
            app.use(cors({{ origin: '*', credentials: true }})); {more}"
        );
        let shown = show("cors.policy", &["origin", "ambient"], &[("src/a.js", &text)]);
        assert_eq!(shown.join("; "), expected, "{text}");
    }
}

#[test]
fn without_credentials_only_what_everybody_may_ask_is_read() {
    for (options, more, expected) in [
        ("", "app.post('/orders', (req, res) => res.end());", "true"),
        ("", "app.post('/orders', (req, res) => pay(req.cookies.token));", "false"),
        ("{ origin: true }", "app.post('/orders', (req, res) => pay(req.cookies.token));", "false"),
        (
            "{ origin: true, credentials: true }",
            "app.post('/orders', (req) => pay(req.cookies.token));",
            "true",
        ),
        (
            "",
            "app.use(require('express-session')({ secret })); app.post('/a', (req, res) => res.end());",
            "false",
        ),
    ] {
        let text = format!(
            "const express = require('express'); const cors = require('cors'); const app = express();
            app.use(cors({options})); {more} app.listen(80);"
        );
        assert_eq!(show("cors.policy", &["ambient"], &[("src/a.js", &text)]), [expected], "{text}");
    }
    let sockets = "import { WebSocketGateway } from '@nestjs/websockets';
        @WebSocketGateway({ cors: { origin: '*' }, transports: ['websocket'] }) export class Chat {}";
    assert_eq!(cors(sockets), "");
}

#[test]
fn cookies_of_another_program_or_of_one_mount_tell_nothing_of_an_api() {
    let cors = "import cors from 'cors'; import express from 'express'; import { guard } from './guard';
        import './more'; const app = express();
        app.use(cors({ origin: '*', credentials: true })); app.use(guard); app.listen(80);";
    let guard = "export const guard = (req, res, next) => next(check(req.headers.authorization));";
    let board = "export class Board { use(req, res, next) { check(req.cookies.token); next(); } }";
    for (name, text, expected) in [
        ("shop/src/own.ts", "export const read = (req) => req.cookies.token;", "false"),
        ("api/src/alone.ts", "export const user = (req) => req.cookies.token;", "false"),
        ("api/src/more.ts", "export const user = (req) => req.cookies.token;", "true"),
    ] {
        let files = [
            (
                "api/package.json",
                r#"{"scripts": {"start": "node src/app.ts"}, "dependencies": {"express": "4"}}"#,
            ),
            (
                "shop/package.json",
                r#"{"scripts": {"start": "node src/own.ts"}, "dependencies": {"express": "4"}}"#,
            ),
            ("api/src/app.ts", cors),
            ("api/src/guard.ts", guard),
            (name, text),
        ];
        assert_eq!(show("cors.policy", &["ambient"], &files), [expected], "{name}");
    }
    let mounted = "import cors from 'cors'; import express from 'express'; import { guard } from './guard';
        import { Board } from './board'; const app = express();
        app.use(cors({ origin: '*', credentials: true }), guard);
        mount(app, { route: '/queues', middleware: Board }); app.listen(80);";
    let files = [("app.ts", mounted), ("guard.ts", guard), ("board.ts", board)];
    assert_eq!(show("cors.policy", &["ambient"], &files), ["false"]);
    let everywhere =
        mounted.replace("middleware: Board", "middleware: Other").replace("guard);", "guard, Board);");
    let files = [("app.ts", everywhere.as_str()), ("guard.ts", guard), ("board.ts", board)];
    assert_eq!(show("cors.policy", &["ambient"], &files), ["true"]);
}

#[test]
fn a_header_that_only_readers_set() {
    let helper = "exports.open = (req, res, next) => { res.header('Access-Control-Allow-Origin', '*'); };
        exports.dev = (req, res) => { if (process.env.NODE_ENV === 'development') exports.open(req, res); };";
    for (more, expected) in [
        ("app.get('/badge', (req, res) => { open(req, res); res.end(); });", "true"),
        (
            "app.get('/badge', (req, res) => { open(req, res); }); app.post('/x', (req, res) => { dev(req, res); });",
            "true",
        ),
        ("app.post('/order', (req, res) => { open(req, res); res.end(); });", "false"),
        ("app.get('/badge', (req, res) => { open(req, res); }); app.use(open);", "false"),
        ("app.get('/badge', (req, res) => res.end());", "false"),
    ] {
        let text = format!(
            "const express = require('express'); const {{ open, dev }} = require('./helper'); const app = express();
             {more} app.post('/o', (req, res) => res.end()); app.listen(80);"
        );
        let files = [("src/app.js", text.as_str()), ("src/helper.js", helper)];
        assert_eq!(show("cors.policy", &["open"], &files), [expected], "{more}");
    }
}

#[test]
fn what_a_module_of_nest_sets_holds_for_its_controllers() {
    let controller = "import { FileInterceptor } from '@nestjs/platform-express';
        export class Files { @Post() @UseInterceptors(FileInterceptor('file')) add(@UploadedFile() file) {} }";
    for (imports, controllers, expected) in [
        ("MulterModule.register({ limits: { fileSize: 1000 } })", "[Files]", "true | false | "),
        (
            "MulterModule.registerAsync({ useFactory: (c) => { return { fileFilter: images, limits: { fileSize: c.get('a') } }; } })",
            "[Files]",
            "true | true | ",
        ),
        ("MulterModule.registerAsync({ useFactory: () => ({ dest: 'a' }) })", "[Files]", "false | false | "),
        (
            "MulterModule.registerAsync({ useClass: Settings })",
            "[Files]",
            "false | false | the options of its module are computed",
        ),
        ("MulterModule.register({ limits: { fileSize: 1000 } })", "[Other]", "false | false | "),
    ] {
        let module = format!(
            "import {{ Module }} from '@nestjs/common'; import {{ MulterModule }} from '@nestjs/platform-express';
             import {{ Files }} from './files';
             @Module({{ imports: [{imports}], controllers: {controllers} }}) export class FilesModule {{}}"
        );
        let files = [("src/files.ts", controller), ("src/files.module.ts", module.as_str())];
        let shown = show("upload", &["sized", "typed", "unsure"], &files);
        assert_eq!(shown, [expected], "{imports} {controllers}");
    }
}

#[test]
fn koa_answered_with_the_origin_that_asks_up_to_its_fourth_version() {
    for (version, expected) in [("^3.1.0", "reflected"), ("5", "any"), ("latest", "any")] {
        let manifest = format!(r#"{{"dependencies": {{"koa": "2", "@koa/cors": "{version}"}}}}"#);
        let text = "import cors from '@koa/cors'; app.use(cors());";
        let files = [("package.json", manifest.as_str()), ("src/app.js", text)];
        assert_eq!(show("cors.policy", &["origin"], &files), [expected], "{version}");
    }
}

#[test]
fn a_policy_of_one_part_is_told_by_who_answers_there() {
    let page = "app.get('/', (c) => c.text(getCookie(c, 'theme')));";
    let own = "app.use('/api/*', cors(star)); app.route('/api', api);";
    let bearer = "api.post('/orders', (c) => c.json(save(c.req.header('Authorization'))));";
    for (parts, api, expected) in [
        ([own, page], bearer, "false"),
        (["app.use(cors(star)); app.route('/api', api);", page], bearer, "true"),
        (["app.use('*', cors(star)); app.route('/api', api);", page], bearer, "true"),
        ([own, page], "api.post('/orders', (c) => c.json(save(c.req.header('X-Shop'))));", "true"),
        (
            [own, page],
            "api.post('/orders', (c) => c.json(save(c.req.header('Authorization') || c.req.header('cookie'))));",
            "true",
        ),
        ([own, "app.use('/api/*', cors(star));"], "", "true"),
    ] {
        let api = format!("import {{ Hono }} from 'hono'; export const api = new Hono(); {api}");
        let text = format!(
            "import {{ Hono }} from 'hono'; import {{ cors }} from 'hono/cors';
             import {{ getCookie }} from 'hono/cookie'; import {{ api }} from './api';
             const star = {{ origin: '*', credentials: true }}; const app = new Hono(); {} export default app;",
            parts.concat()
        );
        let files = [("src/a.ts", text.as_str()), ("src/api.ts", api.as_str())];
        assert_eq!(show("cors.policy", &["ambient"], &files)[0], expected, "{text} {api}");
    }
}
