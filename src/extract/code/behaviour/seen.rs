//! One pass over what runs when a function runs, noting what tells its part.

use super::answers::{self, Answer};
use super::{listed, schema};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};

/// Something that was seen in a function.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
    /// A condition.
    If,
    /// The authorization header, the key of an API, a cookie, a session is read.
    Credential,
    /// Somebody is spoken of: `request.user`, `session`, `token`.
    Identity,
    /// Roles, permissions.
    Role,
    /// A password.
    Password,
    /// The token against forged requests, or the origin.
    Forged,
    /// A digest with a secret is made.
    Hmac,
    /// Texts are compared in constant time.
    SafeEqual,
    /// A signature is checked by the platform: `crypto.subtle.verify`, `createVerify`.
    Verify,
    /// `signature` is spoken of.
    SignatureWord,
    /// Something is compared for equality.
    Equal,
    /// Something is compared by size.
    Compared,
    /// `typeof x`, a pattern, `Number.isInteger`.
    Shape,
    /// A store is read.
    Get,
    /// A store is written.
    Set,
    /// The clock is read.
    Now,
    /// Something is counted up.
    Increment,
    /// A counter of a server is counted up.
    Incr,
    /// A key of a server is given an end.
    Expire,
    /// The state `open`.
    Open,
    /// The state `half-open`.
    HalfOpen,
    /// The header that allows an origin is written.
    AllowOrigin,
    /// The header that names a request.
    RequestId,
    /// A name is made up.
    Random,
    /// The method of a request.
    Method,
    /// The address of a request.
    Url,
    /// A line is logged, and not as an error.
    Log,
    /// The text format of metrics.
    Exposition,
    /// A table of audits is written.
    Audit,
    /// A database is asked whether it is there.
    Ping,
    /// A status is told.
    StatusKey,
    /// Rows are skipped.
    Skip,
    /// Rows are counted off.
    Take,
    /// A request is given up after some time.
    AbortTimeout,
    /// All of the environment, or a computed name of it.
    Environment,
    /// The program ends, or an error is thrown.
    Ends,
    /// A loop.
    Loop,
    /// Some time is waited.
    Delay,
    /// An error is caught.
    Catch,
    /// `Promise.race`.
    Race,
    /// A line is written as JSON.
    JsonLine,
    /// A level of a line of a log.
    Level,
    /// Something is held against a schema that is handed over: `schema.validate(request.body)`, or against a list.
    Schema,
    /// A digest of a secret and what was sent is made: `createHash("sha256").update(SECRET + body)`.
    KeyedHash,
    /// A limiter is asked by a name that says so: `client.checkRateLimit(key)`.
    AsksLimiter,
}

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    marks: u64,
    /// The hardening headers that are written, one bit each.
    pub(super) headers: u16,
    /// The answers that turn a request away.
    pub(super) answers: Vec<Answer>,
}

impl Seen {
    /// Looks once at what runs when a function runs.
    pub(super) fn of(module: &Module, function: NodeId) -> Self {
        Self::among(module, function, module.own_descendants(function))
    }

    /// The same, functions within it included.
    pub(super) fn within(module: &Module, function: NodeId) -> Self {
        Self::among(module, function, module.descendants(function))
    }

    fn among(module: &Module, function: NodeId, nodes: impl Iterator<Item = NodeId>) -> Self {
        let mut seen = Self::default();
        for node in nodes {
            match module.kind(node) {
                Kind::Name(word, _) => seen.name(module, node, module.word(word), false),
                Kind::Member(word) => seen.name(module, node, module.word(word), true),
                Kind::Text(word) => seen.text(module, node, module.word(word)),
                Kind::Number(word) => seen.answers.extend(answers::number(module, node, module.word(word))),
                Kind::Property(word) => seen.property(module, node, module.word(word)),
                Kind::Call | Kind::New => seen.call(module, function, node),
                Kind::If => {
                    seen.mark(Mark::If);
                    if listed::checks(module, function, node) {
                        seen.mark(Mark::Schema);
                    }
                }
                Kind::Conditional | Kind::Logical(_) => seen.mark(Mark::If),
                Kind::Update | Kind::Assign(Operator::Add) => seen.counted(module, node),
                Kind::Index => seen.index(module, function, node),
                Kind::Loop(_) => seen.mark(Mark::Loop),
                Kind::Catch => seen.mark(Mark::Catch),
                Kind::Throw => seen.mark(Mark::Ends),
                Kind::Unary(Operator::TypeOf) | Kind::Binary(Operator::InstanceOf) => seen.mark(Mark::Shape),
                Kind::Binary(operator) => seen.binary(module, node, operator),
                _ => {}
            }
        }
        seen
    }

