//! Markup that is put into a page as it is.

mod fixed;
#[cfg(test)]
mod tests;

use self::fixed::{TRANSLATIONS, is_fixed};
use super::scan::Scan;
use crate::extract::Context;
use crate::extract::code::Origin;
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
    let handed = is_handed(scan, behind) || is_made_on_the_server(scan, behind);
    let cleans = module_cleans(scan.module);
    let cleaned = (cleans || !handed).then_some(cleans);
    scan.add(node, MarkupRaw { by: by.to_owned(), cleaned });
}

/// Whether markup is given to a component or to a function with a name, whose users may have cleaned it.
fn is_handed(scan: &Scan<'_, '_>, value: NodeId) -> bool {
    let module = scan.module;
    match module.kind(value) {
        // A component of Vue is given what it shows as well.
        Kind::Member(word) => {
            is_property_of_component(module, value, module.word(word)) || is_prop(module, value)
        }
        Kind::Name(_, Some(binding)) => {
            let bound = module.bindings[binding.0 as usize].bound;
            // What a callback gets is data; what a function with a name gets, its callers may have cleaned.
            matches!(bound, Bound::Parameter(function, _) | Bound::ParameterPart(function, ..)
                if module.function(function).is_some_and(|function| !module.word(function.name).is_empty()))
        }
        // `compile(template, data)`: what functions of the program make of nothing else.
        Kind::Call => {
            let own =
                module.callee(value).is_some_and(|callee| matches!(scan.origin(callee), Origin::Local(_)));
            own && module.argument(value, 0).is_some()
                && module.arguments(value).all(|part| is_fixed(scan, part, 1) || is_handed(scan, part))
        }
        _ => false,
    }
}

/// Whether markup is the answer of a server of this package that makes it of elements, and escapes there what it puts in:
/// `fetch("/list").then((answer) => answer.text()).then((text) => …)`.
fn is_made_on_the_server(scan: &Scan<'_, '_>, value: NodeId) -> bool {
    const MAKERS: &[&str] = &["@kitajs/html", "@elysiajs/html", "@fastify/html"];
    let module = scan.module;
    let Kind::Name(_, Some(binding)) = module.kind(value) else { return false };
    let Bound::Parameter(function, 0) = module.bindings[binding.0 as usize].bound else { return false };
    let mut call = module.parent(function);
    while let Some(at) = call.filter(|at| module.called(*at) == Some("then")) {
        call = module.receiver(at);
    }
    let Some(asked) = call.filter(|call| module.called(*call) == Some("fetch")) else { return false };
    let Some(address) = module.argument(asked, 0) else { return false };
    let own = !scan.source(address).contains("://");
    let package = scan.context.packages.owner(scan.path(), "npm");
    own && package.is_some_and(|package| MAKERS.iter().any(|maker| package.dependency(maker).is_some()))
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
        let own = super::names::has(value, &["svg", "icon", "icons", "css", "changelog"]);
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
