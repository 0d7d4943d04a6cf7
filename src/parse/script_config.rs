//! The configuration object of a JavaScript or TypeScript configuration file as a [`Node`].
//!
//! Nothing is run. Literals, objects, arrays and what local constants name are read; whatever is computed (a call, a
//! condition, an import, an environment variable) is [`Opaque`](Value::Opaque).

mod resolve;

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

use super::lines::{bom_length, boundary_after, in_order};
use super::node::{Node, Value};
use super::{Parsed, SyntaxError};
use crate::source::Span;

/// How deep brackets may nest before the file is refused, since the parser recurses.
const MAX_NESTING: usize = 2_000;

/// How many operators that make the parser recurse without a bracket a file may have.
const MAX_OPERATORS: usize = 10_000;

/// The stack of the parser's thread, in bytes: enough for the two limits above.
const STACK: usize = 256 << 20;

/// Reads what `export default`, `module.exports =` or `export =` gives: an object as a mapping, an array as a list.
///
/// Seen through are wrappers (`defineConfig({…})`, `withX(config)`, `withX(options)(config)`), `mergeConfig(a, b)`, types
/// (`as const`, `satisfies`), functions that return an object, names of constants of the same file and spreads of them.
/// A spread that cannot be seen through is an entry `...` of an opaque value, or an opaque item. The place of a value
/// is where it is written, also where a constant names it. A file that exports nothing is opaque.
pub fn parse(text: &str) -> Parsed<Node> {
    let opaque = || Node { span: Span::default(), value: Value::Opaque };
    let refused = |message: &str| Parsed {
        document: opaque(),
        errors: vec![SyntaxError::new(Span::default(), message)],
    };
    if is_too_deep(text.as_bytes()) {
        return refused("nested too deep to be read");
    }
    // Nesting within the limits can still need more stack than the caller has.
    let read = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        builder.spawn_scoped(scope, || read(text)).ok()?.join().ok()
    });
    read.unwrap_or_else(|| refused("could not be read"))
}

/// Parses and resolves, on a big stack.
fn read(text: &str) -> Parsed<Node> {
    let start = bom_length(text);
    let source = &text[start..];
    let allocator = Allocator::default();
    let mut result = Parser::new(&allocator, source, SourceType::ts()).parse();
    if result.panicked {
        // `<T>x` and JSX exclude each other; what is no TypeScript may be JavaScript with JSX.
        let jsx = Parser::new(&allocator, source, SourceType::jsx()).parse();
        if !jsx.panicked {
            result = jsx;
        }
    }
    let errors = result.diagnostics.iter().map(|error| {
        let label = error.labels.first();
        let (at, end) = label.map_or((0, 0), |label| (label.offset(), label.offset() + label.len()));
        let place = |at: u32| boundary_after(text, (at as usize + start).min(text.len()));
        SyntaxError::new(Span::new(place(at), place(end)), error.message.to_string())
    });
    let errors = in_order(errors.collect());
    let document = resolve::exported(&result.program, text, start);
    Parsed { document, errors }
}

/// Whether the parser could overflow its stack.
fn is_too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut operators) = (0_usize, 0_usize);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'=' | b'?' | b'!' | b'~' | b'<' | b'+' | b'-' | b'*' => operators += 1,
            // A word that stands before another expression, as `new` and `typeof` do; `else` and labels as well.
            b'w' | b'f' | b't' | b'd' | b'e' | b'o' | b':' if bytes.get(at + 1) == Some(&b' ') => {
                operators += 1;
            }
            _ => {}
        }
        if depth > MAX_NESTING || operators > MAX_OPERATORS {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;
    use crate::parse::lines::check;

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
        let deep = format!("export default {}1{}", "[".repeat(1_900), "]".repeat(1_900));
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
