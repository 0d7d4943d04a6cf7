//! Schemas, extensions, comments, publications, and what a replay does not keep.

use squawk_syntax::ast::{self, AstNode};

use super::node::{child, first_object, named, object, owner, role, single};
use super::{At, comment, first_words, statement as lower_statement};
use crate::parse::sql::model::{AlterObject, Class, Kind, Name, ObjectName, PublicationChange, Statement};

/// Everything that no other module lowers.
pub(super) fn lower(stmt: &ast::Stmt, at: &At) -> Kind {
    use ast::Stmt as S;
    match stmt {
        S::CreateSchema(node) => schema(node, at),
        S::CreateExtension(node) => extension(node),
        S::AlterExtension(node) => match node.action() {
            Some(ast::AlterExtensionAction::SetSchema(set)) => {
                Kind::AlterExtension { name: named(node.extension_ref()), schema: named(set.schema_ref()) }
            }
            _ => unkept(stmt, at),
        },
        S::CommentOn(node) => comment::on(node, at),
        S::CreatePublication(node) => publication(node, at),
        S::AlterPublication(node) => alter_publication(node, at),
        S::AlterSchema(_)
        | S::AlterServer(_)
        | S::AlterDatabase(_)
        | S::AlterCollation(_)
        | S::AlterLanguage(_)
        | S::AlterEventTrigger(_)
        | S::AlterAggregate(_)
        | S::AlterOperator(_)
        | S::AlterStatistics(_)
        | S::AlterConversion(_)
        | S::AlterForeignDataWrapper(_)
        | S::AlterOperatorClass(_)
        | S::AlterOperatorFamily(_)
        | S::AlterSubscription(_)
        | S::AlterTablespace(_)
        | S::AlterTextSearchConfiguration(_)
        | S::AlterTextSearchDictionary(_)
        | S::AlterTextSearchParser(_)
        | S::AlterTextSearchTemplate(_) => alter(stmt, at),
        S::AlterRule(node) => Kind::AlterObject {
            class: Class::Rule,
            name: single(node.rule_ref(), at),
            of: Some(object(node.on_relation().and_then(|on| on.relation_name_ref()), at)),
            action: AlterObject::Rename(named(node.rule_rename_to().and_then(|to| to.rule()))),
        },
        _ => unkept(stmt, at),
    }
}

/// A statement that is not read further: its first words and the first name in it.
fn unkept(stmt: &ast::Stmt, at: &At) -> Kind {
    let name = stmt
        .syntax()
        .children()
        .find(|part| {
            !ast::IfExists::can_cast(part.kind())
                && !ast::IfNotExists::can_cast(part.kind())
                && !ast::OrReplace::can_cast(part.kind())
        })
        .filter(|part| {
            ast::AnyName::can_cast(part.kind())
                || child::<ast::Path>(part).is_some()
                || child::<ast::PathRef>(part).is_some()
        })
        .map(|part| super::names::object_name_of(&part, at));
    Kind::Other { what: first_words(at.text(stmt)), name }
}

/// `create schema`, with the statements inside it.
fn schema(node: &ast::CreateSchema, at: &At) -> Kind {
    let (name, owner) = match node.create_schema_target() {
        Some(ast::CreateSchemaTarget::NamedSchema(it)) => {
            (named(it.schema()), it.role_ref().map(|it| role(&it)))
        }
        Some(ast::CreateSchemaTarget::AuthorizationSchema(it)) => {
            let role = named(it.role());
            (role.clone(), Some(role))
        }
        None => (Name::default(), None),
    };
    let inside = node
        .schema_elements()
        .filter_map(|element| {
            let stmt = ast::Stmt::cast(element.syntax().clone())?;
            Some(Statement { span: at.span(&element), kind: lower_statement(&stmt, at)? })
        })
        .collect();
    Kind::CreateSchema { name, if_not_exists: node.if_not_exists().is_some(), owner, inside }
}

fn extension(node: &ast::CreateExtension) -> Kind {
    Kind::CreateExtension {
        name: named(node.extension()),
        if_not_exists: node.if_not_exists().is_some(),
        schema: node.extension_schema().map(|it| named(it.schema_ref())),
        cascade: node.cascade_token().is_some(),
    }
}

