"""A program on a pseudo terminal: what it shows there, and keys typed at the right moment."""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time


def run(command, environment, cwd, keys, rows, columns, timeout):
    """Exit code and all bytes shown. `keys` are pairs: once the first was shown, type the second."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def take_terminal():
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(command, env=environment, cwd=cwd, stdin=theirs, stdout=theirs,
                               stderr=theirs, start_new_session=True, preexec_fn=take_terminal)
    os.close(theirs)
    try:
        shown = _watch(ours, list(keys), time.monotonic() + timeout)
        process.wait(60)
    finally:
        os.close(ours)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return process.returncode, shown


def _watch(ours, keys, deadline):
    shown = b""
    seen = 0  # what is before was answered
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([ours], [], [], left)[0]:
            raise AssertionError(f"no end in time; shown so far:\n{shown.decode(errors='replace')}")
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # EIO: the program has closed the terminal
            return shown
        if not chunk:
            return shown
        shown += chunk
        while keys:
            prompt, answer = (part.encode() if isinstance(part, str) else part for part in keys[0])
            at = shown.find(prompt, seen)
            if at < 0:
                break
            seen = at + len(prompt)
            os.write(ours, answer)
            keys.pop(0)
