//! Secrets with a text of the source in their place, and secrets that browsers get.

use super::environment::{self, Environment};
use super::names;
use super::scan::{Scan, variable};
use crate::extract::variables::is_public;
use crate::facts::{ClientVariable, NetworkDefault, SecretFallback};
use crate::parse::javascript::{Kind, NodeId};

/// `process.env.X || "text"`.
pub(super) fn alternative(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let (Some(left), Some(right)) = (module.child(node, 0), module.child(node, 1)) else { return };
    // `A || B || "text"` nests to the left: the last variable is the one that is set in its place.
    let mut last = left;
    while let (Kind::Logical(_), Some(next)) = (module.kind(last), module.child(last, 1)) {
        last = next;
    }
    let Some(name) = variable(module, last) else { return };
    fallback(scan, node, name, right);
}

/// `process.env.X ? process.env.X : "text"`.
pub(super) fn conditional(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let (Some(test), Some(then), Some(other)) =
        (module.child(node, 0), module.child(node, 1), module.child(node, 2))
    else {
        return;
    };
    let (Some(name), Some(same)) = (variable(module, test), variable(module, then)) else { return };
    if name == same {
        fallback(scan, node, name, other);
    }
}

/// `const { X = "text" } = process.env`.
pub(super) fn default(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let declarator = module.ancestors(node).take(3).find(|outer| module.kind(*outer) == Kind::Declarator);
    let Some(value) = declarator.and_then(|declarator| module.children(declarator).last()) else { return };
    let Some(Kind::Property(word)) = module.parent(node).map(|parent| module.kind(parent)) else { return };
    if let Some(text) = module.child(node, 1).filter(|_| module.is_environment(value)) {
        fallback(scan, node, module.word(word), text);
    }
}

/// `config.get("X", "text")`, and `X: z.string().default("text")`.
pub(super) fn call(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let module = scan.module;
    match called {
        "get" => {
            if let (Some(name), Some(text)) = (variable(module, node), module.argument(node, 1)) {
                fallback(scan, node, name, text);
            }
        }
        "default" => {
            let property = module.ancestors(node).take(6).find_map(|outer| match module.kind(outer) {
                Kind::Property(word) => Some(module.word(word)),
                _ => None,
            });
            let name = property.filter(|name| names::is_variable(name));
            if let (Some(name), Some(text)) = (name, module.argument(node, 0)) {
                fallback(scan, node, name, text);
            }
        }
        _ => {}
    }
}

fn fallback(scan: &mut Scan<'_, '_>, node: NodeId, variable: &str, text: NodeId) {
    let purpose = names::secret_purpose(variable);
    let network = names::has(variable, NETWORKED);
    if purpose.is_none() && !network || scan.browser {
        return;
    }
    let Some(text) = scan.text(text).filter(|text| !text.trim().is_empty()) else { return };
    let guarded = scan.refuses || environment::of(scan.module, node) == Some(Environment::Development);
    if let Some(purpose) = purpose {
        // What signs links by which somebody leaves a list lets nobody in.
        let list = |name: &str| names::has(name, &["unsubscribe"]);
        let of_list = list(variable) || scan.given_to(node).is_some_and(list);
        let purpose = if of_list && purpose == "signing" { "list" } else { purpose };
        let purpose = if is_given_to_its_service(scan, node, variable) { "provider" } else { purpose };
        let purpose = if purpose == "provider" && is_real(&text) { "leaked" } else { purpose };
        let (variable, purpose) = (variable.to_owned(), purpose.to_owned());
        return scan.add(node, SecretFallback { variable, purpose, guarded });
    }
    // Where a provider only reads data, a sandbox has none, and whoever runs the program sees it.
    let settles =
        |network: &str| network != "sandbox" || names::has(variable, MONEY) || names::has(&text, MONEY);
    if let Some(network) = test_network(&text).filter(|network| settles(network)) {
        scan.add(
            node,
            NetworkDefault { variable: variable.to_owned(), network: network.to_owned(), guarded },
        );
    }
}

