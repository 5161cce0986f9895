// The connection's own checks: can it be made, how does it travel, who answers, what history is
// there.
#include "io/clock.h"
#include "pg/program_place.h"
#include "pg/session_link.h"
#include "run/doctor_private.h"
#include "run/pooler.h"

#include <stdlib.h>

enum {
    ROUND_TRIPS = 9,
    SLOW_MS = 50,
};

static const char *fix_of(Doctor *doctor, const Err *err, const char *otherwise)
{
    return err->hint[0] ? arena_strdup(doctor->arena, err->hint) : otherwise;
}

static void not_open(Doctor *doctor, const Err *err)
{
    if (err->class == ERR_INTERRUPTED)
        doctor->stopped = *err;
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_OPEN], VERDICT_FAIL,
                   fix_of(doctor, err, "pg_isready -h HOST -p PORT"), "%s: %s%s%s",
                   doctor->options->where, err->message, err->detail[0] ? "; " : "", err->detail);
}

// With the history; without it when that may not be read, or the server is too old.
static void open_session(Doctor *doctor)
{
    Err err = {0};
    doctor->has_target =
        target_open(doctor->arena, &doctor->options->target, &doctor->target, &err);
    if (doctor->has_target) {
        doctor->session = doctor->target.session;
    } else if (err.class == ERR_CONNECTION || err.class == ERR_INTERRUPTED) {
        not_open(doctor, &err);
        return;
    } else {
        Err again = {0};
        SessionOptions options = {.url = doctor->options->target.url,
                                  .application_name = "migrate-safe doctor"};
        if (!session_open(&options, &doctor->session, &again)) {
            doctor->session = NULL;
            not_open(doctor, &again);
            return;
        }
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_HISTORY],
                       VERDICT_FAIL, fix_of(doctor, &err, "connect as the role that migrates"),
                       "%s", err.message);
    }
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_OPEN], VERDICT_PASS,
                   NULL, "%s as %s", session_target(doctor->session),
                   session_user(doctor->session));
}

static void check_version(Doctor *doctor)
{
    int major = session_server_major(doctor->session);
    const char *version = session_parameter(doctor->session, "server_version");
    bool is_old = major < PROGRAM_OLDEST_MAJOR;
    bool is_new = major > PROGRAM_NEWEST_MAJOR;
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_VERSION],
                   is_old   ? VERDICT_FAIL
                   : is_new ? VERDICT_WARN
                            : VERDICT_PASS,
                   is_old ? "upgrade the server: pg_upgrade --help"
                          : "try it on a copy first, or look for a newer migrate-safe",
                   "PostgreSQL %s%s", version ? version : "of unknown version",
                   is_old   ? ": too old, 13 to 18 are supported"
                   : is_new ? ": newer than what was tested, 13 to 18"
                            : "");
}

static void check_tls(Doctor *doctor)
{
    const char *tls = session_tls(doctor->session, doctor->arena);
    const char *fix = "add sslmode=verify-full (at least require) to the URL";
    if (tls)
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_TLS], VERDICT_PASS,
                       NULL, "%s%s", tls,
                       session_is_verified(doctor->session)
                           ? ""
                           : "; the server's certificate is not compared with its name");
    else if (session_is_local(doctor->session))
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_TLS], VERDICT_PASS,
                       NULL, "none; the server is on this machine");
    else
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_TLS], VERDICT_WARN,
                       fix, "none, and the server is on another machine");
}

static int compare_times(const void *a, const void *b)
{
    int64_t first = *(const int64_t *)a;
    int64_t second = *(const int64_t *)b;
    return (first > second) - (first < second);
}

static void check_latency(Doctor *doctor)
{
    int64_t times[ROUND_TRIPS];
    for (int i = 0; i < ROUND_TRIPS; i++) {
        Err err = {0};
        int64_t start_us = clock_monotonic_us();
        if (!session_exec(doctor->session, "SELECT 1", &err)) {
            doctor_unknown(doctor, CHECK_LATENCY, &err);
            return;
        }
        times[i] = clock_monotonic_us() - start_us;
    }
    qsort(times, ROUND_TRIPS, sizeof *times, compare_times);
    double median = (double)times[ROUND_TRIPS / 2] / 1000;
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_LATENCY],
                   median > SLOW_MS ? VERDICT_WARN : VERDICT_PASS,
                   "run migrate-safe nearer to the server: in its network, from a CI runner there",
                   "%.2f ms a round trip (median of %d)", median, ROUND_TRIPS);
}

static void check_pooler(Doctor *doctor)
{
    Rows rows;
    Err err = {0};
    Pooler pooler = {0};
    if (!session_query(doctor->session, doctor->arena, "SELECT pg_catalog.pg_backend_pid()", 0,
                       NULL, &rows, &err) ||
        (pooler_is_between(doctor->session, rows_int(&rows, 0, 0)) &&
         !pooler_probe(doctor->arena, doctor->session, doctor->options->target.url, &pooler,
                       &err))) {
        doctor_unknown(doctor, CHECK_POOLER, &err);
        return;
    }
    bool is_fine = pooler.mode == POOLER_NONE || pooler.mode == POOLER_SESSION;
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_POOLER],
                   is_fine ? VERDICT_PASS : VERDICT_FAIL, pooler_way_out(doctor->session),
                   "%s%s%s%s", pooler_word(pooler.mode),
                   pooler.mode == POOLER_NONE ? "" : " mode: ", pooler.why ? pooler.why : "",
                   is_fine ? "" : "; nothing is written through it");
}

static void check_history(Doctor *doctor)
{
    static const Migrations NONE;
    const Source *source = doctor->options->source;
    const Status *status = &doctor->status;
    if (!doctor->has_target)
        return; // said when it could not be opened
    const Target *target = &doctor->target;
    status_build(doctor->arena, source ? &source->migrations : &NONE, &target->history,
                 &doctor->status);
    if (target->has_history)
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_HISTORY],
                       status->dirty ? VERDICT_WARN : VERDICT_PASS, "migrate-safe recover",
                       "%zu applied, %zu pending%s", status->applied, status->pending,
                       status->dirty ? "; one stopped half way" : "");
    else if (target->has_user_tables)
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_HISTORY],
                       VERDICT_WARN,
                       "migrate-safe baseline VERSION (0: nothing of the folder is there yet)",
                       "the database has tables, and no history of migrate-safe");
    else
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_HISTORY],
                       VERDICT_PASS, NULL, "nothing was applied yet, %zu pending", status->pending);
}

void doctor_connection(Doctor *doctor)
{
    open_session(doctor);
    if (!doctor->session)
        return;
    check_version(doctor);
    check_tls(doctor);
    check_latency(doctor);
    check_pooler(doctor);
    check_history(doctor);
}
