#include "report/quarantine_report.h"

#include "base/size.h"
#include "check/retention.h"
#include "io/clock.h"
#include "report/table.h"

static int64_t now(void)
{
    char text[CLOCK_TEXT];
    int64_t ms;
    clock_now_rfc3339(text);
    REQUIRE(retention_time_parse(text, &ms));
    return ms;
}

static const int64_t DAY_MS = (int64_t)24 * 60 * 60 * 1000;

static const char *due(Arena *arena, const Quarantined *item, int64_t now_ms)
{
    int64_t left_ms = item->due_ms - now_ms;
    if (item->is_back)
        return arena_printf(arena, "back but for %zu steps", item->left);
    if (!item->due_ms)
        return "not known";
    if (left_ms > DAY_MS)
        left_ms += DAY_MS - 1; // begun days are to come
    return item->is_due ? "now" : arena_printf(arena, "in %s", retention_age(arena, left_ms));
}

static const char *rows(Arena *arena, const Quarantined *item)
{
    return item->rows < 0
               ? "?"
               : arena_printf(arena, "%s%lld", item->is_estimate ? "~" : "", (long long)item->rows);
}

static void add(Arena *arena, Table *table, const Quarantined *item, int64_t now_ms)
{
    table_cell(table, item->name, COLOUR_BOLD);
    table_cell(table, quarantine_kind_word(item->kind), COLOUR_NONE);
    table_cell(table, item->was, COLOUR_NONE);
    table_cell(table, item->version, COLOUR_NONE);
    table_cell(table, item->since_ms ? retention_age(arena, now_ms - item->since_ms) : "?",
               COLOUR_NONE);
    table_number(table, rows(arena, item), COLOUR_NONE);
    table_number(table, item->bytes < 0 ? "?" : size_text(arena, item->bytes), COLOUR_NONE);
    table_cell(table, due(arena, item, now_ms),
               item->is_due || item->is_back ? COLOUR_YELLOW : COLOUR_NONE);
}

void quarantine_report_text(Arena *arena, const Terminal *out, const QuarantinedList *list)
{
    static const char *const HEADING[] = {"name", "kind", "was",  "version",
                                          "age",  "rows", "size", "due"};
    Table table = table_new(arena, 8);
    int64_t now_ms = now();
    size_t count = 0;
    table_heading(&table, HEADING);
    VEC_EACH (const Quarantined, item, list) {
        if (item->problem)
            continue;
        add(arena, &table, item, now_ms);
        count++;
    }
    if (count)
        table_print(&table, out, 0);
    VEC_EACH (const Quarantined, item, list)
        if (item->problem)
            fprintf(out->stream, "%sbroken:%s %s\n", terminal_begin(out, COLOUR_RED),
                    terminal_end(out, COLOUR_RED), terminal_line(arena, item->problem));
}

static json_t *time_json(int64_t ms)
{
    char text[CLOCK_TEXT];
    if (!ms)
        return json_null();
    clock_rfc3339(ms, text);
    return json_cstr(text);
}

json_t *quarantine_report_json(const Quarantined *item)
{
    json_t *object = json_object();
    json_put(object, "name", json_cstr(item->name));
    json_put(object, "problem", json_cstr(item->problem));
    json_put(object, "kind",
             item->problem ? json_null() : json_cstr(quarantine_kind_word(item->kind)));
    json_put(object, "was", json_cstr(item->was));
    json_put(object, "version", json_cstr(item->version));
    json_put(object, "since", json_cstr(item->since));
    json_put(object, "due_at", time_json(item->due_ms));
    json_put(object, "is_due", json_boolean(item->is_due));
    json_put(object, "is_back", json_boolean(item->is_back));
    json_put(object, "steps_left", json_integer((json_int_t)item->left));
    json_put(object, "rows", item->rows < 0 ? json_null() : json_integer(item->rows));
    json_put(object, "rows_estimated", json_boolean(item->is_estimate));
    json_put(object, "size_bytes", item->bytes < 0 ? json_null() : json_integer(item->bytes));
    return object;
}

json_t *quarantine_report_list(const QuarantinedList *list, int64_t days)
{
    json_t *document = json_object();
    json_t *items = json_array();
    json_put(document, "schema", json_cstr("migrate-safe/quarantine-list/1"));
    json_put(document, "days", json_integer(days));
    json_put(document, "due", json_integer((json_int_t)quarantined_count_due(list)));
    VEC_EACH (const Quarantined, item, list)
        json_array_append_new(items, quarantine_report_json(item));
    json_put(document, "things", items);
    return document;
}
