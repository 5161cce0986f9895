#include "run/lock_wait.h"

#include "io/interrupt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>

typedef struct Told {
    int waits;
    int attempts[16];
    int64_t pauses[16];
    char message[64];
} Told;

static void tell(void *context, const Event *event)
{
    Told *told = context;
    assert_int_equal(event->kind, EVENT_LOCK_WAIT);
    assert_string_equal(event->version, "027");
    if (told->waits < 16) {
        told->attempts[told->waits] = event->attempt;
        told->pauses[told->waits] = event->wait_ms;
    }
    told->waits++;
    snprintf(told->message, sizeof told->message, "%s", event->message);
}

static Err failure(ErrClass class, const char *sqlstate)
{
    Err err = {.class = class, .message = "canceling statement due to lock timeout"};
    snprintf(err.sqlstate, sizeof err.sqlstate, "%s", sqlstate);
    return err;
}

static void test_other_failures(void **state)
{
    static const struct {
        ErrClass class;
        const char *sqlstate;
    } CASES[] = {{ERR_SERVER, "42P01"},     {ERR_SERVER, "57014"}, {ERR_SERVER, ""},
                 {ERR_CONNECTION, "55P03"}, {ERR_CHECK, "55P03"},  {ERR_INTERRUPTED, "57014"}};
    LockWait wait;
    lock_wait_init(&wait, 60000, NULL, "027");
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Err err = failure(CASES[i].class, CASES[i].sqlstate);
        assert_false(lock_wait_again(&wait, &err));
        assert_string_equal(err.message, "canceling statement due to lock timeout"); // untouched
        assert_int_equal(err.class, CASES[i].class);
        assert_string_equal(err.hint, "");
    }
    assert_int_equal(wait.attempt, 0);
}

static void test_again(void **state)
{
    static const char *const STATES[] = {"55P03", "40P01", "55P03"};
    Told told = {0};
    EventSink sink = {tell, &told};
    LockWait wait;
    lock_wait_init(&wait, 60000, &sink, "027");
    for (int i = 0; i < 3; i++) {
        Err err = failure(ERR_SERVER, STATES[i]);
        assert_true(lock_wait_again(&wait, &err));
        assert_int_equal(told.attempts[i], i + 1);
        // jitter between 50 ms and a ceiling that doubles
        assert_true(told.pauses[i] >= 50 && told.pauses[i] <= 200 << i);
    }
    assert_int_equal(told.waits, 3);
    assert_string_equal(told.message, "canceling statement due to lock timeout");
}

static void test_deadline(void **state)
{
    Told told = {0};
    EventSink sink = {tell, &told};
    LockWait wait;
    lock_wait_init(&wait, 120, &sink, "027");
    Err err = failure(ERR_SERVER, "55P03");
    int attempts = 0;
    while (lock_wait_again(&wait, &err)) {
        assert_true(++attempts < 10); // the last pause ends with the deadline, not behind it
        err = failure(ERR_SERVER, "55P03");
    }
    assert_int_equal(told.waits, attempts);
    for (int i = 0; i < attempts; i++)
        assert_true(told.pauses[i] <= 120);
    assert_int_equal(err.class, ERR_SERVER);
    assert_string_equal(err.sqlstate, "55P03");
    char begin[64];
    snprintf(begin, sizeof begin, "gave up after %d attempts in ", attempts + 1);
    assert_memory_equal(err.message, begin, strlen(begin));
    assert_non_null(strstr(err.message, " ms: canceling statement due to lock timeout"));
    assert_non_null(strstr(err.hint, "--lock-deadline"));
}

static void test_no_deadline_left(void **state)
{
    LockWait wait;
    lock_wait_init(&wait, 0, NULL, "027");
    Err err = failure(ERR_SERVER, "55P03");
    assert_false(lock_wait_again(&wait, &err));
    assert_non_null(strstr(err.message, "gave up after 1 attempts"));
}

// The last test: the signal stays asked for.
static void test_interrupted(void **state)
{
    interrupt_install();
    raise(SIGINT);
    LockWait wait;
    lock_wait_init(&wait, 3600 * 1000, NULL, "027");
    Err err = failure(ERR_SERVER, "55P03");
    assert_false(lock_wait_again(&wait, &err));
    assert_int_equal(err.class, ERR_INTERRUPTED);
    assert_string_equal(err.message, "interrupted while waiting for a lock");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_failures), cmocka_unit_test(test_again),
        cmocka_unit_test(test_deadline),       cmocka_unit_test(test_no_deadline_left),
        cmocka_unit_test(test_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
