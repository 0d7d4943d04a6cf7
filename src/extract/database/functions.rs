//! Functions: whose rights they use, who may execute them, and whether they ask who does.

mod lookups;

use std::cell::LazyCell;
use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::Database;
use crate::extract::schema::access;
use crate::extract::schema::catalog::{Function, FunctionId};
use crate::facts::{Entry, SqlFunction};
use crate::parse::sql::block::{Block, Step, StepKind};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::routine::Body;

/// What a function calls to learn who asks.
const ASKS: &[&str] =
    &["auth.uid(", "auth.role(", "auth.jwt(", "auth.email(", "current_setting(", "session_user"];

/// One fact for each function that the migrations make.
pub(super) fn facts(database: &Database<'_>, texts: &[Written], entries: &mut Vec<Entry>) {
    let (asking, of_policies) = (asking(texts), of_policies(database));
    let names = LazyCell::new(|| lookups::Names::of(database));
    for ((id, function), Written { text, .. }) in database.functions().zip(texts) {
        let Some(place) = database.place(function.place) else { continue };
        let roles =
            database.roles.iter().filter(|role| access::may_execute(&database.catalog, function, role));
        let fact = SqlFunction {
            name: format!("{}.{}", function.schema, function.name),
            exposed: database.is_served(&function.schema),
            definer: function.definer,
            path_set: function.settings.contains_key("search_path"),
            qualified: function.definer
                && !function.settings.contains_key("search_path")
                && names.qualified(text),
            executed_by: roles.map(ToString::to_string).collect(),
            trigger: is_trigger(function),
            policy: of_policies.contains(&id),
            asks_who: asking.contains(&id),
            runs_text: runs_text(function),
            unsure: database.unsure_of_function(function),
        };
        entries.push(Entry::new(place, fact));
    }
}

/// Functions that policies call.
fn of_policies(database: &Database<'_>) -> FxHashSet<FunctionId> {
    let policies = database.catalog.relations().flat_map(|(_, relation)| relation.policies.values());
    policies.flat_map(|policy| policy.calls.iter().copied()).collect()
}

/// Whether it answers triggers and event triggers only.
pub(super) fn is_trigger(function: &Function) -> bool {
    function.returns.as_ref().is_some_and(|of| matches!(of.name.as_str(), "trigger" | "event_trigger"))
}

/// Functions that ask who calls them, themselves or by one they call.
fn asking(texts: &[Written]) -> FxHashSet<FunctionId> {
    let asks = |text: &&Written| ASKS.iter().any(|asks| text.text.contains(asks));
    let mut asking: FxHashSet<FunctionId> = texts.iter().filter(asks).map(|text| text.id).collect();
    and_callers(texts, &mut asking);
    asking
}

/// Adds those that call one of the functions found, and those that call these.
pub(super) fn and_callers(texts: &[Written], found: &mut FxHashSet<FunctionId>) {
    loop {
        let of_found: FxHashSet<&str> =
            texts.iter().filter(|text| found.contains(&text.id)).map(|text| text.call.as_str()).collect();
        let calls = |text: &&Written| text.calls.iter().any(|call| of_found.contains(call.as_str()));
        let more = texts.iter().filter(|text| !found.contains(&text.id)).filter(calls);
        let more: Vec<_> = more.map(|text| text.id).collect();
        if more.is_empty() {
            return;
        }
        found.extend(more);
    }
}

/// A function and what it says.
#[derive(Debug)]
pub(super) struct Written {
    /// The function.
    pub(super) id: FunctionId,
    /// How others call it: `f(`.
    pub(super) call: String,
    /// Its text in small letters.
    pub(super) text: String,
    /// The calls of others in it, each once.
    pub(super) calls: Vec<String>,
}

/// The functions that the migrations make.
pub(super) fn texts(database: &Database<'_>) -> Vec<Written> {
    let made: Vec<_> = database
        .functions()
        .map(|(id, function)| (id, format!("{}(", function.name), database.text(function.place)))
        .collect();
    let names: BTreeSet<&str> = made.iter().map(|(_, call, _)| call.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    // What is called is looked for in all texts: each is read once, for all names.
    let searcher = AhoCorasick::new(&names).ok();
    let one = |(id, call, text): &(FunctionId, String, &str)| {
        let text = text.to_lowercase();
        let said = searcher.iter().flat_map(|searcher| searcher.find_overlapping_iter(&text));
        let said: BTreeSet<&str> = said.map(|found| names[found.pattern().as_usize()]).collect();
        let calls = said.into_iter().filter(|name| name != call).map(str::to_owned).collect();
        Written { id: *id, call: call.clone(), text, calls }
    };
    made.par_iter().map(one).collect()
}

/// Whether a function executes one of its arguments as a statement.
fn runs_text(function: &Function) -> bool {
    let Body::Plpgsql(block) = &function.body else { return false };
    let given = |argument: &&crate::parse::sql::routine::Argument| {
        argument.mode.goes_in()
            && matches!(argument.of.name.as_str(), "text" | "character varying" | "json" | "jsonb")
    };
    let mut names: Vec<Name> =
        function.arguments.iter().filter(given).filter_map(|argument| argument.name.clone()).collect();
    // `$1` is the first argument, whatever its name.
    names.push(Name::from("$1"));
    block_runs(block, &names)
}

fn block_runs(block: &Block, names: &[Name]) -> bool {
    let handlers = block.handlers.iter().flat_map(|handler| &handler.statements);
    block.statements.iter().chain(handlers).any(|step| step_runs(step, names))
}

fn step_runs(step: &Step, names: &[Name]) -> bool {
    let inside = |steps: &[Step]| steps.iter().any(|step| step_runs(step, names));
    match &step.kind {
        StepKind::Execute { text, .. } => is_given(text, names),
        StepKind::ForExecute { text, body, .. } => is_given(text, names) || inside(body),
        StepKind::If { arms, otherwise } => arms.iter().any(|(_, steps)| inside(steps)) || inside(otherwise),
        StepKind::ForQuery { body, .. }
        | StepKind::ForRange { body, .. }
        | StepKind::ForEach { body, .. }
        | StepKind::Loop(body) => inside(body),
        StepKind::Block(block) => block_runs(block, names),
        _ => false,
    }
}

/// Whether the text that is executed is an argument as it is, or put between others as it is.
fn is_given(text: &Expr, names: &[Name]) -> bool {
    match text {
        Expr::Column(path, _) => path.last().is_some_and(|name| names.contains(name)),
        Expr::Parameter(1) => true,
        Expr::Cast(inner, _) => is_given(inner, names),
        Expr::Binary(left, op, right) if op == "||" => is_given(left, names) || is_given(right, names),
        Expr::Call(call)
            if matches!(call.name.name.as_str(), "trim" | "btrim" | "concat" | "rtrim" | "ltrim") =>
        {
            call.arguments.iter().any(|argument| is_given(argument, names))
        }
        // What `%s` takes is put in as it is; which argument that is is not told apart from `%I` and `%L`.
        Expr::Call(call) if call.name.name == "format" => match call.arguments.as_slice() {
            [Expr::Text(pattern), rest @ ..] => {
                let plain = !pattern.contains("%I") && !pattern.contains("%L") && pattern.contains("%s");
                plain && rest.iter().any(|argument| is_given(argument, names))
            }
            _ => false,
        },
        _ => false,
    }
}
