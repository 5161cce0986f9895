// How much room the server's disk has for a rewrite of its largest table.
#include "base/size.h"
#include "run/doctor_private.h"
#include "run/server_disk.h"

void doctor_disk(Doctor *doctor, int64_t database_bytes, int64_t largest_bytes)
{
    Arena *arena = doctor->arena;
    int64_t free_bytes;
    const char *sizes =
        arena_printf(arena, "database %s, largest table %s", size_text(arena, database_bytes),
                     size_text(arena, largest_bytes));
    if (!doctor->is_superuser || !server_disk_free(arena, doctor->session, &free_bytes)) {
        check_list_add(arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_DISK], VERDICT_UNKNOWN,
                       "on the server: df -h \"$(psql -XAtc 'SHOW data_directory')\"",
                       "cannot be asked from here; %s", sizes);
        return;
    }
    // The table's copy, and as much WAL for it.
    bool is_enough = free_bytes / 2 >= largest_bytes;
    check_list_add(arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_DISK],
                   is_enough ? VERDICT_PASS : VERDICT_WARN,
                   "make room, or avoid rewrites of the largest table", "%s free; %s",
                   size_text(arena, free_bytes), sizes);
}
