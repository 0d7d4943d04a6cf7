//! What is left of a condition when everything known is folded in.

use super::scope::Inner;
use super::value::Value;
use super::{Access, Bar, Rule};

/// A condition, folded as far as it goes. `Null` is neither true nor false and lets no row through.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Formula {
    True,
    False,
    Null,
    /// One condition of the row or the request.
    Rule(Rule),
    /// A column of a subquery that equals something: the user, a claim, a column outside.
    Link(Inner, Value),
    /// A condition of the rows of a subquery alone.
    Local(String),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl Formula {
    pub(super) fn of(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }

    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Self::Rule(Rule::Unknown(why.into()))
    }

    /// All of them, as `and` folds.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        let mut null = false;
        for part in parts {
            match part {
                Self::True => {}
                Self::False => return Self::False,
                Self::Null => null = true,
                Self::All(inner) => inner.into_iter().for_each(|part| add(&mut kept, part)),
                other => add(&mut kept, other),
            }
        }
        // What is null or false lets nothing through either way; only `not` could tell them apart.
        match kept.len() {
            _ if null => Self::Null,
            0 => Self::True,
            1 => kept.remove(0),
            _ => Self::All(kept),
        }
    }

    /// Any of them, as `or` folds.
    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        let mut null = false;
        for part in parts {
            match part {
                Self::False => {}
                Self::True => return Self::True,
                Self::Null => null = true,
                Self::Any(inner) => inner.into_iter().for_each(|part| add(&mut kept, part)),
                other => add(&mut kept, other),
            }
        }
        match kept.len() {
            0 if null => Self::Null,
            0 => Self::False,
            1 => kept.remove(0),
            _ => Self::Any(kept),
        }
    }

    /// `not`: what depends on the row or the request is told by its text.
    pub(super) fn negated(self, text: impl FnOnce() -> String) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Null => Self::Null,
            Self::Rule(Rule::Claim(_)) => Self::Rule(Rule::Claim(text())),
            Self::Rule(Rule::UserClaim(_)) => Self::Rule(Rule::UserClaim(text())),
            Self::Rule(Rule::Unknown(why)) => Self::Rule(Rule::Unknown(why)),
            Self::Link(..) | Self::Local(_) => Self::Local(text()),
            Self::Rule(_) => Self::Rule(Rule::Condition(text())),
            Self::All(parts) | Self::Any(parts) => worst(&parts, text),
        }
    }

    /// As `is true` makes of it: null is false.
    pub(super) fn settled(self) -> Self {
        if self == Self::Null { Self::False } else { self }
    }

    /// What a policy with this condition allows.
    pub(super) fn access(self) -> Access {
        match self {
            Self::True => Access::Everyone,
            Self::False | Self::Null => Access::Nobody(Bar::Never),
            Self::Any(parts) => {
                let mut rules: Vec<Rule> = Vec::new();
                for part in parts {
                    let rule = part.rule();
                    if !rules.contains(&rule) {
                        rules.push(rule);
                    }
                }
                Access::Rows(rules)
            }
            other => Access::Rows(vec![other.rule()]),
        }
    }

    /// The same as one rule.
    pub(super) fn rule(self) -> Rule {
        match self {
            Self::Rule(rule) => rule,
            Self::True => Rule::Condition("true".into()),
            Self::False | Self::Null => Rule::Condition("false".into()),
            Self::Link(inner, _) => Rule::Condition(inner.column.to_string()),
            Self::Local(text) => Rule::Condition(text),
            Self::All(parts) => Rule::All(parts.into_iter().map(Self::rule).collect()),
            Self::Any(parts) => {
                // Alternatives inside a conjunction: told as the widest of them.
                let rules: Vec<Rule> = parts.into_iter().map(Self::rule).collect();
                let text = rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
                if rules.iter().any(|rule| matches!(rule, Rule::Unknown(_))) {
                    Rule::Unknown(text)
                } else if rules.iter().any(|rule| matches!(rule, Rule::Condition(_))) {
                    Rule::Condition(text)
                } else {
                    Rule::Claim(text)
                }
            }
        }
    }
}

fn add(kept: &mut Vec<Formula>, part: Formula) {
    if !kept.contains(&part) {
        kept.push(part);
    }
}

/// The negation of several parts: unknown where one is, else a condition with the text of the whole.
fn worst(parts: &[Formula], text: impl FnOnce() -> String) -> Formula {
    let mut claim = true;
    for part in parts {
        match part {
            Formula::Rule(Rule::Unknown(why)) => return Formula::unknown(why.clone()),
            Formula::Rule(Rule::Claim(_)) => {}
            _ => claim = false,
        }
    }
    Formula::Rule(if claim { Rule::Claim(text()) } else { Rule::Condition(text()) })
}
