// Scripts and the statements they fall into; each script is read whole and byte by byte.
#include "base/text.h"
#include "sql/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum {
    MAX_STATEMENTS = 8
};

typedef struct Case {
    const char *script;
    const char *statements[MAX_STATEMENTS];
} Case;

static const Case CASES[] = {
    // what separates statements, and what is between them
    {"", {0}},
    {" \t\r\n\f", {0}},
    {"-- only a comment", {0}},
    {"/* only */ -- comments\n/* here */", {0}},
    {";", {0}},
    {" ; ;; -- x\n;", {0}},
    {"SELECT 1", {"SELECT 1"}},
    {"SELECT 1;", {"SELECT 1"}},
    {"SELECT 1;;SELECT 2;;", {"SELECT 1", "SELECT 2"}},
    {"SELECT 1;SELECT 2", {"SELECT 1", "SELECT 2"}},
    {"  SELECT 1  ;  ", {"SELECT 1"}},
    {"-- a\nSELECT 1 -- b\n; -- c", {"SELECT 1"}},
    {"/* a */ SELECT 1 /* b */ /* c */; /* d */", {"SELECT 1"}},
    {"SELECT 1 -- no semicolon", {"SELECT 1"}},
    {"SELECT 1 /* no semicolon */", {"SELECT 1"}},
    {"SELECT\n-- inside\n1", {"SELECT\n-- inside\n1"}},
    {"SELECT 1;\r\nSELECT\r\n2;\r\n", {"SELECT 1", "SELECT\r\n2"}},
    {"\xef\xbb\xbfSELECT 1", {"SELECT 1"}},
    {"\xef\xbb\xbf", {0}},
    {"SELECT 1;\vSELECT 2", {"SELECT 1", "SELECT 2"}},
    // comments
    {"SELECT /* ; */ 1", {"SELECT /* ; */ 1"}},
    {"SELECT -- ;\n1", {"SELECT -- ;\n1"}},
    {"SELECT /* /* ; */ ; */ 1; SELECT 2", {"SELECT /* /* ; */ ; */ 1", "SELECT 2"}},
    {"SELECT /*/ ; */ 1", {"SELECT /*/ ; */ 1"}},
    {"SELECT /***/ 1; SELECT /****/ 2", {"SELECT /***/ 1", "SELECT /****/ 2"}},
    {"SELECT /* ' \" $$ -- */ 1; SELECT 2", {"SELECT /* ' \" $$ -- */ 1", "SELECT 2"}},
    {"SELECT -- ' \" $$ /*\n1; SELECT 2", {"SELECT -- ' \" $$ /*\n1", "SELECT 2"}},
    {"SELECT -- ends at CR\r1; SELECT 2", {"SELECT -- ends at CR\r1", "SELECT 2"}},
    {"SELECT 1+/* ; */2", {"SELECT 1+/* ; */2"}},
    {"SELECT 2*-- ;\n1", {"SELECT 2*-- ;\n1"}},
    {"SELECT 1 - -1; SELECT 4 / 2", {"SELECT 1 - -1", "SELECT 4 / 2"}},
    {"SELECT '--' ; SELECT '/*'", {"SELECT '--'", "SELECT '/*'"}},
    // strings
    {"SELECT ';'", {"SELECT ';'"}},
    {"SELECT 'it''s;'; SELECT 2", {"SELECT 'it''s;'", "SELECT 2"}},
    {"SELECT ''; SELECT ''''; SELECT 3", {"SELECT ''", "SELECT ''''", "SELECT 3"}},
    {"SELECT 'back\\'; SELECT 2", {"SELECT 'back\\'", "SELECT 2"}},
    {"SELECT 'a;\n;b'; SELECT 2", {"SELECT 'a;\n;b'", "SELECT 2"}},
    {"SELECT E'a\\';'; SELECT 2", {"SELECT E'a\\';'", "SELECT 2"}},
    {"SELECT e'a\\\\'; SELECT 2", {"SELECT e'a\\\\'", "SELECT 2"}},
    {"SELECT E'a''\\';'; SELECT 2", {"SELECT E'a''\\';'", "SELECT 2"}},
    {"SELECT E'\\u'; SELECT 2", {"SELECT E'\\u'", "SELECT 2"}},
    {"SELECT E'a'\n'\\';'; SELECT 2", {"SELECT E'a'\n'\\';'", "SELECT 2"}},
    {"SELECT E'a' -- b\n -- c\n '\\';'; SELECT 2",
     {"SELECT E'a' -- b\n -- c\n '\\';'", "SELECT 2"}},
    {"SELECT E'a'\r'\\';'; SELECT 2", {"SELECT E'a'\r'\\';'", "SELECT 2"}},
    {"SELECT E'a'\n''\n'\\';'; SELECT 2", {"SELECT E'a'\n''\n'\\';'", "SELECT 2"}},
    {"SELECT E'a' 'b\\'; SELECT 2", {"SELECT E'a' 'b\\'", "SELECT 2"}},
    {"SELECT E'a' /*\n*/ 'b\\'; SELECT 2", {"SELECT E'a' /*\n*/ 'b\\'", "SELECT 2"}},
    {"SELECT E'a'\n/* x */ 'b\\'; SELECT 2", {"SELECT E'a'\n/* x */ 'b\\'", "SELECT 2"}},
    {"SELECT E'a',\n'b\\'; SELECT 2", {"SELECT E'a',\n'b\\'", "SELECT 2"}},
    {"SELECT 'a'\n'b\\'; SELECT 2", {"SELECT 'a'\n'b\\'", "SELECT 2"}},
    {"SELECT 'a'\nE'b\\';'; SELECT 2", {"SELECT 'a'\nE'b\\';'", "SELECT 2"}},
    {"SELECT type'x\\'; SELECT 2", {"SELECT type'x\\'", "SELECT 2"}},
    {"SELECT ee'x\\'; SELECT 2", {"SELECT ee'x\\'", "SELECT 2"}},
    {"SELECT \"a\"e'x\\';'; SELECT 2", {"SELECT \"a\"e'x\\';'", "SELECT 2"}},
    {"SELECT 1e'x\\'; SELECT 2", {"SELECT 1e'x\\'", "SELECT 2"}},
    {"SELECT 1.5e'x\\'; SELECT 2", {"SELECT 1.5e'x\\'", "SELECT 2"}},
    {"SELECT $1e'x\\'; SELECT 2", {"SELECT $1e'x\\'", "SELECT 2"}},
    {"SELECT U&'\\0041;\\'; SELECT 2", {"SELECT U&'\\0041;\\'", "SELECT 2"}},
    {"SELECT u&1; SELECT u&U&'\\'; SELECT 3", {"SELECT u&1", "SELECT u&U&'\\'", "SELECT 3"}},
    {"SELECT B'1;', x'f;', N'a;\\'; SELECT 2", {"SELECT B'1;', x'f;', N'a;\\'", "SELECT 2"}},
    {"SELECT B'1'';0'; SELECT 2", {"SELECT B'1'';0'", "SELECT 2"}},
    // names
    {"SELECT \"a;b\"; SELECT 2", {"SELECT \"a;b\"", "SELECT 2"}},
    {"SELECT \"a\"\";\"; SELECT 2", {"SELECT \"a\"\";\"", "SELECT 2"}},
    {"SELECT \"a\\\"; SELECT 2", {"SELECT \"a\\\"", "SELECT 2"}},
    {"SELECT U&\"a;\\\" UESCAPE '!'; SELECT 2", {"SELECT U&\"a;\\\" UESCAPE '!'", "SELECT 2"}},
    {"SELECT \xc3\xa4$x$; SELECT 2", {"SELECT \xc3\xa4$x$", "SELECT 2"}},
    // dollar quotes
    {"DO $$ BEGIN; END; $$; SELECT 2", {"DO $$ BEGIN; END; $$", "SELECT 2"}},
    {"DO $a$ $$ ; $b$ ; $a $A$ ; $a$; SELECT 2", {"DO $a$ $$ ; $b$ ; $a $A$ ; $a$", "SELECT 2"}},
    {"SELECT $a$x$$a$; SELECT 2", {"SELECT $a$x$$a$", "SELECT 2"}},
    {"SELECT $a$;$a$a$; SELECT 2; $", {"SELECT $a$;$a$a$", "SELECT 2", "$"}},
    {"SELECT $\xc3\xa4$;$\xc3\xa4$; SELECT 2", {"SELECT $\xc3\xa4$;$\xc3\xa4$", "SELECT 2"}},
    {"SELECT $_1$;$_1$; SELECT 2", {"SELECT $_1$;$_1$", "SELECT 2"}},
    {"SELECT foo$1$; SELECT $1$; SELECT $2", {"SELECT foo$1$", "SELECT $1$", "SELECT $2"}},
    {"SELECT a$$b; SELECT 2", {"SELECT a$$b", "SELECT 2"}},
    {"SELECT 1$$;$$; SELECT 2", {"SELECT 1$$;$$", "SELECT 2"}},
    {"SELECT $ 1; SELECT 2", {"SELECT $ 1", "SELECT 2"}},
    {"SELECT $a b; SELECT 2", {"SELECT $a b", "SELECT 2"}},
    {"SELECT $$ ' $$; SELECT 2", {"SELECT $$ ' $$", "SELECT 2"}},
    // parentheses
    {"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
     {"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3"}},
    {"SELECT 1); SELECT (2); SELECT ((3;))", {"SELECT 1)", "SELECT (2)", "SELECT ((3;))"}},
    {"SELECT ')'; SELECT '(' ; SELECT \"(\"", {"SELECT ')'", "SELECT '('", "SELECT \"(\""}},
    {"(SELECT 1); (SELECT 2)", {"(SELECT 1)", "(SELECT 2)"}},
    {"SELECT a[1:2]; SELECT 2", {"SELECT a[1:2]", "SELECT 2"}},
    // transaction blocks are no bodies
    {"BEGIN; SELECT 1; END; COMMIT", {"BEGIN", "SELECT 1", "END", "COMMIT"}},
    {"BEGIN ATOMIC; SELECT 1", {"BEGIN ATOMIC", "SELECT 1"}},
    {"SELECT CASE WHEN a THEN b END; SELECT 2", {"SELECT CASE WHEN a THEN b END", "SELECT 2"}},
    // psql's own variables are nothing here
    {"SELECT :a, :'b', :\"c\", d::int; SELECT 2", {"SELECT :a, :'b', :\"c\", d::int", "SELECT 2"}},
    // psql takes :a for a variable and $$ for a quote; the server sees the name a$$
    {"SELECT x[1:a$$]; SELECT 2", {"SELECT x[1:a$$]", "SELECT 2"}},
    // what pg_dump writes around a dump
    {"\\restrict abc123\nSELECT 1;\n\\unrestrict abc123\n", {"SELECT 1"}},
    {"\\restrict it's \"key\nSELECT 1;\\unrestrict x\\y", {"SELECT 1"}},
    {"\\restrict k\r\nSELECT 1", {"SELECT 1"}},
    {"\\set ON_ERROR_STOP on\nSELECT 1;\n", {"SELECT 1"}},
    {"\\set ON_ERROR_STOP\r\n\\set QUIET 1\n\\set  ON_ERROR_STOP 'TRUE'  \nSELECT 1", {"SELECT 1"}},
    {"SELECT 1; \\set VERBOSITY it's \"terse\nSELECT 2", {"SELECT 1", "SELECT 2"}},
    // COPY without data is no more than a statement
    {"COPY t TO stdout; SELECT 1", {"COPY t TO stdout", "SELECT 1"}},
    {"COPY t TO stdin; SELECT 1", {"COPY t TO stdin", "SELECT 1"}},
    {"COPY (SELECT 1) TO STDOUT; SELECT 1", {"COPY (SELECT 1) TO STDOUT", "SELECT 1"}},
    {"COPY t FROM '/f'; COPY t FROM PROGRAM 'stdin'; SELECT 1",
     {"COPY t FROM '/f'", "COPY t FROM PROGRAM 'stdin'", "SELECT 1"}},
};

