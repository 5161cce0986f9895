#include "run/backup/create_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void add(Arena *arena, DataFacts *facts, SequenceFact sequence)
{
    *vec_append(arena, &facts->sequences) = sequence;
}

// Sequences obey no snapshot: what the dump sets is what a restored one must have.
static void test_sequences_are_the_dumps(void **state)
{
    ARENA_SCOPED arena = arena_new();
    BackupContents contents = {0};
    DataFacts facts = {0};
    contents_add_statement(arena, &contents, STR("SELECT pg_catalog.setval('b.up', 7, true);"));
    contents_add_statement(arena, &contents, STR("SELECT pg_catalog.setval('a.down', -3, false);"));
    add(arena, &facts, (SequenceFact){"a", "down", -1, true, true});
    add(arena, &facts, (SequenceFact){"a", "not_in_the_dump", 4, true, false});
    add(arena, &facts, (SequenceFact){"b", "up", 99, true, false});
    create_merge_sequences(arena, &contents, &facts);
    assert_int_equal(facts.sequences.len, 2);
    assert_string_equal(facts.sequences.items[0].name, "down");
    assert_int_equal(facts.sequences.items[0].last_value, -3);
    assert_false(facts.sequences.items[0].is_called);
    assert_true(facts.sequences.items[0].is_descending);
    assert_string_equal(facts.sequences.items[1].name, "up");
    assert_int_equal(facts.sequences.items[1].last_value, 7);
}

static void test_a_dump_that_sets_none(void **state)
{
    ARENA_SCOPED arena = arena_new();
    BackupContents contents = {0};
    DataFacts facts = {0};
    add(arena, &facts, (SequenceFact){"a", "s", 4, true, false});
    create_merge_sequences(arena, &contents, &facts);
    assert_int_equal(facts.sequences.len, 0);
}

static void test_room_depends_on_compression(void **state)
{
    Creation creation = {.row_bytes = 1000, .compression = "none"};
    int64_t bare = create_expected_bytes(&creation);
    creation.compression = "gzip:1";
    assert_true(create_expected_bytes(&creation) < bare);
    creation.row_bytes = 0;
    assert_int_equal(create_expected_bytes(&creation), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sequences_are_the_dumps),
        cmocka_unit_test(test_a_dump_that_sets_none),
        cmocka_unit_test(test_room_depends_on_compression),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
