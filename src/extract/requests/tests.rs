use crate::extract::given::{SHOP, show};

#[test]
fn what_maintainers_start_is_no_server() {
    let package = r#"{ "dependencies": { "express": "5" }, "scripts": { "start": "node a.js", "fetch": "node extra/fetch.js" } }"#;
    let files = [("package.json", package), ("a.js", ""), ("extra/fetch.js", r#"fetch("https://a.io")"#)];
    assert_eq!(show("http.request", &["library"], &files), [""; 0]);
}

#[test]
fn what_nothing_calls_sends_nothing() {
    let send = r#"fetch("https://a.io")"#;
    let service = |more: &str, other: &str| {
        format!(
            "import {{ Injectable }} from '@nestjs/common'; @Injectable() class Peers {{ {more} remove() {{ return {send} }} {other} }}
             new Peers().start()"
        )
    };
    for (text, sends) in [
        (format!("async function remove() {{ await {send} }}"), false),
        (format!("async function remove() {{ await {send}; retry(remove) }}"), false),
        (format!("const remove = () => {send}"), false),
        (format!("const remove = () => {send}; setInterval(remove, 9)"), true),
        (format!("export const remove = () => {send}"), true),
        (format!("const remove = () => {send}; export {{ remove }}"), true),
        (format!("module.exports = {{ remove: () => {send} }}"), true),
        (format!("exports.remove = function remove() {{ return {send} }}"), true),
        (format!("export default function remove() {{ return {send} }}"), true),
        (format!("setInterval(function remove() {{ {send} }}, 9)"), true),
        (service("", ""), false),
        (service("", "start() { this.remove() }"), true),
        (service("@Cron('* * * * *')", ""), true),
        (service("", "start(name) { this[name]() }"), true),
        (format!("class Peers extends Base {{ remove() {{ return {send} }} }} new Peers()"), true),
    ] {
        let files = [SHOP, ("a.js", text.as_str())];
        assert_eq!(!show("http.request", &["library"], &files).is_empty(), sends, "{text}");
    }
}

#[test]
fn calls_and_their_limits() {
    for (text, expected) in [
        (r#"fetch("https://a.io/" + id)"#, vec!["fetch |  |  | https://a.io/…"]),
        (r#"fetch("https://a.io", { signal })"#, vec!["fetch | signal |  | https://a.io"]),
        (
            r#"fetch("https://a.io", { ...options })"#,
            vec!["fetch |  | its options come from elsewhere | https://a.io"],
        ),
        (r#"fetch("/own")"#, vec![]),
        (r#"fetch(`${process.env.NEXTAUTH_URL}/api/jobs`, { method: "POST" })"#, vec![]),
        (r#"const base = process.env.NEXT_PUBLIC_APP_URL || "x"; fetch(base + "/api/jobs")"#, vec![]),
        (r"fetch(`https://${process.env.VERCEL_URL}/api`)", vec![]),
        (r#"$fetch("https://a.io")"#, vec!["fetch |  |  | https://a.io"]),
        (
            r#"import { ofetch } from "ofetch"; ofetch("https://a.io", { timeout: 1 })"#,
            vec!["ofetch | timeout |  | https://a.io"],
        ),
        ("fetch(buildRequest(to))", vec!["fetch |  | its options come from elsewhere | "]),
        ("fetch(to).then((a) => a.blob()).then((a) => new FileReader().readAsDataURL(a))", vec![]),
        (
            r#"const axios = require("axios"); axios.get("https://a.io", { timeout: 1 })"#,
            vec!["axios | timeout |  | https://a.io"],
        ),
        (
            r#"const axios = require("axios"); axios.post("https://a.io", { timeout: 1 })"#,
            vec!["axios |  |  | https://a.io"],
        ),
        (
            r#"const axios = require("axios"); const a = axios.create({ timeout: 1 }); a.get("/x")"#,
            vec!["axios | timeout of its client |  | /x"],
        ),
        (
            r#"import got from "got"; got("https://a.io", { timeout: { request: 1 } })"#,
            vec!["got | timeout |  | https://a.io"],
        ),
        (
            r#"import https from "https"; const r = https.get("https://a.io"); r.setTimeout(5)"#,
            vec!["node:https | timeout |  | https://a.io"],
        ),
    ] {
        let files = [SHOP, ("a.js", text)];
        assert_eq!(
            show("http.request", &["library", "timeout", "unsure", "target"], &files),
            expected,
            "{text}"
        );
    }
}

#[test]
fn an_address_begins_with_what_is_written() {
    for (text, expected) in [
        (r#"const API = "http://localhost:3000"; fetch(`${API}/peer?id=${id}`)"#, vec![]),
        (r#"const API = "http://localhost:3000"; fetch(API + "/peer/" + id)"#, vec![]),
        (r#"const API = "https://a.io"; fetch(`${API}/peer?id=${id}`)"#, vec!["https://a.io/peer?id=…"]),
        (r#"const API = "https://a.io"; fetch(API + "/peer/" + id)"#, vec!["https://a.io/peer/…"]),
        ("fetch(`${base}/peer`)", vec![""]),
    ] {
        assert_eq!(show("http.request", &["target"], &[SHOP, ("a.js", text)]), expected, "{text}");
    }
}

#[test]
fn a_default_holds_for_all_requests() {
    for (text, expected) in [
        (
            r#"import { setGlobalDispatcher, EnvHttpProxyAgent } from "undici"; setGlobalDispatcher(new EnvHttpProxyAgent()); fetch("https://a.io")"#,
            vec!["fetch |  |  | https://a.io"],
        ),
        (
            r#"import { setGlobalDispatcher, Agent } from "undici"; setGlobalDispatcher(new Agent({ keepAliveTimeout: 1, connect: { ca } })); fetch("https://a.io")"#,
            vec!["fetch |  |  | https://a.io"],
        ),
        (
            r#"import { setGlobalDispatcher, Agent } from "undici"; setGlobalDispatcher(new Agent({ headersTimeout: 1 })); fetch("https://a.io")"#,
            vec!["fetch | a default for all requests |  | https://a.io"],
        ),
        (
            r#"import { setGlobalDispatcher } from "undici"; import { agent } from "./b"; setGlobalDispatcher(agent); fetch("https://a.io")"#,
            vec!["fetch | a default for all requests |  | https://a.io"],
        ),
    ] {
        let files = [SHOP, ("a.js", text)];
        let found = show("http.request", &["library", "timeout", "unsure", "target"], &files);
        assert_eq!(found, expected, "{text}");
    }
}
