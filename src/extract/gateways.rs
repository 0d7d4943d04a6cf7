//! What stands in front of the applications, as far as files of the repository set it up.

use rayon::prelude::*;

use super::Context;
use super::hosting::PLATFORMS;
use crate::facts::{Entry, Gateway};
use crate::source::{FileKind, Place, SourceFile};

/// What a word in a configuration says that the gateway does.
type Sign = (&'static str, &'static str);

/// A kind of configuration: its name, a word that makes a file one, and what other words in it say.
struct Syntax {
    name: &'static str,
    mark: &'static str,
    signs: &'static [Sign],
}

/// Configurations that are told by what stands in them.
const YAML: &[Syntax] = &[
    Syntax {
        name: "Kong",
        mark: "_format_version",
        signs: &[
            ("services:", "proxy"),
            ("rate-limiting", "rate-limit"),
            ("key-auth", "auth"),
            ("jwt", "auth"),
            ("oauth2", "auth"),
            ("openid-connect", "auth"),
            ("basic-auth", "auth"),
            ("request-size-limiting", "body-limit"),
        ],
    },
    Syntax {
        name: "Traefik",
        mark: "traefik.http.",
        signs: &[
            ("traefik.http.routers", "proxy"),
            ("ratelimit", "rate-limit"),
            ("basicauth", "auth"),
            ("forwardauth", "auth"),
            ("buffering.maxrequestbodybytes", "body-limit"),
        ],
    },
    Syntax {
        name: "Envoy",
        mark: "envoy.filters.http",
        signs: &[
            ("route_config", "proxy"),
            ("ratelimit", "rate-limit"),
            ("jwt_authn", "auth"),
            ("ext_authz", "auth"),
            ("envoy.filters.http.buffer", "body-limit"),
        ],
    },
    Syntax {
        name: "Istio",
        mark: "istio.io/",
        signs: &[
            ("kind: virtualservice", "proxy"),
            ("kind: gateway", "proxy"),
            ("kind: authorizationpolicy", "auth"),
            ("kind: requestauthentication", "auth"),
            ("ratelimit", "rate-limit"),
        ],
    },
    Syntax {
        name: "Kubernetes ingress",
        mark: "kind: ingress",
        signs: &[
            ("kind: ingress", "proxy"),
            ("limit-rps", "rate-limit"),
            ("limit-rpm", "rate-limit"),
            ("rate-limit", "rate-limit"),
            ("ratelimit", "rate-limit"),
            ("auth-url", "auth"),
            ("auth-type", "auth"),
            ("auth-signin", "auth"),
            ("proxy-body-size", "body-limit"),
        ],
    },
    Syntax {
        name: "Cloud Run",
        mark: "--no-allow-unauthenticated",
        signs: &[("gcloud", "auth"), ("cloudrun", "auth")],
    },
    Syntax {
        name: "Serverless",
        mark: "functions:",
        signs: &[
            ("httpapi", "proxy"),
            ("http:", "proxy"),
            ("authorizer", "auth"),
            ("usageplan", "rate-limit"),
        ],
    },
];

const NGINX: &[Sign] = &[
    ("proxy_pass", "proxy"),
    ("limit_req ", "rate-limit"),
    ("limit_conn ", "rate-limit"),
    ("auth_request ", "auth"),
    ("auth_basic ", "auth"),
    ("auth_jwt ", "auth"),
    ("client_max_body_size", "body-limit"),
];

const CADDY: &[Sign] = &[
    ("reverse_proxy", "proxy"),
    ("rate_limit", "rate-limit"),
    ("basicauth", "auth"),
    ("basic_auth", "auth"),
    ("forward_auth", "auth"),
    ("max_size", "body-limit"),
];

const HAPROXY: &[Sign] =
    &[("backend", "proxy"), ("stick-table", "rate-limit"), ("http-request auth", "auth")];

const TERRAFORM: &[Sign] = &[
    ("\"aws_lb\"", "proxy"),
    ("\"aws_alb\"", "proxy"),
    ("\"aws_api_gateway", "proxy"),
    ("\"aws_apigatewayv2", "proxy"),
    ("\"aws_cloudfront_distribution\"", "proxy"),
    ("\"google_compute_url_map\"", "proxy"),
    ("\"azurerm_application_gateway\"", "proxy"),
    ("\"cloudflare_", "proxy"),
    ("\"aws_wafv2_", "rate-limit"),
    ("_usage_plan\"", "rate-limit"),
    ("\"google_compute_security_policy\"", "rate-limit"),
    ("\"cloudflare_rate_limit\"", "rate-limit"),
    ("\"cloudflare_ruleset\"", "rate-limit"),
    ("_authorizer\"", "auth"),
    ("\"google_iap_", "auth"),
    ("\"cloudflare_access_", "auth"),
    ("\"cloudflare_zero_trust_access", "auth"),
];

