//! What makes requests wait for each other: calls that stop the process, heavy work, loops without an end.

use super::Context;
use super::code::Origin;
use super::reached::Reached;
use super::view::{View, each};
use crate::facts::{Entry, HeavyWork, RetryLoop, SyncCall};
use crate::parse::javascript::{Kind, Loop, NodeId, Operator};

/// Functions that stop the process until they are done, with the packages they are of.
const SYNC: &[(&str, &[&str])] = &[
    ("readFileSync", &["node:fs", "fs-extra"]),
    ("writeFileSync", &["node:fs", "fs-extra"]),
    ("appendFileSync", &["node:fs", "fs-extra"]),
    ("readdirSync", &["node:fs", "fs-extra"]),
    ("copyFileSync", &["node:fs", "fs-extra"]),
    ("rmSync", &["node:fs", "fs-extra"]),
    ("execSync", &["node:child_process"]),
    ("execFileSync", &["node:child_process"]),
    ("spawnSync", &["node:child_process"]),
    ("pbkdf2Sync", &["node:crypto"]),
    ("scryptSync", &["node:crypto"]),
    ("hashSync", &["bcrypt", "bcryptjs"]),
    ("compareSync", &["bcrypt", "bcryptjs"]),
    ("gzipSync", &["node:zlib"]),
    ("deflateSync", &["node:zlib"]),
];

/// Packages whose work takes seconds to minutes, with the functions that begin it.
const HEAVY: &[(&str, &[&str])] = &[
    ("fluent-ffmpeg", &[""]),
    ("puppeteer", &["launch"]),
    ("puppeteer-core", &["launch"]),
    ("playwright", &["chromium.launch", "firefox.launch", "webkit.launch"]),
    ("playwright-core", &["chromium.launch"]),
    ("@ffmpeg/ffmpeg", &["createFFmpeg", "FFmpeg"]),
    ("html-pdf", &["create"]),
    ("tesseract.js", &["recognize", "createWorker"]),
    ("ytdl-core", &[""]),
    ("@distube/ytdl-core", &[""]),
];

/// Programs whose start is heavy work.
const PROGRAMS: &[&str] =
    &["ffmpeg", "yt-dlp", "youtube-dl", "soffice", "libreoffice", "wkhtmltopdf", "whisper"];

/// One fact for each such call and loop in a server.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let reached = Reached::by_any(context);
    each(context, |view, found| {
        if context.code.graph.live(view.file) == Some(false) || !view.is_server() {
            return;
        }
        for node in view.module.all() {
            match view.module.kind(node) {
                Kind::Call | Kind::New => {
                    if let Some(function) = sync(view, node).filter(|_| view.answers()) {
                        let in_request = reached.holds(view, node);
                        found.push(view.entry(node, SyncCall { function, in_request }));
                    } else if let Some(by) = heavy(view, node) {
                        let runs = runs(view, node, &reached).to_owned();
                        found.push(view.entry(node, HeavyWork { by, runs }));
                    }
                }
                Kind::Loop(form) => {
                    let retry = retry(view, node, form);
                    found.extend(retry.map(|fact| view.entry(node, fact)));
                }
                _ => {}
            }
        }
    })
}

fn sync(view: &View<'_>, call: NodeId) -> Option<String> {
    let module = view.module;
    let name = module.called(call).filter(|name| name.ends_with("Sync"))?;
    let (_, packages) = SYNC.iter().find(|(known, _)| *known == name)?;
    let (package, _) = view.external(module.callee(call)?)?;
    packages.contains(&package.as_str()).then(|| {
        let short = package.strip_prefix("node:").unwrap_or(&package);
        format!("{short}.{name}")
    })
}

