#include "catalog/snapshot_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum {
    CLASS = 1259,
    TYPE = 1247,
    DEFAULT = 2604
};

typedef struct Given {
    Arena *arena;
    Snapshot snapshot;
    SnapshotStandIns stand_ins;
    SnapshotDependencies dependencies;
} Given;

static void have(Given *given, const char *kind, const char *identity, SnapshotAddress address)
{
    *vec_append(given->arena, &given->snapshot.objects) =
        (SnapshotObject){.kind = kind, .identity = identity, .text = "", .address = address};
}

static void depends(Given *given, SnapshotAddress of, SnapshotAddress on, char kind)
{
    *vec_append(given->arena, &given->dependencies) = (SnapshotDependency){of, on, kind};
}

static void stands(Given *given, SnapshotAddress address, SnapshotAddress stands_for,
                   bool is_default)
{
    *vec_append(given->arena, &given->stand_ins) =
        (SnapshotStandIn){address, stands_for, is_default};
}

static const char *edges(Given *given)
{
    const char *all = "";
    Snapshot *snapshot = &given->snapshot;
    snapshot_seal(given->arena, snapshot);
    snapshot_link(given->arena, snapshot, &given->stand_ins, &given->dependencies);
    VEC_EACH (const SnapshotEdge, edge, &snapshot->edges)
        all = arena_printf(given->arena, "%s%s -%c> %s\n", all,
                           snapshot->objects.items[edge->from].identity, (char)edge->kind,
                           snapshot->objects.items[edge->to].identity);
    return all;
}

static void a_part_depends_on_the_whole(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Given given = {.arena = arena};
    have(&given, "table", "t", (SnapshotAddress){CLASS, 1, 0});
    have(&given, "column", "t.a", (SnapshotAddress){CLASS, 1, 1});
    have(&given, "comment", "table column t.a", (SnapshotAddress){CLASS, 1, 1});
    assert_string_equal(edges(&given), "t.a -a> t\ntable column t.a -a> t.a\n");
}

static void what_has_no_object_stands_for_one_that_has(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Given given = {.arena = arena};
    have(&given, "table", "t", (SnapshotAddress){CLASS, 1, 0});
    have(&given, "column", "t.a", (SnapshotAddress){CLASS, 1, 1});
    have(&given, "sequence", "s", (SnapshotAddress){CLASS, 2, 0});
    have(&given, "table", "u", (SnapshotAddress){CLASS, 3, 0});
    have(&given, "column", "u.rows", (SnapshotAddress){CLASS, 3, 1});
    stands(&given, (SnapshotAddress){DEFAULT, 9, 0}, (SnapshotAddress){CLASS, 1, 1}, true);
    stands(&given, (SnapshotAddress){TYPE, 11, 0}, (SnapshotAddress){TYPE, 10, 0}, false);
    stands(&given, (SnapshotAddress){TYPE, 10, 0}, (SnapshotAddress){CLASS, 1, 0}, false);
    depends(&given, (SnapshotAddress){DEFAULT, 9, 0}, (SnapshotAddress){CLASS, 2, 0}, 'n');
    depends(&given, (SnapshotAddress){DEFAULT, 9, 0}, (SnapshotAddress){CLASS, 1, 1}, 'a');
    depends(&given, (SnapshotAddress){CLASS, 3, 1}, (SnapshotAddress){TYPE, 11, 0}, 'n');
    assert_string_equal(edges(&given), "t.a -d> s\nt.a -a> t\nu.rows -n> t\nu.rows -a> u\n");
}

static void a_part_without_an_object_is_the_whole(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Given given = {.arena = arena};
    have(&given, "index", "i", (SnapshotAddress){CLASS, 1, 0});
    have(&given, "view", "v", (SnapshotAddress){CLASS, 2, 0});
    depends(&given, (SnapshotAddress){CLASS, 2, 0}, (SnapshotAddress){CLASS, 1, 3}, 'n');
    depends(&given, (SnapshotAddress){CLASS, 2, 0}, (SnapshotAddress){CLASS, 1, 4}, 'n');
    depends(&given, (SnapshotAddress){CLASS, 2, 0}, (SnapshotAddress){CLASS, 77, 0}, 'n');
    assert_string_equal(edges(&given), "v -n> i\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_depends_on_the_whole),
        cmocka_unit_test(what_has_no_object_stands_for_one_that_has),
        cmocka_unit_test(a_part_without_an_object_is_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
