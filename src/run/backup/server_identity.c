#include "run/backup/server_identity.h"

#include "queries.h"

bool server_identity_read(Arena *arena, Session *session, ServerIdentity *ret_identity, Err *err)
{
    Rows may;
    Rows rows;
    if (!session_query(session, arena, QUERY_BACKUP_IDENTITY.text, 0, NULL, &may, err))
        return false;
    ServerIdentity identity = {0};
    if (rows_bool(&may, 0, 0)) {
        if (!session_query(session, arena, QUERY_BACKUP_SYSTEM_IDENTIFIER.text, 0, NULL, &rows,
                           err))
            return false;
        identity.system_identifier = rows_text(&rows, 0, 0);
    }
    if (rows_bool(&may, 0, 1)) {
        if (!session_query(session, arena, QUERY_BACKUP_TIMELINE.text, 0, NULL, &rows, err))
            return false;
        identity.timeline = (int)rows_int(&rows, 0, 0);
    }
    *ret_identity = identity;
    return true;
}
