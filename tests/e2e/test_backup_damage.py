"""Backups that are not what they must be: each is refused at the level that can know, in its own words.

A case damages a copy. Most have the digests of the damaged bytes in the manifest, as if the damage had been
there when the backup was made: then not even level 0 can help.
"""
import gzip
import os
import re
import shutil
import tarfile

import pytest

from harness import server as servers
from harness.backup_copy import BackupCopy, cut, flip
from harness.database import Database
from harness.program import Program
from harness.tools import Wrapper

SHOP = """
CREATE SCHEMA app;
CREATE TABLE app.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text NOT NULL, total numeric);
CREATE TABLE app.items (id int PRIMARY KEY, order_id bigint REFERENCES app.orders, size int DEFAULT 7);
CREATE TABLE app.zones (name text);
CREATE INDEX items_order ON app.items (order_id);
CREATE VIEW app.large AS SELECT id FROM app.orders WHERE total > 100;
CREATE FUNCTION app.twice(i int) RETURNS int LANGUAGE sql AS 'SELECT 2 * i';
COMMENT ON TABLE app.orders IS 'what was bought';
GRANT SELECT ON app.orders TO damage_reader;
INSERT INTO app.orders (note, total) SELECT 'order number ' || i, i * 1.5 FROM generate_series(1, 600) i;
INSERT INTO app.items SELECT i, i, i % 9 FROM generate_series(1, 300) i;
INSERT INTO app.zones VALUES ('north'), ('south');
"""
MAKES = {  # what each kind of original is made with
    "directory": ["--form", "directory", "--compression", "gzip:1"],
    "bare": ["--form", "directory", "--compression", "none"],
    "custom": ["--form", "custom"],
    "plain": ["--form", "plain"],
}

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def originals(cluster, needs_pg_dump, tmp_path_factory):
    """Kind: path of a manifest; "other" is a backup of the same database a little later."""
    cluster.query("CREATE ROLE damage_reader")
    database = Database(cluster, "e2e_damage").create()
    database.query(SHOP)
    made = {}
    for kind, options in MAKES.items():
        program = Program(tmp_path_factory.mktemp(kind), database.url)
        program("backup", "create", *options).ok()
        made[kind] = next(program.cwd.glob("backups/migrations/*.json"))
    database.query("INSERT INTO app.orders (note) VALUES ('late')")
    for kind in ("directory", "plain"):
        program = Program(tmp_path_factory.mktemp("other"), database.url)
        program("backup", "create", *MAKES[kind]).ok()
        made[f"other {kind}"] = next(program.cwd.glob("backups/migrations/*.json"))
    database.drop()
    cluster.query("CREATE DATABASE e2e_damage_scratch")
    yield made
    cluster.query("DROP DATABASE e2e_damage_scratch")
    cluster.query("DROP ROLE damage_reader")


# ---- damages; each takes the copy and the originals

def without(path):
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def replaced(path, data):
    path.write_bytes(data)


def link_loop(copy, _):
    without(copy.path)
    copy.path.symlink_to(copy.path.name)


def swapped(copy, _):
    first, second = copy.files()[:2]
    first_bytes = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(first_bytes)


def swapped_and_recorded(copy, _):
    swapped(copy, _)
    copy.record()


def of_another(copy, originals):
    other = BackupCopy(originals["other directory"], copy.shelf / "other")
    shutil.rmtree(copy.path)
    shutil.move(other.path, copy.path)
    shutil.rmtree(copy.shelf / "other")


def outdated(copy, originals):
    """The manifest of the later backup beside the bytes of the earlier, all digests fitting."""
    later = BackupCopy(originals["other plain"], copy.shelf / "other").read()
    shutil.rmtree(copy.shelf / "other")
    mine = copy.read()
    copy.write({**later, "id": mine["id"], "files": mine["files"], "size_bytes": mine["size_bytes"]})


def half_written(copy, _):
    for path in copy.files():
        path.unlink()


def piped(copy, _):
    path = copy.largest
    path.unlink()
    os.mkfifo(path)


