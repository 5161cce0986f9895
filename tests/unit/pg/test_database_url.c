#include "pg/database_url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

static void test_shown(void **state)
{
    static const struct {
        const char *url;
        const char *shown; // NULL: not at all
    } CASES[] = {
        {"postgresql://ann:geheim@db:5433/shop?sslmode=require",
         "postgresql://ann@db:5433/shop?sslmode=require"},
        {"postgres://ann:ge%40heim@db/shop", "postgres://ann@db/shop"},
        {"postgresql://ann:ge:he#im@db/shop", "postgresql://ann@db/shop"},
        {"postgresql://:geheim@db/shop", "postgresql://@db/shop"},
        {"postgresql://ann@db/shop", "postgresql://ann@db/shop"},
        {"postgresql://db:5433/shop", "postgresql://db:5433/shop"},
        {"postgresql:///shop?host=/tmp&user=a@b", "postgresql:///shop?host=/tmp&user=a@b"},
        {"postgresql://db/shop?password=geheim&user=ann", "user=ann dbname=shop host=db"},
        {"postgresql://db/shop?pass%77ord=geheim", "dbname=shop host=db"},
        {"postgresql://a:b@db/shop?sslpassword=geheim&sslkey=k",
         "user=a dbname=shop host=db sslkey=k"},
        {"host=db password='ge heim' dbname=shop", "dbname=shop host=db"},
        {"dbname='my shop' password = geheim user='o\\'x\\\\'",
         "user='o\\'x\\\\' dbname='my shop'"},
        {"service=shop", "service=shop"},
        {"shop", "shop"},
        {"postgresql://ann:ge@heim@db/shop", NULL},
        {"postgresql://ann:ge/heim@db/shop", NULL},
        {"postgresql://ann:%zzgeheim@db/shop", NULL},
        {"mysql://ann:geheim@db/shop", NULL},
        {"ann:geheim@db/shop", NULL},
        {"\"postgresql://ann:geheim@db/shop\"", NULL},
        {"host=db password='geheim", NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const char *shown = database_url_shown(arena, CASES[i].url);
        if (!CASES[i].shown && shown)
            fail_msg("%s is shown as %s", CASES[i].url, shown);
        if (CASES[i].shown && (!shown || strcmp(shown, CASES[i].shown) != 0))
            fail_msg("%s is shown as %s", CASES[i].url, shown ? shown : "(nothing)");
    }
}

static void test_says(void **state)
{
    assert_true(database_url_says("postgresql://db/shop", "host"));
    assert_false(database_url_says("postgresql://db/shop", "port"));
    assert_true(database_url_says("port=5", "port"));
    assert_true(database_url_says("shop", "dbname"));
    assert_false(database_url_says("shop", "host"));
    assert_false(database_url_says("", "dbname"));
    assert_true(database_url_has_hash("postgresql://a:b#c@db/shop"));
    assert_false(database_url_has_hash("postgresql://a:b%23c@db/shop#x"));
    assert_false(database_url_has_hash("host=db password=#"));
}

// The password is "geheim", and no part of it is in what is said.
static void test_refused(void **state)
{
    static const char FORM[] = "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE";
    static const struct {
        const char *url;
        const char *message;
        const char *hint;
    } CASES[] = {
        {"mysql://u:geheim@db/x", "the database URL begins with mysql://, not postgresql://", FORM},
        {"postgresql+asyncpg://u:geheim@db/x",
         "the database URL begins with postgresql+asyncpg://, not postgresql://",
         "leave out \"+asyncpg\", the name of a driver: "
         "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"},
        {"mysql+pymysql://u:geheim@db/x",
         "the database URL begins with mysql+pymysql://, not postgresql://", FORM},
        {"'postgresql://u:geheim@db/x'", "the database URL begins with a quote",
         "leave out the quotes around the URL"},
        {"\"host=db password=geheim\"", "the database URL begins with a quote",
         "leave out the quotes around the URL"},
        {"\"ann:geheim@db", "the database URL begins with a quote",
         "leave out the quotes around the URL"},
        {"postgresql://u:100%geheim@db/x",
         "the database URL cannot be read: invalid percent-encoded token: \"...\"",
         "a % of user or password is written %25"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Err err = {0};
        assert_false(database_url_check(CASES[i].url, &err));
        assert_int_equal(err.class, ERR_CONFIG);
        assert_string_equal(err.message, CASES[i].message);
        assert_string_equal(err.hint, CASES[i].hint);
    }
}

static void test_split_passwords(void **state)
{
    static const char AT[] = "a second @";
    static const char SLASH[] = "a / before the @";
    static const struct {
        const char *url;
        const char *what; // NULL: nothing
    } CASES[] = {
        {"postgresql://u:ge@heim@db/x", AT},
        {"postgresql://u:geheim@@db/x", AT},
        {"postgresql://u:ge/heim@db/x", SLASH},
        {"postgresql://u:ge/h@im@db/x", SLASH},
        {"postgresql://u:ge%40%2Fheim@db/x", NULL},
        {"postgresql://u:geheim@db/x?options=a@b", NULL},
        {"postgresql://db/x", NULL},
        {"host=db password=ge@heim/@", NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Err err = {0};
        assert_int_equal(database_url_check_password(CASES[i].url, &err), CASES[i].what == NULL);
        if (!CASES[i].what)
            continue;
        assert_non_null(strstr(err.message, CASES[i].what));
        assert_non_null(strstr(err.hint, CASES[i].what == AT ? "%40" : "%2F"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shown),
        cmocka_unit_test(test_says),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_split_passwords),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
