"""Random changes to a database that is there: statements of many kinds, in one transaction, kept where the server takes them.

What they are made of is read from the catalog, so that each sees what those before it did. Some do to rows what depends on which
rows there are: `RARE` values stand in few rows of the test's, and in none that anybody generates.
"""
import psycopg

from .random_design import literal, quoted

TABLES = """
SELECT c.oid::regclass::text, c.relkind,
       (SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, NULL), format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '')
FROM pg_class c WHERE c.oid >= 16384 AND c.relkind IN ({}) AND c.relnamespace::regnamespace::text !~ '^pg_toast' ORDER BY 1
"""
# Columns without a word of their own are in `Change.pick`.
OBJECTS = {
    "constraint": "SELECT quote_ident(conname), conrelid::regclass::text FROM pg_constraint WHERE oid >= 16384 AND conrelid <> 0 AND contype <> 'n' ORDER BY 2, 1",
    "trigger": "SELECT quote_ident(tgname), tgrelid::regclass::text FROM pg_trigger WHERE oid >= 16384 AND NOT tgisinternal ORDER BY 2, 1",
    "policy": "SELECT quote_ident(polname), polrelid::regclass::text FROM pg_policy ORDER BY 2, 1",
    "index": "SELECT indexrelid::regclass::text FROM pg_index WHERE indexrelid >= 16384 AND indrelid::regclass::text !~ '^pg_toast' ORDER BY 1",
    "sequence": "SELECT oid::regclass::text FROM pg_class WHERE oid >= 16384 AND relkind = 'S' ORDER BY 1",
    "view": "SELECT oid::regclass::text FROM pg_class WHERE oid >= 16384 AND relkind = 'v' ORDER BY 1",
    "materialized view": "SELECT oid::regclass::text FROM pg_class WHERE oid >= 16384 AND relkind = 'm' ORDER BY 1",
    "function": "SELECT oid::regprocedure::text FROM pg_proc WHERE oid >= 16384 ORDER BY 1",
    "type": "SELECT oid::regtype::text FROM pg_type WHERE oid >= 16384 AND typtype IN ('e', 'd') ORDER BY 1",
    "statistics": "SELECT format('%s.%I', stxnamespace::regnamespace, stxname) FROM pg_statistic_ext ORDER BY 1",
    "schema": "SELECT oid::regnamespace::text FROM pg_namespace WHERE oid >= 16384 ORDER BY 1",
}
# Values that a generated row does not have, by the type of a column; and others.
RARE = {"integer": "123456", "bigint": "1234567", "text": "'rare'", "character varying": "'rare'", "numeric": "98765.25", "date": "'2011-11-11'",
        "timestamp with time zone": "'2011-11-11 11:11+00'", "uuid": "'11111111-2222-3333-4444-555555555555'", "jsonb": "'{\"rare\": 1}'",
        "integer[]": "'{123456}'", "bigint[]": "'{123456}'", "boolean": "NULL"}
OTHER = {"integer": "77", "bigint": "777", "text": "'other'", "character varying": "'other'", "numeric": "7.5", "date": "'2017-07-17'",
         "timestamp with time zone": "'2017-07-17 07:07+00'", "uuid": "'77777777-2222-3333-4444-555555555555'", "jsonb": "'[7]'",
         "integer[]": "'{7}'", "bigint[]": "'{7}'", "boolean": "true"}
TYPES = {"integer": ("bigint", "numeric", "smallint", "text", "numeric(12,2)"), "bigint": ("int", "numeric", "text"),
         "text": ("varchar(200)", "varchar", 'text COLLATE "C"'), "character varying": ("text", "varchar(80)", "varchar(10)"),
         "numeric": ("numeric", "numeric(14,4)", "bigint", "text"), "date": ("timestamptz", "text"), "timestamp with time zone": ("timestamp", "date"),
         "boolean": ("text",), "uuid": ("text",), "jsonb": ("json", "text"), "integer[]": ("bigint[]", "text")}


