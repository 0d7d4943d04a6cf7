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
        (
            "import { z } from 'zod'; const schema = z.object({ A_B: z.string(), C_D: z.string().optional() }); schema.parse(process.env)",
            vec!["A_B | zod", "C_D | zod"],
        ),
        (
            "import { z } from 'zod'; const base = z.object({ A_B: z.string() }); const all = base.extend({ C_D: z.string() }); export const env = all.safeParse(process.env)",
            vec!["A_B | zod", "C_D | zod"],
        ),
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
        let mut found = show("env.check", &["name", "by"], &[("a.ts", text)]);
        found.dedup();
        assert_eq!(found, expected, "{text}");
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
            "A_B | . | false | false | README.md | false",
            "NODE_ENV | . | false | false | the platform | false",
            "C_D | . | true | false | .env.example | false",
            "NEXT_PUBLIC_X | . | true | false |  | true",
        ]
    );
    assert_eq!(
        show("env.package", &["of", "variables", "template", "documented"], &files),
        [". | 4 | .env.example | 3"]
    );
    assert_eq!(show("env.promise", &["name", "mentioned"], &files), ["C_D | true", "O_LD | false"]);
}
