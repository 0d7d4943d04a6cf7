//! Markup that stands in the source in every case.

use super::super::names;
use super::Scan;
use crate::parse::javascript::{BindingId, Bound, Kind, Module, NodeId, Operator};

/// Whether markup is a text of the source in every case: constants, choices between them, numbers, translations.
pub(super) fn is_fixed(scan: &Scan<'_, '_>, value: NodeId, depth: usize) -> bool {
    let module = scan.module;
    let all = |skip: usize| module.children(value).skip(skip).all(|part| is_fixed(scan, part, depth + 1));
    if depth > 8 || scan.text(value).is_some() {
        return true;
    }
    let resolved = scan.behind(value);
    if resolved != value {
        return is_fixed(scan, resolved, depth + 1);
    }
    match module.kind(value) {
        Kind::Text(_) | Kind::Number(_) | Kind::Null | Kind::Flag(_) | Kind::Unary(_) | Kind::Update => true,
        Kind::Template | Kind::Binary(_) | Kind::Logical(_) => all(0),
        Kind::Conditional => all(1),
        Kind::Member(word) => {
            // What the page holds already, and what counts.
            matches!(module.word(word), "innerHTML" | "outerHTML" | "length" | "id" | "index" | "count")
                || is_fixed_in_list(scan, value, module.word(word), depth)
                || names_markup_of_the_program(module.word(word))
                || module.child(value, 0).is_some_and(|object| {
                    scan.variable(object).is_some()
                        || module.last_name(object).is_some_and(|name| TRANSLATIONS.contains(&name))
                })
                || scan.variable(value).is_some()
        }
        Kind::Name(word, binding) => {
            names_markup_of_the_program(module.word(word))
                || binding.is_some_and(|binding| is_one_of_words(module, binding))
        }
        // `TEXTS[key]`: one of several that stand in the source.
        Kind::Index => module.child(value, 0).is_some_and(|table| is_table_of_texts(scan, table)),
        Kind::Call => match module.called(value) {
            Some(name) if GIVE_FIXED.contains(&name) => true,
            Some("join") => module.receiver(value).is_some_and(|list| is_fixed(scan, list, depth + 1)),
            Some(name) if names_markup_of_the_program(name) => true,
            // What a function of a list makes of its items.
            Some("map") => module.arguments(value).all(|function| {
                module
                    .body(function)
                    .is_some_and(|body| module.kind(body) != Kind::Block && is_fixed(scan, body, depth + 1))
            }),
            // `Texts.missing(Permission.ADMIN)`: of what stands in the source, functions make what stands in the source.
            _ => {
                module.argument(value, 0).is_some()
                    && module.arguments(value).all(|argument| is_constant(scan, argument))
            }
        },
        _ => false,
    }
}

/// Whether a parameter is one of several words: it is compared with texts of the source, and with nothing else.
fn is_one_of_words(module: &Module, binding: BindingId) -> bool {
    let bound = module.bindings[binding.0 as usize].bound;
    let compared = |node: &NodeId| {
        let around = module.parent(*node).filter(|around| {
            matches!(module.kind(*around), Kind::Binary(Operator::Equal | Operator::StrictEqual))
        })?;
        let other = module.children(around).find(|side| side != node)?;
        Some(module.text(other).is_some_and(|text| !text.is_empty()))
    };
    let mut compared = module.uses(binding).iter().filter_map(compared).peekable();
    matches!(bound, Bound::Parameter(..) | Bound::ParameterPart(..))
        && compared.peek().is_some()
        && compared.all(|with_text| with_text)
}

/// Whether a value is `item.key` of a list whose items are all made with texts of the source under that key:
/// `scopes.map((scope) => ({ text: TEXTS[scope] }))`.
fn is_fixed_in_list(scan: &Scan<'_, '_>, value: NodeId, key: &str, depth: usize) -> bool {
    let module = scan.module;
    let object = module.child(value, 0).map(|object| module.kind(object));
    let Some(Kind::Name(_, Some(binding))) = object else { return false };
    let Bound::Parameter(function, 0) = module.bindings[binding.0 as usize].bound else { return false };
    let each = module.parent(function).filter(|call| matches!(module.called(*call), Some("map" | "forEach")));
    let Some(mut list) = each.and_then(|call| module.receiver(call)) else { return false };
    for _ in 0..8 {
        list = scan.behind(list);
        list = match module.called(list) {
            Some("filter" | "sort" | "toSorted" | "slice" | "reverse") => {
                module.receiver(list).unwrap_or(list)
            }
            Some("useMemo") => module.argument(list, 0).and_then(|made| gives(module, made)).unwrap_or(list),
            _ => break,
        };
    }
    let is_fixed =
        |item: NodeId| module.property(item, key).is_some_and(|text| is_fixed(scan, text, depth + 1));
    match module.kind(list) {
        Kind::Array => module.child(list, 0).is_some() && module.children(list).all(is_fixed),
        Kind::Call if module.called(list) == Some("map") => {
            module.argument(list, 0).and_then(|made| gives(module, made)).is_some_and(is_fixed)
        }
        _ => false,
    }
}

/// What a function gives that ends in one way only.
fn gives(module: &Module, function: NodeId) -> Option<NodeId> {
    let body = module.body(function)?;
    if module.kind(body) != Kind::Block {
        return Some(body);
    }
    let returned = module.own_descendants(body).filter(|node| module.kind(*node) == Kind::Return);
    let mut returned = returned.filter_map(|node| module.child(node, 0));
    returned.next().filter(|_| returned.next().is_none())
}

/// Whether a value is an object of the source that holds nothing but texts.
fn is_table_of_texts(scan: &Scan<'_, '_>, table: NodeId) -> bool {
    let site = scan.context.code.definition(scan.site(table));
    let Some(module) = scan.context.code.module(site.file) else { return false };
    module.kind(site.node) == Kind::Object
        && module.children(site.node).all(|entry| {
            matches!(module.kind(entry), Kind::Property(_) | Kind::Computed)
                && module.children(entry).last().is_some_and(|text| module.text(text).is_some())
        })
}

/// Functions that give texts of the program, numbers, or markup that is escaped.
const GIVE_FIXED: &[&str] = &[
    "t",
    "$t",
    "i18n",
    "translate",
    "getString",
    "$getString",
    "gettext",
    "toFixed",
    "toLocaleString",
    "Number",
    "parseInt",
    "renderToString",
    "renderToStaticMarkup",
    "getFullYear",
    "round",
    "floor",
];

/// Objects that hold the texts of a program in the language of its user.
pub(super) const TRANSLATIONS: &[&str] = &["$strings", "strings", "i18n", "translations"];

/// Whether a value is a literal, or a constant by its capitals.
fn is_constant(scan: &Scan<'_, '_>, value: NodeId) -> bool {
    let capitals = |name: &str| name.len() > 2 && !name.bytes().any(|byte| byte.is_ascii_lowercase());
    scan.text(value).is_some() || scan.module.last_name(value).is_some_and(capitals)
}

/// Names of pictures, styles and notes on releases, which programs bring along themselves.
fn names_markup_of_the_program(name: &str) -> bool {
    names::has(name, &["svg", "icon", "icons", "css", "style", "styles", "logo", "changelog"])
}
