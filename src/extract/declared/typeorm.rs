//! Entities of `TypeORM`: classes with `@Entity()`, and the columns that decorators of their fields name. What relations and
//! embedded classes add is not looked at.

use super::casing::snake;
use super::{Column, Declared, Table};
use crate::extract::Context;
use crate::extract::code::{Code, Origin, Site};
use crate::extract::migrations::Set;
use crate::extract::pushes;
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// Decorators of fields that are columns of their own.
const COLUMNS: &[&str] = &[
    "Column",
    "PrimaryColumn",
    "PrimaryGeneratedColumn",
    "CreateDateColumn",
    "UpdateDateColumn",
    "DeleteDateColumn",
    "VersionColumn",
];

/// How many classes above one are looked at.
const MAX_DEPTH: usize = 8;

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
    let reader = Reader {
        code: &context.code,
        named: modules.iter().any(|(_, module)| {
            ["namingStrategy", "entityPrefix"].iter().any(|setting| module.may_say(setting))
        }),
    };
    let of_module = |(file, module): &(FileId, &Module)| {
        let module = *module;
        let classes = module.may_say("Entity").then(|| module.classes()).into_iter().flatten();
        classes.filter_map(|node| reader.table(Site { file: *file, node })).collect::<Vec<_>>()
    };
    let tables: Vec<Table> = modules.iter().flat_map(of_module).collect();
    let full: Vec<String> = tables
        .iter()
        .map(|table| [table.schema.as_deref().unwrap_or(""), ".", &table.name].concat())
        .collect();
    let twice = super::repeated(full.iter().map(String::as_str));
    let twice = twice.map(|name| format!("the table `{}` is declared twice", name.trim_matches('.')));
    let synced = || {
        let on = modules.iter().any(|(file, module)| may_synchronize(context, *file, module));
        on.then(|| "`synchronize` may make what no migration does".to_owned())
    };
    Some(Declared {
        tool: "typeorm",
        place: tables.first()?.place,
        set: Some(set),
        enums: Vec::new(),
        without_keys: false,
        unsure: twice.or_else(synced),
        tables,
    })
}

/// Whether a module may have tables made from classes where the program is in production.
fn may_synchronize(context: &Context<'_>, file: FileId, module: &Module) -> bool {
    let settings: Vec<(NodeId, NodeId)> = pushes::synchronize(module).collect();
    let off = |value: NodeId| {
        let text = module.span(value).of(context.tree.text(file));
        module.kind(value) == Kind::Flag(false)
            || ["NODE_ENV", "production", "development"].iter().any(|word| text.contains(word))
    };
    // A module with both tells stages apart.
    !settings.is_empty() && !settings.iter().any(|(_, value)| off(*value))
}

struct Reader<'c> {
    code: &'c Code<'c>,
    /// Whether names that are not given may be made by a rule of the repository's own.
    named: bool,
}

/// A name that a decorator gives.
enum Given {
    Name(String),
    /// It gives none.
    Absent,
    /// It cannot be told.
    Unknown,
}

