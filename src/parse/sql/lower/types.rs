//! Types and domains.

use squawk_syntax::ast;

use super::expr::optional;
use super::node::{named, object, owner, text};
use super::{At, names, table};
use crate::parse::sql::model::{AlterType, ConstraintKind, Kind, TypeDefinition};

/// `create type`.
pub(super) fn create(node: &ast::CreateType, at: &At) -> Kind {
    let definition = match node.kind() {
        Some(ast::CreateTypeKind::EnumType(it)) => TypeDefinition::Enum(
            it.variant_list()
                .iter()
                .flat_map(ast::VariantList::variants)
                .map(|variant| text(variant.literal()))
                .collect(),
        ),
        Some(ast::CreateTypeKind::CompositeType(it)) => TypeDefinition::Composite(
            it.composite_field_list()
                .iter()
                .flat_map(ast::CompositeFieldList::composite_field_defs)
                .map(|field| {
                    let of = field.ty().map(|ty| names::type_name(&ty, at)).unwrap_or_default();
                    (named(field.name()), of)
                })
                .collect(),
        ),
        Some(ast::CreateTypeKind::RangeType(_)) => TypeDefinition::Range,
        Some(ast::CreateTypeKind::BaseType(_)) | None => TypeDefinition::Base,
    };
    Kind::CreateType { name: object(node.type_name(), at), definition }
}

/// `alter type`.
pub(super) fn alter(node: &ast::AlterType, at: &At) -> Kind {
    use ast::AlterTypeAction as A;
    let action = match node.action() {
        Some(A::AddValue(it)) => {
            let (before, after) = match it.value_position() {
                Some(ast::ValuePosition::BeforeValue(at)) => (Some(text(at.literal())), None),
                Some(ast::ValuePosition::AfterValue(at)) => (None, Some(text(at.literal()))),
                None => (None, None),
            };
            AlterType::AddValue {
                value: text(it.literal()),
                if_not_exists: it.if_not_exists().is_some(),
                before,
                after,
            }
        }
        Some(A::RenameValue(it)) => AlterType::RenameValue { from: text(it.from()), to: text(it.to()) },
        Some(A::TypeRenameTo(it)) => AlterType::Rename(object(it.type_name(), at).name),
        Some(A::SetSchema(it)) => AlterType::SetSchema(named(it.schema_ref())),
        Some(A::OwnerTo(it)) => AlterType::Owner(owner(&it)),
        Some(A::RenameAttribute(it)) => AlterType::RenameAttribute {
            from: named(it.composite_field_ref()),
            to: named(it.composite_field()),
        },
        Some(A::AlterTypeAttributeActionList(list)) => {
            let mut actions: Vec<_> = list.actions().map(|it| attribute(&it, at)).collect();
            if actions.len() == 1 { actions.remove(0) } else { AlterType::Several(actions) }
        }
        Some(A::SetOptions(_)) | None => AlterType::Other,
    };
    Kind::AlterType { name: object(node.type_name_ref(), at), domain: false, action }
}

fn attribute(action: &ast::AlterTypeAttributeAction, at: &At) -> AlterType {
    use ast::AlterTypeAttributeAction as A;
    match action {
        A::AddAttribute(it) => AlterType::AddAttribute {
            name: named(it.composite_field()),
            of: it.ty().map(|ty| names::type_name(&ty, at)).unwrap_or_default(),
        },
        A::DropAttribute(it) => AlterType::DropAttribute {
            name: named(it.composite_field_ref()),
            if_exists: it.if_exists().is_some(),
        },
        A::AlterAttribute(it) => AlterType::SetAttribute {
            name: named(it.composite_field_ref()),
            to: it.ty().map(|ty| names::type_name(&ty, at)).unwrap_or_default(),
        },
    }
}

/// `create domain`.
pub(super) fn domain(node: &ast::CreateDomain, at: &At) -> Kind {
    let mut default = None;
    let mut not_null = false;
    let mut checks = Vec::new();
    for qualifier in node.domain_qualifiers() {
        let ast::DomainQualifier::Constraint(constraint) = qualifier else { continue };
        let constraint = table::constraint(&constraint, at);
        match constraint.kind {
            ConstraintKind::Default(expr) => default = Some(expr),
            ConstraintKind::NotNull => not_null = true,
            ConstraintKind::Null => not_null = false,
            ConstraintKind::Check { expr, .. } => checks.push((constraint.name, expr)),
            _ => {}
        }
    }
    Kind::CreateDomain {
        name: object(node.domain(), at),
        base: node.ty().map(|ty| names::type_name(&ty, at)).unwrap_or_default(),
        default,
        not_null,
        checks,
    }
}

/// `alter domain`.
pub(super) fn alter_domain(node: &ast::AlterDomain, at: &At) -> Kind {
    use ast::AlterDomainAction as A;
    let action = match node.action() {
        Some(A::SetDefault(it)) => AlterType::SetDefault(Some(optional(it.expr(), at))),
        Some(A::DropDefault(_)) => AlterType::SetDefault(None),
        Some(A::SetNotNull(_)) => AlterType::SetNotNull(true),
        Some(A::DropNotNull(_)) => AlterType::SetNotNull(false),
        Some(A::AddConstraint(it)) => match it.constraint().map(|it| table::constraint(&it, at)) {
            Some(constraint) => match constraint.kind {
                ConstraintKind::Check { expr, .. } => AlterType::AddCheck(constraint.name, expr),
                ConstraintKind::NotNull => AlterType::SetNotNull(true),
                _ => AlterType::Other,
            },
            None => AlterType::Other,
        },
        Some(A::DropConstraint(it)) => AlterType::DropCheck {
            name: object(it.constraint_name_ref(), at).name,
            if_exists: it.if_exists().is_some(),
        },
        Some(A::RenameConstraint(it)) => AlterType::RenameCheck {
            from: object(it.constraint_name_ref(), at).name,
            to: named(it.constraint_name()),
        },
        Some(A::OwnerTo(it)) => AlterType::Owner(owner(&it)),
        Some(A::DomainRenameTo(it)) => AlterType::Rename(object(it.domain(), at).name),
        Some(A::SetSchema(it)) => AlterType::SetSchema(named(it.schema_ref())),
        Some(A::ValidateConstraint(_)) | None => AlterType::Other,
    };
    Kind::AlterType { name: object(node.domain_ref(), at), domain: true, action }
}
