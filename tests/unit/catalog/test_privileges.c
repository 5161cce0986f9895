#include "catalog/privileges.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check(const char *acl, const char *expected)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(privileges_text(arena, acl), expected);
}

static void each_grantee_has_a_line_with_words(void **state)
{
    check("{app=arw/app}", "app: INSERT, SELECT, UPDATE");
    check("{app=U/app,=UC/app}", "PUBLIC: CREATE, USAGE\napp: USAGE");
    check("{app=r*w/app}", "app: SELECT WITH GRANT OPTION, UPDATE");
    check("{}", "none");
    check("{app=/app}", "none");
}

static void order_and_grantor_do_not_count(void **state)
{
    check("{b=r/app,a=wr/app}", "a: SELECT, UPDATE\nb: SELECT");
    check("{a=rw/other,b=r/other}", "a: SELECT, UPDATE\nb: SELECT");
    check("{a=r/app,a=w*/other}", "a: SELECT, UPDATE WITH GRANT OPTION");
}

// As 15 prints them: the name in quotes of its own, inside those of an array's element.
static void hostile_names_are_read(void **state)
{
    check("{\"\\\"my role\\\"=r/app\"}", "\"my role\": SELECT");
    check("{\"\\\"a\\\"\\\"=w,b\\\"=r/app\"}", "\"a\"\"=w,b\": SELECT");
    check("{PUBLIC=r/app,=w/app}", "PUBLIC: UPDATE\n\"PUBLIC\": SELECT");
}

static void a_newer_servers_letter_is_kept(void **state)
{
    check("{app=rZ/app}", "app: SELECT, Z");
}

static void what_is_no_acl_stays(void **state)
{
    check("", "");
    check("{app}", "{app}");
    check("{app=r/app", "{app=r/app");
    check("{app=r/app}x", "{app=r/app}x");
}

static void words_are_read_again(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const char *text = privileges_text(arena, "{\"\\\"a: b\n\\\"=r*w/o\",=X/o}");
    Grants grants;
    assert_true(privileges_read(arena, text, &grants));
    assert_int_equal(grants.len, 2);
    const Grant *grant = grant_find(&grants, "\"a: b\n\"");
    assert_non_null(grant);
    assert_int_equal(grant->has, privileges_of_words("SELECT, UPDATE"));
    assert_int_equal(grant->may_grant, privileges_of_words("SELECT"));
    assert_int_equal(grant_find(&grants, "PUBLIC")->has, privileges_of_words("EXECUTE"));
    assert_true(privileges_read(arena, "none", &grants));
    assert_int_equal(grants.len, 0);
    assert_false(privileges_read(arena, "a: SELECT, Z", &grants));
    assert_false(privileges_read(arena, "nonsense", &grants));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_grantee_has_a_line_with_words),
        cmocka_unit_test(order_and_grantor_do_not_count),
        cmocka_unit_test(hostile_names_are_read),
        cmocka_unit_test(a_newer_servers_letter_is_kept),
        cmocka_unit_test(what_is_no_acl_stays),
        cmocka_unit_test(words_are_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
