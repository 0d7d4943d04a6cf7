//! `grant`, `revoke`, `alter default privileges`.

use squawk_syntax::ast::{self, AstNode};

use super::node::{cascades, names_of, objects, roles, words};
use super::{At, function, names};
use crate::parse::sql::model::{Grant, GrantTarget, Kind, Name, Privilege};

/// `grant`.
pub(super) fn grant(node: &ast::Grant, at: &At) -> Kind {
    let members = roles(node.role_ref_list());
    let with = node.grant_with_clause();
    let Some(on) = node.on_privilege_objects_clause() else {
        let admin = with.is_some_and(|with| with_admin(&with));
        return Kind::GrantRole { revoke: false, roles: granted_roles(node.privileges()), members, admin };
    };
    Kind::Grant(Box::new(Grant {
        revoke: false,
        privileges: privileges(node.privileges()),
        target: target(on.privilege_objects(), at),
        roles: members,
        grant_option: with.is_some_and(|with| with.grant_option().is_some()),
        cascade: false,
    }))
}

/// `revoke`.
pub(super) fn revoke(node: &ast::Revoke, at: &At) -> Kind {
    let members = roles(node.role_ref_list());
    let Some(on) = node.on_privilege_objects_clause() else {
        return Kind::GrantRole {
            revoke: true,
            roles: granted_roles(node.privileges()),
            members,
            admin: node.revoke_option_for().is_some(),
        };
    };
    Kind::Grant(Box::new(Grant {
        revoke: true,
        privileges: privileges(node.privileges()),
        target: target(on.privilege_objects(), at),
        roles: members,
        grant_option: matches!(node.revoke_option_for(), Some(ast::RevokeOptionFor::GrantOptionFor(_))),
        cascade: cascades(node.drop_behavior()),
    }))
}

/// `alter default privileges`.
pub(super) fn default_privileges(node: &ast::AlterDefaultPrivileges, at: &At) -> Kind {
    let grant = match node.action() {
        Some(ast::AlterDefaultPrivilegesAction::GrantDefaultPrivileges(it)) => Grant {
            revoke: false,
            privileges: privileges(it.privileges()),
            target: default_target(it.privilege_target()),
            roles: roles(it.role_ref_list()),
            grant_option: it.grant_with_clause().is_some(),
            cascade: false,
        },
        Some(ast::AlterDefaultPrivilegesAction::RevokeDefaultPrivileges(it)) => Grant {
            revoke: true,
            privileges: privileges(it.privileges()),
            target: default_target(it.privilege_target()),
            roles: roles(it.role_ref_list()),
            grant_option: it.grant_option_for().is_some(),
            cascade: cascades(it.drop_behavior()),
        },
        None => return super::unread(node, at),
    };
    Kind::DefaultPrivileges {
        owners: roles(node.for_roles().and_then(|it| it.role_ref_list())),
        schemas: node.in_schemas().map(|it| names_of(it.schema_refs())).unwrap_or_default(),
        grant: Box::new(grant),
    }
}

/// The roles of `grant role to role`.
fn granted_roles(list: Option<ast::Privileges>) -> Vec<Name> {
    privileges(list).into_iter().map(|privilege| privilege.name).collect()
}

fn with_admin(with: &ast::GrantWithClause) -> bool {
    let Some(list) = with.grant_role_option_list() else { return false };
    list.grant_role_options().any(|option| {
        let name = option.grant_role_option_name().map(|name| names::name(&name));
        name.as_deref() == Some("admin") && option.false_token().is_none()
    })
}

fn privileges(list: Option<ast::Privileges>) -> Vec<Privilege> {
    match list {
        Some(ast::Privileges::AllPrivileges(all)) => {
            vec![Privilege { name: Name::const_new("all"), columns: columns(all.column_ref_list()) }]
        }
        Some(ast::Privileges::RevokeCommandList(list)) => {
            list.revoke_commands().map(|it| command(&it)).collect()
        }
        None => Vec::new(),
    }
}

fn command(node: &ast::RevokeCommand) -> Privilege {
    let name = match node.role_ref() {
        Some(role) => super::node::role(&role),
        None => node
            .syntax()
            .children_with_tokens()
            .filter_map(squawk_syntax::SyntaxElement::into_token)
            .find(|token| !token.kind().is_trivia())
            .map(|token| names::fold(token.text()))
            .unwrap_or_default(),
    };
    let name = if name == "temp" { Name::const_new("temporary") } else { name };
    Privilege { name, columns: columns(node.column_ref_list()) }
}

fn columns(list: Option<ast::ColumnRefList>) -> Vec<Name> {
    list.map(|list| names_of(list.column_name_refs())).unwrap_or_default()
}

fn target(objects_of: Option<ast::PrivilegeObjects>, at: &At) -> GrantTarget {
    use ast::PrivilegeObjects as O;
    let Some(node) = objects_of else { return GrantTarget::Other };
    match &node {
        O::PrivilegeDefault(it) => GrantTarget::Relations(objects(it.relation_name_refs(), at)),
        O::PrivilegeTable(it) => GrantTarget::Relations(objects(it.relation_name_refs(), at)),
        O::PrivilegeSequence(it) => GrantTarget::Sequences(objects(it.sequence_refs(), at)),
        O::PrivilegeFunction(_) | O::PrivilegeProcedure(_) | O::PrivilegeRoutine(_) => {
            GrantTarget::Functions(function::signatures(node.syntax(), at))
        }
        O::PrivilegeSchema(it) => GrantTarget::Schemas(names_of(it.schema_refs())),
        O::PrivilegeType(it) => GrantTarget::Types(objects(it.type_name_refs(), at)),
        O::PrivilegeDomain(it) => GrantTarget::Types(objects(it.domain_refs(), at)),
        O::PrivilegeAllTablesInSchema(it) => GrantTarget::AllTables(names_of(it.schema_refs())),
        O::PrivilegeAllSequencesInSchema(it) => GrantTarget::AllSequences(names_of(it.schema_refs())),
        O::PrivilegeAllFunctionsInSchema(it) => GrantTarget::AllFunctions(names_of(it.schema_refs())),
        O::PrivilegeAllProceduresInSchema(it) => GrantTarget::AllProcedures(names_of(it.schema_refs())),
        O::PrivilegeAllRoutinesInSchema(it) => GrantTarget::AllRoutines(names_of(it.schema_refs())),
        _ => GrantTarget::Other,
    }
}

fn default_target(target: Option<ast::PrivilegeTarget>) -> GrantTarget {
    let word = match target {
        Some(ast::PrivilegeTarget::PrivilegeTargetRoutines(_)) => Name::const_new("functions"),
        Some(other) => words(other.syntax()),
        None => return GrantTarget::Other,
    };
    GrantTarget::Default(word)
}
