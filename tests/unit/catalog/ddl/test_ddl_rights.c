#include "ddl_case.h"

static void default_privileges(void **state)
{
    static const DdlCase CASES[] = {
        {"default privileges", "of o on tables in schema \"a in schema b\"", NULL, NULL,
         "privileges: PUBLIC: SELECT\n  u: INSERT, SELECT WITH GRANT OPTION\n",
         "ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA \"a in schema b\" GRANT SELECT ON tables "
         "TO PUBLIC;\n"
         "ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA \"a in schema b\" GRANT INSERT ON tables "
         "TO u;\n"
         "ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA \"a in schema b\" GRANT SELECT ON tables "
         "TO u "
         "WITH GRANT OPTION;\n"},
        {"default privileges", "of o on tables in schema a", NULL, "privileges: u: SELECT\n", NULL,
         "ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA a REVOKE SELECT ON tables FROM u "
         "CASCADE;\n"},
        {"default privileges", "of \"between\" on functions", NULL, NULL,
         "privileges: between: EXECUTE\n",
         "ALTER DEFAULT PRIVILEGES FOR ROLE between REVOKE EXECUTE ON functions FROM PUBLIC "
         "CASCADE;\n"},
        {"default privileges", "of o on functions", NULL, "privileges: o: EXECUTE\n", NULL,
         "ALTER DEFAULT PRIVILEGES FOR ROLE o GRANT EXECUTE ON functions TO PUBLIC;\n"},
        {"default privileges", "of o on functions", NULL, "privileges: o: EXECUTE\n",
         "privileges: none\n",
         "ALTER DEFAULT PRIVILEGES FOR ROLE o REVOKE EXECUTE ON functions FROM o CASCADE;\n"},
        {"default privileges", "of o on Q", NULL, NULL, "privileges: u: SELECT\n",
         "refused: default privileges of o on Q: they are of a newer server than this program"},
    };
    DDL_CASES_CHECK(CASES);
}

static void privileges_of_the_systems_objects(void **state)
{
    static const DdlCase CASES[] = {
        {"system privileges", "function pg_catalog.pg_sleep(double precision)", NULL, NULL,
         "privileges: p: EXECUTE\ninitial privileges: PUBLIC: EXECUTE\n  p: EXECUTE\n",
         "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC CASCADE;\n"},
        {"system privileges", "function pg_catalog.pg_sleep(double precision)", NULL,
         "privileges: p: EXECUTE\ninitial privileges: PUBLIC: EXECUTE\n  p: EXECUTE\n", NULL,
         "GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) TO PUBLIC;\n"},
        {"system privileges", "table pg_catalog.pg_authid", NULL,
         "privileges: u: SELECT\ninitial privileges: none\n",
         "privileges: v: SELECT\ninitial privileges: none\n",
         "REVOKE SELECT ON TABLE pg_catalog.pg_authid FROM u CASCADE;\n"
         "GRANT SELECT ON TABLE pg_catalog.pg_authid TO v;\n"},
        {"system privileges", "table column pg_catalog.\"a.b\".\"c.d\"", NULL, NULL,
         "privileges: u: SELECT\ninitial privileges: none\n",
         "GRANT SELECT (\"c.d\") ON TABLE pg_catalog.\"a.b\" TO u;\n"},
        {"system privileges", "foreign-data wrapper w", NULL, NULL,
         "privileges: u: USAGE\ninitial privileges: none\n",
         "GRANT USAGE ON FOREIGN DATA WRAPPER w TO u;\n"},
        {"system privileges", "planet x", NULL, NULL,
         "privileges: u: USAGE\ninitial privileges: none\n",
         "refused: privileges of planet x: nothing is known of such an object"},
    };
    DDL_CASES_CHECK(CASES);
}

static void large_objects(void **state)
{
    static const DdlCase CASES[] = {
        {"large object", "7", NULL, NULL, "owner: o\nprivileges: u: SELECT\n", ""},
        {"large object", "7", NULL, "owner: o\nprivileges: o: SELECT, UPDATE\n  u: SELECT\n", NULL,
         "REVOKE SELECT ON LARGE OBJECT 7 FROM u CASCADE;\n"},
        {"large object", "7", NULL, "owner: o\nprivileges: none\n", NULL,
         "GRANT SELECT, UPDATE ON LARGE OBJECT 7 TO o;\n"},
    };
    DDL_CASES_CHECK(CASES);
}

#define BLOCK(sql)                                                                                 \
    "DO $$ BEGIN EXECUTE pg_catalog.format('" sql "', pg_catalog.current_database()); END $$;\n"
#define OWNER_BLOCK(sql)                                                                           \
    "DO $$ BEGIN EXECUTE (SELECT pg_catalog.format('" sql                                          \
    "', d.datname, pg_catalog.pg_get_userbyid(d.datdba)) FROM pg_catalog.pg_database d WHERE "     \
    "d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()); END $$;\n"

static void the_database(void **state)
{
    static const DdlCase CASES[] = {
        {"database", "database", NULL, "access: (owner) CREATE\n  PUBLIC CONNECT\n",
         "access: u CONNECT\n",
         OWNER_BLOCK("REVOKE CREATE ON DATABASE %I FROM %I CASCADE")
             BLOCK("REVOKE CONNECT ON DATABASE %I FROM PUBLIC CASCADE")
                 BLOCK("GRANT CONNECT ON DATABASE %I TO u")},
        {"database", "database", NULL, "access: \"u x\" CREATE WITH GRANT OPTION\n",
         "access: (owner) CREATE\n  \"u x\" CONNECT WITH GRANT OPTION\n",
         BLOCK("REVOKE CREATE ON DATABASE %I FROM \"u x\" CASCADE")
             OWNER_BLOCK("GRANT CREATE ON DATABASE %I TO %I")
                 BLOCK("GRANT CONNECT ON DATABASE %I TO \"u x\" WITH GRANT OPTION")},
        {"database", "database", NULL, "comment: a\nconnection limit: 5\n", "comment: 5%\n",
         BLOCK("ALTER DATABASE %I CONNECTION LIMIT -1") BLOCK("COMMENT ON DATABASE %I IS ''5%%''")},
        {"database", "database", NULL, "comment: a\n", "connection limit: 5\n",
         BLOCK("ALTER DATABASE %I CONNECTION LIMIT 5") BLOCK("COMMENT ON DATABASE %I IS NULL")},
        {"database", "database", NULL, NULL, "comment: a\n",
         "refused: the database itself is neither made nor dropped"},
    };
    DDL_CASES_CHECK(CASES);
}

