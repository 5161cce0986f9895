#include "run/backup/scratch_name.h"

#include "io/clock.h"
#include "queries.h"
#include "sql/quote.h"

enum {
    NAME_ATTEMPTS = 5
};

const ScratchKind SCRATCH_VERIFY = {0x6d735f76, "migrate_safe_verify_"};       // "ms_v"
const ScratchKind SCRATCH_REHEARSAL = {0x6d735f72, "migrate_safe_rehearsal_"}; // "ms_r"

bool scratch_name_take(Arena *arena, Session *server, const ScratchKind *kind,
                       const char **ret_name, Err *err)
{
    for (int i = 0; i < NAME_ATTEMPTS; i++) {
        uint32_t number = clock_random_below(INT32_MAX);
        Rows rows;
        const char *parameters[] = {arena_printf(arena, "%d", kind->lock_class),
                                    arena_printf(arena, "%u", number)};
        if (!session_query(server, arena,
                           "SELECT pg_catalog.pg_try_advisory_lock($1::pg_catalog.int4, "
                           "$2::pg_catalog.int4)",
                           2, parameters, &rows, err))
            return false;
        if (rows_bool(&rows, 0, 0)) {
            *ret_name = arena_printf(arena, "%s%u", kind->prefix, number);
            return true;
        }
    }
    return fail(err, ERR_CHECK, "no number is free for a scratch database");
}

bool scratch_name_drop(Arena *arena, Session *server, const char *name, Err *err)
{
    return session_exec(server,
                        arena_printf(arena, "DROP DATABASE IF EXISTS %s WITH (FORCE)",
                                     quote_identifier(arena, name)),
                        err);
}

void scratch_name_sweep(Arena *arena, Session *server, const ScratchKind *kind)
{
    Rows rows;
    Err ignored = {0};
    const char *parameters[] = {arena_printf(arena, "%d", kind->lock_class), kind->prefix};
    if (!session_query(server, arena, QUERY_BACKUP_ABANDONED_SCRATCH.text, 2, parameters, &rows,
                       &ignored))
        return;
    for (size_t i = 0; i < rows.count; i++)
        if (!scratch_name_drop(arena, server, rows_text(&rows, i, 0), &ignored))
            ignored = (Err){0};
}
