//! Questions that nearly every analysis asks of a module.

use std::borrow::Cow;

use super::model::{BindingId, Bound, Imported, Kind, Module, NodeId, Operator, Word};

/// How many steps from name to name are followed, since names can name each other.
const MAX_STEPS: usize = 32;

impl Module {
    /// What is called, where the node is a call or a `new`.
    #[inline]
    pub fn callee(&self, call: NodeId) -> Option<NodeId> {
        matches!(self.kind(call), Kind::Call | Kind::New).then(|| self.child(call, 0)).flatten()
    }

    /// The arguments of a call.
    #[inline]
    pub fn arguments(&self, call: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.children(call).skip(1)
    }

    /// The argument of this number.
    #[inline]
    pub fn argument(&self, call: NodeId, index: usize) -> Option<NodeId> {
        self.arguments(call).nth(index)
    }

    /// The name of the method that is called, or of the function: `get` for `app.get(…)`, `f` for `f(…)`.
    #[inline]
    pub fn called(&self, call: NodeId) -> Option<&str> {
        self.last_name(self.callee(call)?)
    }

    /// The calls whose [`Module::called`] is such a name, in the order of the text. Each name is asked about once.
    pub fn calls_named(&self, is: impl Fn(&str) -> bool) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut sorted = true;
        for (name, calls) in self.called.each() {
            if is(self.word(name)) {
                sorted = found.is_empty();
                found.extend_from_slice(calls);
            }
        }
        if !sorted {
            found.sort_unstable();
        }
        found
    }

    /// The calls behind a call, in order, with the names of their methods: `.sort().limit()`.
    pub fn chain(&self, call: NodeId) -> Vec<(&str, NodeId)> {
        let mut found = Vec::new();
        let mut whole = call;
        while let Some(member) = self.parent(whole)
            && let Kind::Member(word) = self.kind(member)
            && let Some(next) = self.parent(member).filter(|next| self.callee(*next) == Some(member))
        {
            found.push((self.word(word), next));
            whole = next;
        }
        found
    }

    /// Whether the module may speak of its environment; `false` is certain.
    pub fn may_read_environment(&self) -> bool {
        self.may_say("env")
    }

    /// What a method is called on: `app` for `app.get(…)`.
    #[inline]
    pub fn receiver(&self, call: NodeId) -> Option<NodeId> {
        let callee = self.callee(call)?;
        matches!(self.kind(callee), Kind::Member(_) | Kind::Index).then(|| self.child(callee, 0)).flatten()
    }

    /// The last name of a path: `c` for `a.b.c`, `a` for `a`.
    #[inline]
    pub fn last_name(&self, node: NodeId) -> Option<&str> {
        self.last_word(node).map(|word| self.word(word))
    }

    #[inline]
    pub(super) fn last_word(&self, node: NodeId) -> Option<Word> {
        match self.kind(node) {
            Kind::Name(word, _) | Kind::Member(word) => Some(word),
            _ => None,
        }
    }

    /// A path of names, joined by dots: `process.env.PORT`, `this.db.query`. None where something else stands in it.
    pub fn dotted(&self, node: NodeId) -> Option<String> {
        match self.kind(node) {
            Kind::Name(word, _) => Some(self.word(word).to_owned()),
            Kind::This => Some("this".to_owned()),
            Kind::Super => Some("super".to_owned()),
            Kind::Member(word) => {
                let mut path = self.dotted(self.child(node, 0)?)?;
                path.push('.');
                path.push_str(self.word(word));
                Some(path)
            }
            _ => None,
        }
    }

    /// Whether a node is this path of names, which begins with a global one: `process.env`.
    pub fn is_global(&self, node: NodeId, path: &str) -> bool {
        match (self.kind(node), path.rsplit_once('.')) {
            (Kind::Name(word, None), None) => self.word(word) == path,
            (Kind::Member(word), Some((object, name))) => {
                self.word(word) == name
                    && self.child(node, 0).is_some_and(|node| self.is_global(node, object))
            }
            (Kind::Member(word), None) => {
                // `globalThis.fetch` is `fetch`.
                const GLOBALS: &[&str] = &["globalThis", "window", "global", "self"];
                let object = self.child(node, 0).map(|object| self.kind(object));
                self.word(word) == path
                    && matches!(object, Some(Kind::Name(word, None)) if GLOBALS.contains(&self.word(word)))
            }
            _ => false,
        }
    }

    /// Whether a node is the environment of the program: `process.env`, `import.meta.env`, `Bun.env`, `Deno.env`, or a
    /// name of it.
    pub fn is_environment(&self, node: NodeId) -> bool {
        let node = self.resolve(node);
        match self.kind(node) {
            Kind::Member(word) if self.word(word) == "env" => {
                self.child(node, 0).is_some_and(|object| self.is_runtime(object))
            }
            Kind::Name(_, Some(binding)) => match self.bindings[binding.0 as usize].bound {
                Bound::Part(value, word) => self.word(word) == "env" && self.is_runtime(value),
                Bound::Import(import, Imported::Named(word)) => {
                    let source = self.word(self.imports[import.0 as usize].source);
                    self.word(word) == "env"
                        && matches!(
                            source,
                            "process" | "node:process" | "$env/dynamic/private" | "$env/dynamic/public"
                        )
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a node is an object literal that is put together of variables of the environment, or a name of one.
    pub fn is_of_environment(&self, node: NodeId) -> bool {
        let object = self.resolve(node);
        let reads = |value: NodeId| {
            std::iter::once(value).chain(self.own_descendants(value)).any(|part| {
                matches!(self.kind(part), Kind::Member(_) | Kind::Index)
                    && self.child(part, 0).is_some_and(|object| self.is_environment(object))
            })
        };
        self.kind(object) == Kind::Object
            && self.children(object).any(|part| {
                matches!(self.kind(part), Kind::Property(_)) && self.child(part, 0).is_some_and(reads)
            })
    }

    /// Whether a node is what holds the environment: `process`, imported or not, `Bun`, `Deno`, `import.meta`.
    fn is_runtime(&self, node: NodeId) -> bool {
        match self.kind(node) {
            Kind::Name(word, None) => matches!(self.word(word), "process" | "Bun" | "Deno"),
            Kind::Name(_, Some(binding)) => match self.bindings[binding.0 as usize].bound {
                Bound::Import(import, _) => {
                    let source = self.word(self.imports[import.0 as usize].source);
                    source.trim_start_matches("node:") == "process"
                }
                Bound::Value(value) => matches!(self.kind(value), Kind::Import(import)
                    if self.word(self.imports[import.0 as usize].source).trim_start_matches("node:") == "process"),
                _ => false,
            },
            Kind::Member(word) => self.word(word) == "process" && self.is_global(node, "process"),
            Kind::Import(import) => {
                self.word(self.imports[import.0 as usize].source).trim_start_matches("node:") == "process"
            }
            // `import.meta` is the only thing before `.env` that the tree does not name.
            Kind::Other => true,
            _ => false,
        }
    }

    /// The leftmost value of a chain of members and calls: `z` for `z.object({}).strict().parse`.
    #[inline]
    pub fn leftmost(&self, node: NodeId) -> NodeId {
        let mut at = node;
        while let Kind::Member(_) | Kind::Index | Kind::Call | Kind::New | Kind::Await = self.kind(at) {
            let Some(object) = self.child(at, 0) else { break };
            at = object;
        }
        at
    }

    /// The binding of a name.
    #[inline]
    pub fn binding(&self, node: NodeId) -> Option<BindingId> {
        match self.kind(node) {
            Kind::Name(_, binding) | Kind::Type(_, binding) | Kind::Element(_, binding) => binding,
            _ => None,
        }
    }

    /// The value a node stands for in this module: names of constants are followed to what they were declared as.
    #[inline]
    pub fn resolve(&self, node: NodeId) -> NodeId {
        let mut at = node;
        for _ in 0..MAX_STEPS {
            let Some(binding) = self.binding(at).map(|binding| &self.bindings[binding.0 as usize]) else {
                break;
            };
            match binding.bound {
                Bound::Value(value) if !binding.mutated => at = value,
                _ => break,
            }
        }
        at
    }

    /// The value of a property of an object literal; the last of that name counts. Names of constants are followed.
    pub fn property(&self, object: NodeId, key: &str) -> Option<NodeId> {
        let object = self.resolve(object);
        if self.kind(object) != Kind::Object {
            return None;
        }
        let found =
            |child: &NodeId| matches!(self.kind(*child), Kind::Property(word) if self.word(word) == key);
        let property = self.children(object).filter(found).last()?;
        self.child(property, 0)
    }

    /// The keys of an object literal with their values, spreads of local constants opened.
    pub fn properties(&self, object: NodeId) -> Vec<(&str, NodeId)> {
        let mut found = Vec::new();
        self.collect_properties(object, &mut found, 0);
        found
    }

    fn collect_properties<'m>(&'m self, object: NodeId, found: &mut Vec<(&'m str, NodeId)>, depth: usize) {
        let object = self.resolve(object);
        if self.kind(object) != Kind::Object || depth > MAX_STEPS {
            return;
        }
        for child in self.children(object) {
            match (self.kind(child), self.child(child, 0)) {
                (Kind::Property(word), Some(value)) => found.push((self.word(word), value)),
                (Kind::Spread, Some(value)) => self.collect_properties(value, found, depth + 1),
                _ => {}
            }
        }
    }

    /// The text a node always has: a literal, a template or a sum of such, a name of one. None where part of it is
    /// computed.
    pub fn text(&self, node: NodeId) -> Option<Cow<'_, str>> {
        self.constant(node, 0)
    }

    fn constant(&self, node: NodeId, depth: usize) -> Option<Cow<'_, str>> {
        if depth > MAX_STEPS {
            return None;
        }
        let node = self.resolve(node);
        match self.kind(node) {
            Kind::Text(word) | Kind::Number(word) => Some(Cow::Borrowed(self.word(word))),
            Kind::Template => {
                let parts = self.children(node).map(|part| self.constant(part, depth + 1));
                parts.collect::<Option<Vec<_>>>().map(|parts| Cow::Owned(parts.concat()))
            }
            Kind::Binary(Operator::Add) => {
                let left = self.constant(self.child(node, 0)?, depth + 1)?;
                let right = self.constant(self.child(node, 1)?, depth + 1)?;
                Some(left + right)
            }
            Kind::Member(key) => {
                // `Routes.users` of a local `const Routes = { users: "/users" }`.
                let object = self.child(node, 0)?;
                self.constant(self.property(object, self.word(key))?, depth + 1)
            }
            _ => None,
        }
    }

    /// The values that a function returns, as written.
    pub fn results(&self, function: NodeId) -> Vec<NodeId> {
        if self.function(function).is_none() {
            return Vec::new();
        }
        match self.body(function) {
            Some(body) if self.kind(body) == Kind::Block => {
                let returns = self.own_descendants(body).filter(|node| self.kind(*node) == Kind::Return);
                returns.filter_map(|node| self.child(node, 0)).collect()
            }
            body => body.into_iter().collect(),
        }
    }

    /// The value within `await`s.
    pub fn awaited(&self, node: NodeId) -> NodeId {
        let mut at = node;
        while let (Kind::Await, Some(value)) = (self.kind(at), self.child(at, 0)) {
            at = value;
        }
        at
    }

    /// Whether a node stands in a loop of its own function.
    pub fn in_loop(&self, node: NodeId) -> bool {
        let around = self.ancestors(node).take_while(|id| !matches!(self.kind(*id), Kind::Function(_)));
        around.into_iter().any(|id| matches!(self.kind(id), Kind::Loop(_)))
    }

    /// Whether this directive stands at the top: `use client`.
    pub fn has_directive(&self, directive: &str) -> bool {
        self.directives.iter().any(|word| self.word(*word) == directive)
    }
}
