#include "catalog/schema_change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static Snapshot empty(void)
{
    return (Snapshot){.server_major = 15, .has_edges = true};
}

static void have(Arena *arena, Snapshot *snapshot, const char *kind, const char *identity,
                 const char *parent, const char *text)
{
    *vec_append(arena, &snapshot->objects) =
        (SnapshotObject){.kind = kind, .identity = identity, .parent = parent, .text = text};
}

static uint32_t place(const Snapshot *snapshot, const char *identity)
{
    for (uint32_t i = 0; i < snapshot->objects.len; i++)
        if (strcmp(snapshot->objects.items[i].identity, identity) == 0)
            return i;
    fail_msg("%s is not there", identity);
    return 0;
}

static void depends(Arena *arena, Snapshot *snapshot, const char *from, const char *to,
                    SnapshotEdgeKind kind)
{
    *vec_append(arena, &snapshot->edges) =
        (SnapshotEdge){place(snapshot, from), place(snapshot, to), kind};
}

static const char *change(Arena *arena, Snapshot *then, Snapshot *now)
{
    SchemaChange change;
    const char *all = "";
    bool is_done = schema_change(arena, then, now, SNAPSHOT_WHOLE, &change);
    if (is_done)
        VEC_EACH (const DdlStatement, statement, &change.statements)
            all = arena_printf(arena, "%s%s;\n", all, statement->sql);
    else
        VEC_EACH (const char *const, refusal, &change.refusals)
            all = arena_printf(arena, "%sno: %s\n", all, *refusal);
    return all;
}

static Snapshot two_tables(Arena *arena)
{
    Snapshot snapshot = empty();
    have(arena, &snapshot, "column", "s.a.x", "s.a", "type: integer\n");
    have(arena, &snapshot, "column", "s.b.x", "s.b", "type: integer\n");
    have(arena, &snapshot, "constraint", "k on s.a", "s.a",
         "definition: FOREIGN KEY (x) REFERENCES s.b(x)\n");
    have(arena, &snapshot, "constraint", "k on s.b", "s.b",
         "definition: FOREIGN KEY (x) REFERENCES s.a(x)\n");
    have(arena, &snapshot, "table", "s.a", NULL, "");
    have(arena, &snapshot, "table", "s.b", NULL, "");
    snapshot_seal(arena, &snapshot);
    depends(arena, &snapshot, "s.a.x", "s.a", SNAPSHOT_EDGE_PART);
    depends(arena, &snapshot, "s.b.x", "s.b", SNAPSHOT_EDGE_PART);
    depends(arena, &snapshot, "k on s.a", "s.a.x", SNAPSHOT_EDGE_PART);
    depends(arena, &snapshot, "k on s.a", "s.b.x", SNAPSHOT_EDGE_NORMAL);
    depends(arena, &snapshot, "k on s.b", "s.b.x", SNAPSHOT_EDGE_PART);
    depends(arena, &snapshot, "k on s.b", "s.a.x", SNAPSHOT_EDGE_NORMAL);
    return snapshot;
}

static void tables_that_need_each_other_come_and_go(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot nothing = empty();
    Snapshot both = two_tables(arena);
    snapshot_seal(arena, &nothing);
    assert_string_equal(
        change(arena, &nothing, &both),
        "CREATE TABLE s.a (\n    x integer\n);\nCREATE TABLE s.b (\n    x integer\n);\n"
        "ALTER TABLE s.a ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES s.b(x);\n"
        "ALTER TABLE s.b ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES s.a(x);\n");
    assert_string_equal(change(arena, &both, &nothing),
                        "ALTER TABLE s.a DROP CONSTRAINT k;\nALTER TABLE s.b DROP CONSTRAINT k;\n"
                        "DROP TABLE s.a;\nDROP TABLE s.b;\n");
    assert_string_equal(change(arena, &both, &both), "");
}

static Snapshot with_view(Arena *arena, const char *type)
{
    Snapshot snapshot = empty();
    have(arena, &snapshot, "column", "s.a.x", "s.a", arena_printf(arena, "type: %s\n", type));
    have(arena, &snapshot, "table", "s.a", NULL, "");
    have(arena, &snapshot, "view", "s.v", NULL, "columns: x\ndefinition: SELECT x FROM s.a;\n");
    have(arena, &snapshot, "view", "s.w", NULL, "columns: x\ndefinition: SELECT x FROM s.v;\n");
    snapshot_seal(arena, &snapshot);
    depends(arena, &snapshot, "s.a.x", "s.a", SNAPSHOT_EDGE_PART);
    depends(arena, &snapshot, "s.v", "s.a.x", SNAPSHOT_EDGE_NORMAL);
    depends(arena, &snapshot, "s.w", "s.v", SNAPSHOT_EDGE_NORMAL);
    return snapshot;
}

static void views_stand_aside_for_a_type(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot then = with_view(arena, "integer");
    Snapshot now = with_view(arena, "bigint");
    assert_string_equal(
        change(arena, &then, &now),
        "DROP VIEW s.w;\nDROP VIEW s.v;\n"
        "ALTER TABLE s.a ALTER COLUMN x TYPE bigint;\n"
        "CREATE VIEW s.v AS\nSELECT x FROM s.a;\nCREATE VIEW s.w AS\nSELECT x FROM s.v;\n");
}

