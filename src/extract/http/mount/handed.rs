//! What happens to an application that is handed to a function.

use super::eval::Eval;
use super::model::{Env, Event, Instance, Key};
use super::uses::{Registration, Use};
use crate::extract::code::{Origin, Site};
use crate::parse::javascript::{BindingId, Bound};

/// Where an application is handed to what listens.
pub(super) fn served(eval: &Eval<'_>, registration: &Registration) -> Option<Event> {
    const SERVERS: &[(&str, &str)] = &[
        ("node:http", "createServer()"),
        ("node:https", "createServer()"),
        ("node:http2", "createServer()"),
        ("node:http2", "createSecureServer()"),
        ("node:http", "Server()"),
        ("spdy", "createServer()"),
        ("@hono/node-server", "serve()"),
        ("h3", "serve()"),
        ("listhen", "listen()"),
    ];
    let listens = match eval.code().origin(registration.call) {
        Origin::External { package, path } => SERVERS.contains(&(package.as_str(), path.as_str())),
        Origin::Global(path) => path == "Bun.serve()" || path == "Deno.serve()",
        _ => false,
    };
    listens.then_some(Event::Listen(registration.call))
}

/// `server.applyMiddleware({ app })` of Apollo: the server puts itself behind the application.
pub(super) fn applied(eval: &Eval<'_>, registration: &Registration) -> Option<Event> {
    let module = eval.module(registration.call);
    let node = module.called(registration.call.node).filter(|name| *name == "applyMiddleware");
    let node = node.and_then(|_| module.receiver(registration.call.node))?;
    Some(Event::Door { value: Site { node, ..registration.call }, path: Some(String::new()) })
}

/// Whether a router is handed to a function of the repository there, and what happens in it.
pub(super) fn handed_on(eval: &Eval<'_>, registration: &Registration, env: &Env) -> Option<Event> {
    let (index, part) = match registration.by {
        Use::Argument(index) => (index, false),
        Use::Within(index) => (index, true),
        Use::Method => return None,
    };
    let (function, inner) = eval.entered(registration.call, env)?;
    let module = eval.module(function);
    let is_it = |bound: Bound| match bound {
        Bound::Parameter(of, at) => !part && of == function.node && at == index,
        // Of an object, the name under which the router is handed over must be looked up.
        Bound::ParameterPart(of, at, _) => part && of == function.node && at == index,
        _ => false,
    };
    let bindings = module.bindings.iter().enumerate();
    let mut candidates = bindings
        .filter(|(_, binding)| is_it(binding.bound))
        .map(|(index, _)| BindingId(u32::try_from(index).unwrap_or(u32::MAX)));
    let binding = if part {
        candidates.find(|binding| named_alike(eval, registration, function, *binding))
    } else {
        candidates.next()
    }?;
    let router = Instance { key: Key::Given(function.file, binding), env: inner };
    Some(Event::Mount { router, prefixes: vec![Some(String::new())], scoped: false })
}

fn named_alike(eval: &Eval<'_>, registration: &Registration, function: Site, binding: BindingId) -> bool {
    let module = eval.module(function);
    let Bound::ParameterPart(_, index, key) = module.bindings[binding.0 as usize].bound else { return false };
    let there = eval.module(registration.call);
    let argument = there.argument(registration.call.node, index as usize);
    let value = argument.and_then(|argument| there.property(argument, module.word(key)));
    value.is_some_and(|value| match registration.on {
        Key::Given(file, binding) => {
            file == registration.call.file && there.binding(there.awaited(value)) == Some(binding)
        }
        Key::Made(_) => {
            let routers = eval.routers(Site { node: value, ..registration.call }, &None);
            routers.iter().any(|router| router.key == registration.on)
        }
    })
}
