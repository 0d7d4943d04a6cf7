//! JSX.

use oxc_ast::ast::{
    JSXAttributeItem, JSXAttributeName, JSXAttributeValue, JSXChild, JSXElement, JSXElementName,
    JSXExpression, JSXFragment, JSXMemberExpression, JSXMemberExpressionObject,
};

use super::Lowering;
use super::patterns::drop_id;
use crate::parse::javascript::model::{BindingId, Kind, NodeId, Word};

impl<'a> Lowering<'a> {
    pub(super) fn markup(&mut self, element: &JSXElement<'a>) -> NodeId {
        let node = self.node(Kind::Element(Word(0), None), element.span, |lowering| {
            for attribute in &element.opening_element.attributes {
                lowering.attribute(attribute);
            }
            lowering.content(&element.children);
        });
        let (word, binding) = self.element_name(&element.opening_element.name, node);
        self.become_kind(node, Kind::Element(word, binding));
        node
    }

    pub(super) fn fragment(&mut self, fragment: &JSXFragment<'a>) -> NodeId {
        self.node(Kind::Element(Word(0), None), fragment.span, |lowering| {
            lowering.content(&fragment.children);
        })
    }

    /// The last name of `a.b.C`, with the binding of the first.
    fn element_name(&mut self, name: &JSXElementName<'a>, node: NodeId) -> (Word, Option<BindingId>) {
        match name {
            JSXElementName::Identifier(name) => (self.word(name.name.as_str()), None),
            JSXElementName::IdentifierReference(name) => {
                (self.word(name.name.as_str()), self.used(name, node))
            }
            JSXElementName::NamespacedName(name) => (self.word(name.name.name.as_str()), None),
            JSXElementName::MemberExpression(member) => {
                (self.word(member.property.name.as_str()), self.first_name(member, node))
            }
            JSXElementName::ThisExpression(_) => (Word(0), None),
        }
    }

    fn first_name(&mut self, member: &JSXMemberExpression<'a>, node: NodeId) -> Option<BindingId> {
        let mut object = &member.object;
        loop {
            match object {
                JSXMemberExpressionObject::IdentifierReference(name) => return self.used(name, node),
                JSXMemberExpressionObject::MemberExpression(inner) => object = &inner.object,
                JSXMemberExpressionObject::ThisExpression(_) => return None,
            }
        }
    }

    fn attribute(&mut self, attribute: &JSXAttributeItem<'a>) {
        match attribute {
            JSXAttributeItem::SpreadAttribute(spread) => {
                self.node(Kind::Spread, spread.span, |lowering| {
                    drop_id(lowering.expression(&spread.argument));
                });
            }
            JSXAttributeItem::Attribute(attribute) => {
                let word = match &attribute.name {
                    JSXAttributeName::Identifier(name) => self.word(name.name.as_str()),
                    JSXAttributeName::NamespacedName(name) => self.word(name.name.name.as_str()),
                };
                self.node(Kind::Attribute(word), attribute.span, |lowering| match &attribute.value {
                    Some(JSXAttributeValue::StringLiteral(text)) => {
                        let word = lowering.word(text.value.as_str());
                        lowering.leaf(Kind::Text(word), text.span);
                    }
                    Some(JSXAttributeValue::ExpressionContainer(container)) => {
                        lowering.contained(&container.expression);
                    }
                    Some(JSXAttributeValue::Element(element)) => drop_id(lowering.markup(element)),
                    Some(JSXAttributeValue::Fragment(fragment)) => drop_id(lowering.fragment(fragment)),
                    None => {}
                });
            }
        }
    }

    fn content(&mut self, children: &[JSXChild<'a>]) {
        for child in children {
            match child {
                JSXChild::Text(_) => {}
                JSXChild::Element(element) => drop_id(self.markup(element)),
                JSXChild::Fragment(fragment) => drop_id(self.fragment(fragment)),
                JSXChild::ExpressionContainer(container) => self.contained(&container.expression),
                JSXChild::Spread(spread) => drop_id(self.expression(&spread.expression)),
            }
        }
    }

    fn contained(&mut self, expression: &JSXExpression<'a>) {
        if let Some(value) = expression.as_expression() {
            self.expression(value);
        }
    }
}
