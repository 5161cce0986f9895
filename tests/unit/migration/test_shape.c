#include "migration/shape.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// One statement a line.
static bool feed(const char *text, Shape *shape, Err *err)
{
    Str rest = str_from(text);
    Str line;
    *shape = (Shape){0};
    for (int number = 1; str_line(&rest, &line); number++) {
        Statement statement = {
            .text = line, .position = {number, 1}, .class = statement_classify(line)};
        if (!shape_add(shape, &statement, "m.sql", err))
            return false;
    }
    return shape_finish(shape, "m.sql", err);
}

static void test_shapes(void **state)
{
    static const struct {
        const char *text;
        int statements;
        int blocks;
        int not_transactional;
        bool is_one;
        const char *label;
        const char *begin;
    } CASES[] = {
        {"", 0, 0, 0, true, "", ""},
        {"CREATE TABLE a ()\nDROP TABLE b", 2, 0, 0, true, "", ""},
        {"BEGIN\nCREATE TABLE a ()\nCOMMIT", 1, 1, 0, true, "", "BEGIN"},
        {"set transaction isolation /* as a statement */ level Repeatable  READ\nSELECT 1", 2, 0, 0,
         true, "", "BEGIN ISOLATION LEVEL REPEATABLE READ"},
        {"BEGIN\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY\nCOMMIT", 1, 1, 0, true,
         "", "BEGIN ISOLATION LEVEL SERIALIZABLE"},
        {"SET TRANSACTION READ ONLY\nSET TRANSACTION ISOLATION LEVEL NONE", 2, 0, 0, true, "", ""},
        {"START TRANSACTION ISOLATION LEVEL SERIALIZABLE\nSELECT 1\nEND", 1, 1, 0, true, "",
         "START TRANSACTION ISOLATION LEVEL SERIALIZABLE"},
        {"BEGIN\nSELECT 1\nSAVEPOINT a\nROLLBACK TO a\nCOMMIT", 3, 1, 0, true, "", "BEGIN"},
        {"BEGIN\nCOMMIT", 0, 1, 0, true, "", "BEGIN"},
        {"BEGIN\nSELECT 1\nCOMMIT\nBEGIN READ WRITE\nSELECT 2\nCOMMIT", 2, 2, 0, false, "",
         "BEGIN"},
        {"SELECT 1\nBEGIN\nSELECT 2\nCOMMIT\nSELECT 3", 3, 1, 0, true, "", "BEGIN"},
        {"CREATE INDEX CONCURRENTLY a ON b (c)", 1, 0, 1, false, "CREATE INDEX CONCURRENTLY", ""},
        {"SELECT 1\nVACUUM a\nREINDEX TABLE CONCURRENTLY b", 3, 0, 2, false, "VACUUM", ""},
        {"BEGIN\nSELECT 1\nCOMMIT\nVACUUM", 2, 1, 1, false, "VACUUM", "BEGIN"},
        {"COPY a FROM STDIN", 1, 0, 0, true, "", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Shape shape;
        Err err = {0};
        if (!feed(CASES[i].text, &shape, &err))
            fail_msg("%s: %s", CASES[i].text, err.message);
        assert_int_equal(shape.statements, CASES[i].statements);
        assert_int_equal(shape.blocks, CASES[i].blocks);
        assert_int_equal(shape.not_transactional, CASES[i].not_transactional);
        assert_string_equal(shape.label, CASES[i].label);
        assert_string_equal(shape.begin, CASES[i].begin);
        assert_int_equal(shape_is_one_transaction(&shape, &(Directives){0}), CASES[i].is_one);
        assert_false(shape_is_one_transaction(&shape, &(Directives){.no_transaction = true}));
    }
}

static void test_first_not_transactional(void **state)
{
    Shape shape;
    Err err = {0};
    assert_true(feed("SELECT 1\nVACUUM\nVACUUM a", &shape, &err));
    assert_int_equal(shape.first_not_transactional.line, 2);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text;
        int line;
        const char *message;
        const char *hint;
    } CASES[] = {
        {"SELECT 1\nCOMMIT", 2, "COMMIT without BEGIN",
         "remove it: migrate-safe commits the file as one transaction"},
        {"BEGIN\nSELECT 1\nBEGIN", 3, "BEGIN inside a transaction that is open already",
         "remove one of the two, or end the first with COMMIT"},
        {"SELECT 1\nBEGIN\nSELECT 2", 2, "BEGIN without COMMIT",
         "end the block with COMMIT, or remove BEGIN: migrate-safe runs the file as one "
         "transaction"},
        {"BEGIN\nCOMMIT\nCOMMIT", 3, "COMMIT without BEGIN",
         "remove it: migrate-safe commits the file as one transaction"},
        {"BEGIN\nSELECT 1\nROLLBACK", 3, "ROLLBACK would undo the migration it stands in",
         "remove it (ROLLBACK TO SAVEPOINT is fine)"},
        {"ABORT", 1, "ROLLBACK would undo the migration it stands in",
         "remove it (ROLLBACK TO SAVEPOINT is fine)"},
        {"BEGIN\nPREPARE TRANSACTION 'x'", 2, "two-phase commit cannot be part of a migration",
         "remove PREPARE TRANSACTION, COMMIT PREPARED and ROLLBACK PREPARED"},
        {"COMMIT PREPARED 'x'", 1, "two-phase commit cannot be part of a migration",
         "remove PREPARE TRANSACTION, COMMIT PREPARED and ROLLBACK PREPARED"},
        {"SELECT 1\nBEGIN\nVACUUM a\nCOMMIT", 3,
         "VACUUM cannot run inside the transaction that BEGIN opens at line 2",
         "move it out of BEGIN ... COMMIT, best into a migration of its own"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Shape shape;
        Err err = {0};
        if (feed(CASES[i].text, &shape, &err))
            fail_msg("taken: %s", CASES[i].text);
        assert_int_equal(err.class, ERR_CONFIG);
        assert_string_equal(err.message, CASES[i].message);
        assert_string_equal(err.hint, CASES[i].hint);
        assert_string_equal(err.file, "m.sql");
        assert_int_equal(err.position.line, CASES[i].line);
        assert_int_equal(err.position.column, 1);
    }
}

// What a label or a BEGIN has of length is cut, never written beyond its place.
static void test_long(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Shape shape;
    Err err = {0};
    const char *text = arena_printf(arena, "BEGIN %0*d\nCOMMIT", 4000, 0);
    assert_true(feed(text, &shape, &err));
    assert_int_equal(strlen(shape.begin), sizeof shape.begin - 1);
}

// ROLLBACK ends a block as COMMIT does, and the last block may stay open.
static void test_verify_scripts(void **state)
{
    static const struct {
        const char *text;
        int statements;
        const char *message; // NULL: fine
    } CASES[] = {
        {"BEGIN\nSELECT 1\nROLLBACK", 1, NULL},
        {"BEGIN\nSELECT 1\nCOMMIT\nBEGIN\nSELECT 2\nABORT", 2, NULL},
        {"SELECT 1\nROLLBACK", 0, "ROLLBACK without BEGIN"},
        {"BEGIN\nSELECT 1", 1, NULL},
        {"BEGIN\nBEGIN", 0, "BEGIN inside a transaction that is open already"},
        {"SELECT 1\nCOMMIT", 0, "COMMIT without BEGIN"},
        {"VACUUM a", 0, "VACUUM cannot run in a verify script: it runs inside a transaction"},
        {"PREPARE TRANSACTION 'a'", 0, "two-phase commit cannot be part of a migration"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Shape shape = {0};
        Err err = {0};
        bool ok = true;
        Str rest = str_from(CASES[i].text);
        Str line;
        for (int number = 1; ok && str_line(&rest, &line); number++) {
            Statement statement = {
                .text = line, .position = {number, 1}, .class = statement_classify(line)};
            ok = shape_add_verify(&shape, &statement, "v.sql", &err);
        }
        assert_int_equal(ok, CASES[i].message == NULL);
        if (ok)
            assert_int_equal(shape.statements, CASES[i].statements);
        else
            assert_string_equal(err.message, CASES[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_verify_scripts),
        cmocka_unit_test(test_first_not_transactional),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
