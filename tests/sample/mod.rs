//! Reports made for the tests of the formats: numbers that sum, and every kind of thing a report can hold.

#![allow(dead_code, reason = "each test crate uses a part")]

#[allow(clippy::wildcard_imports, reason = "every type of the contract")]
use golive::report::*;

/// A repository with blockers, of every severity some findings, and things undecided and unread.
pub(crate) fn shop() -> Report {
    let findings = findings();
    Report {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool {
            name: "golive".to_owned(),
            version: "0.1.0".to_owned(),
            ruleset: "5f1d00c2".to_owned(),
            scoring_model: "1".to_owned(),
            off: vec!["docs/license-missing".to_owned()],
            reweighed: vec![],
        },
        repository: Repository {
            name: "acme/shop".to_owned(),
            commit: Some("3f9c2e1b77aa00112233445566778899aabbccdd".to_owned()),
            committed: Some("2026-11-20".to_owned()),
            dirty: true,
            files: 412,
            bytes: 3_200_000,
            packages: 5,
        },
        score: score(),
        rules: rules(),
        plan: vec![
            phase(1, "Blockers, and high secrets and security", 3.5, (84, 86), &[0, 1, 5, 6]),
            phase(2, "Other high findings", 0.6, (86, 88), &[2, 3, 4]),
            phase(3, "Medium findings", 0.3, (91, 91), &[8]),
        ],
        findings,
        strengths: vec![
            Strength {
                rule: "ci/no-tests".to_owned(),
                message: "`npm test` runs on every pull request".to_owned(),
                place: Some(place(".github/workflows/ci.yml", (14, 9), (14, 22), "        run: npm test")),
            },
            Strength {
                rule: "secrets/private-key-committed".to_owned(),
                message: "no private key is tracked".to_owned(),
                place: None,
            },
        ],
        access: access(),
        syntax_errors: vec![SyntaxError {
            path: "deploy/values.yaml".to_owned(),
            line: 31,
            message: "a tab begins this line; YAML indents with spaces".to_owned(),
        }],
        compared: None,
        baseline: None,
        waivers: waivers(),
        unread: vec![
            unread("assets/logo.png", "is not text"),
            unread("assets/photo.jpg", "is not text"),
            unread("data/dump.sql", "is 31000000 bytes, over the limit of 16777216"),
            unread("libs/pay", "is a submodule; audit it on its own"),
        ],
    }
}

/// A waiver that covers a finding, and one that says too little.
fn waivers() -> Vec<Waiver> {
    let active = Waiver {
        rule: "config/env-undocumented".to_owned(),
        scope: "src/pay/**".to_owned(),
        reason: "the template comes with the next release".to_owned(),
        until: Some("2026-12-31".to_owned()),
        place: Place { excerpt: None, ..place("golive.toml", (4, 1), (4, 10), "") },
        origin: WaiverOrigin::Configuration,
        false_positive: false,
        state: WaiverState::Active,
        mistake: None,
        findings: vec!["0011223344556677".to_owned()],
    };
    let malformed = Waiver {
        rule: "container/root-user".to_owned(),
        scope: "line 2".to_owned(),
        reason: String::new(),
        until: None,
        place: Place { excerpt: None, ..place("Dockerfile", (1, 3), (1, 36), "") },
        origin: WaiverOrigin::Comment,
        state: WaiverState::Malformed,
        mistake: Some(
            "it has no end; write `golive: allow container/root-user until YYYY-MM-DD: reason`".to_owned(),
        ),
        findings: vec![],
        ..active.clone()
    };
    vec![active, malformed]
}

/// A table that clients may ask for.
fn access() -> Vec<Access> {
    vec![Access {
        table: "public.notes".to_owned(),
        path: "supabase/migrations/20240101000000_notes.sql".to_owned(),
        line: 3,
        roles: vec![
            role("anon", ["where published", "nobody: no policy", "nobody: no policy", "nobody: no policy"]),
            role("authenticated", ["everyone", "own rows by user_id", "own rows by user_id", "everyone"]),
        ],
    }]
}

/// What a role may select, insert, update, delete.
fn role(role: &str, [select, insert, update, delete]: [&str; 4]) -> RoleAccess {
    RoleAccess {
        role: role.to_owned(),
        select: select.to_owned(),
        insert: insert.to_owned(),
        update: update.to_owned(),
        delete: delete.to_owned(),
    }
}

