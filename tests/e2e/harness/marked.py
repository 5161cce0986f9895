"""What holds for every layout of one file with marker lines."""
from harness.history import row, versions


def round_trip(cli, folder, database, layout, files):
    """`files`: version -> (name, text of the file that makes and drops table t_VERSION), in the
    order in which they run."""
    for name, text in reversed(files.values()):
        folder.write(name, text)
    tables = [f"t_{version}" for version in files]
    cli("validate").ok()
    cli("up").ok()
    assert versions(database) == list(files)
    assert {row(database, version, "layout")[0] for version in files} == {layout}
    assert all(map(database.has, tables))
    cli("down", "-s").ok()
    assert not database.has(tables[-1]) and versions(database) == list(files)[:-1]
    cli("up", "-s").ok()
    cli("redo", "-s").ok()
    cli("down", "--to", "0", "-s").ok()
    assert not any(map(database.has, tables)) and versions(database) == []
    with_bom = {name: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
                for name, text in files.values()}
    cli("up", "-s").ok()
    for name, content in with_bom.items():
        folder.write(name, content)
    assert edited(cli) == 0
    cli("down", "--to", "0", "-s").ok()


def halves(cli, folder, database, name, write):
    """`write(up, down)` gives a file's text. Each half counts for itself, and is kept for itself."""
    folder.write(name, write("CREATE TABLE a ();", "DROP TABLE a;"))
    cli("up").ok()
    folder.write(name, write("CREATE TABLE a ();", "DROP TABLE a CASCADE;"))
    assert edited(cli) == 0
    folder.write(name, write("CREATE TABLE a ();\nCREATE TABLE b ();", "DROP TABLE a;"))
    assert edited(cli) == 1
    folder.remove(name)
    cli("down", "-s").ok()
    assert not database.has("a")


def edited(cli):
    return cli("status", "--json").ok().json()["edited"]
