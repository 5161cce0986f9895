"""Runs programs and knows what they leave behind.

Every orphan below us becomes our child (PR_SET_CHILD_SUBREAPER), so a process that outlives its
test is found by descent, never by its name. Dead orphans are reaped at once: a container's first
process often does not, and a test that waits for a server to be gone would wait for ever.
"""
import contextlib
import ctypes
import os
import pathlib
import signal
import subprocess
import time

PR_SET_CHILD_SUBREAPER = 36

_running = {}  # by pid, what was started here and has not ended


def adopt_orphans():
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def start(command, **options):
    """A program for wait_for, which may run while others are waited for."""
    child = subprocess.Popen(command, **options)
    _running[child.pid] = child
    return child


def run(command, limit_s, **options):
    """Exit code of the command (negative: signal); 124 when it took longer than the limit."""
    return wait_for([start(command, **options)], limit_s)[0]


def _take_one(flags):
    """The pid of a child that has ended, an orphan perhaps; 0: none has."""
    pid, status = os.waitpid(-1, flags)
    if pid in _running:
        _running.pop(pid).returncode = os.waitstatus_to_exitcode(status)
    return pid


def wait_for(children, limit_s):
    """Exit codes of programs that were started; 124 of those that took longer than the limit."""

    def too_long(_number, _frame):
        raise TimeoutError

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(limit_s)
    try:
        while any(child.returncode is None for child in children):
            _take_one(0)
    except TimeoutError:
        for child in children:
            if child.returncode is None:
                print(f"no end after {limit_s} s: {' '.join(map(str, child.args))}", flush=True)
                _running.pop(child.pid)
                child.returncode = 124
        kill_all()
    finally:
        signal.alarm(0)
    return [child.returncode for child in children]


def _parents():
    parents = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    return parents


def descendants():
    parents = _parents()
    found = {os.getpid()}
    grew = True
    while grew:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found |= more
        grew = bool(more)
    return sorted(found - {os.getpid()})


def describe(pid):
    with contextlib.suppress(OSError):
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
        return f"{pid} {command.decode(errors='replace').strip()[:160]}"
    return str(pid)


def _reap():
    with contextlib.suppress(ChildProcessError):
        while _take_one(os.WNOHANG):
            pass


def leftovers(grace_s=5):
    """What still runs below us once the grace is over, as text, and ends it."""
    deadline = time.monotonic() + grace_s
    while descendants() and time.monotonic() < deadline:
        _reap()
        time.sleep(0.05)
    left = [describe(pid) for pid in descendants()]
    kill_all()
    return left


def kill_all():
    # SIGQUIT first: a postmaster then takes its children and its shared memory along.
    for number, patience_s in ((signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        for pid in descendants():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + patience_s
        while descendants() and time.monotonic() < deadline:
            _reap()
            time.sleep(0.05)
    _reap()
