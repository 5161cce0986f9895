#include "pg/query.h"

#include "queries.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(const char *text, const char *schema, const char *expected)
{
    ARENA_SCOPED arena = arena_new();
    Query query = {"a/b", text};
    assert_string_equal(query_text(arena, &query, schema), expected);
}

static void test_schema(void **state)
{
    static const char TEXT[] = "SELECT a FROM migrate_safe.journal, migrate_safe.b WHERE c";
    assert_text(TEXT, "migrate_safe", TEXT);
    assert_text(TEXT, "ops", "SELECT a FROM \"ops\".journal, \"ops\".b WHERE c");
    assert_text(TEXT, "a \"b\"",
                "SELECT a FROM \"a \"\"b\"\"\".journal, \"a \"\"b\"\"\".b WHERE c");
    assert_text("SELECT 1", "ops", "SELECT 1");
    assert_text("migrate_safe.", "ops", "\"ops\".");
    assert_text("", "ops", "");
}

// What follows the name is never mistaken for a part of it.
static void test_schema_is_whole_word(void **state)
{
    assert_text("COMMENT ON TABLE migrate_safe.t IS 'of migrate-safe'", "ops",
                "COMMENT ON TABLE \"ops\".t IS 'of migrate-safe'");
    assert_text("SELECT migrate_safe, migrate_safety.a", "ops",
                "SELECT migrate_safe, migrate_safety.a");
}

static void test_table(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Query query = {"a/b", "SELECT FROM public.schema_versions, migrate_safe.journal"};
    assert_string_equal(query_text_for_table(arena, &query, "migrate_safe", "app.\"V\""),
                        "SELECT FROM app.\"V\", migrate_safe.journal");
    // A name that holds ours is left alone.
    assert_string_equal(query_text_for_table(arena, &query, "ops", "my_migrate_safe.v"),
                        "SELECT FROM my_migrate_safe.v, \"ops\".journal");
}

static void test_embedded(void **state)
{
    ARENA_SCOPED arena = arena_new();
    size_t count = 0;
    for (const Query *const *query = QUERIES; *query; query++, count++) {
        const char *text = query_text(arena, *query, "other");
        assert_non_null(strchr((*query)->name, '/'));
        assert_null(strstr(text, "migrate_safe."));
        // its explanation stays at home, its end is the end of a statement
        assert_int_not_equal(strncmp((*query)->text, "--", 2), 0);
        assert_string_equal((*query)->text + strlen((*query)->text) - 2, ";\n");
    }
    assert_true(count >= 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schema),
        cmocka_unit_test(test_schema_is_whole_word),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_embedded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
