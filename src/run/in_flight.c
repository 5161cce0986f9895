#include "run/in_flight.h"

#include "queries.h"
#include "sql/target.h"

typedef struct Inspection {
    Arena *arena;
    Session *session;
    StatementTarget target;
    InFlight *found;
    Err *err;
} Inspection;

typedef bool (*Inspect)(Inspection *inspection);

static bool say(Inspection *inspection, InFlightVerdict verdict, const char *explanation)
{
    inspection->found->verdict = verdict;
    inspection->found->explanation = explanation;
    return true;
}

static void repair(Inspection *inspection, const char *sql)
{
    *vec_append(inspection->arena, &inspection->found->repairs) = sql;
}

static const char *main_relation(const StatementTarget *target)
{
    return target->relation_count ? target->relations[0] : NULL;
}

static bool ask(Inspection *inspection, const Query *query, int count,
                const char *const *parameters, Rows *ret_rows)
{
    return session_query(inspection->session, inspection->arena, query->text, count, parameters,
                         ret_rows, inspection->err);
}

static bool inspect_create_index(Inspection *inspection)
{
    Arena *arena = inspection->arena;
    const char *parameters[] = {main_relation(&inspection->target), inspection->target.object};
    Rows rows;
    if (!parameters[1])
        return say(inspection, IN_FLIGHT_UNKNOWN,
                   "the statement gives its index no name, so it cannot be found in the catalog");
    if (!ask(inspection, &QUERY_IN_FLIGHT_INDEX_STATE, 2, parameters, &rows))
        return false;
    if (rows.count == 0)
        return say(inspection, IN_FLIGHT_RUN,
                   arena_printf(arena, "index %s is not there", parameters[1]));
    const char *index = rows_text(&rows, 0, 1);
    const char *drop = arena_printf(arena, "DROP INDEX CONCURRENTLY %s", index);
    if (rows_bool(&rows, 0, 0)) {
        inspection->found->undo = drop;
        return say(inspection, IN_FLIGHT_DONE,
                   arena_printf(arena, "index %s is there and valid", index));
    }
    if (rows_text(&rows, 0, 2))
        return say(inspection, IN_FLIGHT_BUSY,
                   arena_printf(arena, "index %s is being built by backend %s", index,
                                rows_text(&rows, 0, 2)));
    repair(inspection, drop);
    return say(inspection, IN_FLIGHT_REPAIR,
               arena_printf(arena, "index %s is INVALID: it is dropped and built again", index));
}

static bool inspect_drop_index(Inspection *inspection)
{
    const char *name =
        inspection->target.object ? inspection->target.object : main_relation(&inspection->target);
    Rows rows;
    if (!name || !ask(inspection, &QUERY_IN_FLIGHT_RELATION_EXISTS, 1, &name, &rows))
        return name ? false : say(inspection, IN_FLIGHT_UNKNOWN, "its index was not recognised");
    if (rows_bool(&rows, 0, 0))
        return say(inspection, IN_FLIGHT_RUN,
                   arena_printf(inspection->arena, "index %s is still there", name));
    return say(inspection, IN_FLIGHT_DONE,
               arena_printf(inspection->arena, "index %s is gone", name));
}

