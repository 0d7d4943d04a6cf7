//! Classes at the top of a module, what is assigned in them, and what names of a module were imported as.

use super::{Line, Value, end_of, indented, value};
use crate::source::Span;

/// A class at the top of a module.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Class<'t> {
    pub(in crate::extract) name: &'t str,
    /// Where its name stands.
    pub(in crate::extract) span: Span,
    /// The classes it extends.
    pub(in crate::extract) bases: Vec<Value>,
    /// What else stands in its head: `table=True`.
    pub(in crate::extract) named: Vec<(String, Value)>,
    /// Its statements, and those of what stands in it.
    pub(in crate::extract) lines: Vec<Line<'t>>,
}

impl<'t> Class<'t> {
    /// How far its own statements are indented.
    pub(in crate::extract) fn indent(&self) -> usize {
        self.lines.first().map_or(0, |line| line.indent)
    }

    /// Its own statements.
    pub(in crate::extract) fn own(&self) -> impl Iterator<Item = &Line<'t>> {
        let own = self.indent();
        self.lines.iter().filter(move |line| line.indent == own)
    }

    /// The statements in a class within it.
    pub(in crate::extract) fn within(&self, head: &str) -> Option<&[Line<'t>]> {
        let own = self.indent();
        let is = |line: &Line<'_>| {
            let rest = line.text.strip_prefix("class ").and_then(|rest| rest.strip_prefix(head));
            line.indent == own && rest.is_some_and(|rest| rest.starts_with([':', '(', ' ']))
        };
        let from = self.lines.iter().position(is)? + 1;
        let rest = self.lines.get(from..)?;
        let length = rest.iter().position(|line| line.indent <= own).unwrap_or(rest.len());
        rest.get(..length)
    }
}

/// A name that is given a value, a type, or both.
#[derive(Debug, Clone, Copy)]
pub(in crate::extract) struct Assignment<'t> {
    pub(in crate::extract) name: &'t str,
    /// The type, as written.
    pub(in crate::extract) of: Option<&'t str>,
    /// Where the value begins.
    pub(in crate::extract) value: Option<usize>,
    pub(in crate::extract) span: Span,
}

/// The classes of a module.
pub(in crate::extract) fn classes(text: &str) -> Vec<Class<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(head) = rest.strip_prefix("class ") else {
            let line = rest.split_inclusive('\n').next().unwrap_or_default();
            let nothing = line.trim().is_empty() || line.starts_with('#');
            at = if nothing { at + line.len() } else { end_of(text, at) };
            continue;
        };
        let start = text.len() - head.len();
        let (named, end) = value(text, start);
        let length =
            head.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(head.len());
        let (bases, named) = match named {
            Value::Call(call) => (call.arguments, call.named),
            _ => (Vec::new(), Vec::new()),
        };
        let behind = end + text[end..].find('\n').map_or(text.len() - end, |end| end + 1);
        let (lines, next) = indented(text, behind);
        found.push(Class {
            name: &head[..length],
            span: Span::new(start, start + length),
            bases,
            named,
            lines,
        });
        at = next;
    }
    found
}

/// What a statement gives a value: `name = …`, `name: type = …`, `name: type`.
pub(in crate::extract) fn assignment<'t>(text: &'t str, line: &Line<'t>) -> Option<Assignment<'t>> {
    let length = line.text.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
    let name = line.text.get(..length).filter(|name| !name.is_empty())?;
    let end = end_of(text, line.at);
    let whole = text.get(line.at..end)?;
    let span = Span::new(line.at, line.at + whole.trim_end().len());
    let rest = whole[length..].trim_start();
    let at = line.at + whole.len() - rest.len();
    if let Some(value) = rest.strip_prefix('=') {
        let at = at + 1;
        return (!value.starts_with('=')).then_some(Assignment { name, of: None, value: Some(at), span });
    }
    let rest = rest.strip_prefix(':')?;
    // `if x:` and the like say nothing behind.
    if rest.trim().is_empty() || matches!(name, "else" | "try" | "finally") {
        return None;
    }
    let mut depth = 0_u32;
    let equals = rest.bytes().position(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && byte == b'='
    });
    let of = rest.get(..equals.unwrap_or(rest.len()))?.split('#').next().unwrap_or_default().trim();
    Some(Assignment { name, of: Some(of), value: equals.map(|equals| at + 1 + equals + 1), span })
}

/// What a module imports: the names it has for them, and each with the module that it is of. Those of relative modules
/// begin with a dot.
pub(in crate::extract) fn imports(text: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        if line.trim_start().starts_with("import ") {
            let list = line.trim().trim_start_matches("import ").split('#').next().unwrap_or_default();
            for one in list.split(',') {
                let (module, name) = renamed(one);
                // `import a.b` gives the name `a`.
                let first = module.split('.').next().unwrap_or(module);
                found.push(if name == module {
                    (first, first.to_owned())
                } else {
                    (name, module.to_owned())
                });
            }
            continue;
        }
        if !line.trim_start().starts_with("from ") {
            continue;
        }
        let statement = text.get(start..end_of(text, start)).unwrap_or_default();
        let Some((module, list)) = statement["from ".len()..].split_once(" import ") else { continue };
        let names = list
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default())
            .flat_map(|line| line.split(','));
        for one in names {
            let (own, name) = renamed(one.trim_matches(['(', ')', ' ', '\\', '\r', '\t']));
            if !own.is_empty() {
                found.push((name, format!("{}.{own}", module.trim())));
            }
        }
    }
    found
}

/// `a as b`: the thing and the name it gets.
fn renamed(one: &str) -> (&str, &str) {
    let one = one.trim();
    one.split_once(" as ").map_or((one, one), |(own, name)| (own.trim(), name.trim()))
}
