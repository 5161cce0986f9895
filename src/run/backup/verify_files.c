// Level 0: the bytes are there, and they are those that were recorded.
#include "base/size.h"
#include "base/text.h"
#include "io/clock.h"
#include "io/file.h"
#include "run/backup/format.h"
#include "run/backup/verify_private.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LISTING_MAX = 64 << 20,
    DEPTH_MAX = 8 // of folders in a backup; pg_dump makes none, others one for large objects
};

typedef struct Found {
    const char *path; // relative to the backup
    struct stat status;
} Found;

typedef struct Listing {
    Verification *verification;
    VEC(Found) files;
} Listing;

// ---- what is there

static bool refuse_kind(const char *path, mode_t mode, Err *err)
{
    const char *kind = S_ISLNK(mode)    ? "a link, and backups hold none"
                       : S_ISFIFO(mode) ? "a pipe, not a file"
                                        : "not a file";
    fail(err, ERR_CHECK, "%s is %s", path, kind);
    return err_hint(err, "ls -l %s", path);
}

static bool is_readable(const char *path, Err *err)
{
    if (access(path, R_OK) == 0)
        return true;
    fail_errno(err, ERR_IO, errno, "cannot read %s", path);
    return err_hint(err, "chmod u+r %s, or run as its owner (ls -ld %s)", path, path);
}

