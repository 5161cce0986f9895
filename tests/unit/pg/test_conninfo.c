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

// What is not the database stays, and no quote or backslash of a value ends it.
static void test_with_database(void **state)
{
    static const struct {
        const char *url;
        const char *made;
    } OTHERS[] = {
        {"postgresql://ann:se%27cr%5Cet@host:5433/shop?sslmode=require",
         "user='ann' password='se\\'cr\\\\et' host='host' port='5433' sslmode='require' "
         "dbname='it\\'s'"},
        {"service=production dbname=shop", "service='production' dbname='it\\'s'"},
        {"shop", "dbname='it\\'s'"},
        {NULL, "dbname='it\\'s'"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        const char *made = conninfo_with_database(arena, OTHERS[i].url, "it's");
        const char *database;
        const char *user;
        conninfo_names(arena, made, &database, &user);
        assert_string_equal(database, "it's");
        for (const char *word = OTHERS[i].made; *word; word += strcspn(word, " ") + 1) {
            char part[64] = "";
            memcpy(part, word, strcspn(word, " "));
            assert_non_null(strstr(made, part));
            if (!word[strcspn(word, " ")])
                break;
        }
    }
    assert_null(conninfo_with_database(arena, "postgresql://[broken", "shop"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_variables),
        cmocka_unit_test(test_with_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
