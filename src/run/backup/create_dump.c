#include "base/text.h"
#include "io/file.h"
#include "io/gzip_writer.h"
#include "run/backup/create_private.h"
#include "sql/dump_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    TICK_MS = 500,
    FIRST_WITH_METHODS = 16, // --compress takes a method, not only a level
    GZIP_LEVEL = 1
};

static const char FASTEST_GZIP[] = "gzip:1"; // a third of the size for 1.4 times the time; level 6
                                             // takes three times as long and saves little

// ---- which pg_dump, and how it compresses

typedef struct Method {
    Str name;
    Str level; // empty: none was said
} Method;

static Method method_of(const char *compression)
{
    Str text = str_from(compression);
    Str name = str_until(text, ':');
    return (Method){name, name.n < text.n ? str_skip(text, name.n + 1) : (Str){0}};
}

static bool refuse_compression(const Creation *creation, const char *why, Err *err)
{
    fail(err, ERR_CONFIG, "compression %s: %s", creation->options->compression, why);
    return err_hint(err,
                    "--backup-compression none or gzip:1 ... gzip:9; with pg_dump 16 and newer "
                    "also lz4 and zstd:1 ... zstd:19");
}

static bool check_compression(const Creation *creation, Err *err)
{
    static const Str METHODS[] = {STR("none"), STR("gzip"), STR("lz4"), STR("zstd")};
    Method method = method_of(creation->options->compression);
    int major = creation->dump.tool.major;
    size_t known = 0;
    for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++)
        known += str_eq(method.name, METHODS[i]);
    bool is_gzip = str_eq(method.name, METHODS[1]);
    if (known && str_ends(str_from(creation->options->compression), STR(":")))
        return refuse_compression(creation, "no level stands behind the colon", err);
    if (!known || (method.level.n && (!str_is_digits(method.level) || method.level.n > 2)) ||
        (method.level.n && str_eq(method.name, METHODS[0])))
        return refuse_compression(creation, "no such method", err);
    if (is_gzip && method.level.n && (method.level.n > 1 || *method.level.p == '0'))
        return refuse_compression(creation, "gzip has the levels 1 to 9", err);
    if (creation->options->form == BACKUP_PLAIN && !is_gzip)
        return refuse_compression(creation, "a plain backup is compressed with gzip", err);
    if (creation->options->form != BACKUP_PLAIN && !is_gzip && major < FIRST_WITH_METHODS &&
        !str_eq(method.name, METHODS[0]))
        return refuse_compression(
            creation, arena_printf(creation->arena, "pg_dump %d cannot do that", major), err);
    return true;
}

bool create_find_dump(Creation *creation, Err *err)
{
    const CreateOptions *options = creation->options;
    if (options->form == BACKUP_DIRECTORY && options->place.words) {
        fail(err, ERR_CONFIG,
             "a backup as directory needs pg_dump on this machine, and it is elsewhere");
        return err_hint(err, "--backup-form custom, or install pg_dump here");
    }
    if (!client_open(creation->arena, &options->place, "pg_dump", creation->session,
                     &creation->dump, err))
        return false;
    if (options->compression) {
        if (!check_compression(creation, err))
            return false;
        creation->compression =
            strcmp(options->compression, "gzip") == 0 ? FASTEST_GZIP : options->compression;
        return true;
    }
    bool has_zstd =
        options->form != BACKUP_PLAIN && creation->dump.tool.major >= FIRST_WITH_METHODS;
    creation->compression = has_zstd ? "zstd:1" : FASTEST_GZIP;
    return true;
}

int64_t create_expected_bytes(const Creation *creation)
{
    // Measured: rows as text are 0.83 of their tables; gzip makes 0.25 of that, zstd about as much.
    double factor = strcmp(creation->compression, "none") == 0 ? 0.8 : 0.25;
    return (int64_t)((double)creation->row_bytes * factor);
}

// ---- its arguments

// Up to 15 only a level, which is gzip's.
static const char *compress_argument(const Creation *creation)
{
    Method method = method_of(creation->compression);
    if (creation->dump.tool.major >= FIRST_WITH_METHODS)
        return arena_printf(creation->arena, "--compress=%s", creation->compression);
    if (str_eq(method.name, STR("none")))
        return "--compress=0";
    return arena_printf(creation->arena, "--compress=" STR_FMT, STR_ARG(method.level));
}

