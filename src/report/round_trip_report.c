#include "report/round_trip_report.h"

#include "report/message.h"

#include <string.h>

enum {
    VERDICT_WIDTH = 10, // "loses rows"
    INDENT = VERDICT_WIDTH + 2,
    DIFFERENCES_SHOWN = 10,
    VERSIONS_SHOWN = 5,
};

static const Colour COLOURS[] = {
    [ROUND_TRIP_NOT_TRIED] = COLOUR_BLUE, [ROUND_TRIP_EXACT] = COLOUR_GREEN,
    [ROUND_TRIP_DIFFERS] = COLOUR_YELLOW, [ROUND_TRIP_FAILS] = COLOUR_RED,
    [ROUND_TRIP_LOSES] = COLOUR_RED,
};

static void line(Arena *arena, const Terminal *terminal, const char *text)
{
    fprintf(terminal->stream, "%*s%s\n", INDENT, "", terminal_line(arena, text));
}

static void print_losses(Arena *arena, const Terminal *terminal, const char *what,
                         const RoundTripLosses *losses)
{
    VEC_EACH (const RoundTripLoss, loss, losses)
        line(arena, terminal, arena_printf(arena, "%s%s", what, round_trip_loss_text(arena, loss)));
}

static void print_differences(Arena *arena, const Terminal *terminal, const RoundTrip *trip)
{
    size_t shown = 0;
    if (trip->differences.len && strcmp(trip->stage, "down") != 0)
        line(arena, terminal, arena_printf(arena, "behind the %s:", trip->stage));
    VEC_EACH (const SnapshotDifference, difference, &trip->differences) {
        if (++shown > DIFFERENCES_SHOWN)
            break;
        const char *sign = !difference->now ? "-" : !difference->then ? "+" : "~";
        line(arena, terminal,
             arena_printf(arena, "%s %s", sign, snapshot_difference_text(arena, difference)));
    }
    if (shown > DIFFERENCES_SHOWN)
        line(arena, terminal,
             arena_printf(arena, "and %zu more", trip->differences.len - DIFFERENCES_SHOWN));
}

static const char *place_of(Arena *arena, const Err *err)
{
    if (!err->file[0])
        return arena_strdup(arena, err->message);
    return arena_printf(arena, "%s:%d:%d: %s", err->file, err->position.line, err->position.column,
                        err->message);
}

static void print_failure(Arena *arena, const Terminal *terminal, const RoundTrip *trip)
{
    line(arena, terminal, arena_printf(arena, "%s: %s", trip->stage, place_of(arena, &trip->err)));
    if (trip->err.detail[0])
        line(arena, terminal, trip->err.detail);
}

static void print_rows(Arena *arena, const Terminal *terminal, const RoundTrip *trip)
{
    fprintf(terminal->stream, "  %sup %s, down %s, %s in %s%s\n",
            terminal_begin(terminal, COLOUR_DIM), message_duration(arena, trip->up_ms),
            message_duration(arena, trip->down_ms), message_count(arena, trip->rows, "row", "rows"),
            message_count(arena, trip->tables, "table", "tables"),
            terminal_end(terminal, COLOUR_DIM));
}

void round_trip_report_text(Arena *arena, const Terminal *terminal, const Migration *migration,
                            const RoundTrip *trip, bool is_declared)
{
    fprintf(terminal->stream, "%s%-*s%s  %s %s%s", terminal_begin(terminal, COLOURS[trip->verdict]),
            VERDICT_WIDTH, round_trip_word(trip->verdict),
            terminal_end(terminal, COLOURS[trip->verdict]),
            terminal_line(arena, migration->version), terminal_line(arena, migration->name),
            is_declared ? " (its file says so)" : "");
    if (trip->verdict == ROUND_TRIP_NOT_TRIED) {
        fputc('\n', terminal->stream);
        line(arena, terminal, trip->reason);
        return;
    }
    print_rows(arena, terminal, trip);
    if (trip->verdict == ROUND_TRIP_FAILS)
        print_failure(arena, terminal, trip);
    print_differences(arena, terminal, trip);
    print_losses(arena, terminal, "lost: ", &trip->lost);
    print_losses(arena, terminal, "left behind: ", &trip->remains);
    print_losses(arena, terminal, "written since, goes: ", &trip->gone);
    if (trip->has_caveat)
        line(arena, terminal,
             arena_printf(arena, "fails with rows that only the new schema takes: %s",
                          place_of(arena, &trip->caveat)));
    if (trip->alone)
        line(arena, terminal,
             arena_printf(arena, "fails where the repeatable migrations do not stand: %s",
                          trip->alone));
    if (trip->fewer)
        line(arena, terminal,
             arena_printf(arena, "%s, since the up fails with more: %s",
                          trip->rows ? "with fewer rows" : "on empty tables", trip->fewer));
}

