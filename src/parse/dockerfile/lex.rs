//! The builder's word lexer: quotes, escapes and variable substitution.

use super::pattern::{Pattern, Side};
use super::value::Expanded;

/// How deep `${a:-${b:-…}}` may nest.
const DEPTH: usize = 50;

/// What is known of a variable.
pub(super) enum Lookup<'a> {
    /// Its value, parts of which may be unknown.
    Known(&'a Expanded),
    /// It has no value unless the command line gives one, so defaults apply.
    Unset,
    /// Nothing is known; it may have a value.
    Unknown,
}

/// Variables in scope.
pub(super) trait Variables {
    /// What is known of one.
    fn get(&self, name: &str) -> Lookup<'_>;
    /// Whether so many more steps may be taken: substitution can grow a text without bound.
    fn spend(&self, steps: usize) -> bool;
}

/// A scope of which nothing is known.
pub(super) struct Nothing;

impl Variables for Nothing {
    fn get(&self, _name: &str) -> Lookup<'_> {
        Lookup::Unknown
    }

    fn spend(&self, _steps: usize) -> bool {
        true
    }
}

/// Removes quotes and substitutes variables in one word; the error says what the word lexer does not allow.
pub(super) fn expand(text: &str, escape: char, variables: &dyn Variables) -> Result<Expanded, String> {
    let mut lexer = Lexer { text, at: 0, escape, variables, raw: false, depth: 0 };
    lexer.until(None)
}

