"""Executes the examples of lint's rules, and looks at what the rules claim of them."""
import dataclasses
import json
import subprocess
import threading

import psycopg

from harness.program import find_binary
from . import observed, statements

# All that an example may have left.
CLEAN = """
ROLLBACK;
RESET ALL;
RESET SESSION AUTHORIZATION;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT pubname FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', name); END LOOP;
    FOR name IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP
        EXECUTE format('DROP EXTENSION %I CASCADE', name);
    END LOOP;
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    CREATE SCHEMA public;
    ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC;
END $$;
SELECT pg_advisory_unlock_all();
"""

MISSING_TABLE = "42P01"  # of an example about tables that the files do not make
SYNTAX = "42601"
# The hazard is not the lock but how long it is held, or together with which others.
SAME_LOCK_IS_GOOD = {
    "multiple-fks-one-transaction", "drop-table-multi-fk", "multiple-strong-locks-one-transaction",
    "update-without-batch", "dml-after-ddl-same-transaction", "lock-upgrade", "statement-after-ael",
}


@dataclasses.dataclass
class Outcome:
    """What one example did to the relation of the claim."""
    mode: int = 0
    is_rewritten: bool = False
    is_scanned: bool = False
    scanned_under: int = 0  # the strongest lock in a transaction that read all of it
    sqlstate: str = ""
    message: str = ""

    def add(self, other):
        self.mode = max(self.mode, other.mode)
        self.is_rewritten |= other.is_rewritten
        self.is_scanned |= other.is_scanned or other.is_rewritten
        if other.is_scanned or other.is_rewritten:
            self.scanned_under = max(self.scanned_under, other.mode)


