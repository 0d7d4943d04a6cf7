use crate::extract::given::show;

const MANIFEST: (&str, &str) = (
    "package.json",
    r#"{"name": "api", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "helmet": "7", "pino": "9", "express-rate-limit": "7", "zod": "3"}}"#,
);

fn controls(files: &[(&str, &str)]) -> Vec<String> {
    let mut all = vec![MANIFEST];
    all.extend_from_slice(files);
    show("control", &["capability", "name", "stage", "@"], &all)
}

#[test]
fn from_declared_to_applied() {
    // In the manifest only.
    let server =
        "const express = require('express'); const app = express(); app.get('/a', h); app.listen(3000);";
    let found = controls(&[("server.js", server)]);
    assert!(
        found.contains(&r#"security-headers | helmet | declared | "helmet": "7""#.to_owned()),
        "{found:?}"
    );
    // Imported, and nothing of it called.
    let found = controls(&[("server.js", &format!("const helmet = require('helmet'); {server}"))]);
    assert!(found.contains(&"security-headers | helmet | imported | 'helmet'".to_owned()), "{found:?}");
    // Called, but put before nothing.
    let found = controls(&[(
        "server.js",
        &format!("const helmet = require('helmet'); const shield = helmet(); {server}"),
    )]);
    assert!(found.contains(&"security-headers | helmet | live | helmet".to_owned()), "{found:?}");
    // What needs no route works when it is called.
    let found =
        controls(&[("server.js", &format!("const log = require('pino')(); log.info('up'); {server}"))]);
    assert!(found.iter().any(|line| line.starts_with("structured-log | pino | applied")), "{found:?}");
}

#[test]
fn what_a_setting_decides_is_unclear() {
    for (used, expected) in [
        ("app.use(helmet());", "applied"),
        ("if (process.env.HEADERS === 'on') app.use(helmet());", "unclear"),
        ("if (config.get('HEADERS')) { app.use((req, res, next) => helmet()(req, res, next)); }", "unclear"),
        ("if (process.env.HEADERS) app.use(helmet()); else app.use(helmet({ hsts: false }));", "applied"),
        ("if (process.env.NODE_ENV === 'production') app.use(helmet());", "applied"),
    ] {
        let server = format!(
            "const express = require('express'); const helmet = require('helmet'); const app = express(); {used} app.get('/a', h); app.listen(3000);"
        );
        let found = controls(&[("server.js", &server)]);
        let expected = format!("security-headers | helmet | {expected} | helmet");
        assert!(found.iter().any(|line| line.starts_with(&expected)), "{used}: {found:?}");
    }
}

#[test]
fn modules_that_no_program_reaches() {
    let server = ("server.js", "require('express')().listen(3000)");
    let limiter = (
        "lib/limiter.js",
        "const rateLimit = require('express-rate-limit');\nmodule.exports = { limiter: rateLimit({ max: 5 }) }",
    );
    let own = (
        "lib/require-role.js",
        "export const requireRole = (role) => (req, res, next) => { if (req.user.role !== role) return res.status(403).end(); next() }",
    );
    let found = controls(&[server, limiter, own]);
    let has = |start: &str| found.iter().any(|line| line.starts_with(start));
    assert!(has("rate-limit | express-rate-limit | present"), "{found:?}");
    assert!(has("rate-limit | lib/limiter.js | present"), "{found:?}");
    assert!(has("rbac | lib/require-role.js | present"), "{found:?}");
}

#[test]
fn what_works_instead() {
    let text = "const z = require('zod'); const app = require('express')(); app.post('/a', (q, r) => r.json(z.object({}).parse(q.body))); app.listen(1)";
    let manifest = (
        "package.json",
        r#"{"scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "joi": "1", "zod": "3"}}"#,
    );
    let files = [manifest, ("server.js", text)];
    let found = show("control", &["capability", "name", "instead"], &files);
    assert!(found.contains(&"validation | joi | zod".to_owned()), "{found:?}");
    assert!(found.contains(&"validation | zod | ".to_owned()), "{found:?}");
}

#[test]
fn schemas_are_used_where_they_are_made_and_tools_are_no_servers() {
    let text = "const z = require('zod'); const check = (schema) => (q, r, next) => { schema.parse(q.body); next() };
        const app = require('express')(); app.post('/a', check(z.object({})), h); app.listen(1)";
    let found = controls(&[("server.js", text)]);
    assert!(!found.iter().any(|line| line.starts_with("validation | zod | imported")), "{found:?}");
    let vite = "export default { plugins: [{ a: (q, r) => { r.setHeader('X-Frame-Options', 'DENY'); r.setHeader('Referrer-Policy', 'no') } }] }";
    let found = controls(&[("server.js", text), ("vite.config.js", vite)]);
    assert!(!found.iter().any(|line| line.contains("vite.config.js")), "{found:?}");
}

#[test]
fn servers_and_what_they_ask() {
    let text = "import axios from 'axios'; import OpenAI from 'openai'; import express from 'express';
        const app = express(); const ai = new OpenAI(); app.listen(1); axios.get('https://a.example'); ai.chat.completions.create({})";
    let manifest = (
        "package.json",
        r#"{"name": "a", "type": "module", "scripts": {"start": "node a.js"}, "dependencies": {"express": "4"}}"#,
    );
    let found = show("server", &["name", "asks", "asks_once", "others"], &[manifest, ("a.js", text)]);
    assert_eq!(found, ["a | axios, openai | true | 0"]);
    // Pages are no servers.
    let pages =
        ("package.json", r#"{"scripts": {"dev": "vite"}, "dependencies": {"vite": "5", "zod": "3"}}"#);
    assert!(show("server", &["name"], &[pages, ("index.html", ""), ("src/main.ts", "")]).is_empty());
}

#[test]
fn modules_that_nothing_is_known_to_load() {
    let manifest = (
        "package.json",
        r#"{"scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "winston": "3"}}"#,
    );
    let logger = ("config/logger.js", "module.exports = require('winston').createLogger();");
    let stage = |server: &str, more: &[(&str, &str)]| {
        let mut files = vec![manifest, ("server.js", server), logger];
        files.extend_from_slice(more);
        let all = show("control", &["name", "stage"], &files);
        all.into_iter().filter(|line| line.starts_with("winston")).collect::<Vec<_>>()
    };
    let listens = "const app = require('express')(); app.listen(3000);";
    let load = |how: &str| format!("{listens} {how}");
    for (how, expected) in [
        ("require(process.env.PLUGIN)", "unclear"),
        ("require(process.env.PLUGIN); require('./config/logger')", "applied"),
        ("for (const one of [{ file: './routes/a' }]) app.use(require(one.file))", "present"),
        ("[{ file: './config/logger' }].forEach((one) => app.use(require(one.file)))", "applied"),
        ("for (const name of require('fs').readdirSync('./config')) require('./config/' + name)", "applied"),
        ("", "present"),
    ] {
        let found = stage(&load(how), &[]);
        assert_eq!(found, [format!("winston | {expected}")], "{how}");
    }
    // Files with the names of programs may be loaded by something outside.
    let init = [("src/instrument.js", "require('winston').createLogger();")];
    assert_eq!(stage(listens, &init), ["winston | unclear"]);
    // Where no program is known, everything may be one.
    let unknown = ("package.json", r#"{"dependencies": {"express": "4", "winston": "3"}}"#);
    let files = [unknown, ("jobs/daily.js", "require('winston').createLogger().info('up')")];
    assert_eq!(show("control", &["name", "stage"], &files), ["winston | applied"]);
}

#[test]
fn modules_that_cannot_be_read() {
    let server = ("server.js", "import pino from 'pino'; import './b.js'; const app = ;;; ) {{{");
    let found = controls(&[server, ("b.js", "import helmet from 'helmet'; export const a = helmet()")]);
    assert!(found.iter().any(|line| line.starts_with("structured-log | pino | unread")), "{found:?}");
    let limit = ("c.js", "import './server.js'; export const b = require('express-rate-limit')({ max: 5 });");
    let found = controls(&[server, ("b.js", "import './c.js'"), limit]);
    assert!(
        found.iter().any(|line| line.starts_with("rate-limit | express-rate-limit | unclear")),
        "{found:?}"
    );
    let found = controls(&[server, ("b.js", "import helmet from 'helmet'; export const a = helmet()")]);
    // What it asks for is told by its words.
    assert!(!found.iter().any(|line| line.contains("helmet | present")), "{found:?}");
}

#[test]
fn where_a_control_is_shown() {
    let server = (
        "server.js",
        "const app = require('express')(); const limit = require('./middleware/limit'); require('./audit/tries');
         app.get('/a', limit, h); app.listen(1);",
    );
    let tries = (
        "audit/tries.js",
        "const rateLimit = require('express-rate-limit'); module.exports = rateLimit({ max: 1 });",
    );
    let limit = (
        "middleware/limit.js",
        "const rateLimit = require('express-rate-limit');\nconst strict = rateLimit;\nmodule.exports = rateLimit({ max: 5 });",
    );
    let mut all = vec![MANIFEST, server, tries, limit];
    let found = show("control", &["name", "path", "reach"], &all);
    assert!(
        found.contains(&"express-rate-limit | middleware/limit.js | 1 of 1 routes".to_owned()),
        "{found:?}"
    );
    // Code of its own that stands before no route says nothing where another does.
    all[2] = (
        "audit/tries.js",
        "const hits = new Map(); module.exports = (req, res) => { if (hits.get(req.ip) > 5) return res.status(429).end() }",
    );
    let found = show("control", &["name", "stage"], &all);
    assert!(!found.contains(&"audit/tries.js | applied".to_owned()), "{found:?}");
}

#[test]
fn how_messages_name_controls() {
    let server = (
        "server.js",
        "const app = require('express')(); require('passport-jwt'); app.get('/a', h); app.listen(1);",
    );
    let role = "(req, res, next) => { if (req.user.role !== 'admin') return res.status(403).end(); next() }";
    let manifest = (
        "package.json",
        r#"{"scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "passport-jwt": "4", "jsonwebtoken": "9"}}"#,
    );
    for (text, expected) in [
        (format!("module.exports = {role}"), "require-role.js"),
        (format!("module.exports.requireRole = {role}"), "requireRole"),
    ] {
        let files = [manifest, server, ("lib/require-role.js", &text)];
        let found = show("control", &["capability", "part", "state"], &files);
        let is = |line: String| assert!(found.contains(&line), "{line} in {found:?}");
        is(format!("rbac | {expected} | is built, but no program reaches its module"));
        // Strategies are handed to passport: no call tells of them.
        assert!(!found.iter().any(|line| line.contains("passport-jwt")), "{found:?}");
        is("auth | jsonwebtoken | is in the manifest, and no module imports it".to_owned());
    }
}

#[test]
fn plugins_that_are_handed_on() {
    let manifest = (
        "package.json",
        r#"{"scripts": {"start": "node server.js"}, "dependencies": {"fastify": "5", "@fastify/helmet": "13"}}"#,
    );
    let load = "for (const name of require('fs').readdirSync('./plugins')) app.register(require('./plugins/' + name));";
    let server =
        format!("const app = require('fastify')(); {load} app.get('/a', h); app.listen({{ port: 1 }});");
    let plugin = ("plugins/helmet.js", "import helmet from '@fastify/helmet'; export default helmet;");
    let found = show("control", &["name", "stage"], &[manifest, ("server.js", &server), plugin]);
    assert!(!found.contains(&"@fastify/helmet | imported".to_owned()), "{found:?}");
}

#[test]
fn a_limiter_of_what_comes_in_over_sockets_is_at_work() {
    let limits = "const { RateLimiter } = require('limiter');
        class Limits { constructor() { this.all = new RateLimiter({}); } pass() { return this.all.removeTokens(1); } }
        exports.logins = new Limits();";
    for (handler, expected) in [
        ("if (await logins.pass()) answer(data);", "applied | what comes in over sockets | true"),
        ("answer(data);", "live | all that the application hands on | false"),
    ] {
        let server = format!(
            "const express = require('express'); const {{ io }} = require('./io'); const {{ logins }} = require('./limits');
             const app = express(); app.get('/a', h); logins.pass();
             io.on('connection', (socket) => {{ socket.on('login', async (data, answer) => {{ {handler} }}); }});
             app.listen(3000);"
        );
        let io = "const { Server } = require('socket.io'); exports.io = new Server(3001);";
        let files = [MANIFEST, ("server.js", &*server), ("io.js", io), ("limits.js", limits)];
        let found = show("control", &["capability", "name", "stage", "reach", "sockets"], &files);
        assert!(found.contains(&format!("rate-limit | limiter | {expected}")), "{handler}: {found:?}");
    }
}
