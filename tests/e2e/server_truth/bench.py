"""One database on which all cases are run, beside what the lock plan says of them."""
import psycopg

from . import cases, foretold, schema

KINDS = {name: list(value) for name, value in vars(cases).items()
         if isinstance(value, list) and value and isinstance(value[0], cases.Case) and name != "CASES"}


class Bench:
    """One database that is made anew where a case changed it, with the lock plans of all cases."""

    def __init__(self, database, major):
        self.major = major
        self.database = database
        options = {"options": "-c client_min_messages=error", "prepare_threshold": None}
        self.worker = database.connect(**options)
        self.watcher = database.connect(prepare_threshold=None)
        self.blocker = database.connect(prepare_threshold=None)
        self.worker.execute("DROP ROLE IF EXISTS truth_role")
        self.worker.execute("CREATE ROLE truth_role")
        self.worker.execute(schema.SCHEMA)
        wanted = [case for kind in KINDS.values() for case in kind if case.fits(major)]
        questions = [{"setup": schema.SCHEMA + schema.BUSY + case.setup, "sql": case.sql, "pg": major}
                     for case in wanted]
        self.plans = dict(zip(wanted, foretold.ask(questions)))

    def renew(self):
        self.worker.execute("DROP SCHEMA public, other CASCADE; DROP PUBLICATION IF EXISTS news;"
                            "CREATE SCHEMA public")
        self.worker.execute(schema.SCHEMA)

    def close(self):
        for connection in (self.worker, self.watcher, self.blocker):
            connection.close()
        self.database.drop()
        self.database.server.query("DROP ROLE truth_role")

    def compare(self, case, observe):
        """Sentences about what differs."""
        plan = self.plans[case]
        try:
            if case.setup:
                self.worker.execute(case.setup)
            expected = foretold.expand(self.watcher, plan["effects"])
            return foretold.differences(observe(), expected, case, plan["is_incomplete"])
        except psycopg.Error as error:
            return [f"it fails: {error}"]
        finally:
            if case.changes_the_schema():
                self.renew()
            elif case.setup:
                self.worker.execute(schema.SCRATCH)
