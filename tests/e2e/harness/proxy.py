"""A network that fails when told to, between the program and a server.

Rules look at whole messages of PostgreSQL's protocol in one direction and act on the first that
contains their bytes: cut before, within or behind it, or stall behind it.
"""
import contextlib
import pathlib
import shutil
import socket
import struct
import tempfile
import threading

TO_SERVER = "to server"
TO_CLIENT = "to client"
CHUNK = 65536
ENCRYPTION_REQUESTS = (80877103, 80877104)  # SSLRequest, GSSENCRequest


class Rule:
    def __init__(self, direction, pattern, action, skip):
        self.direction = direction
        self.pattern = pattern.encode() if isinstance(pattern, str) else pattern
        self.action = action
        self.skip = skip  # so many messages with the pattern pass
        self.hit = threading.Event()

    def meets(self, message):
        if self.hit.is_set() or self.pattern not in message:
            return False
        self.skip -= 1
        return self.skip < 0


class Messages:
    """Cuts a stream into the protocol's messages."""

    def __init__(self, begins_untyped):
        self.rest = b""
        self.is_untyped = begins_untyped  # a client's first message has no type byte

    def feed(self, chunk):
        """The messages that are whole by now."""
        self.rest += chunk
        found, at = [], 0
        while True:
            head = 0 if self.is_untyped else 1
            if len(self.rest) < at + head + 4:
                break
            end = at + head + struct.unpack_from("!I", self.rest, at + head)[0]
            if len(self.rest) < end:
                break
            message = self.rest[at:end]
            if self.is_untyped:
                self.is_untyped = encryption_is_asked(message)
            found.append(message)
            at = end
        self.rest = self.rest[at:]
        return found


def encryption_is_asked(message):
    return len(message) == 8 and struct.unpack("!II", message)[1] in ENCRYPTION_REQUESTS


class Proxy:
    """`with Proxy(server) as proxy:` program(..., env={"DATABASE_URL": proxy.url(database.name)})"""

    def __init__(self, server, tcp=False):
        self.server = server
        self.upstream = str(server.home / ".s.PGSQL.5432")
        self.delay_s = 0  # before each chunk, in both directions
        self.is_refusing = False
        self.accepted = 0
        self.seen = {TO_SERVER: 0, TO_CLIENT: 0}  # messages
        self._rules = []
        self._flowing = threading.Event()
        self._flowing.set()
        self._lock = threading.Lock()
        self._links = set()
        self._closed = threading.Event()
        self._directory = None
        if tcp:
            self._listener = socket.create_server(("127.0.0.1", 0))
            self.host, self.port = self._listener.getsockname()[:2]
        else:
            self._directory = pathlib.Path(tempfile.mkdtemp(prefix="ms-proxy-", dir="/tmp"))
            self.host, self.port = str(self._directory), 5432
            self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._listener.bind(str(self._directory / f".s.PGSQL.{self.port}"))
            self._listener.listen()
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def url(self, database="postgres", **more):
        return self.server.url(database, host=self.host, port=self.port, **more)

    # What can go wrong

    def cut(self):
        """Closes every connection now, both sides."""
        with self._lock:
            links = list(self._links)
        for link in links:
            link.cut()

    def refuse(self, is_refusing=True):
        """New connections are closed at once."""
        self.is_refusing = is_refusing

    def stall(self):
        """Nothing passes any more, and nobody is told; resume() lets it go on."""
        self._flowing.clear()

    def resume(self):
        self._flowing.set()

    def cut_before(self, direction, pattern, skip=0):
        """Messages before the one with the pattern are passed on, this one is not."""
        return self._add(Rule(direction, pattern, "before", skip))

    def cut_within(self, direction, pattern, skip=0):
        """Half of the message is passed on."""
        return self._add(Rule(direction, pattern, "within", skip))

    def cut_after(self, direction, pattern, skip=0):
        """The message is passed on, then both sides are closed: an answer to it is lost."""
        return self._add(Rule(direction, pattern, "after", skip))

    def stall_after(self, direction, pattern, skip=0):
        return self._add(Rule(direction, pattern, "stall", skip))

    def _add(self, rule):
        with self._lock:
            self._rules.append(rule)
        return rule

    # The traffic

    def _accept(self):
        while not self._closed.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            if self.is_refusing:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                server.connect(self.upstream)
            except OSError:
                client.close()
                server.close()
                continue
            Link(self, client, server).start()

    def _decide(self, direction, message):
        """The first rule that this message meets."""
        with self._lock:
            self.seen[direction] += 1
            rules = [rule for rule in self._rules if rule.direction == direction]
            return next((rule for rule in rules if rule.meets(message)), None)

    def close(self):
        self._closed.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept
        self._listener.close()
        self._flowing.set()
        self.cut()
        self._acceptor.join(10)
        if self._directory:
            shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Link:
    """One client's connection and the one to the server that belongs to it."""

    def __init__(self, proxy, client, server):
        self.proxy = proxy
        self.client = client
        self.server = server
        self.is_cut = threading.Event()
        self.is_muted = threading.Event()  # about to be cut: nothing more passes
        self.open_ends = 2

    def start(self):
        with self.proxy._lock:
            self.proxy._links.add(self)
        for source, target, direction in ((self.client, self.server, TO_SERVER),
                                          (self.server, self.client, TO_CLIENT)):
            threading.Thread(target=self._pump, args=(source, target, direction), daemon=True).start()

    def cut(self):
        self.is_cut.set()
        if self.client.family == socket.AF_INET:  # a reset, as from a machine that has gone
            with contextlib.suppress(OSError):
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for end in (self.client, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _pump(self, source, target, direction):
        messages = Messages(begins_untyped=direction == TO_SERVER)
        with contextlib.suppress(OSError):
            while chunk := source.recv(CHUNK):
                if self.proxy.delay_s:
                    self.is_cut.wait(self.proxy.delay_s)
                self.proxy._flowing.wait()
                is_over = self.is_cut.is_set() or self.is_muted.is_set()
                if is_over or not self._pass(source, target, direction, messages.feed(chunk)):
                    break
            target.shutdown(socket.SHUT_WR)
        self._ended()

    def _pass(self, source, target, direction, messages):
        """False when a rule has cut the connection."""
        passed = []
        for message in messages:
            if direction == TO_SERVER and encryption_is_asked(message):
                source.sendall(b"N")  # what is encrypted could not be looked at
                continue
            rule = self.proxy._decide(direction, message)
            if rule is not None and rule.action == "within":
                passed.append(message[:len(message) // 2])
            elif rule is None or rule.action != "before":
                passed.append(message)
            if rule is None:
                continue
            # First: an answer could come back before the connection is cut.
            if rule.action == "stall":
                self.proxy._flowing.clear()
            else:
                self.is_muted.set()
            target.sendall(b"".join(passed))
            passed = []
            if rule.action != "stall":
                rule.hit.set()  # first: the other side wakes up by the cut, and may ask
                self.cut()
                return False
            rule.hit.set()
            self.proxy._flowing.wait()
            if self.is_cut.is_set():
                return False
        target.sendall(b"".join(passed))
        return True

    def _ended(self):
        with self.proxy._lock:
            self.open_ends -= 1
            if self.open_ends:
                return
            self.proxy._links.discard(self)
        self.client.close()
        self.server.close()
