// COPY data: what a caller gets of it, what is passed over, and that a long script costs no memory.
#include "base/text.h"
#include "sql/split.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void next_is(Splitter *splitter, const char *text, StatementClass class)
{
    Statement statement;
    Err err = {0};
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
    assert_string_equal(statement.text.p, text);
    assert_int_equal(statement.class, class);
}

static void data_is(Splitter *splitter, const char *expected)
{
    TEXT_SCOPED data;
    text_init(&data, 1 << 20);
    Str piece;
    Err err = {0};
    SplitResult result;
    while ((result = splitter_copy_data(splitter, &piece, &err)) == SPLIT_STATEMENT)
        text_append(&data, piece);
    assert_int_equal(result, SPLIT_END);
    assert_string_equal(text_cstr(&data), expected);
}

static const char SCRIPT[] = "COPY t FROM stdin; -- the data\n"
                             "1\t;'\"$$\\N\n"
                             " \\.\n"
                             "\\.x\n"
                             "\\\\.\n"
                             "\\.\n"
                             "SELECT 1;\n"
                             "copy u from STDIN;\r\n"
                             "a\r\n"
                             "\r\n"
                             "\\.\r\n"
                             "COPY empty FROM stdin;;\n"
                             "\\.\n"
                             "SELECT 2;\n"
                             "COPY v FROM stdin;\n"
                             "/* 1\n"
                             "\\.";

static void data_comes_up_to_its_end(void **state)
{
    SPLITTER_SCOPED splitter = splitter_new_text(str_from(SCRIPT), NULL);
    Err err;
    Statement statement;
    next_is(splitter, "COPY t FROM stdin", STATEMENT_COPY_IN);
    data_is(splitter, "1\t;'\"$$\\N\n \\.\n\\.x\n\\\\.\n");
    data_is(splitter, "");
    next_is(splitter, "SELECT 1", STATEMENT_TRANSACTIONAL);
    data_is(splitter, "");
    next_is(splitter, "copy u from STDIN", STATEMENT_COPY_IN);
    data_is(splitter, "a\r\n\r\n");
    next_is(splitter, "COPY empty FROM stdin", STATEMENT_COPY_IN);
    data_is(splitter, "");
    next_is(splitter, "SELECT 2", STATEMENT_TRANSACTIONAL);
    next_is(splitter, "COPY v FROM stdin", STATEMENT_COPY_IN);
    data_is(splitter, "/* 1\n");
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_END);
}

static void data_that_nobody_reads_is_passed_over(void **state)
{
    SPLITTER_SCOPED splitter = splitter_new_text(str_from(SCRIPT), NULL);
    Err err;
    Statement statement;
    next_is(splitter, "COPY t FROM stdin", STATEMENT_COPY_IN);
    next_is(splitter, "SELECT 1", STATEMENT_TRANSACTIONAL);
    next_is(splitter, "copy u from STDIN", STATEMENT_COPY_IN);
    next_is(splitter, "COPY empty FROM stdin", STATEMENT_COPY_IN);
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
    assert_int_equal(statement.position.line, 14);
    assert_int_equal(statement.position.column, 1);
    next_is(splitter, "COPY v FROM stdin", STATEMENT_COPY_IN);
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_END);
}

// A script of any length: a head, many lines, a tail.
typedef struct Lines {
    Str head;
    Str line;
    size_t count;
    Str tail;
    Str rest; // of the piece in hand
    int stage;
} Lines;

static ptrdiff_t read_lines(void *context, char *bytes, size_t capacity, Err *err)
{
    Lines *lines = context;
    size_t used = 0;
    while (used < capacity) {
        if (lines->rest.n == 0) {
            if (lines->stage == 0) {
                lines->rest = lines->head;
                lines->stage++;
            } else if (lines->count > 0) {
                lines->rest = lines->line;
                lines->count--;
            } else if (lines->stage == 1) {
                lines->rest = lines->tail;
                lines->stage++;
            } else {
                break;
            }
        }
        size_t count = lines->rest.n < capacity - used ? lines->rest.n : capacity - used;
        if (count)
            memcpy(bytes + used, lines->rest.p, count);
        lines->rest = str_skip(lines->rest, count);
        used += count;
    }
    return (ptrdiff_t)used;
}

