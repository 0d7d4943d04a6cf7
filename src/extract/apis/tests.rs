use crate::extract::given::show;

const PACKAGE: &str =
    r#"{"scripts": {"start": "node server.js"}, "dependencies": {"@nestjs/core": "^11.0.0"}}"#;

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
    let expected = "`info.version` is missing, `#/components/responses/None` leads nowhere, the security scheme `key` is not declared";
    let files = [("package.json", "{}"), ("openapi.yaml", document)];
    assert_eq!(show("api.document", &["mistakes"], &files), [expected]);
    let sound = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {}\n";
    assert_eq!(show("api.document", &["mistakes"], &[("package.json", "{}"), ("openapi.yaml", sound)]), [""]);
}

#[test]
fn differences() {
    let server = nest("@Get('users') a() {} @Get('users/:id') b() {} @Post('users') c() {}");
    let attributes = ["agrees", "differences"];
    for (paths, expected) in [
        (
            "servers: [{url: /api}]\npaths:\n  /users: {get: {}, post: {}}\n  /users/{userId}: {delete: {}}\n",
            "false | it does not name `GET /api/users/:id`, no route answers `DELETE /users/{userId}`",
        ),
        ("paths:\n  /users: {get: {}, post: {}}\n  /users/{userId}: {get: {}}\n", "true | "),
        // Something else is described.
        ("paths:\n  /x: {get: {}}\n", " | "),
    ] {
        let document = format!("openapi: 3.0.0\ninfo: {{title: A, version: '1'}}\n{paths}");
        let files =
            [("package.json", PACKAGE), ("server.ts", server.as_str()), ("openapi.yaml", document.as_str())];
        assert_eq!(show("api.document", &attributes, &files), [expected], "{paths}");
    }
}

#[test]
fn interfaces() {
    let server = nest("@Get('v1/users') a() {} @Post('v1/users') b() {}");
    let attributes = ["routes", "described", "version", "internal"];
    let files = [("package.json", PACKAGE), ("server.ts", server.as_str())];
    assert_eq!(show("api", &attributes, &files), ["2 |  | v1 | false"]);
    // What operators ask for is none of it.
    let server = nest("@Get('users') a() {} @Get('metrics') b() {} @Get('internal/jobs') c() {}");
    let files = [("package.json", PACKAGE), ("server.ts", server.as_str())];
    assert_eq!(show("api", &attributes, &files), ["1 |  |  | false"]);
}
