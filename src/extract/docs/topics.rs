//! What a document explains. A topic counts by a heading and what stands under it, never by a word somewhere.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::kind::Kind;
use super::own::{Own, host};
use crate::parse::markdown::{Content, Heading, Link, Markdown};
use crate::source::{Span, pattern};

/// What a document explains and what it points to.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Explained.
    pub(super) topics: BTreeSet<&'static str>,
    /// Linked to, outside of the repository.
    pub(super) pointers: BTreeSet<&'static str>,
}

/// A document without content.
pub(super) static NOTHING: Markdown = Markdown {
    headings: Vec::new(),
    preamble: Content { words: 0, code_blocks: 0, lists: 0, links: 0 },
    code_blocks: Vec::new(),
    links: Vec::new(),
};

/// The topics, with the words of headings that open them: English first, then German, French, Spanish, Portuguese,
/// Chinese, Japanese and Korean.
const TOPICS: &[(&str, &str)] = &[
    (
        "install",
        r"\b(install\w*|set[- ]?up|getting started|quick ?start|prerequisites|requirements|einrichtung|instalación|instalação)\b|安装|インストール|セットアップ|설치",
    ),
    (
        "run",
        r"\b(run|running|usage|use|start|starting|quick ?start|getting started|develop\w*|launch|commands|utilisation|uso|ejecutar|verwendung)\b|运行|使用|启动|実行|使い方|실행|시작|사용",
    ),
    ("build", r"\b(build|building|compil\w+)\b|构建|ビルド|빌드"),
    ("test", r"\b(tests?|testing)\b|测试|テスト|테스트"),
    (
        "deploy",
        r"\b(deploy\w*|self[- ]?host\w*|hosting|go[- ]?live|release process|production (setup|install\w*|environment|guide|configuration|build)|(run|running|use|using|in|to|for) production|bereitstellung|inbetriebnahme|déploiement|despliegue|implanta\w+)\b|部署|デプロイ|배포",
    ),
    (
        "rollback",
        r"\b(roll(ing)?[- ]?backs?|rolled back|revert(ing)? (a |the |to )?(bad |previous |last )?(deploy\w*|release|version|migration)|undo(ing)? a (deploy\w*|release)|downgrad\w+|(previous|earlier) (version|release)|retour arrière|reversión|zurückrollen)\b|回滚|ロールバック|롤백",
    ),
    (
        "backup",
        r"\bback(ing)?[- ]?ups?\b|datensicherung|sauvegarde|copia de seguridad|备份|バックアップ|백업",
    ),
    ("restore", r"\b(restor(e|es|ing|ation)|wiederherstell\w+)\b|恢复|リストア|복원|복구"),
    (
        "disaster-recovery",
        r"\b(disasters?|business continuity|dr plan|dr (runbook|procedures?)|recovery (plan|procedures?|runbook|strategy|scenarios?)|backups? (and|&|/) recovery|region(al)? failover|data loss|notfallplan|reprise d.activité)\b|灾难|災害|재해",
    ),
    (
        "monitoring",
        r"\b(monitor\w*|observability|metrics|telemetry|dashboards?|überwachung|surveillance)\b|监控|監視|모니터링",
    ),
    (
        "slo",
        r"\b(slos?|slis?|service[- ]level|performance targets?|availability targets?|error budgets?|latency (targets?|goals?))\b",
    ),
    ("alerting", r"\b(alerts?|alerting|alarms?|paging)\b|告警|アラート|알림"),
    (
        "runbook",
        r"\b(run ?books?|play ?books?|(operations?|operator.?s?|operating|maintenance) (guide|manual|handbook|procedures?|playbook)|standard operating|day[- ]2)\b|^\W*([\d.]+\s*)?(operations|operating|maintenance|operational procedures)\W*$|运维|運用|런북|运行手册",
    ),
    ("on-call", r"\b(on[- ]?call|escalation\w*)\b"),
    (
        "incident",
        r"\b(incidents?|post[- ]?mortems?|outages?|emergency)\b|故障|インシデント|장애 대응|장애 조치",
    ),
];

