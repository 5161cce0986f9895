#include "run/backup/format.h"

#include "io/file.h"
#include "io/gzip.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum {
    BEGINNING = 1024,
    TAR_MAGIC_AT = 257
};

// Other programs' files, which end up among backups by a wrong name or command.
static const struct {
    size_t offset;
    Str bytes;
    const char *what;
} STRANGERS[] = {
    {0, STR("\x89PNG"), "a PNG image"},
    {0, STR("\xff\xd8\xff"), "a JPEG image"},
    {0, STR("%PDF"), "a PDF document"},
    {0, STR("PK\x03\x04"), "a zip archive"},
    {0,
     STR("\x7f"
         "ELF"),
     "a program"},
    {0, STR("SQLite format 3"), "an SQLite database"},
    {0, STR("PRAGMA foreign_keys"), "a dump of SQLite"},
    {0, STR("-- MySQL dump"), "a dump of MySQL"},
    {0, STR("-- MariaDB dump"), "a dump of MariaDB"},
    {0, STR("/*M!999999"), "a dump of MariaDB"},
    {0, STR("\x28\xb5\x2f\xfd"), "compressed by zstd: decompress it first, zstd -d FILE"},
    {0,
     STR("\xfd"
         "7zXZ"),
     "compressed by xz: decompress it first, xz -d FILE"},
    {0, STR("BZh"), "compressed by bzip2: decompress it first, bzip2 -d FILE"},
    {0, STR("\x04\x22\x4d\x18"), "compressed by lz4: decompress it first, lz4 -d FILE"},
    {0, STR("\x1f\x8b"), "compressed by gzip once more: decompress it first, gzip -d FILE"},
    {0, STR("{"), "a JSON document"},
    {0, STR("["), "a JSON document"},
    {0, STR("<"), "an XML or HTML document"},
    {TAR_MAGIC_AT, STR("ustar"), "a tar archive, and none of pg_dump"},
    {0, STR("PGDMP"), "an archive of pg_dump, not SQL"},
    {0, STR("--\n-- PostgreSQL database dump\n"), "SQL, not an archive of pg_dump"},
};

static bool has(Str bytes, size_t offset, Str wanted)
{
    return bytes.n >= offset + wanted.n && memcmp(bytes.p + offset, wanted.p, wanted.n) == 0;
}

static bool refuse(const char *path, const char *what, Err *err)
{
    fail(err, ERR_CHECK, "%s is no backup of a PostgreSQL database: it is %s", path, what);
    return err_hint(err, "migrate-safe backup list shows those that are");
}

static bool refuse_by(const char *path, Str bytes, Err *err)
{
    for (size_t i = 0; i < sizeof STRANGERS / sizeof *STRANGERS; i++)
        if (has(bytes, STRANGERS[i].offset, STRANGERS[i].bytes))
            return refuse(path, STRANGERS[i].what, err);
    size_t zeros = 0;
    while (zeros < bytes.n && !bytes.p[zeros])
        zeros++;
    return refuse(path, zeros == bytes.n ? "full of zero bytes" : "nothing that is known here",
                  err);
}

// The first bytes, decompressed where `decompresses`.
static bool read_beginning(const char *path, bool decompresses, char *bytes, Str *ret_bytes,
                           Err *err)
{
    GZIP_SCOPED reader = NULL;
    if (!gzip_open(path, &reader, err))
        return false;
    size_t used = 0;
    size_t got = 1;
    if (gzip_is_compressed(reader) && !decompresses) {
        memcpy(bytes, "\x1f\x8b", 2);
        used = 2;
        got = 0;
    }
    while (got && used < BEGINNING) {
        if (!gzip_read(reader, bytes + used, BEGINNING - used, &got, err))
            return false;
        used += got;
    }
    *ret_bytes = (Str){bytes, used};
    return true;
}

static bool is_dump_tar(Str bytes)
{
    return has(bytes, TAR_MAGIC_AT, STR("ustar")) && has(bytes, 0, STR("toc.dat"));
}

bool format_is_tar(const char *path)
{
    char bytes[BEGINNING];
    Str beginning;
    Err ignored;
    return file_is_regular(path) && read_beginning(path, false, bytes, &beginning, &ignored) &&
           is_dump_tar(beginning);
}

static bool check_directory(Arena *arena, const char *path, Err *err)
{
    if (!file_is_directory(path))
        return fail(err, ERR_CHECK, "%s is a file, and the backup is a directory", path);
    const char *contents = arena_printf(arena, "%s/toc.dat", path);
    if (!file_exists(contents)) {
        fail(err, ERR_CHECK, "%s has no toc.dat: pg_dump did not finish, or it was removed", path);
        return err_hint(err, "take another backup: migrate-safe backup list");
    }
    if (!file_is_regular(contents))
        return fail(err, ERR_CHECK, "%s is no file", contents);
    char bytes[BEGINNING];
    Str beginning;
    if (!read_beginning(contents, false, bytes, &beginning, err))
        return false;
    return has(beginning, 0, STR("PGDMP")) || refuse_by(contents, beginning, err);
}

static bool check_file(const Backup *backup, Err *err)
{
    bool is_plain = backup->form == BACKUP_PLAIN;
    char bytes[BEGINNING];
    Str beginning;
    if (!read_beginning(backup->path, is_plain, bytes, &beginning, err))
        return false;
    if (!beginning.n) {
        fail(err, ERR_CHECK, "%s is empty%s", backup->path,
             is_plain ? ", or a gzip of nothing" : "");
        return err_hint(err, "take another backup: migrate-safe backup list");
    }
    if (!is_plain)
        return has(beginning, 0, STR("PGDMP")) || is_dump_tar(beginning) ||
               refuse_by(backup->path, beginning, err);
    Str text = str_trim(beginning);
    bool is_stranger = false;
    for (size_t i = 0; i + 1 < sizeof STRANGERS / sizeof *STRANGERS; i++)
        is_stranger |= has(text, STRANGERS[i].offset, STRANGERS[i].bytes);
    bool is_text = text.n && !memchr(text.p, '\0', text.n);
    return (!is_stranger && is_text) || refuse_by(backup->path, is_text ? text : beginning, err);
}

bool format_check(Arena *arena, const Backup *backup, Err *err)
{
    struct stat status;
    if (stat(backup->path, &status) != 0) {
        int saved_errno = errno;
        fail_errno(err, saved_errno == ENOENT ? ERR_CHECK : ERR_IO, saved_errno, "cannot read %s",
                   backup->path);
        if (saved_errno == EACCES)
            return err_hint(err, "chmod u+r %s", backup->path);
        return err_hint(err, "take another backup: migrate-safe backup list");
    }
    if (backup->form == BACKUP_DIRECTORY)
        return check_directory(arena, backup->path, err);
    if (!S_ISREG(status.st_mode))
        return fail(err, ERR_CHECK, "%s is no file", backup->path);
    return check_file(backup, err);
}
