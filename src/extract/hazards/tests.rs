//! Text in, facts out. What rules make of them stands in their own examples.

use crate::extract::given::show;

/// The facts of one kind in one file.
fn check(kind: &str, attributes: &[&str], path: &str, text: &str, expected: &[&str]) {
    assert_eq!(show(kind, attributes, &[(path, text)]), expected, "{kind} in {path}: {text}");
}

#[test]
fn secrets_of_the_environment() {
    for (text, expected) in [
        ("const s = process.env.JWT_SECRET || 'a';", "JWT_SECRET | signing | false"),
        ("const s = process.env.A || process.env.SESSION_SECRET || 'a';", "SESSION_SECRET | signing | false"),
        ("const { AUTH_SECRET: s = 'a' } = process.env;", "AUTH_SECRET | signing | false"),
        ("const s = Deno.env.get('ENCRYPTION_KEY') ?? 'a';", "ENCRYPTION_KEY | encryption | false"),
        ("const s = isDev ? process.env.JWT_SECRET || 'a' : x;", "JWT_SECRET | signing | true"),
        ("const s = process.env.OAUTH_CLIENT_SECRET || 'a';", "OAUTH_CLIENT_SECRET | provider | false"),
    ] {
        check("secret.fallback", &["variable", "purpose", "guarded"], "src/a.ts", text, &[expected]);
    }
    let client = |package: &str| {
        format!(
            "import Service from '{package}';
            const client = new Service({{ key: process.env.TRANSLOADIT_AUTH || 'a', secret: process.env.TRANSLOADIT_AUTH_SECRET || 'a' }});"
        )
    };
    for (package, expected) in [
        ("transloadit", "TRANSLOADIT_AUTH_SECRET | provider | false"),
        ("other-service", "TRANSLOADIT_AUTH_SECRET | signing | false"),
    ] {
        let attributes = ["variable", "purpose", "guarded"];
        check("secret.fallback", &attributes, "src/a.ts", &client(package), &[expected]);
    }
    for text in [
        "const s = process.env.JWT_SECRET || '';",
        "const s = env.JWT_SECRET || 'a';",
        "const s = process.env.JWT_SECRET_LIFETIME || '10m';",
    ] {
        check("secret.fallback", &["variable"], "src/a.ts", text, &[]);
    }
    let network = "const n = process.env.CHAIN_NETWORK || 'testnet';";
    check(
        "network.default",
        &["variable", "network", "guarded"],
        "src/a.ts",
        network,
        &["CHAIN_NETWORK | testnet | false"],
    );
    let key = "f(import.meta.env.VITE_STRIPE_SECRET_KEY, import.meta.env.VITE_URL);";
    let expected = ["VITE_STRIPE_SECRET_KEY | true", "VITE_URL | false"];
    check("client.variable", &["variable", "secret"], "src/a.ts", key, &expected);
}

