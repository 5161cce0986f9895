#include "sql/split_input.h"

#include "base/require.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 64 * 1024,
    FIRST_CAPACITY = 4 * CHUNK,
    CONTEXT = 1024, // bytes before a place that are kept, so that an error can quote its line
    BOM_SIZE = 3
};

void input_init(SplitInput *input, SplitRead read, void *context, const SplitOptions *options)
{
    *input = (SplitInput){.read = read, .context = context, .at_mark = {1, 1}, .file = ""};
    if (options && options->file)
        input->file = options->file;
    if (options && options->start.line > 0)
        input->at_mark = options->start;
}

void input_done(SplitInput *input)
{
    free(input->bytes);
    input->bytes = NULL;
}

bool input_is_whole(const SplitInput *input)
{
    return input->is_ended && input->fault == INPUT_SOUND;
}

Str input_view(const SplitInput *input)
{
    return (Str){input->bytes, input->visible};
}

Position input_position(const SplitInput *input, int64_t offset)
{
    REQUIRE(offset >= input->mark && input->mark >= input->base);
    Str passed = {input->bytes + (input->mark - input->base), (size_t)(offset - input->mark)};
    return position_after(input->at_mark, passed);
}

void input_set_mark(SplitInput *input, int64_t offset)
{
    input->at_mark = input_position(input, offset);
    input->mark = offset;
}

bool input_error_at(const SplitInput *input, int64_t offset, Err *err)
{
    err_at(err, input->file, input_position(input, offset));
    size_t hidden = input->base < input->bom ? (size_t)(input->bom - input->base) : 0;
    Str shown = str_skip(input_view(input), hidden);
    return err_quote(err, shown, (size_t)(offset - input->base) - hidden);
}

static bool fail_fault(const SplitInput *input, Err *err)
{
    int64_t offset = input->base + (int64_t)input->visible;
    switch (input->fault) {
    case INPUT_SOUND:
        break;
    case INPUT_NUL:
        fail(err, ERR_CONFIG, "NUL byte: this is a binary file, not SQL text");
        err_hint(err, "archives of pg_dump are for pg_restore; a migration is plain SQL");
        break;
    case INPUT_UTF16:
        fail(err, ERR_CONFIG, "the file is UTF-16");
        err_hint(err, "save it as UTF-8");
        break;
    case INPUT_BAD_UTF8:
        fail(err, ERR_CONFIG, "invalid UTF-8: byte 0x%02x", (uint8_t)input->bytes[input->visible]);
        err_hint(err, "save the file as UTF-8");
        break;
    }
    return input_error_at(input, offset, err);
}

// Takes bytes away that nobody needs any more. Moves only when room is short, so that what is
// kept is moved once in a while and not with each piece.
static void drop_before(SplitInput *input, int64_t keep)
{
    if (keep > input->mark)
        input_set_mark(input, keep);
    int64_t first = keep - input->base > CONTEXT ? keep - CONTEXT : input->base;
    size_t dropped = (size_t)(first - input->base);
    if (dropped == 0)
        return;
    memmove(input->bytes, input->bytes + dropped, input->filled - dropped);
    input->base = first;
    input->visible -= dropped;
    input->filled -= dropped;
}

// Room for one chunk and the NUL behind a statement's text.
static void make_room(SplitInput *input, int64_t keep)
{
    if (input->capacity - input->filled > CHUNK)
        return;
    if (input->bytes)
        drop_before(input, keep);
    if (input->capacity - input->filled > CHUNK)
        return;
    size_t larger = input->capacity ? input->capacity * 2 : FIRST_CAPACITY;
    char *bytes = realloc(input->bytes, larger);
    if (!bytes)
        require_memory();
    input->bytes = bytes;
    input->capacity = larger;
}

static bool read_chunk(SplitInput *input, int64_t keep, Err *err)
{
    make_room(input, keep);
    ptrdiff_t count = input->read(input->context, input->bytes + input->filled, CHUNK, err);
    if (count < 0)
        return false;
    REQUIRE(count <= CHUNK);
    input->filled += (size_t)count;
    input->is_ended = count == 0;
    return true;
}

// Makes visible what is sound of the bytes from `unchecked` on.
static void check_bytes(SplitInput *input, size_t unchecked)
{
    Str piece = {input->bytes + unchecked, input->filled - unchecked};
    const char *nul = piece.n ? memchr(piece.p, '\0', piece.n) : NULL;
    if (nul) {
        piece.n = (size_t)(nul - piece.p);
        input->fault = INPUT_NUL;
    }
    ptrdiff_t bad = utf8_check(&input->utf8, piece);
    if (bad >= 0) {
        piece.n = (size_t)bad;
        input->fault = INPUT_BAD_UTF8;
    }
    input->visible = utf8_whole_prefix((Str){input->bytes, unchecked + piece.n});
    if (input->is_ended && !input->fault && !utf8_is_complete(&input->utf8))
        input->fault = INPUT_BAD_UTF8;
}

// The first bytes say what kind of file it is.
static bool start(SplitInput *input, Err *err)
{
    input->is_started = true;
    while (input->filled < BOM_SIZE && !input->is_ended)
        if (!read_chunk(input, 0, err))
            return false;
    Str bytes = {input->bytes, input->filled};
    if (str_starts(bytes, STR("\xff\xfe")) || str_starts(bytes, STR("\xfe\xff"))) {
        input->fault = INPUT_UTF16;
        return true;
    }
    check_bytes(input, 0);
    if (str_starts(bytes, STR("\xef\xbb\xbf")))
        input->mark = input->bom = BOM_SIZE;
    return true;
}

bool input_more(SplitInput *input, int64_t keep, size_t wanted, Err *err)
{
    if (!input->is_started)
        return start(input, err);
    if (input->fault)
        return fail_fault(input, err);
    size_t added = 0;
    do {
        size_t unchecked = input->filled;
        int64_t base = input->base;
        if (!read_chunk(input, keep, err))
            return false;
        unchecked -= (size_t)(input->base - base);
        check_bytes(input, unchecked);
        added += input->filled - unchecked;
    } while (added < wanted && !input->is_ended && !input->fault);
    return true;
}
