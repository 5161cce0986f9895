// One script on the copy, as who runs migrations, traced.
#include "run/rehearse/load.h"
#include "run/rehearse/round_private.h"
#include "run/trace.h"

#include <stdio.h>
#include <string.h>

enum {
    LONGEST_MS = 3600 * 1000, // of any statement
    LIMITS_MOST = 20,         // so many times its limit a migration is measured, then ended
    ROLES_MOST = 50           // made for one script
};

bool round_open_session(Round *round, const char *url, Session **ret_session, Err *err)
{
    SessionOptions options = {.url = url, .application_name = "migrate-safe rehearse"};
    return session_open(&options, ret_session, err);
}

const char *round_admin_url(const Round *round)
{
    const char *url = rehearsal_place_superuser_url(round->place);
    return url ? url : rehearsal_place_url(round->place);
}

bool round_connect(Round *round, Err *err)
{
    return (round->admin && session_is_alive(round->admin)) ||
           round_open_session(round, round_admin_url(round), &round->admin, err);
}

void round_disconnect(Round *round)
{
    session_close(round->admin);
    round->admin = NULL;
}

// A script may end its own session; when the server still answers, that was all.
Outcome round_judge_failure(Round *round, Err *err)
{
    Err lost = {0};
    if (err->class == ERR_INTERRUPTED || err->class == ERR_IO)
        return OUTCOME_ENDED;
    if (err->class != ERR_CONNECTION)
        return OUTCOME_FAILED;
    round_disconnect(round);
    if (round_connect(round, &lost))
        return OUTCOME_FAILED;
    if (lost.class == ERR_CONNECTION) {
        err_note(err, "the server of the copy has ended");
        err_hint(err, "nothing was done to the database itself; see what ended the server (memory, "
                      "disk, somebody), then run the same command again");
    }
    return OUTCOME_ENDED;
}

static bool set_timeout(Round *round, Session *session, const Script *script, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    const RoundOptions *options = round->options;
    int64_t said = script->directives.statement_timeout_ms;
    int64_t ms = said > 0 ? said : said < 0 ? 0 : options->statement_timeout_ms;
    if (!ms || ms > LONGEST_MS)
        ms = LONGEST_MS;
    return session_exec(session,
                        arena_printf(scratch, "SET statement_timeout = %lld", (long long)ms), err);
}

// Alone for a moment first, so that there is something to compare with. What the application asks
// may not be there yet, or not any more: then it is told, and nothing runs beside.
static bool open_load(Round *round, Load **ret_load, RehearsedWay *way, Err *err)
{
    enum {
        ALONE_MS = 1000
    };
    LoadOptions options = {.folder = round->options->load,
                           .url = rehearsal_place_url(round->place),
                           .rate = (double)round->options->load_rate};
    *ret_load = NULL;
    if (!options.folder)
        return true;
    if (load_open(round->arena, &options, ret_load, err) &&
        load_run_alone(*ret_load, ALONE_MS, err))
        return true;
    load_close(*ret_load);
    *ret_load = NULL;
    if (err->class != ERR_CHECK)
        return false;
    way->load = (RehearsalLoad){.error = round_keep(round, err->message)};
    *err = (Err){0};
    return true;
}

static void end_load(Load *load, RehearsedWay *way)
{
    Err ignored = {0};
    if (!load)
        return;
    (void)!load_end(load, &ignored);
    way->load = load_result(load);
}

static void note(Round *round, Words *relations, uint32_t oid)
{
    char text[16];
    snprintf(text, sizeof text, "%u", oid);
    if (!words_have(relations, text))
        *vec_append(round->arena, relations) = round_keep(round, text);
}

// The modes between these change no row: they build indexes, and validate.
static bool is_touched(const TraceRelation *relation)
{
    LockModes changing = lock_modes_of(LOCK_ROW_EXCLUSIVE) | lock_modes_of(LOCK_EXCLUSIVE) |
                         lock_modes_of(LOCK_ACCESS_EXCLUSIVE);
    return (relation->locked & changing) || relation->is_created || relation->is_rewritten ||
           relation->inserted || relation->updated || relation->deleted;
}

// Outside of a transaction the server counts when it likes.
static bool is_changed(const TraceStatement *statement, const TraceRelation *relation)
{
    return statement->place == TRACE_OUTSIDE || relation->is_created || relation->is_rewritten ||
           relation->inserted || relation->updated || relation->deleted;
}

// Triggers at a transaction's end are not seen, nor what the server was told not to count; values
// of a type that changes are others in every table.
static bool is_far_reaching(const TraceStatement *statement)
{
    static const char *const SIGNS[] = {"constraint trigger", "track_counts"};
    const char *text = statement->text ? statement->text : "";
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (strcasestr(text, SIGNS[i]))
            return true;
    return strcasecmp(statement->label, "ALTER TYPE") == 0 && !strcasestr(text, "add value");
}

// Whose rows may be others now.
static void note_touched(Round *round, const Trace *trace)
{
    round->copied = NULL;
    VEC_EACH (const TraceStatement, statement, &trace->statements) {
        round->is_anything_touched |= is_far_reaching(statement);
        VEC_EACH (const TraceRelation, relation, &statement->relations) {
            if (!is_touched(relation))
                continue;
            note(round, &round->touched, relation->oid);
            if (is_changed(statement, relation))
                note(round, &round->changed, relation->oid);
        }
    }
}

Outcome round_run_script(Round *round, const Script *script, bool is_measured, RehearsedWay *way,
                         Err *err)
{
    SESSION_SCOPED session = NULL;
    LOAD_SCOPED load = NULL;
    bool is_superuser = rehearsal_place_superuser_url(round->place);
    TraceOptions options = {
        .url = round_admin_url(round),
        .has_no_probes = !is_measured || !is_superuser,
        .limit_ms = LIMITS_MOST * round->rehearsal->limits.migration_ms,
    };
    if (!round_open_session(round, rehearsal_place_url(round->place), &session, err) ||
        !set_timeout(round, session, script, err) ||
        (is_measured && !open_load(round, &load, way, err)))
        return OUTCOME_ENDED;
    if (load) {
        options.on_tick = load_turn;
        options.tick_context = load;
        load_begin(load);
    }
    bool ok = trace_script(round->arena, session, script, &options, &way->trace, err);
    end_load(load, way);
    note_touched(round, &way->trace);
    round->is_anything_touched |= !ok;
    way->was_run = true;
    way->ms = rehearsal_ran_ms(&way->trace);
    way->has_failed = !ok;
    return ok ? OUTCOME_DONE : round_judge_failure(round, err);
}

// Roles that only the real server has are made when a script misses them.
Outcome round_run_up(Round *round, const Migration *migration, bool is_measured, RehearsedWay *way,
                     Err *err)
{
    for (int roles = 0;; roles++) {
        Outcome outcome = round_run_script(round, &migration->up, is_measured, way, err);
        if (outcome != OUTCOME_FAILED || roles == ROLES_MOST ||
            !rehearsal_place_make_missing_role(round->place, err))
            return outcome;
        *err = (Err){0};
    }
}
