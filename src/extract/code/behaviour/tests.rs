use super::of_function;
use crate::extract::code::Capabilities;
use crate::extract::given;

/// What the functions of a text are good for, all together.
fn gives(text: &str) -> String {
    given::with(&[("a.ts", text)], |context| {
        let found = context.code.modules().flat_map(|(_, module)| {
            module.functions.iter().map(|function| of_function(module, function.node))
        });
        found.fold(Capabilities::default(), Capabilities::and).words().join(" ")
    })
}

fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(gives(text), *expected, "{text}");
    }
}

#[test]
fn who_asks_too_often_is_turned_away() {
    check(&[
        (
            "const f = (req, res, next) => { if (hits.get(req.ip) > 5) return res.status(429).end(); next() }",
            "rate-limit",
        ),
        (
            "export class RateLimiter { async fetch(r) { return later(() => { const now = Date.now(); return new Response(this.next - now); }); } }",
            "rate-limit",
        ),
        ("export class Room { async fetch(r) { return new Response(String(Date.now())); } }", ""),
        (
            "async function f(r) { if (!(await limit(r))) return new Response('', { status: 429 }) }",
            "rate-limit",
        ),
        ("const f = (r) => { if (n > 1) throw new TRPCError({ code: 'TOO_MANY_REQUESTS' }) }", "rate-limit"),
        (
            "const f = (r) => { if (n > 1) throw new HttpException('x', HttpStatus.TOO_MANY_REQUESTS) }",
            "rate-limit",
        ),
        // A window that is counted in answers nothing itself.
        (
            "function allowed(key) { const e = map.get(key); if (!e || Date.now() > e.end) { map.set(key, { n: 1 }); return true } e.n++; return e.n <= 5 }",
            "rate-limit",
        ),
        (
            "async function f(k) { const n = await redis.incr(k); await redis.expire(k, 60); return n > 5 }",
            "rate-limit",
        ),
        // What another service says is passed on.
        (
            "async function f(res) { const r = await go(); if (r.status === 429) return res.status(429).end() }",
            "",
        ),
        ("async function f(res) { try { await go() } catch (e) { return res.status(429).end() } }", ""),
        (
            "const f = (e) => { switch (e.code) { case 'A': throw new TRPCError({ code: 'TOO_MANY_REQUESTS' }) } }",
            "",
        ),
        (
            "const f = (e) => { if (e instanceof Limit) throw new TRPCError({ code: 'TOO_MANY_REQUESTS' }) }",
            "",
        ),
        // A map of its own is gone when it ends, and a loop counts nothing.
        (
            "function f(xs) { const m = new Map(); for (let i = 0; i < xs.length; i++) { m.set(i, m.get(i)); log(Date.now()) } }",
            "",
        ),
        ("const tooMany = (res) => res.status(429).end()", ""),
        ("const f = (s) => [401, 429].includes(s)", ""),
        (
            "function f(k) { const e = map.get(k); if (e && e.end > Date.now()) return e.v; map.set(k, { v: make() }) }",
            "cache",
        ),
    ]);
}

#[test]
fn who_is_not_known_or_may_not_is_turned_away() {
    check(&[
        (
            "const f = (req, res, next) => { const t = req.headers.authorization; if (!t) return res.status(401).end(); next() }",
            "auth",
        ),
        (
            "const f = (req, res, next) => { if (!req.session.userId) return res.redirect('/login'); next() }",
            "auth",
        ),
        (
            "const f = (c, next) => { if (!c.get('user')) return c.json({ a: 1 }, 401); return next() }",
            "auth",
        ),
        (
            "async function act() { const session = await auth(); if (!session) throw new Error('Unauthorized') }",
            "auth",
        ),
        (
            "async function act() { const user = await me(); if (!user) return { error: 'Not authenticated' } }",
            "auth",
        ),
        (
            "const f = (req, res, next) => { if (req.isAuthenticated()) return next(); res.status(401).end() }",
            "auth",
        ),
        (
            "async function f(r) { if (r.headers.get('authorization') !== `Bearer ${process.env.CRON_SECRET}`) return new Response('', { status: 403 }) }",
            "auth",
        ),
        (
            "const f = (req, res) => { if (req.headers['x-api-key'] !== key) return res.sendStatus(403) }",
            "auth",
        ),
        (
            "const f = (req, res, next) => { if (req.user.role !== 'admin') return res.status(403).end(); next() }",
            "rbac",
        ),
        (
            "const f = (req, res, next) => { if (!roles.includes(req.user.role)) throw new ForbiddenException() }",
            "rbac",
        ),
        ("class G { canActivate(c) { return this.required.some((r) => c.user.roles.includes(r)) } }", "rbac"),
        ("class G { canActivate(c) { const { user } = c; return user.roles.includes('admin') } }", "rbac"),
        ("class G { canActivate(c) { return !!c.request.headers.authorization } }", "auth"),
        // A login compares a password; it keeps nobody out of anything else.
        (
            "async function login(req, res) { const user = await find(); if (!user || !same(password, user.password)) return res.status(401).end() }",
            "",
        ),
        ("const unauthorized = (res) => res.status(401).end()", ""),
        (
            "const f = (req, res, next) => { if (req.headers['x-csrf-token'] !== req.cookies.csrf) return res.sendStatus(403); next() }",
            "csrf",
        ),
    ]);
}

