"""The real program, as a user or a script runs it."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess

from . import terminal

ROOT = pathlib.Path(__file__).resolve().parents[3]
# All that the program sees of the environment in which the tests run.
KEPT = ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TMPDIR",
        "GCOV_PREFIX", "GCOV_PREFIX_STRIP", "LLVM_PROFILE_FILE", "MIGRATE_SAFE_PG_BIN")
SANITIZERS = ("runtime error:", "AddressSanitizer", "LeakSanitizer")


def find_binary():
    return pathlib.Path(os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")).resolve()


def text(data):
    return data.decode("utf-8", errors="surrogateescape")


class Result:
    """What a run left: exit code (negative: signal), stdout, stderr."""

    def __init__(self, command, code, out, err):
        self.command = command
        self.code = code
        self.out = out
        self.err = err
        for word in SANITIZERS:
            assert word not in err and word not in out, self

    def json(self):
        """stdout as the one JSON document that it has to be."""
        try:
            return json.loads(self.out)
        except ValueError as error:
            raise AssertionError(f"stdout is not one JSON document: {error}\n{self}") from error

    def ok(self):
        assert self.code == 0, self
        return self

    def failed(self, code):
        assert self.code == code, self
        return self

    def __repr__(self):
        return (f"\n$ {' '.join(map(str, self.command))}\n-- exit code {self.code}\n-- stdout\n{self.out}"
                f"\n-- stderr\n{self.err}")


class Running:
    """A run that has not ended: for tests that kill, interrupt or race it."""

    def __init__(self, command, environment, cwd, data):
        self.command = command
        self.data = data
        self.process = subprocess.Popen(
            command, env=environment, cwd=cwd, start_new_session=True,
            stdin=subprocess.DEVNULL if data is None else subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.pid = self.process.pid
        self.is_finished = False

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        return self

    def terminate(self):
        self.process.terminate()
        return self

    def kill(self):
        self.process.kill()
        return self

    def is_running(self):
        return self.process.poll() is None

    def finish(self, timeout=60):
        data = self.data.encode() if isinstance(self.data, str) else self.data
        try:
            out, err = self.process.communicate(data, timeout)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            out, err = self.process.communicate(timeout=10)
            self.is_finished = True
            raise AssertionError(f"no end after {timeout} s: "
                                 f"{Result(self.command, 'none', text(out), text(err))}") from None
        self.is_finished = True
        return Result(self.command, self.process.returncode, text(out), text(err))

    def close(self):
        """Ends it and what it started and left (its own session), unless it was seen to finish."""
        if self.is_finished:  # its number may be another's by now
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdout, self.process.stderr, self.process.stdin):
            if stream:
                stream.close()


class Program:
    """Called with arguments it runs the program in the test's directory against its database."""

    def __init__(self, cwd, url=None):
        self.binary = find_binary()
        self.cwd = pathlib.Path(cwd)
        self.url = url
        self.running = []

    def environment(self, changes=None):
        """`changes`: a value of None takes the variable away."""
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment |= {"HOME": str(self.cwd), "LC_ALL": "C.UTF-8", "TZ": "UTC", "NO_COLOR": "1",
                        "TERM": "dumb"}
        if self.url:
            environment["DATABASE_URL"] = self.url
        for name, value in (changes or {}).items():
            environment.pop(name, None)
            if value is not None:
                environment[name] = str(value)
        return environment

    def start(self, *arguments, cwd=None, env=None, input=None):
        running = Running([str(self.binary), *map(str, arguments)], self.environment(env),
                          cwd or self.cwd, input)
        self.running.append(running)
        return running

    def __call__(self, *arguments, cwd=None, env=None, input=None, timeout=60):
        return self.start(*arguments, cwd=cwd, env=env, input=input).finish(timeout)

    def in_terminal(self, *arguments, cwd=None, env=None, keys=(), rows=24, columns=80, timeout=60):
        """The same on a terminal, coloured; `out` is all that it showed. `keys`: see terminal.run."""
        command = [str(self.binary), *map(str, arguments)]
        environment = self.environment({"NO_COLOR": None, "TERM": "xterm-256color", **(env or {})})
        code, shown = terminal.run(command, environment, cwd or self.cwd, keys, rows, columns, timeout)
        return Result(command, code, text(shown), "")

    def close(self):
        for running in self.running:
            running.close()


def run_line(cli, line, **environment):
    """As a shell does, with the program found by its name."""
    path = f"{cli.binary.parent}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=cli.cwd, text=True,
                          env=cli.environment({"PATH": path, **environment}),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=120)
    return Result([line], done.returncode, done.stdout, done.stderr)
