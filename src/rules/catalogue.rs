//! The rules that come with golive, and those of a repository beside them.

use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use super::{Examples, Mistake, Rule, compile, examples};
use crate::verdict::{Severity, Waiver};

/// A rule file in the binary: `build.rs` lists them.
struct Source {
    path: &'static str,
    sentence: &'static str,
    examples: &'static str,
}

static SOURCES: &[Source] = include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// The rules of one audit, by id, and what is waived of what they find.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    rules: Vec<Arc<Rule>>,
    off: Vec<String>,
    reweighed: Vec<String>,
    left_out: Vec<String>,
    waivers: Vec<Waiver>,
    day: Option<Date>,
}

/// The rules that come with golive.
///
/// A mistake in one of them is a defect of golive that its tests catch; the rule is then left out.
pub fn embedded() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        Catalogue::new(
            SOURCES.iter().filter_map(|source| compile(source.path, source.sentence).ok()).collect(),
        )
    })
}

impl Catalogue {
    /// A catalogue of these rules, sorted by id.
    pub fn new(rules: Vec<Rule>) -> Self {
        Self::of(rules.into_iter().map(Arc::new).collect())
    }

    fn of(mut rules: Vec<Arc<Rule>>) -> Self {
        rules.sort_by(|left, right| left.id.cmp(&right.id));
        Self { rules, ..Self::default() }
    }

    /// The rules, by id.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// The rule of this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        let index = self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok()?;
        self.rules.get(index).map(Arc::as_ref)
    }

    /// These rules and more; a rule of the same id is replaced.
    #[must_use]
    pub fn with(&self, more: &[Rule]) -> Self {
        let kept = self.rules.iter().filter(|rule| !more.iter().any(|other| other.id == rule.id)).cloned();
        Self::of(kept.chain(more.iter().cloned().map(Arc::new)).collect())
    }

    /// Those rules that `keep` approves of.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&Rule) -> bool) -> Self {
        let (rules, rest): (Vec<_>, Vec<_>) = self.rules.iter().cloned().partition(|rule| keep(rule));
        let left_out = rest.iter().map(|rule| rule.id.clone()).chain(self.left_out.iter().cloned()).collect();
        Self { rules, left_out, ..self.clone() }
    }

    /// The same rules, with what the configuration waives, and the day on which that is held against its end; without
    /// a day nothing ends.
    #[must_use]
    pub fn waiving(&self, waivers: Vec<Waiver>, day: Option<Date>) -> Self {
        Self { waivers, day, ..self.clone() }
    }

    /// The rules as a repository configures them: some off, some of another severity. Both are told in the report.
    #[must_use]
    pub fn configured(
        &self,
        off: impl Fn(&Rule) -> bool,
        severity: impl Fn(&Rule) -> Option<Severity>,
    ) -> Self {
        let mut configured = Self { rules: Vec::new(), ..self.clone() };
        for rule in &self.rules {
            if off(rule) {
                configured.off.push(rule.id.clone());
                continue;
            }
            let severity = severity(rule).unwrap_or(rule.severity);
            if severity == rule.severity {
                configured.rules.push(Arc::clone(rule));
            } else {
                configured.reweighed.push(rule.id.clone());
                configured.rules.push(Arc::new(Rule { severity, ..Rule::clone(rule) }));
            }
        }
        configured
    }

    /// Ids of the rules that the repository's configuration turned off.
    pub fn off(&self) -> &[String] {
        &self.off
    }

    /// Whether there is a rule of this id, be it off or left out.
    pub fn knows(&self, id: &str) -> bool {
        self.get(id).is_some() || self.off.iter().chain(&self.left_out).any(|known| known == id)
    }

    /// What the configuration waives.
    pub fn waivers(&self) -> &[Waiver] {
        &self.waivers
    }

    /// The day of the audit.
    pub fn day(&self) -> Option<Date> {
        self.day
    }

    /// Ids of the rules to which the repository's configuration gave another severity.
    pub fn reweighed(&self) -> &[String] {
        &self.reweighed
    }
}

/// The file of an embedded rule: its path and whole text.
pub fn source(id: &str) -> Option<(&'static str, String)> {
    let source = SOURCES.iter().find(|source| source.path == format!("rules/{id}.yml"))?;
    Some((source.path, [source.sentence, source.examples].concat()))
}

/// The examples of an embedded rule.
///
/// # Errors
/// Every mistake in them.
pub fn examples_of(id: &str) -> Result<Examples, Vec<Mistake>> {
    source(id).map_or_else(|| Ok(Examples::default()), |(path, text)| examples(path, &text))
}

/// Every mistake in the embedded rules.
pub fn mistakes() -> Vec<Mistake> {
    let sources = SOURCES.iter();
    sources.filter_map(|source| compile(source.path, source.sentence).err()).flatten().collect()
}
