//! Expressions.

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, ArrowFunctionBody, ArrowFunctionExpression, AssignmentTarget,
    AssignmentTargetMaybeDefault, AssignmentTargetProperty, CallExpression, ChainElement, Expression,
    Function, FunctionType, IdentifierReference, ImportExpression, MemberExpression, ObjectExpression,
    ObjectPropertyKind, PropertyKind, SimpleAssignmentTarget, TemplateLiteral,
};
use oxc_span::{GetSpan, Span};
use oxc_syntax::operator::{BinaryOperator, LogicalOperator, UnaryOperator};

use super::Lowering;
use super::patterns::drop_id;
use crate::parse::javascript::model::{FunctionForm, ImportForm, Kind, NodeId, Operator, Word};

impl<'a> Lowering<'a> {
    pub(super) fn expression(&mut self, expression: &Expression<'a>) -> NodeId {
        let expression = unwrapped(expression);
        let named = self.named.take();
        let span = expression.span();
        match expression {
            Expression::Identifier(name) => self.name(name),
            Expression::CallExpression(call) => self.call(call),
            Expression::ArrowFunctionExpression(arrow) => {
                self.named = named;
                self.arrow(arrow)
            }
            Expression::FunctionExpression(function) => {
                self.named = named;
                self.any_function(function, FunctionForm::Expression)
            }
            Expression::ClassExpression(class) => self.class(class),
            Expression::ObjectExpression(object) => self.object(object),
            Expression::ArrayExpression(array) => self.node(Kind::Array, span, |lowering| {
                for element in &array.elements {
                    lowering.element_of_array(element);
                }
            }),
            Expression::NewExpression(call) => self.node(Kind::New, span, |lowering| {
                lowering.expression(&call.callee);
                lowering.arguments_of(&call.arguments);
            }),
            Expression::ImportExpression(import) => self.import_call(import),
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call(call),
                ChainElement::TSNonNullExpression(inner) => self.expression(&inner.expression),
                element => match element.as_member_expression() {
                    Some(member) => self.member(member),
                    None => self.leaf(Kind::Other, span),
                },
            },
            Expression::TaggedTemplateExpression(tagged) => self.node(Kind::Tagged, span, |lowering| {
                lowering.expression(&tagged.tag);
                lowering.template(&tagged.quasi);
            }),
            Expression::JSXElement(element) => self.markup(element),
            Expression::JSXFragment(fragment) => self.fragment(fragment),
            other => match other.as_member_expression() {
                Some(member) => self.member(member),
                None => self.operation(expression, span),
            },
        }
    }

    /// An expression made of others by an operator.
    fn operation(&mut self, expression: &Expression<'a>, span: Span) -> NodeId {
        match expression {
            Expression::AssignmentExpression(assignment) => self.assignment(assignment),
            Expression::AwaitExpression(inner) => self.around(Kind::Await, span, &inner.argument),
            Expression::BinaryExpression(binary) => {
                self.pair(Kind::Binary(of_binary(binary.operator)), span, &binary.left, &binary.right)
            }
            Expression::LogicalExpression(logical) => {
                self.pair(Kind::Logical(of_logical(logical.operator)), span, &logical.left, &logical.right)
            }
            Expression::PrivateInExpression(inner) => {
                self.around(Kind::Binary(Operator::In), span, &inner.right)
            }
            Expression::ConditionalExpression(condition) => self.node(Kind::Conditional, span, |lowering| {
                lowering.expression(&condition.test);
                lowering.deeper(|lowering| {
                    lowering.expression(&condition.consequent);
                    lowering.expression(&condition.alternate);
                });
            }),
            Expression::SequenceExpression(sequence) => self.node(Kind::Sequence, span, |lowering| {
                for inner in &sequence.expressions {
                    lowering.expression(inner);
                }
            }),
            Expression::UnaryExpression(unary) => {
                self.around(Kind::Unary(of_unary(unary.operator)), span, &unary.argument)
            }
            Expression::UpdateExpression(update) => self.node(Kind::Update, span, |lowering| {
                lowering.simple_target(&update.argument);
            }),
            Expression::YieldExpression(inner) => self.node(Kind::Yield, span, |lowering| {
                if let Some(value) = &inner.argument {
                    lowering.expression(value);
                }
            }),
            literal => self.literal(literal, span),
        }
    }

    /// A literal, or a word that stands for a value.
    fn literal(&mut self, expression: &Expression<'a>, span: Span) -> NodeId {
        match expression {
            Expression::BooleanLiteral(literal) => self.leaf(Kind::Flag(literal.value), span),
            Expression::NullLiteral(_) => self.leaf(Kind::Null, span),
            Expression::NumericLiteral(literal) => {
                let raw = literal.raw.as_ref().map_or("", |raw| raw.as_str());
                self.text(Kind::Number, raw, span)
            }
            Expression::BigIntLiteral(literal) => self.text(Kind::Number, literal.value.as_str(), span),
            Expression::RegExpLiteral(literal) => {
                self.text(Kind::Regex, literal.regex.pattern.text.as_str(), span)
            }
            Expression::StringLiteral(literal) => self.text(Kind::Text, literal.value.as_str(), span),
            Expression::TemplateLiteral(template) => self.template(template),
            Expression::Super(_) => self.leaf(Kind::Super, span),
            Expression::ThisExpression(_) => self.leaf(Kind::This, span),
            _ => self.leaf(Kind::Other, span),
        }
    }

    /// `import(x)`: an import where x is a literal.
    fn import_call(&mut self, import: &ImportExpression<'a>) -> NodeId {
        let span = import.span;
        if let Expression::StringLiteral(source) = &import.source {
            let id = self.import(source.value.as_str(), source.span, ImportForm::Dynamic, false, true);
            return self.leaf(Kind::Import(id), span);
        }
        self.node(Kind::Call, span, |lowering| {
            let word = lowering.word("import");
            lowering.leaf(Kind::Name(word, None), Span::new(span.start, span.start + 6));
            lowering.expression(&import.source);
        })
    }

    fn text(&mut self, kind: impl Fn(Word) -> Kind, text: &'a str, span: Span) -> NodeId {
        let word = self.word(text);
        self.leaf(kind(word), span)
    }

    fn around(&mut self, kind: Kind, span: Span, inner: &Expression<'a>) -> NodeId {
        self.node(kind, span, |lowering| drop_id(lowering.expression(inner)))
    }

    fn pair(&mut self, kind: Kind, span: Span, left: &Expression<'a>, right: &Expression<'a>) -> NodeId {
        self.node(kind, span, |lowering| {
            lowering.expression(left);
            let conditional = matches!(kind, Kind::Logical(_));
            lowering.depth += u32::from(conditional);
            lowering.expression(right);
            lowering.depth -= u32::from(conditional);
        })
    }

    pub(super) fn name(&mut self, name: &IdentifierReference<'a>) -> NodeId {
        let word = self.word(name.name.as_str());
        let node = self.leaf(Kind::Name(word, None), name.span);
        let binding = self.used(name, node);
        self.become_kind(node, Kind::Name(word, binding));
        node
    }

    fn template(&mut self, template: &TemplateLiteral<'a>) -> NodeId {
        self.node(Kind::Template, template.span, |lowering| {
            let mut values = template.expressions.iter();
            for part in &template.quasis {
                let text =
                    part.value.cooked.as_ref().map_or(part.value.raw.as_str(), |cooked| cooked.as_str());
                lowering.text(Kind::Text, text, part.span);
                if let Some(value) = values.next() {
                    lowering.expression(value);
                }
            }
        })
    }

    fn element_of_array(&mut self, element: &ArrayExpressionElement<'a>) {
        match element {
            ArrayExpressionElement::SpreadElement(spread) => {
                self.around(Kind::Spread, spread.span, &spread.argument);
            }
            ArrayExpressionElement::Elision(hole) => drop_id(self.leaf(Kind::Hole, hole.span)),
            element => {
                if let Some(value) = element.as_expression() {
                    self.expression(value);
                }
            }
        }
    }

    fn object(&mut self, object: &ObjectExpression<'a>) -> NodeId {
        self.node(Kind::Object, object.span, |lowering| {
            for property in &object.properties {
                match property {
                    ObjectPropertyKind::SpreadProperty(spread) => {
                        lowering.around(Kind::Spread, spread.span, &spread.argument);
                    }
                    ObjectPropertyKind::ObjectProperty(property) => {
                        let form = match property.kind {
                            PropertyKind::Get => FunctionForm::Getter,
                            PropertyKind::Set => FunctionForm::Setter,
                            PropertyKind::Init if property.method => FunctionForm::Method,
                            PropertyKind::Init => FunctionForm::Expression,
                        };
                        let key = lowering.plain_key(&property.key);
                        lowering.keyed(&property.key, property.span, |lowering| {
                            lowering.named = key;
                            match &property.value {
                                Expression::FunctionExpression(function) => {
                                    lowering.any_function(function, form);
                                }
                                value => drop_id(lowering.expression(value)),
                            }
                            lowering.named = None;
                        });
                    }
                }
            }
        })
    }

    fn arrow(&mut self, arrow: &ArrowFunctionExpression<'a>) -> NodeId {
        let marks = (arrow.r#async, false);
        self.function(FunctionForm::Arrow, None, marks, arrow.span, |lowering, function| {
            let parameters = lowering.parameters(&arrow.params, function);
            match &arrow.body {
                ArrowFunctionBody::FunctionBody(body) => lowering.function_body(body),
                body => match body.as_expression() {
                    Some(value) => drop_id(lowering.expression(value)),
                    None => drop_id(lowering.leaf(Kind::Other, arrow.span)),
                },
            }
            parameters
        })
    }

    /// A function that is no arrow. One without a body is a declaration of its type only and is left out.
    pub(super) fn any_function(&mut self, function: &Function<'a>, form: FunctionForm) -> NodeId {
        let Some(body) = &function.body else {
            self.named = None;
            return self.leaf(Kind::Other, function.span);
        };
        let name = function.id.as_ref().map(|id| id.name.as_str());
        let marks = (function.r#async, function.generator);
        let form = if function.r#type == FunctionType::FunctionDeclaration && form == FunctionForm::Expression
        {
            FunctionForm::Declaration
        } else {
            form
        };
        self.function(form, name, marks, function.span, |lowering, node| {
            let parameters = lowering.parameters(&function.params, node);
            lowering.function_body(body);
            parameters
        })
    }

    fn function_body(&mut self, body: &oxc_ast::ast::FunctionBody<'a>) {
        self.node(Kind::Block, body.span, |lowering| {
            lowering.directives(&body.directives, false);
            lowering.statements(&body.statements);
        });
    }

    fn call(&mut self, call: &CallExpression<'a>) -> NodeId {
        if let Some((source, span)) = self.required(call) {
            let conditional = self.depth > 0;
            let id = self.import(source, span, ImportForm::Require, false, conditional);
            return self.leaf(Kind::Import(id), call.span);
        }
        self.node(Kind::Call, call.span, |lowering| {
            lowering.expression(&call.callee);
            lowering.arguments_of(&call.arguments);
        })
    }

    /// The specifier of `require("x")`.
    fn required(&self, call: &CallExpression<'a>) -> Option<(&'a str, Span)> {
        let Expression::Identifier(name) = &call.callee else { return None };
        let global =
            name.reference_id.get().is_none_or(|id| self.scoping.get_reference(id).symbol_id().is_none());
        let [Argument::StringLiteral(source)] = call.arguments.as_slice() else { return None };
        (name.name == "require" && global).then(|| (source.value.as_str(), source.span))
    }

    fn arguments_of(&mut self, arguments: &[Argument<'a>]) {
        for argument in arguments {
            match argument {
                Argument::SpreadElement(spread) => {
                    self.around(Kind::Spread, spread.span, &spread.argument);
                }
                argument => {
                    if let Some(value) = argument.as_expression() {
                        self.expression(value);
                    }
                }
            }
        }
    }

    pub(super) fn member(&mut self, member: &MemberExpression<'a>) -> NodeId {
        match member {
            MemberExpression::StaticMemberExpression(member) => {
                let word = self.word(member.property.name.as_str());
                self.around(Kind::Member(word), member.span, &member.object)
            }
            MemberExpression::PrivateFieldExpression(member) => {
                let word = self.word(member.field.name.as_str());
                self.around(Kind::Member(word), member.span, &member.object)
            }
            MemberExpression::ComputedMemberExpression(member) => match &member.expression {
                Expression::StringLiteral(key) => {
                    let word = self.word(key.value.as_str());
                    self.around(Kind::Member(word), member.span, &member.object)
                }
                key => self.pair(Kind::Index, member.span, &member.object, key),
            },
        }
    }

    fn simple_target(&mut self, target: &SimpleAssignmentTarget<'a>) -> NodeId {
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => self.name(name),
            target => match (target.as_member_expression(), target.get_expression()) {
                (Some(member), _) => self.member(member),
                (None, Some(inner)) => self.expression(inner),
                (None, None) => self.leaf(Kind::Other, target.span()),
            },
        }
    }

    pub(super) fn target(&mut self, target: &AssignmentTarget<'a>) -> NodeId {
        let span = target.span();
        match target {
            AssignmentTarget::ObjectAssignmentTarget(object) => {
                self.node(Kind::ObjectPattern, span, |lowering| {
                    for property in &object.properties {
                        lowering.target_property(property);
                    }
                    if let Some(rest) = &object.rest {
                        lowering
                            .node(Kind::Rest, rest.span, |lowering| drop_id(lowering.target(&rest.target)));
                    }
                })
            }
            AssignmentTarget::ArrayAssignmentTarget(array) => {
                self.node(Kind::ArrayPattern, span, |lowering| {
                    for element in array.elements.iter().flatten() {
                        lowering.defaulted(element);
                    }
                    if let Some(rest) = &array.rest {
                        lowering
                            .node(Kind::Rest, rest.span, |lowering| drop_id(lowering.target(&rest.target)));
                    }
                })
            }
            target => match target.as_simple_assignment_target() {
                Some(simple) => self.simple_target(simple),
                None => self.leaf(Kind::Other, span),
            },
        }
    }

    fn target_property(&mut self, property: &AssignmentTargetProperty<'a>) {
        match property {
            AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(short) => {
                let word = self.word(short.binding.name.as_str());
                self.node(Kind::Property(word), short.span, |lowering| match &short.init {
                    None => drop_id(lowering.name(&short.binding)),
                    Some(value) => drop_id(lowering.node(Kind::Default, short.span, |lowering| {
                        lowering.name(&short.binding);
                        lowering.expression(value);
                    })),
                });
            }
            AssignmentTargetProperty::AssignmentTargetPropertyProperty(full) => {
                self.keyed(&full.name, full.span, |lowering| lowering.defaulted(&full.binding));
            }
        }
    }

    fn defaulted(&mut self, target: &AssignmentTargetMaybeDefault<'a>) {
        match target {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(default) => {
                self.node(Kind::Default, default.span, |lowering| {
                    lowering.target(&default.binding);
                    lowering.expression(&default.init);
                });
            }
            target => {
                if let Some(target) = target.as_assignment_target() {
                    self.target(target);
                }
            }
        }
    }
}

/// What parentheses and marks of types hold.
fn unwrapped<'b, 'a>(expression: &'b Expression<'a>) -> &'b Expression<'a> {
    let mut at = expression;
    loop {
        at = match at {
            Expression::ParenthesizedExpression(inner) => &inner.expression,
            Expression::TSAsExpression(inner) => &inner.expression,
            Expression::TSSatisfiesExpression(inner) => &inner.expression,
            Expression::TSTypeAssertion(inner) => &inner.expression,
            Expression::TSNonNullExpression(inner) => &inner.expression,
            Expression::TSInstantiationExpression(inner) => &inner.expression,
            _ => return at,
        };
    }
}

fn of_binary(operator: BinaryOperator) -> Operator {
    match operator {
        BinaryOperator::Equality => Operator::Equal,
        BinaryOperator::Inequality => Operator::NotEqual,
        BinaryOperator::StrictEquality => Operator::StrictEqual,
        BinaryOperator::StrictInequality => Operator::StrictNotEqual,
        BinaryOperator::LessThan => Operator::Less,
        BinaryOperator::LessEqualThan => Operator::LessEqual,
        BinaryOperator::GreaterThan => Operator::Greater,
        BinaryOperator::GreaterEqualThan => Operator::GreaterEqual,
        BinaryOperator::Addition => Operator::Add,
        BinaryOperator::Subtraction => Operator::Subtract,
        BinaryOperator::Multiplication => Operator::Multiply,
        BinaryOperator::Division => Operator::Divide,
        BinaryOperator::Remainder => Operator::Remainder,
        BinaryOperator::Exponential => Operator::Power,
        BinaryOperator::In => Operator::In,
        BinaryOperator::Instanceof => Operator::InstanceOf,
        _ => Operator::Bits,
    }
}

fn of_logical(operator: LogicalOperator) -> Operator {
    match operator {
        LogicalOperator::Or => Operator::Or,
        LogicalOperator::And => Operator::And,
        LogicalOperator::Coalesce => Operator::Coalesce,
    }
}

fn of_unary(operator: UnaryOperator) -> Operator {
    match operator {
        UnaryOperator::LogicalNot => Operator::Not,
        UnaryOperator::UnaryNegation => Operator::Minus,
        UnaryOperator::UnaryPlus => Operator::Plus,
        UnaryOperator::BitwiseNot => Operator::BitNot,
        UnaryOperator::Typeof => Operator::TypeOf,
        UnaryOperator::Void => Operator::Void,
        UnaryOperator::Delete => Operator::Delete,
    }
}
