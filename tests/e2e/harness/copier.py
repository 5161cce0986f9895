"""A rehearsal's private copy (tests/unit/run/copier.c), as long as the with-statement lasts."""
import json
import subprocess
import types

import psycopg

from .program import find_binary

BINARY = find_binary().parent / "tests/unit/run/copier"


class CopyFailed(AssertionError):
    def __init__(self, said):
        super().__init__(said["error"])
        self.said = types.SimpleNamespace(**said)
        self.kind = said["class"]


class Copier:
    """Copier(target=database.url, kind="dump").copy.rows; order("save") tells it what to do next."""

    def __init__(self, environment=None, prelude=(), **options):
        arguments = [f"{name}={value}" for name, value in options.items()]
        arguments += [f"prelude={path}" for path in prelude]
        self.process = subprocess.Popen([BINARY, *arguments], text=True, env=environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            self.copy = self.said()
        except BaseException:
            self.close()
            raise

    def said(self):
        line = self.process.stdout.readline()
        assert line, self.process.communicate()
        said = json.loads(line)
        if "error" in said:
            raise CopyFailed(said)
        return types.SimpleNamespace(**said)

    def order(self, what):
        print(what, file=self.process.stdin, flush=True)
        return self.said()

    def close(self):
        self.process.communicate(timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def query(self, sql, superuser=False):
        """As the role that runs migrations."""
        with psycopg.connect(self.copy.superuser_url if superuser else self.copy.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def value(self, sql, superuser=False):
        return self.query(sql, superuser)[0][0]
