#include "base/masked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_masked(void **state)
{
    static const char *const CASES[][2] = {
        {"postgresql://ann:geheim@db/shop", "postgresql://ann:***@db/shop"},
        {"at postgresql://ann:a@b/c@db:5432/shop and on",
         "at postgresql://ann:***@db:5432/shop and on"},
        {"dblink('postgres://a:b@c')", "dblink('postgres://a:***@c')"},
        {"ALTER ROLE ann PASSWORD 'it''s';", "ALTER ROLE ann PASSWORD '***';"},
        {"alter role ann password E'x' valid", "alter role ann password E'***' valid"},
        {"CREATE ROLE a PASSWORD $q$x'y$q$ LOGIN", "CREATE ROLE a PASSWORD $q$***$q$ LOGIN"},
        {"CREATE ROLE a PASSWORD 'cut of", "CREATE ROLE a PASSWORD '***"},
        {"CONNECTION 'host=db password=geheim user=ann'",
         "CONNECTION 'host=db password=*** user=ann'"},
        {"OPTIONS (user 'ann', password 'geheim')", "OPTIONS (user 'ann', password '***')"},
        {"UPDATE u SET \"password\" = 'x', b = 'y'", "UPDATE u SET \"password\" = '***', b = 'y'"},
        {"{\"password\": \"x\", \"a\": 1}", "{\"password\": \"***\", \"a\": 1}"},
        {"PGPASSWORD=x psql; password=y", "PGPASSWORD=*** psql; password=***"},
    };
    static const char *const PLAIN[] = {
        "",
        "CREATE TABLE u (id int, password text NOT NULL, other text DEFAULT 'x')",
        "COMMENT ON COLUMN u.password IS 'hashed'",
        "ALTER ROLE ann PASSWORD NULL",
        "https://example.org/a:b@c",
        "https://example.org:8080/x",
        "password",
        "password=",
        "PASSWORD ''",
        "PASSWORD $",
        "://",
    };
    Arena *arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(masked_passwords(arena, CASES[i][0]), CASES[i][1]);
    for (size_t i = 0; i < sizeof PLAIN / sizeof *PLAIN; i++)
        assert_ptr_equal(masked_passwords(arena, PLAIN[i]), PLAIN[i]);
    arena_free(arena);
}

static void test_masked_output(void **state)
{
    static const char *const CASES[][2] = {
        {"Authorization: Bearer abc.def", "Authorization: Bearer ***"},
        {"-H 'Authorization: token abc' http://x", "-H 'Authorization: token ***' http://x"},
        {"authorization: geheim", "authorization: ***"},
        {"sent bearer abc, then", "sent bearer ***, then"},
        {"SLACK_TOKEN=xoxb-1 and more", "SLACK_TOKEN=*** and more"},
        {"{\"api_key\": \"x\", \"a\": 1}", "{\"api_key\": \"***\", \"a\": 1}"},
        {"AWS_SECRET_ACCESS_KEY=abc", "AWS_SECRET_ACCESS_KEY=***"},
        {"got eyJhbGciOi.eyJzdWI-_.c2ln end", "got *** end"},
        {"connecting with hunter22!", "connecting with ***!"},
        {"postgresql://ann:geheim@db/shop", "postgresql://ann:***@db/shop"},
    };
    static const char *const PLAIN[] = {
        "",      "3 tokens were read", "the secret is out", "Authorization:", "bearer ", "eyJ",
        "eyJ.x",
        "ab", // known, and too short
    };
    Arena *arena = arena_new();
    Words known = {0};
    *vec_append(arena, &known) = "hunter22";
    *vec_append(arena, &known) = "ab";
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(masked_output(arena, CASES[i][0], &known), CASES[i][1]);
    for (size_t i = 0; i < sizeof PLAIN / sizeof *PLAIN; i++)
        assert_ptr_equal(masked_output(arena, PLAIN[i], &known), PLAIN[i]);
    assert_string_equal(masked_passwords(arena, "token=x"), "token=x");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masked),
        cmocka_unit_test(test_masked_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
