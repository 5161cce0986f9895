#include "report/backup_create_report.h"

#include "base/size.h"
#include "report/message.h"

static const char *describe_content(Arena *arena, const BackupManifest *manifest)
{
    if (manifest->content == BACKUP_SCHEMA_ONLY)
        return "the schema";
    const char *rows = arena_printf(
        arena, "%s in %s", message_count(arena, data_facts_rows(&manifest->data), "row", "rows"),
        message_count(arena, (int64_t)manifest->data.tables.len, "table", "tables"));
    return manifest->content == BACKUP_DATA_ONLY ? rows
                                                 : arena_printf(arena, "the schema, %s", rows);
}

void backup_create_report_text(Arena *arena, const Terminal *out, const char *path,
                               const BackupManifest *manifest)
{
    fprintf(out->stream, "Backup %s\n", manifest->id);
    fprintf(out->stream, "  path      %s\n", terminal_line(arena, path));
    fprintf(out->stream, "  size      %s, %s, compression %s\n",
            size_text(arena, manifest->size_bytes), backup_form_word(manifest->form),
            manifest->compression);
    fprintf(out->stream, "  holds     %s\n", describe_content(arena, manifest));
    fprintf(out->stream, "  made in   %s\n", message_duration(arena, manifest->duration_ms));
    fprintf(out->stream, "  proof     %d, %s\n", (int)manifest->level,
            backup_level_word(manifest->level));
    if (manifest->archive.is_configured && manifest->wal_lsn)
        fprintf(out->stream, "  WAL       archived; the backup is as of %s\n", manifest->wal_lsn);
    if (manifest->level < BACKUP_RESTORED)
        fprintf(out->stream, "next: migrate-safe backup verify %s\n", manifest->id);
}

json_t *backup_create_report_json(const char *path, const char *manifest_path,
                                  const BackupManifest *manifest)
{
    json_t *document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/backup-create/1"));
    json_put(document, "id", json_cstr(manifest->id));
    json_put(document, "path", json_cstr(path));
    json_put(document, "manifest", json_cstr(manifest_path));
    json_put(document, "form", json_cstr(backup_form_word(manifest->form)));
    json_put(document, "content", json_cstr(backup_content_word(manifest->content)));
    json_put(document, "compression", json_cstr(manifest->compression));
    json_put(document, "size_bytes", json_integer((json_int_t)manifest->size_bytes));
    json_put(document, "database_bytes", json_integer((json_int_t)manifest->database_bytes));
    json_put(document, "tables", json_integer((json_int_t)manifest->data.tables.len));
    json_put(document, "rows", json_integer((json_int_t)data_facts_rows(&manifest->data)));
    json_put(document, "sequences", json_integer((json_int_t)manifest->data.sequences.len));
    json_put(document, "large_objects", json_integer((json_int_t)manifest->data.large_objects));
    json_put(document, "level", json_integer(manifest->level));
    json_put(document, "proof", json_cstr(backup_level_word(manifest->level)));
    json_put(document, "wal_lsn", json_cstr(manifest->wal_lsn));
    json_put(document, "duration_ms", json_integer((json_int_t)manifest->duration_ms));
    json_put(document, "restore_ms",
             manifest->restore_ms ? json_integer((json_int_t)manifest->restore_ms) : json_null());
    return document;
}
