use crate::extract::given::show;

fn headers(files: &[(&str, &str)]) -> Vec<String> {
    let mut all =
        vec![("package.json", r#"{ "dependencies": { "next": "15", "express": "5", "helmet": "8" } }"#)];
    all.extend(files);
    show("http.headers", &["from", "hardening", "everywhere", "csp", "hsts", "computed"], &all)
}

#[test]
fn headers_of_next_are_read_in_every_syntax() {
    let all = "{ source: '/(.*)', headers: [{ key: 'X-Frame-Options', value: 'DENY' }, { key: 'Referrer-Policy', value: 'no-referrer' }] }";
    let wanted = "next.config | 2 | true |  |  | false";
    let table = [
        format!("module.exports = {{ async headers() {{ return [{all}]; }} }};"),
        format!("const nextConfig = {{ headers: async () => [{all}] }};\nexport default withSentryConfig(withX({{}})(nextConfig), {{ org: 'a' }});"),
        format!("const base = {{ headers: function () {{ const list = [{all}]; return list; }} }};\nexport default () => ({{ ...base, reactStrictMode: true }});"),
        "const security = [{ key: 'X-Frame-Options', value: 'DENY' }];\nconst more = [...security, { key: 'Referrer-Policy', value: 'x' }];\nexport default { headers: () => [{ source: '/:path*', headers: more }] };".to_owned(),
    ];
    for text in table {
        assert_eq!(headers(&[("next.config.mjs", &text)]), [wanted], "{text}");
    }
    let part = "export default { headers: () => [{ source: '/api/:path*', headers: [{ key: 'X-Frame-Options', value: 'DENY' }] }] };";
    assert_eq!(headers(&[("next.config.js", part)]), ["next.config | 1 | false |  |  | false"]);
    let made = "import { make } from 'next-secure-headers';\nexport default { headers: () => [{ source: '/:path*', headers: make() }] };";
    assert_eq!(headers(&[("next.config.js", made)]), ["next.config | 0 | true |  |  | true"]);
}

#[test]
fn policies_and_ages_are_read_through_what_is_done_to_them() {
    let text = "const csp = `default-src 'self';\n script-src 'self' 'unsafe-inline'`;\nexport default { headers: () => [{ source: '/:path*', headers: [{ key: 'Content-Security-Policy', value: csp.replace(/\\n/g, '') }, { key: 'Strict-Transport-Security', value: 'max-age=300' }] }] };";
    assert_eq!(headers(&[("next.config.ts", text)]), ["next.config | 2 | true | unsafe | 300 | false"]);
}

#[test]
fn platforms_and_proxies_set_headers() {
    let vercel = r#"{ "headers": [{ "source": "/(.*)", "headers": [{ "key": "X-Content-Type-Options", "value": "nosniff" }] }] }"#;
    let netlify = "[[headers]]\nfor = \"/*\"\n[headers.values]\nX-Frame-Options = \"DENY\"\n";
    let plain = "# all\n/*\n  X-Frame-Options: DENY\n  Strict-Transport-Security: max-age=31536000\n/a\n  Cache-Control: x\n";
    let nginx = "server {\n  add_header X-Frame-Options \"DENY\" always;\n  add_header Content-Security-Policy \"default-src 'self'\";\n}\n";
    let found = headers(&[
        ("vercel.json", vercel),
        ("netlify.toml", netlify),
        ("public/_headers", plain),
        ("nginx.conf", nginx),
    ]);
    assert_eq!(
        found,
        [
            "netlify.toml | 1 | true |  |  | false",
            "nginx | 1 | true | strict |  | false",
            "_headers | 2 | true |  | 31536000 | false",
            "vercel.json | 1 | true |  |  | false",
        ]
    );
}

#[test]
fn code_sets_headers_by_name_and_by_package() {
    let table = [
        (
            "import helmet from 'helmet';\nimport express from 'express';\nexpress().use(helmet());",
            Some("helmet | 4 | true | strict | 31536000 | false"),
        ),
        (
            "import helmet from 'helmet';\nimport express from 'express';\nexpress().use(helmet({ contentSecurityPolicy: false, hsts: false }));",
            Some("helmet | 3 | true |  |  | false"),
        ),
        ("import helmet from 'helmet';\nconsole.log('x');", None),
        (
            "res.setHeader('X-Frame-Options', 'DENY'); res.setHeader('X-Powered-By', 'a');",
            Some("code | 1 | true |  |  | false"),
        ),
        (
            "const all = { 'Referrer-Policy': 'x', 'Permissions-Policy': 'y' };",
            Some("code | 2 | true |  |  | false"),
        ),
        ("const csp = req.headers.get('Content-Security-Policy');", None),
    ];
    for (text, wanted) in table {
        assert_eq!(headers(&[("index.js", text)]), wanted.into_iter().collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn what_a_middleware_leaves_out_is_told() {
    let table = [
        ("export const config = { matcher: '/dashboard/:path*' };", "its matcher leaves them out"),
        ("", ""),
    ];
    for (config, wanted) in table {
        let text = format!(
            "export function middleware(req) {{ if (!req.cookies.get('session')) return NextResponse.redirect('/login'); }}\n{config}"
        );
        let files =
            [("package.json", r#"{ "dependencies": { "next": "15" } }"#), ("middleware.ts", text.as_str())];
        assert_eq!(
            show("http.middleware", &["name", "skips_api"], &files),
            [format!("middleware | {wanted}")]
        );
    }
}

#[test]
fn platforms_call_routes_at_set_times() {
    let files = [("vercel.json", r#"{ "crons": [{ "path": "/api/cron?x=1", "schedule": "0 5 * * *" }] }"#)];
    assert_eq!(show("http.cron", &["route", "schedule"], &files), ["/api/cron | 0 5 * * *"]);
}

#[test]
fn parts_of_helmet_set_their_own_header_only() {
    for (call, expected) in [
        ("app.use(helmet())", "koa-helmet | 4 | true | strict | 31536000 | false"),
        (
            "app.use(helmet.contentSecurityPolicy({ directives: { defaultSrc: [\"'self'\"] } }))",
            "koa-helmet | 1 | true | strict |  | false",
        ),
        ("app.use(helmet.noSniff()); app.use(helmet.hsts())", "koa-helmet | 2 | true |  | 31536000 | false"),
    ] {
        let text = format!("import helmet from 'koa-helmet'; {call};");
        assert_eq!(headers(&[("src/app.js", &text)]), [expected], "{call}");
    }
    assert!(headers(&[("src/app.js", "import h from 'koa-helmet'; app.use(h.hidePoweredBy());")]).is_empty());
}

#[test]
fn a_policy_that_code_puts_together_may_name_scripts() {
    let nonced =
        "const policy = (nonce) => [`base-uri 'self'`, `script-src 'self' 'nonce-${nonce}'`].join('; ');";
    for (text, expected) in [
        (
            format!("{nonced} app.use((c) => c.res.headers.set('Content-Security-Policy', policy(made())))"),
            "true",
        ),
        (
            "res.setHeader('Content-Security-Policy', `script-src 'nonce-${nonce}' 'strict-dynamic'`)"
                .to_owned(),
            "true",
        ),
        ("res.setHeader('Content-Security-Policy', `script-src 'self' ${host}`)".to_owned(), "false"),
        ("res.setHeader('Content-Security-Policy', policy())".to_owned(), "false"),
        (
            format!("{nonced} res.setHeader('Content-Security-Policy', on ? policy(a) : \"script-src *\")"),
            "false",
        ),
        (
            "import helmet from 'helmet'; app.use(helmet({ contentSecurityPolicy: { directives: {
               scriptSrc: [\"'self'\", (req, res) => `'nonce-${res.locals.nonce}'`] } } }))"
                .to_owned(),
            "true",
        ),
        ("import helmet from 'helmet'; app.use(helmet())".to_owned(), "false"),
    ] {
        let manifest = r#"{ "dependencies": { "express": "5", "helmet": "8" } }"#;
        let files = [("package.json", manifest), ("server.js", text.as_str())];
        assert_eq!(show("http.headers", &["nonce"], &files), [expected], "{text}");
    }
}
