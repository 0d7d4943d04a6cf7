//! What a function of a migration does, call by call, in the order of the text.

use super::super::model::{Dialect, Part, Reach};
use super::super::reach::{is_of_rows, of_parts};
use super::super::write::Sql;
use super::find::Tool;
use super::table::Table;
use crate::parse::javascript::{BindingId, Kind, Loop, Module, NodeId};
use crate::source::Span;

/// How deep local functions are followed, and blocks within blocks.
const DEEPEST: u16 = 120;

/// How many nodes of a migration are looked at, those of functions and turns each time.
const MOST_NODES: u32 = 200_000;

/// How many turns of a loop over a list are followed.
const MOST_TURNS: usize = 100;

/// Reads a chain of calls of a builder: whether it is one, whose statements were added.
pub(super) type Builder = for<'m> fn(&mut Walker<'m>, &Chain<'m>) -> bool;

/// A walk over a function.
pub(super) struct Walker<'m> {
    pub(super) module: &'m Module,
    /// The text of the file.
    pub(super) text: &'m str,
    pub(super) tool: Tool,
    pub(super) dialect: Dialect,
    builder: Builder,
    /// The names by which the migration has the database.
    handles: Vec<BindingId>,
    /// What names stand for while a local function or a turn of a loop is followed.
    env: Vec<(BindingId, NodeId)>,
    /// What is run, so far.
    pub(super) parts: Vec<Part>,
    /// What is not understood.
    pub(super) gaps: Vec<(Span, String)>,
    /// Whether what is done is done only where something is there, or is not there yet.
    pub(super) guarded: bool,
    /// The table whose callback is walked through.
    pub(super) table: Option<Table>,
    /// Functions that are being followed.
    following: Vec<NodeId>,
    depth: u16,
    /// How many more nodes are looked at.
    left: u32,
    /// Finds what other modules say.
    pub(super) abroad: &'m dyn Fn(NodeId) -> Option<String>,
}

/// A chain of calls: `knex.schema.createTable(…).raw(…)`.
pub(super) struct Chain<'m> {
    /// What the first is called on.
    pub(super) root: NodeId,
    /// The methods with their calls, the first first.
    pub(super) calls: Vec<(&'m str, NodeId)>,
}

impl Chain<'_> {
    /// The call of a method.
    pub(super) fn call(&self, name: &str) -> Option<NodeId> {
        self.calls.iter().find(|(method, _)| *method == name).map(|(_, call)| *call)
    }

    /// Whether a method is called.
    pub(super) fn has(&self, name: &str) -> bool {
        self.call(name).is_some()
    }
}

impl<'m> Walker<'m> {
    pub(super) fn new(
        module: &'m Module,
        text: &'m str,
        tool: Tool,
        dialect: Dialect,
        builder: Builder,
        abroad: &'m dyn Fn(NodeId) -> Option<String>,
    ) -> Self {
        Self {
            module,
            text,
            tool,
            dialect,
            builder,
            handles: Vec::new(),
            env: Vec::new(),
            parts: Vec::new(),
            gaps: Vec::new(),
            guarded: false,
            table: None,
            following: Vec::new(),
            depth: 0,
            left: MOST_NODES,
            abroad,
        }
    }

    /// Walks through the function of a way, which is handed the database.
    pub(super) fn way(&mut self, function: NodeId) {
        let module = self.module;
        if let Some(first) = module.parameters(function).next() {
            let named = std::iter::once(first).chain(module.descendants(first));
            self.handles.extend(named.filter_map(|node| module.binding(node)));
        }
        self.function(function);
    }

    /// Walks through a function.
    pub(super) fn function(&mut self, function: NodeId) {
        if let Some(body) = self.module.body(function) {
            self.visit(body);
        }
    }

    /// What a node stands for: names of what is followed, then names of constants.
    pub(super) fn value(&self, node: NodeId) -> NodeId {
        let mut at = self.module.awaited(node);
        for _ in 0..8 {
            let bound = self.module.binding(at);
            match self.env.iter().rev().find(|(binding, _)| Some(*binding) == bound) {
                Some((_, value)) if *value != at => at = *value,
                _ => break,
            }
        }
        self.module.awaited(self.module.resolve(at))
    }

    /// The binding that a name leads to, through what is followed.
    pub(super) fn binding(&self, node: NodeId) -> Option<BindingId> {
        let mut at = node;
        for _ in 0..8 {
            let bound = self.module.binding(at)?;
            match self.env.iter().rev().find(|(binding, _)| *binding == bound) {
                Some((_, value)) if *value != at => at = *value,
                _ => return Some(bound),
            }
        }
        None
    }

    /// Notes that something is not understood.
    pub(super) fn gap(&mut self, node: NodeId, why: &str) {
        let span = self.module.span(node);
        if self.gaps.last().is_none_or(|(last, _)| *last != span) {
            self.gaps.push((span, why.to_owned()));
        }
    }

