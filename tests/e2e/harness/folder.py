"""A folder of migrations, written by a test."""
import pathlib
import textwrap


class Folder:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.path.mkdir(parents=True, exist_ok=True)

    def write(self, name, text=""):
        """Text is dedented; bytes are written as they are. Folders in the name are made."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, str):
            text = textwrap.dedent(text).lstrip("\n").encode()
        path.write_bytes(text)
        return path

    def pair(self, name, up, down):
        """`001_x.up.sql` and `001_x.down.sql`."""
        self.write(f"{name}.up.sql", up)
        self.write(f"{name}.down.sql", down)

    def tables(self, count, first=1):
        """Small migrations that each make (and drop) a table t_1, t_2, ..."""
        for number in range(first, first + count):
            self.pair(f"{number:03d}_table_{number}", f"CREATE TABLE t_{number} (id int);\n",
                      f"DROP TABLE t_{number};\n")

    def read(self, name):
        return (self.path / name).read_text()

    def remove(self, name):
        (self.path / name).unlink()

    def names(self):
        """Files below, relative, sorted."""
        return sorted(str(path.relative_to(self.path)) for path in self.path.rglob("*")
                      if not path.is_dir())
