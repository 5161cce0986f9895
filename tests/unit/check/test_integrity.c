#include "check/integrity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_kinds(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_true(INTEGRITY_COUNT < 64);
    for (int id = 0; id < INTEGRITY_COUNT; id++) {
        const CheckKind *kind = &INTEGRITY_KINDS[id];
        assert_true(strlen(kind->why) > 10);
        assert_int_equal(integrity_find(str_from(kind->id)), id);
        assert_string_equal(integrity_word((size_t)id), kind->id);
        assert_true(strncmp(integrity_counted(arena, (IntegrityId)id, 1), "1 ", 2) == 0);
        // A check that can be named has one of the name alone.
        assert_true(integrity_named(str_from(kind->id)) == INTEGRITY_BIT(id));
    }
    assert_null(integrity_word(INTEGRITY_COUNT));
    assert_string_equal(integrity_counted(arena, INTEGRITY_ORPHANS, 412), "412 foreign keys");
}

static void test_sections_stand_together(void **state)
{
    for (int id = 2; id < INTEGRITY_COUNT; id++)
        for (int earlier = 0; earlier + 1 < id; earlier++)
            if (str_eq(check_kind_section(&INTEGRITY_KINDS[id]),
                       check_kind_section(&INTEGRITY_KINDS[earlier])))
                assert_true(str_eq(check_kind_section(&INTEGRITY_KINDS[id]),
                                   check_kind_section(&INTEGRITY_KINDS[id - 1])));
}

static void test_names(void **state)
{
    IntegritySet keys = integrity_named(STR("keys"));
    assert_true(keys == (INTEGRITY_BIT(INTEGRITY_DUPLICATES) | INTEGRITY_BIT(INTEGRITY_EXCLUSION)));
    assert_true(integrity_named(STR("orphans")) == INTEGRITY_BIT(INTEGRITY_ORPHANS));
    assert_true(integrity_named(STR("references.orphans")) == INTEGRITY_BIT(INTEGRITY_ORPHANS));
    assert_true(integrity_named(STR("nonsense")) == 0);
    assert_true(integrity_named(STR("")) == 0);
    assert_int_equal(integrity_find(STR("orphans")), INTEGRITY_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kinds),
                                       cmocka_unit_test(test_sections_stand_together),
                                       cmocka_unit_test(test_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
