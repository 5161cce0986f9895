#include "check/backup_contents.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static BackupContents contents_of(Arena *arena, const char *const *statements)
{
    BackupContents contents = {0};
    for (; *statements; statements++)
        contents_add_statement(arena, &contents, str_from(*statements));
    return contents;
}
#define CONTENTS(arena, ...) contents_of((arena), (const char *const[]){__VA_ARGS__, NULL})

static void assert_names(const Words *names, const char *const *expected)
{
    size_t count = 0;
    for (; expected[count] && count < names->len; count++)
        assert_string_equal(names->items[count], expected[count]);
    assert_int_equal(names->len, count);
    assert_null(expected[count]);
}
#define ASSERT_NAMES(names, ...) assert_names((names), (const char *const[]){__VA_ARGS__, NULL})

static void roles_are_found_where_they_are_needed(void **state)
{
    ARENA_SCOPED arena = arena_new();
    BackupContents contents =
        CONTENTS(arena, "ALTER TABLE public.t OWNER TO app;", "ALTER TABLE public.t OWNER TO app;",
                 "GRANT SELECT ON TABLE public.t TO \"odd \"\"name\" WITH GRANT OPTION;",
                 "GRANT USAGE ON SCHEMA public TO PUBLIC;", "REVOKE ALL ON SCHEMA public FROM old;",
                 "ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA public GRANT SELECT ON TABLES "
                 "TO reader;",
                 "SET SESSION AUTHORIZATION 'granter';", "GRANT pg_monitor TO pg_read_all_stats;",
                 "CREATE POLICY p ON public.t FOR SELECT TO tenant, other USING ((a = 1));",
                 "CREATE POLICY q ON public.t USING (true);",
                 "CREATE USER MAPPING FOR mapped SERVER s OPTIONS (x 'y');",
                 "COMMENT ON TABLE public.t IS 'OWNER TO nobody';");
    ASSERT_NAMES(&contents.roles, "app", "odd \"name", "old", "maker", "reader", "granter");
    ASSERT_NAMES(&contents.bound_roles, "tenant", "other", "mapped");
}

static void what_must_be_installed_is_found(void **state)
{
    ARENA_SCOPED arena = arena_new();
    BackupContents contents =
        CONTENTS(arena, "CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;",
                 "CREATE EXTENSION \"uuid-ossp\";", "SET default_tablespace = fast;",
                 "SET default_tablespace = '';", "CREATE SCHEMA public;");
    ASSERT_NAMES(&contents.extensions, "hstore", "uuid-ossp");
    ASSERT_NAMES(&contents.tablespaces, "fast");
    assert_true(contents.makes_public);
    assert_string_equal(extension_package(arena, "vector", 15), "postgresql-15-pgvector");
    assert_string_equal(extension_package(arena, "plpython3u", 16), "postgresql-plpython3-16");
    assert_string_equal(extension_package(arena, "hstore", 15), "postgresql-15");
    assert_string_equal(extension_package(arena, "mystery", 15), "postgresql-15-mystery");
}

static void rows_and_sequences_are_counted(void **state)
{
    ARENA_SCOPED arena = arena_new();
    BackupContents contents = {0};
    contents_add_statement(arena, &contents, STR("COPY public.\"T\" (a, b) FROM stdin;"));
    contents_add_rows(&contents, 2);
    contents_add_rows(&contents, 3);
    contents_add_statement(arena, &contents,
                           STR("SELECT pg_catalog.setval('public.\"t_id''s\"', -42, true);"));
    contents_add_comment(arena, &contents, STR("-- Dumped from database version 15.8 (Debian)"));
    assert_int_equal(contents.data.tables.len, 1);
    assert_string_equal(contents.data.tables.items[0].name, "T");
    assert_int_equal(contents.data.tables.items[0].rows, 5);
    assert_int_equal(contents.data.sequences.len, 1);
    assert_string_equal(contents.data.sequences.items[0].name, "t_id's");
    assert_int_equal(contents.data.sequences.items[0].last_value, -42);
    assert_true(contents.data.sequences.items[0].is_called);
    assert_string_equal(contents.server_version, "15.8");
}

