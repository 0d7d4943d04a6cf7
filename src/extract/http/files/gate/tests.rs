use super::*;
use crate::extract::given;
use crate::extract::http::files::exported;

/// What becomes of a request at `export default` of `m.ts`.
fn becomes(text: &str, path: &str) -> Passage {
    given::with(&[("m.ts", text)], |context| {
        let file = context.tree.by_path("m.ts").unwrap();
        let value = exported(&context.code, file, "default").unwrap().value.unwrap();
        passage(&context.code, value, path, path)
    })
}

#[test]
fn conditions_on_the_path_decide() {
    use Passage::{Denies, Passes};
    let early = "export default (req) => { if (req.nextUrl.pathname.startsWith('/api')) return NextResponse.next(); if (!req.cookies.get('session')) return NextResponse.redirect('/login'); };";
    let list = "const open = ['/', '/login', '/api/webhooks'];\nconst isOpen = (path) => open.some((route) => path === route || path.startsWith(route + '/'));\nexport default async function (req) { const { pathname } = req.nextUrl; const user = await getUser(req); if (!user && !isOpen(pathname)) { return new Response(null, { status: 401 }); } }";
    let clerk = "const isProtected = createRouteMatcher(['/dashboard(.*)']);\nexport default clerkMiddleware(async (auth, req) => { if (isProtected(req)) await auth.protect(); });";
    let public = "const isPublic = createRouteMatcher(['/sign-in(.*)', '/api/webhooks(.*)']);\nexport default clerkMiddleware(async (auth, req) => { if (!isPublic(req)) { await auth.protect(); } });";
    let inner = "const update = async (request) => { const user = get(request); if (!user && request.nextUrl.pathname.startsWith('/app')) return NextResponse.redirect(url); return response; };\nexport default async function middleware(request) { return await update(request); }";
    let away = "export default (req) => { const session = get(req); if (session && req.nextUrl.pathname !== '/x') return NextResponse.redirect('/home'); };";
    let allowed = "export default withAuth(() => {}, { callbacks: { authorized: ({ req, token }) => { if (req.nextUrl.pathname.startsWith('/api')) return true; return !!token; } } });";
    let regex = "export default (req) => { if (/^\\/(public|assets)/.test(req.nextUrl.pathname)) return; if (!req.auth) throw redirect(307, '/login'); };";
    let table = [
        (early, "/api/users", Passes),
        (early, "/dashboard", Denies),
        (list, "/api/users", Denies),
        (list, "/api/webhooks/stripe", Passes),
        (list, "/", Passes),
        (clerk, "/dashboard/a", Denies),
        (clerk, "/api/users", Passes),
        ("export default clerkMiddleware();", "/api/users", Passes),
        (public, "/api/users", Denies),
        (public, "/api/webhooks/clerk", Passes),
        (inner, "/app/x", Denies),
        (inner, "/api/x", Passes),
        (away, "/api/x", Passes),
        (allowed, "/api/x", Passes),
        (allowed, "/app", Denies),
        (regex, "/public/a", Passes),
        (regex, "/app", Denies),
        ("export default authMiddleware({ publicRoutes: ['/', '/api/(.*)'] });", "/api/x", Passes),
        ("export default authMiddleware({ publicRoutes: ['/'] });", "/api/x", Denies),
    ];
    for (text, path, wanted) in table {
        assert_eq!(becomes(text, path), wanted, "{path} {text}");
    }
}
