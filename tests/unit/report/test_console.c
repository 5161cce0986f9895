#include "report/console.h"

#include "golden.h"

static Arena *arena;

static int set_up(void **state)
{
    arena = arena_new();
    setenv("LC_ALL", "C.UTF-8", 1);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

typedef struct Both {
    Captured out;
    Captured err;
    Console console;
} Both;

static void begin(Both *both, bool has_colour, bool is_json, bool is_verbose)
{
    capture_begin(&both->out, has_colour);
    capture_begin(&both->err, has_colour);
    console_init(&both->console, &both->out.terminal, &both->err.terminal, is_json, is_verbose);
}

static const char *end(Both *both, const char **ret_err)
{
    *ret_err = capture_end(arena, &both->err);
    return capture_end(arena, &both->out);
}

static void tell(Both *both, Event event)
{
    console_event(&both->console, &event);
}

#define MIGRATION(k, v, n, ms)                                                                     \
    (Event)                                                                                        \
    {                                                                                              \
        .kind = EVENT_MIGRATION_##k, .version = v, .name = n, .duration_ms = ms                    \
    }
#define NOTICE(level, text)                                                                        \
    (Event)                                                                                        \
    {                                                                                              \
        .kind = EVENT_NOTICE, .version = "001", .severity = level, .message = text                 \
    }

static void tell_run(Both *both)
{
    console_expect(&both->console, "001", "create_users");
    console_expect(&both->console, "20260101_001", "\xe8\xa1\xa8\xe3\x81\xae\xe5\x90\x8d");
    tell(both, (Event){.kind = EVENT_RUN_STARTED});
    tell(both, MIGRATION(STARTED, "001", "create_users", 0));
    tell(both, NOTICE("NOTICE", "relation exists, skipping"));
    tell(both, NOTICE("WARNING", "there is no transaction\nin progress \x1b[2J"));
    tell(both, MIGRATION(APPLIED, "001", "create_users", 12));
    tell(both, MIGRATION(APPLIED, "20260101_001", "\xe8\xa1\xa8\xe3\x81\xae\xe5\x90\x8d", 3450));
    tell(both, MIGRATION(REVERTED, "001", "create_users", 125000));
    tell(both, MIGRATION(FAILED, "2", "\x1b[2J\nx", 1));
    tell(both, (Event){.kind = EVENT_WARNING,
                       .message = "something of ours\nin two lines",
                       .detail = "a fact"});
    tell(both, (Event){.kind = EVENT_RUN_FINISHED});
}

static void test_run(void **state)
{
    for (int has_colour = 0; has_colour <= 1; has_colour++) {
        Both both;
        begin(&both, has_colour, false, false);
        tell_run(&both);
        const char *err;
        const char *out = end(&both, &err);
        assert_harmless(out);
        assert_harmless(err);
        assert_golden(arena, has_colour ? "run.colour.txt" : "run.txt",
                      arena_printf(arena, "%s-- stderr\n%s", out, err));
    }
}

// stdout has the document and nothing else.
static void test_json(void **state)
{
    Both both;
    begin(&both, false, true, false);
    tell_run(&both);
    const char *err;
    assert_string_equal(end(&both, &err), "");
    assert_non_null(strstr(err, "create_users"));
}

static void test_verbose(void **state)
{
    Both both;
    begin(&both, false, false, true);
    tell(&both, NOTICE("NOTICE", "relation exists, skipping"));
    const char *err;
    end(&both, &err);
    assert_string_equal(err, "    notice: relation exists, skipping\n");
}

static size_t lines(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void test_flood(void **state)
{
    Both both;
    begin(&both, false, false, false);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 1000; i++)
            tell(&both, NOTICE("WARNING", "again"));
        tell(&both, MIGRATION(APPLIED, "001", "a", 12));
    }
    const char *err;
    assert_int_equal(lines(end(&both, &err)), 2);
    assert_int_equal(lines(err), 2 * 21); // each migration may say its own
    assert_non_null(strstr(err, "    and 980 more warnings: all are in the log files\n"));
}

