#include "scripted_session.h"

static Arena *arena;

static int set_up(void **state)
{
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

static void assert_exec_fails(Err *err)
{
    Session *session = open_scripted();
    *err = (Err){0};
    assert_false(session_exec(session, "UPDATE t SET a = 1", err));
    finish_scripted(session);
}

static void test_exec(void **state)
{
    SCRIPT(OPENED, SENT("SELECT 1; SELECT 2"), GOT(.status = PGRES_SINGLE_TUPLE),
           GOT(.status = PGRES_TUPLES_OK), GOT_DONE, GOT_END);
    Session *session = open_scripted();
    Err err = {0};
    assert_true(session_exec(session, "SELECT 1; SELECT 2", &err));
    finish_scripted(session);
}

static void test_rows_affected(void **state)
{
    SCRIPT(OPENED, SENT("UPDATE t SET a = 1"), GOT(.status = PGRES_COMMAND_OK, .affected = "12"),
           GOT_END, SENT("CREATE TABLE t ()"), GOT_DONE, GOT_END);
    Session *session = open_scripted();
    Err err = {0};
    assert_true(session_exec(session, "UPDATE t SET a = 1", &err));
    assert_int_equal(session_rows_affected(session), 12);
    assert_true(session_exec(session, "CREATE TABLE t ()", &err));
    assert_int_equal(session_rows_affected(session), -1);
    finish_scripted(session);
}

static void count(void *context)
{
    ++*(int *)context;
}

// The server speaks all the time, as far as poll() sees.
#define SPOKE_FOR(seconds)                                                                         \
    {.call = "PQisBusy", .answer = 1},                                                             \
    {                                                                                              \
        .call = "PQconsumeInput", .answer = 1, .clock_s = seconds                                  \
    }

static void test_tick(void **state)
{
    SCRIPT(OPENED, SENT("SELECT 1"), SPOKE_FOR(2), SPOKE_FOR(0), SPOKE_FOR(1), SPOKE_FOR(3),
           SPOKE_FOR(0), GOT_DONE, GOT_END, SENT("SELECT 2"), SPOKE_FOR(9), SPOKE_FOR(0), GOT_DONE,
           GOT_END);
    Session *session = open_scripted();
    Err err = {0};
    int ticks = 0;
    session_set_tick(session, 2000, count, &ticks);
    assert_true(session_exec(session, "SELECT 1", &err));
    assert_int_equal(ticks, 2);
    session_set_idle(session, 2000, count, &ticks);
    assert_true(session_exec(session, "SELECT 2", &err));
    assert_int_equal(ticks, 2);
    finish_scripted(session);
}

static void test_lost(void **state)
{
    Err err;
    SCRIPT(OPENED,
           {.call = "PQsendQuery", .answer = 0, .is_lost = true, .message = SCRIPTED_CLOSED});
    assert_exec_fails(&err);
    assert_lost(&err);
    SCRIPT(OPENED, CALLED("PQsendQuery"),
           {.call = "PQflush", .answer = -1, .is_lost = true, .message = SCRIPTED_CLOSED});
    assert_exec_fails(&err);
    assert_lost(&err);
    // half of it was sent
    SCRIPT(OPENED, CALLED("PQsendQuery"), CALLED("PQflush"),
           {.call = "PQconsumeInput", .is_lost = true, .message = SCRIPTED_CLOSED});
    assert_exec_fails(&err);
    assert_lost(&err);
    // no answer
    SCRIPT(OPENED, CALLED("PQsendQuery"), WAIT_LOST);
    assert_exec_fails(&err);
    assert_lost(&err);
    // libpq knows already that the socket is gone
    SCRIPT(OPENED, CALLED("PQsendQuery"),
           {.call = "PQisBusy", .answer = 1, .is_lost = true, .message = SCRIPTED_CLOSED});
    assert_exec_fails(&err);
    assert_lost(&err);
    // libpq makes a result of it
    SCRIPT(OPENED, CALLED("PQsendQuery"),
           {.call = "PQgetResult",
            .is_lost = true,
            .message = SCRIPTED_CLOSED,
            .result = ANSWER(.status = PGRES_FATAL_ERROR, .message = SCRIPTED_CLOSED)},
           GOT_END);
    assert_exec_fails(&err);
    assert_lost(&err);
}

// The statement was carried out, but that its transaction committed was never said.
static void test_lost_behind_the_answer(void **state)
{
    Err err;
    SCRIPT(OPENED, CALLED("PQsendQuery"), GOT_DONE, WAIT_LOST);
    assert_exec_fails(&err);
    assert_lost(&err);
}

static void test_sent_in_parts(void **state)
{
    SCRIPT(OPENED, CALLED("PQsendQuery"), CALLED("PQflush"), CALLED("PQconsumeInput"),
           CALLED("PQflush"), CALLED("PQconsumeInput"), {.call = "PQflush"}, CALLED("PQisBusy"),
           CALLED("PQconsumeInput"), GOT_DONE, GOT_END);
    Session *session = open_scripted();
    Err err = {0};
    assert_true(session_exec(session, "SELECT 1", &err));
    finish_scripted(session);
}

static void test_server_error(void **state)
{
    Err err = {0};
    SCRIPT(OPENED, CALLED("PQsendQuery"),
           GOT(.status = PGRES_FATAL_ERROR, .sqlstate = "23505",
               .message = "duplicate key value violates unique constraint \"t_pkey\"",
               .detail = "Key (id)=(1) already exists.", .context = "SQL statement \"INSERT\"",
               .hint = "Try another.", .position = "17", .inner_query = "INSERT INTO t"),
           GOT_END);
    Session *session = open_scripted();
    assert_false(session_exec(session, "SELECT f()", &err));
    assert_err(&err, ERR_SERVER, "duplicate key value violates unique constraint \"t_pkey\"");
    assert_string_equal(err.sqlstate, "23505");
    assert_string_equal(err.detail, "Key (id)=(1) already exists.\nSQL statement \"INSERT\"");
    assert_string_equal(err.hint, "Try another.");
    assert_int_equal(session_error_character(session), 17);
    assert_string_equal(session_error_context(session), "INSERT INTO t");
    finish_scripted(session);
}

static void test_first_error_counts(void **state)
{
    Err err;
    SCRIPT(OPENED, CALLED("PQsendQuery"), GOT_DONE, FAILED_WITH("42P01", "the first"),
           FAILED_WITH("42703", "the second"), WAIT_LOST);
    assert_exec_fails(&err);
    assert_err(&err, ERR_SERVER, "the first");
    assert_string_equal(err.sqlstate, "42P01");
}

// pg_terminate_backend, or a server that is stopped: it says so before it hangs up.
static void test_terminated(void **state)
{
    Err err;
    SCRIPT(OPENED, CALLED("PQsendQuery"), TERMINATED, WAIT_LOST);
    assert_exec_fails(&err);
    assert_terminated(&err);
}

static void test_query(void **state)
{
    static const char *const CELLS[] = {"1", "t", NULL, "22", "f", "x"};
    SCRIPT(OPENED, QUEUED("SELECT $1"),
           GOT(.status = PGRES_TUPLES_OK, .rows = 2, .columns = 3, .cells = CELLS), GOT_END);
    Session *session = open_scripted();
    Err err = {0};
    Rows rows = {0};
    assert_true(session_query(session, arena, "SELECT $1", 1, (const char *[]){"a"}, &rows, &err));
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows_int(&rows, 1, 0), 22);
    assert_true(rows_bool(&rows, 0, 1));
    assert_false(rows_bool(&rows, 1, 1));
    assert_null(rows_text(&rows, 0, 2));
    assert_int_equal(rows_int(&rows, 0, 2), 0);
    assert_false(rows_bool(&rows, 0, 2));
    assert_string_equal(rows_text(&rows, 1, 2), "x");
    finish_scripted(session);
}

