"""backup verify: what each level does, what it leaves, and what it says when it cannot be tried."""
import json
import os
import re

import pytest
from psycopg import sql

from harness import server as servers
from harness.backup_copy import BackupCopy
from harness.backups import dump, manifest
from harness.database import Database
from harness.message import first, hint
from harness.program import Program
from harness.tools import Wrapper
from harness.waiting import until

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("needs_pg_dump")]

FORMS = ["directory", "custom", "plain"]
SHOP = """
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);
INSERT INTO orders (note) SELECT 'note ' || i FROM generate_series(1, 200) i;
CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM orders;
"""
EVERYTHING = r"""
CREATE SCHEMA "od'd";
CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION postgres_fdw;
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE pair AS (x int, y text);
CREATE DOMAIN positive AS int CHECK (value > 0); CREATE TYPE span AS RANGE (subtype = float8);
CREATE COLLATION plain FROM "C";
CREATE TABLE kinds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b bytea, arr int[], r int4range, c pair, m mood, p positive,
    j json, jb jsonb, x xml, tsv tsvector, bt bit(3), vb varbit, f8 float8, n numeric, d date, tz timestamptz,
    iv interval, mac macaddr, ip inet, pt point, u uuid, h hstore, ci citext, g int GENERATED ALWAYS AS (1 + 2) STORED,
    mny money, o oid, nm name, ch "char", txt text COLLATE plain);
INSERT INTO kinds (b, arr, r, c, m, p, j, jb, x, tsv, bt, vb, f8, n, d, tz, iv, mac, ip, pt, u, h, ci, mny, o, nm, ch, txt)
VALUES ('\x00ff', '{1,NULL,3}', '[1,5)', '(1,"a,b")', 'b', 5, '{"a": 1.0}', '{"a":1.00}', '<a/>', 'a b', B'101', B'1',
    'NaN', 1.0, 'infinity', '-infinity', '1 mon', '08:00:2b:01:02:03', '1.2.3.4/8', '(1,2)',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a=>1', 'Abc', '12.34', 5, 'n', 'c', E'tab\tnl\n\\.\\ end');
INSERT INTO kinds (f8, n, txt) VALUES ('Infinity', 'NaN', E'\\.'), ('-0', 1.00, ''),
    (null, null, E'-- PostgreSQL database dump complete\n\\! ls');
CREATE TABLE parts (k int, v text) PARTITION BY RANGE (k);
CREATE TABLE parts1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parts2 PARTITION OF parts DEFAULT;
INSERT INTO parts SELECT g, 'v' || g FROM generate_series(1, 30) g;
CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent);
INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);
CREATE UNLOGGED TABLE unlogged (a int); INSERT INTO unlogged VALUES (1);
CREATE MATERIALIZED VIEW counted AS SELECT count(*) c FROM kinds; CREATE UNIQUE INDEX ON counted (c);
CREATE MATERIALIZED VIEW empty AS SELECT 1 AS a WITH NO DATA;
CREATE VIEW v AS SELECT * FROM kinds; CREATE RULE r AS ON INSERT TO v DO INSTEAD NOTHING;
CREATE TABLE "od'd"."T ""x" ("a b" int, "select" text); INSERT INTO "od'd"."T ""x" VALUES (1, 'x');
ALTER TABLE parts ENABLE ROW LEVEL SECURITY; ALTER TABLE parts FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON parts FOR SELECT TO verify_tenant USING (k > 1);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN -- \. ; $$
RETURN new; END $f$;
CREATE TRIGGER t BEFORE INSERT ON kinds FOR EACH ROW EXECUTE FUNCTION touch();
CREATE FUNCTION notice() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER e2e_verify ON ddl_command_end EXECUTE FUNCTION notice();
CREATE PUBLICATION changes FOR TABLE kinds;
CREATE SEQUENCE down INCREMENT -1; SELECT setval('down', -5); CREATE SEQUENCE unused;
CREATE STATISTICS pair_of ON k, v FROM parts;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO verify_tenant;
GRANT SELECT (id) ON kinds TO "verify ""odd";
SELECT lo_from_bytea(0, '\x0102'), lo_from_bytea(0, 'xyz');
CREATE CAST (mood AS int) WITH INOUT;
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw; CREATE FOREIGN TABLE far (a int) SERVER away;
CREATE USER MAPPING FOR verify_tenant SERVER away OPTIONS (user 'x');
CREATE TABLE hen (id int PRIMARY KEY, o int); CREATE TABLE egg (id int PRIMARY KEY, o int REFERENCES hen);
ALTER TABLE hen ADD FOREIGN KEY (o) REFERENCES egg DEFERRABLE INITIALLY DEFERRED;
BEGIN; INSERT INTO hen VALUES (1, 1); INSERT INTO egg VALUES (1, 1); COMMIT;
"""


