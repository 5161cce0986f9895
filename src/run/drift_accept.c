#include "run/drift_accept.h"

#include "io/json.h"
#include "queries.h"

static bool journal(Arena *arena, Target *target, const DriftAcceptance *acceptance, Err *err)
{
    JSON_SCOPED detail = json_object();
    Snapshot schema = snapshot_without_roles(arena, acceptance->snapshot);
    Rows rows;
    json_put(detail, "old_fingerprint", json_cstr(acceptance->before));
    json_put(detail, "new_fingerprint", json_cstr(schema.fingerprint));
    json_put(detail, "differences",
             acceptance->differences < 0 ? json_null() : json_integer(acceptance->differences));
    json_put(detail, "accepted_by", json_cstr(session_user(target->session)));
    const char *parameters[] = {acceptance->run_id, "drift_accepted", NULL,
                                json_line(arena, detail)};
    return session_query(target->session, arena,
                         query_text(arena, &QUERY_HISTORY_JOURNAL, target->schema), 4, parameters,
                         &rows, err);
}

bool drift_accept(Arena *arena, Target *target, const DriftAcceptance *acceptance, Err *err)
{
    SnapshotKeeping keeping = {
        .run_id = acceptance->run_id,
        .command = "drift",
        .snapshot = acceptance->snapshot,
        .drifted_before = acceptance->differences,
    };
    bool ok = session_exec(target->session, "BEGIN", err) &&
              journal(arena, target, acceptance, err) &&
              snapshot_store_keep(arena, target, &keeping, err) &&
              session_exec(target->session, "COMMIT", err);
    if (!ok)
        session_rollback(target->session);
    return ok;
}
