//! What the readers of programming languages share: a place in a text, and how they move on from it.

/// A place in a text. Each reader reads as much of its language as migrations are written in.
pub(super) trait Cursor<'t> {
    /// The text, and the byte that comes next.
    fn place(&self) -> (&'t str, usize);

    /// Goes to a byte, at which a letter begins.
    fn go(&mut self, at: usize);

    /// Passes over one letter, or, where the language has such, over a whole text, comment or group.
    fn step(&mut self) {
        self.letter();
    }

    /// The next byte; 0 at the end.
    fn byte(&self) -> u8 {
        let (text, at) = self.place();
        text.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn done(&self) -> bool {
        let (text, at) = self.place();
        at >= text.len()
    }

    /// What is left.
    fn rest(&self) -> &'t str {
        let (text, at) = self.place();
        text.get(at..).unwrap_or_default()
    }

    /// Passes over a mark, where it comes next. Gives whether it does.
    fn goes_on(&mut self, mark: &str) -> bool {
        let is = self.rest().starts_with(mark);
        if is {
            self.go(self.place().1 + mark.len());
        }
        is
    }

    /// The letters, digits and underscores that come next, and whatever else belongs to a word of the language.
    fn word_with(&mut self, others: &[char]) -> String {
        let rest = self.rest();
        let ends = |letter: char| !letter.is_alphanumeric() && letter != '_' && !others.contains(&letter);
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.go(self.place().1 + word.len());
        word.to_owned()
    }

    /// Passes over one letter.
    fn letter(&mut self) {
        let (text, at) = self.place();
        self.go(text.ceil_char_boundary((at + 1).min(text.len())));
    }

    /// Passes over what stands in brackets, which may stand within each other.
    fn group(&mut self) {
        let mut depth = 0_usize;
        while !self.done() {
            match self.byte() {
                b'(' | b'[' | b'{' => {
                    depth += 1;
                    self.letter();
                }
                b')' | b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    self.letter();
                }
                _ => self.step(),
            }
            if depth == 0 {
                return;
            }
        }
    }
}

/// A text without its escapes. A `\` at the end of a line leaves that end out, and where `indented` also the blanks that
/// the next line begins with.
pub(super) fn unescaped(letters: &str, indented: bool) -> String {
    let mut text = String::with_capacity(letters.len());
    let mut rest = letters.chars().peekable();
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match rest.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('\n') => while rest.next_if(|letter| indented && letter.is_whitespace()).is_some() {},
            Some(other @ ('\\' | '\'' | '"')) => text.push(other),
            Some(other) => text.extend(['\\', other]),
            None => {}
        }
    }
    text
}
