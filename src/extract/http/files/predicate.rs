//! Conditions on the path of a request, decided for one path.

use super::handler::value;
use super::pattern::Pattern;
use crate::extract::code::{Code, Site};
use crate::parse::javascript::{BindingId, Bound as Binds, Kind, Module, NodeId, Operator};

/// How deep conditions are followed.
const MAX_DEPTH: usize = 24;

/// What a condition comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It hangs on something else than the path.
    Open,
}

/// What is known of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bound {
    file: crate::source::FileId,
    binding: BindingId,
    known: Known,
}

/// A value that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    Path,
    Text(String),
    Regex(String),
}

/// Decides conditions for a path.
#[derive(Clone, Copy)]
pub(super) struct Test<'t, 'r> {
    /// The code.
    pub code: &'t Code<'r>,
    /// The path of the request.
    pub path: &'t str,
    /// The path with the groups of its folders.
    pub id: &'t str,
}

impl Verdict {
    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Open => Self::Open,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Open,
        }
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

/// Whether a part of `a ? b : c`, `a && b`, `a || b` is reached, the test decided.
pub(super) fn is_reached(kind: Kind, part: usize, test: Verdict) -> bool {
    match (kind, part) {
        (Kind::Conditional, 0) | (Kind::Logical(Operator::And), _) => test != Verdict::No,
        (Kind::Conditional | Kind::Logical(Operator::Or), _) => test != Verdict::Yes,
        _ => true,
    }
}

impl Test<'_, '_> {
    /// What a condition comes to.
    pub(super) fn verdict(&self, site: Site, known: &[Bound], depth: usize) -> Verdict {
        let Some(module) = self.code.module(site.file).filter(|_| depth < MAX_DEPTH) else {
            return Verdict::Open;
        };
        let at = |node| Site { file: site.file, node };
        let of = |part: usize| {
            let part = module.child(site.node, part);
            part.map_or(Verdict::Open, |part| self.verdict(at(part), known, depth + 1))
        };
        match module.kind(site.node) {
            Kind::Flag(flag) => Verdict::of(flag),
            Kind::Unary(Operator::Not) => of(0).not(),
            Kind::Logical(Operator::And) => of(0).and(of(1)),
            Kind::Logical(Operator::Or) => of(0).or(of(1)),
            Kind::Logical(Operator::Coalesce) | Kind::Await => of(0),
            Kind::Conditional => match of(0) {
                Verdict::Yes => of(1),
                Verdict::No => of(2),
                Verdict::Open if of(1) == of(2) => of(1),
                Verdict::Open => Verdict::Open,
            },
            Kind::Binary(operator) => self.comparison(module, site, operator, known),
            Kind::Call => self.call(module, site, known, depth),
            Kind::Name(..) => {
                let made = module.resolve(site.node);
                if made == site.node { Verdict::Open } else { self.verdict(at(made), known, depth + 1) }
            }
            _ => Verdict::Open,
        }
    }

    fn comparison(&self, module: &Module, site: Site, operator: Operator, known: &[Bound]) -> Verdict {
        let (Some(left), Some(right)) = (module.child(site.node, 0), module.child(site.node, 1)) else {
            return Verdict::Open;
        };
        let of = |node| self.value(Site { file: site.file, node }, known);
        let (Some(left), Some(right)) = (of(left), of(right)) else { return Verdict::Open };
        match operator {
            Operator::Equal | Operator::StrictEqual => Verdict::of(left == right),
            Operator::NotEqual | Operator::StrictNotEqual => Verdict::of(left != right),
            _ => Verdict::Open,
        }
    }

    fn call(&self, module: &Module, call: Site, known: &[Bound], depth: usize) -> Verdict {
        let at = |node| Site { file: call.file, node };
        let (name, receiver) = (module.called(call.node).unwrap_or_default(), module.receiver(call.node));
        let argument = module.argument(call.node, 0);
        if let (Some(receiver), Some(argument)) = (receiver.map(at), argument.map(at)) {
            let (text, other) = (self.value(receiver, known), self.value(argument, known));
            match (name, text, other) {
                ("startsWith", Some(text), Some(start)) => return Verdict::of(text.starts_with(&start)),
                ("endsWith", Some(text), Some(end)) => return Verdict::of(text.ends_with(&end)),
                ("includes", Some(text), Some(part)) => return Verdict::of(text.contains(&part)),
                ("match" | "search", Some(text), None) => {
                    return self.regex(argument, known).map_or(Verdict::Open, |regex| matched(&regex, &text));
                }
                ("test" | "exec", None, Some(text)) => {
                    return self.regex(receiver, known).map_or(Verdict::Open, |regex| matched(&regex, &text));
                }
                ("includes" | "has", None, Some(text)) => {
                    return self.items(receiver, depth).map_or(Verdict::Open, |items| {
                        any(&items, |item| self.value(item, known).map(|item| item == text))
                    });
                }
                ("some" | "every" | "find", None, None) => {
                    return self.quantified(receiver, argument, name, known, depth);
                }
                _ => {}
            }
        }
        self.predicate(module, call, known, depth)
    }

