use super::*;
use crate::extract::given;
use crate::extract::http::files::show;

const BOTH: &str = "export async function loader() {}\nexport const action = async () => {};";

fn routes(package: &str, files: &[(&str, &str)]) -> Vec<String> {
    let mut all = vec![("package.json", package)];
    all.extend(files);
    given::with(&all, |context| show(context, &find(context)))
}

#[test]
fn flat_names_spell_paths() {
    let loader = "export const loader = async () => {};";
    let table = [
        ("_index.tsx", Some("/")),
        ("about.tsx", Some("/about")),
        ("posts.$id.tsx", Some("/posts/:id")),
        ("_auth.login.tsx", Some("/login")),
        ("posts_.$id.edit.tsx", Some("/posts/:id/edit")),
        ("($lang).docs.$.tsx", Some("/:lang?/docs/:path*")),
        ("sitemap[.]xml.ts", Some("/sitemap.xml")),
        ("api.users/route.ts", Some("/api/users")),
        ("api.users/queries.ts", None),
    ];
    for (name, path) in table {
        let file = format!("app/routes/{name}");
        let found = routes(r#"{ "dependencies": { "@remix-run/node": "^2.8" } }"#, &[(&file, loader)]);
        let wanted: Vec<String> = path.iter().map(|path| format!("GET {path} loader")).collect();
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn other_conventions_are_told_by_what_is_declared() {
    let folders = r#"{ "dependencies": { "@remix-run/node": "^1.19.0", "@remix-run/react": "^1.19.0" } }"#;
    let found =
        routes(folders, &[("app/routes/__app/posts/$id.tsx", BOTH), ("app/routes/posts/index.tsx", BOTH)]);
    assert_eq!(
        found,
        ["GET /posts/:id loader", "POST /posts/:id action", "GET /posts loader", "POST /posts action"]
    );
    let hybrid = r#"{ "dependencies": { "@react-router/node": "7", "remix-flat-routes": "1" } }"#;
    let found = routes(
        hybrid,
        &[
            ("app/routes/_auth+/login.tsx", BOTH),
            ("app/routes/users+/$id.ts", BOTH),
            ("app/routes/users+/lib/x.ts", BOTH),
        ],
    );
    assert_eq!(found.len(), 4);
    assert_eq!(found[2], "GET /users/:id loader");
}

#[test]
fn the_table_of_routes_is_read() {
    let found = routes(
        r#"{ "devDependencies": { "@react-router/dev": "7" } }"#,
        &[
            (
                "app/routes.ts",
                "import { index, layout, prefix, route } from '@react-router/dev/routes';\nexport default [\n  index('./home.tsx'),\n  layout('./auth.tsx', [route('login', './login.tsx')]),\n  ...prefix('api', [route('users/:id', 'users.ts'), route('*', './rest.ts')]),\n] satisfies RouteConfig;",
            ),
            ("app/home.tsx", "export async function loader() {}"),
            ("app/login.tsx", "export const action = async () => {};"),
            ("app/auth.tsx", "export const middleware = [check];"),
            ("app/users.ts", BOTH),
            ("app/rest.ts", "export const loader = () => {};"),
            ("app/routes/unused.tsx", BOTH),
        ],
    );
    assert_eq!(
        found,
        [
            "GET / loader",
            "POST /login action [check]",
            "GET /api/users/:id loader",
            "POST /api/users/:id action",
            "GET /api/:path* loader",
        ]
    );
}

#[test]
fn the_middleware_of_the_root_stands_before_all() {
    let found = routes(
        r#"{ "dependencies": { "@react-router/node": "7" } }"#,
        &[
            ("app/root.tsx", "export const middleware = [session, makeAuth()];"),
            ("app/routes/a.ts", "export const middleware = [limit];\nexport const loader = () => {};"),
        ],
    );
    assert_eq!(found, ["GET /a loader [session makeAuth limit]"]);
}