@pytest.fixture
def shop(database):
    database.query(SHOP)
    return database


@pytest.fixture
def scratch(new_database):
    """A server to restore on, without the time that starting one takes."""
    return ["--on", new_database().url]


def scratch_databases(cluster):
    return cluster.query("SELECT datname FROM pg_database WHERE datname LIKE 'migrate_safe_verify_%'")


@pytest.mark.sanitized
@pytest.mark.parametrize("form", FORMS)
def test_each_level_is_done_and_kept_in_the_manifest(form, shop, cli, tmp_path):
    cli("backup", "create", "--form", form).ok()
    assert manifest(tmp_path)["level"] == "exists"
    result = cli("backup", "verify").ok()
    steps = re.findall(r"^  (\d)  (\w+) +(?:\d.*?)  (.*)$", result.out, re.MULTILINE)
    assert [name for _, name, _ in steps] == ["exists", "readable", "restored", "equal"], result
    assert "into a server of our own" in result.out
    assert re.search(r"2 tables with 201 rows, 1 sequence, \d+ objects as the manifest says", result.out)
    assert re.search(r"^proven: equal in .*, the restore itself took ", result.out, re.MULTILINE)
    written = manifest(tmp_path)
    assert written["level"] == "equal" and written["restore_ms"] > 0 and written["verified_at"]

    cli("backup", "verify", "--level", "readable").ok()  # takes nothing away
    assert manifest(tmp_path)["level"] == "equal"


def test_json_has_every_level(shop, cli, scratch):
    cli("backup", "create").ok()
    document = cli("backup", "verify", "--json", *scratch).ok().json()
    assert document["schema"] == "migrate-safe/backup-verify/1"
    assert [step["level"] for step in document["levels"]] == ["exists", "readable", "restored", "equal"]
    assert all(step["is_reached"] and step["what"] for step in document["levels"])
    assert document["is_verified"] and document["error"] is None and document["restore_ms"] > 0


