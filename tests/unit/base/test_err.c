#include "base/err.h"

#include "base/utf8.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#undef fail // cmocka has a macro of this name; here it is ours

static void classes_carry_the_documented_exit_codes(void **state)
{
    static const struct {
        ErrClass class;
        int exit_code;
        const char *word;
    } EXPECTED[] = {
        {ERR_NONE, 0, "none"},
        {ERR_CHECK, 1, "check"},
        {ERR_MIGRATION, 2, "migration"},
        {ERR_VERIFY, 3, "verify"},
        {ERR_ROLLBACK, 4, "rollback"},
        {ERR_CONFIG, 5, "config"},
        {ERR_CONNECTION, 5, "connection"},
        {ERR_SERVER, 5, "server"},
        {ERR_IO, 5, "io"},
        {ERR_INTERRUPTED, 130, "interrupted"},
    };
    for (size_t i = 0; i < sizeof EXPECTED / sizeof *EXPECTED; i++) {
        assert_int_equal(err_exit_code(EXPECTED[i].class), EXPECTED[i].exit_code);
        assert_string_equal(err_class_word(EXPECTED[i].class), EXPECTED[i].word);
    }
}

static void every_part_is_recorded(void **state)
{
    Err err = {0};
    assert_false(fail(&err, ERR_CONFIG, "no folder \"%s\"", "db"));
    assert_false(err_detail(&err, "%d files", 3));
    assert_false(err_hint(&err, "mkdir %s", "db"));
    assert_false(err_at(&err, "a.sql", (Position){.line = 2, .column = 5}));
    assert_int_equal(err.class, ERR_CONFIG);
    assert_string_equal(err.message, "no folder \"db\"");
    assert_string_equal(err.detail, "3 files");
    assert_string_equal(err.hint, "mkdir db");
    assert_string_equal(err.file, "a.sql");
    assert_int_equal(err.position.line, 2);
    assert_int_equal(err.position.column, 5);
}

static void a_new_failure_forgets_the_old_one(void **state)
{
    Err err = {0};
    fail(&err, ERR_IO, "old");
    err_detail(&err, "old");
    err_hint(&err, "old");
    err_at(&err, "old.sql", (Position){1, 1});
    err_quote(&err, STR("old"), 0);
    snprintf(err.sqlstate, sizeof err.sqlstate, "42P01");
    fail(&err, ERR_CHECK, "new");
    assert_int_equal(err.class, ERR_CHECK);
    assert_string_equal(err.message, "new");
    assert_string_equal(err.detail, "");
    assert_string_equal(err.hint, "");
    assert_string_equal(err.file, "");
    assert_string_equal(err.sqlstate, "");
    assert_string_equal(err.source, "");
    assert_int_equal(err.position.line, 0);
    assert_int_equal(err.source_column, 0);
}

static void errno_is_said_in_words(void **state)
{
    Err err = {0};
    assert_false(fail_errno(&err, ERR_IO, ENOENT, "cannot open \"%s\"", "x.sql"));
    assert_string_equal(err.message, "cannot open \"x.sql\": No such file or directory");
}

static void notes_go_before_the_message(void **state)
{
    Err err = {0};
    fail(&err, ERR_SERVER, "no such table");
    assert_false(err_note(&err, "reading %s", "history"));
    err_note(&err, "status");
    assert_string_equal(err.message, "status: reading history: no such table");
}

// Fills a message beyond its size with a two-byte letter, after `shift` letters of one byte.
static void assert_cut_is_whole(int shift)
{
    char wide[4000];
    size_t used = 0;
    while (shift-- > 0)
        wide[used++] = 'a';
    while (used + 2 < sizeof wide) {
        wide[used++] = '\xc3';
        wide[used++] = '\xbc';
    }
    wide[used] = '\0';
    Err err = {0};
    fail(&err, ERR_IO, "%s", wide);
    Utf8Check check = {0};
    assert_int_equal(utf8_check(&check, str_from(err.message)), -1);
    assert_true(utf8_is_complete(&check));
    assert_true(strlen(err.message) >= sizeof err.message - 2);
    err_note(&err, "note %s", "x");
    check = (Utf8Check){0};
    assert_int_equal(utf8_check(&check, str_from(err.message)), -1);
    assert_true(utf8_is_complete(&check));
    assert_true(str_starts(str_from(err.message), STR("note x: ")));
}

