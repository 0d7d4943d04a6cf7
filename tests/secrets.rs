//! No format prints a secret that was found, neither in a message nor in the source of this or another finding.

#![allow(clippy::expect_used)] // a test that cannot read its own input fails

use golive::report::{Format, Style, draw};
use golive::rules::embedded;
use golive::source::{MemoryFile, Tree};

#[test]
fn no_secret_is_printed_in_clear() {
    // Put together here, so that no secret stands in this file.
    let stripe = ["sk", "live", "4eC39HqLyjWDarjtT1zdp7dc"].join("_");
    let npm = ["npm", "Xa9Kd03mQpLz7Tn2Vb5Rc8Yw1Ue4Io6Ps0Gh"].join("_");
    let signing = "c0rrect-h0rse-battery-staple-9f2";
    let database = "Vq7Zt2Lm9Xw4";
    let files = [
        ("package.json", "{\"name\":\"shop\",\"dependencies\":{\"express\":\"4.21.2\",\"jsonwebtoken\":\"9.0.2\",\"stripe\":\"17.0.0\"}}".to_owned()),
        (".env.example", format!("STRIPE_KEY={stripe}\nDATABASE_URL=postgres://shop:{database}@db.shop-prod.io:5432/shop\n")),
        (".env", format!("STRIPE_KEY={stripe}\nJWT_SECRET={signing}\n")),
        (".npmrc", format!("//registry.example.com/:_authToken={npm}\n")),
        (
            "src/app.js",
            format!(
                "const app = require('express')();\nconst jwt = require('jsonwebtoken');\n\
                 const stripe = require('stripe')('{stripe}');\n\
                 app.post('/login', (req, res) => res.json(jwt.sign({{ id: 1 }}, process.env.JWT_SECRET || '{signing}')));\n\
                 app.get('/me', (req, res) => res.json(jwt.verify(req.query.token, process.env.JWT_SECRET || '{signing}')));\n\
                 app.listen(3000);\n"
            ),
        ),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), MemoryFile::Text(text)));
    let report = golive::audit(&Tree::from_memory(files), embedded(), false).report;
    let found =
        ["config/env-real-values-in-template", "supply-chain/npmrc-token", "security/jwt-fallback-secret"];
    for rule in found {
        assert!(report.findings.iter().any(|finding| finding.rule == rule), "{rule} is found");
    }
    for format in Format::ALL {
        for (full, piped) in [(false, true), (true, true), (true, false)] {
            let text = draw(*format, &report, &Style { full, piped, ..Style::piped() });
            for secret in [stripe.as_str(), npm.as_str(), signing, database] {
                assert!(!text.contains(secret), "{} prints {secret}", format.name());
            }
        }
    }
}
