#include "run/backup/self_test.h"

#include "base/sha256.h"
#include "io/clock.h"
#include "io/file.h"
#include "run/backup/manifest.h"
#include "run/backup/verify_private.h"
#include "sql/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FOLDER_PREFIX "migrate-safe-self-test-"

enum {
    SURELY_LOCKED_S = 60,
    PLACES_TRIED = 16 // for a bit whose change changes anything
};

typedef struct Testing {
    Arena *arena;
    const Backup *backup;
    const VerifyOptions *options;
    SelfTest *test;
    const char *folder; // of copies
    const char *digest; // of all that the backup decodes to
} Testing;

static SelfTestRow *add_row(const Testing *testing, const char *damage)
{
    SelfTestRow *row = vec_append(testing->arena, &testing->test->rows);
    row->damage = damage;
    return row;
}

// ---- copies

static bool make_copy(const Testing *testing, Backup *ret_copy, BackupManifest *manifest, Err *err)
{
    Arena *arena = testing->arena;
    const char *slash = strrchr(testing->backup->path, '/');
    const char *name = slash ? slash + 1 : testing->backup->path;
    *manifest = *testing->backup->manifest;
    *ret_copy = *testing->backup;
    ret_copy->path = arena_printf(arena, "%s/%s", testing->folder, name);
    ret_copy->manifest_path = arena_printf(arena, "%s/manifest.json", testing->folder);
    ret_copy->manifest = manifest;
    if (!file_remove_tree(ret_copy->path, err))
        return false;
    return testing->backup->form == BACKUP_DIRECTORY
               ? file_copy_tree(testing->backup->path, ret_copy->path, err)
               : file_copy_into(testing->backup->path, testing->folder, err);
}

// The largest file; of a directory not its table of contents, where it has rows.
static const char *victim(Arena *arena, const Backup *copy)
{
    const BackupFile *best = NULL;
    VEC_EACH (const BackupFile, file, &copy->manifest->files) {
        bool is_contents = strcmp(file->path, "toc.dat") == 0;
        bool was_contents = best && strcmp(best->path, "toc.dat") == 0;
        if (!best || was_contents || (!is_contents && file->bytes > best->bytes))
            best = file;
    }
    REQUIRE(best);
    return *best->path ? arena_printf(arena, "%s/%s", copy->path, best->path) : copy->path;
}

static bool flip(const char *path, int64_t offset, Err *err)
{
    unsigned char byte = 0;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool is_done = fd >= 0 && pread(fd, &byte, 1, offset) == 1;
    byte ^= 1;
    is_done = is_done && pwrite(fd, &byte, 1, offset) == 1;
    int saved_errno = errno;
    if (fd >= 0)
        close(fd);
    return is_done || fail_errno(err, ERR_IO, saved_errno, "cannot change %s", path);
}

// As if the damage had been there when the backup was recorded.
static bool record_files(const Testing *testing, const Backup *copy, BackupManifest *manifest,
                         Err *err)
{
    return backup_measure(testing->arena, copy->path, manifest, err) &&
           manifest_write(copy->manifest_path, manifest, err);
}

// ---- what a backup decodes to

static bool add_to_digest(void *context, Str piece, Err *err)
{
    (void)err;
    sha256_add(context, piece);
    return true;
}

// NULL: it does not decode.
static const char *decoded(const Testing *testing, const Backup *backup)
{
    static const char *const ALL[] = {"--file=-", NULL};
    char *hex = arena_alloc(testing->arena, SHA256_HEX);
    Err ignored = {0};
    if (backup->form == BACKUP_PLAIN)
        return NULL; // gzip: every bit behind the header counts
    Sha256 *hash = sha256_new();
    bool is_read = archive_read(testing->arena, backup, &testing->options->place, ALL,
                                add_to_digest, hash, &ignored);
    sha256_finish(hash, hex);
    return is_read ? hex : NULL;
}

