"""`report`: which evidence, in which form, to where."""
import json

import pytest

from harness import evidence_sample


@pytest.fixture
def cli(cli_without_database):
    return cli_without_database


def test_the_latest_is_meant(cli):
    file = evidence_sample.write(cli.cwd / "rehearsals", "passed")
    page = cli("report").ok().out
    assert page.startswith("<!doctype html>") and "<strong>Rehearsal passed:</strong> 3 migrations" in page
    assert file.stem in page
    for named in ("latest", file.stem, file.stem[:8], f"rehearsals/{file.name}"):
        assert cli("report", named).ok().out == page


def test_forms(cli):
    file = evidence_sample.write(cli.cwd / "rehearsals", "every")
    markdown = cli("report", "--format", "markdown").ok().out
    assert markdown.startswith("## ❌ Rehearsal failed: 5 problems in 4 of 7 migrations")
    document = cli("report", "--json").ok().json()
    assert cli("report", "--format", "json").ok().json() == document
    assert document.pop("digest") == file.stem and document.pop("evidence") == f"rehearsals/{file.name}"
    assert document == json.loads(file.read_text())


def test_a_file_is_written(cli):
    evidence_sample.write(cli.cwd / "rehearsals", "passed")
    for form in ("html", "markdown", "json"):
        result = cli("report", "--format", form, "--output", f"it.{form}").ok()
        assert result.out == "" and result.err == f"written to it.{form}\n"
        assert (cli.cwd / f"it.{form}").read_text() == cli("report", "--format", form).ok().out
    assert "there/it.html" in cli("report", "--output", "there/it.html").failed(5).err


def test_evidence_is_beside_the_configuration(cli):
    evidence_sample.write(cli.cwd / "rehearsals", "passed")
    (cli.cwd / "migrate-safe.yaml").write_text("defaults:\n  dir: migrations\n")
    (cli.cwd / "below").mkdir()
    cli("report", "--config", "../migrate-safe.yaml", cwd=cli.cwd / "below").ok()


def test_what_cannot_be_reported(cli):
    result = cli("report").failed(5)
    assert "no evidence of a rehearsal in rehearsals" in result.err and "migrate-safe rehearse" in result.err
    file = evidence_sample.write(cli.cwd / "rehearsals", "passed")
    assert "formats: html, markdown, json" in cli("report", "--format", "pdf").failed(5).err
    assert "two formats" in cli("report", "--json", "--format", "html").failed(5).err
    file.write_text(file.read_text().replace("table_1", "table_9"))
    assert "is no evidence" in cli("report", file.stem).failed(1).err


def test_a_page_is_not_for_a_terminal(cli):
    evidence_sample.write(cli.cwd / "rehearsals", "passed")
    shown = cli.in_terminal("report")
    assert shown.code == 5 and "migrate-safe report --output report.html" in shown.out
