//! What code does where a variable is missing.

use super::guards::{self, Guard};
use crate::extract::code::{Capability, Code, Origin, Site, purpose};
use crate::parse::javascript::{BindingId, Kind, Module, NodeId, Operator};
use crate::source::FileId;

/// How many constants are followed to their uses.
const MAX_STEPS: u8 = 3;

/// What code does with a variable, for the case that it is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Use {
    /// What takes its place.
    pub(super) fallback: Option<&'static str>,
    /// The program stops.
    pub(super) stops: bool,
    /// Nothing takes its place, and what is done with it fails: a method of it, an address made of it, a library that
    /// cannot work without.
    pub(super) fails: bool,
}

impl Use {
    const NOTHING_KNOWN: Self = Self { fallback: None, stops: false, fails: false };
    pub(super) const TESTED: Self = Self { fallback: Some("tested"), stops: false, fails: false };
    pub(super) const STOPS: Self = Self { fallback: None, stops: true, fails: false };
    const FAILS: Self = Self { fallback: None, stops: false, fails: true };

    /// Something else takes its place.
    pub(super) const fn instead(fallback: &'static str) -> Self {
        Self { fallback: Some(fallback), stops: false, fails: false }
    }
}

/// A module in which uses are looked at.
pub(super) struct Needs<'c, 'r> {
    pub(super) code: &'c Code<'r>,
    pub(super) file: FileId,
    pub(super) module: &'r Module,
    /// The text of the file.
    pub(super) text: &'r str,
}

impl Needs<'_, '_> {
    /// What is done with the variable that this node reads.
    pub(super) fn of(&self, node: NodeId) -> Use {
        self.where_it_runs(node, self.of_value(node, 0))
    }

    /// What is done with the variable that this name of a pattern holds.
    pub(super) fn of_name(&self, name: NodeId) -> Use {
        let found = self.module.binding(name).map(|binding| self.of_uses(binding, 0)).unwrap_or_default();
        self.where_it_runs(name, found)
    }

    /// What fails only where something else lets the code run, is not known to be needed.
    fn where_it_runs(&self, node: NodeId, found: Use) -> Use {
        match found.fails.then(|| guards::of(self.code, self.file, self.module, node)).flatten() {
            Some(Guard::Exits) => Use::STOPS,
            Some(Guard::Decides) => Use::NOTHING_KNOWN,
            None => found,
        }
    }

    fn of_value(&self, node: NodeId, steps: u8) -> Use {
        let module = self.module;
        let asserted = self.is_asserted(node);
        let otherwise = if asserted { Use::FAILS } else { Use::NOTHING_KNOWN };
        let (mut at, mut converted) = (node, false);
        while let Some(parent) = module.parent(at) {
            let first = module.child(parent, 0) == Some(at);
            match module.kind(parent) {
                Kind::Logical(Operator::Or | Operator::Coalesce) if first => {
                    let Some(right) = module.child(parent, 1) else { break };
                    if stops(module, right) {
                        return Use::STOPS;
                    }
                    return self.tested(parent, kind_of(module, right));
                }
                // The last of several alternatives: none of them is needed by itself.
                Kind::Logical(Operator::Or | Operator::Coalesce) => return Use::NOTHING_KNOWN,
                Kind::Call if is_conversion(module, parent) => {
                    if module.called(parent) == Some("Boolean") {
                        return Use::TESTED;
                    }
                    (at, converted) = (parent, true);
                }
                // `_.isEmpty(process.env.X)`
                Kind::Call if is_predicate(module, parent) => return self.tested(parent, "tested"),
                Kind::Member(_) if self.is_optional(at) => return Use::TESTED,
                Kind::Member(_) if first && !converted => return Use::FAILS,
                Kind::Await => at = parent,
                Kind::Unary(Operator::Not | Operator::TypeOf) | Kind::Switch => {
                    return self.tested(parent, "tested");
                }
                Kind::Logical(_)
                | Kind::Binary(
                    Operator::Equal | Operator::NotEqual | Operator::StrictEqual | Operator::StrictNotEqual,
                ) => return self.tested(parent, "tested"),
                Kind::If | Kind::Conditional if first => return self.tested(at, "tested"),
                Kind::Template if begins_address(module, parent, at) => return Use::FAILS,
                Kind::Call | Kind::New => return self.argument(parent, None, otherwise),
                Kind::Property(word) => return self.property(parent, module.word(word), otherwise),
                Kind::Declarator => {
                    let name = module.child(parent, 0).and_then(|name| module.binding(name));
                    let Some(name) = name.filter(|_| steps < MAX_STEPS) else { break };
                    let used = self.of_uses(name, steps + 1);
                    return if used == Use::NOTHING_KNOWN { otherwise } else { used };
                }
                _ => break,
            }
        }
        otherwise
    }

