use crate::extract::{facts, given};
use crate::facts::{Doc, License};
use crate::parse::Documents;
use crate::source::{MemoryFile, Tree};

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree::from_memory(
        files.iter().map(|(path, text)| ((*path).to_owned(), MemoryFile::Text((*text).to_owned()))),
    )
}

/// `kind: topics > pointers` of the only document.
fn show(path: &str, text: &str) -> String {
    let tree = tree(&[(path, text)]);
    let (store, _) = facts(&tree, &Documents::parse(&tree), &[]);
    let show = |doc: &Doc| format!("{}: {} > {}", doc.kind, doc.topics.join(" "), doc.pointers.join(" "));
    store.all::<Doc>().map(|(_, doc)| show(doc)).collect::<Vec<_>>().join("; ")
}

const STEPS: &str = "\n1. Stop the traffic at the balancer.\n2. Deploy the release before this one again.\n3. Check the health page.\n";

#[test]
fn a_topic_is_a_heading_with_content() {
    for (path, text, expected) in [
        ("docs/ops.md", format!("# Ops\n## Rollback{STEPS}"), "guide: rollback > "),
        ("docs/ops.md", format!("# Ops\n## Going back to the previous release{STEPS}"), "guide: rollback > "),
        ("docs/ops.md", "# Ops\n## Rollback\nTBD\n".to_owned(), "guide:  > "),
        ("docs/ops.md", "# Ops\nOn an error the transaction does a rollback.\n".to_owned(), "guide:  > "),
        ("docs/sql.md", format!("# SQL\n## Transaction rollback{STEPS}"), "guide:  > "),
        ("CHANGELOG.md", format!("# Changes\n## Rollback{STEPS}"), "changelog:  > "),
        ("docs/AUDIT.md", format!("# Audit\n## Rollback{STEPS}"), "assessment:  > "),
        ("docs/adr/0003.md", format!("# ADR\n## Deployment{STEPS}"), "decision:  > "),
        ("docs/x.md", format!("# Shop\n## Features\n### Rollback{STEPS}"), "guide:  > "),
        ("docs/errors.md", format!("# Errors\n## Error recovery{STEPS}"), "guide:  > "),
        ("docs/dr.md", format!("# Shop\n## Disaster recovery{STEPS}"), "guide: disaster-recovery > "),
        ("docs/rollback.md", format!("# Shop\n{STEPS}{STEPS}"), "guide: rollback > "),
        ("docs/runbooks/db.md", format!("# The database is down\n{STEPS}{STEPS}"), "runbook: runbook > "),
        (
            "docs/ops.md",
            "# Ops\n## Runbook\nSee [this page](https://wiki.acme.io/shop).\n".to_owned(),
            "guide:  > runbook",
        ),
        ("docs/ops.md", "# Ops\n\n[Runbook](https://wiki.acme.io/shop)\n".to_owned(), "guide:  > runbook"),
        (
            "docs/skills/deployment/SKILL.md",
            format!("# Deployment\n## Rollback{STEPS}"),
            "agent: deploy rollback > ",
        ),
        (".claude/skills/deployment/SKILL.md", format!("# Deployment\n## Rollback{STEPS}"), ""),
        ("skills/deployment/SKILL.md", format!("# Deployment\n## Rollback{STEPS}"), ""),
        ("docs/배포.md", format!("# 상점\n## 배포{STEPS}"), "guide: deploy > "),
    ] {
        assert_eq!(show(path, &text), expected, "{path}: {text}");
    }
}

