"""What others do in their own time can only be awaited by asking again."""
import contextlib
import socket
import time

PATIENCE_S = 60  # as long as a loaded machine may need; nothing is asserted by it but that it ends


def until(is_true, what="it", timeout=PATIENCE_S):
    deadline = time.monotonic() + timeout
    while not (found := is_true()):
        assert time.monotonic() < deadline, f"{what} did not happen within {timeout} s"
        time.sleep(0.01)
    return found


@contextlib.contextmanager
def reserved_port(host="127.0.0.1"):
    """A port that nobody listens at. It stays ours: nobody else is given it, a server of ours may
    listen there (both sockets say SO_REUSEADDR, as PostgreSQL's do)."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((host, 0))
        yield held.getsockname()[1]
