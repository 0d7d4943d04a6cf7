//! Code that runs in development only.

use super::words::words;
use crate::parse::javascript::{Kind, Module, NodeId, Operator};

/// Whether a node stands in a branch that does not run in production.
pub(super) fn development(module: &Module, node: NodeId) -> bool {
    let mut inner = node;
    for outer in module.ancestors(node) {
        if matches!(module.kind(outer), Kind::If | Kind::Conditional)
            && let Some(test) = module.child(outer, 0)
            && let Some(production) = production(module, test)
        {
            let then = module.child(outer, 1) == Some(inner);
            let otherwise = module.child(outer, 2) == Some(inner);
            if then && !production || otherwise && production {
                return true;
            }
        }
        if matches!(module.kind(outer), Kind::Logical(Operator::And))
            && module.child(outer, 1) == Some(inner)
            && module.child(outer, 0).and_then(|test| production_of(module, test, 0)) == Some(false)
        {
            return true;
        }
        inner = outer;
    }
    false
}

/// Whether a test asks for what a program is set to do, other than its stage: `process.env.USE_AI`, `config.ai.enabled`.
pub(super) fn by_setting(module: &Module, test: NodeId) -> bool {
    const SETTINGS: &[&str] = &["config", "configuration", "settings", "enabled", "feature", "features"];
    let is_setting = |word: &str| SETTINGS.iter().any(|setting| word.eq_ignore_ascii_case(setting));
    production(module, test).is_none()
        && std::iter::once(test).chain(module.descendants(test)).any(|node| match module.kind(node) {
            Kind::Member(word) | Kind::Name(word, _) => {
                module.child(node, 0).is_some_and(|object| module.is_environment(object))
                    || words(module.word(word)).any(is_setting)
            }
            _ => false,
        })
}

/// Whether a node stands in a branch that only a setting opens, and that has no other beside it.
pub(super) fn chosen(module: &Module, node: NodeId) -> bool {
    let mut inner = node;
    module.ancestors(node).any(|outer| {
        let from = std::mem::replace(&mut inner, outer);
        module.kind(outer) == Kind::If
            && module.child(outer, 1) == Some(from)
            && module.child(outer, 2).is_none()
            && module.child(outer, 0).is_some_and(|test| by_setting(module, test))
    })
}

/// Whether a test asks for production (true) or for something else than production (false).
pub(super) fn production(module: &Module, test: NodeId) -> Option<bool> {
    production_of(module, test, 0)
}

fn production_of(module: &Module, test: NodeId, depth: usize) -> Option<bool> {
    const DEEPEST: usize = 8;
    if depth > DEEPEST {
        return None;
    }
    let by_name = module.last_name(test).and_then(stage_of_flag);
    if by_name.is_some() {
        return by_name;
    }
    let test = module.resolve(test);
    let child = |index| module.child(test, index);
    match module.kind(test) {
        Kind::Unary(Operator::Not) => {
            production_of(module, child(0)?, depth + 1).map(|production| !production)
        }
        Kind::Logical(Operator::And) => {
            let parts = [child(0)?, child(1)?];
            parts.into_iter().find_map(|part| production_of(module, part, depth + 1))
        }
        Kind::Binary(operator) => {
            let equal = match operator {
                Operator::Equal | Operator::StrictEqual => true,
                Operator::NotEqual | Operator::StrictNotEqual => false,
                _ => return None,
            };
            let (left, right) = (child(0)?, child(1)?);
            let stage = stage(module, right).filter(|_| is_stage(module, left));
            let stage = stage.or_else(|| stage_if(module, left, right))?;
            Some(stage == equal)
        }
        _ => None,
    }
}

fn stage_if(module: &Module, text: NodeId, name: NodeId) -> Option<bool> {
    stage(module, text).filter(|_| is_stage(module, name))
}

/// Whether a name holds the stage a program runs in: `process.env.NODE_ENV`, `config.env`.
fn is_stage(module: &Module, node: NodeId) -> bool {
    let name = module.last_name(node).unwrap_or_default().to_ascii_lowercase();
    ["node_env", "env", "environment", "app_env", "nodeenv", "stage", "mode", "vercel_env"]
        .contains(&name.as_str())
}

/// Whether a text names production.
fn stage(module: &Module, node: NodeId) -> Option<bool> {
    match module.text(node)?.as_ref() {
        "production" | "prod" => Some(true),
        "development" | "dev" | "test" | "local" => Some(false),
        _ => None,
    }
}

fn stage_of_flag(name: &str) -> Option<bool> {
    match name {
        "isProduction" | "isProd" | "IS_PRODUCTION" | "IS_PROD" | "PROD" | "production" => Some(true),
        "isDevelopment" | "isDev" | "IS_DEV" | "IS_DEVELOPMENT" | "DEV" | "dev" | "__DEV__" | "isLocal"
        | "isTest" => Some(false),
        _ => None,
    }
}