#[test]
fn a_readme_also_explains_by_commands() {
    for (path, text, expected) in [
        ("README.md", "# Shop\n", "readme:  > "),
        ("README.md", "", "readme:  > "),
        ("README.md", "# Shop\n```sh\nnpm ci\nnpm run dev\nnpm test\n```\n", "readme: install run test > "),
        ("README.md", "# Shop\n## Install\nType `pip install shop` into a terminal.\n", "readme: install > "),
        (
            "README.rst",
            "Shop\n====\n\nInstalling\n----------\n\n.. code::\n\n   pip install shop\n",
            "readme: install > ",
        ),
        ("README.md", "# Shop\n[Documentation](https://docs.acme.io)\n", "readme:  > documentation"),
    ] {
        assert_eq!(show(path, text), expected, "{text}");
    }
}

#[test]
fn a_readme_sends_to_documentation_of_its_own() {
    for (target, expected) in [
        ("https://shop.io/docs/", "documentation"),
        ("https://docs.shop.io/install", "documentation"),
        ("https://shop-app.readthedocs.io", ""),
        ("https://docs.shop-app.dev", "documentation"),
        ("https://github.com/acme/shop-app/wiki/How-to-Install", "wiki"),
        ("https://gitlab.com/acme/shop-app/-/wikis/home", "wiki"),
        ("https://github.com/redis/redis/wiki", ""),
        ("https://github.com/acme/shop-app", ""),
        ("https://docs.nginx.com/proxy", ""),
        ("https://nextjs.org/docs", ""),
        ("https://shop.io/pricing", ""),
    ] {
        let manifest = r#"{ "name": "@acme/shop-app", "homepage": "https://www.shop.io" }"#;
        let text = format!("# Shop\n\nHow to begin is told [here]({target}), and <{target}>.\n");
        let files = [("package.json", manifest), ("README.md", text.as_str())];
        assert_eq!(given::show("doc", &["pointers"], &files), [expected], "{target}");
    }
}

#[test]
fn objectives_need_numbers() {
    for (text, expected) in [
        ("RTO: 4 hours, RPO: 15 minutes", true),
        ("The recovery time objective is four hours.", true),
        ("| Service | RTO | RPO |\n|---|---|---|\n| api | 1h | 5 min |\n", true),
        ("## RPO\n\nZero\n", true),
        ("We have an RTO and an RPO.", false),
        ("| Service | RTO |\n|---|---|\n| api | to be agreed |\n", false),
        ("Sessions last 4 hours.", false),
    ] {
        assert_eq!(show("docs/x.md", text).contains("rto-rpo"), expected, "{text}");
    }
}

#[test]
fn monitoring_may_be_code() {
    for (path, text, expected) in [
        ("ops/alerts.yml", "groups:\n  - rules:\n      - alert: Down\n", "code: alerting > "),
        ("prometheus.yml", "scrape_configs: []\n", "code: monitoring > "),
        ("ops/grafana/shop.json", "{\"panels\": []}", "code: monitoring > "),
        ("config.yml", "a: 1\n", ""),
    ] {
        assert_eq!(show(path, text), expected, "{path}");
    }
}

#[test]
fn licenses() {
    for (files, expected) in [
        (&[("LICENSE", "MIT")][..], &["file"][..]),
        (&[("LICENSES/MIT.txt", "MIT")], &["file"]),
        (&[("package.json", "{\"license\": \"MIT\", \"private\": true}")], &["manifest"]),
        (&[("package.json", "{\"private\": true}")], &["private"]),
        (&[("package.json", "{\"license\": \"UNLICENSED\"}")], &["private"]),
        (
            &[("api/package.json", "{\"private\": true}"), ("web/package.json", "{\"private\": true}")],
            &["private"],
        ),
        (&[("api/package.json", "{}"), ("web/package.json", "{\"private\": true}")], &[]),
        (&[("Cargo.toml", "[package]\nlicense = \"MIT\"\n")], &["manifest"]),
        (&[("src/license.js", "")], &[]),
    ] {
        let tree = tree(files);
        let (store, _) = facts(&tree, &Documents::parse(&tree), &[]);
        let found: Vec<_> = store.all::<License>().map(|(_, license)| license.from.clone()).collect();
        assert_eq!(found, expected, "{files:?}");
    }
}
