// What the splitter refuses: each message with its place, its hint and the line it quotes.
#include "sql/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

typedef struct Refusal {
    Str script;
    int statements; // before it
    int line;
    int column;
    const char *message;
    const char *hint;   // a part of it
    const char *source; // the line quoted
    int source_column;
} Refusal;

#define META(name)   "psql meta-command \\" name " cannot run here"
#define COPY_UNENDED "the data of COPY ... FROM stdin does not end with \"\\.\""
#define COPY_BEHIND  "text behind the semicolon of COPY ... FROM stdin"

static const Refusal REFUSALS[] = {
    {STR("SELECT 1;\nSELECT 'abc;\n;"), 1, 2, 8, "unterminated quoted string", "closing '",
     "SELECT 'abc;", 8},
    {STR("SELECT E'abc\\';\n"), 0, 1, 8, "unterminated quoted string", "closing '",
     "SELECT E'abc\\';", 8},
    {STR("SELECT E'abc\\"), 0, 1, 8, "unterminated quoted string", "closing '", "SELECT E'abc\\",
     8},
    {STR("SELECT '\xc3\xa4', 'abc;"), 0, 1, 13, "unterminated quoted string", "closing '",
     "SELECT '\xc3\xa4', 'abc;", 13},
    {STR("SELECT U&'x"), 0, 1, 8, "unterminated quoted string", "closing '", "SELECT U&'x", 8},
    {STR("SELECT \"abc;\n"), 0, 1, 8, "unterminated quoted identifier", "closing \"",
     "SELECT \"abc;", 8},
    {STR("DO $x$ BEGIN; $$ $y$\n"), 0, 1, 4, "unterminated dollar-quoted string ($x$)",
     "write the same $x$", "DO $x$ BEGIN; $$ $y$", 4},
    {STR("DO\n  $$ BEGIN;"), 0, 2, 3, "unterminated dollar-quoted string ($$)", "write the same $$",
     "  $$ BEGIN;", 3},
    {STR("SELECT 1; /* a /* b */ ;\n"), 1, 1, 11, "unterminated comment", "*/",
     "SELECT 1; /* a /* b */ ;", 11},
    {STR("/*/"), 0, 1, 1, "unterminated comment", "*/", "/*/", 1},
    {STR("CREATE FUNCTION f()\n BEGIN ATOMIC SELECT 1; SELECT 2;\nSELECT 3;"), 0, 2, 2,
     "unterminated BEGIN ATOMIC body", "END;", " BEGIN ATOMIC SELECT 1; SELECT 2;", 2},
    {STR("CREATE TABLE t (a int,\n b numeric(1, c int;\nSELECT (1);"), 0, 1, 16,
     "unclosed parenthesis", ")", "CREATE TABLE t (a int,", 16},
    {STR("CREATE FUNCTION f() BEGIN ATOMIC SELECT (1; END;"), 0, 1, 41, "unclosed parenthesis", ")",
     "CREATE FUNCTION f() BEGIN ATOMIC SELECT (1; END;", 41},
    {STR("SELECT 1;\n\\connect other\n"), 1, 2, 1, META("connect"), "one database",
     "\\connect other", 1},
    {STR("\\c x"), 0, 1, 1, META("c"), "one database", "\\c x", 1},
    {STR("  \\i other.sql\n"), 0, 1, 3, META("i"), "put the file's SQL here", "  \\i other.sql", 3},
    {STR("\\ir other.sql"), 0, 1, 1, META("ir"), "put the file's SQL here", "\\ir other.sql", 1},
    {STR("\\include x"), 0, 1, 1, META("include"), "put the file's SQL here", "\\include x", 1},
    {STR("\\copy t from 'x'"), 0, 1, 1, META("copy"), "COPY ... FROM stdin", "\\copy t from 'x'",
     1},
    {STR("\\set a 1"), 0, 1, 1, META("set"), "the value itself", "\\set a 1", 1},
    {STR("\\set"), 0, 1, 1, META("set"), "the value itself", "\\set", 1},
    {STR("\n \\set ON_ERROR_STOP off\n"), 0, 2, 2, META("set"), "the value itself",
     " \\set ON_ERROR_STOP off", 2},
    {STR("\\set ON_ERROR_STOP on off"), 0, 1, 1, META("set"), "the value itself",
     "\\set ON_ERROR_STOP on off", 1},
    {STR("\\set ON_ERROR_STOP 1 \\i x"), 0, 1, 1, META("set"), "the value itself",
     "\\set ON_ERROR_STOP 1 \\i x", 1},
    {STR("SELECT 1 \\set ON_ERROR_STOP on\n"), 0, 1, 10, META("set"), "the value itself",
     "SELECT 1 \\set ON_ERROR_STOP on", 10},
    {STR("SELECT 1 \\gexec"), 0, 1, 10, META("gexec"), "EXECUTE", "SELECT 1 \\gexec", 10},
    {STR("\\echo done"), 0, 1, 1, META("echo"), "take the command out", "\\echo done", 1},
    {STR("\\dt+"), 0, 1, 1, META("dt"), "plain SQL", "\\dt+", 1},
    {STR("SELECT 1\\; SELECT 2;"), 0, 1, 9, META(";"), "plain SQL", "SELECT 1\\; SELECT 2;", 9},
    {STR("SELECT (1 \\x"), 0, 1, 11, META("x"), "plain SQL", "SELECT (1 \\x", 11},
    {STR("SELECT 1\n\\restrict k\n"), 0, 2, 1, META("restrict"), "plain SQL", "\\restrict k", 1},
    {STR("\\restricted k\n"), 0, 1, 1, META("restricted"), "plain SQL", "\\restricted k", 1},
    {STR("\\\xc3\xa4"), 0, 1, 1, META("\xc3\xa4"), "plain SQL", "\\\xc3\xa4", 1},
    {STR("SELECT 1;\n\\.\n"), 1, 2, 1,
     "\\. ends COPY data, but no COPY ... FROM stdin stands before it", "take the line out", "\\.",
     1},
    {STR("SELECT \\ 1"), 0, 1, 8, "a backslash outside of quotes", "take it out", "SELECT \\ 1", 8},
    {STR("SELECT 1;\nSELECT 'stra\xdf"
         "e';"),
     1, 2, 13, "invalid UTF-8: byte 0xdf", "save the file as UTF-8", "SELECT 'stra", 13},
    {STR("\xc3\xa4\xc3("), 0, 1, 2, "invalid UTF-8: byte 0xc3", "UTF-8", "\xc3\xa4", 2},
    {STR("SELECT \x80"), 0, 1, 8, "invalid UTF-8: byte 0x80", "UTF-8", "SELECT ", 8},
    {STR("SELECT 1; -- \xe2\x82"), 1, 1, 14, "invalid UTF-8: byte 0xe2", "UTF-8", "SELECT 1; -- ",
     14},
    {STR("SELECT '\xed\xa0\x80'"), 0, 1, 9, "invalid UTF-8: byte 0xed", "UTF-8", "SELECT '", 9},
    {STR("SELECT 1;\n\0"), 1, 2, 1, "NUL byte: this is a binary file, not SQL text", "pg_restore",
     "", 1},
    {STR("PGDMP\x01\x0e\0"), 0, 1, 8, "NUL byte: this is a binary file, not SQL text", "pg_restore",
     "PGDMP  ", 8},
    {STR("\xff\xfeS\0E\0"), 0, 1, 1, "the file is UTF-16", "save it as UTF-8", "", 1},
    {STR("\xfe\xff\0S\0E"), 0, 1, 1, "the file is UTF-16", "save it as UTF-8", "", 1},
    {STR("\xef\xbb\xbf'"), 0, 1, 1, "unterminated quoted string", "closing '", "'", 1},
    {STR("SELECT 1;\nCOPY t FROM stdin;\n1\n2\n"), 2, 2, 1, COPY_UNENDED, "\\.",
     "COPY t FROM stdin;", 1},
    {STR("COPY t FROM stdin;\n1\n\\. \n"), 1, 1, 1, COPY_UNENDED, "\\.", "COPY t FROM stdin;", 1},
    {STR("COPY t FROM stdin;\n1\n2"), 1, 1, 1, COPY_UNENDED, "\\.", "COPY t FROM stdin;", 1},
    {STR("COPY t FROM stdin;"), 0, 1, 1, COPY_UNENDED, "\\.", "COPY t FROM stdin;", 1},
    {STR("COPY t FROM stdin"), 0, 1, 1, COPY_UNENDED, "\\.", "COPY t FROM stdin", 1},
    {STR("COPY t FROM stdin\n"), 0, 1, 1, COPY_UNENDED, "\\.", "COPY t FROM stdin", 1},
    {STR("COPY t FROM stdin; SELECT 1;\n1\n\\.\n"), 0, 1, 20, COPY_BEHIND, "below the line",
     "COPY t FROM stdin; SELECT 1;", 20},
    {STR("COPY t FROM stdin; /* a\n1\n\\.\n*/"), 0, 1, 20, COPY_BEHIND, "below the line",
     "COPY t FROM stdin; /* a", 20},
    {STR("COPY t FROM stdin;\n1\n\xfc\n\\.\n"), 1, 3, 1, "invalid UTF-8: byte 0xfc", "UTF-8", "",
     1},
    {STR("COPY t FROM stdin;\n1\n\\.\n\\.\n"), 1, 4, 1,
     "\\. ends COPY data, but no COPY ... FROM stdin stands before it", "take the line out", "\\.",
     1},
};

