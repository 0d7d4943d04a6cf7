use crate::extract::given::show;

/// What the one route of a program reads.
fn reads(handler: &str) -> String {
    let text = format!(
        "import express from 'express'; import axios from 'axios'; import Stripe from 'stripe';
         const stripe = new Stripe(key); const app = express();
         app.post('/a', async (req, res) => {{ {handler} }}); app.listen(1);"
    );
    let manifest = r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5", "pg": "8"}}"#;
    show("http.route", &["reads"], &[("package.json", manifest), ("a.js", &text)]).join("; ")
}

#[test]
fn what_is_only_handed_on_is_not_read() {
    for (handler, expected) in [
        ("save(req.body.name)", "body"),
        ("const body = req.body; save(body)", "body"),
        ("await fetch(url, { method: 'POST', body: JSON.stringify(req.body) })", ""),
        ("const body = req.body; await fetch(url, { method: 'POST', body: JSON.stringify(body) })", ""),
        ("const body = req.body; log(body.name); await fetch(url, { body: JSON.stringify(body) })", "body"),
        ("await axios.post(url, req.body)", ""),
        ("users.post(url, req.body)", "body"),
        ("const options = {}; if (post) options.body = req.body; await fetch(url, options)", ""),
        ("const row = {}; row.body = req.body; save(row)", "body"),
        (
            "const event = stripe.webhooks.constructEvent(req.body, req.headers['stripe-signature'], key)",
            "body",
        ),
        ("await fetch(url, { body: JSON.stringify({ name: req.body.name }) })", "body"),
        ("req.body = await load(req.params.id)", "params"),
    ] {
        assert_eq!(reads(handler), expected, "{handler}");
    }
}

#[test]
fn parts_that_are_handed_to_another_service() {
    for (handler, expected) in [
        ("await fetch(url, { body: JSON.stringify({ name: req.body.name }) })", "body true"),
        ("const { name } = req.body; await axios.post(url, { user: { name } })", "body true"),
        ("const { name } = req.body; log(name); await axios.post(url, { user: { name } })", "body false"),
        ("await send({ name: req.body.name.trim() })", "body true"),
        ("await save({ name: req.body.name })", "body false"),
        ("if (!req.body.name) return; await send(req.body.name)", "body true"),
        ("const on = req.body.state === 'on'; await axios.post(url, { on })", " false"),
        ("const known = req.body.key === key; save(known)", "body false"),
    ] {
        let text = format!(
            "import express from 'express'; import axios from 'axios'; const app = express();
             const send = (user) => fetch(url, {{ method: 'POST', body: JSON.stringify({{ user }}) }});
             app.post('/a', async (req, res) => {{ {handler} }}); app.listen(1);"
        );
        let manifest = r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5"}}"#;
        let files = [("package.json", manifest), ("a.js", text.as_str())];
        let found = show("http.route", &["reads", "handed"], &files).join("; ");
        assert_eq!(found.replace(" |", ""), expected, "{handler}");
    }
}

#[test]
fn the_body_of_a_context_of_koa_is_the_answer() {
    for (handler, expected) in [
        ("ctx.body = await list(ctx.params.id)", "params"),
        ("if (ctx.body.items) ctx.body.items.length = 9", ""),
        ("const { body } = ctx; log(body)", ""),
        ("save(ctx.request.body)", "body"),
        ("const { body } = ctx.request; ctx.body = save(body)", "body"),
    ] {
        let text = format!(
            "const Koa = require('koa'); const Router = require('@koa/router'); const router = new Router();
             router.post('/a', async (ctx) => {{ {handler} }});
             new Koa().use(router.routes()).listen(1);"
        );
        let manifest =
            r#"{"scripts": {"start": "node a.js"}, "dependencies": {"koa": "2", "@koa/router": "12"}}"#;
        let files = [("package.json", manifest), ("a.js", text.as_str())];
        assert_eq!(show("http.route", &["reads"], &files).join("; "), expected, "{handler}");
    }
}

#[test]
fn a_model_is_asked_with_every_request_or_by_chance() {
    let ask = "await generateText({ prompt })";
    let deep = |body: &str| {
        format!(
            "await list(req); async function list(r) {{ return load(r.query.q); }} async function load(prompt) {{ {body} }}"
        )
    };
    for (handler, expected) in [
        (ask.to_owned(), "llm"),
        (format!("if (req.query.q) {{ {ask} }}"), "llm"),
        (format!("try {{ if (!req.query.q) return; {ask} }} catch (e) {{ next(e) }}"), "llm"),
        (format!("if (process.env.USE_MODEL) {{ {ask} }}"), ""),
        (format!("if (settings.ai.enabled) {{ {ask} }}"), ""),
        (deep(&format!("return {ask}")), "llm"),
        (
            deep(&format!(
                "const found = routes.find(prompt); if (found) return {ask}; return fetch(prompt)"
            )),
            "",
        ),
    ] {
        let text = format!(
            "import express from 'express'; import {{ generateText }} from 'ai'; const app = express();
             app.post('/a', async (req, res) => {{ {handler} }}); app.listen(1);"
        );
        let manifest = r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5", "ai": "4"}}"#;
        let shown = show("http.route", &["effects"], &[("package.json", manifest), ("a.js", &text)]);
        assert_eq!(shown, [expected], "{handler}");
    }
}

#[test]
fn a_client_that_gives_up_makes_its_health_check_give_up() {
    for (options, expected) in [
        ("", "false"),
        ("{ max: 10, idleTimeoutMillis: 1000 }", "false"),
        ("{ connectionTimeoutMillis: 2000 }", "true"),
        ("{ statement_timeout: 2000 }", "true"),
    ] {
        let store = format!("import {{ Pool }} from 'pg'; export const pool = new Pool({options});");
        let server =
            "import express from 'express'; import { pool } from './store.js'; const app = express();
            app.get('/health', async (req, res) => res.json(await pool.query('SELECT 1'))); app.listen(1);";
        let manifest = r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5", "pg": "8"}}"#;
        let files = [("package.json", manifest), ("a.js", server), ("store.js", store.as_str())];
        assert_eq!(show("http.route", &["waits"], &files), [expected], "{options}");
    }
}
