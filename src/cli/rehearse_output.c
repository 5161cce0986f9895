#include "cli/rehearse_output.h"

#include "io/file.h"
#include "io/json.h"
#include "run/rehearse/evidence.h"

#include <stdio.h>

static size_t wider(size_t width, const char *text)
{
    size_t columns = terminal_columns(str_from(text));
    return columns > width ? columns : width;
}

void rehearse_output_init(RehearseOutput *output, Workspace *workspace, const RoundSteps *steps)
{
    Context *context = workspace->context;
    RehearsalShown shown = {
        .terminal = &context->out,
        .has_unicode = workspace->console.has_unicode,
        .is_verbose = option_is_set(&context->options, OPTION_VERBOSE),
    };
    VEC_EACH (const RoundStep, step, steps) {
        shown.migrations += step->is_rehearsed;
        shown.version_width = wider(shown.version_width, step->migration->version);
        shown.name_width = wider(shown.name_width, step->migration->name);
    }
    *output = (RehearseOutput){workspace, shown};
}

void rehearse_output_migration(RehearseOutput *output, const RehearsedMigration *migration)
{
    ARENA_SCOPED scratch = arena_new();
    if (output->workspace->context->is_json)
        return;
    rehearsal_report_migration_text(scratch, &output->shown, migration);
    fflush(output->shown.terminal->stream);
}

static bool write_document(const Rehearsal *rehearsal, const char *path, const char *digest,
                           Err *err)
{
    JSON_SCOPED document = evidence_to_json(rehearsal, path, digest);
    return json_write(stdout, document) || fail(err, ERR_IO, "stdout cannot be written");
}

typedef struct Writing {
    void (*write)(Arena *arena, FILE *stream, const Rehearsal *rehearsal); // NULL: the page
    const Rehearsal *rehearsal;
    const char *digest; // that the page names
} Writing;

static bool write_stream(void *context, FILE *stream)
{
    ARENA_SCOPED scratch = arena_new();
    const Writing *writing = context;
    if (writing->write)
        writing->write(scratch, stream, writing->rehearsal);
    else
        rehearsal_report_page(scratch, stream, writing->rehearsal, writing->digest);
    return true;
}

static const struct {
    OptionId option;
    void (*write)(Arena *arena, FILE *stream, const Rehearsal *rehearsal);
} FILES[] = {
    {OPTION_JUNIT, rehearsal_report_junit},
    {OPTION_SARIF, rehearsal_report_sarif},
    {OPTION_MARKDOWN, rehearsal_report_markdown},
    {OPTION_HTML, NULL},
};

enum {
    FILE_COUNT = sizeof FILES / sizeof *FILES
};

bool rehearse_output_check(const Context *context, Err *err)
{
    for (size_t i = 0; i < FILE_COUNT; i++) {
        const char *path = option_text(&context->options, FILES[i].option);
        if (path && !file_check_writable(path, err))
            return false;
    }
    return true;
}

static bool write_files(const Context *context, const Rehearsal *rehearsal, const char *digest,
                        Err *err)
{
    for (size_t i = 0; i < FILE_COUNT; i++) {
        const char *path = option_text(&context->options, FILES[i].option);
        Writing writing = {FILES[i].write, rehearsal, digest};
        if (path && !file_print(path, write_stream, &writing, err))
            return false;
    }
    return true;
}

bool rehearse_output_end(RehearseOutput *output, const Rehearsal *rehearsal, const char *path,
                         const char *digest, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    if (!write_files(output->workspace->context, rehearsal, digest, err))
        return false;
    if (output->workspace->context->is_json)
        return write_document(rehearsal, path, digest, err);
    rehearsal_report_summary_text(scratch, &output->shown, rehearsal, path);
    return fflush(stdout) == 0 || fail(err, ERR_IO, "stdout cannot be written");
}

int rehearse_output_nothing(Workspace *workspace, const Rehearsal *rehearsal)
{
    Context *context = workspace->context;
    Err err = {0};
    if (!write_files(context, rehearsal, NULL, &err))
        return command_fail(context, &err);
    if (context->is_json) {
        JSON_SCOPED document = json_object();
        json_put(document, "schema", json_cstr("migrate-safe/rehearsal/1"));
        json_put(document, "migrations", json_array());
        return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
    }
    fprintf(context->out.stream, "Nothing to rehearse: no migration is pending\n");
    return 0;
}