/// Topics that a README may show by commands alone.
const COMMANDS: &[(&str, &str)] = &[
    (
        "install",
        r"(npm|pnpm|yarn|bun|pip3?|uv|poetry|pipenv|cargo|go|gem|bundle|brew|apt(-get)?|composer|mix) (ci|install|i|add|sync|get|deps\.get)\b|\byarn$|git clone",
    ),
    (
        "run",
        r"(npm|pnpm|yarn|bun) (run )?(start|dev|serve)|docker(-| )(compose )?(run|up)|cargo run|go run|python3? \S+\.py|manage\.py runserver|flask run|uvicorn|gunicorn|rails s|php artisan serve|make (run|start|dev|up)|dotnet run|\./\w+",
    ),
    (
        "build",
        r"(npm|pnpm|yarn|bun) (run )?build|docker build|cargo build|go build|make( build)?$|mvn|gradlew? |dotnet build",
    ),
    (
        "test",
        r"(npm|pnpm|yarn|bun) (run )?test|pytest|cargo test|go test|make (test|check)|dotnet test|mix test|rspec|phpunit",
    ),
];

/// Headings under which things are promised rather than explained.
const PROMISES: &str = r"(?i)\b(features?|highlights|roadmap|to-?dos?|future|planned|upcoming|backlog|next steps|known (issues|gaps)|missing|recommendations?|changelog|what.s new|why|capabilities|table of contents|contents|limitations|tech(nology)? stack|architecture overview|project structure)\b";

static TOPIC_PATTERNS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| compile(TOPICS, ""));
static COMMAND_PATTERNS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| compile(COMMANDS, "(?m)"));
static PROMISE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(PROMISES));

