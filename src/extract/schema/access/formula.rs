//! What is left of a condition when everything known is folded in.

use std::collections::BTreeSet;

use super::value::{Inner, Value};
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
            Self::Rule(Rule::Condition(_)) => Self::Rule(Rule::Condition(text())),
            Self::Local(_) => Self::Local(text()),
            Self::Link(..) | Self::Rule(_) => Self::Rule(Rule::Others(text())),
            Self::All(parts) | Self::Any(parts) => worst(&parts, text),
        }
    }

    /// As `is true` makes of it: null is false.
    pub(super) fn settled(self) -> Self {
        if self == Self::Null { Self::False } else { self }
    }

    /// Whether a column of a subquery is compared with who asks.
    pub(super) fn links_user(&self) -> bool {
        match self {
            Self::Link(_, to) => to.of_user() || matches!(to, Value::Role(_)),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::links_user),
            _ => false,
        }
    }

    /// What a policy with this condition allows.
    pub(super) fn access(self) -> Access {
        match self {
            Self::True => Access::Everyone,
            Self::False | Self::Null => Access::Nobody(Bar::Never),
            other => Access::Rows(alternatives(other)),
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
            // Too many alternatives to be told one by one.
            Self::Any(parts) => {
                let rules: Vec<String> = parts.into_iter().map(|part| part.rule().to_string()).collect();
                Rule::Unknown(rules.join(" or "))
            }
        }
    }
}

/// How many alternatives are told one by one.
const ALTERNATIVES: usize = 24;

/// A condition as rules of which one has to hold: `a and (b or c)` is `a and b`, or `a and c`.
fn alternatives(formula: Formula) -> Vec<Rule> {
    let found = spread(&formula, ALTERNATIVES).unwrap_or_else(|| vec![vec![formula.rule()]]);
    let sets: Vec<BTreeSet<Rule>> = found.iter().map(|rules| rules.iter().cloned().collect()).collect();
    let mut told: Vec<Rule> = Vec::new();
    for (at, mut rules) in found.into_iter().enumerate() {
        // What is narrower than another alternative, or the same as one before, says nothing.
        let narrower = |(other, set): (usize, &BTreeSet<Rule>)| {
            other != at
                && sets.get(at).is_some_and(|own| set.is_subset(own) && (set.len() < own.len() || other < at))
        };
        if sets.iter().enumerate().any(narrower) {
            continue;
        }
        told.push(if rules.len() == 1 { rules.remove(0) } else { Rule::All(rules) });
    }
    told
}

/// The alternatives of a condition, each a list of what all has to hold; `None` where there are too many.
fn spread(formula: &Formula, most: usize) -> Option<Vec<Vec<Rule>>> {
    match formula {
        Formula::Any(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(spread(part, most)?);
            }
            (all.len() <= most).then_some(all)
        }
        Formula::All(parts) => {
            let mut all: Vec<Vec<Rule>> = vec![Vec::new()];
            for part in parts {
                let more = spread(part, most)?;
                if all.len() * more.len() > most {
                    return None;
                }
                all = all
                    .iter()
                    .flat_map(|before| {
                        more.iter().map(|after| {
                            let mut rules = before.clone();
                            for rule in after {
                                if !rules.contains(rule) {
                                    rules.push(rule.clone());
                                }
                            }
                            rules
                        })
                    })
                    .collect();
            }
            Some(all)
        }
        Formula::Rule(Rule::All(rules)) => Some(vec![rules.clone()]),
        other => Some(vec![vec![other.clone().rule()]]),
    }
}

fn add(kept: &mut Vec<Formula>, part: Formula) {
    if !kept.contains(&part) {
        kept.push(part);
    }
}

/// The negation of several parts: unknown where one is, else a claim or a condition where all are, with the text of the
/// whole.
fn worst(parts: &[Formula], text: impl FnOnce() -> String) -> Formula {
    let (mut claims, mut conditions, mut user) = (true, true, false);
    for part in parts {
        match part {
            Formula::Rule(Rule::Unknown(why)) => return Formula::unknown(why.clone()),
            Formula::Rule(Rule::Claim(_)) => conditions = false,
            Formula::Rule(Rule::UserClaim(_)) => (conditions, user) = (false, true),
            Formula::Rule(Rule::Condition(_)) => claims = false,
            Formula::Local(_) => (claims, user) = (false, false),
            _ => (claims, conditions) = (false, false),
        }
    }
    if parts.iter().all(|part| matches!(part, Formula::Local(_))) {
        return Formula::Local(text());
    }
    Formula::Rule(match (claims, conditions) {
        (true, _) if user => Rule::UserClaim(text()),
        (true, _) => Rule::Claim(text()),
        (_, true) => Rule::Condition(text()),
        _ => Rule::Others(text()),
    })
}
