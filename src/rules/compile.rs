//! From the written rule to the one the engine judges. Everything that can be wrong is found here, at its place.

use globset::GlobBuilder;

use super::condition::LazyRegex;
use super::reader::Reader;
use super::{
    Condition, Doubt, Join, Literal, Mistake, Pattern, Rule, Scope, Sentence, Template, Test, closest, head,
};
use crate::facts::{self, AttributeSchema, COMMON, KindSchema, Shape};
use crate::parse::node::{Entry, Node, Value};
use crate::parse::yaml;
use crate::verdict::Fingerprint;

/// The keys of a rule's sentence and head.
const KEYS: &[&str] = &[
    "id",
    "title",
    "severity",
    "effort",
    "why",
    "fix",
    "references",
    "refines",
    "preview",
    "capped",
    "sensitive",
    "when",
    "unless",
    "every",
    "where",
    "is",
    "has",
    "lacks",
    "with",
    "within",
    "require",
    "forbid",
    "match",
    "undecided",
    "message",
    "strength",
];

/// The keys of its examples.
const EXAMPLE_KEYS: &[&str] = &["bad", "good", "skip", "unsure"];

/// Compiles the rule written in `text`. `file` is its path, for messages and to check the id against.
///
/// # Errors
/// Every mistake in the file, in its order.
pub fn compile(file: &str, text: &str) -> Result<Rule, Vec<Mistake>> {
    let parsed = yaml::parse(text);
    let mut reader = Reader { file, text, mistakes: Vec::new() };
    for error in &parsed.errors {
        reader.mistakes.push(Mistake::at(file, text, error.span, &error.message));
    }
    let Some(node) = parsed.document.first() else {
        return Err(vec![Mistake::at(file, text, crate::source::Span::default(), "the file holds no rule")]);
    };
    let rule = compile_sentence(&mut reader, node);
    if reader.mistakes.is_empty() {
        return Ok(rule);
    }
    reader.mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    Err(reader.mistakes)
}

/// Compiles a rule from its tree; mistakes go to the reader.
fn compile_sentence(reader: &mut Reader<'_>, node: &Node) -> Rule {
    for entry in node.entries() {
        if !KEYS.contains(&entry.key.as_str()) && !EXAMPLE_KEYS.contains(&entry.key.as_str()) {
            let known: Vec<_> = KEYS.iter().chain(EXAMPLE_KEYS).copied().collect();
            reader.unknown_key(entry, "key of a rule", &known);
        }
    }
    let head = head::read(reader, node);
    let (subject, sentence) = reader.sentence(node);
    let speaker = match (&sentence, reader.patterns(node, "when").first()) {
        (Sentence::Require(_), Some(when)) => when.kind,
        (Sentence::Require(_), None) => facts::kind("repo").unwrap_or(subject),
        _ => subject,
    };
    reader.mistakes.dedup();
    Rule {
        id: head.id,
        title: head.title,
        severity: head.severity,
        effort: head.effort,
        why: head.why,
        fix: head.fix,
        references: head.references,
        refines: head.refines,
        preview: head.preview,
        capped: head.capped,
        sensitive: head.sensitive,
        when: reader.patterns(node, "when"),
        unless: reader.patterns(node, "unless"),
        undecided: reader.doubts(node, speaker),
        message: reader.template(node, "message", speaker).unwrap_or_default(),
        strength: node.get("strength").and_then(|_| reader.template(node, "strength", subject)),
        sentence,
        written: Fingerprint::of([reader.text]),
    }
}

