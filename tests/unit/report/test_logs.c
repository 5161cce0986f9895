#include "report/logs.h"

#include "golden.h"

#include <sys/stat.h>
#include <unistd.h>

static Arena *arena;
static char folder[64];

static int set_up(void **state)
{
    arena = arena_new();
    snprintf(folder, sizeof folder, "/tmp/ms-logs-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    Err err = {0};
    arena_free(arena);
    return file_remove_tree(folder, &err) ? 0 : -1;
}

static const char *read_whole(const char *path)
{
    Err err = {0};
    Str text;
    if (!file_read(arena, path, 1024 * 1024, &text, &err))
        fail_msg("%s", err.message);
    return text.p;
}

static const Event *events(size_t *ret_count)
{
    static const Err FAILURE = {.class = ERR_MIGRATION,
                                .message = "column \"x\" does not exist\n\x1b[2J",
                                .sqlstate = "42703",
                                .file = "m/002_b.up.sql",
                                .position = {3, 7}};
    static const Event EVENTS[] = {
        {.kind = EVENT_RUN_STARTED, .run_id = "r1", .command = "up"},
        {.kind = EVENT_MIGRATION_STARTED, .run_id = "r1", .version = "001", .name = "a"},
        {.kind = EVENT_STATEMENT_DONE, .run_id = "r1", .version = "001", .done = 1},
        {.kind = EVENT_NOTICE,
         .run_id = "r1",
         .version = "001",
         .name = "a",
         .severity = "WARNING",
         .message = "mind\nthe gap"},
        {.kind = EVENT_MIGRATION_APPLIED,
         .run_id = "r1",
         .version = "001",
         .name = "a",
         .file = "m/001_a.up.sql",
         .duration_ms = 1250,
         .done = 3,
         .total = 3},
        {.kind = EVENT_MIGRATION_FAILED,
         .run_id = "r1",
         .version = "002",
         .name = "\x1b[2Jb\n",
         .duration_ms = 2,
         .err = &FAILURE},
        {.kind = EVENT_RUN_FINISHED, .run_id = "r1", .duration_ms = 1300, .done = 1, .total = 2},
    };
    *ret_count = sizeof EVENTS / sizeof EVENTS[0];
    return EVENTS;
}

static void tell_all(Logs *logs)
{
    size_t count;
    const Event *all = events(&count);
    for (size_t i = 0; i < count; i++)
        logs_event(logs, &all[i]);
}

// The time is another one each run.
static const char *without_times(const char *text)
{
    TEXT_SCOPED out;
    text_init(&out, 65536);
    size_t length = strlen("2026-01-02T03:04:05.678Z");
    for (const char *p = text; *p;)
        if (strncmp(p, "20", 2) == 0 && strlen(p) >= length && p[10] == 'T' &&
            p[length - 1] == 'Z') {
            text_append(&out, STR("TIME"));
            p += length;
        } else {
            text_append_char(&out, *p++);
        }
    return arena_dup(arena, text_str(&out));
}

static void test_files(void **state)
{
    Captured captured;
    Logs logs;
    capture_begin(&captured, false);
    const char *directory = arena_printf(arena, "%s/a/b", folder);
    logs_init(&logs, arena, directory, &captured.terminal);
    assert_false(file_exists(directory)); // nothing before the first event
    tell_all(&logs);
    assert_string_equal(capture_end(arena, &captured), "");
    const char *json = read_whole(arena_printf(arena, "%s/migrations.jsonl", directory));
    assert_golden(arena, "logs.jsonl", without_times(json));
    Str line;
    for (Str rest = str_from(json); str_line(&rest, &line);) {
        Err err = {0};
        JSON_SCOPED object = json_read(line, "line", &err);
        assert_non_null(object);
        assert_true(json_is_string(json_object_get(object, "at")));
        assert_string_equal(json_string_value(json_object_get(object, "run_id")), "r1");
    }
    const char *text = read_whole(logs.text_path);
    assert_harmless(text);
    assert_golden(arena, "logs.txt", without_times(text));
}

// The name of the file for people says when: migrate-safe-20260102-030405.log
static void test_name(void **state)
{
    Captured captured;
    Logs logs;
    capture_begin(&captured, false);
    logs_init(&logs, arena, folder, &captured.terminal);
    tell_all(&logs);
    capture_end(arena, &captured);
    const char *name = strrchr(logs.text_path, '/') + 1;
    assert_memory_equal(name, "migrate-safe-20", 15);
    assert_int_equal(strlen(name), strlen("migrate-safe-20260102-030405.log"));
    assert_int_equal(name[21], '-');
}

// A second run adds to the one, and never wipes it.
static void test_appended(void **state)
{
    for (int run = 0; run < 2; run++) {
        Captured captured;
        Logs logs;
        capture_begin(&captured, false);
        logs_init(&logs, arena, folder, &captured.terminal);
        tell_all(&logs);
        capture_end(arena, &captured);
    }
    const char *json = read_whole(arena_printf(arena, "%s/migrations.jsonl", folder));
    size_t lines = 0;
    for (; *json; json++)
        lines += *json == '\n';
    assert_int_equal(lines, 2 * 6);
}

static void assert_one_warning(const char *directory, const char *said)
{
    Captured captured;
    Logs logs;
    capture_begin(&captured, false);
    logs_init(&logs, arena, directory, &captured.terminal);
    tell_all(&logs);
    tell_all(&logs);
    const char *text = capture_end(arena, &captured);
    assert_memory_equal(text, "migrate-safe: warning: ", 23);
    if (!strstr(text, said))
        fail_msg("%s is not in: %s", said, text);
    assert_non_null(
        strstr(text, "  hint:   the work goes on; the journal in the database is the record\n"));
    assert_null(strstr(text + 23, "warning: ")); // once is enough
}

static void test_broken(void **state)
{
    Err err = {0};
    const char *file = arena_printf(arena, "%s/file", folder);
    assert_true(file_write(file, STR(""), 0644, &err));
    assert_one_warning(file, "/file: Not a directory");
    assert_one_warning(arena_printf(arena, "%s/below", file), "/file: Not a directory");
    const char *full = arena_printf(arena, "%s/full", folder);
    assert_int_equal(mkdir(full, 0755), 0);
    assert_int_equal(symlink("/dev/full", arena_printf(arena, "%s/migrations.jsonl", full)), 0);
    assert_one_warning(full, "/full/migrations.jsonl: No space left on device");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_files),
        TEST(test_name),
        TEST(test_appended),
        TEST(test_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
