// How much room the server's disk has. No function of the server says so; it can be seen only where
// the server is on this machine, and then the folder must be shown to be its own.
#include "pg/session_link.h"
#include "queries.h"
#include "run/doctor_private.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

static const char *bytes(Arena *arena, int64_t count)
{
    static const char *const UNITS[] = {"bytes", "kB", "MB", "GB", "TB"};
    double value = (double)count;
    size_t unit = 0;
    while (value >= 1000 && unit + 1 < sizeof UNITS / sizeof *UNITS) {
        value /= 1000;
        unit++;
    }
    return arena_printf(arena, unit && value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
}

// A folder of the same name elsewhere (a container's) does not have the same times.
static bool is_the_servers(const Rows *rows)
{
    struct stat found;
    return stat(rows_text(rows, 0, 0), &found) == 0 && found.st_mtime == rows_int(rows, 0, 1) &&
           found.st_ctime == rows_int(rows, 0, 2);
}

static bool find_free(Doctor *doctor, int64_t *ret_free)
{
    Rows rows;
    Err ignored = {0};
    struct statvfs disk;
    if (!doctor->is_superuser || !session_is_local(doctor->session) ||
        !session_query(doctor->session, doctor->arena, QUERY_DOCTOR_DATA_DIRECTORY.text, 0, NULL,
                       &rows, &ignored) ||
        !is_the_servers(&rows) || statvfs(rows_text(&rows, 0, 0), &disk) != 0)
        return false;
    *ret_free = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    return true;
}

void doctor_disk(Doctor *doctor, int64_t database_bytes, int64_t largest_bytes)
{
    Arena *arena = doctor->arena;
    int64_t free_bytes;
    const char *sizes = arena_printf(arena, "database %s, largest table %s",
                                     bytes(arena, database_bytes), bytes(arena, largest_bytes));
    if (!find_free(doctor, &free_bytes)) {
        diagnosis_add(arena, doctor->diagnosis, CHECK_DISK, VERDICT_UNKNOWN,
                      "on the server: df -h \"$(psql -XAtc 'SHOW data_directory')\"",
                      "cannot be asked from here; %s", sizes);
        return;
    }
    // The table's copy, and as much WAL for it.
    bool is_enough = free_bytes / 2 >= largest_bytes;
    diagnosis_add(arena, doctor->diagnosis, CHECK_DISK, is_enough ? VERDICT_OK : VERDICT_WARN,
                  "make room, or avoid rewrites of the largest table", "%s free; %s",
                  bytes(arena, free_bytes), sizes);
}
