#include "run/backup/facts_digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_sum(void **state)
{
    assert_true(digest_sum("0") == 0);
    assert_true(digest_sum("17") == 17);
    assert_true(digest_sum("18446744073709551615") == UINT64_MAX);
    assert_true(digest_sum("18446744073709551616") == 0);
    assert_true(digest_sum("-1") == UINT64_MAX);
    assert_true(digest_sum("-18446744073709551617") == UINT64_MAX);
}

// What two pieces give together is what the whole gives.
static void test_sums_add(void **state)
{
    assert_true(digest_sum("9223372036854775807") + digest_sum("9223372036854775807") ==
                digest_sum("18446744073709551614"));
    assert_true(digest_sum("-9223372036854775808") + digest_sum("-9223372036854775808") ==
                digest_sum("-18446744073709551616"));
    assert_true(digest_sum("-5") + digest_sum("12") == digest_sum("7"));
}

static void test_hex(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(digest_hex(arena, (uint64_t[]){0, 0}), "00000000000000000000000000000000");
    assert_string_equal(digest_hex(arena, (uint64_t[]){UINT64_MAX, 255}),
                        "ffffffffffffffff00000000000000ff");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sum),
        cmocka_unit_test(test_sums_add),
        cmocka_unit_test(test_hex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
