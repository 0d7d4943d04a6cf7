//! Dangerous places of JavaScript and TypeScript, and what stands at them. Told of program code only: neither of tests,
//! nor of scripts and configuration of tools, nor of modules that no program reaches.

facts! {
    /// A secret of the environment with a text of the source in its place where it is not set.
    "secret.fallback" SecretFallback {
        /// The variable.
        variable: String,
        /// What the secret is for: `signing`, `encryption` or `admin` for what the program itself checks with,
        /// `list` for links by which somebody leaves a list, `provider` for what another service gave, `leaked` where the text looks like a real one of those.
        purpose: String,
        /// It holds in development only, or the program refuses to run without the variable.
        guarded: bool,
    }

    /// A call that signs, checks or reads JSON web tokens.
    "jwt.call" JwtCall {
        /// The package.
        package: String,
        /// `sign`, `verify` or `decode`.
        does: String,
        /// What makes its tokens worthless, in words: `a key that stands in the source`, `no time at which they end` …
        weakness: Option<String>,
        /// Whether it says which algorithms it accepts; only of `verify`, absent where that cannot be told.
        algorithms: Option<bool>,
    }

    /// A use of a cipher, and of a hash or of randomness for something that nobody may guess.
    "crypto.use" CryptoUse {
        /// What is used: `MD5`, `DES`, `Math.random()`, `AES-256-GCM` …
        primitive: String,
        /// It does not hold.
        weak: bool,
        /// What for: the name of what it makes, or `encryption`.
        purpose: String,
    }

    /// A password that is made safe to keep, or held against one that was kept.
    "password.hash" PasswordHash {
        /// `bcrypt`, `argon2`, `scrypt`, `pbkdf2`, `sha256`, `none` …
        algorithm: String,
        /// Why it does not hold: `bcrypt with cost 8`.
        weak: Option<String>,
    }

    /// A rule for the length of passwords on the side of the server.
    "password.policy" PasswordPolicy {
        /// The least number of characters.
        minimum: i64,
    }

    /// A connection that takes any certificate.
    "tls.check" TlsCheck {
        /// The option: `rejectUnauthorized: false`.
        option: String,
        /// It holds in development only.
        development: bool,
    }

    /// Source code or a command line that is put together while the program runs.
    "code.eval" CodeEval {
        /// What runs it: `eval`, `new Function`, `exec` …
        by: String,
        /// What it is made of: `constant`, `checked` (the program reads it as a program first, and refuses what is not on
        /// its list), `request` where a client writes a part of it, else `computed`.
        input: String,
        /// It is the command line of a shell.
        shell: bool,
    }

    /// Markup that is put into a page as it is, and is not always the same.
    "markup.raw" MarkupRaw {
        /// `dangerouslySetInnerHTML`, `innerHTML`, `v-html`, `{@html}` …
        by: String,
        /// Something in the module cleans or escapes markup. Absent where the caller hands the markup over, and may.
        cleaned: Option<bool>,
    }

    /// A cookie or a value of it that proves who someone is.
    "cookie.set" CookieSet {
        /// Its name; absent where it is computed.
        name: Option<String>,
        /// The flags that hold it together and are left out, of `HttpOnly`, `Secure` and `SameSite`.
        missing: Vec<String>,
        /// `HttpOnly` or `Secure` is among them.
        open: bool,
    }

    /// A token that is made of facts about a user.
    "token.plain" TokenPlain {
        /// Something signs or encrypts it.
        signed: bool,
        /// `base64` or `json`.
        form: String,
        /// What it is called.
        name: String,
    }

    /// Something that is kept in the storage of the browser.
    "web.storage" WebStorage {
        /// `localStorage` or `sessionStorage`.
        store: String,
        /// The key.
        key: String,
        /// It proves who someone is.
        credential: bool,
    }

    /// A credential that travels in the address of a request.
    "query.credential" QueryCredential {
        /// The name of the parameter.
        name: String,
        /// `server` where it is read, `client` where it is written.
        side: String,
        /// It is the end of a login elsewhere, or of a link that is good for one thing.
        link: bool,
    }

    /// A comparison that decides about access.
    "credential.compare" CredentialCompare {
        /// What is compared.
        what: String,
        /// `literal` where it is a text of the source, `secret` or `signature` where a secret is compared character by character.
        against: String,
    }

    /// What a program takes for granted about a user whose token or session does not say it.
    "claim.default" ClaimDefault {
        /// `role`, `tenantId` …
        claim: String,
        /// The default.
        value: String,
        /// It gives more than nothing: the role of one who rules, or a tenant.
        grants: bool,
    }

    /// What a user may do, read from what users write about themselves.
    "metadata.role" MetadataRole {
        /// It is compared or tested.
        decides: bool,
        /// The field: `user_metadata.role`.
        field: String,
    }

    /// A variable of the environment that opens a door.
    "flag.bypass" FlagBypass {
        /// The variable.
        flag: String,
        /// `authentication`, or `mock` where it puts a made-up service in place of the real one.
        opens: String,
        /// It does so in development only, or the program refuses to run with it in production.
        guarded: bool,
    }

    /// A function of a server that is named as a check of who may do what, or a call of one that nobody waits for.
    "auth.check" AuthCheck {
        /// The function.
        name: String,
        /// All it does, where that is to say yes: `returns true`; that its promise is taken for its answer.
        stub: Option<String>,
    }

    /// The address of a client, as the client itself may have written it.
    "client.address" ClientAddress {
        /// The header.
        header: String,
        /// What it decides: `limits`.
        purpose: Option<String>,
    }

    /// A redirect to where the request says.
    "redirect" Redirect {
        /// The part of the request.
        from: String,
        /// Something looks at the target before.
        checked: bool,
    }

    /// An answer that tells a client what went wrong inside.
    "error.answer" ErrorAnswer {
        /// `stack` or `message`.
        tells: String,
        /// It does so in development only.
        development: bool,
    }

    /// A call of a function of the database by its name.
    "rpc.call" RpcCall {
        /// The function.
        function: String,
    }

    /// A channel to another service that is not encrypted.
    "channel.plain" ChannelPlain {
        /// `gRPC`, or the scheme of an address.
        protocol: String,
        /// It is used in development only.
        development: bool,
    }

    /// A table at the top of a module that by its name decides who may do what.
    "access.table" AccessTable {
        /// Its name.
        name: String,
        /// Something reads it, or may.
        read: bool,
    }

    /// A variable of the environment that is copied into what browsers get, where it is read.
    "client.variable" ClientVariable {
        /// The variable.
        variable: String,
        /// Its name is that of a key that only a server may have.
        secret: bool,
    }

    /// A rule of a Firebase service.
    "firebase.rule" FirebaseRule {
        /// `firestore`, `storage` or `database`.
        service: String,
        /// What everybody may do, where that is too much: `read and write`, `write` or `read`.
        allows: Option<String>,
        /// The path it holds for.
        of: String,
        /// It ends at a date, and holds until then.
        dated: bool,
    }

    /// Work that was left in the middle: a function that is not written yet, a breakpoint.
    "code.stub" CodeStub {
        /// The function, by its name.
        name: String,
        /// `throw` where all it does is to fail, `501` where it answers so, `constant` where it returns a made-up value,
        /// `debugger` for a breakpoint.
        does: String,
    }

    /// Made-up data in place of what could not be had.
    "mock.fallback" MockFallback {
        /// The name of what is given instead.
        gives: String,
        /// `error` where something failed, `unset` where a variable is missing.
        because: String,
        /// It does so in development only.
        development: bool,
    }

    /// A branch of a check that lets requests pass by the name of the environment.
    "environment.branch" EnvironmentBranch {
        /// It does so unless the environment is said to be production: also where nothing is said.
        open: bool,
        /// The function that decides, or the option that is set.
        decides: String,
        /// The variable that names the environment, where the code takes it for development when it is not set.
        defaulted: Option<String>,
    }

    /// A network for tests that is used where nothing is said.
    "network.default" NetworkDefault {
        /// The variable.
        variable: String,
        /// The network.
        network: String,
        /// The program refuses to run without the variable.
        guarded: bool,
    }

    /// Comments that silence the compiler or the linter without a reason, counted by package. It stands at the first.
    "suppressions" Suppressions {
        /// How many.
        count: i64,
        /// How many of them for every thousand lines of code.
        density: i64,
        /// How many of them silence the compiler.
        types: i64,
        /// There are at least twenty, and two or more for every thousand lines.
        dense: bool,
    }

    /// Messages to the console of the browser, counted by package. It stands at the first.
    "console.client" ConsoleClient {
        /// How many.
        count: i64,
        /// The build takes them out.
        stripped: bool,
    }

    /// A query, an address or a path that a part of a request is put into.
    "request.sink" RequestSink {
        /// `sql`, `url` or `path`.
        kind: String,
        /// What it is given to.
        by: String,
    }

    /// A switch of a framework that shows the insides of a program to whoever asks, where it is set for production: in a
    /// shipped image, an env file or a compose file for production, or the settings for it.
    "debug.switch" DebugSwitch {
        /// The switch as it is set: `FLASK_DEBUG=1`.
        written: String,
        /// What a visitor sees or may do then; absent where it is off.
        shows: Option<String>,
    }
}