// What malloc has given out, the large blocks too. Zero under AddressSanitizer, which counts
// otherwise; the plain build is the one that measures.
static size_t heap_in_use(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

enum {
    MEGABYTE = 1024 * 1024,
    COUNT = 400 * 1000 // lines of about 40 bytes: 16 MB
};

static void copy_data_of_any_length_costs_the_same(void **state)
{
    Lines lines = {.head = STR("COPY t FROM stdin;\n"),
                   .line = STR("12345\t678\t99.95\ta short note\t2024-01-01\n"),
                   .count = COUNT,
                   .tail = STR("\\.\nSELECT 1;\n")};
    size_t before = heap_in_use();
    SPLITTER_SCOPED splitter = splitter_new(read_lines, &lines, NULL);
    next_is(splitter, "COPY t FROM stdin", STATEMENT_COPY_IN);
    Str piece;
    Err err;
    size_t total = 0;
    size_t most = 0;
    while (splitter_copy_data(splitter, &piece, &err) == SPLIT_STATEMENT) {
        assert_true(piece.n <= 64 * 1024);
        total += piece.n;
        most = heap_in_use() > most ? heap_in_use() : most;
    }
    assert_int_equal(total, COUNT * lines.line.n);
    assert_true(most < before + MEGABYTE);
    Statement statement;
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
    assert_int_equal(statement.position.line, COUNT + 3);
}

static void many_statements_cost_the_same(void **state)
{
    Lines lines = {.line = STR("INSERT INTO t VALUES (1, 'a;b'); -- x;\n"), .count = COUNT};
    size_t before = heap_in_use();
    SPLITTER_SCOPED splitter = splitter_new(read_lines, &lines, NULL);
    Statement statement;
    Err err;
    size_t count = 0;
    while (splitter_next(splitter, &statement, &err) == SPLIT_STATEMENT) {
        count++;
        assert_int_equal(statement.position.line, count);
        assert_int_equal(statement.position.column, 1);
        assert_int_equal(statement.text.n, 31);
    }
    assert_int_equal(count, COUNT);
    assert_true(heap_in_use() < before + MEGABYTE);
}

static void one_large_statement_costs_twice_its_size_at_most(void **state)
{
    Lines lines = {.head = STR("SELECT E'"),
                   .line = STR("a'' \\' -- \xc3\xa4 /* $$ ;\n"),
                   .count = COUNT,
                   .tail = STR("'; SELECT 2")};
    size_t before = heap_in_use();
    SPLITTER_SCOPED splitter = splitter_new(read_lines, &lines, NULL);
    Statement statement;
    Err err;
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
    size_t size = 10 + COUNT * lines.line.n;
    assert_int_equal(statement.text.n, size);
    assert_true(heap_in_use() < before + 2 * size + MEGABYTE);
    next_is(splitter, "SELECT 2", STATEMENT_TRANSACTIONAL);
}

static void one_long_line_of_data_is_one_piece(void **state)
{
    Lines lines = {.head = STR("COPY t FROM stdin;\n"),
                   .line = STR("0123456789"),
                   .count = 20000,
                   .tail = STR("\nx\n\\.\n")};
    SPLITTER_SCOPED splitter = splitter_new(read_lines, &lines, NULL);
    next_is(splitter, "COPY t FROM stdin", STATEMENT_COPY_IN);
    Str piece;
    Err err;
    assert_int_equal(splitter_copy_data(splitter, &piece, &err), SPLIT_STATEMENT);
    assert_int_equal(piece.n, 200001);
    assert_int_equal(splitter_copy_data(splitter, &piece, &err), SPLIT_STATEMENT);
    assert_int_equal(piece.n, 2);
    assert_int_equal(splitter_copy_data(splitter, &piece, &err), SPLIT_END);
}

// The server complains about data after much of it went by: the statement is still there.
static void the_copy_statement_outlives_its_data(void **state)
{
    Lines lines = {.head = STR("\n  COPY t FROM stdin;\n"),
                   .line = STR("12345\t678\t99.95\n"),
                   .count = 20000,
                   .tail = STR("\\.\n")};
    SPLITTER_SCOPED splitter = splitter_new(read_lines, &lines, NULL);
    Statement statement;
    Err err = {0};
    assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
    Str piece;
    while (splitter_copy_data(splitter, &piece, &err) == SPLIT_STATEMENT)
        ;
    assert_string_equal(statement.text.p, "COPY t FROM stdin");
    splitter_error_at(splitter, &statement, 6, &err);
    assert_int_equal(err.position.line, 2);
    assert_int_equal(err.position.column, 8);
    assert_string_equal(err.source, "COPY t FROM stdin");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_comes_up_to_its_end),
        cmocka_unit_test(data_that_nobody_reads_is_passed_over),
        cmocka_unit_test(copy_data_of_any_length_costs_the_same),
        cmocka_unit_test(many_statements_cost_the_same),
        cmocka_unit_test(one_large_statement_costs_twice_its_size_at_most),
        cmocka_unit_test(one_long_line_of_data_is_one_piece),
        cmocka_unit_test(the_copy_statement_outlives_its_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
