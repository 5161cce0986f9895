"""`up` where the environment's policy asks for a rehearsal: what stands, what does not and why."""
import copy
import datetime
import stat

import pytest

from harness import evidence
from harness.history import contents, versions
from harness.message import said

POLICY = "defaults:\n  skip-backup: true\n  rehearsal: required\n"

pytestmark = pytest.mark.once


def ago(**time):
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**time)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture
def shop(cli, folder, database, tmp_path):
    """001 is applied; 002 and 003 are pending, and a rehearsal is required."""
    folder.tables(1)
    cli("up", "-s").ok()
    folder.tables(2, first=2)
    (tmp_path / "migrate-safe.yaml").write_text(POLICY)
    return database


@pytest.fixture
def document(cli, shop):
    return evidence.passed(cli, shop, ago(hours=2))


def journaled(database):
    """What the journal's newest runs say of a rehearsal, by version."""
    return dict(database.query(
        "SELECT version, detail - '{command,file,statements,checksum,duration_ms}'::text[] "
        "FROM migrate_safe.journal WHERE event = 'applied' ORDER BY id"))


def refusal(cli):
    result = cli("up").failed(1)
    assert "rehearse it: migrate-safe rehearse" in result.err
    return result.err


def test_without_one_nothing_is_run(cli, shop):
    before = contents(shop)
    assert said(cli("up")) == (
        1, "migrate-safe: error: this was not rehearsed, and it has to be (migrate-safe.yaml:3:3)",
        "rehearse it: migrate-safe rehearse")
    plan = cli("plan").ok().out
    assert "rehearsal none" in plan and "refused now: this was not rehearsed" in plan
    assert contents(shop) == before
    cli("down").ok()  # only ups are rehearsed


def test_one_that_stands_is_shown_and_journaled(cli, shop, document):
    digest = evidence.write(cli, document)
    line = next(line for line in cli("plan").ok().out.splitlines() if line.startswith("rehearsal"))
    assert line == (f"rehearsal {digest[:12]}, 2 hours old, on a copy from dump: passed; took 3.0 s there, "
                    "3.0 s to 6.0 s expected here")
    shown = cli("plan", "--json").ok().json()["rehearsal"]
    assert shown["policy"] == "required" and shown["stands"] and shown["differences"] == []
    assert shown["evidence"] == {
        "digest": digest, "path": f"rehearsals/{digest}.json", "made_at": document["made_at"], "copy": "dump",
        "verdict": "passed", "took_ms": 3000, "expected_low_ms": 3000, "expected_high_ms": 6000}
    cli("up").ok()
    assert journaled(shop) == {"001": {}, "002": {"rehearsal": digest}, "003": {"rehearsal": digest}}


@pytest.mark.once
def test_what_rehearse_writes_stands(cli, folder, shop, tmp_path):
    """Also where the database has settings of its own: the copy has them, too."""
    (tmp_path / "migrate-safe.yaml").write_text(POLICY + "  rehearsal-copy: data\n")
    shop.query(f'ALTER DATABASE "{shop.name}" SET work_mem = \'8MB\'')
    before = contents(shop), cli("fingerprint").ok().out
    written = cli("rehearse", "--from", "dump", "--json", timeout=300).ok().json()
    assert (contents(shop), cli("fingerprint").ok().out) == before
    path = tmp_path / written["evidence"]
    assert evidence.digest(path.read_bytes()) == written["digest"] == path.stem
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert written["target_fingerprint"] == before[1].split()[0]
    shown = cli("plan", "--json").ok().json()
    assert shown["rehearsal"]["stands"] and shown["refused"] is None
    assert shown["rehearsal"]["evidence"]["digest"] == written["digest"]
    folder.write("003_table_3.down.sql", "DROP TABLE IF EXISTS t_3;")
    assert "the down of 003 was edited since" in refusal(cli)
    folder.tables(3)
    cli("up", "--steps", "1").ok()
    cli("up").ok()  # begins with the schema that 003 began with there
    assert journaled(shop)["003"] == {"rehearsal": written["digest"]}


