use super::Origin;
use crate::extract::code::Site;
use crate::extract::given::with;
use crate::parse::javascript::Kind;

/// Where the arguments of every call `show(…)` come from.
fn shown(files: &[(&str, &str)]) -> Vec<String> {
    with(files, |context| {
        let mut found = Vec::new();
        for (file, module) in context.code.modules() {
            let calls = module.calls().filter(|node| module.kind(*node) == Kind::Call);
            for call in calls.filter(|call| module.called(*call) == Some("show")) {
                for node in module.arguments(call) {
                    found.push(match context.code.origin(Site { file, node }) {
                        Origin::External { package, path } => format!("{package}:{path}"),
                        Origin::Global(name) => format!("global {name}"),
                        Origin::Local(site) => {
                            let text = context.tree.text(site.file);
                            context.code.place(site).span.of(text).to_owned()
                        }
                        Origin::Unknown => "?".to_owned(),
                    });
                }
            }
        }
        found
    })
}

#[test]
fn where_values_come_from() {
    for (text, expected) in [
        (
            "const { promisify } = require('util'); const jwt = require('jsonwebtoken'); const check = promisify(jwt.verify); show(check, promisify(jwt.verify))",
            vec!["jsonwebtoken:verify", "jsonwebtoken:verify"],
        ),
        (
            "import express from 'express'; const app = express(); show(express, app, app.get, express.Router().use)",
            vec!["express:", "express:()", "express:().get", "express:Router().use"],
        ),
        (
            "const { Router: R } = require('express'); const r = R(); show(r.get)",
            vec!["express:Router().get"],
        ),
        ("import * as Sentry from '@sentry/node'; show(Sentry.init)", vec!["@sentry/node:init"]),
        ("import { z } from 'zod'; const s = z.object({}); show(s.parse)", vec!["zod:z.object().parse"]),
        ("import { cors } from 'hono/cors'; show(cors())", vec!["hono/cors:cors()"]),
        (
            "import fs from 'node:fs'; show(fs.readFileSync, process.env.X, fetch('x'))",
            vec!["node:fs:readFileSync", "global process.env.X", "global fetch()"],
        ),
        (
            "const g = globalThis; const p = g.prisma ?? new PrismaClient(); import { PrismaClient } from '@prisma/client'; show(p.user.findMany)",
            vec!["@prisma/client:PrismaClient().user.findMany"],
        ),
        ("let c; c = require('redis').createClient(); show(c.get)", vec!["redis:createClient().get"]),
        (
            "function f() {} const o = { f, g: { h: f } }; show(o.f, o.g.h, f.bind(o), o.nothing)",
            vec!["function f() {}", "function f() {}", "f.bind(o)", "?"],
        ),
        (
            "class A { b() {} c = () => {}; d() { show(this.b, this.c) } } const a = new A(); show(a.b)",
            vec!["b() {}", "() => {}", "b() {}"]
                .into_iter()
                .map(|text| if text == "b() {}" { "() {}" } else { text })
                .collect(),
        ),
        (
            "import express from 'express'; class A { constructor() { this.app = express() } go() { show(this.app.use) } }",
            vec!["express:().use"],
        ),
        (
            "import express from 'express'; class A { app = undefined; static one = null; static get() { if (!A.one) A.one = new A(); return A.one; } constructor() { this.app = null; this.app = express() } } show(A.get().app.use, A.one.app)",
            vec!["express:().use", "express:()"],
        ),
        (
            "import { PrismaClient } from '@prisma/client'; class A extends PrismaClient {} class B { constructor(private a: A, private p: PrismaClient) {} go() { show(this.a.user.findMany, this.p.$queryRaw) } }",
            vec!["@prisma/client:PrismaClient().user.findMany", "@prisma/client:PrismaClient().$queryRaw"],
        ),
        (
            "import { createClient } from 'redis'; function make() { const c = createClient(); return { c } } show(make().c.get)",
            vec!["redis:createClient().get"],
        ),
        ("function f(a) { show(a, a.b) } const x = x2; const x2 = x; show(x)", vec!["?", "?", "?"]),
        ("const m = await import('jose'); show(m.jwtVerify)", vec!["jose:jwtVerify"]),
    ] {
        assert_eq!(shown(&[("a.ts", text)]), expected, "{text}");
    }
}

#[test]
fn values_of_other_modules() {
    let use_of = |text: &str, other: &str| shown(&[("a.ts", text), ("b.ts", other)]);
    for (text, other, expected) in [
        (
            "import { redis } from './b'; show(redis.get)",
            "import Redis from 'ioredis'; export const redis = new Redis()",
            "ioredis:().get",
        ),
        ("import { redis as r } from './b.js'; show(r.set)", "export { redis } from './c'", "?"),
        ("const b = require('./b'); show(b.f)", "exports.f = function () {}", "function () {}"),
        ("const { f } = require('./b'); show(f)", "const f = () => 1; module.exports = { f }", "() => 1"),
        ("const f = require('./b'); show(f)", "module.exports = (a) => a", "(a) => a"),
        ("import f from './b'; show(f)", "export default function f() {}", "function f() {}"),
        ("import f from './b'; show(f.g)", "module.exports = { g() {} }", "g() {}"),
        ("import * as b from './b'; show(b.c)", "export * from './a'; export const c = 1", "1"),
        ("import { limit } from './b'; show(limit)", "export * from 'lib'", "lib:limit"),
        ("import { a } from './b'; show(a)", "export { a } from './a'; ", "?"),
        (
            "const b = require('./b'); show(b.get)",
            "const r = require('redis').createClient(); module.exports = r",
            "redis:createClient().get",
        ),
        (
            "import { logger } from './b'; show(logger.info)",
            "import pino from 'pino'; let logger = pino(); export { logger }",
            "pino:().info",
        ),
    ] {
        let found = use_of(text, other);
        let expected = if expected == "g() {}" { "() {}" } else { expected };
        assert_eq!(found, [expected], "{text} | {other}");
    }
}

#[test]
fn capabilities_travel_along_calls() {
    let shown = |files: &[(&str, &str)]| {
        with(files, |context| {
            let (file, module) = context.code.modules().next().unwrap();
            let call = module.all().find(|node| module.called(*node) == Some("show")).unwrap();
            let one = |node| context.code.capabilities(Site { file, node }).words().join(" ");
            module.arguments(call).map(one).collect::<Vec<_>>()
        })
    };
    let limiter = (
        "b.ts",
        "import rateLimit from 'express-rate-limit'; export const limiter = rateLimit({}); export function limited(h) { return async (a, b) => { await limiter(a, b); return h(a, b) } }",
    );
    for (text, expected) in [
        (
            "import { limiter, limited } from './b'; show(limiter, limited(x), limited)",
            vec!["rate-limit", "rate-limit", "rate-limit"],
        ),
        (
            "import { limiter } from './b'; const f = () => limiter(); const g = () => f(); show(g, () => g(), [g])",
            vec!["rate-limit", "rate-limit", "rate-limit"],
        ),
        ("const f = () => g(); const g = () => f(); show(f)", vec![""]),
        (
            "import { limiter } from './b'; class A { canActivate() { return limiter() } } show(A, new A())",
            vec!["rate-limit", "rate-limit"],
        ),
    ] {
        assert_eq!(shown(&[("a.ts", text), limiter]), expected, "{text}");
    }
}
