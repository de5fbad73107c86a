"""Every refusal of a request that its schema lets through, with the reason why no schema could say it."""

import re

import schemathesis

REFUSALS = {
    "It depends on what there is, or was, which no schema knows.": [
        r"must be the id of an? \w+ that there is",
        r"there is none with this id",
        r"is the id of no test",
        r"must be a run of this test set on this endpoint",
        r"Test set [0-9a-f-]+ has no tests",
        r"Endpoint [0-9a-f-]+ was deleted",
        r"was used for another request",
        r"must be that of the address, or not there",
        r"must be what it is, or not there",
        r"must not be there: what is made is given its own",
        r"part \d+ has not come",
        r"must be from 1 to \d+, for as many parts it was opened",
        r"must be at most \d+(\.\d+)?, the .* of .*",
    ],
    "It depends on what time it is.": [
        r".*\bpast\b.*",
        r".*\bahead\b.*",
    ],
    "Two fields are against each other, or one of several is missing: their descriptions say so. In a schema that is `anyOf` and "
    "`not`, which makes types of generated clients that nobody can read.": [
        r"contradicts \w+( or \w+)?: .*",
        r"must be later than created_after",
        r"is missing(: .*)?",
        r"must begin with wss?://",
        r"must be PENDING, STARTED or RETRY to revoke",
        r"must be FAILURE or REVOKED to retry",
        r"is an error's, which no unfinished task has: leave it out, or retry",
        r"is for (the )?class(es)? .*",
        r"belongs to cron: an interval knows no clocks",
        r"must be 2 to 100 texts to choose from",
        r"is for numeric scores",
        r"is unknown; for this class there is .*",
        r"must be (\w+ or )?\w+ for class \w+",
        r"must be = or != where the score is no number",
        r"must be the first of passing_categories, or null",
        r"must be null: say \w+ or \w+",
        r"needs a member or a callback, which keeps it",
        r"must hold no empty text",
    ],
    "What a task's `args` are, and how long it may run, depends on its kind, whose own operations and `GET /kinds` say it.": [
        r"(unknown|missing) field .*",
        r"invalid (type|length|value): .*",
        r"must be between 1 and \d+ seconds, the limit of \w+",
    ],
    "Every part of a grammar but one would have to be repeated in a pattern: of cron, of time zones, of templates, of paths into an "
    "answer, of files of tests. `$filter` and `cursor` are generated so that they are good, or there to be refused.": [
        r"must be that of a page's link to the next",
        r"is wrong at character \d+: .*",
        r"the file holds no tests",
        r"must be a cron pattern of five fields, as .*",
        r"says \{\{ input \}\} nowhere: .*",
        r"is not a string",
        r"is empty",
        r"line \d+: .*",
    ],
    "Schemas count characters, say nothing of names, and know no words: what is sent is bounded in bytes, and a secret must be told from an answer's words.": [
        r"must be (a line|an object) of at most \d+ bytes( of JSON)?",
        r"must have at least 8 characters beside spaces, .*",
        r"must have a name of at most 64 letters, digits and _, that begins with no digit",
    ],
    "JSON has a character that Postgres has not, wherever a text is.": [
        r"holds the character U\+0000, which .*",
    ],
}


@schemathesis.check
def refusals_are_accounted_for(_context, response, case):
    """What a schema lets through is done, or refused for a reason that is written above."""
    if case.meta is None or case.meta.generation.mode.is_negative or response.status_code not in (400, 413, 415, 422):
        return
    detail = response.json()["detail"]
    if not any(re.fullmatch(pattern, detail) for patterns in REFUSALS.values() for pattern in patterns):
        raise AssertionError(f"{response.status_code}: {detail!r} is in no schema, and in tests/openapi/refusals.py no reason is written")


@schemathesis.check
def refusals_name_what_is_wrong(_context, response, _case):
    """A 422 names its field and says in one sentence what is wrong with it."""
    if response.status_code != 422:
        return
    problem = response.json()
    # Which may be called nothing at all.
    assert "field" in problem, f"names no field: {problem}"
    assert "\n" not in problem["detail"] and len(problem["detail"]) < 1000, f"is no sentence: {problem}"