typedef struct Drip {
    Str rest;
    size_t most;
} Drip;

static ptrdiff_t read_drip(void *context, char *bytes, size_t capacity, Err *err)
{
    Drip *drip = context;
    size_t count = drip->rest.n < drip->most ? drip->rest.n : drip->most;
    count = count < capacity ? count : capacity;
    if (count)
        memcpy(bytes, drip->rest.p, count);
    drip->rest = str_skip(drip->rest, count);
    return (ptrdiff_t)count;
}

static void check_refusal(const Refusal *expected, size_t most)
{
    Drip drip = {expected->script, most};
    SplitOptions options = {.file = "m.sql"};
    SPLITTER_SCOPED splitter = splitter_new(read_drip, &drip, &options);
    Statement statement;
    Err err = {0};
    int statements = 0;
    SplitResult result;
    while ((result = splitter_next(splitter, &statement, &err)) == SPLIT_STATEMENT)
        statements++;
    if (result != SPLIT_FAILED || err.class != ERR_CONFIG ||
        strcmp(err.message, expected->message) != 0 || !strstr(err.hint, expected->hint))
        fail_msg("<%s>: class %d, \"%s\", hint \"%s\"", expected->script.p, (int)err.class,
                 err.message, err.hint);
    if (statements != expected->statements || err.position.line != expected->line ||
        err.position.column != expected->column || strcmp(err.file, "m.sql") != 0)
        fail_msg("<%s>: %s at %s:%d:%d after %d statements", expected->script.p, err.message,
                 err.file, err.position.line, err.position.column, statements);
    // of a line whose rest was not read yet, only the beginning can be quoted
    if (most > 1 &&
        (strcmp(err.source, expected->source) != 0 || err.source_column != expected->source_column))
        fail_msg("<%s>: quotes <%s> at %d", expected->script.p, err.source, err.source_column);
}

