"""Puts tools/parser_natives.c in the place of some functions of the parser's module.

In the package's WebAssembly they have numbers only. What they are was found by reading; the hash of
what wasm2c makes of each says that it still is the same.
"""
import hashlib
import pathlib
import re

SOURCE = pathlib.Path(__file__).with_suffix(".c")
# number, name, hash
FUNCTIONS = (
    (26, "appendStringInfo", "176be64969a36730"),
    (34, "strlen", "2e48fb86b7232d14"),
    (44, "outToken", "032b583693872325"),
)


def pattern(number):
    return re.compile(rf"^static (\w+) w2c_f{number}(\(\w+\* instance,[^)]*\) \{{\n.*?^\}}\n)",
                      re.M | re.S)


def check(text):
    for number, name, expected in FUNCTIONS:
        found = pattern(number).findall(text)
        actual = hashlib.sha256("".join(found[0]).encode()).hexdigest()[:16] if found else ""
        if len(found) != 1 or actual != expected:
            raise ValueError(f"function {number} is not {name} any more ({actual}): look for it, and"
                             " correct tools/parser_natives.py")


def replaced(text):
    """The module's C; what calls such a function calls ours, and ours may call the module's."""
    check(text)
    for number, name, _ in FUNCTIONS:
        text = pattern(number).sub(rf"static \1 module_{name}\2", text)
        text = re.sub(rf"\bw2c_f{number}\b", f"native_{name}", text)
    return text + "\n" + SOURCE.read_text()
