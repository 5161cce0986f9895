"""One run of one program, and what it took."""
import dataclasses
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
CACHE = HERE.parent / ".cache/bench"
PROGRAM = CACHE / "measure"


@dataclasses.dataclass(frozen=True)
class Sample:
    wall_s: float
    cpu_s: float  # user and system, of the program and of the children it waited for
    peak_mib: float  # of the largest single process


class RunFailed(Exception):
    pass


def prepare():
    CACHE.mkdir(parents=True, exist_ok=True)
    source = HERE / "measure.c"
    if not PROGRAM.exists() or PROGRAM.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-o", PROGRAM,
                        source], check=True)


def environment(url):
    """Nothing of libpq's own variables, and no settings of whoever measures."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "DATABASE_URL": url, "NO_COLOR": "1", "NODE_NO_WARNINGS": "1",
            "SQITCH_USER_CONFIG": "/dev/null", "SQITCH_SYSTEM_CONFIG": "/dev/null"}


def measure(command, directory, environment, codes=(0,)):
    result, said = directory / "measured", directory / "said"
    result.unlink(missing_ok=True)
    with said.open("wb") as out:
        subprocess.run([PROGRAM, result, *command], cwd=directory, env=environment, stdout=out,
                       stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=True)
    wall_ns, user_us, system_us, peak_kb, code = map(int, result.read_text().split())
    if code not in codes:
        tail = "\n".join(said.read_text(errors="replace").splitlines()[-15:])
        raise RunFailed(f"exit {code}: {' '.join(map(str, command))}\n{tail}")
    return Sample(wall_ns / 1e9, (user_us + system_us) / 1e6, peak_kb / 1024)
