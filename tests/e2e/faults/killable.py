"""The program with kill points, which the build makes beside the one without."""
from harness.program import Program, find_binary

BINARY = find_binary().parent / "tests/e2e/faults/migrate-safe"


def program(cwd, url=None):
    made = Program(cwd, url)
    made.binary = BINARY
    return made
