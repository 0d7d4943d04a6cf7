//! From the bytes of a file to its text.

use super::found::Content;
use super::kind::FileKind;
use super::unread::Reason;

/// How far into a file a NUL makes it binary, in bytes; git looks as far.
const BINARY_WINDOW: usize = 8 * 1024;

/// How every pointer file of git LFS begins.
const LFS_HEAD: &[u8] = b"version https://git-lfs";

/// The largest pointer file of git LFS, in bytes.
pub(super) const LFS_MAX: usize = 1024;

/// The text of a file with these bytes. UTF-8 keeps every byte (also a BOM and CR); otherwise each invalid byte becomes
/// one `?`, so that offsets stay those of the file.
pub(super) fn decode(kind: FileKind, bytes: Vec<u8>) -> Content {
    if is_lfs_pointer(&bytes) {
        return Content::Unread(Reason::LfsPointer);
    }
    if kind.is_binary() {
        return Content::Unread(Reason::Binary);
    }
    if let Some(text) = utf16(&bytes) {
        return Content::Lossy(text.into_boxed_str(), Reason::Utf16);
    }
    if memchr::memchr(0, &bytes[..bytes.len().min(BINARY_WINDOW)]).is_some() {
        return Content::Unread(Reason::Binary);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Content::Text(text.into_boxed_str()),
        Err(error) => Content::Lossy(replaced(&error.into_bytes()).into_boxed_str(), Reason::NotUtf8),
    }
}

/// Whether these bytes are a pointer of git LFS instead of a file.
pub(super) fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() <= LFS_MAX && bytes.starts_with(LFS_HEAD)
}

/// The text of UTF-16 with a BOM, if it decodes as that without loss.
fn utf16(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes.get(..2)? {
        [0xFF, 0xFE] => u16::from_le_bytes,
        [0xFE, 0xFF] => u16::from_be_bytes,
        _ => return None,
    };
    let (units, rest) = bytes[2..].as_chunks::<2>();
    let decoded = char::decode_utf16(units.iter().map(|pair| unit(*pair)));
    let text = decoded.collect::<Result<String, _>>().ok()?;
    (rest.is_empty() && !text.contains('\0')).then_some(text)
}

/// `bytes` as UTF-8 of the same length, each invalid byte as `?`.
fn replaced(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> (String, Option<Reason>) {
        match decode(FileKind::Other, bytes.to_vec()) {
            Content::Text(text) => (text.into(), None),
            Content::Lossy(text, reason) => (text.into(), Some(reason)),
            Content::Unread(reason) => (String::new(), Some(reason)),
            Content::Link(_) => unreachable!("no bytes make a link"),
        }
    }

    #[test]
    fn bytes_to_text() {
        let none = String::new;
        let table: [(&[u8], String, Option<Reason>); 9] = [
            (b"", none(), None),
            (b"a\r\nb\xC3\xA9", "a\r\nbé".into(), None),
            (b"\xEF\xBB\xBFa", "\u{feff}a".into(), None),
            (b"caf\xE9 \xF0\x9F\x92 end", "caf? ??? end".into(), Some(Reason::NotUtf8)),
            (b"a\0b", none(), Some(Reason::Binary)),
            (b"\xFF\xFEa\0b\0", "ab".into(), Some(Reason::Utf16)),
            (b"\xFE\xFF\0a\0b", "ab".into(), Some(Reason::Utf16)),
            (b"\xFF\xFEodd", "??odd".into(), Some(Reason::NotUtf8)),
            (
                b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
                none(),
                Some(Reason::LfsPointer),
            ),
        ];
        for (bytes, expected, reason) in table {
            assert_eq!(text(bytes), (expected, reason), "{bytes:?}");
        }
    }

    #[test]
    fn a_nul_after_the_window_is_text() {
        let mut bytes = vec![b'a'; BINARY_WINDOW];
        bytes.push(0);
        assert_eq!(text(&bytes).1, None);
    }
}
