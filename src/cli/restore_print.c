#include "cli/restore_print.h"

#include "base/size.h"
#include "report/message.h"

#include <string.h>

enum {
    TABLES_SHOWN = 40
};

void restore_print_head(const Workspace *workspace, const Backup *backup, const char *database)
{
    const Terminal *out = &workspace->console.out;
    Arena *arena = workspace->context->arena;
    fprintf(out->stream, "%sbackup restore%s  %s  from %s", terminal_begin(out, COLOUR_BOLD),
            terminal_end(out, COLOUR_BOLD), terminal_line(arena, database),
            terminal_line(arena, backup_name(backup)));
    if (backup->manifest)
        fprintf(out->stream, ", as it was at %s", backup->manifest->created_at);
    fputc('\n', out->stream);
    fflush(out->stream);
}

static const char *table_name(Arena *arena, const TableLoss *table)
{
    return terminal_line(arena, arena_printf(arena, "%s.%s", table->schema, table->name));
}

static void print_table(Arena *arena, const Terminal *out, const TableLoss *table, int width)
{
    fprintf(out->stream, "  %-*s", width, table_name(arena, table));
    if (table->unknown) {
        fprintf(out->stream, "  could not be compared: %s\n", terminal_line(arena, table->unknown));
        return;
    }
    fprintf(out->stream, "  %9lld %9lld %9lld", (long long)table->only_live,
            (long long)table->only_backup, (long long)table->changed);
    if (table->is_new)
        fputs("  the table goes: the backup has not got it", out->stream);
    if (table->is_gone)
        fputs("  the table comes back", out->stream);
    if (table->columns)
        fprintf(out->stream, "  values of columns go: %s", terminal_line(arena, table->columns));
    if (table->has_no_key && (table->only_live || table->only_backup))
        fputs("  no key: a changed row counts as one that goes and one that comes", out->stream);
    fputc('\n', out->stream);
}

static void print_unknown_loss(const Terminal *out, const Restore *restore)
{
    if (restore->loss.since)
        fprintf(out->stream, "What is lost is everything after %s.\n", restore->loss.since);
    else
        fputs("What is lost is everything after the backup was made: it does not say when.\n",
              out->stream);
}

static void print_others(Arena *arena, const Terminal *out, const Loss *loss)
{
    if (!loss->others.len)
        return;
    fputs("What is otherwise in the backup than in the live database:\n", out->stream);
    VEC_EACH (const char *const, line, &loss->others)
        fprintf(out->stream, "  %s\n", terminal_line(arena, *line));
}

void restore_print_loss(const Workspace *workspace, const Restore *restore)
{
    Arena *arena = workspace->context->arena;
    const Terminal *out = &workspace->console.out;
    int width = 5;
    size_t shown = 0;
    size_t count = 0;
    if (!restore->loss.is_known) {
        print_unknown_loss(out, restore);
        return;
    }
    VEC_EACH (const TableLoss, table, &restore->loss.tables) {
        int columns = (int)strlen(table_name(arena, table));
        if (table_loss_is_any(table) && ++count <= TABLES_SHOWN && columns > width)
            width = columns;
    }
    if (!count) {
        fprintf(out->stream, "No row is lost: all %zu tables are as the backup has them.\n",
                restore->loss.tables.len);
        print_others(arena, out, &restore->loss);
        fflush(out->stream);
        return;
    }
    fprintf(out->stream, "What the restore takes away:\n  %-*s  %9s %9s %9s\n", width, "table",
            "go", "come back", "change");
    VEC_EACH (const TableLoss, table, &restore->loss.tables)
        if (table_loss_is_any(table) && shown++ < TABLES_SHOWN)
            print_table(arena, out, table, width);
    if (count > TABLES_SHOWN)
        fprintf(out->stream, "  and %zu more tables: --json has all\n", count - TABLES_SHOWN);
    print_others(arena, out, &restore->loss);
    fflush(out->stream);
}

const char *restore_loss_words(Arena *arena, const Restore *restore)
{
    const Loss *loss = &restore->loss;
    if (!loss->is_known)
        return loss->since ? arena_printf(arena, "everything after %s is lost", loss->since)
                           : "everything after the backup was made is lost";
    const char *unknown = loss->unknown
                              ? arena_printf(arena, ", %s could not be compared",
                                             message_count(arena, loss->unknown, "table", "tables"))
                              : "";
    const char *back = message_count(arena, loss->only_backup, "row comes back", "rows come back");
    const char *others = loss->others.len ? ", and the schema is another" : "";
    if (!loss->only_live && !loss->changed)
        return arena_printf(arena, "no row is lost, %s%s%s", back, unknown, others);
    return arena_printf(
        arena, "%s, %s, %s%s%s", message_count(arena, loss->only_live, "row goes", "rows go"),
        message_count(arena, loss->changed, "row gets older values", "rows get older values"), back,
        unknown, others);
}

