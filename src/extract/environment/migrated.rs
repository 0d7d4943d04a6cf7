//! Variables without which migrations fail that run before a program starts.

use rustc_hash::FxHashSet;

use super::names::is_name;
use super::reads::Read;
use crate::extract::{Context, scripts};
use crate::facts::{StartCommand, Store};
use crate::source::{FileKind, Place};

/// Commands that change a database, with the files in which they find out where it is.
const TOOLS: &[(&[&str], &[&str])] = &[
    (&["prisma migrate deploy", "prisma db push"], &["prisma.config.", ".config/prisma.", ".prisma"]),
    (&["drizzle-kit migrate", "drizzle-kit push"], &["drizzle.config."]),
    (&["knex migrate:latest", "knex migrate:up"], &["knexfile."]),
    (&["typeorm migration:run"], &["data-source.", "ormconfig."]),
];

/// The names of these variables. `reads` are all reads of the repository.
pub(super) fn names(context: &Context<'_>, store: &Store, reads: &[(Place, Read)]) -> FxHashSet<String> {
    let commands = at_start(context, store);
    let files: Vec<&str> = TOOLS
        .iter()
        .filter(|(calls, _)| calls.iter().any(|call| commands.iter().any(|command| command.contains(call))))
        .flat_map(|(_, files)| *files)
        .copied()
        .collect();
    if files.is_empty() {
        return FxHashSet::default();
    }
    let is_of_tool = |path: &str| files.iter().any(|part| path.contains(part));
    let told = reads.iter().filter(|(place, _)| is_of_tool(&context.tree.file(place.file).path));
    let mut names: FxHashSet<String> = told.map(|(_, read)| read.name.clone()).collect();
    for (file, _) in context.tree.entries().filter(|(_, file)| file.name().ends_with(".prisma")) {
        names.extend(of_schema(context.tree.text(file)));
    }
    names
}

/// What runs when programs of this repository start: their commands, the scripts that these call, the scripts of images.
fn at_start(context: &Context<'_>, store: &Store) -> Vec<String> {
    let mut found = Vec::new();
    for (entry, start) in store.all::<StartCommand>() {
        found.push(start.command.clone());
        let path = &context.tree.file(entry.place.file).path;
        if let Some(package) = context.packages.owner(path, "npm") {
            let run = scripts::commands(package, &start.command);
            found.extend(run.iter().map(|command| {
                let words = command.name().into_iter().chain(command.arguments());
                words.collect::<Vec<_>>().join(" ")
            }));
        }
    }
    let scripts: FxHashSet<&str> = found
        .iter()
        .flat_map(|command| command.split([' ', '/', '"']))
        .filter(|word| word.rsplit_once('.').is_some_and(|(_, extension)| extension == "sh"))
        .collect();
    let shell = context.tree.entries().filter(|(_, file)| file.kind == FileKind::Shell && !file.is_aside());
    let texts = shell.filter(|(_, file)| scripts.contains(file.name()));
    let texts: Vec<String> = texts.map(|(file, _)| context.tree.text(file).to_owned()).collect();
    found.extend(texts);
    found
}

/// `url = env("DATABASE_URL")` of a schema of Prisma.
fn of_schema(text: &str) -> impl Iterator<Item = String> {
    let calls = text.split("env(\"").skip(1);
    calls.filter_map(|rest| rest.split('"').next()).filter(|name| is_name(name)).map(str::to_owned)
}
