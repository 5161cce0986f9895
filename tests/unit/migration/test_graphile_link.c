#include "migration/graphile_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// What graphile-migrate's own rule gives: SHA-1 of "previous\nbody\n".
#define HASH_A "sha1:39956cbf4f8e67b4dc288f2fdbc3bdebd35fe0f3" // create table a ();
#define HASH_B "sha1:943af766d15be4aabb93f91332f9704c70754572" // behind A, without a transaction
#define HASH_C "sha1:102d8a427a57dfb7fbbc8fb492cdeacf40f90198" // with a carriage return
#define FILE_A "--! Previous: -\n--! Hash: " HASH_A "\n\ncreate table a ();\n"
#define FILE_B "--! Previous: " HASH_A "\n--! Hash: " HASH_B "\n\n--! no-transaction\nvacuum a;\n"

typedef struct Read {
    const void *link;
    bool is_no_transaction;
    const char *outcome; // "" or "FILE:LINE:COLUMN: MESSAGE (HINT)"
} Read;

static Read read_pieces(Arena *arena, const char *file, const void *previous, const char *text,
                        size_t piece)
{
    void *link = GRAPHILE_CHAIN.begin(arena, file, previous);
    Script up = {0};
    Err err = {0};
    for (Str rest = str_from(text); rest.n;) {
        size_t size = rest.n < piece ? rest.n : piece;
        GRAPHILE_CHAIN.feed(link, (Str){rest.p, size});
        rest = str_skip(rest, size);
    }
    bool ok = GRAPHILE_CHAIN.end(link, &up, &err);
    return (Read){link, up.directives.no_transaction,
                  ok ? ""
                     : arena_printf(arena, "%s:%d:%d: %s (%s)", err.file, err.position.line,
                                    err.position.column, err.message, err.hint)};
}

static Read read_file(Arena *arena, const char *file, const void *previous, const char *text)
{
    Read whole = read_pieces(arena, file, previous, text, 1024 * 1024);
    Read bytes = read_pieces(arena, file, previous, text, 1);
    assert_string_equal(whole.outcome, bytes.outcome);
    assert_int_equal(whole.is_no_transaction, bytes.is_no_transaction);
    return whole;
}

static void test_chain(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Read a = read_file(arena, "1.sql", NULL, FILE_A);
    Read b = read_file(arena, "2.sql", a.link, FILE_B);
    assert_string_equal(a.outcome, "");
    assert_string_equal(b.outcome, "");
    assert_false(a.is_no_transaction);
    assert_true(b.is_no_transaction);
    assert_string_equal(graphile_link_hash(a.link), HASH_A);
    assert_string_equal(graphile_link_hash(NULL), "-");
}

// Blank space around the body, and carriage returns that somebody's git put in.
static void test_same_hash(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const char *const SAME[] = {
        "--! Previous: -\n--! Hash: " HASH_A "\n\n\n \t\ncreate table a ();\n\n  \n",
        "--! Previous: -\n--! Hash: " HASH_A "\n\ncreate table a ();",
        "--! Previous: -\r\n--! Hash: " HASH_A "\r\n\r\ncreate table a ();\r\n",
        "--! Previous: -\n--! Hash: " HASH_A "\n--! Message: a: b\n\ncreate table a ();\n",
        "--! Previous: -\n--! Hash: " HASH_C "\n\ncreate table c ();\r\nselect 1;\n",
    };
    for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++)
        assert_string_equal(read_file(arena, "1.sql", NULL, SAME[i]).outcome, "");
}

#define BACK   "(bring the folder back to what was committed: git status, git log)"
#define COMMIT "(commit it first: graphile-migrate commit)"

