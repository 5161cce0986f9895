#include "pg/conninfo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>

static const struct {
    const char *url;
    const char *database;
    const char *user;
} CASES[] = {
    {"postgresql://ann:secret@host:5433/shop?sslmode=require", "shop", "ann"},
    {"postgres://ann@host", "ann", "ann"},
    {"postgres://host/shop", "shop", "someone"},
    {"host=x dbname='my shop' user=bob", "my shop", "bob"},
    {"host=x", "someone", "someone"},
    {"shop", "shop", "someone"},
    {NULL, "someone", "someone"},
    {"", "someone", "someone"},
    {"service=production", NULL, NULL}, // the service file may say both
    {"service=production dbname=shop", "shop", NULL},
    {"postgresql://[broken", NULL, NULL},
};

static void test_names(void **state)
{
    ARENA_SCOPED arena = arena_new();
    unsetenv("PGDATABASE");
    setenv("PGUSER", "someone", 1);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const char *database;
        const char *user;
        conninfo_names(arena, CASES[i].url, &database, &user);
        if (strcmp(database ? database : "-", CASES[i].database ? CASES[i].database : "-") != 0 ||
            strcmp(user ? user : "-", CASES[i].user ? CASES[i].user : "-") != 0)
            fail_msg("%s: %s %s", CASES[i].url, database, user);
    }
}

static void test_variables(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const char *database;
    const char *user;
    setenv("PGUSER", "someone", 1);
    setenv("PGDATABASE", "shop", 1);
    conninfo_names(arena, NULL, &database, &user);
    assert_string_equal(database, "shop");
    conninfo_names(arena, "postgres://host", &database, &user);
    assert_string_equal(database, "shop");
    unsetenv("PGDATABASE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_variables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