#define ATOMIC_HEAD "CREATE FUNCTION f() RETURNS int LANGUAGE sql "

static const Case ATOMIC_CASES[] = {
    {ATOMIC_HEAD "BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3",
     {ATOMIC_HEAD "BEGIN ATOMIC SELECT 1; SELECT 2; END", "SELECT 3"}},
    {ATOMIC_HEAD "BEGIN ATOMIC END; SELECT 3", {ATOMIC_HEAD "BEGIN ATOMIC END", "SELECT 3"}},
    {"create or replace procedure p() begin atomic select 1; end; SELECT 2",
     {"create or replace procedure p() begin atomic select 1; end", "SELECT 2"}},
    {"CREATE/*a*/OR--b\nREPLACE FUNCTION f() BEGIN/* c */ATOMIC SELECT 1; /* d */ END; SELECT 2",
     {"CREATE/*a*/OR--b\nREPLACE FUNCTION f() BEGIN/* c */ATOMIC SELECT 1; /* d */ END",
      "SELECT 2"}},
    {ATOMIC_HEAD "BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END; SELECT 3",
     {ATOMIC_HEAD "BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END", "SELECT 3"}},
    {ATOMIC_HEAD "BEGIN ATOMIC SELECT CASE WHEN CASE a WHEN 1 THEN b END THEN 1 END; END; SELECT 3",
     {ATOMIC_HEAD "BEGIN ATOMIC SELECT CASE WHEN CASE a WHEN 1 THEN b END THEN 1 END; END",
      "SELECT 3"}},
    {ATOMIC_HEAD "BEGIN ATOMIC SELECT (CASE WHEN a THEN 1 END); END; SELECT 3",
     {ATOMIC_HEAD "BEGIN ATOMIC SELECT (CASE WHEN a THEN 1 END); END", "SELECT 3"}},
    {ATOMIC_HEAD "BEGIN ATOMIC SELECT 1 AS end; SELECT t.end FROM t; SELECT 1 end; END; SELECT 3",
     {ATOMIC_HEAD "BEGIN ATOMIC SELECT 1 AS end; SELECT t.end FROM t; SELECT 1 end; END",
      "SELECT 3"}},
    {ATOMIC_HEAD "BEGIN ATOMIC SELECT 1 AS \"end\"; SELECT \"begin\", \"case\"; END; SELECT 3",
     {ATOMIC_HEAD "BEGIN ATOMIC SELECT 1 AS \"end\"; SELECT \"begin\", \"case\"; END", "SELECT 3"}},
    {ATOMIC_HEAD "BEGIN ATOMIC SELECT 1 AS case; SELECT begin FROM t; END; SELECT 3",
     {ATOMIC_HEAD "BEGIN ATOMIC SELECT 1 AS case; SELECT begin FROM t; END", "SELECT 3"}},
    {ATOMIC_HEAD "BEGIN ATOMIC SELECT ';' || $$;$$; (SELECT 2); END; SELECT 3",
     {ATOMIC_HEAD "BEGIN ATOMIC SELECT ';' || $$;$$; (SELECT 2); END", "SELECT 3"}},
    {ATOMIC_HEAD "BEGIN ATOMIC CREATE FUNCTION g() BEGIN ATOMIC SELECT 1; END; END; SELECT 3",
     {ATOMIC_HEAD "BEGIN ATOMIC CREATE FUNCTION g() BEGIN ATOMIC SELECT 1; END; END", "SELECT 3"}},
    {"CREATE SCHEMA s CREATE TABLE t (a int) CREATE FUNCTION f() BEGIN ATOMIC; END; SELECT 3",
     {"CREATE SCHEMA s CREATE TABLE t (a int) CREATE FUNCTION f() BEGIN ATOMIC; END", "SELECT 3"}},
    // names that look like a body
    {"CREATE FUNCTION begin(a int) RETURNS int RETURN 1; SELECT 2",
     {"CREATE FUNCTION begin(a int) RETURNS int RETURN 1", "SELECT 2"}},
    {"CREATE FUNCTION f(begin atomic) RETURNS int RETURN 1; SELECT 2",
     {"CREATE FUNCTION f(begin atomic) RETURNS int RETURN 1", "SELECT 2"}},
    {"CREATE FUNCTION atomic() RETURNS begin RETURN 1; SELECT 2",
     {"CREATE FUNCTION atomic() RETURNS begin RETURN 1", "SELECT 2"}},
    {"CREATE FUNCTION f() RETURNS begin BEGIN ATOMIC SELECT 1; END; SELECT 2",
     {"CREATE FUNCTION f() RETURNS begin BEGIN ATOMIC SELECT 1; END", "SELECT 2"}},
    {"CREATE FUNCTION f() AS 'BEGIN ATOMIC'; SELECT 2",
     {"CREATE FUNCTION f() AS 'BEGIN ATOMIC'", "SELECT 2"}},
    {"CREATE TABLE begin (atomic int); SELECT begin atomic FROM t; SELECT 2",
     {"CREATE TABLE begin (atomic int)", "SELECT begin atomic FROM t", "SELECT 2"}},
    {"CREATE SCHEMA s; SELECT begin atomic; SELECT 2",
     {"CREATE SCHEMA s", "SELECT begin atomic", "SELECT 2"}},
    {"CREATE \"x\" FUNCTION f() BEGIN ATOMIC; END",
     {"CREATE \"x\" FUNCTION f() BEGIN ATOMIC", "END"}},
    {"DROP FUNCTION f; CREATE FUNCTION f() BEGIN ATOMIC END; END",
     {"DROP FUNCTION f", "CREATE FUNCTION f() BEGIN ATOMIC END", "END"}},
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

static void check_case(const Case *expected, size_t most)
{
    Drip drip = {str_from(expected->script), most};
    SPLITTER_SCOPED splitter = splitter_new(read_drip, &drip, NULL);
    Statement statement;
    Err err = {0};
    size_t count = 0;
    SplitResult result;
    while ((result = splitter_next(splitter, &statement, &err)) == SPLIT_STATEMENT) {
        if (count == MAX_STATEMENTS || !expected->statements[count])
            fail_msg("<%s>: more than %zu statements: <%s>", expected->script, count,
                     statement.text.p);
        if (!str_eq(statement.text, str_from(expected->statements[count])))
            fail_msg("<%s>: statement %zu is <%s>", expected->script, count, statement.text.p);
        assert_int_equal(statement.text.p[statement.text.n], '\0');
        assert_memory_equal(expected->script + statement.offset, statement.text.p,
                            statement.text.n);
        count++;
    }
    if (result == SPLIT_FAILED)
        fail_msg("<%s>: %s", expected->script, err.message);
    if (count < MAX_STATEMENTS && expected->statements[count])
        fail_msg("<%s>: only %zu statements", expected->script, count);
}

static void check_cases(const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_case(&cases[i], 1 << 20);
        check_case(&cases[i], 1);
        check_case(&cases[i], 7);
    }
}