    /// What all uses of a constant say together.
    fn of_uses(&self, binding: BindingId, steps: u8) -> Use {
        let uses = self.module.uses(binding).iter().map(|node| self.of_value(*node, steps));
        uses.reduce(|all, one| Use {
            fallback: all.fallback.or(one.fallback),
            stops: all.stops || one.stops,
            fails: all.fails || one.fails,
        })
        .map(|all| Use { fails: all.fails && all.fallback.is_none(), ..all })
        .unwrap_or_default()
    }

    /// In the test of an `if` that throws or exits, a missing variable stops the program.
    fn tested(&self, node: NodeId, otherwise: &'static str) -> Use {
        let module = self.module;
        let found = Use::instead(otherwise);
        let mut at = node;
        while let Some(parent) = module.parent(at) {
            match module.kind(parent) {
                Kind::Logical(_) | Kind::Unary(Operator::Not) | Kind::Binary(_) => at = parent,
                Kind::If if module.child(parent, 0) == Some(at) => {
                    let stops = module.child(parent, 1).is_some_and(|then| stops(module, then));
                    return Use { stops, ..found };
                }
                // `assert(process.env.X)` was answered as an argument; this is `assert(!!process.env.X)`.
                Kind::Call if is_assertion(module, parent) => return Use { stops: true, ..found },
                _ => break,
            }
        }
        found
    }

    /// What a call does that gets the variable, by itself or as a property.
    fn argument(&self, call: NodeId, property: Option<&str>, otherwise: Use) -> Use {
        let module = self.module;
        if is_assertion(module, call) {
            return Use::STOPS;
        }
        match called(self.code, self.file, module, call) {
            Origin::Global(name) if property.is_none() && matches!(name.as_str(), "fetch" | "URL") => {
                Use::FAILS
            }
            Origin::Global(name) if name.starts_with("console.") => Use::TESTED,
            Origin::External { package, .. } if needs(&package, property) => Use::FAILS,
            Origin::Local(site) if property.is_none() && self.refuses(site) => Use::STOPS,
            _ => otherwise,
        }
    }

    /// Whether a small function of this repository throws where it gets nothing: `required(process.env.X)`.
    fn refuses(&self, function: Site) -> bool {
        let Some(module) = self.code.module(function.file) else { return false };
        let small = module.descendants(function.node).nth(40).is_none();
        small && module.function(function.node).is_some() && stops(module, function.node)
    }

    /// What becomes of the property of an object: of the options of a call.
    fn property(&self, property: NodeId, name: &str, otherwise: Use) -> Use {
        let module = self.module;
        let outer = module
            .ancestors(property)
            .find(|node| !matches!(module.kind(*node), Kind::Object | Kind::Property(_) | Kind::Array));
        match outer {
            Some(call) if matches!(module.kind(call), Kind::Call | Kind::New) => {
                self.argument(call, Some(name), otherwise)
            }
            _ => otherwise,
        }
    }

    /// Whether who wrote the code says that the value is there: `process.env.X!`, `process.env.X as string`.
    fn is_asserted(&self, node: NodeId) -> bool {
        let rest = self.after(node);
        rest.starts_with('!') && !rest.starts_with("!=") || rest.trim_start().starts_with("as string")
    }

    /// Whether a member is asked for only where there is a value: `process.env.X?.trim()`.
    fn is_optional(&self, object: NodeId) -> bool {
        self.after(object).trim_start().starts_with("?.")
    }

    fn after(&self, node: NodeId) -> &str {
        self.text.get(self.module.span(node).end as usize..).unwrap_or_default()
    }
}

/// What a call asks something of: what it calls, or the plugin that it hands on: `app.register(plugin, options)`.
pub(super) fn called(code: &Code<'_>, file: FileId, module: &Module, call: NodeId) -> Origin {
    let origin = code.callee(Site { file, node: call });
    match (module.called(call), module.argument(call, 0)) {
        (Some("register" | "use"), Some(plugin)) if matches!(module.kind(plugin), Kind::Name(..)) => {
            code.origin(Site { file, node: plugin })
        }
        _ => origin,
    }
}