void restore_print_plan(const Workspace *workspace, const Restore *restore)
{
    Arena *arena = workspace->context->arena;
    const Terminal *out = &workspace->console.out;
    const BackupManifest *manifest = restore->options.backup->manifest;
    fprintf(out->stream, "Nothing is written (--dry-run). A restore would:\n");
    VEC_EACH (const ServerDatabase, left, &restore->leftovers)
        fprintf(out->stream, "  %s %s, which an interrupted restore left\n",
                left->marker.step == MARKER_READY ? "go on with" : "remove",
                terminal_line(arena, left->name));
    fprintf(out->stream, "  %s %s and prove it there\n",
            restore->copy_exists ? "load it into the empty" : "load it into a new",
            terminal_line(arena, restore->copy));
    if (restore->needed_bytes && restore->free_bytes >= 0)
        fprintf(out->stream, "    needs some %s; %s are free\n",
                size_text(arena, restore->needed_bytes), size_text(arena, restore->free_bytes));
    else if (restore->needed_bytes)
        fprintf(out->stream,
                "    needs some %s; the server's free space cannot be seen from here\n",
                size_text(arena, restore->needed_bytes));
    if (manifest && manifest->restore_ms)
        fprintf(out->stream, "    took %s when it was restored last\n",
                message_duration(arena, manifest->restore_ms));
    if (!restore->options.into && restore->fact.oid)
        fprintf(out->stream,
                "  keep %s as %s and give the copy its name, in one transaction;\n"
                "  what is connected to it then is ended, transactions after 2 s\n",
                terminal_line(arena, restore->live), terminal_line(arena, restore->replaced));
    else if (!restore->options.into)
        fprintf(out->stream, "  call it %s: there is no such database now\n",
                terminal_line(arena, restore->live));
    if (!restore->options.into && restore->fact.oid && manifest)
        fprintf(out->stream,
                "What is lost is what was written after %s; it is counted row by row, and asked "
                "about,\nbefore the swap.\n",
                manifest->created_at);
    else if (!restore->options.into && restore->fact.oid)
        fputs("What is lost is counted row by row, and asked about, before the swap.\n",
              out->stream);
}

static json_t *loss_json(Arena *arena, const Loss *loss)
{
    json_t *value = json_object();
    json_t *tables = json_array();
    VEC_EACH (const TableLoss, table, &loss->tables) {
        if (!table_loss_is_any(table))
            continue;
        json_t *item = json_object();
        json_put(item, "schema", json_cstr(table->schema));
        json_put(item, "name", json_cstr(table->name));
        json_put(item, "rows_go", json_integer(table->only_live));
        json_put(item, "rows_come_back", json_integer(table->only_backup));
        json_put(item, "rows_change", json_integer(table->changed));
        json_put(item, "rows_written_late", json_integer(table->late));
        json_put(item, "rows_gone_late", json_integer(table->late_gone));
        json_put(item, "has_key", json_boolean(!table->has_no_key));
        json_put(item, "table_goes", json_boolean(table->is_new));
        json_put(item, "table_comes_back", json_boolean(table->is_gone));
        json_put(item, "columns_go", json_cstr(table->columns));
        json_put(item, "unknown", json_cstr(table->unknown));
        json_array_append_new(tables, item);
    }
    json_put(value, "known", json_boolean(loss->is_known));
    json_put(value, "since", json_cstr(loss->since));
    json_put(value, "rows_go", json_integer(loss->only_live));
    json_put(value, "rows_come_back", json_integer(loss->only_backup));
    json_put(value, "rows_change", json_integer(loss->changed));
    json_put(value, "rows_written_late", json_integer(loss->late));
    json_put(value, "rows_gone_late", json_integer(loss->late_gone));
    json_put(value, "tables_unknown", json_integer(loss->unknown));
    json_put(value, "tables", tables);
    json_put(value, "others", json_words(loss->others.items, loss->others.len));
    return value;
}

static void put_restore(Arena *arena, json_t *document, const Restore *restore)
{
    bool is_swap = !restore->options.into;
    json_put(document, "database", json_cstr(restore->live));
    json_put(document, "into", json_cstr(restore->options.into));
    json_put(document, "copy", json_cstr(restore->copy));
    json_put(document, "swapped", json_boolean(restore->is_swapped));
    json_put(document, "resumed", json_boolean(restore->is_resumed));
    json_put(document, "replaced",
             json_cstr(is_swap && restore->fact.oid ? restore->replaced : NULL));
    json_put(document, "level",
             json_cstr(restore->is_ready && !restore->is_resumed ? backup_level_word(restore->level)
                                                                 : NULL));
    json_put(document, "needed_bytes", json_integer(restore->needed_bytes));
    json_put(document, "free_bytes",
             restore->free_bytes < 0 ? json_null() : json_integer(restore->free_bytes));
    json_put(document, "loss", loss_json(arena, &restore->loss));
    json_put(document, "sessions_ended", json_words(restore->ended.items, restore->ended.len));
    json_put(document, "warnings", json_words(restore->warnings.items, restore->warnings.len));
    json_put(document, "journal_rows", json_integer(restore->journal_rows));
    json_put(document, "copy_ms", json_integer(restore->copy_ms));
    json_put(document, "swap_ms", json_integer(restore->swap_ms));
}