def linked(copy, _):
    path = copy.largest
    moved = copy.shelf / "moved"
    path.rename(moved)
    path.symlink_to(moved)


def made_folder(copy, _):
    path = copy.largest
    path.unlink()
    path.mkdir()


def stray(copy, _):
    shutil.copy2(copy.largest, copy.path / "9999.dat.gz")


def tarred(copy, _):
    with tarfile.open(copy.path, "w") as tar:
        tar.add(__file__, "notes.txt")
    copy.record()


def foreign(data):
    def put(copy, _):
        copy.path.write_bytes(data)
        copy.record()
    return put


def foreign_sql(text):
    return foreign(gzip.compress(text.encode()))


def recorded(damage):
    def make(copy, originals):
        damage(copy, originals)
        copy.record()
    return make


def edited(*changes):
    return lambda copy, _: copy.edit(*changes)


def cut_sql(marker, behind):
    def make(copy, _):
        text = copy.sql()
        copy.put_sql(text[:text.index(marker) + behind])
    return make


def manifest_text(text):
    return lambda copy, _: copy.manifest.write_bytes(text if isinstance(text, bytes) else text.encode())


def manifest_with(**values):
    return lambda copy, _: copy.change(**values)


def without_field(name):
    def make(copy, _):
        document = copy.read()
        del document[name]
        copy.write(document)
    return make


def gzip_tail(offset, length=4):
    """Changes the check sum (-8) or the length (-4) that stand at the end of a gzip file."""
    def make(copy, _):
        data = bytearray(copy.path.read_bytes())
        data[offset] ^= 0xff
        copy.path.write_bytes(data)
        copy.record()
    return make


def other_rows(copy, _):
    document = copy.read()
    document["data"]["tables"][0]["rows"] += 1
    copy.write(document)


def reordered(copy, _):
    """An index before its table."""
    text = copy.sql()
    index = re.search(r"CREATE INDEX items_order[^;]*;\n", text)[0]
    text = text.replace(index, "")
    copy.put_sql(text.replace("CREATE TABLE app.items", index + "CREATE TABLE app.items", 1))


def bare_row(copy, _):
    """A byte of a row, in a form that has no check sum of its own."""
    path = next(path for path in copy.files() if b"order number 100\t" in path.read_bytes())
    path.write_bytes(path.read_bytes().replace(b"order number 100\t", b"order number 1o0\t"))
    copy.record()


def rows_of_table(text, table):
    return re.search(rf"COPY app\.{table} .*?\n\\\.\n", text, re.DOTALL)[0]


def without_rows(copy, _):
    text = copy.sql()
    copy.put_sql(text.replace(rows_of_table(text, "items"), ""))


def manifest_gone(copy, _):
    copy.manifest.unlink()


NEVER = None  # not even level 0
FILES = "the files are not those that were backed up: "
DUMP = "the dump is not the one of the manifest: "
RESTORED = "the restored database is not the one that was backed up: "

