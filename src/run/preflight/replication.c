// Standbys that lag or are not there, and slots that keep WAL.
#include "base/size.h"
#include "migration/duration.h"
#include "run/preflight/preflight_private.h"

#include <string.h>

enum {
    LAG_MS = 30 * 1000,
    NAMED_MOST = 10,
};

static const int64_t LAG_BYTES = 256 * 1024 * 1024;
static const int64_t KEPT_BYTES = 1024 * 1024 * 1024;

// Columns of preflight/server.sql that are about them.
enum {
    LIMITS_IS_SYNCHRONOUS = 3,
    LIMITS_SYNCHRONOUS,
    LIMITS_SEES_ALL,
};

// Columns of preflight/standbys.sql.
enum {
    STANDBY_NAME,
    STANDBY_STATE,
    STANDBY_SYNC,
    STANDBY_BYTES,
    STANDBY_MS,
};

static bool lags(const Rows *rows, size_t row)
{
    return rows_int(rows, row, STANDBY_MS) > LAG_MS ||
           rows_int(rows, row, STANDBY_BYTES) > LAG_BYTES;
}

static bool is_synchronous(const Rows *rows, size_t row)
{
    const char *state = rows_text(rows, row, STANDBY_SYNC);
    return state && (strcmp(state, "sync") == 0 || strcmp(state, "quorum") == 0);
}

static void name_standbys(Looking *looking, Check *check, const Rows *rows)
{
    for (size_t i = 0; i < rows->count && i < NAMED_MOST; i++)
        if (rows_text(rows, i, STANDBY_STATE))
            check_detail(looking->arena, check, "%s: %s, %s, %s and %s behind",
                         rows_text(rows, i, STANDBY_NAME), rows_text(rows, i, STANDBY_STATE),
                         rows_text(rows, i, STANDBY_SYNC),
                         size_text(looking->arena, rows_int(rows, i, STANDBY_BYTES)),
                         duration_text(looking->arena, rows_int(rows, i, STANDBY_MS)));
}

static void check_standbys(Looking *looking)
{
    const Rows *rows = preflight_rows(looking, ASKED_STANDBYS, PREFLIGHT_STANDBYS);
    const Answer *limits = &looking->answers[ASKED_SERVER];
    size_t late = 0;
    size_t synchronous = 0;
    if (!rows)
        return;
    for (size_t i = 0; i < rows->count; i++) {
        late += lags(rows, i);
        synchronous += is_synchronous(rows, i);
    }
    bool is_known = limits->err.class == ERR_NONE;
    bool sees_all = is_known && rows_bool(&limits->rows, 0, LIMITS_SEES_ALL);
    bool wants_one = is_known && rows_bool(&limits->rows, 0, LIMITS_IS_SYNCHRONOUS);
    if (wants_one && !synchronous && (sees_all || !rows->count)) {
        preflight_add(looking, PREFLIGHT_STANDBYS, VERDICT_FAIL,
                      "bring the standby back, or: ALTER SYSTEM RESET synchronous_standby_names; "
                      "SELECT pg_reload_conf();",
                      "each COMMIT waits for a standby (synchronous_standby_names %s), and none is "
                      "there",
                      rows_text(&limits->rows, 0, LIMITS_SYNCHRONOUS));
        return;
    }
    if (rows->count && !sees_all) {
        preflight_add(looking, PREFLIGHT_STANDBYS, VERDICT_UNKNOWN,
                      "as a superuser: GRANT pg_read_all_stats TO CURRENT_USER;",
                      "%zu, and how far behind they are is not shown", rows->count);
        return;
    }
    Check *check = preflight_add(looking, PREFLIGHT_STANDBYS, late ? VERDICT_WARN : VERDICT_PASS,
                                 "wait until they are there: SELECT * FROM pg_stat_replication;",
                                 "%zu, lagging: %zu", rows->count, late);
    check->limit = arena_printf(looking->arena, "%s, %s", duration_text(looking->arena, LAG_MS),
                                size_text(looking->arena, LAG_BYTES));
    name_standbys(looking, check, rows);
}

// Columns of preflight/slots.sql.
enum {
    SLOT_NAME,
    SLOT_ACTIVE,
    SLOT_STATUS,
    SLOT_BYTES,
};

static bool is_bad(const Rows *rows, size_t row)
{
    const char *status = rows_text(rows, row, SLOT_STATUS);
    return (status && (strcmp(status, "lost") == 0 || strcmp(status, "unreserved") == 0)) ||
           rows_int(rows, row, SLOT_BYTES) > KEPT_BYTES;
}

static void check_slots(Looking *looking)
{
    const Rows *rows = preflight_rows(looking, ASKED_SLOTS, PREFLIGHT_SLOTS);
    size_t bad = 0;
    if (!rows)
        return;
    for (size_t i = 0; i < rows->count; i++)
        bad += is_bad(rows, i);
    // And keeps all the WAL of what is about to be written.
    bool is_dangerous = bad && looking->rooms.len;
    Check *check = preflight_add(
        looking, PREFLIGHT_SLOTS,
        !rows->count   ? VERDICT_PASS
        : is_dangerous ? VERDICT_FAIL
                       : VERDICT_WARN,
        rows->count ? arena_printf(looking->arena,
                                   "start who reads it, or: SELECT pg_drop_replication_slot('%s');",
                                   rows_text(rows, 0, SLOT_NAME))
                    : NULL,
        "%zu that nobody reads or whose WAL goes", rows->count);
    check->limit = arena_printf(looking->arena, "%s of WAL", size_text(looking->arena, KEPT_BYTES));
    for (size_t i = 0; i < rows->count && i < NAMED_MOST; i++)
        check_detail(
            looking->arena, check, "%s: %s, WAL %s, keeps %s", rows_text(rows, i, SLOT_NAME),
            rows_bool(rows, i, SLOT_ACTIVE) ? "active" : "inactive",
            rows_text(rows, i, SLOT_STATUS) ? rows_text(rows, i, SLOT_STATUS) : "not reserved",
            size_text(looking->arena, rows_int(rows, i, SLOT_BYTES)));
}

void preflight_replication(Looking *looking)
{
    check_standbys(looking);
    check_slots(looking);
}
