#include "report/rollback_report.h"

#include "report/message.h"

enum {
    STATE_WIDTH = 10, // "not proven"
    INDENT = STATE_WIDTH + 2,
};

static const char *state_word(const RollbackResult *result)
{
    return !result->header ? "refused" : result->is_proven ? "proven" : "not proven";
}

static Colour state_colour(const RollbackResult *result)
{
    return !result->header ? COLOUR_RED : result->is_proven ? COLOUR_GREEN : COLOUR_YELLOW;
}

static void line(Arena *arena, const Terminal *terminal, const char *label, const char *text)
{
    fprintf(terminal->stream, "%*s%s%s\n", INDENT, "", label, terminal_line(arena, text));
}

void rollback_report_text(Arena *arena, const Terminal *terminal, const RollbackResult *result)
{
    fprintf(terminal->stream, "%s%-*s%s  %s %s", terminal_begin(terminal, state_colour(result)),
            STATE_WIDTH, state_word(result), terminal_end(terminal, state_colour(result)),
            terminal_line(arena, result->migration->version),
            terminal_line(arena, result->migration->name));
    if (result->is_written)
        fprintf(terminal->stream, "  %s", terminal_line(arena, result->path));
    fputc('\n', terminal->stream);
    VEC_EACH (const char *const, refusal, result->refusals)
        line(arena, terminal, "", *refusal);
    if (!result->header)
        return;
    if (result->header->not_proven)
        line(arena, terminal, "", result->header->not_proven);
    VEC_EACH (const char *const, loss, &result->header->losses)
        line(arena, terminal, "loses: ", *loss);
    VEC_EACH (const char *const, note, &result->header->notes)
        line(arena, terminal, "", *note);
}

json_t *rollback_report_json(const RollbackResult *result)
{
    const RollbackHeader *header = result->header;
    json_t *item = json_object();
    json_put(item, "version", json_cstr(result->migration->version));
    json_put(item, "name", json_cstr(result->migration->name));
    json_put(item, "file", json_cstr(result->migration->up.path));
    json_put(item, "state", json_cstr(state_word(result)));
    json_put(item, "down_file", json_cstr(result->path));
    json_put(item, "is_written", json_boolean(result->is_written));
    json_put(item, "refusals", json_words(result->refusals->items, result->refusals->len));
    json_put(item, "not_proven", json_cstr(header ? header->not_proven : NULL));
    json_put(item, "loses",
             header ? json_words(header->losses.items, header->losses.len) : json_array());
    json_put(item, "tables", header ? json_integer(result->trip->tables) : json_null());
    json_put(item, "rows", header ? json_integer(result->trip->rows) : json_null());
    json_put(item, "fewer_rows_because", json_cstr(header ? result->trip->fewer : NULL));
    json_put(item, "up_ms", header ? json_integer(result->trip->up_ms) : json_null());
    json_put(item, "down_ms", header ? json_integer(result->trip->down_ms) : json_null());
    json_put(item, "text", json_cstr(result->text));
    return item;
}
