//! Code that is not written yet.

use super::access::is_log;
use super::names;
use super::scan::Scan;
use crate::facts::CodeStub;
use crate::parse::javascript::{FunctionForm, Kind, NodeId};

/// Looks at a function: what it does, and all it does.
pub(super) fn function(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let Some(body) = module.body(node) else { return };
    let Some(function) = module.function(node).copied() else { return };
    if module.kind(body) != Kind::Block {
        return;
    }
    let mut statements = module.children(body).filter(|statement| !is_log(scan, *statement));
    let Some(first) = statements.next() else { return };
    let alone = statements.next().is_none();
    let mut name = match module.word(function.name) {
        "" => "a function".to_owned(),
        name => format!("`{name}`"),
    };
    let does = match module.kind(first) {
        Kind::Throw
            if alone
                && !is_refusal(module.word(function.name))
                && says_so(scan, first)
                && !is_abstract(scan, node, function.form)
                && !is_alternative(scan, node, module.word(function.name)) =>
        {
            if is_method(function.form) {
                let unwritten = of_class(scan, node);
                // What is missing of one class is one finding, and stands at the first method.
                if unwritten.first() != Some(&node) {
                    return;
                }
                let names = unwritten.iter().filter_map(|node| module.function(*node));
                name = names.map(|one| format!("`{}`", module.word(one.name))).collect::<Vec<_>>().join(", ");
            }
            "throw"
        }
        Kind::Return | Kind::Call if alone && answers_so(scan, first) => "501",
        Kind::Return
            if alone && !scan.browser && is_made_up(scan, node, first, module.word(function.name)) =>
        {
            "constant"
        }
        _ => return,
    };
    let at = if does == "constant" { node } else { first };
    scan.add(at, CodeStub { name, does: does.to_owned() });
}

/// `debugger`.
pub(super) fn breakpoint(scan: &mut Scan<'_, '_>, node: NodeId) {
    let name = scan.around(node).next().map_or_else(|| "the module".to_owned(), |name| format!("`{name}`"));
    scan.add(node, CodeStub { name, does: "debugger".to_owned() });
}

/// Whether a function is there to refuse.
fn is_refusal(name: &str) -> bool {
    names::has(name, &["reject", "unsupported", "refuse", "deny", "noop", "fail", "unavailable"])
        || names::has_run(name, &["not", "implemented"])
}

/// `throw new Error("not implemented")`.
fn says_so(scan: &Scan<'_, '_>, statement: NodeId) -> bool {
    let module = scan.module;
    let Some(error) = module.child(statement, 0) else { return false };
    let text = module.argument(error, 0).and_then(|text| scan.text(text)).unwrap_or_default();
    let class = module.called(error).unwrap_or_default();
    is_unwritten(&text) || class == "NotImplementedError"
}

fn is_unwritten(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    // `Use create2 instead`: it is written, under another name.
    !text.contains(" instead")
        && ["not implemented", "not yet implemented", "unimplemented", "not_implemented", "implement me"]
            .iter()
            .any(|word| text.contains(word))
}

fn is_method(form: FunctionForm) -> bool {
    matches!(form, FunctionForm::Method | FunctionForm::Getter | FunctionForm::Setter)
}

/// The methods of the class around a function that are not written though something asks for them, in their order.
fn of_class(scan: &Scan<'_, '_>, function: NodeId) -> Vec<NodeId> {
    let module = scan.module;
    let Some(class) = module.class_around(function) else {
        return Vec::new();
    };
    let unwritten = |node: &NodeId| {
        let (Some(body), Some(function)) = (module.body(*node), module.function(*node)) else { return false };
        let name = module.word(function.name);
        let mut statements = module.children(body).filter(|statement| !is_log(scan, *statement));
        let first = statements.next().filter(|first| module.kind(*first) == Kind::Throw);
        is_method(function.form)
            && statements.next().is_none()
            && first.is_some_and(|first| says_so(scan, first))
            && !is_refusal(name)
            && is_asked_for(scan, class, name, function.form)
    };
    let methods = module.children(class).filter(|child| matches!(module.kind(*child), Kind::Method(_)));
    methods.filter_map(|method| module.children(method).last()).filter(unwritten).collect()
}

/// Whether something outside a class calls a method by its name, or reads a property of it. What a class asks of itself
/// (`this.settle()` in its base) says nothing of whether anybody asks for the class.
fn is_asked_for(scan: &Scan<'_, '_>, class: NodeId, name: &str, form: FunctionForm) -> bool {
    scan.context.code.modules().filter(|(_, module)| module.may_say(name)).any(|(file, module)| {
        let own = |node: NodeId| file == scan.file && module.contains(class, node);
        module.all().any(|node| {
            let asked = match module.kind(node) {
                Kind::Call if form == FunctionForm::Method && module.called(node) == Some(name) => {
                    module.receiver(node)
                }
                Kind::Member(word) if form != FunctionForm::Method && module.word(word) == name => {
                    module.child(node, 0)
                }
                _ => return false,
            };
            let of_itself = asked.is_some_and(|on| matches!(module.kind(on), Kind::This | Kind::Super));
            !of_itself && !own(node)
        })
    })
}

