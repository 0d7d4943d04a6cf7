//! Patterns, parameters, and what the names in them stand for.

use oxc_ast::ast::{
    BindingIdentifier, BindingPattern, FormalParameters, IdentifierReference, PropertyKey, TSType,
    TSTypeAnnotation, TSTypeName, VariableDeclaration, VariableDeclarationKind,
};
use oxc_span::GetSpan;

use super::{Lowering, binding_of};
use crate::parse::javascript::model::{BindingId, Bound, Declare, Imported, Kind, NodeId, Word};

impl<'a> Lowering<'a> {
    pub(super) fn declaration(&mut self, declaration: &VariableDeclaration<'a>) {
        let word = match declaration.kind {
            VariableDeclarationKind::Const => Declare::Const,
            VariableDeclarationKind::Let => Declare::Let,
            VariableDeclarationKind::Var => Declare::Var,
            _ => Declare::Using,
        };
        self.node(Kind::Declare(word), declaration.span, |lowering| {
            for declarator in &declaration.declarations {
                lowering.node(Kind::Declarator, declarator.span, |lowering| {
                    lowering.pattern(&declarator.id);
                    lowering.annotation(declarator.type_annotation.as_deref());
                    let Some(value) = &declarator.init else { return };
                    lowering.named = match &declarator.id {
                        BindingPattern::BindingIdentifier(name) => Some(lowering.word(name.name.as_str())),
                        _ => None,
                    };
                    let value = lowering.expression(value);
                    lowering.named = None;
                    lowering.bind_to_value(&declarator.id, value);
                });
            }
        });
    }

    /// A pattern, and its names as declared here.
    pub(super) fn pattern(&mut self, pattern: &BindingPattern<'a>) -> NodeId {
        match pattern {
            BindingPattern::BindingIdentifier(name) => self.declared_name(name),
            BindingPattern::ObjectPattern(object) => {
                self.node(Kind::ObjectPattern, object.span, |lowering| {
                    for property in &object.properties {
                        lowering.keyed(&property.key, property.span, |lowering| {
                            drop_id(lowering.pattern(&property.value));
                        });
                    }
                    if let Some(rest) = &object.rest {
                        lowering.node(Kind::Rest, rest.span, |lowering| {
                            drop_id(lowering.pattern(&rest.argument));
                        });
                    }
                })
            }
            BindingPattern::ArrayPattern(array) => self.node(Kind::ArrayPattern, array.span, |lowering| {
                for element in &array.elements {
                    match element {
                        Some(element) => drop_id(lowering.pattern(element)),
                        None => drop_id(lowering.leaf(Kind::Hole, array.span)),
                    }
                }
                if let Some(rest) = &array.rest {
                    lowering
                        .node(Kind::Rest, rest.span, |lowering| drop_id(lowering.pattern(&rest.argument)));
                }
            }),
            BindingPattern::AssignmentPattern(default) => {
                self.node(Kind::Default, default.span, |lowering| {
                    lowering.pattern(&default.left);
                    lowering.expression(&default.right);
                })
            }
        }
    }

    pub(super) fn declared_name(&mut self, name: &BindingIdentifier<'a>) -> NodeId {
        let binding = binding_of(name.symbol_id.get());
        let word = self.word(name.name.as_str());
        let node = self.leaf(Kind::Name(word, binding), name.span);
        self.declared(name, node);
        node
    }

    /// The binding that a name refers to, and its use at `node`.
    pub(super) fn used(&mut self, name: &IdentifierReference<'a>, node: NodeId) -> Option<BindingId> {
        let reference = name.reference_id.get()?;
        let binding = binding_of(self.scoping.get_reference(reference).symbol_id());
        if let Some(binding) = binding {
            self.uses.push((binding, node));
        }
        binding
    }

    /// A property whose value is what `inside` adds.
    pub(super) fn keyed(
        &mut self,
        key: &PropertyKey<'a>,
        span: oxc_span::Span,
        inside: impl FnOnce(&mut Self),
    ) {
        match self.plain_key(key) {
            Some(word) => self.node(Kind::Property(word), span, inside),
            None => self.node(Kind::Computed, span, |lowering| {
                if let Some(key) = key.as_expression() {
                    lowering.expression(key);
                } else {
                    lowering.leaf(Kind::Other, key.span());
                }
                inside(lowering);
            }),
        };
    }

    /// A key that is written out.
    pub(super) fn plain_key(&mut self, key: &PropertyKey<'a>) -> Option<Word> {
        Some(match key {
            PropertyKey::StaticIdentifier(name) => self.word(name.name.as_str()),
            PropertyKey::PrivateIdentifier(name) => self.word(name.name.as_str()),
            PropertyKey::StringLiteral(text) => self.word(text.value.as_str()),
            PropertyKey::NumericLiteral(number) => self.word(number.raw.as_ref()?.as_str()),
            _ => return None,
        })
    }

    fn bind_to_value(&mut self, pattern: &BindingPattern<'a>, value: NodeId) {
        let import = self.imported(value);
        let whole = import.map_or(Bound::Value(value), |import| Bound::Import(import, Imported::All));
        let part = |key| {
            import.map_or(Bound::Part(value, key), |import| Bound::Import(import, Imported::Named(key)))
        };
        self.bind_parts(pattern, whole, part, |index| Bound::Item(value, index));
    }

