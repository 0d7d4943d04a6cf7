//! Programs that only run another one: `sudo`, `npx`, `docker compose exec web` …

/// A program that runs the rest of its command line, or a script in one of its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wrapper {
    /// `env A=b`.
    Env,
    /// `sudo`, `doas`, `gosu USER`, `su-exec USER`, `runuser`.
    Sudo,
    /// `time`.
    Time,
    /// `exec`.
    Exec,
    /// `command`, `builtin`.
    Command,
    /// `nice`, `ionice`, `nohup`, `setsid`, `stdbuf`, `chronic`.
    Nice,
    /// `timeout 5m`.
    Timeout,
    /// `xvfb-run`.
    Xvfb,
    /// `tini`, `dumb-init`.
    Init,
    /// `dotenv --`, `dotenvx run`.
    Dotenv,
    /// `cross-env A=b`.
    CrossEnv,
    /// `doppler run`, `op run`, `infisical run`: secrets put in the environment.
    Secrets,
    /// `npx`, `npm exec`, `npm x`.
    Npx,
    /// `bunx`, `bun x`.
    Bunx,
    /// `pnpm exec`.
    PnpmExec,
    /// `pnpm dlx`, `pnpx`.
    PnpmDlx,
    /// `yarn exec`.
    YarnExec,
    /// `yarn dlx`.
    YarnDlx,
    /// `uv run`.
    UvRun,
    /// `uvx`, `uv tool run`, `pipx run`.
    Uvx,
    /// `poetry run`.
    PoetryRun,
    /// `pipenv run`.
    PipenvRun,
    /// `pdm run`.
    PdmRun,
    /// `hatch run`.
    HatchRun,
    /// `rye run`.
    RyeRun,
    /// `conda run`, `micromamba run`.
    CondaRun,
    /// `bundle exec`.
    BundleExec,
    /// `mise exec`.
    MiseExec,
    /// `docker compose run SERVICE`.
    ComposeRun,
    /// `docker compose exec SERVICE`.
    ComposeExec,
    /// `sh -c '…'`, `bash <<EOF`, `cmd /c "…"`: a script in an argument or a here-document.
    Shell,
}

/// The file name of a program given by an absolute path: `/usr/bin/env` is `env`.
pub(super) fn base(text: &str) -> &str {
    if text.starts_with('/') { text.rsplit('/').next().unwrap_or(text) } else { text }
}
