#!/usr/bin/env python3
"""Refuses calls of functions that have a safer twin in the tree, with the twin's name."""
import argparse
import pathlib
import re
import sys

BANNED = {
    "strcpy": "arena_strdup or snprintf", "strcat": "text_append", "strncpy": "arena_dup",
    "strncat": "text_append", "sprintf": "snprintf or text_printf", "vsprintf": "text_vprintf",
    "gets": "str_line", "strtok": "str_until", "strtok_r": "str_until", "system": "process_run",
    "popen": "process_run", "atoi": "strtol with its errors checked", "atol": "strtol",
    "atoll": "strtoll", "atof": "strtod", "alloca": "arena_alloc", "tmpnam": "mkdtemp",
    "mktemp": "mkdtemp", "gmtime": "gmtime_r", "localtime": "localtime_r", "ctime": "strftime",
    "asctime": "strftime", "usleep": "clock_sleep_ms", "sleep": "clock_sleep_ms",
    "PQescapeString": "quote_literal", "PQexecParams": "session_query", "PQsetdb": "session_open",
}
CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
NOISE = re.compile(r'"(?:\\.|[^"\\])*"|//.*|/\*.*?\*/')
EXIT = re.compile(r"(?<![\w.>])exit\s*\(")


def check(root):
    problems = []
    for path in sorted(root.glob("**/*.[ch]")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            code = NOISE.sub("", line)
            for match in CALL.finditer(code):
                problems.append(f"{path}:{number}: {match.group(1)}() is banned: {BANNED[match.group(1)]}")
            if EXIT.search(code) and path.name != "main.c":
                problems.append(f"{path}:{number}: exit() belongs to main.c alone")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--stamp", type=pathlib.Path)
    options = parser.parse_args()
    problems = check(options.root)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 1
    if options.stamp:
        options.stamp.write_text("ok\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
