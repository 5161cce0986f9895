#!/usr/bin/env python3
"""Refuses a file beyond 600 lines and a function beyond 60.

The formatter puts a function's braces at column 0, so a body is what stands between such a pair.
"""
import argparse
import pathlib
import sys

FILE_LINES = 600
FUNCTION_LINES = 60


def check_functions(path, lines):
    problems = []
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            length = number - start - 1
            if length > FUNCTION_LINES:
                head = next((lines[i] for i in range(start - 2, -1, -1)
                             if lines[i][:1].strip()), "?")
                problems.append(f"{path}:{start}: {length} lines, at most {FUNCTION_LINES}: {head}")
            start = None
    return problems


def check(roots):
    problems = []
    for root in roots:
        for path in sorted(root.glob("**/*.[ch]")):
            lines = path.read_text().splitlines()
            if len(lines) > FILE_LINES:
                problems.append(f"{path}:1: {len(lines)} lines, at most {FILE_LINES}")
            problems += check_functions(path, lines)
        for path in sorted(root.glob("**/*.py")):
            length = len(path.read_text().splitlines())
            if length > FILE_LINES:
                problems.append(f"{path}:1: {length} lines, at most {FILE_LINES}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roots", type=pathlib.Path, nargs="+")
    problems = check(parser.parse_args().roots)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