static void refusals_say_what_where_and_what_to_do(void **state)
{
    for (size_t i = 0; i < sizeof REFUSALS / sizeof *REFUSALS; i++) {
        check_refusal(&REFUSALS[i], 1 << 20);
        check_refusal(&REFUSALS[i], 1);
    }
}

static void behind_a_command_of_psql_the_script_goes_on(void **state)
{
    static const char SCRIPT[] = "SELECT 1;\n\\set a `cat x; y`\nSELECT 2; \\i x\nSELECT 3 \\g\n;";
    for (size_t most = 1; most < 100; most += 98) {
        Drip drip = {str_from(SCRIPT), most};
        SPLITTER_SCOPED splitter = splitter_new(read_drip, &drip, &(SplitOptions){.file = "m.sql"});
        Statement statement;
        Err err = {0};
        const SplitResult expected[] = {SPLIT_STATEMENT, SPLIT_FAILED, SPLIT_STATEMENT,
                                        SPLIT_FAILED, SPLIT_FAILED};
        for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
            assert_int_equal(splitter_next(splitter, &statement, &err), expected[i]);
            if (i == 2)
                assert_true(str_eq(statement.text, STR("SELECT 2")));
            // inside of a statement it is not known where that ends
            assert_int_equal(splitter_pass_refused(splitter), i == 1 || i == 3);
            err = (Err){0};
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_say_what_where_and_what_to_do),
        cmocka_unit_test(behind_a_command_of_psql_the_script_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
