use crate::extract::given::show;

/// What is said of markup in one file.
fn check(attributes: &[&str], path: &str, text: &str, expected: &[&str]) {
    assert_eq!(show("markup.raw", attributes, &[(path, text)]), expected, "{path}: {text}");
}

#[test]
fn markup_that_a_component_is_given() {
    let text = "const A = (p) => <b dangerouslySetInnerHTML={{ __html: p.a }} />;
        const B = ({ a }) => <b dangerouslySetInnerHTML={{ __html: a || '' }} />;
        const C = ({ a }) => <b dangerouslySetInnerHTML={{ __html: a || load() }} />;";
    // Its callers may have cleaned it, however the component takes it.
    check(&["cleaned"], "src/A.jsx", text, &["", "", "false"]);
}

#[test]
fn markup_of_scripts() {
    for (path, text, expected) in [
        ("src/a.js", "x.innerHTML = await load();", vec!["innerHTML | false"]),
        ("src/a.js", "x.innerHTML = `<b>${1}</b>`;", vec![]),
        ("src/a.js", "x.innerHTML = escapeHtml(y);", vec!["innerHTML | true"]),
        ("src/emails/a.ts", "import { Html } from '@react-email/components'; x.innerHTML = load();", vec![]),
        ("src/emails/A.jsx", "const A = (p) => <b dangerouslySetInnerHTML={{ __html: p.a }} />;", vec![]),
        (
            "src/emails/A.jsx",
            "const A = ({ document, a }) => <b id={document.id} dangerouslySetInnerHTML={{ __html: a.b }} />;",
            vec![],
        ),
        (
            "src/email/A.jsx",
            "const A = (p) => <b onClick={p.b} dangerouslySetInnerHTML={{ __html: p.a.b }} />;",
            vec!["dangerouslySetInnerHTML | false"],
        ),
        (
            "src/a.js",
            "const set = () => { x.innerHTML = load(); y.append(document.createElement('script')); };",
            vec![],
        ),
        ("src/a.js", "const set = (html) => { x.innerHTML = html; };", vec!["innerHTML | "]),
        // A word that is one of several, and a name that may be anything.
        (
            "src/a.js",
            "const set = (state) => { x.innerHTML = `<b class=\"${state}\">${state === 'busy' ? 'a' : 'b'}</b>`; };",
            vec![],
        ),
        (
            "src/a.js",
            "const set = (name, other) => { x.innerHTML = `<b>${name}</b>${name === other ? 'a' : 'b'}`; };",
            vec!["innerHTML | false"],
        ),
        (
            "src/a.js",
            "const fill = (a, b) => a.replace('x', b); const add = (a, b) => x.insertAdjacentHTML('end', fill(a, b));",
            vec!["insertAdjacentHTML | "],
        ),
        (
            "src/a.js",
            "import { fill } from 'fill'; const add = (a, b) => x.insertAdjacentHTML('end', fill(a, b));",
            vec!["insertAdjacentHTML | false"],
        ),
    ] {
        check(&["by", "cleaned"], path, text, &expected);
    }
}

#[test]
fn markup_of_components() {
    for (path, text, expected) in [
        (
            "src/A.jsx",
            "const A = (p) => <b dangerouslySetInnerHTML={{ __html: p.a.b }} />;",
            vec!["dangerouslySetInnerHTML | false"],
        ),
        (
            "src/A.vue",
            "<template><b v-html=\"a.b\" /></template><script>let a;</script>",
            vec!["v-html | false"],
        ),
        ("src/A.svelte", "<script>let a;</script>{@html a}", vec!["{@html} | false"]),
        ("src/A.vue", "<template><b v-html=\"$strings.Hint\" /></template><script>let a;</script>", vec![]),
        ("src/A.vue", "<template><b v-html=\"a ? 'b' : 'c'\" /></template><script>let a;</script>", vec![]),
        (
            "src/A.vue",
            "<template><b v-html=\"a ? 'b' : c\" /></template><script>let a;</script>",
            vec!["v-html | false"],
        ),
        (
            "src/A.vue",
            "<template><b v-html=\"a\" /><b v-html=\"b\" /></template><script setup>defineProps(['a'])</script>",
            vec!["v-html | ", "v-html | false"],
        ),
        (
            "src/A.vue",
            "<template><b /></template><script>export default { props: { a: String }, methods: {
                set() { x.innerHTML = this.a; y.innerHTML = this.b; } } };</script>",
            vec!["innerHTML | ", "innerHTML | false"],
        ),
        ("src/a.js", "x.innerHTML = n ? i.$getString('A', [n]) : i.$strings.B;", vec![]),
        (
            "src/A.vue",
            "<template><b v-html=\"notes(changelog)\" /></template><script>let a;</script>",
            vec![],
        ),
    ] {
        check(&["by", "cleaned"], path, text, &expected);
    }
}

#[test]
fn items_of_a_list_are_made_with_texts() {
    for (list, expected) in [
        ("names.map((name) => ({ name, text: TEXTS[name] }))", vec![]),
        ("useMemo(() => names.map((name) => { return { name, text: TEXTS[name] }; }), [names])", vec![]),
        ("[{ text: '<b>a</b>' }, { text: '<b>b</b>' }].filter(isOpen)", vec![]),
        ("names.map((name) => ({ text: name }))", vec!["false"]),
        ("[{ text: '<b>a</b>' }, { text: name }]", vec!["false"]),
        ("load()", vec!["false"]),
    ] {
        let text = format!(
            "const TEXTS = {{ read: '<b>Read</b>' }};
            export const List = ({{ names }}) => {{
              const list = {list};
              return list.map((item) => <p dangerouslySetInnerHTML={{{{ __html: item.text }}}} />);
            }};"
        );
        check(&["cleaned"], "src/A.jsx", &text, &expected);
    }
}

#[test]
fn the_own_server_escapes_what_it_makes_of_elements() {
    for (dependencies, address, expected) in [
        ("\"@kitajs/html\": \"4\"", "`${root}/list`", ""),
        ("\"@kitajs/html\": \"4\"", "'https://other.example/list'", "false"),
        ("\"hono\": \"4\"", "`${root}/list`", "false"),
    ] {
        let manifest = format!("{{\"dependencies\": {{{dependencies}}}}}");
        let text = format!(
            "fetch({address}).then((answer) => answer.text()).then((text) => {{ list.innerHTML = text; }});"
        );
        let files = [("package.json", manifest.as_str()), ("public/list.js", text.as_str())];
        assert_eq!(show("markup.raw", &["cleaned"], &files), [expected], "{dependencies} {address}");
    }
}

#[test]
fn what_a_page_is_given_was_cleaned_when_it_was_loaded() {
    let page =
        ("src/routes/a/+page.svelte", "<script>let { data } = $props();</script>{@html data.post.body}");
    for (load, expected) in [
        ("const body = sanitize(text); return { post: { body } };", "true"),
        ("post.body = DOMPurify.sanitize(text); return { post };", "true"),
        ("const title = sanitize(text); return { title, post };", "false"),
    ] {
        let load = format!("export async function load() {{ {load} }}");
        let files = [("package.json", "{}"), page, ("src/routes/a/+page.server.js", load.as_str())];
        assert_eq!(show("markup.raw", &["cleaned"], &files), [expected], "{load}");
    }
}