    /// `list.some((item) => path.startsWith(item))`
    fn quantified(&self, list: Site, function: Site, name: &str, known: &[Bound], depth: usize) -> Verdict {
        let Some(items) = self.items(list, depth) else { return Verdict::Open };
        let function = value(self.code, function);
        let verdicts = items.into_iter().map(|item| {
            let mut inner = known.to_vec();
            inner.extend(self.bound(function, 0, item, known));
            self.returned(function, &inner, depth + 1)
        });
        if name == "every" {
            verdicts.fold(Verdict::Yes, Verdict::and)
        } else {
            verdicts.fold(Verdict::No, Verdict::or)
        }
    }

    /// A call of a function of this repository, or of one that a list of patterns made.
    fn predicate(&self, module: &Module, call: Site, known: &[Bound], depth: usize) -> Verdict {
        let Some(callee) = module.callee(call.node) else { return Verdict::Open };
        let made = value(self.code, Site { file: call.file, node: callee });
        let Some(maker) = self.code.module(made.file) else { return Verdict::Open };
        match maker.kind(made.node) {
            Kind::Call if maker.called(made.node) == Some("createRouteMatcher") => {
                let list = maker.argument(made.node, 0);
                list.map_or(Verdict::Open, |node| self.listed_in(Site { file: made.file, node }))
            }
            Kind::Function(_) => {
                let passed = self.passed(call, made, known);
                self.returned(made, &passed, depth + 1)
            }
            _ => Verdict::Open,
        }
    }

    /// What a function gives back, where it is one condition or a few with early answers.
    fn returned(&self, function: Site, known: &[Bound], depth: usize) -> Verdict {
        let Some(module) = self.code.module(function.file).filter(|_| depth < MAX_DEPTH) else {
            return Verdict::Open;
        };
        let at = |node| Site { file: function.file, node };
        let Some(body) = module.body(function.node) else { return Verdict::Open };
        if module.kind(body) != Kind::Block {
            return self.verdict(at(body), known, depth + 1);
        }
        for statement in module.children(body) {
            match module.kind(statement) {
                Kind::Return => {
                    let value = module.child(statement, 0);
                    return value.map_or(Verdict::No, |node| self.verdict(at(node), known, depth + 1));
                }
                Kind::If => {
                    let (Some(test), Some(then)) = (module.child(statement, 0), module.child(statement, 1))
                    else {
                        return Verdict::Open;
                    };
                    let returns = std::iter::once(then)
                        .chain(module.own_descendants(then))
                        .find(|node| module.kind(*node) == Kind::Return);
                    match (self.verdict(at(test), known, depth + 1), returns) {
                        (Verdict::Yes, Some(answer)) => {
                            let value = module.child(answer, 0);
                            return value
                                .map_or(Verdict::No, |node| self.verdict(at(node), known, depth + 1));
                        }
                        (Verdict::Open, Some(_)) => return Verdict::Open,
                        _ => {}
                    }
                }
                Kind::Loop(_) | Kind::Switch | Kind::Try => return Verdict::Open,
                _ => {}
            }
        }
        Verdict::No
    }

    /// What a called function knows of its parameters.
    pub(super) fn passed(&self, call: Site, function: Site, known: &[Bound]) -> Vec<Bound> {
        let Some(module) = self.code.module(call.file) else { return Vec::new() };
        let arguments = module.arguments(call.node).enumerate();
        let bound = arguments
            .filter_map(|(number, node)| self.bound(function, number, Site { file: call.file, node }, known));
        bound.collect()
    }

    fn bound(&self, function: Site, number: usize, argument: Site, known: &[Bound]) -> Option<Bound> {
        let module = self.code.module(function.file)?;
        let parameter = module.parameters(function.node).nth(number)?;
        let parameter = match module.kind(parameter) {
            Kind::Default => module.child(parameter, 0)?,
            _ => parameter,
        };
        let binding = module.binding(parameter)?;
        let known = if self.is_path(argument, known) {
            Known::Path
        } else if let Some(text) = self.value(argument, known) {
            Known::Text(text)
        } else {
            Known::Regex(self.regex(argument, known)?)
        };
        Some(Bound { file: function.file, binding, known })
    }

    /// Whether a list of patterns holds the path.
    pub(super) fn listed_in(&self, list: Site) -> Verdict {
        let single = self.value(list, &[]).map(|_| vec![list]);
        let Some(items) = single.or_else(|| self.items(list, 0)) else { return Verdict::Open };
        any(&items, |item| {
            let pattern = match self.value(item, &[]) {
                Some(text) => Pattern::path(&text)?,
                None => Pattern::regex(&self.regex(item, &[])?)?,
            };
            Some(pattern.matches(self.path))
        })
    }

