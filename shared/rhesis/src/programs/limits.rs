//! What a program of a user may cost: every number, and why it is that number.

use super::limit::Limit;

macro_rules! limits {
    ($($constant:ident = $most:literal $counts:literal, $why:literal;)*) => {
        $(
            #[doc = concat!("At most ", stringify!($most), " ", $counts, ": ", $why, ".")]
            pub static $constant: Limit = Limit {
                name: stringify!($constant),
                most: $most,
                counts: $counts,
                why: $why,
            };
        )*
        /// All of them, as the docs list them.
        pub static ALL: &[&Limit] = &[$(&$constant),*];
    };
}

limits! {
    TEMPLATE_LENGTH = 262_144 "bytes of text in a template",
        "a long system prompt has 50,000; it is kept compiled, and copied for each call";
    TEMPLATE_NODES = 10_000 "values in a template",
        "a conversation of some hundred messages has a tenth; each is visited in each call";
    TEMPLATE_NESTING = 64 "objects and lists in one another in a template",
        "half of what JSON parsers take, and no API asks for a tenth";
    TEMPLATE_TOKENS = 4_000 "words and signs within the braces of a template",
        "the parser makes a node of each, of some hundred bytes";
    TAG_TOKENS = 256 "words and signs within one pair of braces",
        "each may be one level of the parser's and the renderer's recursion, of up to 8 KiB of stack";
    TAG_NESTING = 24 "brackets in one another within braces",
        "each is some fifteen levels of recursion";
    BLOCK_NESTING = 32 "for, if, elif and with in one another",
        "each is three levels of recursion";
    TEMPLATE_STEPS = 100_000 "steps of rendering a template",
        "some 10 ms; all texts of a template share them";
    TEMPLATE_MEMORY = 8_388_608 "bytes that rendering a template makes, results between included",
        "four times the output: what comes between is dropped again";
    TEMPLATE_OUTPUT = 2_097_152 "bytes of rendered text",
        "as much as is read of an answer; ten of them fit a function's memory";
    VALUE_NESTING = 16 "lists and mappings in one another in a template's variable",
        "each is a level of recursion wherever it is compared, printed or dropped";
    PATH_LENGTH = 2_048 "bytes of a JSONPath",
        "ten times the longest seen";
    PATH_SEGMENTS = 64 "segments and selectors of a JSONPath",
        "one more than the levels that can be useful, as answers nest";
    PATH_NESTING = 8 "brackets in one another in a JSONPath",
        "the parser recurses, and tries what stands in a bracket up to three times";
    PATH_FILTERS = 2 "filters or functions in one another in a JSONPath",
        "the parser's time triples with each";
    PATH_STEPS = 4_000_000 "steps of all JSONPaths of an endpoint on an answer",
        "some 100 ms and 64 MB; to look at every value of a large answer takes some 100,000";
    PARSED_SIZE = 67_108_864 "bytes in memory that an answer takes once it is parsed, for a path that may find several values or for a JSON Schema",
        "a million numbers, or a hundred thousand objects of a few fields; with PATH_STEPS it is what all programs share";
    MAPPED_SIZE = 4_194_304 "bytes in memory that are kept of an answer by its mappings",
        "twice the largest answer: kept until it is stored, times the batch";
    MAPPINGS = 64 "response mappings of an endpoint",
        "each is a path on the same answer, and a key of what is stored";
    PATTERN_LENGTH = 4_096 "bytes of a regular expression",
        "ten times the longest seen";
    PATTERN_NESTING = 32 "groups in one another in a regular expression",
        "each is a level of the parser's recursion";
    PATTERN_SIZE = 1_048_576 "bytes of a compiled regular expression",
        "\\w{50} has a third of it";
    PATTERN_STEPS = 200_000_000 "states of a regular expression times bytes of text, where it has to try them all",
        "a second in the worst case";
    SCHEMA_LENGTH = 131_072 "bytes of a JSON Schema",
        "the largest of public APIs have 100,000";
    SCHEMA_NESTING = 64 "levels of a JSON Schema, those behind $ref included",
        "each is several levels of the validator's recursion";
    SCHEMA_NODES = 4_096 "values in a JSON Schema",
        "compiled, each may take some hundred bytes to some kilobytes";
    SCHEMA_PATHS = 2_000 "ways through $ref, anyOf, oneOf, allOf and the like of a JSON Schema",
        "the validator goes each of them, and compiles most of them anew";
    SCHEMA_PATTERNS = 32 "regular expressions in a JSON Schema",
        "each may take PATTERN_SIZE";
    SCHEMA_STEPS = 20_000_000 "ways through a JSON Schema times values of an answer, and its texts for each format",
        "a second in the worst case";
}
