//! References of HTML to characters.

/// Names for the characters of ASCII, and for those that are dropped.
const NAMED: [(&[u8], char); 69] = [
    (b"amp", '&'),
    (b"AMP", '&'),
    (b"lt", '<'),
    (b"LT", '<'),
    (b"gt", '>'),
    (b"GT", '>'),
    (b"quot", '"'),
    (b"QUOT", '"'),
    (b"apos", '\''),
    (b"sol", '/'),
    (b"plus", '+'),
    (b"equals", '='),
    (b"colon", ':'),
    (b"semi", ';'),
    (b"num", '#'),
    (b"dollar", '$'),
    (b"percnt", '%'),
    (b"excl", '!'),
    (b"quest", '?'),
    (b"commat", '@'),
    (b"lpar", '('),
    (b"rpar", ')'),
    (b"ast", '*'),
    (b"midast", '*'),
    (b"comma", ','),
    (b"period", '.'),
    (b"lowbar", '_'),
    (b"UnderBar", '_'),
    (b"bsol", '\\'),
    (b"verbar", '|'),
    (b"vert", '|'),
    (b"VerticalLine", '|'),
    (b"lsqb", '['),
    (b"lbrack", '['),
    (b"rsqb", ']'),
    (b"rbrack", ']'),
    (b"lcub", '{'),
    (b"lbrace", '{'),
    (b"rcub", '}'),
    (b"rbrace", '}'),
    (b"Hat", '^'),
    (b"grave", '`'),
    (b"DiacriticalGrave", '`'),
    (b"Tab", '\t'),
    (b"NewLine", '\n'),
    (b"nbsp", '\u{a0}'),
    (b"NonBreakingSpace", '\u{a0}'),
    (b"shy", '\u{ad}'),
    (b"ensp", '\u{2002}'),
    (b"emsp", '\u{2003}'),
    (b"numsp", '\u{2007}'),
    (b"puncsp", '\u{2008}'),
    (b"thinsp", '\u{2009}'),
    (b"ThinSpace", '\u{2009}'),
    (b"hairsp", '\u{200a}'),
    (b"VeryThinSpace", '\u{200a}'),
    (b"ZeroWidthSpace", '\u{200b}'),
    (b"zwnj", '\u{200c}'),
    (b"zwj", '\u{200d}'),
    (b"NoBreak", '\u{2060}'),
    (b"hyphen", '\u{2010}'),
    (b"dash", '\u{2010}'),
    (b"ndash", '\u{2013}'),
    (b"mdash", '\u{2014}'),
    (b"minus", '\u{2212}'),
    (b"lsquo", '\u{2018}'),
    (b"rsquo", '\u{2019}'),
    (b"ldquo", '\u{201c}'),
    (b"rdquo", '\u{201d}'),
];
/// The longest of them has so many letters.
const LONGEST_NAME: usize = 16;
/// Those that stand without a semicolon, too.
const BARE: [&[u8]; 10] = [b"amp", b"AMP", b"lt", b"LT", b"gt", b"GT", b"quot", b"QUOT", b"nbsp", b"shy"];
/// Digits of the largest code, without the zeros before them.
const MOST_DIGITS: usize = 7;

/// `&amp;`, `&#43;` or `&#x2B;`, however often its own sign was written so in turn (`&amp;amp;lt;`): the code, and the length. A semicolon may
/// be missing behind a number, and behind the oldest names.
pub(super) fn reference(rest: &[u8]) -> Option<(u32, usize, bool)> {
    let body = rest.get(1..)?;
    let again = body.chunks_exact(4).take_while(|name| name.eq_ignore_ascii_case(b"amp;")).count();
    // The last `amp;` is a sign itself if nothing follows that it would introduce.
    let (code, length) = one(&body[4 * again..]).unwrap_or((u32::from(b'&'), 0));
    let length = 1 + 4 * again + length;
    (length > 1).then_some((code, length, false))
}

/// What follows the `&`.
fn one(body: &[u8]) -> Option<(u32, usize)> {
    let Some(number) = body.strip_prefix(b"#") else {
        let length = body.iter().take_while(|byte| byte.is_ascii_alphabetic()).take(LONGEST_NAME).count();
        let named =
            |name: &[u8]| NAMED.iter().find(|(known, _)| *known == name).map(|(_, sign)| u32::from(*sign));
        if body.get(length) == Some(&b';') {
            return named(&body[..length]).map(|code| (code, length + 1));
        }
        let bare = BARE.iter().find(|name| body.starts_with(name))?;
        return named(bare).map(|code| (code, bare.len()));
    };
    let (radix, skipped) = if matches!(number.first(), Some(b'x' | b'X')) { (16, 1) } else { (10, 0) };
    let digits = number.get(skipped..)?;
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    let length = digits[zeros..]
        .iter()
        .take(MOST_DIGITS)
        .take_while(|byte| char::from(**byte).is_digit(radix))
        .count();
    let code = u32::from_str_radix(std::str::from_utf8(&digits[..zeros + length]).ok()?, radix).ok()?;
    let semicolon = usize::from(digits.get(zeros + length) == Some(&b';'));
    Some((code, 1 + skipped + zeros + length + semicolon))
}
