#include "run/script.h"

#include "base/require.h"
#include "io/file.h"
#include "migration/foreign_marker.h"
#include "run/script_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CHUNK = 64 * 1024,
    TRIGGER_BYTES = 32 // of an expansion's triggers that are looked for
};

void descriptor_close_at(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
}

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
void script_hash_piece(Sha256 *hash, Str piece)
{
    while (piece.n) {
        Str run = str_until(piece, '\r');
        sha256_add(hash, run);
        piece = str_skip(piece, run.n < piece.n ? run.n + 1 : run.n);
    }
}

bool script_open_file(const char *path, int *ret_descriptor, int64_t *ret_size, Err *err)
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

bool script_changed(const Script *script, Err *err)
{
    fail(err, ERR_IO, "%s changed while it was being run", script->path);
    return err_hint(err, "run the same command again");
}

bool script_refuse_placeholder(const Script *script, Position position, Err *err)
{
    fail(err, ERR_CONFIG, "a script of more than %d bytes cannot have placeholders",
         SCRIPT_LOADED_MAX);
    err_at(err, script->path, position);
    return err_hint(err, "move the statements that have them into a migration of their own");
}

static const Str BOM = {"\xef\xbb\xbf", 3};

static bool expand(Arena *arena, Script *script, Err *err)
{
    Str text;
    if (!script->expansion || script->expansion->is_off)
        return true;
    if (!expansion_run(arena, script->expansion, script->text, script->opening, script->path,
                       script->start, &text, &script->shifts, err))
        return false;
    script->raw = script->shifts ? script->text : (Str){0};
    script->text = text;
    return true;
}

void script_checksum(Str text, char ret_checksum[SHA256_HEX])
{
    Sha256 *hash = sha256_new();
    script_hash_piece(hash, text);
    sha256_finish(hash, ret_checksum);
}

bool script_finish(Arena *arena, Script *script, Str said, int said_line, Err *err)
{
    if (!script->checksum[0])
        script_checksum(script->text, script->checksum);
    if (!directives_parse(arena, said, script->path, said_line, &script->directives, err))
        return false;
    script->directives.no_transaction |= script->is_no_transaction;
    return expand(arena, script, err);
}

bool script_from_text(Arena *arena, const char *path, Str text, Position start, Script *ret_script,
                      Err *err)
{
    Script script = {.is_present = true, .path = path, .start = start, .is_loaded = true};
    if (str_starts(text, BOM))
        text = str_skip(text, BOM.n);
    script.text = text;
    script.size = (int64_t)text.n;
    if (!script_finish(arena, &script, text, start.line, err))
        return false;
    *ret_script = script;
    return true;
}

// Pieces of a file from one place on.
typedef struct PieceReader {
    int descriptor;
    const char *path;
    char *bytes;
    int64_t left;
} PieceReader;

// False at the end, and when reading failed: then `err` has a class.
static bool next_piece(PieceReader *reader, Str *ret_piece, Err *err)
{
    size_t wanted = reader->left < CHUNK ? (size_t)reader->left : CHUNK;
    ssize_t got = file_read_full(reader->descriptor, reader->bytes, wanted);
    if (got < 0)
        fail_errno(err, ERR_IO, errno, "%s cannot be read", reader->path);
    if (got <= 0)
        return false;
    reader->left -= got;
    *ret_piece = (Str){reader->bytes, (size_t)got};
    return true;
}

// Skips a BOM at the descriptor's beginning; its length.
static int64_t skip_bom(int descriptor)
{
    char first[3];
    ssize_t got = file_read_full(descriptor, first, sizeof first);
    bool is_there = got == (ssize_t)sizeof first && str_eq((Str){first, sizeof first}, BOM);
    int64_t length = is_there ? (int64_t)BOM.n : 0;
    return lseek(descriptor, length, SEEK_SET) < 0 ? 0 : length;
}

