//! Functions and procedures.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::node::{child, named, object, owner};
use super::{At, body, names, session};
use crate::parse::sql::model::{
    AlterFunction, Argument, ArgumentMode, Body, CreateFunction, FunctionRef, Kind, Name, Setting, TypeName,
    Volatility,
};

/// `create function`.
pub(super) fn create(node: &ast::CreateFunction, at: &At) -> Kind {
    let mut out = CreateFunction {
        name: object(node.name(), at),
        or_replace: node.or_replace().is_some(),
        arguments: parameters(node.param_list(), at),
        ..CreateFunction::default()
    };
    returned(&mut out, node.ret_type(), at);
    finish(&mut out, node.option_list(), node.body(), at);
    Kind::CreateFunction(Box::new(out))
}

/// `create procedure`.
pub(super) fn create_procedure(node: &ast::CreateProcedure, at: &At) -> Kind {
    let mut out = CreateFunction {
        name: object(node.name(), at),
        procedure: true,
        or_replace: node.or_replace().is_some(),
        arguments: parameters(node.param_list(), at),
        ..CreateFunction::default()
    };
    finish(&mut out, node.option_list(), node.body(), at);
    Kind::CreateFunction(Box::new(out))
}

/// The options and the body, which needs the language that can stand after it.
fn finish(
    out: &mut CreateFunction,
    list: Option<ast::FuncOptionList>,
    inline: Option<ast::RoutineBody>,
    at: &At,
) {
    let mut definition = None;
    for option in list.into_iter().flat_map(|list| list.options()) {
        match option {
            ast::FuncOption::AsFuncOption(it) => {
                if let Some(ast::AsFuncTarget::AsDefinition(text)) = it.as_func_target() {
                    definition = text.literal();
                }
            }
            ast::FuncOption::LanguageFuncOption(it) => {
                out.language =
                    it.language_name().map(|it| Name::from(it.name.to_lowercase())).unwrap_or_default();
            }
            ast::FuncOption::VolatilityFuncOption(it) => out.volatility = volatility(&it),
            ast::FuncOption::SecurityDefinerFuncOption(_) => out.definer = true,
            ast::FuncOption::StrictFuncOption(_) | ast::FuncOption::ReturnsNullOnNullInputFuncOption(_) => {
                out.strict = true;
            }
            ast::FuncOption::SetFuncOption(it) => {
                out.settings.extend(it.set_config_param().map(|it| session::config(&it, at)));
            }
            _ => {}
        }
    }
    if out.language.is_empty() {
        out.language = Name::const_new("sql");
    }
    out.body = match (inline, definition) {
        (Some(inline), _) => Body::Sql(body::inline(&inline, at).into()),
        (None, Some(literal)) => body::written(&out.language, &literal, at),
        (None, None) => Body::None,
    };
}

fn volatility(node: &ast::VolatilityFuncOption) -> Volatility {
    match node {
        ast::VolatilityFuncOption::Immutable(_) => Volatility::Immutable,
        ast::VolatilityFuncOption::Stable(_) => Volatility::Stable,
        ast::VolatilityFuncOption::Volatile(_) => Volatility::Volatile,
    }
}

/// `returns …`. Of a table, the columns become arguments, and the result is a set of its only column's type or of
/// `record`.
fn returned(out: &mut CreateFunction, node: Option<ast::RetType>, at: &At) {
    let Some(node) = node else { return };
    let Some(list) = node.return_table_arg_list() else {
        out.returns = plain(node.func_type(), at);
        return;
    };
    let columns: Vec<_> = list
        .args()
        .map(|column| Argument {
            name: Some(named(column.name())),
            mode: ArgumentMode::Table,
            of: plain(column.func_type(), at).unwrap_or_default(),
            default: false,
        })
        .collect();
    let mut result = match columns.as_slice() {
        [only] => only.of.clone(),
        _ => TypeName { name: Name::const_new("record"), ..TypeName::default() },
    };
    result.set = true;
    result.span = at.span(&node);
    out.returns = Some(result);
    out.arguments.extend(columns);
}

/// A type as functions keep it: without its length or precision.
fn plain(node: Option<ast::FuncType>, at: &At) -> Option<TypeName> {
    let mut of = names::func_type(&node?, at);
    of.modifiers.clear();
    if of.name.starts_with("interval ") {
        of.name = Name::const_new("interval");
    }
    Some(of)
}

fn parameters(list: Option<ast::ParamList>, at: &At) -> Vec<Argument> {
    let Some(list) = list else { return Vec::new() };
    list.all_params().map(|param| parameter(&param, at)).collect()
}

