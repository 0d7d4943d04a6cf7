//! What tables and columns hold, told by their names.

use crate::extract::schema::catalog::{Column, Relation};

/// Words of names of tables that hold money as it moves or stands.
const MONEY: &[&str] = &[
    "account_balance",
    "balance",
    "billing",
    "charge",
    "checkout",
    "credit_transaction",
    "deposit",
    "disbursement",
    "earning",
    "escrow",
    "invoice",
    "journal_entry",
    "ledger",
    "payment",
    "payout",
    "purchase",
    "receipt",
    "refund",
    "settlement",
    "subscription",
    "transaction",
    "transfer",
    "wallet",
    "withdrawal",
];

/// Words that make a name of money one of something else: a list of kinds, an outside service's settings, a log.
const ASIDE: &[&str] = &[
    "categories",
    "category",
    "config",
    "currencies",
    "currency",
    "method",
    "methods",
    "plan",
    "plans",
    "price",
    "prices",
    "provider",
    "providers",
    "product",
    "products",
    "setting",
    "settings",
    "status",
    "statuses",
    "template",
    "templates",
    "term",
    "terms",
    "tier",
    "tiers",
    "type",
    "types",
    "event",
    "events",
    "webhook",
    "webhooks",
    "log",
    "logs",
];

/// The words of a name: `userAccount_ids` is `user`, `account`, `ids`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = '_';
    for letter in name.chars() {
        let starts = letter.is_uppercase() && before.is_lowercase();
        if starts || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A word without the `s` of its plural.
fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|rest| rest.len() > 2 && !rest.ends_with('s')).unwrap_or(word)
}

/// Whether a table holds money: its name says so, and a column holds an amount.
pub(super) fn is_money(table: &Relation) -> bool {
    let words = words(&table.name);
    let last_aside = words.last().is_some_and(|word| ASIDE.contains(&word.as_str()));
    let said = words.iter().any(|word| MONEY.contains(&singular(word)))
        || MONEY.iter().any(|name| name.contains('_') && table.name.contains(name));
    said && !last_aside && table.columns.iter().any(is_amount)
}

/// Whether the program itself counts what a table of money holds. What it is told of subscriptions and invoices is kept by
/// whoever is paid.
pub(super) fn counts_money(table: &Relation) -> bool {
    const COUNTED: &[&str] = &[
        "balance",
        "deposit",
        "disbursement",
        "escrow",
        "ledger",
        "payment",
        "payout",
        "refund",
        "settlement",
        "transaction",
        "transfer",
        "wallet",
        "withdrawal",
    ];
    is_money(table) && words(&table.name).iter().any(|word| is_one(word, COUNTED))
}

/// Words of columns that hold an amount of money.
const AMOUNTS: &[&str] = &[
    "amount", "balance", "cost", "credit", "debit", "fee", "fees", "price", "salary", "subtotal", "total",
    "revenue", "payout",
];

/// Words that make a column with such a word no amount.
const NO_AMOUNT: &[&str] = &[
    "id",
    "count",
    "counts",
    "percent",
    "percentage",
    "rate",
    "ratio",
    "score",
    "currency",
    "type",
    "status",
    "date",
    "at",
    "name",
    "code",
    "days",
    "hours",
    "minutes",
    "seconds",
    "time",
    "users",
    "items",
    "tokens",
    "votes",
    "views",
    "distance",
    "weight",
    "size",
    "pages",
    "points",
    "duration",
    "by",
    "card",
    "note",
    "notes",
    "description",
    "reason",
    "limit",
    "quantity",
    "questions",
    "steps",
    "rows",
    "requests",
    "calls",
    "bytes",
    "level",
    "tier",
    "model",
    "url",
    "key",
    "usd_per",
];

/// Whether a column holds an amount: a number whose name says so.
pub(super) fn is_amount(column: &Column) -> bool {
    let words = words(&column.name);
    let number = matches!(
        column.of.name.as_str(),
        "integer" | "bigint" | "smallint" | "numeric" | "real" | "double precision" | "money"
    );
    number
        && words.iter().any(|word| AMOUNTS.contains(&word.as_str()))
        && !words.iter().any(|word| NO_AMOUNT.contains(&word.as_str()))
}

/// Whether a column's numbers are rounded.
pub(super) fn is_rounded(column: &Column) -> bool {
    matches!(column.of.name.as_str(), "real" | "double precision")
}

/// Last words of names of tables that keep what happened.
const LOGS: &[&str] = &[
    "activity",
    "activities",
    "changelog",
    "event",
    "history",
    "histories",
    "journal",
    "log",
    "revision",
    "trail",
    "version",
];

/// Last words that make a table with `audit` in its name one that keeps what happened.
const AUDITS: &[&str] = &["audit", "change", "entry", "entries", "line", "record", "row"];

/// Whether a word is one of these, or the plural of one.
fn is_one(word: &str, of: &[&str]) -> bool {
    of.contains(&word) || of.contains(&singular(word))
}

/// Whether a table records who changed what. `site_audits` are what a product sells, unless they say what was done.
pub(super) fn is_audit(table: &Relation) -> bool {
    let words = words(&table.name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = || table.columns.iter().any(|column| says_done(&column.name));
    let audit = match words.as_slice() {
        [.., last] if table.schema == "audit" => !matches!(*last, "config" | "setting" | "settings"),
        ["activity" | "change" | "security", "log" | "logs"] | [.., "auditlog" | "auditlogs"] => true,
        [before @ .., last] if before.contains(&"audit") => is_one(last, LOGS) || is_one(last, AUDITS),
        [.., "audit" | "audits"] => done(),
        _ => false,
    };
    audit && table.columns.len() >= 3
}

/// Whether a column says what was done.
fn says_done(column: &str) -> bool {
    const DONE: &[&str] = &["action", "event", "op", "operation", "verb"];
    words(column).iter().any(|word| DONE.contains(&word.as_str()))
}

/// Whether a table keeps what happened, by the last word of its name.
pub(super) fn is_log(table: &Relation) -> bool {
    is_audit(table) || words(&table.name).last().is_some_and(|last| is_one(last, LOGS))
}

/// Names of columns, with `_` between their words, that hold what nobody but the program is to read.
const SECRETS: &[&str] = &[
    "access_token",
    "account_number",
    "api_key",
    "api_secret",
    "bank_account",
    "bank_account_number",
    "card_number",
    "client_secret",
    "credit_card",
    "credit_card_number",
    "cvc",
    "cvv",
    "encrypted_password",
    "hashed_password",
    "iban",
    "mfa_secret",
    "national_id",
    "national_id_number",
    "otp",
    "otp_code",
    "otp_secret",
    "pass_hash",
    "passport_number",
    "passwd",
    "password",
    "password_hash",
    "pin_hash",
    "private_key",
    "pwd",
    "refresh_token",
    "reset_password_token",
    "reset_token",
    "routing_number",
    "secret",
    "secret_key",
    "service_key",
    "session_token",
    "social_security",
    "social_security_number",
    "ssn",
    "tax_id",
    "totp_secret",
    "two_factor_secret",
    "verification_token",
    "webhook_secret",
];

/// What a column holds that nobody but its owner's program is to read.
pub(super) fn is_secret(column: &Column) -> bool {
    let holds = matches!(
        column.of.name.as_str(),
        "text" | "character varying" | "character" | "bytea" | "citext" | "bigint" | "json" | "jsonb"
    );
    holds && SECRETS.contains(&words(&column.name).join("_").as_str())
}
