// The moment of a restore: the live database gets the name that it is kept under, and the copy its
// name, in one transaction. ALTER DATABASE RENAME holds the lock that every new connection needs:
// those wait until the end and are neither refused nor lost count of, and when we die the server
// lets them in by itself. (ALLOW_CONNECTIONS false would outlive us.)
#include "io/clock.h"
#include "io/fault.h"
#include "queries.h"
#include "run/backup/restore_private.h"
#include "sql/quote.h"

#include <stdio.h>
#include <string.h>

enum {
    GRACE_MS = 2000,
    LOOK_EVERY_MS = 20,
    QUIET_MS = 5000, // for backends of the copy, ours too, to end
    ATTEMPTS = 3
};

// Ends the sessions of the live database while the other session waits for that.
typedef struct Ender {
    Arena *arena;
    Restore *restore;
    Session *session;
    int64_t start_us;
    const char *ours; // backends, as an array
    Err err;          // a session that could not be ended; the last reason
    VEC(const char *) refused;
    VEC(int64_t) ended;
} Ender;

static bool was_ended(const Ender *ender, int64_t pid)
{
    VEC_EACH (const int64_t, known, &ender->ended)
        if (*known == pid)
            return true;
    return false;
}

static const char *session_text(Arena *arena, const Rows *rows, size_t i)
{
    const char *application = rows_text(rows, i, 2);
    const char *state = rows_text(rows, i, 4);
    return arena_printf(arena, "%s, user %s, from %s%s%s",
                        application && *application ? application : "a session without a name",
                        rows_text(rows, i, 1) ? rows_text(rows, i, 1) : "unknown",
                        rows_text(rows, i, 3), state ? ", " : "", state ? state : "");
}

static bool is_autovacuum(const Rows *rows, size_t i)
{
    const char *type = rows_text(rows, i, 5); // hidden from some roles
    return type && strncmp(type, "autovacuum", 10) == 0;
}

static void end_one(Ender *ender, const Rows *rows, size_t i)
{
    const char *pid = rows_text(rows, i, 0);
    Rows answer;
    Err err = {0};
    if (was_ended(ender, rows_int(rows, i, 0)))
        return;
    *vec_append(ender->arena, &ender->ended) = rows_int(rows, i, 0);
    const char *text = session_text(ender->arena, rows, i);
    if (session_query(ender->session, ender->arena,
                      "SELECT pg_catalog.pg_terminate_backend($1::pg_catalog.int4)", 1, &pid,
                      &answer, &err)) {
        *vec_append(ender->arena, &ender->restore->ended) = text;
        return;
    }
    ender->err = err;
    *vec_append(ender->arena, &ender->refused) = text;
}

// What is idle goes at once, a transaction after the grace. Autovacuum is ended by the server.
static void end_sessions(void *context)
{
    Ender *ender = context;
    const char *parameters[] = {ender->restore->fact.oid, ender->ours};
    bool is_over = clock_elapsed_ms(ender->start_us) >= GRACE_MS;
    Rows rows;
    Err ignored = {0};
    if (!session_query(ender->session, ender->arena, QUERY_RESTORE_SESSIONS.text, 2, parameters,
                       &rows, &ignored))
        return;
    for (size_t i = 0; i < rows.count; i++)
        if (!is_autovacuum(&rows, i) && (is_over || !rows_bool(&rows, i, 6)))
            end_one(ender, &rows, i);
}

// The copy's backends are ours, but ending takes them a moment, in which nobody shall wait yet.
static bool wait_until_quiet(Arena *arena, Restore *restore, const char *oid, Err *err)
{
    const char *parameters[] = {oid, "{}"};
    int64_t start_us = clock_monotonic_us();
    for (;;) {
        Rows rows;
        if (!session_query(restore->server, arena, QUERY_RESTORE_SESSIONS.text, 2, parameters,
                           &rows, err))
            return false;
        bool is_quiet = true;
        for (size_t i = 0; i < rows.count; i++)
            is_quiet = is_quiet && is_autovacuum(&rows, i);
        if (is_quiet)
            return true;
        if (clock_elapsed_ms(start_us) > QUIET_MS) {
            fail(err, ERR_CHECK, "somebody is connected to the restored copy %s: %s", restore->copy,
                 session_text(arena, &rows, 0));
            return err_hint(err, "let them disconnect, then run the same command again");
        }
        if (!clock_sleep_ms(LOOK_EVERY_MS))
            return fail(err, ERR_INTERRUPTED, "interrupted before the swap");
    }
}

static bool rename_database(Arena *arena, Session *server, const char *from, const char *to,
                            Err *err)
{
    return session_exec(server,
                        arena_printf(arena, "ALTER DATABASE %s RENAME TO %s",
                                     quote_identifier(arena, from), quote_identifier(arena, to)),
                        err);
}