/// The offset just past the substitution, quote or escape that begins at `at`; used to find the ends of words.
pub(super) fn skip(text: &str, at: usize, escape: char) -> Result<usize, String> {
    let mut lexer = Lexer { text, at, escape, variables: &Nothing, raw: true, depth: 0 };
    let mut ignored = Expanded::default();
    lexer.step(&mut ignored)?;
    Ok(lexer.at)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    escape: char,
    variables: &'a dyn Variables,
    /// Whether escapes are kept, as in patterns.
    raw: bool,
    depth: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..).and_then(|rest| rest.chars().next())
    }

    fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    /// Everything up to `stop`, which is consumed, or to the end.
    fn until(&mut self, stop: Option<char>) -> Result<Expanded, String> {
        let mut result = Expanded::default();
        while let Some(char) = self.peek() {
            if stop == Some(char) {
                self.next();
                return Ok(result);
            }
            self.step(&mut result)?;
        }
        match stop {
            None => Ok(result),
            Some(char) => Err(format!("`{char}` is missing in a substitution")),
        }
    }

    /// One character, quote, escape or substitution.
    fn step(&mut self, result: &mut Expanded) -> Result<(), String> {
        match self.peek() {
            Some('\'') => self.single(result),
            Some('"') => self.double(result),
            Some('$') => {
                let value = self.dollar()?;
                result.push(&value);
                Ok(())
            }
            Some(char) => {
                self.next();
                if char == self.escape {
                    if self.raw {
                        push(result, char);
                    }
                    if let Some(escaped) = self.next() {
                        push(result, escaped);
                    }
                } else {
                    push(result, char);
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn single(&mut self, result: &mut Expanded) -> Result<(), String> {
        self.next();
        let Some(length) = self.text[self.at..].find('\'') else {
            return Err("a single quote is not closed".into());
        };
        result.push_text(&self.text[self.at..self.at + length]);
        self.at += length + 1;
        Ok(())
    }

    fn double(&mut self, result: &mut Expanded) -> Result<(), String> {
        self.next();
        loop {
            match self.peek() {
                None => return Err("a double quote is not closed".into()),
                Some('"') => {
                    self.next();
                    return Ok(());
                }
                Some('$') => {
                    let value = self.dollar()?;
                    result.push(&value);
                }
                Some(char) => {
                    self.next();
                    let mut char = char;
                    if char == self.escape {
                        if self.raw {
                            push(result, char);
                        }
                        match self.peek() {
                            None => continue,
                            Some(escaped) if escaped == '"' || escaped == '$' || escaped == self.escape => {
                                self.next();
                                char = escaped;
                            }
                            Some(_) => {}
                        }
                    }
                    push(result, char);
                }
            }
        }
    }

    /// `$name` or `${name…}`.
    fn dollar(&mut self) -> Result<Expanded, String> {
        let start = self.at;
        self.next();
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok(Expanded::text("$"));
            }
            return Ok(self.plain(&name, start));
        }
        self.next();
        if matches!(self.peek(), None | Some('{' | '}' | ':')) {
            return Err("`${` begins no valid substitution".into());
        }
        if self.depth >= DEPTH {
            return Err("substitutions are nested too deeply".into());
        }
        self.depth += 1;
        let name = self.name();
        let result = match self.next() {
            Some('}') => Ok(self.plain(&name, start)),
            Some('/') => self.replacement(&name, start),
            Some(':') => match self.next() {
                Some(operator @ ('-' | '+' | '?')) => self.operation(&name, start, operator, true),
                other => Err(unsupported(other)),
            },
            Some(operator @ ('-' | '+' | '?' | '#' | '%')) => self.operation(&name, start, operator, false),
            other => Err(unsupported(other)),
        };
        self.depth -= 1;
        result
    }

    /// A name: letters, digits and `_`; or digits alone; or one special character.
    fn name(&mut self) -> String {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = match rest.chars().next() {
            Some(char) if char.is_numeric() => {
                rest.find(|char: char| !char.is_numeric()).unwrap_or(rest.len())
            }
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
            _ => rest.find(|char: char| !(char.is_alphanumeric() || char == '_')).unwrap_or(rest.len()),
        };
        self.at += length;
        rest[..length].to_owned()
    }

    fn lookup(&self, name: &str) -> Lookup<'_> {
        if is_parameter(name) { Lookup::Unset } else { self.variables.get(name) }
    }

    fn unknown(&self, name: &str, start: usize) -> Expanded {
        Expanded::unknown(name, &self.text[start..self.at])
    }

    /// The value of a variable; unknown where it has none in the file. Parameters such as `$1` are empty in a build.
    fn plain(&self, name: &str, start: usize) -> Expanded {
        if is_parameter(name) {
            return Expanded::default();
        }
        match self.lookup(name) {
            Lookup::Known(value) if self.variables.spend(value.size() * 16) => value.clone(),
            _ => self.unknown(name, start),
        }
    }

    /// `${name-word}` and its kin, after the operator.
    fn operation(
        &mut self,
        name: &str,
        start: usize,
        operator: char,
        colon: bool,
    ) -> Result<Expanded, String> {
        let word = self.nested('}', matches!(operator, '#' | '%'))?;
        let (value, is_set) = match self.lookup(name) {
            Lookup::Unknown => return Ok(self.unknown(name, start)),
            Lookup::Unset => (None, false),
            Lookup::Known(value) if !value.is_empty() && !value.has_text() && colon => {
                return Ok(self.unknown(name, start));
            }
            Lookup::Known(value) => (Some(value), !(colon && value.is_empty())),
        };
        Ok(match operator {
            '-' | '?' if is_set => self.plain(name, start),
            '-' => word,
            '+' if is_set => word,
            '+' => Expanded::default(),
            '#' | '%' => {
                let known = value.and_then(Expanded::known).zip(word.known());
                known
                    .map_or(Ok(None), |(value, word)| self.trimmed(value, word, operator))?
                    .unwrap_or_else(|| self.unknown(name, start))
            }
            _ => self.unknown(name, start),
        })
    }

    /// `value` with a pattern cut off; none where that takes too many steps.
    fn trimmed(&self, value: &str, word: &str, operator: char) -> Result<Option<Expanded>, String> {
        let greedy = word.starts_with(operator);
        let pattern = Pattern::new(&word[usize::from(greedy)..]).ok_or_else(bad_pattern)?;
        if !self.variables.spend(pattern.cost(value.len()) + value.len() * 16) {
            return Ok(None);
        }
        let side = if operator == '#' { Side::Front } else { Side::Back };
        Ok(Some(Expanded::text(&pattern.trim(value, side, greedy))))
    }

    /// `${name/pattern/replacement}`, after the first slash.
    fn replacement(&mut self, name: &str, start: usize) -> Result<Expanded, String> {
        let all = self.peek() == Some('/');
        if all {
            self.next();
        }
        let pattern = self.nested('/', true)?;
        let replacement = self.nested('}', true)?;
        let Lookup::Known(value) = self.lookup(name) else { return Ok(self.unknown(name, start)) };
        let (Some(value), Some(pattern), Some(replacement)) =
            (value.known(), pattern.known(), replacement.known())
        else {
            return Ok(self.unknown(name, start));
        };
        let pattern = Pattern::new(pattern).ok_or_else(bad_pattern)?;
        let growth = (value.len() + 1).saturating_mul(replacement.len() + 16);
        let steps = pattern.cost(value.len()).saturating_mul(value.len() + 1);
        if !self.variables.spend(steps.saturating_add(growth)) {
            return Ok(self.unknown(name, start));
        }
        Ok(Expanded::text(&pattern.replace(value, replacement, all)))
    }

    /// The word inside a substitution.
    fn nested(&mut self, stop: char, raw: bool) -> Result<Expanded, String> {
        let outer = std::mem::replace(&mut self.raw, raw);
        let word = self.until(Some(stop));
        self.raw = outer;
        word
    }
}

fn push(result: &mut Expanded, char: char) {
    result.push_text(char.encode_utf8(&mut [0; 4]));
}

/// Positional and special parameters have no value in a build.
fn is_parameter(name: &str) -> bool {
    name.chars().next().is_some_and(|first| first.is_numeric() || "@*#?-$!".contains(first))
}

fn unsupported(operator: Option<char>) -> String {
    match operator {
        Some(char) => format!("`{char}` is not supported in a substitution"),
        None => "`}` is missing in a substitution".into(),
    }
}

fn bad_pattern() -> String {
    "a pattern in a substitution escapes a character that needs none".into()
}
