//! Objects of options, and the numbers, sizes and times that stand in them.

use crate::extract::code::{Code, Site};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};

/// An object literal, wherever it is written.
pub(super) struct Options<'c, 'r> {
    code: &'c Code<'r>,
    file: crate::source::FileId,
    module: &'c Module,
    keys: Vec<(&'c str, NodeId)>,
    /// Every key is known: nothing is spread into it that cannot be followed.
    pub complete: bool,
}

impl<'c, 'r> Options<'c, 'r> {
    /// The object a value is; none where it is something else or cannot be told.
    pub(super) fn of(code: &'c Code<'r>, site: Site) -> Option<Self> {
        let made = made(code, site);
        let module: &'c Module = code.module(made.file)?;
        if module.kind(made.node) != Kind::Object {
            return None;
        }
        let known = |child: NodeId| match module.kind(child) {
            Kind::Property(_) | Kind::Method(_) => true,
            Kind::Spread => {
                module.child(child, 0).is_some_and(|value| module.kind(module.resolve(value)) == Kind::Object)
            }
            _ => false,
        };
        let complete = module.children(made.node).all(known);
        Some(Self { code, file: made.file, module, keys: module.properties(made.node), complete })
    }

    /// The value of the last of these keys that is there.
    pub(super) fn get(&self, keys: &[&str]) -> Option<Site> {
        let found = self.keys.iter().rev().find(|(key, _)| keys.contains(key))?;
        Some(Site { file: self.file, node: found.1 })
    }

    /// The object below a key.
    pub(super) fn below(&self, key: &str) -> Option<Self> {
        Self::of(self.code, self.get(&[key])?)
    }

    /// Whether a key is `true`, or `false`; none for anything else.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        let at = made(self.code, self.get(&[key])?);
        match self.code.module(at.file)?.kind(at.node) {
            Kind::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        text(self.code, self.get(&[key])?)
    }

    /// The number of a key.
    pub(super) fn number(&self, keys: &[&str]) -> Option<i64> {
        number(self.code, self.get(keys)?, 0)
    }

    /// The object as it is written, for words in it.
    pub(super) fn module(&self) -> &'c Module {
        self.module
    }
}

/// The node that makes a value, as [`Code::definition`] finds it; where that is one of several alternatives, all of them.
pub(super) fn made(code: &Code<'_>, site: Site) -> Site {
    let found = code.definition(site);
    let Some(module) = code.module(found.file).filter(|_| found != site) else { return found };
    let mut at = found.node;
    while let Some(parent) = module.parent(at) {
        let alternative = match module.kind(parent) {
            Kind::Logical(_) => true,
            Kind::Conditional => module.child(parent, 0) != Some(at),
            _ => false,
        };
        if !alternative {
            break;
        }
        at = parent;
    }
    Site { file: found.file, node: at }
}

/// The text a value always is, constants of other modules followed.
pub(super) fn text(code: &Code<'_>, site: Site) -> Option<String> {
    let at = made(code, site);
    code.module(at.file)?.text(at.node).map(std::borrow::Cow::into_owned)
}

/// The number a value always is: `15 * 60 * 1000`, `1e6`, `10_000`, `Infinity`.
pub(super) fn number(code: &Code<'_>, site: Site, depth: usize) -> Option<i64> {
    const DEEPEST: usize = 8;
    let at = made(code, site);
    let module = code.module(at.file)?;
    let child = |index| {
        let node = module.child(at.node, index)?;
        number(code, Site { file: at.file, node }, depth + 1)
    };
    match module.kind(at.node) {
        Kind::Number(word) | Kind::Text(word) => whole(module.word(word)),
        Kind::Name(word, None) if module.word(word) == "Infinity" => Some(i64::MAX),
        Kind::Binary(operator) if depth < DEEPEST => {
            let (left, right) = (child(0)?, child(1)?);
            match operator {
                Operator::Multiply => left.checked_mul(right),
                Operator::Add => left.checked_add(right),
                Operator::Subtract => left.checked_sub(right),
                Operator::Power => left.checked_pow(u32::try_from(right).ok()?),
                _ => None,
            }
        }
        _ => None,
    }
}

fn whole(text: &str) -> Option<i64> {
    let plain = text.replace('_', "");
    plain.parse().ok().or_else(|| {
        let (digits, zeros) = plain.split_once(['e', 'E'])?;
        digits.parse::<i64>().ok()?.checked_mul(10_i64.checked_pow(zeros.parse().ok()?)?)
    })
}

/// A size in bytes: `50mb`, `1.5 GB`, `1048576`.
pub(super) fn bytes(code: &Code<'_>, site: Site) -> Option<i64> {
    number(code, site, 0).or_else(|| size(&text(code, site)?))
}

fn size(text: &str) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: i64 = match unit.trim() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return None,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let tenths: i64 = part.get(..1).and_then(|digit| digit.parse().ok()).unwrap_or_default();
    whole.parse::<i64>().ok()?.checked_mul(factor)?.checked_add(tenths * factor / 10)
}

/// A time in milliseconds: a number, or `1 minute`, `15m`, `10 s`, as libraries write it.
pub(super) fn milliseconds(code: &Code<'_>, site: Site) -> Option<i64> {
    number(code, site, 0).or_else(|| time(&text(code, site)?))
}

fn time(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim() {
        "" | "ms" => 1,
        "s" | "sec" | "second" | "seconds" => 1000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::{size, time, whole};

    #[test]
    fn sizes_times_and_numbers_as_they_are_written() {
        for (text, expected) in
            [("50mb", Some(50 << 20)), ("1.5 GB", Some((3 << 30) / 2)), ("100", Some(100)), ("big", None)]
        {
            assert_eq!(size(text), expected, "{text}");
        }
        for (text, expected) in [("1 minute", Some(60_000)), ("10s", Some(10_000)), ("soon", None)] {
            assert_eq!(time(text), expected, "{text}");
        }
        for (text, expected) in [("10_000", Some(10_000)), ("1e6", Some(1_000_000)), ("x", None)] {
            assert_eq!(whole(text), expected, "{text}");
        }
    }
}
