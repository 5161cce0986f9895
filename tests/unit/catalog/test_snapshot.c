#include "catalog/snapshot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void add(Arena *arena, Snapshot *snapshot, const char *kind, const char *identity,
                const char *parent, const char *text)
{
    *vec_append(arena, &snapshot->objects) =
        (SnapshotObject){.kind = kind, .identity = identity, .parent = parent, .text = text};
}

static Snapshot small(Arena *arena)
{
    Snapshot snapshot = {.server_major = 15};
    add(arena, &snapshot, "table", "app.t", NULL, "owner: app\n");
    add(arena, &snapshot, "column", "app.t.a", "app.t", "position: 1\ntype: integer\n");
    return snapshot;
}

static const char *compare(Arena *arena, Snapshot *then, Snapshot *now, SnapshotScope scope)
{
    Differences differences;
    snapshot_seal(arena, then);
    snapshot_seal(arena, now);
    snapshot_compare(arena, then, now, scope, 3, &differences);
    const char *all = "";
    VEC_EACH (const char *, line, &differences)
        all = arena_printf(arena, "%s%s\n", all, *line);
    return all;
}

static void the_order_of_making_does_not_count(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot one = small(arena);
    Snapshot other = {.server_major = 15};
    add(arena, &other, "column", "app.t.a", "app.t", "position: 1\ntype: integer\n");
    add(arena, &other, "table", "app.t", NULL, "owner: app\n");
    snapshot_seal(arena, &one);
    snapshot_seal(arena, &other);
    assert_string_equal(one.fingerprint, other.fingerprint);
    assert_string_equal(one.objects.items[0].kind, "column");
}

static void each_part_of_an_object_counts(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const char *const PARTS[][3] = {
        {"table", "app.t", "owner: app\n"}, {"view", "app.t", "owner: app\n"},
        {"table", "app.u", "owner: app\n"}, {"table", "app.t", "owner: other\n"},
        {"tableapp", ".t", "owner: app\n"},
    };
    Snapshot snapshots[5];
    for (size_t i = 0; i < 5; i++) {
        snapshots[i] = (Snapshot){.server_major = 15};
        add(arena, &snapshots[i], PARTS[i][0], PARTS[i][1], NULL, PARTS[i][2]);
        snapshot_seal(arena, &snapshots[i]);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(snapshots[i].fingerprint, snapshots[j].fingerprint);
    }
    Snapshot newer = small(arena);
    newer.server_major = 16;
    Snapshot older = small(arena);
    snapshot_seal(arena, &newer);
    snapshot_seal(arena, &older);
    assert_string_not_equal(newer.fingerprint, older.fingerprint);
}

// As a manifest has them.
static void without_texts_the_hashes_stand(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot with = small(arena);
    snapshot_seal(arena, &with);
    Snapshot without = {.server_major = 15};
    VEC_EACH (const SnapshotObject, object, &with.objects) {
        SnapshotObject *copy = vec_append(arena, &without.objects);
        *copy = *object;
        copy->text = NULL;
    }
    snapshot_seal(arena, &without);
    assert_string_equal(with.fingerprint, without.fingerprint);
    assert_string_equal(compare(arena, &without, &with, SNAPSHOT_WHOLE), "");
    with.objects.items[0].text = "position: 2\ntype: integer\n";
    assert_string_equal(compare(arena, &without, &with, SNAPSHOT_WHOLE),
                        "column app.t.a: changed\n");
}

static void no_value_looks_like_another_attribute(void **state)
{
    ARENA_SCOPED arena = arena_new();
    SnapshotAttribute one[] = {{"comment", "a\nowner: b"}, {"none", NULL}};
    SnapshotAttribute two[] = {{"comment", "a"}, {"owner", "b"}};
    assert_string_equal(snapshot_text(arena, one, 2), "comment: a\n  owner: b\n");
    assert_string_equal(snapshot_text(arena, two, 2), "comment: a\nowner: b\n");
    SnapshotAttribute three[] = {{"privileges", "{app=r/app}"},
                                 {"source", "(((a) AND (b)) AND (c))"},
                                 {"definition", "(((a) AND (b)) AND (c))"}};
    assert_string_equal(snapshot_text(arena, three, 3),
                        "privileges: app: SELECT\nsource: (((a) AND (b)) AND (c))\n"
                        "definition: ((a) AND (b) AND (c))\n");
}

static void what_was_changed_is_said(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot then = small(arena);
    Snapshot now = small(arena);
    assert_string_equal(compare(arena, &then, &now, SNAPSHOT_WHOLE), "");
    now = small(arena);
    now.objects.items[1].text = "position: 1\ntype: bigint\nnot null: yes\n";
    assert_string_equal(
        compare(arena, &then, &now, SNAPSHOT_WHOLE),
        "column app.t.a: changed, type integer -> bigint; not null (none) -> yes\n");
    assert_string_equal(
        compare(arena, &now, &then, SNAPSHOT_WHOLE),
        "column app.t.a: changed, type bigint -> integer; not null yes -> (none)\n");
}