static void test_without_unicode(void **state)
{
    static const struct {
        const char *locale;
        const char *mark;
    } CASES[] = {{"C", "+"},
                 {"de_DE.ISO-8859-1", "+"},
                 {"de_DE.UTF-8", "\xe2\x9c\x93"},
                 {"en_US.utf8", "\xe2\x9c\x93"}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Both both;
        const char *err;
        setenv("LC_ALL", CASES[i].locale, 1);
        begin(&both, false, false, false);
        tell(&both, MIGRATION(APPLIED, "1", "a", 1));
        assert_string_equal(end(&both, &err),
                            arena_printf(arena, "  %s 1  a       1 ms\n", CASES[i].mark));
    }
    setenv("LC_ALL", "C.UTF-8", 1);
}

static void test_progress(void **state)
{
    Event progress = {
        .kind = EVENT_STATEMENT_DONE, .version = "001", .duration_ms = 700, .done = 5, .total = 9};
    const char *err;
    Both both;
    begin(&both, false, false, false);
    tell(&both, progress); // no terminal: a log would be full of it
    end(&both, &err);
    assert_string_equal(err, "");
    begin(&both, false, false, false);
    both.console.err.is_terminal = true;
    progress.duration_ms = 100; // too short to be worth a line
    tell(&both, progress);
    progress.duration_ms = 700;
    tell(&both, progress);
    tell(&both, MIGRATION(APPLIED, "001", "a", 800)); // wipes it
    end(&both, &err);
    assert_string_equal(err, "\r\033[K  001  700 ms  statement 5 of 9\r\033[K");
}

// Of a backup: how much, how fast, how long still. The total is an estimate.
static void test_work(void **state)
{
    Event runs = {.kind = EVENT_WORK_RUNS,
                  .message = "dumping",
                  .duration_ms = 2000,
                  .done = 40000000,
                  .total = 100000000};
    Event done = {.kind = EVENT_WORK_DONE, .message = "dumped", .duration_ms = 3000};
    const char *err;
    Both both;
    begin(&both, false, false, false);
    tell(&both, runs);
    end(&both, &err);
    assert_string_equal(err, "");
    begin(&both, false, false, true); // --verbose: a line now and then
    tell(&both, runs);
    runs.duration_ms = 12500;
    tell(&both, runs);
    end(&both, &err);
    assert_int_equal(lines(err), 1);
    begin(&both, false, false, false);
    both.console.err.is_terminal = true;
    runs.duration_ms = 2000;
    tell(&both, runs);
    runs.done = runs.total + 1;
    tell(&both, runs);
    tell(&both, done);
    const char *out = end(&both, &err);
    assert_string_equal(err, "\r\033[K  dumping: 40 MB of about 100 MB, 20 MB/s, about 4.0 s left"
                             "\r\033[K  dumping: 100 MB, 50 MB/s\r\033[K");
    assert_non_null(strstr(out, "dumped"));
}

static void test_a_wait_of_no_version(void **state)
{
    Both both;
    const char *err;
    begin(&both, false, false, false);
    tell(&both, (Event){.kind = EVENT_LOCK_WAIT, .attempt = 1, .wait_ms = 70, .message = "x"});
    end(&both, &err);
    assert_string_equal(err, "    waiting for a lock: attempt 1, again in 70 ms\n");
}

static void test_lock_wait(void **state)
{
    Both both;
    const char *err;
    begin(&both, false, false, false);
    for (int attempt = 1; attempt <= 100; attempt++)
        tell(&both, (Event){.kind = EVENT_LOCK_WAIT,
                            .version = "001",
                            .attempt = attempt,
                            .wait_ms = 70,
                            .message = "canceling statement"});
    end(&both, &err);
    assert_true(lines(err) <= 12); // the first ones, then every tenth
    const char *first = "    waiting for a lock: version 001, attempt 1, again in 70 ms\n";
    assert_memory_equal(err, first, strlen(first));
    assert_non_null(strstr(err, "attempt 100,"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_verbose),
        cmocka_unit_test(test_flood),
        cmocka_unit_test(test_without_unicode),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_work),
        cmocka_unit_test(test_a_wait_of_no_version),
        cmocka_unit_test(test_lock_wait),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
