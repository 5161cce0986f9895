#include "shelf_case.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

static ShelfEntry begin(BackupForm form)
{
    Err err = {0};
    ShelfEntry entry;
    if (!shelf_begin(arena, "shelf", form, &entry, &err))
        fail_msg("%s", err.message);
    return entry;
}

static void fill(const ShelfEntry *entry)
{
    Err err = {0};
    if (entry->form == BACKUP_DIRECTORY) {
        assert_true(
            file_make_directories(arena_printf(arena, "%s/below", entry->path), 0700, &err));
        put(arena_printf(arena, "%s/toc.dat", entry->path), "toc");
        put(arena_printf(arena, "%s/below/1.dat", entry->path), "rows");
    } else {
        put(entry->path, "PGDMP");
    }
}

static Backup finish(ShelfEntry *entry, const char *created_at)
{
    Err err = {0};
    Backup backup;
    BackupManifest manifest = some_manifest();
    manifest.created_at = created_at;
    if (!backup_measure(arena, entry->path, &manifest, &err) ||
        !shelf_finish(arena, entry, &manifest, &backup, &err))
        fail_msg("%s", err.message);
    return backup;
}

static Backup make(BackupForm form, const char *created_at)
{
    ShelfEntry entry = begin(form);
    fill(&entry);
    return finish(&entry, created_at);
}

static Shelf load(void)
{
    Err err = {0};
    Shelf shelf;
    if (!shelf_load(arena, "shelf", &shelf, &err))
        fail_msg("%s", err.message);
    return shelf;
}

static size_t files_in(const char *path)
{
    Err err = {0};
    FileEntries entries;
    assert_true(file_list(arena, path, &entries, &err));
    return entries.len;
}