#[test]
fn tokens() {
    let jwt = "import jwt from 'jsonwebtoken';\n";
    for (text, expected) in [
        ("jwt.sign({ a }, k, { expiresIn: 1 })", "sign |  | "),
        ("jwt.sign({ a }, k)", "sign | no time at which they end | "),
        ("jwt.sign({ a, ...b }, k)", "sign |  | "),
        ("jwt.sign(a, 'k')", "sign | a key that stands in the source | "),
        ("jwt.sign(a, process.env.K || 'k')", "sign |  | "),
        ("jwt.verify(t, k)", "verify |  | false"),
        ("jwt.verify(t, k, o)", "verify |  | "),
        ("jwt.verify(t, k, { algorithms: ['RS256'] })", "verify |  | true"),
        ("jwt.decode(t)", "decode |  | "),
    ] {
        let text = jwt.to_owned() + text;
        check("jwt.call", &["does", "weakness", "algorithms"], "src/a.ts", &text, &[expected]);
    }
    let nest = "import { JwtService } from '@nestjs/jwt';
        export class AuthGuard {
            constructor(private tokens: JwtService) {}
            canActivate(context) {
                const request = context.switchToHttp().getRequest();
                const token = request.headers.authorization.split(' ')[1];
                USED
                return true;
            }
        }";
    for (used, expected) in [
        ("request.user = this.tokens.decode(token);", "decode | no check of the signature | "),
        ("this.log(this.tokens.decode(token));", "decode |  | "),
    ] {
        let text = nest.replace("USED", used);
        check("jwt.call", &["does", "weakness", "algorithms"], "src/a.ts", &text, &[expected]);
    }
    // Who looks at the end of a token by itself may have it ignored by the library.
    let passport = "import { Strategy } from 'passport-jwt';\nnew Strategy({ jwtFromRequest, secretOrKey: key, ignoreExpiration: true }, CALLBACK);";
    for (callback, weakness) in [
        ("(token, done) => done(null, token)", "no regard for the time at which they end"),
        ("(token, done) => { if (token.exp < now()) done(null, false) }", ""),
        ("({ exp }, done) => done(null, exp > now())", ""),
        ("this.tokens.check.bind(this)", ""),
    ] {
        let text = passport.replace("CALLBACK", callback);
        check("jwt.call", &["weakness"], "src/a.js", &text, &[weakness]);
    }
    let plain = "const token = btoa(JSON.stringify({ userId }));";
    check("token.plain", &["signed", "form", "name"], "src/a.ts", plain, &["false | base64 | token"]);
}

#[test]
fn ciphers_and_passwords() {
    let crypto = "import { createHash, createCipheriv } from 'crypto';\n";
    for (text, expected) in [
        ("createCipheriv('aes-128-ecb', k, null)", vec!["AES-128-ECB | true | encryption"]),
        ("createCipheriv('aes-256-gcm', k, iv)", vec!["AES-256-GCM | false | encryption"]),
        ("const apiToken = createHash('md5').update(x).digest()", vec!["MD5 | true | apiToken"]),
        ("const key = createHash('md5').update(x).digest()", vec![]),
        ("const otp = Math.random()", vec!["Math.random() | true | otp"]),
        ("const at = Math.random()", vec![]),
    ] {
        let text = crypto.to_owned() + text;
        check("crypto.use", &["primitive", "weak", "purpose"], "src/a.ts", &text, &expected);
    }
    let hash = "import { hash } from 'bcrypt';\nconst COST = 6;\nhash(password, COST);\nhash(p, 12);";
    let expected = ["bcrypt | bcrypt with cost 6", "bcrypt | "];
    check("password.hash", &["algorithm", "weak"], "src/a.ts", hash, &expected);
    let policy =
        "const s = { password: z.string().min(9), name: z.string().min(2) };\nif (password.length < 10) f();";
    check("password.policy", &["minimum"], "src/a.ts", policy, &["9", "10"]);
}

