// One script on the copy, as who runs migrations, traced.
#include "run/rehearse/round_private.h"
#include "run/trace.h"

enum {
    HOUR_MS = 3600 * 1000,
    ROLES_MOST = 50 // made for one script
};

bool round_open_session(Round *round, const char *url, Session **ret_session, Err *err)
{
    SessionOptions options = {.url = url, .application_name = "migrate-safe rehearse"};
    return session_open(&options, ret_session, err);
}

static const char *admin_url(const Round *round)
{
    const char *url = rehearsal_place_superuser_url(round->place);
    return url ? url : rehearsal_place_url(round->place);
}

bool round_connect(Round *round, Err *err)
{
    return (round->admin && session_is_alive(round->admin)) ||
           round_open_session(round, admin_url(round), &round->admin, err);
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
    return round_connect(round, &lost) ? OUTCOME_FAILED : OUTCOME_ENDED;
}

static bool set_timeout(Round *round, Session *session, const Script *script, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    const RoundOptions *options = round->options;
    int64_t said = script->directives.statement_timeout_ms;
    int64_t ms = said > 0 ? said : said < 0 ? 0 : options->statement_timeout_ms;
    int64_t longest = options->longest_ms ? options->longest_ms : HOUR_MS;
    if (!ms || ms > longest)
        ms = longest;
    return session_exec(session,
                        arena_printf(scratch, "SET statement_timeout = %lld", (long long)ms), err);
}

Outcome round_run_script(Round *round, const Script *script, bool is_measured, RehearsedWay *way,
                         Err *err)
{
    SESSION_SCOPED session = NULL;
    bool is_superuser = rehearsal_place_superuser_url(round->place);
    TraceOptions options = {
        .url = admin_url(round),
        .has_no_probes = !is_measured || !is_superuser || round->options->has_no_probes,
    };
    if (!round_open_session(round, rehearsal_place_url(round->place), &session, err) ||
        !set_timeout(round, session, script, err))
        return OUTCOME_ENDED;
    bool ok = trace_script(round->arena, session, script, &options, &way->trace, err);
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