static void what_cannot_be_worked_out_is_refused(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot then = two_tables(arena);
    Snapshot now = two_tables(arena);
    depends(arena, &now, "s.a", "s.b.x", SNAPSHOT_EDGE_NORMAL);
    depends(arena, &now, "s.b", "s.a.x", SNAPSHOT_EDGE_NORMAL);
    Snapshot nothing = empty();
    snapshot_seal(arena, &nothing);
    assert_string_equal(
        change(arena, &nothing, &now),
        "no: 4 steps wait for each other: constraint k on s.a, constraint k on s.b, "
        "table s.a, table s.b\n");
    now.server_major = 16;
    assert_non_null(strstr(change(arena, &then, &now), "PostgreSQL 15 and 16"));
    then.has_edges = false;
    now.server_major = 15;
    assert_non_null(strstr(change(arena, &then, &now), "is not known before"));
    then.has_edges = true;
    *vec_append(arena, &then.gaps) = (SnapshotGap){"subscription", "secret", 1};
    assert_non_null(strstr(change(arena, &then, &now), "no: subscription: 1 of it"));
}

static void place_at(Snapshot *snapshot, const char *identity, uint32_t oid, int32_t number)
{
    snapshot->objects.items[place(snapshot, identity)].address =
        (SnapshotAddress){1259, oid, number};
}

// Two tables and a constraint that reads both columns of the one with oid 1.
static Snapshot named(Arena *arena, const char *one, const char *other, const char *x,
                      const char *y, const char *check)
{
    Snapshot snapshot = empty();
    const char *a = arena_printf(arena, "%s.%s", one, x);
    const char *b = arena_printf(arena, "%s.%s", one, y);
    const char *k = arena_printf(arena, "k on %s", one);
    snapshot.database = "the same";
    have(arena, &snapshot, "column", a, one, "type: integer\n");
    have(arena, &snapshot, "column", b, one, "type: integer\n");
    have(arena, &snapshot, "constraint", k, one, arena_printf(arena, "definition: %s\n", check));
    have(arena, &snapshot, "table", one, NULL, "");
    have(arena, &snapshot, "table", other, NULL, "");
    snapshot_seal(arena, &snapshot);
    place_at(&snapshot, one, 1, 0);
    place_at(&snapshot, a, 1, 1);
    place_at(&snapshot, b, 1, 2);
    place_at(&snapshot, other, 2, 0);
    place_at(&snapshot, k, 3, 0);
    depends(arena, &snapshot, a, one, SNAPSHOT_EDGE_PART);
    depends(arena, &snapshot, b, one, SNAPSHOT_EDGE_PART);
    depends(arena, &snapshot, k, a, SNAPSHOT_EDGE_PART);
    depends(arena, &snapshot, k, b, SNAPSHOT_EDGE_PART);
    return snapshot;
}

static void in_one_database_names_are_swapped_by_a_third(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot then = named(arena, "s.a", "s.b", "x", "y", "CHECK ((x > y))");
    Snapshot now = named(arena, "s.b", "s.a", "y", "z", "CHECK ((y > z))");
    assert_string_equal(change(arena, &then, &now),
                        "ALTER TABLE s.a RENAME COLUMN y TO z;\n"
                        "ALTER TABLE s.a RENAME COLUMN x TO y;\n"
                        "ALTER TABLE s.a RENAME TO migrate_safe_aside_1;\n"
                        "ALTER TABLE s.b RENAME TO a;\n"
                        "ALTER TABLE s.migrate_safe_aside_1 RENAME TO b;\n");
}

static void a_text_that_did_not_follow_is_changed(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot then = named(arena, "s.a", "s.b", "x", "y", "CHECK ((x > y))");
    Snapshot now = named(arena, "s.a", "s.b", "y", "x", "CHECK ((x > y))");
    const char *sql = change(arena, &then, &now);
    assert_non_null(strstr(sql, "ALTER TABLE s.a DROP CONSTRAINT k;\n"));
    assert_non_null(strstr(sql, "ALTER TABLE s.a ADD CONSTRAINT k CHECK ((x > y));\n"));
    now.database = "another";
    sql = change(arena, &then, &now);
    assert_null(strstr(sql, "RENAME"));
}

static void a_script_is_divided_around_what_stands_outside(void **state)
{
    ARENA_SCOPED arena = arena_new();
    SchemaChange change = {0};
    *vec_append(arena, &change.statements) = (DdlStatement){.sql = "A", .loss = "rows\nof t"};
    *vec_append(arena, &change.statements) = (DdlStatement){.sql = "B", .is_outside = true};
    *vec_append(arena, &change.statements) = (DdlStatement){.sql = "C"};
    const char *script = schema_change_script(arena, &change, NULL);
    assert_non_null(strstr(script,
                           "BEGIN;\n\n-- loses: rows of t\nA;\nCOMMIT;\n\nB;\nBEGIN;\n\nC;\n"
                           "\nCOMMIT;\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_that_need_each_other_come_and_go),
        cmocka_unit_test(views_stand_aside_for_a_type),
        cmocka_unit_test(what_cannot_be_worked_out_is_refused),
        cmocka_unit_test(in_one_database_names_are_swapped_by_a_third),
        cmocka_unit_test(a_text_that_did_not_follow_is_changed),
        cmocka_unit_test(a_script_is_divided_around_what_stands_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