    /// Whether a mark was seen.
    pub(super) fn has(&self, mark: Mark) -> bool {
        self.marks & 1 << mark as u64 != 0
    }

    fn mark(&mut self, mark: Mark) {
        self.marks |= 1 << mark as u64;
    }

    fn binary(&mut self, module: &Module, node: NodeId, operator: Operator) {
        match operator {
            Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual => {
                self.mark(Mark::Compared);
            }
            Operator::Equal | Operator::NotEqual | Operator::StrictEqual | Operator::StrictNotEqual => {
                self.mark(Mark::Equal);
            }
            // `set(key, count + 1)`, `{ count: entry.count + 1 }`; `i + 1` counts nothing that stays.
            Operator::Add => {
                let one =
                    |child| matches!(module.kind(child), Kind::Number(word) if module.word(word) == "1");
                let kept =
                    module.child(node, 0).is_some_and(|left| !matches!(module.kind(left), Kind::Name(..)))
                        || module.parent(node).is_some_and(|parent| {
                            matches!(module.kind(parent), Kind::Property(_))
                                || module.called(parent) == Some("set")
                        });
                if kept && module.children(node).any(one) {
                    self.mark(Mark::Increment);
                }
            }
            _ => {}
        }
    }

    /// `entry.count++`; a counter of a loop stays nowhere.
    fn counted(&mut self, module: &Module, node: NodeId) {
        let target = module.child(node, 0).map(|target| module.kind(target));
        if matches!(target, Some(Kind::Member(_) | Kind::Index)) {
            self.mark(Mark::Increment);
        }
    }

    fn name(&mut self, module: &Module, node: NodeId, name: &str, member: bool) {
        // `headers["x-api-key"]`
        if name.contains('-') {
            return self.text(module, node, name);
        }
        match name {
            "authorization" | "Authorization" | "cookies" | "apiKey" | "x-api-key" if member => {
                self.mark(Mark::Credential);
            }
            "session" | "isAuthenticated" if member => self.mark(Mark::Credential),
            "user" | "userId" | "currentUser" | "auth" | "token" | "session" | "accessToken" => {
                self.mark(Mark::Identity);
            }
            "role" | "roles" | "permission" | "permissions" | "isAdmin" | "scopes" | "userRole"
            | "requiredRoles" => self.mark(Mark::Role),
            "password" | "passwordHash" | "hashedPassword" => self.mark(Mark::Password),
            "csrfToken" | "csrf" => self.mark(Mark::Forged),
            "signature" | "sig" | "expectedSignature" | "computedSignature" => self.mark(Mark::SignatureWord),
            "method" if member => self.mark(Mark::Method),
            "url" | "originalUrl" | "path" | "pathname" if member => self.mark(Mark::Url),
            "readyState" if member => self.mark(Mark::Ping),
            _ => {}
        }
        self.answers.extend(answers::name(module, node, name));
    }

