#include "report/backup_report.h"

#include "base/size.h"
#include "check/retention.h"
#include "report/message.h"
#include "report/table.h"

static const char *age_of(Arena *arena, const BackupReport *report, const BackupManifest *manifest)
{
    int64_t created_ms;
    return retention_time_parse(manifest->created_at, &created_ms)
               ? retention_age(arena, report->now_ms - created_ms)
               : "?";
}

static void add_row(Arena *arena, Table *table, const BackupReport *report,
                    const BackupManifest *manifest)
{
    bool is_proven = manifest->level >= BACKUP_RESTORED;
    table_cell(table, manifest->id, COLOUR_BOLD);
    table_cell(table, age_of(arena, report, manifest), COLOUR_NONE);
    table_number(table, size_text(arena, manifest->size_bytes), COLOUR_NONE);
    table_cell(table, backup_form_word(manifest->form), COLOUR_NONE);
    table_cell(table, backup_content_word(manifest->content), COLOUR_NONE);
    table_cell(table, backup_level_word(manifest->level), is_proven ? COLOUR_GREEN : COLOUR_YELLOW);
    table_number(table,
                 manifest->restore_ms ? message_duration(arena, manifest->restore_ms) : "never",
                 manifest->restore_ms ? COLOUR_NONE : COLOUR_DIM);
    table_cell(table, manifest->migration_version ? manifest->migration_version : "none",
               COLOUR_NONE);
    table_cell(table, manifest->database, COLOUR_NONE);
    table_cell(table, manifest->reason, COLOUR_DIM);
}

void backup_report_text(Arena *arena, const Terminal *out, const BackupReport *report)
{
    static const char *const HEADING[] = {"backup", "age",      "size",    "form",     "content",
                                          "proof",  "restored", "version", "database", "made by"};
    Table table = table_new(arena, 10);
    size_t count = 0;
    table_heading(&table, HEADING);
    VEC_EACH (const BackupRow, row, &report->rows) {
        if (!row->manifest)
            continue;
        add_row(arena, &table, report, row->manifest);
        count++;
    }
    if (report->rows.len == 0)
        fprintf(out->stream, "No backups in %s (make one: migrate-safe backup create)\n",
                terminal_line(arena, report->folder));
    if (count)
        table_print(&table, out, 0);
    VEC_EACH (const BackupRow, row, &report->rows)
        if (row->problem)
            fprintf(out->stream, "%sbroken:%s %s\n  hint: %s\n", terminal_begin(out, COLOUR_RED),
                    terminal_end(out, COLOUR_RED), terminal_line(arena, row->problem->message),
                    terminal_line(arena, row->problem->hint));
}

static json_t *row_json(const BackupRow *row)
{
    const BackupManifest *manifest = row->manifest;
    json_t *object = json_object();
    json_put(object, "path", json_cstr(row->path));
    json_put(object, "error", row->problem ? message_json(row->problem) : json_null());
    if (!manifest)
        return object;
    json_put(object, "id", json_cstr(manifest->id));
    json_put(object, "created_at", json_cstr(manifest->created_at));
    json_put(object, "reason", json_cstr(manifest->reason));
    json_put(object, "form", json_cstr(backup_form_word(manifest->form)));
    json_put(object, "content", json_cstr(backup_content_word(manifest->content)));
    json_put(object, "compression", json_cstr(manifest->compression));
    json_put(object, "level", json_cstr(backup_level_word(manifest->level)));
    json_put(object, "verified_at", json_cstr(manifest->verified_at));
    json_put(object, "restore_ms",
             manifest->restore_ms ? json_integer(manifest->restore_ms) : json_null());
    json_put(object, "duration_ms", json_integer(manifest->duration_ms));
    json_put(object, "size_bytes", json_integer(manifest->size_bytes));
    json_put(object, "database", json_cstr(manifest->database));
    json_put(object, "database_bytes", json_integer(manifest->database_bytes));
    json_put(object, "server_version", json_cstr(manifest->server_version));
    json_put(object, "migration_version", json_cstr(manifest->migration_version));
    json_put(object, "restore_point", json_cstr(manifest->archive.restore_point));
    return object;
}

json_t *backup_report_json(const BackupReport *report)
{
    json_t *document = json_object();
    json_t *list = json_array();
    json_put(document, "schema", json_cstr("migrate-safe/backup-list/1"));
    json_put(document, "folder", json_cstr(report->folder));
    VEC_EACH (const BackupRow, row, &report->rows)
        json_array_append_new(list, row_json(row));
    json_put(document, "backups", list);
    return document;
}
