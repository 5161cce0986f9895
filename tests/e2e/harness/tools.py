"""Words before pg_dump, pg_restore and psql, as a team has them in `tools:`."""
import pathlib

from . import server as servers


class Wrapper:
    """A script that notes with which words it was called and then does what `body` says."""

    def __init__(self, directory, name="wrapper", body='exec "$@"'):
        self.path = pathlib.Path(directory) / name
        self.log = pathlib.Path(directory) / f"{name}.log"
        self.path.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$*\" >>'{self.log}'\n{body}\n")
        self.path.chmod(0o755)

    def __str__(self):
        return str(self.path)

    def calls(self):
        """The words of each call, one string a call; asking for a version is none."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if not line.endswith("--version")]


def elsewhere(directory, major, *passed, name="elsewhere"):
    """A wrapper as `docker exec` is one: of our environment it passes on only what is named."""
    place = servers.find_tool("pg_dump", major).parent
    names = " ".join(f'{name}="${name}"' for name in passed)
    return Wrapper(directory, name, f'exec env -i PATH="{place}:/usr/bin:/bin" {names} "$@"')