static void test_each_form(void **state)
{
    for (BackupForm form = BACKUP_DIRECTORY; form <= BACKUP_PLAIN; form++) {
        Backup made = make(form, "2026-11-26T05:30:00Z");
        struct stat status;
        assert_int_equal(stat(made.manifest_path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
        assert_string_equal(text_of("shelf/latest-backup.txt"),
                            arena_printf(arena, "%s\n", made.path));
    }
    Shelf shelf = load();
    assert_int_equal(shelf.backups.len, 3);
    assert_int_equal(shelf.problems.len, 0);
    assert_int_equal(files_in("shelf"), 7); // each and its manifest, and latest-backup.txt
    const BackupManifest *directory = shelf.backups.items[0].manifest;
    assert_int_equal(directory->form, BACKUP_DIRECTORY);
    assert_int_equal(directory->files.len, 2);
    assert_string_equal(directory->files.items[0].path, "below/1.dat");
    assert_int_equal(directory->size_bytes, 7);
    // as sha256sum says of "PGDMP"
    assert_string_equal(shelf.backups.items[1].manifest->files.items[0].sha256,
                        "b5a26a21290c39819235a235b8ed66b3bd98ed90c8316c8949bfbb7419cac878");
}

static void test_ids(void **state)
{
    Backup first = make(BACKUP_CUSTOM, "2026-11-26T05:30:00Z");
    Backup second = make(BACKUP_PLAIN, "2026-11-26T05:30:01Z");
    assert_string_not_equal(first.manifest->id, second.manifest->id);
    assert_int_equal(strspn(first.manifest->id, "0123456789"), 8);
    assert_int_equal(first.manifest->id[8], 'T');
    assert_int_equal(first.manifest->id[15], 'Z');
}

static Backup find(const char *name)
{
    Err err = {0};
    Backup backup;
    if (!shelf_find(arena, "shelf", name, &backup, &err))
        fail_msg("%s: %s", name, err.message);
    return backup;
}

static void test_find(void **state)
{
    make(BACKUP_CUSTOM, "2026-11-26T05:30:00Z");
    Backup newest = make(BACKUP_DIRECTORY, "2026-11-26T05:30:01Z");
    const char *id = newest.manifest->id;
    assert_string_equal(find("latest").manifest->id, id);
    assert_string_equal(find(id).manifest->id, id);
    assert_string_equal(find(arena_printf(arena, "backup-%s", id)).manifest->id, id);
    assert_string_equal(find(newest.path).manifest->id, id);
    assert_string_equal(find(newest.manifest_path).manifest->id, id);
    assert_string_equal(find(arena_printf(arena, "%s/", newest.path)).manifest->id, id);
    put("dump", "PGDMP and so on");
    Backup foreign = find("./dump");
    assert_null(foreign.manifest);
    assert_int_equal(foreign.form, BACKUP_CUSTOM);
    put("sql", "-- PostgreSQL database dump\n");
    assert_int_equal(find("./sql").form, BACKUP_PLAIN);
}

static void assert_not_found(const char *name, ErrClass class, const char *message)
{
    Err err = {0};
    Backup backup;
    assert_false(shelf_find(arena, "shelf", name, &backup, &err));
    if (err.class != class || !strstr(err.message, message) || !*err.hint)
        fail_msg("%s: %s (%s)", name, err.message, err.hint);
}

static void test_not_found(void **state)
{
    assert_not_found("latest", ERR_CONFIG, "there is no backup in shelf");
    assert_not_found("2026", ERR_CONFIG, "there is no backup \"2026\" in shelf");
    Backup first = make(BACKUP_CUSTOM, "2026-11-26T05:30:00Z");
    make(BACKUP_DIRECTORY, "2026-11-26T05:30:01Z");
    assert_not_found("2", ERR_CONFIG, "several backups begin with \"2\"");
    assert_not_found("1999", ERR_CONFIG, "there is no backup \"1999\" in shelf");
    put("empty", "");
    assert_not_found("./empty", ERR_CHECK, "the file is empty");
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_not_found("./folder", ERR_CHECK, "without the toc.dat");
    assert_int_equal(truncate(first.manifest_path, 100), 0);
    assert_not_found(first.manifest->id, ERR_CHECK, "");
}

static void test_problems(void **state)
{
    Err err = {0};
    Backup gone = make(BACKUP_CUSTOM, "2026-11-26T05:30:00Z");
    Backup bare = make(BACKUP_PLAIN, "2026-11-26T05:30:01Z");
    Backup swapped = make(BACKUP_DIRECTORY, "2026-11-26T05:30:02Z");
    assert_true(file_remove_tree(gone.path, &err));
    assert_int_equal(unlink(bare.manifest_path), 0);
    put("shelf/backup-other.json", text_of(swapped.manifest_path));
    put("shelf/notes.txt", "not ours");
    Shelf shelf = load();
    assert_int_equal(shelf.backups.len, 1);
    assert_int_equal(shelf.problems.len, 3);
    VEC_EACH (const BackupProblem, problem, &shelf.problems) {
        const char *message = problem->err.message;
        assert_true(strstr(message, "only its manifest is") || strstr(message, "has no manifest") ||
                    strstr(message, "is the manifest of another backup"));
    }
}

// A maker that is killed at once, as kill -9 does it.
static void die_after(BackupForm form, bool is_renamed)
{
    pid_t child = fork();
    if (child == 0) {
        ShelfEntry entry = begin(form);
        fill(&entry);
        if (is_renamed &&
            rename(entry.path, arena_printf(arena, "shelf/backup-%s.sql.gz", entry.id)))
            _exit(1);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void test_half_backups_are_swept(void **state)
{
    die_after(BACKUP_DIRECTORY, false);
    assert_int_equal(files_in("shelf"), 2); // its bytes and its lock
    assert_int_equal(load().backups.len + load().problems.len, 0);
    die_after(BACKUP_PLAIN, true); // before its manifest was there; the other one is swept
    assert_int_equal(files_in("shelf"), 2);
    assert_int_equal(load().backups.len + load().problems.len, 0); // half a backup is none
    shelf_sweep(arena, "shelf");
    assert_int_equal(files_in("shelf"), 0);
}

static void test_two_at_once(void **state)
{
    ShelfEntry first = begin(BACKUP_CUSTOM);
    ShelfEntry second = begin(BACKUP_CUSTOM); // sweeps, and the first one lives
    fill(&first);
    fill(&second);
    shelf_sweep(arena, "shelf");
    assert_string_not_equal(first.id, second.id);
    shelf_abandon(&second);
    Backup made = finish(&first, "2026-11-26T05:30:00Z");
    shelf_abandon(&first); // what is finished stays
    assert_int_equal(files_in("shelf"), 3);
    assert_string_equal(find("latest").manifest->id, made.manifest->id);
}

static void test_remove(void **state)
{
    Err err = {0};
    Backup first = make(BACKUP_DIRECTORY, "2026-11-26T05:30:00Z");
    Backup second = make(BACKUP_CUSTOM, "2026-11-26T05:30:01Z");
    Backup third = make(BACKUP_PLAIN, "2026-11-26T05:30:02Z");
    put("shelf/latest-backup.txt", "/elsewhere/shelf/backup.dump\n"); // somebody's own
    assert_true(shelf_remove(arena, "shelf", &second, &err));
    assert_string_equal(text_of("shelf/latest-backup.txt"), "/elsewhere/shelf/backup.dump\n");
    put("shelf/latest-backup.txt", arena_printf(arena, "/by/another/way/%s\n", third.path));
    assert_true(shelf_remove(arena, "shelf", &third, &err));
    assert_string_equal(text_of("shelf/latest-backup.txt"),
                        arena_printf(arena, "%s\n", first.path));
    assert_true(shelf_remove(arena, "shelf", &first, &err));
    assert_int_equal(files_in("shelf"), 0);
}

static void test_no_folder(void **state)
{
    assert_int_equal(load().backups.len, 0);
    Err err = {0};
    ShelfEntry entry;
    put("shelf", "a file");
    assert_false(shelf_begin(arena, "shelf", BACKUP_PLAIN, &entry, &err));
    assert_int_equal(err.class, ERR_IO);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_form),   TEST(test_ids),      TEST(test_find),
        TEST(test_not_found),   TEST(test_problems), TEST(test_half_backups_are_swept),
        TEST(test_two_at_once), TEST(test_remove),   TEST(test_no_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
