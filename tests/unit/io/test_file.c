#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char root[] = "/tmp/migrate-safe-test-file-XXXXXX";
static Arena *arena;

// A path below the test's directory.
static const char *at(const char *name)
{
    return arena_printf(arena, "%s/%s", root, name);
}

static void put(const char *name, const char *text)
{
    Err err;
    if (!file_write_new(at(name), str_from(text), 0644, &err))
        fail_msg("%s", err.message);
}

static const char *get(const char *name)
{
    Err err;
    Str text = {0};
    if (!file_read(arena, at(name), 1000, &text, &err))
        fail_msg("%s", err.message);
    return text.p;
}

static mode_t mode_of(const char *name)
{
    struct stat status;
    assert_int_equal(lstat(at(name), &status), 0);
    return status.st_mode & 07777;
}

static int set_up(void **state)
{
    arena = arena_new();
    memcpy(root + sizeof root - 7, "XXXXXX", 6);
    umask(022);
    return mkdtemp(root) ? 0 : -1;
}

static int tear_down(void **state)
{
    Err err;
    bool is_removed = file_remove_tree(root, &err);
    arena_free(arena);
    return is_removed ? 0 : -1;
}

static void reads_whole_files_and_ends_them_with_nul(void **state)
{
    Err err;
    Str text = {0};
    put("a", "hello");
    assert_true(file_read(arena, at("a"), 5, &text, &err));
    assert_int_equal(text.n, 5);
    assert_string_equal(text.p, "hello");
    put("empty", "");
    assert_true(file_read(arena, at("empty"), 0, &text, &err));
    assert_int_equal(text.n, 0);
    assert_string_equal(text.p, "");
}

static void reads_files_that_do_not_say_their_size(void **state)
{
    Err err;
    Str text = {0};
    assert_true(file_read(arena, "/proc/self/status", 100000, &text, &err));
    assert_true(text.n > 100);
    assert_false(file_read(arena, "/proc/self/status", 100, &text, &err));
    assert_string_equal(err.message, "cannot read /proc/self/status: it is larger than 100 bytes");
}

static void refuses_what_is_too_large_and_leaves_the_output_alone(void **state)
{
    Err err;
    Str text = STR("as before");
    put("a", "hello");
    assert_false(file_read(arena, at("a"), 4, &text, &err));
    assert_int_equal(err.class, ERR_IO);
    assert_non_null(strstr(err.message, "it is larger than 4 bytes"));
    assert_true(str_eq(text, STR("as before")));
}

static void reading_failures_name_path_and_reason(void **state)
{
    Err err;
    Str text;
    assert_false(file_read(arena, "/no/such", 10, &text, &err));
    assert_int_equal(err.class, ERR_IO);
    assert_string_equal(err.message, "cannot read /no/such: No such file or directory");
    assert_false(file_read(arena, "/tmp", 10, &text, &err));
    assert_string_equal(err.message, "cannot read /tmp: Is a directory");
}

