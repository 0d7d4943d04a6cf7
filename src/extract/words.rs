//! Names as the words they are made of.

/// The words of a name, by its capitals and the marks between them: `JWTSecret_key` → `JWT`, `Secret`, `key`.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        if rest.is_empty() {
            return None;
        }
        let (word, tail) = rest.split_at(first_word(rest.as_bytes()));
        rest = tail;
        Some(word)
    })
}

/// Where the first word of a name ends.
fn first_word(bytes: &[u8]) -> usize {
    let kind = |at: usize| bytes.get(at).copied().unwrap_or(b'_');
    let mut end = 1;
    while end < bytes.len() && kind(end).is_ascii_alphanumeric() {
        let (before, here, after) = (kind(end - 1), kind(end), kind(end + 1));
        let begins = here.is_ascii_uppercase() && !before.is_ascii_uppercase();
        let ends_capitals =
            here.is_ascii_uppercase() && before.is_ascii_uppercase() && after.is_ascii_lowercase();
        if begins || ends_capitals {
            break;
        }
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn the_words_of_a_name() {
        for (name, expected) in [
            ("JWT_SECRET", "JWT SECRET"),
            ("jwtSecretKey", "jwt Secret Key"),
            ("JWTSecret", "JWT Secret"),
            ("x-api-key", "x api key"),
            ("sha256Hash", "sha256 Hash"),
            ("reset-password", "reset password"),
            ("RESET_PASSWORD", "RESET PASSWORD"),
            ("verifyOTP", "verify OTP"),
            ("OTPVerify", "OTP Verify"),
            ("oauth2Token", "oauth2 Token"),
            ("author", "author"),
            ("", ""),
            ("é_b", "b"),
        ] {
            assert_eq!(words(name).collect::<Vec<_>>().join(" "), expected, "{name}");
        }
    }
}