static void put_tables(json_t *document, const RestoredTables *tables)
{
    json_t *list = json_array();
    VEC_EACH (const RestoredTable, table, &tables->tables) {
        json_t *item = json_object();
        json_put(item, "schema", json_cstr(table->schema));
        json_put(item, "name", json_cstr(table->name));
        json_put(item, "rows", json_integer(table->rows));
        json_put(item, "proven", json_boolean(table->is_proven));
        json_array_append_new(list, item);
    }
    json_put(document, "database", json_cstr(tables->database));
    json_put(document, "into_schema", json_cstr(tables->schema));
    json_put(document, "tables", list);
    json_put(document, "brought", json_words(tables->brought.items, tables->brought.len));
}

static bool print_json(const Workspace *workspace, const RestoreOutcome *outcome, int exit_code)
{
    Arena *arena = workspace->context->arena;
    JSON_SCOPED document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/backup-restore/1"));
    json_put(document, "run_id", json_cstr(workspace->run_id));
    json_put(document, "backup", json_cstr(outcome->backup ? backup_name(outcome->backup) : NULL));
    json_put(document, "backup_of",
             json_cstr(outcome->backup && outcome->backup->manifest
                           ? outcome->backup->manifest->created_at
                           : NULL));
    json_put(document, "dry_run", json_boolean(outcome->is_dry_run));
    if (outcome->restore)
        put_restore(arena, document, outcome->restore);
    if (outcome->tables)
        put_tables(document, outcome->tables);
    json_put(document, "duration_ms", json_integer(outcome->duration_ms));
    json_put(document, "state", json_cstr(outcome->state));
    json_put(document, "next", json_cstr(outcome->next));
    json_put(document, "error", outcome->err ? message_json(outcome->err) : json_null());
    json_put(document, "exit_code", json_integer(exit_code));
    return json_write(stdout, document);
}

static void print_swap(const Workspace *workspace, const Restore *restore)
{
    Arena *arena = workspace->context->arena;
    const Terminal *out = &workspace->console.out;
    const Loss *loss = &restore->loss;
    if (!restore->is_swapped || !restore->fact.oid)
        return;
    fprintf(out->stream, "  new connections waited %s; %s ended\n",
            message_duration(arena, restore->swap_ms),
            message_count(arena, (int64_t)restore->ended.len, "session was", "sessions were"));
    VEC_EACH (const char *const, session, &restore->ended)
        fprintf(out->stream, "    %s\n", terminal_line(arena, *session));
    if (loss->late || loss->late_gone)
        fprintf(out->stream,
                "  written after the comparison, and only in %s: %s; deleted or changed: %lld\n",
                terminal_line(arena, restore->replaced),
                message_count(arena, loss->late, "row", "rows"), (long long)loss->late_gone);
}

static void print_tables(const Workspace *workspace, const RestoredTables *tables)
{
    Arena *arena = workspace->context->arena;
    const Terminal *out = &workspace->console.out;
    VEC_EACH (const RestoredTable, table, &tables->tables)
        fprintf(out->stream, "  %s.%s: %s%s\n", terminal_line(arena, tables->schema),
                terminal_line(arena, table->name), message_count(arena, table->rows, "row", "rows"),
                table->is_proven ? ", equal to the backup's" : "");
    VEC_EACH (const char *const, name, &tables->brought)
        fprintf(out->stream, "  %s came along: the database has not got it\n",
                terminal_line(arena, *name));
}

int restore_print_outcome(const Workspace *workspace, const RestoreOutcome *outcome)
{
    Context *context = workspace->context;
    Arena *arena = context->arena;
    const Terminal *out = &workspace->console.out;
    int exit_code = outcome->err ? err_exit_code(outcome->err->class) : 0;
    if (outcome->err) {
        message_error(&context->err, outcome->err);
        fprintf(context->err.stream, "  state:  %s\n  next:   %s\n",
                terminal_line(arena, outcome->state), terminal_line(arena, outcome->next));
    } else if (!outcome->is_dry_run) {
        if (outcome->restore)
            print_swap(workspace, outcome->restore);
        if (outcome->tables)
            print_tables(workspace, outcome->tables);
        fprintf(out->stream, "%sRestored in %s%s; %s\n", terminal_begin(out, COLOUR_BOLD),
                message_duration(arena, outcome->duration_ms), terminal_end(out, COLOUR_BOLD),
                terminal_line(arena, outcome->state));
        fprintf(out->stream, "%snext:%s %s\n", terminal_begin(out, COLOUR_BLUE),
                terminal_end(out, COLOUR_BLUE), terminal_line(arena, outcome->next));
    }
    if (context->is_json && !print_json(workspace, outcome, exit_code))
        return err_exit_code(ERR_IO);
    return exit_code;
}