static bool inspect_reindex(Inspection *inspection)
{
    const char *parameters[] = {main_relation(&inspection->target), inspection->target.object};
    Rows rows;
    if (parameters[1])
        parameters[0] = NULL;
    if (!ask(inspection, &QUERY_IN_FLIGHT_REINDEX_LEFTOVERS, 2, parameters, &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        repair(inspection, arena_printf(inspection->arena, "DROP INDEX CONCURRENTLY %s",
                                        rows_text(&rows, i, 0)));
    if (rows.count)
        return say(inspection, IN_FLIGHT_REPAIR,
                   arena_printf(inspection->arena,
                                "%zu invalid indexes (_ccnew, _ccold) were left: they are dropped, "
                                "and it runs again",
                                rows.count));
    return say(inspection, IN_FLIGHT_RUN, "REINDEX may run again");
}

static bool inspect_detach(Inspection *inspection)
{
    const char *parameters[] = {main_relation(&inspection->target), inspection->target.object};
    bool is_13 = session_server_major(inspection->session) == 13;
    Rows rows;
    if (!parameters[0] || !parameters[1])
        return say(inspection, IN_FLIGHT_UNKNOWN, "its partition was not recognised");
    if (!ask(inspection, is_13 ? &QUERY_IN_FLIGHT_DETACH_STATE_13 : &QUERY_IN_FLIGHT_DETACH_STATE,
             2, parameters, &rows))
        return false;
    if (rows.count == 0)
        return say(inspection, IN_FLIGHT_DONE,
                   arena_printf(inspection->arena, "%s is detached", parameters[1]));
    if (!rows_bool(&rows, 0, 0))
        return say(inspection, IN_FLIGHT_RUN,
                   arena_printf(inspection->arena, "%s is still attached", parameters[1]));
    repair(inspection,
           arena_printf(inspection->arena, "ALTER TABLE %s DETACH PARTITION %s FINALIZE",
                        parameters[0], parameters[1]));
    return say(inspection, IN_FLIGHT_FINISH,
               arena_printf(inspection->arena, "the detaching of %s is pending: it is finalized",
                            parameters[1]));
}

static bool inspect_cluster_object(Inspection *inspection)
{
    static const char *const KINDS[] = {[TARGET_DATABASE] = "database",
                                        [TARGET_TABLESPACE] = "tablespace",
                                        [TARGET_SUBSCRIPTION] = "subscription"};
    const char *parameters[] = {KINDS[inspection->target.verb], inspection->target.object};
    Rows rows;
    if (!parameters[1])
        return say(inspection, IN_FLIGHT_UNKNOWN, "its object was not recognised");
    if (!ask(inspection, &QUERY_IN_FLIGHT_CLUSTER_OBJECT, 2, parameters, &rows))
        return false;
    bool is_there = rows_bool(&rows, 0, 0);
    return say(inspection,
               is_there == inspection->target.is_create ? IN_FLIGHT_DONE : IN_FLIGHT_RUN,
               arena_printf(inspection->arena, "%s %s is %s", parameters[0], parameters[1],
                            is_there ? "there" : "not there"));
}

static bool inspect_repeatable(Inspection *inspection)
{
    return say(inspection, IN_FLIGHT_RUN, "the statement may run again");
}

static const Inspect INSPECT[] = {
    [TARGET_CREATE_INDEX] = inspect_create_index,
    [TARGET_DROP_INDEX] = inspect_drop_index,
    [TARGET_REINDEX] = inspect_reindex,
    [TARGET_DETACH_PARTITION] = inspect_detach,
    [TARGET_CLUSTER] = inspect_repeatable,
    [TARGET_VACUUM] = inspect_repeatable,
    [TARGET_DATABASE] = inspect_cluster_object,
    [TARGET_TABLESPACE] = inspect_cluster_object,
    [TARGET_SUBSCRIPTION] = inspect_cluster_object,
    [TARGET_SYSTEM] = inspect_repeatable,
};

bool in_flight_inspect(Arena *arena, Session *session, Str statement, InFlight *ret_in_flight,
                       Err *err)
{
    InFlight found = {0};
    Inspection inspection = {.arena = arena, .session = session, .found = &found, .err = err};
    statement_target(arena, statement, &inspection.target);
    size_t verb = (size_t)inspection.target.verb;
    Inspect inspect = verb < sizeof INSPECT / sizeof INSPECT[0] ? INSPECT[verb] : NULL;
    if (inspect
            ? !inspect(&inspection)
            : !say(&inspection, IN_FLIGHT_UNKNOWN, "whether the statement happened cannot be seen"))
        return false;
    *ret_in_flight = found;
    return true;
}

bool in_flight_check_built(Arena *arena, Session *session, Str statement, Err *err)
{
    StatementTarget target;
    Rows rows;
    statement_target(arena, statement, &target);
    const char *parameters[] = {main_relation(&target), target.object};
    if (target.verb != TARGET_CREATE_INDEX || !target.object || !target.has_if_exists)
        return true;
    if (!session_query(session, arena, QUERY_IN_FLIGHT_INDEX_STATE.text, 2, parameters, &rows, err))
        return false;
    if (rows.count == 0 || rows_bool(&rows, 0, 0))
        return true;
    fail(err, ERR_SERVER, "index %s is INVALID, and IF NOT EXISTS passed over it",
         rows_text(&rows, 0, 1));
    err_detail(err, "a concurrent build that failed earlier left it; no query uses it, every write "
                    "maintains it");
    return err_hint(err, "run the same command again: it is dropped and built anew");
}
