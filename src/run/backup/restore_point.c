#include "run/backup/restore_point.h"

#include "queries.h"

#include <string.h>

enum {
    NAME_MOST = 63 // MAXFNAMELEN - 1
};

bool backup_restore_point(Arena *arena, Session *session, const char *name, bool *ret_is_written,
                          Err *err)
{
    Rows rows;
    const char *given =
        arena_dup(arena, (Str){name, strlen(name) < NAME_MOST ? strlen(name) : (size_t)NAME_MOST});
    if (!session_query(session, arena, QUERY_BACKUP_RESTORE_POINT.text, 0, NULL, &rows, err))
        return err_note(err, "writing a restore point");
    bool is_possible = rows_bool(&rows, 0, 0);
    if (is_possible && !session_query(session, arena, QUERY_BACKUP_CREATE_RESTORE_POINT.text, 1,
                                      &given, &rows, err))
        return err_note(err, "writing a restore point");
    *ret_is_written = is_possible;
    return true;
}
