use super::*;
use crate::extract::given;
use crate::extract::http::files::show;

fn routes(files: &[(&str, &str)]) -> Vec<String> {
    given::with(files, |context| show(context, &find(context)))
}

#[test]
fn functions_of_supabase_are_checked_by_the_platform_unless_it_is_told_not_to() {
    let found = routes(&[
        (
            "supabase/config.toml",
            "[functions.stripe-webhook]\nverify_jwt = false\n[functions.other]\nverify_jwt = true\n",
        ),
        (
            "supabase/functions/hello/index.ts",
            "Deno.serve(async (req) => { if (req.method === 'OPTIONS') return new Response('ok'); });",
        ),
        (
            "supabase/functions/stripe-webhook/index.ts",
            "import { serve } from 'https://deno.land/std@0.168.0/http/server.ts';\nserve(async function hook(req) { if (req.method !== 'POST') return; });",
        ),
        ("supabase/functions/app/index.ts", "export default { fetch: async function answer(req) {} };"),
        ("supabase/functions/_shared/cors.ts", "export const cors = {};"),
        ("package.json", r#"{ "scripts": { "deploy": "supabase functions deploy app --no-verify-jwt" } }"#),
    ]);
    assert_eq!(
        found,
        [
            "ALL /functions/v1/app answer",
            "ALL /functions/v1/hello default [verify_jwt]",
            "POST /functions/v1/stripe-webhook hook",
        ]
    );
}

#[test]
fn servers_of_deno_answer_everywhere() {
    let found = routes(&[
        ("main.ts", "Deno.serve({ port: 8000 }, function answer(req) {});"),
        ("own.ts", "const Deno = { serve() {} };\nDeno.serve((req) => {});"),
        ("app.ts", "Deno.serve(app.fetch);"),
    ]);
    assert_eq!(found, ["ALL /* answer"]);
}

#[test]
fn files_below_api_are_functions_where_vercel_deploys() {
    let files = [
        ("api/users/[id].ts", "export default withAuth(async function one(req, res) {});"),
        ("api/hello.ts", "export function GET() {}\nexport function POST() {}"),
        ("api/_lib/db.ts", "export default function db() {}"),
        ("api/app.ts", "import express from 'express';\nexport default express();"),
    ];
    assert_eq!(routes(&files), [""; 0]);
    let deployed = [&[("vercel.json", "{}")], &files[..]].concat();
    assert_eq!(
        routes(&deployed),
        ["GET /api/hello GET", "POST /api/hello POST", "ALL /api/users/:id one [withAuth]"]
    );
}

#[test]
fn functions_of_netlify_have_a_path_of_their_own() {
    let found = routes(&[
        (
            "netlify/functions/hello.ts",
            "export const handler = async function hello(event) { if (event.httpMethod !== 'POST') return; };",
        ),
        (
            "netlify/functions/users/users.mjs",
            "export default async (request) => {};\nexport const config = { path: '/api/users' };",
        ),
        ("netlify/functions/users/query.mjs", "export default () => {};"),
        ("netlify/functions/nightly.ts", "export const handler = schedule('@daily', async () => {});"),
        ("web/netlify.toml", "[functions]\ndirectory = \"fns\"\n"),
        ("web/fns/a.js", "exports.handler = async () => {};"),
    ]);
    assert_eq!(
        found,
        [
            "POST /.netlify/functions/hello hello",
            "ALL /api/users default",
            "ALL /.netlify/functions/a handler"
        ]
    );
}

#[test]
fn functions_of_firebase_are_what_is_exported() {
    let found = routes(&[(
        "functions/src/index.ts",
        "import * as functions from 'firebase-functions';\nimport { onCall } from 'firebase-functions/v2/https';\nexport const hello = functions.region('x').https.onRequest(async function answer(req, res) { if (req.method !== 'PUT') return; });\nexport const add = onCall({ cors: true }, (request) => {});\nexport const api = functions.https.onRequest(app);\nexport const made = functions.firestore.document('a').onCreate(() => {});",
    )]);
    assert_eq!(found, ["PUT /hello answer", "POST /add default"]);
}

#[test]
fn functions_of_lambda_are_where_their_description_says() {
    let found = routes(&[
        (
            "api/serverless.yml",
            "functions:\n  list:\n    handler: src/users.list\n    events:\n      - httpApi: GET /users/{id}\n      - http: { method: post, path: users, authorizer: aws_iam }\n  job:\n    handler: src/users.job\n    events: [schedule: rate(1 day)]\n  rest:\n    handler: src/users.rest\n    events: [httpApi: '*']\n",
        ),
        (
            "api/src/users.ts",
            "export const list = middy(async function all() {});\nexport const job = async () => {};\nexport async function rest() {}",
        ),
    ]);
    assert_eq!(found, ["GET /users/:id all [middy]", "POST /users all [authorizer middy]", "ALL /* rest"]);
}