/// Nothing found, nothing wrong.
pub(crate) fn clean() -> Report {
    let mut report = shop();
    report.repository = Repository { commit: None, dirty: false, files: 1, packages: 1, ..report.repository };
    report.repository.name = "tiny".into();
    report.score.total = Some(100);
    report.score.raw = Some(100.0);
    report.score.verdict = Verdict::Ready;
    report.score.deploy = true;
    report.score.decided = 100;
    report.score.caps.clear();
    report.access.clear();
    report.score.categories.truncate(1);
    report.score.categories[0] = category("security", 20, 20.0, 100, Some(100.0), 100.0, (24.0, 24, 0.0));
    report.rules.retain(|rule| rule.outcome == Outcome::Pass && rule.polarity == Polarity::Control);
    report.findings.clear();
    report.strengths.clear();
    report.plan.clear();
    report.syntax_errors.clear();
    report.unread.clear();
    report
}

/// The shop after some work: compared with what it was, with findings new, mended, unchanged and in other places.
pub(crate) fn compared() -> Report {
    let mut before = shop();
    let mut report = shop();
    before.repository.commit = Some("aa00112233445566778899aabbccdd3f9c2e1b77".to_owned());
    before.repository.dirty = false;
    for report in [&mut before, &mut report] {
        for (number, finding) in report.findings.iter_mut().enumerate() {
            finding.fingerprint = format!("{number:016x}");
        }
    }
    (before.score.total, before.score.raw) = (Some(55), report.score.raw.map(|raw| raw - 4.25));
    before.score.categories[1].score = Some(61.5);
    // The first is new, the second is mended, the third is in one place more and one less.
    before.findings.remove(0);
    report.findings.remove(1);
    let moved = |finding: &mut Finding, lines: [u32; 2]| {
        finding.places = lines
            .map(|line| Place {
                fingerprint: Some(format!("{:016x}", line + 256)),
                ..place("src/a.ts", (line, 1), (line, 9), "await x")
            })
            .to_vec();
    };
    moved(&mut before.findings[1], [3, 7]);
    moved(&mut report.findings[1], [7, 9]);
    let mut compared = compare(&before, &report, ["main", "."]);
    // The rules of the shop are a few of those that its score stands for.
    let none = Parts { findings: 0.0, applicability: 0.0, waivers: 0.0, ruleset: 0.0 };
    compared.score = Some(ScoreChange {
        total: 4,
        total_parts: Parts { findings: 5.0, applicability: -1.0, ..none },
        raw: 4.25,
        raw_parts: Parts { findings: 4.65, applicability: -0.4, ..none },
    });
    report.compared = Some(compared);
    report
}

/// Too little could be decided for a number.
pub(crate) fn undecided() -> Report {
    let mut report = shop();
    report.score.total = None;
    report.score.raw = None;
    report.score.verdict = Verdict::InsufficientEvidence;
    report.score.deploy = true;
    report.score.decided = 47;
    report.score.caps.clear();
    report.findings.retain(|finding| finding.severity > Severity::High);
    report.plan.clear();
    report
}

/// A repository that tries to take over the terminal, turn the writing around and forge lines of the report.
pub(crate) fn hostile() -> Report {
    let mut report = shop();
    report.repository.name = "evil\u{1b}]0;owned\u{7}".into();
    report.findings.truncate(2);
    report.plan.clear();
    let finding = &mut report.findings[0];
    finding.message = "table \u{1b}[2Jpwn\n100 / 100   Production ready\r\u{202e}gnp.exe".into();
    finding.fix = "Type \u{1b}[31mthis\u{1b}[0m:\n\n```\n\u{9b}2J rm\u{200b} -rf\n```\n".into();
    let source = "\tx = \u{1b}[41m'\u{202e}日本語'\u{7};\r";
    finding.places = vec![place("a\nb/\u{1b}[1mc.sql", (3, 6), (3, 20), source)];
    finding.places[0].note = Some("note\u{1b}[5m\u{2028}end".to_owned());
    report.syntax_errors[0].message = "bad \u{1b}c reset".into();
    report.unread[0].reason = "is not text\u{8}\u{8}".into();
    report
}

/// Many findings of one rule and of many rules, more than a page takes.
pub(crate) fn crowded() -> Report {
    let mut report = shop();
    let template = report.findings[4].clone();
    for number in 0..44 {
        let mut finding = template.clone();
        finding.message = format!("handler {number} awaits without a timeout");
        finding.points = 0.1;
        finding.rule = "reliability/fetch-without-timeout".into();
        finding.places[0].line = number + 10;
        finding.places[0].end_line = number + 10;
        report.findings.insert(4 + number as usize, finding);
    }
    for number in 0..30 {
        let mut finding = template.clone();
        finding.severity = Severity::Low;
        finding.rule = format!("quality/problem-{number:02}");
        finding.category = "quality".into();
        finding.points = 0.0;
        report.findings.push(finding);
    }
    report
}

