"""`plan` shows what each statement locks, from what pending and applied migrations say."""
from harness.history import versions


def locks(result):
    """version -> [(statement, relation, mode, cost), ...]"""
    def cost(lock):
        return "rewrite" if lock["rewrites"] else "scan" if lock["scans"] else ""
    return {step["version"]: [(lock["statement"], lock["relation"], lock["mode"], cost(lock))
                              for lock in step["locks"]] for step in result.json()["steps"]}


def test_the_locks_of_what_is_pending(cli, folder):
    folder.write("001_a.up.sql", "CREATE TABLE a (id int PRIMARY KEY);\nALTER TABLE a ADD b float8 DEFAULT random();\n")
    folder.write("002_b.up.sql", "ALTER TABLE a ADD c float8 DEFAULT random();\nCREATE INDEX ON a (c);\n"
                                 "INSERT INTO a VALUES (1);\nSELECT pg_sleep(0);\nSELECT mine();\n")
    folder.write("003_c.up.sql", "CREATE INDEX CONCURRENTLY a_b ON a (b);")
    planned = cli("plan", "-s", "--json").ok()
    assert locks(planned) == {
        "001": [],  # nobody else sees the table
        "002": [("ALTER TABLE", "public.a", "AccessExclusiveLock", "rewrite"),
                ("CREATE INDEX", "public.a", "ShareLock", "scan"), ("SELECT", None, None, "")],
        "003": [("CREATE INDEX CONCURRENTLY", "public.a", "ShareUpdateExclusiveLock", "scan")],
    }
    text = cli("plan", "-s").ok().out
    assert "002:1  ALTER TABLE                public.a  ACCESS EXCLUSIVE        reads, writes  rewrites it: " \
           "the default calls random(), which is volatile\n" in text
    assert "003:1  CREATE INDEX CONCURRENTLY  public.a  SHARE UPDATE EXCLUSIVE  nobody         builds an index\n" in text


def test_what_is_applied_is_known(cli, folder, database):
    folder.write("001_a.up.sql", "CREATE TABLE a (id int PRIMARY KEY, v varchar(5), w varchar(9));")
    folder.write("002_b.up.sql", "CREATE TABLE b (id int REFERENCES a); CREATE DOMAIN d AS text CHECK (VALUE <> '');")
    folder.write("003_c.up.sql", "CREATE FUNCTION f() RETURNS int STABLE LANGUAGE sql AS 'SELECT 1';")
    folder.write("004_d.up.sql", "CREATE TABLE unrelated (id int); ALTER TABLE b RENAME TO bb;")
    cli("up").ok()
    folder.write("005_e.up.sql", "ALTER TABLE a ALTER v TYPE varchar(9);\nALTER TABLE a ALTER w TYPE varchar(5);\n"
                                 "ALTER TABLE a ADD x int DEFAULT f();\nALTER TABLE a ADD y d;\nDROP TABLE bb;\n")
    alter = ("ALTER TABLE", "public.a", "AccessExclusiveLock")
    assert locks(cli("plan", "-s", "--json").ok())["005"] == [
        (*alter, ""), (*alter, "rewrite"), (*alter, ""), (*alter, "rewrite"),
        ("DROP TABLE", "public.bb", "AccessExclusiveLock", ""), ("DROP TABLE", "public.a", "AccessExclusiveLock", "")]
    cli("up", "-s").ok()
    assert versions(database)[-1] == "005"


def test_the_server_s_version_counts(cli, folder, cluster):
    folder.write("001_a.up.sql", "CREATE TABLE r (id int); CREATE TABLE s () INHERITS (r);")
    cli("up").ok()
    folder.write("002_b.up.sql", "ALTER TABLE r ADD UNIQUE (id);")
    found = [lock[1] for lock in locks(cli("plan", "-s", "--json").ok())["002"]]
    assert found == (["public.r", "public.s"] if cluster.major >= 18 else ["public.r"])


def test_a_down_is_looked_at_behind_what_is_applied(cli, folder):
    folder.pair("001_a", "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a);",
                "DROP TABLE b; DROP TABLE a;")
    cli("up").ok()
    assert [lock[:2] for lock in locks(cli("down", "-s", "--dry-run", "--json").ok())["001"]] == [
        ("DROP TABLE", "public.b"), ("DROP TABLE", "public.a"), ("DROP TABLE", "public.a")]
