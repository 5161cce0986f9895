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

#define ENTERED CALLED("PQenterPipelineMode")
#define SYNCED  CALLED("PQpipelineSync")
#define LEFT    CALLED("PQexitPipelineMode")

// A session with so many statements on their way, Sync sent.
static Session *sent(int statements)
{
    Err err = {0};
    Session *session = open_scripted();
    assert_true(session_pipeline_begin(session, &err));
    assert_true(session_in_pipeline(session));
    for (int i = 0; i < statements; i++)
        assert_true(session_queue(session, "INSERT INTO t VALUES (1)", 0, NULL, &err));
    assert_true(session_pipeline_sync(session, &err));
    return session;
}

#define SENT_2 OPENED, ENTERED, QUEUED(NULL), QUEUED(NULL), SYNCED
#define SENT_3 OPENED, ENTERED, QUEUED(NULL), QUEUED(NULL), QUEUED(NULL), SYNCED

static void test_pipeline(void **state)
{
    static const char *const CELLS[] = {"7"};
    SCRIPT(SENT_2, GOT_DONE, GOT_END,
           GOT(.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .cells = CELLS), GOT_END,
           GOT_SYNC, LEFT);
    Session *session = sent(2);
    Err err = {0};
    Rows rows = {0};
    assert_true(session_next_result(session, NULL, NULL, &err));
    assert_true(session_next_result(session, arena, &rows, &err));
    assert_int_equal(rows_int(&rows, 0, 0), 7);
    assert_true(session_pipeline_end(session, &err));
    assert_false(session_in_pipeline(session));
    finish_scripted(session);
}

static void test_statement_fails(void **state)
{
    SCRIPT(SENT_3, GOT_DONE, GOT_END, FAILED_WITH("23502", "null value"), GOT_END, GOT_ABORTED,
           GOT_END, GOT_SYNC, LEFT);
    Session *session = sent(3);
    Err err = {0};
    assert_true(session_next_result(session, NULL, NULL, &err));
    assert_false(session_next_result(session, NULL, NULL, &err));
    assert_err(&err, ERR_SERVER, "null value");
    assert_string_equal(err.sqlstate, "23502");
    assert_false(session_next_result(session, NULL, NULL, &err));
    assert_err(&err, ERR_NONE, "not run");
    assert_true(session_pipeline_end(session, &err));
    finish_scripted(session);
}

// Nobody asks for the results behind the failure: the end passes over them.
static void test_end_drops_results(void **state)
{
    SCRIPT(SENT_3, FAILED_WITH("23502", "null value"), GOT_END, GOT_ABORTED, GOT_END, GOT_ABORTED,
           GOT_END, GOT_SYNC, LEFT);
    Session *session = sent(3);
    Err err = {0};
    assert_false(session_next_result(session, NULL, NULL, &err));
    assert_true(session_pipeline_end(session, &err));
    finish_scripted(session);
}

static void assert_lost_between(Session *session)
{
    Err err = {0};
    assert_true(session_next_result(session, NULL, NULL, &err));
    assert_false(session_next_result(session, NULL, NULL, &err));
    assert_lost(&err);
    err = (Err){0};
    assert_false(session_pipeline_end(session, &err));
    assert_lost(&err);
    assert_false(session_in_pipeline(session));
    session_rollback(session); // asks nothing of the dead
    finish_scripted(session);
}

static void test_lost_between_results(void **state)
{
    SCRIPT(SENT_3, GOT_DONE, GOT_END, WAIT_LOST, GOT_END);
    assert_lost_between(sent(3));
    // libpq makes a result of it, and NULL of every later question
    SCRIPT(SENT_3, GOT_DONE, GOT_END,
           {.call = "PQgetResult",
            .is_lost = true,
            .message = SCRIPTED_CLOSED,
            .result = ANSWER(.status = PGRES_FATAL_ERROR, .message = SCRIPTED_CLOSED)},
           GOT_END, GOT_END);
    assert_lost_between(sent(3));
    // no result at all
    SCRIPT(SENT_3, GOT_DONE, GOT_END,
           {.call = "PQgetResult", .is_lost = true, .message = SCRIPTED_CLOSED}, GOT_END);
    assert_lost_between(sent(3));
}