fn score() -> Score {
    Score {
        total: Some(59),
        raw: Some(60.8),
        verdict: Verdict::NotReady,
        deploy: false,
        decided: 94,
        caps: vec![
            Cap { at: 59, rule: "database/rls-disabled".to_owned() },
            Cap { at: 59, rule: "secrets/env-file-tracked".to_owned() },
            Cap { at: 84, rule: "database".to_owned() },
        ],
        categories: vec![
            category("security", 20, 20.0, 100, Some(68.0), 18.89, (19.72, 29, 0.0)),
            category("testing", 14, 14.0, 100, Some(81.0), 15.75, (19.44, 24, 0.0)),
            category("database", 12, 12.0, 100, Some(34.0), 5.67, (19.04, 40, 40.0)),
            category("ci", 10, 10.0, 100, Some(92.0), 12.78, (22.08, 24, 0.0)),
            category("secrets", 8, 8.0, 100, Some(0.0), 0.0, (0.0, 24, 40.0)),
            category("reliability", 8, 4.0, 50, Some(55.0), 3.06, (6.6, 12, 0.0)),
            category("observability", 7, 0.0, 0, None, 0.0, (0.0, 0, 0.0)),
            category("container", 6, 3.0, 50, Some(90.0), 3.75, (10.8, 12, 0.0)),
            category("docs", 1, 1.0, 100, Some(62.5), 0.87, (15.0, 24, 0.0)),
        ],
    }
}

fn findings() -> Vec<Finding> {
    let mut limiter = finding("security/rate-limit-declared-not-used", Severity::High, 4.2, 15);
    limiter.message = "express-rate-limit is in package.json and no route of server/ stands behind it".into();
    limiter.fix =
        "Mount the limiter before the routes:\n\n```ts\napp.use('/api', apiLimiter, api)\n```\n".into();
    limiter.places = vec![
        place("server/src/app.ts", (31, 1), (31, 20), "app.use('/api', api)"),
        place(
            "server/src/middleware/limit.ts",
            (3, 27),
            (3, 36),
            "export const apiLimiter = rateLimit({ windowMs: 15 * 60 * 1000, max: 100, standardHeaders: true, legacyHeaders: false })",
        ),
    ];
    limiter.places[0].note = Some("74 routes are mounted here, 0 of 74 limited".to_owned());
    limiter.places[1].note = Some("the limiter is made here; nobody imports this module".to_owned());

    let mut rls = finding("database/rls-disabled", Severity::Blocker, 1.4, 20);
    rls.message = "public.payments can be read by anyone who has the anon key".into();
    rls.places = vec![place(
        "supabase/migrations/0007_pay.sql",
        (14, 1),
        (18, 3),
        "create table public.payments (\n  id uuid primary key,\n  amount integer not null,\n  card text\n);",
    )];
    rls.places[0].note =
        Some("the table is made here; no migration enables row level security on it".to_owned());

    let mut env = finding("secrets/env-file-tracked", Severity::Blocker, 11.1, 45);
    env.message = ".env with 6 values is tracked".into();
    env.places = vec![whole_file("server/.env")];

    let mut helmet = finding("security/helmet-not-applied", Severity::High, 2.3, 15);
    helmet.message = "helmet is declared and never mounted".into();
    helmet.places = vec![place("src/app.ts", (12, 7), (12, 22), "const app = express();")];

    let mut all = vec![rls, env, helmet, limiter];
    all.extend(lesser_findings());
    all.sort_by(|a, b| (a.severity, &a.rule).cmp(&(b.severity, &b.rule)));
    all
}

fn lesser_findings() -> Vec<Finding> {
    let mut variable = finding("config/env-undocumented", Severity::Medium, 0.0, 5);
    variable.message = "`STRIPE_KEY` is read and no template names it".into();
    variable.places = (1..=7)
        .map(|number| {
            place(
                &format!("src/pay/step{number}.ts"),
                (number, 5),
                (number, 27),
                "    process.env.STRIPE_KEY",
            )
        })
        .collect();
    variable.status = Status::Waived;
    variable.waiver = Some(Waived {
        reason: "the template comes with the next release".to_owned(),
        until: "2026-12-31".to_owned(),
        place: Place { excerpt: None, ..place("golive.toml", (4, 1), (4, 10), "") },
        origin: WaiverOrigin::Configuration,
        false_positive: false,
    });

    let mut shutdown = finding("reliability/graceful-shutdown-missing", Severity::High, 2.5, 30);
    shutdown.message = "the server of server/ ends on SIGTERM with its requests open".into();
    shutdown.places = vec![place("server/src/main.ts", (8, 1), (8, 17), "app.listen(3000);")];

    let mut preview = finding("docs/runbook-missing", Severity::Info, 0.0, 120);
    preview.message = "no document says what to do when the service is down".into();
    preview.preview = true;
    preview.places = vec![];

    let mut root = finding("container/root-user", Severity::High, 0.4, 5);
    root.message = "the shipped stage, from `node:22`, runs as root".into();
    root.places = vec![place("Dockerfile", (1, 6), (1, 13), "FROM node:22")];

    let mut wide = finding("testing/runner-not-invoked", Severity::Medium, 3.7, 20);
    wide.message = "vitest is configured and no script of `apps/日本語` starts it".into();
    wide.places = vec![place(
        "apps/日本語/vite.config.ts",
        (2, 13),
        (2, 20),
        "  test: {\t\"名前\": true }, // 全角の文字",
    )];
    wide.places[0].note = Some("ここ".to_owned());

    vec![root.clone(), duplicate(&root), shutdown, variable, wide, preview]
}

