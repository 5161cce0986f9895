#include "run/captured_rows.h"

#include "queries.h"
#include "run/quarantine_note.h"
#include "run/target.h"
#include "sql/quote.h"

#include <string.h>

static const char *copy_name(Arena *arena, const char *name)
{
    return quote_qualified(arena, QUARANTINE_SCHEMA, name);
}

// "a""b" or a; NULL: it is of another schema.
static const char *name_of_copy(Arena *arena, const char *identity)
{
    Str rest = str_from(identity);
    if (!str_starts(rest, STR(QUARANTINE_SCHEMA ".")))
        return NULL;
    rest = str_skip(rest, strlen(QUARANTINE_SCHEMA "."));
    char *name = arena_dup(arena, rest);
    char *end = name;
    bool is_quoted = str_starts(rest, STR("\""));
    for (size_t i = is_quoted; i + is_quoted < rest.n; i++) {
        *end++ = rest.p[i];
        i += is_quoted && rest.p[i] == '"'; // doubled
    }
    *end = '\0';
    return name;
}

static bool read_copy(const Trial *trial, const SnapshotObject *table, RollbackCapture *ret_capture)
{
    Str text;
    Err ignored = {0};
    QuarantineNote note;
    Arena *arena = trial->arena;
    const char *name = name_of_copy(arena, table->identity);
    const SnapshotObject *comment =
        snapshot_find(&trial->after, "comment", arena_printf(arena, "table %s", table->identity));
    if (!name || !comment || snapshot_find(&trial->before, "table", table->identity) ||
        !snapshot_attribute_find(comment->text, STR("text"), &text))
        return false;
    QuarantinePlace place = {.schema = QUARANTINE_SCHEMA, .relation = name};
    if (!quarantine_note_read(arena, arena_dup(arena, text), &place, &note, &ignored) ||
        note.kind != QUARANTINE_ROWS || note.is_back || !note.rows.schema)
        return false;
    *ret_capture = (RollbackCapture){.rows = note.rows};
    return true;
}

static bool has_rows(Trial *trial, const SnapshotObject *table, bool *ret_has_rows, Err *err)
{
    Rows rows;
    if (!session_query(trial->session, trial->arena,
                       query_text_for_table(trial->arena, &QUERY_ROUND_TRIP_HAS_ROWS,
                                            TARGET_DEFAULT_SCHEMA, table->identity),
                       0, NULL, &rows, err))
        return false;
    *ret_has_rows = rows_bool(&rows, 0, 0);
    return true;
}

bool captured_rows_find(Trial *trial, Err *err)
{
    RollbackCaptures captures = {0};
    RollbackCapture capture;
    VEC_EACH (const SnapshotObject, object, &trial->after.objects) {
        if (strcmp(object->kind, "table") != 0 || !read_copy(trial, object, &capture))
            continue;
        if (!has_rows(trial, object, &capture.has_rows, err))
            return false;
        *vec_append(trial->arena, &captures.items) = capture;
    }
    trial->captures = captures;
    return true;
}

static bool take_out(DdlStatements *change, const char *sql)
{
    for (size_t i = 0; i < change->len; i++) {
        if (strcmp(change->items[i].sql, sql) != 0)
            continue;
        memmove(&change->items[i], &change->items[i + 1],
                (change->len - i - 1) * sizeof *change->items);
        change->len--;
        return true;
    }
    return false;
}

void captured_rows_back(const Trial *trial, const RollbackCaptures *captures, bool is_first,
                        DdlStatements *change, CapturedBack *ret_back)
{
    Arena *arena = trial->arena;
    CapturedBack back = {0};
    RollbackSchemas schemas = {&trial->before, &trial->after};
    for (size_t i = captures->used.len; i > 0; i--) {
        Words statements = {0};
        QuarantineRows rows;
        const RollbackCapture *capture = captures->used.items[i - 1];
        const char *drop =
            arena_printf(arena, "DROP TABLE %s", copy_name(arena, capture->rows.now));
        take_out(change, drop);
        if (!rollback_capture_rows(arena, capture, &schemas,
                                   is_first ? &trial->after : &trial->before, &rows))
            back.unfit = capture->rows.now;
        else if (!rows.columns.len)
            *vec_append(arena, &back.statements) = drop;
        else
            quarantine_rows_back(arena, &rows, &statements);
        VEC_EACH (const char *const, sql, &statements)
            *vec_append(arena, &back.statements) = *sql;
    }
    if (captures->used.len)
        back.has_schema = take_out(change, "DROP SCHEMA " QUARANTINE_SCHEMA);
    *ret_back = back;
}
