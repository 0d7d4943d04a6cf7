//! The environment of programs: what code reads, what it checks, what is set for it, and what is written down.

mod baked;
mod checks;
mod given;
mod guards;
mod migrated;
mod names;
mod needs;
mod reads;
mod stage;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use self::baked::Servers;
use self::checks::Check;
use self::given::Given;
use self::needs::Needs;
use self::reads::{Read, Readers};
use super::Context;
use super::code::{Code, Site};
use super::variables::is_public;
use super::view::by_hand;
use crate::extract::packages::Package;
use crate::facts::{Entry, EnvCheck, EnvGiven, EnvPackage, EnvPromise, EnvRead, EnvUse, EnvVariable, Store};
use crate::source::{FileId, FileKind, Place, dealt};

/// How many further reads of a variable are shown beside the first.
const MOST_PLACES: usize = 8;

/// Every fact about the environment.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let code = &context.code;
    let readers = Readers::find(code);
    let modules: Vec<_> = code.modules().collect();
    let (reads, checks): (Vec<_>, Vec<_>) = dealt(&modules)
        .map(|(file, module)| {
            let needs = Needs { code, file: *file, module, text: context.tree.text(*file) };
            let reads = reads::of_module(&needs, &readers);
            let places = reads.into_iter().map(|read| (place(*file, module.span(read.node)), read));
            (places.collect::<Vec<_>>(), checks::of_module(code, *file, module))
        })
        .unzip();
    let mut reads: Vec<_> = reads.into_iter().flatten().collect();
    if !reads.is_empty() {
        demand(code, &mut reads);
        for (place, read) in &mut reads {
            read.without.fails &= !is_one_of_many(context, place.file);
        }
    }
    let environment = Environment {
        context,
        migrated: migrated::names(context, store, &reads),
        reads,
        checks: checks.into_iter().flatten().collect(),
        given: given::all(context),
        promises: promises(store),
        servers: Servers::find(context, store),
        production: stage::production(context, store),
    };
    environment.facts()
}

/// Marks the reads of which other modules cannot do without the value.
fn demand(code: &Code<'_>, reads: &mut [(Place, Read)]) {
    let modules: Vec<_> = code.modules().collect();
    let demanded = dealt(&modules).flat_map_iter(|(file, module)| reads::demanded(code, *file, module));
    let demanded: FxHashSet<(Site, bool)> = demanded.collect();
    for (place, read) in reads.iter_mut().filter(|(_, read)| read.without.fallback.is_none()) {
        let site = Site { file: place.file, node: read.node };
        read.without.fails |= demanded.contains(&(site, false));
        read.without.stops |= demanded.contains(&(site, true));
    }
}

/// Whether a file is one of many of a kind in its folder, as `social/x.provider.ts`: a program can do without each.
fn is_one_of_many(context: &Context<'_>, file: FileId) -> bool {
    const KINDS: &[&str] = &["provider", "adapter", "strategy", "integration", "connector"];
    const FEWEST: usize = 4;
    let source = context.tree.file(file);
    let kind =
        |name: &str| name.rsplit('.').nth(1).and_then(|kind| KINDS.iter().position(|one| *one == kind));
    let Some(own) = kind(source.name()) else { return false };
    let near = context.tree.below(source.dir()).iter().filter(|other| other.dir() == source.dir());
    near.filter(|other| kind(other.name()) == Some(own)).nth(FEWEST - 1).is_some()
}

fn place(file: FileId, span: crate::source::Span) -> Place {
    Place { file, span }
}

/// The variables of templates, with the place of their names and the class of their values.
fn promises(store: &Store) -> Vec<(Place, String, String)> {
    let entries = store.all::<EnvVariable>().filter(|(_, entry)| entry.role == "template");
    entries.filter_map(|(at, entry)| Some((at.place, entry.name.clone()?, entry.class.clone()))).collect()
}

/// Whether a program cannot do without a variable; none where that cannot be told.
fn is_required(reads: &[&(Place, Read)]) -> Option<bool> {
    let mut uses = reads.iter().map(|(_, read)| read.without);
    if uses.clone().any(|one| one.stops) {
        return Some(true);
    }
    if uses.clone().any(|one| one.fallback.is_some()) {
        return Some(false);
    }
    uses.any(|one| one.fails).then_some(true)
}

/// The reads of each variable.
type Variables<'e> = BTreeMap<&'e str, Vec<&'e (Place, Read)>>;

struct Environment<'c, 'r> {
    context: &'c Context<'r>,
    reads: Vec<(Place, Read)>,
    checks: BTreeSet<Check>,
    given: Vec<Given>,
    promises: Vec<(Place, String, String)>,
    /// The names without which migrations fail that run before the start.
    migrated: FxHashSet<String>,
    servers: Servers,
    production: Option<String>,
}

