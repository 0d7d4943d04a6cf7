use proptest::prelude::*;

use super::{Bound, Component, Dialect, ExportTarget, Kind, Module, NodeId, parse};
use crate::parse::{Parsed, on_big_stack};

fn read(text: &str, dialect: Dialect) -> Parsed<Module> {
    on_big_stack(0, || parse(text, dialect, false)).map(|source| source.module)
}

fn module(text: &str) -> Module {
    read(text, Dialect::Tsx).document
}

/// The tree as nested lists: the kind, its word, its children.
fn show(module: &Module, node: NodeId) -> String {
    let kind = format!("{:?}", module.kind(node));
    let name = kind.split(['(', ' ']).next().unwrap_or_default().to_owned();
    let word = match module.kind(node) {
        Kind::Name(word, _)
        | Kind::Text(word)
        | Kind::Number(word)
        | Kind::Regex(word)
        | Kind::Member(word)
        | Kind::Property(word)
        | Kind::Method(word)
        | Kind::Field(word)
        | Kind::Element(word, _)
        | Kind::Attribute(word)
        | Kind::Type(word, _)
        | Kind::Directive(word) => format!(":{}", module.word(word)),
        _ => String::new(),
    };
    let children: Vec<_> = module.children(node).map(|child| show(module, child)).collect();
    let children = if children.is_empty() { String::new() } else { format!("({})", children.join(" ")) };
    format!("{name}{word}{children}")
}

#[test]
fn the_tree_of_a_text() {
    for (text, expected) in [
        (
            "app.get('/x', auth, (req, res) => res.json({ a, b: 1 }))",
            "Call(Member:get(Name:app) Text:/x Name:auth Function(Parameter(Name:req) Parameter(Name:res) Call(Member:json(Name:res) Object(Property:a(Name:a) Property:b(Number:1)))))",
        ),
        ("(a as any)!.b?.['c'][d]", "Index(Member:c(Member:b(Name:a)) Name:d)"),
        (
            "const { a: { b }, ...c } = d, [e, , f = 1] = g",
            "Declare(Declarator(ObjectPattern(Property:a(ObjectPattern(Property:b(Name:b))) Rest(Name:c)) Name:d) Declarator(ArrayPattern(Name:e Hole Default(Name:f Number:1)) Name:g))",
        ),
        ("`a${b}c`", "Template(Text:a Name:b Text:c)"),
        ("if (a) b(); else { c() }", "If(Name:a Call(Name:b) Block(Call(Name:c)))"),
        (
            "try { a() } catch (e) { throw e } finally {}",
            "Try(Block(Call(Name:a)) Catch(Name:e Block(Throw(Name:e))) Finally(Block))",
        ),
        ("for (const x of y) z()", "Loop(Declare(Declarator(Name:x)) Name:y Block(Call(Name:z)))"),
        (
            "switch (a) { case 'b': c(); default: d() }",
            "Switch(Name:a Case(Text:b Call(Name:c)) Case(Hole Call(Name:d)))",
        ),
        ("a ||= b ?? c", "Assign(Name:a Logical(Name:b Name:c))"),
        ("import('./x'); require('y')", "Import Import"),
        ("import(x)", "Call(Name:import Name:x)"),
        (
            "@A() class B extends C { @D d: E[]; constructor(private readonly f: G) {} static h() {} }",
            "Class(Decorator(Call(Name:A)) Extends(Name:C) Field:d(Decorator(Name:D) Type:E) Method:constructor(Function(Parameter(Name:f Type:G) Block)) Method:h(Function(Block)))",
        ),
        (
            "<A.B c=\"d\" e={f} {...g}>{h}<i/></A.B>",
            "Element:B(Attribute:c(Text:d) Attribute:e(Name:f) Spread(Name:g) Name:h Element:i)",
        ),
        ("type A = { b: string }; interface C {} declare const d: number", ""),
        ("enum A { B = 'b', C }", "Enum(Property:B(Text:b) Property:C)"),
        (
            "async function f() { 'use server'; await g() }",
            "Function(Block(Directive:use server Await(Call(Name:g))))",
        ),
    ] {
        let parsed = read(text, Dialect::Tsx);
        assert_eq!(parsed.errors, [], "{text}");
        let found: Vec<_> =
            parsed.document.children(NodeId(0)).map(|node| show(&parsed.document, node)).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }
}

