#!/usr/bin/env python3
"""scdoc's text to a manual page: tools/manual_page.py SOURCE PAGE.

Whatever scdoc complains about is an error. The page has no date: the same source gives the same bytes.
"""
import pathlib
import re
import subprocess
import sys


def main():
    source, page = map(pathlib.Path, sys.argv[1:])
    done = subprocess.run(["scdoc"], input=source.read_bytes(), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode or done.stderr:
        sys.stderr.write(f"{source}: {done.stderr.decode(errors='replace')}\n")
        return 1
    dated = re.compile(rb'^(\.TH "[^"]*" "[^"]*") "\d{4}-\d\d-\d\d"', re.MULTILINE)
    text, count = dated.subn(rb'\1 ""', done.stdout)
    if count != 1:
        sys.stderr.write(f"{source}: scdoc's heading is not what it was: see tools/manual_page.py\n")
        return 1
    page.write_bytes(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