    /// The module that `require("x")` and `await import("x")` give.
    fn imported(&self, value: NodeId) -> Option<crate::parse::javascript::ImportId> {
        match self.module.kind(self.module.awaited(value)) {
            Kind::Import(import) => Some(import),
            _ => None,
        }
    }

    fn bind_parts(
        &mut self,
        pattern: &BindingPattern<'a>,
        whole: Bound,
        part: impl Fn(Word) -> Bound,
        item: impl Fn(u32) -> Bound,
    ) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => self.bind(binding_of(name.symbol_id.get()), whole),
            BindingPattern::AssignmentPattern(default) => {
                if let BindingPattern::BindingIdentifier(name) = &default.left {
                    self.bind(binding_of(name.symbol_id.get()), whole);
                }
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    if let (Some(key), Some(name)) = (self.plain_key(&property.key), name_of(&property.value))
                    {
                        self.bind(binding_of(name.symbol_id.get()), part(key));
                    }
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    if let Some(name) = element.as_ref().and_then(name_of) {
                        let index = u32::try_from(index).unwrap_or(u32::MAX);
                        self.bind(binding_of(name.symbol_id.get()), item(index));
                    }
                }
            }
        }
    }

    /// The parameters of a function, and how many there are.
    pub(super) fn parameters(&mut self, parameters: &FormalParameters<'a>, function: NodeId) -> u32 {
        let mut count = 0;
        for parameter in &parameters.items {
            self.node(Kind::Parameter, parameter.span, |lowering| {
                lowering.decorators(&parameter.decorators);
                match &parameter.initializer {
                    Some(value) => {
                        lowering.node(Kind::Default, parameter.span, |lowering| {
                            lowering.pattern(&parameter.pattern);
                            lowering.expression(value);
                        });
                    }
                    None => drop_id(lowering.pattern(&parameter.pattern)),
                }
                lowering.annotation(parameter.type_annotation.as_deref());
            });
            let whole = Bound::Parameter(function, count);
            let part = |key| Bound::ParameterPart(function, count, key);
            self.bind_parts(&parameter.pattern, whole, part, |_| Bound::Unknown);
            count += 1;
        }
        if let Some(rest) = &parameters.rest {
            self.node(Kind::Parameter, rest.span, |lowering| {
                lowering.decorators(&rest.decorators);
                lowering.node(Kind::Rest, rest.rest.span, |lowering| {
                    drop_id(lowering.pattern(&rest.rest.argument));
                });
                lowering.annotation(rest.type_annotation.as_deref());
            });
            count += 1;
        }
        count
    }

    /// The name of a type, where it has one.
    pub(super) fn annotation(&mut self, annotation: Option<&TSTypeAnnotation<'a>>) {
        let Some(reference) = annotation.and_then(|annotation| named_type(&annotation.type_annotation, 0))
        else {
            return;
        };
        match reference {
            TSTypeName::IdentifierReference(name) => {
                let word = self.word(name.name.as_str());
                let node = self.leaf(Kind::Type(word, None), name.span);
                let binding = self.used(name, node);
                self.become_kind(node, Kind::Type(word, binding));
            }
            TSTypeName::QualifiedName(name) => {
                let word = self.word(name.right.name.as_str());
                self.leaf(Kind::Type(word, None), name.span);
            }
            TSTypeName::ThisExpression(_) => {}
        }
    }
}

/// The name that a pattern or a pattern with a default is.
fn name_of<'b, 'a>(pattern: &'b BindingPattern<'a>) -> Option<&'b BindingIdentifier<'a>> {
    match pattern {
        BindingPattern::BindingIdentifier(name) => Some(name),
        BindingPattern::AssignmentPattern(default) => match &default.left {
            BindingPattern::BindingIdentifier(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// The type behind lists, promises and alternatives to nothing.
fn named_type<'b, 'a>(found: &'b TSType<'a>, depth: u8) -> Option<&'b TSTypeName<'a>> {
    const SEEN_THROUGH: &[&str] = &["Promise", "Array", "ReadonlyArray", "Readonly", "Partial", "Set"];
    if depth > 8 {
        return None;
    }
    match found {
        TSType::TSTypeReference(reference) => {
            let inner = reference.type_arguments.as_ref().and_then(|arguments| arguments.params.first());
            match (&reference.type_name, inner) {
                (TSTypeName::IdentifierReference(name), Some(inner))
                    if SEEN_THROUGH.contains(&name.name.as_str()) =>
                {
                    named_type(inner, depth + 1)
                }
                (name, _) => Some(name),
            }
        }
        TSType::TSArrayType(array) => named_type(&array.element_type, depth + 1),
        TSType::TSParenthesizedType(inner) => named_type(&inner.type_annotation, depth + 1),
        TSType::TSUnionType(union) => union.types.iter().find_map(|one| named_type(one, depth + 1)),
        _ => None,
    }
}

/// Closures that add nodes give nothing back.
pub(super) fn drop_id(_: NodeId) {}
