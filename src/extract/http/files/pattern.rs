//! Patterns of paths as matchers are written: path-to-regexp with its regular expressions, lookaheads among them.

/// How many steps a match may take, since expressions can backtrack without end.
const MAX_STEPS: usize = 20_000;

/// How deep groups may nest.
const MAX_DEPTH: usize = 20;

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::extract) struct Pattern {
    choices: Vec<Vec<Item>>,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq)]
enum Item {
    Char(char),
    Any,
    Class(Vec<(char, char)>, bool),
    Start,
    End,
    Group(Vec<Vec<Item>>),
    /// What must, or must not, follow.
    Look(Vec<Vec<Item>>, bool),
    /// An item, how often at least, and whether more than once.
    Repeat(Box<Item>, usize, bool),
}

impl Pattern {
    /// Of a path as Next.js, Clerk and Vercel match it: `/api/:path*`, `/((?!api|_next).*)`. None where it is not understood.
    pub(in crate::extract) fn path(source: &str) -> Option<Self> {
        Self::regex(&format!("^{}/?$", expression(source)?))
    }

    /// Of a regular expression, found anywhere in a text. None where it is not understood.
    pub(in crate::extract) fn regex(source: &str) -> Option<Self> {
        let text: Vec<char> = source.chars().collect();
        let mut parser = Parser { text: &text, at: 0 };
        let choices = parser.choices(0)?;
        (parser.at == text.len()).then_some(Self { choices })
    }

    /// Whether it is found in a text.
    pub(in crate::extract) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let mut steps = 0;
        (0..=text.len()).any(|from| any(&self.choices, &text, from, &mut steps, &mut |_, _| true))
    }
}

/// Whether one of the choices matches here and what follows it does as well.
fn any(
    choices: &[Vec<Item>],
    text: &[char],
    at: usize,
    steps: &mut usize,
    next: &mut dyn FnMut(usize, &mut usize) -> bool,
) -> bool {
    choices.iter().any(|items| all(items, text, at, steps, next))
}

fn all(
    items: &[Item],
    text: &[char],
    at: usize,
    steps: &mut usize,
    next: &mut dyn FnMut(usize, &mut usize) -> bool,
) -> bool {
    *steps += 1;
    if *steps > MAX_STEPS {
        return false;
    }
    let Some((first, rest)) = items.split_first() else { return next(at, steps) };
    one(first, text, at, steps, &mut |at, steps| all(rest, text, at, steps, next))
}

fn one(
    item: &Item,
    text: &[char],
    at: usize,
    steps: &mut usize,
    next: &mut dyn FnMut(usize, &mut usize) -> bool,
) -> bool {
    let here = text.get(at).copied();
    match item {
        Item::Char(wanted) => here == Some(*wanted) && next(at + 1, steps),
        Item::Any => here.is_some() && next(at + 1, steps),
        Item::Class(ranges, negated) => {
            let within = |found| ranges.iter().any(|(from, to)| (*from..=*to).contains(&found));
            here.is_some_and(|found| within(found) != *negated) && next(at + 1, steps)
        }
        Item::Start => at == 0 && next(at, steps),
        Item::End => at == text.len() && next(at, steps),
        Item::Group(choices) => any(choices, text, at, steps, next),
        Item::Look(choices, wanted) => {
            any(choices, text, at, steps, &mut |_, _| true) == *wanted && next(at, steps)
        }
        Item::Repeat(item, least, more) => repeat(item, *least, *more, text, at, steps, next),
    }
}

fn repeat(
    item: &Item,
    least: usize,
    more: bool,
    text: &[char],
    at: usize,
    steps: &mut usize,
    next: &mut dyn FnMut(usize, &mut usize) -> bool,
) -> bool {
    *steps += 1;
    if *steps > MAX_STEPS {
        return false;
    }
    if least == 0 && next(at, steps) {
        return true;
    }
    one(item, text, at, steps, &mut |after, steps| {
        if after == at && least == 0 {
            return false;
        }
        match (least, more) {
            (0 | 1, false) => next(after, steps),
            _ => repeat(item, least.saturating_sub(1), more, text, after, steps, next),
        }
    })
}

