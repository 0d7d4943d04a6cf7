//! Deployments by plain tools: a request to a deploy hook, files copied to a server, commands run there.

/// Whether a command line of curl, wget, ssh, scp or rsync deploys something.
pub(super) fn deploys(program: &str, arguments: &[&str]) -> bool {
    match program {
        "curl" | "wget" => arguments.iter().any(|argument| is_hook(&argument.to_ascii_lowercase())),
        "scp" | "rsync" => arguments.last().is_some_and(|target| is_remote(target)),
        _ => {
            let works =
                ["docker", "pm2", "systemctl", "git pull", "deploy", "restart", "supervisorctl", "podman"];
            let command = arguments.join(" ").to_ascii_lowercase();
            arguments.iter().any(|argument| argument.contains('@'))
                && works.iter().any(|word| command.contains(word))
        }
    }
}

/// The address of a platform's deploy hook, or a secret named like one.
fn is_hook(argument: &str) -> bool {
    const HOOKS: &[&str] = &[
        "api.render.com/deploy",
        "api.vercel.com/v1/integrations/deploy",
        "api.netlify.com/build_hooks",
        "deploy_hook",
        "deployhook",
        "deploy-hook",
    ];
    let secret = argument.split("secrets.").nth(1).is_some_and(|name| {
        name.split("}}")
            .next()
            .is_some_and(|name| name.contains("deploy") && (name.contains("url") || name.contains("hook")))
    });
    secret || HOOKS.iter().any(|hook| argument.contains(hook))
}

/// `user@host:path`, with the user or the host in a variable perhaps.
fn is_remote(target: &str) -> bool {
    target.split_once('@').is_some_and(|(user, rest)| {
        let plain = !user.is_empty() && !user.contains('/');
        plain && rest.contains(':') || user.contains('$') && rest.contains(':')
    })
}

#[cfg(test)]
mod tests {
    use super::deploys;

    #[test]
    fn plain_tools_deploy_or_do_not() {
        for (line, expected) in [
            ("curl -X POST https://api.render.com/deploy/srv-1", true),
            ("curl -X GET ${{ secrets.DEPLOY_URL }}", true),
            ("curl $RENDER_DEPLOY_HOOK", true),
            ("curl -H x:${{ secrets.DEPLOY_KEY }} https://acme.io", false),
            ("curl -fsSL https://acme.io/install.sh", false),
            ("rsync -az dist/ deploy@acme.io:/srv", true),
            ("rsync -a src/ out/", false),
            ("scp a.tgz ${{ secrets.USER }}@${{ secrets.HOST }}:/srv", true),
            ("ssh deploy@acme.io docker compose up -d", true),
            ("ssh -T git@github.com", false),
        ] {
            let line = line.replace("{{ ", "{{").replace(" }}", "}}");
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(deploys(words[0], &words[1..]), expected, "{line}");
        }
    }
}
