#include "run/recover.h"

#include "io/fault.h"
#include "queries.h"
#include "run/script.h"
#include "run/table_record.h"

static const AppliedMigration *find_dirty(const Target *target)
{
    VEC_EACH (const AppliedMigration, row, &target->history)
        if (row->is_dirty)
            return row;
    return NULL;
}

static bool run_query(Arena *arena, Target *target, const Query *query, int count,
                      const char *const *parameters, Rows *ret_rows, Err *err)
{
    return session_query(target->session, arena, query_text(arena, query, target->schema), count,
                         parameters, ret_rows, err);
}

bool recover_look(Arena *arena, Target *target, bool *ret_is_dirty, Dirty *ret_dirty, Err *err)
{
    Dirty dirty = {.row = find_dirty(target)};
    Rows rows;
    *ret_is_dirty = dirty.row != NULL;
    if (!dirty.row)
        return true;
    if (!run_query(arena, target, &QUERY_HISTORY_IN_FLIGHT, 1, &dirty.row->version, &rows, err))
        return false;
    if (rows.count) {
        dirty.has_in_flight = true;
        dirty.in_flight_number = rows_int(&rows, 0, 0);
        dirty.in_flight_sql = rows_text(&rows, 0, 1);
        dirty.in_flight_at = rows_text(&rows, 0, 3);
        if (!in_flight_inspect(arena, target->session, str_from(dirty.in_flight_sql), &dirty.found,
                               err))
            return false;
    }
    *ret_dirty = dirty;
    return true;
}

bool recover_open_redo(Arena *arena, Target *target, const char **ret_version, Err *err)
{
    Rows rows = {0};
    if (target->has_history &&
        !run_query(arena, target, &QUERY_HISTORY_OPEN_REDO, 0, NULL, &rows, err))
        return false;
    *ret_version = rows.count ? rows_text(&rows, 0, 0) : NULL;
    return true;
}

// The first parameter is the version.
static bool mark(Arena *arena, Target *target, const Query *query, int count,
                 const char *const *parameters, TableChange change, Err *err)
{
    Record record = {
        query_text(arena, query, target->schema),
        count,
        parameters,
        table_record(arena, target, change, parameters[0], parameters[0], 0),
    };
    return record_write(target->session, arena, &record, err);
}

bool recover_mark_applied(Arena *arena, Target *target, const Dirty *dirty, const char *run_id,
                          Err *err)
{
    const char *parameters[] = {dirty->row->version, run_id};
    FAULT_POINT("recover.mark");
    return mark(arena, target, &QUERY_HISTORY_MARK_APPLIED, 2, parameters, TABLE_MARKED, err);
}

bool recover_mark_not_applied(Arena *arena, Target *target, const Dirty *dirty, const char *run_id,
                              const char *event, Err *err)
{
    const char *parameters[] = {dirty->row->version, run_id, event};
    FAULT_POINT("recover.mark");
    return mark(arena, target, &QUERY_HISTORY_MARK_NOT_APPLIED, 3, parameters, TABLE_REVERTED, err);
}

static bool run_leftover(Target *target, const char *sql, Err *err)
{
    FAULT_POINT("recover.leftovers");
    return session_exec(target->session, sql, err) || err_note(err, "%s", sql);
}

bool recover_drop_leftovers(Target *target, const Dirty *dirty, Err *err)
{
    const InFlight *found = &dirty->found;
    if (!dirty->has_in_flight)
        return true;
    if (found->verdict == IN_FLIGHT_DONE && found->undo)
        return run_leftover(target, found->undo, err);
    for (size_t i = 0; found->verdict == IN_FLIGHT_REPAIR && i < found->repairs.len; i++)
        if (!run_leftover(target, found->repairs.items[i], err))
            return false;
    return true;
}

bool recover_accept(Arena *arena, Target *target, const Migration *migration, const char *version,
                    const char *run_id, Err *err)
{
    Script up = migration->up;
    Script down = migration->down;
    Rows rows;
    if (!script_hold(arena, &up, err) || !script_complete(arena, &down, err) ||
        !script_hold(arena, &down, err))
        return false;
    const char *parameters[] = {
        version, run_id, up.checksum, script_kept_text(arena, &up), script_kept_text(arena, &down),
    };
    return run_query(arena, target, &QUERY_HISTORY_ACCEPT, 5, parameters, &rows, err);
}