static void test_lost_before_the_sync(void **state)
{
    SCRIPT(SENT_2, GOT_DONE, GOT_END, GOT_DONE, GOT_END, WAIT_LOST);
    Session *session = sent(2);
    Err err = {0};
    assert_true(session_next_result(session, NULL, NULL, &err));
    assert_true(session_next_result(session, NULL, NULL, &err));
    assert_false(session_pipeline_end(session, &err));
    assert_lost(&err);
    finish_scripted(session);
}

static void test_terminated(void **state)
{
    SCRIPT(SENT_3, GOT_DONE, GOT_END, TERMINATED, WAIT_LOST, GOT_END);
    Session *session = sent(3);
    Err err = {0};
    assert_true(session_next_result(session, NULL, NULL, &err));
    assert_false(session_next_result(session, NULL, NULL, &err));
    assert_terminated(&err);
    assert_false(session_pipeline_end(session, &err));
    assert_lost(&err);
    finish_scripted(session);
}

static void assert_begin_fails(const char *call)
{
    Session *session = open_scripted();
    Err err = {0};
    bool ok = session_pipeline_begin(session, &err) &&
              session_queue(session, "SELECT 1", 0, NULL, &err) &&
              session_queue_flush(session, &err) && session_pipeline_sync(session, &err);
    if (ok)
        fail_msg("%s was lost, and nobody said so", call);
    assert_lost(&err);
    session_rollback(session);
    finish_scripted(session);
}

#define GONE(name, ...)                                                                            \
    {                                                                                              \
        .call = name, .is_lost = true, .message = SCRIPTED_CLOSED, __VA_ARGS__                     \
    }

static void test_lost_while_sending(void **state)
{
    SCRIPT(OPENED, GONE("PQenterPipelineMode"));
    assert_begin_fails("PQenterPipelineMode");
    SCRIPT(OPENED, ENTERED, GONE("PQsendQueryParams"));
    assert_begin_fails("PQsendQueryParams");
    SCRIPT(OPENED, ENTERED, QUEUED(NULL), GONE("PQsendFlushRequest"));
    assert_begin_fails("PQsendFlushRequest");
    SCRIPT(OPENED, ENTERED, QUEUED(NULL), CALLED("PQsendFlushRequest"),
           GONE("PQflush", .answer = -1));
    assert_begin_fails("PQflush");
    SCRIPT(OPENED, ENTERED, QUEUED(NULL), CALLED("PQsendFlushRequest"), GONE("PQpipelineSync"));
    assert_begin_fails("PQpipelineSync");
}

static void test_kept(void **state)
{
#define EXECUTED(name) {.call = "PQsendQueryPrepared", .text = name, .answer = 1}
#define PREPARED(sql)                                                                              \
    {                                                                                              \
        .call = "PQsendPrepare", .text = sql, .answer = 1                                          \
    }
    SCRIPT(OPENED, ENTERED, PREPARED("one"), EXECUTED("migrate_safe_0_0"), PREPARED("two"),
           EXECUTED("migrate_safe_0_1"), EXECUTED("migrate_safe_0_0"), PREPARED("one"),
           EXECUTED("migrate_safe_1_0"), GONE("PQsendPrepare"));
    Session *session = open_scripted();
    Err err = {0};
    assert_true(session_pipeline_begin(session, &err));
    assert_true(session_queue_kept(session, "one", 0, NULL, &err));
    assert_true(session_queue_kept(session, "two", 0, NULL, &err));
    assert_true(session_queue_kept(session, "one", 0, NULL, &err));
    session_forget_kept(session); // names are never used twice: the old ones may be there still
    assert_true(session_queue_kept(session, "one", 0, NULL, &err));
    assert_false(session_queue_kept(session, "two", 0, NULL, &err));
    assert_lost(&err);
    finish_scripted(session);
}