static bool list(Listing *listing, const char *path, const char *relative, int depth, Err *err)
{
    Arena *arena = listing->verification->arena;
    struct stat status;
    if (lstat(path, &status) != 0)
        return fail_errno(err, ERR_IO, errno, "cannot read %s", path);
    if (depth == 0 && stat(path, &status) != 0) // the backup itself may be reached by a link
        return fail_errno(err, ERR_CHECK, errno, "cannot read %s", path);
    if (S_ISREG(status.st_mode)) {
        *vec_append(arena, &listing->files) = (Found){relative, status};
        return is_readable(path, err);
    }
    if (!S_ISDIR(status.st_mode) || depth == DEPTH_MAX)
        return refuse_kind(path, status.st_mode, err);
    FileEntries entries;
    if (!file_list(arena, path, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries) {
        const char *name =
            *relative ? arena_printf(arena, "%s/%s", relative, entry->name) : entry->name;
        if (!list(listing, arena_printf(arena, "%s/%s", path, entry->name), name, depth + 1, err))
            return false;
    }
    return true;
}

// ---- which table is hurt

typedef struct Comparison {
    Verification *verification;
    bool is_listed;
    Str archive_list; // of pg_restore --list, once a file is to be named; empty: it cannot be read
} Comparison;

static Str list_archive(Comparison *comparison)
{
    static const char *const OPTIONS[] = {"--list", NULL};
    const Verification *verification = comparison->verification;
    Err ignored = {0};
    if (comparison->is_listed)
        return comparison->archive_list;
    comparison->is_listed = true;
    TEXT_SCOPED text;
    text_init(&text, LISTING_MAX);
    if (archive_read(verification->arena, verification->backup, &verification->options->place,
                     OPTIONS, client_to_text, &text, &ignored))
        comparison->archive_list = (Str){arena_dup(verification->arena, text_str(&text)), text.len};
    return comparison->archive_list;
}

// "3421; 0 16385 TABLE DATA public orders app": what the file 3421.dat of a directory has.
static const char *contents_of_file(Comparison *comparison, const char *file)
{
    Arena *arena = comparison->verification->arena;
    char *end;
    long number = strtol(file, &end, 10);
    if (comparison->verification->backup->form != BACKUP_DIRECTORY || end == file || *end != '.')
        return NULL;
    const char *head = arena_printf(arena, "%ld; ", number);
    Str line;
    for (Str rest = list_archive(comparison); str_line(&rest, &line);) {
        ptrdiff_t at = str_find(line, STR(" TABLE DATA "));
        if (!str_starts(line, str_from(head)) || at < 0)
            continue;
        Str names = str_skip(line, (size_t)at + STR(" TABLE DATA ").n);
        Str schema = str_until(names, ' ');
        Str table = schema.n < names.n ? str_skip(names, schema.n + 1) : (Str){0};
        return arena_printf(arena, STR_FMT "." STR_FMT, STR_ARG(schema),
                            STR_ARG(str_until(table, ' ')));
    }
    return NULL;
}

static const char *shown(Comparison *comparison, const char *file)
{
    Arena *arena = comparison->verification->arena;
    if (!*file)
        return "its file";
    if (strcmp(file, "toc.dat") == 0)
        return "toc.dat (its table of contents)";
    const char *table = contents_of_file(comparison, file);
    return table ? arena_printf(arena, "%s (rows of table %s)", file, table) : file;
}

// ---- beside the manifest

static int compare_files(const void *left, const void *right)
{
    const BackupFile *a = left;
    const BackupFile *b = right;
    return strcmp(a->path, b->path);
}

static const BackupFile *find_file(const BackupManifest *in, const BackupFile *wanted)
{
    return in->files.len
               ? bsearch(wanted, in->files.items, in->files.len, sizeof *wanted, compare_files)
               : NULL;
}

static bool is_full(const Comparison *comparison)
{
    return comparison->verification->result->differences.len == DIFFERENCES_MOST;
}

static void differ(Comparison *comparison, const char *text)
{
    Verification *verification = comparison->verification;
    if (!is_full(comparison))
        *vec_append(verification->arena, &verification->result->differences) = text;
}

// Both sorted: folders have as many files as the database has tables.
static void compare(Verification *verification, const BackupManifest *then,
                    const BackupManifest *now)
{
    Comparison comparison = {.verification = verification};
    Arena *arena = verification->arena;
    size_t at = 0;
    VEC_EACH (const BackupFile, file, &then->files) {
        if (is_full(&comparison))
            return;
        for (; at < now->files.len && compare_files(&now->files.items[at], file) < 0; at++)
            if (!find_file(then, &now->files.items[at]))
                differ(&comparison, arena_printf(arena, "%s is no part of the backup",
                                                 now->files.items[at].path));
        bool is_there = at < now->files.len && compare_files(&now->files.items[at], file) == 0;
        const BackupFile *found = is_there ? &now->files.items[at++] : NULL;
        if (!found)
            differ(&comparison,
                   arena_printf(arena, "%s is missing", shown(&comparison, file->path)));
        else if (found->bytes != file->bytes)
            differ(&comparison, arena_printf(arena, "%s has %lld bytes, and had %lld",
                                             shown(&comparison, file->path),
                                             (long long)found->bytes, (long long)file->bytes));
        else if (strcmp(found->sha256, file->sha256) != 0)
            differ(&comparison, arena_printf(arena, "%s was changed: its SHA-256 is another",
                                             shown(&comparison, file->path)));
    }
    for (; at < now->files.len; at++)
        differ(&comparison,
               arena_printf(arena, "%s is no part of the backup", now->files.items[at].path));
}

// Sizes first: what is cut off or missing needs no reading of all the rest.
static void measure_sizes(Arena *arena, const Listing *listing, BackupManifest *sizes)
{
    VEC_EACH (const Found, found, &listing->files) {
        *vec_append(arena, &sizes->files) =
            (BackupFile){.path = found->path, .bytes = found->status.st_size, .sha256 = ""};
        sizes->size_bytes += found->status.st_size;
    }
}

static bool is_size_different(const BackupManifest *then, const BackupManifest *now)
{
    if (then->files.len != now->files.len)
        return true;
    for (size_t i = 0; i < now->files.len; i++)
        if (compare_files(&then->files.items[i], &now->files.items[i]) != 0 ||
            then->files.items[i].bytes != now->files.items[i].bytes)
            return true;
    return false;
}

static void compare_sizes(Verification *verification, const BackupManifest *then,
                          BackupManifest *now)
{
    for (size_t i = 0; i < now->files.len; i++) {
        const BackupFile *file = find_file(then, &now->files.items[i]);
        if (file)
            now->files.items[i].sha256 = file->sha256; // not read: only sizes speak
    }
    compare(verification, then, now);
}

static bool compare_with_manifest(Verification *verification, const Listing *listing, Err *err)
{
    Arena *arena = verification->arena;
    BackupManifest then = *verification->backup->manifest;
    BackupManifest now = {0};
    if (!then.files.len) {
        fail(err, ERR_CHECK, "the manifest names no file of the backup");
        return err_hint(err, "take another backup: migrate-safe backup list");
    }
    vec_sorted_copy(arena, &then.files, &verification->backup->manifest->files, compare_files);
    measure_sizes(arena, listing, &now);
    vec_sort(&now.files, compare_files);
    if (is_size_different(&then, &now)) {
        compare_sizes(verification, &then, &now);
    } else {
        now = (BackupManifest){0};
        if (!backup_measure(arena, verification->backup->path, &now, err))
            return false;
        vec_sort(&now.files, compare_files);
        compare(verification, &then, &now);
    }
    return verification->result->differences.len == 0 ||
           verify_refuse_differences(verification, "the files are not those that were backed up",
                                     err);
}

bool verify_files(Verification *verification, Err *err)
{
    int64_t since = clock_monotonic_us();
    Listing listing = {.verification = verification};
    int64_t bytes = 0;
    verify_tell(verification, "reading the files");
    if (!list(&listing, verification->backup->path, "", 0, err) ||
        !format_check(verification->arena, verification->backup, err))
        return false;
    bool has_manifest = verification->backup->manifest != NULL;
    if (has_manifest && !compare_with_manifest(verification, &listing, err))
        return false;
    VEC_EACH (const Found, found, &listing.files)
        bytes += found->status.st_size;
    size_t count = listing.files.len;
    verify_step_done(verification, BACKUP_EXISTS, since, "%zu file%s, %s%s", count,
                     count == 1 ? "" : "s", size_text(verification->arena, bytes),
                     has_manifest ? ": sizes and SHA-256 as the manifest says"
                                  : ": there is no manifest to compare them with");
    return true;
}