void round_trip_report_summary(Arena *arena, const Terminal *terminal,
                               const RoundTripCounts *counts)
{
    const size_t *verdicts = counts->verdicts;
    fprintf(terminal->stream,
            "\n%s%zu exact, %zu differ, %zu fail, %zu lose rows, %zu not tried%s\n",
            terminal_begin(terminal, COLOUR_BOLD), verdicts[ROUND_TRIP_EXACT],
            verdicts[ROUND_TRIP_DIFFERS], verdicts[ROUND_TRIP_FAILS], verdicts[ROUND_TRIP_LOSES],
            verdicts[ROUND_TRIP_NOT_TRIED], terminal_end(terminal, COLOUR_BOLD));
}

void round_trip_report_without_down(Arena *arena, const Terminal *terminal, const Words *versions)
{
    size_t shown = versions->len < VERSIONS_SHOWN ? versions->len : VERSIONS_SHOWN;
    fprintf(terminal->stream, "%zu %s no down (", versions->len,
            versions->len == 1 ? "migration has" : "migrations have");
    for (size_t i = 0; i < shown; i++)
        fprintf(terminal->stream, "%s%s", i ? ", " : "", terminal_line(arena, versions->items[i]));
    if (versions->len > shown)
        fprintf(terminal->stream, " and %zu more", versions->len - shown);
    fputs("): migrate-safe generate-rollback\n", terminal->stream);
}

static json_t *losses_json(const RoundTripLosses *losses)
{
    json_t *list = json_array();
    VEC_EACH (const RoundTripLoss, loss, losses) {
        json_t *item = json_object();
        json_put(item, "what", json_cstr(loss->what));
        json_put(item, "count", loss->of ? json_integer(loss->count) : json_null());
        json_put(item, "of", loss->of ? json_integer(loss->of) : json_null());
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *differences_json(Arena *arena, const RoundTrip *trip)
{
    json_t *list = json_array();
    VEC_EACH (const SnapshotDifference, difference, &trip->differences)
        json_array_append_new(list, json_cstr(snapshot_difference_text(arena, difference)));
    return list;
}

json_t *round_trip_report_json(Arena *arena, const Migration *migration, const RoundTrip *trip)
{
    bool is_tried = trip->verdict != ROUND_TRIP_NOT_TRIED;
    bool is_failed = trip->verdict == ROUND_TRIP_FAILS;
    json_t *item = json_object();
    json_put(item, "version", json_cstr(migration->version));
    json_put(item, "name", json_cstr(migration->name));
    json_put(item, "file", json_cstr(migration->up.path));
    json_put(item, "verdict", json_cstr(round_trip_word(trip->verdict)));
    json_put(item, "reason", json_cstr(trip->reason));
    json_put(item, "stage", json_cstr(trip->stage));
    json_put(item, "error", is_failed ? message_json(&trip->err) : json_null());
    json_put(item, "differences", differences_json(arena, trip));
    json_put(item, "lost", losses_json(&trip->lost));
    json_put(item, "left_behind", losses_json(&trip->remains));
    json_put(item, "written_since", losses_json(&trip->gone));
    json_put(item, "fails_with_new_rows",
             trip->has_caveat ? message_json(&trip->caveat) : json_null());
    json_put(item, "fails_without_repeatables", json_cstr(trip->alone));
    json_put(item, "tables", is_tried ? json_integer(trip->tables) : json_null());
    json_put(item, "rows", is_tried ? json_integer(trip->rows) : json_null());
    json_put(item, "fewer_rows_because", json_cstr(trip->fewer));
    json_put(item, "up_ms", is_tried ? json_integer(trip->up_ms) : json_null());
    json_put(item, "down_ms", is_tried ? json_integer(trip->down_ms) : json_null());
    return item;
}