fn heavy(view: &View<'_>, call: NodeId) -> Option<String> {
    let module = view.module;
    let name = module.called(call)?;
    let plausible = matches!(module.kind(module.callee(call)?), Kind::Name(..))
        || matches!(name, "launch" | "recognize" | "createWorker" | "create" | "spawn" | "exec" | "execFile");
    if !plausible {
        return None;
    }
    let Origin::External { package, path } = view.origin(module.callee(call)?) else { return None };
    if package == "node:child_process" {
        let program = module.argument(call, 0)?;
        let text = start_of(view, program)?;
        let word = text.split([' ', '\t']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        return PROGRAMS.contains(&word).then(|| word.to_owned());
    }
    let (_, paths) = HEAVY.iter().find(|(known, _)| *known == package)?;
    paths.contains(&path.as_str()).then_some(package)
}

/// The first literal text of a command.
fn start_of(view: &View<'_>, node: NodeId) -> Option<String> {
    let module = view.module;
    if let Some(text) = module.text(node) {
        return Some(text.into_owned());
    }
    let node = module.resolve(node);
    matches!(module.kind(node), Kind::Template | Kind::Binary(_))
        .then(|| module.child(node, 0).and_then(|first| start_of(view, first)))
        .flatten()
}

/// Where heavy work runs.
fn runs(view: &View<'_>, node: NodeId, reached: &Reached<'_>) -> &'static str {
    // A request that a queue sends waits for nobody.
    const QUEUES: &[&str] =
        &["@upstash/qstash", "@google-cloud/tasks", "inngest", "@trigger.dev/sdk", "bullmq", "bull"];
    let path = view.path().to_ascii_lowercase();
    let by_queue = view.module.imports.iter().any(|import| {
        let source = view.module.word(import.source);
        QUEUES.iter().any(|known| {
            source.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    });
    let worker = ["worker", "queue", "job", "consumer", "processor"].iter().any(|word| path.contains(word));
    if worker || by_queue {
        "worker"
    } else if reached.holds(view, node) {
        "request"
    } else {
        "other"
    }
}

/// A loop that catches what fails in it and begins again.
fn retry(view: &View<'_>, node: NodeId, form: Loop) -> Option<RetryLoop> {
    let module = view.module;
    let endless = match form {
        Loop::While => matches!(module.kind(module.child(node, 0)?), Kind::Flag(true)),
        Loop::For => module.children(node).count() == 1,
        _ => false,
    };
    if !endless {
        return None;
    }
    let body = module.children(node).last()?;
    // The whole body is a try that leaves the loop where it succeeds, and whose handler goes on.
    let tried = module.children(body).find(|child| module.kind(*child) == Kind::Try)?;
    let block = module.child(tried, 0)?;
    let leaves = |within: NodeId| {
        module.own_descendants(within).any(|node| matches!(module.kind(node), Kind::Return | Kind::Break))
    };
    let handler = module.children(tried).find(|child| module.kind(*child) == Kind::Catch)?;
    let asks = module.own_descendants(block).any(|node| module.kind(node) == Kind::Await);
    if !leaves(block) || !asks {
        return None;
    }
    let stops = module
        .own_descendants(handler)
        .any(|node| matches!(module.kind(node), Kind::Throw | Kind::Return | Kind::Break));
    let counts = module.own_descendants(node).any(|node| {
        matches!(
            module.kind(node),
            Kind::Binary(Operator::GreaterEqual | Operator::Greater | Operator::Less | Operator::LessEqual)
        )
    });
    let waits = module.own_descendants(node).any(|node| {
        let name = module.called(node).unwrap_or_default().to_ascii_lowercase();
        ["sleep", "delay", "wait", "settimeout", "backoff", "promise"].iter().any(|word| name.contains(word))
    });
    Some(RetryLoop { limited: stops || counts, waits })
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn what_stops_the_process() {
        for (text, expected) in [
            (
                r#"const fs = require("fs"); exports.f = (req, res) => res.send(fs.readFileSync("a"))"#,
                vec!["fs.readFileSync | true"],
            ),
            (r#"const fs = require("fs"); fs.readFileSync("a")"#, vec!["fs.readFileSync | false"]),
            (r#"const fs = { readFileSync() {} }; fs.readFileSync("a")"#, vec![]),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("sync.call", &["function", "in_request"], &files), expected, "{text}");
        }
    }

    #[test]
    fn what_takes_minutes() {
        for (text, expected) in [
            (
                r#"const p = require("puppeteer"); exports.f = async (req, res) => { await p.launch() }"#,
                vec!["puppeteer | request"],
            ),
            (
                r#"const { spawn } = require("child_process"); spawn("/usr/bin/ffmpeg", [])"#,
                vec!["ffmpeg | other"],
            ),
            (r#"const { spawn } = require("child_process"); spawn("ls")"#, vec![]),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("heavy.work", &["by", "runs"], &files), expected, "{text}");
        }
    }

    #[test]
    fn loops_that_try_again() {
        for (text, expected) in [
            (
                "async function f() { while (true) { try { return await a() } catch {} } }",
                vec!["false | false"],
            ),
            (
                "async function f() { for (;;) { try { return await a() } catch (e) { if (n++ > 3) throw e; await sleep(1) } } }",
                vec!["true | true"],
            ),
            ("async function f() { while (true) { await a() } }", vec![]),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("retry.loop", &["limited", "waits"], &files), expected, "{text}");
        }
    }
}