# name: kind of backup, damage, level to try, level reached, what is said
CASES = {
    # -- the files themselves
    "cut off": ("directory", lambda c, _: cut(c.largest), "exists", NEVER,
                FILES + r"\d+\.dat\.gz \(rows of table app\.orders\) has \d+ bytes, and had \d+"),
    "flipped bit": ("directory", lambda c, _: flip(c.largest), "exists", NEVER,
                    FILES + r"\d+\.dat\.gz \(rows of table app\.orders\) was changed: its SHA-256 is another"),
    "flipped bit in custom": ("custom", lambda c, _: flip(c.path), "exists", NEVER,
                              FILES + "its file was changed: its SHA-256 is another"),
    "custom cut off": ("custom", lambda c, _: cut(c.path), "exists", NEVER, FILES + r"its file has \d+ bytes"),
    "a file missing": ("directory", lambda c, _: without(c.largest), "exists", NEVER,
                       FILES + r"\d+\.dat\.gz \(rows of table app\.orders\) is missing"),
    "table of contents missing": ("directory", lambda c, _: without(c.path / "toc.dat"), "exists", NEVER,
                                  "has no toc.dat: pg_dump did not finish, or it was removed"),
    "table of contents changed": ("directory", lambda c, _: flip(c.path / "toc.dat"), "exists", NEVER,
                                  FILES + r"toc\.dat \(its table of contents\) was changed"),
    "a file too many": ("directory", stray, "exists", NEVER, FILES + "9999.dat.gz is no part of the backup"),
    "a link in place of a file": ("directory", linked, "exists", NEVER, r"\.dat\.gz is a link, and backups hold none"),
    "a link to itself": ("directory", link_loop, "exists", NEVER, "is not there, only its manifest is"),
    "a folder in place of a file": ("directory", made_folder, "exists", NEVER, FILES + r".* is missing"),
    "a pipe in place of a file": ("directory", piped, "exists", NEVER, r"\.dat\.gz is a pipe, not a file"),
    "an empty file": ("directory", lambda c, _: replaced(c.largest, b""), "exists", NEVER, "has 0 bytes, and had"),
    "two files exchanged": ("directory", swapped, "exists", NEVER, FILES + r"\d+\.dat\.gz \(rows of table"),
    "bytes of another backup": ("directory", of_another, "exists", NEVER, FILES),
    "half written": ("directory", half_written, "exists", NEVER, FILES + r".* is missing"),
    "only the manifest": ("custom", lambda c, _: without(c.path), "exists", NEVER, "is not there, only its manifest is"),
    "custom emptied": ("custom", lambda c, _: (replaced(c.path, b""), c.record()), "exists", NEVER, "is empty"),
    # -- something else under the backup's name
    "an image": ("custom", foreign(b"\x89PNG\r\n\x1a\n" + b"x" * 500), "exists", NEVER, "it is a PNG image"),
    "a zip": ("custom", foreign(b"PK\x03\x04" + b"x" * 500), "exists", NEVER, "it is a zip archive"),
    "another program's JSON": ("custom", foreign(b'{"backup": true}'), "exists", NEVER, "it is a JSON document"),
    "a dump of MySQL": ("plain", foreign_sql("-- MySQL dump 10.13\nCREATE TABLE t (a int);\n"), "exists", NEVER,
                        "it is a dump of MySQL"),
    "a tar of files": ("custom", tarred, "exists", NEVER, "it is a tar archive, and none of pg_dump"),
    "zero bytes": ("custom", foreign(bytes(4096)), "exists", NEVER, "it is full of zero bytes"),
    "SQL as archive": ("custom", foreign(b"--\n-- PostgreSQL database dump\n--\n" + b" " * 600), "exists", NEVER,
                       "it is SQL, not an archive of pg_dump"),
    "compressed by zstd": ("plain", foreign(b"\x28\xb5\x2f\xfd" + b"x" * 500), "exists", NEVER, "zstd -d FILE"),
    "a gzip of nothing": ("plain", foreign_sql(""), "exists", NEVER, "is empty, or a gzip of nothing"),
    "a page of HTML": ("plain", foreign(b"<html>503 Service Unavailable</html>"), "exists", NEVER,
                       "it is an XML or HTML document"),
    # -- the manifest
    "manifest emptied": ("custom", manifest_text(""), "exists", NEVER, "expected near end of file"),
    "manifest cut off": ("custom", lambda c, _: cut(c.manifest), "exists", NEVER, "premature end of input"),
    "manifest of another program": ("custom", manifest_text('{"schema": "other/1"}'), "exists", NEVER,
                                    "is no manifest of a backup"),
    "manifest not an object": ("custom", manifest_text("[1, 2]"), "exists", NEVER, "is no manifest of a backup"),
    "manifest not UTF-8": ("custom", manifest_text(b'{"schema": "\xff\xfe"}'), "exists", NEVER, "unable to decode byte 0xff"),
    "manifest of a newer version": ("custom", manifest_with(schema="migrate-safe/backup/2"), "exists", NEVER,
                                    "is of another version of migrate-safe"),
    "a field of another type": ("custom", manifest_with(size_bytes="many"), "exists", NEVER, "size_bytes"),
    "a negative size": ("custom", manifest_with(size_bytes=-1), "exists", NEVER, "size_bytes"),
    "a field missing": ("custom", without_field("created_at"), "exists", NEVER, "created_at"),
    "an unknown form": ("custom", manifest_with(form="papyrus"), "exists", NEVER, "form"),
    "another id": ("custom", manifest_with(id="20200101T000000Z"), "exists", NEVER, "is the manifest of another backup"),
    "a path that leads out": ("directory", manifest_with(files=[{"path": "../x", "bytes": 1, "sha256": "0" * 64}]),
                              "exists", NEVER, "leads out of the backup"),
    "no files named": ("custom", manifest_with(files=[]), "exists", NEVER, "names no file of the backup"),
    "another major": ("custom", manifest_with(server_major=13), "readable", "exists",
                      DUMP + r"the dump is of a server of PostgreSQL \d+, and the manifest of one of 13"),
    "another count of rows": ("custom", other_rows, "readable", "exists",
                              DUMP + r"table app\.items: 300 rows, and the manifest says 301"),
    "a manifest of another time": ("plain", outdated, "readable", "exists",
                                   DUMP + r"table app\.orders: 600 rows, and the manifest says 601"),
    # -- damage that the digests of the manifest have in them
    "rows cut off": ("directory", recorded(lambda c, _: cut(c.largest)), "readable", "exists", "cannot be read to its end"),
    "rows flipped": ("directory", recorded(lambda c, _: flip(c.largest)), "readable", "exists", "cannot be read to its end"),
    "rows gone": ("directory", recorded(lambda c, _: without(c.largest)), "readable", "exists", "could not open input file"),
    "rows of nothing": ("directory", recorded(lambda c, _: replaced(c.largest, b"")), "readable", "exists", ""),
    "rows exchanged": ("directory", swapped_and_recorded, "readable", "exists", DUMP + r"table app\.items: \d+ rows"),
    "archive cut off": ("custom", recorded(lambda c, _: cut(c.path)), "readable", "exists", "cannot be read to its end"),
    "archive flipped": ("custom", recorded(lambda c, _: flip(c.path, 0.95)), "readable", "exists",
                        "cannot be read to its end"),
    "archive's head flipped": ("custom", recorded(lambda c, _: flip(c.path, 0.0)), "exists", NEVER,
                               "is no backup of a PostgreSQL database"),
    "contents cut off": ("directory", recorded(lambda c, _: cut(c.path / "toc.dat", 0.5)), "readable", "exists",
                         "cannot be read to its end"),
    "bare rows cut off": ("bare", recorded(lambda c, _: cut(c.largest)), "readable", "exists",
                          DUMP + r"table app\.orders: \d+ rows, and the manifest says 600"),
    "gzip cut off": ("plain", recorded(lambda c, _: cut(c.path)), "readable", "exists",
                     "was cut off: its compressed data does not end"),
    "gzip flipped": ("plain", recorded(lambda c, _: flip(c.path)), "readable", "exists", "is damaged: "),
    "gzip's check sum": ("plain", gzip_tail(-8), "readable", "exists", r"its check sum \(CRC\) does not fit its data"),
    "gzip's length": ("plain", gzip_tail(-4), "readable", "exists", "it says another length than it has"),
    "garbage behind gzip": ("plain", recorded(lambda c, _: replaced(c.path, c.path.read_bytes() + b"garbage")),
                            "readable", "exists", "something that is no gzip data stands behind its end"),
    "two dumps joined": ("plain", recorded(lambda c, _: replaced(c.path, 2 * c.path.read_bytes())), "readable", "exists",
                         "there is a second dump behind the first"),
    "SQL cut off in rows": ("plain", cut_sql("order number 100\t", 5), "readable", "exists",
                            r"the dump ends inside of the rows of app\.orders, behind row 99"),
    "SQL cut off in a statement": ("plain", cut_sql("CREATE TABLE app.items", 30), "readable", "exists",
                                   "the dump ends inside of a statement: CREATE TABLE"),
    "SQL cut off between statements": ("plain", cut_sql("ALTER TABLE ONLY app.items", 0), "readable", "exists",
                                       "the dump's last line is missing: it was cut off between statements"),
    "more behind the end": ("plain", edited(("-- PostgreSQL database dump complete\n",
                                             "-- PostgreSQL database dump complete\nDROP SCHEMA app CASCADE;\n")),
                            "readable", "exists", "something stands behind the end of the dump"),
    "a command for psql": ("plain", edited(("CREATE SCHEMA app;", "\\! touch was_run\nCREATE SCHEMA app;")),
                           "readable", "exists", r"the dump has a command for psql in it: \\!"),
    "one row missing": ("plain", edited(("100\torder number 100\t150.0\n", "")), "readable", "exists",
                        DUMP + r"table app\.orders: 599 rows, and the manifest says 600"),
    "one row twice": ("plain", edited(("north\n", "north\nnorth\n")), "readable", "exists",
                      DUMP + r"table app\.zones: 3 rows, and the manifest says 2"),
    "all rows of a table missing": ("plain", without_rows, "readable", "exists",
                                    DUMP + r"table app\.items: its 300 rows are not in the dump"),
    "a sequence set back": ("plain", edited(("orders_id_seq', 600,", "orders_id_seq', 60,")), "readable", "exists",
                            DUMP + r"sequence app\.orders_id_seq: set to 60, and it had given out 600"),
    "statements in another order": ("plain", reordered, "restored", "readable",
                                    r'the server refused a statement of the dump: relation "app\.items" does not exist'),
    "a statement that is none": ("plain", edited(("CREATE SCHEMA app;", "CREATE SCHEME app;")), "restored", "readable",
                                 "the server refused a statement of the dump: syntax error"),
    "a broken reference": ("plain", edited(("300\t300\t3\n", "300\t3000\t3\n")), "restored", "readable",
                           "violates foreign key constraint"),
    "a value changed": ("plain", edited(("order number 100\t", "order number 1o0\t")), "equal", "restored",
                        RESTORED + r"app\.orders: 600 rows, but not the same ones \(digest\)"),
    "a bare byte changed": ("bare", bare_row, "equal", "restored",
                            RESTORED + r"app\.orders: 600 rows, but not the same ones \(digest\)"),
    "a number's digits": ("plain", edited(("100\torder number 100\t150.0\n", "100\torder number 100\t150.00\n")), "equal",
                          "restored", RESTORED + r"app\.orders: 600 rows, but not the same ones \(digest\)"),
    "a constraint missing": ("plain", edited(("ALTER TABLE ONLY app.items\n    ADD CONSTRAINT items_order_id_fkey FOREIGN "
                                              "KEY (order_id) REFERENCES app.orders(id);\n", "")), "equal", "restored",
                             RESTORED + ".*items_order_id_fkey"),
    "an index missing": ("plain", edited(("CREATE INDEX items_order ON app.items USING btree (order_id);\n", "")),
                         "equal", "restored", RESTORED + ".*items_order"),
    "a grant missing": ("plain", edited(("GRANT SELECT ON TABLE app.orders TO damage_reader;\n", "")), "equal",
                        "restored", RESTORED + r".*app\.orders"),
    "a comment missing": ("plain", edited(("COMMENT ON TABLE app.orders IS 'what was bought';\n", "")), "equal",
                          "restored", RESTORED + r".*app\.orders"),
    "a default changed": ("plain", edited(("size integer DEFAULT 7", "size integer DEFAULT 8")), "equal", "restored",
                          RESTORED + r".*app\.items"),
    "a function changed": ("plain", edited(("SELECT 2 * i", "SELECT 3 * i")), "equal", "restored",
                           RESTORED + r".*app\.twice"),
}


