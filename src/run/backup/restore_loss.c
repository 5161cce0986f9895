#include "run/backup/restore_loss.h"

#include "base/text.h"
#include "run/backup/facts.h"
#include "run/backup/restore_compare.h"
#include "run/snapshot.h"
#include "sql/quote.h"

#include <string.h>

bool table_loss_is_any(const TableLoss *table)
{
    return table->only_live || table->only_backup || table->changed || table->late ||
           table->late_gone || table->unknown || table->columns || table->is_new || table->is_gone;
}

static int order_of(const TableShape *a, const TableShape *b)
{
    int by_schema = strcmp(a->schema, b->schema);
    return by_schema ? by_schema : strcmp(a->name, b->name);
}

static int by_name(const void *left, const void *right)
{
    return order_of(left, right);
}

static const char *relation_of(Arena *arena, const TableLoss *table)
{
    return arena_printf(arena, "%s.%s", quote_identifier(arena, table->schema),
                        quote_identifier(arena, table->name));
}

// All rows of a table that the other side has not got.
static bool count_all(Arena *arena, Session *session, const TableLoss *table, int64_t *ret_count,
                      Err *err)
{
    Rows rows;
    if (!session_query(session, arena,
                       arena_printf(arena, "SELECT pg_catalog.count(*) FROM ONLY %s",
                                    relation_of(arena, table)),
                       0, NULL, &rows, err))
        return false;
    *ret_count = rows_int(&rows, 0, 0);
    return true;
}

// A failure that concerns one table alone (a lock that somebody keeps, a row security policy) is
// what is said of that table.
static bool is_of_table(const Err *err, const Session *live, const Session *copy)
{
    return err->class == ERR_SERVER && session_is_alive(live) && session_is_alive(copy);
}

static bool compare_one(Arena *arena, Session *live, Session *copy, const TableShape *of_live,
                        const TableShape *of_copy, TableLoss *table, Err *err)
{
    TableDifference difference;
    Err failed = {0};
    bool ok;
    if (!of_copy) {
        table->is_new = true;
        if (!session_exec(live, "SAVEPOINT migrate_safe_table", err))
            return false;
        ok = count_all(arena, live, table, &table->only_live, &failed);
        table->live_rows = table->only_live;
        if (session_is_alive(live) &&
            !session_exec(live, "ROLLBACK TO SAVEPOINT migrate_safe_table", err))
            return false;
    } else if (!of_live) {
        table->is_gone = true;
        ok = count_all(arena, copy, table, &table->only_backup, &failed);
    } else {
        ok = compare_tables(arena, live, copy, of_live, of_copy, &difference, &failed);
        if (ok) {
            table->live_rows = difference.live_rows;
            table->only_live = difference.only_live;
            table->only_backup = difference.only_copy;
            table->changed = difference.changed;
            table->has_no_key = difference.has_no_key;
            table->columns = difference.columns;
        }
    }
    if (ok)
        return true;
    if (!is_of_table(&failed, live, copy)) {
        *err = failed;
        return false;
    }
    table->unknown = arena_strdup(arena, failed.message);
    return true;
}

static bool compare_all(Arena *arena, Session *live, Session *copy, const LossOptions *options,
                        Loss *loss, Err *err)
{
    TableShapes of_live;
    TableShapes of_copy;
    if (!table_shapes(arena, live, options->schema, &of_live, err) ||
        !table_shapes(arena, copy, options->schema, &of_copy, err))
        return false;
    vec_sort(&of_live, by_name);
    vec_sort(&of_copy, by_name);
    for (size_t i = 0, j = 0; i < of_live.len || j < of_copy.len;) {
        const TableShape *a = i < of_live.len ? &of_live.items[i] : NULL;
        const TableShape *b = j < of_copy.len ? &of_copy.items[j] : NULL;
        int order = !a ? 1 : !b ? -1 : order_of(a, b);
        a = order <= 0 ? a : NULL;
        b = order >= 0 ? b : NULL;
        TableLoss table = {.schema = (a ? a : b)->schema, .name = (a ? a : b)->name};
        if (!compare_one(arena, live, copy, a, b, &table, err))
            return false;
        *vec_append(arena, &loss->tables) = table;
        i += a != NULL;
        j += b != NULL;
    }
    return true;
}

static void sum_up(Loss *loss)
{
    loss->only_live = loss->only_backup = loss->changed = loss->unknown = 0;
    loss->late = loss->late_gone = 0;
    VEC_EACH (const TableLoss, table, &loss->tables) {
        loss->only_live += table->only_live;
        loss->only_backup += table->only_backup;
        loss->changed += table->changed;
        loss->unknown += table->unknown != NULL;
        loss->late += table->late;
        loss->late_gone += table->late_gone;
    }
}

bool loss_count(Arena *arena, Session *live, Session *copy, const LossOptions *options, Loss *loss,
                Err *err)
{
    Rows rows;
    Loss found = {.since = loss->since};
    if (!compare_prepare(live, copy, err))
        return false;
    bool ok = session_exec(live,
                           "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
                           "SET LOCAL lock_timeout = '2s'",
                           err) &&
              session_query(live, arena, "SELECT pg_catalog.pg_current_snapshot()", 0, NULL, &rows,
                            err) &&
              compare_all(arena, live, copy, options, &found, err);
    if (ok)
        found.snapshot = rows_text(&rows, 0, 0);
    session_rollback(live);
    if (!ok)
        return false;
    found.is_known = true;
    sum_up(&found);
    *loss = found;
    return true;
}

