//! Platforms that run a service and hand it every request, by the files that deploy to them.

/// The name of such a file in small letters, and what its platform is called.
pub(super) const PLATFORMS: &[(&str, &str)] = &[
    ("fly.toml", "Fly.io"),
    ("render.yaml", "Render"),
    ("render.yml", "Render"),
    ("railway.json", "Railway"),
    ("railway.toml", "Railway"),
    ("vercel.json", "Vercel"),
    ("netlify.toml", "Netlify"),
    ("procfile", "Heroku"),
    ("captain-definition", "CapRover"),
    ("wrangler.toml", "Cloudflare Workers"),
    ("wrangler.json", "Cloudflare Workers"),
    ("wrangler.jsonc", "Cloudflare Workers"),
];
