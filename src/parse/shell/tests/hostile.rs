//! Broken and hostile input: nothing panics, hangs or loses the rest.

use super::super::{Dialect, Options, parse, parse_with};
use super::lines;

/// Every case must name an error and still find these commands.
#[test]
fn a_mistake_does_not_cost_the_rest() {
    let cases: &[(&str, &[&str])] = &[
        ("echo 'open\nnpm test", &["echo·open !Unchecked", "npm·test"]),
        ("echo \"open $(x)\nnpm test", &["echo·$open $(x) !Unchecked", "npm·test"]),
        ("echo `open\nnpm test", &["echo·`open !Unchecked", "npm·test"]),
        ("echo $'open\nnpm test", &["echo·open !Unchecked", "npm·test"]),
        ("echo ${open\nnpm test", &["echo·$${open !Unchecked", "npm·test"]),
        ("echo ${{ open\nnpm test", &["echo·$${{·open !Unchecked", "npm·test"]),
        (
            "echo $(a\nnpm test",
            &[
                "a !Unchecked in Substitution",
                "npm·test !Substitution in Substitution",
                "echo·$$(a\nnpm test",
            ],
        ),
        ("a )\nb", &["a !Unchecked", "b"]),
        ("fi\na", &["a"]),
        ("a; }; b", &["a !Unchecked", "b"]),
        ("&& a", &["a"]),
        ("a ||", &["a"]),
        ("a | \n", &["a"]),
        ("if a; then b", &["a !Condition in Condition", "b in Branch"]),
        ("if a; then ( b; fi; c", &["a !Condition in Condition", "b !Unchecked in Branch in Subshell", "c"]),
        ("while a; b; done; c", &["a !Unchecked in Condition", "b !Condition in Condition", "c"]),
        ("for x in a b; c; done; d", &["c !Unchecked in Loop", "d"]),
        ("case x in a) b", &["b in Branch"]),
        ("case x; a", &["a"]),
        ("f() {\n a", &["a in f()"]),
        ("f()", &[]),
        ("cat <<EOF\nx\n", &["cat"]),
        ("cat <<EOF\nx\n  EOF\nb", &["cat !Unchecked", "b"]),
        ("[[ -f x\nb", &["[[·-f·x !Unchecked", "b"]),
        ("a > ; b", &["a !Unchecked", "b"]),
        ("a=(1 2\n", &["a=(1 2\n"]),
        ("a ;; b", &["a !Unchecked", "b"]),
    ];
    for (text, expected) in cases {
        let parsed = parse(text);
        assert_eq!(lines(&parsed.document), *expected, "commands of {text:?}");
        assert!(!parsed.errors.is_empty(), "no error in {text:?}");
    }
}

#[test]
fn thousands_of_anything_end() {
    let n = 2_000;
    let openers = [
        "(",
        "((",
        "$(",
        "$((",
        "\"$(",
        "${a:-",
        "`",
        "{ ",
        "if ",
        "while ",
        "case x in a) ",
        "f() ",
        "! ",
        "a=(",
        "[[ ",
        "'",
        "\"",
        "$'",
        "$'\\'\n",
        "${{ ",
        "<(",
        "<<A ",
        "cat <<A\n A\n",
        "x && ",
        "x | ",
        "@(",
        "$[",
        "{{",
        "\\",
        "&",
        ";;",
        "for x in ",
        "until ",
        "select ",
        "function f ",
        "bash -c '",
        "time ",
        "env ",
        "é(",
        "$(é",
        "\"é$(",
        "=(",
        "a[",
    ];
    for opener in openers {
        let text = opener.repeat(n);
        for options in [Dialect::Posix, Dialect::PowerShell, Dialect::Cmd]
            .map(|dialect| Options { dialect, ..Options::default() })
        {
            parse_with(&text, options);
            parse_with(&format!("{text}a\nnpm test"), options);
        }
    }
    let nested = format!("{}a{}\nnpm test", "(".repeat(10_000), ")".repeat(10_000));
    let shown = lines(&parse(&nested).document);
    assert_eq!(shown.last().map(String::as_str), Some("npm·test"));
}

#[test]
fn every_cut_of_a_script_is_read() {
    let text = "a=\"$(b 'é')\" c <<-E || { d; }\n\tx `y` ${z:-\"q\"}\n\tE\ncase $é in é|f) [[ g =~ h(i) ]] ;; esac; j=(k \"l\")\nsh -c \"m '$n'\" ${{ o }} $((p+1)) >(r)\n";
    let cuts: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
    for &cut in &cuts {
        for dialect in [Dialect::Posix, Dialect::PowerShell, Dialect::Cmd] {
            let options = Options { dialect, ..Options::default() };
            parse_with(&text[..cut], options);
            parse_with(&text[cut..], options);
        }
    }
}
