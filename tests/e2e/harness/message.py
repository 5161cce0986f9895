"""What a run said, as a person reads it: the first line, and what to do next."""
import re


def first(result):
    """The first line of stderr."""
    return result.err.split("\n", 1)[0]


def hint(result):
    """The first hint on stderr, its lines joined; None when there is none."""
    found = re.search(r"^  hint:    ?(.*(?:\n          .*)*)", result.err, re.MULTILINE)
    return re.sub(r"\n +", " ", found[1]).strip() if found else None


def said(result):
    return result.code, first(result), hint(result)