static void of_a_long_value_the_line_is_said(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot then = {.server_major = 15};
    Snapshot now = {.server_major = 15};
    add(arena, &then, "function", "app.f()", NULL, "source: one\n  two\n  three\nowner: a\n");
    add(arena, &now, "function", "app.f()", NULL, "source: one\n  2\n  three\nowner: a\n");
    assert_string_equal(compare(arena, &then, &now, SNAPSHOT_WHOLE),
                        "function app.f(): changed, source line 2: two -> 2\n");
    now.objects.items[0].text = "source: one\n  two\nowner: a\n";
    assert_string_equal(compare(arena, &then, &now, SNAPSHOT_WHOLE),
                        "function app.f(): changed, source line 3: three -> (no such line)\n");
}

static void what_belongs_to_something_missing_is_not_said_again(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot then = small(arena);
    Snapshot now = {.server_major = 15};
    assert_string_equal(compare(arena, &then, &now, SNAPSHOT_WHOLE), "table app.t: missing\n");
    assert_string_equal(compare(arena, &now, &then, SNAPSHOT_WHOLE), "table app.t: added\n");
    add(arena, &now, "table", "app.t", NULL, "owner: app\n");
    assert_string_equal(compare(arena, &then, &now, SNAPSHOT_WHOLE), "column app.t.a: missing\n");
}

static void the_rest_is_counted(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot then = {.server_major = 15};
    Snapshot now = {.server_major = 15};
    for (int i = 0; i < 5; i++)
        add(arena, &then, "schema", arena_printf(arena, "s%d", i), NULL, "owner: app\n");
    add(arena, &then, "table", "s4.t", "s4", "owner: app\n"); // not counted either
    assert_string_equal(compare(arena, &then, &now, SNAPSHOT_WHOLE),
                        "schema s0: missing\nschema s1: missing\nschema s2: missing\nand 2 more\n");
}

static void gaps_are_differences(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot then = small(arena);
    Snapshot now = small(arena);
    *vec_append(arena, &now.gaps) = (SnapshotGap){"subscription", "not readable", 2};
    assert_string_equal(compare(arena, &then, &now, SNAPSHOT_WHOLE),
                        "subscription: 2 not compared, not readable\n");
}

static void what_no_dump_carries_is_not_compared_with_a_copy(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot then = small(arena);
    Snapshot now = small(arena);
    add(arena, &then, "invalid index", "app.i", "app.t", "definition: x\n");
    add(arena, &then, "materialized view state", "app.m", "app.m", "populated: no\n");
    assert_string_equal(compare(arena, &then, &now, SNAPSHOT_DUMPED_SCHEMA), "");
    assert_string_equal(compare(arena, &then, &now, SNAPSHOT_DUMPED),
                        "materialized view state app.m: missing\n");
    assert_string_equal(compare(arena, &then, &now, SNAPSHOT_WHOLE),
                        "invalid index app.i: missing\nmaterialized view state app.m: missing\n");
}

static void without_roles_it_is_the_databases_own(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot bare = small(arena);
    Snapshot whole = small(arena);
    whole.has_roles = true;
    snapshot_seal(arena, &bare);
    snapshot_seal(arena, &whole);
    assert_string_not_equal(whole.fingerprint, bare.fingerprint); // that there are none is known
    add(arena, &whole, "membership", "a in b", NULL, "");
    add(arena, &whole, "role", "a", NULL, "login: yes\n");
    snapshot_seal(arena, &whole);
    for (uint32_t i = 0; i < 4; i++)
        *vec_append(arena, &whole.edges) = (SnapshotEdge){i, 3, SNAPSHOT_EDGE_NORMAL};
    Snapshot rest = snapshot_without_roles(arena, &whole);
    assert_string_equal(rest.fingerprint, bare.fingerprint);
    assert_int_equal(rest.objects.len, 2);
    assert_string_equal(rest.objects.items[1].kind, "table");
    assert_int_equal(rest.edges.len, 2); // column, table; not role and membership
    assert_int_equal(rest.edges.items[0].to, 1);
    assert_int_equal(whole.objects.len, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_making_does_not_count),
        cmocka_unit_test(each_part_of_an_object_counts),
        cmocka_unit_test(without_texts_the_hashes_stand),
        cmocka_unit_test(no_value_looks_like_another_attribute),
        cmocka_unit_test(what_was_changed_is_said),
        cmocka_unit_test(of_a_long_value_the_line_is_said),
        cmocka_unit_test(what_belongs_to_something_missing_is_not_said_again),
        cmocka_unit_test(the_rest_is_counted),
        cmocka_unit_test(gaps_are_differences),
        cmocka_unit_test(what_no_dump_carries_is_not_compared_with_a_copy),
        cmocka_unit_test(without_roles_it_is_the_databases_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
