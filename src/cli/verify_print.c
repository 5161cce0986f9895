#include "cli/verify_print.h"

#include "report/backup_report.h"
#include "report/message.h"
#include "report/table.h"

static void add_step(Arena *arena, Table *table, const VerifyReport *report, BackupLevel level)
{
    const VerifyStep *step = &report->result->steps[level];
    table_number(table, arena_printf(arena, "%d", (int)level), COLOUR_NONE);
    table_cell(table, backup_level_word(level), COLOUR_BOLD);
    table_number(table, step->is_reached ? message_duration(arena, step->duration_ms) : "",
                 COLOUR_NONE);
    table_cell(table, step->is_reached ? step->what : "no",
               step->is_reached ? COLOUR_NONE : COLOUR_RED);
}

// Up to the level that was wanted, or the first that was not reached.
static void print_ladder(const Context *context, const VerifyReport *report)
{
    Arena *arena = context->arena;
    Table table = table_new(arena, 4);
    bool is_reached = true;
    for (int level = 0; level <= (int)report->wanted && is_reached; level++) {
        is_reached = report->result->steps[level].is_reached;
        add_step(arena, &table, report, (BackupLevel)level);
    }
    table_print(&table, &context->out, 2);
}

static void print_conclusion(const Context *context, const VerifyReport *report)
{
    const VerifyResult *result = report->result;
    if (report->err->class != ERR_NONE)
        return;
    fprintf(context->out.stream, "%sproven: %s%s in %s",
            terminal_begin(&context->out, COLOUR_GREEN), backup_level_word(result->level),
            terminal_end(&context->out, COLOUR_GREEN),
            message_duration(context->arena, result->duration_ms));
    if (result->restore_ms)
        fprintf(context->out.stream, ", the restore itself took %s",
                message_duration(context->arena, result->restore_ms));
    fputc('\n', context->out.stream);
}

static void print_test(const Context *context, const SelfTest *test)
{
    Arena *arena = context->arena;
    Table table = table_new(arena, 3);
    static const char *const HEADING[] = {"damage", "caught", "what was said"};
    table_heading(&table, HEADING);
    VEC_EACH (const SelfTestRow, row, &test->rows) {
        table_cell(&table, row->damage, COLOUR_NONE);
        table_cell(&table,
                   row->is_caught ? arena_printf(arena, "at %s", backup_level_word(row->level))
                                  : "NOT CAUGHT",
                   row->is_caught ? COLOUR_GREEN : COLOUR_RED);
        table_cell(&table, row->message ? terminal_line(arena, row->message) : "", COLOUR_NONE);
    }
    table_print(&table, &context->out, 0);
}

void verify_print_text(const Context *context, const VerifyReport *report)
{
    Arena *arena = context->arena;
    const Backup *backup = report->backup;
    const BackupManifest *manifest = backup->manifest;
    FILE *out = context->out.stream;
    fprintf(out, "%s (%s%s%s)\n", terminal_line(arena, backup->path),
            backup_form_word(backup->form), manifest ? ", made " : ", without a manifest",
            manifest ? terminal_line(arena, manifest->created_at) : "");
    print_ladder(context, report);
    VEC_EACH (const char *const, note, &report->result->notes)
        fprintf(out, "note: %s\n", terminal_line(arena, *note));
    print_conclusion(context, report);
    if (report->test)
        print_test(context, report->test);
}

static json_t *steps_json(const VerifyReport *report)
{
    json_t *list = json_array();
    for (int level = 0; level <= (int)report->wanted; level++) {
        const VerifyStep *step = &report->result->steps[level];
        json_t *object = json_object();
        json_put(object, "level", json_cstr(backup_level_word((BackupLevel)level)));
        json_put(object, "is_reached", json_boolean(step->is_reached));
        json_put(object, "duration_ms",
                 step->is_reached ? json_integer(step->duration_ms) : json_null());
        json_put(object, "what", json_cstr(step->what));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *test_json(const SelfTest *test)
{
    if (!test)
        return json_null();
    json_t *object = json_object();
    json_t *list = json_array();
    VEC_EACH (const SelfTestRow, row, &test->rows) {
        json_t *damage = json_object();
        json_put(damage, "damage", json_cstr(row->damage));
        json_put(damage, "is_caught", json_boolean(row->is_caught));
        json_put(damage, "level",
                 row->is_caught ? json_cstr(backup_level_word(row->level)) : json_null());
        json_put(damage, "message", json_cstr(row->message));
        json_array_append_new(list, damage);
    }
    json_put(object, "is_passed", json_boolean(test->is_passed));
    json_put(object, "duration_ms", json_integer(test->duration_ms));
    json_put(object, "damages", list);
    return object;
}

json_t *verify_print_json(const VerifyReport *report)
{
    const VerifyResult *result = report->result;
    const BackupManifest *manifest = report->backup->manifest;
    json_t *document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/backup-verify/1"));
    json_put(document, "id", json_cstr(manifest ? manifest->id : NULL));
    json_put(document, "path", json_cstr(report->backup->path));
    json_put(document, "is_verified", json_boolean(report->err->class == ERR_NONE));
    json_put(document, "wanted", json_cstr(backup_level_word(report->wanted)));
    json_put(document, "level",
             result->is_any ? json_cstr(backup_level_word(result->level)) : json_null());
    json_put(document, "duration_ms", json_integer(result->duration_ms));
    json_put(document, "restore_ms",
             result->restore_ms ? json_integer(result->restore_ms) : json_null());
    json_put(document, "levels", steps_json(report));
    json_put(document, "differences",
             json_words(result->differences.items, result->differences.len));
    json_put(document, "notes", json_words(result->notes.items, result->notes.len));
    json_put(document, "self_test", test_json(report->test));
    json_put(document, "error",
             report->err->class == ERR_NONE ? json_null() : message_json(report->err));
    return document;
}
