//! Files of several platforms for one program.

use std::collections::BTreeMap;

use crate::extract::Context;
use crate::facts::{DeploySurface, Entry, PlatformDrift, Store};
use crate::source::{FileKind, Place, is_below};

/// Platforms that run a program as a whole: one of a group is enough. With the word by which documents name each.
const GROUPS: &[&[(&str, &str)]] = &[
    &[
        ("Fly.io", "Fly"),
        ("Render", "Render"),
        ("Railway", "Railway"),
        ("Heroku", "Heroku"),
        ("App Engine", "App Engine"),
        ("App Runner", "App Runner"),
        ("CapRover", "CapRover"),
    ],
    &[("Vercel", "Vercel"), ("Netlify", "Netlify")],
];

/// A file of a platform: its place, the platform, and the word by which documents name it.
type Surface = (Place, &'static str, &'static str);

/// One fact for each directory with files of more than one platform of a group.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let mut found: BTreeMap<(&str, usize), Vec<Surface>> = BTreeMap::new();
    for (entry, surface) in store.all::<DeploySurface>() {
        for (number, group) in GROUPS.iter().enumerate() {
            if let Some((platform, word)) = group.iter().find(|(platform, _)| *platform == surface.platform) {
                let dir = context.tree.file(entry.place.file).dir();
                found.entry((dir, number)).or_default().push((entry.place, platform, word));
            }
        }
    }
    let several = found.into_iter().filter_map(|((dir, _), mut files)| {
        files.sort_by_key(|(_, platform, _)| *platform);
        files.dedup_by_key(|(_, platform, _)| *platform);
        // A repository of several programs may run each of them somewhere else.
        (files.len() > 1 && programs(context, dir) <= 1).then_some(files)
    });
    several.filter_map(|files| entry(context, &files)).collect()
}

fn entry(context: &Context<'_>, files: &[Surface]) -> Option<Entry> {
    let fact = PlatformDrift {
        platforms: files.iter().map(|(_, platform, _)| (*platform).to_owned()).collect(),
        documented: files.iter().all(|(_, _, word)| is_named(context, word)),
    };
    let ((last, _, _), others) = files.split_last()?;
    let entry = Entry::new(*last, fact);
    Some(
        others
            .iter()
            .fold(entry, |entry, (place, platform, _)| entry.with(*place, format!("for {platform}"))),
    )
}

/// How many programs are deployed from a directory and below.
fn programs(context: &Context<'_>, dir: &str) -> usize {
    let below = |of: &str| of == dir || is_below(of, dir);
    context.packages.all().iter().filter(|package| package.is_deployable() && below(&package.dir)).count()
}

/// Whether a document names a platform, as a word.
fn is_named(context: &Context<'_>, word: &str) -> bool {
    let mut documents =
        context.tree.entries().filter(|(_, file)| file.kind == FileKind::Markdown && !file.is_aside());
    documents.any(|(file, _)| {
        let text = context.tree.text(file);
        text.match_indices(word).any(|(at, _)| {
            !text[..at].ends_with(char::is_alphanumeric)
                && !text[at + word.len()..].starts_with(char::is_alphanumeric)
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn platforms_of_one_program() {
        let manifest =
            ("package.json", r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5.0.0"}}"#);
        let other = (
            "api/package.json",
            r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5.0.0"}}"#,
        );
        let (fly, heroku, vercel, netlify) = (
            ("fly.toml", "app = 'a'"),
            ("Procfile", "web: node a.js"),
            ("vercel.json", "{}"),
            ("netlify.toml", "[build]\n"),
        );
        for (files, expected) in [
            (vec![manifest, fly, heroku], vec!["Fly.io, Heroku | false"]),
            (vec![manifest, fly, vercel], vec![]),
            (vec![manifest, vercel, netlify], vec!["Netlify, Vercel | false"]),
            (vec![manifest, other, fly, heroku], vec![]),
            (
                vec![manifest, fly, heroku, ("README.md", "On Fly.io; on Heroku for trials.")],
                vec!["Fly.io, Heroku | true"],
            ),
            (vec![manifest, fly], vec![]),
        ] {
            assert_eq!(show("platform.drift", &["platforms", "documented"], &files), expected, "{files:?}");
        }
    }
}
