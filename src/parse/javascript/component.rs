//! Files of components: the scripts within their markup.

/// A format of components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    /// Vue and Svelte: `<script>` elements.
    Scripts,
    /// Astro: the head between `---`, and `<script>` elements.
    Astro,
}

impl Component {
    /// The text with everything but the scripts replaced by spaces, so that places stay what they are.
    pub(super) fn scripts(self, text: &str) -> String {
        let mut blank = vec![b' '; text.len()];
        for (at, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                blank[at] = b'\n';
            }
        }
        let mut keep =
            |start: usize, end: usize| blank[start..end].copy_from_slice(&text.as_bytes()[start..end]);
        let mut from = 0;
        if self == Self::Astro
            && let Some((start, end)) = head(text)
        {
            keep(start, end);
            from = end;
        }
        while let Some((start, end)) = script(text, from) {
            keep(start, end);
            from = end;
        }
        // Only whole scripts were kept, and what they leave is ASCII.
        String::from_utf8(blank).unwrap_or_default()
    }
}

/// The head of an Astro file.
fn head(text: &str) -> Option<(usize, usize)> {
    let open = text.find("---").filter(|at| text[..*at].trim().is_empty())?;
    let start = open + "---".len();
    Some((start, start + text[start..].find("\n---")?))
}

/// The content of the next `<script>` element from `from` on.
fn script(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        let open = at + find_tag(&text[at..], "<script")?;
        let start = open + tag_length(&text[open..])?;
        let end = start + find_tag(&text[start..], "</script").unwrap_or(text.len() - start);
        let tag = &text[open..start];
        // JSON and templates within a script element are no program.
        let is_data = tag.contains("json") || tag.contains("text/template");
        if !is_data && !tag.ends_with("/>") {
            return Some((start, end));
        }
        at = start;
    }
}

fn find_tag(text: &str, tag: &str) -> Option<usize> {
    text.match_indices(tag).map(|(at, _)| at).find(|at| {
        let next = text.as_bytes().get(at + tag.len());
        next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')
    })
}

/// The length of an opening tag: a `>` within quotes does not end it.
fn tag_length(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at + 1),
            (Some(open), byte) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}
