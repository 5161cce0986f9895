#include "scripted_session.h"

#define TRIED "tried host db.example, port 5433, database shop, user ann"
#define STARTED                                                                                    \
    {                                                                                              \
        .call = "PQconnectStartParams"                                                             \
    }
#define POLLED(state, ...)                                                                         \
    {                                                                                              \
        .call = "PQconnectPoll", .answer = PGRES_POLLING_##state, __VA_ARGS__                      \
    }
#define PARSED                                                                                     \
    {                                                                                              \
        .call = "PQconninfoParse"                                                                  \
    }
#define REFUSED    "connection to server at \"db.example\" (10.0.0.1), port 5433 failed: "
#define FAILURE(m) POLLED(FAILED, .is_lost = true, .message = m)

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
                       "not known\n"},
           PARSED);
    assert_refused(URL, ERR_CONNECTION,
                   "could not translate host name \"db.example\" to address: Name or service not "
                   "known",
                   "check the host name in the URL");
}

static void test_refused_later(void **state)
{
    SCRIPT(STARTED, POLLED(WRITING),
           FAILURE(REFUSED "Connection refused\n\tIs the server running on that host and accepting "
                           "TCP/IP connections?\n"),
           PARSED);
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
         "create it: createdb NAME, or correct the database in the URL"},
        {"FATAL:  sorry, too many clients already",
         "the server has no connection left: close some, or raise max_connections"},
        {"FATAL:  the database system is starting up", "try again in a moment"},
        {"FATAL:  the database system is shutting down", "try again once it is up"},
        {"server does not support SSL, but SSL was required",
         "see sslmode, sslrootcert in the URL (docs: libpq SSL support)"},
        {"FATAL:  something that nobody knows", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        SCRIPT(STARTED, FAILURE(CASES[i].message), PARSED);
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
         "the database URL cannot be read: invalid percent-encoded token: \"...\"", HINT},
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
         "the database URL cannot be read: missing \"...\" in connection info string",
         "leave out \"jdbc:\" and pass user and password as USER:PASSWORD@ before the host"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        SCRIPT({.call = "PQconnectStartParams", .is_lost = true, .message = CASES[i].reason},
               {.call = "PQconninfoParse", .text = CASES[i].reason});
        assert_refused(CASES[i].url, ERR_CONFIG, CASES[i].message, CASES[i].hint);
    }
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
