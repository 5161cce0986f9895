#include "check/rollback_header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_what_is_written_is_read_back(void **state)
{
    ARENA_SCOPED arena = arena_new();
    RollbackHeader found;
    RollbackHeader header = {
        .of = "004_x.sql",
        .generated = "2026-11-26",
        .not_proven = "the up destroys rows of table public.\"a\nb\"",
        .made_from = "0123",
        .complexity = COMPLEXITY_HIGH,
        .duration_ms = 12,
    };
    *vec_append(arena, &header.losses) = "table public.a and its rows";
    *vec_append(arena, &header.losses) = "values of column public.b.c";
    *vec_append(arena, &header.notes) = "Fails with some rows.";
    const char *text = rollback_header_text(arena, &header);
    assert_non_null(strstr(text, "-- Complexity: HIGH\n-- Estimated Duration: less than 1 second "
                                 "(measured: 12 ms)\n"));
    rollback_header_read(arena, str_from(arena_printf(arena, "%s\nBEGIN;\n-- Loses: no\n", text)),
                         &found);
    assert_string_equal(found.of, "004_x.sql");
    assert_string_equal(found.generated, "2026-11-26");
    assert_null(found.proven);
    assert_string_equal(found.not_proven, "the up destroys rows of table public.\"a b\"");
    assert_int_equal(found.losses.len, 2);
    assert_string_equal(found.losses.items[1], "values of column public.b.c");
    assert_false(rollback_header_is_stale(&found, "0123"));
    assert_true(rollback_header_is_stale(&found, "4567"));
}

static void test_of_what_people_wrote_only_the_losses_count(void **state)
{
    ARENA_SCOPED arena = arena_new();
    RollbackHeader found;
    rollback_header_read(arena,
                         STR("\r\n-- Rollback for 004\r\n--\r\n-- NOT PROVEN: yet\r\n"
                             "--Loses: all of it \r\nDROP TABLE a;\n-- Made from: sha256 1\n"),
                         &found);
    assert_null(found.of);
    assert_null(found.not_proven);
    assert_int_equal(found.losses.len, 1);
    assert_string_equal(found.losses.items[0], "all of it");
    assert_false(rollback_header_is_stale(&found, "0123"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read_back),
        cmocka_unit_test(test_of_what_people_wrote_only_the_losses_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
