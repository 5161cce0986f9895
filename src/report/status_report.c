#include "report/status_report.h"

#include "report/drift_report.h"
#include "report/message.h"
#include "report/problem_report.h"
#include "report/table.h"

#include <string.h>

static const struct {
    const char *word;
    Colour colour;
} COLOURS[] = {{"applied", COLOUR_GREEN}, {"pending", COLOUR_BLUE},   {"late", COLOUR_YELLOW},
               {"edited", COLOUR_YELLOW}, {"missing", COLOUR_YELLOW}, {"dirty", COLOUR_RED},
               {"covered", COLOUR_DIM},   {"unused", COLOUR_DIM},     {"replanned", COLOUR_RED}};

static Colour colour_of(const char *word)
{
    for (size_t i = 0; i < sizeof COLOURS / sizeof COLOURS[0]; i++)
        if (strcmp(COLOURS[i].word, word) == 0)
            return COLOURS[i].colour;
    return COLOUR_NONE;
}

// "2026-01-02 03:04:05" out of RFC 3339.
static const char *short_time(Arena *arena, const char *time)
{
    return time ? arena_printf(arena, "%.10s %.8s", time, strlen(time) > 11 ? time + 11 : "") : "";
}

static const char *when(Arena *arena, const StatusEntry *entry)
{
    if (!entry->applied && entry->migration->said_applied)
        return arena_printf(arena, "%s, not in the history", entry->migration->said_applied);
    if (entry->is_unused)
        return "baseline script of a new database";
    if (entry->is_covered)
        return "by a baseline script";
    if (!entry->applied)
        return status_key(entry).kind == MIGRATION_BASELINE ? "baseline script" : "";
    if (entry->is_changed)
        return arena_printf(arena, "changed since %s",
                            short_time(arena, entry->applied->applied_at));
    if (entry->applied->is_dirty)
        return arena_printf(arena, "%lld of %lld statements done",
                            (long long)entry->applied->statements_done,
                            (long long)entry->applied->statements_total);
    bool is_script = applied_key(entry->applied).kind == MIGRATION_BASELINE;
    if (strcmp(entry->applied->kind, "baseline") == 0 && !is_script)
        return arena_printf(arena, "%s  baseline", short_time(arena, entry->applied->applied_at));
    return arena_printf(arena, "%s  %s%s", short_time(arena, entry->applied->applied_at),
                        message_duration(arena, entry->applied->duration_ms),
                        is_script ? "  baseline script" : "");
}

static const char *summary_of(Arena *arena, const Status *status)
{
    const char *text =
        arena_printf(arena, "%zu applied, %zu pending", status->applied, status->pending);
    if (status->late)
        text = arena_printf(arena, "%s (%zu late)", text, status->late);
    if (status->edited)
        text = arena_printf(arena, "%s, %zu edited", text, status->edited);
    if (status->missing)
        text = arena_printf(arena, "%s, %zu without a file", text, status->missing);
    if (status->replanned)
        text = arena_printf(arena, "%s, %zu replanned", text, status->replanned);
    if (status->dirty)
        text = arena_printf(arena, "%s, %zu dirty", text, status->dirty);
    return text;
}

static const char *next_of(Arena *arena, const StatusReport *report)
{
    const Status *status = report->status;
    VEC_EACH (const Problem, problem, report->problems)
        if (problem->is_error)
            return "correct the files first: migrate-safe validate";
    if (!report->has_history && report->is_table)
        return arena_printf(arena, "say what is there already: migrate-safe baseline %s",
                            report->table_current ? report->table_current : "0");
    if (!report->has_history && report->has_user_tables)
        return "say what is there already: migrate-safe baseline VERSION (0: nothing yet)";
    if (status->dirty)
        return "migrate-safe recover shows what stopped half way, and what can be done";
    if (status->edited)
        return "a file was edited after it was applied: put it back, or see migrate-safe up";
    if (status->pending)
        return "migrate-safe plan, then migrate-safe up";
    if (status->entries.len == 0)
        return "there are no migrations yet: migrate-safe new NAME";
    return NULL;
}

