"""An application's session beside a migration."""
import contextlib
import threading


@contextlib.contextmanager
def never_waiting_long(database, statement):
    """Runs the statement over and over meanwhile. No wait for a lock may have come to 0.9 s: less
    than makes an autovacuum yield, and less than the tests' blockers stay. The server says that, not
    a clock of ours, which on a loaded machine would count other things in."""
    stop = threading.Event()
    ran = []

    def work():
        while not stop.is_set():
            connection.execute(statement)
            ran.append(True)
            stop.wait(0.005)

    with database.connect() as connection:
        connection.execute("SET log_lock_waits = on; SET deadlock_timeout = '900ms'")
        pid = connection.info.backend_pid
        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
    assert ran and f"process {pid} still waiting for " not in database.server.log.read_text()