@pytest.mark.parametrize("name", CASES)
def test_damage_is_refused(name, originals, cluster, tmp_path):
    kind, damage, level, reached, words = CASES[name]
    copy = BackupCopy(originals[kind], tmp_path / "backups/migrations")
    damage(copy, originals)
    before = {path: path.lstat().st_mtime_ns for path in copy.shelf.rglob("*") if path.suffix != ".json"}

    result = Program(tmp_path)("backup", "verify", str(copy.manifest), "--level", level, "--json",
                               "--on", cluster.url("e2e_damage_scratch")).failed(1)
    document = result.json()
    error = document["error"]
    assert re.search(words, error["message"]), result
    assert error["hint"], result
    if "level" in document:  # else it was refused before anything was read
        assert document["level"] == reached and not document["is_verified"], result
    else:
        assert reached is NEVER
    assert before == {path: path.lstat().st_mtime_ns for path in copy.shelf.rglob("*") if path.suffix != ".json"}
    assert cluster.query("SELECT count(*) FROM pg_database WHERE datname LIKE 'migrate_safe_verify_%'") == [(0,)]
    assert not (tmp_path / "was_run").exists()


def test_the_table_of_contents_is_read_once(originals, programs, tmp_path):
    copy = BackupCopy(originals["directory"], tmp_path / "backups/migrations")
    lost = [{"path": f"{number}.dat.gz", "bytes": 1, "sha256": "0" * 64} for number in range(5000, 5050)]
    copy.change(files=copy.read()["files"] + lost)
    real = servers.find_tool("pg_restore", programs.major)
    (tmp_path / "bin").mkdir()
    counted = Wrapper(tmp_path / "bin", "pg_restore", f'exec {real} "$@"')
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    document = Program(tmp_path)("backup", "verify", "--json", env={"PATH": path}).failed(1).json()
    assert len(document["differences"]) == 20
    assert [call.split()[0] for call in counted.log.read_text().splitlines()] == ["--version", "--list"]


