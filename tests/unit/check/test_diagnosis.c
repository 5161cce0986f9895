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
        const char *name = check_name(id);
        Str section = check_section(id);
        assert_true(strlen(check_why(id)) > 10);
        assert_true(section.n > 0 && section.n < strlen(name));
        for (CheckId other = 0; other < id; other++)
            assert_string_not_equal(name, check_name(other));
    }
    for (Verdict verdict = 0; verdict < VERDICT_COUNT; verdict++)
        assert_true(strlen(verdict_word(verdict)) <= 7);
}

static void test_sections_stand_together(void **state)
{
    for (CheckId id = 2; id < CHECK_COUNT; id++)
        for (CheckId earlier = 0; earlier + 1 < id; earlier++)
            if (str_eq(check_section(id), check_section(earlier)))
                assert_true(str_eq(check_section(id), check_section(id - 1)));
}

// Found out in any order, kept in the table's.
static void test_order(void **state)
{
    static const CheckId FOUND[] = {CHECK_PSQL, CHECK_FILE, CHECK_DISK, CHECK_OPEN, CHECK_SERVER};
    ARENA_SCOPED arena = arena_new();
    Diagnosis diagnosis = {0};
    for (size_t i = 0; i < sizeof FOUND / sizeof *FOUND; i++)
        diagnosis_add(arena, &diagnosis, FOUND[i], VERDICT_OK, "not shown", "number %zu", i);
    assert_int_equal(diagnosis.checks.len, 5);
    for (size_t i = 1; i < diagnosis.checks.len; i++)
        assert_true(diagnosis.checks.items[i - 1].id < diagnosis.checks.items[i].id);
    assert_string_equal(diagnosis_find(&diagnosis, CHECK_DISK)->value, "number 2");
    assert_null(diagnosis_find(&diagnosis, CHECK_DISK)->fix);
    assert_null(diagnosis_find(&diagnosis, CHECK_TLS));
}

static void test_counts(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Diagnosis diagnosis = {0};
    diagnosis_add(arena, &diagnosis, CHECK_TLS, VERDICT_WARN, "do this", "none");
    diagnosis_add(arena, &diagnosis, CHECK_OPEN, VERDICT_OK, NULL, "open");
    diagnosis_add(arena, &diagnosis, CHECK_STORE, VERDICT_OK, NULL, "there");
    assert_int_equal(diagnosis_count(&diagnosis, VERDICT_OK), 2);
    assert_int_equal(diagnosis_count(&diagnosis, VERDICT_WARN), 1);
    assert_int_equal(diagnosis_count(&diagnosis, VERDICT_FAIL), 0);
    assert_string_equal(diagnosis_find(&diagnosis, CHECK_TLS)->fix, "do this");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_check_has_its_texts),
        cmocka_unit_test(test_sections_stand_together),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
