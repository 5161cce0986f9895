// Runs a script on a private copy and measures each of its statements: what it locked and how long,
// what it wrote anew, read and changed, and who was kept waiting (check/trace.h has the values).
// Refuses to record anything in the database, and to keep the copy as it was. Invariant: the
// statements run in the transactions in which `up` runs them: all of them in one where that is
// possible, else as steps.h says.
//
// Locks are read from pg_locks: in a transaction behind each statement, before COMMIT, so that none
// is missed; a lock that the transaction had already in that mode is not among a statement's. What
// runs outside of a transaction is sampled by a second connection while it runs: a lock held
// for less than the sampling interval may be missed there. Scans of a transaction come from
// pg_stat_xact_user_tables' functions, others from pg_stat_user_tables'. WAL is that of the whole
// server: nobody else should work there.
#pragma once

#include "check/trace.h"
#include "pg/session.h"
#include "run/script.h"

typedef struct TraceOptions {
    const char *url;      // of the same database, as a superuser: for the sessions beside
    bool has_no_probes;   // nobody is asked to wait
    int sample_every_ms;  // 0: 10
    int64_t limit_ms;     // the script's session is ended then, whatever it does; 0: never
    int probe_timeout_ms; // 0: 20; what blocks for less is not seen
    int probed_tables;    // at the same time, two sessions each; 0: 8, at most 30
    void (*on_statement)(void *context, const TraceStatement *statement); // may be NULL. Called
    void *context; // when its transaction has ended: before, waits are not known
    // Called each millisecond that the script's server is waited for; NULL: nobody. It must not use
    // the script's session.
    void (*on_tick)(void *context);
    void *tick_context;
} TraceOptions;

// `session` runs the script, with its own role and settings, in no transaction; its notices go to
// the trace meanwhile, and its tick and notices are nobody's afterwards. log_temp_files and
// client_min_messages are set for it, where it may. Its settings and role are reset at the end.
// `ret_trace` holds what ran, after a failure too: the last one is then the statement that failed.
// Errors: ERR_CONFIG (the script), ERR_SERVER with the place in the file, ERR_CONNECTION (which it
// is at the limit, too, with the place), ERR_INTERRUPTED; the open transaction is rolled back.
bool trace_script(Arena *arena, Session *session, const Script *script, const TraceOptions *options,
                  Trace *ret_trace, Err *err) __attribute__((warn_unused_result));