static const char *const *arguments_of(const Creation *creation, bool is_to_file)
{
    Arena *arena = creation->arena;
    Words words = {0};
    BackupForm form = creation->options->form;
    *vec_append(arena, &words) = form == BACKUP_DIRECTORY ? "--format=directory"
                                 : form == BACKUP_CUSTOM  ? "--format=custom"
                                                          : "--format=plain";
    *vec_append(arena, &words) = arena_printf(arena, "--snapshot=%s", creation->snapshot);
    *vec_append(arena, &words) =
        arena_printf(arena, "--lock-wait-timeout=%d", creation->lock_wait_ms);
    *vec_append(arena, &words) = "--no-sync"; // shelf_finish does it
    if (form != BACKUP_PLAIN)
        *vec_append(arena, &words) = compress_argument(creation);
    if (form == BACKUP_DIRECTORY)
        *vec_append(arena, &words) = arena_printf(arena, "--jobs=%d", creation->jobs);
    if (is_to_file)
        *vec_append(arena, &words) = arena_printf(arena, "--file=%s", creation->entry.path);
    // Bytes of no encoding cannot be converted to ours, which the environment asks for.
    if (creation->manifest.encoding && strcmp(creation->manifest.encoding, "SQL_ASCII") == 0)
        *vec_append(arena, &words) = "--encoding=SQL_ASCII";
    if (creation->options->content == BACKUP_SCHEMA_ONLY)
        *vec_append(arena, &words) = "--schema-only";
    if (creation->options->content == BACKUP_DATA_ONLY)
        *vec_append(arena, &words) = "--data-only";
    VEC_EACH (const char *const, table, &creation->others)
        *vec_append(arena, &words) = arena_printf(arena, "--exclude-table-data=%s", *table);
    *vec_append(arena, &words) = NULL;
    return words.items;
}

// ---- what went wrong

static bool says(const Err *err, const char *words)
{
    return strstr(err->message, words) || strstr(err->detail, words);
}

// --lock-wait-timeout is a statement_timeout. Reads of the catalog are not all of the snapshot:
// what was dropped meanwhile is missed.
static bool is_moving(const Err *err)
{
    static const char *const SIGNS[] = {"could not obtain lock on relation",
                                        "due to lock timeout",
                                        "due to statement timeout",
                                        "deadlock detected",
                                        "cache lookup failed",
                                        "could not open relation with OID"};
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (err->class == ERR_IO && says(err, SIGNS[i]))
            return true;
    return false;
}

static bool explain(const Creation *creation, Err *err)
{
    if (err->class == ERR_IO &&
        (says(err, "No space left on device") || says(err, "Disk quota exceeded")))
        return err_hint(err, "make room in %s, or name another folder: --backup-folder DIR",
                        creation->entry.folder);
    if (err->class == ERR_IO && (says(err, "permission denied") || says(err, "row-level security")))
        err->class = ERR_CONFIG;
    if (err->class == ERR_CONFIG && says(err, "row-level security"))
        return err_hint(err, "rows are hidden from this role: connect as the tables' owner or as a "
                             "role with BYPASSRLS");
    return false;
}

// ---- running it

static int64_t bytes_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

static int64_t bytes_written(Arena *arena, const Creation *creation)
{
    FileEntries entries;
    Err ignored = {0};
    int64_t bytes = 0;
    if (creation->options->form != BACKUP_DIRECTORY)
        return bytes_of(creation->entry.path);
    if (!file_list(arena, creation->entry.path, &entries, &ignored))
        return 0;
    VEC_EACH (const FileEntry, entry, &entries)
        bytes += bytes_of(arena_printf(arena, "%s/%s", creation->entry.path, entry->name));
    return bytes;
}

static void begin_writing(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return;
    (void)sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
    close(descriptor);
}