#[test]
fn headers_signatures_and_shapes() {
    check(&[
        (
            "const f = (q, r) => { r.setHeader('X-Frame-Options', 'DENY'); r.setHeader('X-Content-Type-Options', 'nosniff') }",
            "security-headers",
        ),
        ("const f = (q, r) => { r.setHeader('X-Frame-Options', 'DENY') }", ""),
        ("const f = (q, r) => { r.removeHeader('X-Frame-Options'); r.removeHeader('Referrer-Policy') }", ""),
        (
            "const f = () => [{ key: 'X-Frame-Options', value: 'DENY' }, { key: 'Referrer-Policy', value: 'no' }]",
            "security-headers",
        ),
        ("const f = (q, r) => { r.header('Access-Control-Allow-Origin', '*') }", "cors"),
        ("const f = (r) => r.headers.get('access-control-allow-origin')", ""),
        (
            "const f = (b, s) => { const d = createHmac('sha256', k).update(b).digest('hex'); return crypto.timingSafeEqual(d, s) }",
            "signature",
        ),
        ("const f = (b, s) => createHmac('sha256', k).update(b).digest('hex') === s", "signature"),
        (
            "const f = (b, signature) => createHash('sha256').update(SECRET + b).digest('hex') === signature",
            "signature",
        ),
        ("const f = (p, hash) => createHash('sha256').update(p + SALT_SECRET).digest('hex') === hash", ""),
        ("const f = (b, s) => acme.webhooks.constructEvent(b, s, k)", "signature"),
        (
            "async function f() { const r = await client.checkRateLimit('login'); if (!r.allowed) throw new Error('no') }",
            "rate-limit",
        ),
        ("const f = async (b, s) => hex(await crypto.subtle.sign('HMAC', k, b)) === s", "signature"),
        ("const sign = (b) => createHmac('sha256', k).update(b).digest('hex')", ""),
        ("const f = (a, b) => timingSafeEqual(a, b)", ""),
        (
            "const f = (req, res) => { if (typeof req.body.name !== 'string') return res.status(400).end() }",
            "validation",
        ),
        ("const f = (req, res) => { if (!req.body.name) return res.status(400).end() }", ""),
    ]);
}

#[test]
fn trying_again_giving_up_and_the_rest() {
    check(&[
        (
            "async function f() { for (let i = 0; i < 3; i++) { try { return await go() } catch (e) { await sleep(100) } } }",
            "retry",
        ),
        (
            "async function f() { for (let attempt = 0; attempt < 3; attempt++) { const r = await go(); if (r.ok) return r; await new Promise((d) => setTimeout(d, 9)) } }",
            "retry",
        ),
        ("async function load(n) { try { return await go() } catch (e) { return load(n - 1) } }", "retry"),
        // A worker goes round for ever, a batch once.
        ("async function f() { while (true) { try { await go() } catch (e) {} await sleep(100) } }", ""),
        ("async function f() { for (const x of xs) { await go(x); await sleep(100) } }", ""),
        ("const f = (p) => Promise.race([p, new Promise((_, no) => setTimeout(no, 9))])", "timeout"),
        ("const f = (u) => fetch(u, { signal: AbortSignal.timeout(9) })", "timeout"),
        ("class B { run() { if (this.state === 'OPEN') { this.state = 'HALF_OPEN' } } }", "circuit-breaker"),
        ("const f = (req, res, next) => { console.log(req.method, req.url); next() }", "request-log"),
        ("const f = (err, req, res, next) => { console.error(req.method, req.url) }", ""),
        ("const log = (level, m) => console.log(JSON.stringify({ level, m }))", "structured-log"),
        ("const f = (x) => console.log(JSON.stringify(x))", ""),
        ("const f = (n) => { if (!process.env[n]) throw new Error('missing ' + n) }", "env-check"),
        ("const f = () => schema.parse(process.env)", "env-check"),
        ("const all = { PORT: process.env.PORT || '1' }; const f = () => schema.safeParse(all)", "env-check"),
        (
            "const f = (schema) => (ctx, next) => { ctx.input = schema.parse(ctx.request); return next() }",
            "validation",
        ),
        ("const f = (text) => JSON.parse(text)", ""),
        ("const f = (n) => process.env[n]", ""),
        ("async function f(q, res) { await db.execute('SELECT 1'); res.json({ status: 'ok' }) }", "health"),
        ("const f = (a) => prisma.auditLog.create({ data: a })", "audit-log"),
        ("const f = (q) => db.find().skip(q.a).limit(10)", "pagination"),
    ]);
}

