// Tables and how many rows they have: postflight_tables().
#include "base/text.h"
#include "queries.h"
#include "run/postflight/private.h"

enum {
    COUNTED_ROWS = 20 * 1000, // above, the estimate is what there is
    COUNTED_TABLES = 32,      // planning them takes longer than counting
    COUNTED_BYTES = 2 * 1024 * 1024,
    SQL_MAX = 256 * 1024,
    PATIENCE_MS = 2000,
};

static void append(Arena *arena, const Rows *rows, size_t row, SeenTables *facts)
{
    *vec_append(arena, facts) = (SeenTable){
        .oid = rows_int(rows, row, 0),
        .name = rows_text(rows, row, 1),
        .file = rows_int(rows, row, 2),
        .estimate = rows_int(rows, row, 3),
        .rows = -1,
        .expressions = rows_int(rows, row, 5),
    };
}

// One statement over all of them; its places are those of the facts. A table is read only when its
// file is small, whatever the statistics have.
static bool count(Arena *arena, Session *session, const Rows *list, SeenTables *facts, Err *err)
{
    TEXT_SCOPED sql;
    Rows rows;
    size_t tables = 0;
    text_init(&sql, SQL_MAX);
    for (size_t i = 0; i < facts->len && tables < COUNTED_TABLES; i++) {
        if (!rows_bool(list, i, 6) || facts->items[i].estimate > COUNTED_ROWS)
            continue;
        text_printf(&sql,
                    "%sSELECT %zu, f.size OPERATOR(pg_catalog.=) 0, CASE WHEN f.size "
                    "OPERATOR(pg_catalog.<=) %d THEN (SELECT pg_catalog.count(*) FROM ONLY %s) END "
                    "FROM pg_catalog.pg_relation_size(%lld::pg_catalog.oid::pg_catalog.regclass) "
                    "AS f(size)",
                    tables++ ? " UNION ALL " : "", i, COUNTED_BYTES, facts->items[i].name,
                    (long long)facts->items[i].oid);
    }
    if (!tables || sql.is_cut)
        return true;
    if (!session_query(session, arena, text_cstr(&sql), 0, NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        SeenTable *fact = &facts->items[rows_int(&rows, i, 0)];
        fact->is_empty = rows_bool(&rows, i, 1);
        fact->rows = rows_text(&rows, i, 2) ? rows_int(&rows, i, 2) : -1;
    }
    return true;
}

bool postflight_tables(Arena *arena, Target *target, SeenTables *ret_facts, Err *err)
{
    Postflight postflight = {.arena = arena, .target = target, .patience_ms = PATIENCE_MS};
    SeenTables facts = {0};
    Rows rows;
    Err uncounted = {0};
    bool ok = postflight_begin(&postflight, err) &&
              session_query(target->session, arena, QUERY_POSTFLIGHT_TABLES.text, 1,
                            &target->schema, &rows, err);
    for (size_t i = 0; ok && i < rows.count; i++)
        append(arena, &rows, i, &facts);
    // Somebody holds one of them: the estimates are still there.
    bool is_counted = ok && count(arena, target->session, &rows, &facts, &uncounted);
    if (!is_counted)
        session_rollback(target->session);
    else
        ok = postflight_end(&postflight, err);
    if (ok)
        *ret_facts = facts;
    return ok;
}