static void test_query_fails(void **state)
{
    static const char *const CELLS[] = {"1"};
    Rows rows = {.count = 7};
    Err err = {0};
    SCRIPT(OPENED, QUEUED("SELECT 1"), FAILED_WITH("42501", "permission denied"), GOT_END,
           {.call = "PQsendQueryParams", .is_lost = true, .message = SCRIPTED_CLOSED});
    Session *session = open_scripted();
    assert_false(session_query(session, arena, "SELECT 1", 0, NULL, &rows, &err));
    assert_err(&err, ERR_SERVER, "permission denied");
    assert_false(session_query(session, arena, "SELECT 1", 0, NULL, &rows, &err));
    assert_lost(&err);
    assert_false(session_is_alive(session));
    assert_int_equal(session_transaction(session), TRANSACTION_UNKNOWN);
    finish_scripted(session);
    // rows came, but not the end
    SCRIPT(OPENED, QUEUED("SELECT 1"),
           GOT(.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .cells = CELLS), WAIT_LOST);
    session = open_scripted();
    err = (Err){0};
    assert_false(session_query(session, arena, "SELECT 1", 0, NULL, &rows, &err));
    assert_lost(&err);
    assert_int_equal(rows.count, 7);
    finish_scripted(session);
}

// COPY that nobody asked for must end, whichever way it goes.
static void test_unexpected_copy(void **state)
{
    Err err;
    SCRIPT(OPENED, CALLED("PQsendQuery"), GOT(.status = PGRES_COPY_OUT),
           {.call = "PQgetCopyData", .text = "1\n"}, {.call = "PQgetCopyData", .answer = 0},
           {.call = "PQgetCopyData", .answer = -1}, GOT_DONE, GOT_END);
    Session *session = open_scripted();
    assert_true(session_exec(session, "COPY t TO STDOUT", &err));
    finish_scripted(session);
    SCRIPT(OPENED, CALLED("PQsendQuery"), GOT(.status = PGRES_COPY_OUT),
           {.call = "PQgetCopyData", .text = "1\n"}, {.call = "PQgetCopyData", .answer = 0},
           {.call = "PQconsumeInput", .is_lost = true, .message = SCRIPTED_CLOSED},
           GOT(.status = PGRES_FATAL_ERROR, .message = SCRIPTED_CLOSED), GOT_END);
    assert_exec_fails(&err);
    assert_lost(&err);
    SCRIPT(OPENED, CALLED("PQsendQuery"), GOT(.status = PGRES_COPY_IN),
           {.call = "PQputCopyEnd", .text = "COPY data is not expected here", .answer = 1},
           FAILED_WITH("57014", "COPY from stdin failed"), GOT_END);
    assert_exec_fails(&err);
    assert_err(&err, ERR_SERVER, "COPY from stdin failed");
}

