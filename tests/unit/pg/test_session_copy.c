#include "scripted_session.h"

#define COPY  "COPY t FROM STDIN"
#define BEGUN SENT(COPY), GOT(.status = PGRES_COPY_IN)
#define PUT(row)                                                                                   \
    {                                                                                              \
        .call = "PQputCopyData", .text = row, .answer = 1                                          \
    }
#define ENDED                                                                                      \
    {                                                                                              \
        .call = "PQputCopyEnd", .text = "", .answer = 1                                            \
    }

static void test_copied(void **state)
{
    SCRIPT(OPENED, BEGUN, PUT("1\n"), PUT("2\n"), ENDED, GOT_DONE, GOT_END);
    Session *session = open_scripted();
    Err err = {0};
    assert_true(session_copy_begin(session, COPY, &err));
    assert_true(session_copy_put(session, STR("1\n"), &err));
    assert_true(session_copy_put(session, STR("2\n"), &err));
    assert_true(session_copy_end(session, &err));
    finish_scripted(session);
}

static void assert_begin_fails(ErrClass class, const char *message)
{
    Session *session = open_scripted();
    Err err = {0};
    assert_false(session_copy_begin(session, COPY, &err));
    assert_err(&err, class, message);
    finish_scripted(session);
}

static void test_begin_fails(void **state)
{
    SCRIPT(OPENED, {.call = "PQsendQuery", .is_lost = true});
    assert_begin_fails(ERR_CONNECTION, LOST_MESSAGE);
    SCRIPT(OPENED, SENT(COPY), WAIT_LOST);
    assert_begin_fails(ERR_CONNECTION, LOST_MESSAGE);
    SCRIPT(OPENED, SENT(COPY), FAILED_WITH("42P01", "relation \"t\" does not exist"), GOT_END);
    assert_begin_fails(ERR_SERVER, "relation \"t\" does not exist");
    SCRIPT(OPENED, SENT(COPY), TERMINATED, WAIT_LOST);
    assert_begin_fails(ERR_CONNECTION,
                       LOST_MESSAGE ": terminating connection due to administrator command");
    // a rule or a misread statement: no data is wanted
    SCRIPT(OPENED, SENT(COPY), GOT_DONE, GOT_END);
    assert_begin_fails(ERR_SERVER, "the server did not ask for COPY data");
    SCRIPT(OPENED, SENT(COPY), GOT_END);
    assert_begin_fails(ERR_SERVER, "the server did not ask for COPY data");
    // the other direction: libpq gives the same result until the rows are taken
    SCRIPT(OPENED, SENT(COPY), GOT(.status = PGRES_COPY_OUT),
           {.call = "PQgetCopyData", .text = "1\n"}, {.call = "PQgetCopyData", .answer = -1},
           GOT_DONE, GOT_END);
    assert_begin_fails(ERR_SERVER, "the server did not ask for COPY data");
}

static void test_put_waits(void **state)
{
    // 0: libpq's buffer is full, send first
    SCRIPT(OPENED, BEGUN, {.call = "PQputCopyData", .text = "1\n", .answer = 0}, CALLED("PQflush"),
           CALLED("PQconsumeInput"), PUT("1\n"), {.call = "PQputCopyEnd", .answer = 0},
           CALLED("PQflush"), ENDED, GOT_DONE, GOT_END);
    Session *session = open_scripted();
    Err err = {0};
    assert_true(session_copy_begin(session, COPY, &err));
    assert_true(session_copy_put(session, STR("1\n"), &err));
    assert_true(session_copy_end(session, &err));
    finish_scripted(session);
}

static void test_put_fails(void **state)
{
    Err err = {0};
    SCRIPT(OPENED, BEGUN, PUT("1\n"),
           {.call = "PQputCopyData", .answer = -1, .is_lost = true, .message = SCRIPTED_CLOSED});
    Session *session = open_scripted();
    assert_true(session_copy_begin(session, COPY, &err));
    assert_true(session_copy_put(session, STR("1\n"), &err));
    assert_false(session_copy_put(session, STR("2\n"), &err));
    assert_lost(&err);
    finish_scripted(session);
    SCRIPT(OPENED, BEGUN, PUT("1\n"), CALLED("PQflush"),
           {.call = "PQconsumeInput", .is_lost = true, .message = SCRIPTED_CLOSED});
    session = open_scripted();
    assert_true(session_copy_begin(session, COPY, &err));
    assert_false(session_copy_put(session, STR("1\n"), &err));
    assert_lost(&err);
    finish_scripted(session);
}

static void assert_end_fails(Err *err)
{
    Session *session = open_scripted();
    *err = (Err){0};
    assert_true(session_copy_begin(session, COPY, err));
    assert_false(session_copy_end(session, err));
    finish_scripted(session);
}

static void test_end_fails(void **state)
{
    Err err;
    SCRIPT(OPENED, BEGUN,
           {.call = "PQputCopyEnd", .answer = -1, .is_lost = true, .message = SCRIPTED_CLOSED});
    assert_end_fails(&err);
    assert_lost(&err);
    SCRIPT(OPENED, BEGUN, ENDED, WAIT_LOST);
    assert_end_fails(&err);
    assert_lost(&err);
    // an error in the data comes at the end
    SCRIPT(OPENED, BEGUN, ENDED,
           GOT(.status = PGRES_FATAL_ERROR, .sqlstate = "22P02",
               .message = "invalid input syntax for type integer: \"x\"",
               .context = "COPY t, line 2, column id: \"x\""),
           GOT_END);
    assert_end_fails(&err);
    assert_err(&err, ERR_SERVER, "invalid input syntax for type integer: \"x\"");
    assert_string_equal(err.detail, "COPY t, line 2, column id: \"x\"");
    // the rows went in, but that they were committed was never said
    SCRIPT(OPENED, BEGUN, ENDED, GOT_DONE, WAIT_LOST);
    assert_end_fails(&err);
    assert_lost(&err);
    SCRIPT(OPENED, BEGUN, ENDED, TERMINATED, WAIT_LOST);
    assert_end_fails(&err);
    assert_terminated(&err);
}

static void test_abort(void **state)
{
    SCRIPT(OPENED, BEGUN, {.call = "PQputCopyEnd", .text = "the data cannot be read", .answer = 1},
           FAILED_WITH("57014", "COPY from stdin failed: the data cannot be read"), GOT_END, BEGUN,
           {.call = "PQputCopyEnd", .answer = -1, .is_lost = true});
    Session *session = open_scripted();
    Err err = {0};
    assert_true(session_copy_begin(session, COPY, &err));
    session_copy_abort(session, "the data cannot be read");
    assert_true(session_copy_begin(session, COPY, &err));
    session_copy_abort(session, "the data cannot be read");
    finish_scripted(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copied),    cmocka_unit_test(test_begin_fails),
        cmocka_unit_test(test_put_waits), cmocka_unit_test(test_put_fails),
        cmocka_unit_test(test_end_fails), cmocka_unit_test(test_abort),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
