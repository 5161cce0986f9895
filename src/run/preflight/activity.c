// Who is at work in the database: old transactions, who waits, VACUUM, index builds.
#include "migration/duration.h"
#include "queries.h"
#include "run/preflight/preflight_private.h"
#include "sql/quote.h"

#include <string.h>

enum {
    IDLE_MS = 5000,
    NAMED_MOST = 10
};

// Columns of preflight/sessions.sql.
enum {
    SESSION_PID,
    SESSION_USER,
    SESSION_APPLICATION,
    SESSION_STATE,
    SESSION_TRANSACTION_MS,
    SESSION_IDLE_MS,
    SESSION_QUERY,
    SESSION_IS_HIDDEN,
    SESSION_IS_OLD,
};

static bool is_idle(const Rows *rows, size_t row)
{
    const char *state = rows_text(rows, row, SESSION_STATE);
    return state && str_starts(str_from(state), STR("idle in transaction"));
}

static bool is_old(const Rows *rows, size_t row)
{
    return rows_bool(rows, row, SESSION_IS_OLD);
}

static int64_t idle_limit(const Looking *looking)
{
    return looking->options->long_ms < IDLE_MS ? looking->options->long_ms : IDLE_MS;
}

static size_t count_hidden(const Rows *rows)
{
    size_t hidden = 0;
    for (size_t i = 0; i < rows->count; i++)
        hidden += rows_bool(rows, i, SESSION_IS_HIDDEN);
    return hidden;
}

static void name_session(Looking *looking, Check *check, const Rows *rows, size_t row, int64_t ms)
{
    const char *application = rows_text(rows, row, SESSION_APPLICATION);
    if (check->details.len < NAMED_MOST)
        check_detail(looking->arena, check, "pid %s, user %s%s%s, %s for %s: %s",
                     rows_text(rows, row, SESSION_PID), rows_text(rows, row, SESSION_USER),
                     application && *application ? ", application " : "",
                     application ? application : "", rows_text(rows, row, SESSION_STATE),
                     duration_text(looking->arena, ms), rows_text(rows, row, SESSION_QUERY));
}

static const char *end_session(Looking *looking, const Rows *rows, size_t row)
{
    return arena_printf(looking->arena, "wait for it, or end it: SELECT pg_terminate_backend(%s);",
                        rows_text(rows, row, SESSION_PID));
}

static void add_hidden(Looking *looking, PreflightId id, size_t hidden)
{
    preflight_add(looking, id, VERDICT_UNKNOWN,
                  arena_printf(looking->arena, "GRANT pg_read_all_stats TO %s;",
                               quote_identifier(looking->arena, session_user(looking->session))),
                  "%zu session%s not show what %s", hidden, hidden == 1 ? " does" : "s do",
                  hidden == 1 ? "it does" : "they do");
}

static void check_long(Looking *looking, const Rows *rows)
{
    size_t count = 0;
    size_t first = rows->count;
    size_t hidden = count_hidden(rows);
    for (size_t i = rows->count; i-- > 0;)
        if (is_old(rows, i)) {
            count++;
            first = i;
        }
    looking->preflight->long_transactions = !count && hidden ? -1 : (int64_t)count;
    if (!count && hidden) {
        add_hidden(looking, PREFLIGHT_LONG, hidden);
        return;
    }
    bool is_waited_for = looking->has_concurrent && !looking->options->is_run;
    Check *check = preflight_add(
        looking, PREFLIGHT_LONG,
        !count          ? VERDICT_PASS
        : is_waited_for ? VERDICT_FAIL
                        : VERDICT_WARN,
        count ? end_session(looking, rows, first) : NULL, "%zu%s%s", count,
        count ? ", the oldest for " : "",
        count ? duration_text(looking->arena, rows_int(rows, first, SESSION_TRANSACTION_MS)) : "");
    check->limit = duration_text(looking->arena, looking->options->long_ms);
    for (size_t i = 0; i < rows->count; i++)
        if (is_old(rows, i))
            name_session(looking, check, rows, i, rows_int(rows, i, SESSION_TRANSACTION_MS));
}

static void check_idle(Looking *looking, const Rows *rows)
{
    int64_t limit = idle_limit(looking);
    size_t hidden = count_hidden(rows);
    size_t count = 0;
    size_t first = 0;
    for (size_t i = rows->count; i-- > 0;)
        if (is_idle(rows, i) && rows_int(rows, i, SESSION_IDLE_MS) >= limit) {
            count++;
            first = i;
        }
    if (!count && hidden) {
        add_hidden(looking, PREFLIGHT_IDLE, hidden);
        return;
    }
    Check *check = preflight_add(looking, PREFLIGHT_IDLE, count ? VERDICT_WARN : VERDICT_PASS,
                                 count ? end_session(looking, rows, first) : NULL, "%zu", count);
    check->limit = duration_text(looking->arena, limit);
    for (size_t i = 0; i < rows->count; i++)
        if (is_idle(rows, i) && rows_int(rows, i, SESSION_IDLE_MS) >= limit)
            name_session(looking, check, rows, i, rows_int(rows, i, SESSION_IDLE_MS));
}