static void settings(void **state)
{
    static const DdlCase CASES[] = {
        {"database setting", "work_mem", NULL, NULL, "value: 9MB\n",
         BLOCK("ALTER DATABASE %I SET work_mem TO ''9MB''")},
        {"database setting", "app.Odd.name for \"u for v\"", NULL, "value: b\n", "value: it's\n",
         BLOCK("ALTER ROLE \"u for v\" IN DATABASE %I SET app.\"Odd\".name TO ''it''''s''")},
        {"database setting", "search_path", NULL, NULL, "value: \"$user\", App,\"a\"\"b, c\"\n",
         BLOCK("ALTER DATABASE %I SET search_path TO ''$user'', ''app'', ''a\"b, c''")},
        {"database setting", "search_path", NULL, NULL, "value: \"\"\n",
         BLOCK("ALTER DATABASE %I SET search_path TO ''''")},
        {"database setting", "work_mem for u", NULL, "value: 9MB\n", NULL,
         BLOCK("ALTER ROLE u IN DATABASE %I RESET work_mem")},
        {"database setting", "app.secret", NULL, NULL, "secret: sha256 00\n",
         "refused: database setting app.secret: its value is a secret, of which only the hash is "
         "known"},
        {"database setting", "app.secret", NULL, "secret: sha256 00\n", NULL,
         BLOCK("ALTER DATABASE %I RESET app.secret")},
    };
    DDL_CASES_CHECK(CASES);
}

static void roles(void **state)
{
    static const DdlCase CASES[] = {
        {"role", "r", NULL, NULL, "", "CREATE ROLE r;\n"},
        {"role", "\"a b\"", NULL, NULL,
         "superuser: yes\ninherit: no\nlogin: yes\nconnection limit: 5\nvalid until: 2030-01-01 "
         "00:00:00+00\ncomment: it's\n",
         "CREATE ROLE \"a b\" SUPERUSER NOINHERIT LOGIN CONNECTION LIMIT 5 VALID UNTIL "
         "'2030-01-01 00:00:00+00';\nCOMMENT ON ROLE \"a b\" IS 'it''s';\n"},
        {"role", "r", NULL, "inherit: no\nlogin: yes\nvalid until: x\ncomment: a\n",
         "create role: yes\ncreate database: yes\nreplication: yes\nbypass row security: yes\n",
         "ALTER ROLE r INHERIT CREATEROLE CREATEDB NOLOGIN REPLICATION BYPASSRLS VALID UNTIL "
         "'infinity';\nCOMMENT ON ROLE r IS NULL;\n"},
        {"role", "r", NULL, "connection limit: 5\n", "", "ALTER ROLE r CONNECTION LIMIT -1;\n"},
        {"role", "r", NULL, "", NULL, "-- loses role r and its password\nDROP ROLE r;\n"},
        {"role", "r", NULL, NULL, "label: selinux a\n",
         "refused: role r: a security label is its provider's to set"},
        {"role setting", "work_mem for r", NULL, NULL, "value: 9MB\n",
         "ALTER ROLE r SET work_mem TO '9MB';\n"},
        {"role setting", "work_mem for ALL", NULL, "value: 9MB\n", NULL,
         "ALTER ROLE ALL RESET work_mem;\n"},
        {"role setting", "app.key for r", NULL, NULL, "secret: sha256 00\n",
         "refused: role setting app.key for r: its value is a secret, of which only the hash is "
         "known"},
    };
    DDL_CASES_CHECK(CASES);
}

static void memberships(void **state)
{
    static const DdlCase CASES[] = {
        {"membership", "\"a in b\" in c", NULL, NULL, "", "GRANT c TO \"a in b\";\n"},
        {"membership", "a in c", NULL, "", "admin: yes\n", "GRANT c TO a WITH ADMIN OPTION;\n"},
        {"membership", "a in c", NULL, "admin: yes\n", "", "REVOKE ADMIN OPTION FOR c FROM a;\n"},
        {"membership", "a in c", NULL, "", NULL, "REVOKE c FROM a;\n"},
        {"membership", "a in c by \"b by d\"", NULL, NULL, "inherit: yes\nset role: no\n",
         "GRANT c TO a WITH ADMIN FALSE, INHERIT TRUE, SET FALSE GRANTED BY \"b by d\";\n", 16},
        {"membership", "a in c", NULL, "admin: yes\ninherit: yes\n", "inherit: no\n",
         "GRANT c TO a WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;\n", 16},
        {"membership", "a in c by d", NULL, "inherit: yes\n", NULL,
         "REVOKE c FROM a GRANTED BY d;\n", 16},
    };
    DDL_CASES_CHECK(CASES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_privileges), cmocka_unit_test(privileges_of_the_systems_objects),
        cmocka_unit_test(large_objects),      cmocka_unit_test(the_database),
        cmocka_unit_test(settings),           cmocka_unit_test(roles),
        cmocka_unit_test(memberships),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
