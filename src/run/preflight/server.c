// The server's state and settings, beside what the plan will ask of them.
#include "run/preflight/preflight_private.h"
#include "run/server_facts.h"

#include <string.h>

enum {
    CONNECTIONS_LEAST = 4, // the run's own progress, and a backup with its jobs
};

// Columns of preflight/server.sql.
enum {
    LIMITS_LEFT,
    LIMITS_CONNECTIONS,
    LIMITS_USED,
};

static void check_writable(Looking *looking)
{
    const Target *target = looking->options->target;
    bool is_fine = !target->is_standby && !target->is_read_only;
    preflight_add(looking, PREFLIGHT_WRITABLE, is_fine ? VERDICT_PASS : VERDICT_FAIL,
                  target->is_standby ? "connect to the primary"
                                     : "connect as a role that may write, or: ALTER ROLE "
                                       "CURRENT_USER RESET default_transaction_read_only;",
                  "%s",
                  target->is_standby     ? "a standby"
                  : target->is_read_only ? "default_transaction_read_only is on"
                                         : "a primary that takes writes");
}

static void check_connections(Looking *looking)
{
    const Rows *rows = preflight_rows(looking, ASKED_SERVER, PREFLIGHT_CONNECTIONS);
    if (!rows)
        return;
    int64_t left = rows_int(rows, 0, LIMITS_LEFT);
    Check *check = preflight_add(
        looking, PREFLIGHT_CONNECTIONS,
        left < 1                   ? looking->options->is_run ? VERDICT_WARN : VERDICT_FAIL
        : left < CONNECTIONS_LEAST ? VERDICT_WARN
                                   : VERDICT_PASS,
        "see who has them: SELECT usename, application_name, count(*) FROM pg_stat_activity GROUP "
        "BY 1, 2;",
        "%lld left (%s of %s in use)", (long long)left, rows_text(rows, 0, LIMITS_USED),
        rows_text(rows, 0, LIMITS_CONNECTIONS));
    check->limit = arena_printf(looking->arena, "%d", CONNECTIONS_LEAST);
}

static bool writes_much(const Looking *looking)
{
    return looking->rooms.len > 0;
}

static void check_archive(Looking *looking, const Rows *facts)
{
    const char *mode = rows_text(facts, 0, SERVER_ARCHIVE_MODE);
    if (!rows_bool(facts, 0, SERVER_IS_FAILING) || strcmp(mode, "off") == 0) {
        preflight_add(looking, PREFLIGHT_ARCHIVE, VERDICT_PASS, NULL, "archive_mode %s", mode);
        return;
    }
    preflight_add(looking, PREFLIGHT_ARCHIVE, writes_much(looking) ? VERDICT_FAIL : VERDICT_WARN,
                  "SHOW archive_command; and what the server's log says about it",
                  "archive_mode %s, and archiving fails: last of %s at %s (UTC)%s", mode,
                  rows_text(facts, 0, SERVER_FAILED_WAL), rows_text(facts, 0, SERVER_FAILED_AT),
                  writes_much(looking) ? "; the plan writes whole tables or indexes anew" : "");
}

static void check_timeouts(Looking *looking, const Rows *facts)
{
    const char *list = server_timeouts(looking->arena, facts);
    bool ends_sessions = rows_bool(facts, 0, SERVER_ENDS_SESSIONS);
    preflight_add(looking, PREFLIGHT_TIMEOUTS, ends_sessions ? VERDICT_WARN : VERDICT_PASS,
                  SERVER_TIMEOUTS_FIX, "%s", *list ? list : "none set");
}

static void check_locks(Looking *looking, const Rows *facts)
{
    int64_t all = rows_int(facts, 0, SERVER_LOCK_PLACES);
    int64_t limit = rows_int(facts, 0, SERVER_MAX_LOCKS);
    const Rows *rows = preflight_rows(looking, ASKED_PLACES, PREFLIGHT_LOCKS);
    if (!rows)
        return;
    int64_t needed = rows->count ? rows_int(rows, 0, 2) : (int64_t)looking->locks.len;
    const char *what =
        rows->count
            ? arena_printf(
                  looking->arena, "%s with %s partitions or children", rows_text(rows, 0, 0),
                  arena_printf(looking->arena, "%lld", (long long)rows_int(rows, 0, 1) - 1))
            : "no relation has partitions";
    preflight_add(looking, PREFLIGHT_LOCKS,
                  needed > all       ? VERDICT_FAIL
                  : needed > all / 2 ? VERDICT_WARN
                                     : VERDICT_PASS,
                  arena_printf(looking->arena,
                               "ALTER SYSTEM SET max_locks_per_transaction = %lld; then restart "
                               "the server",
                               (long long)(limit * (2 * needed / (all ? all : 1) + 1))),
                  "%lld of about %lld places (%s)", (long long)needed, (long long)all, what);
}

void preflight_server(Looking *looking)
{
    check_writable(looking);
    check_connections(looking);
    const Answer *facts = &looking->answers[ASKED_FACTS];
    if (facts->err.class != ERR_NONE) {
        preflight_unknown(looking, PREFLIGHT_ARCHIVE, &facts->err);
        preflight_unknown(looking, PREFLIGHT_TIMEOUTS, &facts->err);
        preflight_unknown(looking, PREFLIGHT_LOCKS, &facts->err);
        return;
    }
    looking->preflight->schema_bytes = rows_int(&facts->rows, 0, SERVER_DATABASE_BYTES);
    check_archive(looking, &facts->rows);
    check_timeouts(looking, &facts->rows);
    check_locks(looking, &facts->rows);
}
