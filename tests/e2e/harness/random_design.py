"""What random schemas are made of: objects in up to three forms each, which depend on each other in random ways."""
import dataclasses

ROLES = ("ms_reader", "ms_writer")
NAMES = ("plain", "select", 'quo"te', "it's", "ünï 名", "line\nbreak", "n" * 63, "a.b", "semi;--", "%s $$", "Upper", "back\\slash", "user")

# What a column may hold: its types, which are assigned to each other; its defaults; the value of row i; a condition that holds.
FAMILIES = {
    "int": (("int", "bigint", "bigint"), ("0", "7", "(1 + 2)"), "i", "{0} > -1000"),
    "text": (("text", "varchar(40)", "varchar(60)", 'text COLLATE "C"'), ("'x'", "'it''s'", "upper('a')"), "'v' || i", "length({0}) < 1000"),
    "number": (("numeric(10,2)", "numeric(12,2)", "numeric"), ("0", "1.5"), "i", "{0} <> -5"),
    "time": (("timestamptz", "timestamptz(3)"), ("now()", "'2024-01-01 12:00+02'"), "'2024-01-01'::timestamptz + i * interval '1 day'",
             "{0} > '1999-01-01 00:00+00'"),
    "date": (("date",), ("CURRENT_DATE", "'2024-02-29'"), "'2024-01-01'::date + i", "{0} BETWEEN '1999-01-01' AND '2999-01-01'"),
    "flag": (("boolean",), ("true", "false"), "i % 2 = 0", "{0} IN (true, false)"),
    "document": (("jsonb",), ("'{}'", "'[1, \"a\"]'"), "jsonb_build_object('i', i)", "{0} <> 'null'"),
    "key": (("uuid",), ("'00000000-0000-0000-0000-000000000001'",), "md5(i::text)::uuid", "{0}::text <> ''"),
    "list": (("int[]", "bigint[]"), ("'{}'", "ARRAY[1, 2]"), "ARRAY[i, i + 1]", "cardinality({0}) < 100"),
    "reference": (("bigint", "int"), (), "NULL", "{0} > 0"),
}
DISTINCT = ("int", "text", "key")  # whose values differ from row to row


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "E'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


@dataclasses.dataclass(frozen=True)
class Option:
    text: str
    needs: frozenset = frozenset()
    provides: frozenset = frozenset()  # columns of a view


@dataclasses.dataclass
class Column:
    key: str
    name: str
    family: str
    options: list
    position: int = 0


@dataclasses.dataclass
class Slot:
    key: str
    options: list
    columns: list = None  # of a table, whose text has a place for them
    is_needed: bool = False  # never left out


@dataclasses.dataclass
class Relation:
    key: str
    name: str
    columns: list
    kind: str


def option(text, *needs, provides=()):
    return Option(text, frozenset(needs), frozenset(provides))


