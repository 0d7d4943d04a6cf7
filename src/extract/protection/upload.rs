//! Places that take files, and where these go.

use rayon::prelude::*;

use super::Call;
use super::nest::{self, Given};
use super::options::{Options, text};
use crate::extract::Context;
use crate::extract::code::{Capability, Site};
use crate::facts::{Entry, Upload};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// A place that takes files, before it is known what its fields and folders are.
struct Taker {
    entry: Site,
    fact: Upload,
    words: Vec<String>,
}

/// A field that a taker is asked for: `upload.single("avatar")`.
struct Field {
    of: Site,
    name: String,
}

/// A folder that is served to everybody.
struct Served {
    folder: String,
}

/// One fact for each place that takes files.
pub(super) fn facts(context: &Context<'_>, modules: &[(FileId, &Module)]) -> Vec<Entry> {
    let asks =
        |module: &Module| module.imports.iter().any(|import| PACKAGES.contains(&module.word(import.source)));
    let concerned: Vec<_> = modules.iter().filter(|(_, module)| asks(module)).collect();
    if concerned.is_empty() {
        return Vec::new();
    }
    let given = nest::given(context, modules);
    let each = |(file, module): &&(FileId, &Module)| {
        let (file, module) = (*file, *module);
        let calls = module.calls();
        calls.filter_map(|node| taker(&Call::new(context, file, module, node), &given)).collect::<Vec<_>>()
    };
    let mut takers: Vec<Taker> = concerned.par_iter().flat_map_iter(each).collect();
    let (fields, served) = uses(context, modules);
    for taker in &mut takers {
        finish(context, taker, &fields, &served);
    }
    takers
        .into_iter()
        .map(|taker| Entry::new(crate::extract::http::place(context, taker.entry), taker.fact))
        .collect()
}

const PACKAGES: &[&str] = &[
    "multer",
    "@koa/multer",
    "koa-multer",
    "fastify-multer",
    "express-fileupload",
    "formidable",
    "busboy",
    "@fastify/busboy",
    "@nestjs/platform-express",
];

/// The place a call makes.
fn taker(call: &Call<'_>, modules: &[Given]) -> Option<Taker> {
    let (package, path) = call.external(call.callee()?)?;
    let option = match (package.as_str(), path.as_str()) {
        (
            "multer" | "@koa/multer" | "koa-multer" | "fastify-multer" | "express-fileupload" | "busboy"
            | "@fastify/busboy",
            "" | "default",
        )
        | ("formidable", "" | "default" | "formidable" | "IncomingForm" | "Formidable")
        | ("@nestjs/platform-express", "AnyFilesInterceptor") => 0,
        ("@nestjs/platform-express", "FileInterceptor" | "FilesInterceptor" | "FileFieldsInterceptor") => {
            // The options come last, behind the name of a field and perhaps a number.
            call.module.arguments(call.node).count().checked_sub(1)?.max(1)
        }
        _ => return None,
    };
    if takes_none(call.module, call.node) {
        return None;
    }
    let given = call.argument(option);
    let object = given.and_then(|options| Options::of(call.code(), options));
    let unsure = match (&object, given) {
        (Some(object), _) if object.complete => None,
        (None, None) => None,
        _ => Some("its options are computed".to_owned()),
    };
    let mut words = Vec::new();
    let mut fact = Upload { library: package.clone(), unsure, ..Upload::default() };
    if let Some(object) = &object {
        read(call, object, &mut fact, &mut words);
    }
    if package.starts_with("@nestjs") {
        of_module(call, modules, &mut fact, &mut words);
        checked(call, &mut fact);
        words.extend(call.argument(0).and_then(|field| text(call.code(), field)));
    }
    if package == "formidable" {
        // It turns away files of more than 200 MB by itself.
        fact.sized = true;
    }
    Some(Taker { entry: call.site(call.node), fact, words })
}

/// Whether what a call makes is asked for fields without files only: `multer().none()`, `upload.none()`.
fn takes_none(module: &Module, node: NodeId) -> bool {
    if let Some(method) = used_as(module, node) {
        return method == "none";
    }
    let declarator = module.parent(node).filter(|parent| module.kind(*parent) == Kind::Declarator);
    let name = declarator.and_then(|declarator| module.child(declarator, 0));
    let uses = name.and_then(|name| module.binding(name)).map(|binding| module.uses(binding));
    uses.is_some_and(|uses| {
        !uses.is_empty() && uses.iter().all(|node| used_as(module, *node) == Some("none"))
    })
}

/// The method that is called on what a call makes: `single` of `multer().single("a")`.
fn used_as(module: &Module, node: NodeId) -> Option<&str> {
    let member = module.parent(node).filter(|parent| module.child(*parent, 0) == Some(node))?;
    module.last_name(member)
}