static void a_long_message_is_cut_between_code_points(void **state)
{
    assert_cut_is_whole(0);
    assert_cut_is_whole(1);
}

static void assert_quote(Str text, size_t offset, const char *source, int column)
{
    Err err = {0};
    assert_false(err_quote(&err, text, offset));
    assert_string_equal(err.source, source);
    assert_int_equal(err.source_column, column);
}

static void quotes_the_line_of_the_offset(void **state)
{
    Str text = STR("SELECT 1;\nSELEC 2;\r\nSELECT 3;");
    assert_quote(text, 0, "SELECT 1;", 1);
    assert_quote(text, 8, "SELECT 1;", 9);
    assert_quote(text, 9, "SELECT 1;", 10); // on the line's own end
    assert_quote(text, 10, "SELEC 2;", 1);
    assert_quote(text, 16, "SELEC 2;", 7);
    assert_quote(text, 20, "SELECT 3;", 1);
    assert_quote(text, text.n, "SELECT 3;", 10);
    assert_quote(text, text.n + 50, "SELECT 3;", 10);
    assert_quote((Str){0}, 0, "", 1);
    assert_quote(STR("a\n\nb"), 2, "", 1);
}

static void quote_turns_tabs_into_blanks(void **state)
{
    assert_quote(STR("\t\tSELEC\x7f;\v"), 2, "  SELEC ; ", 3);
}

static void quote_counts_code_points(void **state)
{
    assert_quote(STR("-- \xc3\xbc\xf0\x9f\x90\x98 x"), 10, "-- \xc3\xbc\xf0\x9f\x90\x98 x", 7);
}

static void quote_cuts_a_long_line_around_the_column(void **state)
{
    char line[1000];
    for (size_t i = 0; i < sizeof line; i++)
        line[i] = (char)('a' + i % 26);
    Err err = {0};
    err_quote(&err, (Str){line, sizeof line}, 500);
    assert_int_equal(strlen(err.source), 96);
    assert_int_equal(err.source_column, 73);
    assert_int_equal(err.source[err.source_column - 1], line[500]);
    err_quote(&err, (Str){line, sizeof line}, 10);
    assert_int_equal(err.source_column, 11);
    assert_memory_equal(err.source, line, 96);
    err_quote(&err, (Str){line, sizeof line}, 999);
    assert_int_equal(err.source[err.source_column - 1], line[999]);
    assert_int_equal(strlen(err.source), err.source_column);
}

static void quote_of_wide_letters_stays_whole_and_holds_the_caret(void **state)
{
    char line[3000];
    for (size_t i = 0; i < sizeof line; i += 3)
        memcpy(line + i, "\xe2\x82\xac", 3);
    Err err = {0};
    err_quote(&err, (Str){line, sizeof line}, 1500);
    Utf8Check check = {0};
    assert_int_equal(utf8_check(&check, str_from(err.source)), -1);
    assert_true(utf8_is_complete(&check));
    assert_true(err.source_column >= 1);
    assert_true((size_t)err.source_column <= utf8_count(str_from(err.source)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_carry_the_documented_exit_codes),
        cmocka_unit_test(every_part_is_recorded),
        cmocka_unit_test(a_new_failure_forgets_the_old_one),
        cmocka_unit_test(errno_is_said_in_words),
        cmocka_unit_test(notes_go_before_the_message),
        cmocka_unit_test(a_long_message_is_cut_between_code_points),
        cmocka_unit_test(quotes_the_line_of_the_offset),
        cmocka_unit_test(quote_turns_tabs_into_blanks),
        cmocka_unit_test(quote_counts_code_points),
        cmocka_unit_test(quote_cuts_a_long_line_around_the_column),
        cmocka_unit_test(quote_of_wide_letters_stays_whole_and_holds_the_caret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
