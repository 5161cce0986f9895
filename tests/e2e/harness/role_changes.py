"""Roles of the server, their settings and memberships, and single changes to them, each with its way back."""

ROLES = "ms_member", "ms_group", "ms_other"
BASE = """
CREATE ROLE ms_member LOGIN;
CREATE ROLE ms_group;
CREATE ROLE ms_other;
ALTER ROLE ms_member SET work_mem = '9MB';
GRANT ms_group TO ms_member;
"""
DROP = "DROP ROLE ms_member, ms_group, ms_other"
ODD = '"a in ""b by c;\n-- \\ ü"'


def attribute(name, change, back):
    """As whole_schema.CHANGES has them: name, change, the way back, what must be named."""
    return name, f"ALTER ROLE ms_member {change}", f"ALTER ROLE ms_member {back}", f"~ role ms_member: {name}"


CHANGES = [
    ("role added", "CREATE ROLE ms_new", "DROP ROLE ms_new", "+ role ms_new"),
    ("role dropped", "DROP ROLE ms_other", "CREATE ROLE ms_other", "- role ms_other"),
    attribute("superuser", "SUPERUSER", "NOSUPERUSER"),
    attribute("inherit", "NOINHERIT", "INHERIT"),
    attribute("create role", "CREATEROLE", "NOCREATEROLE"),
    attribute("create database", "CREATEDB", "NOCREATEDB"),
    attribute("login", "NOLOGIN", "LOGIN"),
    attribute("replication", "REPLICATION", "NOREPLICATION"),
    attribute("bypass row security", "BYPASSRLS", "NOBYPASSRLS"),
    attribute("connection limit", "CONNECTION LIMIT 5", "CONNECTION LIMIT -1"),
    attribute("valid until", "VALID UNTIL '2031-01-01 00:00+02'", "VALID UNTIL 'infinity'"),
    ("comment", "COMMENT ON ROLE ms_member IS 'it''s'", "COMMENT ON ROLE ms_member IS NULL", "~ role ms_member: comment"),
    ("setting added", "ALTER ROLE ms_member SET search_path = app, \"$user\"", "ALTER ROLE ms_member RESET search_path",
     "+ role setting search_path for ms_member"),
    ("setting changed", "ALTER ROLE ms_member SET work_mem = '8MB'", "ALTER ROLE ms_member SET work_mem = '9MB'",
     "~ role setting work_mem for ms_member: value"),
    ("setting dropped", "ALTER ROLE ms_member RESET ALL", "ALTER ROLE ms_member SET work_mem = '9MB'", "- role setting work_mem for ms_member"),
    ("setting of all roles", "ALTER ROLE ALL SET work_mem = '7MB'", "ALTER ROLE ALL RESET ALL", "+ role setting work_mem for ALL"),
    ("secret setting", "ALTER ROLE ms_member SET app.api_key = 'x'", "ALTER ROLE ms_member RESET app.api_key", "+ role setting app.api_key for ms_member"),
    ("membership granted", "GRANT ms_group TO ms_other", "REVOKE ms_group FROM ms_other", "+ membership ms_other in ms_group"),
    ("membership revoked", "REVOKE ms_group FROM ms_member", "GRANT ms_group TO ms_member", "- membership ms_member in ms_group"),
    ("membership turned round", "REVOKE ms_group FROM ms_member; GRANT ms_member TO ms_group", "REVOKE ms_member FROM ms_group; GRANT ms_group TO ms_member",
     "+ membership ms_group in ms_member"),
    ("admin option", "GRANT ms_group TO ms_member WITH ADMIN OPTION", "REVOKE ADMIN OPTION FOR ms_group FROM ms_member",
     "~ membership ms_member in ms_group: admin"),
    ("membership in a role of the server's own", "GRANT pg_read_all_stats TO ms_group", "REVOKE pg_read_all_stats FROM ms_group",
     "+ membership ms_group in pg_read_all_stats"),
    ("member that is dropped", "DROP ROLE ms_member", "CREATE ROLE ms_member LOGIN; ALTER ROLE ms_member SET work_mem = '9MB'; GRANT ms_group TO ms_member",
     "- membership ms_member in ms_group"),
    ("owner that is new", "CREATE ROLE ms_new; CREATE SCHEMA of_new AUTHORIZATION ms_new; GRANT USAGE ON SCHEMA of_new TO ms_new",
     "DROP SCHEMA of_new; DROP ROLE ms_new", "+ schema of_new"),
    ("hostile role", f"CREATE ROLE {ODD} IN ROLE ms_group; ALTER ROLE {ODD} SET work_mem = '1MB'", f"DROP ROLE {ODD}", f"+ membership {ODD} in ms_group"),
]

# What 16 brought.
NEWER = [
    ("inherit option", "GRANT ms_group TO ms_member WITH INHERIT FALSE", "GRANT ms_group TO ms_member WITH INHERIT TRUE",
     "~ membership ms_member in ms_group: inherit"),
    ("set option", "GRANT ms_group TO ms_member WITH SET FALSE", "GRANT ms_group TO ms_member WITH SET TRUE", "~ membership ms_member in ms_group: set role"),
    ("grantor", "GRANT ms_group TO ms_other WITH ADMIN TRUE; GRANT ms_group TO ms_member GRANTED BY ms_other",
     "REVOKE ms_group FROM ms_member GRANTED BY ms_other; REVOKE ms_group FROM ms_other", "+ membership ms_member in ms_group by ms_other"),
    ("grantor that is dropped", "CREATE ROLE ms_a; CREATE ROLE ms_z; GRANT ms_a TO ms_z WITH ADMIN OPTION; GRANT ms_a TO ms_other GRANTED BY ms_z",
     "REVOKE ms_a FROM ms_other GRANTED BY ms_z; DROP ROLE ms_a, ms_z", "+ membership ms_other in ms_a by ms_z"),
]

# name, what is done: nothing of it counts.
NO_CHANGES = [
    ("a password", "ALTER ROLE ms_member PASSWORD 'secret-of-role'"),
    ("valid for ever, spelled out", "ALTER ROLE ms_member VALID UNTIL 'infinity'"),
    ("the superuser of initdb", "ALTER ROLE postgres CONNECTION LIMIT 90; ALTER ROLE postgres SET work_mem = '6MB'; ALTER ROLE postgres RESET ALL; "
     "ALTER ROLE postgres CONNECTION LIMIT -1"),
    ("granted once more", "GRANT ms_group TO ms_member"),
]
