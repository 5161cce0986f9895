#include "run/quarantine.h"

#include "check/retention.h"
#include "io/clock.h"
#include "queries.h"
#include "run/quarantine_note.h"
#include "sql/quote.h"

#include <string.h>

enum {
    SIZE_LOCK_TIMEOUT_MS = 100,
};

static const int64_t COUNTED_BYTES_MAX = (int64_t)16 * 1024 * 1024; // read through in no time

static void read_note(Arena *arena, Quarantined *item)
{
    QuarantineNote note;
    Err err = {0};
    QuarantinePlace place = {item->schema, item->relation, item->column};
    if (!quarantine_note_read(arena, item->comment, &place, &note, &err)) {
        item->problem = arena_strdup(arena, err.message);
        return;
    }
    bool is_column = item->column != NULL;
    const char *table = is_column ? quote_qualified(arena, item->schema, item->relation)
                                  : quote_qualified(arena, note.schema, note.was);
    item->kind = note.kind;
    item->version = note.version;
    item->was =
        is_column ? arena_printf(arena, "%s.%s", table, quote_name(arena, note.was)) : table;
    item->is_back = note.is_back;
    item->left = note.left.len;
}

static const char *applied_at(const Target *target, const char *version)
{
    VEC_EACH (const AppliedMigration, row, &target->history)
        if (strcmp(row->version, version) == 0)
            return row->applied_at;
    return NULL;
}

static void read_since(Arena *arena, Target *target, Quarantined *item)
{
    Rows rows;
    Err hidden = {0};
    if (item->problem || !target->has_history)
        return;
    item->since = applied_at(target, item->version);
    if (!item->since && session_query(target->session, arena,
                                      query_text(arena, &QUERY_QUARANTINE_SINCE, target->schema), 1,
                                      &item->version, &rows, &hidden))
        item->since = rows_text(&rows, 0, 0);
}

static void count(Arena *arena, Session *session, Quarantined *item)
{
    Rows rows;
    Err hidden = {0};
    const char *sql = arena_printf(arena, "SELECT pg_catalog.count(%s) FROM %s",
                                   item->column ? quote_name(arena, item->column) : "*",
                                   quote_qualified(arena, item->schema, item->relation));
    if (!session_query(session, arena, sql, 0, NULL, &rows, &hidden))
        return;
    item->rows = rows_int(&rows, 0, 0);
    item->is_estimate = false;
}

// In a transaction of its own: whoever holds the table, or a right that is missing, costs the
// numbers and nothing else.
static void read_size(Arena *arena, Session *session, const char *oid, Quarantined *item)
{
    Rows rows;
    Err hidden = {0};
    const char *begin =
        arena_printf(arena, "BEGIN READ ONLY; SET LOCAL lock_timeout = %d", SIZE_LOCK_TIMEOUT_MS);
    if (session_exec(session, begin, &hidden) &&
        session_query(session, arena, QUERY_QUARANTINE_SIZE.text, 1, &oid, &rows, &hidden)) {
        int64_t bytes = rows_int(&rows, 0, 0);
        item->bytes = item->column ? -1 : bytes;
        if (bytes <= COUNTED_BYTES_MAX)
            count(arena, session, item);
    }
    session_rollback(session);
}

bool quarantine_list(Arena *arena, Target *target, int64_t days, bool has_sizes,
                     QuarantinedList *ret_list, Err *err)
{
    QuarantinedList list = {0};
    Rows rows;
    char now[CLOCK_TEXT];
    int64_t now_ms;
    const char *beginning = QUARANTINE_COMMENT;
    clock_now_rfc3339(now);
    REQUIRE(retention_time_parse(now, &now_ms));
    if (!session_query(target->session, arena, QUERY_QUARANTINE_LIST.text, 1, &beginning, &rows,
                       err))
        return err_note(err, "looking for what is in quarantine");
    for (size_t i = 0; i < rows.count; i++) {
        bool is_counted = rows_text(&rows, i, 5) != NULL;
        Quarantined *item = vec_append(arena, &list);
        *item = (Quarantined){
            .schema = rows_text(&rows, i, 0),
            .relation = rows_text(&rows, i, 1),
            .column = rows_text(&rows, i, 2),
            .comment = rows_text(&rows, i, 3),
            .oid = rows_int(&rows, i, 4),
            .rows = is_counted ? rows_int(&rows, i, 5) : -1,
            .is_estimate = is_counted,
            .bytes = -1,
        };
        read_note(arena, item);
        read_since(arena, target, item);
        if (has_sizes)
            read_size(arena, target->session, rows_text(&rows, i, 4), item);
        if (!session_is_alive(target->session))
            return fail(err, ERR_CONNECTION, "the connection was lost while looking");
    }
    quarantined_settle(arena, &list, days, now_ms);
    *ret_list = list;
    return true;
}