class Change:
    """add(count): so many statements more; `texts`: all of them. Leaves the connection in its transaction."""

    def __init__(self, random, connection, new):
        self.random = random
        self.connection = connection
        self.new = list(new)  # statements that make what is not there
        self.texts = []
        self.number = 0

    def add(self, count, kinds=None):
        for _ in range(8 * count):
            text = self.random.choice(kinds or KINDS)(self)
            if text and self.takes(text):
                self.texts.append(text)
                count -= 1
            if not count:
                break

    def takes(self, text):
        try:
            with self.connection.transaction():
                self.connection.execute(text)
                self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            return True
        except psycopg.Error:
            return False

    # what there is

    def rows(self, text):
        return self.connection.execute(text).fetchall()

    def pick(self, kind):
        """(name,) or (name, table); None."""
        found = self.rows(OBJECTS[kind])
        return self.random.choice(found) if found else None

    def table(self, kinds="'r', 'p'"):
        """(name, kind, columns), of which each is (name, type, type with its modifier); None."""
        found = [row for row in self.rows(TABLES.format(kinds)) if row[2]]
        return self.random.choice(found) if found else None

    def column(self, known=None):
        """(table, column, type): of a type in `known`; None."""
        table = self.table()
        columns = [column for column in table[2] if known is None or column[1] in known] if table else []
        return (table[0], *self.random.choice(columns)[:2]) if columns else None

    def fresh(self):
        self.number += 1
        return self.random.choice((f"new_{self.number}", f'"New {self.number}"', f'"n""{self.number}"'))

    # the schema

    def make(self):
        return self.new.pop(self.random.randrange(len(self.new))) if self.new else None

    def make_table(self):
        schema = self.pick("schema")
        if schema:
            parts = self.random.sample(("a int DEFAULT 3", "b text NOT NULL DEFAULT 'x'", "c numeric(10,2) CHECK (c > -5)", "d serial", "e timestamptz"), 2)
            return f"CREATE TABLE {schema[0]}.{self.fresh()} (id bigint PRIMARY KEY, {', '.join(parts)})"

    def drop(self):
        kind = self.random.choice(list(OBJECTS))
        found = self.table() if self.random.random() < 0.3 else self.pick(kind)
        if not found:
            return None
        more = self.random.choice(("", " CASCADE"))
        if len(found) == 3:
            return f"DROP TABLE {found[0]}{more}"
        if kind == "constraint":
            return f"ALTER TABLE {found[1]} DROP CONSTRAINT {found[0]}{more}"
        return f"DROP {kind.upper()} {found[0]}{' ON ' + found[1] if len(found) == 2 else ''}{more}"

    def drop_column(self):
        table = self.table()
        if table:
            name = self.random.choice((table[2][-1], self.random.choice(table[2])))[0]
            return f"ALTER TABLE {table[0]} DROP COLUMN {quoted(name)}{self.random.choice(('', ' CASCADE'))}"

    def add_column(self):
        table = self.table()
        if table:
            what = self.random.choice(("int", "int NOT NULL DEFAULT 5", "text DEFAULT 'x' UNIQUE", "timestamptz DEFAULT now()", "bigserial", "uuid DEFAULT gen_random_uuid()",
                                       "bigint GENERATED ALWAYS AS IDENTITY", "numeric(10,2) CHECK (true)", "boolean NOT NULL DEFAULT false"))
            return f"ALTER TABLE {table[0]} ADD COLUMN {self.fresh()} {what}"

    def rename(self):
        what = self.random.choice(("table", "table", "column", "column", "constraint", "index", "sequence", "view", "type", "function", "schema"))
        if what == "column":
            found = self.column()
            return found and f"ALTER TABLE {found[0]} RENAME COLUMN {quoted(found[1])} TO {self.fresh()}"
        if what == "table":
            found = self.table()
            return found and f"ALTER TABLE {found[0]} RENAME TO {self.fresh()}"
        found = self.pick(what)
        if what == "constraint":
            return found and f"ALTER TABLE {found[1]} RENAME CONSTRAINT {found[0]} TO {self.fresh()}"
        return found and f"ALTER {what.upper()} {found[0]} RENAME TO {self.fresh()}"

    def move(self):
        found, schema = self.table(), self.pick("schema")
        return found and schema and f"ALTER TABLE {found[0]} SET SCHEMA {schema[0]}"

    def alter_column(self):
        found = self.column()
        if found:
            table, name, of = found
            forms = ["SET NOT NULL", "DROP NOT NULL", "DROP DEFAULT", "SET STATISTICS 77", "SET STORAGE EXTERNAL", "DROP IDENTITY"]
            forms += [f"SET DEFAULT {OTHER[of]}"] * 3 if of in OTHER else []
            return f"ALTER TABLE {table} ALTER COLUMN {quoted(name)} {self.random.choice(forms)}"

    def change_type(self):
        found = self.column(TYPES)
        if found:
            table, name, of = found
            to = self.random.choice(TYPES[of])
            using = self.random.choice(("", "", f" USING {quoted(name)}::text::{to.partition(' COLLATE')[0]}"))
            return f"ALTER TABLE {table} ALTER COLUMN {quoted(name)} TYPE {to}{using}"

    def constrain(self):
        found = self.column()
        if found:
            table, name, _ = found
            return f"ALTER TABLE {table} ADD CONSTRAINT {self.fresh()} " + self.random.choice((
                f"UNIQUE ({quoted(name)})", f"CHECK ({quoted(name)} IS NOT NULL)", f"CHECK ({quoted(name)} IS NULL OR true) NOT VALID",
                f"FOREIGN KEY ({quoted(name)}) REFERENCES {found[0]}"))

    def index(self):
        found = self.column()
        return found and f"CREATE {self.random.choice(('', 'UNIQUE '))}INDEX {self.fresh()} ON {found[0]} ({quoted(found[1])})"

    def say(self):
        found = self.table()
        return found and self.random.choice((
            f"COMMENT ON TABLE {found[0]} IS {literal('new, it is')}", f"COMMENT ON COLUMN {found[0]}.{quoted(found[2][0][0])} IS 'x'",
            f"GRANT SELECT, UPDATE ON {found[0]} TO ms_reader", f"REVOKE ALL ON {found[0]} FROM ms_reader",
            f"ALTER TABLE {found[0]} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {found[0]} OWNER TO ms_writer",
            f"ALTER TABLE {found[0]} SET (fillfactor = 55)"))

    # rows

    def keyed(self):
        """(table, columns but id), of one that has a column id."""
        table = self.table()
        if table and "id" in [column[0] for column in table[2]]:
            return table[0], [column for column in table[2] if column[0] != "id"]
        return None

    def values(self, columns, most=3):
        known = [column for column in columns if column[1] in OTHER]
        return self.random.sample(known, min(len(known), self.random.randint(0, most)))

    def insert(self):
        found = self.keyed()
        if not found:
            return None
        table, chosen = found[0], self.values(found[1])
        names = ", ".join(["id", *(quoted(column[0]) for column in chosen)])
        into = f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE"
        key = self.random.choice((9001, 9002, 9003, 2))
        others = "".join(f", {OTHER[column[1]]}" for column in chosen)
        return self.random.choice((
            f"{into} VALUES ({key}{others})", f"{into} VALUES ({key}{others})", f"{into} VALUES ({key}{others}), ({key + 50}{others})",
            f"{into} SELECT {key}{others} WHERE NOT EXISTS (SELECT FROM {table} WHERE id = {key})",
            f"{into} VALUES ({key}{others}) ON CONFLICT DO NOTHING",
            f"{into} SELECT id + 9000{others} FROM {table} WHERE id < 50",
            f"{into} VALUES ((SELECT count(*) + 9100 FROM {table} WHERE id = 3){others})",
            f"INSERT INTO {table} DEFAULT VALUES",
            f"WITH made AS ({into} VALUES ({key}{others}) RETURNING id) SELECT * FROM made"))

    def update(self):
        found = self.column(OTHER)
        if not found:
            return None
        table, name, of = found
        change = f"UPDATE {table} SET {quoted(name)} = {OTHER[of]}"
        rare = f" WHERE {quoted(name)} = {RARE[of]}"
        return self.random.choice((change, f"{change}{rare}", f"DO $do$ BEGIN {change}{rare}; END $do$",
                                   f"DO $do$ BEGIN EXECUTE {literal(change + rare)}; END $do$",
                                   f"WITH changed AS ({change}{rare} RETURNING 1) SELECT count(*) FROM changed"))

    def fill_new(self):
        """The ordinary way to fill what was added, in some rows or in all."""
        found = self.column(OTHER)
        if found:
            table, name, of = found
            column = self.fresh()
            return (f"ALTER TABLE {table} ADD COLUMN {column} int; UPDATE {table} SET {column} = 5"
                    + self.random.choice(("", f" WHERE {quoted(name)} = {RARE[of]}")))

    def delete(self):
        found = self.column(RARE)
        if not found:
            return None
        table, name, of = found
        rare = f"{quoted(name)} = {RARE[of]}"
        return self.random.choice((
            f"DELETE FROM {table} WHERE {rare}", f"DELETE FROM ONLY {table} WHERE {rare}", f"TRUNCATE {table} CASCADE", f"DELETE FROM {table} WHERE id = 2",
            f"CREATE TABLE {self.fresh()} AS WITH gone AS (DELETE FROM {table} WHERE {rare} RETURNING *) SELECT * FROM gone",
            f"WITH gone AS (DELETE FROM {table} WHERE {rare} RETURNING 1) SELECT count(*) FROM gone"))

    def call(self):
        """A function of the migration's own that writes, called from somewhere."""
        found, schema = self.column(RARE), self.pick("schema")
        if not found or not schema:
            return None
        table, name, of = found
        function = f"{schema[0]}.{self.fresh()}"
        made = f"CREATE FUNCTION {function}() RETURNS int LANGUAGE sql AS {literal(f'DELETE FROM {table} WHERE {quoted(name)} = {RARE[of]}; SELECT 1')}"
        return f"{made}; " + self.random.choice((
            f"SELECT {function}()", f"SELECT 1 WHERE {function}() > 0", f"CREATE TABLE {schema[0]}.{self.fresh()} AS SELECT {function}() AS x",
            f"ALTER TABLE {table} ADD COLUMN {self.fresh()} int DEFAULT {function}()", f"DO $do$ BEGIN PERFORM {function}(); END $do$",
            f"CREATE MATERIALIZED VIEW {schema[0]}.{self.fresh()} AS SELECT {function}() AS x",
            f"ALTER TABLE {table} ALTER COLUMN {quoted(name)} TYPE {of} USING CASE {function}() WHEN 0 THEN {quoted(name)} ELSE {quoted(name)} END"))

    def change_by_type(self):
        found = self.column(RARE)
        if found:
            table, name, of = found
            to = self.random.choice((of, of, {"integer": "bigint", "character varying": "text"}.get(of, of)))
            return (f"ALTER TABLE {table} ALTER COLUMN {quoted(name)} TYPE {to} USING "
                    f"CASE WHEN {quoted(name)} = {RARE[of]} THEN {OTHER[of]} ELSE {quoted(name)} END")

    def attribute(self):
        """Of a composite type, whose values columns have."""
        found = self.rows("SELECT c.oid::regclass::text, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.oid >= 16384 "
                          "AND c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2")
        if found:
            name, attribute = self.random.choice(found)
            return self.random.choice((f"ALTER TYPE {name} DROP ATTRIBUTE {quoted(attribute)}", f"ALTER TYPE {name} ADD ATTRIBUTE {self.fresh()} int",
                                       f"ALTER TYPE {name} RENAME ATTRIBUTE {quoted(attribute)} TO {self.fresh()}"))

    def take_in(self):
        """An old table becomes a part of a new one, which is then written to."""
        found = self.column(RARE)
        if found:
            table, name, of = found
            parent = f"{self.random.choice(self.rows(OBJECTS['schema']))[0]}.{self.fresh()}"
            return self.random.choice((
                f"CREATE TABLE {parent} (LIKE {table}) PARTITION BY LIST ({quoted(name)}); ALTER TABLE {parent} ATTACH PARTITION {table} DEFAULT",
                f"CREATE TABLE {parent} (LIKE {table}); ALTER TABLE {table} INHERIT {parent}")) + \
                f"; DELETE FROM {parent} WHERE {quoted(name)} = {RARE[of]}"

    def guard(self):
        """A trigger or rule that writes only for some rows, and something that sets it off."""
        found, other, schema = self.column(OTHER), self.column(RARE), self.pick("schema")
        if not found or not other or not schema:
            return None
        table, name, of = found
        wipe = f"DELETE FROM {other[0]} WHERE {quoted(other[1])} = {RARE[other[2]]}"
        function, column = f"{schema[0]}.{self.fresh()}", self.fresh()
        moment = self.random.choice(("AFTER INSERT", "BEFORE UPDATE", "AFTER INSERT OR UPDATE", "AFTER DELETE"))
        made = (f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS {literal(f'BEGIN {wipe}; RETURN NEW; END')}; "
                f"CREATE TRIGGER {self.fresh()} {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")
        ruled = f"CREATE RULE {self.fresh()} AS ON {self.random.choice(('INSERT', 'UPDATE', 'DELETE'))} TO {table} DO ALSO {wipe}"
        return self.random.choice((made, ruled)) + "; " + self.random.choice((
            f"ALTER TABLE {table} ADD COLUMN {column} int; UPDATE {table} SET {column} = 5 WHERE {quoted(name)} IS NOT NULL",
            f"INSERT INTO {table} (id, {quoted(name)}) OVERRIDING SYSTEM VALUE VALUES (9077, {OTHER[of]})"))

    def reset(self):
        found = self.pick("sequence")
        return found and self.random.choice((f"SELECT setval({literal(found[0])}, 1)", f"ALTER SEQUENCE {found[0]} RESTART",
                                             f"SELECT nextval({literal(found[0])})", f"ALTER SEQUENCE {found[0]} RESTART WITH 50"))


SCHEMA = [Change.make, Change.make, Change.make_table, Change.drop, Change.drop_column, Change.add_column, Change.add_column, Change.rename, Change.rename,
          Change.move, Change.alter_column, Change.alter_column, Change.change_type, Change.constrain, Change.index, Change.say]
ROWS = [Change.insert, Change.insert, Change.update, Change.fill_new, Change.delete, Change.call, Change.change_by_type, Change.reset, Change.attribute, Change.take_in,
        Change.guard]
KINDS = 2 * SCHEMA + ROWS


def give_rare_values(connection):
    """One row of each table has them, in each column that takes them."""
    composite = {name for name, in connection.execute("SELECT oid::regtype::text FROM pg_type WHERE oid >= 16384 AND typtype = 'c'").fetchall()}
    for name, _, columns in connection.execute(TABLES.format("'r', 'p'")).fetchall():
        for column, of, _ in columns or []:
            value = "(7, 'x')" if of in composite else RARE.get(of)
            if value and column != "id":
                try:
                    with connection.transaction():
                        connection.execute(f"UPDATE {name} SET {quoted(column)} = {value} WHERE id = 3")
                        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
                except psycopg.Error:
                    pass
