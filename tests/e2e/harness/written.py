"""Migrations in the words of each layout, from their SQL alone."""

FIRST, SECOND = "20240101000001", "20240101000002"


def paired(folder, version, name, up, down):
    folder.write(f"{version}_{name}.up.sql", up)
    folder.write(f"{version}_{name}.down.sql", down)
    return f"{version}_{name}.up.sql"


def plain(folder, version, name, up, down):
    folder.write(f"{version}_{name}.sql", up)
    folder.write(f"rollback/{version}_{name}_down.sql", down)
    return f"{version}_{name}.sql"


def flyway(folder, version, name, up, down):
    folder.write(f"V{version}__{name}.sql", up)
    folder.write(f"U{version}__{name}.sql", down)
    return f"V{version}__{name}.sql"


def folders(up_name, down_name="down.sql"):
    def write(folder, version, name, up, down):
        folder.write(f"{version}_{name}/{up_name}", up)
        folder.write(f"{version}_{name}/{down_name}", down)
        return f"{version}_{name}/{up_name}"
    return write


def marked(up_line, down_line):
    def write(folder, version, name, up, down):
        folder.write(f"{version}_{name}.sql", f"{up_line}{up}{down_line}{down}")
        return f"{version}_{name}.sql"
    return write


LAYOUTS = {
    "paired": paired,
    "plain": plain,
    "flyway": flyway,
    "diesel": folders("up.sql"),
    "prisma": folders("migration.sql"),
    "dbmate": marked("-- migrate:up\n", "-- migrate:down\n"),
    "goose": marked("-- +goose Up\n", "-- +goose Down\n"),
    "sql-migrate": marked("-- +migrate Up\n", "-- +migrate Down\n"),
    "node-pg-migrate": marked("-- Up Migration\n", "-- Down Migration\n"),
    "tern": marked("", "---- create above / drop below ----\n"),
    "sqlx": paired,
}


def write(folder, layout, version, name, up, down):
    """The path of the file with the up, in the folder."""
    if layout == "tern":
        version = str(int(version) % 1000)
    return LAYOUTS[layout](folder, version, name, up, down)