def load():
    said = subprocess.run([find_binary(), "lint", "--rules", "--json"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return json.loads(said)["rules"]


def fits(thing, major):
    return (thing["pg_from"] or 0) <= major <= (thing["pg_to"] or 99)


def has_claim(rule):
    claim = rule["claim"]
    return bool(claim["mode"] or claim["rewrite"] or claim["scan"] or claim["sqlstate"])


class Stage:
    """One database, and a second connection that looks."""

    def __init__(self, database):
        options = {"prepare_threshold": None}
        self.worker = database.connect(options="-c client_min_messages=error", **options)
        self.watcher = database.connect(**options)
        self.pid = self.worker.info.backend_pid

    def close(self):
        self.worker.close()
        self.watcher.close()

    def run(self, example, relation):
        """The outcome of an example; it is left in a clean database."""
        outcome = Outcome()
        try:
            for statement in statements.cut(CLEAN) + statements.cut(example["setup"] or ""):
                self.worker.execute(statement)
            self.execute(statements.cut(example["sql"]), relation, outcome)
        except psycopg.Error as error:
            outcome.sqlstate = error.sqlstate or "?????"
            outcome.message = str(error).splitlines()[0]
        return outcome

    def execute(self, commands, relation, outcome):
        """As one transaction, where that is possible; what it holds is looked at before it ends."""
        is_stepwise = any(statements.begins(command) or statements.runs_alone(command)
                          for command in commands)
        commands = commands if is_stepwise else ["BEGIN", *commands, "COMMIT"]
        before = None
        for command in commands:
            is_open = self.worker.info.transaction_status != psycopg.pq.TransactionStatus.IDLE
            if statements.ends(command) and is_open:
                outcome.add(self.look(relation, before))
            if is_open or statements.begins(command):
                self.worker.execute(command)
                if before is None:
                    before = self.files()
                outcome.add(self.look(relation, before, costs=False))
                before = before if not statements.ends(command) else None
            else:
                outcome.add(self.alone(command, relation))
        if before is not None:
            outcome.add(self.look(relation, before))

    def files(self):
        return {row[0]: row for row in self.worker.execute(
            observed.FILES, [list(observed.relations(self.watcher))]).fetchall()}

    def look(self, relation, before, costs=True):
        """Of the relation and its partitions, as others see them."""
        if self.worker.info.transaction_status != psycopg.pq.TransactionStatus.INTRANS:
            return Outcome()
        seen = observed.relations(self.watcher)
        observed.add_locks(seen, self.watcher, self.pid)
        outcome = Outcome()
        files = self.files() if costs and before is not None else {}
        for oid in self.tree(relation):
            if oid in seen:
                is_known = oid in files and oid in before
                outcome.add(Outcome(seen[oid].mode, is_known and files[oid][1] != before[oid][1],
                                    is_known and files[oid][2] > before[oid][2]))
        return outcome

    def tree(self, relation):
        return [row[0] for row in self.watcher.execute("""
            WITH RECURSIVE tree (oid) AS (
                SELECT to_regclass(%s)::oid
                UNION SELECT i.inhrelid FROM tree t JOIN pg_inherits i ON i.inhparent = t.oid
            ) SELECT oid FROM tree WHERE oid IS NOT NULL""", [relation]).fetchall()]

    def alone(self, command, relation):
        """A statement of its own, with its locks sampled while it runs."""
        outcome, failed, oids = Outcome(), [], set(self.tree(relation))
        before = dict(self.watcher.execute("SELECT oid, pg_relation_filenode(oid) FROM unnest(%s::oid[])"
                                           " AS r(oid)", [list(oids)]).fetchall())

        def run():
            try:
                self.worker.execute(command)
            except psycopg.Error as error:
                failed.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        while thread.is_alive():
            for oid, mode in self.watcher.execute(observed.LOCKS, [self.pid]).fetchall():
                if oid in oids:
                    outcome.mode = max(outcome.mode, observed.MODES[mode])
        if failed:
            raise failed[0]
        for oid in self.tree(relation):
            file = self.watcher.execute("SELECT pg_relation_filenode(%s::oid)", [oid]).fetchone()[0]
            outcome.is_rewritten |= oid in before and file != before[oid]
        return outcome


def claim_fails(claim, outcome):
    """What of a claim the first bad example did not show; "" when all is there."""
    wanted = observed.MODES.get(claim["mode"] or "", 0)
    missing = []
    if (claim["sqlstate"] or "") != outcome.sqlstate:
        missing.append(f"SQLSTATE {outcome.sqlstate or 'none'} {outcome.message}")
    if outcome.sqlstate:
        return ", ".join(missing)
    if outcome.mode < wanted:
        missing.append(f"only lock mode {outcome.mode}")
    if claim["rewrite"] and not outcome.is_rewritten:
        missing.append("no rewrite")
    if claim["scan"] and not outcome.is_scanned:
        missing.append("no scan")
    return ", ".join(missing)


def good_fails(rule, outcome, example):
    """What a good example shows that it must not; None when it cannot run by itself."""
    claim = rule["claim"]
    wanted = observed.MODES.get(claim["mode"] or "", 0)
    is_about_syntax = outcome.sqlstate == SYNTAX and rule["id"].endswith("-ignore")
    if is_about_syntax or outcome.sqlstate == MISSING_TABLE:
        return None
    if outcome.sqlstate:
        return f"it fails: {outcome.sqlstate} {outcome.message}"
    if claim["rewrite"]:
        return "a rewrite" if outcome.is_rewritten else ""
    if claim["scan"]:
        return "a scan under that lock" if wanted and outcome.scanned_under >= wanted else ""
    # Rules of other risks are about what is lost or breaks: the safe form takes the same lock.
    may_lock = (rule["risk"] != "blocking" or rule["id"] in SAME_LOCK_IS_GOOD
                or "_timeout" in example["sql"] or not wanted)
    return "that lock" if outcome.mode >= wanted and not may_lock else ""


def judge(stage, rule, major):
    """(outcome of the first bad example or None, what differs from the claim and of good examples)"""
    claim, wrong, first = rule["claim"], [], None
    bad = rule["bad"][0]
    if has_claim(rule) and fits(rule, major) and fits(bad, major):
        first = stage.run(bad, claim["relation"])
        missing = claim_fails(claim, first)
        wrong += [f"claim: {missing}"] if missing else []
    for example in rule["good"]:
        if fits(rule, major) and fits(example, major):
            found = good_fails(rule, stage.run(example, claim["relation"]), example)
            wrong += [f"good: {found}: {example['sql']}"] if found else []
    return first, wrong