static void check_waiting(Looking *looking)
{
    const Rows *rows = preflight_rows(looking, ASKED_WAITING, PREFLIGHT_WAITING);
    if (!rows)
        return;
    Check *check =
        preflight_add(looking, PREFLIGHT_WAITING, rows->count ? VERDICT_WARN : VERDICT_PASS,
                      "see for whom: SELECT pid, pg_blocking_pids(pid), query FROM "
                      "pg_stat_activity WHERE wait_event_type = 'Lock';",
                      "%zu", rows->count);
    for (size_t i = 0; i < rows->count && i < NAMED_MOST; i++)
        check_detail(looking->arena, check, "pid %s waits for pid %s%s%s", rows_text(rows, i, 0),
                     rows_text(rows, i, 3), rows_text(rows, i, 2) ? " at " : "",
                     rows_text(rows, i, 2) ? rows_text(rows, i, 2) : "");
}

// Columns of preflight/maintenance.sql.
enum {
    WORK_KIND,
    WORK_PID,
    WORK_RELATION,
    WORK_PHASE,
    WORK_IS_WRAPAROUND,
};

static bool is_wraparound(const Looking *looking, const Rows *rows, size_t row)
{
    int pid = (int)rows_int(rows, row, WORK_PID);
    VEC_EACH (const Blocker, blocker, &looking->blockers)
        if (blocker->pid == pid && blocker->is_wraparound)
            return true;
    return rows_bool(rows, row, WORK_IS_WRAPAROUND);
}

typedef struct Work {
    size_t all;
    size_t in_the_way; // of what the plan locks
    size_t hidden;
    size_t wraparound;
} Work;

static Work count_work(const Looking *looking, const Rows *rows, const char *kind)
{
    Work work = {0};
    for (size_t i = 0; i < rows->count; i++) {
        if (strcmp(rows_text(rows, i, WORK_KIND), kind) != 0)
            continue;
        bool is_stubborn = is_wraparound(looking, rows, i) || strcmp(kind, "index") == 0;
        work.all++;
        work.wraparound += is_wraparound(looking, rows, i);
        work.hidden += !rows_text(rows, i, WORK_RELATION);
        work.in_the_way +=
            is_stubborn && preflight_is_blocker(looking, (int)rows_int(rows, i, WORK_PID));
    }
    return work;
}

static void name_work(Looking *looking, Check *check, const Rows *rows, const char *kind)
{
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows_text(rows, i, WORK_KIND), kind) == 0 && check->details.len < NAMED_MOST)
            check_detail(looking->arena, check, "pid %s%s%s, %s%s", rows_text(rows, i, WORK_PID),
                         rows_text(rows, i, WORK_RELATION) ? " on " : "",
                         rows_text(rows, i, WORK_RELATION) ? rows_text(rows, i, WORK_RELATION) : "",
                         rows_text(rows, i, WORK_PHASE) ? rows_text(rows, i, WORK_PHASE)
                                                        : "at work",
                         is_wraparound(looking, rows, i) ? " (to prevent wraparound)" : "");
}

static void check_work(Looking *looking, PreflightId id, const char *kind, const char *fix)
{
    const Rows *rows = preflight_rows(looking, ASKED_MAINTENANCE, id);
    if (!rows)
        return;
    Work work = count_work(looking, rows, kind);
    Verdict verdict = work.in_the_way   ? looking->options->is_run ? VERDICT_WARN : VERDICT_FAIL
                      : work.wraparound ? VERDICT_WARN
                      : work.hidden     ? VERDICT_UNKNOWN
                                        : VERDICT_PASS;
    Check *check = preflight_add(
        looking, id, verdict,
        verdict == VERDICT_UNKNOWN ? "as a superuser: GRANT pg_read_all_stats TO CURRENT_USER;"
                                   : fix,
        "%zu, of these on what the plan locks: %zu", work.all, work.in_the_way);
    name_work(looking, check, rows, kind);
}

void preflight_activity(Looking *looking)
{
    const Rows *rows = &looking->answers[ASKED_SESSIONS].rows;
    const Err *err = &looking->answers[ASKED_SESSIONS].err;
    if (err->class == ERR_NONE) {
        check_long(looking, rows);
        check_idle(looking, rows);
    } else {
        preflight_unknown(looking, PREFLIGHT_LONG, err);
        preflight_unknown(looking, PREFLIGHT_IDLE, err);
    }
    check_waiting(looking);
    check_work(looking, PREFLIGHT_VACUUM, "vacuum",
               "let it finish; see: SELECT * FROM pg_stat_progress_vacuum;");
    check_work(looking, PREFLIGHT_INDEX_BUILDS, "index",
               "let it finish; see: SELECT * FROM pg_stat_progress_create_index;");
}