#[test]
fn what_runs_and_what_is_sent() {
    let eval = "eval(a); eval('1'); new Function('a', req.body.code);";
    let expected = ["eval | computed | false", "eval | constant | false", "new Function | request | false"];
    check("code.eval", &["by", "input", "shell"], "src/a.ts", eval, &expected);
    let tls = "f({ rejectUnauthorized: false }); g({ rejectUnauthorized: ok });
        function h(mode) { switch (mode) { case 'lax': return { rejectUnauthorized: false }; } }";
    check("tls.check", &["option", "development"], "src/a.ts", tls, &["rejectUnauthorized: false | false"]);
    for (text, expected) in [
        ("if (settings.unsafeTls) { agent = new Agent({ rejectUnauthorized: false }); }", 0),
        ("const tls = query.get('rejectUnauthorized') === 'false' ? { rejectUnauthorized: false } : {};", 0),
        ("if (!this.rejectUnauthorized) { payload.tls = { rejectUnauthorized: false } }", 0),
        ("const ssl = process.env.TLS_INSECURE === 'true' && { rejectUnauthorized: false };", 0),
        // Whoever sets nothing gets a connection without checks.
        ("const ssl = process.env.TLS_VERIFY !== 'true' && { rejectUnauthorized: false };", 1),
        ("const ssl = process.env.DB_SSL === 'true' ? { rejectUnauthorized: false } : false;", 1),
        ("if (useSSL) { options.ssl = { rejectUnauthorized: false }; }", 1),
        ("if (skip) { connect(() => ({ rejectUnauthorized: false })); }", 1),
    ] {
        let expected = vec!["rejectUnauthorized: false"; expected];
        check("tls.check", &["option"], "src/a.ts", text, &expected);
    }
    let queue = "connect('amqp://a:b@queue.shop.io'); connect('amqp://a:b@queue');";
    check("channel.plain", &["protocol", "development"], "src/a.ts", queue, &["amqp:// | false"]);
    check("rpc.call", &["function"], "src/a.ts", "db.rpc('close', {})", &["close"]);
    let sinks = "fetch(req.query.url); fetch(`https://a.io/${req.query.a}`); db.query(`a ${req.body.b}`);";
    check("request.sink", &["kind", "by"], "src/a.ts", sinks, &["url | fetch", "sql | query"]);
    let of_event = "export default defineEventHandler(async (event) => {
        const { url } = getQuery(event); await $fetch(url); await fetch((await readBody(event)).url);
        await $fetch(getRouterParam(event, 'id')); await $fetch(client.getQuery(event)); });";
    check("request.sink", &["kind", "by"], "server/api/a.ts", of_event, &["url | $fetch", "url | fetch"]);
    for (text, expected) in [
        ("if (!isInside(root, file)) return res.sendStatus(400); res.sendFile(file);", 0),
        ("if (req.query.name.includes('..')) { log(); return; } res.sendFile(file);", 0),
        ("assertSafe(req.query.name); res.sendFile(file);", 0),
        ("if (file.startsWith(root)) res.sendFile(file);", 0),
        ("if (!fs.existsSync(file)) return res.sendStatus(404); res.sendFile(file);", 1),
        ("if (!isAllowed(req.user)) return res.sendStatus(403); res.sendFile(file);", 1),
        ("if (!isInside(root, other)) log(); res.sendFile(file);", 1),
        ("if (!isInside(root, file)) log(); res.sendFile(file);", 1),
    ] {
        let text = format!("(req, res) => {{ const file = path.join(root, req.query.name); {text} }}");
        check("request.sink", &["by"], "src/a.ts", &text, &vec!["sendFile"; expected]);
    }
    let run = "import { exec } from 'node:child_process'; class A { run(executablePath, name) {
        exec('\"' + executablePath + '\" -version'); exec(name + ' -version'); } }";
    check("code.eval", &["by"], "src/a.ts", run, &["exec"]);
    let grpc = "import grpc from '@grpc/grpc-js';\n";
    for (text, expected) in [
        (
            "f(new Client(url, settings.tls ? grpc.credentials.createSsl() : grpc.credentials.createInsecure()));",
            0,
        ),
        ("f(new Client(url, grpc.credentials.createInsecure()));", 1),
    ] {
        let text = grpc.to_owned() + text;
        check("channel.plain", &["protocol"], "src/a.ts", &text, &vec!["gRPC"; expected]);
    }
}

#[test]
fn addresses_that_only_the_program_names() {
    for (text, expected) in [
        ("if (req.headers.key !== process.env.INTERNAL_API_KEY) { res.status(401); return; }", 0),
        ("if (req.headers.key !== process.env.INTERNAL_API_KEY) log();", 1),
        ("if (req.headers.mode !== process.env.NODE_ENV) { return; }", 1),
    ] {
        let text = format!("export default async (req, res) => {{ {text} await fetch(req.body.url); }}");
        check("request.sink", &["by"], "src/a.ts", &text, &vec!["fetch"; expected]);
    }
}