static const struct {
    const char *text;
    const char *expected;
} FIRST[] = {
    {"",
     "1.sql:1:1: a committed migration begins with \"--! Previous:\" and \"--! Hash:\" " COMMIT},
    {"select 1;\n",
     "1.sql:1:1: a committed migration begins with \"--! Previous:\" and \"--! Hash:\" " COMMIT},
    {"--! Previous: -\n\nselect 1;\n",
     "1.sql:1:1: there is no \"--! Hash:\" in the header " COMMIT},
    {"--! Previous: -\n--! Hash: " HASH_A "\ncreate table a ();\n",
     "1.sql:3:1: an empty line has to stand behind the header (put an empty line before this one)"},
    {"--! Previous: -\n--! Previous: -\n--! Hash: " HASH_A "\n\ncreate table a ();\n",
     "1.sql:2:1: the header Previous is said twice (keep one of the two lines)"},
    {"--! Previous: sha1:00\n--! Hash: " HASH_A "\n\ncreate table a ();\n",
     "1.sql:1:1: this is the first file, and follows sha1:00 " BACK},
    {"--! Previous: -\n--! Hash: " HASH_A "\n\ncreate table a (id int);\n",
     "1.sql:2:1: the file was changed after it was committed: its hash is "
     "sha1:42d573d5e881e52c4db4b8d53c7b1fe60d48fef0 (put the committed text back, or allow "
     "it with a line \"--! AllowInvalidHash\" in the header)"},
    {"--! Previous: -\n--! Hash: " HASH_A "\n--! AllowInvalidHash\n\ncreate table a (id int);\n",
     ""},
    {"--! Previous: -\n--! Hash: " HASH_A "\n--! AllowInvalidHash\n\ncreate table a ();\n",
     "1.sql:2:1: the hash is right, though it is allowed to be wrong (take the line \"--! "
     "AllowInvalidHash\" out)"},
    {"--! Previous: -\n--! Hash: x\n\nselect 1;\n--!include functions/f.sql \n",
     "1.sql:5:1: fixture functions/f.sql was not included: a committed migration holds its text "
     "(write the fixture's SQL in its place, or commit the migration anew: graphile-migrate "
     "uncommit, then commit)"},
};

static void test_first(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof FIRST / sizeof FIRST[0]; i++)
        assert_string_equal(read_file(arena, "1.sql", NULL, FIRST[i].text).outcome,
                            FIRST[i].expected);
}

static void test_broken_chain(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Read other = read_file(arena, "1.sql", NULL,
                           "--! Previous: -\n--! Hash: sha1:77\n--! AllowInvalidHash\n\nx;\n");
    assert_string_equal(read_file(arena, "2.sql", other.link, FILE_B).outcome,
                        "2.sql:1:1: the chain of hashes is broken: this follows " HASH_A
                        ", but 1.sql is sha1:77 " BACK);
    // of a file without a header nothing is known: it has an error of its own
    Read unknown = read_file(arena, "1.sql", NULL, "select 1;\n");
    assert_string_equal(read_file(arena, "2.sql", unknown.link, FILE_B).outcome, "");
}

// Only the body's first line counts, and only as a word.
static void test_no_transaction(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const struct {
        const char *body;
        bool is_said;
    } BODIES[] = {
        {"--! no-transaction\nvacuum;", true},   {"\n\n--!no-transaction\nvacuum;", true},
        {"--! no-transactions\nvacuum;", false}, {"-- x\n--! no-transaction\nvacuum;", false},
        {"-- no-transaction\nvacuum;", false},   {"  --! no-transaction\nvacuum;", false},
    };
    for (size_t i = 0; i < sizeof BODIES / sizeof BODIES[0]; i++) {
        const char *text = arena_printf(
            arena, "--! Previous: -\n--! Hash: x\n--! AllowInvalidHash\n\n%s\n", BODIES[i].body);
        if (read_file(arena, "1.sql", NULL, text).is_no_transaction != BODIES[i].is_said)
            fail_msg("%s", BODIES[i].body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain),          cmocka_unit_test(test_same_hash),
        cmocka_unit_test(test_first),          cmocka_unit_test(test_broken_chain),
        cmocka_unit_test(test_no_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
