//! Text in, rules and variables out.

use super::super::shell::{self, Options};
use super::{Makefile, parse};

/// One line a rule: `targets: prerequisites`, then its recipe lines.
fn show(text: &str) -> Vec<String> {
    let makefile = parse(text).document;
    let names =
        |names: &[super::Name]| names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(" ");
    let flags = |recipe: &super::Recipe| {
        [(recipe.silent, '@'), (recipe.ignored, '-'), (recipe.always, '+')]
            .into_iter()
            .filter_map(|(on, sign)| on.then_some(sign))
            .collect::<String>()
    };
    makefile
        .rules
        .iter()
        .map(|rule| {
            let colon = if rule.double_colon { "::" } else { ":" };
            let recipe: Vec<_> =
                rule.recipe.iter().map(|recipe| format!("{}{}", flags(recipe), recipe.text)).collect();
            let branch = if rule.conditional { "?" } else { "" };
            format!(
                "{branch}{}{colon} {} | {}",
                names(&rule.targets),
                names(&rule.prerequisites),
                recipe.join(" ; ")
            )
        })
        .collect()
}

#[test]
fn rules_and_recipes() {
    let cases: &[(&str, &[&str])] = &[
        ("test: build\n\tnpm test\n", &["test: build | npm test"]),
        ("a b: c d | e\n", &["a b: c d e | "]),
        ("%.o: %.c\n\tcc $< -o $@\n", &["%.o: %.c | cc ${_} -o ${_}"]),
        ("a:: b\n\tc\na:: d\n\te", &["a:: b | c", "a:: d | e"]),
        ("a: ; @echo hi; b # c\n\td", &["a:  | @echo hi; b # c ; d"]),
        ("a:\n\t@-npm test\n\t+x\n\t- @ y\n", &["a:  | @-npm test ; +x ; @-y"]),
        ("a:\n\tnpm \\\n\t  test\n\tb\n", &["a:  | npm \\\n  test ; b"]),
        ("a: b \\\n   c\n\n# no\n\td\n", &["a: b c | d"]),
        ("a:\n\t$(MAKE) -C web test\n", &["a:  | +${MAKE} -C web test"]),
        (
            "a:\n\tfor f in $$(ls); do echo $$f $(X) ${Y}; done\n",
            &["a:  | for f in $(ls); do echo $f ${X} ${Y}; done"],
        ),
        ("a:\n\techo $(shell git log -1)\n", &["a:  | echo ${shell_git_log__1}"]),
        ("T = one two\n$(T): $(D)\n\tx\n", &["one two: $(D) | x"]),
        ("ifeq ($(A),b)\nx: ; y\nelse\nx: ; z\nendif\nw:\n", &["?x:  | y", "?x:  | z", "w:  | "]),
        ("a: export B = c\na:\n\td\n", &["a:  | d"]),
        ("a.o b.o: %.o: %.c\n\tx\n", &["a.o b.o: %.c | x"]),
        (".RECIPEPREFIX = >\na:\n>b\n", &["a:  | b"]),
        ("a:\r\n\tb\r\n", &["a:  | b"]),
        ("", &[]),
        ("$(eval x)\na:", &["a:  | "]),
    ];
    for (text, expected) in cases {
        assert_eq!(show(text), *expected, "{text:?}");
        assert_eq!(parse(text).errors, [], "{text:?}");
    }
}

#[test]
fn variables_includes_and_special_targets() {
    let text = "A = 1\nB := $(A) 2\nA ?= 3\nexport C += 4 # no\ndefine D\none\ntwo\nendef\nE::=\\\n  5\n\
                include a.mk $(B).mk\n-include c.mk\n.PHONY: x y\n.ONESHELL:\nx:\n\tz\n";
    let makefile = parse(text).document;
    let shown: Vec<_> =
        makefile.variables.iter().map(|v| (v.name.as_str(), v.operator, v.value.as_str())).collect();
    assert_eq!(
        shown,
        [
            ("A", "=", "1"),
            ("B", ":=", "$(A) 2"),
            ("A", "?=", "3"),
            ("C", "+=", "4"),
            ("D", "=", "one\ntwo"),
            ("E", "::=", "5"),
        ]
    );
    let includes: Vec<_> = makefile.includes.iter().map(|i| (i.path.text.as_str(), i.optional)).collect();
    assert_eq!(includes, [("a.mk", false), ("1 2.mk", false), ("c.mk", true)]);
    assert_eq!(makefile.phony, ["x", "y"]);
    assert!(makefile.oneshell);
    assert_eq!(makefile.default_goal(), Some("x"));
    assert_eq!(makefile.expand("${B} $A $(F) $(wildcard *)"), "1 2 1 $(F) $(wildcard *)");
}

#[test]
fn expansion_ends() {
    let text = "A = $(B)$(B)\nB = $(A)$(A)\n$(A): x\n";
    assert_eq!(parse(text).document.rules.len(), 1);
}

#[test]
fn recipes_keep_their_place_in_the_file() {
    let text = "a: ; b c\n\t@npm $$x \\\n\t 'te'st $(D)\n";
    let makefile: Makefile = parse(text).document;
    let spans: Vec<_> = makefile.rules[0]
        .recipe
        .iter()
        .flat_map(|recipe| {
            let script = shell::parse_mapped(&recipe.text, Options::default(), &recipe.map).document;
            script.commands.into_iter().flat_map(|command| command.words)
        })
        .map(|word| word.span.of(text))
        .collect();
    assert_eq!(spans, ["b", "c", "npm", "$x", "'te'st", "$(D)"]);
}

#[test]
fn mistakes_do_not_cost_the_rest() {
    for text in ["nonsense\na:\n\tb\n", "define X\na:\n\tb\n", "ifdef X\na:\n\tb\n", "endif\na:\n\tb\n"] {
        let parsed = parse(text);
        assert_eq!(parsed.document.rules.len(), 1, "{text:?}");
        assert_eq!(parsed.errors.len(), 1, "{text:?}");
    }
    for text in ["$", "$(", "a: $", "a:\n\t$", "a:\n\t\\", "\\", ":", "=", "é: ;é", "a:\n\t$é"] {
        parse(text);
    }
    parse(&"$(".repeat(5_000));
    parse(&"a: $(b\n".repeat(5_000));
}