/// Reads a regular expression of the subset that matchers use.
struct Parser<'t> {
    text: &'t [char],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = wanted.chars().enumerate().all(|(n, wanted)| self.text.get(self.at + n) == Some(&wanted));
        if found {
            self.at += wanted.chars().count();
        }
        found
    }

    fn choices(&mut self, depth: usize) -> Option<Vec<Vec<Item>>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut choices = vec![Vec::new()];
        while let Some(next) = self.peek() {
            match next {
                ')' => break,
                '|' => {
                    self.at += 1;
                    choices.push(Vec::new());
                }
                _ => {
                    let item = self.item(depth)?;
                    let item = self.repeated(item)?;
                    choices.last_mut()?.push(item);
                }
            }
        }
        Some(choices)
    }

    fn repeated(&mut self, item: Item) -> Option<Item> {
        let (least, more) = match self.peek() {
            Some('*') => (0, true),
            Some('+') => (1, true),
            Some('?') => (0, false),
            Some('{') => return None,
            _ => return Some(item),
        };
        self.at += 1;
        // Whether a match is the shortest does not matter to whether there is one.
        self.take("?");
        Some(Item::Repeat(Box::new(item), least, more))
    }

    fn item(&mut self, depth: usize) -> Option<Item> {
        let next = self.peek()?;
        self.at += 1;
        match next {
            '(' => {
                let look = if self.take("?!") {
                    Some(false)
                } else if self.take("?=") {
                    Some(true)
                } else {
                    None
                };
                if look.is_none() && self.peek() == Some('?') && !self.take("?:") {
                    return None;
                }
                let choices = self.choices(depth + 1)?;
                self.take(")").then_some(match look {
                    Some(wanted) => Item::Look(choices, wanted),
                    None => Item::Group(choices),
                })
            }
            '.' => Some(Item::Any),
            '^' => Some(Item::Start),
            '$' => Some(Item::End),
            '[' => self.class(),
            '\\' => self.escape(),
            '*' | '+' | '?' => None,
            other => Some(Item::Char(other)),
        }
    }

    fn escape(&mut self) -> Option<Item> {
        let next = self.peek()?;
        self.at += 1;
        Some(match next.to_ascii_lowercase() {
            'w' => Item::Class(vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')], next == 'W'),
            'd' => Item::Class(vec![('0', '9')], next == 'D'),
            's' => Item::Class(vec![(' ', ' '), ('\t', '\r')], next == 'S'),
            'b' | 'p' | 'k' | 'u' | 'x' => return None,
            _ => Item::Char(next),
        })
    }

    fn class(&mut self) -> Option<Item> {
        let negated = self.take("^");
        let mut ranges = Vec::new();
        while let Some(next) = self.peek() {
            self.at += 1;
            let from = match next {
                ']' => return Some(Item::Class(ranges, negated)),
                '\\' => match self.escape()? {
                    Item::Class(inner, false) => {
                        ranges.extend(inner);
                        continue;
                    }
                    Item::Char(plain) => plain,
                    _ => return None,
                },
                plain => plain,
            };
            let is_range =
                self.peek() == Some('-') && self.text.get(self.at + 1).is_some_and(|next| *next != ']');
            let to = if is_range { self.text[self.at + 1] } else { from };
            self.at += if is_range { 2 } else { 0 };
            ranges.push((from, to));
        }
        None
    }
}

/// A path as a regular expression: names, groups and their modifiers taken apart.
fn expression(source: &str) -> Option<String> {
    let text: Vec<char> = source.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while let Some(next) = text.get(at).copied() {
        let part = match next {
            ':' if text.get(at + 1).is_some_and(|next| is_word(*next)) => {
                at += 1 + text[at + 1..].iter().take_while(|next| is_word(**next)).count();
                match text.get(at) {
                    Some('(') => group(&text, &mut at)?,
                    _ => "(?:[^/]+)".to_owned(),
                }
            }
            '(' => group(&text, &mut at)?,
            '{' => {
                let length = text[at..].iter().position(|next| *next == '}')?;
                let inner: String = text[at + 1..at + length].iter().collect();
                at += length + 1;
                format!("(?:{})", expression(&inner)?)
            }
            '\\' => {
                let escaped = text.get(at + 1)?;
                at += 2;
                out.extend(['\\', *escaped]);
                continue;
            }
            '*' => {
                at += 1;
                out.push_str(".*");
                continue;
            }
            plain => {
                at += 1;
                if ".+?$^|[]".contains(plain) {
                    out.push('\\');
                }
                out.push(plain);
                continue;
            }
        };
        modified(&mut out, &part, text.get(at).copied(), &mut at);
    }
    Some(out)
}

