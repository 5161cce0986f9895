"""Rehearsals that were made up (tests/unit/report/rehearsal_fixture.h), as evidence in a folder."""
import pathlib
import subprocess

from .program import find_binary

WRITER = find_binary().parent / "tests/unit/run/rehearse/evidence_sample"


def write(folder, kind):
    """`kind`: every (each thing that can be found, and hostile names), passed, large. The file."""
    said = subprocess.run([WRITER, kind, folder], check=True, stdout=subprocess.PIPE, text=True)
    return pathlib.Path(said.stdout.strip())