/// Whether something of a package cannot work without what it gets: as an argument, or as this property of its options.
pub(super) fn needs(package: &str, property: Option<&str>) -> bool {
    /// What reports to others is left out where nothing is set; a check says so itself.
    const OPTIONAL: &[&str] = &[
        "zod",
        "joi",
        "yup",
        "envalid",
        "@sentry/",
        "posthog",
        "@vercel/",
        "newrelic",
        "dd-trace",
        "@opentelemetry/",
        "pino",
        "winston",
        "dotenv",
        "convict",
        "env-var",
        "@t3-oss/",
        "valibot",
        "clsx",
        "react",
        "node:",
    ];
    /// Properties without which a library refuses its work.
    const PROPERTIES: &[&str] = &[
        "secret",
        "secretOrKey",
        "connectionString",
        "uri",
        "mongoUrl",
        "cloud_name",
        "api_secret",
        "clientSecret",
        "clientID",
        "callbackURL",
        "database",
        "datasourceUrl",
    ];
    const SELDOM: &[Capability] = &[Capability::ErrorTracking, Capability::Metrics, Capability::Tracing];
    let reports = SELDOM.iter().any(|capability| purpose(package).has(*capability));
    let fits = property.is_none_or(|property| PROPERTIES.contains(&property));
    fits && !reports && !OPTIONAL.iter().any(|start| package.starts_with(start))
}

/// Whether a template is an address that begins with a value, or has it for a host.
pub(super) fn begins_address(module: &Module, template: NodeId, value: NodeId) -> bool {
    let parts: Vec<NodeId> = module.children(template).collect();
    let text = |index: Option<usize>| match index
        .and_then(|index| parts.get(index))
        .map(|node| module.kind(*node))
    {
        Some(Kind::Text(word)) => module.word(word),
        _ => "",
    };
    let Some(at) = parts.iter().position(|part| *part == value) else { return false };
    let (before, after) = (text(at.checked_sub(1)), text(Some(at + 1)));
    at <= 1 && before.is_empty() && after.starts_with('/') || before.ends_with("://")
}

/// Whether a piece of code throws or ends the program.
pub(super) fn stops(module: &Module, node: NodeId) -> bool {
    module.descendants(node).chain([node]).any(|inner| match module.kind(inner) {
        Kind::Throw => true,
        Kind::Call => module.callee(inner).is_some_and(|callee| {
            module.is_global(callee, "process.exit") || module.is_global(callee, "Deno.exit")
        }),
        _ => false,
    })
}

/// Whether a call throws where its first argument is nothing.
fn is_assertion(module: &Module, call: NodeId) -> bool {
    matches!(module.called(call), Some("assert" | "invariant" | "ok" | "assertExists" | "assertDefined"))
}

/// Whether a call asks if there is a value.
fn is_predicate(module: &Module, call: NodeId) -> bool {
    const PREDICATES: &[&str] = &[
        "isEmpty",
        "isNotEmpty",
        "notEmpty",
        "isNil",
        "isNull",
        "isNullOrUndefined",
        "isUndefined",
        "isDefined",
        "isBlank",
        "isNotBlank",
        "isPresent",
        "isSet",
        "isString",
        "isNonEmptyString",
        "isEmptyString",
        "isTruthy",
        "isFalsy",
    ];
    module.called(call).is_some_and(|name| PREDICATES.contains(&name))
}

fn is_conversion(module: &Module, call: NodeId) -> bool {
    const CONVERSIONS: &[&str] =
        &["Number", "parseInt", "parseFloat", "String", "Boolean", "BigInt", "parse"];
    module.called(call).is_some_and(|name| CONVERSIONS.contains(&name))
}

/// What kind of value stands in.
pub(super) fn kind_of(module: &Module, value: NodeId) -> &'static str {
    if matches!(module.kind(value), Kind::Logical(_))
        && let Some(last) = module.child(value, 1)
    {
        return kind_of(module, last);
    }
    match module.text(value) {
        Some(text) if text.is_empty() => "empty",
        Some(text) if is_local(&text) => "local",
        Some(_) => "literal",
        None if matches!(module.kind(value), Kind::Flag(_)) => "literal",
        None if matches!(module.kind(value), Kind::Null) => "empty",
        None => "computed",
    }
}

/// Whether a text is an address of the own machine.
pub(super) fn is_local(text: &str) -> bool {
    let host = text.split("://").nth(1).unwrap_or(text);
    let host = host.rsplit('@').next().unwrap_or(host);
    ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"]
        .iter()
        .any(|local| host.starts_with(local))
}
