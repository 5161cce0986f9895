#include "run/script.h"

#include "base/require.h"
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CHUNK = 64 * 1024
};

static void descriptor_close_at(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
}
#define DESCRIPTOR_SCOPED __attribute__((cleanup(descriptor_close_at))) int

static void heap_free_at(char **bytes)
{
    free(*bytes);
}
#define HEAP_SCOPED __attribute__((cleanup(heap_free_at))) char *

static char *heap_alloc(size_t size)
{
    char *bytes = malloc(size);
    if (!bytes)
        require_memory();
    return bytes;
}

// The checksum leaves carriage returns out, so that a checkout's line ends change nothing.
static void hash_piece(Sha256 *hash, Str piece)
{
    while (piece.n) {
        Str run = str_until(piece, '\r');
        sha256_add(hash, run);
        piece = str_skip(piece, run.n < piece.n ? run.n + 1 : run.n);
    }
}

static bool open_regular(const char *path, int *ret_descriptor, int64_t *ret_size, Err *err)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        int saved_errno = errno;
        fail_errno(err, ERR_IO, saved_errno, "cannot be read");
        err_at(err, path, (Position){0});
        return saved_errno == EACCES
                   ? err_hint(err, "chmod u+r '%s', or run as its owner (ls -ld '%s')", path, path)
                   : err_hint(err, "check the file and its permissions: ls -l '%s'", path);
    }
    struct stat facts;
    if (fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        close(descriptor);
        fail(err, ERR_IO, "not a regular file");
        err_at(err, path, (Position){0});
        return err_hint(err, "move it out of the folder of migrations");
    }
    *ret_descriptor = descriptor;
    *ret_size = facts.st_size;
    return true;
}

static const Str BOM = {"\xef\xbb\xbf", 3};

bool script_from_text(Arena *arena, const char *path, Str text, Position start, Script *ret_script,
                      Err *err)
{
    Script script = {.is_present = true, .path = path, .start = start, .is_loaded = true};
    if (str_starts(text, BOM))
        text = str_skip(text, BOM.n);
    script.text = text;
    script.size = (int64_t)text.n;
    Sha256 *hash = sha256_new();
    hash_piece(hash, text);
    sha256_finish(hash, script.checksum);
    if (!directives_parse(arena, text, path, start.line, &script.directives, err))
        return false;
    *ret_script = script;
    return true;
}

// A long script: its checksum in pieces, its directives from the first piece.
static bool load_streamed(Arena *arena, int descriptor, Script *script, Err *err)
{
    HEAP_SCOPED bytes = heap_alloc(CHUNK);
    Sha256 *hash = sha256_new();
    bool is_first = true;
    bool ok = true;
    script->size = 0;
    for (ssize_t got; (got = file_read_full(descriptor, bytes, CHUNK)) != 0; is_first = false) {
        if (got < 0) {
            ok = fail_errno(err, ERR_IO, errno, "%s cannot be read", script->path);
            break;
        }
        Str piece = {bytes, (size_t)got};
        if (is_first && str_starts(piece, BOM)) {
            piece = str_skip(piece, BOM.n);
            script->offset = (int64_t)BOM.n;
        }
        hash_piece(hash, piece);
        script->size += (int64_t)piece.n;
        if (is_first &&
            !directives_parse(arena, piece, script->path, 1, &script->directives, err)) {
            ok = false;
            break;
        }
    }
    sha256_finish(hash, script->checksum);
    return ok;
}

bool script_load(Arena *arena, Arena *text_arena, const char *path, Script *ret_script, Err *err)
{
    DESCRIPTOR_SCOPED descriptor = -1;
    int64_t size;
    if (!open_regular(path, &descriptor, &size, err))
        return false;
    if (size > SCRIPT_LOADED_MAX) {
        Script script = {.is_present = true, .path = path, .start = {1, 1}};
        if (!load_streamed(arena, descriptor, &script, err))
            return false;
        *ret_script = script;
        return true;
    }
    char *bytes = arena_alloc(text_arena, (size_t)size + 1);
    ssize_t got = file_read_full(descriptor, bytes, (size_t)size);
    if (got < 0)
        return fail_errno(err, ERR_IO, errno, "%s cannot be read", path);
    return script_from_text(arena, path, (Str){bytes, (size_t)got}, (Position){1, 1}, ret_script,
                            err);
}

bool script_complete(Arena *arena, Script *script, Err *err)
{
    if (!script->is_present || script->checksum[0])
        return true;
    return script_load(arena, arena, script->path, script, err);
}

static bool changed(const Script *script, Err *err)
{
    fail(err, ERR_IO, "%s changed while it was being run", script->path);
    return err_hint(err, "run the same command again");
}

bool script_hold(Arena *arena, Script *script, Err *err)
{
    if (!script->is_present || script->is_loaded || script->size > SCRIPT_LOADED_MAX)
        return true;
    Str file;
    Script held;
    if (!file_read(arena, script->path, SIZE_MAX, &file, err))
        return false;
    if (file.n < (size_t)(script->offset + script->size))
        return changed(script, err);
    Str part = {file.p + script->offset, (size_t)script->size};
    if (!script_from_text(arena, script->path, part, script->start, &held, err))
        return false;
    if (strcmp(held.checksum, script->checksum) != 0)
        return changed(script, err);
    *script = held;
    return true;
}

