use crate::extract::given::show;

const PACKAGE: &str = r#"{"scripts": {"start": "node server.js"}, "dependencies": {"@nestjs/core": "^11.0.0"}}"#;

/// A `NestJS` application with these handlers.
fn nest(handlers: &str) -> String {
    format!(
        "import {{ NestFactory }} from '@nestjs/core';\nimport {{ Module, Controller, Get, Post, Delete }} from '@nestjs/common';\n\
         @Controller('api') class C {{ {handlers} }}\n@Module({{ controllers: [C] }}) class M {{}}\n\
         async function main() {{ const app = await NestFactory.create(M); await app.listen(3000); }}\nmain();\n"
    )
}

#[test]
fn mistakes_of_documents() {
    let document = "openapi: 3.0.0\ninfo: {title: A}\nsecurity: [{key: []}]\npaths:\n  /a:\n    get:\n      responses:\n        '200': {$ref: '#/components/responses/None'}\n";
    let expected = ["`info.version` is missing", "the security scheme `key` is not declared", "`#/components/responses/None` leads nowhere"];
    let files = [("package.json", "{}"), ("openapi.yaml", document)];
    assert_eq!(show("api.mistake", &["what"], &files), expected);
    let sound = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {}\n";
    assert!(show("api.mistake", &["what"], &[("package.json", "{}"), ("openapi.yaml", sound)]).is_empty());
}

#[test]
fn differences() {
    let server = nest("@Get('users') a() {} @Get('users/:id') b() {} @Post('users') c() {}");
    let document = "openapi: 3.0.0\ninfo: {title: A, version: '1'}\nservers: [{url: /api}]\npaths:\n  /users: {get: {}, post: {}}\n  /users/{userId}: {delete: {}}\n  /old: {get: {}}\n";
    let files = [("package.json", PACKAGE), ("server.ts", server.as_str()), ("openapi.yaml", document)];
    let expected = ["operation | DELETE /users/{userId}", "operation | GET /old", "route | GET /api/users/:id"];
    assert_eq!(show("api.gap", &["only", "name"], &files), expected);
    let other = "openapi: 3.0.0\ninfo: {title: A, version: '1'}\npaths:\n  /x: {get: {}}\n";
    let files = [("package.json", PACKAGE), ("server.ts", server.as_str()), ("openapi.yaml", other)];
    assert!(show("api.gap", &["only", "name"], &files).is_empty());
    assert_eq!(show("api.document", &["operations", "incomparable"], &files), ["1 | too little of it fits the routes that were found"]);
}

#[test]
fn interfaces() {
    let server = nest("@Get('v1/users') a() {} @Post('v1/users') b() {}");
    let attributes = ["routes", "described", "version", "internal"];
    let files = [("package.json", PACKAGE), ("server.ts", server.as_str())];
    assert_eq!(show("api", &attributes, &files), ["2 |  | v1 | false"]);
}