/// What every declared name stands for, as the text of what it is bound to.
fn names(text: &str) -> Vec<String> {
    let module = module(text);
    let at = |node: NodeId| module.span(node).of(text).to_owned();
    let one = |binding: &super::Binding| {
        let bound = match binding.bound {
            Bound::Import(id, imported) => {
                let import = module.imports[id.0 as usize];
                let name = match imported {
                    super::Imported::Named(word) => module.word(word).to_owned(),
                    other => format!("{other:?}"),
                };
                format!("{} of {}", name, module.word(import.source))
            }
            Bound::Value(node) => at(node),
            Bound::Part(node, key) => format!("{} in {}", module.word(key), at(node)),
            Bound::Item(node, index) => format!("{index} in {}", at(node)),
            Bound::Parameter(_, index) => format!("parameter {index}"),
            Bound::ParameterPart(_, index, key) => format!("{} in parameter {index}", module.word(key)),
            Bound::Unknown => "?".to_owned(),
        };
        format!("{} = {bound}{}", module.word(binding.name), if binding.mutated { " …" } else { "" })
    };
    module.bindings.iter().map(one).collect()
}

#[test]
fn what_names_stand_for() {
    for (text, expected) in [
        (
            "import a, { b as c, d } from 'x'; import * as e from 'y'",
            vec!["a = Default of x", "c = b of x", "d = d of x", "e = All of y"],
        ),
        ("const a = require('x'); const { b: c } = require('y')", vec!["a = All of x", "c = b of y"]),
        ("async () => { const { a } = await import('x') }", vec!["a = a of x"]),
        ("const a = f(); let b = 1; b = 2", vec!["a = f()", "b = 1 …"]),
        ("const { a, b: c } = d, [e, g] = h", vec!["a = a in d", "c = b in d", "e = 0 in h", "g = 1 in h"]),
        ("(a, { b, c: d }) => a", vec!["a = parameter 0", "b = b in parameter 1", "d = c in parameter 1"]),
        ("for (const a of b) {}", vec!["a = ?"]),
        ("class A {}", vec!["A = class A {}"]),
    ] {
        assert_eq!(names(text), expected, "{text}");
    }
}

#[test]
fn what_a_module_gives() {
    for (text, expected) in [
        ("export const a = 1, b = 2; export default function c() {}", "a b default"),
        (
            "const a = 1; export { a as b }; export { c } from 'x'; export * from 'y'; export * as z from 'y'",
            "b c@x *@y z@y",
        ),
        ("export type A = 1; export interface B {} export { type C } from 'x'", ""),
        ("module.exports = { a, b: 1 }", "default a b"),
        ("exports.a = 1; module.exports.b = 2; export = x", "a b default"),
    ] {
        let module = module(text);
        let source = |id: super::ImportId| module.word(module.imports[id.0 as usize].source);
        let one = |export: &super::Export| match export.target {
            ExportTarget::All(id) => format!("*@{}", source(id)),
            ExportTarget::From(id, _) => format!("{}@{}", module.word(export.name), source(id)),
            _ => module.word(export.name).to_owned(),
        };
        let found: Vec<_> = module.exports.iter().map(one).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }
}

#[test]
fn imports_know_whether_they_are_always_loaded() {
    let text = "import type { A } from 'a'; import { type B } from 'b'; import 'c'; require('d'); if (x) require('e'); f(() => import('g'))";
    let module = module(text);
    let one = |import: &super::Import| {
        let marks = [(import.type_only, " type"), (import.conditional, " conditional")];
        let marks: String = marks.iter().filter(|(set, _)| *set).map(|(_, word)| *word).collect();
        format!("{}{marks}", module.word(import.source))
    };
    let found: Vec<_> = module.imports.iter().map(one).collect();
    assert_eq!(found, ["a type", "b type", "c", "d", "e conditional", "g conditional"]);
}

#[test]
fn functions_have_the_name_they_are_given() {
    let text = "function a() {} const b = () => {}; const o = { c() {}, d: function () {} }; class E { f() {} g = () => {} }; x.h = async () => {}; i(() => {})";
    let module = module(text);
    let found: Vec<_> = module.functions.iter().map(|function| module.word(function.name)).collect();
    assert_eq!(found, ["a", "b", "c", "d", "f", "g", "h", ""]);
}

#[test]
fn questions_about_a_module() {
    let text = "const BASE = '/api'; const paths = { users: `${BASE}/users` }; app.get(paths.users + '/:id', x); globalThis.fetch(process.env.URL)";
    let module = module(text);
    let calls: Vec<_> = module.all().filter(|node| module.kind(*node) == Kind::Call).collect();
    let [get, fetch] = calls[..] else { panic!("two calls") };
    assert_eq!(module.called(get), Some("get"));
    assert_eq!(module.text(module.argument(get, 0).unwrap()).as_deref(), Some("/api/users/:id"));
    assert!(module.is_global(module.callee(fetch).unwrap(), "fetch"));
    assert!(module.is_global(module.argument(fetch, 0).unwrap(), "process.env.URL"));
    assert_eq!(module.dotted(module.callee(get).unwrap()).as_deref(), Some("app.get"));
}