/// Where names stand, by name.
struct Known<'e> {
    /// The files that speak of each name, in the order of paths.
    mentions: FxHashMap<&'e str, Vec<FileId>>,
    /// The first read of each name.
    read: FxHashMap<&'e str, Place>,
    /// What sets which name.
    given: FxHashSet<(FileId, &'e str)>,
    /// The first template with the name.
    promised: FxHashMap<&'e str, FileId>,
    /// The files whose schemas and lists check the name.
    checked: FxHashMap<&'e str, BTreeSet<FileId>>,
}

impl<'e> Known<'e> {
    fn of(environment: &'e Environment<'_, '_>) -> Self {
        let Environment { context, reads, checks, given, promises, .. } = environment;
        let names: FxHashSet<&str> = promises
            .iter()
            .map(|(_, name, _)| name.as_str())
            .chain(reads.iter().map(|(_, read)| read.name.as_str()))
            .chain(given.iter().filter(|given| given.own).map(|given| given.name.as_str()))
            .chain(checks.iter().map(|check| check.name.as_str()))
            .collect();
        let mut known = Self {
            mentions: names::mentions(context.tree, &names),
            read: FxHashMap::default(),
            given: given.iter().map(|given| (given.place.file, given.name.as_str())).collect(),
            promised: FxHashMap::default(),
            checked: FxHashMap::default(),
        };
        for (at, read) in reads {
            known.read.entry(&read.name).or_insert(*at);
        }
        for (at, name, _) in promises {
            known.promised.entry(name).or_insert(at.file);
        }
        for check in checks {
            known.checked.entry(&check.name).or_default().insert(check.file);
        }
        known
    }

    /// The files that speak of a name.
    fn files(&self, name: &str) -> &[FileId] {
        self.mentions.get(name).map_or(&[], Vec::as_slice)
    }
}

impl Environment<'_, '_> {
    fn facts(&self) -> Vec<Entry> {
        let known = Known::of(self);
        let mut entries: Vec<Entry> =
            self.reads.iter().map(|(place, read)| self.read(*place, read)).collect();
        entries.extend(self.check_facts(&known));
        entries.extend(self.given_facts(&known));
        entries.extend(self.promise_facts(&known));
        entries.extend(self.uses(&known));
        entries
    }

    fn read(&self, place: Place, read: &Read) -> Entry {
        let fact = EnvRead {
            name: read.name.clone(),
            fallback: read.without.fallback.map(str::to_owned),
            client: self.is_client(place.file, &read.name),
            platform: names::is_platform(&read.name),
        };
        Entry::new(place, fact)
    }

    fn is_client(&self, file: FileId, name: &str) -> bool {
        is_public(name) || self.context.code.graph.client(file) == Some(true)
    }

    fn check_facts(&self, known: &Known<'_>) -> Vec<Entry> {
        let stops = self.reads.iter().filter(|(_, read)| read.without.stops).map(|(place, read)| {
            Entry::new(*place, EnvCheck { name: read.name.clone(), by: "code".to_owned(), used: true })
        });
        let listed = self.checks.iter().filter_map(|check| {
            let module = self.context.code.module(check.file)?;
            let checks = &known.checked[check.name.as_str()];
            let elsewhere =
                known.files(&check.name).iter().any(|file| self.is_code(*file) && !checks.contains(file));
            let text = self.context.tree.text(check.file);
            // The key of the schema and the mapping of the environment are one mention each.
            let here = text.matches(check.name.as_str()).count() > 2;
            let used = elsewhere || here || names::is_implicit(&check.name);
            let fact = EnvCheck { name: check.name.clone(), by: check.by.clone(), used };
            Some(Entry::new(place(check.file, module.span(check.node)), fact))
        });
        stops.chain(listed).collect()
    }

    fn is_code(&self, file: FileId) -> bool {
        let source = self.context.tree.file(file);
        !matches!(source.kind, FileKind::Dotenv | FileKind::Markdown)
    }

    fn given_facts(&self, known: &Known<'_>) -> Vec<Entry> {
        let set: FxHashSet<&str> =
            known.given.iter().map(|(_, name)| *name).chain(known.promised.keys().copied()).collect();
        let mut unset: FxHashMap<String, &str> = FxHashMap::default();
        for (at, read) in &self.reads {
            let aside = self.context.tree.file(at.file).is_aside();
            if !set.contains(read.name.as_str()) && !names::is_platform(&read.name) && !aside {
                unset.insert(names::meaning(&read.name), &read.name);
            }
        }
        let entry = |given: &Given| {
            let only_given = |file: &FileId| known.given.contains(&(*file, given.name.as_str()));
            let unread = known.files(&given.name).iter().all(only_given);
            let wanted =
                given.own && unread && !names::is_implicit(&given.name) && !names::is_platform(&given.name);
            let meant = wanted.then(|| unset.get(&names::meaning(&given.name)).copied()).flatten();
            let fact = EnvGiven {
                name: given.name.clone(),
                by: given.by.to_owned(),
                to: given.to.clone(),
                meant: meant.map(str::to_owned),
                baked: self.baked(given),
            };
            let found = Entry::new(given.place, fact);
            match meant.and_then(|name| Some((name, known.read.get(name)?))) {
                Some((name, place)) => found.with(*place, format!("`{name}` is read here")),
                None => found,
            }
        };
        self.given.iter().map(entry).collect()
    }

