"""What is applied: one Migration a file, written to disk by each runner in its own layout."""
import dataclasses

ROW_BYTES = 1000


@dataclasses.dataclass(frozen=True)
class Migration:
    version: str  # 14 digits, which every runner accepts
    name: str
    up: str
    down: str

    @property
    def base(self):
        return f"{self.version}_{self.name}"


def small(count):
    return [Migration(f"202401{number:08d}", f"t{number:04d}",
                      f"CREATE TABLE t{number:04d} (id bigint PRIMARY KEY, v text);\n",
                      f"DROP TABLE t{number:04d};\n")
            for number in range(1, count + 1)]


def _one(name, up):
    return [Migration("20240100000001", name, up, "DROP TABLE big;\n")]


def many_statements(megabytes):
    """INSERT statements of a row of 1,000 bytes each."""
    filler = ("it''s filler; " * 80)[:ROW_BYTES]
    row = f"INSERT INTO big (id, v) VALUES (%d, '{filler}x');\n"
    count = megabytes * 1024 * 1024 // len(row % 10**6)
    rows = "".join(row % number for number in range(count))
    return _one("many_statements", "CREATE TABLE big (id bigint, v text);\n" + rows)


def copy_data(megabytes):
    filler = ("copy filler " * 100)[:ROW_BYTES]
    row = f"%d\t{filler}\n"
    count = megabytes * 1024 * 1024 // len(row % 10**6)
    rows = "".join(row % number for number in range(count))
    return _one("copy_data", "CREATE TABLE big (id bigint, v text);\n"
                             f"COPY big (id, v) FROM stdin;\n{rows}\\.\n")


def single_statement(megabytes):
    """One literal; the server answers its length, so that storing it costs nothing."""
    literal = ("one long literal " * (megabytes * 1024 * 1024 // 17 + 1))[:megabytes * 1024 * 1024]
    return _one("single_statement", "CREATE TABLE big (n bigint);\n"
                                    f"INSERT INTO big SELECT pg_catalog.length('{literal}');\n")