// Some bits change nothing that a restore reads, as a time in a header: another one then. Archives
// have their rows at the end.
static bool flip_a_bit(const Testing *testing, const Backup *copy, Err *err)
{
    struct stat status;
    const char *path = victim(testing->arena, copy);
    if (stat(path, &status) != 0)
        return fail_errno(err, ERR_IO, errno, "cannot read %s", path);
    int64_t size = status.st_size;
    for (int i = 0; i < PLACES_TRIED; i++) {
        int64_t offset = copy->form == BACKUP_CUSTOM ? size - 1 - size * (2 * i + 1) / 40
                                                     : size / 2 + size * i / 40;
        if (!flip(path, offset, err))
            return false;
        const char *digest = testing->digest ? decoded(testing, copy) : NULL;
        if (!digest || strcmp(digest, testing->digest) != 0)
            return true;
        if (!flip(path, offset, err))
            return false;
    }
    return fail(err, ERR_CHECK, "no bit was found that changes what is restored");
}

static bool cut_off(const Testing *testing, const Backup *copy, Err *err)
{
    struct stat status;
    const char *path = victim(testing->arena, copy);
    return (stat(path, &status) == 0 && truncate(path, status.st_size * 9 / 10) == 0) ||
           fail_errno(err, ERR_IO, errno, "cannot change %s", path);
}

static bool remove_rows(const Testing *testing, const Backup *copy, Err *err)
{
    const char *path = victim(testing->arena, copy);
    return unlink(path) == 0 || fail_errno(err, ERR_IO, errno, "cannot remove %s", path);
}

static const struct FileDamage {
    const char *what;
    bool (*make)(const Testing *testing, const Backup *copy, Err *err);
    bool is_recorded; // the manifest's digests are those of the damaged file
    bool needs_directory;
} FILE_DAMAGES[] = {
    {"a flipped bit", flip_a_bit, false, false},
    {"a flipped bit, with the digests of it", flip_a_bit, true, false},
    {"cut off", cut_off, false, false},
    {"cut off, with the digests of it", cut_off, true, false},
    {"a table's rows missing, with the digests of it", remove_rows, true, true},
};

// The copy's folder is gone when this is read.
static const char *without_folder(const Testing *testing, const char *message)
{
    char *text = arena_strdup(testing->arena, message);
    Str folder = str_from(arena_printf(testing->arena, "%s/", testing->folder));
    for (char *at; (at = strstr(text, folder.p));)
        memmove(at, at + folder.n, strlen(at + folder.n) + 1);
    return text;
}

static bool test_files(const Testing *testing, const struct FileDamage *damage, Err *err)
{
    Backup copy;
    BackupManifest manifest;
    VerifyResult result;
    Err said = {0};
    VerifyOptions options = *testing->options;
    options.level = BACKUP_EQUAL;
    if (!make_copy(testing, &copy, &manifest, err) || !damage->make(testing, &copy, err) ||
        (damage->is_recorded && !record_files(testing, &copy, &manifest, err)))
        return false;
    bool is_verified = backup_verify(testing->arena, &copy, &options, &result, &said);
    if (!is_verified && said.class != ERR_CHECK) {
        *err = said;
        return false;
    }
    SelfTestRow *row = add_row(testing, damage->what);
    row->is_caught = !is_verified;
    row->level = result.is_any ? result.level + 1 : BACKUP_EXISTS;
    if (row->is_caught)
        row->message = without_folder(testing, said.message);
    return true;
}

// ---- damage to what was restored

static const TableFact *largest_table(const BackupManifest *manifest)
{
    const TableFact *largest = NULL;
    VEC_EACH (const TableFact, table, &manifest->data.tables)
        if (table->rows && !table->is_refreshed && (!largest || table->rows > largest->rows))
            largest = table;
    return largest;
}

static bool test_sql(const Testing *testing, Verification *verification, const char *what,
                     const char *sql, Err *err)
{
    Session *session = verification->place.session;
    Differences differences = {0};
    bool is_done = session_exec(session, "BEGIN ISOLATION LEVEL REPEATABLE READ", err) &&
                   session_exec(session, "SET LOCAL session_replication_role = replica", err) &&
                   session_exec(session, sql, err) &&
                   verify_differences(verification, true, &differences, err);
    session_rollback(session);
    if (!is_done)
        return err_note(err, "the test \"%s\" could not be made", what);
    SelfTestRow *row = add_row(testing, what);
    row->is_caught = differences.len > 0;
    row->level = BACKUP_EQUAL;
    if (row->is_caught)
        row->message = differences.items[0];
    return true;
}

