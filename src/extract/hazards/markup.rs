//! Markup that is put into a page as it is.

use super::scan::Scan;
use crate::extract::Context;
use crate::extract::packages::join;
use crate::facts::{Entry, MarkupRaw};
use crate::parse::javascript::{Bound, Kind, Module, NodeId};
use crate::source::{FileId, Place, SourceFile, Span};

/// Parts of names of what cleans or escapes markup, or makes it of text.
const CLEANERS: &[&str] = &[
    "sanitize",
    "sanitise",
    "purify",
    "escape",
    "xss",
    "highlight",
    "hljs",
    "katex",
    "shiki",
    "codetohtml",
    "prism",
    "stringify",
    "mermaid",
    "qrcode",
    "tosvg",
    "rehype",
    "mathjax",
];

fn cleans(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    CLEANERS.iter().any(|cleaner| name.contains(cleaner))
}

/// `dangerouslySetInnerHTML={{ __html: value }}`.
pub(super) fn attribute(scan: &mut Scan<'_, '_>, node: NodeId, name: &str) {
    if name != "dangerouslySetInnerHTML" && name != "innerHTML" {
        return;
    }
    let module = scan.module;
    let element = module.parent(node).map(|element| module.kind(element));
    if matches!(element, Some(Kind::Element(word, _)) if is_no_markup(module.word(word))) {
        return;
    }
    let Some(value) = module.child(node, 0) else { return };
    let markup = module.property(value, "__html").unwrap_or(value);
    raw(scan, node, markup, name);
}

/// Elements whose text is no markup; the small ones of frameworks among them.
fn is_no_markup(element: &str) -> bool {
    matches!(element, "script" | "style" | "Script" | "noscript" | "Style" | "title")
}

/// `element.innerHTML = value`.
pub(super) fn assigned(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let (Some(target), Some(value)) = (module.child(node, 0), module.child(node, 1)) else { return };
    let Kind::Member(word) = module.kind(target) else { return };
    let name = module.word(word);
    if !matches!(name, "innerHTML" | "outerHTML") {
        return;
    }
    // Text that is read back, and elements that never enter a page.
    let object = module.child(target, 0).map(|object| scan.behind(object));
    let made = object.filter(|object| module.called(*object) == Some("createElement"));
    let tag = made.and_then(|made| module.text(module.argument(made, 0)?));
    let names = |node: NodeId| {
        module.last_name(node).is_some_and(|name| {
            super::names::has(name, &["style", "styles", "css", "script", "textarea", "template", "decoder"])
        })
    };
    let own = module.child(target, 0).is_some_and(names);
    if !own
        && !matches!(tag.as_deref(), Some("style" | "script" | "textarea" | "template"))
        && !object.is_some_and(|object| is_of_parsed_document(scan, object))
    {
        raw(scan, node, value, name);
    }
}

/// Whether an element is of a document that `DOMParser` made: it is in no page, and nothing in it runs.
fn is_of_parsed_document(scan: &Scan<'_, '_>, element: NodeId) -> bool {
    let module = scan.module;
    let mut at = element;
    for _ in 0..8 {
        at = scan.behind(at);
        let next = match module.kind(at) {
            Kind::Call if module.called(at) == Some("parseFromString") => return true,
            Kind::Call => module.receiver(at),
            Kind::Member(_) => module.child(at, 0),
            _ => None,
        };
        let Some(next) = next else { return false };
        at = next;
    }
    false
}

/// `element.insertAdjacentHTML(where, value)`, `document.write(value)`.
pub(super) fn call(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let module = scan.module;
    let (index, by) = match called {
        "insertAdjacentHTML" => (1, called),
        "write" if module.callee(node).is_some_and(|callee| module.is_global(callee, "document.write")) => {
            (0, "document.write")
        }
        _ => return,
    };
    if let Some(value) = module.argument(node, index) {
        raw(scan, node, value, by);
    }
}

fn raw(scan: &mut Scan<'_, '_>, node: NodeId, value: NodeId, by: &str) {
    if is_fixed(scan, value, 0) || is_mail(scan) || runs_scripts(scan, node) {
        return;
    }
    let mut behind = scan.behind(value);
    // `text || ""`: what is not fixed decides.
    if let Kind::Logical(_) = scan.module.kind(behind) {
        let mut open = scan.module.children(behind).filter(|part| !is_fixed(scan, *part, 0));
        behind = open.next().filter(|_| open.next().is_none()).map_or(behind, |part| scan.behind(part));
    }
    let handed = match scan.module.kind(behind) {
        // A component of Vue is given what it shows as well.
        Kind::Member(word) => {
            is_property_of_component(scan.module, behind, scan.module.word(word))
                || is_prop(scan.module, behind)
        }
        Kind::Name(_, Some(binding)) => {
            let bound = scan.module.bindings[binding.0 as usize].bound;
            // What a callback gets is data; what a function with a name gets, its callers may have cleaned.
            matches!(bound, Bound::Parameter(function, _) | Bound::ParameterPart(function, ..)
                if scan.module.function(function).is_some_and(|function| !scan.module.word(function.name).is_empty()))
        }
        _ => false,
    };
    let cleans = module_cleans(scan.module);
    let cleaned = (cleans || !handed).then_some(cleans);
    scan.add(node, MarkupRaw { by: by.to_owned(), cleaned });
}