static void on_notice(void *context, const Notice *notice)
{
    char *text = context;
    size_t used = strlen(text);
    snprintf(text + used, 200 - used, "[%s %s %s %s]", notice->severity, notice->sqlstate,
             notice->message, notice->detail ? notice->detail : "-");
}

static void test_notices(void **state)
{
    SCRIPT(OPENED,
           {.call = "PQsendQuery",
            .answer = 1,
            .notice = ANSWER(.severity = "NOTICE", .sqlstate = "00000", .message = "unheard")},
           GOT_DONE, GOT_END,
           {.call = "PQsendQuery",
            .answer = 1,
            .notice = ANSWER(.severity = "WARNING", .sqlstate = "01000", .message = "mind",
                             .detail = "the gap")},
           {.call = "PQgetResult",
            .result = ANSWER(.status = PGRES_COMMAND_OK),
            .notice = ANSWER(.severity = NULL)},
           GOT_END);
    Session *session = open_scripted();
    Err err = {0};
    char text[200] = "";
    assert_true(session_exec(session, "SELECT 1", &err));
    session_set_notice(session, on_notice, text);
    assert_true(session_exec(session, "SELECT 1", &err));
    assert_string_equal(text, "[WARNING 01000 mind the gap][NOTICE   -]");
    finish_scripted(session);
}

#define CANCELLED FAILED_WITH("57014", "canceling statement due to user request")

