#!/usr/bin/env python3
"""How many hazards of tests/fixtures/lint-corpus a linter finds, and how often it cries for nothing.

    bench/lint_corpus.py               both linters; a table, then what each missed and cried for nothing
    bench/lint_corpus.py --only squawk

The form of the corpus is in its README.md. Both linters get the same files, the server's version and
whether a transaction is around them. migrate-safe reads the files before them as well: that is what it
is for. A finding of squawk counts for every hazard that it can mean (SQUAWK).
"""
import argparse
import concurrent.futures
import dataclasses
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import contestants

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests/fixtures/lint-corpus"
SQUAWK_PROGRAM = contestants.MODULES / "@squawk-cli/linux-x64/bin/squawk"
NEWEST = 18
MARK = "--: "
NO_TRANSACTION = "-- migrate-safe: no-transaction"
NOTES = ("info", "note", "notice", "hint")  # severities that stop nobody

# squawk's rule -> our ids that it can mean, given in squawk's favour.
SQUAWK = {rule: set(ids.split()) for rule, ids in {
    "adding-field-with-default": "add-column-volatile-default add-column-serial add-column-identity"
                                 " add-column-stored-generated",
    "adding-foreign-key-constraint": "add-fk-validated add-column-inline-fk multiple-fks-one-transaction"
                                     " add-fk-not-valid-partitioned fk-in-create-table-hot-parent",
    "adding-not-nullable-field": "set-not-null-scan add-column-not-null-no-default",
    "adding-required-field": "add-column-not-null-no-default",
    "adding-serial-primary-key-field": "add-pk-direct add-column-serial add-column-inline-unique-pk"
                                       " add-pk-using-index-nullable",
    "ban-alter-domain-with-add-constraint": "domain-add-constraint domain-set-not-null",
    "ban-char-field": "ban-char",
    "ban-concurrent-index-creation-in-transaction": "concurrent-in-transaction"
                                                    " reindex-concurrently-in-transaction",
    "ban-create-domain-with-constraint": "domain-create-constraint",
    "ban-drop-column": "drop-column drop-column-cascade drop-column-indexed-unique"
                       " schema-and-code-deploy-order",
    "ban-drop-database": "drop-database",
    "ban-drop-not-null": "drop-not-null",
    "ban-drop-table": "drop-table drop-table-multi-fk drop-cascade-any drop-partition-locks-parent",
    "ban-truncate-cascade": "truncate-cascade truncate",
    "ban-uncommitted-transaction": "uncommitted-or-nested-transaction",
    "changing-column-type": "alter-type-rewrite alter-type-narrowing-fails alter-type-timestamptz-utc"
                            " alter-type-index-rebuild alter-type-volatile-using"
                            " alter-type-dependent-view",
    "constraint-missing-not-valid": "add-check-validated add-fk-validated validate-in-same-transaction"
                                    " add-column-inline-check drop-and-readd-constraint"
                                    " set-not-null-scan repeat-alter-table",
    "disallowed-unique-constraint": "add-unique-direct add-column-inline-unique-pk add-pk-direct"
                                    " add-exclusion without-overlaps-constraint",
    "identifier-too-long": "identifier-truncated",
    "prefer-bigint-over-int": "sequence-int-overflow",
    "prefer-bigint-over-smallint": "sequence-int-overflow",
    "prefer-identity": "prefer-identity",
    "prefer-repack": "vacuum-full-cluster",
    "prefer-robust-stmts": "non-transactional-partial-failure concurrent-unnamed",
    "prefer-text-field": "prefer-text",
    "prefer-timestamp-tz": "prefer-timestamptz",
    "renaming-column": "rename-column rename-column-then-reuse",
    "renaming-table": "rename-table",
    "require-concurrent-index-creation": "create-index-blocking create-index-partitioned",
    "require-concurrent-index-deletion": "drop-index-blocking",
    "require-concurrent-partition-detach": "detach-partition-blocking",
    "require-concurrent-reindex": "reindex-blocking",
    "require-lock-timeout": "missing-lock-timeout ineffective-lock-timeout",
    "require-statement-timeout": "missing-statement-timeout",
    "require-table-schema": "require-schema",
    "require-timeout-settings": "missing-lock-timeout missing-statement-timeout ineffective-lock-timeout",
    "transaction-nesting": "uncommitted-or-nested-transaction",
}.items()}

# Rules of ours that say one kind of a hazard by a name of its own.
PART_OF = {"drop-column-dependent-view": "drop-column",
           "security-definer-search-path": "session-role-superuser-only"}

# Style, and timeouts that a runner may set: no false alarm of either linter, where no case is about
# them (`never`), because a safe statement may well be written without.
STYLE = set("ban-char constraint-name-collision missing-lock-timeout missing-statement-timeout"
            " missing-transaction-timeout non-transactional-partial-failure prefer-identity prefer-text"
            " prefer-timestamptz require-schema sequence-int-overflow".split())