/// Whether a value is `props.name` of a component that is a function.
fn is_prop(module: &Module, value: NodeId) -> bool {
    let object = module.child(value, 0).map(|object| module.kind(object));
    let Some(Kind::Name(_, Some(binding))) = object else { return false };
    let Bound::Parameter(function, 0) = module.bindings[binding.0 as usize].bound else { return false };
    module
        .function(function)
        .is_some_and(|function| module.word(function.name).starts_with(|first: char| first.is_uppercase()))
}

/// Whether a value is `this.name` of a component that is given it.
fn is_property_of_component(module: &Module, value: NodeId, name: &str) -> bool {
    module.child(value, 0).is_some_and(|object| module.kind(object) == Kind::This) && is_given(module, name)
}

/// Whether a component of Vue is given a value of this name: `props: { name }`, `props: ["name"]`, `defineProps(…)`.
fn is_given(module: &Module, name: &str) -> bool {
    let lists = |list: NodeId| {
        module.property(list, name).is_some()
            || module.kind(list) == Kind::Array
                && module.children(list).any(|item| module.text(item).as_deref() == Some(name))
    };
    ["props", "defineProps"].iter().any(|word| module.may_say(word))
        && module.all().any(|node| match module.kind(node) {
            Kind::Property(word) if module.word(word) == "props" => module.child(node, 0).is_some_and(lists),
            Kind::Call if module.called(node) == Some("defineProps") => {
                module.argument(node, 0).is_some_and(lists)
            }
            _ => false,
        })
}

/// Whether a module makes mail: programs that show it run no scripts.
fn is_mail(scan: &Scan<'_, '_>) -> bool {
    const FOLDERS: &[&str] = &["email", "emails", "mail", "mails", "mailer", "email-templates"];
    let module = scan.module;
    let asks = |import: &crate::parse::javascript::Import| {
        let source = module.word(import.source);
        source.starts_with("@react-email/")
            || matches!(source, "react-email" | "mjml-react" | "@faire/mjml-react")
    };
    let mut parts = scan.path().split('/').rev().skip(1);
    // A page that shows mail to whoever reads it stands in such a folder too, and does something when it is clicked.
    let acts = || {
        ["useState", "useEffect", "onClick", "use client"].iter().any(|word| module.may_say(word))
            || ["document", "window"].iter().any(|word| module.may_say(word) && uses_global(module, word))
    };
    module.imports.iter().any(asks) || parts.any(|part| FOLDERS.contains(&part)) && !acts()
}

/// Whether a module uses this name without declaring it. What mail is about is often called `document` as well.
fn uses_global(module: &Module, name: &str) -> bool {
    module.all().any(|node| matches!(module.kind(node), Kind::Name(word, None) if module.word(word) == name))
}

/// Whether the function around makes the scripts of the markup anew, so that they run: that is what it is for.
fn runs_scripts(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let module = scan.module;
    let Some(function) = module.function_around(node) else { return false };
    module.descendants(function).any(|inner| {
        module.called(inner) == Some("createElement")
            && module.argument(inner, 0).and_then(|tag| module.text(tag)).as_deref() == Some("script")
    })
}

/// Whether markup is a text of the source in every case: constants, choices between them, numbers, translations.
fn is_fixed(scan: &Scan<'_, '_>, value: NodeId, depth: usize) -> bool {
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
            matches!(module.word(word), "innerHTML" | "outerHTML" | "length" | "id" | "index")
                || names_markup_of_the_program(module.word(word))
                || module.child(value, 0).is_some_and(|object| {
                    scan.variable(object).is_some()
                        || module.last_name(object).is_some_and(|name| TRANSLATIONS.contains(&name))
                })
                || scan.variable(value).is_some()
        }
        Kind::Name(word, _) => names_markup_of_the_program(module.word(word)),
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
const TRANSLATIONS: &[&str] = &["$strings", "strings", "i18n", "translations"];

/// Whether a value is a literal, or a constant by its capitals.
fn is_constant(scan: &Scan<'_, '_>, value: NodeId) -> bool {
    let capitals = |name: &str| name.len() > 2 && !name.bytes().any(|byte| byte.is_ascii_lowercase());
    scan.text(value).is_some() || scan.module.last_name(value).is_some_and(capitals)
}

/// Names of pictures and styles, which programs bring along themselves.
fn names_markup_of_the_program(name: &str) -> bool {
    super::names::has(name, &["svg", "icon", "icons", "css", "style", "styles", "logo"])
}

