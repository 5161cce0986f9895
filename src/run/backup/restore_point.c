#include "run/backup/restore_point.h"

#include "queries.h"

#include <string.h>

enum {
    NAME_MOST = 63 // MAXFNAMELEN - 1
};

bool backup_restore_point(Arena *arena, Session *session, const char *name, const char **ret_lsn,
                          const char **ret_why, Err *err)
{
    Rows rows;
    const char *given =
        arena_dup(arena, (Str){name, strlen(name) < NAME_MOST ? strlen(name) : (size_t)NAME_MOST});
    if (!session_query(session, arena, QUERY_BACKUP_RESTORE_POINT.text, 0, NULL, &rows, err))
        return err_note(err, "writing a restore point");
    const char *why = NULL;
    if (rows_bool(&rows, 0, 1))
        why = "a standby writes no WAL";
    else if (strcmp(rows_text(&rows, 0, 2), "minimal") == 0)
        why = "wal_level is minimal";
    else if (!rows_bool(&rows, 0, 0))
        why = "the role may not: GRANT EXECUTE ON FUNCTION pg_create_restore_point(text)";
    if (why) {
        *ret_lsn = NULL;
        *ret_why = why;
        return true;
    }
    if (!session_query(session, arena, QUERY_BACKUP_CREATE_RESTORE_POINT.text, 1, &given, &rows,
                       err))
        return err_note(err, "writing a restore point");
    *ret_lsn = rows_text(&rows, 0, 0);
    *ret_why = NULL;
    return true;
}
