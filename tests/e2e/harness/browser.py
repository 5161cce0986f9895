"""Chromium without a window, driven through a pipe with its DevTools protocol."""
import base64
import json
import os
import shutil
import subprocess
import tempfile

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    """One page at a time; `said` has what the console said, `asked` the addresses that were asked for."""

    def __init__(self):
        self.home = tempfile.TemporaryDirectory(prefix="ms-browser-")
        theirs_in, self.out = os.pipe()
        self.incoming, theirs_out = os.pipe()
        # The protocol's descriptors are 3 and 4: a shell puts them there, whatever numbers they have.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash", PROGRAM, "--headless", "--no-sandbox",
             "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-pipe",
             f"--user-data-dir={self.home.name}", "about:blank"],
            pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.pending, self.number = b"", 0
        self.said, self.asked, self.events = [], [], []
        target = next(target for target in self.call("Target.getTargets", None)["targetInfos"] if target["type"] == "page")
        self.session = self.call("Target.attachToTarget", None, targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")

    def close(self):
        self.call("Browser.close", None)
        self.process.wait(timeout=30)
        os.close(self.out)
        os.close(self.incoming)
        self.home.cleanup()

    def read(self):
        while b"\0" not in self.pending:
            more = os.read(self.incoming, 1 << 20)
            assert more, "the browser is gone"
            self.pending += more
        message, _, self.pending = self.pending.partition(b"\0")
        return json.loads(message)

    def note(self, message):
        method, told = message.get("method", ""), message.get("params", {})
        self.events.append(method)
        if method == "Network.requestWillBeSent":
            self.asked.append(told["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.said.append(str(told["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled":
            self.said.append(str(told["args"]))
        elif method == "Log.entryAdded":
            self.said.append(told["entry"]["text"])
        elif method == "Page.javascriptDialogOpening":
            self.said.append(f"dialog: {told['message']}")

    def call(self, method, session="", **parameters):
        """What the browser answers; None as `session` is the browser itself."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self.note(answer)

    def open(self, path, width=1280, scheme="light", media=""):
        """The page, loaded; what earlier ones said and asked is forgotten."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url="about:blank")
        self.said, self.asked, self.events = [], [], []
        self.call("Page.navigate", url=f"file://{path}")
        while "Page.loadEventFired" not in self.events:
            self.note(self.read())
        self.evaluate("document.fonts.ready")

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def key(self, name):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name,
                      windowsVirtualKeyCode={"Tab": 9, "Enter": 13}[name], **({"text": "\r"} if name == "Enter" and kind == "keyDown" else {}))

    def screenshot(self, path, clip=None):
        """All of the page, or the first element that the selector finds."""
        box = self.evaluate(f"(e => {{ const r = e.getBoundingClientRect(); return [r.x + scrollX, r.y + scrollY, r.width, r.height]; }})"
                            f"(document.querySelector({json.dumps(clip or 'html')}))")
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True,
                         clip=dict(zip(("x", "y", "width", "height"), box)) | {"scale": 1})["data"]
        path.write_bytes(base64.b64decode(data))

    def pdf(self, path):
        path.write_bytes(base64.b64decode(self.call("Page.printToPDF", printBackground=False)["data"]))
