"""`--roles`: the server's roles, their settings and memberships, in fingerprint, diff, drift and SQL."""
import pytest

from harness.message import said
from harness.program import Program
from harness.role_changes import BASE, CHANGES, DROP, NEWER, NO_CHANGES
from test_fingerprint import in_words

pytestmark = pytest.mark.once

CASES = CHANGES + NEWER
NEW = {case[0] for case in NEWER}


def skip_where_new(server, name):
    if name in NEW and server.major < 16:
        pytest.skip("came with 16")


def differences(cli, *sides, **options):
    document = cli("diff", *sides, "--json", **options).json()
    return {in_words(found) for found in document["differences"]}


@pytest.fixture(scope="module")
def base(cluster, tmp_path_factory, pool):
    """For all changes: each is taken back."""
    database = pool.take()
    database.query(BASE)
    cli = Program(tmp_path_factory.mktemp("roles"), database.url)
    (cli.cwd / "base.json").write_text(cli("fingerprint", "--explain", "--json", "--roles").ok().out)
    yield cli, database
    cli.close()
    database.query(DROP)
    pool.give_back(database)


@pytest.fixture
def with_roles(base, database):
    """A database on the server that has BASE; what of it was changed is as before afterwards."""
    yield database
    database.query("ALTER ROLE ms_member NOSUPERUSER; REVOKE ms_group FROM ms_other")


@pytest.mark.slice
@pytest.mark.parametrize("name, change, back, named", CASES, ids=[case[0] for case in CASES])
def test_a_change_is_seen_named_and_taken_back(base, name, change, back, named):
    cli, database = base
    skip_where_new(database.server, name)
    database.query(change)
    try:
        found = differences(cli, "base.json", "--roles")
        without = differences(cli, "base.json")
    finally:
        database.query(back)
    assert named in found
    assert without == {"+ schema of_new"} & found  # the server's are no part of the database
    assert differences(cli, "base.json", "--roles") == set()


@pytest.mark.parametrize("name, change", NO_CHANGES, ids=[case[0] for case in NO_CHANGES])
def test_what_is_no_change(base, name, change):
    cli, database = base
    database.query(change)
    assert differences(cli, "base.json", "--roles") == set()
    assert "secret-of" not in cli("fingerprint", "--explain", "--json", "--roles").ok().out


# What has no SQL, and the words that say why.
REFUSED = {"secret setting": "its value is a secret"}


@pytest.fixture(scope="module")
def servers(programs, tmp_path_factory):
    """Two that are alike, and the program."""
    both = [programs.new_server().start() for _ in range(2)]
    for server in both:
        server.query(BASE)
    program = Program(tmp_path_factory.mktemp("two"))
    yield program, *both
    program.close()
    for server in both:
        server.remove()


def bring(program, first, second, proof=False):
    """Why there is no SQL; None: it was run, and made the first like the second."""
    result = program("diff", first.url(), second.url(), "--roles", "--sql", env={} if proof else {"MIGRATE_SAFE_PG_BIN": "/nowhere"})
    if result.out == "":
        return result.err
    assert ("\n-- proven on PostgreSQL" in result.out) == proof, result.out
    with first.connect() as connection:
        connection.execute(result.out)
    assert differences(program, first.url(), second.url(), "--roles") == set(), result.out
    return None


@pytest.mark.slow
@pytest.mark.parametrize("name, change, back, named", CASES, ids=[case[0] for case in CASES])
def test_its_sql_and_that_of_its_way_back(servers, name, change, back, named):
    program, first, second = servers
    skip_where_new(second, name)
    second.query(change)
    why = bring(program, first, second)
    assert (REFUSED.get(name) or "made like the other") in (why or "made like the other")
    second.query(back)
    assert bring(program, first, second) is None


TOGETHER = "valid until", "comment", "setting of all roles", "owner that is new", "hostile role", "inherit option", "grantor"