bool script_read_through(const char *path, bool (*feed)(void *context, Str piece, Err *err),
                         void *context, Err *err)
{
    DESCRIPTOR_SCOPED descriptor = -1;
    HEAP_SCOPED bytes = heap_alloc(CHUNK);
    int64_t size;
    Str piece;
    if (!script_open_file(path, &descriptor, &size, err))
        return false;
    skip_bom(descriptor);
    PieceReader reader = {descriptor, path, bytes, INT64_MAX};
    *err = (Err){0};
    while (next_piece(&reader, &piece, err))
        if (!feed(context, piece, err))
            return false;
    return err->class == ERR_NONE;
}

// Is `trigger` in the piece, or across its beginning? `tail` holds the bytes before it.
static bool holds_one(Str piece, Str trigger, Str tail)
{
    char seam[2 * TRIGGER_BYTES];
    if (trigger.n > TRIGGER_BYTES) // its beginning will do
        trigger.n = TRIGGER_BYTES;
    size_t before = tail.n < trigger.n ? tail.n : trigger.n - 1;
    size_t behind = piece.n < trigger.n ? piece.n : trigger.n - 1;
    memcpy(seam, tail.p + tail.n - before, before);
    memcpy(seam + before, piece.p, behind);
    return str_find(piece, trigger) >= 0 || str_find((Str){seam, before + behind}, trigger) >= 0;
}

static bool holds(Str piece, Str triggers, char *tail, size_t *tail_length)
{
    bool is_found = false;
    while (triggers.n) {
        Str trigger = str_until(triggers, ' ');
        triggers = str_skip(triggers, trigger.n < triggers.n ? trigger.n + 1 : trigger.n);
        is_found |= trigger.n && holds_one(piece, trigger, (Str){tail, *tail_length});
    }
    *tail_length = piece.n < TRIGGER_BYTES ? piece.n : TRIGGER_BYTES;
    memcpy(tail, piece.p + piece.n - *tail_length, *tail_length);
    return is_found;
}

bool script_check_markers(Arena *arena, const char *layout, const Script *script, Err *err)
{
    return !script->is_loaded ||
           foreign_marker_check(arena, script->path, script->start, layout, script->text, err);
}

// A long script: its checksum in pieces.
static bool load_streamed(Arena *arena, int descriptor, const char *layout, Script *script,
                          Err *err)
{
    HEAP_SCOPED bytes = heap_alloc(CHUNK);
    bool is_expanded = script->expansion && !script->expansion->is_off;
    Str triggers = str_from(is_expanded ? script->expansion->trigger : NULL);
    SectionReader markers;
    foreign_marker_reader_init(&markers, arena, script->path, script->start, layout);
    PieceReader reader = {descriptor, script->path, bytes, script->size};
    bool has_placeholder = is_expanded && script->expansion->trigger && !triggers.n;
    char tail[TRIGGER_BYTES];
    size_t tail_length = 0;
    Sha256 *hash = sha256_new();
    Str piece;
    script->size = 0;
    *err = (Err){0};
    while (next_piece(&reader, &piece, err)) {
        script_hash_piece(hash, piece);
        script->size += (int64_t)piece.n;
        has_placeholder |= holds(piece, triggers, tail, &tail_length);
        if (!section_feed(&markers, piece, err))
            break;
    }
    sha256_finish(hash, script->checksum);
    script->directives.no_transaction |= script->is_no_transaction;
    return err->class == ERR_NONE && section_finish(&markers, err) &&
           (!has_placeholder || script_refuse_placeholder(script, script->start, err));
}

static bool read_part(Arena *arena, int descriptor, const char *path, size_t size, Str *ret_text,
                      Err *err)
{
    char *bytes = arena_alloc(arena, size + 1);
    ssize_t got = file_read_full(descriptor, bytes, size);
    if (got < 0)
        return fail_errno(err, ERR_IO, errno, "%s cannot be read", path);
    *ret_text = (Str){bytes, (size_t)got};
    return true;
}