static void what_is_not_as_the_manifest_says_is_named(void **state)
{
    ARENA_SCOPED arena = arena_new();
    BackupContents contents = {.server_version = "14.2"};
    contents_add_statement(arena, &contents, STR("COPY public.a (a) FROM stdin;"));
    contents_add_rows(&contents, 2);
    contents_add_statement(arena, &contents, STR("COPY public.extra (a) FROM stdin;"));
    contents_add_rows(&contents, 1);
    contents_add_statement(arena, &contents, STR("CREATE MATERIALIZED VIEW public.m AS SELECT 1;"));
    contents_add_statement(arena, &contents, STR("SELECT pg_catalog.setval('public.s', 4, true);"));
    BackupManifest manifest = {.server_major = 15};
    static const TableFact TABLES[] = {
        {"public", "a", 3, NULL}, {"public", "b", 7, NULL}, {"public", "m", 1, NULL}};
    for (size_t i = 0; i < 3; i++)
        *vec_append(arena, &manifest.data.tables) = TABLES[i];
    *vec_append(arena, &manifest.data.sequences) =
        (SequenceFact){.schema = "public", .name = "s", .last_value = 5, .is_called = true};
    *vec_append(arena, &manifest.extensions) = (ExtensionFact){.name = "hstore"};
    Differences found = {0};
    contents_compare(arena, &manifest, &contents, true, 10, &found);
    static const char *const EXPECTED[] = {
        "the dump is of a server of PostgreSQL 14, and the manifest of one of 15",
        "table public.a: 2 rows, and the manifest says 3",
        "table public.b: its 7 rows are not in the dump",
        "table public.extra: 1 rows are in the dump, and the manifest does not name it",
        "sequence public.s: set to 4, and it had given out 5",
        "extension hstore: it is not in the dump",
    };
    assert_int_equal(found.len, sizeof EXPECTED / sizeof *EXPECTED);
    for (size_t i = 0; i < found.len; i++)
        assert_string_equal(found.items[i], EXPECTED[i]);
    Differences few = {0};
    contents_compare(arena, &manifest, &contents, true, 2, &few);
    assert_int_equal(few.len, 3);
    assert_string_equal(few.items[2], "and 4 more");
    Differences without_rows = {0};
    contents_compare(arena, &manifest, &contents, false, 10, &without_rows);
    assert_int_equal(without_rows.len, 2);
}

static void of_a_sequence_that_is_set_twice_the_last_value_counts(void **state)
{
    ARENA_SCOPED arena = arena_new();
    BackupContents contents = {0};
    BackupManifest manifest = {0};
    static const char *const NAMES[] = {"a", "back", "b", "on", "z"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        bool is_back = strcmp(NAMES[i], "back") == 0;
        *vec_append(arena, &manifest.data.sequences) = (SequenceFact){
            .schema = "public", .name = NAMES[i], .last_value = 5, .is_called = true};
        for (int last = 0; last < 2; last++)
            contents_add_statement(
                arena, &contents,
                str_from(arena_printf(arena, "SELECT pg_catalog.setval('public.%s', %d, true);",
                                      NAMES[i], last == is_back ? 1 : 9)));
    }
    Differences found = {0};
    contents_compare(arena, &manifest, &contents, true, 10, &found);
    assert_int_equal(found.len, 1);
    assert_string_equal(found.items[0], "sequence public.back: set to 1, and it had given out 5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_are_found_where_they_are_needed),
        cmocka_unit_test(what_must_be_installed_is_found),
        cmocka_unit_test(rows_and_sequences_are_counted),
        cmocka_unit_test(what_is_not_as_the_manifest_says_is_named),
        cmocka_unit_test(of_a_sequence_that_is_set_twice_the_last_value_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
