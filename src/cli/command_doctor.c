// doctor: everything that a change will need, looked at before it is needed.
#include "base/text.h"
#include "cli/server_wait.h"
#include "cli/settings.h"
#include "cli/workspace.h"
#include "io/file.h"
#include "report/check_report.h"
#include "report/message.h"
#include "run/doctor.h"

#include <string.h>
#include <unistd.h>

typedef struct Visit {
    Context *context;
    Workspace *workspace;
    CheckList diagnosis;
    DoctorOptions options;
} Visit;

static void check_file(Visit *visit)
{
    Arena *arena = visit->context->arena;
    const OptionValues *values = &visit->context->options;
    const char *env = option_text(values, OPTION_ENV);
    const char *file = settings_file(visit->context);
    if (file)
        check_list_add(arena, &visit->diagnosis, &DIAGNOSIS_KINDS[CHECK_FILE], VERDICT_PASS, NULL,
                       "%s%s%s", file, env ? ", environment " : "", env ? env : "");
    else
        check_list_add(arena, &visit->diagnosis, &DIAGNOSIS_KINDS[CHECK_FILE], VERDICT_PASS, NULL,
                       "none; options, variables and what is built in");
}

static void check_database(Visit *visit)
{
    Arena *arena = visit->context->arena;
    Err err = {0};
    if (settings_database(visit->context, &visit->options.target.url, &visit->options.where,
                          &err)) {
        check_list_add(arena, &visit->diagnosis, &DIAGNOSIS_KINDS[CHECK_DATABASE], VERDICT_PASS,
                       NULL, "named by %s", visit->options.where);
        return;
    }
    visit->options.where = NULL;
    check_list_add(arena, &visit->diagnosis, &DIAGNOSIS_KINDS[CHECK_DATABASE], VERDICT_FAIL,
                   err.hint[0] ? arena_strdup(arena, err.hint) : "export DATABASE_URL=...",
                   "%s; %s", err.message, err.detail);
}

static void check_folder(Visit *visit)
{
    Arena *arena = visit->context->arena;
    const Source *source = &visit->workspace->source;
    Err err = {0};
    if (!workspace_load(visit->workspace, &err)) {
        check_list_add(arena, &visit->diagnosis, &DIAGNOSIS_KINDS[CHECK_FOLDER], VERDICT_FAIL,
                       err.hint[0] ? arena_strdup(arena, err.hint) : "migrate-safe validate",
                       "%s%s%s", err.file, err.file[0] ? ": " : "", err.message);
        return;
    }
    visit->options.source = source;
    TEXT_SCOPED list;
    text_init(&list, 1024);
    VEC_EACH (const SourceFolder, folder, &source->folders)
        text_printf(&list, "%s%s (layout %s)", list.len ? ", " : "", folder->path,
                    folder->layout->name);
    if (source->table)
        text_printf(&list, "%s (layout " LAYOUT_TABLE ")", source->table->relation);
    bool is_empty = source->migrations.len == 0;
    check_list_add(
        arena, &visit->diagnosis, &DIAGNOSIS_KINDS[CHECK_FOLDER],
        is_empty ? VERDICT_WARN : VERDICT_PASS, "migrate-safe new NAME", "%s: %s", text_cstr(&list),
        message_count(arena, (int64_t)source->migrations.len, "migration", "migrations"));
}

static void check_files(Visit *visit)
{
    Arena *arena = visit->context->arena;
    Source *source = &visit->workspace->source;
    int64_t counts[2] = {0};
    const Problem *worst = NULL;
    if (!visit->options.source)
        return;
    source_examine(arena, source);
    VEC_EACH (const Problem, problem, &source->problems) {
        counts[problem->is_error]++;
        if (!worst || (problem->is_error && !worst->is_error))
            worst = problem;
    }
    if (!worst)
        check_list_add(arena, &visit->diagnosis, &DIAGNOSIS_KINDS[CHECK_FILES], VERDICT_PASS, NULL,
                       "each was read to its end");
    else
        check_list_add(arena, &visit->diagnosis, &DIAGNOSIS_KINDS[CHECK_FILES],
                       worst->is_error ? VERDICT_FAIL : VERDICT_WARN, "migrate-safe validate",
                       "%s, %s: %s: %s", message_count(arena, counts[true], "error", "errors"),
                       message_count(arena, counts[false], "warning", "warnings"), worst->err.file,
                       worst->err.message);
}

// The folder, or the one it will be made in.
static const char *nearest_existing(Arena *arena, const char *path)
{
    while (!file_exists(path)) {
        const char *slash = strrchr(path, '/');
        if (!slash)
            return ".";
        if (slash == path)
            return "/";
        path = arena_dup(arena, (Str){path, (size_t)(slash - path)});
    }
    return path;
}

static void check_logs(Visit *visit)
{
    Arena *arena = visit->context->arena;
    const char *named = option_text(&visit->context->options, OPTION_LOGS);
    const char *logs = named ? named : "logs";
    const char *nearest = nearest_existing(arena, logs);
    bool is_fine = file_is_directory(nearest) && access(nearest, W_OK | X_OK) == 0;
    check_list_add(arena, &visit->diagnosis, &DIAGNOSIS_KINDS[CHECK_LOGS],
                   is_fine ? VERDICT_PASS : VERDICT_WARN, "--logs DIR",
                   is_fine ? "%s" : "%s cannot be written; the journal has all of it", logs);
}

static int doctor_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    const char *layout = option_text(&context->options, OPTION_LAYOUT);
    // A spelling mistake is no finding; the load says what there is.
    bool is_table = layout && strcmp(layout, LAYOUT_TABLE) == 0;
    if (layout && !is_table && !layout_find(layout) && !workspace_load(&workspace, &err))
        return command_fail(context, &err);
    Visit visit = {.context = context, .workspace = &workspace};
    visit.options.target.command = context->command;
    visit.options.place = workspace_client_place(context);
    visit.options.target.wait = server_wait(context);
    visit.options.target.schema = option_text(&context->options, OPTION_SCHEMA);
    check_file(&visit);
    check_database(&visit);
    check_folder(&visit);
    check_files(&visit);
    check_logs(&visit);
    CheckReport report = {.list = &visit.diagnosis,
                          .is_verbose = option_is_set(&context->options, OPTION_VERBOSE)};
    const char *target = NULL;
    if (!doctor_examine(context->arena, &visit.options, &visit.diagnosis, &target, &err))
        return command_fail(context, &err);
    if (context->is_json) {
        JSON_SCOPED document = json_object();
        json_put(document, "schema", json_cstr("migrate-safe/doctor/2"));
        json_put(document, "target", json_cstr(target));
        check_report_put(document, &visit.diagnosis);
        if (!json_write(stdout, document))
            return err_exit_code(ERR_IO);
    } else {
        check_report_text(context->arena, &context->out, &report);
    }
    return check_list_passes(&visit.diagnosis) ? 0 : 1;
}

static const Example EXAMPLES[] = {
    {"doctor", "is all there that a change will need?"},
    {"doctor --verbose", "and why each of it matters"},
    {"doctor --json", "for machines; exit code 1 when a check fails"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_TOOLS,
    OPTION_TOOLS_DATABASE,
    OPTION_COUNT,
};

const Command COMMAND_DOCTOR = {
    .name = "doctor",
    .summary = "look at configuration, connection, rights, server and tools before they are needed",
    .description =
        "Each check says pass, warn, fail (up would stop there, or something would be lost) or\n"
        "unknown (could not be asked), and what to type. Goes as far as it can: without a\n"
        "connection the rest is still looked at. Reads only. Exit code 1 when a check fails.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = doctor_run,
};
