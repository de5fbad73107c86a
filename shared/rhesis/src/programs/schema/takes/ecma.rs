//! The patterns of schemas, which are ECMA's, as those of the regex crate.

/// The same in the other syntax: in ECMA's the digits, words and spaces are fewer, `.` leaves out more, and a class within a class
/// is none. `None`, if that cannot be said.
pub(super) fn translated(pattern: &str) -> Option<String> {
    let (mut found, mut in_class, mut signs) = (String::new(), false, pattern.chars().peekable());
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => match signs.next()? {
                'd' => found.push_str("[0-9]"),
                'D' => found.push_str("[^0-9]"),
                'w' => found.push_str("[A-Za-z0-9_]"),
                'W' => found.push_str("[^A-Za-z0-9_]"),
                's' => found.push_str(r"[\t-\r\p{Zs}\u{feff}\u{2028}\u{2029}]"),
                'S' => found.push_str(r"[^\t-\r\p{Zs}\u{feff}\u{2028}\u{2029}]"),
                'b' | 'B' => return None,
                escaped => found.extend(['\\', escaped]),
            },
            '[' | '&' | '~' if in_class => found.extend(['\\', sign]),
            '-' if in_class && signs.peek() == Some(&'-') => return None,
            '[' => {
                in_class = true;
                found.push('[');
                found.extend(signs.next_if_eq(&'^'));
                // Nothing, or anything.
                if signs.peek() == Some(&']') {
                    return None;
                }
            }
            ']' => {
                in_class = false;
                found.push(']');
            }
            '.' if !in_class => found.push_str(r"[^\n\r\u{2028}\u{2029}]"),
            '(' if !in_class && signs.peek() == Some(&'?') => {
                signs.next();
                // Flags, names and what looks ahead.
                signs.next_if_eq(&':')?;
                found.push_str("(?:");
            }
            other => found.push(other),
        }
    }
    Some(found)
}