@pytest.fixture
def roles(cluster):
    names = ["verify_tenant", 'verify "odd']
    for name in names:
        cluster.query(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
    yield names
    for name in names:
        cluster.query(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def everything(cluster, roles):
    database = Database(cluster, "e2e_everything").create()
    database.query(EVERYTHING)
    yield database
    database.drop()


@pytest.mark.slice
@pytest.mark.parametrize("form", FORMS)
def test_every_kind_of_object_and_value_comes_back(form, everything, tmp_path):
    """On a cluster of our own, which has none of the roles."""
    program = Program(tmp_path, everything.url)
    program("backup", "create", "--form", form).ok()
    assert program("backup", "verify", "--level", "readable", "--json").ok().json()["level"] == "readable"
    assert program("backup", "verify", "--json").ok().json()["level"] == "equal"


@pytest.mark.slice
@pytest.mark.parametrize("made,change", [
    ("ENCODING 'LATIN1'", r"""CREATE TABLE "übung" (x text); INSERT INTO "übung" VALUES (convert_from('\xe4f6', 'LATIN1'))"""),
    ("ENCODING 'SQL_ASCII'", r"CREATE TABLE t (x text); INSERT INTO t VALUES (convert_from('\xe4f6', 'SQL_ASCII'))"),
    ("", "DROP SCHEMA public; CREATE SCHEMA app; CREATE TABLE app.t (x text)"),
    ("", "GRANT CREATE ON SCHEMA public TO PUBLIC; COMMENT ON SCHEMA public IS 'x'; CREATE TABLE t (x text)"),
], ids=["latin1", "sql_ascii", "no public", "another public"])
@pytest.mark.slice
def test_the_database_is_made_as_it_was(made, change, cluster, scratch, tmp_path):
    name = "e2e_made"
    cluster.query(f"CREATE DATABASE {name} TEMPLATE template0 {made} LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        cluster.query(change, database=name)
        program = Program(tmp_path, cluster.url(name))
        for form in FORMS:
            program("backup", "create", "--form", form).ok()
            assert program("backup", "verify", "--json", *scratch).ok().json()["level"] == "equal"
    finally:
        cluster.query(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("content,most", [("schema", "equal"), ("data", "readable")])
def test_parts_go_as_far_as_they_can(content, most, shop, cli, scratch):
    cli("backup", "create", "--content", content).ok()
    assert cli("backup", "verify", "--json", *scratch).ok().json()["level"] == most
    if most == "readable":
        result = cli("backup", "verify", "--level", "restored", *scratch).failed(5)
        assert "level restored cannot be tried: it has rows only" in first(result)
        assert hint(result) == "--level readable"


def changed(tmp_path, **values):
    path = max(tmp_path.glob("backups/migrations/*.json"))
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_locale_that_is_not_here_is_said(shop, cli, tmp_path):
    cli("backup", "create").ok()
    changed(tmp_path, collate="xx_YY.UTF-8", ctype="xx_YY.UTF-8")
    result = cli("backup", "verify").ok()
    assert "note: the locale xx_YY.UTF-8 is not there: restored with C, which sorts otherwise" in result.out


def test_without_room_nothing_is_restored(shop, cli, scratch, tmp_path, cluster):
    cli("backup", "create").ok()
    changed(tmp_path, database_bytes=10 ** 18)
    result = cli("backup", "verify", *scratch).failed(5)
    assert re.search("restoring it takes about .* TB, and .* are free", first(result)), result
    assert scratch_databases(cluster) == []


def test_chosen_tables_are_compared_with_the_whole_schema(shop, cli, scratch, tmp_path):
    shop.query("CREATE TABLE other (id int PRIMARY KEY); INSERT INTO other VALUES (1)")
    cli("backup", "create", "--table", "public.orders", "--form", "plain").ok()
    document = cli("backup", "verify", "--json", *scratch).ok().json()
    assert document["level"] == "equal" and document["levels"][3]["what"].startswith("1 table with 200 rows")
    copy = BackupCopy(next(tmp_path.glob("backups/migrations/*.json")), tmp_path / "other")
    copy.edit(("ALTER TABLE ONLY public.other\n    ADD CONSTRAINT other_pkey PRIMARY KEY (id);\n", ""))
    assert "other_pkey" in first(cli("backup", "verify", str(copy.path), *scratch).failed(1))


def test_digests_of_an_older_version_are_not_compared(shop, cli, scratch, tmp_path):
    cli("backup", "create").ok()
    manifest = next(tmp_path.glob("backups/migrations/*.json"))
    data = json.loads(manifest.read_text())["data"]
    changed(tmp_path, data=data | {"algorithm": "row-text-hash-128/1"})
    refused = cli("backup", "verify", "--level", "equal", *scratch).failed(5)
    assert "level equal cannot be tried: its manifest has digests of rows as an older migrate-safe made them" in first(refused)
    assert cli("backup", "verify", "--json", *scratch).ok().json()["level"] == "restored"


# ---- dumps that people made

@pytest.mark.slice
@pytest.mark.parametrize("name,options", [
    ("made", ["-Fd"]), ("made.dump", ["-Fc"]), ("made.tar", ["-Ft"]), ("made.sql", []), ("made.sql.gz", ["-Z6"]),
    ("public.sql", ["--schema=public"]), ("public.dump", ["-Fc", "--schema=public"]), ("inserts.sql", ["--inserts"]),
    ("clean.sql", ["--clean", "--if-exists"])])
def test_a_dump_without_a_manifest_ends_at_restored(name, options, shop, cli, scratch, tmp_path):
    path = dump(shop, tmp_path / name, *options)
    result = cli("backup", "verify", str(path), *scratch).ok()
    assert "without a manifest" in result.out and "proven: restored" in result.out
    refused = cli("backup", "verify", str(path), "--level", "equal", *scratch).failed(5)
    assert "it has no manifest, so there is nothing to compare it with" in first(refused)


def test_a_dump_of_a_newer_pg_dump_is_read(shop, cli, scratch, tmp_path, programs):
    if programs.major >= 17:
        pytest.skip("the server knows that setting")
    path = dump(shop, tmp_path / "made.sql")
    path.write_text(path.read_text().replace("SET lock_timeout = 0;", "SET lock_timeout = 0;\nSET transaction_timeout = 0;"))
    assert "proven: restored" in cli("backup", "verify", str(path), *scratch).ok().out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said(shop, cli, scratch, tmp_path):
    cli("backup", "create", "--form", "custom").ok()
    path = next(tmp_path.glob("backups/migrations/*.dump"))
    path.chmod(0)
    result = cli("backup", "verify", *scratch).failed(5)
    assert "cannot read" in first(result) and hint(result).startswith("chmod u+r")


def test_an_extension_that_is_not_installed_is_named_with_its_package(cli, tmp_path, programs):
    path = tmp_path / "made.sql"
    path.write_text("--\n-- PostgreSQL database dump\n--\n\nCREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;\n"
                    "CREATE EXTENSION IF NOT EXISTS vector;\n--\n-- PostgreSQL database dump complete\n--\n")
    result = cli("backup", "verify", str(path)).failed(5)
    assert "the backup needs what server" in first(result)
    assert f"extension postgis: apt-get install postgresql-{programs.major}-postgis-3" in result.err
    assert f"extension vector: apt-get install postgresql-{programs.major}-pgvector" in result.err


def test_roles_are_made_on_our_own_server_and_named_on_another(shop, cli, cluster, scratch, tmp_path):
    cluster.query("CREATE ROLE verify_owner")
    shop.query("ALTER TABLE orders OWNER TO verify_owner")
    cli("backup", "create", "--form", "custom").ok()
    shop.query("ALTER TABLE orders OWNER TO postgres")
    cluster.query("DROP ROLE verify_owner")
    assert "proven: equal" in cli("backup", "verify").ok().out
    result = cli("backup", "verify", *scratch).failed(5)
    assert "role verify_owner: CREATE ROLE verify_owner" in result.err
    assert manifest(tmp_path)["level"] == "equal", "what is missing here says nothing of the backup"
    assert scratch_databases(cluster) == []


# ---- the application's checks

def test_checks_are_the_last_level(shop, cli, scratch, tmp_path):
    cli("backup", "create").ok()
    (tmp_path / "checks.sql").write_text("SELECT count(*) = 200 FROM orders;\n\nSELECT note <> '' FROM orders;\n")
    result = cli("backup", "verify", "--checks", "checks.sql", *scratch).ok()
    assert "2 checks gave true" in result.out and "proven: accepted" in result.out
    assert manifest(tmp_path)["level"] == "accepted"


@pytest.mark.slice
@pytest.mark.parametrize("text,code,says", [
    ("SELECT true;\nSELECT id < 200 FROM orders ORDER BY id;", 1, "checks.sql:2:1: a check did not give true, but false"),
    ("SELECT NULL::bool", 1, "checks.sql:1:1: a check did not give true, but null"),
    ("SELECT true WHERE false", 1, "checks.sql:1:1: a check did not give true, but no row"),
    ("SELECT count(*) FROM orders", 1, 'checks.sql:1:1: a check did not give true, but "200"'),
    ("SET search_path = public", 1, "checks.sql:1:1: a check did not give true, but nothing: it is no query"),
    ("SELECT true;\n\nSELECT missing FROM orders", 1, 'checks.sql:3:8: a check failed: column "missing" does not exist'),
    ("VACUUM", 5, "checks.sql:1:1: a check is a query"),
    ("-- nothing\n", 5, "checks.sql has no check in it"),
    ("SELECT 'open", 5, "checks.sql:1:8: "),
])
def test_a_check_that_fails_is_named_by_its_line(text, code, says, shop, cli, scratch, cluster, tmp_path):
    cli("backup", "create").ok()
    (tmp_path / "checks.sql").write_text(text)
    result = cli("backup", "verify", "--checks", "checks.sql", *scratch).failed(code)
    assert says in first(result).replace(" error:", "", 1), result
    assert scratch_databases(cluster) == []


def test_checks_see_the_settings_of_the_database(database, cli, scratch, tmp_path):
    database.query("CREATE SCHEMA app; CREATE TABLE app.orders (id int)")
    database.query(f'ALTER DATABASE "{database.name}" SET search_path = app, public')
    try:
        cli("backup", "create").ok()
        (tmp_path / "checks.sql").write_text("SELECT count(*) = 0 FROM orders")
        cli("backup", "verify", "--checks", "checks.sql", *scratch).ok()
    finally:
        database.query(f'ALTER DATABASE "{database.name}" RESET search_path')


def test_a_list_with_an_empty_name_in_it(shop, cli, cluster, tmp_path):
    role = f"verify_{shop.name}"
    cluster.query(f"CREATE ROLE {role}")
    try:
        shop.query(f"""ALTER ROLE {role} SET search_path = '', public;
                       ALTER DATABASE {shop.name} SET search_path = '', public, "a, ""b";
                       ALTER ROLE {role} IN DATABASE {shop.name} SET search_path = ''""")
        cli("backup", "create").ok()
    finally:
        cluster.query(f"ALTER DATABASE {shop.name} RESET ALL")
        cluster.query(f"DROP ROLE {role}")
    (tmp_path / "checks.sql").write_text("""SELECT current_setting('search_path') = '"", public, "a, ""b"'""")
    result = cli("backup", "verify", "--checks", "checks.sql").ok()
    assert "proven: accepted" in result.out and "note" not in result.out


def test_level_accepted_wants_checks(shop, cli, scratch):
    cli("backup", "create").ok()
    result = cli("backup", "verify", "--level", "accepted", *scratch).failed(5)
    assert "level accepted needs checks" in first(result)


# ---- a scratch database is never left for long

@pytest.fixture
def stopped(shop, cli, tmp_path, scratch):
    """A verification on a server, which hangs in the restore until it is ended."""
    cli("backup", "create", "--form", "custom").ok()
    mark = tmp_path / "restoring"
    wrapper = Wrapper(tmp_path, body=f'case "$*" in *--exit-on-error*) touch {mark}; exec sleep 300;; esac\nexec "$@"')
    run = cli.start("backup", "verify", "--tools", str(wrapper), *scratch)
    until(mark.exists)
    return run


def test_interrupted_it_is_dropped(stopped, cluster):
    assert len(scratch_databases(cluster)) == 1
    stopped.interrupt().finish().failed(130)
    assert scratch_databases(cluster) == []


def test_killed_it_is_dropped_by_the_next(stopped, cluster, cli, scratch):
    (name, ), = scratch_databases(cluster)
    assert cli("backup", "verify", *scratch).ok()
    assert scratch_databases(cluster) == [(name, )], "its maker lives"
    stopped.kill().finish()
    until(lambda: not cluster.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"))
    cli("backup", "verify", *scratch).ok()
    assert scratch_databases(cluster) == []


def test_a_number_that_none_of_ours_has_keeps_none_of_ours(shop, cli, cluster, scratch):
    for number in (5, 9999999999):
        cluster.query(f"CREATE DATABASE migrate_safe_verify_{number}")
    try:
        cli("backup", "create").ok()
        cli("backup", "verify", "--level", "restored", *scratch).ok()
        assert scratch_databases(cluster) == [("migrate_safe_verify_9999999999", )]
    finally:
        for number in (5, 9999999999):
            cluster.query(f"DROP DATABASE IF EXISTS migrate_safe_verify_{number}")


def test_a_role_that_may_make_no_databases_is_told(shop, cli, cluster, new_database):
    cluster.query("CREATE ROLE verify_plain LOGIN")
    try:
        cli("backup", "create").ok()
        result = cli("backup", "verify", "--on", new_database().url.replace("user=postgres", "user=verify_plain")).failed(5)
        assert "a scratch database cannot be made there: permission denied" in first(result)
        assert hint(result) == "ALTER ROLE verify_plain CREATEDB"
    finally:
        cluster.query("DROP ROLE verify_plain")


@pytest.mark.slow
def test_tools_elsewhere_get_the_bytes_over_stdin(shop, cli, scratch, tmp_path):
    wrapper = Wrapper(tmp_path)
    for form in ("custom", "plain"):
        cli("backup", "create", "--form", form).ok()
        assert "proven: equal" in cli("backup", "verify", "--tools", str(wrapper), *scratch).ok().out
    assert not any("backup-" in call for call in wrapper.calls() if "pg_dump" not in call), wrapper.calls()
    cli("backup", "create", "--form", "directory").ok()
    result = cli("backup", "verify", "--tools", str(wrapper), *scratch).failed(5)
    assert "a backup that is a directory cannot be given to the tools elsewhere" in first(result)


def newer_restore(tmp_path, major):
    """A pg_restore that says another version of itself, and the environment in which it is found."""
    real = servers.find_tool("pg_restore", major)
    (tmp_path / "bin").mkdir()
    tool = Wrapper(tmp_path / "bin", "pg_restore", f"""case "$*" in
        --version) echo 'pg_restore (PostgreSQL) {major + 1}.2';; *) exec {real} "$@";; esac""")
    return tool, {"PATH": f"{os.environ['PATH']}:{tool.path.parent}"}


def test_an_archive_is_read_by_what_is_as_new_as_its_maker(shop, cli, scratch, tmp_path, programs):
    cli("backup", "create", "--form", "custom").ok()
    newer, environment = newer_restore(tmp_path, programs.major)
    cli("backup", "verify", *scratch, env=environment).ok()
    assert newer.calls() == []
    changed(tmp_path, dump_version=f"{programs.major + 1}.0")
    cli("backup", "verify", *scratch, env=environment).ok()
    assert [any(word in call for call in newer.calls()) for word in ("--file=-", "--exit-on-error")] == [True, True]


def test_tools_that_cannot_be_run_say_nothing_of_the_backup(shop, cli, tmp_path):
    cli("backup", "create", "--form", "custom", "--level", "equal").ok()
    broken = Wrapper(tmp_path, body="exit 7")
    result = cli("backup", "verify", "--level", "readable", "--tools", str(broken)).failed(5)
    assert "--version ended with exit code 7" in first(result) and hint(result).startswith("try: ")
    assert manifest(tmp_path)["level"] == "equal"


# ---- the test of the test

@pytest.mark.slice
@pytest.mark.parametrize("options", [["--compression", "gzip:1"], ["--compression", "none"], ["--form", "custom"],
                                     ["--form", "plain"]], ids=["directory", "bare", "custom", "plain"])
def test_damaged_copies_are_refused(options, shop, cli, scratch, tmp_path):
    cli("backup", "create", *options).ok()
    before = {path: path.read_bytes() for path in tmp_path.glob("backups/migrations/backup-*") if path.is_file()}
    test = cli("backup", "verify", "--self-test", "--json", *scratch).ok().json()["self_test"]
    assert test["is_passed"] and len(test["damages"]) >= 6
    assert all(row["is_caught"] and row["message"] for row in test["damages"])
    assert {row["level"] for row in test["damages"]} >= {"exists", "equal"}
    assert all(path.read_bytes() == data for path, data in before.items())


def test_nothing_of_a_damaged_copy_is_left(shop, cli, scratch, tmp_path):
    cli("backup", "create", "--form", "plain").ok()
    place = tmp_path / "tmp"
    place.mkdir()
    cli("backup", "verify", "--self-test", *scratch, env={"TMPDIR": str(place)}).ok()
    assert list(place.iterdir()) == []


def test_what_a_killed_test_has_left_goes_with_the_next(shop, cli, scratch, tmp_path):
    cli("backup", "create", "--form", "plain").ok()
    place = tmp_path / "tmp"
    left = place / "migrate-safe-self-test-abc123"
    left.mkdir(parents=True)
    (left / "backup-1.sql.gz").write_bytes(b"x")
    os.utime(left, (0, 0))
    (place / "migrate-safe-self-test-new").mkdir()  # its maker may not have locked it yet
    cli("backup", "verify", "--self-test", *scratch, env={"TMPDIR": str(place)}).ok()
    assert [path.name for path in place.iterdir()] == ["migrate-safe-self-test-new"]


def test_a_backup_that_is_damaged_already_is_refused_first(shop, cli, scratch, tmp_path):
    cli("backup", "create", "--form", "plain").ok()
    copy = BackupCopy(next(tmp_path.glob("backups/migrations/*.json")), tmp_path / "other")
    copy.edit(("note 100\n", "note 1o0\n"))
    result = cli("backup", "verify", str(copy.path), "--self-test", *scratch).failed(1)
    assert "not the same ones (digest)" in first(result)
