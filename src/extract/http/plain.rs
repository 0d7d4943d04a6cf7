//! Routes behind which there is nothing: everybody gets the same text, or a file of the repository.

use super::handler::functions;
use super::{Known, Sign};
use crate::extract::code::{Capability, Code, Origin, Site};
use crate::parse::javascript::{Bound, Kind, Module, NodeId};

/// Functions that call functions are followed this deep.
const DEEPEST: usize = 3;

/// Whether a route reads nothing of a request, asks nobody and changes nothing, as far as its whole handler can be read;
/// or is one that a page is developed with, and that answers nothing in production.
pub(super) fn is(code: &Code<'_>, known: &Known<'_>) -> bool {
    const MORE: &[Capability] = &[
        Capability::Auth,
        Capability::Role,
        Capability::Session,
        Capability::Token,
        Capability::Upload,
        Capability::Database,
        Capability::Orm,
        Capability::Mail,
        Capability::Payment,
        Capability::Llm,
        Capability::HttpClient,
        Capability::Queue,
    ];
    if known.handler.is(Sign::Mocks) {
        return true;
    }
    let reading = matches!(known.route.method.as_str(), "GET" | "ALL");
    let Some(handler) = known.route.handler.filter(|_| reading) else { return false };
    let reads = &known.handler.reads;
    let of_path = !reads.is_empty() && reads.iter().all(|part| *part == "params");
    let all = known.all();
    let signs = [Sign::Writes, Sign::Looks, Sign::Keeps, Sign::Refuses, Sign::Locks];
    !MORE.iter().any(|more| all.has(*more))
        && !signs.iter().any(|sign| known.handler.is(*sign))
        && (reads.is_empty() && all_plain(code, handler, 0)
            || of_path && (echoes(code, handler) || sends_a_file(code, handler))
            || !reads.contains("body") && draws(code, handler))
}

/// Whether all a handler answers is a picture that it draws of its address: what a link shows where it is shared.
fn draws(code: &Code<'_>, handler: Site) -> bool {
    functions(code, handler, 0).iter().any(|site| {
        code.module(site.file).is_some_and(|module| {
            module.may_say("ImageResponse")
                && module.descendants(site.node).any(|node| {
                    module.kind(node) == Kind::New && module.called(node) == Some("ImageResponse")
                })
        })
    })
}

/// Whether all that a handler asks is the file that its path names: `createReadStream(resolve(folder, path))`.
fn sends_a_file(code: &Code<'_>, handler: Site) -> bool {
    const READS: &[&str] = &["createReadStream", "readFile", "readFileSync"];
    functions(code, handler, 0).iter().any(|site| {
        code.module(site.file).is_some_and(|module| {
            READS.iter().any(|name| module.may_say(name))
                && module.descendants(site.node).any(|node| {
                    module.called(node).is_some_and(|name| READS.contains(&name))
                        && matches!(code.callee(Site { node, ..*site }),
                            Origin::External { package, .. } if matches!(package.as_str(), "node:fs" | "node:fs/promises"))
                })
        })
    })
}

/// Whether all a handler does is to say what its path says, or to send elsewhere.
fn echoes(code: &Code<'_>, handler: Site) -> bool {
    let functions = functions(code, handler, 0);
    let echoes = |site: &Site| {
        let Some(module) = code.module(site.file) else { return false };
        module.descendants(site.node).all(|node| match module.kind(node) {
            Kind::Await | Kind::Yield | Kind::New | Kind::Tagged => false,
            Kind::Return => module.child(node, 0).is_none_or(|value| is_of_path(module, value)),
            Kind::Call => {
                let callee = module.callee(node).map(|node| Site { node, ..*site });
                let sends = callee.is_some_and(|callee| {
                    matches!(code.origin(callee), Origin::External { path, .. } if path == "redirect")
                });
                sends || module.receiver(node).is_some_and(|on| is_of_path(module, on))
            }
            _ => true,
        })
    };
    !functions.is_empty() && functions.iter().all(echoes)
}

/// Whether a value is written out, or a parameter of the path: `params.id`, `{ id }`.
fn is_of_path(module: &Module, value: NodeId) -> bool {
    let value = module.resolve(value);
    let says = |word: crate::parse::javascript::Word| module.word(word) == "params";
    match module.kind(value) {
        Kind::Object | Kind::Property(_) => module.children(value).all(|part| is_of_path(module, part)),
        Kind::Member(word) => {
            let object = module.child(value, 0);
            says(word) || object.is_some_and(|object| is_of_path(module, object))
        }
        Kind::Name(_, Some(binding)) => match module.bindings[binding.0 as usize].bound {
            Bound::ParameterPart(_, _, word) => says(word),
            Bound::Part(of, word) => says(word) || is_of_path(module, of),
            _ => false,
        },
        _ => is_fixed(module, value) && module.kind(value) != Kind::Call,
    }
}

fn all_plain(code: &Code<'_>, site: Site, depth: usize) -> bool {
    let functions = functions(code, site, 0);
    depth < DEEPEST && !functions.is_empty() && functions.iter().all(|site| function(code, *site, depth))
}

