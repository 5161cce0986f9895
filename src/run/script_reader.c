// The statements of a script, one after the other, and what they say about its shape.
#include "base/require.h"
#include "base/utf8.h"
#include "io/file.h"
#include "migration/template.h"
#include "run/script_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
        script_hash_piece(reader->hash, (Str){bytes, (size_t)got});
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
    if (!script_open_file(script->path, &reader->descriptor, &size, err) ||
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
    return strcmp(checksum, reader->script->checksum) == 0 || script_changed(reader->script, err);
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

// An error's position in an expanded text becomes the one in the file; the line that it quotes
// stays as the server saw it.
static bool in_file(const Script *script, Err *err)
{
    if (err->position.line)
        err->position = expansion_position_in_file(script->shifts, err->position);
    return false;
}

// A streamed script is run as its file has it: nothing in it may be for us to replace.
static bool check_placeholders(const Script *script, const Statement *statement, Err *err)
{
    if (!script->expansion || script->expansion->trigger || script->is_loaded)
        return true;
    ARENA_SCOPED arena = arena_new();
    Str text;
    const TextShifts *shifts;
    return expansion_run(arena, script->expansion, statement->text, NULL, script->path,
                         statement->position, &text, &shifts, err) &&
           (!shifts || script_refuse_placeholder(script, statement->position, err));
}

static bool check_template(const Splitter *splitter, const Statement *statement, Err *err)
{
    size_t at = 0;
    if (!template_find(statement->text, &at))
        return true;
    fail(err, ERR_CONFIG, "a template action, and templates cannot be rendered here");
    err_hint(err, "render the file first, or write the SQL that it stands for in its place");
    size_t character = utf8_count((Str){statement->text.p, at}) + 1;
    return splitter_error_at(splitter, statement, character, err);
}

typedef bool (*ShapeAdd)(Shape *shape, const Statement *statement, const char *file, Err *err);

static bool survey(const Script *script, ShapeAdd add, Shape *ret_shape, Err *err)
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
            return in_file(script, err);
        case SPLIT_END:
            if (add == shape_add && !shape_finish(&shape, script->path, err))
                return in_file(script, err);
            *ret_shape = shape;
            return true;
        case SPLIT_STATEMENT:
            if (!check_template(reader->splitter, &statement, err))
                return in_file(script, err);
            if (!add(&shape, &statement, script->path, err)) {
                splitter_error_at(reader->splitter, &statement, 0, err);
                return in_file(script, err);
            }
            if (!check_placeholders(script, &statement, err))
                return false;
        }
    }
}

bool script_survey(const Script *script, Shape *ret_shape, Err *err)
{
    return survey(script, shape_add, ret_shape, err);
}

bool script_survey_verify(const Script *script, Shape *ret_shape, Err *err)
{
    return survey(script, shape_add_verify, ret_shape, err);
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
            in_file(script, err);
            return;
        }
}
