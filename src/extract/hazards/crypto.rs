//! Ciphers, hashes and randomness that do not hold.

use super::names;
use super::scan::Scan;
use crate::facts::CryptoUse;
use crate::parse::javascript::{Kind, NodeId};

/// Words of names for what nobody may guess.
const SECRET: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "otp",
    "csrf",
    "nonce",
    "salt",
    "apikey",
    "credential",
    "jwt",
    "pin",
    "passcode",
];

/// Words of names for what may be guessed.
const OPEN: &[&str] = &[
    "cache",
    "etag",
    "checksum",
    "gravatar",
    "avatar",
    "fingerprint",
    "file",
    "mock",
    "fake",
    "demo",
    "sample",
    "animation",
    "color",
    "count",
    "price",
    "pinned",
    "tokens",
    "icon",
    "symbol",
    "amount",
    "address",
    "placeholder",
    "pinia",
    "generator",
    "params",
];

/// Looks at a call.
pub(super) fn call(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    match called {
        "createHash" => hash(scan, node),
        "createCipheriv" | "createDecipheriv" | "createCipher" | "createDecipher" => {
            cipher(scan, node, called);
        }
        "random" => random(scan, node),
        "MD5" | "SHA1" if scan.is_of(node, &["crypto-js"]) => {
            secret_from(scan, node, called, true);
        }
        "encrypt" | "decrypt" => {
            let weak =
                scan.called_of(node).filter(|(package, _)| package == "crypto-js").and_then(|(_, path)| {
                    ["TripleDES", "DES", "RC4"]
                        .into_iter()
                        .find(|weak| path.split('.').any(|part| part == *weak))
                });
            if let Some(weak) = weak {
                let purpose = "encryption".to_owned();
                scan.add(node, CryptoUse { primitive: weak.to_owned(), weak: true, purpose });
            }
        }
        _ => {}
    }
}

fn runtime(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    scan.called_of(node).is_some_and(|(package, _)| package == "node:crypto")
}

fn hash(scan: &mut Scan<'_, '_>, node: NodeId) {
    let Some(algorithm) = scan.module.argument(node, 0).and_then(|name| scan.text(name)) else { return };
    let primitive = match algorithm.to_ascii_lowercase().as_str() {
        "md5" => "MD5",
        "md4" => "MD4",
        "sha1" | "sha-1" => "SHA-1",
        _ => algorithm.as_str(),
    };
    if runtime(scan, node) {
        secret_from(scan, node, primitive, primitive != algorithm.as_str());
    }
}

fn cipher(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let Some(algorithm) = scan.module.argument(node, 0).and_then(|name| scan.text(name)) else { return };
    let name = algorithm.to_ascii_lowercase();
    let old = !called.ends_with("iv");
    let weak = old
        || ["des", "rc4", "rc2", "bf", "ecb"]
            .iter()
            .any(|weak| name.split('-').any(|part| part.starts_with(weak)));
    if runtime(scan, node) {
        let primitive = if old {
            format!("{called} without an initialisation vector")
        } else {
            algorithm.to_ascii_uppercase()
        };
        scan.add(node, CryptoUse { primitive, weak, purpose: "encryption".to_owned() });
    }
}

/// `Math.random()` that makes a secret.
fn random(scan: &mut Scan<'_, '_>, node: NodeId) {
    let math = scan.module.callee(node).is_some_and(|callee| scan.module.is_global(callee, "Math.random"));
    if math && !scan.browser {
        secret_from(scan, node, "Math.random()", true);
    }
}

/// Adds the fact where what is made has the name of a secret.
fn secret_from(scan: &mut Scan<'_, '_>, node: NodeId, primitive: &str, weak: bool) {
    let Some(name) = scan.given_to(node).map(str::to_owned) else { return };
    let code = names::has(&name, &["code"])
        && (names::has(
            &name,
            &[
                "verification",
                "reset",
                "otp",
                "login",
                "auth",
                "confirmation",
                "recovery",
                "invite",
                "coupon",
            ],
        ));
    let code = code
        || name == "code"
            && scan.is_about(node, &["auth", "otp", "verify", "verification", "reset", "confirmation"]);
    let session = names::has(&name, &["session", "api"]) && names::has(&name, &["id", "key"]);
    if (names::has(&name, SECRET) || code || session) && !names::has(&name, OPEN) && !repeated(scan, node) {
        scan.add(node, CryptoUse { primitive: primitive.to_owned(), weak, purpose: name });
    }
}

/// Only the first of several in one function or value is told.
fn repeated(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let own = scan.module.span(node);
    let statement = |at: NodeId| {
        scan.module.ancestors(at).find(|outer| {
            matches!(
                scan.module.kind(*outer),
                Kind::Declarator | Kind::Return | Kind::Property(_) | Kind::Function(_)
            )
        })
    };
    let mine = statement(node).map(|node| scan.module.span(node));
    scan.entries.iter().rev().take(4).any(|entry| {
        let before = entry.place.span;
        entry.get::<CryptoUse>().is_some()
            && before.end <= own.start
            && mine.is_some_and(|mine| mine.start <= before.start && before.end <= mine.end)
    })
}
