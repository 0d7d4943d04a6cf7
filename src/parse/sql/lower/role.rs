//! Roles.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::node::{cascades, child, named, role as role_name, roles, words};
use super::{At, session};
use crate::parse::sql::model::{Kind, Name, RoleOption, Setting};

/// `create role`.
pub(super) fn create(node: &ast::CreateRole, _: &At) -> Kind {
    make(node.role(), node.role_option_list(), false)
}

/// `create user`, which may log in.
pub(super) fn create_user(node: &ast::CreateUser, _: &At) -> Kind {
    make(node.role(), node.role_option_list(), true)
}

/// `create group`.
pub(super) fn create_group(node: &ast::CreateGroup, _: &At) -> Kind {
    make(node.role(), node.role_option_list(), false)
}

fn make(name: Option<ast::Role>, list: Option<ast::RoleOptionList>, login: bool) -> Kind {
    let read = Asked::read(list);
    Kind::CreateRole {
        name: named(name),
        login,
        options: read.options,
        member_of: read.member_of,
        members: read.members,
    }
}

/// What a list of options says.
#[derive(Default)]
struct Asked {
    options: Vec<RoleOption>,
    member_of: Vec<Name>,
    members: Vec<Name>,
}

impl Asked {
    fn read(list: Option<ast::RoleOptionList>) -> Self {
        use ast::RoleOption as O;
        let mut out = Self::default();
        for option in list.into_iter().flat_map(|list| list.role_options()) {
            match option {
                O::RoleOptionGeneric(it) => out.options.extend(generic(&words(it.syntax()))),
                O::RoleOptionInherit(_) => out.options.push(RoleOption::Inherit(true)),
                O::RoleOptionInRole(it) => out.member_of.extend(roles(it.role_ref_list())),
                O::RoleOptionInGroup(it) => out.member_of.extend(roles(it.role_ref_list())),
                O::RoleOptionRole(it) => out.members.extend(roles(it.role_ref_list())),
                O::RoleOptionUser(it) => out.members.extend(roles(it.role_ref_list())),
                O::RoleOptionAdmin(it) => out.members.extend(roles(it.role_ref_list())),
                _ => {}
            }
        }
        out
    }
}

fn generic(word: &str) -> Option<RoleOption> {
    let (word, on) = match word.strip_prefix("no") {
        Some(rest) => (rest, false),
        None => (word, true),
    };
    Some(match word {
        "superuser" => RoleOption::Superuser(on),
        "bypassrls" => RoleOption::BypassRls(on),
        "inherit" => RoleOption::Inherit(on),
        "login" => RoleOption::Login(on),
        "createrole" | "createuser" => RoleOption::CreateRole(on),
        "createdb" => RoleOption::CreateDatabase(on),
        _ => return None,
    })
}

/// `alter role`.
pub(super) fn alter(node: &ast::AlterRole, at: &At) -> Kind {
    change(altered(node.role_ref()), node.syntax(), at)
}

/// `alter user`.
pub(super) fn alter_user(node: &ast::AlterUser, at: &At) -> Kind {
    change(altered(node.role_ref()), node.syntax(), at)
}

fn change(name: Name, node: &SyntaxNode, at: &At) -> Kind {
    let set = child::<ast::SetConfigParam>(node).map(|it| session::config(&it, at));
    let reset = || child::<ast::ResetConfigParam>(node).map(|it| reset(&it));
    Kind::AlterRole {
        name,
        options: Asked::read(child(node)).options,
        rename: child::<ast::RoleRenameTo>(node).map(|it| named(it.role())),
        settings: set.or_else(reset).into_iter().collect(),
    }
}

/// The role that is altered; `all` where every role is.
fn altered(node: Option<ast::RoleRef>) -> Name {
    node.map_or(Name::const_new("all"), |node| role_name(&node))
}

fn reset(node: &ast::ResetConfigParam) -> Setting {
    let name = match node.config_parameter_ref() {
        Some(name) => session::parameter(&name),
        None => Name::const_new("all"),
    };
    Setting { name, ..Setting::default() }
}

/// `alter group`: `add user` and `drop user` are grants of the group.
pub(super) fn alter_group(node: &ast::AlterGroup, _: &At) -> Kind {
    use ast::AlterGroupAction as A;
    let name = node.role_ref().map(|it| role_name(&it)).unwrap_or_default();
    let members = |list: ast::AstChildren<ast::RoleRef>| list.map(|it| role_name(&it)).collect();
    match node.action() {
        Some(A::AddUsers(it)) => Kind::GrantRole {
            revoke: false,
            roles: vec![name],
            members: members(it.role_refs()),
            admin: false,
        },
        Some(A::DropUsers(it)) => Kind::GrantRole {
            revoke: true,
            roles: vec![name],
            members: members(it.role_refs()),
            admin: false,
        },
        Some(A::RoleRenameTo(it)) => Kind::AlterRole {
            name,
            options: Vec::new(),
            rename: Some(named(it.role())),
            settings: Vec::new(),
        },
        None => Kind::AlterRole { name, options: Vec::new(), rename: None, settings: Vec::new() },
    }
}

/// `drop owned by`.
pub(super) fn drop_owned(node: &ast::DropOwned, _: &At) -> Kind {
    Kind::Owned { roles: roles(node.role_ref_list()), to: None, cascade: cascades(node.drop_behavior()) }
}

/// `reassign owned by`.
pub(super) fn reassign(node: &ast::Reassign, _: &At) -> Kind {
    Kind::Owned { roles: roles(node.before()), to: roles(node.after()).into_iter().next(), cascade: false }
}
