#include "check/table_rows.h"

// Not in the history, applied in the table: by hand, or with another program.
static bool say_unrecorded(const Migration *migration, const char *relation, ErrClass class,
                           Err *err)
{
    fail(err, class, "version %s is applied, says %s (%s), but not in the history",
         migration->version, relation, migration->said_applied);
    err_at(err, migration->up.path, (Position){1, 1});
    return err_hint(err,
                    "if it is: migrate-safe baseline %s; if not: UPDATE %s SET "
                    "schema_version_applied_at = NULL WHERE schema_version_version = '%s'",
                    migration->version, relation, migration->version);
}

static void say_pending(const Migration *migration, const char *relation, Err *err)
{
    fail(err, ERR_CONFIG, "version %s is applied, but its row in %s says that it is pending",
         migration->version, relation);
    err_at(err, migration->up.path, (Position){1, 1});
    err_hint(err,
             "if it is there: UPDATE %s SET schema_version_applied_at = now() WHERE "
             "schema_version_version = '%s'",
             relation, migration->version);
}

void table_rows_compare(Arena *arena, const Status *status, const char *relation,
                        Problems *problems)
{
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        const Migration *migration = entry->migration;
        Err err = {0};
        if (!migration || (entry->applied && entry->applied->is_dirty) ||
            (migration->said_applied != NULL) == (entry->applied != NULL))
            continue;
        if (migration->said_applied)
            say_unrecorded(migration, relation, ERR_CONFIG, &err);
        else
            say_pending(migration, relation, &err);
        Problem *problem = vec_append(arena, problems);
        *problem = (Problem){.kind = PROBLEM_UNRECORDED, .err = err};
    }
}

bool table_rows_check_plan(const Plan *plan, const char *relation, Err *err)
{
    VEC_EACH (const Step, step, &plan->steps)
        if (!step->resumes && step->migration && step->migration->said_applied)
            return say_unrecorded(step->migration, relation, ERR_CHECK, err);
    return true;
}
