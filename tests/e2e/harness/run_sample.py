"""Reports of runs that were made up (tests/unit/report/run_fixture.h), in a folder of logs."""
import pathlib
import subprocess

from .program import find_binary

WRITER = find_binary().parent / "tests/unit/report/run_sample"


def write(folder, kind):
    """`kind`: every (each thing that can be told, and hostile texts), succeeded, stopped, unsettled, no_end, large."""
    said = subprocess.run([WRITER, kind, folder], check=True, stdout=subprocess.PIPE, text=True)
    return pathlib.Path(said.stdout.strip())
