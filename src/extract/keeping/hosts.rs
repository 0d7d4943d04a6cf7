//! Where databases run, as far as files of the repository run them.

use crate::extract::Context;
use crate::extract::deploy::database_of;
use crate::facts::{
    ComposeService, DatabaseHost, Dependency, Entry, KubernetesContainer, MigrationSet, StateStore, Store,
};
use crate::parse::node::Node;
use crate::source::Place;

/// Words of a path that say that what is there is run for good.
const PRODUCTION: &[&str] = &["prd", "prod", "production"];

/// Libraries that reach a database of one provider only.
const PROVIDERS: &[(&str, &str)] = &[
    ("@neondatabase/serverless", "Neon"),
    ("@planetscale/database", "PlanetScale"),
    ("@vercel/postgres", "Vercel"),
    ("@libsql/client", "Turso"),
    ("@supabase/supabase-js", "Supabase"),
];

/// One fact for each database that is run.
pub(super) fn facts(context: &Context<'_>, store: &Store, entries: &mut Vec<Entry>) {
    let provider = provider(store);
    for (entry, state) in store.all::<StateStore>().filter(|(_, state)| state.because == "service") {
        let mut services =
            store.all::<ComposeService>().filter(|(one, _)| one.place.file == entry.place.file);
        if services.any(|(_, service)| service.dev) || context.tree.file(entry.place.file).is_aside() {
            continue;
        }
        let path = &context.tree.file(entry.place.file).path;
        let lasting = says_production(path) && builds(context, entry.place);
        let why = || format!("nothing tells that `{path}` runs the database of production");
        let unsure = provider.clone().or_else(|| (!lasting).then(why));
        let fact = DatabaseHost { kind: state.kind.clone(), by: "compose".to_owned(), unsure };
        entries.push(Entry::new(entry.place, fact));
    }
    for (entry, kind) in pods(store) {
        let path = &context.tree.file(entry.place.file).path;
        let why = || format!("nothing tells that `{path}` runs the database of production");
        let unsure = provider.clone().or_else(|| (!says_production(path)).then(why));
        let fact = DatabaseHost { kind: kind.to_owned(), by: "kubernetes".to_owned(), unsure };
        entries.push(Entry::new(entry.place, fact));
    }
}

/// Databases among the containers of Kubernetes.
pub(super) fn pods(store: &Store) -> impl Iterator<Item = (&Entry, &'static str)> {
    let containers = store.all::<KubernetesContainer>();
    let ours = containers.filter(|(entry, _)| !store.context(entry.place.file).test);
    ours.filter_map(|(entry, container)| Some((entry, database_of(container.image.as_deref()?)?)))
}

/// Whether a word of a path says that what is there is run for good.
fn says_production(path: &str) -> bool {
    let words = path.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.map(str::to_ascii_lowercase).any(|word| PRODUCTION.contains(&word.as_str()))
}

/// The provider that may hold the data instead.
fn provider(store: &Store) -> Option<String> {
    let library = store.all::<Dependency>().find_map(|(entry, dependency)| {
        let (_, provider) = PROVIDERS.iter().find(|(name, _)| *name == dependency.name)?;
        (!store.context(entry.place.file).test).then_some(*provider)
    });
    let supabase = || {
        let served = store.all::<MigrationSet>().any(|(_, set)| set.tool == "supabase");
        served.then_some("Supabase")
    };
    let name = library.or_else(supabase)?;
    Some(format!("the database of production may be one of {name}"))
}

/// Whether a compose file builds one of its services: what only runs images is for others, who run it in their own way.
fn builds(context: &Context<'_>, image: Place) -> bool {
    let services = context.documents.node(image.file).and_then(|node| node.get("services"));
    services.map_or(&[][..], Node::entries).iter().any(|service| service.value.get("build").is_some())
}