    /// The server of files that gets a variable which bundlers put into them.
    fn baked(&self, given: &Given) -> Option<String> {
        let service = given.to.as_deref().filter(|_| given.plain && is_public(&given.name))?;
        self.servers.of(self.context, given.place.file, service, &given.name)
    }

    fn promise_facts(&self, known: &Known<'_>) -> Vec<Entry> {
        let templates: FxHashSet<FileId> = self.promises.iter().map(|(place, _, _)| place.file).collect();
        let fact = |(at, name, class): &(Place, String, String)| {
            let mut files = known.files(name).iter();
            let others = files.any(|file| !templates.contains(file) && self.is_code(*file));
            let fact = EnvPromise {
                name: name.clone(),
                mentioned: others || names::is_implicit(name) || names::is_platform(name),
                unresolved: class == "placeholder" && self.is_mark(*at),
            };
            Entry::new(*at, fact)
        };
        self.promises.iter().map(fact).collect()
    }

    /// Whether the value behind a name is `<NAME>`, `TODO` or `???`, where something concrete belongs.
    fn is_mark(&self, at: Place) -> bool {
        const SECRET: &[&str] = &[
            "SECRET",
            "KEY",
            "TOKEN",
            "PASS",
            "PASSWORD",
            "PWD",
            "CREDENTIAL",
            "CREDENTIALS",
            "DSN",
            "ID",
            "URL",
            "URI",
            "EMAIL",
        ];
        let text = self.context.tree.text(at.file);
        let name = at.span.of(text);
        let line = text[at.span.end as usize..].lines().next().unwrap_or_default();
        let value = line.trim_start_matches([' ', '=']).trim().trim_matches(['"', '\'']);
        let is_mark = value.starts_with('<') && value.ends_with('>')
            || ["TODO", "FIXME", "???", "XXX"].contains(&value);
        is_mark && !name.split('_').any(|word| SECRET.contains(&word))
    }

    /// The names that are checked at the start, or without which something fails that runs there.
    fn checked(&self) -> FxHashSet<&str> {
        self.checks
            .iter()
            .map(|check| check.name.as_str())
            .chain(
                self.reads.iter().filter(|(_, read)| read.without.stops).map(|(_, read)| read.name.as_str()),
            )
            .chain(self.migrated.iter().map(String::as_str))
            .collect()
    }

    /// The variables of every package that runs in production, and the packages themselves.
    fn uses(&self, known: &Known<'_>) -> Vec<Entry> {
        let mut by_package: BTreeMap<&str, Variables<'_>> = BTreeMap::new();
        for read in &self.reads {
            if let Some(package) = self.runs_in(read.0.file) {
                by_package.entry(&package.dir).or_default().entry(&read.1.name).or_default().push(read);
            }
        }
        let checked = self.checked();
        let mut entries = Vec::new();
        for (dir, variables) in by_package {
            let mut documented = 0;
            let first = variables.values().filter_map(|reads| reads.first()).map(|read| read.0).min();
            let count = variables.len();
            let server = variables.iter().any(|(name, reads)| {
                reads.iter().any(|(place, _)| !self.is_client(place.file, name)) && !names::is_platform(name)
            });
            let (mut template, mut elsewhere) = (None, None);
            let handed_on = |name: &str, reads: &[&(Place, Read)]| {
                is_required(reads).is_none() && !checked.contains(name) && !names::is_platform(name)
            };
            let open = variables.iter().filter(|(name, reads)| handed_on(name, reads)).count();
            let has_schema = known.checked.len() >= open.max(1);
            let unchecked = |name: &str, reads: &[&(Place, Read)]| {
                is_required(reads) == Some(true) && !checked.contains(name)
            };
            let missing = variables.iter().filter(|(name, reads)| unchecked(name, reads)).count();
            let schema = self.schema(dir, missing);
            for (name, reads) in variables {
                let left_out = has_schema && handed_on(name, &reads);
                let schema = schema.clone();
                let fact = EnvUse { schema, left_out, ..self.variable(dir, name, &reads, &checked, known) };
                documented += i64::from(fact.documented.is_some());
                template = template.or_else(|| self.template_of(name, known));
                elsewhere =
                    elsewhere.or_else(|| fact.documented.clone().filter(|_| !names::is_platform(name)));
                let entry = Entry::new(reads[0].0, fact);
                let more = reads[1..].iter().take(MOST_PLACES);
                entries.push(more.fold(entry, |entry, read| entry.with(read.0, "read here, too")));
            }
            if let Some(first) = first {
                let of = self.title(dir);
                let variables = i64::try_from(count).unwrap_or(i64::MAX);
                // A document or a check that lists most of them serves as well.
                let template = template.or_else(|| elsewhere.filter(|_| documented * 2 >= variables));
                let told = || (documented * 2 >= variables).then(|| template.clone()).flatten();
                let production = self.production.clone().or_else(told);
                entries.push(Entry::new(
                    first,
                    EnvPackage { of, variables, template, documented, server, production },
                ));
            }
        }
        entries
    }

