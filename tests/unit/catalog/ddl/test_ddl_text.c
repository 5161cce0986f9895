#include "catalog/ddl/ddl_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_separator_in_quotes_or_brackets_is_none(void **state)
{
    ARENA_SCOPED arena = arena_new();
    DdlItems items = ddl_items(arena, "a, 'b, ''c', \"d, \"\"e\", f(g, h[1, 2]), E'i\\\\', j");
    static const char *const EXPECTED[] = {"a",        "'b, ''c'", "\"d, \"\"e\"", "f(g, h[1, 2])",
                                           "E'i\\\\'", "j"};
    assert_int_equal(items.len, 6);
    for (size_t i = 0; i < items.len; i++)
        assert_string_equal(arena_dup(arena, items.items[i]), EXPECTED[i]);
    assert_int_equal(ddl_items(arena, "").len, 0);
    assert_int_equal(ddl_items(arena, NULL).len, 0);
    assert_string_equal(ddl_signature_name(arena, "\"a(\".\"b)\"(integer)"), "\"a(\".\"b)\"");
    assert_string_equal(ddl_signature_name(arena, "app.f"), "app.f");
}

static void a_name_ends_where_its_parent_stands(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Ddl ddl = {.arena = arena};
    SnapshotObject object = {.identity = "\"c on app.d\" on app.d", .parent = "app.d"};
    assert_string_equal(ddl_name_on_parent(&ddl, &object, " on "), "\"c on app.d\"");
}

static void options_come_go_and_change(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Ddl ddl = {.arena = arena};
    assert_string_equal(ddl_options(&ddl, "a 'b, c', \"d e\" ''"),
                        " OPTIONS (a 'b, c', \"d e\" '')");
    assert_string_equal(ddl_options(&ddl, NULL), "");
    assert_string_equal(ddl_options_change(&ddl, "a '1', b '2', c '3'", "b '2', c '4', d '5'"),
                        " OPTIONS (DROP a, SET c '4', ADD d '5')");
    assert_string_equal(ddl_options_change(&ddl, "a '1'", "a '1'"), "");
    assert_string_equal(ddl_options_change(&ddl, NULL, "a '1'"), " OPTIONS (ADD a '1')");
}

static void a_secret_is_never_set(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Ddl ddl = {.arena = arena};
    assert_null(ddl_options(&ddl, "a '1', token sha256:00"));
    assert_null(ddl_options_change(&ddl, "token sha256:00", "token sha256:01"));
    assert_null(ddl_options_change(&ddl, NULL, "token sha256:01"));
    assert_string_equal(ddl_options_change(&ddl, "token sha256:00", "token sha256:00"), "");
    assert_string_equal(ddl_options_change(&ddl, "token sha256:00", NULL), " OPTIONS (DROP token)");
}

static void the_database_is_named_by_the_server(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Ddl ddl = {.arena = arena};
    ddl_add_for_database(&ddl, "COMMENT ON DATABASE", " IS '50% it''s'");
    ddl_add_for_database(&ddl, "COMMENT ON DATABASE", " IS '$$'");
    assert_string_equal(ddl.statements.items[0].sql,
                        "DO $$ BEGIN EXECUTE pg_catalog.format('COMMENT ON DATABASE %I IS ''50%% "
                        "it''''s''', pg_catalog.current_database()); END $$");
    assert_string_equal(ddl.statements.items[1].sql,
                        "DO 'BEGIN EXECUTE pg_catalog.format(''COMMENT ON DATABASE %I IS "
                        "''''$$'''''', pg_catalog.current_database()); END'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_separator_in_quotes_or_brackets_is_none),
        cmocka_unit_test(a_name_ends_where_its_parent_stands),
        cmocka_unit_test(options_come_go_and_change),
        cmocka_unit_test(a_secret_is_never_set),
        cmocka_unit_test(the_database_is_named_by_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
