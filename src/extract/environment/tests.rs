use crate::extract::given::show;

const SERVICE: (&str, &str) =
    ("package.json", r#"{"name":"a","scripts":{"start":"node a.ts"},"dependencies":{"express":"1"}}"#);

#[test]
fn what_code_reads() {
    for (text, expected) in [
        ("f(process.env.A_B, process.env['C_D'])", vec!["A_B | ", "C_D | "]),
        (
            "const a = process.env.A_B || 'x', b = process.env.C_D ?? '', c = process.env.E_F || 'http://localhost:1'",
            vec!["A_B | literal", "C_D | empty", "E_F | local"],
        ),
        (
            "const a = Number(process.env.A_B) || 3, b = parseInt(process.env.C_D ?? '1', 10)",
            vec!["A_B | literal", "C_D | literal"],
        ),
        (
            "if (process.env.A_B === 'true') f(); const x = process.env.C_D ? 1 : 2",
            vec!["A_B | tested", "C_D | tested"],
        ),
        (
            "import _ from 'lodash'; const a = !_.isEmpty(process.env.A_B) ? process.env.A_B : {}; if (isNil(process.env.C_D)) f()",
            vec!["A_B | tested", "A_B | ", "C_D | tested"],
        ),
        ("const { A_B, C_D = 'x' } = process.env", vec!["A_B | ", "C_D | literal"]),
        ("import.meta.env.VITE_X; Deno.env.get('A_B'); Bun.env.C_D", vec!["VITE_X | ", "A_B | ", "C_D | "]),
        ("const env = process.env; f(env.A_B)", vec!["A_B | "]),
        ("process.env.A_B = 'x'; process.env[name]", vec![]),
        (
            "function need(name) { const v = process.env[name]; if (!v) throw new Error(name); return v } need('A_B')",
            vec!["A_B | "],
        ),
        (
            "import { ConfigService } from '@nestjs/config'; class A { constructor(private c: ConfigService) {} f() { this.c.get('A_B'); this.c.getOrThrow('C_D') } }",
            vec!["A_B | ", "C_D | "],
        ),
    ] {
        assert_eq!(show("env.read", &["name", "fallback"], &[("a.ts", text)]), expected, "{text}");
    }
}

#[test]
fn what_is_checked_at_the_start() {
    for (text, expected) in [
        ("if (!process.env.A_B) throw new Error('x')", vec!["A_B | code"]),
        (
            "if (!process.env.A_B || !process.env.C_D) { console.error('x'); process.exit(1) }",
            vec!["A_B | code", "C_D | code"],
        ),
        ("if (!process.env.A_B) console.warn('x')", vec![]),
        ("if (_.isEmpty(process.env.A_B)) throw new Error('x')", vec!["A_B | code"]),
        (
            "import { z } from 'zod'; const schema = z.object({ A_B: z.string(), C_D: z.string().optional() }); schema.parse(process.env)",
            vec!["A_B | zod", "C_D | zod"],
        ),
        (
            "import { z } from 'zod'; const base = z.object({ A_B: z.string() }); const all = base.extend({ C_D: z.string() }); export const env = all.safeParse(process.env)",
            vec!["A_B | zod", "C_D | zod"],
        ),
        (
            "import { z } from 'zod'; const schema = z.object({ A_B: z.string() }); const all = { A_B: (process.env.A_B as string) || 'x', C_D: process.env.C_D }; const read = schema.safeParse(all)",
            vec!["A_B | zod"],
        ),
        ("import { z } from 'zod'; z.object({ A_B: z.string() }).parse({ A_B: read() })", vec![]),
        (
            "import { cleanEnv, str } from 'envalid'; cleanEnv(process.env, { A_B: str() })",
            vec!["A_B | envalid"],
        ),
        (
            "import { createEnv } from '@t3-oss/env-nextjs'; createEnv({ server: { A_B: z.string() }, client: {}, runtimeEnv: { A_B: process.env.A_B } })",
            vec!["A_B | @t3-oss/env-nextjs"],
        ),
        (
            "import Joi from 'joi'; import { ConfigModule } from '@nestjs/config'; ConfigModule.forRoot({ validationSchema: Joi.object({ A_B: Joi.string().required() }) })",
            vec!["A_B | @nestjs/config"],
        ),
        (
            "for (const name of ['A_B', 'C_D']) { if (!process.env[name]) throw new Error(name) }",
            vec!["A_B | code", "C_D | code"],
        ),
        (
            "const required = ['A_B']; const missing = required.filter((n) => !process.env[n]); if (missing.length) { process.exit(1) }",
            vec!["A_B | code"],
        ),
        (
            "const need = (n) => { if (!process.env[n]) throw new Error(n); return process.env[n] }; need('A_B')",
            vec!["A_B | code"],
        ),
        (
            "class Variables { @IsString() A_B: string } validateSync(plainToInstance(Variables, { ...process.env }))",
            vec!["A_B | code"],
        ),
        (
            "class Variables { @IsString() A_B: string } plainToInstance(Variables, process.env)",
            vec!["A_B | code"],
        ),
    ] {
        checked(text, &expected);
    }
}

fn checked(text: &str, expected: &[&str]) {
    let mut found = show("env.check", &["name", "by"], &[("a.ts", text)]);
    found.dedup();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn what_checks_itself_and_what_is_asserted() {
    for (text, expected) in [
        (
            "import { validate, IsUrl } from 'class-validator'; class Base { constructor() { validate(this) } } class Mine extends Base { @IsUrl() A_B = process.env.A_B }",
            vec!["A_B | class-validator"],
        ),
        ("class Mine { @IsUrl() A_B = process.env.A_B }", vec![]),
        ("const v = process.env.A_B; if (!v) throw new Error('x'); f(v)", vec!["A_B | code"]),
        ("const { A_B } = process.env; if (!A_B) process.exit(1)", vec!["A_B | code"]),
        ("import assert from 'node:assert'; assert(process.env.A_B)", vec!["A_B | code"]),
        (
            "import { z } from 'zod'; z.object({ A_B: z.string() }).parse(Deno.env.toObject())",
            vec!["A_B | zod"],
        ),
    ] {
        checked(text, &expected);
    }
}

#[test]
fn what_is_set_and_what_was_meant() {
    let compose = "services:\n  api:\n    build: .\n    environment:\n      DATABASE_HOST: db\n      LOG_LEVEL: info\n  db:\n    image: postgres:17\n    environment:\n      - POSTGRES_PASSWORD=x\n";
    let found = show(
        "env.given",
        &["name", "by", "to", "meant"],
        &[
            SERVICE,
            ("compose.yml", compose),
            ("a.ts", "connect(process.env.DB_HOST); level(process.env.LOG_LEVEL)"),
        ],
    );
    assert_eq!(
        found,
        [
            "DATABASE_HOST | compose | api | DB_HOST",
            "LOG_LEVEL | compose | api | ",
            "POSTGRES_PASSWORD | compose | db | "
        ]
    );
}

#[test]
fn variables_of_a_package() {
    let files = [
        SERVICE,
        ("a.ts", "import './b'; f(process.env.A_B); f(process.env.NODE_ENV)"),
        ("b.ts", "f(process.env.A_B || 'x'); f(process.env.C_D); f(process.env.NEXT_PUBLIC_X)"),
        ("a.test.ts", "f(process.env.T_T)"),
        (".env.example", "C_D=\nO_LD=\n"),
        ("README.md", "Set `A_B`."),
    ];
    let attributes = ["name", "of", "required", "checked", "documented", "client"];
    assert_eq!(
        show("env.variable", &attributes, &files),
        [
            "A_B | a | false | false | README.md | false",
            "NODE_ENV | a | false | false | the platform | false",
            "C_D | a |  | false | .env.example | false",
            "NEXT_PUBLIC_X | a |  | false |  | true",
        ]
    );
    assert_eq!(
        show("env.package", &["of", "variables", "template", "documented"], &files),
        ["a | 4 | .env.example | 3"]
    );
    assert_eq!(show("env.promise", &["name", "mentioned"], &files), ["C_D | true", "O_LD | false"]);
}

#[test]
fn what_cannot_be_done_without() {
    for (text, expected) in [
        ("process.env.A_B.split(',')", "true"),
        ("process.env.A_B?.split(',')", "false"),
        ("f(process.env.A_B!)", "true"),
        ("f(process.env.A_B as string)", "true"),
        ("f(process.env.A_B)", ""),
        ("f({ dsn: process.env.A_B })", ""),
        ("export default { dsn: process.env.A_B }", ""),
        ("const on = process.env.A_B && f()", "false"),
        ("const on = Boolean(process.env.A_B)", "false"),
        ("const x = y ?? process.env.A_B", ""),
        ("const x = process.env.A_B ?? undefined", "false"),
        ("fetch(`${process.env.A_B}/users`)", "true"),
        ("log(`a ${process.env.A_B}`)", ""),
        ("new URL(process.env.A_B)", "true"),
        ("fetch(process.env.A_B)", "true"),
        ("try { new URL(process.env.A_B) } catch {}", ""),
        ("if (process.env.NODE_ENV === 'x') new URL(process.env.A_B)", ""),
        ("try { new URL(process.env.A_B) } catch { process.exit(1) }", "true"),
        ("const on = () => process.env.C_D === 'x'; if (on()) new URL(process.env.A_B)", ""),
        ("const on = () => 1; if (on()) new URL(process.env.A_B)", "true"),
        ("const f = () => { if (process.env.C_D !== 'x') return; new URL(process.env.A_B) }", ""),
        ("f([{ on: 'X_ENABLED', make: () => new URL(process.env.A_B) }])", ""),
        ("f([{ on: process.env.X_ENABLED === '1', at: new URL(process.env.A_B) }])", ""),
        ("f({ on: process.env.X_ENABLED === '1', at: new URL(process.env.A_B) })", "true"),
        ("const v = process.env.A_B; new URL(v)", "true"),
        ("const v = process.env.A_B; if (v) new URL(v)", "false"),
        ("import m from 'mongoose'; m.connect(process.env.A_B)", "true"),
        ("import m from 'mongoose'; const c = { db: { uri: process.env.A_B } }; m.connect(c.db.uri)", "true"),
        (
            "export default async (app) => { app.register(jwt, { secret: process.env.A_B }) }; import jwt from '@fastify/jwt'",
            "true",
        ),
        ("const c = { url: process.env.A_B }; fetch(`${c.url}/users`)", "true"),
        ("import * as S from '@sentry/node'; S.init(process.env.A_B)", ""),
        ("import { Pool } from 'pg'; new Pool({ connectionString: process.env.A_B })", "true"),
        ("import Redis from 'ioredis'; new Redis({ password: process.env.A_B })", ""),
        ("if (!process.env.A_B) throw new Error('x'); f(process.env.A_B)", "true"),
    ] {
        let found = show("env.variable", &["name", "required"], &[SERVICE, ("a.ts", text)]);
        let found: Vec<_> = found.iter().filter(|found| found.starts_with("A_B")).collect();
        assert_eq!(found, [&format!("A_B | {expected}")], "{text}");
    }
}

#[test]
fn scripts_that_run_once_need_nothing_in_production() {
    let files = [
        SERVICE,
        ("a.ts", "import './config/db.config'; f(process.env.A_B)"),
        ("config/db.config.ts", "f(process.env.C_D)"),
        ("prisma/seed.ts", "f(process.env.E_F)"),
        ("lonely.ts", "f(process.env.G_H)"),
    ];
    assert_eq!(show("env.variable", &["name"], &files), ["A_B", "C_D"]);
}

#[test]
fn a_class_that_holds_the_environment_checks_it() {
    let checker = "class Checker { read() { this.given = process.env; } BODY }";
    for (body, expected) in [
        (
            "check() { this.checkNonEmpty('A_B'); if (!this.given.C_D) this.say('x'); }",
            vec!["A_B | code", "C_D | code"],
        ),
        ("say() { this.tell('A_B'); }", vec![]),
    ] {
        let text = checker.replace("BODY", body);
        assert_eq!(show("env.check", &["name", "by"], &[("src/a.ts", &text)]), expected, "{text}");
    }
}

#[test]
fn a_program_can_do_without_one_of_many_of_a_kind() {
    let text = |name: &str| format!("export const key = () => process.env.{name}_KEY.trim();");
    for (kind, expected) in [("provider", ["", "", "", ""]), ("service", ["true", "true", "true", "true"])] {
        let names = ["A", "B", "C", "D"];
        let files: Vec<(String, String)> =
            names.map(|name| (format!("src/social/{name}.{kind}.ts"), text(name))).into();
        let all = names.map(|name| format!("import './social/{name}.{kind}';")).concat();
        let manifest = r#"{"scripts": {"start": "node src/a.ts"}, "dependencies": {"express": "5"}}"#;
        let mut given = vec![("package.json", manifest), ("src/a.ts", all.as_str())];
        given.extend(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        assert_eq!(show("env.variable", &["required"], &given), expected, "{kind}");
    }
}