def test_its_first_migrations_alone(cli, shop, document):
    evidence.write(cli, document)
    cli("up", "--steps", "1").ok()
    # 003 was rehearsed on a schema that is none
    assert "the schema of the database is another than the one that was rehearsed" in refusal(cli)
    document["migrations"][1]["fingerprint_before"] = cli("fingerprint").ok().out.split()[0]
    evidence.write(cli, document)
    cli("up").ok()
    assert versions(shop) == ["001", "002", "003"]


def edit_up(document, folder, _database):
    folder.write("002_table_2.up.sql", "CREATE TABLE t_2 (id int, more text);")


def edit_down(document, folder, _database):
    folder.write("003_table_3.down.sql", "DROP TABLE IF EXISTS t_3;")


def remove_down(document, folder, _database):
    folder.remove("002_table_2.down.sql")


def add_between(document, folder, _database):
    folder.pair("002b_more", "CREATE TABLE more (id int);", "DROP TABLE more;")


def drift(document, folder, database):
    database.query("CREATE TABLE by_hand (id int)")


def fail_it(document, folder, _database):
    document["migrations"][1]["findings"].append(evidence.finding())


def get_old(document, folder, _database):
    document["made_at"] = ago(days=9)


def come_early(document, folder, _database):
    document["made_at"] = ago(days=-1)


def another_major(document, folder, _database):
    document["copy"]["server"] = "9.6"


def another_program(document, folder, _database):
    document["tool_version"] = "0.0.1"


DIFFERENCES = [
    (edit_up, "migrations/002_table_2.up.sql was edited since"),
    (edit_down, "the down of 003 was edited since, migrations/003_table_3.down.sql"),
    (remove_down, "the down of 002 is gone since, migrations/002_table_2.down.sql"),
    (add_between, "002b was not rehearsed"),
    (drift, "the schema of the database is another than the one that was rehearsed"),
    (fail_it, "it did not pass: it took 40 s, and at most 30 s is wanted"),
    (get_old, "it is 9 days old, and at most 7 days is wanted"),
    (come_early, "it is from the future"),
    (another_major, "it was made with PostgreSQL 9.6, the database has"),
    (another_program, "migrate-safe 0.0.1 made it, this is"),
]


def test_what_it_is_bound_to_must_not_differ(cli, folder, shop, document):
    before = contents(shop)
    for change, words in DIFFERENCES:
        changed = copy.deepcopy(document)
        change(changed, folder, shop)
        digest = evidence.write(cli, changed)
        error = refusal(cli)
        assert "no rehearsal stands for this, and one has to (migrate-safe.yaml:3:3)" in error, change
        assert digest[:12] in error and words in error, change
        plan = cli("plan", "--json").ok().json()
        assert words in plan["rehearsal"]["differences"][0] and not plan["rehearsal"]["stands"], change
        assert plan["refused"].startswith("no rehearsal stands for this"), change
        assert contents(shop) == before, change
        shop.query("DROP TABLE IF EXISTS by_hand")
        for name in folder.names():
            folder.remove(name)
        folder.tables(3)
    digest = evidence.write(cli, document | {"made_at": ago(days=8)})
    assert f"rehearsal none stands; {digest[:12]}, 8 days old: it is 8 days old" in cli("plan").ok().out
    evidence.write(cli, document)
    cli("up").ok()


def test_a_file_that_was_changed_is_none(cli, shop, document):
    digest = evidence.write(cli, document)
    path = cli.cwd / "rehearsals" / f"{digest}.json"
    path.write_text(path.read_text().replace('"dump"', '"clone"'))
    assert f"rehearsals/{digest}.json is no evidence: it was changed after it was written" in refusal(cli)