// What preparing gives is nobody's.
static void test_results_of_kept(void **state)
{
    static const char *const SEVEN[] = {"7"};
    static const char *const EIGHT[] = {"8"};
    SCRIPT(OPENED, ENTERED, QUEUED(NULL), PREPARED("one"), EXECUTED("migrate_safe_0_0"),
           EXECUTED("migrate_safe_0_0"), SYNCED, GOT_DONE, GOT_END, GOT_DONE, GOT_END,
           GOT(.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .cells = SEVEN), GOT_END,
           GOT(.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .cells = EIGHT), GOT_END,
           GOT_SYNC, LEFT);
    Session *session = open_scripted();
    Err err = {0};
    Rows rows = {0};
    assert_true(session_pipeline_begin(session, &err));
    assert_true(session_queue(session, "BEGIN", 0, NULL, &err));
    assert_true(session_queue_kept(session, "one", 0, NULL, &err));
    assert_true(session_queue_kept(session, "one", 0, NULL, &err));
    assert_true(session_pipeline_sync(session, &err));
    assert_true(session_next_result(session, NULL, NULL, &err));
    assert_true(session_next_result(session, arena, &rows, &err));
    assert_int_equal(rows_int(&rows, 0, 0), 7);
    assert_true(session_next_result(session, arena, &rows, &err));
    assert_int_equal(rows_int(&rows, 0, 0), 8);
    assert_true(session_pipeline_end(session, &err));
    finish_scripted(session);
}

// After session_exec libpq gives the rows of a pipeline's first statement one by one.
static void test_rows_one_by_one(void **state)
{
    static const char *const FIRST[] = {"1", "a"};
    static const char *const SECOND[] = {"2", NULL};
    SCRIPT(OPENED, ENTERED, QUEUED(NULL), SYNCED,
           GOT(.status = PGRES_SINGLE_TUPLE, .rows = 1, .columns = 2, .cells = FIRST),
           GOT(.status = PGRES_SINGLE_TUPLE, .rows = 1, .columns = 2, .cells = SECOND),
           GOT(.status = PGRES_TUPLES_OK, .columns = 2), GOT_END, GOT_SYNC, LEFT);
    Session *session = sent(1);
    Err err = {0};
    Rows rows = {0};
    assert_true(session_next_result(session, arena, &rows, &err));
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows_int(&rows, 0, 0), 1);
    assert_string_equal(rows_text(&rows, 0, 1), "a");
    assert_int_equal(rows_int(&rows, 1, 0), 2);
    assert_null(rows_text(&rows, 1, 1));
    assert_true(session_pipeline_end(session, &err));
    finish_scripted(session);
}

// The statement that could not be prepared is the one that failed, and the next is taken behind it;
// nothing that was on its way counts as kept.
static void test_kept_cannot_be_prepared(void **state)
{
    SCRIPT(OPENED, ENTERED, PREPARED("one"), EXECUTED("migrate_safe_0_0"), PREPARED("two"),
           EXECUTED("migrate_safe_0_1"), SYNCED, FAILED_WITH("42P01", "no table"), GOT_END,
           GOT_ABORTED, GOT_END, GOT_ABORTED, GOT_END, GOT_ABORTED, GOT_END, GOT_SYNC, LEFT,
           ENTERED, PREPARED("two"), EXECUTED("migrate_safe_2_0"), SYNCED, GOT_DONE, GOT_END,
           GOT_DONE, GOT_END, GOT_SYNC, LEFT);
    Session *session = open_scripted();
    Err err = {0};
    Rows rows = {0};
    assert_true(session_pipeline_begin(session, &err));
    assert_true(session_queue_kept(session, "one", 0, NULL, &err));
    assert_true(session_queue_kept(session, "two", 0, NULL, &err));
    assert_true(session_pipeline_sync(session, &err));
    assert_false(session_next_result(session, arena, &rows, &err));
    assert_err(&err, ERR_SERVER, "no table");
    assert_false(session_next_result(session, arena, &rows, &err));
    assert_err(&err, ERR_NONE, "not run");
    assert_true(session_pipeline_end(session, &err));
    assert_true(session_query_kept(session, arena, "two", 0, NULL, &rows, &err));
    finish_scripted(session);
}

