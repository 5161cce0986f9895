#include "check/diagnosis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_every_check_has_its_texts(void **state)
{
    for (CheckId id = 0; id < CHECK_COUNT; id++) {
        const char *name = DIAGNOSIS_KINDS[id].id;
        Str section = check_kind_section(&DIAGNOSIS_KINDS[id]);
        assert_true(strlen(DIAGNOSIS_KINDS[id].why) > 10);
        assert_true(section.n > 0 && section.n < strlen(name));
        for (CheckId other = 0; other < id; other++)
            assert_string_not_equal(name, DIAGNOSIS_KINDS[other].id);
    }
    for (Verdict verdict = 0; verdict < VERDICT_COUNT; verdict++)
        assert_true(strlen(verdict_word(verdict)) <= 7);
}

static void test_sections_stand_together(void **state)
{
    for (CheckId id = 2; id < CHECK_COUNT; id++)
        for (CheckId earlier = 0; earlier + 1 < id; earlier++)
            if (str_eq(check_kind_section(&DIAGNOSIS_KINDS[id]),
                       check_kind_section(&DIAGNOSIS_KINDS[earlier])))
                assert_true(str_eq(check_kind_section(&DIAGNOSIS_KINDS[id]),
                                   check_kind_section(&DIAGNOSIS_KINDS[id - 1])));
}

// Found out in any order, kept in the table's.
static void test_order(void **state)
{
    static const CheckId FOUND[] = {CHECK_PSQL, CHECK_FILE, CHECK_DISK, CHECK_OPEN, CHECK_SERVER};
    ARENA_SCOPED arena = arena_new();
    CheckList diagnosis = {0};
    for (size_t i = 0; i < sizeof FOUND / sizeof *FOUND; i++)
        check_list_add(arena, &diagnosis, &DIAGNOSIS_KINDS[FOUND[i]], VERDICT_PASS, "not shown",
                       "number %zu", i);
    assert_int_equal(diagnosis.checks.len, 5);
    for (size_t i = 1; i < diagnosis.checks.len; i++)
        assert_true(diagnosis.checks.items[i - 1].kind < diagnosis.checks.items[i].kind);
    assert_string_equal(check_list_find(&diagnosis, &DIAGNOSIS_KINDS[CHECK_DISK])->value,
                        "number 2");
    assert_null(check_list_find(&diagnosis, &DIAGNOSIS_KINDS[CHECK_DISK])->fix);
    assert_null(check_list_find(&diagnosis, &DIAGNOSIS_KINDS[CHECK_TLS]));
}

static void test_counts(void **state)
{
    ARENA_SCOPED arena = arena_new();
    CheckList diagnosis = {0};
    check_list_add(arena, &diagnosis, &DIAGNOSIS_KINDS[CHECK_TLS], VERDICT_WARN, "do this", "none");
    check_list_add(arena, &diagnosis, &DIAGNOSIS_KINDS[CHECK_OPEN], VERDICT_PASS, NULL, "open");
    check_list_add(arena, &diagnosis, &DIAGNOSIS_KINDS[CHECK_STORE], VERDICT_PASS, NULL, "there");
    assert_int_equal(check_list_count(&diagnosis, VERDICT_PASS), 2);
    assert_int_equal(check_list_count(&diagnosis, VERDICT_WARN), 1);
    assert_int_equal(check_list_count(&diagnosis, VERDICT_FAIL), 0);
    assert_string_equal(check_list_find(&diagnosis, &DIAGNOSIS_KINDS[CHECK_TLS])->fix, "do this");
}

static void test_passing(void **state)
{
    ARENA_SCOPED arena = arena_new();
    CheckList list = {0};
    check_list_add(arena, &list, &DIAGNOSIS_KINDS[CHECK_TLS], VERDICT_WARN, "do this", "none");
    check_list_add(arena, &list, &DIAGNOSIS_KINDS[CHECK_OPEN], VERDICT_UNKNOWN, "ask", "hidden");
    assert_true(check_list_passes(&list));
    Check *failed =
        check_list_add(arena, &list, &DIAGNOSIS_KINDS[CHECK_DISK], VERDICT_FAIL, "free", "full");
    check_detail(arena, failed, "%d bytes", 0);
    assert_false(check_list_passes(&list));
    failed->passed_over = "--force";
    assert_true(check_list_passes(&list));
    assert_string_equal(failed->details.items[0], "0 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_check_has_its_texts),
        cmocka_unit_test(test_sections_stand_together),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_passing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