/// What a list of publication objects names: tables, and schemas of which all tables are in.
fn published(objects: impl Iterator<Item = ast::PublicationObject>, at: &At) -> (Vec<ObjectName>, Vec<Name>) {
    let (mut tables, mut schemas) = (Vec::new(), Vec::new());
    for part in objects {
        match part {
            ast::PublicationObject::PublicationObjectTable(it) => {
                tables.push(object(it.table_name_ref(), at));
            }
            ast::PublicationObject::PublicationObjectTablesInSchema(it) => match it.schema_ref() {
                Some(schema) => schemas.push(named(Some(schema))),
                None => schemas.push(Name::const_new("current_schema")),
            },
            ast::PublicationObject::PublicationObjectCurrentSchema(_) => {
                schemas.push(Name::const_new("current_schema"));
            }
        }
    }
    (tables, schemas)
}

fn publication(node: &ast::CreatePublication, at: &At) -> Kind {
    let (mut all, mut tables, mut schemas) = (false, Vec::new(), Vec::new());
    match node.publication_for_clause() {
        Some(ast::PublicationForClause::ForAllPublicationObjects(_)) => all = true,
        Some(ast::PublicationForClause::ForPublicationObjects(it)) => {
            (tables, schemas) = published(it.publication_objects(), at);
        }
        None => {}
    }
    Kind::Publication {
        name: named(node.publication()),
        change: PublicationChange::Create,
        all,
        tables,
        schemas,
    }
}

fn alter_publication(node: &ast::AlterPublication, at: &At) -> Kind {
    use ast::AlterPublicationAction as A;
    let name = named(node.publication_ref());
    let (change, objects) = match node.action() {
        Some(A::AddPublicationObjects(it)) => {
            (PublicationChange::Add, published(it.publication_objects(), at))
        }
        Some(A::DropPublicationObjects(it)) => {
            (PublicationChange::Drop, published(it.publication_objects(), at))
        }
        Some(A::SetPublicationObjects(it)) => {
            (PublicationChange::Set, published(it.publication_objects(), at))
        }
        Some(A::OwnerTo(it)) => {
            let action = AlterObject::Owner(owner(&it));
            return publication_object(node, action, at);
        }
        Some(A::PublicationRenameTo(it)) => {
            return publication_object(node, AlterObject::Rename(named(it.publication())), at);
        }
        Some(A::SetAllPublicationObjectList(_) | A::SetOptions(_)) | None => {
            return publication_object(node, AlterObject::Other, at);
        }
    };
    Kind::Publication { name, change, all: false, tables: objects.0, schemas: objects.1 }
}

fn publication_object(node: &ast::AlterPublication, action: AlterObject, at: &At) -> Kind {
    Kind::AlterObject {
        class: Class::Publication,
        name: single(node.publication_ref(), at),
        of: None,
        action,
    }
}

/// `alter … rename to`, `owner to` of what is no relation, function or type: the name is the first part
/// of the statement, the action another.
fn alter(stmt: &ast::Stmt, at: &At) -> Kind {
    let node = stmt.syntax();
    let name = first_object(node, at);
    let action = if let Some(it) = child::<ast::OwnerTo>(node) {
        AlterObject::Owner(owner(&it))
    } else {
        // Every `rename to` of the grammar is a part of its own with the new name in it.
        node.children()
            .skip(1)
            .find(|part| format!("{:?}", part.kind()).ends_with("RENAME_TO"))
            .and_then(|part| part.children().next())
            .map_or(AlterObject::Other, |name| AlterObject::Rename(super::names::name_of(&name)))
    };
    Kind::AlterObject { class: class(stmt), name, of: None, action }
}

fn class(stmt: &ast::Stmt) -> Class {
    use ast::Stmt as S;
    match stmt {
        S::AlterSchema(_) => Class::Schema,
        S::AlterServer(_) => Class::Server,
        S::AlterDatabase(_) => Class::Database,
        S::AlterCollation(_) => Class::Collation,
        S::AlterLanguage(_) => Class::Language,
        S::AlterEventTrigger(_) => Class::EventTrigger,
        S::AlterAggregate(_) => Class::Aggregate,
        S::AlterOperator(_) => Class::Operator,
        _ => Class::Other,
    }
}
