#!/usr/bin/env python3
"""Refuses an #include that goes against the layers of ARCHITECTURE.md.

A folder uses what its row names and what those use, nothing else; the pure folders include no header
that can reach a process, a file, a connection or the clock.
"""
import argparse
import pathlib
import re
import sys

USES = {
    "base": [],
    "sql": ["base"],
    "migration": ["sql"],
    "catalog": ["migration"],
    "check": ["catalog"],
    "io": ["base"],
    "pg": ["io", "sql"],
    "run": ["check", "pg"],
    "report": ["check", "io"],
    "cli": ["run", "report"],
}
# Headers the build writes, and the folder each counts as.
GENERATED = {"config.h": "base", "queries.h": "pg", "pg_query_module.h": "sql"}
PURE = {"base", "sql", "migration", "catalog", "check"}
# base/ wraps libcrypto and says out of memory; nothing pure reads the outside world.
IMPURE_HEADERS = re.compile(
    r"^(unistd|fcntl|poll|signal|dirent|spawn|netdb|libpq-fe|jansson|libfyaml|sys/.*|curl/.*)\.h$|^libpq"
)
# The parser's memory is guarded by the system: it reads nothing of the outside world by that.
EXCEPTIONS = {("sql/parser_memory.c", "signal.h"), ("sql/parser_memory.c", "sys/mman.h")}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def closure(folder):
    seen, todo = {folder}, [folder]
    while todo:
        for used in USES[todo.pop()]:
            if used not in seen:
                seen.add(used)
                todo.append(used)
    return seen


def check(root):
    problems = []
    allowed = {folder: closure(folder) for folder in USES}
    for path in sorted(root.glob("*/**/*.[ch]")):
        folder = path.relative_to(root).parts[0]
        if folder not in USES:
            problems.append(f"{path}:1: folder {folder}/ has no row in tools/check_layers.py")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            name = match.group(2)
            if match.group(1) == '"':
                target = GENERATED.get(name, name.split("/")[0])
                if target not in USES or ("/" not in name and name not in GENERATED):
                    problems.append(f"{path}:{number}: write \"{name}\" with its folder")
                elif target not in allowed[folder]:
                    problems.append(f"{path}:{number}: {folder}/ may not use {target}/ ({name})")
            elif (folder in PURE and IMPURE_HEADERS.match(name)
                  and (str(path.relative_to(root)), name) not in EXCEPTIONS):
                problems.append(f"{path}:{number}: {folder}/ is pure and may not include <{name}>")
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
