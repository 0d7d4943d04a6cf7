//! Entities of `TypeORM`: classes with `@Entity()`, and the columns that decorators of their fields, relations and embedded
//! classes among them, come to.

mod entity;
mod fields;
mod names;
mod reader;
#[cfg(test)]
mod tests;

use super::{Declared, merged};
use crate::extract::Context;
use crate::extract::code::{Code, Origin, Site};
use crate::extract::migrations::Set;
use crate::extract::pushes;
use crate::parse::javascript::{Kind, Module};
use crate::source::FileId;
use names::Naming;
use reader::Reader;

/// The entities of each package that has migrations of its own.
pub(super) fn declared(context: &Context<'_>, sets: &[Set]) -> Vec<Declared> {
    let package = |set: &Set| {
        let step = set.steps.first()?;
        Some(context.packages.dir_of(&context.tree.file(step.file).path))
    };
    let own: Vec<(usize, &str)> = sets
        .iter()
        .enumerate()
        .filter(|(_, set)| set.tool == "typeorm")
        .filter_map(|(number, set)| Some((number, package(set)?)))
        .collect();
    let mut found = Vec::new();
    for (number, dir) in &own {
        // Of several sets nothing tells which entities are whose.
        if own.iter().filter(|(_, other)| other == dir).count() == 1 {
            found.extend(of_package(context, dir, *number));
        }
    }
    found
}

fn of_package(context: &Context<'_>, dir: &str, set: usize) -> Option<Declared> {
    let of_package = |file: FileId| {
        let source = context.tree.file(file);
        !source.is_aside() && context.packages.dir_of(&source.path) == dir
    };
    let modules: Vec<(FileId, &Module)> =
        context.code.modules().filter(|(file, _)| of_package(*file)).collect();
    let says =
        |word: &str| modules.iter().any(|(_, module)| module.may_say(word) && module.says_in_any_case(word));
    if says("entityPrefix") {
        return None;
    }
    let automatic = says("autoLoadEntities");
    let code = &context.code;
    let reader = Reader { code, naming: naming(code, &modules) };
    let of_module = |(file, module): &(FileId, &Module)| {
        let marked = ["Entity", "ChildEntity"].iter().any(|word| module.may_say(word));
        // Classes that nothing loads are left over, where they are found by who asks for them.
        let asked = !automatic || !code.graph.importers(*file).is_empty();
        let read = marked && asked && code.graph.live(*file) != Some(false);
        let classes = read.then(|| module.classes()).into_iter().flatten();
        let tables = classes.map(|node| reader.tables(Site { file: *file, node }));
        tables.flatten().collect::<Vec<_>>()
    };
    let tables = merged(modules.iter().flat_map(of_module));
    let synced = modules
        .iter()
        .any(|(file, module)| pushes::may_synchronize(module, context.tree.text(*file)).is_some());
    Some(Declared {
        tool: "typeorm",
        place: tables.first()?.place,
        set: Some(set),
        enums: Vec::new(),
        without_keys: false,
        own_steps: false,
        unsure: synced.then(|| "`synchronize` may make what no migration does".to_owned()),
        tables,
    })
}

/// How the modules of a package have names made: `namingStrategy: new SnakeNamingStrategy()`.
fn naming(code: &Code<'_>, modules: &[(FileId, &Module)]) -> Naming {
    const SETTING: &str = "namingStrategy";
    let mut naming = Naming::Own;
    for (file, module) in modules {
        if !module.may_say(SETTING) || !module.says_in_any_case(SETTING) {
            continue;
        }
        let settings = module.all().filter(
            |node| matches!(module.kind(*node), Kind::Property(word) if module.word(word) == SETTING),
        );
        let is_snake = |value| {
            let origin = code.origin(Site { file: *file, node: value });
            matches!(origin, Origin::External { package, path }
                if package == "typeorm-naming-strategies" && path.starts_with("SnakeNamingStrategy"))
        };
        let mut values = settings.map(|node| module.child(node, 0)).peekable();
        let told = values.peek().is_some();
        if !told || !values.all(|value| value.is_some_and(is_snake)) {
            return Naming::Unknown;
        }
        naming = Naming::Snake;
    }
    naming
}
