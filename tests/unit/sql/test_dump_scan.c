#include "sql/dump_scan.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HEAD "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\n"
#define END  "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n"

typedef struct Seen {
    Text text; // a line for each thing that came
    int64_t rows;
} Seen;

static bool on_statement(void *context, Str text, int64_t line, Err *err)
{
    Seen *seen = context;
    text_printf(&seen->text, "%lld: " STR_FMT "\n", (long long)line, STR_ARG(text));
    return true;
}

static bool on_data(void *context, Str piece, int64_t rows, Err *err)
{
    Seen *seen = context;
    text_append(&seen->text, piece);
    seen->rows += rows;
    return true;
}

// In pieces of `size` bytes.
static bool scan_in(const char *dump, size_t size, Seen *seen, Err *err)
{
    DumpHandler handler = {.on_statement = on_statement, .on_data = on_data, .context = seen};
    DUMP_SCAN_SCOPED scan = dump_scan_new("b.sql", &handler);
    for (Str rest = str_from(dump); rest.n;) {
        size_t count = rest.n < size ? rest.n : size;
        if (!dump_scan_feed(scan, (Str){rest.p, count}, err))
            return false;
        rest = str_skip(rest, count);
    }
    return dump_scan_end(scan, err);
}

static void assert_scanned(const char *dump, const char *expected, int64_t rows)
{
    for (size_t size = 1; size < strlen(dump) + 1; size++) {
        Seen seen = {0};
        text_init(&seen.text, 1 << 16);
        Err err = {0};
        bool is_whole = scan_in(dump, size, &seen, &err);
        assert_string_equal(err.message, "");
        assert_true(is_whole);
        assert_string_equal(text_cstr(&seen.text), expected);
        assert_int_equal(seen.rows, rows);
        text_done(&seen.text);
    }
}

static void assert_refused(const char *dump, const char *message, int line)
{
    for (size_t size = 1; size < strlen(dump) + 1; size++) {
        Seen seen = {0};
        text_init(&seen.text, 1 << 16);
        Err err = {0};
        assert_false(scan_in(dump, size, &seen, &err));
        assert_string_equal(err.message, message);
        assert_int_equal(err.class, ERR_CHECK);
        assert_int_equal(err.position.line, line);
        text_done(&seen.text);
    }
}

static void statements_and_rows_come_apart(void **state)
{
    assert_scanned(HEAD "SET a = 'x;\\y';\n-- Name: t\n\nCREATE FUNCTION f() RETURNS int\n"
                        "    LANGUAGE sql\n    BEGIN ATOMIC\n SELECT 1;\nEND;\n\n"
                        "COPY public.t (a) FROM stdin;\n1\n\\\\.\n\n\\N\n\\.\n\n"
                        "COPY public.u (a) FROM stdin;\n\\.\n\nSELECT $x$ ; $x$;\n" END,
                   "7: SET a = 'x;\\y';\n"
                   "10: CREATE FUNCTION f() RETURNS int\n    LANGUAGE sql\n    BEGIN ATOMIC\n"
                   " SELECT 1;\nEND;\n"
                   "16: COPY public.t (a) FROM stdin;\n1\n\\\\.\n\n\\N\n\\.\n"
                   "23: COPY public.u (a) FROM stdin;\n\\.\n"
                   "26: SELECT $x$ ; $x$;\n",
                   4);
}

static void what_is_cut_is_told_apart(void **state)
{
    assert_refused(HEAD "COPY public.t (a) FROM stdin;\n1\n2\n3",
                   "the dump ends inside of the rows of public.t, behind row 2", 0);
    assert_refused(HEAD "SET a = 1;\nCREATE TABLE t (\n    a int",
                   "the dump ends inside of a statement: CREATE TABLE", 8);
    assert_refused(HEAD "SELECT 'abc", "the dump ends inside of a statement: SELECT", 7);
    assert_refused(HEAD "SET a = 1;\n",
                   "the dump's last line is missing: it was cut off between statements", 0);
    assert_refused("SELECT 1;\n", "it is not a dump of pg_dump: its first line is missing", 0);
    assert_refused("\n", "it is not a dump of pg_dump: its first line is missing", 0);
}

static void what_was_joined_is_refused(void **state)
{
    assert_refused(HEAD END HEAD END, "there is a second dump behind the first", 14);
    assert_refused(HEAD END "SELECT 1;\n", "something stands behind the end of the dump", 13);
    assert_refused("--\n-- PostgreSQL database cluster dump\n--\n" HEAD END,
                   "it is a dump of a whole server (pg_dumpall), not of one database", 2);
}

static void no_command_for_psql_gets_through(void **state)
{
    assert_refused(HEAD "\\! touch /tmp/x\n" END, "the dump has a command for psql in it: \\!", 7);
    assert_refused(HEAD "SELECT 1 \\g out\n" END, "the dump has a command for psql in it: \\g", 7);
    assert_refused(HEAD "\\connect other\n" END,
                   "the dump makes a database of its own, and changes to it", 7);
}

static void long_rows_do_not_wait(void **state)
{
    enum {
        LONG = 1 << 20
    };
    Text dump;
    text_init(&dump, LONG * 2);
    text_append(&dump, STR(HEAD "COPY public.t (a) FROM stdin;\n"));
    text_append_repeat(&dump, '\\', LONG);
    text_append(&dump, STR("\n\\.\n" END));
    Seen seen = {0};
    text_init(&seen.text, LONG * 2);
    Err err = {0};
    assert_true(scan_in(text_cstr(&dump), 1 << 14, &seen, &err));
    assert_int_equal(seen.rows, 1);
    assert_true(seen.text.len > LONG);
    text_done(&seen.text);
    text_done(&dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_and_rows_come_apart),
        cmocka_unit_test(what_is_cut_is_told_apart),
        cmocka_unit_test(what_was_joined_is_refused),
        cmocka_unit_test(no_command_for_psql_gets_through),
        cmocka_unit_test(long_rows_do_not_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
