#include "run/table_record.h"

#include "queries.h"

// RESET ALL, before the records, has taken the transaction's own timeout away.
static const char LOCK_TIMEOUT[] =
    "SELECT pg_catalog.set_config('lock_timeout', $1::pg_catalog.text, true)";

static const Record *bounded(Arena *arena, const Record *record, int64_t lock_timeout_ms)
{
    const char **parameters = arena_alloc_array(arena, 1, sizeof *parameters);
    parameters[0] = arena_printf(arena, "%lld", (long long)lock_timeout_ms);
    Record *first = arena_new_object(arena, Record);
    *first = (Record){LOCK_TIMEOUT, 1, parameters, record};
    return first;
}

const Record *table_record(Arena *arena, const Target *target, TableChange change, const char *row,
                           const char *version, int64_t lock_timeout_ms)
{
    if (!target->table)
        return NULL;
    bool is_down = change == TABLE_REVERTED;
    const Query *query = is_down ? &QUERY_TABLE_RECORD_REVERTED : &QUERY_TABLE_RECORD_APPLIED;
    const char **parameters = arena_alloc_array(arena, 3, sizeof *parameters);
    parameters[0] = row;
    parameters[1] = version;
    parameters[2] = change == TABLE_MARKED ? "1" : "0";
    Record *record = arena_new_object(arena, Record);
    *record = (Record){
        .sql = query_text_for_table(arena, query, target->schema, target->table),
        .count = is_down ? 1 : 3,
        .parameters = parameters,
    };
    return lock_timeout_ms ? bounded(arena, record, lock_timeout_ms) : record;
}

void table_record_explain(Arena *arena, Target *target, const char *row, Err *err)
{
    Err ignored = {0};
    Rows rows;
    const char *sql = query_text_for_table(arena, &QUERY_TABLE_ROW, target->schema, target->table);
    if (!session_query(target->session, arena, sql, 1, &row, &rows, &ignored))
        return;
    const char *applied_at = rows.count ? rows_text(&rows, 0, 0) : NULL;
    if (!rows.count) {
        fail(err, ERR_CHECK, "the row of version %s is gone from %s", row, target->table);
    } else if (applied_at) {
        const char *by = rows_text(&rows, 0, 1);
        fail(err, ERR_CHECK, "version %s was applied by somebody else meanwhile", row);
        err_detail(err, "%s says: %s, by %s", target->table, applied_at, by ? by : "nobody named");
    } else {
        fail(err, ERR_MIGRATION, "the SQL of version %s writes its own row in %s", row,
             target->table);
        err_hint(err, "leave that out: migrate-safe keeps the row true");
        return;
    }
    err_hint(err, "see what is there: migrate-safe status");
}
