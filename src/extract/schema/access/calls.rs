//! Calls in conditions: who the request is, settings of the session, helper functions read as if they stood there.

use super::formula::Formula;
use super::scope::Scope;
use super::text;
use super::truth::bare;
use super::value::Value;
use crate::extract::schema::acl;
use crate::extract::schema::catalog::Function;
use crate::parse::sql::block::Block;
use crate::parse::sql::expression::{Call, Expr, Name, Query};
use crate::parse::sql::model::Kind;
use crate::parse::sql::routine::Body;

/// What the body of a helper function gives.
enum Given<'f> {
    Query(&'f Query),
    Block(&'f Block),
}

impl Scope<'_> {
    /// What a call gives.
    pub(super) fn call(&self, call: &Call) -> Value {
        let argument = |at: usize| call.arguments.get(at).map(|one| self.value(one));
        let name = call.name.name.as_str();
        match (call.name.schema.as_deref(), name) {
            (Some("auth"), "uid" | "email") => return self.user_value(),
            (Some("auth"), "role") => return Value::Role(self.asker.session.clone()),
            (Some("auth"), "jwt" | "session") => return Value::Token(Vec::new()),
            (None | Some("pg_catalog"), "current_user" | "user" | "current_role") => {
                return Value::Role(self.user.clone());
            }
            (None | Some("pg_catalog"), "session_user") => return Value::Claim("session_user".into()),
            (None | Some("pg_catalog"), "current_setting") => {
                return match argument(0) {
                    Some(Value::Constant(setting)) => self.setting(&setting),
                    _ => Value::unknown("a setting whose name is made"),
                };
            }
            _ => {}
        }
        self.given(call)
    }

    /// What a helper function gives, or one of PostgreSQL's own.
    fn given(&self, call: &Call) -> Value {
        let argument = |at: usize| call.arguments.get(at).map(|one| self.value(one));
        let name = call.name.name.as_str();
        if let Some(inlined) = self.inlined(call) {
            return match inlined {
                Ok((scope, Given::Query(query))) => scope.query_value(query),
                Ok((scope, Given::Block(block))) => scope.block_value(block),
                Err(why) => Value::Unknown(why),
            };
        }
        match name {
            "coalesce" => {
                let mut values = call.arguments.iter().map(|one| self.value(one));
                let first = values.find(|value| *value != Value::Null).unwrap_or(Value::Null);
                match first {
                    Value::Column(_) | Value::Inner(_) => {
                        Value::made_of(std::iter::once(first).chain(values).collect())
                    }
                    first => first,
                }
            }
            "nullif" => match (argument(0), argument(1)) {
                (Some(Value::Constant(a)), Some(Value::Constant(b))) if a == b => Value::Null,
                (first, _) => first.unwrap_or(Value::Null),
            },
            "pg_has_role" => self.has_role(call),
            "jsonb_extract_path_text"
            | "json_extract_path_text"
            | "jsonb_extract_path"
            | "json_extract_path" => {
                let mut of = argument(0).unwrap_or(Value::Null);
                for at in 1..call.arguments.len() {
                    if let (Value::Token(path), Some(Value::Constant(key))) = (of.clone(), argument(at)) {
                        of = self.token(path, &key);
                    }
                }
                of
            }
            _ if call.arguments.is_empty() => unbound(call),
            // What any other function gives depends on what it is given.
            _ => {
                let known = call.name.schema.is_none() || self.function(call).is_some();
                let made = Value::made_of(call.arguments.iter().map(|one| self.value(one)).collect());
                match made {
                    Value::Fixed if !known => Value::unknown(format!("what {name} gives")),
                    Value::Null => Value::Null,
                    made => made,
                }
            }
        }
    }

    fn user_value(&self) -> Value {
        if self.anonymous() { Value::Null } else { Value::User }
    }

    fn has_role(&self, call: &Call) -> Value {
        let values: Vec<Value> = call.arguments.iter().map(|one| self.value(one)).collect();
        let (who, role, how) = match values.as_slice() {
            [Value::Constant(role), Value::Constant(how)] => (self.user.clone(), role, how),
            [Value::Role(who), Value::Constant(role), Value::Constant(how)] => (who.clone(), role, how),
            _ => return Value::Claim("pg_has_role".into()),
        };
        let role = Name::from(role.as_str());
        let catalog = self.asker.catalog;
        Value::constant(
            if how.eq_ignore_ascii_case("usage") {
                acl::has_rights_of(catalog, &who, &role)
            } else {
                acl::is_member_of(catalog, &who, &role)
            }
            .to_string(),
        )
    }

    /// What a setting of the session says: the token, the user, the tenant, a role, or something of the server.
    fn setting(&self, name: &str) -> Value {
        let name = name.to_ascii_lowercase();
        if let Some(rest) = name.strip_prefix("request.jwt.") {
            return match rest.strip_prefix("claim.") {
                Some(claim) => self.token(Vec::new(), claim),
                None => Value::Token(Vec::new()),
            };
        }
        if matches!(name.as_str(), "role" | "is_superuser") {
            return if name == "role" { Value::Role(self.asker.session.clone()) } else { Value::Fixed };
        }
        let last = name.rsplit(['.', '_']).next().unwrap_or_default();
        let words: Vec<&str> = name.split(['.', '_']).collect();
        let who = words
            .iter()
            .any(|word| matches!(*word, "user" | "uid" | "sub" | "userid" | "username" | "person"));
        if who && !matches!(last, "role" | "roles" | "admin" | "tenant" | "org") && !words.contains(&"tenant")
        {
            return Value::User;
        }
        Value::Claim(name)
    }

    /// The function that a call means: by schema and name, and how many arguments it takes.
    fn function(&self, call: &Call) -> Option<&Function> {
        let catalog = self.asker.catalog;
        let at = |schema: &Name| {
            let found = catalog.function_names.get(&(schema.clone(), call.name.name.clone()))?;
            found.iter().filter_map(|id| catalog.function(*id)).find(|function| {
                let takes = function.arguments.iter().filter(|one| one.mode.goes_in()).count();
                let must = function.arguments.iter().filter(|one| one.mode.goes_in() && !one.default).count();
                (must..=takes).contains(&call.arguments.len())
            })
        };
        match &call.name.schema {
            Some(schema) => at(schema),
            None => self.schemas().iter().find_map(at).or_else(|| at(&Name::const_new("public"))),
        }
    }

    /// The body of a helper function and the scope inside it; an error where it is one but cannot be followed.
    fn inlined(&self, call: &Call) -> Option<Result<(Scope<'_>, Given<'_>), String>> {
        let function = self.function(call)?;
        if function.platform && matches!(function.body, Body::None) {
            return None;
        }
        let given = match &function.body {
            Body::Sql(statements) => match &statements[..] {
                [only] => match &only.kind {
                    Kind::Query(query) => Some(Given::Query(query)),
                    _ => None,
                },
                _ => None,
            },
            Body::Plpgsql(block) => Some(Given::Block(block)),
            _ => None,
        };
        let Some(given) = given else {
            return Some(Err(format!("what {} gives", function.name)));
        };
        let mut scope = Scope { truths: Vec::new(), frames: Vec::new(), ..self.clone() };
        scope.bound = function
            .arguments
            .iter()
            .filter(|one| one.mode.goes_in())
            .enumerate()
            .map(|(at, one)| {
                let value = call.arguments.get(at).map_or(Value::Fixed, |given| self.value(given));
                (one.name.clone().unwrap_or_default(), value)
            })
            .collect();
        scope.path = function
            .settings
            .get("search_path")
            .map(|setting| setting.values.iter().map(|name| Name::from(name.as_str())).collect());
        scope.row = None;
        scope.shown = None;
        if function.definer {
            scope.user.clone_from(&function.owner);
        }
        scope.rights = scope.user.clone();
        Some(Ok((scope, given)))
    }

    /// A call as a condition.
    pub(super) fn call_truth(&self, call: &Call, whole: &Expr) -> Formula {
        if call.name.schema.is_none() && matches!(call.name.name.as_str(), "starts_with" | "coalesce") {
            return self.wrapped(call, whole);
        }
        match self.inlined(call) {
            Some(Ok((scope, Given::Block(block)))) => scope.block_truth(block),
            Some(Ok((scope, Given::Query(query)))) => scope.query_truth(query, whole),
            Some(Err(why)) => Formula::unknown(why),
            None => bare(self.call(call), whole),
        }
    }

    fn wrapped(&self, call: &Call, whole: &Expr) -> Formula {
        match (call.name.name.as_str(), call.arguments.as_slice()) {
            ("starts_with", [of, with]) => {
                super::truth::compare(&self.value(of), "^@", &self.value(with), whole)
            }
            ("coalesce", [first, rest @ ..]) => match self.truth(first) {
                Formula::Null => rest.first().map_or(Formula::Null, |next| self.truth(next)),
                Formula::True => Formula::True,
                Formula::False => Formula::False,
                // `coalesce(condition, false)` is the condition.
                other if rest.iter().all(|next| self.truth(next).settled() == Formula::False) => other,
                _ => bare(self.call(call), whole),
            },
            _ => Formula::unknown(text::expression(whole)),
        }
    }
}

/// A call without arguments that is no helper: a constant of the database, or unknown.
fn unbound(call: &Call) -> Value {
    let name = call.name.name.as_str();
    if call.name.schema.as_deref().is_none_or(|schema| schema == "pg_catalog") {
        return Value::Fixed;
    }
    Value::unknown(format!("what {}.{name} gives", call.name.schema.as_deref().unwrap_or_default()))
}