/// Appends a group with the modifier behind it. A slash before it is part of what is repeated or left out.
fn modified(out: &mut String, part: &str, modifier: Option<char>, at: &mut usize) {
    let modifier = modifier.filter(|next| "*+?".contains(*next));
    let Some(modifier) = modifier else {
        // `/(.*)` and `/((?!x).*)` match the root as well, which has nothing behind its slash.
        out.push_str(part);
        return;
    };
    *at += 1;
    let slash = out.ends_with('/');
    if slash {
        out.pop();
    }
    let prefix = if slash { "/" } else { "" };
    out.extend(["(?:", prefix, part, ")"]);
    out.push(modifier);
}

/// A group in parentheses, whole.
fn group(text: &[char], at: &mut usize) -> Option<String> {
    let start = *at;
    let mut depth = 0_usize;
    while let Some(next) = text.get(*at) {
        *at += 1;
        match next {
            '\\' => *at += 1,
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(text.get(start..*at)?.iter().collect());
        }
    }
    None
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_matched_as_matchers_say() {
        // Pattern, what it matches, what it does not.
        let table: &[(&str, &[&str], &[&str])] = &[
            ("/dashboard/:path*", &["/dashboard", "/dashboard/a/b"], &["/", "/dash", "/api/x"]),
            ("/api/:path+", &["/api/x", "/api/x/y"], &["/api"]),
            ("/:path*", &["/", "/a", "/a/b"], &[]),
            ("/", &["/"], &["/a"]),
            ("/(.*)", &["/", "/a/b"], &[]),
            ("/sign-in(.*)", &["/sign-in", "/sign-in/x"], &["/sign"]),
            (
                "/((?!api|_next/static|_next/image|favicon.ico).*)",
                &["/", "/dashboard", "/x/api"],
                &["/api/users", "/_next/static/a.js", "/favicon.ico", "/apiary"],
            ),
            (
                r"/((?!_next/static|_next/image|favicon.ico|.*\.(?:svg|png|jpg)$).*)",
                &["/", "/api/users"],
                &["/a/logo.png"],
            ),
            (
                r"/((?!_next|[^?]*\.(?:html?|css|js(?!on)|jpe?g|webp)).*)",
                &["/api/x", "/a.json"],
                &["/a.html", "/b.js"],
            ),
            ("/(api|trpc)(.*)", &["/api/x", "/trpc/a"], &["/x"]),
            ("/:locale(de|en)/:path*", &["/de", "/en/x"], &["/fr/x"]),
            (r"/((?!.+\.[\w]+$|_next).*)", &["/", "/a/b"], &["/a.png", "/_next/x"]),
            ("/users/:id", &["/users/3"], &["/users", "/users/3/x"]),
            ("/blog/:slug(\\d{1,})", &[], &["/blog/1"]),
        ];
        for (source, yes, no) in table {
            let pattern = Pattern::path(source);
            for path in *yes {
                assert!(pattern.as_ref().is_some_and(|pattern| pattern.matches(path)), "{source} {path}");
            }
            for path in *no {
                assert!(!pattern.as_ref().is_some_and(|pattern| pattern.matches(path)), "{source} {path}");
            }
        }
    }

    #[test]
    fn what_is_not_understood_is_none_and_ends() {
        assert_eq!(Pattern::path("/(unclosed"), None);
        assert_eq!(Pattern::path("/a)b"), None);
        assert_eq!(Pattern::regex("a{2}"), None);
        assert_eq!(Pattern::regex(&"(".repeat(1000)), None);
        let slow = Pattern::regex("(a*)*(a*)*b$").unwrap();
        assert!(!slow.matches(&"a".repeat(200)));
    }
}
