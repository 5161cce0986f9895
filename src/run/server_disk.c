#include "run/server_disk.h"

#include "pg/session_link.h"
#include "queries.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

// A folder of the same name elsewhere (a container's) does not have the same times.
static bool is_the_servers(const Rows *rows)
{
    struct stat found;
    return stat(rows_text(rows, 0, 0), &found) == 0 && found.st_mtime == rows_int(rows, 0, 1) &&
           found.st_ctime == rows_int(rows, 0, 2);
}

bool server_disk_free(Arena *arena, Session *session, int64_t *ret_bytes)
{
    Rows rows;
    Err ignored = {0};
    struct statvfs disk;
    if (!session_is_local(session) ||
        !session_query(session, arena, QUERY_DOCTOR_DATA_DIRECTORY.text, 0, NULL, &rows,
                       &ignored) ||
        !is_the_servers(&rows) || statvfs(rows_text(&rows, 0, 0), &disk) != 0)
        return false;
    *ret_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    return true;
}