fn function(code: &Code<'_>, site: Site, depth: usize) -> bool {
    let Some(module) = code.module(site.file) else { return false };
    let answers = module.body(site.node).filter(|body| module.kind(*body) != Kind::Block);
    answers.is_none_or(|value| is_fixed(module, value))
        && module.descendants(site.node).all(|node| match module.kind(node) {
            // `throw new Error("…")`
            Kind::New if module.parent(node).is_some_and(|around| module.kind(around) == Kind::Throw) => {
                module.arguments(node).all(|argument| is_fixed(module, argument))
            }
            Kind::Await | Kind::Yield | Kind::New | Kind::Tagged => false,
            Kind::Return => module.child(node, 0).is_none_or(|value| is_fixed(module, value)),
            Kind::Call => call(code, module, Site { node, ..site }, depth),
            _ => true,
        })
}

/// A call that is looked at by itself, or a value that is written out.
fn is_fixed(module: &Module, value: NodeId) -> bool {
    let whole = |node: NodeId| {
        matches!(
            module.kind(node),
            Kind::Text(_)
                | Kind::Number(_)
                | Kind::Flag(_)
                | Kind::Null
                | Kind::Template
                | Kind::Object
                | Kind::Property(_)
                | Kind::Element(..)
                | Kind::Attribute(_)
        )
    };
    module.kind(value) == Kind::Call || whole(value) && module.descendants(value).all(whole)
}

fn call(code: &Code<'_>, module: &Module, site: Site, depth: usize) -> bool {
    let Some(callee) = module.callee(site.node) else { return false };
    match code.origin(Site { node: callee, ..site }) {
        // A parameter whose type is that of a package: `(req: NextApiRequest, res: NextApiResponse)`.
        Origin::External { .. } if answers(module, site.node, callee) => true,
        Origin::External { package, path } => {
            matches!(package.as_str(), "node:path" | "node:fs" | "node:url" | "path" | "fs" | "url")
                || path == "redirect"
                    && module.arguments(site.node).all(|argument| is_fixed(module, argument))
        }
        Origin::Global(name) => name.starts_with("console.") || matches!(&*name, "process.cwd"),
        Origin::Local(local) => all_plain(code, local, depth + 1),
        Origin::Unknown => answers(module, site.node, callee),
    }
}

/// What an answer is sent with, and what is asked of the head of a request.
fn answers(module: &Module, call: NodeId, callee: NodeId) -> bool {
    let first = module.leftmost(callee);
    let Kind::Name(_, Some(binding)) = module.kind(first) else { return false };
    let bound = module.bindings.get(binding.0 as usize).map(|binding| binding.bound);
    let parameter = matches!(bound, Some(Bound::Parameter(..)));
    let fixed = || module.arguments(call).all(|argument| is_fixed(module, argument));
    match module.called(call) {
        // `next()`
        _ if first == callee => parameter && module.arguments(call).next().is_none(),
        Some("send" | "json" | "text" | "html" | "end" | "write") => parameter && fixed(),
        Some(
            "sendFile" | "sendfile" | "status" | "type" | "set" | "setHeader" | "header" | "startsWith"
            | "endsWith" | "includes",
        ) => parameter,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn what_everybody_gets_is_plain() {
        for (handler, expected) in [
            ("(req, res) => res.send('a')", "true"),
            ("(req, res) => res.status(200).json({ name: 'a' })", "true"),
            ("(req, res) => res.sendFile(path.join(__dirname, 'dist/index.html'))", "true"),
            ("(req, res, next) => page(req, res, next)", "true"),
            (
                "(req, res) => { if (req.headers.accept.includes('html')) return res.end('a'); res.end(); }",
                "true",
            ),
            ("(req, res) => res.json(users)", "false"),
            ("(req, res) => res.send(req.query.name)", "false"),
            ("(req, res) => res.sendFile(req.params.name)", "false"),
            ("async (req, res) => res.json(await fetch('https://a.example'))", "false"),
            ("(req, res) => res.send(count())", "false"),
            ("(req, res) => service.list(req, res)", "false"),
            ("() => { throw redirect('/b'); }", "true"),
            ("({ params }) => { if (!params.id) throw redirect('/b'); return { id: params.id }; }", "true"),
            ("({ params }) => { const { id } = params; return { id }; }", "true"),
            ("({ params }) => { const id = params.id; return { user: users[id] }; }", "false"),
            ("async ({ params }) => { return { user: await service.find(params.id) }; }", "false"),
            ("(req) => redirect('/b' + req.url)", "false"),
            ("handlers.list", "false"),
            ("(req, res) => fs.createReadStream(path.join('files', req.params.name)).pipe(res)", "true"),
            ("(req, res) => store.createReadStream(req.params.name).pipe(res)", "false"),
            ("(req, res) => { throw new Error('on purpose'); }", "true"),
            ("(req, res) => { if (!isMockMode) return res.status(404).end(); save(req.body); }", "true"),
            ("async (req) => new ImageResponse(req.query.title, { fonts: await load() })", "true"),
        ] {
            let text = format!(
                "const path = require('path'); const fs = require('fs'); const app = require('express')();
                 const {{ redirect }} = require('react-router');
                 const users = []; const {{ service, handlers, count, store, save, isMockMode }} = require('./made' + name);
                 const page = (req, res, next) => {{
                   if (fs.existsSync('a')) {{ res.setHeader('a', 'b'); return; }}
                   next();
                 }};
                 app.get('/a', {handler}); app.listen(1);"
            );
            let manifest = r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5"}}"#;
            let found = show("http.route", &["plain"], &[("package.json", manifest), ("a.js", &text)]);
            assert_eq!(found, [expected], "{handler}");
        }
    }
}
