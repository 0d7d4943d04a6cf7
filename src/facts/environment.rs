//! Env files and what they set. No value is ever part of a fact: only what kind of value it is.

facts! {
    /// A file of `NAME=value` lines.
    "env.file" EnvFile {
        /// What it is for, by its name and content: `template`, `real`, `test`, `development`, `backup` or `encrypted`.
        role: String,
        /// Whether git tracks it; true for every file outside git.
        tracked: bool,
        /// The names of variables whose value looks like a real secret.
        secrets: Vec<String>,
        /// The names of variables that hold any secret at all, be it a weak one or a default; none that is empty, a
        /// placeholder or a reference.
        credentials: Vec<String>,
    }

    /// A variable that an env file sets; also one in a line that is commented out, or a line that cannot be read.
    "env.entry" EnvVariable {
        /// Its name; absent where the line cannot be read.
        name: Option<String>,
        /// The role of its file, as in `env.file`.
        role: String,
        /// What its value is: `empty`, `placeholder`, `reference` (to another variable or a vault), `localhost`, `public`
        /// (meant for browsers), `default`, `fake` (a made-up secret for tests or development), `production-host` or
        /// `real-secret`.
        class: String,
        /// What is wrong with the line: that it repeats a name, or cannot be read.
        fault: Option<String>,
    }

    /// A place where code reads a variable of its environment, by its name.
    "env.read" EnvRead {
        /// The name.
        name: String,
        /// What is used where it is not set: `literal`, `empty`, `local` (an address of the own machine), `computed`, or
        /// `tested` where the code only asks whether it is set, or compares it. Absent where nothing takes its place.
        fallback: Option<String>,
        /// The code is sent to browsers, or the name is one that bundlers put into it.
        client: bool,
        /// The platform or the runtime sets it: `NODE_ENV`, `PORT`, `VERCEL_URL` …
        platform: bool,
    }

    /// A variable whose presence or form is checked when the program starts.
    "env.check" EnvCheck {
        /// Its name.
        name: String,
        /// What checks it: the library, or `code`.
        by: String,
        /// Whether any code outside the check speaks of it.
        used: bool,
    }

    /// A variable that something sets for the programs of this repository.
    "env.given" EnvGiven {
        /// Its name.
        name: String,
        /// `compose`, `dockerfile` or `kubernetes`; `script` or `platform` where a script, a framework or a platform sets
        /// the stage to production.
        by: String,
        /// The compose service, the stage or the workload.
        to: Option<String>,
        /// A name that differs little from it, which code reads and nothing sets, where no file speaks of this one.
        meant: Option<String>,
        /// The server of files that gets it when it starts, though bundlers put it into the files when they are built.
        baked: Option<String>,
    }

    /// A variable that a package reads in production, whatever the number of places. It stands at its first read.
    "env.variable" EnvUse {
        /// Its name.
        name: String,
        /// The directory of the package; of the one at the root its name, or `.`.
        of: String,
        /// The program stops without it, or nothing takes its place and what is done with it fails: a method of it, an
        /// address made of it, a library that cannot work without. Absent where that cannot be told: it is handed on.
        required: Option<bool>,
        /// Whether it is checked at the start, or what runs at the start fails without it: migrations, a connection whose
        /// failure ends the program.
        checked: bool,
        /// The file whose schema or list checks others at the start, as many as it leaves out or more.
        schema: Option<String>,
        /// It is handed on unchecked, where a schema or a list checks as many others or more: it may be missing.
        left_out: bool,
        /// Where it is written down for who runs the program: a template, a document, the check itself.
        documented: Option<String>,
        /// Only code for browsers reads it.
        client: bool,
        /// It switches something on or off, by its name.
        flag: bool,
    }

    /// A package that reads its environment in production. It stands at its first read.
    "env.package" EnvPackage {
        /// The directory of the package; of the one at the root its name, or `.`.
        of: String,
        /// How many variables it reads.
        variables: i64,
        /// A template that names one of them, or else the document or the check that lists most of them.
        template: Option<String>,
        /// How many of them are documented anywhere.
        documented: i64,
        /// Code of a server reads one of them.
        server: bool,
        /// The first file that tells production from development: one that deploys, settings or code for production, a
        /// document, a template with most of the variables.
        production: Option<String>,
    }

    /// A variable in a template.
    "env.promise" EnvPromise {
        /// Its name.
        name: String,
        /// Whether any file but templates speaks of it.
        mentioned: bool,
        /// The value is a mark that something else belongs here, though it is no secret: `<PORT_NUMBER>`, `TODO`.
        unresolved: bool,
    }
}
