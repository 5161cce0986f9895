"""Migrations that are the rows of a table, as Cody-2025's guide has them."""

# The table as the guide's INSERT shows it.
TABLE = """
CREATE TABLE schema_versions (
    schema_version_id serial PRIMARY KEY,
    schema_version_version varchar(20) NOT NULL,
    schema_version_description text,
    schema_version_up_sql text NOT NULL,
    schema_version_is_current boolean NOT NULL DEFAULT false,
    schema_version_applied_at timestamptz,
    schema_version_applied_by varchar(100) NOT NULL);
CREATE UNIQUE INDEX one_is_current ON schema_versions (schema_version_is_current)
    WHERE schema_version_is_current;
"""
# What the guide calls init.sql.
INIT = """
CREATE TABLE users (user_id int PRIMARY KEY, user_name text);
CREATE TABLE organizations (organization_id int PRIMARY KEY, organization_old_address text);
INSERT INTO users VALUES (1, 'ada');
INSERT INTO organizations VALUES (1, 'old street');
INSERT INTO schema_versions (schema_version_version, schema_version_description,
    schema_version_up_sql, schema_version_is_current, schema_version_applied_at,
    schema_version_applied_by)
VALUES ('1.0.0', 'Initial schema', '-- it''s init.sql', true, '2025-01-02 03:04:05+00', 'founder');
"""


def insert(database, version, up, description="a change", down=None, **columns):
    values = {"version": version, "description": description, "up_sql": up,
              "is_current": False, "applied_at": None, "applied_by": "developer", **columns}
    if down is not None:
        values["down_sql"] = down
    names = ", ".join(f"schema_version_{name}" for name in values)
    marks = ", ".join(f"%({name})s" for name in values)
    database.query(f"INSERT INTO schema_versions ({names}) VALUES ({marks})", values)


def table(database):
    """version, is it current, is it applied, by whom."""
    return database.query("""
        SELECT schema_version_version, schema_version_is_current, schema_version_applied_at IS NOT NULL,
               schema_version_applied_by
        FROM schema_versions ORDER BY schema_version_id""")