    fn text(&mut self, module: &Module, node: NodeId, text: &str) {
        if text.len() < 4 || text.len() > 400 {
            return;
        }
        let is = |other: &str| text.eq_ignore_ascii_case(other);
        match text.as_bytes()[0] {
            b'a' | b'A' if is("authorization") => self.mark(Mark::Credential),
            b'a' | b'A' if is("access-control-allow-origin") && is_written(module, node) => {
                self.mark(Mark::AllowOrigin);
            }
            b'x' | b'X' => self.extension_header(text),
            b'o' | b'O' if is("open") => self.mark(Mark::Open),
            b'o' | b'O' if is("origin") => self.mark(Mark::Forged),
            b'h' | b'H' if is("half_open") || is("half-open") || is("halfopen") => self.mark(Mark::HalfOpen),
            b'c' | b'C' if is("csrf-token") || is("csrf") => self.mark(Mark::Forged),
            b'#' if text.starts_with("# HELP") || text.starts_with("# TYPE") => self.mark(Mark::Exposition),
            b's' | b'S' if text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("select 1")) => {
                self.mark(Mark::Ping);
            }
            b's' | b'S' if is("session") || is("sec-fetch-site") => self.mark(Mark::Identity),
            _ => {}
        }
        self.header(text, || is_written(module, node));
        self.answers.extend(answers::text(module, node, text));
    }

    fn extension_header(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        if ["x-csrf-token", "x-xsrf-token"].contains(&&*lower) {
            self.mark(Mark::Forged);
        } else if lower.ends_with("-key") || lower.ends_with("-token") || lower.ends_with("-secret") {
            self.mark(Mark::Credential);
        } else if ["x-request-id", "x-correlation-id", "x-trace-id"].contains(&&*lower) {
            self.mark(Mark::RequestId);
        } else if lower.contains("signature") || lower.contains("hmac") {
            self.mark(Mark::SignatureWord);
        }
    }

    /// One of the headers that harden browsers.
    fn header(&mut self, text: &str, is_written: impl Fn() -> bool) {
        const HEADERS: &[&str] = &[
            "strict-transport-security",
            "x-frame-options",
            "x-content-type-options",
            "content-security-policy",
            "referrer-policy",
            "permissions-policy",
            "cross-origin-opener-policy",
            "cross-origin-embedder-policy",
            "cross-origin-resource-policy",
            "x-dns-prefetch-control",
        ];
        if (15..=30).contains(&text.len()) && text.contains('-') {
            let known = HEADERS.iter().position(|header| text.eq_ignore_ascii_case(header));
            if let Some(at) = known.filter(|_| is_written()) {
                self.headers |= 1 << at;
            }
        }
    }

    fn property(&mut self, module: &Module, node: NodeId, name: &str) {
        match name {
            "level" | "severity" => self.mark(Mark::Level),
            "status" | "healthy" | "database" | "db" | "uptime" | "ok" => self.mark(Mark::StatusKey),
            "skip" | "offset" => self.mark(Mark::Skip),
            "take" | "limit" => self.mark(Mark::Take),
            _ if name.eq_ignore_ascii_case("access-control-allow-origin") => self.mark(Mark::AllowOrigin),
            _ => {}
        }
        // Of what is asked of another service, headers harden nothing: only those of answers do, and these are several.
        self.header(name, || module.parent(node).is_some_and(|parent| module.kind(parent) == Kind::Object));
    }

    fn index(&mut self, module: &Module, function: NodeId, node: NodeId) {
        let Some(object) = module.child(node, 0) else { return };
        if module.is_environment(object) {
            self.mark(Mark::Environment);
        }
        if !outlives(module, function, object) {
            return;
        }
        let assigned = module.parent(node).is_some_and(|parent| {
            matches!(module.kind(parent), Kind::Assign(_)) && module.child(parent, 0) == Some(node)
        });
        self.mark(if assigned { Mark::Set } else { Mark::Get });
    }

    fn call(&mut self, module: &Module, function: NodeId, call: NodeId) {
        let Some(name) = module.called(call) else { return };
        let receiver = || module.receiver(call);
        match name {
            "get" if receiver().is_some_and(|store| outlives(module, function, store)) => {
                self.mark(Mark::Get);
            }
            "set" if receiver().is_some_and(|store| outlives(module, function, store)) => {
                self.mark(Mark::Set);
            }
            "now" if receiver().is_some_and(|node| module.is_global(node, "Date")) => self.mark(Mark::Now),
            "incr" | "incrby" | "zadd" | "hincrby" | "incrBy" | "zAdd" => self.mark(Mark::Incr),
            "expire" | "pexpire" | "zremrangebyscore" | "zRemRangeByScore" | "expireAt" => {
                self.mark(Mark::Expire);
            }
            // `timestamps.push(now)`
            "push" if module.argument(call, 0).and_then(|node| module.last_name(node)) == Some("now") => {
                self.mark(Mark::Increment);
            }
            "randomUUID" | "uuid" | "uuidv4" | "v4" | "nanoid" | "randomBytes" => self.mark(Mark::Random),
            "test" | "isInteger" | "isArray" | "isNaN" | "isFinite" | "match" => self.mark(Mark::Shape),
            "info" | "log" | "debug" | "http" | "trace" | "error" | "warn" | "write" => {
                self.log(module, call, name);
            }
            "ping" => self.mark(Mark::Ping),
            "skip" | "offset" => self.mark(Mark::Skip),
            "take" | "limit" => self.mark(Mark::Take),
            "timeout" if receiver().is_some_and(|node| module.is_global(node, "AbortSignal")) => {
                self.mark(Mark::AbortTimeout);
            }
            "exit" if receiver().is_some_and(|node| module.is_global(node, "process")) => {
                self.mark(Mark::Ends);
            }
            "race" => self.mark(Mark::Race),
            "sleep" | "delay" | "wait" | "setTimeout" | "pause" | "backoff" => self.mark(Mark::Delay),
            "Promise" if waits(module, call) => self.mark(Mark::Delay),
            "redirect" | "navigateTo" => self.answers.extend(answers::redirect(module, call)),
            "create" | "insert" | "insertOne" | "save" | "add" | "createMany" | "from" => {
                self.audit(module, call);
            }
            "parse" | "safeParse" | "validate" | "validateSync" | "cleanEnv" => {
                self.environment(module, call);
            }
            _ => {}
        }
        if let Some(mark) = proof(module, call, name) {
            self.mark(mark);
        }
        if schema::checks(module, call, name) {
            self.mark(Mark::Schema);
        }
    }

    /// `prisma.auditLog.create`, `supabase.from("audit_logs")`.
    fn audit(&mut self, module: &Module, call: NodeId) {
        let receiver = module.receiver(call).and_then(|node| module.last_name(node)).unwrap_or_default();
        let table = module.argument(call, 0).and_then(|node| match module.kind(node) {
            Kind::Text(word) => Some(module.word(word)),
            _ => None,
        });
        let is = |name: &str| name.len() < 40 && name.to_ascii_lowercase().contains("audit");
        if is(receiver) || table.is_some_and(is) {
            self.mark(Mark::Audit);
        }
    }

    fn log(&mut self, module: &Module, call: NodeId, name: &str) {
        if !matches!(name, "error" | "warn" | "write") {
            self.mark(Mark::Log);
        }
        let written = module.argument(call, 0).filter(|first| module.kind(*first) == Kind::Call);
        let is_json = written.is_some_and(|first| module.called(first) == Some("stringify"));
        let to = module.receiver(call).and_then(|node| module.last_name(node));
        if is_json && matches!(to, Some("console" | "stdout" | "stderr")) {
            self.mark(Mark::JsonLine);
        }
    }

    fn environment(&mut self, module: &Module, call: NodeId) {
        let of_environment = |argument| module.is_environment(argument) || module.is_of_environment(argument);
        if module.arguments(call).any(of_environment) {
            self.mark(Mark::Environment);
            // What holds it against a schema throws by itself.
            self.mark(Mark::Ends);
        }
    }
}