#[test]
fn words_and_classes_of_a_module() {
    let module = module("class A { b = class {}; } new A().call({ 'Access-Control': \"x y\" })");
    let known = [("access-control", true), ("A", true), ("X Y", true), ("access", false), ("ll", false)];
    for (word, expected) in known {
        assert_eq!(module.says_in_any_case(word), expected, "{word}");
    }
    assert!(module.classes().all(|node| module.kind(node) == Kind::Class));
    assert_eq!(module.classes().len(), 2);
}

#[test]
fn scripts_of_components_keep_their_places() {
    let vue = "<template><p>é {{ a }}</p></template>\n<script setup lang=\"ts\">\nimport a from './a'\n</script>\n<script>export default { b: 1 }</script>";
    let astro = "---\nimport a from './a'\n---\n<p>{a}</p><script>import './b'</script>";
    for (text, component, sources) in
        [(vue, Component::Scripts, vec!["'./a'"]), (astro, Component::Astro, vec!["'./a'", "'./b'"])]
    {
        let module = read(text, Dialect::Component(component)).document;
        let found: Vec<_> = module.imports.iter().map(|import| import.span.of(text)).collect();
        assert_eq!(found, sources);
    }
}

#[test]
fn pictures_are_read() {
    let text = format!(
        "const icon = <path d=\"M0{}\"/>; const sum = 1{};",
        "-1.5".repeat(5_000),
        "+1".repeat(4_000)
    );
    assert_eq!(read(&text, Dialect::Tsx).errors, []);
}

#[test]
fn hostile_texts_are_refused_or_read() {
    let texts = [
        "[".repeat(60_000),
        "!".repeat(60_000),
        "a=".repeat(30_000),
        "a=>".repeat(30_000),
        "a?b:".repeat(20_000),
        "<a>".repeat(20_000),
        "if(a){}else ".repeat(20_000),
        "a.".repeat(30_000),
        "a+".repeat(30_000),
        "f(".repeat(30_000),
        "`${".repeat(30_000),
        "new ".repeat(30_000),
        "await ".repeat(30_000),
        "a:".repeat(30_000),
        "class{a=".repeat(30_000),
        "1+".repeat(30_000),
        format!("f{}", "()".repeat(30_000)),
        format!("f{}", "[0]".repeat(30_000)),
        format!("f{}", "``".repeat(30_000)),
        "new\n".repeat(30_000),
        "typeof\u{a0}".repeat(30_000),
    ];
    for text in &texts {
        assert!(!read(text, Dialect::JavaScript).errors.is_empty(), "{}", &text[..8]);
    }
    for (open, close, times) in
        [("[", "]", 900), ("f(", ")", 900), ("a+", "a", 2_500), ("<a>", "</a>", 900), ("!", "a", 2_500)]
    {
        let text = format!(
            "x = {}{}",
            open.repeat(times),
            close.repeat(if close.len() == 1 && close == "a" { 1 } else { times })
        );
        read(&text, Dialect::JavaScript);
    }
    for text in [
        "// @flow\nfunction f(a: ?string): number { return 1 }\nmodule.exports = f",
        "const x = <T,>(a: T) => a",
    ] {
        assert_eq!(read(text, Dialect::JavaScript).errors, [], "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_gives_a_well_formed_tree(text in prop_oneof![".*", crate::parse::lines::check::soup(&[
        "export default ", "module.exports = ", "{", "}", "[", "]", "(", ")", "a", ": ", ", ", "...", "'x'", "`", "${", "é",
        " => ", "const a = ", ";\n", "return ", "function ", "\u{feff}", " as const", "<", ">", "/", "!", "1", "class ", "@",
        "import ", " from ", "if (", "try ", "catch ", "await ", "async ", "for (", " of ", "<script>", "</script>", "---\n",
    ])]) {
        for dialect in [Dialect::JavaScript, Dialect::TypeScript, Dialect::Tsx, Dialect::Component(Component::Astro)] {
            let parsed = read(&text, dialect);
            crate::parse::lines::check::errors(&text, &parsed.errors);
            let module = parsed.document;
            for node in module.all() {
                let span = module.span(node);
                prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
                prop_assert!(module.parent(node).is_none_or(|parent| parent < node && module.contains(parent, node)));
            }
        }
    }
}