fn compile(table: &[(&'static str, &str)], flags: &str) -> Vec<(&'static str, Regex)> {
    let pattern =
        |(topic, words): &(&'static str, &str)| Some((*topic, pattern(&format!("{flags}{words}"))?));
    table.iter().filter_map(pattern).collect()
}

/// What a document of this kind explains.
pub(super) fn of(kind: Kind, path: &str, document: &Markdown, text: &str, own: &Own) -> Found {
    let mut found = Found::default();
    if !kind.explains() {
        return found;
    }
    for (at, heading) in document.headings.iter().enumerate() {
        if is_promise(&document.headings, at) {
            continue;
        }
        let topics = topics_of(&heading.text);
        let own = section(&document.headings, heading);
        for topic in topics {
            note(&mut found, topic, own, heading.section.of(text), document, heading);
        }
    }
    whole(&mut found, kind, path, document, text);
    if kind == Kind::Readme {
        let code = document.code_blocks.iter().map(|block| block.text.as_str());
        for code in code {
            found.topics.extend(
                COMMAND_PATTERNS
                    .iter()
                    .filter(|(_, command)| command.is_match(code))
                    .map(|(topic, _)| *topic),
            );
        }
    }
    links(&mut found, document, text);
    if kind == Kind::Readme {
        found.pointers.extend(document.links.iter().filter_map(|link| own.documentation(&link.target)));
    }
    if has_objectives(text) {
        found.topics.insert("rto-rpo");
    }
    found.pointers = found.pointers.difference(&found.topics).copied().collect();
    found
}

/// A section that is about a topic explains it, or points to a page that may.
fn note(
    found: &mut Found,
    topic: &'static str,
    own: Content,
    text: &str,
    document: &Markdown,
    heading: &Heading,
) {
    let inside =
        |span: crate::source::Span| span.start >= heading.section.start && span.end <= heading.section.end;
    let mut links = document.links.iter().filter(|link| inside(link.span)).peekable();
    let prose = own.code_blocks == 0 && own.lists == 0 && own.words < 60;
    // "The easiest way to deploy is …, see its documentation" comes with the template of a tool.
    let of_template = prose && links.peek().is_some() && links.all(|link| is_of_tool(&link.target));
    if is_substantial(topic, own, text) && !is_unwritten(own, text) && !of_template {
        found.topics.insert(topic);
        return;
    }
    // A generated README sends its reader to the tool it was made with, which knows nothing of this project.
    let elsewhere =
        |target: &str| is_external(target) && (!is_of_tool(target) || host(target).contains("github"));
    if document.links.iter().any(|link| elsewhere(&link.target) && inside(link.span)) {
        found.pointers.insert(topic);
    }
}

/// A document whose name or title is a topic is about it as a whole.
fn whole(found: &mut Found, kind: Kind, path: &str, document: &Markdown, text: &str) {
    if kind == Kind::Readme || kind == Kind::Agent {
        return;
    }
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or(name);
    let folder = dir.rsplit('/').next().unwrap_or_default();
    let title = document
        .headings
        .first()
        .filter(|heading| heading.level == 1)
        .map_or("", |heading| heading.text.as_str());
    let mut topics: BTreeSet<_> = topics_of(&stem.replace(['-', '_'], " "));
    topics.extend(topics_of(&folder.replace(['-', '_'], " ")));
    topics.extend(topics_of(title));
    let total = document.headings.iter().map(|heading| heading.content).fold(document.preamble, add);
    for topic in topics {
        if is_substantial(topic, total, text) && total.words >= 30 && !is_unwritten(total, text) {
            found.topics.insert(topic);
        }
    }
    if kind == Kind::Runbook && total.words >= 30 {
        found.topics.insert("runbook");
    }
}

/// Hosts of the documentation of the tools that a project is made with, to which generated READMEs link.
const TOOLS: &[&str] = &[
    "nextjs.org",
    "react.dev",
    "reactjs.org",
    "vitejs.dev",
    "vite.dev",
    "vercel.com",
    "supabase.com",
    "firebase",
    "nodejs.org",
    "expressjs.com",
    "docker.com",
    "prisma.io",
    "tailwindcss.com",
    "djangoproject.com",
    "fastapi",
    "python.org",
    "rust-lang.org",
    "docs.rs",
    "pkg.go.dev",
    "github.com",
    "aws.amazon.com",
    "google.com",
    "microsoft.com",
    "vuejs.org",
    "nuxt.com",
    "angular",
    "flutter.dev",
    "expo.dev",
    "laravel.com",
    "nestjs.com",
    "create-react-app.dev",
    "storybook.js.org",
    "kubernetes.io",
    "stripe.com",
    "mongodb.com",
    "netlify.com",
];

/// Links whose text names a topic, to a wiki or another site; also those written in HTML.
fn links(found: &mut Found, document: &Markdown, text: &str) {
    static ANCHOR: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r#"<a\s[^>]*href="(https?://[^"]+)"[^>]*>\s*([^<]{1,60})</a>"#));
    for link in document.links.iter().filter(|link| is_external(&link.target)) {
        follow(found, &link.text, &link.target);
    }
    let anchors = ANCHOR.as_ref().into_iter().flat_map(|anchor| anchor.captures_iter(text));
    for (_, [target, name]) in anchors.map(|found| found.extract()) {
        follow(found, name, target);
    }
    for heading in document.headings.iter().filter(|heading| is_documentation(&heading.text)) {
        let inside = |span: Span| span.start >= heading.section.start && span.end <= heading.section.end;
        let external =
            |link: &&Link| inside(link.span) && is_external(&link.target) && !is_of_tool(&link.target);
        if document.links.iter().any(|link| external(&link)) {
            found.pointers.insert("documentation");
        }
    }
}

fn follow(found: &mut Found, name: &str, target: &str) {
    static WIKI: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(r"(?i)^\W*(the |our |project |internal |team )*(wiki|handbook|confluence|notion)\W*$")
    });
    if is_documentation(name) && !is_of_tool(target) {
        found.pointers.insert("documentation");
    }
    let lower = name.to_ascii_lowercase();
    let may = ["wiki", "handbook", "confluence", "notion"].iter().any(|word| lower.contains(word));
    if may && WIKI.as_ref().is_some_and(|words| words.is_match(name)) {
        found.pointers.insert("wiki");
    }
    let operations =
        ["rollback", "disaster-recovery", "runbook", "on-call", "incident", "monitoring", "alerting"];
    let topics = topics_of(name).into_iter().filter(|topic| operations.contains(topic));
    // A long text that mentions a topic speaks of something else.
    found.pointers.extend(topics.filter(|_| name.split_whitespace().count() <= 5));
}

/// Whether a text names the documentation as a whole, or the part on getting it to run.
fn is_documentation(name: &str) -> bool {
    static DOCUMENTATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let whole = r"^\W*(the |full |official |project |our |read the |online |contributing |contributor |developer |server |setup )*(docs?|documentation|user (guide|manual)|manual)\W*$";
        pattern(&format!(
            "(?i){whole}|(deployment|self-hosting|installation|install) (guide|docs|documentation|instructions)"
        ))
    });
    DOCUMENTATION.as_ref().is_some_and(|words| words.is_match(name))
}

