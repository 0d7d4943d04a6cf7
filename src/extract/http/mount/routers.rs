//! Which values are routers.

use super::eval::{Eval, MAX_STEPS};
use super::loaded::loaded;
use super::model::{Env, Instance, Key, Role};
use crate::extract::code::{Origin, Site};
use crate::parse::javascript::Kind;

impl Eval<'_> {
    /// What a call makes, where its framework says so.
    pub(super) fn role(&self, call: Site) -> Option<Role> {
        if let Some(known) = self.roles.borrow().get(&call) {
            return *known;
        }
        let found = match self.code().origin(call) {
            Origin::External { package, path } => self
                .shape
                .makers
                .iter()
                .find(|(of, made, _)| {
                    let rest = package.strip_prefix(of);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) && path == *made
                })
                .map(|(_, _, role)| *role),
            _ => None,
        };
        self.roles.borrow_mut().insert(call, found);
        found
    }

    /// The routers that a value is, made in code that can be seen.
    pub(in crate::extract::http) fn mounted(&self, site: Site, env: &Env) -> Vec<Instance> {
        let mut found = self.routers(site, env);
        found.retain(|router| matches!(router.key, Key::Made(_)));
        if found.is_empty() {
            found.extend(loaded(self, site));
        }
        found
    }

    /// The routers that a value is.
    pub(in crate::extract::http) fn routers(&self, site: Site, env: &Env) -> Vec<Instance> {
        self.routers_of(site, env, 0)
    }

    fn routers_of(&self, site: Site, env: &Env, depth: usize) -> Vec<Instance> {
        if depth > MAX_STEPS {
            return Vec::new();
        }
        let module = self.module(site);
        match module.kind(site.node) {
            Kind::Logical(_) | Kind::Sequence | Kind::Conditional => {
                let parts = module.children(site.node);
                let parts = parts.flat_map(|node| self.routers_of(Site { node, ..site }, env, depth + 1));
                return parts.collect();
            }
            _ => {}
        }
        let (at, env) = self.value(site, env);
        match self.kind(at) {
            Kind::Call | Kind::New => self.made(at, &env, depth),
            Kind::Name(_, Some(binding)) => vec![Instance { key: Key::Given(at.file, binding), env }],
            Kind::Logical(_) | Kind::Conditional if at != site => self.routers_of(at, &env, depth + 1),
            Kind::Await => {
                self.below(at, 0).map(|inner| self.routers_of(inner, &env, depth + 1)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    fn made(&self, call: Site, env: &Env, depth: usize) -> Vec<Instance> {
        let itself = || vec![Instance { key: Key::Made(call), env: env.clone() }];
        if self.role(call).is_some() {
            return itself();
        }
        let module = self.module(call);
        if let (Some(object), Some(method)) = (module.receiver(call.node), module.called(call.node)) {
            let (same, derived) = (self.shape.itself.contains(&method), self.shape.derived.contains(&method));
            if same || derived {
                let on = self.routers_of(Site { node: object, ..call }, env, depth + 1);
                let on: Vec<_> = on.into_iter().filter(|router| self.is_router(router)).collect();
                if !on.is_empty() {
                    return if derived { itself() } else { on };
                }
            }
        }
        if module.kind(call.node) == Kind::New {
            return Vec::new();
        }
        let inner = self.inner(call, env, depth);
        let Some((function, _)) = self.entered(call, env) else { return inner };
        let owned = |router: &Instance| match router.key {
            Key::Made(site) => {
                site.file == function.file && self.module(site).contains(function.node, site.node)
            }
            Key::Given(..) => false,
        };
        if inner.iter().any(owned) { itself() } else { inner }
    }

    /// The routers that a function of the repository gives back where this calls it.
    pub(super) fn inner(&self, call: Site, env: &Env, depth: usize) -> Vec<Instance> {
        let Some((function, env)) = self.entered(call, env) else { return Vec::new() };
        let returned = self.returned(function);
        let all = returned.into_iter().flat_map(|value| self.routers_of(value, &env, depth + 1));
        all.filter(|router| self.is_router(router)).collect()
    }

    /// A name that a function is handed may be anything: what is made is a router.
    fn is_router(&self, router: &Instance) -> bool {
        match router.key {
            Key::Made(_) => true,
            Key::Given(file, binding) => self.known.handed(file, binding),
        }
    }
}
