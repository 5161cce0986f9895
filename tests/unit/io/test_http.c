#include "io/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_origin_of_a_url_has_no_user_and_no_path(void **state)
{
    static const char *const CASES[][2] = {
        {"http://localhost:3000/api/health?token=x", "http://localhost:3000"},
        {"HTTPS://Ann:geheim@Example.ORG/x", "https://example.org"},
        {"https://a@b@example.org#x", "https://example.org"},
        {"http://[::1]:8080/x", "http://[::1]:8080"},
        {"http://example.org", "http://example.org"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(http_origin(arena, CASES[i][0]), CASES[i][1]);
}

static void a_redirect_stays_with_its_host(void **state)
{
    static const char *const SAME[][2] = {
        {"http://example.org/a", "http://EXAMPLE.org:80/b"},
        {"http://example.org/a", "https://example.org/a"},
        {"http://example.org:80/a", "https://example.org:443/a"},
        {"http://[::1]:1/a", "http://[::1]:1/b"},
    };
    static const char *const OTHER[][2] = {
        {"http://example.org/", "http://example.org.evil.org/"},
        {"http://example.org/", "http://example.org@evil.org/"},
        {"http://example.org/", "http://example.org:8080/"},
        {"https://example.org/", "http://example.org/"},
        {"http://example.org:8080/", "https://example.org/"},
        {"http://example.org/", "/relative"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++)
        assert_true(http_is_same_host(SAME[i][0], SAME[i][1]));
    for (size_t i = 0; i < sizeof OTHER / sizeof *OTHER; i++)
        assert_false(http_is_same_host(OTHER[i][0], OTHER[i][1]));
}

static void nobody_listening_is_said_without_the_path(void **state)
{
    ARENA_SCOPED arena = arena_new();
    HttpAnswer answer;
    Err err = {0};
    HttpRequest request = {.method = "GET", .url = "http://127.0.0.1:1/token/geheim"};
    assert_false(http_ask(arena, &request, &answer, &err));
    assert_int_equal(err.class, ERR_IO);
    assert_string_equal(err.message, "http://127.0.0.1:1: Couldn't connect to server");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_origin_of_a_url_has_no_user_and_no_path),
        cmocka_unit_test(a_redirect_stays_with_its_host),
        cmocka_unit_test(nobody_listening_is_said_without_the_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