#[test]
fn commands_of_fixed_parts_are_no_computed_input() {
    let run = "import { exec } from 'node:child_process'; import path from 'node:path';
        const build = process.env.SKIP ? '' : '--build'; exec(`docker compose up ${build} -d`);
        const logs = path.join(__dirname, 'logs'); const services = ['web', 'mail'];
        for (const service of services) exec(`docker logs ${service} > ${logs}/${service}.log`);
        ['a', 'b'].forEach((name) => exec(`touch ${name}`));
        for (const name of names) exec(`ls ${name}`); exec(`cat ${flag ? name : 'x'}`);";
    check("code.eval", &["by"], "src/a.ts", run, &["exec", "exec"]);
}

#[test]
fn sessions() {
    for (text, expected) in [
        ("res.cookie('token', t)", vec!["token | HttpOnly, Secure, SameSite | true"]),
        ("res.cookie('token', t, { httpOnly: true, secure: isProd })", vec!["token | SameSite | false"]),
        ("res.cookie('theme', t)", vec![]),
        ("res.cookie('auth_method', t, { httpOnly: true })", vec![]),
        ("res.cookie('token', t, options())", vec![]),
    ] {
        check("cookie.set", &["name", "missing", "open"], "src/a.ts", text, &expected);
    }
    let storage = "localStorage.setItem('jwt', t); localStorage.setItem('theme', t);";
    let expected = ["localStorage | jwt | true", "localStorage | theme | false"];
    check("web.storage", &["store", "key", "credential"], "src/a.ts", storage, &expected);
    let query = "f(req.query.apiKey); new WebSocket(`wss://a.io?token=${t}`);";
    let expected = ["apiKey | server | false", "token | client | false"];
    check("query.credential", &["name", "side", "link"], "src/a.ts", query, &expected);
}

#[test]
fn decisions() {
    let compare = "const { password } = req.body;\na(password === 'secret1', req.headers['x-api-key'] === process.env.API_KEY);";
    let expected = ["`password` | literal", "the header `x-api-key` | secret"];
    check("credential.compare", &["what", "against"], "src/a.ts", compare, &expected);
    let claims = "f(user.role || 'admin', claims.orgId ?? 'main', user.role || 'guest');";
    let expected = ["role | admin | true", "orgId | main | true", "role | guest | false"];
    check("claim.default", &["claim", "value", "grants"], "src/a.ts", claims, &expected);
    let metadata = "if (u.user_metadata.role === 'admin') f(u.user_metadata.role);";
    let expected = ["user_metadata.role | true", "user_metadata.role | false"];
    check("metadata.role", &["field", "decides"], "src/a.ts", metadata, &expected);
    let checks = "const canAccess = (u) => true; function verifyToken(t) { return tokens.get(t); }";
    check(
        "auth.check",
        &["name", "stub"],
        "src/a.ts",
        checks,
        &["canAccess | returns `true`", "verifyToken | "],
    );
    let address = "const ip = req.headers['x-forwarded-for'];";
    check("client.address", &["header", "purpose"], "src/audit.ts", address, &["x-forwarded-for | "]);
    check(
        "client.address",
        &["header", "purpose"],
        "src/rateLimit.ts",
        address,
        &["x-forwarded-for | limits"],
    );
    let tables = "const ADMIN_ROUTES = ['/a'];\nconst ROLE_NAMES = ['b'];\nf(ROLE_NAMES);";
    check(
        "access.table",
        &["name", "read"],
        "src/a.ts",
        tables,
        &["ADMIN_ROUTES | false", "ROLE_NAMES | true"],
    );
}

