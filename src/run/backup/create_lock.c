// A TRUNCATE or a rewriting ALTER TABLE that ends between the snapshot and the reading of a table
// leaves a table that is empty for the snapshot: pg_dump writes no rows then, and no error
// (measured). So all tables are locked first, ACCESS SHARE, which reading them would lock anyway;
// only then the snapshot is taken, and it must show no table that is not locked.
#include "base/text.h"
#include "queries.h"
#include "run/backup/create_private.h"
#include "run/blockers.h"
#include "run/lock_wait.h"

enum {
    STATEMENT_TABLES = 500,
    STATEMENT_MAX = 1 << 20,
    MOVES_MOST = 20, // tables made or dropped while they were locked
    LOCK_TIMEOUT_MS = 2000,
    LOCK_DEADLINE_MS = 60 * 1000
};

static bool list(Creation *creation, Rows *ret_rows, Err *err)
{
    return session_query(creation->session, creation->arena, QUERY_BACKUP_LOCKABLE.text, 0, NULL,
                         ret_rows, err) ||
           err_note(err, "listing the tables");
}

// SET and LOCK take no snapshot.
static bool begin(Creation *creation, Err *err)
{
    int64_t timeout = creation->options->lock_timeout_ms;
    const char *sql = arena_printf(
        creation->arena,
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = %lld",
        (long long)(timeout > 0 ? timeout : LOCK_TIMEOUT_MS));
    return session_exec(creation->session, sql, err);
}

static bool lock_tables(Creation *creation, const Rows *tables, Err *err)
{
    for (size_t first = 0; first < tables->count; first += STATEMENT_TABLES) {
        TEXT_SCOPED sql;
        text_init(&sql, STATEMENT_MAX);
        for (size_t i = first; i < tables->count && i < first + STATEMENT_TABLES; i++)
            text_printf(&sql, "%s ONLY %s", i > first ? "," : "LOCK TABLE",
                        rows_text(tables, i, 0));
        text_append(&sql, STR(" IN ACCESS SHARE MODE"));
        if (!session_exec(creation->session, text_cstr(&sql), err))
            return false;
    }
    return true;
}

static bool export_snapshot(Creation *creation, Err *err)
{
    Rows rows;
    if (!session_query(creation->session, creation->arena, "SELECT pg_catalog.pg_export_snapshot()",
                       0, NULL, &rows, err))
        return false;
    creation->snapshot = rows_text(&rows, 0, 0);
    return true;
}

static bool all_are_locked(const Rows *tables)
{
    for (size_t row = 0; row < tables->count; row++)
        if (!rows_bool(tables, row, 1))
            return false;
    return true;
}

// True with `ret_is_moving`: a table was made, dropped or renamed meanwhile.
static bool attempt(Creation *creation, bool *ret_is_moving, Rows *ret_tables, Err *err)
{
    static const char *const GONE[] = {"42P01", "3F000", "42809"}; // table, schema, now a view
    Rows seen;
    *ret_is_moving = false;
    if (!list(creation, ret_tables, err) || !begin(creation, err))
        return false;
    if (!lock_tables(creation, ret_tables, err)) {
        for (size_t i = 0; i < sizeof GONE / sizeof *GONE; i++)
            *ret_is_moving |= strcmp(err->sqlstate, GONE[i]) == 0;
        return *ret_is_moving;
    }
    // What cannot be locked beforehand, as a materialised view that is being refreshed, may take
    // longer.
    int64_t deadline = creation->options->lock_deadline_ms;
    const char *sql = arena_printf(creation->arena, "SET LOCAL lock_timeout = %lld",
                                   (long long)(deadline > 0 ? deadline : LOCK_DEADLINE_MS));
    if (!export_snapshot(creation, err) || !list(creation, &seen, err) ||
        !session_exec(creation->session, sql, err))
        return false;
    *ret_is_moving = !all_are_locked(&seen);
    return true;
}

static bool explain(Err *err)
{
    if (strcmp(err->sqlstate, "53200") == 0) {
        err->class = ERR_CHECK;
        return err_hint(err, "the server has no place for so many locks: raise "
                             "max_locks_per_transaction, and start it again");
    }
    if (strcmp(err->sqlstate, "42501") == 0) {
        err->class = ERR_CONFIG;
        return err_hint(err, "a backup reads every table: GRANT pg_read_all_data TO the role (14 "
                             "and newer), or connect as the owner");
    }
    return false;
}

// Who stands in the way, as far as the server says it.
static void look_for_holders(Creation *creation, const Rows *tables, Blockers *ret_blockers)
{
    WantedLocks wanted = {0};
    Err ignored = {0};
    vec_reserve(creation->arena, &wanted, tables->count + 1);
    for (size_t row = 0; row < tables->count; row++)
        *vec_append(creation->arena, &wanted) =
            (WantedLock){rows_text(tables, row, 0), {LOCK_ACCESS_SHARE, REACH_SELF}};
    if (!blockers_find(creation->arena, creation->session, &wanted, 0, ret_blockers, &ignored))
        *ret_blockers = (Blockers){0};
}

static bool fail_moving(Err *err)
{
    fail(err, ERR_CHECK, "tables are made and dropped faster than they can be locked");
    return err_hint(err, "try again when less is going on there");
}

bool create_lock(Creation *creation, Err *err)
{
    int64_t deadline = creation->options->lock_deadline_ms;
    Blockers blockers = {0};
    LockWait wait;
    lock_wait_init(&wait, deadline > 0 ? deadline : LOCK_DEADLINE_MS, creation->options->sink,
                   NULL);
    wait.seen = &blockers;
    for (int moves = 0; moves < MOVES_MOST;) {
        bool is_moving;
        Rows tables = {0};
        bool ok = attempt(creation, &is_moving, &tables, err);
        if (ok && !is_moving) {
            creation->locked = tables.count;
            return true;
        }
        session_rollback(creation->session);
        moves += is_moving;
        if (ok)
            continue;
        bool is_lock = lock_wait_is_failure(err);
        if (is_lock)
            look_for_holders(creation, &tables, &blockers);
        if (!lock_wait_again(&wait, err)) {
            if (is_lock && err->class == ERR_SERVER)
                err->class = ERR_CHECK;
            explain(err);
            return err_note(err, "locking the tables for the backup");
        }
    }
    return fail_moving(err);
}

void create_unlock(Creation *creation)
{
    session_rollback(creation->session);
    creation->snapshot = NULL;
}
