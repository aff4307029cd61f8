//! Single lines: text from outside made fit for one line, and cut where it is too long.
//!
//! A cut is always visible.

use alloc::string::String;

/// The text on one line: runs of blanks, line breaks and control characters become one blank.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let words = text
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty());
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The length as Jira counts it: in UTF-16 units.
pub(super) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The text, at most `most` long; what is longer ends in `…`.
pub(super) fn cut(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.into();
    }
    let mut room = most.saturating_sub(1);
    let mut short = String::new();
    for letter in text.chars() {
        let Some(left) = room.checked_sub(letter.len_utf16()) else {
            break;
        };
        room = left;
        short.push(letter);
    }
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// The text on one line, at most `most` long.
pub(super) fn short_line(text: &str, most: usize) -> String {
    cut(&one_line(text), most)
}

#[cfg(test)]
mod tests {
    use super::{cut, length, one_line};

    #[test]
    fn text_from_outside_fits_one_line() {
        assert_eq!(
            one_line("  SQL\r\n Injection\u{2028}on\t\u{0}x "),
            "SQL Injection on x"
        );
        assert_eq!(one_line("\n"), "");
    }

    #[test]
    fn a_cut_is_visible_and_counts_as_jira_counts() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("abc def", 5), "abc…");
        let goats = cut("🐐🐐🐐", 5);
        assert_eq!((goats.as_str(), length(&goats)), ("🐐🐐…", 5));
    }
}
