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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_masked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
