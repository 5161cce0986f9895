"""One backup, copied so that a test can damage it: its bytes, its manifest, and ways to change them."""
import gzip
import hashlib
import json
import os
import pathlib
import shutil


class BackupCopy:
    def __init__(self, original, shelf):
        """`original`: path of the manifest of a backup; `shelf`: where the copy goes."""
        self.shelf = pathlib.Path(shelf)
        self.shelf.mkdir(parents=True)
        self.manifest = self.shelf / original.name
        shutil.copy2(original, self.manifest)
        bytes_of = next(path for path in original.parent.glob(original.stem + "*")
                        if path.suffix != ".json")
        self.path = self.shelf / bytes_of.name
        (shutil.copytree if bytes_of.is_dir() else shutil.copy2)(bytes_of, self.path)

    # ---- the manifest

    def read(self):
        return json.loads(self.manifest.read_text())

    def change(self, **values):
        self.write({**self.read(), **values})

    def write(self, document):
        self.manifest.write_text(json.dumps(document, indent=1))

    def record(self):
        """The manifest says that the bytes are what they are now."""
        files = []
        for path in sorted(self.path.rglob("*")) if self.path.is_dir() else [self.path]:
            data = path.read_bytes()
            name = str(path.relative_to(self.path)) if self.path.is_dir() else ""
            files.append({"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
        self.change(files=files, size_bytes=sum(file["bytes"] for file in files))
        return self

    # ---- the bytes

    def files(self):
        """Those with rows, largest first; of a backup that is one file that file."""
        if not self.path.is_dir():
            return [self.path]
        return sorted((path for path in self.path.iterdir() if path.name[0].isdigit()),
                      key=lambda path: -path.stat().st_size)

    @property
    def largest(self):
        return self.files()[0]

    def sql(self):
        return gzip.decompress(self.path.read_bytes()).decode()

    def edit(self, *changes):
        """Replaces text in the SQL, each (old, new) exactly once there, and records the result."""
        text = self.sql()
        for old, new in changes:
            assert text.count(old) == 1, (old, text.count(old))
            text = text.replace(old, new)
        return self.put_sql(text)

    def put_sql(self, text):
        self.path.write_bytes(gzip.compress(text.encode(), 1))
        return self.record()


def flip(path, at=0.5):
    """One bit at this part of the file."""
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 1
    path.write_bytes(data)


def cut(path, share=0.9):
    os.truncate(path, int(path.stat().st_size * share))