def test_the_copy_that_is_wanted(cli, shop, document, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text(POLICY + "  rehearsal-copy: data\n")
    document["copy"]["kind"] = "empty"
    evidence.write(cli, document)
    assert "its copy was empty, and one with the database's own rows is wanted" in refusal(cli)
    document["copy"] |= {"kind": "backup", "size_bytes": 1000}
    evidence.write(cli, document)
    assert "its copy had 1.0 kB, and the database has" in refusal(cli)
    document["copy"]["size_bytes"] = 9000000
    evidence.write(cli, document)
    cli("up").ok()


def test_the_age_that_is_wanted(cli, shop, document, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text(POLICY + "  rehearsal-max-age: 1h\n")
    evidence.write(cli, document)
    assert "it is 2 hours old, and at most 1 hour is wanted" in refusal(cli)
    (tmp_path / "migrate-safe.yaml").write_text(POLICY + "  rehearsal-max-age: 7\n")
    assert said(cli("up")) == (5, "migrate-safe: error: rehearsal-max-age 7 (migrate-safe.yaml:4:3) is less than a minute",
                               "write it with its unit: 7d or 48h; 0 is any age")
    (tmp_path / "migrate-safe.yaml").write_text(POLICY + "  rehearsal-max-age: 0\n")
    document["made_at"] = ago(days=900)
    evidence.write(cli, document)
    cli("up").ok()


def test_wanted_is_a_warning(cli, shop, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text(POLICY.replace("required", "wanted"))
    assert "refused" not in cli("plan").ok().out
    result = cli("up").ok()
    assert "warning: this was not rehearsed" in result.err
    assert journaled(shop)["002"] == {}


def test_off_is_silent(cli, shop, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text("defaults:\n  skip-backup: true\n")
    assert "rehears" not in cli("plan").ok().out
    assert cli("plan", "--json").ok().json()["rehearsal"] is None
    result = cli("up").ok()
    assert "rehears" not in result.err


def test_no_flag_requires_or_lifts_it(cli, shop):
    assert said(cli("up", "--rehearsal", "off"))[0] == 5
    assert said(cli("up", "--rehearsal-max-age", "0"))[0] == 5


def test_force_passes_over_it_and_is_journaled(cli, shop):
    result = cli("up", "--force").ok()
    assert "warning: this was not rehearsed" in result.err
    assert journaled(shop)["003"] == {"rehearsal_passed_over_by": "--force"}


def test_what_stopped_half_way_goes_on(cli, folder, shop):
    """Its schema is one that no rehearsal begins with; its files are those of the rehearsal."""
    folder.remove("003_table_3.up.sql")
    folder.remove("003_table_3.down.sql")
    folder.write("002_table_2.up.sql", "-- migrate-safe: no-transaction\nCREATE TABLE t_2 (id int);\nSELECT 1 / 0;")
    evidence.write(cli, evidence.passed(cli, shop, ago(hours=1)))
    cli("up").failed(2)
    folder.write("002_table_2.up.sql", "-- migrate-safe: no-transaction\nCREATE TABLE t_2 (id int);\nSELECT 1 / 1;")
    assert "002_table_2.up.sql was edited since" in refusal(cli)
    document = evidence.passed(cli, shop, ago(hours=1))
    document["migrations"][0]["fingerprint_before"] = "0" * 64
    evidence.write(cli, document)
    cli("up").ok()


def test_redo_asks_before_the_down_and_behind_it(cli, folder, shop, document):
    evidence.write(cli, document)
    cli("up").ok()
    before = contents(shop)
    folder.write("003_table_3.up.sql", "CREATE TABLE t_3 (id bigint);")
    assert "003_table_3.up.sql was edited since" in cli("redo").failed(1).err
    assert contents(shop) == before
    step = document["migrations"][1]
    step["up_checksum"] = evidence.digest((folder.path / "003_table_3.up.sql").read_bytes())
    evidence.write(cli, document)  # 003 begins with a schema that there never was
    error = cli("redo").failed(1).err
    assert "version 003 is taken back, and stays so: no rehearsal stands for this" in error
    assert versions(shop) == ["001", "002"]
    step["fingerprint_before"] = cli("fingerprint").ok().out.split()[0]
    digest = evidence.write(cli, document)
    cli("redo").ok()
    assert journaled(shop)["003"] == {"rehearsal": digest}
