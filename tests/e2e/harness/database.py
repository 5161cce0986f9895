"""One empty database of a server, for one test."""
import re
import subprocess

import psycopg
import pytest
from psycopg import sql

from . import server as servers

# Everything that a migration of these tests makes, a line each.
SCHEMA = """
SELECT format('%s %s.%s %s', c.relkind, n.nspname, c.relname,
              (SELECT string_agg(format('%I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
                                        CASE WHEN a.attnotnull THEN ' not null' END,
                                        ' default ' || pg_get_expr(d.adbin, d.adrelid)), ', '
                                 ORDER BY a.attnum)
               FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', EXCLUDED) AND c.relkind <> 'i'
UNION ALL
SELECT format('index %s.%s %s %s', n.nspname, c.relname, pg_get_indexdef(c.oid),
              CASE WHEN NOT i.indisvalid THEN 'invalid' END)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', EXCLUDED)
UNION ALL
SELECT format('constraint %s %s %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
WHERE k.conrelid <> 0 AND k.contype <> 'n' AND n.nspname !~ '^pg_'
  AND n.nspname NOT IN ('information_schema', EXCLUDED)
UNION ALL
SELECT format('function %s %s', p.oid::regprocedure, p.prosrc)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', EXCLUDED)
ORDER BY 1
"""
# What differs between two dumps of the same schema: the newest dumps' random key, and comments.
NOISE = re.compile(r"^(\\(un)?restrict .*|--.*|SET .*|SELECT pg_catalog\.set_config.*|)\n", re.MULTILINE)


class Database:
    def __init__(self, server, name):
        self.server = server
        self.name = name
        self.url = server.url(name)

    def create(self):
        self.server.query(sql.SQL("CREATE DATABASE {}" + self.server.copying).format(sql.Identifier(self.name)))
        return self

    def drop(self):
        self.server.query(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                          .format(sql.Identifier(self.name)))

    def connect(self, **options):
        """A connection that commits each statement; the caller closes it (with-statement)."""
        return psycopg.connect(self.url, autocommit=True, **options)

    def query(self, text, parameters=None):
        """The rows of the last statement, as tuples. Several statements only without parameters."""
        with self.connect() as connection:
            cursor = connection.execute(text, parameters)
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def value(self, text, parameters=None):
        return self.query(text, parameters)[0][0]

    def has(self, relation):
        return self.value("SELECT to_regclass(%s) IS NOT NULL", [relation])

    def schema(self, exclude="migrate_safe"):
        """Tables, indexes, constraints and functions as lines: equal lists are equal schemas."""
        return [line for line, in self.query(SCHEMA.replace("EXCLUDED", f"'{exclude}'"))]

    def dump(self, *options):
        """pg_dump's text of the schema without its noise; skips the test where no pg_dump fits."""
        tool = servers.find_tool("pg_dump", self.server.major)
        if tool is None:
            pytest.skip(f"no pg_dump for PostgreSQL {self.server.major} is installed")
        text = subprocess.run([tool, "--schema-only", "--no-owner", *options, "-d", self.url],
                              check=True, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60).stdout
        return NOISE.sub("", text)
