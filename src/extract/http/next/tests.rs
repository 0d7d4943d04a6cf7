use super::*;
use crate::extract::given;
use crate::extract::http::files::show;

fn routes(files: &[(&str, &str)]) -> Vec<String> {
    let mut all = vec![("package.json", r#"{ "dependencies": { "next": "15" } }"#)];
    all.extend(files);
    given::with(&all, |context| show(context, &find(context)))
}

#[test]
fn functions_named_after_methods_are_routes_of_the_app_router() {
    let found = routes(&[
        ("app/api/users/route.ts", "export async function GET() {}\nexport const POST = async () => {};"),
        ("app/(admin)/api/teams/[id]/route.js", "function remove() {}\nexport { remove as DELETE };"),
        ("app/_lib/route.ts", "export function GET() {}"),
        ("app/api/users/page.tsx", "export function GET() {}"),
        ("app/route.ts", "export function HEAD() {}"),
        ("pages/route.ts", "export function GET() {}"),
    ]);
    assert_eq!(
        found,
        ["DELETE /api/teams/:id remove", "GET /api/users GET", "POST /api/users POST", "HEAD / HEAD"]
    );
}

#[test]
fn folders_below_src_are_read_where_the_root_has_no_pages() {
    let route = ("src/app/api/login/route.ts", "export async function POST() {}");
    for (beside, expected) in [
        ("src/app/page.tsx", &["POST /api/login POST"][..]),
        ("app/models.ts", &["POST /api/login POST"]),
        ("app/page.tsx", &[]),
        ("pages/_app.tsx", &[]),
    ] {
        assert_eq!(routes(&[route, (beside, "export default function Page() {}")]), expected, "{beside}");
    }
}

#[test]
fn wrappers_are_guards() {
    let found = routes(&[
        (
            "app/api/a/route.ts",
            "import { withAuth, withRole } from 'x';\nexport const GET = withAuth(withRole('admin')(async function list() {}));",
        ),
        (
            "app/api/b/route.ts",
            "import { handlers } from 'x';\nexport const { GET, POST } = createRouteHandler({ router });",
        ),
        (
            "app/api/c/route.ts",
            "import { action } from 'x';\nconst inner = async () => {};\nexport const POST = action.use(auth).handler(inner);",
        ),
    ]);
    assert_eq!(
        found,
        [
            "GET /api/a list [withAuth withRole]",
            "GET /api/b createRouteHandler()",
            "POST /api/b createRouteHandler()",
            "POST /api/c inner [action]",
        ]
    );
}

#[test]
fn the_default_export_below_pages_api_answers_the_methods_it_asks_for() {
    let found = routes(&[
        ("pages/api/index.ts", "export default function home(req, res) {}"),
        (
            "pages/api/users/index.ts",
            "export default async function users(req, res) { if (req.method !== 'POST') return res.status(405).end(); }",
        ),
        (
            "pages/api/users/[id].ts",
            "const one = (req, res) => { const { method } = req; switch (method) { case 'GET': break; case 'DELETE': break; default: } };\nexport default withAuth(one);",
        ),
        (
            "pages/api/teams.js",
            "module.exports = (req, res) => { if (req.method === 'OPTIONS') return; if (!['PUT', 'PATCH'].includes(req.method)) return; };",
        ),
        (
            "pages/api/table.ts",
            "export default api({ GET: async function read() {}, post: withAuth(create) });\nfunction create() {}",
        ),
        ("pages/api/types.ts", "export const a = 1;"),
        ("pages/about.tsx", "export default function About() {}"),
    ]);
    assert_eq!(
        found,
        [
            "ALL /api home",
            "GET /api/table read",
            "POST /api/table create [withAuth]",
            "PUT /api/teams default",
            "PATCH /api/teams default",
            "GET /api/users/:id one [withAuth]",
            "DELETE /api/users/:id one [withAuth]",
            "POST /api/users users",
        ]
    );
}

#[test]
fn a_middleware_stands_before_what_its_matcher_says() {
    let api = ("app/api/users/route.ts", "export function GET() {}");
    let table = [
        ("export function middleware() {}", "GET /api/users GET [middleware]"),
        ("export default function () {}", "GET /api/users GET [middleware]"),
        (
            "export function middleware() {}\nexport const config = { matcher: '/dashboard/:path*' };",
            "GET /api/users GET",
        ),
        (
            "export function middleware() {}\nexport const config = { matcher: ['/((?!api|_next/static).*)'] };",
            "GET /api/users GET",
        ),
        (
            "export function middleware() {}\nexport const config = { matcher: [{ source: '/api/:path*' }] };",
            "GET /api/users GET [middleware]",
        ),
        (
            "export default clerkMiddleware();\nexport const config = { matcher: ['/((?!_next).*)', '/(api|trpc)(.*)'] };",
            "GET /api/users GET [clerkMiddleware]",
        ),
        (
            "export { default } from 'next-auth/middleware';\nexport const config = { matcher: paths() };",
            "GET /api/users GET ? it cannot be read which paths `middleware` is called for",
        ),
    ];
    for (middleware, route) in table {
        assert_eq!(routes(&[api, ("middleware.ts", middleware)]), [route], "{middleware}");
        assert_eq!(routes(&[api, ("lib/middleware.ts", middleware)]), ["GET /api/users GET"]);
    }
}

#[test]
fn the_base_path_is_part_of_the_path_but_not_of_the_matcher() {
    let found = routes(&[
        ("next.config.mjs", "const config = { basePath: '/app' };\nexport default withX(() => config);"),
        ("app/api/a/route.ts", "export function GET() {}"),
        (
            "src/middleware.ts",
            "export function middleware() {}\nexport const config = { matcher: '/api/a' };",
        ),
    ]);
    assert_eq!(found, ["GET /app/api/a GET [middleware]"]);
}

#[test]
fn exported_functions_of_a_server_file_are_actions() {
    let found = routes(&[
        (
            "app/actions.ts",
            "'use server';\nexport async function save() {}\nexport const drop = withAuth(async () => {});\nasync function inner() {}\nexport const limit = 3;",
        ),
        ("app/client.ts", "'use client';\nexport async function save() {}"),
    ]);
    assert_eq!(found, ["ACTION - save", "ACTION - default [withAuth]"]);
}

#[test]
fn passwords_of_auth_js_come_in_by_a_door_of_their_own() {
    let handed = (
        "app/api/auth/[...nextauth]/route.ts",
        "import { handlers } from '../../../../auth'; export const { GET, POST } = handlers;",
    );
    for (check, expected) in [
        (
            "const row = await prisma.user.findFirst({ where: { email } }); return bcrypt.compare(password, row.hash);",
            1,
        ),
        ("return fetch('https://api.example.com/login', { method: 'POST', body: password });", 0),
    ] {
        let text = format!(
            "import NextAuth from 'next-auth'; import Credentials from 'next-auth/providers/credentials';
            import bcrypt from 'bcryptjs'; import {{ PrismaClient }} from '@prisma/client';
            const prisma = new PrismaClient();
            export const {{ handlers }} = NextAuth({{ providers: [Credentials({{
                async authorize({{ email, password }}) {{ {check} }} }})] }});"
        );
        let found = routes(&[handed, ("auth.ts", &text)]);
        let door: Vec<_> = found.iter().filter(|route| route.contains("callback")).collect();
        let line = "POST /api/auth/callback/credentials authorize";
        assert_eq!(door, vec![line; expected], "{check}");
    }
}