/// Whether a secret is an option of a client of the service that its variable names: `new Transloadit({ authSecret:
/// TRANSLOADIT_SECRET })`. That service refuses a wrong one.
fn is_given_to_its_service(scan: &Scan<'_, '_>, node: NodeId, variable: &str) -> bool {
    let module = scan.module;
    let mut around = module.ancestors(node).take_while(|outer| {
        matches!(module.kind(*outer), Kind::Property(_) | Kind::Object | Kind::Call | Kind::New)
    });
    let Some(call) = around.find(|outer| matches!(module.kind(*outer), Kind::Call | Kind::New)) else {
        return false;
    };
    let Some((package, _)) = scan.called_of(call) else { return false };
    // What signs for sessions is named after what it does as well: `jsonwebtoken`, `express-session`, `next-auth`.
    let named = names::words(&package)
        .any(|word| word.len() > 4 && names::has(variable, &[&word.to_ascii_lowercase()]));
    named
        && !names::has(
            &package,
            &["session", "auth", "jwt", "cookie", "cookies", "token", "csrf", "nextauth"],
        )
}

/// Whether a text looks like a secret that was made by a machine, and like no word for one.
fn is_real(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "example",
        "your",
        "change",
        "test",
        "dummy",
        "placeholder",
        "secret",
        "pass",
        "dev",
        "local",
        "default",
        "admin",
        "xxx",
        "http",
    ];
    let lower = text.to_ascii_lowercase();
    let any = |test: fn(&u8) -> bool| text.bytes().any(|byte| test(&byte));
    text.len() >= 14
        && !text.contains(' ')
        && any(u8::is_ascii_digit)
        && any(u8::is_ascii_lowercase)
        && (any(u8::is_ascii_uppercase) || text.len() >= 24)
        && !WORDS.iter().any(|word| lower.contains(word))
}

/// Words of variables that choose a network or the mode of a provider.
const NETWORKED: &[&str] = &[
    "network",
    "cluster",
    "chain",
    "rpc",
    "solana",
    "environment",
    "mode",
    "paypal",
    "mpesa",
    "plaid",
    "stripe",
    "payment",
    "url",
    "host",
    "endpoint",
    "env",
];

/// Words of what moves money.
const MONEY: &[&str] = &[
    "paypal",
    "mpesa",
    "stripe",
    "payment",
    "payments",
    "pay",
    "checkout",
    "adyen",
    "braintree",
    "razorpay",
    "square",
    "mollie",
    "iyzico",
    "midtrans",
    "cashfree",
    "safaricom",
    "billing",
    "payout",
    "payouts",
    "paddle",
    "circle",
    "coinbase",
    "flutterwave",
    "sslcommerz",
];

/// The network for tests that a text names.
fn test_network(text: &str) -> Option<&'static str> {
    const NETWORKS: &[&str] = &["devnet", "testnet", "sandbox", "sepolia", "goerli", "mumbai", "amoy"];
    NETWORKS.iter().find(|network| names::words(text).any(|word| word.eq_ignore_ascii_case(network))).copied()
}

/// A read of a secret by a name that is copied into what browsers get.
pub(super) fn read(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let Kind::Member(word) = module.kind(node) else { return };
    let name = module.word(word);
    if !is_public(name) || variable(module, node).is_none() {
        return;
    }
    // Next.js puts the value in where the name stands; code of servers stays on them.
    let served = name.starts_with("NEXT_PUBLIC_") && scan.context.code.graph.client(scan.file) == Some(false);
    let secret = is_exposed(name) && !served;
    scan.add(node, ClientVariable { variable: name.to_owned(), secret });
}

/// Whether a variable is a secret of a server with a name for browsers.
pub(super) fn is_exposed(name: &str) -> bool {
    if !is_public(name) {
        return false;
    }
    let fine = ["public", "publishable", "anon", "id", "name", "url", "enabled", "enable", "site", "demo"];
    let rest = name.split_once("PUBLIC_").map_or(name, |(_, rest)| rest);
    let secret = names::has_run(rest, &["service", "role"])
        || names::has_run(rest, &["service", "key"])
        || names::has_run(rest, &["secret", "key"])
        || names::has_run(rest, &["private", "key"])
        || names::has_run(rest, &["client", "secret"])
        || names::has_run(rest, &["jwt", "secret"])
        || names::has_run(rest, &["api", "secret"])
        || names::has(rest, &["openai", "anthropic", "groq"]) && names::has(rest, &["key"]);
    secret && !names::has(rest, &fine)
}
