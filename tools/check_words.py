#!/usr/bin/env python3
"""Refuses words of unfinished work: what is in the tree works, the rest is an issue."""
import argparse
import pathlib
import re
import sys

# Put together here, so that this file does not find itself.
WORDS = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b|\b(?i:not (?:yet )?imple" r"mented)\b")
SUFFIXES = {".c", ".h", ".py", ".sql", ".md", ".build", ".txt", ".yaml", ".yml", ".scd", ""}


def files(roots):
    for root in roots:
        if root.is_dir():
            yield from (path for path in sorted(root.glob("**/*"))
                        if path.is_file() and path.suffix in SUFFIXES)
        else:
            yield root


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roots", type=pathlib.Path, nargs="+")
    found = 0
    for path in files(parser.parse_args().roots):
        if "__pycache__" in path.parts:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            match = WORDS.search(line)
            if match:
                print(f"{path}:{number}: {match.group(0)}: {line.strip()[:80]}", file=sys.stderr)
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