SQUAWK_STYLE = {rule for rule in SQUAWK if rule.startswith("prefer-") or "timeout" in rule}
SQUAWK_STYLE |= {"ban-char-field", "require-table-schema"}


@dataclasses.dataclass(frozen=True)
class Case:
    group: str
    line: int  # where it begins in its group's file
    rule: str  # what has to be found; empty: safe
    title: str
    allow: frozenset
    never: frozenset
    pg: tuple  # the first and the last major
    fails: str  # what the server says when it refuses the change; empty: it does not
    setup: tuple  # texts of earlier files
    change: tuple  # texts of the files under test
    here: tuple  # (index of the file, first line, last line) of the statement, or empty

    @property
    def name(self):
        return f"{self.group}-{re.sub(r'[^a-z0-9]+', '-', self.title.lower()).strip('-')}"

    def write(self, folder):
        """The files under test, below `folder`."""
        folder.mkdir()
        earlier = [("schema", (CORPUS / "schema.sql").read_text())]
        earlier += [("setup", text) for text in self.setup]
        paths = []
        for number, (word, text) in enumerate([*earlier, *(("change", text) for text in self.change)], 1):
            path = folder / f"{number:03d}_{word}.sql"
            path.write_text(text)
            if word == "change":
                paths.append(path)
        return paths


@dataclasses.dataclass(frozen=True)
class Finding:
    rule: str  # as the linter calls it
    ids: frozenset  # what that is in our words
    file: int  # index in Case.change
    line: int
    counts: bool = True  # as an alarm: neither style nor a mere note


class CorpusError(Exception):
    pass


def _end_of_block(lines, first):
    """The last line before the next empty one; lines count from 1."""
    last = first
    while last < len(lines) and lines[last].strip():
        last += 1
    return last


def _make(group, number, kind, rest, lines):
    rule, title = re.fullmatch(r"(?:([a-z0-9-]+):\s+)?(\S.*)", rest.strip()).groups()
    if kind.startswith("safe"):
        rule, title = "", rest.strip().removeprefix(":").strip()
    elif not rule:
        raise CorpusError(f"{group}.sql:{number}: a hazard names its rule")
    words = {"allow": "", "never": "", "pg": f"15..{NEWEST}", "fails": ""}
    parts, here = [("change", [])], ()
    for line in lines:
        if not line.startswith(MARK):
            parts[-1][1].append(line)
            continue
        word, _, value = line[len(MARK):].partition(" ")
        if word in ("setup", "change"):
            parts.append((word, []))
        elif word == "here":
            here = (sum(kind == "change" and len(text) > 0 for kind, text in parts) - 1,
                    len(parts[-1][1]) + 1)
        elif word in words and not any(text for _, text in parts):
            words[word] = value
        else:
            raise CorpusError(f"{group}.sql:{number}: {rest.strip()}: {line}")
    low, _, high = words["pg"].partition("..")
    texts = {kind: tuple("\n".join(text).strip("\n") + "\n" for found, text in parts
                         if found == kind and text) for kind in ("setup", "change")}
    if here:
        under_test = texts["change"][here[0]].splitlines()
        if here[1] > len(under_test) or not under_test[here[1] - 1].strip():
            raise CorpusError(f"{group}.sql:{number}: {rest.strip()}: nothing is here")
        here = (*here, _end_of_block(under_test, here[1]))
    return Case(group, number, rule, title, frozenset(words["allow"].split()),
                frozenset(words["never"].split()), (int(low), int(high or NEWEST)), words["fails"],
                texts["setup"], texts["change"], here)


def read(path):
    """The cases of one file."""
    heads = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(re.escape(MARK) + r"(hazard |safe:)(.*)", line)
        if match:
            heads.append((number, match.group(1).strip(), match.group(2), []))
        elif heads:
            heads[-1][3].append(line)
        elif line.strip():
            raise CorpusError(f"{path.name}:{number}: text before the first case")
    return [_make(path.stem, *head) for head in heads]


def cases():
    return [case for path in sorted(CORPUS.glob("*.sql")) if path.name != "schema.sql"
            for case in read(path)]


def owns_transaction(text):
    return re.search(r"(?im)^(BEGIN|START TRANSACTION);", text) is not None


def _run(command, cwd):
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          stdin=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        raise CorpusError(f"exit {done.returncode}: {' '.join(map(str, command))}\n{done.stderr}")
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise CorpusError(f"no JSON: {' '.join(map(str, command))}\n{done.stdout[:500]}{done.stderr}") from error


