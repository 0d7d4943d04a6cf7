//! A condition: one attribute of a fact, and what it must be.

use std::fmt;
use std::sync::{Arc, OnceLock};

use globset::GlobMatcher;
use regex::Regex;

use crate::facts::Value;

/// One attribute and its test.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The index of the attribute: those common to all kinds first.
    pub attribute: usize,
    /// What it must be.
    pub test: Test,
}

/// What an attribute must be. On a list, one item that satisfies the test is enough.
#[derive(Clone)]
pub enum Test {
    /// This value.
    Equal(Literal),
    /// The value of this attribute of the subject.
    Same(usize),
    /// One of these.
    Any(Vec<Test>),
    /// Anything else.
    Not(Box<Test>),
    /// A text that matches the glob.
    Glob(GlobMatcher),
    /// A text in which the expression matches.
    Regex(LazyRegex),
    /// At least this number; of a list: this many items.
    Min(i64),
    /// At most this number; of a list: this many items.
    Max(i64),
}

/// A value as written in a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// `null`: absent, or an empty list.
    Absent,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

/// A regular expression that is compiled when it first runs: listing rules compiles none.
#[derive(Clone)]
pub struct LazyRegex {
    source: Arc<str>,
    compiled: Arc<OnceLock<Option<Regex>>>,
}

impl LazyRegex {
    /// An expression whose syntax has been checked.
    pub fn new(source: &str) -> Self {
        Self { source: source.into(), compiled: Arc::new(OnceLock::new()) }
    }

    /// Whether it matches somewhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| Regex::new(&self.source).ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

impl fmt::Debug for Test {
    /// As written. The fingerprint of a ruleset is made of this: it may not tell whether a matcher has run.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal(literal) => write!(f, "Equal({literal:?})"),
            Self::Same(attribute) => write!(f, "Same({attribute})"),
            Self::Any(tests) => write!(f, "Any({tests:?})"),
            Self::Not(test) => write!(f, "Not({test:?})"),
            Self::Glob(glob) => write!(f, "Glob({:?})", glob.glob().glob()),
            Self::Regex(regex) => write!(f, "Regex({:?})", regex.source),
            Self::Min(least) => write!(f, "Min({least})"),
            Self::Max(most) => write!(f, "Max({most})"),
        }
    }
}

impl Test {
    /// Whether `value` passes. `subject` gives the attributes of the subject, for `$attribute`.
    pub fn holds<'v>(&self, value: Value<'v>, subject: &dyn Fn(usize) -> Value<'v>) -> bool {
        match self {
            Self::Equal(literal) => literal.equals(value),
            Self::Same(attribute) => same(value, subject(*attribute)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(value, subject)),
            Self::Not(test) => !test.holds(value, subject),
            Self::Glob(glob) => any_text(value, |text| glob.is_match(text)),
            Self::Regex(regex) => any_text(value, |text| regex.is_match(text)),
            Self::Min(least) => number(value).is_some_and(|number| number >= *least),
            Self::Max(most) => number(value).is_some_and(|number| number <= *most),
        }
    }
}

impl Literal {
    fn equals(&self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Absent, Value::Absent) => true,
            (Self::Absent, Value::List(items)) => items.is_empty(),
            (Self::Flag(wanted), Value::Flag(flag)) => *wanted == flag,
            (Self::Number(wanted), Value::Number(number)) => *wanted == number,
            (Self::Text(wanted), value) => any_text(value, |text| text == wanted),
            _ => false,
        }
    }
}

/// Two values are the same when they are equal, or when a list holds the other. Absent is the same as nothing.
fn same(left: Value<'_>, right: Value<'_>) -> bool {
    match (left, right) {
        (Value::Absent, _) | (_, Value::Absent) => false,
        (Value::List(items), Value::Text(text)) | (Value::Text(text), Value::List(items)) => {
            items.iter().any(|item| item == text)
        }
        (Value::List(left), Value::List(right)) => left.iter().any(|item| right.contains(item)),
        (left, right) => left == right,
    }
}

fn any_text(value: Value<'_>, passes: impl Fn(&str) -> bool) -> bool {
    match value {
        Value::Text(text) => passes(text),
        Value::List(items) => items.iter().any(|item| passes(item)),
        _ => false,
    }
}

fn number(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Number(number) => Some(number),
        Value::List(items) => i64::try_from(items.len()).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{LazyRegex, Test};
    use crate::facts::Value;

    #[test]
    fn a_test_reads_the_same_before_and_after_it_has_run() {
        let glob = globset::Glob::new("*.js").expect("a glob").compile_matcher();
        for test in [Test::Regex(LazyRegex::new("^a")), Test::Glob(glob)] {
            let before = format!("{test:?}");
            test.holds(Value::Text("abc"), &|_| Value::Absent);
            assert_eq!(format!("{test:?}"), before);
        }
        assert_eq!(
            format!("{:?}", Test::Not(Box::new(Test::Regex(LazyRegex::new("^a"))))),
            "Not(Regex(\"^a\"))"
        );
    }
}