static bool rename_both(Arena *arena, Restore *restore, Err *err)
{
    Session *server = restore->server;
    if (!session_exec(server,
                      "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = 0", err))
        return false;
    FAULT_POINT("restore.renaming");
    if (restore->fact.oid &&
        (!rename_database(arena, server, restore->live, restore->replaced, err) ||
         !server_mark(arena, server, &restore->options, restore->replaced, MARKER_REPLACED,
                      restore->live, err)))
        return false;
    FAULT_POINT("restore.held");
    return rename_database(arena, server, restore->copy, restore->live, err) &&
           session_exec(server, carry_comment(arena, restore), err);
}

// COMMIT, and when its answer is lost: which database has the name now.
static bool commit(Arena *arena, Restore *restore, const char *copy_oid, Err *err)
{
    ServerDatabases found;
    Err lost = {0};
    FAULT_POINT("restore.renamed");
    if (session_exec(restore->server, "COMMIT", err))
        return true;
    if (session_is_alive(restore->server))
        return false;
    session_close(restore->server);
    restore->server = NULL;
    restore->is_unknown = !server_connect_beside(arena, &restore->options, restore->live,
                                                 restore->replaced, &restore->server, &lost) ||
                          !server_list(arena, restore->server, restore->live, &found, &lost);
    return !restore->is_unknown && found.len && strcmp(found.items[0].oid, copy_oid) == 0;
}

static bool fail_held(const Ender *ender, Err *err)
{
    const Restore *restore = ender->restore;
    char detail[sizeof err->detail];
    snprintf(detail, sizeof detail, "%s", err->detail);
    if (ender->refused.len) {
        fail(err, ERR_ROLLBACK, "%s was not swapped: this role may not end a session of it: %s",
             restore->live, ender->err.message);
        err_detail(err, "%s", ender->refused.items[0]);
        return err_hint(err,
                        "let it disconnect; or GRANT pg_signal_backend TO %s (a superuser's "
                        "session only a superuser ends)",
                        session_user(restore->server));
    }
    err->class = ERR_ROLLBACK;
    err_note(err, "%s was not swapped", restore->live);
    return err_detail(err, "%s", detail);
}

// Sessions that come back between two attempts are ended by the next one.
static bool swap_once(Arena *arena, Restore *restore, Session *ender_session, const char *copy_oid,
                      bool *ret_again, Err *err)
{
    Ender ender = {.arena = arena,
                   .restore = restore,
                   .session = ender_session,
                   .start_us = clock_monotonic_us(),
                   .ours = "{}"};
    session_set_idle(restore->server, LOOK_EVERY_MS, end_sessions, &ender);
    bool ok = rename_both(arena, restore, err);
    session_set_idle(restore->server, 0, NULL, NULL);
    ok = ok && commit(arena, restore, copy_oid, err);
    restore->swap_ms = clock_elapsed_ms(ender.start_us);
    if (ok)
        return true;
    *ret_again = strcmp(err->sqlstate, "55006") == 0 && !ender.refused.len; // object in use
    if (restore->server)
        session_rollback(restore->server);
    return err->class == ERR_INTERRUPTED || restore->is_unknown ? false : fail_held(&ender, err);
}

static bool find_oid(Arena *arena, Restore *restore, const char **ret_oid, Err *err)
{
    ServerDatabases found;
    if (!server_list(arena, restore->server, restore->copy, &found, err))
        return false;
    if (!found.len)
        return fail(err, ERR_ROLLBACK, "the restored copy %s is gone", restore->copy);
    *ret_oid = found.items[0].oid;
    return true;
}

bool restore_swap(Arena *arena, Restore *restore, Err *err)
{
    SESSION_SCOPED ender = NULL;
    const char *copy_oid = NULL;
    bool again = true;
    if (!find_oid(arena, restore, &copy_oid, err) || !carry_properties(arena, restore, err) ||
        !server_connect(arena, &restore->options, session_database(restore->server), &ender, err))
        return false;
    FAULT_POINT("restore.carried");
    target_close(&restore->target); // also lets the runner's lock go: a runner would be ended, too
    restore->target.session = NULL;
    if (!wait_until_quiet(arena, restore, copy_oid, err))
        return false;
    int64_t start_us = clock_monotonic_us();
    for (int attempt = 1; again && attempt <= ATTEMPTS; attempt++) {
        again = false;
        if (!swap_once(arena, restore, ender, copy_oid, &again, err))
            continue;
        FAULT_POINT("restore.swapped");
        restore->is_swapped = true;
        restore_step_done(&restore->options, start_us,
                          restore->fact.oid ? arena_printf(arena, "swapped: %s is the restored one",
                                                           restore->live)
                                            : arena_printf(arena, "named it %s", restore->live));
        return true;
    }
    return false;
}

bool restore_count_late(Arena *arena, Restore *restore, Err *err)
{
    SESSION_SCOPED replaced = NULL;
    if (!restore->has_target || !restore->fact.oid || !restore->is_swapped)
        return true;
    return server_connect(arena, &restore->options, restore->replaced, &replaced, err) &&
           loss_count_late(arena, replaced, &restore->loss, err);
}