def squawk(case, home):
    """It looks at one file at a time and has to be told what is around it."""
    found = []
    for index, path in enumerate(case.write(home / "migrations")):
        command = [SQUAWK_PROGRAM, "--reporter", "json", "--pg-version", str(case.pg[0])]
        if not (case.change[index].startswith(NO_TRANSACTION) or owns_transaction(case.change[index])):
            command.append("--assume-in-transaction")
        found += [Finding(row["rule_name"], frozenset(SQUAWK.get(row["rule_name"], {row["rule_name"]})),
                          index, row["line"] + 1,  # its lines begin at 0
                          row["rule_name"] not in SQUAWK_STYLE)
                  for row in _run([*command, path], home)]
    return found


def program():
    return pathlib.Path(os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")).resolve()


def knows_lint():
    if not program().exists():
        return False
    return subprocess.run([program(), "lint", "--help"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL).returncode == 0


@functools.cache
def optional_rules():
    """Matters of taste are off unless configured; the corpus asks for all, but not for what --keep alone wants."""
    listed = json.loads(subprocess.run([program(), "lint", "--rules", "--json"], check=True,
                                       stdout=subprocess.PIPE).stdout)
    return [(rule["id"], rule["severity"]) for rule in listed["rules"]
            if rule["optional"] and not rule["on_with_keep"]]


def migrate_safe(case, home):
    paths = case.write(home / "migrations")
    (home / "migrate-safe.yaml").write_text(
        "lint:\n  rules:\n" + "".join(f"    {name}: {severity}\n" for name, severity in optional_rules()))
    names = {path.name: index for index, path in enumerate(paths)}
    document = _run([program(), "lint", "--json", "--pg", str(case.pg[0]),
                     *(path.relative_to(home) for path in paths)], home)
    return [Finding(row["rule"], frozenset([row["rule"], PART_OF.get(row["rule"], row["rule"])]),
                    names[pathlib.Path(row["file"]).name], row["line"],
                    row["rule"] not in STYLE and row["severity"] not in NOTES)
            for row in document["findings"] if pathlib.Path(row["file"]).name in names]


LINTERS = {"migrate-safe": migrate_safe, "squawk": squawk}


def findings(linter, case):
    with tempfile.TemporaryDirectory(prefix="ms-lint-") as home:
        return LINTERS[linter](case, pathlib.Path(home))


def is_found(case, found):
    """The hazard, at its statement."""
    return any(case.rule in finding.ids
               and (not case.here or (finding.file == case.here[0]
                                      and case.here[1] <= finding.line <= case.here[2]))
               for finding in found)


def alarms(case, found):
    """The findings that a safe case does not deserve."""
    return [finding for finding in found
            if finding.ids & case.never
            or (finding.counts and not finding.ids & case.allow)]


@dataclasses.dataclass
class Score:
    found: list
    missed: list
    quiet: list
    cried: list  # (case, findings)


def score(linter, corpus):
    result = Score([], [], [], [])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, found in zip(corpus, pool.map(lambda case: findings(linter, case), corpus)):
            if case.rule:
                (result.found if is_found(case, found) else result.missed).append(case)
            elif alarms(case, found):
                result.cried.append((case, alarms(case, found)))
            else:
                result.quiet.append(case)
    return result


def scores(only=None):
    """linter -> Score; ours only where the program has `lint`."""
    corpus = cases()
    wanted = [name for name in only or LINTERS if name != "migrate-safe" or knows_lint()]
    return {name: score(name, corpus) for name in wanted}


def table(by_linter):
    corpus = cases()
    groups = sorted({case.group for case in corpus})
    lines = ["| corpus | " + " | ".join(f"{name}: found | false alarms" for name in by_linter) + " |",
             "|---|" + "---:|" * (2 * len(by_linter))]
    for group in [*groups, None]:
        cells = [group or "all"]
        for result in by_linter.values():
            def count(rows, group=group):
                return sum(group in (None, row.group) for row in rows)
            cried = [case for case, _ in result.cried]
            cells += [f"{count(result.found)} of {count(result.found + result.missed)}",
                      f"{count(cried)} of {count(cried + result.quiet)}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def where(case):
    return f"{case.group}.sql:{case.line}"


def details(name, result):
    lines = [f"### {name}: {len(result.missed)} missed", ""]
    lines += [f"- {where(case)} {case.rule}: {case.title}" for case in result.missed]
    lines += ["", f"### {name}: {len(result.cried)} false alarms", ""]
    lines += [f"- {where(case)} {case.title}: {', '.join(sorted({one.rule for one in found}))}"
              for case, found in result.cried]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=LINTERS, action="append")
    only = parser.parse_args().only
    contestants.install()
    if only == ["migrate-safe"] and not knows_lint():
        sys.exit(f"{program()} has no lint")
    by_linter = scores(only)
    print("\n\n".join([table(by_linter), *(details(*item) for item in by_linter.items())]))


if __name__ == "__main__":
    main()