impl<'c> Reader<'c> {
    fn module(&self, site: Site) -> Option<&'c Module> {
        self.code.module(site.file)
    }

    /// The decorators of `TypeORM` on a class or a field: the name of each, and its call.
    fn decorators(&self, site: Site) -> Vec<(String, Site)> {
        let Some(module) = self.module(site) else { return Vec::new() };
        let calls = module.decorators(site.node).filter(|node| module.kind(*node) == Kind::Call);
        let named = calls.filter_map(|node| {
            let call = Site { node, ..site };
            match self.code.callee(call) {
                Origin::External { package, path } if package == "typeorm" => Some((path, call)),
                _ => None,
            }
        });
        named.collect()
    }

    /// The table of a class; none where it is no entity or its name cannot be told.
    fn table(&self, class: Site) -> Option<Table> {
        let module = self.module(class)?;
        let marks = self.decorators(class);
        let (_, call) = marks.iter().find(|(name, _)| name == "Entity")?;
        if self.option(*call, "synchronize").is_some() || self.option(*call, "database").is_some() {
            return None;
        }
        let schema = match self.option(*call, "schema") {
            Some(value) => Some(self.text(value)?),
            None => None,
        };
        let name = match self.given(*call) {
            Given::Name(name) => name,
            Given::Absent if !self.named => {
                let bound = module.bindings.iter().find(|binding| binding.declared == class.node)?;
                let name = module.word(bound.name);
                // What a name with digits comes to depends on the version.
                name.chars().all(|letter| letter.is_ascii_alphabetic()).then(|| snake(name))?
            }
            Given::Absent | Given::Unknown => return None,
        };
        let mut columns = Vec::new();
        let above = |class: &Site| self.base(*class);
        for class in std::iter::successors(Some(class), above).take(MAX_DEPTH) {
            self.columns(class, &mut columns);
        }
        Some(Table {
            schema,
            name,
            place: self.code.place(*call),
            called: None,
            whole: false,
            columns,
            indexes: Vec::new(),
        })
    }

    /// The class of the repository that a class extends.
    fn base(&self, class: Site) -> Option<Site> {
        let module = self.module(class)?;
        let extends = module.children(class.node).find(|child| module.kind(*child) == Kind::Extends)?;
        let base = self.code.definition(Site { node: module.child(extends, 0)?, ..class });
        (self.module(base)?.kind(base.node) == Kind::Class).then_some(base)
    }

    fn columns(&self, class: Site, columns: &mut Vec<Column>) {
        let Some(module) = self.module(class) else { return };
        for node in module.children(class.node) {
            let Kind::Field(word) = module.kind(node) else { continue };
            let marks = self.decorators(Site { node, ..class });
            let Some((_, call)) = marks.iter().find(|(name, _)| COLUMNS.contains(&name.as_str())) else {
                continue;
            };
            let name = match self.given(*call) {
                Given::Name(name) => name,
                Given::Absent if !self.named => module.word(word).to_owned(),
                Given::Absent | Given::Unknown => continue,
            };
            if columns.iter().all(|column| column.name != name) {
                columns.push(Column { name, ignored: false, place: self.code.place(Site { node, ..class }) });
            }
        }
    }

    /// The name that a decorator gives: `@Entity("users")`, `@Column({ name: "e_mail" })`.
    fn given(&self, call: Site) -> Given {
        let Some(module) = self.module(call) else { return Given::Unknown };
        let entity = module.called(call.node) == Some("Entity");
        for (index, node) in module.arguments(call.node).enumerate() {
            let value = self.code.definition(Site { node, ..call });
            let Some(module) = self.module(value) else { return Given::Unknown };
            match module.kind(value.node) {
                Kind::Object => {
                    let plain =
                        |part: NodeId| matches!(module.kind(part), Kind::Property(_) | Kind::Method(_));
                    if !module.children(value.node).all(plain) {
                        return Given::Unknown;
                    }
                    if let Some(name) = module.property(value.node, "name") {
                        let name = self.text(Site { node: name, ..value });
                        return name.map_or(Given::Unknown, Given::Name);
                    }
                }
                // The first text of an entity is its name, that of a column its type.
                Kind::Text(word) if entity && index == 0 => return Given::Name(module.word(word).to_owned()),
                Kind::Text(_) => {}
                // `String`, `"uuid"` of a constant: a type. A function names an embedded class.
                _ if !entity && index == 0 && self.is_type(value) => {}
                _ => return Given::Unknown,
            }
        }
        Given::Absent
    }

    /// Whether a value is a type of the language: `String`, `Number`.
    fn is_type(&self, value: Site) -> bool {
        matches!(self.code.origin(value), Origin::Global(name) if name.starts_with(char::is_uppercase))
    }

    /// What one of the options of a decorator is.
    fn option(&self, call: Site, key: &str) -> Option<Site> {
        let module = self.module(call)?;
        module.arguments(call.node).find_map(|node| {
            let value = self.code.definition(Site { node, ..call });
            let node = self.module(value)?.property(value.node, key)?;
            Some(Site { node, ..value })
        })
    }

    fn text(&self, site: Site) -> Option<String> {
        let told = |site: Site| Some(self.module(site)?.text(site.node)?.into_owned());
        told(site).or_else(|| told(self.code.definition(site)))
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::declared::tests::shown;

    const MIGRATION: &str = "import { MigrationInterface, QueryRunner } from 'typeorm'
        export class Init1700000000000 implements MigrationInterface {
          public async up(queryRunner: QueryRunner) { await queryRunner.query('create table a (id int)') }
          public async down(queryRunner: QueryRunner) {}
        }";

    #[test]
    fn entities_have_the_names_that_decorators_give_them() {
        let head = "import { Entity, Column, PrimaryGeneratedColumn, ManyToOne, Index } from 'typeorm'\n";
        for (text, expected) in [
            (
                "@Entity() class UserProfile { @PrimaryGeneratedColumn() id: number; name: string }",
                "user_profile(id)?",
            ),
            (
                "@Entity('users') class User { @Column('varchar', { name: 'e_mail' }) mail: string }",
                "users(e_mail)?",
            ),
            (
                "@Entity({ name: 'users' }) class User { @Index() @Column({ type: String }) firstName: string }",
                "users(firstName)?",
            ),
            (
                "@Entity('users') class User { @ManyToOne(() => Team) team: Team; @Column(() => Name) name: Name }",
                "users()?",
            ),
            (
                "@Entity('users') class User { @Column({ name: PREFIX + 'x' }) x: string; @Column(options) y: string }",
                "users()?",
            ),
            ("@Entity('users') class User extends Base {} class Base { @Column() id: number }", "users(id)?"),
            ("@Entity('seen', { synchronize: false }) class Seen { @Column() id: number }", ""),
            ("@Entity(TABLE + process.env.X) class Seen { @Column() id: number }", ""),
        ] {
            let text = [head, text].concat();
            let found = shown(&[
                ("package.json", r#"{"dependencies": {"typeorm": "^0.3.0", "pg": "^8.0.0"}}"#),
                ("src/migrations/1700000000000-init.ts", MIGRATION),
                ("src/entities/one.entity.ts", &text),
            ]);
            let expected: Vec<_> =
                (!expected.is_empty()).then(|| format!("src/migrations: {expected}")).into_iter().collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