static void permission_denied_comes_with_something_to_type(void **state)
{
    if (geteuid() != 0)
        skip(); // needs a directory of somebody else's
    put("secret", "x");
    assert_int_equal(chmod(at("secret"), 0600), 0);
    assert_int_equal(chmod(root, 0755), 0);
    pid_t child = fork();
    if (child == 0) {
        Err err;
        Str text;
        bool is_refused =
            setgid(65534) == 0 && setuid(65534) == 0 &&
            !file_read(arena, at("secret"), 10, &text, &err) &&
            strstr(err.message, "Permission denied") && strstr(err.hint, "chmod u+r ") &&
            !file_write(at("other"), STR("x"), 0644, &err) &&
            strstr(err.message, "Permission denied") && strstr(err.hint, "ls -ld /tmp/");
        _exit(is_refused ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static void write_new_never_replaces(void **state)
{
    Err err;
    put("a", "first");
    assert_false(file_write_new(at("a"), STR("second"), 0644, &err));
    assert_non_null(strstr(err.message, "File exists"));
    assert_string_equal(get("a"), "first");
    assert_int_equal(symlink("nowhere", at("link")), 0);
    assert_false(file_write_new(at("link"), STR("x"), 0644, &err));
    assert_false(file_exists(at("nowhere")));
}

static void write_replaces_whole_with_the_mode_and_leaves_nothing_beside(void **state)
{
    Err err;
    assert_true(file_write(at("a"), STR("first, longer"), 0600, &err));
    assert_int_equal(mode_of("a"), 0600);
    assert_true(file_write(at("a"), STR("second"), 0666, &err));
    assert_string_equal(get("a"), "second");
    assert_int_equal(mode_of("a"), 0644); // less the umask
    FileEntries entries = {0};
    assert_true(file_list(arena, root, &entries, &err));
    assert_int_equal(entries.len, 1);
}

static void write_into_a_pipe_leaves_it_one(void **state)
{
    Err err;
    char bytes[8] = "";
    assert_int_equal(mkfifo(at("pipe"), 0600), 0);
    int fd = open(at("pipe"), O_RDWR | O_CLOEXEC);
    assert_true(file_write(at("pipe"), STR("said"), 0644, &err));
    assert_int_equal(read(fd, bytes, sizeof bytes), 4);
    assert_string_equal(bytes, "said");
    close(fd);
    struct stat found;
    assert_int_equal(lstat(at("pipe"), &found), 0);
    assert_true(S_ISFIFO(found.st_mode));
    // What /dev/stdout is: the link stays as well.
    fd = open(at("target"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const char *link = arena_printf(arena, "/proc/%d/fd/%d", (int)getpid(), fd);
    assert_int_equal(symlink(link, at("link")), 0);
    assert_true(file_write(at("link"), STR("said"), 0644, &err));
    close(fd);
    assert_string_equal(get("target"), "said");
    assert_int_equal(lstat(at("link"), &found), 0);
    assert_true(S_ISLNK(found.st_mode));
}

static void write_failures_say_what_to_type(void **state)
{
    Err err;
    assert_false(file_write(at("no/a"), STR("x"), 0644, &err));
    assert_non_null(strstr(err.message, "No such file or directory"));
    assert_string_equal(err.hint, arena_printf(arena, "mkdir -p %s/no", root));
    assert_int_equal(mkdir(at("directory"), 0755), 0);
    assert_false(file_write(at("directory"), STR("x"), 0644, &err));
    assert_non_null(strstr(err.message, "Is a directory"));
    assert_true(file_is_directory(at("directory")));
}

static void a_full_disk_is_said_and_leaves_nothing(void **state)
{
    Err err;
    assert_false(file_append("/dev/full", STR("x"), &err));
    assert_string_equal(err.message, "cannot write /dev/full: No space left on device");
    assert_string_equal(err.hint, "df -h /dev shows what is left");
}

static void append_adds_at_the_end_and_makes_the_file(void **state)
{
    Err err;
    assert_true(file_append(at("log"), STR("one\n"), &err));
    assert_true(file_append(at("log"), STR("two\n"), &err));
    assert_string_equal(get("log"), "one\ntwo\n");
}

static void directories_are_made_with_those_above(void **state)
{
    Err err;
    assert_true(file_make_directories(at("a/b//c/"), 0750, &err));
    assert_true(file_is_directory(at("a/b/c")));
    assert_int_equal(mode_of("a/b"), 0750);
    assert_true(file_make_directories(at("a/b"), 0700, &err));
    assert_int_equal(mode_of("a/b"), 0750);
    put("file", "");
    assert_false(file_make_directories(at("file/x"), 0755, &err));
    assert_string_equal(
        err.message, arena_printf(arena, "cannot make directory %s/file: Not a directory", root));
    assert_true(file_make_directories("/", 0755, &err));
}

static const FileEntry *entry_of(const FileEntries *entries, const char *name)
{
    VEC_EACH (const FileEntry, entry, entries)
        if (strcmp(entry->name, name) == 0)
            return entry;
    fail_msg("no entry %s", name);
    return NULL;
}

static void lists_everything_sorted_by_bytes(void **state)
{
    Err err;
    put("b", "12345");
    put("B", "");
    put("\xc3\xa4", "");
    put(".hidden", "");
    put("a\nb", "");
    assert_int_equal(mkdir(at("dir"), 0755), 0);
    assert_int_equal(symlink("b", at("to-b")), 0);
    assert_int_equal(symlink("dir", at("to-dir")), 0);
    assert_int_equal(symlink("nowhere", at("dangling")), 0);
    assert_int_equal(mkfifo(at("fifo"), 0644), 0);
    FileEntries entries = {0};
    assert_true(file_list(arena, root, &entries, &err));
    static const char *const SORTED[] = {".hidden", "B",    "a\nb", "b",      "dangling",
                                         "dir",     "fifo", "to-b", "to-dir", "\xc3\xa4"};
    assert_int_equal(entries.len, sizeof SORTED / sizeof *SORTED);
    for (size_t i = 0; i < entries.len; i++)
        assert_string_equal(entries.items[i].name, SORTED[i]);
    assert_true(entry_of(&entries, "b")->is_regular);
    assert_true(entry_of(&entries, "to-b")->is_regular && entry_of(&entries, "to-b")->is_link);
    assert_true(entry_of(&entries, "to-dir")->is_directory);
    assert_int_equal(entry_of(&entries, "dangling")->error, ENOENT);
    assert_false(entry_of(&entries, "fifo")->is_regular);
    assert_false(file_list(arena, at("none"), &entries, &err));
    assert_non_null(strstr(err.message, "cannot list directory "));
}

static void removing_a_tree_removes_links_not_what_they_point_at(void **state)
{
    Err err;
    assert_true(file_make_directories(at("kept"), 0755, &err));
    put("kept/file", "x");
    assert_true(file_make_directories(at("tree/a/b"), 0755, &err));
    put("tree/a/b/file", "x");
    assert_int_equal(symlink("../../kept", at("tree/a/link")), 0);
    assert_int_equal(symlink("kept", at("link")), 0);
    assert_true(file_remove_tree(at("tree"), &err));
    assert_false(file_exists(at("tree")));
    assert_true(file_remove_tree(at("link"), &err));
    assert_string_equal(get("kept/file"), "x");
    assert_true(file_remove_tree(at("tree"), &err)); // gone already
    assert_false(file_remove_tree("/proc/self/status", &err));
    assert_non_null(strstr(err.message, "cannot remove /proc/self/status: "));
}

static void copying_a_tree_keeps_modes_links_and_bytes(void **state)
{
    Err err;
    assert_true(file_make_directories(at("tree/locked"), 0755, &err));
    put("tree/file", "bytes");
    put("tree/locked/empty", "");
    static char large[3 << 20];
    memset(large, 'x', sizeof large);
    assert_true(file_write(at("tree/large"), (Str){large, sizeof large}, 0640, &err));
    assert_int_equal(symlink("file", at("tree/link")), 0);
    assert_int_equal(chmod(at("tree/file"), 0641), 0);
    assert_int_equal(chmod(at("tree/locked"), 0555), 0);
    if (geteuid() == 0)
        assert_int_equal(chown(at("tree/file"), 65534, 65534), 0);
    umask(077);
    assert_true(file_copy_tree(at("tree"), at("copy"), &err));
    umask(022);
    assert_string_equal(get("copy/file"), "bytes");
    assert_int_equal(mode_of("copy/file"), 0641);
    assert_int_equal(mode_of("copy/locked"), 0555);
    assert_int_equal(mode_of("copy"), 0755);
    assert_true(file_exists(at("copy/locked/empty")));
    char target[16] = "";
    assert_int_equal(readlink(at("copy/link"), target, sizeof target - 1), 4);
    Str text;
    assert_true(file_read(arena, at("copy/large"), sizeof large, &text, &err));
    assert_true(str_eq(text, (Str){large, sizeof large}));
    struct stat status;
    assert_int_equal(stat(at("copy/file"), &status), 0);
    assert_int_equal(status.st_uid, geteuid() == 0 ? 65534 : geteuid());
    chmod(at("tree/locked"), 0755); // so that others than root can remove it
    chmod(at("copy/locked"), 0755);
}

static void copying_refuses_a_target_that_exists_and_odd_files(void **state)
{
    Err err;
    assert_int_equal(mkdir(at("tree"), 0755), 0);
    assert_int_equal(mkdir(at("there"), 0755), 0);
    assert_false(file_copy_tree(at("tree"), at("there"), &err));
    assert_non_null(strstr(err.message, "File exists"));
    assert_int_equal(mkfifo(at("tree/fifo"), 0644), 0);
    assert_false(file_copy_tree(at("tree"), at("copy"), &err));
    assert_non_null(strstr(err.message, "tree/fifo: not a file, directory or link"));
    assert_false(file_copy_tree(at("none"), at("copy2"), &err));
    assert_non_null(strstr(err.message, "No such file or directory"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_whole_files_and_ends_them_with_nul),
        TEST(reads_files_that_do_not_say_their_size),
        TEST(refuses_what_is_too_large_and_leaves_the_output_alone),
        TEST(reading_failures_name_path_and_reason),
        TEST(permission_denied_comes_with_something_to_type),
        TEST(write_new_never_replaces),
        TEST(write_replaces_whole_with_the_mode_and_leaves_nothing_beside),
        TEST(write_into_a_pipe_leaves_it_one),
        TEST(write_failures_say_what_to_type),
        TEST(a_full_disk_is_said_and_leaves_nothing),
        TEST(append_adds_at_the_end_and_makes_the_file),
        TEST(directories_are_made_with_those_above),
        TEST(lists_everything_sorted_by_bytes),
        TEST(removing_a_tree_removes_links_not_what_they_point_at),
        TEST(copying_a_tree_keeps_modes_links_and_bytes),
        TEST(copying_refuses_a_target_that_exists_and_odd_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