fn parameter(node: &ast::Param, at: &At) -> Argument {
    Argument {
        name: node.name().map(|name| named(Some(name))),
        mode: match node.mode() {
            Some(ast::ParamMode::ParamOut(_)) => ArgumentMode::Out,
            Some(ast::ParamMode::ParamInOut(_)) => ArgumentMode::InOut,
            Some(ast::ParamMode::ParamVariadic(_)) => ArgumentMode::Variadic,
            Some(ast::ParamMode::ParamIn(_)) | None => ArgumentMode::In,
        },
        of: plain(node.func_type(), at).unwrap_or_default(),
        default: node.param_default().is_some(),
    }
}

/// A function as `alter`, `drop` and `grant` name it: by its name and the types that go in.
pub(super) fn reference<N: AstNode>(name: Option<N>, list: Option<ast::ParamList>, at: &At) -> FunctionRef {
    FunctionRef { name: object(name, at), arguments: list.map(|list| input_types(&list, at)) }
}

/// The types of the arguments that go in.
pub(super) fn input_types(list: &ast::ParamList, at: &At) -> Vec<TypeName> {
    list.all_params()
        .map(|param| parameter(&param, at))
        .filter(|argument| argument.mode != ArgumentMode::Out)
        .map(|argument| argument.of)
        .collect()
}

/// `alter function`, `alter procedure` and `alter routine`, whose parts are alike.
pub(super) fn alter(node: &impl AstNode, at: &At) -> Kind {
    let Some(function) = signatures(node.syntax(), at).pop() else { return super::unread(node, at) };
    let syntax = node.syntax();
    let actions = if let Some(list) = child::<ast::FuncOptionList>(syntax) {
        options(&list, at)
    } else if let Some(it) = child::<ast::OwnerTo>(syntax) {
        vec![AlterFunction::Owner(owner(&it))]
    } else if let Some(it) = child::<ast::SetSchema>(syntax) {
        vec![AlterFunction::SetSchema(named(it.schema_ref()))]
    } else if let Some(it) = child::<ast::FunctionRenameTo>(syntax) {
        vec![AlterFunction::Rename(object(it.function_name(), at).name)]
    } else if let Some(it) = child::<ast::ProcedureRenameTo>(syntax) {
        vec![AlterFunction::Rename(object(it.procedure_name(), at).name)]
    } else if let Some(it) = child::<ast::RoutineRenameTo>(syntax) {
        vec![AlterFunction::Rename(object(it.routine_name(), at).name)]
    } else {
        vec![AlterFunction::Other]
    };
    Kind::AlterFunction { function, actions }
}

/// The functions, procedures or routines that a statement names, in a list or alone.
pub(super) fn signatures(node: &SyntaxNode, at: &At) -> Vec<FunctionRef> {
    let inside = |part: SyntaxNode| {
        let list = ast::FunctionSigList::can_cast(part.kind())
            || ast::ProcedureSigList::can_cast(part.kind())
            || ast::RoutineSigList::can_cast(part.kind());
        if list { part.children().collect() } else { vec![part] }
    };
    node.children().flat_map(inside).filter_map(|part| signature(&part, at)).collect()
}

fn signature(node: &SyntaxNode, at: &At) -> Option<FunctionRef> {
    if let Some(it) = ast::FunctionSig::cast(node.clone()) {
        return Some(reference(it.function_name_ref(), it.param_list(), at));
    }
    if let Some(it) = ast::ProcedureSig::cast(node.clone()) {
        return Some(reference(it.procedure_name_ref(), it.param_list(), at));
    }
    let it = ast::RoutineSig::cast(node.clone())?;
    Some(reference(it.routine_name_ref(), it.param_list(), at))
}

fn options(list: &ast::FuncOptionList, at: &At) -> Vec<AlterFunction> {
    list.options().map(|option| option_of(&option, at)).collect()
}

fn option_of(option: &ast::FuncOption, at: &At) -> AlterFunction {
    use ast::FuncOption as O;
    match option {
        O::SecurityDefinerFuncOption(_) => AlterFunction::Definer(true),
        O::SecurityInvokerFuncOption(_) => AlterFunction::Definer(false),
        O::StrictFuncOption(_) | O::ReturnsNullOnNullInputFuncOption(_) => AlterFunction::Strict(true),
        O::CalledOnNullInputFuncOption(_) => AlterFunction::Strict(false),
        O::VolatilityFuncOption(it) => AlterFunction::Volatility(volatility(it)),
        O::SetFuncOption(it) => {
            let setting: Setting =
                it.set_config_param().map(|it| session::config(&it, at)).unwrap_or_default();
            if setting.values.is_empty() && !setting.current {
                return AlterFunction::Reset(Some(setting.name));
            }
            AlterFunction::Set(setting)
        }
        O::ResetFuncOption(it) => {
            AlterFunction::Reset(it.config_parameter_ref().map(|it| session::parameter(&it)))
        }
        _ => AlterFunction::Other,
    }
}