#[test]
fn switches() {
    for (text, expected) in [
        ("if (process.env.SKIP_AUTH) next();", vec!["SKIP_AUTH | authentication | false"]),
        ("if (isDev) { if (process.env.SKIP_AUTH) next(); }", vec!["SKIP_AUTH | authentication | true"]),
        ("const a = process.env.USE_MOCK ? new MockA() : new A();", vec!["USE_MOCK | mock | false"]),
        ("if (process.env.SKIP_AUTH) throw new Error();", vec![]),
        ("if (process.env.SKIP_LINT) next();", vec![]),
    ] {
        check("flag.bypass", &["flag", "opens", "guarded"], "src/a.ts", text, &expected);
    }
    let branch =
        "function auth(req, res, next) { if (process.env.NODE_ENV !== 'production') return next(); }";
    check("environment.branch", &["decides", "open"], "src/a.ts", branch, &["auth | true"]);
    let fallback = "try { a(); } catch { return mockData; }";
    let text = format!("function f() {{ {fallback} }}");
    check(
        "mock.fallback",
        &["gives", "because", "development"],
        "src/a.ts",
        &text,
        &["mockData | error | false"],
    );
}

#[test]
fn answers() {
    let redirects = "function f(req, res) { res.redirect(req.query.to); res.redirect(safe(req.body.to)); }";
    check("redirect", &["from", "checked"], "src/a.ts", redirects, &["the query | false"]);
    let errors = "app.use((err, a, res, b) => { res.status(500).json({ e: err.message }); res.status(400).json({ e: err.message }); });";
    check("error.answer", &["tells", "development"], "src/a.ts", errors, &["message | false"]);
}

#[test]
fn what_was_left_in_the_middle() {
    for (text, expected) in [
        ("function a() { throw new Error('not implemented'); }", vec!["`a` | throw"]),
        ("function a(req, res) { res.sendStatus(501); }", vec!["`a` | 501"]),
        ("function score(a) { return 1; /* placeholder */ }", vec!["`score` | constant"]),
        ("debugger;", vec!["the module | debugger"]),
        ("function a() { if (b) throw new Error('not implemented'); }", vec![]),
        ("class A extends B { a() { throw new Error('not implemented'); } }", vec![]),
        ("class A { a() { throw new Error('not implemented'); } b() { this.a(); } } new A();", vec![]),
        (
            "class A { b() { throw new Error('not implemented'); } c() { throw new Error('not implemented'); } d() {} } new A().b(); a.c();",
            vec!["`b`, `c` | throw"],
        ),
    ] {
        check("code.stub", &["name", "does"], "src/a.ts", text, &expected);
    }
    let comments = "// @ts-ignore\na();\n// eslint-disable-next-line\n// @ts-ignore: the types are wrong\n";
    check("suppressions", &["count", "types", "density"], "src/a.ts", comments, &["2 | 1 | 500"]);
    let messages = "'use client';\nconsole.log(1); console.error(2);";
    check("console.client", &["count", "stripped"], "src/a.ts", messages, &["1 | false"]);
}

#[test]
fn rules_of_firebase() {
    let rules = "service a { match /d/{x} { match /{all=**} { allow read: if true; } // allow write;\nallow write: if request.auth != null; } }";
    let expected = ["read | /{all=**} | false", " | /d/{x} | false"];
    check("firebase.rule", &["allows", "of", "dated"], "firestore.rules", rules, &expected);
}

#[test]
fn a_digest_that_asks_for_leaks_is_kept_nowhere() {
    for (text, expected) in [
        (
            "const h = createHash('sha1').update(password).digest('hex'); const r = await fetch(`https://api.pwnedpasswords.com/range/${h.slice(0, 5)}`);",
            vec![],
        ),
        (
            "const h = createHash('sha1').update(password).digest('hex').toUpperCase(); return [h.slice(0, 5), h.slice(5)];",
            vec![],
        ),
        (
            "const h = createHash('sha1').update(password).digest('hex'); save(h); log(h.slice(0, 5));",
            vec!["sha1"],
        ),
        (
            "const h = createHash('sha256').update(password).digest('hex'); ask(h.slice(0, 5));",
            vec!["sha256"],
        ),
    ] {
        let text = format!("export async function f(password) {{ {text} }}");
        check("password.hash", &["algorithm"], "src/a.ts", &text, &expected);
    }
}