fn is_of_tool(target: &str) -> bool {
    TOOLS.iter().any(|tool| host(target).contains(tool))
}

fn topics_of(heading: &str) -> BTreeSet<&'static str> {
    static OTHERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(transactions?|savepoints?|password|account|error recovery|optimistic|binary operations?|bulk operations?|crud|graphql|query|git)\b",
        )
    });
    // Expressions for letters of either case take several times as long to compile, and are compiled for each audit.
    let heading = &*heading.to_lowercase();
    if OTHERS.as_ref().is_some_and(|others| others.is_match(heading)) {
        return BTreeSet::new();
    }
    TOPIC_PATTERNS.iter().filter(|(_, words)| words.is_match(heading)).map(|(topic, _)| *topic).collect()
}

/// Whether a heading, or one above it, opens a list of promises.
fn is_promise(headings: &[Heading], at: usize) -> bool {
    let mut level = u8::MAX;
    for heading in headings[..=at].iter().rev() {
        if heading.level < level {
            level = heading.level;
            // The title of the document stands above everything and promises nothing.
            if level > 1 && PROMISE.as_ref().is_some_and(|promise| promise.is_match(&heading.text)) {
                return true;
            }
        }
    }
    false
}

/// What stands under a heading, its subsections included.
fn section(headings: &[Heading], heading: &Heading) -> Content {
    let inside = |other: &&Heading| {
        other.span.start >= heading.section.start && other.span.start < heading.section.end
    };
    headings.iter().filter(inside).map(|heading| heading.content).fold(Content::default(), add)
}

fn add(left: Content, right: Content) -> Content {
    Content {
        words: left.words + right.words,
        code_blocks: left.code_blocks + right.code_blocks,
        lists: left.lists + right.lists,
        links: left.links + right.links,
    }
}

/// A procedure, a table, code, or prose that says something. How to install takes a line, how to recover does not.
fn is_substantial(topic: &str, content: Content, text: &str) -> bool {
    let (listed, prose) = match topic {
        "install" | "run" | "build" | "test" => (1, 6),
        "restore" => (12, 25),
        // Two sentences that say what is done; one is a promise.
        _ => (12, 20),
    };
    let structured = content.lists > 0 || text.lines().any(|line| line.trim_start().starts_with('|'));
    content.code_blocks > 0 || structured && content.words >= listed || content.words >= prose
}

/// A section that says it is still to be written.
fn is_unwritten(content: Content, text: &str) -> bool {
    static UNWRITTEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(tbd|tba|todo|coming soon|work in progress|wip|to be (written|done|documented|defined)|not (yet )?(documented|written|implemented|available)|there (is|are) no(ne)?)\b",
        )
    });
    content.words < 60 && UNWRITTEN.as_ref().is_some_and(|words| words.is_match(text))
}

fn is_external(target: &str) -> bool {
    target.starts_with("https://") || target.starts_with("http://")
}

/// Numbers for the time and the data that a recovery may cost: in the same line, or in the rows of a table below.
fn has_objectives(text: &str) -> bool {
    static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(RTO|RPO)s?\b|(?i)\brecovery (time|point) objectives?\b|\bmaximum (tolerable )?(downtime|data loss)\b",
        )
    });
    static AMOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let number = r"\d+|one|two|three|four|five|six|eight|ten|twelve|fifteen|thirty|sixty|twenty[- ]four";
        let unit = r"s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?";
        pattern(&format!(
            r"(?i)\b({number})[\s-]*({unit})\b|\b(zero|no|near[- ]zero) (data )?loss\b|\bzero\b"
        ))
    });
    // Hardly any document names one.
    let Some(named) = NAMED.as_ref().filter(|named| named.is_match(text)) else { return false };
    let Some(amount) = AMOUNT.as_ref() else { return false };
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().enumerate().any(|(at, line)| {
        let Some(found) = named.find(line) else { return false };
        let below = lines[at + 1..].iter().take(8);
        let row = |line: &&&str| line.trim_start().starts_with('|') || line.matches('|').count() >= 2;
        let next = lines[at + 1..].iter().find(|line| !line.trim().is_empty());
        let heading = line.trim_start().starts_with('#');
        amount.is_match(&line[found.start()..])
            || line.contains('|') && below.take_while(row).any(|line| amount.is_match(line))
            || heading && next.is_some_and(|line| amount.is_match(line))
    })
}
