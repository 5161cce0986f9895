// The server's state and settings, beside what a migration and a backup will ask of them.
#include "io/json.h"
#include "queries.h"
#include "run/doctor_private.h"
#include "run/server_facts.h"

#include "base/text.h"

#include <string.h>

static void add(Doctor *doctor, CheckId id, Verdict verdict, const char *fix, const char *value)
{
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[id], verdict, fix, "%s",
                   value);
}

static void check_writable(Doctor *doctor, const Rows *rows)
{
    bool is_standby = rows_bool(rows, 0, SERVER_IS_STANDBY);
    bool is_read_only = !is_standby && strcmp(rows_text(rows, 0, SERVER_READ_ONLY), "on") == 0;
    add(doctor, CHECK_RECOVERY, is_standby ? VERDICT_FAIL : VERDICT_PASS,
        "connect to the primary; its address: SELECT sender_host FROM pg_stat_wal_receiver;",
        is_standby ? "in recovery: a standby" : "a primary");
    add(doctor, CHECK_READ_ONLY, is_read_only ? VERDICT_FAIL : VERDICT_PASS,
        "ALTER ROLE CURRENT_USER RESET default_transaction_read_only; (or of the database, or take "
        "it out of the URL)",
        is_read_only ? "default_transaction_read_only is on" : "may write");
}

static void check_archive(Doctor *doctor, const Rows *rows)
{
    const char *level = rows_text(rows, 0, SERVER_WAL_LEVEL);
    const char *mode = rows_text(rows, 0, SERVER_ARCHIVE_MODE);
    bool is_on = strcmp(mode, "off") != 0;
    add(doctor, CHECK_WAL_LEVEL, strcmp(level, "minimal") == 0 ? VERDICT_WARN : VERDICT_PASS,
        "ALTER SYSTEM SET wal_level = replica; then restart the server", level);
    if (is_on && rows_bool(rows, 0, SERVER_IS_FAILING)) {
        const char *value = arena_printf(
            doctor->arena, "archive_mode %s, and archiving fails: last of %s at %s (UTC)", mode,
            rows_text(rows, 0, SERVER_FAILED_WAL), rows_text(rows, 0, SERVER_FAILED_AT));
        add(doctor, CHECK_ARCHIVE, VERDICT_FAIL,
            "SHOW archive_command; and what the server's log says about it: WAL piles up until "
            "the disk is full",
            value);
        return;
    }
    add(doctor, CHECK_ARCHIVE, is_on ? VERDICT_PASS : VERDICT_WARN,
        "ALTER SYSTEM SET archive_mode = on; and an archive_command, then restart the server",
        is_on ? arena_printf(doctor->arena, "archive_mode %s, %s files archived", mode,
                             rows_text(rows, 0, SERVER_ARCHIVED))
              : "archive_mode off: no way back to a moment between two backups");
}

static void check_timeouts(Doctor *doctor, const Rows *rows)
{
    const char *list = server_timeouts(doctor->arena, rows);
    bool ends_sessions = rows_bool(rows, 0, SERVER_ENDS_SESSIONS);
    add(doctor, CHECK_TIMEOUTS, ends_sessions ? VERDICT_WARN : VERDICT_PASS, SERVER_TIMEOUTS_FIX,
        !*list          ? "none set"
        : ends_sessions ? list
                        : arena_printf(doctor->arena, "%s (none is in our way)", list));
}

static void check_locks(Doctor *doctor, const Rows *rows)
{
    int64_t places = rows_int(rows, 0, SERVER_LOCK_PLACES);
    int64_t tables = rows_int(rows, 0, SERVER_TABLES);
    // An index or a toast table of each may be locked too, but not by a dump.
    bool is_enough = tables < places;
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_LOCKS],
                   is_enough ? VERDICT_PASS : VERDICT_WARN,
                   arena_printf(doctor->arena,
                                "ALTER SYSTEM SET max_locks_per_transaction = %lld; then restart "
                                "the server",
                                (long long)(rows_int(rows, 0, SERVER_MAX_LOCKS) *
                                            (2 * tables / (places ? places : 1) + 1))),
                   "about %lld places (max_locks_per_transaction %s) for %lld tables",
                   (long long)places, rows_text(rows, 0, SERVER_MAX_LOCKS), (long long)tables);
}

static void check_checksums(Doctor *doctor, const Rows *rows)
{
    bool is_on = strcmp(rows_text(rows, 0, SERVER_CHECKSUMS), "on") == 0;
    add(doctor, CHECK_CHECKSUMS, is_on ? VERDICT_PASS : VERDICT_WARN,
        "with the server stopped: pg_checksums --enable -D DATA_DIRECTORY", is_on ? "on" : "off");
}

// The first extension that cannot be made, if there is one.
static bool find_missing(Doctor *doctor, const Rows *rows)
{
    ExtensionObstacle obstacle;
    if (!server_extension_obstacle(doctor->arena, rows, session_server_major(doctor->session),
                                   doctor->is_superuser, &obstacle))
        return false;
    add(doctor, CHECK_EXTENSIONS, VERDICT_FAIL, obstacle.fix, obstacle.what);
    return true;
}

static void check_extensions(Doctor *doctor)
{
    const RightsWanted *wants = &doctor->wants;
    Rows rows;
    if (!wants->extensions.len) {
        add(doctor, CHECK_EXTENSIONS, VERDICT_PASS, NULL, "no pending migration asks for one");
        return;
    }
    const char *names =
        json_words_line(doctor->arena, wants->extensions.items, wants->extensions.len);
    if (!doctor_query(doctor, &QUERY_DOCTOR_EXTENSIONS, 1, &names, CHECK_EXTENSIONS, &rows) ||
        find_missing(doctor, &rows))
        return;
    add(doctor, CHECK_EXTENSIONS, VERDICT_PASS, NULL, server_extensions(doctor->arena, &rows));
}

void doctor_server(Doctor *doctor)
{
    Rows rows;
    if (doctor_query(doctor, &QUERY_DOCTOR_SERVER, 0, NULL, CHECK_RECOVERY, &rows)) {
        check_writable(doctor, &rows);
        check_archive(doctor, &rows);
        check_timeouts(doctor, &rows);
        check_locks(doctor, &rows);
        doctor_disk(doctor, rows_int(&rows, 0, SERVER_DATABASE_BYTES),
                    rows_int(&rows, 0, SERVER_LARGEST));
        check_checksums(doctor, &rows);
    }
    check_extensions(doctor);
}