def test_each_damage_has_words_of_its_own():
    assert len(CASES) >= 40


@pytest.mark.parametrize("kind", MAKES)
def test_what_is_whole_is_equal(kind, originals, cluster, tmp_path):
    """Or none of the above would mean anything."""
    copy = BackupCopy(originals[kind], tmp_path / "backups/migrations")
    copy.record()
    document = Program(tmp_path)("backup", "verify", "--json", "--on", cluster.url("e2e_damage_scratch")).ok().json()
    assert document["level"] == "equal" and document["is_verified"] and document["differences"] == []
    assert copy.read()["level"] == "equal"


def test_a_level_that_was_lost_is_taken_from_the_manifest(originals, cluster, tmp_path):
    copy = BackupCopy(originals["plain"], tmp_path / "backups/migrations")
    copy.change(level="equal")
    copy.edit(("100\torder number 100\t150.0\n", ""))
    Program(tmp_path)("backup", "verify", "--on", cluster.url("e2e_damage_scratch")).failed(1)
    assert copy.read()["level"] == "exists"


def test_without_its_manifest_it_is_nobodys(originals, cluster, tmp_path):
    copy = BackupCopy(originals["custom"], tmp_path / "backups/migrations")
    copy.manifest.unlink()
    on = ["--on", cluster.url("e2e_damage_scratch")]
    refused = Program(tmp_path)("backup", "verify", str(copy.path), "--level", "equal", *on).failed(5)
    assert "level equal cannot be tried: it has no manifest" in refused.err
    document = Program(tmp_path)("backup", "verify", str(copy.path), "--json", *on).ok().json()
    assert document["level"] == "restored" and document["id"] is None


FOREIGN = {
    "a whole server": ("--\n-- PostgreSQL database cluster dump\n--\n\nCREATE ROLE a;\n",
                       r"it is a dump of a whole server \(pg_dumpall\), not of one database"),
    "pg_dump --create": ("--\n-- PostgreSQL database dump\n--\n\nCREATE DATABASE shop;\n\\connect shop\n",
                         "the dump makes a database of its own, and changes to it"),
    "no dump": ("SELECT 1;\n", "it is not a dump of pg_dump: its first line is missing"),
    "binary": ("abc\0def", "is not a backup|is no backup"),
    "empty": ("", "is empty"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_that_people_made(name, tmp_path):
    text, words = FOREIGN[name]
    path = tmp_path / "made.sql"
    path.write_text(text)
    result = Program(tmp_path)("backup", "verify", str(path), "--level", "readable").failed(1)
    assert re.search(words, result.err), result