impl Reader<'_> {
    /// The sentence, and the kind that its message speaks of.
    fn sentence(&mut self, rule: &Node) -> (&'static KindSchema, Sentence) {
        let heads = ["every", "require", "forbid", "match"];
        let present: Vec<_> = heads.iter().filter(|head| rule.get(head).is_some()).collect();
        if present.len() != 1 {
            self.mistake(
                rule,
                format!("a rule has exactly one of {}; this one has {}", heads.join(", "), present.len()),
            );
        }
        let join = self.join(rule);
        if let Some(node) = rule.get("every") {
            let subject = self.subject(rule, node);
            let is = rule.get("is").map(|is| self.conditions(is, subject.kind, None)).unwrap_or_default();
            if is.is_empty() && join.is_none() {
                self.mistake(node, "`every` demands nothing: add `is`, `has` or `lacks`");
            }
            return (subject.kind, Sentence::Every { subject, is, join });
        }
        if let Some(node) = rule.get("is") {
            self.mistake(node, "`is` belongs to `every`");
        }
        if let Some(node) = rule.get("require") {
            let subject = self.subject(rule, node);
            return (subject.kind, Sentence::Require(subject));
        }
        if let Some(node) = rule.get("forbid") {
            let subject = self.subject(rule, node);
            return (subject.kind, Sentence::Forbid { subject, join });
        }
        let node = rule.get("match").unwrap_or(rule);
        let kind = self.kind(node, "text");
        let regex = node.scalar().unwrap_or_default();
        self.check_regex(node, &regex);
        let conditions = rule.get("where").map(|node| self.conditions(node, kind, None)).unwrap_or_default();
        (kind, Sentence::Match { regex, subject: Pattern { kind, conditions } })
    }

    fn subject(&mut self, rule: &Node, node: &Node) -> Pattern {
        let kind = self.kind(node, node.text().unwrap_or_default());
        let conditions = rule.get("where").map(|node| self.conditions(node, kind, None)).unwrap_or_default();
        Pattern { kind, conditions }
    }

    fn kind(&mut self, node: &Node, name: &str) -> &'static KindSchema {
        facts::kind(name).unwrap_or_else(|| {
            let known: Vec<_> = facts::kinds().map(|kind| kind.name).collect();
            self.unknown(node, "fact", name, &known);
            COMMON_ONLY
        })
    }

    /// `when` and `unless`: a mapping from facts to conditions.
    fn patterns(&mut self, rule: &Node, key: &str) -> Vec<Pattern> {
        let Some(node) = rule.get(key) else { return Vec::new() };
        if node.entries().is_empty() {
            self.mistake(
                node,
                format!(
                    "`{key}` is a mapping from facts to conditions, as in `docker.stage: {{ last: true }}`"
                ),
            );
        }
        let entries = node.entries().iter();
        entries
            .map(|entry| {
                let name = Node { span: entry.key_span, value: Value::Null };
                let kind = self.kind(&name, &entry.key);
                Pattern { kind, conditions: self.conditions(&entry.value, kind, None) }
            })
            .collect()
    }

    /// `has` or `lacks`, with `with` and `within`. The kind of the subject is read from the rule's own sentence.
    fn join(&mut self, rule: &Node) -> Option<Join> {
        let subject = ["every", "forbid", "require"].iter().find_map(|head| rule.get(head)?.text());
        let subject = subject.and_then(facts::kind);
        self.join_of(rule, subject)
    }

    fn join_of(&mut self, node: &Node, subject: Option<&'static KindSchema>) -> Option<Join> {
        let (key, other) = match (node.get("has"), node.get("lacks")) {
            (Some(has), Some(_)) => {
                self.mistake(has, "one of `has` and `lacks`, not both: a second demand is a rule of its own");
                return None;
            }
            (Some(has), None) => (true, has),
            (None, Some(lacks)) => (false, lacks),
            (None, None) => {
                for key in ["with", "within"] {
                    if let Some(node) = node.get(key) {
                        self.mistake(node, format!("`{key}` belongs to `has` or `lacks`"));
                    }
                }
                return None;
            }
        };
        let kind = self.kind(other, other.text().unwrap_or_default());
        let conditions =
            node.get("with").map(|with| self.conditions(with, kind, subject)).unwrap_or_default();
        let within = match node.get("within").map(|within| (within, within.text().unwrap_or_default())) {
            None | Some((_, "repo")) => Scope::Repo,
            Some((_, "package")) => Scope::Package,
            Some((_, "file")) => Scope::File,
            Some((node, word)) => {
                self.unknown(node, "scope", word, &["repo", "package", "file"]);
                Scope::Repo
            }
        };
        Some(Join { wanted: key, pattern: Pattern { kind, conditions }, within })
    }

    fn doubts(&mut self, rule: &Node, subject: &'static KindSchema) -> Vec<Doubt> {
        let Some(node) = rule.get("undecided") else { return Vec::new() };
        let single = std::slice::from_ref(node);
        let items = if node.items().is_empty() { single } else { node.items() };
        let mut doubts = Vec::new();
        for item in items {
            for entry in item.entries() {
                let known = ["has", "lacks", "with", "within", "because"];
                if !known.contains(&entry.key.as_str()) {
                    self.unknown_key(entry, "key of `undecided`", &known);
                }
            }
            let because = item.get("because").and_then(Node::scalar).unwrap_or_default();
            let join = self.join_of(item, Some(subject));
            match join {
                Some(join) if !because.is_empty() => doubts.push(Doubt { join, because }),
                _ => self
                    .mistake(item, "`undecided` names a fact (`has` or `lacks`) and the reason (`because`)"),
            }
        }
        doubts
    }

    fn conditions(
        &mut self,
        node: &Node,
        kind: &'static KindSchema,
        subject: Option<&'static KindSchema>,
    ) -> Vec<Condition> {
        if !matches!(node.value, Value::Map(_)) {
            self.mistake(node, "conditions are a mapping from attributes to values, as in `{ last: true }`");
        }
        let mut conditions = Vec::new();
        for entry in node.entries() {
            let Some((attribute, schema)) = attribute(kind, &entry.key) else {
                let known: Vec<_> = attributes(kind).map(|known| known.name).collect();
                self.unknown_key(entry, &format!("attribute of `{}`", kind.name), &known);
                continue;
            };
            if let Some(test) = self.test(&entry.value, schema, subject) {
                conditions.push(Condition { attribute, test });
            }
        }
        conditions
    }

    fn test(
        &mut self,
        node: &Node,
        schema: &AttributeSchema,
        subject: Option<&'static KindSchema>,
    ) -> Option<Test> {
        match &node.value {
            Value::List(items) => {
                Some(Test::Any(items.iter().filter_map(|item| self.test(item, schema, subject)).collect()))
            }
            Value::Map(entries) => {
                let [entry] = entries.as_slice() else {
                    self.mistake(node, "one of not, glob, regex, min, max");
                    return None;
                };
                self.operator(entry, schema, subject)
            }
            Value::Text(text) if text.starts_with('$') && subject.is_some() => {
                let (Some(subject), name) = (subject, &text[1..]) else { return None };
                let Some((index, _)) = attribute(subject, name) else {
                    let known: Vec<_> = attributes(subject).map(|known| known.name).collect();
                    self.unknown(node, &format!("attribute of `{}`", subject.name), name, &known);
                    return None;
                };
                Some(Test::Same(index))
            }
            _ => self.literal(node, schema).map(Test::Equal),
        }
    }

    fn operator(
        &mut self,
        entry: &Entry,
        schema: &AttributeSchema,
        subject: Option<&'static KindSchema>,
    ) -> Option<Test> {
        let node = &entry.value;
        let number = |shape: Shape| matches!(shape, Shape::Number | Shape::List);
        match entry.key.as_str() {
            "not" => self.test(node, schema, subject).map(|test| Test::Not(Box::new(test))),
            "glob" | "regex" if !matches!(schema.shape, Shape::Text | Shape::List) => {
                self.mistake(
                    node,
                    format!("`{}` is a {}: {} needs a text", schema.name, schema.shape.word(), entry.key),
                );
                None
            }
            "min" | "max" if !number(schema.shape) => {
                self.mistake(
                    node,
                    format!("`{}` is a {}: {} needs a number", schema.name, schema.shape.word(), entry.key),
                );
                None
            }
            "glob" => {
                let text = node.scalar().unwrap_or_default();
                match GlobBuilder::new(&text).literal_separator(true).build() {
                    Ok(glob) => Some(Test::Glob(glob.compile_matcher())),
                    Err(error) => {
                        self.mistake(node, format!("not a glob: {error}"));
                        None
                    }
                }
            }
            "regex" => {
                let text = node.scalar().unwrap_or_default();
                self.check_regex(node, &text);
                Some(Test::Regex(LazyRegex::new(&text)))
            }
            "min" | "max" => {
                let Some(number) = node.scalar().and_then(|text| text.parse().ok()) else {
                    self.mistake(node, "a whole number is needed here");
                    return None;
                };
                Some(if entry.key == "min" { Test::Min(number) } else { Test::Max(number) })
            }
            _ => {
                self.unknown_key(entry, "operator", &["not", "glob", "regex", "min", "max"]);
                None
            }
        }
    }

    fn literal(&mut self, node: &Node, schema: &AttributeSchema) -> Option<Literal> {
        let literal = match (&node.value, schema.shape) {
            (Value::Null, _) => Literal::Absent,
            (Value::Bool(flag), Shape::Flag) => Literal::Flag(*flag),
            (Value::Number(text), Shape::Number) if text.parse::<i64>().is_ok() => {
                Literal::Number(text.parse().unwrap_or_default())
            }
            (Value::Text(text), Shape::Text | Shape::List) => Literal::Text(text.clone()),
            _ => {
                let quote = matches!(schema.shape, Shape::Text | Shape::List) && node.scalar().is_some();
                let hint = if quote { "; put it in quotes" } else { "" };
                self.mistake(node, format!("`{}` is a {}{hint}", schema.name, schema.shape.word()));
                return None;
            }
        };
        if literal == Literal::Absent && !schema.optional && schema.shape != Shape::List {
            self.mistake(node, format!("`{}` is never absent", schema.name));
            return None;
        }
        Some(literal)
    }

    fn check_regex(&mut self, node: &Node, regex: &str) {
        if let Err(error) = regex_syntax::parse(regex) {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            self.mistake(node, format!("not a regular expression: {reason}"));
        }
    }

    fn template(&mut self, rule: &Node, key: &str, kind: &'static KindSchema) -> Option<Template> {
        let node = rule.get(key);
        let Some(text) = node.and_then(Node::scalar) else {
            self.mistake(
                node.unwrap_or(rule),
                format!("`{key}` is missing: it says what was found in this repository"),
            );
            return None;
        };
        let resolve = |name: &str| {
            attribute(kind, name).map(|(index, _)| index).ok_or_else(|| {
                let known: Vec<_> = attributes(kind).map(|known| known.name).collect();
                match closest(name, known.iter().copied()) {
                    Some(closest) => {
                        format!("`{name}` is no attribute of `{}`: did you mean `{closest}`?", kind.name)
                    }
                    None => {
                        format!("`{name}` is no attribute of `{}`: known are {}", kind.name, known.join(", "))
                    }
                }
            })
        };
        match Template::parse(text.trim(), &resolve) {
            Ok(template) => Some(template),
            Err(reason) => {
                self.mistake(node.unwrap_or(rule), reason);
                None
            }
        }
    }
}

/// Stands in for a kind that does not exist, so that the rest of the file is still checked.
static COMMON_ONLY: &KindSchema = &KindSchema { name: "unknown", doc: &[], attributes: &[] };

fn attributes(kind: &'static KindSchema) -> impl Iterator<Item = &'static AttributeSchema> {
    COMMON.iter().chain(kind.attributes)
}

fn attribute(kind: &'static KindSchema, name: &str) -> Option<(usize, &'static AttributeSchema)> {
    attributes(kind).enumerate().find(|(_, attribute)| attribute.name == name)
}