fn read(call: &Call<'_>, options: &Options<'_, '_>, fact: &mut Upload, words: &mut Vec<String>) {
    let limits = options.below("limits");
    fact.sized |= limits.is_some_and(|limits| limits.get(&["fileSize"]).is_some() || !limits.complete)
        || options.get(&["maxFileSize"]).is_some();
    fact.typed |= options.get(&["fileFilter", "filter"]).is_some();
    if let Some(filter) = options.get(&["fileFilter", "filter"]) {
        words.extend(texts(call, filter));
    }
    let folder =
        options.text("dest").or_else(|| options.text("uploadDir")).or_else(|| options.text("tempFileDir"));
    let folder = folder.or_else(|| storage(call, options, fact));
    fact.folder = fact.folder.take().or(folder);
    words.extend(fact.folder.clone());
}

/// What a storage says: the folder of `diskStorage`, the formats that one of another service takes.
fn storage(call: &Call<'_>, options: &Options<'_, '_>, fact: &mut Upload) -> Option<String> {
    let storage = options.get(&["storage"])?;
    let made = call.code().definition(storage);
    let module = call.code().module(made.file)?;
    let text = module.span(made.node).of(call.context.tree.text(made.file)).to_ascii_lowercase();
    if ["allowed_formats", "allowedformats", "mimetype", "contenttype"].iter().any(|word| text.contains(word))
    {
        fact.typed = true;
    }
    let given = module.argument(made.node, 0)?;
    let object = Options::of(call.code(), Site { file: made.file, node: given })?;
    let destination = object.get(&["destination"])?;
    self::text(call.code(), destination)
        .or_else(|| texts(call, destination).into_iter().rfind(|text| !text.is_empty()))
}

/// Every text in a value, functions of this repository looked into.
fn texts(call: &Call<'_>, site: Site) -> Vec<String> {
    let made = call.code().definition(site);
    let Some(module) = call.code().module(made.file) else { return Vec::new() };
    let nodes = std::iter::once(made.node).chain(module.descendants(made.node));
    let words = nodes.filter_map(|node| match module.kind(node) {
        Kind::Text(word) | Kind::Regex(word) => Some(module.word(word).to_owned()),
        Kind::Name(_, Some(_)) => {
            let value = module.resolve(node);
            matches!(module.kind(value), Kind::Text(_))
                .then(|| module.text(value).unwrap_or_default().into_owned())
        }
        _ => None,
    });
    words.collect()
}

/// What the module of the controller around an interceptor sets.
fn of_module(call: &Call<'_>, modules: &[Given], fact: &mut Upload, words: &mut Vec<String>) {
    let Some(given) = nest::around(call.module, call.site(call.node), modules) else { return };
    let object = given.and_then(|options| Options::of(call.code(), options));
    if !object.as_ref().is_some_and(|object| object.complete) {
        fact.unsure.get_or_insert_with(|| "the options of its module are computed".to_owned());
    }
    if let Some(object) = &object {
        read(call, object, fact, words);
    }
}

/// What pipes of the method around an interceptor check.
fn checked(call: &Call<'_>, fact: &mut Upload) {
    let module = call.module;
    let Some(method) = module.ancestors(call.node).find(|node| matches!(module.kind(*node), Kind::Method(_)))
    else {
        return;
    };
    for node in module.descendants(method) {
        let name = match module.kind(node) {
            Kind::New | Kind::Call => module.called(node).unwrap_or_default(),
            Kind::Name(word, _) => module.word(word),
            _ => continue,
        };
        fact.sized |= matches!(name, "MaxFileSizeValidator" | "addMaxSizeValidator");
        fact.typed |= matches!(name, "FileTypeValidator" | "addFileTypeValidator");
        if name.contains("Pipe")
            && !matches!(name, "ParseFilePipe" | "ParseFilePipeBuilder")
            && name.contains("File")
        {
            fact.unsure.get_or_insert_with(|| format!("`{name}` checks what arrives"));
        }
    }
}

/// The fields that takers are asked for, and the folders that are served.
fn uses(context: &Context<'_>, modules: &[(FileId, &Module)]) -> (Vec<Field>, Vec<Served>) {
    let each = |(file, module): &(FileId, &Module)| {
        let mut found = (Vec::new(), Vec::new());
        for node in module.calls().filter(|node| module.kind(*node) == Kind::Call) {
            let call = Call::new(context, *file, module, node);
            match call.name() {
                "single" | "array" | "fields" | "any" => fields(&call, &mut found.0),
                "static" | "serveStatic" | "serve" | "koaStatic" | "register" => {
                    found.1.extend(served(&call));
                }
                _ => {}
            }
        }
        found
    };
    let found: Vec<_> = modules.par_iter().map(each).collect();
    let (mut all, mut folders) = (Vec::new(), Vec::new());
    for (fields, served) in found {
        all.extend(fields);
        folders.extend(served);
    }
    (all, folders)
}