static void statements_of_scripts(void **state)
{
    check_cases(CASES, sizeof CASES / sizeof *CASES);
}

static void statements_with_atomic_bodies(void **state)
{
    check_cases(ATOMIC_CASES, sizeof ATOMIC_CASES / sizeof *ATOMIC_CASES);
}

static void positions_count_lines_and_code_points(void **state)
{
    static const char script[] =
        "\xef\xbb\xbf-- \xc3\xa4\n\xc3\xa4; SELECT\r\n 'x';\tSELECT 2;\n\n/**/ c";
    static const struct {
        int64_t offset;
        Position position;
    } expected[] = {{9, {2, 1}}, {13, {2, 4}}, {27, {3, 7}}, {43, {5, 6}}};
    SPLITTER_SCOPED splitter = splitter_new_text(str_from(script), NULL);
    Statement statement;
    Err err;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
        assert_int_equal(statement.offset, expected[i].offset);
        assert_int_equal(statement.position.line, expected[i].position.line);
        assert_int_equal(statement.position.column, expected[i].position.column);
    }
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_END);
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_END);
}

static void positions_start_where_the_script_does(void **state)
{
    SplitOptions options = {.file = "m.sql", .start = {10, 5}};
    SPLITTER_SCOPED splitter = splitter_new_text(STR("a;\n b; 'c"), &options);
    Statement statement;
    Err err;
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
    assert_int_equal(statement.position.line, 10);
    assert_int_equal(statement.position.column, 5);
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
    assert_int_equal(statement.position.line, 11);
    assert_int_equal(statement.position.column, 2);
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_FAILED);
    assert_int_equal(err.position.line, 11);
    assert_int_equal(err.position.column, 5);
    assert_string_equal(err.file, "m.sql");
}