    /// The items of a list that is written out, spreads opened: an array, a set.
    fn items(&self, site: Site, depth: usize) -> Option<Vec<Site>> {
        let list = value(self.code, site);
        let module = self.code.module(list.file).filter(|_| depth < MAX_DEPTH)?;
        let at = |node: NodeId| Site { file: list.file, node };
        match module.kind(list.node) {
            Kind::Array => {
                let mut items = Vec::new();
                for item in module.children(list.node) {
                    match module.kind(item) {
                        Kind::Spread => items.extend(self.items(at(module.child(item, 0)?), depth + 1)?),
                        _ => items.push(at(item)),
                    }
                }
                Some(items)
            }
            Kind::New => self.items(at(module.argument(list.node, 0)?), depth + 1),
            Kind::Call if matches!(module.called(list.node), Some("freeze" | "values")) => {
                self.items(at(module.argument(list.node, 0)?), depth + 1)
            }
            Kind::Object => {
                Some(module.properties(list.node).into_iter().map(|(_, node)| at(node)).collect())
            }
            _ => None,
        }
    }

    /// The text a node has for this path.
    fn value(&self, site: Site, known: &[Bound]) -> Option<String> {
        if let Some(id) = self.route_id(site) {
            return Some(id);
        }
        if self.is_path(site, known) {
            return Some(self.path.to_owned());
        }
        if let Some(Known::Text(text)) = self.known(site, known) {
            return Some(text.clone());
        }
        let made = value(self.code, site);
        let module = self.code.module(made.file)?;
        let part = |node| self.value(Site { file: made.file, node }, known);
        match module.kind(made.node) {
            // `${route}/` and `route + "/"` of a route that is known.
            Kind::Template | Kind::Binary(Operator::Add) => {
                module.children(made.node).map(part).collect::<Option<Vec<_>>>().map(|parts| parts.concat())
            }
            _ => module.text(made.node).map(std::borrow::Cow::into_owned),
        }
    }

    fn regex(&self, site: Site, known: &[Bound]) -> Option<String> {
        if let Some(Known::Regex(regex)) = self.known(site, known) {
            return Some(regex.clone());
        }
        let made = value(self.code, site);
        let module = self.code.module(made.file)?;
        match module.kind(made.node) {
            Kind::Regex(word) => Some(module.word(word).to_owned()),
            Kind::New if module.called(made.node) == Some("RegExp") => {
                let argument = module.argument(made.node, 0)?;
                self.value(Site { file: made.file, node: argument }, known)
            }
            _ => None,
        }
    }

    fn known<'k>(&self, site: Site, known: &'k [Bound]) -> Option<&'k Known> {
        let binding = self.code.module(site.file)?.binding(site.node)?;
        let found = known.iter().rev().find(|bound| bound.file == site.file && bound.binding == binding);
        found.map(|bound| &bound.known)
    }

    /// `event.route.id` of `SvelteKit`.
    fn route_id(&self, site: Site) -> Option<String> {
        let module = self.code.module(site.file)?;
        let node = module.resolve(site.node);
        let Kind::Member(word) = module.kind(node) else { return None };
        let object = module.child(node, 0)?;
        (module.word(word) == "id" && module.last_name(object) == Some("route")).then(|| self.id.to_owned())
    }

    /// Whether a node is the path of the request.
    fn is_path(&self, site: Site, known: &[Bound]) -> bool {
        if self.known(site, known) == Some(&Known::Path) {
            return true;
        }
        let Some(module) = self.code.module(site.file) else { return false };
        let node = module.resolve(site.node);
        match module.kind(node) {
            Kind::Member(word) => {
                let object = module.child(node, 0).and_then(|object| module.last_name(object));
                match module.word(word) {
                    "pathname" => true,
                    "path" => matches!(object, Some("event" | "ctx" | "context" | "c" | "req" | "request")),
                    "url" => matches!(object, Some("req" | "request")),
                    _ => false,
                }
            }
            Kind::Name(_, Some(binding)) => match module.bindings[binding.0 as usize].bound {
                Binds::Part(_, key) | Binds::ParameterPart(_, _, key) => module.word(key) == "pathname",
                _ => false,
            },
            Kind::Call if matches!(module.called(node), Some("toLowerCase" | "toString" | "trim")) => {
                module.receiver(node).is_some_and(|node| self.is_path(Site { file: site.file, node }, known))
            }
            Kind::Call => matches!(module.called(node), Some("getRequestPath")),
            Kind::Logical(Operator::Coalesce | Operator::Or) => {
                module.child(node, 0).is_some_and(|node| self.is_path(Site { file: site.file, node }, known))
            }
            _ => false,
        }
    }
}

fn any(items: &[Site], holds: impl Fn(Site) -> Option<bool>) -> Verdict {
    let verdicts = items.iter().map(|item| holds(*item).map_or(Verdict::Open, Verdict::of));
    verdicts.fold(Verdict::No, Verdict::or)
}

fn matched(regex: &str, text: &str) -> Verdict {
    Pattern::regex(regex).map_or(Verdict::Open, |pattern| Verdict::of(pattern.matches(text)))
}
