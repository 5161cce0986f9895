"""An application that answers by HTTP as a test tells it to."""
import contextlib
import http.server
import json
import threading


class Web:
    """`answers`: path to (status, body, headers), or a function of the request that gives that. What came is in `requests`."""

    def __init__(self):
        self.answers = {}
        self.requests = []
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode()
                web.requests.append((self.command, self.path, dict(self.headers), body))
                found = web.answers.get(self.path, (404, "no such thing", {}))
                status, body, headers = found(len(web.requests)) if callable(found) else found
                data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body.encode()
                with contextlib.suppress(ConnectionError):
                    self.send_response(status)
                    for name, value in {"Content-Length": len(data), **headers}.items():
                        self.send_header(name, str(value))
                    self.end_headers()
                    self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_HEAD = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
