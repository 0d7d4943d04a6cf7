//! The configuration object of a JavaScript or TypeScript configuration file as a [`Node`].
//!
//! What `export default`, `module.exports =` or `export =` gives: an object as a mapping, an array as a list. Seen through
//! are wrappers (`defineConfig({…})`, `withX(config)`, `withX(options)(config)`), `mergeConfig(a, b)`, types (`as const`,
//! `satisfies`), functions that return an object, names of constants of the same file and spreads of them. A spread that
//! cannot be seen through is an entry `...` of an opaque value, or an opaque item. The place of a value is where it is
//! written, also where a constant names it. A file that exports nothing is opaque.
//!
//! Nothing is run. Literals, objects, arrays and what local constants name are read; whatever is computed (a call, a
//! condition, an import, an environment variable) is [`Opaque`](Value::Opaque).

mod resolve;

use super::node::{Node, Value};
use crate::source::Span;

pub(super) use resolve::exported;

/// What a file gives that exports nothing, or nothing that can be read.
pub(super) fn opaque() -> Node {
    Node { span: Span::default(), value: Value::Opaque }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::parse::javascript::{self, Dialect};
    use crate::parse::lines::check;
    use crate::parse::node::Node;
    use crate::parse::{Parsed, on_big_stack};

    fn parse(text: &str) -> Parsed<Node> {
        let parsed = on_big_stack(0, || javascript::parse(text, Dialect::TypeScript, true));
        parsed.map(|script| script.config.unwrap())
    }

    #[test]
    fn values() {
        for (text, expected) in [
            (
                "export default { a: 1, 'b-c': [true, null, `x`], d: -1, e: !0 }",
                r#"{a: 1, b-c: [true, null, "x"], d: -1, e: true}"#,
            ),
            ("module.exports = { a: 'x' };", r#"{a: "x"}"#),
            ("export = { a: 1 };", "{a: 1}"),
            (
                "import { defineConfig } from 'v';\nexport default defineConfig({ test: { globals: true } })",
                "{test: {globals: true}}",
            ),
            ("const config: Config = { a: 1 } as const;\nexport default config satisfies Config;", "{a: 1}"),
            ("const c = { a: 1 };\nmodule.exports = withA(withB({ x: 1 })(c));", "{a: 1}"),
            ("export default withSentry(c, { silent: true }); const c = { a: 1 }", "{a: 1}"),
            ("export default () => ({ a: 1 })", "{a: 1}"),
            (
                "export default defineConfig(({ mode }) => { const x = 'y'; return { a: x, m: mode } })",
                r#"{a: "y", m: ?}"#,
            ),
            ("export default async function () { return { a: 1 } }", "{a: 1}"),
            ("function make() { return { a: 1 } }\nexport default make", "{a: 1}"),
            (
                "const base = { a: 1, b: 2 };\nexport default { ...base, b: 3, ...other }",
                "{a: 1, b: 2, b: 3, ...: ?}",
            ),
            (
                "export default mergeConfig(base, { b: 2 }); const base = defineConfig({ a: 1 })",
                "{a: 1, b: 2}",
            ),
            (
                "export default [js.recommended, { rules: { x: 'off' } }, ...more]",
                r#"[?, {rules: {x: "off"}}, ?]"#,
            ),
            ("export default tseslint.config(a, { files: ['x'] })", r#"[?, {files: ["x"]}]"#),
            ("const a = {x: 1}; export { a as default }", "{x: 1}"),
            (
                "export default { p: react(), q: process.env.X, r: cond ? 1 : 2, s: `a${b}`, t: undefined, [k]: 1, f() {} }",
                "{p: ?, q: ?, r: ?, s: ?, t: null, ...: ?, f: ?}",
            ),
            ("const x = 1", "?"),
            ("", "?"),
            ("export default a; const a = b; const b = a;", "?"),
            ("const k = 5; export default { k }", "{k: 5}"),
            ("const nextConfig = {}\nnextConfig.a = 1\nmodule.exports = nextConfig", "{}"),
        ] {
            let parsed = parse(text);
            assert_eq!(check::show(&parsed.document), expected, "{text}");
            assert_eq!(parsed.errors, [], "{text}");
        }
    }

    #[test]
    fn broken_and_hostile_files_are_errors() {
        for text in ["export default { a: ", "export default }{", &"[".repeat(50_000), &"!".repeat(50_000)] {
            assert!(!parse(text).errors.is_empty(), "{}", &text[..10]);
        }
        let deep = format!("export default {}1{}", "[".repeat(900), "]".repeat(900));
        assert_eq!(parse(&deep).errors, []);
    }

    #[test]
    fn spans_are_bytes_of_the_given_text() {
        let text = "\u{feff}// é\r\nexport default { 'ü': \"é\" }";
        let document = parse(text).document;
        let entry = document.entry("ü").unwrap();
        assert_eq!((entry.key_span.of(text), entry.value.span.of(text)), ("'ü'", "\"é\""));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in prop_oneof![".*", check::soup(&[
            "export default ", "module.exports = ", "{", "}", "[", "]", "(", ")", "a", ": ", ", ", "...", "'x'", "`", "${",
            " => ", "const a = ", ";\n", "return ", "function ", "é", "\u{feff}", " as const", "<", ">", "/", "!", "1",
        ])]) {
            let parsed = parse(&text);
            check::node(&text, &parsed.document);
            check::errors(&text, &parsed.errors);
        }
    }
}
