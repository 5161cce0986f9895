#include "run/backup/contents.h"

#include "base/words.h"
#include "io/file.h"
#include "io/gzip.h"
#include "io/interrupt.h"
#include "run/backup/format.h"
#include "sql/dump_scan.h"
#include "sql/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    PIECE = 1 << 16
};

typedef struct Reading {
    Arena *arena;
    BackupContents *contents;
} Reading;

static bool on_statement(void *context, Str text, int64_t line, Err *err)
{
    Reading *reading = context;
    (void)line;
    (void)err;
    contents_add_statement(reading->arena, reading->contents, text);
    return true;
}

static bool on_data(void *context, Str piece, int64_t rows, Err *err)
{
    Reading *reading = context;
    (void)piece;
    (void)err;
    contents_add_rows(reading->contents, rows);
    return true;
}

static bool on_comment(void *context, Str text, Err *err)
{
    Reading *reading = context;
    (void)err;
    contents_add_comment(reading->arena, reading->contents, text);
    return true;
}

static bool feed(void *context, Str piece, Err *err)
{
    return dump_scan_feed(context, piece, err);
}

// ---- archives

bool archive_input(const Backup *backup, const ClientPlace *place, int *ret_descriptor, Err *err)
{
    *ret_descriptor = 0;
    if (!place->words)
        return true;
    if (backup->form == BACKUP_DIRECTORY) {
        fail(err, ERR_CONFIG,
             "a backup that is a directory cannot be given to the tools elsewhere");
        return err_hint(err, "install pg_restore here and leave tools: out, or make backups with "
                             "--form custom");
    }
    int descriptor = open(backup->path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail_errno(err, ERR_IO, errno, "cannot read %s", backup->path);
    *ret_descriptor = descriptor;
    return true;
}

int archive_dump_major(const Backup *backup)
{
    const BackupManifest *manifest = backup->manifest;
    const char *version = manifest ? manifest->dump_version : NULL;
    return version ? (int)strtol(version, NULL, 10) : manifest ? manifest->server_major : 0;
}

bool archive_read(Arena *arena, const Backup *backup, const ClientPlace *place,
                  const char *const *options, ProcessReceive receive, void *context, Err *err)
{
    // A directory is read with what is installed here; that needs no way to the database.
    static const ClientPlace HERE = {0};
    const ClientPlace *where = backup->form == BACKUP_DIRECTORY ? &HERE : place;
    Client client;
    int input;
    if (!client_open_restore_alone(arena, where, archive_dump_major(backup), &client, err)) {
        if (err->class == ERR_IO)
            err->class = ERR_CONFIG; // it says nothing of the archive
        return false;
    }
    if (!archive_input(backup, where, &input, err))
        return false;
    Words arguments = {0};
    for (; *options; options++)
        *vec_append(arena, &arguments) = *options;
    if (!input)
        *vec_append(arena, &arguments) = backup->path;
    *vec_append(arena, &arguments) = NULL;
    ClientRun run = {
        .arguments = arguments.items, .input = input, .receive = receive, .context = context};
    bool is_read = client_run(arena, &client, &run, err);
    if (input)
        close(input);
    return is_read;
}

// pg_restore's own words are the finding; what it could not be run for is none.
static bool judge(const Backup *backup, Err *err)
{
    if (err->class != ERR_IO || !strstr(err->message, "pg_restore"))
        return false;
    err->class = ERR_CHECK;
    if (strstr(err->message, "unsupported version")) {
        err_note(err, "%s was made by a newer pg_dump than the pg_restore that is here",
                 backup->path);
        return err_hint(err, "install the client programs of that version: migrate-safe doctor");
    }
    err_note(err, "%s cannot be read to its end", backup->path);
    return err_hint(err, "take another backup: migrate-safe backup list");
}

static bool read_archive(Arena *arena, const Backup *backup, const ClientPlace *place,
                         bool needs_rows, DumpScan *scan, Err *err)
{
    const char *const all[] = {"--file=-", NULL};
    const char *const schema[] = {"--schema-only", "--file=-", NULL};
    return archive_read(arena, backup, place, needs_rows ? all : schema, feed, scan, err) ||
           judge(backup, err);
}

// ---- plain SQL

static bool read_plain(const Backup *backup, DumpScan *scan, Err *err)
{
    GZIP_SCOPED reader = NULL;
    if (!gzip_open(backup->path, &reader, err))
        return false;
    char piece[PIECE];
    size_t got;
    do {
        if (!gzip_read(reader, piece, sizeof piece, &got, err) ||
            !dump_scan_feed(scan, (Str){piece, got}, err))
            return false;
        if (interrupt_requested())
            return fail(err, ERR_INTERRUPTED, "interrupted");
    } while (got);
    return true;
}

// Which table is hurt: nearly all bytes are rows.
static bool tell_place(Arena *arena, const BackupContents *contents, Err *err)
{
    if (err->class != ERR_CHECK || err->detail[0] || !contents->data.tables.len)
        return false;
    const TableFact *last = &contents->data.tables.items[contents->data.tables.len - 1];
    return err_detail(err, "it was decoded up to row %lld of table %s", (long long)last->rows,
                      quote_qualified(arena, last->schema, last->name));
}

bool contents_read(Arena *arena, const Backup *backup, const ClientPlace *place, bool needs_rows,
                   BackupContents *ret_contents, Err *err)
{
    BackupContents contents = {0};
    Reading reading = {arena, &contents};
    DumpHandler handler = {on_statement, on_data, on_comment, &reading};
    DUMP_SCAN_SCOPED scan = dump_scan_new(backup->path, &handler);
    if (!format_check(arena, backup, err))
        return false;
    bool is_read = backup->form == BACKUP_PLAIN
                       ? read_plain(backup, scan, err)
                       : read_archive(arena, backup, place, needs_rows, scan, err);
    if (!is_read || !dump_scan_end(scan, err))
        return tell_place(arena, &contents, err);
    *ret_contents = contents;
    return true;
}
