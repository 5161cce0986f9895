// SQL of the user's for what lives outside of the migrations.
#include "run/rehearse/place_private.h"

#include "run/script.h"
#include "run/script_statement.h"

static bool run_statements(Session *session, const Script *script, Err *err)
{
    SCRIPT_SCOPED reader = NULL;
    if (!script_open(script, &reader, err))
        return false;
    Splitter *splitter = script_splitter(reader);
    for (;;) {
        Statement statement;
        switch (splitter_next(splitter, &statement, err)) {
        case SPLIT_END:
            return true;
        case SPLIT_FAILED:
            return false;
        case SPLIT_STATEMENT:
            if (!script_statement_run(session, splitter, &statement, err))
                return false;
        }
    }
}

// Each in a session of its own: what one of them sets is not the next one's.
static bool run_file(RehearsalPlace *place, const char *path, Err *err)
{
    Script script = {.is_present = true, .path = path, .start = {1, 1}};
    ARENA_SCOPED scratch = arena_new();
    SESSION_SCOPED session = NULL;
    if (!place_open_copy(place, &session, err))
        return false;
    if (!script_load(scratch, scratch, &script, err) || !run_statements(session, &script, err)) {
        if (err->class == ERR_SERVER)
            err->class = ERR_MIGRATION;
        return err_note(err, "the prelude failed");
    }
    if (session_transaction(session) == TRANSACTION_NONE)
        return true;
    fail(err, ERR_MIGRATION, "the prelude leaves a transaction open");
    err_at(err, path, (Position){0, 0});
    return err_hint(err, "end the file with COMMIT");
}

bool place_prelude_run(RehearsalPlace *place, Err *err)
{
    const char *const *path = place->options.prelude;
    if (!path || !*path || (place_is_copy(place) && !place->options.is_prelude_forced))
        return true;
    place_tell(place, "running the prelude");
    place->facts = NULL;
    for (; *path; path++)
        if (!run_file(place, *path, err))
            return false;
    return true;
}
