#include "run/baseline.h"

#include "config.h"
#include "io/fault.h"
#include "queries.h"
#include "run/script.h"

bool baseline_records(const Status *status, const StatusEntry *entry, const StatusEntry *upto)
{
    bool is_version = status_key(entry).kind == MIGRATION_VERSIONED || entry == upto;
    return is_version && !entry->applied && !(status->has_rows && entry->is_covered);
}

static bool record_one(Arena *arena, Target *target, const Migration *migration, const char *run_id,
                       Err *err)
{
    Script up = migration->up;
    if (!script_hold(arena, &up, err))
        return false;
    const char *parameters[] = {
        migration->version,
        migration->name,
        migration->layout,
        up.checksum,
        script_kept_text(arena, &up),
        NULL,
        run_id,
        MIGRATE_SAFE_VERSION,
    };
    Rows rows;
    return session_query(target->session, arena,
                         query_text(arena, &QUERY_HISTORY_RECORD_BASELINE, target->schema), 8,
                         parameters, &rows, err);
}

static bool record_all(Arena *arena, Target *target, const Status *status, const StatusEntry *upto,
                       const char *run_id, size_t *count, Err *err)
{
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        ArenaMark mark = arena_mark(arena);
        bool is_recorded = baseline_records(status, entry, upto);
        if (is_recorded && !record_one(arena, target, entry->migration, run_id, err))
            return err_note(err, "recording version %s", entry->migration->version);
        arena_release(arena, mark);
        *count += is_recorded;
        if (entry == upto)
            break;
    }
    return true;
}

static bool record_nothing(Arena *arena, Target *target, const char *run_id, Err *err)
{
    const char *parameters[] = {run_id, "baseline", NULL, "{\"versions\": 0}"};
    Rows rows;
    return session_query(target->session, arena,
                         query_text(arena, &QUERY_HISTORY_JOURNAL, target->schema), 4, parameters,
                         &rows, err);
}

bool baseline_record(Arena *arena, Target *target, const Status *status, const StatusEntry *upto,
                     const char *run_id, size_t *ret_recorded, Err *err)
{
    size_t count = 0;
    bool ok = session_exec(target->session, "BEGIN", err) &&
              (upto ? record_all(arena, target, status, upto, run_id, &count, err)
                    : record_nothing(arena, target, run_id, err));
    FAULT_POINT("baseline.recorded");
    ok = ok && session_exec(target->session, "COMMIT", err);
    if (!ok) {
        session_rollback(target->session);
        return false;
    }
    FAULT_POINT("baseline.committed");
    *ret_recorded = count;
    return true;
}
