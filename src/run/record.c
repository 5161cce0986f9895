#include "run/record.h"

#include "io/fault.h"

static bool write_one(Session *session, Arena *arena, const Record *record, Err *err)
{
    Rows rows;
    return session_query(session, arena, record->sql, record->count, record->parameters, &rows,
                         err);
}

bool record_write(Session *session, Arena *arena, const Record *record, Err *err)
{
    if (!record->next)
        return write_one(session, arena, record, err);
    bool ok = session_exec(session, "BEGIN", err);
    for (const Record *each = record; ok && each; each = each->next) {
        ok = write_one(session, arena, each, err);
        FAULT_POINT("record.written");
    }
    ok = ok && session_exec(session, "COMMIT", err);
    if (!ok)
        session_rollback(session);
    return ok;
}