static void classes_are_set(void **state)
{
    SPLITTER_SCOPED splitter =
        splitter_new_text(STR("BEGIN; VACUUM; SELECT 1; COMMIT; ROLLBACK"), NULL);
    static const StatementClass classes[] = {STATEMENT_BEGIN, STATEMENT_NOT_TRANSACTIONAL,
                                             STATEMENT_TRANSACTIONAL, STATEMENT_COMMIT,
                                             STATEMENT_ROLLBACK};
    Statement statement;
    Err err;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
        assert_int_equal(statement.class, classes[i]);
    }
}

static void errors_of_the_server_point_into_the_statement(void **state)
{
    SplitOptions options = {.file = "m.sql"};
    SPLITTER_SCOPED splitter =
        splitter_new_text(STR("SELECT 0;\n  SELECT '\xc3\xa4',\n    nope;"), &options);
    Statement statement;
    Err err = {0};
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
    (fail)(&err, ERR_MIGRATION, "column \"nope\" does not exist"); // not the macro of cmocka
    assert_false(splitter_error_at(splitter, &statement, 17, &err));
    assert_string_equal(err.file, "m.sql");
    assert_int_equal(err.position.line, 3);
    assert_int_equal(err.position.column, 5);
    assert_string_equal(err.source, "    nope");
    assert_int_equal(err.source_column, 5);
    splitter_error_at(splitter, &statement, 0, &err);
    assert_int_equal(err.position.line, 2);
    assert_int_equal(err.position.column, 3);
    assert_int_equal(err.source_column, 1);
    splitter_error_at(splitter, &statement, 1000, &err); // beyond: the end
    assert_int_equal(err.position.line, 3);
    assert_int_equal(err.position.column, 9);
}

static ptrdiff_t read_failing(void *context, char *bytes, size_t capacity, Err *err)
{
    int *calls = context;
    if ((*calls)++ == 0) {
        memcpy(bytes, "SELECT 1;", 9);
        return 9;
    }
    (fail)(err, ERR_IO, "the disk is gone");
    return -1;
}

static void failures_of_the_reader_are_passed_on(void **state)
{
    int calls = 0;
    SPLITTER_SCOPED splitter = splitter_new(read_failing, &calls, NULL);
    Statement statement;
    Err err = {0};
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_FAILED);
    assert_int_equal(err.class, ERR_IO);
    assert_string_equal(err.message, "the disk is gone");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_of_scripts),
        cmocka_unit_test(statements_with_atomic_bodies),
        cmocka_unit_test(positions_count_lines_and_code_points),
        cmocka_unit_test(positions_start_where_the_script_does),
        cmocka_unit_test(classes_are_set),
        cmocka_unit_test(errors_of_the_server_point_into_the_statement),
        cmocka_unit_test(failures_of_the_reader_are_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
