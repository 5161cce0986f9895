// The server's state and settings, beside what a migration and a backup will ask of them.
#include "io/json.h"
#include "queries.h"
#include "run/doctor_private.h"

#include "base/text.h"

#include <string.h>

// Columns of doctor/server.sql.
enum {
    SERVER_IS_STANDBY,
    SERVER_READ_ONLY,
    SERVER_WAL_LEVEL,
    SERVER_ARCHIVE_MODE,
    SERVER_IS_FAILING,
    SERVER_FAILED_WAL,
    SERVER_FAILED_AT,
    SERVER_ARCHIVED,
    SERVER_STATEMENT_TIMEOUT,
    SERVER_LOCK_TIMEOUT,
    SERVER_IDLE_IN_TRANSACTION,
    SERVER_IDLE_SESSION,
    SERVER_IN_TRANSACTION,
    SERVER_ENDS_SESSIONS,
    SERVER_LOCK_PLACES,
    SERVER_TABLES,
    SERVER_LARGEST,
    SERVER_DATABASE_BYTES,
    SERVER_CHECKSUMS,
    SERVER_MAX_LOCKS,
};

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
    static const struct {
        const char *name;
        int column;
    } TIMEOUTS[] = {
        {"transaction_timeout", SERVER_IN_TRANSACTION},
        {"idle_in_transaction_session_timeout", SERVER_IDLE_IN_TRANSACTION},
        {"idle_session_timeout", SERVER_IDLE_SESSION},
        {"statement_timeout", SERVER_STATEMENT_TIMEOUT},
        {"lock_timeout", SERVER_LOCK_TIMEOUT},
    };
    TEXT_SCOPED list;
    text_init(&list, 512);
    for (size_t i = 0; i < sizeof TIMEOUTS / sizeof *TIMEOUTS; i++) {
        const char *value = rows_text(rows, 0, TIMEOUTS[i].column);
        if (strcmp(value, "0") != 0)
            text_printf(&list, "%s%s %s", list.len ? ", " : "", TIMEOUTS[i].name, value);
    }
    bool ends_sessions = rows_bool(rows, 0, SERVER_ENDS_SESSIONS);
    add(doctor, CHECK_TIMEOUTS, ends_sessions ? VERDICT_WARN : VERDICT_PASS,
        "for the role that migrates: ALTER ROLE CURRENT_USER SET transaction_timeout = 0; (17 and "
        "newer), idle_in_transaction_session_timeout = '1min', idle_session_timeout = 0",
        !list.len       ? "none set"
        : ends_sessions ? text_cstr(&list)
                        : arena_printf(doctor->arena, "%s (none is in our way)", text_cstr(&list)));
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
    int major = session_server_major(doctor->session);
    for (size_t i = 0; i < rows->count; i++) {
        const char *name = rows_text(rows, i, 0);
        if (rows_text(rows, i, 2))
            continue; // installed already
        if (!rows_bool(rows, i, 1)) {
            check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_EXTENSIONS],
                           VERDICT_FAIL,
                           arena_printf(doctor->arena,
                                        "on the server: apt-get install postgresql-%d-%s (or the "
                                        "package that has it)",
                                        major, name),
                           "%s is not available on the server", name);
            return true;
        }
        if (rows_bool(rows, i, 3) && !doctor->is_superuser) {
            check_list_add(
                doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_EXTENSIONS], VERDICT_FAIL,
                arena_printf(doctor->arena, "as a superuser: CREATE EXTENSION %s;", name),
                "only a superuser may create %s", name);
            return true;
        }
    }
    return false;
}

static void check_extensions(Doctor *doctor)
{
    DoctorWants *wants = &doctor->wants;
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
    TEXT_SCOPED list;
    text_init(&list, 512);
    for (size_t i = 0; i < rows.count; i++)
        text_printf(&list, "%s%s %s", i ? ", " : "", rows_text(&rows, i, 0),
                    rows_text(&rows, i, 2) ? "installed" : "available");
    add(doctor, CHECK_EXTENSIONS, VERDICT_PASS, NULL, text_cstr(&list));
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
