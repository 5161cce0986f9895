// How many rows each table has, by the same sessions and at one snapshot as everything else.
#include "io/clock.h"
#include "run/integrity/before.h"
#include "run/integrity/integrity_private.h"
#include "run/target.h"

static void list_tables(Examination *examination)
{
    Arena *arena = examination->arena;
    VEC_EACH (const Scoped, scoped, &examination->scope) {
        if (scoped->kind != 'r')
            continue;
        Job *job = vec_append(arena, &examination->jobs);
        *job = (Job){
            .kind = INTEGRITY_COUNTS,
            .relation = scoped,
            .other = "0",
            .object = scoped->name,
            .statement = arena_printf(
                arena, "SELECT pg_catalog.count(*), NULL::pg_catalog.text FROM ONLY %s",
                scoped->name),
            .reason = scoped->is_readable ? NULL : "", // said already
            .is_promised = true,
        };
    }
}

static void take(Examination *examination, Before *before)
{
    Arena *arena = examination->arena;
    VEC_EACH (const Job, job, &examination->jobs) {
        *vec_append(arena, &before->tables) =
            (BeforeTable){.name = job->object, .rows = job->reason ? -1 : job->count};
        if (job->reason && *job->reason)
            check_list_add(arena, examination->checks, &INTEGRITY_KINDS[INTEGRITY_COUNTS],
                           VERDICT_UNKNOWN, "settle that, and once more", "%s: %s", job->object,
                           job->reason);
    }
}

bool integrity_count_rows(Arena *arena, Session *session, const IntegrityOptions *options,
                          CheckList *checks, Before *before, Err *err)
{
    Examination examination = {
        .arena = arena,
        .session = session,
        .options = options,
        .checks = checks,
        .kinds = INTEGRITY_BIT(INTEGRITY_COUNTS),
        .schema = options->schema ? options->schema : TARGET_DEFAULT_SCHEMA,
        .started_us = clock_monotonic_us(),
    };
    bool ok = integrity_begin(&examination, err) && integrity_read_scope(&examination, err);
    if (ok) {
        list_tables(&examination);
        ok = integrity_work(&examination, err);
    }
    session_rollback(session);
    if (ok)
        take(&examination, before);
    return ok;
}