bool script_load_part(Arena *arena, Arena *text_arena, const char *layout, Script *script,
                      int64_t said_offset, Err *err)
{
    DESCRIPTOR_SCOPED descriptor = -1;
    int64_t file_size;
    Str said;
    if (!script_open_file(script->path, &descriptor, &file_size, err))
        return false;
    // What the file says about itself stands at its head, or at the head of the part.
    int64_t said_size = script->offset + script->size - said_offset;
    if (lseek(descriptor, said_offset, SEEK_SET) < 0 ||
        !read_part(text_arena, descriptor, script->path,
                   said_size < CHUNK ? (size_t)said_size : CHUNK, &said, err))
        return false;
    int said_line = said_offset < script->offset ? 1 : script->start.line;
    if (!directives_parse(arena, said, script->path, said_line, &script->directives, err))
        return false;
    if (lseek(descriptor, script->offset, SEEK_SET) < 0)
        return script_changed(script, err);
    int64_t expected = script->size;
    return load_streamed(text_arena, descriptor, layout, script, err) &&
           (script->size == expected || script_changed(script, err));
}

bool script_read(Arena *text_arena, Script *script, Err *err)
{
    DESCRIPTOR_SCOPED descriptor = -1;
    int64_t size;
    if (!script_open_file(script->path, &descriptor, &size, err))
        return false;
    if (size > SCRIPT_LOADED_MAX) {
        script->offset = skip_bom(descriptor);
        script->size = size - script->offset;
        return true;
    }
    if (!read_part(text_arena, descriptor, script->path, (size_t)size, &script->text, err))
        return false;
    if (str_starts(script->text, BOM)) {
        script->offset = (int64_t)BOM.n;
        script->text = str_skip(script->text, BOM.n);
    }
    script->is_loaded = true;
    script->size = (int64_t)script->text.n;
    return true;
}

bool script_load(Arena *arena, Arena *text_arena, Script *script, Err *err)
{
    Script loaded = {
        .is_present = true,
        .path = script->path,
        .start = {1, 1},
        .is_no_transaction = script->is_no_transaction,
        .expansion = script->expansion,
    };
    if (!script_read(text_arena, &loaded, err) ||
        !script_check_markers(text_arena, NULL, &loaded, err))
        return false;
    if (!(loaded.is_loaded
              ? script_finish(arena, &loaded, loaded.text, 1, err)
              : script_load_part(arena, text_arena, NULL, &loaded, loaded.offset, err)))
        return false;
    *script = loaded;
    return true;
}

bool script_complete(Arena *arena, Script *script, Err *err)
{
    if (!script->is_present || script->checksum[0])
        return true;
    return script_load(arena, arena, script, err);
}

bool script_hold(Arena *arena, Script *script, Err *err)
{
    if (!script->is_present || script->is_loaded || script->size > SCRIPT_LOADED_MAX)
        return true;
    DESCRIPTOR_SCOPED descriptor = -1;
    int64_t size;
    Script held = *script;
    if (!script_open_file(script->path, &descriptor, &size, err))
        return false;
    if (lseek(descriptor, script->offset, SEEK_SET) < 0 ||
        !read_part(arena, descriptor, script->path, (size_t)script->size, &held.text, err))
        return false;
    char checksum[SHA256_HEX];
    script_checksum(held.text, checksum);
    if (strcmp(checksum, script->checksum) != 0)
        return script_changed(script, err);
    held.is_loaded = true;
    if (!expand(arena, &held, err))
        return false;
    *script = held;
    return true;
}

Script script_as_written(const Script *script)
{
    Script written = *script;
    if (script->raw.p) {
        written.text = script->raw;
        written.raw = (Str){0};
        written.shifts = NULL;
    }
    return written;
}

const char *script_kept_text(Arena *arena, const Script *script)
{
    if (!script->is_present || !script->is_loaded || script->size > SCRIPT_LOADED_MAX)
        return NULL;
    // A text that stands alone has to say what its file, or its place in it, said.
    Str said = script->is_no_transaction ? STR("-- migrate-safe: no-transaction\n") : STR("");
    return arena_join(arena, said, str_from(script->opening), script_as_written(script).text);
}