/// Whether something in a module cleans or escapes markup.
fn module_cleans(module: &Module) -> bool {
    module.imports.iter().any(|import| cleans(module.word(import.source)))
        || escapes_by_default(module)
        || module.all().any(|node| module.kind(node) == Kind::Call && module.called(node).is_some_and(cleans))
}

/// Whether a module makes markup by `markdown-it` only, which escapes the markup within a text unless it is told not to.
fn escapes_by_default(module: &Module) -> bool {
    let asks = |import: &crate::parse::javascript::Import| module.word(import.source) == "markdown-it";
    module.imports.iter().any(asks)
        && !module.all().any(|node| {
            // `html: false` says so once more; plugins, and options that are made elsewhere, may let markup in.
            let flag = |value: NodeId| module.kind(value) == Kind::Flag(false);
            match module.kind(node) {
                Kind::Property(word) if module.word(word) == "html" => {
                    !module.child(node, 0).is_some_and(flag)
                }
                Kind::Call => module.called(node) == Some("use"),
                Kind::New => {
                    module.callee(node).and_then(|callee| module.last_name(callee)) == Some("MarkdownIt")
                        && module.argument(node, 0).is_some_and(|options| {
                            !matches!(module.kind(module.resolve(options)), Kind::Object | Kind::Text(_))
                        })
                }
                _ => false,
            }
        })
}

/// `v-html="value"` and `{@html value}` of components.
pub(super) fn component(context: &Context<'_>, file: FileId, module: &Module) -> Vec<Entry> {
    let source = context.tree.file(file);
    let text = context.tree.text(file);
    let (mark, end, by) = match source.extension() {
        "vue" => ("v-html=\"", '"', "v-html"),
        "svelte" => ("{@html ", '}', "{@html}"),
        "astro" => ("set:html={", '}', "set:html"),
        _ => return Vec::new(),
    };
    let mut entries = Vec::new();
    for (at, _) in text.match_indices(mark) {
        let value = text[at + mark.len()..].split(end).next().unwrap_or_default();
        let lower = value.to_ascii_lowercase();
        let translated = is_translated(value.trim_start());
        let chosen = value.split_once(" ? ").map_or(value, |(_, both)| both);
        let fixed = chosen.split(" : ").all(|text| text.trim_start().starts_with(['\'', '`']))
            && !value.contains("${")
            && !chosen.contains(" + ");
        let scripted = lower.contains("<script") || lower.contains("<style") || lower.contains("json");
        let own = super::names::has(value, &["svg", "icon", "icons", "css"]);
        if translated || fixed || scripted || own || value.is_empty() {
            continue;
        }
        let cleaned = cleans(&lower) || module_cleans(module) || load_cleans(context, source, value);
        // What a component is given whole, whoever uses it may have cleaned.
        let cleaned = (cleaned || by != "v-html" || !is_given(module, value.trim())).then_some(cleaned);
        let span = Span::new(at, at + mark.len() + value.len() + 1);
        entries.push(Entry::new(Place { file, span }, MarkupRaw { by: by.to_owned(), cleaned }));
    }
    entries
}

/// Whether a value of a template is a text of the program in the language of its user.
fn is_translated(value: &str) -> bool {
    let calls = ["$t(", "t(", "$_(", "$getString(", "$gettext("];
    calls.iter().any(|call| value.starts_with(call))
        || value.split_once('.').is_some_and(|(object, _)| TRANSLATIONS.contains(&object))
}

/// Whether `data.key…` of a page of `SvelteKit` is what the function that loads its data cleans.
fn load_cleans(context: &Context<'_>, page: &SourceFile, value: &str) -> bool {
    let keys = value.trim().strip_prefix("data.").unwrap_or_default();
    let Some(stem) = page.name().strip_suffix(".svelte").filter(|stem| stem.starts_with('+')) else {
        return false;
    };
    let loaders = [".server.ts", ".server.js", ".ts", ".js"].map(|end| format!("{stem}{end}"));
    let files = loaders.iter().filter_map(|name| context.tree.by_path(&join(page.dir(), name)));
    let modules: Vec<&Module> = files.filter_map(|file| context.code.module(file)).collect();
    modules.into_iter().any(|module| {
        keys.split(['.', '?', '!']).filter(|key| !key.is_empty()).any(|key| is_cleaned(module, key))
    })
}

/// Whether what a module gives under a name is cleaned: `{ body: sanitize(text) }`, `article.body = sanitize(text)`.
fn is_cleaned(module: &Module, name: &str) -> bool {
    let cleaning = |value: NodeId| {
        let value = module.resolve(value);
        std::iter::once(value)
            .chain(module.descendants(value))
            .any(|node| module.kind(node) == Kind::Call && module.called(node).is_some_and(cleans))
    };
    module.all().any(|node| match module.kind(node) {
        Kind::Property(word) if module.word(word) == name => module.child(node, 0).is_some_and(cleaning),
        Kind::Assign(_) => {
            module.child(node, 0).is_some_and(|target| module.last_name(target) == Some(name))
                && module.child(node, 1).is_some_and(cleaning)
        }
        _ => false,
    })
}
