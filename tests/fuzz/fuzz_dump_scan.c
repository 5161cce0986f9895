// Any bytes as a dump: in pieces of a size that the first byte says, and whole, the outcome is the
// same; what is handed on is in the dump, and each statement is read for what it needs.
#include "base/require.h"
#include "base/text.h"
#include "check/backup_contents.h"
#include "sql/dump_scan.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    OUTCOME_MAX = 1 << 24
};

typedef struct Seen {
    Arena *arena;
    Text text;
    int64_t rows;
    BackupContents contents;
} Seen;

static bool on_statement(void *context, Str text, int64_t line, Err *err)
{
    Seen *seen = context;
    (void)err;
    REQUIRE(text.n > 0 && text.p[text.n - 1] == ';' && line > 0);
    text_printf(&seen->text, "%lld:", (long long)line);
    text_append(&seen->text, text);
    contents_add_statement(seen->arena, &seen->contents, text);
    return true;
}

static bool on_data(void *context, Str piece, int64_t rows, Err *err)
{
    Seen *seen = context;
    (void)err;
    seen->rows += rows;
    text_append(&seen->text, piece);
    contents_add_rows(&seen->contents, rows);
    return true;
}

static bool on_comment(void *context, Str text, Err *err)
{
    Seen *seen = context;
    (void)err;
    contents_add_comment(seen->arena, &seen->contents, text);
    return true;
}

// What came out, and at its end whether it was refused, and how.
static void scan_in(Arena *arena, Str dump, size_t most, Seen *seen)
{
    *seen = (Seen){.arena = arena};
    text_init(&seen->text, OUTCOME_MAX);
    DumpHandler handler = {on_statement, on_data, on_comment, seen};
    DUMP_SCAN_SCOPED scan = dump_scan_new("dump", &handler);
    Err err = {0};
    bool is_fine = true;
    while (dump.n && is_fine) {
        size_t count = dump.n < most ? dump.n : most;
        is_fine = dump_scan_feed(scan, (Str){dump.p, count}, &err);
        dump = str_skip(dump, count);
    }
    if (is_fine && !dump_scan_end(scan, &err))
        is_fine = false;
    REQUIRE(is_fine == (err.class == ERR_NONE));
    text_printf(&seen->text, "\n%s:%d", err.message, err.position.line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    ARENA_SCOPED arena = arena_new();
    Str dump = {(const char *)data + 1, size - 1};
    Seen whole;
    Seen pieces;
    scan_in(arena, dump, dump.n, &whole);
    scan_in(arena, dump, (size_t)data[0] + 1, &pieces);
    REQUIRE(whole.rows == pieces.rows);
    REQUIRE(str_eq(text_str(&whole.text), text_str(&pieces.text)));
    REQUIRE(whole.contents.data.tables.len == pieces.contents.data.tables.len);
    text_done(&whole.text);
    text_done(&pieces.text);
    return 0;
}
