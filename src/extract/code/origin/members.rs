//! Members of values: properties of objects, methods and fields of classes, exports of modules, results of functions.

use super::{MAX_STEPS, Value, What};
use crate::extract::code::{Code, Site};
use crate::parse::javascript::{FunctionForm, Kind, Module, NodeId};
use crate::source::FileId;

impl Code<'_> {
    /// A member of a value; `at` is the node that asks for it.
    pub(super) fn member(&self, object: &Value, name: &str, at: Site, steps: u8) -> Value {
        let unknown = Value { what: What::Unknown, at };
        if steps >= MAX_STEPS {
            return unknown;
        }
        match &object.what {
            What::External(..) if name == "default" => object.clone(),
            What::External(package, path) => {
                let path = if path.is_empty() { name.into() } else { path.clone() + "." + name };
                Value { what: What::External(package.clone(), path), at }
            }
            What::Global(global) => Value { what: What::Global(global.clone() + "." + name), at },
            What::Namespace(file) => self.export(*file, name, steps + 1).unwrap_or(unknown),
            What::Instance(class) => self.class_member(*class, name, at, steps + 1).unwrap_or(unknown),
            What::Local => self.local_member(object, name, at, steps + 1).unwrap_or(unknown),
            What::Unknown => unknown,
        }
    }

    fn local_member(&self, object: &Value, name: &str, at: Site, steps: u8) -> Option<Value> {
        let module = self.module(object.at.file)?;
        let value = |node| self.value(Site { file: object.at.file, node }, steps + 1);
        match module.kind(object.at.node) {
            Kind::Object => match module.property(object.at.node, name) {
                Some(node) => Some(value(node)),
                None => self.spread_member(object, name, at, steps),
            },
            Kind::Class => self.class_member(object.at, name, at, steps + 1),
            // `f.bind(this)` is f; `f.x = …` is not followed.
            Kind::Function(_) if matches!(name, "bind" | "call" | "apply") => Some(object.clone()),
            Kind::Enum => module
                .children(object.at.node)
                .find(
                    |child| matches!(module.kind(*child), Kind::Property(word) if module.word(word) == name),
                )
                .map(value),
            Kind::Call => self.member_of_result(object.at, name, at, steps + 1),
            _ => None,
        }
    }

    /// A property that an object takes over from another: `{ ...base, a }`.
    fn spread_member(&self, object: &Value, name: &str, at: Site, steps: u8) -> Option<Value> {
        let module = self.module(object.at.file)?;
        let spreads = module.children(object.at.node).filter(|child| module.kind(*child) == Kind::Spread);
        spreads.filter_map(|spread| module.child(spread, 0)).find_map(|node| {
            let whole = self.value(Site { file: object.at.file, node }, steps + 1);
            let found = self.member(&whole, name, at, steps + 1);
            (!matches!(found.what, What::Unknown)).then_some(found)
        })
    }

    /// A member of what a local function returns.
    fn member_of_result(&self, call: Site, name: &str, at: Site, steps: u8) -> Option<Value> {
        let module = self.module(call.file)?;
        let callee = self.value(Site { file: call.file, node: module.callee(call.node)? }, steps + 1);
        let callee = self.settled(callee, steps + 1);
        let result = self.result(callee.at, steps + 1)?;
        let found = self.member(&result, name, at, steps + 1);
        (!matches!(found.what, What::Unknown)).then_some(found)
    }

    /// What a local function returns, where one of its returns can be followed.
    pub(super) fn result(&self, function: Site, steps: u8) -> Option<Value> {
        let module = self.module(function.file).filter(|_| steps < MAX_STEPS)?;
        module.function(function.node)?;
        let body = module.body(function.node)?;
        let value = |node| self.value(Site { file: function.file, node }, steps + 1);
        if module.kind(body) != Kind::Block {
            return Some(value(body));
        }
        let returns = module.own_descendants(body).filter(|node| module.kind(*node) == Kind::Return);
        let mut values = returns.filter_map(|node| module.child(node, 0)).map(value);
        values.find(|value| !matches!(value.what, What::Unknown) && !self.is_nothing(value.at))
    }

    /// A method or field of a class or of what it extends, also of its instances.
    fn class_member(&self, class: Site, name: &str, at: Site, steps: u8) -> Option<Value> {
        let module = self.module(class.file).filter(|_| steps < MAX_STEPS)?;
        if module.kind(class.node) != Kind::Class {
            return None;
        }
        let site = |node| Site { file: class.file, node };
        for child in module.children(class.node) {
            match module.kind(child) {
                Kind::Method(word) if module.word(word) == name => {
                    return module.children(child).last().map(|node| self.value(site(node), steps + 1));
                }
                Kind::Field(word) if module.word(word) == name => {
                    let declared = self.field(class.file, module, child, at, steps + 1);
                    // `app = undefined`, `static instance = null`: it is given its value later.
                    let later = match &declared {
                        Some(value) if !self.is_empty(value) => None,
                        _ => self.constructor_member(class, name, at, steps + 1),
                    };
                    return later.or(declared);
                }
                _ => {}
            }
        }
        let own = self.constructor_member(class, name, at, steps + 1);
        own.or_else(|| {
            let extends = module.children(class.node).find(|child| module.kind(*child) == Kind::Extends)?;
            let base = self.value(site(module.child(extends, 0)?), steps + 1);
            match &base.what {
                What::External(package, path) => {
                    Some(Value { what: What::External(package.clone(), path.clone() + "()." + name), at })
                }
                What::Local => self.class_member(base.at, name, at, steps + 1),
                _ => None,
            }
        })
    }

    fn is_empty(&self, value: &Value) -> bool {
        self.is_nothing(value.at) || matches!(&value.what, What::Global(name) if name == "undefined")
    }

    fn field(&self, file: FileId, module: &Module, field: NodeId, at: Site, steps: u8) -> Option<Value> {
        let last = module.children(field).last()?;
        match module.kind(last) {
            Kind::Type(..) => self.instance_of(Site { file, node: last }, at, steps + 1),
            Kind::Decorator => None,
            _ => Some(self.value(Site { file, node: last }, steps + 1)),
        }
    }

    /// What a constructor takes or a method sets: `constructor(private db: Db)`, `this.app = express()`, and
    /// `Server.instance = new Server()` of a class that keeps its only instance.
    fn constructor_member(&self, class: Site, name: &str, at: Site, steps: u8) -> Option<Value> {
        let module = self.module(class.file)?;
        let is_constructor = |node: &NodeId| {
            module.function(*node).is_some_and(|function| function.form == FunctionForm::Constructor)
        };
        let methods =
            module.children(class.node).filter(|child| matches!(module.kind(*child), Kind::Method(_)));
        let functions: Vec<NodeId> = methods.filter_map(|method| module.children(method).last()).collect();
        let is_own = |object: NodeId| match module.kind(object) {
            Kind::This => true,
            Kind::Name(_, Some(binding)) => module.bindings[binding.0 as usize].declared == class.node,
            _ => false,
        };
        let nothing =
            |node: NodeId| matches!(module.kind(node), Kind::Null) || module.is_global(node, "undefined");
        let assigned = functions.iter().find_map(|function| {
            let assigns = module
                .own_descendants(*function)
                .filter(|node| matches!(module.kind(*node), Kind::Assign(_)));
            let mut values = assigns.filter_map(|assign| {
                let target = module.child(assign, 0)?;
                let own = matches!(module.kind(target), Kind::Member(word) if module.word(word) == name)
                    && module.child(target, 0).is_some_and(is_own);
                own.then(|| module.child(assign, 1)).flatten()
            });
            values.find(|value| !nothing(*value))
        });
        if let Some(node) = assigned {
            let value = self.value(Site { file: class.file, node }, steps + 1);
            if !matches!(value.what, What::Unknown) {
                return Some(value);
            }
        }
        let constructor = functions.into_iter().find(is_constructor)?;
        let parameters = module.children(constructor).filter(|child| module.kind(*child) == Kind::Parameter);
        for (index, parameter) in parameters.enumerate() {
            let own = module
                .children(parameter)
                .any(|child| matches!(module.kind(child), Kind::Name(word, _) if module.word(word) == name));
            if own {
                let index = u32::try_from(index).ok()?;
                return self
                    .typed_parameter(class.file, constructor, index, steps + 1)
                    .map(|value| Value { at, ..value });
            }
        }
        None
    }

    /// An instance of the type of a parameter, where the type has a name that leads somewhere.
    pub(super) fn typed_parameter(
        &self,
        file: FileId,
        function: NodeId,
        index: u32,
        steps: u8,
    ) -> Option<Value> {
        let module = self.module(file).filter(|_| steps < MAX_STEPS)?;
        let mut parameters = module.children(function).filter(|child| module.kind(*child) == Kind::Parameter);
        let parameter = parameters.nth(index as usize)?;
        let named = module.children(parameter).find(|child| matches!(module.kind(*child), Kind::Type(..)))?;
        self.instance_of(Site { file, node: named }, Site { file, node: parameter }, steps + 1)
    }

    /// An instance of the class that a type names.
    fn instance_of(&self, named: Site, at: Site, steps: u8) -> Option<Value> {
        let class = self.value(named, steps + 1);
        match class.what {
            What::External(package, path) => Some(Value { what: What::External(package, path + "()"), at }),
            What::Local => Some(Value { what: What::Instance(class.at), at }),
            _ => None,
        }
    }

    /// `this` within a class: an instance of it.
    pub(super) fn this(&self, site: Site) -> Value {
        let class = self.module(site.file).and_then(|module| {
            module.ancestors(site.node).find(|node| matches!(module.kind(*node), Kind::Class | Kind::Object))
        });
        let is_class =
            |node: &NodeId| self.module(site.file).is_some_and(|module| module.kind(*node) == Kind::Class);
        match class {
            Some(node) if is_class(&node) => {
                let class = Site { file: site.file, node };
                Value { what: What::Instance(class), at: class }
            }
            Some(node) => Value { what: What::Local, at: Site { file: site.file, node } },
            None => Value { what: What::Unknown, at: site },
        }
    }
}