enum {
    OTHERS_MOST = 40
};

static bool compare_schemas(Arena *arena, Session *live, Session *copy, const LossOptions *options,
                            Differences *others, Err *err)
{
    Snapshot of_live;
    Snapshot of_copy;
    if (options->is_without_owners) {
        *vec_append(arena, others) = "the schema was not compared: owners and privileges are not "
                                     "those of the backup";
        return true;
    }
    if (!snapshot_take(arena, live, options->schema, &of_live, err) ||
        !snapshot_take(arena, copy, options->schema, &of_copy, err))
        return false;
    snapshot_compare(arena, &of_live, &of_copy, SNAPSHOT_DUMPED, OTHERS_MOST, others);
    return true;
}

static bool count_objects(Arena *arena, Session *session, DataFacts *facts, Err *err)
{
    bool ok = session_exec(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err) &&
              facts_large_objects(arena, session, facts, err);
    session_rollback(session);
    return ok;
}

static bool compare_objects(Arena *arena, Session *live, Session *copy, Differences *others,
                            Err *err)
{
    DataFacts of_live = {0};
    DataFacts of_copy = {0};
    if (!count_objects(arena, live, &of_live, err) || !count_objects(arena, copy, &of_copy, err))
        return false;
    const char *a = of_live.large_object_digest;
    const char *b = of_copy.large_object_digest;
    if (of_live.large_objects != of_copy.large_objects)
        *vec_append(arena, others) =
            arena_printf(arena, "large objects: %lld -> %lld", (long long)of_live.large_objects,
                         (long long)of_copy.large_objects);
    else if (a && b && strcmp(a, b) != 0)
        *vec_append(arena, others) = "large objects: as many, but not the same";
    else if (of_live.large_objects && (!a || !b))
        *vec_append(arena, others) = "large objects: not compared, this role may not read them all";
    return true;
}

bool loss_count_others(Arena *arena, Session *live, Session *copy, const LossOptions *options,
                       Loss *loss, Err *err)
{
    Differences others = {0};
    Err failed = {0};
    if (!compare_schemas(arena, live, copy, options, &others, &failed) ||
        !compare_objects(arena, live, copy, &others, &failed)) {
        if (failed.class == ERR_INTERRUPTED || !session_is_alive(live) || !session_is_alive(copy)) {
            *err = failed;
            return false;
        }
        *vec_append(arena, &others) =
            arena_printf(arena, "not all was compared: %s", failed.message);
    }
    loss->others = others;
    return true;
}

// A row version that the comparison's snapshot did not see. A row has 32 bits of its transaction's
// number: the upper ones are the snapshot's, or their neighbours. Those below 3 are frozen.
static const char LATE[] =
    "SELECT pg_catalog.count(*) FILTER (WHERE x OPERATOR(pg_catalog.>=) 3 AND NOT "
    "pg_catalog.pg_visible_in_snapshot((CASE "
    "WHEN f OPERATOR(pg_catalog.>) (top OPERATOR(pg_catalog.+) 2147483648) "
    "THEN GREATEST(f OPERATOR(pg_catalog.-) 4294967296, 3) "
    "WHEN f OPERATOR(pg_catalog.<) (top OPERATOR(pg_catalog.-) 2147483648) "
    "THEN f OPERATOR(pg_catalog.+) 4294967296 ELSE f END)::pg_catalog.text::pg_catalog.xid8, "
    "seen)), pg_catalog.count(*) "
    "FROM (SELECT x, top, seen, ((top OPERATOR(pg_catalog.>>) 32) OPERATOR(pg_catalog.<<) 32) "
    "OPERATOR(pg_catalog.+) x AS f FROM (SELECT t.xmin::pg_catalog.text::pg_catalog.int8 AS x, "
    "pg_catalog.pg_snapshot_xmax($1::pg_catalog.pg_snapshot)::pg_catalog.text::pg_catalog.int8 "
    "AS top, $1::pg_catalog.pg_snapshot AS seen FROM ONLY ";

static bool count_late(Arena *arena, Session *replaced, const Loss *loss, TableLoss *table,
                       Err *err)
{
    Rows rows;
    const char *sql = arena_printf(arena, "%s%s AS t) AS a) AS b", LATE, relation_of(arena, table));
    if (!session_query(replaced, arena, sql, 1, &loss->snapshot, &rows, err))
        return false;
    int64_t now = rows_int(&rows, 0, 1);
    table->late = rows_int(&rows, 0, 0);
    table->late_gone = table->live_rows + table->late - now;
    return true;
}

bool loss_count_late(Arena *arena, Session *replaced, Loss *loss, Err *err)
{
    if (!loss->is_known)
        return true;
    if (!session_exec(replaced, "SET search_path = ''; SET row_security = off", err))
        return false;
    VEC_EACH (TableLoss, table, &loss->tables)
        if (!table->is_gone && !table->unknown && !count_late(arena, replaced, loss, table, err))
            return false;
    sum_up(loss);
    return true;
}