    /// The package that a file belongs to, where it runs in production and the file is a part of that.
    fn runs_in(&self, file: FileId) -> Option<&Package> {
        /// Words of names of what runs once.
        const ONCE: &[&str] = &["seed", "seeds", "seeder", "seeders", "migrate", "migration", "migrations"];
        let source = self.context.tree.file(file);
        let once = source.name().split(['.', '-', '_']).any(|word| ONCE.contains(&word));
        let graph = &self.context.code.graph;
        // What nothing asks for and nothing starts is a script that somebody runs by hand.
        let loose =
            graph.live(file) != Some(true) && graph.importers(file).is_empty() && graph.entry(file).is_none();
        let aside = source.is_aside() || once || by_hand(self.context, file);
        if aside || loose || graph.live(file) == Some(false) {
            return None;
        }
        let package = ["npm", "deno"]
            .iter()
            .find_map(|ecosystem| self.context.packages.owner(&source.path, ecosystem))?;
        package.is_deployable().then_some(package)
    }

    fn variable(
        &self,
        dir: &str,
        name: &str,
        reads: &[&(Place, Read)],
        checked: &FxHashSet<&str>,
        known: &Known<'_>,
    ) -> EnvUse {
        let is_checked = checked.contains(name);
        EnvUse {
            name: name.to_owned(),
            of: self.title(dir),
            required: if names::is_platform(name) { Some(false) } else { is_required(reads) },
            checked: is_checked,
            left_out: false,
            schema: None,
            documented: self.documented(name, is_checked, known),
            client: reads.iter().all(|(place, _)| self.is_client(place.file, name)),
            flag: names::is_flag(name),
        }
    }

    /// The file whose schema or list checks as many variables at the start of a package as are missing there, or more.
    fn schema(&self, dir: &str, missing: usize) -> Option<String> {
        let graph = &self.context.code.graph;
        let of_package = |file: FileId| self.runs_in(file).is_some_and(|package| package.dir == dir);
        let mut counts: BTreeMap<FileId, usize> = BTreeMap::new();
        for check in &self.checks {
            *counts.entry(check.file).or_default() += 1;
        }
        let mut files = counts.into_iter().filter(|(_, count)| *count >= missing.max(2));
        let found = files.find(|(file, _)| {
            of_package(*file) || graph.importers(*file).iter().any(|importer| of_package(*importer))
        });
        found.map(|(file, _)| self.context.tree.file(file).path.clone())
    }

    /// How a package is called: by its directory, at the root by its name.
    fn title(&self, dir: &str) -> String {
        let at_root = || ["npm", "deno"].iter().find_map(|one| self.context.packages.get("", one)?.name());
        let title = if dir.is_empty() { at_root().unwrap_or(".") } else { dir };
        title.to_owned()
    }

    fn template_of(&self, name: &str, known: &Known<'_>) -> Option<String> {
        known.promised.get(name).map(|file| self.context.tree.file(*file).path.clone())
    }

    /// Where a variable is written down: in a template, in a check that lists all of them, in a document.
    fn documented(&self, name: &str, checked: bool, known: &Known<'_>) -> Option<String> {
        if names::is_platform(name) {
            return Some("the platform".to_owned());
        }
        if let Some(template) = self.template_of(name, known) {
            return Some(template);
        }
        let path = |file: &FileId| self.context.tree.file(*file).path.clone();
        let check = known.checked.get(name).and_then(BTreeSet::first).filter(|_| checked);
        if let Some(check) = check {
            return Some(path(check));
        }
        let told = |file: &&FileId| {
            let kind = self.context.tree.file(**file).kind;
            let names_itself = matches!(kind, FileKind::Markdown | FileKind::Text | FileKind::Dotenv);
            // What a compose file, an image or a manifest sets is written down there.
            names_itself || known.given.contains(&(**file, name))
        };
        known.files(name).iter().find(told).map(path)
    }
}