static void test_interrupted(void **state)
{
    Err err;
    SCRIPT(OPENED, CALLED("PQsendQuery"), {.call = "PQisBusy", .answer = 1, .is_interrupted = true},
           CALLED("PQgetCancel"), CALLED("PQcancel"), CALLED("PQfreeCancel"),
           CALLED("PQconsumeInput"),
           // once is enough, however long the answer takes
           CALLED("PQisBusy"), CALLED("PQconsumeInput"), CALLED("PQisBusy"),
           CALLED("PQconsumeInput"), CANCELLED, GOT_END);
    assert_exec_fails(&err);
    assert_err(&err, ERR_INTERRUPTED, "canceling statement due to user request");
    // the same words without Ctrl-C: statement_timeout, or somebody else's pg_cancel_backend
    SCRIPT(OPENED, CALLED("PQsendQuery"), CANCELLED, GOT_END);
    assert_exec_fails(&err);
    assert_err(&err, ERR_SERVER, "canceling statement due to user request");
    // it ended before the cancel came
    SCRIPT(OPENED, CALLED("PQsendQuery"), {.call = "PQisBusy", .answer = 1, .is_interrupted = true},
           CALLED("PQgetCancel"), CALLED("PQcancel"), CALLED("PQfreeCancel"), GOT_DONE, GOT_END);
    Session *session = open_scripted();
    assert_true(session_exec(session, "SELECT 1", &err));
    finish_scripted(session);
}

// The way to the server is closed for new connections: asked again, but not a thousand times a
// second.
static void test_cancel_not_delivered(void **state)
{
    Err err;
    SCRIPT(OPENED, CALLED("PQsendQuery"), {.call = "PQisBusy", .answer = 1, .is_interrupted = true},
           CALLED("PQgetCancel"), {.call = "PQcancel", .answer = 0}, CALLED("PQfreeCancel"),
           CALLED("PQconsumeInput"), CALLED("PQisBusy"), CALLED("PQconsumeInput"),
           {.call = "PQisBusy", .answer = 1, .clock_s = 2}, CALLED("PQgetCancel"),
           CALLED("PQcancel"), CALLED("PQfreeCancel"), CANCELLED, GOT_END);
    assert_exec_fails(&err);
    assert_err(&err, ERR_INTERRUPTED, "canceling statement due to user request");
}

static void test_rollback(void **state)
{
    SCRIPT(OPENED, // no transaction is open
           {.call = "PQtransactionStatus", .answer = PQTRANS_IDLE},
           // one that failed
           {.call = "PQtransactionStatus", .answer = PQTRANS_INERROR}, SENT("ROLLBACK"), GOT_DONE,
           GOT_END,
           // lost on the way: nothing is left to undo
           {.call = "PQtransactionStatus", .answer = PQTRANS_INTRANS}, SENT("ROLLBACK"), WAIT_LOST);
    Session *session = open_scripted();
    for (int i = 0; i < 4; i++)
        session_rollback(session);
    finish_scripted(session);
}

static void test_transaction_states(void **state)
{
    SCRIPT(OPENED, {.call = "PQtransactionStatus", .answer = PQTRANS_IDLE},
           {.call = "PQtransactionStatus", .answer = PQTRANS_ACTIVE},
           {.call = "PQtransactionStatus", .answer = PQTRANS_INTRANS},
           {.call = "PQtransactionStatus", .answer = PQTRANS_INERROR},
           {.call = "PQtransactionStatus", .answer = PQTRANS_UNKNOWN});
    Session *session = open_scripted();
    assert_int_equal(session_transaction(session), TRANSACTION_NONE);
    assert_int_equal(session_transaction(session), TRANSACTION_OPEN);
    assert_int_equal(session_transaction(session), TRANSACTION_OPEN);
    assert_int_equal(session_transaction(session), TRANSACTION_FAILED);
    assert_int_equal(session_transaction(session), TRANSACTION_UNKNOWN);
    finish_scripted(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exec),
        cmocka_unit_test(test_rows_affected),
        cmocka_unit_test(test_tick),
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_lost_behind_the_answer),
        cmocka_unit_test(test_sent_in_parts),
        cmocka_unit_test(test_server_error),
        cmocka_unit_test(test_first_error_counts),
        cmocka_unit_test(test_terminated),
        cmocka_unit_test(test_query),
        cmocka_unit_test(test_query_fails),
        cmocka_unit_test(test_unexpected_copy),
        cmocka_unit_test(test_notices),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_cancel_not_delivered),
        cmocka_unit_test(test_rollback),
        cmocka_unit_test(test_transaction_states),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
