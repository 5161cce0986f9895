#include "run/backup/database_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MADE "CREATE DATABASE \"odd name\" TEMPLATE template0"
#define LIBC " ENCODING 'UTF8' LC_COLLATE 'de_DE.utf8' LC_CTYPE 'C'"

static const struct {
    DatabaseKind kind;
    int server_major;
    const char *sql;
} CASES[] = {
    {{0}, 15, MADE},
    // an ICU template0 must not make an ICU database of one that was none
    {{"UTF8", "de_DE.utf8", "C", "c", NULL, "pg_default"}, 15, MADE LIBC " LOCALE_PROVIDER libc"},
    {{"UTF8", "de_DE.utf8", "C", "c", NULL, NULL}, 14, MADE LIBC},
    {{"UTF8", "de_DE.utf8", "C", "i", "de-x-'", NULL},
     15,
     MADE LIBC " LOCALE_PROVIDER icu ICU_LOCALE 'de-x-'''"},
    {{"UTF8", "de_DE.utf8", "C", "i", NULL, NULL},
     16,
     MADE LIBC " LOCALE_PROVIDER icu ICU_LOCALE 'und'"},
    {{"UTF8", "de_DE.utf8", "C", "b", "C.UTF-8", NULL},
     17,
     MADE LIBC " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"},
    // refused there, which says more than a database with other rules
    {{"UTF8", "de_DE.utf8", "C", "b", NULL, NULL},
     16,
     MADE LIBC " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C'"},
    {{.encoding = "LATIN1", .collate = "", .tablespace = "Fast"},
     17,
     MADE " ENCODING 'LATIN1' TABLESPACE \"Fast\""},
};

static void test_the_locale_is_said(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(
            database_creation(arena, "odd name", &CASES[i].kind, CASES[i].server_major),
            CASES[i].sql);
}

static void test_a_manifest_has_all_of_it(void **state)
{
    BackupManifest manifest = {
        .encoding = "UTF8", .collate = "a", .ctype = "b", .locale_provider = "i", .locale = "c"};
    DatabaseKind kind = database_kind_of(&manifest);
    assert_string_equal(kind.encoding, "UTF8");
    assert_string_equal(kind.collate, "a");
    assert_string_equal(kind.ctype, "b");
    assert_string_equal(kind.locale_provider, "i");
    assert_string_equal(kind.locale, "c");
    assert_null(kind.tablespace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_locale_is_said),
        cmocka_unit_test(test_a_manifest_has_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
