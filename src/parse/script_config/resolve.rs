//! From the syntax tree to the value that a configuration file exports.

use std::collections::HashMap;

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, ArrowFunctionBody, AssignmentTarget, CallExpression, Declaration,
    ExportDefaultDeclarationKind, Expression, Function, FunctionBody, ObjectExpression, ObjectPropertyKind,
    Program, PropertyKind, Statement, UnaryOperator, VariableDeclaration,
};
use oxc_span::GetSpan;

use crate::parse::lines::MAX_DEPTH;
use crate::parse::node::{Entry, Node, Value};
use crate::source::Span;

/// How many values one file may give: names that name each other can multiply.
const MAX_VALUES: usize = 100_000;

/// The value that a program exports by default.
pub(in crate::parse) fn exported(program: &Program<'_>, text: &str, start: usize) -> Node {
    let mut resolver = Resolver { text, start, names: HashMap::new(), left: MAX_VALUES };
    resolver.declare(&program.body);
    let found = program.body.iter().rev().find_map(|statement| export_of(statement));
    match found {
        Some(Exported::Expression(expression)) => resolver.top(expression, 0),
        Some(Exported::Function(function)) => resolver.function(function, 0),
        Some(Exported::Name(name)) => resolver.name(name, Span::default(), 0, true),
        None => Node { span: Span::default(), value: Value::Opaque },
    }
}

enum Exported<'b, 'a> {
    Expression(&'b Expression<'a>),
    Function(&'b Function<'a>),
    Name(&'b str),
}

/// What a statement exports by default, where it does.
fn export_of<'b, 'a>(statement: &'b Statement<'a>) -> Option<Exported<'b, 'a>> {
    match statement {
        Statement::ExportDefaultDeclaration(export) => match &export.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => Some(Exported::Function(function)),
            other => other.as_expression().map(Exported::Expression),
        },
        Statement::TSExportAssignment(export) => Some(Exported::Expression(&export.expression)),
        Statement::ExportNamedDeclaration(export) => {
            let default =
                export.specifiers.iter().find(|specifier| specifier.exported.name() == "default")?;
            default.local.identifier_name().map(|name| Exported::Name(name.as_str()))
        }
        Statement::ExpressionStatement(statement) => {
            let Expression::AssignmentExpression(assignment) = &statement.expression else { return None };
            let AssignmentTarget::StaticMemberExpression(target) = &assignment.left else { return None };
            let object = target.object.get_identifier_reference().map(|name| name.name.as_str());
            let is_export = matches!(
                (object, target.property.name.as_str()),
                (Some("module"), "exports") | (Some("exports"), "default")
            );
            is_export.then_some(Exported::Expression(&assignment.right))
        }
        _ => None,
    }
}

/// What a name of the file stands for.
#[derive(Clone, Copy)]
enum Named<'b, 'a> {
    Value(&'b Expression<'a>),
    Function(&'b Function<'a>),
}

struct Resolver<'b, 'a, 't> {
    text: &'t str,
    start: usize,
    names: HashMap<&'b str, Named<'b, 'a>>,
    left: usize,
}