class Design:
    """`size`: how many tables; the rest follows."""

    def __init__(self, random, size, major):
        self.random = random
        self.major = major
        self.slots = []
        self.taken = set()
        self.relations, self.functions, self.sequences = [], [], []
        self.families = dict(FAMILIES)
        self.schemas = []
        for number in range(random.randint(1, 3)):
            self.add_schema(number)
        for _ in range(random.randint(0, 3)):
            random.choice((self.add_enum, self.add_domain, self.add_composite))()
        for _ in range(random.randint(1, 3)):
            random.choice((self.add_function, self.add_sequence))()
        for _ in range(size):
            random.choice((self.add_table, self.add_table, self.add_partitioned, self.add_child))()
        for _ in range(random.randint(0, 2 * size)):
            self.add_foreign_key()
        for _ in range(random.randint(0, 2 * size)):
            random.choice((self.add_check, self.add_unique, self.add_index, self.add_index, self.add_statistics))()
        self.add_trigger_function()
        for _ in range(random.randint(0, size + 1)):
            random.choice((self.add_trigger, self.add_policy, self.add_rule, self.add_reader, self.add_own_sequence))()
        for _ in range(random.randint(0, size + 2)):
            random.choice((self.add_view, self.add_view, self.add_materialized_view))()
        for _ in range(random.randint(0, size + 2)):
            random.choice((self.add_comment, self.add_grant, self.add_column_grant, self.add_column_setting, self.add_table_setting,
                           self.add_publication))()

    # names

    def fresh(self, schema, among="relation"):
        """(what to write, the bare name), which nothing else in the schema has."""
        name = self.random.choice(NAMES)
        while (schema, among, name) in self.taken:
            name = self.shortened(name) + str(self.random.randint(0, 999))
        self.taken.add((schema, among, name))
        return f"{schema}.{quoted(name)}", name

    @staticmethod
    def shortened(name):
        return name.encode()[:50].decode(errors="ignore")

    def add(self, key, *options, **more):
        self.slots.append(Slot(key, list(options), **more))
        return key

    # namespaces, types, routines, sequences

    def add_schema(self, number):
        name = quoted(NAMES[self.random.randrange(len(NAMES))] if number else "ms one")
        if name not in self.schemas:
            self.schemas.append(name)
            self.add(f"schema {name}", option(f"CREATE SCHEMA {name}"), is_needed=True)

    def in_schema(self, among="relation"):
        schema = self.random.choice(self.schemas)
        name, bare = self.fresh(schema, among)
        return name, bare, f"schema {schema}"

    def add_enum(self):
        name, _, schema = self.in_schema()
        labels = ("'a', 'it''s'", "'a', 'it''s', 'c'", "'a', 'between', 'it''s'")
        key = self.add(f"type {name}", *(option(f"CREATE TYPE {name} AS ENUM ({words})", schema) for words in labels))
        self.families[key] = ((name,), (f"'a'::{name}",), f"'a'::{name}", "{0} >= 'a'")

    def add_domain(self):
        name, _, schema = self.in_schema()
        parts = ("", " DEFAULT 3", " CONSTRAINT positive CHECK (VALUE > -5)", " CONSTRAINT positive CHECK (VALUE > -7)")
        key = self.add(f"type {name}", *(option(f"CREATE DOMAIN {name} AS numeric(14,2){part}", schema)
                                         for part in self.random.sample(parts, 3)))
        self.families[key] = ((name,), ("4",), "i", "{0} < 100000")

    def add_composite(self):
        name, _, schema = self.in_schema()
        parts = ("a int, b text", 'a int, b text, "c d" date')
        key = self.add(f"type {name}", *(option(f"CREATE TYPE {name} AS ({part})", schema) for part in parts))
        self.families[key] = ((name,), (), "NULL", "{0} IS NULL OR true")

    def add_function(self):
        name, _, schema = self.in_schema("routine")
        head = f"CREATE FUNCTION {name}(int) RETURNS int LANGUAGE"
        key = self.add(f"function {name}(int)", option(f"{head} sql IMMUTABLE AS 'SELECT $1 + 1'", schema),
                       option(f"{head} plpgsql IMMUTABLE STRICT AS 'BEGIN RETURN $1; END'", schema),
                       option(f"{head} sql IMMUTABLE COST 7 AS 'SELECT $1 + 2 -- it''s'", schema))
        self.functions.append((key, name))

    def add_sequence(self):
        name, _, schema = self.in_schema()
        key = self.add(f"sequence {name}", *(option(f"CREATE SEQUENCE {name}{part}", schema)
                                             for part in ("", " INCREMENT 5 CACHE 3", " AS int MAXVALUE 90000 CYCLE")))
        self.sequences.append((key, name))

    # tables

    def column_options(self, key, name, family):
        types, defaults, _, _ = self.families[family]
        needs = [family] if family.startswith("type ") else []
        options = []
        for _ in range(self.random.randint(1, 3)):
            text, more = f"{quoted(name)} {self.random.choice(types)}", list(needs)
            choice = self.random.randint(0, 5)
            if choice == 1 and defaults:
                text += f" DEFAULT {self.random.choice(defaults)} NOT NULL"
            elif choice == 2 and defaults:
                text += f" DEFAULT {self.random.choice(defaults)}"
            elif choice == 3 and family == "int" and self.functions:
                function, called = self.random.choice(self.functions)
                text, more = f"{text} DEFAULT {called}(5)", [*more, function]
            elif choice == 4 and family == "int" and self.sequences:
                sequence, called = self.random.choice(self.sequences)
                text, more = f"{text} DEFAULT nextval({literal(called)})", [*more, sequence]
            options.append(option(text, *more))
        if not needs:
            options.append(option(f"{quoted(name)} {types[0]}"))
        return options

    def new_columns(self, table, first=0):
        columns = []
        for number in range(first, first + self.random.randint(1, 5)):
            family = self.random.choice(list(self.families))
            name = f"{self.shortened(self.random.choice(NAMES))}{number}"
            key = f"column {table}.{quoted(name)}"
            columns.append(Column(key, name, family, self.column_options(key, name, family), number))
        return columns

    def generated(self, table, columns):
        """A column computed from another, which keeps its one form."""
        source = self.random.choice(columns)
        if source.family not in ("int", "text", "number") or self.random.random() < 0.5:
            return []
        source.options = [source.options[-1]]
        expression = {"int": "{0} + 1", "text": "upper({0})", "number": "{0} * 2"}[source.family].format(quoted(source.name))
        kind = {"int": "bigint", "text": "text", "number": "numeric"}[source.family]
        name = "made of another"
        return [Column(f"column {table}.{quoted(name)}", name, "generated",
                       [option(f"{quoted(name)} {kind} GENERATED ALWAYS AS ({expression}) STORED", source.key)], 99)]

    def id_column(self, table, schema, plain):
        key = f"column {table}.id"
        options = [option('"id" bigint NOT NULL')]
        if not plain:
            sequence, _ = self.fresh(schema)
            options = [option(f'"id" bigint GENERATED {how} AS IDENTITY (SEQUENCE NAME {sequence})') for how in ("ALWAYS", "BY DEFAULT")]
        return Column(key, "id", "id", options, -1)

    def add_relation(self, key, name, columns, kind, texts, needs):
        self.add(key, *(option(text, *needs) for text in texts), columns=columns)
        self.relations.append(Relation(key, name, columns, kind))

    def add_table(self):
        name, _, schema = self.in_schema()
        key = f"table {name}"
        schema_name = schema.removeprefix("schema ")
        columns = [self.id_column(name, schema_name, self.random.random() < 0.4), *self.new_columns(name)]
        columns += self.generated(name, columns[1:])
        primary = f", CONSTRAINT {self.constraint_name(schema_name)} PRIMARY KEY (id)"
        texts = [f"CREATE TABLE {name} ({{columns}}{primary})", f"CREATE TABLE {name} ({{columns}}{primary}) WITH (fillfactor = 70)"]
        self.add_relation(key, name, columns, "table", texts, [schema])

    def add_partitioned(self):
        name, _, schema = self.in_schema()
        schema_name = schema.removeprefix("schema ")
        columns = [self.id_column(name, schema_name, True), *self.new_columns(name)]
        key_name = self.constraint_name(schema_name)
        self.add_relation(f"table {name}", name, columns, "partitioned",
                          [f"CREATE TABLE {name} ({{columns}}, CONSTRAINT {key_name} PRIMARY KEY (id)) PARTITION BY RANGE (id)"], [schema])
        for bound in ("DEFAULT", "FOR VALUES FROM (0) TO (2)", "FOR VALUES FROM (2) TO (100)")[:self.random.randint(1, 3)]:
            part, _ = self.fresh(schema_name)
            self.add(f"table {part}", option(f"CREATE TABLE {part} PARTITION OF {name} {bound}", schema, f"table {name}"),
                     is_needed=bound == "DEFAULT")

    def add_child(self):
        parents = [relation for relation in self.relations if relation.kind == "table"]
        if not parents:
            return self.add_table()
        parent = self.random.choice(parents)
        name, _, schema = self.in_schema()
        columns = self.new_columns(name, 100)
        self.add_relation(f"table {name}", name, columns, "child", [f"CREATE TABLE {name} ({{columns}}) INHERITS ({parent.name})"],
                          [schema, parent.key])

    # what belongs to a table

    def pick(self, kinds, families=None):
        """(relation, column), or None"""
        found = [(relation, column) for relation in self.relations if relation.kind in kinds
                 for column in relation.columns if families is None or column.family in families]
        return self.random.choice(found) if found else None

    def own_name(self, relation, among):
        return quoted(self.fresh(relation.key, among)[1])

    def constraint_name(self, schema):
        """Its index is a relation; and a child would take another's for its own."""
        name = self.fresh(schema)[1]
        while ("", "constraint", name) in self.taken:
            name = self.fresh(schema)[1]
        self.taken.add(("", "constraint", name))
        return quoted(name)

    @staticmethod
    def schema_of(relation):
        return relation.name.partition('".')[0] + '"'

    def add_foreign_key(self):
        source, target = self.pick(("table", "partitioned", "child"), ("reference",)), self.pick(("table", "partitioned"), ("id",))
        if not source or not target:
            return
        relation, column = source
        name = self.constraint_name(self.schema_of(relation))
        self.add(f"constraint {name} on {relation.name}", *(
            option(f"ALTER TABLE {relation.name} ADD CONSTRAINT {name} FOREIGN KEY ({quoted(column.name)}) REFERENCES {target[0].name} (id){more}",
                   relation.key, column.key, target[0].key)
            for more in ("", " ON DELETE CASCADE", " ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED")))

    def add_check(self):
        found = self.pick(("table", "partitioned", "child"))
        if not found or found[1].family in ("id", "generated"):
            return
        relation, column = found
        name = self.constraint_name(self.schema_of(relation))
        condition = self.families[column.family][3].format(quoted(column.name))
        texts = [(condition, ""), (f"{condition} OR id IS NULL", "")]
        if relation.kind == "table":
            texts.append((condition, " NO INHERIT NOT VALID"))  # a child that is made later would get a valid one
        needs = [relation.key, column.key]
        options = [option(f"ALTER TABLE {relation.name} ADD CONSTRAINT {name} CHECK ({text}){more}", *needs) for text, more in texts]
        if column.family == "int" and self.functions:
            function, called = self.random.choice(self.functions)
            options.append(option(f"ALTER TABLE {relation.name} ADD CONSTRAINT {name} CHECK ({called}({quoted(column.name)}::int) > -9)",
                                  *needs, function))
        self.add(f"constraint {name} on {relation.name}", *self.random.sample(options, min(3, len(options))))

    def add_unique(self):
        found = self.pick(("table", "child"), DISTINCT)
        if found:
            relation, column = found
            name = self.constraint_name(self.schema_of(relation))
            self.add(f"constraint {name} on {relation.name}", *(
                option(f"ALTER TABLE {relation.name} ADD CONSTRAINT {name} UNIQUE ({quoted(column.name)}){more}", relation.key, column.key)
                for more in ("", " DEFERRABLE")))

    def add_index(self):
        found = self.pick(("table", "child", "materialized"))
        if not found:
            return
        relation, column = found
        name = quoted(self.fresh(self.schema_of(relation))[1])
        what = quoted(column.name)
        condition = self.families[column.family][3] if column.family in self.families else "{0} IS NOT NULL"
        forms = [f"({what})", f"({what} DESC)"]
        needs = [relation.key, column.key]
        options = []
        if relation.kind != "materialized":
            forms.append(f"({what}) WHERE {condition.format(what)}")
        if column.family == "text":
            forms.append(f"(lower({what}), {what})")
        if column.family == "document":
            forms = [f"USING gin ({what})", f"USING gin ({what} jsonb_path_ops)"]
        if column.family == "int" and self.functions:
            function, called = self.random.choice(self.functions)
            options.append(option(f"CREATE INDEX {name} ON {relation.name} ({called}({what}::int))", *needs, function))
        options += [option(f"CREATE INDEX {name} ON {relation.name} {form}", *needs) for form in forms]
        self.add(f"index {name} on {relation.name}", *self.random.sample(options, min(3, len(options))))

    def add_statistics(self):
        found = self.pick(("table",), ("int", "text", "number"))
        if found:
            relation, column = found
            name, _, schema = self.in_schema("statistics")
            self.add(f"statistics {name}", *(
                option(f"CREATE STATISTICS {name}{kinds} ON id, {quoted(column.name)} FROM {relation.name}", schema, relation.key, column.key)
                for kinds in ("", " (ndistinct)")))

    def add_trigger_function(self):
        name, _, schema = self.in_schema("routine")
        head = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
        self.trigger_function = name
        self.add(f"function {name}()", option(f"{head} AS 'BEGIN RETURN NEW; END'", schema),
                 option(f"{head} SET work_mem = '8MB' AS 'BEGIN NULL; RETURN NEW; END'", schema))

    def add_trigger(self):
        found = self.pick(("table", "partitioned", "child"))
        if not found:
            return
        relation, column = found
        name = self.own_name(relation, "trigger")
        made = f"CREATE TRIGGER {name} {{}} ON {relation.name} FOR EACH ROW{{}} EXECUTE FUNCTION {self.trigger_function}()"
        function = f"function {self.trigger_function}()"
        off = f"; ALTER TABLE {relation.name} DISABLE TRIGGER {name}"
        self.add(f"trigger {name} on {relation.name}", option(made.format("BEFORE INSERT OR UPDATE", ""), relation.key, function),
                 option(made.format(f"AFTER UPDATE OF {quoted(column.name)}", f" WHEN (NEW.{quoted(column.name)} IS NOT NULL)"), relation.key,
                        column.key, function),
                 option(made.format("BEFORE INSERT OR UPDATE", "") + off, relation.key, function))

    def add_policy(self):
        found = self.pick(("table", "partitioned"))
        if not found:
            return
        relation, column = found
        name = self.own_name(relation, "policy")
        made = f"CREATE POLICY {name} ON {relation.name}"
        self.add(f"policy {name} on {relation.name}",
                 option(f"{made} FOR SELECT TO ms_reader USING ({quoted(column.name)} IS NOT NULL)", relation.key, column.key),
                 option(f"{made} AS RESTRICTIVE USING (id > 1) WITH CHECK (id > 0)", relation.key),
                 option(f"{made} FOR SELECT TO ms_reader, ms_writer USING ({quoted(column.name)} IS NOT NULL)", relation.key, column.key))

    def add_rule(self):
        found = self.pick(("table",))
        if found:
            relation, _ = found
            name = self.own_name(relation, "rule")
            self.add(f"rule {name} on {relation.name}", *(
                option(f"CREATE RULE {name} AS ON DELETE TO {relation.name} {how} NOTHING", relation.key)
                for how in ("DO ALSO", "WHERE (OLD.id > 5) DO INSTEAD")))

    def add_reader(self):
        """A function that reads a table: since 14 one form depends on it, the others only by name."""
        found = self.pick(("table", "partitioned", "child", "view"))
        if not found:
            return
        relation, column = found
        name, _, schema = self.in_schema("routine")
        body = f"SELECT count({quoted(column.name)}) FROM {relation.name}"
        head = f"CREATE FUNCTION {name}() RETURNS bigint LANGUAGE sql"
        options = [option(f"{head} AS {literal(body)}", schema, relation.key, column.key)]
        if self.major >= 14:
            options.append(option(f"{head} BEGIN ATOMIC {body}; END", schema, relation.key, column.key))
        self.add(f"function {name}()", *options)

    def add_own_sequence(self):
        found = self.pick(("table",), ("int",))
        if found:
            relation, column = found
            name, _ = self.fresh(self.schema_of(relation))
            self.add(f"sequence {name}", option(f"CREATE SEQUENCE {name} OWNED BY {relation.name}.{quoted(column.name)}", relation.key, column.key),
                     option(f"CREATE SEQUENCE {name} OWNED BY NONE", relation.key))

    # views

    def view_forms(self, relation, other):
        """(SELECT, needs, columns): with fewer columns, with another condition, with a join."""
        columns = self.random.sample(relation.columns, self.random.randint(1, min(3, len(relation.columns))))
        listed = ", ".join(f"x.{quoted(column.name)} AS c{number}" for number, column in enumerate(columns))
        needs = [relation.key, *(column.key for column in columns)]
        names = [f"c{number}" for number in range(len(columns))]
        forms = [(f"SELECT {listed} FROM {relation.name} x", needs, names),
                 (f"SELECT {listed}, 1 AS more FROM {relation.name} x", needs, names),
                 (f"SELECT {listed} FROM {relation.name} x WHERE x.{quoted(columns[0].name)} IS NOT NULL", needs, names),
                 (f"SELECT {listed} FROM {relation.name} x, {other.name} y", [*needs, other.key], names),
                 (f"SELECT x.{quoted(columns[0].name)} AS c0, count(*) AS more FROM {relation.name} x GROUP BY 1", needs[:2], names[:1])]
        if self.functions:
            function, called = self.random.choice(self.functions)
            forms.append((f"SELECT {listed}, {called}(1) AS called FROM {relation.name} x", [*needs, function], names))
        return columns, self.random.sample(forms, 3)

    def add_view(self, kind="view", made="CREATE VIEW {} AS {}"):
        readable = [relation for relation in self.relations if relation.columns]
        if not readable:
            return
        relation, other = self.random.choice(readable), self.random.choice(readable)
        if any(column.family == "document" for column in relation.columns):
            relation = other
        name, _, schema = self.in_schema()
        columns, forms = self.view_forms(relation, other)
        key = f"view {name}"
        self.add(key, *(option(made.format(name, text), schema, *needs, provides=[f"column {name}.{column}" for column in names])
                        for text, needs, names in forms))
        self.relations.append(Relation(key, name, [Column(f"column {name}.c{number}", f"c{number}", "seen", [])
                                                   for number, _ in enumerate(columns)], kind))

    def add_materialized_view(self):
        self.add_view("materialized", "CREATE MATERIALIZED VIEW {} AS {}")
        if self.relations and self.relations[-1].kind == "materialized" and self.random.random() < 0.5:
            relation = self.relations[-1]
            name = quoted(self.fresh(self.schema_of(relation))[1])
            self.add(f"index {name} on {relation.name}", option(f"CREATE INDEX {name} ON {relation.name} (c0)", relation.key, relation.columns[0].key))

    # what is said of them

    def add_comment(self):
        found = self.pick(("table", "partitioned", "child", "view", "materialized"))
        if not found:
            return
        relation, column = found
        on = {"view": "VIEW", "materialized": "MATERIALIZED VIEW"}.get(relation.kind, "TABLE")
        what, needs = self.random.choice([(f"{on} {relation.name}", [relation.key]),
                                          (f"COLUMN {relation.name}.{quoted(column.name)}", [relation.key, column.key])])
        key = f"comment {what}"
        if key not in self.taken:
            self.taken.add(key)
            self.add(key, *(option(f"COMMENT ON {what} IS {literal(text)}", *needs) for text in ("it's", "two\nlines: of it", "owner: x")))

    def add_grant(self):
        found = self.pick(("table", "partitioned", "child", "view", "materialized"))
        if found:
            relation, _ = found
            role = self.random.choice((*ROLES, "PUBLIC"))
            self.add(f"grant {role} {relation.name} {len(self.slots)}", *(
                option(f"GRANT {rights} ON {relation.name} TO {role}", relation.key) for rights in ("SELECT", "INSERT, SELECT", "ALL")))

    def add_column_grant(self):
        found = self.pick(("table", "partitioned", "view"))
        if found:
            relation, column = found
            self.add(f"column grant {relation.name} {len(self.slots)}", *(
                option(f"GRANT {right} ({quoted(column.name)}) ON {relation.name} TO ms_writer", relation.key, column.key)
                for right in ("SELECT", "UPDATE")))

    def add_column_setting(self):
        found = self.pick(("table",), ("text", "document"))
        if found and f"setting {found[1].key}" not in self.taken:
            relation, column = found
            self.taken.add(f"setting {column.key}")
            self.add(f"setting {column.key}", *(option(f"ALTER TABLE {relation.name} ALTER {quoted(column.name)} SET {what}", relation.key, column.key)
                                                for what in ("STATISTICS 500", "STORAGE EXTERNAL", "(n_distinct = 5)")))

    def add_table_setting(self):
        found = self.pick(("table", "partitioned"))
        if found and f"setting {found[0].key}" not in self.taken:
            relation, _ = found
            self.taken.add(f"setting {relation.key}")
            self.add(f"setting {relation.key}", *(option(f"ALTER TABLE {relation.name} {what}", relation.key) for what in (
                "ENABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY", "REPLICA IDENTITY FULL", "OWNER TO ms_writer")))

    def add_publication(self):
        found = self.pick(("table",))
        if found:
            relation, _ = found
            name = quoted(self.fresh("", "publication")[1])
            self.add(f"publication {name}", option(f"CREATE PUBLICATION {name} FOR TABLE ONLY {relation.name}", relation.key),
                     option(f"CREATE PUBLICATION {name} FOR TABLE ONLY {relation.name} WITH (publish = 'insert')", relation.key))
