//! Classes and decorators.

use oxc_ast::ast::{Class, ClassElement, Decorator, MethodDefinition, MethodDefinitionKind, PropertyKey};

use super::Lowering;
use super::patterns::drop_id;
use crate::parse::javascript::model::{FunctionForm, Kind, NodeId, Word};

impl<'a> Lowering<'a> {
    /// A class, and the name it has, if it has one.
    pub(super) fn class(&mut self, class: &Class<'a>) -> NodeId {
        let node = self.node(Kind::Class, class.span, |lowering| {
            lowering.decorators(&class.decorators);
            if let Some(heritage) = &class.heritage {
                lowering.node(Kind::Extends, class.span, |lowering| {
                    lowering.expression(&heritage.expression);
                });
            }
            for element in &class.body.body {
                lowering.class_element(element);
            }
        });
        if let Some(id) = &class.id {
            self.stands_for(id, node);
        }
        node
    }

    fn class_element(&mut self, element: &ClassElement<'a>) {
        match element {
            ClassElement::MethodDefinition(method) => self.method(method),
            ClassElement::PropertyDefinition(field) => {
                if field.declare {
                    return;
                }
                let word = self.key_or_empty(&field.key);
                self.node(Kind::Field(word), field.span, |lowering| {
                    lowering.decorators(&field.decorators);
                    lowering.annotation(field.type_annotation.as_deref());
                    if let Some(value) = &field.value {
                        lowering.deeper(|lowering| {
                            lowering.named = Some(word);
                            lowering.expression(value);
                            lowering.named = None;
                        });
                    }
                });
            }
            ClassElement::AccessorProperty(field) => {
                let word = self.key_or_empty(&field.key);
                self.node(Kind::Field(word), field.span, |lowering| {
                    lowering.decorators(&field.decorators);
                    lowering.annotation(field.type_annotation.as_deref());
                    if let Some(value) = &field.value {
                        lowering.deeper(|lowering| drop_id(lowering.expression(value)));
                    }
                });
            }
            ClassElement::StaticBlock(block) => {
                self.node(Kind::Block, block.span, |lowering| lowering.statements(&block.body));
            }
            ClassElement::TSIndexSignature(_) => {}
        }
    }

    fn method(&mut self, method: &MethodDefinition<'a>) {
        if method.value.body.is_none() {
            return;
        }
        let form = match method.kind {
            MethodDefinitionKind::Constructor => FunctionForm::Constructor,
            MethodDefinitionKind::Method => FunctionForm::Method,
            MethodDefinitionKind::Get => FunctionForm::Getter,
            MethodDefinitionKind::Set => FunctionForm::Setter,
        };
        let word = self.key_or_empty(&method.key);
        self.node(Kind::Method(word), method.span, |lowering| {
            lowering.decorators(&method.decorators);
            lowering.named = Some(word);
            lowering.any_function(&method.value, form);
        });
    }

    fn key_or_empty(&mut self, key: &PropertyKey<'a>) -> Word {
        self.plain_key(key).unwrap_or(Word(0))
    }

    pub(super) fn decorators(&mut self, decorators: &[Decorator<'a>]) {
        for decorator in decorators {
            self.node(Kind::Decorator, decorator.span, |lowering| {
                lowering.expression(&decorator.expression);
            });
        }
    }
}