    /// Adds a written statement.
    pub(super) fn made(&mut self, sql: Sql) {
        self.parts.push(sql.part());
    }

    /// Adds the SQL of a literal, or a gap where it is computed.
    pub(super) fn raw(&mut self, call: NodeId, literal: Option<NodeId>) {
        let Some(literal) = literal else { return };
        match self.sql(literal) {
            Some(part) => self.parts.push(part),
            // Rows may be changed by any text: the schema stays.
            None if self.begins(literal).is_some_and(|text| is_of_rows(&text)) => {}
            None => self.gap(call, "its SQL is put together when it runs"),
        }
    }

    /// Forgets parts and gaps from here on. Gives whether they may concern more than rows.
    pub(super) fn forget(&mut self, parts: usize, gaps: usize) -> bool {
        let left_open = self.gaps.drain(gaps..).next().is_some();
        of_parts(self.parts.drain(parts..), self.text) != Reach::Rows || left_open
    }

    /// Walks through a node. Gives whether the function ends there.
    pub(super) fn visit(&mut self, node: NodeId) -> bool {
        if self.depth > DEEPEST || self.left == 0 {
            return false;
        }
        self.depth += 1;
        self.left -= 1;
        let ends = self.one(node);
        self.depth -= 1;
        ends
    }

    fn one(&mut self, node: NodeId) -> bool {
        let module = self.module;
        match module.kind(node) {
            Kind::If | Kind::Conditional => return self.condition(node),
            Kind::Switch => self.switch(node),
            Kind::Loop(form) => self.turns(node, form),
            Kind::Class | Kind::Catch => {}
            Kind::Function(_) => {
                self.function(node);
            }
            Kind::Call | Kind::New | Kind::Tagged => self.call(node),
            Kind::Logical(_) => {
                let before = std::mem::replace(&mut self.guarded, true);
                self.all(node);
                self.guarded = before;
            }
            // A function that is declared runs where it is called.
            Kind::Declarator => {
                let functions = |child: &NodeId| module.function(*child).is_none();
                for child in module.children(node).filter(functions) {
                    self.visit(child);
                }
            }
            Kind::Return => {
                self.all(node);
                return true;
            }
            Kind::Throw => return true,
            Kind::Block | Kind::Try => return self.block(node),
            _ => self.all(node),
        }
        false
    }

    pub(super) fn all(&mut self, node: NodeId) {
        for child in self.module.children(node) {
            self.visit(child);
        }
    }

    fn block(&mut self, node: NodeId) -> bool {
        let module = self.module;
        for child in module.children(node) {
            let declared = module.function(child).is_some();
            if !declared && self.visit(child) {
                return true;
            }
        }
        false
    }

    /// Loops over lists that are written out are followed turn by turn; what others do is not known.
    fn turns(&mut self, node: NodeId, form: Loop) {
        let module = self.module;
        let parts: Vec<_> = module.children(node).collect();
        let (Some(body), Some(head)) = (parts.last().copied(), parts.first().copied()) else { return };
        if let (Loop::ForOf | Loop::ForAwait, [_, list, _]) = (form, &parts[..]) {
            let pattern = match module.kind(head) {
                Kind::Declare(_) => module.child(head, 0).and_then(|declarator| module.child(declarator, 0)),
                _ => Some(head),
            };
            if let (Some(pattern), Some(items)) = (pattern, self.items(*list)) {
                for item in items {
                    let before = self.env.len();
                    self.bind(pattern, item);
                    self.visit(body);
                    self.env.truncate(before);
                }
                return;
            }
        }
        let (made, open) = (self.parts.len(), self.gaps.len());
        self.visit(body);
        if self.forget(made, open) {
            self.gap(head, "what it does depends on the turns of a loop");
        }
    }

    /// The items of a list that is written out.
    fn items(&self, node: NodeId) -> Option<Vec<NodeId>> {
        let list = self.value(node);
        let plain = self.module.kind(list) == Kind::Array
            && self.module.children(list).all(|item| self.module.kind(item) != Kind::Spread);
        let items: Vec<_> = if plain { self.module.children(list).collect() } else { return None };
        (items.len() <= MOST_TURNS).then_some(items)
    }

    /// Lets the names of a pattern stand for a value.
    fn bind(&mut self, pattern: NodeId, value: NodeId) {
        let module = self.module;
        match module.kind(pattern) {
            Kind::Name(_, Some(binding)) => self.env.push((binding, value)),
            Kind::Default => {
                if let Some(inner) = module.child(pattern, 0) {
                    self.bind(inner, value);
                }
            }
            Kind::ObjectPattern => {
                let object = self.value(value);
                for property in module.children(pattern) {
                    let Kind::Property(word) = module.kind(property) else { continue };
                    let inner = module.child(property, 0);
                    if let (Some(inner), Some(value)) = (inner, module.property(object, module.word(word))) {
                        self.bind(inner, value);
                    }
                }
            }
            Kind::ArrayPattern => {
                let list = self.value(value);
                let items: Vec<_> = module.children(list).collect();
                for (inner, value) in module.children(pattern).zip(items) {
                    self.bind(inner, value);
                }
            }
            _ => {}
        }
    }