fn fields(call: &Call<'_>, found: &mut Vec<Field>) {
    let Some(receiver) = call.module.receiver(call.node) else { return };
    let of = call.code().definition(call.site(receiver));
    let Some(argument) = call.argument(0) else { return };
    found.extend(texts(call, argument).into_iter().map(|name| Field { of, name }));
}

/// The folder that a call serves to everybody.
fn served(call: &Call<'_>) -> Option<Served> {
    let (package, path, options) = call.taken()?;
    let folder = match (package.as_str(), path.as_str()) {
        ("express", "static") | ("koa-static" | "serve-static" | "koa-serve", "" | "default") => {
            texts(call, call.argument(0)?).into_iter().rfind(|text| !text.is_empty())
        }
        ("@fastify/static" | "fastify-static", _) => Options::of(call.code(), options?).and_then(|options| {
            texts(call, options.get(&["root"])?).into_iter().rfind(|text| !text.is_empty())
        }),
        ("hono/bun" | "hono/deno" | "@hono/node-server/serve-static", "serveStatic") => {
            Options::of(call.code(), options?).and_then(|options| options.text("root"))
        }
        _ => None,
    }?;
    let mount = call.module.parent(call.node).filter(|parent| call.module.kind(*parent) == Kind::Call);
    let guarded = mount.is_some_and(|mount| {
        call.module.arguments(mount).any(|guard| {
            let gives = call.code().capabilities(call.site(guard));
            gives.has(Capability::Auth) || gives.has(Capability::Role)
        })
    });
    (!guarded).then_some(Served { folder })
}

/// Adds what fields and served folders tell.
fn finish(context: &Context<'_>, taker: &mut Taker, fields: &[Field], served: &[Served]) {
    let of = context.code.definition(taker.entry);
    let named = fields.iter().filter(|field| field.of == of || field.of == taker.entry);
    taker.words.extend(named.map(|field| field.name.clone()));
    taker.fact.holds = holds(&taker.words);
    if let Some(folder) = &taker.fact.folder {
        taker.fact.public = served.iter().any(|served| within(folder, &served.folder));
    }
    if !taker.fact.typed && checks_type(context, taker.entry.file) {
        taker.fact.unsure.get_or_insert_with(|| "code beside it looks at types".to_owned());
    }
}

/// Whether the module of a taker, or one that asks for it, looks at the type of a file.
fn checks_type(context: &Context<'_>, file: FileId) -> bool {
    let looks = |file: FileId| {
        let text = context.tree.text(file);
        ["mimetype", "mimeType", "fileTypeFrom", "allowedTypes", "allowedExt", "extname"]
            .iter()
            .any(|word| text.contains(word))
            && !is_naming_only(text)
    };
    looks(file) || context.code.graph.importers(file).iter().any(|importer| looks(*importer))
}

/// Whether `extname` is all that stands there: it names files, and turns none away.
fn is_naming_only(text: &str) -> bool {
    let checks = ["mimetype", "mimeType", "fileTypeFrom", "allowedTypes", "allowedExt"];
    !checks.iter().any(|word| text.contains(word))
}

/// What files are, by words about them.
fn holds(words: &[String]) -> Option<String> {
    const IMAGES: &[&str] = &[
        "image",
        "img",
        "avatar",
        "photo",
        "picture",
        "thumbnail",
        "logo",
        "cover",
        "banner",
        "profile",
        "jpeg",
        "png",
        "pic",
        "gallery",
        "video",
        "audio",
        "icon",
    ];
    const DOCUMENTS: &[&str] = &[
        "resume",
        "cv",
        "document",
        "invoice",
        "certificate",
        "report",
        "prescription",
        "kyc",
        "passport",
        "licen",
        "contract",
        "attachment",
        "medical",
        "identity",
        "statement",
        "receipt",
        "payslip",
        "pdf",
        "transcript",
        "aadhar",
        "pan_card",
    ];
    let has = |known: &[&str]| {
        words.iter().any(|word| {
            let word = word.to_ascii_lowercase();
            known.iter().any(|known| match *known {
                "cv" | "pic" => word.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == *known),
                known => word.contains(known),
            })
        })
    };
    match (has(DOCUMENTS), has(IMAGES)) {
        (true, _) => Some("documents".to_owned()),
        (false, true) => Some("images".to_owned()),
        _ => None,
    }
}

/// Whether a folder that is written lies in one that is served, by their last names.
fn within(folder: &str, served: &str) -> bool {
    let parts = |path: &str| -> Vec<String> {
        let parts = path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != "." && *part != "..");
        parts.map(str::to_owned).collect()
    };
    let (folder, served) = (parts(folder), parts(served));
    served.last().is_some_and(|last| folder.contains(last))
}
