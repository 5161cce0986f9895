#include "scripted_session.h"

#include "pg/session_wait.h"

#define TRIED "tried host db.example, port 5433, database shop, user ann"
#define STARTED                                                                                    \
    {                                                                                              \
        .call = "PQconnectStartParams"                                                             \
    }
#define POLLED(state, ...)                                                                         \
    {                                                                                              \
        .call = "PQconnectPoll", .answer = PGRES_POLLING_##state, __VA_ARGS__                      \
    }
#define REFUSED         "connection to server at \"db.example\" (10.0.0.1), port 5433 failed: "
#define FAILURE(m, ...) POLLED(FAILED, .is_lost = true, .message = m, __VA_ARGS__)

static void assert_refused(const char *url, ErrClass class, const char *message, const char *hint)
{
    Err err = {0};
    Session *session = NULL;
    assert_false(session_open(&(SessionOptions){.url = url}, &session, &err));
    assert_null(session);
    assert_err(&err, class, message);
    if (class == ERR_CONNECTION)
        assert_string_equal(err.detail, TRIED);
    assert_string_equal(err.hint, hint);
    scripted_end();
}

static void test_opened(void **state)
{
    SCRIPT(STARTED, POLLED(WRITING), POLLED(READING), POLLED(OK));
    Session *session = open_scripted();
    assert_string_equal(session_target(session), "shop on db.example:5433");
    assert_string_equal(session_database(session), "shop");
    assert_string_equal(session_user(session), "ann");
    assert_int_equal(session_server_version(session), 160004);
    assert_int_equal(session_server_major(session), 16);
    assert_int_equal(session_backend_pid(session), 4711);
    assert_string_equal(session_parameter(session, "TimeZone"), "UTC");
    assert_null(session_parameter(session, "nonsense"));
    assert_true(session_is_alive(session));
    finish_scripted(session);
}

static void test_refused_at_once(void **state)
{
    SCRIPT({.call = "PQconnectStartParams",
            .is_lost = true,
            .message = "could not translate host name \"db.example\" to address: Name or service "
                       "not known\n"});
    assert_refused(URL, ERR_CONNECTION,
                   "could not translate host name \"db.example\" to address: Name or service not "
                   "known",
                   "check the host name in the URL");
}

static void test_refused_later(void **state)
{
    SCRIPT(STARTED, POLLED(WRITING),
           FAILURE(REFUSED "Connection refused\n\tIs the server running on that host and accepting "
                           "TCP/IP connections?\n"));
    assert_refused(URL, ERR_CONNECTION, REFUSED "Connection refused",
                   "is the server running there? try: pg_isready -h HOST -p PORT");
}

