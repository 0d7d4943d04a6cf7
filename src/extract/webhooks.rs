//! Messages that a server sends to addresses of its users.

use super::Context;
use super::requests::sender;
use super::view::{View, each};
use crate::facts::{Entry, WebhookSent};
use crate::parse::Document;
use crate::parse::javascript::{Kind, NodeId};
use crate::source::{FileKind, SourceFile};

/// Services that take messages at an address which whoever runs the program gives.
const SERVICES: &[&str] = &[
    "slack",
    "discord",
    "teams",
    "telegram",
    "zapier",
    "n8n",
    "google",
    "feishu",
    "dingtalk",
    "mattermost",
    "pagerduty",
    "opsgenie",
    "make",
    "lark",
    "alert",
    "deploy",
    "vercel",
];

/// One fact for each place that sends one.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let sent = each(context, |view, found| {
        if view.is_server() {
            let calls = view.calls().filter_map(|call| Some((view.place(call), by(view, call)?)));
            found.extend(calls);
        }
    });
    if sent.is_empty() {
        return Vec::new();
    }
    let documented = documented(context);
    let fact = |(place, by)| Entry::new(place, WebhookSent { by, documented: documented.clone() });
    sent.into_iter().map(fact).collect()
}

/// What sends a message here to an address that is kept as that of a webhook.
fn by(view: &View<'_>, call: NodeId) -> Option<String> {
    let module = view.module;
    if module.kind(call) != Kind::Call {
        return None;
    }
    let callee = module.callee(call)?;
    if module.called(call) == Some("create")
        && view
            .external(callee)
            .is_some_and(|(package, path)| package == "svix" && path.ends_with("message.create"))
    {
        return Some("svix".to_owned());
    }
    let address = module.argument(call, 0)?;
    let path = matches!(module.kind(address), Kind::Member(_)).then(|| module.dotted(address))??;
    let lower = path.to_ascii_lowercase();
    let service = |text: &str| SERVICES.iter().any(|service| text.contains(service));
    let kept = lower.contains("webhook")
        && path.contains('.')
        && !lower.contains("env")
        && !lower.contains("config");
    if !kept || service(&lower) || service(&view.path().to_ascii_lowercase()) {
        return None;
    }
    sender(view, callee).map(|(library, _)| library)
}

/// The document that speaks of webhooks, in its name, a heading or as an interface.
fn documented(context: &Context<'_>) -> Option<String> {
    let speaks = |text: &str| text.to_ascii_lowercase().contains("webhook");
    let mut files = context.tree.entries().filter(|(_, file)| !file.vendored);
    files
        .find(|(id, file)| match context.documents.get(*id) {
            Some(Document::Markdown(document)) => {
                speaks(file.name()) || document.headings.iter().any(|heading| speaks(&heading.text))
            }
            Some(Document::Yaml(documents)) => {
                documents.iter().any(|node| node.get("openapi").is_some() && node.get("webhooks").is_some())
            }
            Some(Document::Json(node)) => node.get("openapi").is_some() && node.get("webhooks").is_some(),
            _ => is_document(file) && speaks(file.name()),
        })
        .map(|(_, file)| file.path.clone())
}

fn is_document(file: &SourceFile) -> bool {
    matches!(file.kind, FileKind::Markdown | FileKind::Text) || file.extension() == "mdx"
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn messages_to_users() {
        let manifest = (
            "package.json",
            r#"{"dependencies": {"express": "4", "axios": "1", "svix": "1"}, "scripts": {"start": "node a.js"}}"#,
        );
        for (text, more, expected) in [
            ("fetch(webhook.url, { method: 'POST' })", ("x", ""), vec!["fetch | "]),
            ("const axios = require('axios'); axios.post(user.webhookUrl, {})", ("x", ""), vec!["axios | "]),
            ("fetch(webhook.url)", ("docs/webhooks.md", "# How"), vec!["fetch | docs/webhooks.md"]),
            ("fetch(webhook.url)", ("README.md", "# A\n## Webhooks\nx\n"), vec!["fetch | README.md"]),
            ("fetch(process.env.SLACK_WEBHOOK_URL)", ("x", ""), vec![]),
            ("fetch(config.webhookUrl)", ("x", ""), vec![]),
            ("fetch(slack.webhookUrl)", ("x", ""), vec![]),
            ("fetch(user.url)", ("x", ""), vec![]),
        ] {
            let text = format!("require('express')().listen(3000);\n{text}");
            let files = [manifest, ("a.js", text.as_str()), more];
            assert_eq!(show("webhook.sent", &["by", "documented"], &files), expected, "{text}");
        }
    }
}
