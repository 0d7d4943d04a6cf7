//! The HTML page in a browser: it fits a phone, its filters work, and the browser has nothing to complain about.
//!
//! Needs `chromium`; without it the test says so and passes, unless `GOLIVE_CHROMIUM=required` is set.

#![allow(clippy::expect_used)] // a test that cannot write its own page fails

mod sample;

use std::fs;
use std::process::Command;

use golive::report::{Report, html};

/// Looks at the page in a frame of 360 pixels and writes down what it sees.
const HARNESS: &str = r#"<!doctype html><html><body><iframe id="frame" style="width:360px;height:800px;border:0"></iframe>
<pre id="seen">nothing</pre><script>
const frame = document.getElementById('frame');
frame.onload = () => {
  const page = frame.contentDocument, root = page.documentElement;
  for (const part of page.querySelectorAll('details')) part.open = true;
  const shown = () => [...page.querySelectorAll('.rule')].filter(rule => rule.getBoundingClientRect().height > 0);
  const seen = ['fits ' + (root.scrollWidth <= root.clientWidth), 'all ' + shown().length];
  const high = page.getElementById('s-high');
  if (high) { high.checked = false; seen.push('high ' + shown().filter(rule => rule.classList.contains('high')).length); high.checked = true; }
  const category = page.querySelector('input[name=category]:not(#all)');
  if (category) { category.checked = true; seen.push('others ' + shown().filter(rule => !rule.classList.contains(category.id)).length); }
  seen.push('scripts ' + page.scripts.length, 'end');
  document.getElementById('seen').textContent = seen.join('; ');
};
frame.src = 'page.html';
</script></body></html>"#;

/// What the harness saw, and what the browser said; none without a browser.
fn look_at(report: &Report) -> Option<(String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let page = html::render(report);
    assert_eq!(page, html::render(report), "the page is the same each time");
    fs::write(folder.path().join("page.html"), page).expect("the page is written");
    fs::write(folder.path().join("harness.html"), HARNESS).expect("the harness is written");
    let output = Command::new("chromium")
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"])
        .args(["--enable-logging=stderr", "--virtual-time-budget=10000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", folder.path().join("harness.html").display()))
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let seen = text.split("<pre id=\"seen\">").nth(1)?.split("</pre>").next()?.to_owned();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Some((seen, said))
}

#[test]
fn the_page_fits_a_phone_and_its_filters_work() {
    for report in [sample::shop(), sample::clean(), sample::undecided(), sample::hostile(), sample::crowded()]
    {
        let Some((seen, said)) = look_at(&report) else {
            let required = std::env::var_os("GOLIVE_CHROMIUM").is_some_and(|value| value == "required");
            assert!(!required, "chromium is needed: install it");
            eprintln!("skipped: there is no chromium");
            return;
        };
        let mut rules: Vec<_> =
            report.findings.iter().map(|finding| (finding.severity, &finding.rule)).collect();
        rules.dedup();
        assert!(
            seen.starts_with(&format!("fits true; all {}", rules.len())),
            "{}: {seen}",
            report.repository.name
        );
        for complaint in ["high ", "others "] {
            assert!(!seen.contains(complaint) || seen.contains(&format!("{complaint}0;")), "{seen}");
        }
        assert!(seen.ends_with("scripts 0; end"), "{seen}");
        assert!(!said.contains("CONSOLE") && !said.contains("Refused"), "{said}");
    }
}
