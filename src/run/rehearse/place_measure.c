// How much there is in the copy.
#include "run/rehearse/place_private.h"

#include "base/text.h"
#include "queries.h"

#include <string.h>

enum {
    COUNTED_AT_ONCE = 200,
    SQL_MAX = 1 << 20
};

static bool count_some(RehearsalPlace *place, Session *session, const Rows *relations, size_t from,
                       size_t end, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    TEXT_SCOPED sql;
    Rows rows;
    text_init(&sql, SQL_MAX);
    text_append(&sql, STR("SELECT 0"));
    for (size_t i = from; i < end; i++)
        text_printf(&sql, " + (SELECT pg_catalog.count(*) FROM ONLY %s)",
                    rows_text(relations, i, 2));
    if (!session_query(session, scratch, text_cstr(&sql), 0, NULL, &rows, err))
        return false;
    place->copy.rows += rows_int(&rows, 0, 0);
    return true;
}

// Only the user's own tables, without ours.
static Rows tables_of(const RehearsalPlace *place, const Rows *relations)
{
    Rows tables = *relations;
    tables.count = 0;
    tables.cells = arena_alloc_array(
        place->arena, relations->count * (size_t)relations->columns + 1, sizeof *tables.cells);
    for (size_t i = 0; i < relations->count; i++) {
        if (strcmp(rows_text(relations, i, 0), place_own_schema(place)) == 0 ||
            rows_bool(relations, i, 3))
            continue;
        memcpy(tables.cells + tables.count * (size_t)tables.columns,
               relations->cells + i * (size_t)relations->columns,
               (size_t)relations->columns * sizeof *tables.cells);
        tables.count++;
    }
    return tables;
}

static bool count_rows(RehearsalPlace *place, Session *session, const Rows *tables, Err *err)
{
    place->copy.rows = 0;
    for (size_t from = 0; from < tables->count && !place->facts; from += COUNTED_AT_ONCE) {
        size_t end = from + COUNTED_AT_ONCE;
        if (end > tables->count)
            end = tables->count;
        if (!count_some(place, session, tables, from, end, err))
            return false;
    }
    if (!place->facts)
        return true;
    VEC_EACH (const TableFact, table, &place->facts->tables)
        if (!table->is_refreshed && strcmp(table->schema, place_own_schema(place)) != 0)
            place->copy.rows += table->rows;
    return true;
}

static bool count(RehearsalPlace *place, Session *session, Err *err)
{
    static const char *const ALL[] = {NULL, "true"};
    Rows relations;
    Rows size;
    if (!session_query(session, place->arena, QUERY_BACKUP_RELATIONS.text, 2, ALL, &relations, err))
        return false;
    Rows tables = tables_of(place, &relations);
    place->copy.tables = (int64_t)tables.count;
    if (!count_rows(place, session, &tables, err) ||
        !session_query(session, place->arena,
                       "SELECT pg_catalog.pg_database_size(pg_catalog.current_database())", 0, NULL,
                       &size, err))
        return false;
    place->copy.bytes = rows_int(&size, 0, 0);
    return true;
}

bool place_measure(RehearsalPlace *place, Err *err)
{
    SESSION_SCOPED session = NULL;
    bool has_statistics = place->has_statistics || place->copy.kind == REHEARSAL_FROM_CLONE;
    return place_open_copy(place, &session, err) &&
           (has_statistics || session_exec(session, "ANALYZE", err)) && count(place, session, err);
}