#[test]
fn schemas_that_are_handed_over() {
    check(&[
        ("const f = (schema) => (req, res, next) => { schema.validate(req.body); next() }", "validation"),
        (
            "const f = (s) => async (req, res, next) => { await s.parseAsync(req[part]); next() }",
            "validation",
        ),
        ("const f = (s) => (req) => s.safeParse({ body: req.body, query: req.query })", "validation"),
        ("async function f(request, schema) { return schema.safeParse(await read(request)) }", "validation"),
        ("async function f(ctx) { await ctx.app.schemas.article.validate(article) }", "validation"),
        ("const schemas = load(); const f = (name) => (req) => schemas[name].parse(req.body)", "validation"),
        // A parser of texts, a service and a document are no schemas.
        ("const f = (req) => JSON.parse(req.body)", ""),
        ("const f = (users) => (text) => users.parse(text)", ""),
        ("const f = (req) => service.users.validate(req.body)", ""),
        ("const f = (schema) => schema.validate()", ""),
        ("const f = (schema) => schema.validate((value) => value > 1)", ""),
    ]);
}

#[test]
fn the_one_field_of_a_body_is_held_against_a_list() {
    check(&[
        (
            "const validateOrder = (req, res, next) => { if (!req.body.item) return res.status(400).end(); if (!fits(req.body)) return res.status(400).end(); next() }",
            "validation",
        ),
        (
            "const save = (req, res) => { if (!req.body.item) return res.status(400).end(); if (!fits(req.body)) return res.status(400).end(); keep(req.body) }",
            "",
        ),
        (
            "const f = (req, res) => { if (!KINDS.includes(req.body.kind)) throw new Error('no'); save(req.body.kind) }",
            "validation",
        ),
        (
            "const f = (req, res) => { const { kind } = req.body; if (!['a', 'b'].find((one) => one === kind)) throw new Error('no'); save(kind) }",
            "validation",
        ),
        (
            "const f = async (req) => { const body = await req.json(); if (!(body.kind in KINDS)) return no(); save(body.kind) }",
            "validation",
        ),
        (
            "const f = async ({ request }) => { const form = await request.formData(); const lang = form.get('lang') || ''; if (!OPTIONS.languages.find((l) => l === lang)) throw new Response('no'); save(lang) }",
            "validation",
        ),
        (
            "const f = async ({ request }) => { const form = await request.formData(); const lang = form.get('lang'); if (!OPTIONS.languages.find((l) => l === lang)) throw new Response('no'); save(lang, form.get('name')) }",
            "",
        ),
        // Another field comes as it is, rows are looked up, and nobody is turned away.
        (
            "const f = (req, res) => { if (!KINDS.includes(req.body.kind)) throw new Error('no'); save(req.body.name) }",
            "",
        ),
        (
            "const f = (req, res) => { const { kind } = req.body; if (!['a', 'b'].includes(kind)) throw new Error('no'); save(req.body) }",
            "",
        ),
        (
            "const f = (req, res) => { if (!rows.find((row) => row.id === req.body.id)) throw new Error('no') }",
            "",
        ),
        (
            "const f = (req, res) => { if (!KINDS.includes(req.body.kind)) log('no'); save(req.body.kind) }",
            "",
        ),
    ]);
}