#[test]
fn scripts_and_tests_are_left_out() {
    for path in [
        "scripts/a.ts",
        "test/a.ts",
        "src/a.test.ts",
        "prisma/seed.ts",
        "vite.config.ts",
        "dist/a.js",
        "turbo/generators/config.ts",
        "plopfile.js",
    ] {
        check("code.eval", &["by"], path, "eval(a);", &[]);
    }
}

#[test]
fn what_holds_to_a_grammar_is_checked_before_it_runs() {
    let run = "const validate = require('./validate');
        exports.run = (text) => { if (!validate(text).valid) throw text; return Function(`return ${text}`)(); };";
    for (grammar, expected) in [
        ("const acorn = require('acorn'); module.exports = (text) => walk(acorn.parse(text));", "checked"),
        ("module.exports = (text) => ({ valid: text.length < 80 });", "computed"),
    ] {
        let files = [("src/run.js", run), ("src/validate.js", grammar)];
        assert_eq!(show("code.eval", &["input"], &files), [expected], "{grammar}");
    }
}

#[test]
fn a_script_for_one_deed_is_left_out() {
    let manifest = ("package.json", "{}");
    let eval = |path| crate::extract::given::show("code.eval", &["by"], &[manifest, (path, "eval(a);")]);
    assert_eq!(eval("generate-token.js"), Vec::<String>::new());
    assert_eq!(eval("src/generate-token.js"), ["eval"]);
    assert_eq!(eval("generate.js"), ["eval"]);
}

#[test]
fn checks_that_nobody_waits_for() {
    let text = "import bcrypt from 'bcryptjs';
        import { Receiver } from '@upstash/qstash';
        import { Webhook } from 'svix';
        const receiver = new Receiver({ currentSigningKey: key });
        const hook = new Webhook(key);
        async function verifyToken(token) { return (await load(token)).valid; }
        function isAdmin(user) { return user.role === 'admin'; }
        async function loadToken(token) { return load(token); }
        class Guard { async checkAccess(user) { return load(user); } CHECK }";
    for (check, expected) in [
        ("a(t) { if (verifyToken(t)) return t; }", vec!["verifyToken"]),
        ("a(t) { return !verifyToken(t) ? 401 : 200; }", vec!["verifyToken"]),
        ("a(t) { if (t && !this.checkAccess(t)) throw t; }", vec!["checkAccess"]),
        ("a(p, h) { const same = bcrypt.compare(p, h); if (!same) throw p; }", vec!["compare"]),
        (
            "a(signature, body) { const valid = receiver.verify({ signature, body }); if (!valid) throw body; }",
            vec!["verify"],
        ),
        ("a(headers, body) { const valid = hook.verify(body, headers); if (!valid) throw body; }", vec![]),
        ("async a(t) { if (await verifyToken(t)) return t; }", vec![]),
        ("a(t) { const done = verifyToken(t); if (done) done.then(t); }", vec![]),
        ("a(u) { if (isAdmin(u)) return u; }", vec![]),
        ("a(t) { if (loadToken(t)) return t; }", vec![]),
        ("a(p, h) { if (bcrypt.compareSync(p, h)) return p; }", vec![]),
        ("a(p, h, f) { if (bcrypt.compare(p, h, f)) return p; }", vec![]),
    ] {
        let text = text.replace("CHECK", check);
        let shown = show("auth.check", &["name", "stub"], &[("src/a.ts", &text)]);
        let late = shown.iter().filter(|line| line.contains("awaited"));
        let names: Vec<_> = late.filter_map(|line| line.split(" |").next()).collect();
        assert_eq!(names, expected, "{check}");
    }
}