/// Whether a method is there for others to overrule: its class is meant as a base, or is one.
fn is_abstract(scan: &Scan<'_, '_>, function: NodeId, form: FunctionForm) -> bool {
    let module = scan.module;
    if !is_method(form) {
        return false;
    }
    let class = module.class_around(function);
    let Some(class) = class else { return true };
    // A class that holds to another's shape may not be able to do all of it; what is exported may be a base elsewhere.
    let others =
        module.children(class).filter(|child| matches!(module.kind(*child), Kind::Method(_))).count();
    let name = module.bindings.iter().find(
        |binding| matches!(binding.bound, crate::parse::javascript::Bound::Value(value) if value == class),
    );
    let name = name.map(|binding| module.word(binding.name)).unwrap_or_default();
    others < 2
        || name.is_empty()
        || names::has(name, &["base", "abstract", "generic", "default", "adapter", "provider", "interface"])
        || extends(scan, name)
        || implements(scan, class)
}

/// Whether a function is one of several in an object that has to offer it, though it cannot: another object or class has
/// one of this name that does something, or nobody asks for it.
fn is_alternative(scan: &Scan<'_, '_>, function: NodeId, name: &str) -> bool {
    let module = scan.module;
    let property = module.parent(function).filter(|node| matches!(module.kind(*node), Kind::Property(_)));
    let object = property.and_then(|property| module.parent(property));
    let Some(object) = object.filter(|object| module.kind(*object) == Kind::Object) else { return false };
    module.children(object).nth(1).is_some()
        && (is_written_elsewhere(scan, name) || !is_asked_for(scan, object, name, FunctionForm::Method))
}

/// Whether an object or a class of the repository has something of a name that does more than throw.
fn is_written_elsewhere(scan: &Scan<'_, '_>, name: &str) -> bool {
    scan.context.code.modules().filter(|(_, module)| module.may_say(name)).any(|(_, module)| {
        let of_name = |node: &NodeId| match module.kind(*node) {
            Kind::Property(word) => {
                module.word(word) == name
                    && module.parent(*node).is_some_and(|object| module.kind(object) == Kind::Object)
            }
            Kind::Method(word) => module.word(word) == name,
            _ => false,
        };
        let throws = |value: NodeId| {
            let first = module.body(value).and_then(|body| module.child(body, 0));
            first.is_some_and(|first| module.kind(first) == Kind::Throw)
        };
        module
            .all()
            .filter(of_name)
            .filter_map(|node| module.children(node).last())
            .any(|value| !throws(value))
    })
}

/// Whether a class of the repository extends one of this name.
fn extends(scan: &Scan<'_, '_>, name: &str) -> bool {
    scan.context.code.modules().any(|(file, module)| {
        scan.context.tree.text(file).contains(name)
            && module.all().any(|node| {
                module.kind(node) == Kind::Extends
                    && module.child(node, 0).and_then(|base| module.last_name(base)) == Some(name)
            })
    })
}

/// Whether the head of a class says that it holds to a shape: types are no part of the tree.
fn implements(scan: &Scan<'_, '_>, class: NodeId) -> bool {
    let head = scan.source(class).split('{').next().unwrap_or_default();
    head.contains(" implements ") || head.contains("abstract ")
}

/// An answer with the status 501.
fn answers_so(scan: &Scan<'_, '_>, statement: NodeId) -> bool {
    let module = scan.module;
    let answer =
        if module.kind(statement) == Kind::Return { module.child(statement, 0) } else { Some(statement) };
    let Some(answer) = answer
        .map(|answer| module.awaited(answer))
        .filter(|answer| matches!(module.kind(*answer), Kind::Call | Kind::New))
        // `super("…", { status: 501 })` makes an error of this kind, and answers nothing.
        .filter(|answer| module.callee(*answer).is_none_or(|callee| module.kind(callee) != Kind::Super))
    else {
        return false;
    };
    let number = |node: NodeId| matches!(module.kind(node), Kind::Number(word) if module.word(word) == "501");
    std::iter::once(answer).chain(module.own_descendants(answer)).any(|inner| match module.kind(inner) {
        Kind::Call => {
            matches!(
                module.called(inner),
                Some("status" | "sendStatus" | "code" | "writeHead" | "json" | "text")
            ) && module.arguments(inner).any(number)
        }
        Kind::Property(word) => {
            matches!(module.word(word), "status" | "statusCode") && module.child(inner, 0).is_some_and(number)
        }
        _ => false,
    })
}

/// Whether a function with the name of a sum returns a random or fixed one, and says so in a comment.
fn is_made_up(scan: &Scan<'_, '_>, function: NodeId, statement: NodeId, name: &str) -> bool {
    let module = scan.module;
    let sums = [
        "calculate",
        "compute",
        "estimate",
        "predict",
        "score",
        "price",
        "rate",
        "analyze",
        "evaluate",
        "balance",
        "total",
    ];
    if !names::has(name, &sums) {
        return false;
    }
    let Some(value) = module.child(statement, 0) else { return false };
    let random = std::iter::once(value).chain(module.descendants(value)).any(|inner| {
        module.kind(inner) == Kind::Call
            && module.callee(inner).is_some_and(|callee| module.is_global(callee, "Math.random"))
    });
    let fixed = matches!(module.kind(value), Kind::Number(_))
        && module.function(function).is_some_and(|function| function.parameters > 0);
    let says = scan.comments(function).any(|comment| {
        let comment = comment.to_ascii_lowercase();
        ["placeholder", "simulat", "mock", "todo", "fake", "dummy", "for now"]
            .iter()
            .any(|word| comment.contains(word))
    });
    (random || fixed) && says
}
