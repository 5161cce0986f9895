"""`plan --format markdown`: the plan as a playbook, with lists that are filled in by what is proven."""
from harness.message import said


def test_playbook(cli, folder, database, tmp_path):
    folder.tables(1)
    cli("up", "-s").ok()
    folder.pair("002_drop_id", "-- Takes <b>@everybody's key away.\nALTER TABLE t_1 DROP COLUMN id;\n",
                "ALTER TABLE t_1 ADD id int;\n")
    folder.write("003_index.up.sql", "CREATE TABLE other (id int);\n")
    page = cli("plan", "--format", "markdown").ok().out
    digest = cli("plan", "--json").ok().json()["digest"]
    assert page.startswith("# Playbook: 2 migrations, risk high") and f"`{digest}`" in page
    assert "<b>" not in page and "@everybody" not in page
    assert "drops the column id of public.t&#95;1" in page or "drops the column id of public.t_1" in page
    for heading in ("Risk: high", "Locks", "Time", "Backup", "Steps", "Way back", "Before", "Behind"):
        assert f"\n## {heading}\n" in page
    assert "- [ ] All of it was run on a copy of the database: migrate-safe rehearse" in page
    assert "- [x] A backup is made before the first statement" in page
    assert "- [ ] Every migration has a way back: none for 003" in page
    assert "_(a person ticks this)_" in page and "## Approvals" not in page
    cli("plan", "--format", "markdown", "--output", "playbook.md").ok()
    assert (tmp_path / "playbook.md").read_text() == page
    items = cli("plan", "--json").ok().json()["checklist"]
    assert {item["state"] for item in items} == {"proven", "open", "person"}
    assert all(item["proof"] for item in items if item["state"] != "person")


def test_two_formats(cli, folder, database):
    assert said(cli("plan", "--json", "--format", "markdown"))[1] == (
        "migrate-safe: error: --json and --format markdown are two formats")
