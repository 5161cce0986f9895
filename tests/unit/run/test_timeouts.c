#include "run/timeouts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <string.h>

static void parameters(void **state)
{
    TransactionOptions options = {.lock_timeout_ms = 100, .lock_key = INT64_MAX};
    TimeoutParameters got;
    timeouts_parameters(&options, &got);
    assert_string_equal(got.values[0], "100");
    assert_string_equal(got.values[1], "0");
    assert_string_equal(got.values[2], "9223372036854775807");
    assert_null(got.values[3]);
    assert_null(got.values[4]);
    options.statement_timeout_ms = 2;
    options.idle_timeout_ms = 3;
    options.transaction_timeout_ms = 4;
    timeouts_parameters(&options, &got);
    assert_string_equal(got.values[1], "2");
    assert_string_equal(got.values[3], "3");
    assert_string_equal(got.values[4], "4");
}

static void hints(void **state)
{
    static const struct {
        ErrClass class;
        const char *sqlstate;
        int64_t statement_ms;
        const char *option;
    } CASES[] = {
        {ERR_SERVER, "57014", 100, "--statement-timeout"},
        {ERR_SERVER, "57014", 0, NULL}, // somebody else cancelled it
        {ERR_INTERRUPTED, "57014", 100, NULL},
        {ERR_CONNECTION, "25P03", 0, "--idle-timeout"},
        {ERR_CONNECTION, "25P04", 0, "--transaction-timeout"},
        {ERR_SERVER, "55P03", 100, NULL},
        {ERR_SERVER, "", 100, NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        TransactionOptions options = {.statement_timeout_ms = CASES[i].statement_ms};
        Err err = {.class = CASES[i].class};
        snprintf(err.sqlstate, sizeof err.sqlstate, "%s", CASES[i].sqlstate);
        timeouts_explain(&options, &err);
        if (CASES[i].option)
            assert_non_null(strstr(err.hint, CASES[i].option));
        else
            assert_string_equal(err.hint, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parameters), cmocka_unit_test(hints)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