static bool test_restored(const Testing *testing, Verification *verification, Err *err)
{
    Arena *arena = testing->arena;
    const TableFact *table = largest_table(testing->backup->manifest);
    if (!table)
        return true;
    const char *name = arena_printf(arena, "%s.%s", quote_identifier(arena, table->schema),
                                    quote_identifier(arena, table->name));
    const char *less = arena_printf(
        arena, "DELETE FROM ONLY %s WHERE ctid = (SELECT ctid FROM ONLY %s LIMIT 1)", name, name);
    const char *gone = arena_printf(arena, "DROP TABLE %s CASCADE", name);
    return test_sql(testing, verification, "a row missing", less, err) &&
           test_sql(testing, verification, "a table missing", gone, err);
}

static bool test_intact(const Testing *testing, VerifyResult *ret_result, Err *err)
{
    int64_t since = clock_monotonic_us();
    VerifyResult result = {0};
    VerifyOptions options = *testing->options;
    options.level = BACKUP_EQUAL;
    Verification verification = {
        .arena = testing->arena, .backup = testing->backup, .options = &options, .result = &result};
    bool is_ok = verify_check_level(testing->backup, &options, err) &&
                 verify_climb(&verification, err) && test_restored(testing, &verification, err);
    verify_place_close(testing->arena, &verification.place);
    result.duration_ms = clock_elapsed_ms(since);
    *ret_result = result;
    return is_ok;
}

// ---- the whole

static bool run(Testing *testing, VerifyResult *ret_result, Err *err)
{
    if (!test_intact(testing, ret_result, err))
        return false;
    testing->digest = decoded(testing, testing->backup);
    for (size_t i = 0; i < sizeof FILE_DAMAGES / sizeof *FILE_DAMAGES; i++)
        if ((!FILE_DAMAGES[i].needs_directory || testing->backup->form == BACKUP_DIRECTORY) &&
            !test_files(testing, &FILE_DAMAGES[i], err))
            return false;
    testing->test->is_passed = true;
    VEC_EACH (const SelfTestRow, row, &testing->test->rows)
        testing->test->is_passed &= row->is_caught;
    return true;
}

// ---- the folder of copies

// What tests that were killed have left: nobody holds the lock of their folder.
static void sweep(Arena *arena, const char *root)
{
    FileEntries entries;
    Err ignored = {0};
    if (!file_list(arena, root, &entries, &ignored))
        return;
    VEC_EACH (const FileEntry, entry, &entries) {
        if (!str_starts(str_from(entry->name), STR(FOLDER_PREFIX)) || entry->is_link)
            continue;
        const char *path = arena_printf(arena, "%s/%s", root, entry->name);
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        struct stat status;
        bool is_ours = fd >= 0 && fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
                       time(NULL) - status.st_mtime > SURELY_LOCKED_S;
        if (is_ours && flock(fd, LOCK_EX | LOCK_NB) == 0 && !file_remove_tree(path, &ignored))
            ignored = (Err){0};
        if (fd >= 0)
            close(fd);
    }
}

static bool make_folder(Arena *arena, const char **ret_folder, int *ret_lock, Err *err)
{
    const char *root = getenv("TMPDIR");
    root = root && *root ? root : "/tmp";
    char *folder = arena_printf(arena, "%s/" FOLDER_PREFIX "XXXXXX", root);
    sweep(arena, root);
    if (!mkdtemp(folder))
        return fail_errno(err, ERR_IO, errno, "cannot make %s", folder);
    *ret_folder = folder;
    *ret_lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return (*ret_lock >= 0 && flock(*ret_lock, LOCK_EX | LOCK_NB) == 0) ||
           fail_errno(err, ERR_IO, errno, "cannot lock %s", folder);
}

bool backup_self_test(Arena *arena, const Backup *backup, const VerifyOptions *options,
                      VerifyResult *ret_result, SelfTest *ret_test, Err *err)
{
    int64_t since = clock_monotonic_us();
    SelfTest test = {0};
    Testing testing = {.arena = arena, .backup = backup, .options = options, .test = &test};
    int lock = -1;
    bool is_run = make_folder(arena, &testing.folder, &lock, err) && run(&testing, ret_result, err);
    Err left = {0};
    if (testing.folder && !file_remove_tree(testing.folder, &left) && is_run) {
        *err = left;
        is_run = false;
    }
    if (lock >= 0)
        close(lock);
    test.duration_ms = clock_elapsed_ms(since);
    *ret_test = test;
    return is_run;
}