// The disk works while rows are counted; shelf_finish, which waits for it, finds less to do.
static void begin_writing_all(const Creation *creation)
{
    FileEntries entries;
    Err ignored = {0};
    ARENA_SCOPED scratch = arena_new();
    if (creation->options->form != BACKUP_DIRECTORY) {
        begin_writing(creation->entry.path);
        return;
    }
    if (!file_list(scratch, creation->entry.path, &entries, &ignored))
        return;
    VEC_EACH (const FileEntry, entry, &entries)
        begin_writing(arena_printf(scratch, "%s/%s", creation->entry.path, entry->name));
}

static void on_tick(void *context)
{
    Creation *creation = context;
    ARENA_SCOPED scratch = arena_new();
    create_tell_progress(creation, "dumping", bytes_written(scratch, creation),
                         create_expected_bytes(creation));
}

static bool run(Creation *creation, bool is_to_file, ProcessReceive receive, void *context,
                Err *err)
{
    ClientRun run = {
        .arguments = arguments_of(creation, is_to_file),
        .receive = receive,
        .context = context,
        .tick_ms = TICK_MS,
        .on_tick = on_tick,
        .tick_context = creation,
    };
    return client_run(creation->arena, &creation->dump, &run, err);
}

static int open_output(const Creation *creation, Err *err)
{
    int descriptor =
        open(creation->entry.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        fail_errno(err, ERR_IO, errno, "cannot make %s", creation->entry.path);
    return descriptor;
}

static bool run_to_descriptor(Creation *creation, Err *err)
{
    int descriptor = open_output(creation, err);
    if (descriptor < 0)
        return false;
    bool ok = run(creation, false, client_to_descriptor, &descriptor, err);
    close(descriptor);
    return ok;
}

// ---- plain SQL, read as it passes

typedef struct Plain {
    Creation *creation;
    DumpScan *scan;
    GzipWriter *writer;
} Plain;

static bool on_statement(void *context, Str text, int64_t line, Err *err)
{
    Creation *creation = context;
    (void)line;
    (void)err;
    if (str_starts(text, STR("SELECT pg_catalog.setval(")))
        contents_add_statement(creation->arena, &creation->contents, text);
    return true;
}

static bool take_plain(void *context, Str piece, Err *err)
{
    Plain *plain = context;
    return dump_scan_feed(plain->scan, piece, err) && gzip_writer_put(plain->writer, piece, err);
}

static bool run_plain(Creation *creation, Err *err)
{
    int descriptor = open_output(creation, err);
    if (descriptor < 0)
        return false;
    DumpHandler handler = {.on_statement = on_statement, .context = creation};
    Method method = method_of(creation->compression);
    int level = method.level.n ? *method.level.p - '0' : GZIP_LEVEL;
    DUMP_SCAN_SCOPED scan = dump_scan_new("pg_dump", &handler);
    GZIP_WRITER_SCOPED writer = gzip_writer_new(descriptor, level, creation->entry.path);
    Plain plain = {creation, scan, writer};
    bool ok = run(creation, false, take_plain, &plain, err) && dump_scan_end(scan, err) &&
              gzip_writer_end(writer, err);
    close(descriptor);
    return ok;
}

// ---- all of it

static bool dump(Creation *creation, Err *err)
{
    mode_t before = umask(0077); // whatever ours is: pg_dump makes its files with it
    bool ok = creation->options->form == BACKUP_PLAIN ? run_plain(creation, err)
              : creation->options->place.words        ? run_to_descriptor(creation, err)
                                                      : run(creation, true, client_drop, NULL, err);
    umask(before);
    return ok;
}

// zstd is the fastest, but not every pg_dump that knows it was built with it. It says so at once.
static bool lacks_method(const Creation *creation, const Err *err)
{
    return !creation->options->compression && err->class == ERR_IO &&
           says(err, "does not support compression with") &&
           strcmp(creation->compression, FASTEST_GZIP) != 0;
}

bool create_dump(Creation *creation, bool *ret_is_moving, Err *err)
{
    *ret_is_moving = false;
    bool ok = dump(creation, err);
    if (!ok && lacks_method(creation, err)) {
        creation->compression = FASTEST_GZIP;
        *err = (Err){0};
        ok = file_remove_tree(creation->entry.path, err) && dump(creation, err);
    }
    if (ok) {
        begin_writing_all(creation);
        return true;
    }
    *ret_is_moving = is_moving(err);
    return explain(creation, err);
}
