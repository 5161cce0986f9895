#include "run/source.h"

#include "base/text.h"
#include "io/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static Arena *arena;
static char folder[64];

static int set_up(void **state)
{
    arena = arena_new();
    snprintf(folder, sizeof folder, "/tmp/ms-source-XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    Err err = {0};
    arena_free(arena);
    return chdir("/") == 0 && file_remove_tree(folder, &err) ? 0 : -1;
}

static void put_bytes(const char *path, Str text)
{
    Err err = {0};
    const char *slash = strrchr(path, '/');
    const char *directory = arena_dup(arena, (Str){path, slash ? (size_t)(slash - path) : 0});
    if ((slash && !file_make_directories(directory, 0755, &err)) ||
        !file_write(path, text, 0644, &err))
        fail_msg("%s", err.message);
}

static void put(const char *path, const char *text)
{
    put_bytes(path, str_from(text));
}

#define DIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

// "VERSION NAME LAYOUT UP DOWN" lines of migrations, then "FILE:LINE:COLUMN: MESSAGE" of problems,
// with "warning:" before those that are no error.
static const char *text_of(const Source *source)
{
    TEXT_SCOPED out;
    text_init(&out, 65536);
    VEC_EACH (const Migration, m, &source->migrations)
        text_printf(&out, "%s %s %s %s %s\n", m->version, m->name, m->layout, m->up.path,
                    m->down.is_present ? m->down.path : "-");
    VEC_EACH (const Problem, problem, &source->problems)
        text_printf(&out, "%s%s:%d:%d: %s\n",
                    problem->is_error ? "" : "warning: ", problem->err.file,
                    problem->err.position.line, problem->err.position.column, problem->err.message);
    return arena_dup(arena, text_str(&out));
}

static Source load(const char *const *directories)
{
    Source source;
    Err err = {0};
    if (!source_load(arena, &(SourceOptions){.directories = directories}, &source, &err))
        fail_msg("%s", err.message);
    return source;
}

static void assert_loads(const char *const *directories, const char *expected)
{
    Source source = load(directories);
    assert_string_equal(text_of(&source), expected);
}

static void assert_fails(const SourceOptions *options, ErrClass class, const char *message,
                         const char *hint)
{
    Source source = {.migrations.len = 7};
    Err err = {0};
    assert_false(source_load(arena, options, &source, &err));
    assert_string_equal(err.message, message);
    assert_string_equal(err.hint, hint);
    assert_int_equal(err.class, class);
    assert_int_equal(source.migrations.len, 7); // untouched
}

static void test_paired(void **state)
{
    put("m/002_b.up.sql", "SELECT 2;");
    put("m/001_a.up.sql", "SELECT 1;");
    put("m/001_a.down.sql", "SELECT -1;");
    put("m/010_c.up.sql", "SELECT 10;");
    put("m/README.md", "not SQL");
    assert_loads(DIRS("m"), "001 a paired m/001_a.up.sql m/001_a.down.sql\n"
                            "002 b paired m/002_b.up.sql -\n"
                            "010 c paired m/010_c.up.sql -\n");
}

static void test_downs_of_the_plain_layout(void **state)
{
    put("db/m/1_a.sql", "SELECT 1;");
    put("db/m/2_b.sql", "SELECT 2;");
    put("db/m/3_c.sql", "SELECT 3;");
    put("db/m/rollback/1_a_down.sql", "SELECT -1;");
    put("db/rollbacks/2_b.rollback.sql", "SELECT -2;");
    assert_loads(DIRS("db/m"), "1 a plain db/m/1_a.sql db/m/rollback/1_a_down.sql\n"
                               "2 b plain db/m/2_b.sql db/rollbacks/2_b.rollback.sql\n"
                               "3 c plain db/m/3_c.sql -\n");
    assert_loads(DIRS("db/m/"), "1 a plain db/m/1_a.sql db/m/rollback/1_a_down.sql\n"
                                "2 b plain db/m/2_b.sql db/rollbacks/2_b.rollback.sql\n"
                                "3 c plain db/m/3_c.sql -\n");
}

// The folder one works in has a folder beside it too.
static void test_here(void **state)
{
    put("m/1_a.sql", "SELECT 1;");
    put("rollback/1_a.sql", "SELECT -1;");
    assert_int_equal(chdir("m"), 0);
    assert_loads(DIRS("."), "1 a plain ./1_a.sql ./../rollback/1_a.sql\n");
    assert_int_equal(chdir(folder), 0);
}

static void test_rollback_in_comments(void **state)
{
    put("m/001_a.sql", "CREATE TABLE a ();\n-- Rollback:\n-- DROP TABLE a;\n");
    Source source = load(DIRS("m"));
    assert_string_equal(text_of(&source), "001 a plain m/001_a.sql m/001_a.sql\n");
    const Script *down = &source.migrations.items[0].down;
    assert_true(down->is_loaded);
    assert_non_null(strstr(down->text.p, "   DROP TABLE a;"));
    assert_int_equal(strlen(down->checksum), SHA256_HEX - 1);
}

static void test_usual_places(void **state)
{
    assert_fails(&(SourceOptions){0}, ERR_CONFIG, "there is no folder of migrations here",
                 "name it: --dir DIR, or begin one: migrate-safe new NAME --dir migrations");
    put("db/migrations/001_a.up.sql", "SELECT 1;");
    assert_loads(NULL, "001 a paired db/migrations/001_a.up.sql -\n");
    put("supabase/migrations/002_b.sql", "SELECT 1;");
    assert_fails(&(SourceOptions){0}, ERR_CONFIG,
                 "there are several folders of migrations: db/migrations and supabase/migrations",
                 "name the one you mean: --dir db/migrations");
}

static void test_folders_that_are_none(void **state)
{
    put("file", "");
    assert_fails(&(SourceOptions){.directories = DIRS("nowhere")}, ERR_CONFIG,
                 "there is no such folder",
                 "name the folder of your migrations: --dir DIR, or begin one: migrate-safe new "
                 "NAME --dir DIR");
    assert_fails(&(SourceOptions){.directories = DIRS("file")}, ERR_CONFIG, "this is not a folder",
                 "name the folder of your migrations: --dir DIR");
    assert_int_equal(mkdir("empty", 0755), 0);
    assert_loads(DIRS("empty"), "");
    assert_fails(&(SourceOptions){.directories = DIRS("empty"), .layout = "cubic"}, ERR_CONFIG,
                 "unknown layout \"cubic\"", arena_printf(arena, "known: %s", layout_names(arena)));
}

static void test_named_layout(void **state)
{
    put("m/001_a.up.sql", "SELECT 1;");
    Source source;
    Err err = {0};
    SourceOptions options = {.directories = DIRS("m"), .layout = "plain"};
    assert_true(source_load(arena, &options, &source, &err));
    assert_string_equal(source.folders.items[0].layout->name, "plain");
}

static void test_several_folders(void **state)
{
    put("a/002_b.up.sql", "SELECT 2;");
    put("b/001_a.sql", "SELECT 1;");
    put("b/003_c.sql", "SELECT 3;");
    assert_loads(DIRS("a", "b"), "001 a plain b/001_a.sql -\n"
                                 "002 b paired a/002_b.up.sql -\n"
                                 "003 c plain b/003_c.sql -\n");
    put("b/2_again.sql", "SELECT 3;");
    assert_fails(&(SourceOptions){.directories = DIRS("a", "b")}, ERR_CHECK,
                 "version 2 is in two folders: a/002_b.up.sql and b/2_again.sql",
                 "give one of them another version");
}

static void test_checksum(void **state)
{
    put("a/1_a.up.sql", "SELECT 1;\nSELECT 2;\n");
    put("b/1_a.up.sql", "\xef\xbb\xbfSELECT 1;\r\nSELECT 2;\r\n"); // BOM and CR count for nothing
    put("c/1_a.up.sql", "SELECT 1;\nSELECT 3;\n");
    const char *a = load(DIRS("a")).migrations.items[0].up.checksum;
    assert_string_equal(a, load(DIRS("b")).migrations.items[0].up.checksum);
    assert_string_not_equal(a, load(DIRS("c")).migrations.items[0].up.checksum);
}

static void test_what_is_no_file(void **state)
{
    put("m/001_a.up.sql", "SELECT 1;");
    assert_int_equal(mkdir("m/002_b.up.sql", 0755), 0);
    assert_int_equal(mkfifo("m/003_c.up.sql", 0644), 0); // must not be opened: nobody writes
    assert_int_equal(symlink("nowhere", "m/004_d.up.sql"), 0);
    assert_int_equal(symlink("001_a.up.sql", "m/005_e.up.sql"), 0);
    Source source = load(DIRS("m"));
    const Problem *problem = source_first_error(&source);
    assert_non_null(problem);
    assert_int_equal(source.problems.len, 3);
    VEC_EACH (const Problem, each, &source.problems) {
        assert_int_equal(each->kind, PROBLEM_UNREADABLE);
        assert_int_equal(each->err.class, ERR_IO);
    }
    assert_int_equal(source.migrations.len, 2);
    assert_string_equal(source.migrations.items[1].up.path, "m/005_e.up.sql");
}

static void test_examine(void **state)
{
    put("m/001_a.up.sql", "SELECT 1;");
    put("m/001_a.down.sql", "-- nothing\n");
    put("m/002_b.up.sql", "");
    put("m/003_c.up.sql", "-- migrate-safe: irreversible: gone is gone\nDROP TABLE c;");
    put("m/004_d.up.sql", "SELECT 1;\nSELECT 'oops;\n");
    put("m/005_e.up.sql", "SELECT 1;\n  COMMIT;\n");
    put_bytes("m/006_f.up.sql", STR("SELECT 'caf\xe9';\n"));
    put("m/007_g.up.sql", "SELECT 1;\n-- migrate-safe: frobnicate\n");
    Source source = load(DIRS("m"));
    source_examine(arena, &source);
    TEXT_SCOPED out;
    text_init(&out, 65536);
    VEC_EACH (const Problem, problem, &source.problems)
        text_printf(&out, "%s%s:%d:%d: %s\n",
                    problem->is_error ? "" : "warning: ", problem->err.file,
                    problem->err.position.line, problem->err.position.column, problem->err.message);
    assert_string_equal(text_cstr(&out),
                        "m/007_g.up.sql:2:1: unknown directive \"frobnicate\"\n"
                        "warning: m/001_a.down.sql:1:1: the file has no statement\n"
                        "warning: m/002_b.up.sql:1:1: the file has no statement\n"
                        "warning: m/002_b.up.sql:1:1: version 002 has no down migration\n"
                        "m/004_d.up.sql:2:8: unterminated quoted string\n"
                        "warning: m/004_d.up.sql:1:1: version 004 has no down migration\n"
                        "m/005_e.up.sql:2:3: COMMIT without BEGIN\n"
                        "warning: m/005_e.up.sql:1:1: version 005 has no down migration\n"
                        "m/006_f.up.sql:1:12: invalid UTF-8: byte 0xe9\n"
                        "warning: m/006_f.up.sql:1:1: version 006 has no down migration\n");
}

// Texts beyond the budget are read again when they are needed: memory stays flat.
static void test_large(void **state)
{
    TEXT_SCOPED text;
    text_init(&text, 2 * SCRIPT_LOADED_MAX);
    while (text.len < SCRIPT_LOADED_MAX - 100)
        text_append(&text, STR("INSERT INTO t VALUES (1);\n"));
    put("m/0_a.up.sql", "SELECT 1;\n");
    for (int i = 1; i <= 6; i++)
        put_bytes(arena_printf(arena, "m/%d_a.up.sql", i), text_str(&text));
    text_append(
        &text,
        STR("-- and some bytes that make it too large for memory, all in one comment at the end "
            "of it, where nobody minds them at all, I think\n"));
    put_bytes("m/7_a.up.sql", text_str(&text));
    Source source = load(DIRS("m"));
    size_t held = 0;
    VEC_EACH (const Migration, migration, &source.migrations) {
        held += migration->up.is_loaded ? migration->up.text.n : 0;
        assert_int_equal(strlen(migration->up.checksum), SHA256_HEX - 1);
        assert_true(migration->up.size > 0);
    }
    assert_true(held > 0 && held <= 256 * 1024);
    assert_false(source.migrations.items[7].up.is_loaded);
    source_examine(arena, &source);
    assert_null(source_first_error(&source));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_paired),       TEST(test_downs_of_the_plain_layout),
        TEST(test_here),         TEST(test_rollback_in_comments),
        TEST(test_usual_places), TEST(test_folders_that_are_none),
        TEST(test_named_layout), TEST(test_several_folders),
        TEST(test_checksum),     TEST(test_what_is_no_file),
        TEST(test_examine),      TEST(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
