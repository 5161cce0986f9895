"""Changes of type by `lint --fix`: a second column takes the place of the first, while both applications work."""
import pytest

from test_lint_fix_rename import Renaming, fingerprint, wanted

pytestmark = pytest.mark.once

# {} where the column comes to stand
TABLE = "CREATE TABLE counts (id text, {0} note text{1}{2});\n"
KINDS = {
    "plain": ("int", "bigint", ""),
    "default": ("smallint NOT NULL DEFAULT 5", "bigint", ""),
    "serial key": ("serial PRIMARY KEY", "bigint", ""),
    "keys": ("int NOT NULL UNIQUE", "int8",
             "CREATE UNIQUE INDEX of_pair ON counts (note, total);\nCREATE INDEX by_block ON counts USING brin (total);\n"
             "ALTER TABLE counts ADD CONSTRAINT of_two UNIQUE (total, id);\n"),
    "float": ("real DEFAULT 0.5", "double precision", "CREATE INDEX by_total ON counts (total);\n"),
}


def base_of(kind, is_last):
    definition, _, rest = KINDS[kind]
    column = f"total {definition}"
    text = TABLE.format("" if is_last else f"{column},", ", " if is_last else "", column if is_last else "")
    return text + rest + "INSERT INTO counts (id, note, total) SELECT g, g, g FROM generate_series(1, 100) g;\n"


@pytest.fixture
def changing(tmp_path, new_database):
    made = []

    def make(*arguments):
        made.append(Renaming(tmp_path, new_database, *arguments))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.slice
@pytest.mark.parametrize("kind", ["serial key", "default", "keys", "float", "plain"])
def test_a_type_is_changed(tmp_path, new_database, changing, kind):
    definition, new_type, _ = KINDS[kind]
    up = f"ALTER TABLE counts ALTER COLUMN total TYPE {new_type};\n"
    down = f"ALTER TABLE counts ALTER COLUMN total TYPE {definition.split()[0].replace('serial', 'int')};\n"
    run = changing(base_of(kind, False), up, down)
    rows = "SELECT id, note, total FROM counts ORDER BY id, note"
    write = "INSERT INTO counts (id, note, total) VALUES ('{0}', '{0}', {0}); UPDATE counts SET total = -{0} WHERE id = '{1}'"
    shadow = "SELECT count(*) FROM counts WHERE migrate_safe_total IS DISTINCT FROM total"
    for stage, version in enumerate(run.versions):
        run.up_to(version).ok()
        run.database.query(write.format(1000 + stage, stage + 1))
        assert stage == 0 or run.database.value(shadow) == 0
    before, expanded = run.database.query(rows), fingerprint(run.cli)
    run.add_contract()
    run.cli("up", "-s").ok()
    assert run.database.query(rows) == before
    assert fingerprint(run.cli) == wanted(tmp_path, new_database, base_of(kind, True), up)
    run.database.query(write.format(2000, 50))
    run.database.query("INSERT INTO counts (id) VALUES ('of the default')" if "NULL" not in definition or "DEFAULT" in definition
                       else "SELECT 1")
    run.down_to(run.versions[-1])
    assert run.database.value(shadow) == 0 and expanded
    run.down_to("001")
    run.cli("up", "-s").ok()
    assert fingerprint(run.cli) == wanted(tmp_path / "again", new_database, base_of(kind, True), up)


def test_what_the_new_column_would_not_have_is_not_lost(changing):
    run = changing(base_of("plain", False), "ALTER TABLE counts ALTER COLUMN total TYPE bigint;\n",
                   "ALTER TABLE counts ALTER COLUMN total TYPE int;\n")
    run.cli("up", "-s").ok()
    run.database.query("ALTER TABLE counts ADD CHECK (total > 0); COMMENT ON COLUMN counts.total IS 'sum'")
    run.add_contract()
    result = run.cli("up", "-s").failed(2)
    assert "counts_total_check" in result.err and "comment" in result.err
    run.database.query("ALTER TABLE counts DROP CONSTRAINT counts_total_check;"
                       "COMMENT ON COLUMN counts.migrate_safe_total IS 'sum'")
    run.cli("up", "-s").ok()
    assert run.database.value("SELECT col_description('counts'::regclass, attnum) FROM pg_attribute "
                              "WHERE attrelid = 'counts'::regclass AND attname = 'total'") == "sum"


REFUSED = {
    "come back": ("CREATE TABLE t (a numeric);", "bigint"),
    "identity": ("CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);", "bigint"),
    "another table": ("CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (t int REFERENCES t);", "bigint"),
    "CHECK": ("CREATE TABLE t (a int CHECK (a > 0));", "bigint"),
    "a view": ("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;", "bigint"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_not_sure_is_left(cli_without_database, folder, why):
    base, new_type = REFUSED[why]
    folder.pair("001_base", base, "SELECT 1;")
    folder.pair("002_change", f"ALTER TABLE t ALTER COLUMN a TYPE {new_type};\n", "SELECT 1;")
    document = cli_without_database("lint", "--fix", "--json", "migrations/002_change.up.sql").json()
    reason, = [finding["unfixed"] for finding in document["findings"] if finding["rule"] == "alter-type-rewrite"]
    assert why in reason
