//! The keys that this repository's documentation prints. They are not secret, so release builds
//! refuse them. Tests and examples use them in debug builds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The keys in base64. A test finds every key that a page prints, and fails if it is not listed
/// here.
const KEYS: [&str; 3] = [
    "TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=",
    "iS6l2ZYWYwKQbVL5ZGDnzMTbNUJHSaf09XHLqbRUWRc=",
    "CbNSMf0O3zQ3kqkRNzrUrIFwDkpNc+GqzOvdVqg5s3s=",
];

/// Returns true if the documentation prints a key with these bytes. The comparison need not take
/// constant time, because it reveals only whether the key is a published one.
pub(super) fn contains(key: &[u8]) -> bool {
    KEYS.iter().any(|text| STANDARD.decode(text).is_ok_and(|known| known == key))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;

    #[test]
    fn a_published_key_is_recognised_and_another_is_not() {
        for text in KEYS {
            let mut key = STANDARD.decode(text).unwrap();
            assert!(contains(&key), "{text}");
            key[31] ^= 1;
            assert!(!contains(&key), "{text}");
        }
    }

    #[test]
    fn every_key_that_the_documentation_prints_is_listed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut pages = vec![root.join("README.md"), root.join("js/README.md")];
        files_of(&root.join("docs"), &mut pages);
        files_of(&root.join("src"), &mut pages);
        let texts =
            pages.iter().filter_map(|page| Some((page, std::fs::read_to_string(page).ok()?)));
        let texts = texts.map(|(page, text)| match page.extension() {
            Some(rust) if rust == "rs" => doc_comments(&text),
            _ => text,
        });
        let printed: BTreeSet<String> = texts.flat_map(|text| keys_in(&text)).collect();
        assert!(printed.len() >= 2, "{printed:?}");
        for key in printed {
            assert!(KEYS.contains(&&*key), "{key} is printed and not listed");
        }
    }

    fn files_of(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => files_of(&entry.path(), files),
                _ => files.push(entry.path()),
            }
        }
    }

    fn doc_comments(text: &str) -> String {
        let lines = text.lines().map(str::trim_start);
        lines.filter(|line| line.starts_with("//")).collect::<Vec<_>>().join("\n")
    }

    /// Finds words of 44 base64 characters that end with padding, which encode 32 bytes. Such a
    /// word before JSON is a signature and not a key.
    fn keys_in(text: &str) -> Vec<String> {
        let is_word = |c: char| c.is_ascii_alphanumeric() || "+/-_={".contains(c);
        let words = text.split(|c| !is_word(c));
        let keys = words.filter(|word| word.len() == 44 && word.find('=') == Some(43));
        keys.map(str::to_owned).collect()
    }
}
