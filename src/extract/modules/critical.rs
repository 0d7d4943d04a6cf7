//! Modules that decide on money or on who may do what.

use crate::extract::Context;
use crate::extract::code::Target;
use crate::parse::javascript::{ImportId, Kind, Module, Operator};
use crate::source::{FileId, FileKind};

/// What a module decides on: the words of names that say so, packages that it then asks for, and words of its values.
struct Topic {
    name: &'static str,
    words: &'static [&'static str],
    packages: &'static [&'static str],
    values: &'static [&'static str],
}

const TOPICS: &[Topic] = &[
    Topic {
        name: "money",
        words: &[
            "payment", "payments", "billing", "wallet", "wallets", "ledger", "payout", "payouts", "refund",
            "refunds",
        ],
        packages: &[
            "stripe",
            "braintree",
            "@paypal/checkout-server-sdk",
            "razorpay",
            "@mollie/api-client",
            "square",
            "adyen",
            "@adyen/api-library",
            "paystack",
            "flutterwave-node-v3",
            "midtrans-client",
            "mercadopago",
            "iyzipay",
        ],
        values: &["amount", "balance", "price", "fee", "total", "subtotal", "tax", "cents", "credits"],
    },
    Topic {
        name: "authentication",
        words: &[
            "auth",
            "authentication",
            "login",
            "password",
            "passwords",
            "session",
            "sessions",
            "jwt",
            "token",
            "tokens",
        ],
        packages: &[
            "jsonwebtoken",
            "jose",
            "bcrypt",
            "bcryptjs",
            "argon2",
            "@node-rs/argon2",
            "@node-rs/bcrypt",
            "passport",
            "@nestjs/jwt",
            "oslo",
            "lucia",
            "otplib",
            "speakeasy",
            "google-auth-library",
            "crypto",
        ],
        values: &[],
    },
    Topic {
        name: "permissions",
        words: &["rbac", "permission", "permissions", "authorization", "acl", "abac"],
        packages: &["@casl/ability", "casbin", "accesscontrol"],
        values: &["role", "roles", "permission", "permissions", "scope", "scopes"],
    },
];

/// Words of names of modules that hold no logic of their own.
#[rustfmt::skip]
const SHAPES: &[&str] = &[
    "dto", "schema", "schemas", "model", "models", "entity", "entities", "type", "types", "interface",
    "interfaces", "constant", "constants", "config", "enum", "enums", "module", "decorator", "decorators",
    "route", "routes", "router", "mock", "mocks", "seed", "stories", "page", "store", "slice", "context",
    "template", "templates", "email", "emails", "errors", "error", "events", "i18n", "validation",
    "validator", "validators", "client", "api", "mapper", "swagger", "docs", "index", "migration",
];

/// Fewer decisions than this need no test of their own.
const LEAST_BRANCHES: usize = 6;

/// What a module decides on.
pub(super) fn decides(context: &Context<'_>, file: FileId, module: &Module) -> Option<&'static str> {
    let source = context.tree.file(file);
    let graph = &context.code.graph;
    if !matches!(source.kind, FileKind::JavaScript | FileKind::TypeScript) || graph.client(file) == Some(true)
    {
        return None;
    }
    let name = source.name();
    let words = words(name.rsplit_once('.').map_or(name, |(stem, _)| stem));
    if words.iter().any(|word| SHAPES.contains(&word.as_str()))
        || words.first().is_some_and(|word| word == "use")
    {
        return None;
    }
    let folder = source.dir().rsplit('/').next().unwrap_or_default();
    let named = |topic: &&Topic| {
        let own = words.iter().any(|word| topic.words.contains(&word.as_str()));
        let generic = words.len() == 1
            && ["service", "controller", "handler", "utils", "helpers", "middleware"]
                .contains(&words[0].as_str());
        own || generic && topic.words.contains(&folder)
    };
    let topic = TOPICS.iter().find(named)?;
    let branches =
        module.all().filter(|id| matches!(module.kind(*id), Kind::If | Kind::Conditional | Kind::Case));
    let logic = module.functions.len() >= 2 && branches.count() >= LEAST_BRANCHES;
    (logic && (asks_for(context, file, module, topic) || computes(module, topic))).then_some(topic.name)
}

fn asks_for(context: &Context<'_>, file: FileId, module: &Module, topic: &Topic) -> bool {
    let imports = (0..).zip(&module.imports).filter(|(_, import)| !import.type_only);
    imports.map(|(number, _)| context.code.graph.target(file, ImportId(number))).any(|target| match target {
        Target::Package(name, _) | Target::Runtime(name) => topic.packages.contains(&name.as_str()),
        _ => false,
    })
}

/// Whether it computes with or compares values of the topic: `balance - amount`, `user.role === "admin"`.
fn computes(module: &Module, topic: &Topic) -> bool {
    let about = |node| {
        module
            .last_name(node)
            .is_some_and(|name| words(name).iter().any(|word| topic.values.contains(&word.as_str())))
    };
    module.all().any(|id| {
        let counts = match module.kind(id) {
            Kind::Binary(operator) if topic.name == "permissions" => {
                matches!(
                    operator,
                    Operator::StrictEqual | Operator::StrictNotEqual | Operator::Equal | Operator::In
                )
            }
            Kind::Binary(operator) | Kind::Assign(operator) => {
                matches!(operator, Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide)
            }
            _ => false,
        };
        counts && module.children(id).any(about)
    })
}

/// The words of a name, in lower case: `paymentGateway.service` is `payment`, `gateway`, `service`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            let begins =
                !before.is_ascii_alphanumeric() || c.is_ascii_uppercase() && !before.is_ascii_uppercase();
            match words.last_mut().filter(|_| !begins) {
                Some(word) => word.push(c.to_ascii_lowercase()),
                None => words.push(c.to_ascii_lowercase().to_string()),
            }
        }
        before = c;
    }
    words
}