void status_report_text(Arena *arena, const Terminal *terminal, const StatusReport *report)
{
    const Status *status = report->status;
    Table table = table_new(arena, 4);
    table_heading(&table, (const char *[]){"state", "version", "name", "applied (UTC), duration"});
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        const char *word = status_word(entry);
        table_cell(&table, word, colour_of(word));
        table_cell(&table, entry->migration ? entry->migration->version : entry->applied->version,
                   COLOUR_BOLD);
        table_cell(&table, entry->migration ? entry->migration->name : entry->applied->name,
                   COLOUR_NONE);
        table_cell(&table, when(arena, entry), COLOUR_DIM);
    }
    fprintf(terminal->stream, "%s\n", terminal_line(arena, report->target));
    if (status->entries.len)
        table_print(&table, terminal, 2);
    fprintf(terminal->stream, "%s%s%s\n", terminal_begin(terminal, COLOUR_BOLD),
            summary_of(arena, status), terminal_end(terminal, COLOUR_BOLD));
    drift_report_line(arena, terminal, &report->drift);
    const char *next = next_of(arena, report);
    if (report->maintenance)
        fprintf(terminal->stream, "%smaintenance mode is %s%s: migrate-safe up turns it off\n",
                terminal_begin(terminal, COLOUR_YELLOW), terminal_line(arena, report->maintenance),
                terminal_end(terminal, COLOUR_YELLOW));
    if (report->open_undo)
        fprintf(terminal->stream, "%sundo:%s %s\n", terminal_begin(terminal, COLOUR_YELLOW),
                terminal_end(terminal, COLOUR_YELLOW), terminal_line(arena, report->open_undo));
    if (next)
        fprintf(terminal->stream, "%snext:%s %s\n", terminal_begin(terminal, COLOUR_BLUE),
                terminal_end(terminal, COLOUR_BLUE), next);
}

static json_t *applied_json(json_t *item, const AppliedMigration *applied)
{
    json_put(item, "kind", json_cstr(applied->kind));
    json_put(item, "layout", json_cstr(applied->layout));
    json_put(item, "checksum", json_cstr(applied->checksum));
    json_put(item, "applied_order", json_integer(applied->applied_order));
    json_put(item, "applied_at", json_cstr(applied->applied_at));
    json_put(item, "applied_by", json_cstr(applied->applied_by));
    json_put(item, "duration_ms", json_integer(applied->duration_ms));
    json_put(item, "statements_done", json_integer(applied->statements_done));
    json_put(item, "statements_total", json_integer(applied->statements_total));
    json_put(item, "dirty", json_boolean(applied->is_dirty));
    json_put(item, "run_id", json_cstr(applied->run_id));
    json_put(item, "plan_digest", json_cstr(applied->plan_digest));
    json_put(item, "backup_id", json_cstr(applied->backup_id));
    json_put(item, "tool_version", json_cstr(applied->tool_version));
    return item;
}

static json_t *entry_json(const StatusEntry *entry)
{
    json_t *item = json_object();
    json_put(item, "version",
             json_cstr(entry->migration ? entry->migration->version : entry->applied->version));
    json_put(item, "name",
             json_cstr(entry->migration ? entry->migration->name : entry->applied->name));
    json_put(item, "kind", json_cstr(migration_kind_word(status_key(entry).kind)));
    json_put(item, "state", json_cstr(status_word(entry)));
    json_put(item, "changed", json_boolean(entry->is_changed));
    json_put(item, "file", json_cstr(entry->migration ? entry->migration->up.path : NULL));
    json_put(item, "file_checksum",
             json_cstr(entry->migration ? entry->migration->up.checksum : NULL));
    json_put(item, "applied",
             entry->applied ? applied_json(json_object(), entry->applied) : json_null());
    return item;
}

json_t *status_report_json(const StatusReport *report)
{
    const Status *status = report->status;
    json_t *document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/status/1"));
    json_put(document, "target", json_cstr(report->target));
    json_put(document, "database", json_cstr(report->database));
    json_put(document, "has_history", json_boolean(report->has_history));
    json_put(document, "current", json_cstr(status->current));
    json_put(document, "applied", json_integer((json_int_t)status->applied));
    json_put(document, "pending", json_integer((json_int_t)status->pending));
    json_put(document, "late", json_integer((json_int_t)status->late));
    json_put(document, "edited", json_integer((json_int_t)status->edited));
    json_put(document, "missing", json_integer((json_int_t)status->missing));
    json_put(document, "replanned", json_integer((json_int_t)status->replanned));
    json_put(document, "dirty", json_integer((json_int_t)status->dirty));
    json_put(document, "drift", drift_report_json(&report->drift));
    json_put(document, "maintenance", json_cstr(report->maintenance));
    json_put(document, "open_undo", json_cstr(report->open_undo));
    json_t *list = json_array();
    VEC_EACH (const StatusEntry, entry, &status->entries)
        json_array_append_new(list, entry_json(entry));
    json_put(document, "migrations", list);
    json_t *problems = json_array();
    VEC_EACH (const Problem, problem, report->problems)
        json_array_append_new(problems, problem_json(problem));
    json_put(document, "problems", problems);
    return document;
}

static size_t shown_count(const History *history, size_t limit)
{
    return limit && limit < history->len ? limit : history->len;
}