def test_everything_from_nothing_and_back_is_proven(servers):
    program, first, second = servers
    chosen = [case for case in CASES if case[0] in TOGETHER and (case[0] not in NEW or second.major >= 16)]
    first.query(DROP)
    for case in chosen:
        second.query(case[1])
    assert bring(program, first, second, proof=True) is None
    for case in reversed(chosen):
        second.query(case[2])
    second.query(DROP)
    assert bring(program, first, second, proof=True) is None
    for server in first, second:
        server.query(BASE)


def test_a_role_that_was_renamed_is_not_dropped(base):
    cli, database = base
    (cli.cwd / "named.json").write_text(cli("fingerprint", "--explain", "--json", "--roles").ok().out)
    database.query("ALTER ROLE ms_other RENAME TO ms_another")
    result = cli("diff", "named.json", "--roles", "--sql")
    database.query("ALTER ROLE ms_another RENAME TO ms_other")
    assert result.out == "" and "rename it first: ALTER ROLE ms_other RENAME TO ms_another" in result.failed(1).err


def test_digits_with_roles_are_never_those_without(cli):
    with_roles, without = (cli("fingerprint", *options).ok().out for options in (["--roles"], []))
    assert with_roles != without  # though there is none


SIDES = [
    (["diff", "bare.json", "--roles"], 5, "bare.json has no roles: it was written without --roles"),
    (["diff", "migrations", "--roles"], 5, "migrations has no roles: a folder is run on a server of its own"),
    (["drift", "--replay", "--roles"], 5, "--replay and --roles: a folder is run on a server of its own"),
]


@pytest.mark.parametrize("line, code, why", SIDES, ids=[" ".join(side[0]) for side in SIDES])
def test_what_has_no_roles_is_not_called_equal(cli, folder, line, code, why):
    folder.tables(1)
    (cli.cwd / "bare.json").write_text(cli("fingerprint", "--explain", "--json").ok().out)
    assert said(cli(*line))[:2] == (code, f"migrate-safe: error: {why}")


def test_drift_of_roles_is_seen_where_it_is_asked_for(cli, folder, with_roles):
    folder.tables(1)
    cli("up").ok()
    assert cli("drift", "--roles", "--json").ok().json()["is_equal"]
    with_roles.query("ALTER ROLE ms_member SUPERUSER; GRANT ms_group TO ms_other")
    cli("drift").ok()
    assert "drift: none" in cli("status").ok().out
    found = cli("drift", "--roles", "--json").failed(1).json()["differences"]
    assert {in_words(one) for one in found} == {"~ role ms_member: superuser", "+ membership ms_other in ms_group"}
    back = cli("drift", "--roles", "--sql", "back").failed(1).out
    assert "\n-- proven on PostgreSQL" in back
    with_roles.query(back)
    cli("drift", "--roles").ok()


def test_an_acceptance_says_of_roles_that_it_does_not_show(cli, folder, with_roles):
    folder.tables(1)
    cli("up").ok()
    with_roles.query("ALTER ROLE ms_member SUPERUSER; CREATE TABLE by_hand (id int)")
    refused = cli("drift", "--accept").failed(1)
    assert "with 1 differences, will be what the history implies; 1 of the roles as well, which drift --roles shows" in refused.err
    cli("drift", "--accept", "--yes").ok()
    cli("drift", "--roles").ok()
    with_roles.query("ALTER ROLE ms_member NOSUPERUSER")
    cli("drift", "--accept", "--roles", "--yes").ok()
    cli("drift", "--roles").ok()


def test_a_snapshot_of_an_older_version_has_none(cli, folder, with_roles):
    folder.tables(1)
    cli("up").ok()
    with_roles.query("UPDATE migrate_safe.schema_snapshots SET document = %s", [cli("fingerprint", "--explain", "--json").ok().out])
    code, why, advice = said(cli("drift", "--roles"))
    assert (code, why) == (1, "migrate-safe: error: the stored snapshot has no roles: an older version stored it")
    cli("drift").ok()
    assert "migrate-safe drift --accept --roles" in advice
    cli("drift", "--accept", "--roles", "--yes").ok()
    cli("drift", "--roles").ok()