    /// A chain of calls from its last one on.
    pub(super) fn chain(&self, last: NodeId) -> Chain<'m> {
        let module = self.module;
        let (mut calls, mut at) = (Vec::new(), last);
        while module.kind(at) == Kind::Call {
            let Some(callee) = module.callee(at) else { break };
            let (Kind::Member(word), Some(object)) = (module.kind(callee), module.child(callee, 0)) else {
                break;
            };
            // `db.createTable.bind(db, …)` in a list is called when its turn comes.
            if let (true, Kind::Member(bound), Some(object)) =
                (self.is_bound(at), module.kind(object), module.child(object, 0))
            {
                calls.push((module.word(bound), at));
                at = object;
                break;
            }
            calls.push((module.word(word), at));
            at = object;
        }
        calls.reverse();
        Chain { root: at, calls }
    }

    /// Whether a call only binds what tools without a builder of chains call later.
    fn is_bound(&self, call: NodeId) -> bool {
        matches!(self.tool, Tool::DbMigrate | Tool::Sequelize) && self.module.called(call) == Some("bind")
    }

    /// What a method of a chain is given: of a bound one without the object it is bound to.
    pub(super) fn given(&self, call: NodeId) -> Vec<NodeId> {
        self.module.arguments(call).skip(usize::from(self.is_bound(call))).collect()
    }

    /// Whether the database itself is handed on to what is called.
    fn hands_on(&self, call: NodeId) -> bool {
        let is_handle =
            |argument: NodeId| self.binding(argument).is_some_and(|binding| self.handles.contains(&binding));
        self.module.arguments(call).any(is_handle)
    }

    fn call(&mut self, node: NodeId) {
        let chain = self.chain(node);
        if !chain.calls.is_empty() && (self.builder)(self, &chain) || self.raw_call(&chain) {
            return;
        }
        let module = self.module;
        if let Some(function) = self.local(node) {
            let before = self.env.len();
            let parameters: Vec<_> = module.parameters(function).collect();
            for (pattern, argument) in parameters.into_iter().zip(module.arguments(node).collect::<Vec<_>>())
            {
                self.bind(pattern, argument);
            }
            self.following.push(function);
            self.function(function);
            self.following.pop();
            self.env.truncate(before);
            return;
        }
        if let Some(("forEach" | "map", call)) = chain.calls.last().copied()
            && let Some(function) = module.argument(call, 0).map(|function| self.value(function))
            && module.function(function).is_some()
            && let Some(items) = module.receiver(call).and_then(|list| self.items(list))
        {
            for item in items {
                let before = self.env.len();
                if let Some(pattern) = module.parameters(function).next() {
                    self.bind(pattern, item);
                }
                self.function(function);
                self.env.truncate(before);
            }
            return;
        }
        if self.hands_on(node) {
            self.gap(node, "it hands the database to what is not read");
        }
        self.all(node);
    }

    /// The function of this module that is called.
    fn local(&self, call: NodeId) -> Option<NodeId> {
        let callee = self.module.callee(call)?;
        let method = match self.module.kind(callee) {
            Kind::Member(word)
                if self.module.child(callee, 0).map(|object| self.module.kind(object))
                    == Some(Kind::This) =>
            {
                let named = |function: &&crate::parse::javascript::Function| function.name == word;
                self.module.functions.iter().find(named).map(|function| function.node)
            }
            _ => None,
        };
        let function = method.unwrap_or_else(|| self.value(callee));
        let known = self.module.function(function).is_some() && !self.following.contains(&function);
        known.then_some(function)
    }

    /// Calls that run a text of SQL, whatever the tool.
    fn raw_call(&mut self, chain: &Chain<'m>) -> bool {
        let Some((name, call)) = chain.calls.last().copied() else { return false };
        let literal = self.given(call).first().copied();
        let runs = match self.tool {
            Tool::Knex => matches!(name, "raw" | "query"),
            Tool::TypeOrm | Tool::Sequelize => name == "query",
            Tool::MikroOrm => matches!(name, "addSql" | "execute" | "raw"),
            Tool::Kysely => name == "query",
            Tool::PgMigrate => matches!(name, "sql" | "query"),
            Tool::DbMigrate => matches!(name, "runSql" | "all" | "query"),
        };
        if !runs || literal.is_none() || self.table.is_some() {
            return false;
        }
        // `knex.raw("?", […])`: names that are put in make another statement.
        let filled = self.tool == Tool::Knex && self.module.argument(call, 1).is_some();
        let text = literal.and_then(|literal| self.string(literal));
        if filled && text.is_some_and(|text| text.contains("??")) {
            self.gap(call, "its SQL is put together when it runs");
        } else {
            self.raw(call, literal);
        }
        true
    }
}