// How many are there is asked; when it is one too few, all are parsed anew.
static void test_kept_are_there(void **state)
{
#define KEPT_ONE(name) EXECUTED(name), SYNCED, GOT_DONE, GOT_END, GOT_SYNC, LEFT
#define PREPARED_ONE(name)                                                                         \
    ENTERED, PREPARED("one"), EXECUTED(name), SYNCED, GOT_DONE, GOT_END, GOT_DONE, GOT_END,        \
        GOT_SYNC, LEFT
#define THERE(cell)                                                                                \
    QUEUED(NULL), GOT(.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .cells = cell), GOT_END
    static const char *const ONE[] = {"1"};
    static const char *const NONE[] = {"0"};
    SCRIPT(OPENED, PREPARED_ONE("migrate_safe_0_0"), THERE(ONE), ENTERED,
           KEPT_ONE("migrate_safe_0_0"), THERE(NONE), PREPARED_ONE("migrate_safe_1_0"),
           QUEUED(NULL), FAILED_WITH("25P02", "aborted"), GOT_END);
    Session *session = open_scripted();
    Err err = {0};
    Rows rows;
    assert_true(session_check_kept(session, &err)); // none: nothing is asked
    for (int i = 0; i < 3; i++) {
        assert_true(session_query_kept(session, arena, "one", 0, NULL, &rows, &err));
        assert_int_equal(session_check_kept(session, &err), i < 2);
    }
    assert_err(&err, ERR_SERVER, "aborted");
    finish_scripted(session);
}

static void test_rollback(void **state)
{
    // with a Sync on its way, and one more from the rollback: both are taken
    SCRIPT(SENT_2, FAILED_WITH("23502", "null value"), GOT_END, SYNCED, GOT_ABORTED, GOT_END,
           GOT_SYNC, GOT_SYNC, LEFT, {.call = "PQtransactionStatus", .answer = PQTRANS_INERROR},
           SENT("ROLLBACK"), GOT_DONE, GOT_END);
    Session *session = sent(2);
    Err err = {0};
    assert_false(session_next_result(session, NULL, NULL, &err));
    session_rollback(session);
    assert_false(session_in_pipeline(session));
    assert_err(&err, ERR_SERVER, "null value");
    finish_scripted(session);
    // the connection goes while the failure is being cleared away
    SCRIPT(SENT_2, FAILED_WITH("23502", "null value"), GOT_END, SYNCED, GOT_ABORTED, GOT_END,
           WAIT_LOST);
    session = sent(2);
    assert_false(session_next_result(session, NULL, NULL, &err));
    session_rollback(session);
    assert_false(session_in_pipeline(session));
    finish_scripted(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pipeline),
        cmocka_unit_test(test_statement_fails),
        cmocka_unit_test(test_end_drops_results),
        cmocka_unit_test(test_lost_between_results),
        cmocka_unit_test(test_lost_before_the_sync),
        cmocka_unit_test(test_terminated),
        cmocka_unit_test(test_lost_while_sending),
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_results_of_kept),
        cmocka_unit_test(test_kept_cannot_be_prepared),
        cmocka_unit_test(test_rows_one_by_one),
        cmocka_unit_test(test_kept_are_there),
        cmocka_unit_test(test_rollback),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