/// One fact for each file that sets up something in front.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let files: Vec<_> =
        context.tree.entries().filter(|(_, file)| !file.is_aside() && file.link.is_none()).collect();
    let found = files.par_iter().filter_map(|(id, file)| {
        let (kind, does) = gateway(file, context.tree.text(*id))?;
        let does = does.into_iter().map(str::to_owned).collect();
        Some(Entry::new(Place::file(*id), Gateway { kind: kind.to_owned(), does }))
    });
    found.collect()
}

/// What a file sets up, and what that does.
fn gateway(file: &SourceFile, text: &str) -> Option<(&'static str, Vec<&'static str>)> {
    let name = file.name().to_ascii_lowercase();
    // Whether it is App Engine's or another's, an `app.yaml` deploys to a platform that stands in front.
    let mut platforms = PLATFORMS.iter().chain(&[("app.yaml", "App Engine")]);
    if let Some((_, platform)) = platforms.find(|(known, _)| *known == name) {
        return Some((platform, vec!["proxy"]));
    }
    let told = |kind, signs| {
        Some((kind, signs_in(&text.to_ascii_lowercase(), signs))).filter(|(_, does)| !does.is_empty())
    };
    if name.starts_with("caddyfile") {
        return told("Caddy", CADDY);
    }
    if name.starts_with("haproxy") {
        return told("HAProxy", HAPROXY);
    }
    if name.contains("nginx") && file.kind != FileKind::Dockerfile && file.kind != FileKind::Markdown
        || name.contains(".conf") && text.contains("proxy_pass")
    {
        return told("nginx", NGINX);
    }
    match file.kind {
        FileKind::Hcl => told("Terraform", TERRAFORM),
        FileKind::Yaml => yaml(&name, text),
        _ => None,
    }
}

fn yaml(name: &str, text: &str) -> Option<(&'static str, Vec<&'static str>)> {
    let text = text.to_ascii_lowercase();
    let syntax = YAML.iter().filter(|syntax| syntax.name != "Serverless" || name.starts_with("serverless."));
    let found = syntax
        .filter(|syntax| text.contains(syntax.mark))
        .map(|syntax| (syntax.name, signs_in(&text, syntax.signs)));
    found.into_iter().find(|(_, does)| !does.is_empty())
}

fn signs_in(text: &str, signs: &[Sign]) -> Vec<&'static str> {
    let mut does: Vec<&'static str> = Vec::new();
    for (word, what) in signs {
        if !does.contains(what)
            && text.lines().any(|line| !line.trim_start().starts_with('#') && line.contains(word))
        {
            does.push(what);
        }
    }
    does
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn what_stands_in_front() {
        for (path, text, expected) in [
            (
                "nginx.conf",
                "server { location / { proxy_pass http://app; limit_req zone=a; } }",
                "nginx | proxy, rate-limit",
            ),
            ("deploy/site.conf", "location / { proxy_pass http://app; }\n# auth_basic x;", "nginx | proxy"),
            ("nginx.conf", "server { root /srv; }", ""),
            (
                "Caddyfile",
                "example.com {\n reverse_proxy app:3000\n basic_auth { a b }\n}",
                "Caddy | proxy, auth",
            ),
            (
                "kong.yml",
                "_format_version: \"3.0\"\nservices: []\nplugins: [{ name: key-auth }]",
                "Kong | proxy, auth",
            ),
            (
                "k8s/web.yaml",
                "kind: Ingress\nmetadata: { annotations: { nginx.ingress.kubernetes.io/limit-rps: \"5\" } }",
                "Kubernetes ingress | proxy, rate-limit",
            ),
            (
                "compose.yml",
                "services: { a: { labels: [\"traefik.http.routers.a.rule=Host(`a`)\"] } }",
                "Traefik | proxy",
            ),
            ("main.tf", "resource \"aws_wafv2_web_acl\" \"a\" {}", "Terraform | rate-limit"),
            ("fly.toml", "app = \"a\"", "Fly.io | proxy"),
            ("serverless.yml", "functions:\n  a:\n    events: [{ httpApi: \"*\" }]\n", "Serverless | proxy"),
            (
                ".github/workflows/a.yml",
                "run: gcloud run deploy --no-allow-unauthenticated",
                "Cloud Run | auth",
            ),
            ("other.yml", "functions: [http]", ""),
        ] {
            assert_eq!(show("gateway", &["kind", "does"], &[(path, text)]).join("; "), expected, "{path}");
        }
    }
}