impl<'b, 'a> Resolver<'b, 'a, '_> {
    /// Takes down the constants and functions of a body.
    fn declare(&mut self, body: &'b [Statement<'a>]) {
        for statement in body {
            match statement {
                Statement::VariableDeclaration(variables) => self.variables(variables),
                Statement::FunctionDeclaration(function) => self.named_function(function),
                Statement::ExportDeclaration(export) => match &export.declaration {
                    Declaration::VariableDeclaration(variables) => self.variables(variables),
                    Declaration::FunctionDeclaration(function) => self.named_function(function),
                    _ => {}
                },
                _ => {}
            }
        }
    }

    fn variables(&mut self, variables: &'b VariableDeclaration<'a>) {
        for variable in &variables.declarations {
            let name = variable.id.get_binding_identifier();
            if let (Some(name), Some(value)) = (name, &variable.init) {
                self.names.insert(name.name.as_str(), Named::Value(value));
            }
        }
    }

    fn named_function(&mut self, function: &'b Function<'a>) {
        if let Some(name) = &function.id {
            self.names.insert(name.name.as_str(), Named::Function(function));
        }
    }

    fn span(&self, span: oxc_span::Span) -> Span {
        Span::new(span.start as usize, span.end as usize).shifted(self.start)
    }

    fn opaque(&self, span: oxc_span::Span) -> Node {
        Node { span: self.span(span), value: Value::Opaque }
    }

    /// The exported value: wrappers and functions are seen through.
    fn top(&mut self, expression: &'b Expression<'a>, depth: usize) -> Node {
        let inner = expression.get_inner_expression();
        if depth > MAX_DEPTH || self.left == 0 {
            return self.opaque(inner.span());
        }
        self.left -= 1;
        match inner {
            Expression::CallExpression(call) => self.call(call, depth + 1),
            Expression::AwaitExpression(awaited) => self.top(&awaited.argument, depth + 1),
            Expression::FunctionExpression(function) => self.function(function, depth + 1),
            Expression::ArrowFunctionExpression(function) => match &function.body {
                ArrowFunctionBody::FunctionBody(body) => {
                    self.returned(body, self.span(function.span), depth + 1)
                }
                body => match body.as_expression() {
                    Some(expression) => self.top(expression, depth + 1),
                    None => self.opaque(function.span),
                },
            },
            Expression::Identifier(name) => {
                self.name(name.name.as_str(), self.span(name.span), depth + 1, true)
            }
            other => self.value(other, depth),
        }
    }

    /// What a name stands for.
    fn name(&mut self, name: &str, span: Span, depth: usize, top: bool) -> Node {
        match self.names.get(name).copied() {
            Some(Named::Value(value)) if top => self.top(value, depth),
            Some(Named::Value(value)) => self.value(value, depth),
            Some(Named::Function(function)) if top => self.function(function, depth),
            _ if name == "undefined" => Node { span, value: Value::Null },
            _ => Node { span, value: Value::Opaque },
        }
    }

    /// A call around the configuration: the first argument that is one.
    fn call(&mut self, call: &'b CallExpression<'a>, depth: usize) -> Node {
        let callee = match call.callee.get_inner_expression() {
            Expression::Identifier(name) => name.name.as_str(),
            Expression::StaticMemberExpression(member) => member.property.name.as_str(),
            _ => "",
        };
        let arguments = || call.arguments.iter().map(Argument::as_expression);
        let is_list = matches!(callee, "config" | "defineConfig") && call.arguments.len() > 1;
        if is_list {
            // A flat configuration given as several arguments.
            let span = self.span(call.span);
            let item = |argument: &'b Argument<'a>| match argument.as_expression() {
                Some(expression) => self.top(expression, depth),
                None => self.opaque(argument.span()),
            };
            let items = call.arguments.iter().map(item).collect();
            return Node { span, value: Value::List(items) };
        }
        let mut found: Vec<Node> = Vec::new();
        for argument in arguments().flatten() {
            let node = self.top(argument, depth);
            if matches!(node.value, Value::Map(_) | Value::List(_)) {
                found.push(node);
                if callee != "mergeConfig" {
                    break;
                }
            }
        }
        let mut found = found.into_iter();
        let Some(mut first) = found.next() else {
            if call.arguments.is_empty() {
                return self.name(callee, self.span(call.span), depth, true);
            }
            return self.opaque(call.span);
        };
        for other in found {
            if let Value::Map(entries) = &mut first.value {
                entries.extend(match other.value {
                    Value::Map(more) => more,
                    _ => Vec::new(),
                });
            }
        }
        first
    }

    fn function(&mut self, function: &'b Function<'a>, depth: usize) -> Node {
        let span = self.span(function.span);
        match &function.body {
            Some(body) => self.returned(body, span, depth),
            None => Node { span, value: Value::Opaque },
        }
    }

    /// What a body returns at its end.
    fn returned(&mut self, body: &'b FunctionBody<'a>, span: Span, depth: usize) -> Node {
        self.declare(&body.statements);
        let returned = body.statements.iter().rev().find_map(|statement| match statement {
            Statement::ReturnStatement(statement) => statement.argument.as_ref(),
            _ => None,
        });
        match returned {
            Some(expression) => self.top(expression, depth),
            None => Node { span, value: Value::Opaque },
        }
    }

    /// A value inside of the configuration: calls and functions are opaque.
    fn value(&mut self, expression: &'b Expression<'a>, depth: usize) -> Node {
        let inner = expression.get_inner_expression();
        let span = self.span(inner.span());
        if depth > MAX_DEPTH || self.left == 0 {
            return Node { span, value: Value::Opaque };
        }
        self.left -= 1;
        let value = match inner {
            Expression::StringLiteral(text) => Value::Text(text.value.to_string()),
            Expression::TemplateLiteral(template) => {
                template.single_quasi().map_or(Value::Opaque, |text| Value::Text(text.to_string()))
            }
            Expression::NumericLiteral(_) => Value::Number(span.of(self.text).to_owned()),
            Expression::BooleanLiteral(flag) => Value::Bool(flag.value),
            Expression::NullLiteral(_) => Value::Null,
            Expression::UnaryExpression(unary) => match (unary.operator, &unary.argument) {
                (UnaryOperator::UnaryNegation, Expression::NumericLiteral(_)) => {
                    Value::Number(span.of(self.text).to_owned())
                }
                (UnaryOperator::LogicalNot, Expression::NumericLiteral(number)) => {
                    Value::Bool(number.value == 0.0)
                }
                _ => Value::Opaque,
            },
            Expression::Identifier(name) => return self.name(name.name.as_str(), span, depth + 1, false),
            Expression::ArrayExpression(array) => self.list(&array.elements, depth + 1),
            Expression::ObjectExpression(object) => self.map(object, depth + 1),
            _ => Value::Opaque,
        };
        Node { span, value }
    }

    fn list(&mut self, elements: &'b [ArrayExpressionElement<'a>], depth: usize) -> Value {
        let mut items = Vec::new();
        for element in elements {
            match element {
                ArrayExpressionElement::SpreadElement(spread) => match self.value(&spread.argument, depth) {
                    Node { value: Value::List(spread), .. } => items.extend(spread),
                    _ => items.push(self.opaque(spread.span)),
                },
                ArrayExpressionElement::Elision(hole) => {
                    items.push(Node { span: self.span(hole.span), value: Value::Null });
                }
                other => items.extend(other.as_expression().map(|expression| self.value(expression, depth))),
            }
        }
        Value::List(items)
    }

    fn map(&mut self, object: &'b ObjectExpression<'a>, depth: usize) -> Value {
        let mut entries = Vec::new();
        for property in &object.properties {
            match property {
                ObjectPropertyKind::SpreadProperty(spread) => match self.value(&spread.argument, depth) {
                    Node { value: Value::Map(spread), .. } => entries.extend(spread),
                    _ => entries.push(self.unknown(spread.span)),
                },
                ObjectPropertyKind::ObjectProperty(property) => {
                    let Some(key) = property.key.static_name() else {
                        entries.push(self.unknown(property.span));
                        continue;
                    };
                    let key_span = self.span(property.key.span());
                    let value = if property.kind == PropertyKind::Init {
                        self.value(&property.value, depth)
                    } else {
                        self.opaque(property.value.span())
                    };
                    entries.push(Entry { key: key.into_owned(), key_span, value });
                }
            }
        }
        Value::Map(entries)
    }

    /// An entry whose key cannot be told.
    fn unknown(&self, span: oxc_span::Span) -> Entry {
        Entry { key: "...".into(), key_span: self.span(span), value: self.opaque(span) }
    }
}