struct ScriptReader {
    const Script *script;
    Splitter *splitter;
    int descriptor; // of a streamed script, else -1
    int64_t left;
    Sha256 *hash;
};

static ptrdiff_t read_piece(void *context, char *bytes, size_t capacity, Err *err)
{
    ScriptReader *reader = context;
    if ((int64_t)capacity > reader->left)
        capacity = (size_t)reader->left;
    ssize_t got = file_read_full(reader->descriptor, bytes, capacity);
    if (got < 0) {
        fail_errno(err, ERR_IO, errno, "%s cannot be read", reader->script->path);
        return -1;
    }
    reader->left -= got;
    if (reader->hash)
        hash_piece(reader->hash, (Str){bytes, (size_t)got});
    return got;
}

bool script_open(const Script *script, ScriptReader **ret_reader, Err *err)
{
    REQUIRE(script->is_present);
    ScriptReader *reader = calloc(1, sizeof *reader);
    if (!reader)
        require_memory();
    *reader = (ScriptReader){.script = script, .descriptor = -1, .left = script->size};
    SplitOptions options = {.file = script->path, .start = script->start};
    if (script->is_loaded) {
        reader->splitter = splitter_new_text(script->text, &options);
        *ret_reader = reader;
        return true;
    }
    int64_t size;
    if (!open_regular(script->path, &reader->descriptor, &size, err) ||
        lseek(reader->descriptor, script->offset, SEEK_SET) < 0) {
        script_close(reader);
        return false;
    }
    reader->hash = sha256_new();
    reader->splitter = splitter_new(read_piece, reader, &options);
    *ret_reader = reader;
    return true;
}

Splitter *script_splitter(ScriptReader *reader)
{
    return reader->splitter;
}

bool script_check_unchanged(ScriptReader *reader, Err *err)
{
    if (!reader->hash)
        return true;
    char checksum[SHA256_HEX];
    sha256_finish(reader->hash, checksum);
    reader->hash = NULL;
    return strcmp(checksum, reader->script->checksum) == 0 || changed(reader->script, err);
}

// Only the reading that runs the script has to prove that it read what was planned.
static void drop_hash(ScriptReader *reader)
{
    char unused[SHA256_HEX];
    if (reader->hash)
        sha256_finish(reader->hash, unused);
    reader->hash = NULL;
}

void script_close(ScriptReader *reader)
{
    if (!reader)
        return;
    splitter_free(reader->splitter);
    descriptor_close_at(&reader->descriptor);
    drop_hash(reader);
    free(reader);
}

void script_close_at(ScriptReader **reader)
{
    script_close(*reader);
    *reader = NULL;
}

bool script_survey(const Script *script, Shape *ret_shape, Err *err)
{
    SCRIPT_SCOPED reader = NULL;
    if (!script_open(script, &reader, err))
        return false;
    drop_hash(reader);
    Shape shape = {0};
    for (;;) {
        Statement statement;
        switch (splitter_next(reader->splitter, &statement, err)) {
        case SPLIT_FAILED:
            return false;
        case SPLIT_END:
            if (!shape_finish(&shape, script->path, err))
                return false;
            *ret_shape = shape;
            return true;
        case SPLIT_STATEMENT:
            if (!shape_add(&shape, &statement, script->path, err)) {
                splitter_error_at(reader->splitter, &statement, 0, err);
                return false;
            }
        }
    }
}

// The next statement that is not BEGIN or COMMIT.
static SplitResult next_counted(ScriptReader *reader, Statement *ret_statement, Err *err)
{
    SplitResult got;
    do
        got = splitter_next(reader->splitter, ret_statement, err);
    while (got == SPLIT_STATEMENT &&
           (ret_statement->class == STATEMENT_BEGIN || ret_statement->class == STATEMENT_COMMIT));
    return got;
}

bool script_same_beginning(const Script *a, const Script *b, int statements, bool *ret_same,
                           Err *err)
{
    SCRIPT_SCOPED left = NULL;
    SCRIPT_SCOPED right = NULL;
    if (!script_open(a, &left, err) || !script_open(b, &right, err))
        return false;
    for (int i = 0; i < statements; i++) {
        Statement one;
        Statement other;
        SplitResult got_one = next_counted(left, &one, err);
        SplitResult got_other = next_counted(right, &other, err);
        if (got_one == SPLIT_FAILED || got_other == SPLIT_FAILED)
            return false;
        if (got_one != got_other || got_one == SPLIT_END || !str_eq(one.text, other.text)) {
            *ret_same = false;
            return true;
        }
    }
    *ret_same = true;
    return true;
}

void script_locate(const Script *script, int ordinal, size_t character, Err *err)
{
    Err ignored = {0};
    SCRIPT_SCOPED reader = NULL;
    if (!script_open(script, &reader, &ignored))
        return;
    Statement statement;
    for (int i = 0; splitter_next(reader->splitter, &statement, &ignored) == SPLIT_STATEMENT; i++)
        if (i == ordinal) {
            splitter_error_at(reader->splitter, &statement, character, err);
            return;
        }
}