// Of the schema that was there once this migration had ended its run; NULL: not known.
static const char *fingerprint_of(const StoredSnapshots *snapshots, const AppliedMigration *row)
{
    VEC_EACH (const StoredSnapshot, snapshot, snapshots)
        if (snapshot->applied_last == row->applied_order &&
            strcmp(snapshot->run_id, row->run_id) == 0)
            return snapshot->fingerprint;
    return NULL;
}

static void history_row(Arena *arena, Table *table, const AppliedMigration *row,
                        const StoredSnapshots *snapshots)
{
    const char *fingerprint = fingerprint_of(snapshots, row);
    bool is_script = applied_key(row).kind == MIGRATION_BASELINE;
    bool is_baseline = strcmp(row->kind, "baseline") == 0 && !is_script;
    table_cell(table, short_time(arena, row->applied_at), COLOUR_DIM);
    table_cell(table, row->version, COLOUR_BOLD);
    table_cell(table,
               is_script ? arena_printf(arena, "%s (baseline script)", row->name) : row->name,
               COLOUR_NONE);
    table_cell(table, row->applied_by, COLOUR_NONE);
    table_number(table, is_baseline ? "baseline" : message_duration(arena, row->duration_ms),
                 COLOUR_NONE);
    table_number(table,
                 arena_printf(arena, row->is_dirty ? "%lld/%lld dirty" : "%lld",
                              (long long)row->statements_done, (long long)row->statements_total),
                 row->is_dirty ? COLOUR_RED : COLOUR_NONE);
    table_cell(table, fingerprint ? arena_printf(arena, "%.12s", fingerprint) : "", COLOUR_DIM);
    table_cell(table, row->backup_id ? row->backup_id : "none", COLOUR_DIM);
}

static void print_acceptances(Arena *arena, const Terminal *terminal,
                              const StoredSnapshots *snapshots)
{
    VEC_EACH (const StoredSnapshot, snapshot, snapshots)
        if (strcmp(snapshot->command, "drift") == 0)
            fprintf(terminal->stream, "%s  drift accepted by %s, schema %.12s\n",
                    short_time(arena, snapshot->taken_at), terminal_line(arena, snapshot->taken_by),
                    snapshot->fingerprint);
}

void history_report_text(Arena *arena, const Terminal *terminal, const History *history,
                         const StoredSnapshots *snapshots, size_t limit)
{
    Table table = table_new(arena, 8);
    table_heading(&table, (const char *[]){"applied (UTC)", "version", "name", "by", "duration",
                                           "statements", "schema", "backup"});
    size_t count = shown_count(history, limit);
    for (size_t i = 0; i < count; i++)
        history_row(arena, &table, &history->items[history->len - 1 - i], snapshots);
    if (count)
        table_print(&table, terminal, 0);
    else
        fputs("nothing was applied yet\n", terminal->stream);
    print_acceptances(arena, terminal, snapshots);
}

static json_t *snapshot_json(const StoredSnapshot *snapshot)
{
    json_t *item = json_object();
    json_put(item, "taken_at", json_cstr(snapshot->taken_at));
    json_put(item, "taken_by", json_cstr(snapshot->taken_by));
    json_put(item, "command", json_cstr(snapshot->command));
    json_put(item, "run_id", json_cstr(snapshot->run_id));
    json_put(item, "version", json_cstr(snapshot->version));
    json_put(item, "server_major", json_integer(snapshot->server_major));
    json_put(item, "tool_version", json_cstr(snapshot->tool_version));
    json_put(item, "fingerprint", json_cstr(snapshot->fingerprint));
    json_put(item, "reason", json_cstr(snapshot->why));
    json_put(item, "drifted_before",
             snapshot->drifted_before < 0 ? json_null() : json_integer(snapshot->drifted_before));
    return item;
}

json_t *history_report_json(const History *history, const StoredSnapshots *snapshots, size_t limit)
{
    json_t *document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/history/1"));
    json_t *list = json_array();
    for (size_t i = 0; i < shown_count(history, limit); i++) {
        const AppliedMigration *row = &history->items[history->len - 1 - i];
        json_t *item = json_object();
        json_put(item, "version", json_cstr(row->version));
        json_put(item, "name", json_cstr(row->name));
        json_put(item, "fingerprint", json_cstr(fingerprint_of(snapshots, row)));
        json_array_append_new(list, applied_json(item, row));
    }
    json_put(document, "migrations", list);
    json_t *schemas = json_array();
    VEC_EACH (const StoredSnapshot, snapshot, snapshots)
        json_array_append_new(schemas, snapshot_json(snapshot));
    json_put(document, "snapshots", schemas);
    return document;
}
