"""A restore that dies at each of its points: the live database is the old or the restored one, whole,
applications get in, and the same command ends it."""
import itertools
import subprocess

import psycopg
import pytest
from psycopg import sql

import killable
from conftest import go_on, wait_for_quiet, wait_until, wait_until_stopped
from harness.database import Database
from harness.server import find_tool

NUMBERS = itertools.count(1)
POINTS = ["restore.created", "restore.marked", "restore.loaded", "restore.proven", "restore.journal", "restore.ready",
          "restore.carried", "restore.renaming", "restore.held", "restore.renamed", "restore.swapped"]
IS_SWAPPED = {"restore.swapped"}
IS_READY = {"restore.ready", "restore.carried", "restore.renaming", "restore.held", "restore.renamed"}


class Shop:
    def __init__(self, cluster, directory):
        self.cluster = cluster
        self.database = Database(cluster, f"mortal_{next(NUMBERS)}").create()
        self.program = killable.program(directory, self.database.url)
        self.database.query("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 100)")
        self.dump = directory / f"{self.database.name}.dump"
        subprocess.run([find_tool("pg_dump", cluster.major), "-Fc", "-f", self.dump, "-d", self.database.url],
                       check=True)
        self.database.query("DELETE FROM t WHERE id <= 7")

    def restore(self, *arguments, **environment):
        return self.program("backup", "restore", self.dump, "--yes", *arguments, env=environment)

    def names(self):
        return [name for name, in self.cluster.query(
            "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY 1", [self.database.name + "%"])]

    def quiet(self):
        for name in self.names():
            wait_for_quiet(Database(self.cluster, name))
        wait_until(lambda: not self.cluster.query(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'migrate-safe backup restore%'"))

    def drop(self):
        self.program.close()
        for name in self.names():
            self.cluster.query(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def new_shop(needs_kill_points, cluster, tmp_path):
    made = []

    def make():
        made.append(Shop(cluster, tmp_path))
        return made[-1]
    yield make
    for shop in made:
        shop.drop()


def test_all_points_are_known(new_shop, tmp_path):
    shop = new_shop()
    shop.restore(MIGRATE_SAFE_FAULT_TRACE=str(tmp_path / "trace")).ok()
    reached = (tmp_path / "trace").read_text().split()
    assert [point for point in reached if point.startswith("restore.")] == POINTS


@pytest.mark.parametrize("point", POINTS)
def test_dies_there_and_is_run_again(new_shop, point):
    shop = new_shop()
    shop.restore(MIGRATE_SAFE_FAULT=point).failed(-9)
    shop.quiet()
    # whoever connects gets in, to a whole database
    assert shop.database.value("SELECT count(*) FROM t") == (100 if point in IS_SWAPPED else 93)
    document = shop.restore("--json").ok().json()
    assert document["resumed"] == (point in IS_READY)
    assert shop.database.value("SELECT count(*) FROM t") == 100
    left = shop.names()
    assert left[0] == shop.database.name and all("_replaced_" in name for name in left[1:])
    assert len(left) == (3 if point in IS_SWAPPED else 2)


@pytest.mark.parametrize("point", ["restore.created", "restore.loaded", "restore.held"])
def test_dies_there_and_is_undone(new_shop, point):
    shop = new_shop()
    shop.restore(MIGRATE_SAFE_FAULT=point).failed(-9)
    shop.quiet()
    copy, = set(shop.names()) - {shop.database.name}
    assert f"Removed {copy}" in shop.program("backup", "restore", "--undo").ok().out
    assert shop.names() == [shop.database.name]
    assert shop.database.value("SELECT count(*) FROM t") == 93


def test_another_restore_meanwhile_is_refused(new_shop):
    shop = new_shop()
    running = shop.program.start("backup", "restore", shop.dump, "--yes",
                                 env={"MIGRATE_SAFE_FAULT": "restore.loaded:1:stop"})
    wait_until(lambda: len(shop.names()) == 2)
    result = shop.restore().failed(1)
    assert "another restore of" in result.err
    running.kill().finish().failed(-9)


def test_interrupted_while_sessions_are_waited_for(new_shop):
    """Ctrl-C within the swap: nothing is swapped, and applications get in at once."""
    shop = new_shop()
    with psycopg.connect(shop.database.url) as writer:
        writer.execute("INSERT INTO t VALUES (1000)")
        running = shop.program.start("backup", "restore", shop.dump, "--yes")
        wait_until(lambda: shop.cluster.query(
            "SELECT pid FROM pg_stat_activity WHERE query LIKE 'ALTER DATABASE%RENAME%' AND state = 'active'"
            " AND pid <> pg_backend_pid()"))
        running.interrupt().finish().failed(130)
        writer.commit()
    assert shop.database.value("SELECT count(*) FROM t") == 94
    assert shop.restore("--json").ok().json()["resumed"]


def test_what_is_written_after_the_comparison_is_counted(new_shop):
    shop = new_shop()
    running = wait_until_stopped(shop.program.start("backup", "restore", shop.dump, "--yes", "--json",
                                                    env={"MIGRATE_SAFE_FAULT": "restore.carried:1:stop"}))
    shop.database.query("INSERT INTO t VALUES (501), (502)")
    shop.database.query("DELETE FROM t WHERE id IN (10, 11, 12)")
    shop.database.query("UPDATE t SET id = 503 WHERE id = 20")
    loss = go_on(running).finish().ok().json()["loss"]
    assert (loss["rows_written_late"], loss["rows_gone_late"]) == (3, 4)
    assert (loss["rows_go"], loss["rows_come_back"], loss["rows_change"]) == (0, 7, 0)


def test_connection_is_lost_at_the_commit(new_shop):
    """The names tell whether it was swapped."""
    shop = new_shop()
    running = wait_until_stopped(shop.program.start("backup", "restore", shop.dump, "--yes",
                                                    env={"MIGRATE_SAFE_FAULT": "restore.renamed:1:stop"}))
    shop.cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                       " WHERE application_name LIKE 'migrate-safe backup restore%'")
    result = go_on(running).finish().failed(4)
    assert f"{shop.database.name} is as it was; the restored copy" in result.err
    assert shop.database.value("SELECT count(*) FROM t") == 93
    assert shop.restore("--json").ok().json()["resumed"]


def test_a_transaction_that_ends_in_time_is_not_ended(new_shop):
    """It commits while the swap waits for it; its row is in the replaced database, and counted."""
    shop = new_shop()
    with psycopg.connect(shop.database.url) as writer:
        writer.execute("INSERT INTO t VALUES (1000)")
        running = wait_until_stopped(shop.program.start("backup", "restore", shop.dump, "--yes", "--json",
                                                        env={"MIGRATE_SAFE_FAULT": "restore.renaming:1:stop"}))
        writer.commit()
        document = go_on(running).finish().ok().json()
    assert document["loss"]["rows_written_late"] == 1
    assert Database(shop.cluster, document["replaced"]).value("SELECT count(*) FROM t WHERE id = 1000") == 1


def test_settings_of_a_role_do_not_count(new_shop):
    """Its timeouts are meant for an application, not for a restore, which may be idle for hours."""
    shop = new_shop()
    if shop.cluster.major < 14:
        pytest.skip("no idle_session_timeout before 14")
    name = f"hasty_{shop.database.name}"
    shop.cluster.query(f"CREATE ROLE {name} SUPERUSER LOGIN")
    try:
        shop.cluster.query(f"ALTER ROLE {name} SET idle_session_timeout = '10min'; ALTER ROLE {name} SET lock_timeout = '9min';"
                           f"ALTER ROLE {name} SET statement_timeout = '8min'")
        shop.program.url = shop.cluster.url(shop.database.name, user=name)
        shop.cluster.query(f"ALTER ROLE {name} SET log_statement = 'all'")
        shop.restore().ok()
        assert "SET idle_session_timeout = 0" in shop.cluster.log.read_text()
    finally:
        for database in shop.names():
            shop.cluster.query(f"REASSIGN OWNED BY {name} TO postgres", database=database)
        shop.cluster.query(f"DROP ROLE {name}")


@pytest.mark.parametrize("point", ["restore.scratch", "restore.dumped", "restore.tables"])
def test_single_table_through_a_database_beside(new_shop, tmp_path, point):
    """Where no server programs are: what is left of it is removed by the next restore, or --undo."""
    shop = new_shop()
    table = ["--table", "public.t"]
    shop.restore(*table, MIGRATE_SAFE_PG_BIN=str(tmp_path), MIGRATE_SAFE_FAULT=point).failed(-9)
    shop.quiet()
    copy, = set(shop.names()) - {shop.database.name}
    assert "_restore_" in copy and shop.database.value("SELECT count(*) FROM t") == 93
    assert f"Removed {copy}" in shop.program("backup", "restore", "--undo").ok().out
    schema = shop.restore(*table, "--json").ok().json()["into_schema"]
    assert shop.database.value(f"SELECT count(*) FROM {schema}.t") == 100
