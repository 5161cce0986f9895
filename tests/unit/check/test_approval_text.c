#include "check/approval_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define WHOLE                                                                                      \
    "migrate-safe approval 1\nevent: approved\nplan: " DIGEST "\ntarget: shop\n"                   \
    "environment: production\nrole: cto\nrisk: high\ntime: 2026-03-10T11:00:00.000Z\n"             \
    "comment: seen with Bob\nstep: up 027 aa\nstep: down a b bb\n"

static Arena *arena;

static int set_up(void **state)
{
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

static void test_there_and_back(void **state)
{
    Approval approval;
    const char *why;
    const char *text;
    Err err = {0};
    assert_true(approval_text_read(arena, STR(WHOLE), &approval, &why));
    assert_string_equal(approval.role, "cto");
    assert_string_equal(approval.environment, "production");
    assert_int_equal(approval.risk, RISK_LEVEL_HIGH);
    assert_int_equal(approval.steps.len, 2);
    assert_int_equal(approval.steps.items[1].direction, DIRECTION_DOWN);
    assert_string_equal(approval.steps.items[1].version, "a b");
    assert_string_equal(approval.steps.items[1].checksum, "bb");
    assert_true(approval_text_make(arena, &approval, &text, &err));
    assert_string_equal(text, WHOLE);
    approval.environment = approval.comment = NULL;
    approval.is_revocation = true;
    approval.steps.len = 0;
    assert_true(approval_text_make(arena, &approval, &text, &err));
    assert_true(approval_text_read(arena, str_from(text), &approval, &why));
    assert_null(approval.environment);
    assert_null(approval.comment);
    assert_true(approval.is_revocation);
}

// Text with `from` in place of the first `to`.
static const char *with(const char *from, const char *to)
{
    const char *at = strstr(WHOLE, from);
    assert_non_null(at);
    return arena_printf(arena, "%.*s%s%s", (int)(at - WHOLE), WHOLE, to, at + strlen(from));
}

static void test_refused(void **state)
{
    static const char *const CHANGES[][2] = {
        {"approval 1", "approval 2"},
        {"event: approved", "event: approved "},
        {"event: approved", "event: maybe"},
        {DIGEST, "0123"},
        {"target: shop\n", ""},
        {"target: shop", "target: "},
        {"risk: high", "risk: none"},
        {"time: 2026-03-10T11:00:00.000Z", "time: yesterday"},
        {"step: up 027 aa", "step: up 027"},
        {"step: up 027 aa", "step: sideways 027 aa"},
        {"step: up 027 aa", "note: x"},
        {"role: cto\nrisk: high", "risk: high\nrole: cto"},
        {"role: cto", "role: c\rto"},
    };
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        Approval approval;
        const char *why = NULL;
        const char *text = with(CHANGES[i][0], CHANGES[i][1]);
        assert_false(approval_text_read(arena, str_from(text), &approval, &why));
        assert_non_null(why);
    }
}

static void test_line_ends(void **state)
{
    Err err = {0};
    const char *text;
    Approval approval = {.digest = DIGEST,
                         .target = "shop",
                         .role = "cto",
                         .at = "2026-03-10T11:00:00.000Z",
                         .comment = "x\nrole: owner"};
    assert_false(approval_text_make(arena, &approval, &text, &err));
    assert_int_equal(err.class, ERR_CHECK);
    approval.comment = NULL;
    *vec_append(arena, &approval.steps) = (ApprovedStep){DIRECTION_UP, "1\nstep: up 2", "aa"};
    assert_false(approval_text_make(arena, &approval, &text, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_there_and_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_line_ends, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
