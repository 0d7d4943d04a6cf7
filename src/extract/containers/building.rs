//! What a build command makes happen: the commands of the stages it builds, with the folders of the repository they
//! run in.

use super::dockerfiles::{is_whole, needed, sources};
use super::paths::{below, clamp, dir, in_image, join, under};
use super::{cli, ran};
use crate::extract::Context;
use crate::parse::Document;
use crate::parse::dockerfile::{Dockerfile, Kind, Origin, Transfer};
use crate::source::FileId;

/// One run of a builder.
pub(in crate::extract) struct Building {
    /// The Dockerfile.
    pub(in crate::extract) file: FileId,
    /// The stage that is built, where not the last.
    pub(in crate::extract) target: Option<String>,
    /// The folder that is sent, a path of the repository.
    pub(in crate::extract) folder: String,
}

/// A command that decides whether the image is built.
pub(in crate::extract) struct Step {
    /// The program and its arguments.
    pub(in crate::extract) words: Vec<String>,
    /// The folder of the repository whose copy it runs in.
    pub(in crate::extract) dir: String,
}

impl Building {
    /// Reads the words of a command that runs in `dir`; none where it builds no Dockerfile of the repository.
    pub(in crate::extract) fn read(context: &Context<'_>, words: &[&str], dir: &str) -> Option<Self> {
        let invocation = cli::read(words)?;
        let folder = join(dir, invocation.context.as_deref()?)?;
        let path = match &invocation.file {
            Some(file) => join(dir, file)?,
            None => under(&folder, "Dockerfile"),
        };
        Some(Self { file: context.tree.by_path(&path)?, target: invocation.target, folder })
    }

    /// The commands that must end well, of every stage that is needed.
    pub(in crate::extract) fn steps(&self, context: &Context<'_>) -> Vec<Step> {
        let Some(Document::Dockerfile(dockerfile)) = context.documents.get(self.file) else {
            return Vec::new();
        };
        let last = match self.target.as_deref() {
            Some(target) => dockerfile.stage_named(target),
            None => dockerfile.stages.len().checked_sub(1),
        };
        let Some(last) = last else { return Vec::new() };
        let needed = needed(dockerfile, last);
        let step = |ran: ran::Ran| {
            let dir = self.folder_of(context, dockerfile, &ran)?;
            Some(Step { words: ran.words, dir })
        };
        let ran = ran::of(dockerfile).into_iter().filter(|ran| needed[ran.stage] && !ran.optional);
        ran.filter_map(step).collect()
    }

    /// The folder of the repository that was copied to where a command runs.
    fn folder_of(&self, context: &Context<'_>, dockerfile: &Dockerfile, ran: &ran::Ran) -> Option<String> {
        let wanted = ran.dir.as_deref()?;
        let lineage = dockerfile.lineage(ran.stage).map(|(stage, _)| stage);
        // Stages that are built on no common one often work in folders of the same name.
        let others = (0..dockerfile.stages.len()).rev();
        lineage.chain(others).find_map(|stage| {
            let copied = copies(dockerfile, stage);
            copied.into_iter().rev().find_map(|(transfer, workdir)| {
                let target = in_image(&workdir, transfer.destination.known()?);
                let inside = below(wanted, &target)?;
                sources(transfer).find_map(|(source, _)| {
                    let source = clamp(source);
                    let path = under(&self.folder, &source);
                    let from = if is_whole(&source) || context.tree.has_dir(&path) {
                        path.as_str()
                    } else {
                        dir(&path)
                    };
                    let found = under(from, inside);
                    (found.is_empty() || context.tree.has_dir(&found)).then_some(found)
                })
            })
        })
    }
}

/// What a stage takes from the build context, each with the working directory it is seen from.
fn copies(dockerfile: &Dockerfile, stage: usize) -> Vec<(&Transfer, String)> {
    let Some(found) = dockerfile.stages.get(stage) else { return Vec::new() };
    let mut workdir = match found.base.origin {
        Origin::Stage(base) => ran::workdir(dockerfile, base),
        _ => "/".to_owned(),
    };
    let mut all = Vec::new();
    for instruction in &found.instructions {
        match &instruction.kind {
            Kind::Workdir(dir) => workdir = in_image(&workdir, &dir.value.display()),
            Kind::Copy(transfer) | Kind::Add(transfer) if transfer.from.is_none() => {
                all.push((transfer, workdir.clone()));
            }
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::Documents;
    use crate::source::{MemoryFile, Tree};

    #[test]
    fn commands_run_in_the_folder_that_was_copied() {
        let node = "FROM node:24 AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n\
                    RUN cd web && npm test\nRUN npm run lint || true\n\
                    FROM deps AS e2e\nRUN npm run e2e\nFROM nginx\nCOPY --from=deps /app/dist /srv\n";
        let part =
            "FROM golang:1.25\nCOPY api /src\nRUN --mount=type=cache,target=/x cd /src && go test ./...\n";
        let files = [
            ("app/Dockerfile", node),
            ("app/package.json", "{}"),
            ("app/web/package.json", "{}"),
            ("build/api.Dockerfile", part),
            ("api/go.mod", "module x"),
        ];
        let tree =
            Tree::from_memory(files.map(|(path, text)| (path.to_owned(), MemoryFile::Text(text.to_owned()))));
        let documents = Documents::parse(&tree);
        let context = Context::new(&tree, &documents, &[]);
        for (command, dir, expected) in [
            ("docker build app", "", Some("npm ci@app; cd web@app; npm test@app/web")),
            ("docker build -t x .", "app", Some("npm ci@app; cd web@app; npm test@app/web")),
            (
                "docker build --target e2e app",
                "",
                Some("npm ci@app; cd web@app; npm test@app/web; npm run e2e@app"),
            ),
            ("docker build --target gone app", "", Some("")),
            ("docker buildx build -f build/api.Dockerfile .", "", Some("go test ./...@api")),
            ("docker build .", "", None),
            ("docker build -", "app", None),
            ("docker push app", "", None),
        ] {
            let words: Vec<&str> = command.split(' ').collect();
            let steps = Building::read(&context, &words, dir).map(|building| building.steps(&context));
            let shown = steps.map(|steps| {
                let shown = steps.iter().map(|step| format!("{}@{}", step.words.join(" "), step.dir));
                shown.collect::<Vec<_>>().join("; ")
            });
            assert_eq!(shown.as_deref(), expected, "{command}");
        }
    }
}
