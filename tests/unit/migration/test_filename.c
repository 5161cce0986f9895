#include "migration/filename.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *base;
    const char *version; // NULL: there is none
    const char *name;
} CASES[] = {
    {"002_add_todos", "002", "add_todos"},
    {"027", "027", "027"},
    {"0001-init", "0001", "init"},
    {"1.10_x", "1.10", "x"},
    {"1.1.0_x", "1.1.0", "x"},
    {"002b_fix", "002b", "fix"},
    {"002__two", "002", "two"},
    {"002_", "002", "002"},
    {"1_1_x", "1", "1_x"},
    {"20231223_001_add_rls_policies", "20231223_001", "add_rls_policies"},
    {"20231223_001", "20231223_001", "20231223_001"},
    {"20231223-2-x", "20231223-2", "x"},
    {"20231223_add", "20231223", "add"},
    {"20231223_2fa", "20231223", "2fa"},
    {"20231223_1234567_x", "20231223", "1234567_x"}, // seven digits count nothing
    {"20231323_001_x", "20231323", "001_x"},         // no month, so no date
    {"12345678_001_x", "12345678", "001_x"},
    {"20240101120000_x", "20240101120000", "x"},
    {"20240101_120000_x", "20240101_120000", "x"},
    {"2024-01-01-000000_x", "2024-01-01-000000", "x"},
    {"2024-01-01-000000_diesel_setup", "2024-01-01-000000", "diesel_setup"},
    {"2024_01_01_000000_create_users", "2024_01_01_000000", "create_users"},
    {"2024-01-01_x", "2024-01-01", "x"},
    {"2024-13-01_x", "2024", "13-01_x"},
    {"1700000000_x", "1700000000", "x"},
    {"001_x.up", "001", "x.up"},
    {"001_gr\xc3\xbc\xc3\x9f", "001", "gr\xc3\xbc\xc3\x9f"},
    {"", NULL},
    {"init", NULL},
    {"_001_x", NULL},
    {"V1__x", NULL},
    {"001 add", NULL},
    {"001init", NULL},
    {"001.x", NULL},
    {"1..2_x", NULL},
    {"002B_x", NULL},
    {"-1_x", NULL},
};

static void test_parse(void **state)
{
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Str version = STR("untouched");
        Str name = STR("untouched");
        bool is_found = filename_parse(str_from(CASES[i].base), &version, &name);
        bool has_version = CASES[i].version != NULL;
        Str wanted = has_version ? str_from(CASES[i].version) : STR("untouched");
        Str wanted_name = has_version ? str_from(CASES[i].name) : STR("untouched");
        if (is_found != has_version || !str_eq(version, wanted) || !str_eq(name, wanted_name))
            fail_msg("\"%s\": \"" STR_FMT "\" \"" STR_FMT "\"", CASES[i].base, STR_ARG(version),
                     STR_ARG(name));
    }
}

static void test_clean(void **state)
{
    assert_true(filename_is_clean(STR("001_gr\xc3\xbc\xc3\x9f dich")));
    assert_false(filename_is_clean(STR("001_\x1b[2J")));
    assert_false(filename_is_clean(STR("001_a\nb")));
    assert_false(filename_is_clean(STR("001_\x7f")));
    assert_false(filename_is_clean(STR("001_\xe4")));
    assert_false(filename_is_clean(STR("001_\xc3"))); // cut off
}

static const struct {
    const char *version;
    const char *title;
    const char *expected;
} COMPOSED[] = {
    {"028", "add users", "028_add_users"},
    {"028", "Add users' nickname!", "028_Add_users_nickname"},
    {"028", "../../etc/passwd", "028_etc_passwd"},
    {"028", "  --  ", "028"},
    {"028", "gr\xc3\xbc\xc3\x9f", "028_gr\xc3\xbc\xc3\x9f"},
    {"20240101", "2 factor", "20240101_m_2_factor"}, // would be counter 2 of the day
    {"2024", "01 02 x", "2024_m_01_02_x"},
    {"1", "1", "1_1"},
};

static void test_compose(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof COMPOSED / sizeof COMPOSED[0]; i++) {
        char *base = filename_compose(arena, COMPOSED[i].version, COMPOSED[i].title);
        assert_string_equal(base, COMPOSED[i].expected);
        Str version = {0};
        Str name = {0};
        assert_true(filename_parse(str_from(base), &version, &name));
        assert_true(str_eq(version, str_from(COMPOSED[i].version)));
    }
}

static void test_suggest(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(filename_suggest(arena, STR("init")), "001_init");
    assert_string_equal(filename_suggest(arena, STR("001 add x")), "001_add_x");
    assert_string_equal(filename_suggest(arena, STR("001init")), "001_init");
    assert_string_equal(filename_suggest(arena, STR("V1.2__x")), "001_V1_2_x");
    assert_string_equal(filename_suggest(arena, STR("002_\x1b[2J")), "002_2J");
    assert_string_equal(filename_suggest(arena, STR("002_\xe4")), "002_what_it_does");
    assert_string_equal(filename_suggest(arena, STR("")), "001_what_it_does");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_compose),
        cmocka_unit_test(test_suggest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