/// What a call does for a proof that something was sent by who says so, or for a limit.
fn proof(module: &Module, call: NodeId, name: &str) -> Option<Mark> {
    let on = || module.receiver(call).and_then(|node| module.last_name(node));
    match name {
        "createHmac" => Some(Mark::Hmac),
        "sign" => (on() == Some("subtle")).then_some(Mark::Hmac),
        "timingSafeEqual" | "safeCompare" | "tsscmp" => Some(Mark::SafeEqual),
        "createVerify" => Some(Mark::Verify),
        "verify" if on() == Some("subtle") => Some(Mark::Verify),
        "update" => is_keyed_hash(module, call).then_some(Mark::KeyedHash),
        // Libraries of many services name it so: `client.webhooks.constructEvent(body, signature, secret)`.
        "constructEvent" | "constructEventAsync" | "unwrap" | "verify" => {
            (module.argument(call, 1).is_some() && on() == Some("webhooks")).then_some(Mark::Verify)
        }
        "checkRateLimit" | "enforceRateLimit" | "assertRateLimit" | "consumeRateLimit" => {
            Some(Mark::AsksLimiter)
        }
        _ => None,
    }
}

/// `createHash("sha256").update(CLIENT_SECRET + body)`: a digest that only who knows the secret can make.
fn is_keyed_hash(module: &Module, update: NodeId) -> bool {
    let hashes = module
        .receiver(update)
        .map(|on| module.resolve(on))
        .is_some_and(|on| module.kind(on) == Kind::Call && module.called(on) == Some("createHash"));
    let joined = module.argument(update, 0).map(|joined| module.resolve(joined));
    let is_secret = |part: NodeId| {
        module.last_name(part).is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            name.contains("secret") || name.ends_with("key")
        })
    };
    hashes
        && joined.is_some_and(|joined| {
            matches!(module.kind(joined), Kind::Binary(Operator::Add) | Kind::Template)
                && module.descendants(joined).any(is_secret)
        })
}

/// Whether a store stays when the function has ended: it is declared around it, or held by an object.
fn outlives(module: &Module, function: NodeId, store: NodeId) -> bool {
    match module.kind(store) {
        Kind::Name(_, Some(binding)) => {
            !module.contains(function, module.bindings[binding.0 as usize].declared)
        }
        Kind::Name(_, None) => true,
        Kind::Member(_) => module.child(store, 0).is_some_and(|object| module.kind(object) == Kind::This),
        _ => false,
    }
}

/// Whether a header is written where its name stands, rather than read or taken away.
fn is_written(module: &Module, node: NodeId) -> bool {
    let Some(parent) = module.parent(node) else { return false };
    match module.kind(parent) {
        Kind::Call | Kind::New => !matches!(
            module.called(parent),
            Some("get" | "has" | "delete" | "removeHeader" | "remove" | "getHeader")
        ),
        Kind::Property(word) => matches!(module.word(word), "key" | "name" | "header"),
        Kind::Array => true,
        Kind::Assign(_) => module.child(parent, 0) == Some(node),
        _ => false,
    }
}

/// `new Promise((resolve) => setTimeout(resolve, 100))`.
fn waits(module: &Module, promise: NodeId) -> bool {
    module
        .descendants(promise)
        .take(24)
        .any(|node| matches!(module.kind(node), Kind::Name(word, None) if module.word(word) == "setTimeout"))
}