fn duplicate(finding: &Finding) -> Finding {
    let mut other = finding.clone();
    other.places = vec![place("worker/Dockerfile", (1, 6), (1, 13), "FROM node:22")];
    other
}

fn rules() -> Vec<Rule> {
    let mut headers = rule("security/http-headers-absent", Severity::High, Outcome::Inconclusive);
    headers.reason = Some(
        "headers may be set by the proxy in infra/nginx.conf (include of a file that is not here)".to_owned(),
    );
    let mut timeout = rule("api/timeout-unknown", Severity::Low, Outcome::Inconclusive);
    timeout.reason = Some("the gateway is not in the repository".to_owned());
    vec![
        timeout,
        rule("ci/no-tests", Severity::High, Outcome::Pass),
        rule("container/root-user", Severity::High, Outcome::Fail),
        rule("database/rls-disabled", Severity::Blocker, Outcome::Fail),
        rule("observability/no-logger", Severity::Medium, Outcome::NotApplicable),
        headers,
        rule("secrets/env-file-tracked", Severity::Blocker, Outcome::Fail),
    ]
}

/// A rule that judged one subject.
pub(crate) fn rule(id: &str, severity: Severity, outcome: Outcome) -> Rule {
    Rule {
        id: id.to_owned(),
        title: format!("The problem of {id}"),
        severity,
        polarity: Polarity::Control,
        outcome,
        checked: 1,
        failing: u64::from(outcome == Outcome::Fail),
        false_positives: 0,
        credit: if outcome == Outcome::Pass { 10_000 } else { 0 },
        preview: false,
        capped: severity == Severity::Blocker,
        reason: None,
    }
}

/// A finding without a place.
pub(crate) fn finding(rule: &str, severity: Severity, points: f64, minutes: u32) -> Finding {
    Finding {
        rule: rule.to_owned(),
        category: rule.split('/').next().unwrap_or_default().to_owned(),
        severity,
        title: format!("The problem of {rule}"),
        message: String::new(),
        places: vec![],
        points,
        effort_minutes: minutes,
        fingerprint: "0011223344556677".to_owned(),
        status: Status::Open,
        waiver: None,
        preview: false,
        why: "Because.".to_owned(),
        fix: "Mend it.".to_owned(),
        references: vec!["CWE-250".to_owned()],
    }
}

/// A place with its source.
pub(crate) fn place(path: &str, start: (u32, u32), end: (u32, u32), excerpt: &str) -> Place {
    Place {
        path: path.to_owned(),
        line: start.0,
        column: start.1,
        end_line: end.0,
        end_column: end.1,
        note: None,
        excerpt: Some(excerpt.to_owned()),
        fingerprint: None,
    }
}

/// A file as a whole.
pub(crate) fn whole_file(path: &str) -> Place {
    Place { excerpt: None, ..place(path, (1, 1), (1, 1), "") }
}

fn category(
    id: &str,
    weight: u32,
    weight_used: f64,
    evidence: u32,
    score: Option<f64>,
    contribution: f64,
    (earned, possible, hazard): (f64, u32, f64),
) -> Category {
    Category {
        id: id.to_owned(),
        weight,
        weight_used,
        evidence,
        score,
        contribution,
        earned,
        possible,
        hazard,
    }
}

fn phase(phase: u32, title: &str, hours: f64, (low, high): (u8, u8), findings: &[u32]) -> Phase {
    let projected = Projected { low, high };
    Phase { phase, title: title.to_owned(), hours, projected, findings: findings.to_vec() }
}

fn unread(path: &str, reason: &str) -> Unread {
    Unread { path: path.to_owned(), reason: reason.to_owned() }
}
