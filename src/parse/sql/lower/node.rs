//! What every part of the lowering asks of a node.

use compact_str::CompactString;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

use super::{At, names};
use crate::parse::sql::model::{Name, ObjectName};

/// The name that a node is; empty where it is missing.
pub(super) fn named<N: AstNode>(node: Option<N>) -> Name {
    node.map(|node| names::name(&node)).unwrap_or_default()
}

/// The names of a list.
pub(super) fn names_of<N: AstNode>(nodes: impl Iterator<Item = N>) -> Vec<Name> {
    nodes.map(|node| names::name(&node)).collect()
}

/// The object that a node with a path names; an empty name where it is missing.
pub(super) fn object<N: AstNode>(node: Option<N>, at: &At) -> ObjectName {
    node.map(|node| names::object_name(&node, at)).unwrap_or_default()
}

/// The objects of a list.
pub(super) fn objects<N: AstNode>(nodes: impl Iterator<Item = N>, at: &At) -> Vec<ObjectName> {
    nodes.map(|node| names::object_name(&node, at)).collect()
}

/// A name without a schema, with its place.
pub(super) fn single<N: AstNode>(node: Option<N>, at: &At) -> ObjectName {
    node.map(|node| ObjectName { schema: None, name: names::name(&node), span: at.span(&node) })
        .unwrap_or_default()
}

/// The object that the first part of a node names, without the arguments that can follow its name.
pub(super) fn first_object(node: &SyntaxNode, at: &At) -> ObjectName {
    let Some(part) = node.children().next() else { return ObjectName::default() };
    let path = part
        .descendants()
        .find(|inner| ast::Path::can_cast(inner.kind()) || ast::PathRef::can_cast(inner.kind()))
        .unwrap_or(part);
    names::object_name_of(&path, at)
}

/// Whether a token of this kind is directly in the node.
pub(super) fn has(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    tokens(node).any(|token| token.kind() == kind)
}

/// The tokens directly in a node.
pub(super) fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    node.children_with_tokens().filter_map(squawk_syntax::SyntaxElement::into_token)
}

/// All words of a node in lower case, one blank between them.
pub(super) fn words(node: &SyntaxNode) -> Name {
    let mut out = CompactString::default();
    for token in node.descendants_with_tokens().filter_map(squawk_syntax::SyntaxElement::into_token) {
        if token.kind().is_trivia() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&token.text().to_ascii_lowercase());
    }
    out
}

/// The role that a reference names: `public`, `current_user` as written.
pub(super) fn role(node: &ast::RoleRef) -> Name {
    node.role_ref_value().map(|value| names::name(&value)).unwrap_or_default()
}

/// The role of `owner to`.
pub(super) fn owner(node: &ast::OwnerTo) -> Name {
    node.role_ref().map(|it| role(&it)).unwrap_or_default()
}

/// The roles of a list.
pub(super) fn roles(list: Option<ast::RoleRefList>) -> Vec<Name> {
    list.into_iter().flat_map(|list| list.role_refs()).map(|node| role(&node)).collect()
}

/// The decoded text of a string.
pub(super) fn text(literal: Option<ast::Literal>) -> String {
    literal.and_then(|literal| literal.string_value()).unwrap_or_default()
}

/// Whether a drop takes along what depends on it.
pub(super) fn cascades(behavior: Option<ast::DropBehavior>) -> bool {
    behavior.is_some_and(|it| matches!(it, ast::DropBehavior::Cascade(_)))
}

/// Storage parameters and view options: `(a = 1, b)`, names in lower case with their namespace.
pub(super) fn attributes(list: Option<ast::AttributeList>) -> Vec<(Name, Option<String>)> {
    list.into_iter().flat_map(|list| list.attribute_options()).map(|option| attribute(&option)).collect()
}

fn attribute(option: &ast::AttributeOption) -> (Name, Option<String>) {
    let name = named(option.name());
    let name = match option.namespace() {
        Some(space) => Name::from(format!("{}.{name}", names::name(&space))),
        None => name,
    };
    let value =
        option.attribute_value().map(|value| match value.literal().and_then(|it| it.string_value()) {
            Some(text) if value.literal().is_some_and(|it| quoted(&it)) => text,
            _ => value.syntax().text().to_string().to_ascii_lowercase(),
        });
    (name, value)
}

/// Whether a literal is a string of some kind.
pub(super) fn quoted(literal: &ast::Literal) -> bool {
    matches!(
        literal.kind(),
        Some(
            ast::LitKind::String(_)
                | ast::LitKind::EscString(_)
                | ast::LitKind::DollarQuotedString(_)
                | ast::LitKind::UnicodeEscString(_)
                | ast::LitKind::NationalString(_)
        )
    )
}

/// The first child of a kind.
pub(super) fn child<N: AstNode>(node: &SyntaxNode) -> Option<N> {
    node.children().find_map(N::cast)
}

/// The children of a kind.
pub(super) fn children<N: AstNode>(node: &SyntaxNode) -> impl Iterator<Item = N> {
    node.children().filter_map(N::cast)
}