// The server's or libpq's words, and what we say to them.
static void test_hint_by_cause(void **state)
{
    static const struct {
        const char *message;
        const char *hint;
    } CASES[] = {
        {"FATAL:  password authentication failed for user \"ann\"",
         "check user and password (URL, PGPASSWORD, ~/.pgpass)"},
        {"fe_sendauth: no password supplied",
         "put the password into the URL, PGPASSWORD or ~/.pgpass"},
        {"FATAL:  database \"shop\" does not exist",
         "create it: createdb NAME, correct the database in the URL, or bring it back: "
         "migrate-safe backup restore latest"},
        {"FATAL:  sorry, too many clients already",
         "the server has no connection left: close some, or raise max_connections"},
        {"FATAL:  the database system is starting up",
         "try again in a moment, or wait for it: --wait"},
        {"FATAL:  the database system is shutting down", "try again once it is up"},
        {"server does not support SSL, but SSL was required",
         "see sslmode, sslrootcert in the URL (docs: libpq SSL support)"},
        {"FATAL:  something that nobody knows", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        SCRIPT(STARTED, FAILURE(CASES[i].message));
        assert_refused(URL, ERR_CONNECTION, CASES[i].message, CASES[i].hint);
    }
}

static void test_no_answer_in_time(void **state)
{
    const char *message = "the server did not answer in time";
    const char *hint = "is it the right address, and open in the firewall? connect_timeout in the "
                       "URL sets how long to wait";
    SCRIPT(STARTED, POLLED(READING, .clock_s = 14), POLLED(READING, .clock_s = 2));
    assert_refused(URL, ERR_CONNECTION, message, hint);
    // the URL's own limit
    SCRIPT(STARTED, {.call = "PQconninfo", .text = "2"}, POLLED(READING, .clock_s = 3));
    assert_refused(URL, ERR_CONNECTION, message, hint);
    // 0 waits for ever
    SCRIPT(STARTED, {.call = "PQconninfo", .text = "0"}, POLLED(READING, .clock_s = 3600),
           POLLED(OK));
    finish_scripted(open_scripted());
}

static void test_interrupted(void **state)
{
    SCRIPT(STARTED, POLLED(READING, .is_interrupted = true));
    Err err = {0};
    Session *session = NULL;
    assert_false(session_open(&(SessionOptions){.url = URL}, &session, &err));
    assert_err(&err, ERR_INTERRUPTED, "interrupted while connecting");
    scripted_end();
}

// libpq quotes what it could not read, and a password may be in it.
static void test_unreadable_url(void **state)
{
    static const char HINT[] = "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE "
                               "(special characters percent-encoded) or \"host=... dbname=...\"";
    static const struct {
        const char *url;
        const char *reason;
        const char *message;
        const char *hint;
    } CASES[] = {
        {"postgresql://ann:s3%cret@db/shop", "invalid percent-encoded token: \"s3%cret\"\n",
         "the database URL cannot be read: invalid percent-encoded token: \"...\"",
         "a % of user or password is written %25"},
        {"postgresql://ann:s3\"c\"ret@[db/shop",
         "end of string reached when looking for matching \"]\" in IPv6 host address in URI: "
         "\"postgresql://ann:s3\"c\"ret@[db/shop\"\n",
         "the database URL cannot be read: end of string reached when looking for matching "
         "\"...\"",
         HINT},
        {"postgresql://db/shop?schema=public", "invalid URI query parameter: \"schema\"\n",
         "the database URL cannot be read: invalid URI query parameter: \"schema\"",
         "remove the parameter: libpq knows host, sslmode, options and the like, not those of "
         "other drivers"},
        {"jdbc:postgresql://db/shop?user=ann",
         "missing \"=\" after \"jdbc:postgresql://db/shop?user\" in connection info string\n",
         "the database URL begins with jdbc:, not postgresql://",
         "leave out \"jdbc:\" and pass user and password as USER:PASSWORD@ before the host"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        SCRIPT({.call = "PQconnectStartParams", .is_lost = true, .message = CASES[i].reason},
               {.call = "PQconninfoParse", .text = CASES[i].reason});
        assert_refused(CASES[i].url, ERR_CONFIG, CASES[i].message, CASES[i].hint);
    }
}

// ---- waiting for a server

static int begun;
static int ended;

static void on_begin(void *context, const Err *why, int64_t limit_ms)
{
    begun++;
    assert_int_equal(limit_ms, 3000);
    assert_int_equal(why->class, ERR_CONNECTION);
}

static void on_end(void *context, int64_t waited_ms)
{
    ended++;
    assert_int_equal(waited_ms, *(const int *)context);
}

static bool open_waiting(int waited_ms, Session **ret_session, Err *err)
{
    SessionWait wait = {3000, on_begin, on_end, &waited_ms};
    *err = (Err){0};
    begun = ended = 0;
    return session_open_waiting(&(SessionOptions){.url = URL}, &wait, ret_session, err);
}

static void test_waited_for(void **state)
{
    static const char *const CAUSES[] = {
        REFUSED "Connection refused\n\tIs the server running on that host and accepting TCP/IP "
                "connections?\n",
        "connection to server on socket \"/s/.s.PGSQL.5432\" failed: No such file or directory\n",
        "could not translate host name \"db.example\" to address: Name or service not known\n",
        REFUSED "FATAL:  57P03: der Server startet\nLOCATION:  ProcessStartupPacket\n",
        REFUSED "server closed the connection unexpectedly\n\tThis probably means\n",
        REFUSED "Connection refused\n" REFUSED "FATAL:  57P03: starting up\n",
    };
    for (size_t i = 0; i < sizeof CAUSES / sizeof CAUSES[0]; i++) {
        Session *session = NULL;
        Err err;
        SCRIPT(STARTED, FAILURE(CAUSES[i]), STARTED, FAILURE(CAUSES[i]), STARTED, POLLED(OK));
        assert_true(open_waiting(150, &session, &err)); // pauses of 50 and 100 ms
        assert_int_equal(begun, 1);
        assert_int_equal(ended, 1);
        finish_scripted(session);
    }
}

static void test_not_waited_for(void **state)
{
    static const char *const CAUSES[] = {
        REFUSED "FATAL:  28P01: password authentication failed for user \"ann\"\n",
        REFUSED "FATAL:  3D000: database \"shop\" does not exist\n",
        REFUSED "server does not support SSL, but SSL was required\n",
        REFUSED "could not open certificate file \"c\": No such file or directory\n",
        REFUSED "Connection refused\n" REFUSED "FATAL:  28P01: password authentication failed\n",
        "invalid port number: \"99999\"\n",
    };
    for (size_t i = 0; i < sizeof CAUSES / sizeof CAUSES[0]; i++) {
        Session *session = NULL;
        Err err;
        SCRIPT(STARTED, FAILURE(CAUSES[i]));
        assert_false(open_waiting(0, &session, &err));
        assert_int_equal(begun, 0);
        assert_null(strstr(err.message, "28P01")); // libpq says it so that we can tell
        scripted_end();
    }
    Session *session = NULL; // nobody asked for it
    Err err;
    SCRIPT(STARTED, FAILURE(REFUSED "Connection refused\n"));
    assert_false(
        session_open_waiting(&(SessionOptions){.url = URL}, &(SessionWait){0}, &session, &err));
    scripted_end();
}

static void test_waited_in_vain(void **state)
{
    Session *session = NULL;
    Err err;
    SCRIPT(STARTED, FAILURE(REFUSED "Connection refused\n"), STARTED,
           FAILURE(REFUSED "Connection refused\n", .clock_s = 3));
    assert_false(open_waiting(0, &session, &err));
    assert_err(&err, ERR_CONNECTION, "waited 3.0 s for the server: " REFUSED "Connection refused");
    assert_string_equal(err.hint, "is the server running there? try: pg_isready -h HOST -p PORT; "
                                  "to wait longer: --wait-timeout 5min");
    assert_string_equal(err.detail, TRIED);
    scripted_end();
    SCRIPT(STARTED, FAILURE(REFUSED "Connection refused\n", .is_interrupted = true));
    assert_false(open_waiting(0, &session, &err));
    assert_err(&err, ERR_INTERRUPTED, "interrupted while waiting for the server");
    assert_int_equal(begun, 1);
    scripted_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opened),
        cmocka_unit_test(test_refused_at_once),
        cmocka_unit_test(test_refused_later),
        cmocka_unit_test(test_hint_by_cause),
        cmocka_unit_test(test_no_answer_in_time),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_unreadable_url),
        cmocka_unit_test(test_waited_for),
        cmocka_unit_test(test_not_waited_for),
        cmocka_unit_test(test_waited_in_vain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
