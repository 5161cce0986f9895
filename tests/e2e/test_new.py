"""new: the files of the next migration, in the folder's own way."""
import pytest


@pytest.mark.parametrize("there, name, made", [
    ([], "add users", ["001_add_users.down.sql", "001_add_users.up.sql"]),
    (["027_x.up.sql", "027_x.down.sql"], "Add Users!", ["028_add_users.down.sql",
                                                        "028_add_users.up.sql"]),
    (["9_x.up.sql", "9_x.down.sql"], "y", ["10_y.down.sql", "10_y.up.sql"]),
    (["002_a.sql", "rollbacks/002_a_down.sql"], "b", ["003_b.sql", "rollbacks/003_b_down.sql"]),
    (["002_a.sql", "002_a.rollback.sql"], "b", ["003_b.rollback.sql", "003_b.sql"]),
    (["002_a.sql", "rollback/002_a.sql"], "b", ["003_b.sql", "rollback/003_b.sql"]),
    (["002_a.sql"], "b", ["003_b.sql", "rollback/003_b_down.sql"]),
])
def test_the_next_version_in_the_folders_layout(cli_without_database, folder, there, name, made):
    for file in there:
        folder.write(file, "SELECT 1;")
    if there:
        result = cli_without_database("new", name).ok()
    else:
        result = cli_without_database("new", name, "--dir", "migrations").ok()
    assert sorted(set(folder.names()) - set(there)) == made
    assert sorted(result.out.split()) == [f"migrations/{name}" for name in made]


def test_what_is_made_can_be_filled_and_run(cli, folder, database):
    for name in ("first", "second"):
        made = cli("new", name, "--dir", "migrations", "--json").ok().json()["files"]
        for path in made:
            is_up = not path.endswith(".down.sql")
            (folder.path.parent / path).open("a").write(
                f"{'CREATE' if is_up else 'DROP'} TABLE {name}{' (id int)' if is_up else ''};\n")
    cli("validate").ok()
    cli("up").ok()
    cli("down", "--to", "0", "-s").ok()
    assert not database.has("first")


def test_what_is_made_is_valid_at_once(cli_without_database, folder):
    cli_without_database("new", "x", "--dir", "migrations").ok()
    cli_without_database("validate").ok()


def test_a_folder_is_begun(cli_without_database, tmp_path):
    cli_without_database("new", "x", "--dir", "db/sql").ok()
    assert (tmp_path / "db/sql/001_x.up.sql").exists()


def test_without_a_folder_it_asks_for_one(cli_without_database):
    result = cli_without_database("new", "x").failed(5)
    assert "there is no folder of migrations here" in result.err and "--dir" in result.err


@pytest.mark.parametrize("name", ["", "---", "日本語", "x" * 200])
def test_a_name_must_give_a_file_name(cli_without_database, folder, name):
    result = cli_without_database("new", "--dir", "migrations", "--", name).failed(5)
    assert "gives no name for a file" in result.err
    assert folder.names() == []


@pytest.mark.parametrize("name", ["../../etc/x", "a/b", "a;rm -rf b", "$(x)"])
def test_a_name_never_leaves_the_folder(cli_without_database, folder, tmp_path, name):
    cli_without_database("new", name, "--dir", "migrations").ok()
    assert all("/" not in file for file in folder.names()) and len(folder.names()) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["migrations"]


def test_json_names_the_files(cli_without_database, folder):
    folder.tables(1)
    document = cli_without_database("new", "x", "--json").ok().json()
    assert document == {"schema": "migrate-safe/new/1", "version": "002",
                        "files": ["migrations/002_x.up.sql", "migrations/002_x.down.sql"]}
