#include "cli/workspace.h"

#include "check/replanned.h"
#include "check/table_rows.h"
#include "cli/change_preflight.h"
#include "cli/server_wait.h"
#include "cli/settings.h"
#include "cli/settings_dotenv.h"
#include "cli/workspace_table.h"
#include "pg/conninfo.h"
#include "report/message.h"
#include "run/apply.h"
#include "run/script.h"

#include <string.h>
#include <unistd.h>

static void emit_all(void *context, const Event *event)
{
    Workspace *workspace = context;
    Event whole = *event;
    if (!whole.run_id)
        whole.run_id = workspace->run_id;
    if (!whole.command)
        whole.command = workspace->context->command;
    console_event(&workspace->console, &whole);
    logs_event(&workspace->logs, &whole);
    run_collect_event(&workspace->collect, &whole, clock_elapsed_ms(workspace->start_us));
}

void workspace_init(Workspace *workspace, Context *context)
{
    *workspace = (Workspace){.context = context};
    const char *logs = option_text(&context->options, OPTION_LOGS);
    console_init(&workspace->console, &context->out, &context->err, context->is_json,
                 option_is_set(&context->options, OPTION_VERBOSE));
    logs_init(&workspace->logs, context->arena, logs ? logs : "logs", &context->err);
    workspace->sink = (EventSink){emit_all, workspace};
    workspace->start_us = clock_monotonic_us();
    run_collect_init(&workspace->collect, arena_new());
    run_collect_phase(&workspace->collect, RUN_PHASE_PLAN, NULL, 0);
    clock_now_rfc3339(workspace->started_at);
    clock_new_uuid(workspace->run_id);
}

void workspace_close(Workspace *workspace)
{
    target_close(&workspace->target);
    logs_done(&workspace->logs);
    arena_free(workspace->collect.arena);
}

bool workspace_placeholders(Context *context, ExpansionValues *ret_values, Err *err)
{
    ExpansionValues values = {.environment = (const char *const *)environ};
    Err no_database = {0};
    const char *url;
    const char *where;
    if (settings_database(context, &url, &where, &no_database))
        conninfo_names(context->arena, url, &values.database, &values.user);
    const OptionValue *set = &context->options.values[OPTION_SET];
    for (size_t i = 0; i < set->list.len; i++) {
        const char *given = set->list.items[i];
        Str name = str_until(str_from(given), '=');
        if (!name.n || !given[name.n]) {
            fail(err, ERR_CONFIG, "--set takes NAME=VALUE, not \"%s\"", given);
            return err_hint(err, "for example: --set schema=app");
        }
        *vec_append(context->arena, &values.set) =
            (ExpansionValue){arena_dup(context->arena, name), given + name.n + 1};
    }
    *ret_values = values;
    return true;
}

bool workspace_load(Workspace *workspace, Err *err)
{
    Context *context = workspace->context;
    OptionValue *dirs = &context->options.values[OPTION_DIR];
    ExpansionValues *values = arena_new_object(context->arena, ExpansionValues);
    SourceOptions options = {.layout = option_text(&context->options, OPTION_LAYOUT),
                             .values = values};
    bool wants_table;
    if (!workspace_placeholders(context, values, err) ||
        !workspace_wants_table(workspace, &wants_table, err))
        return false;
    if (wants_table)
        return workspace_load_table(workspace, err);
    if (options.layout && strcmp(options.layout, LAYOUT_TABLE) == 0)
        options.layout = NULL; // a folder was named by somebody stronger
    if (dirs->list.len) {
        *vec_append(context->arena, &dirs->list) = NULL;
        dirs->list.len--;
        options.directories = dirs->list.items;
    }
    if (!options.layout && !source_has_folder(&options))
        return workspace_find_table(workspace, &options, err);
    return source_load(context->arena, &options, &workspace->source, err);
}

static bool check_sound(const Workspace *workspace, Err *err)
{
    const Problem *problem = source_first_error(&workspace->source);
    if (!problem)
        return true;
    *err = problem->err;
    if (err->class == ERR_CONFIG)
        err->class = ERR_CHECK;
    return false;
}

bool workspace_load_sound(Workspace *workspace, Err *err)
{
    workspace->is_sound = workspace_load(workspace, err) && check_sound(workspace, err);
    return workspace->is_sound;
}

static void build_status(Workspace *workspace)
{
    Arena *arena = workspace->context->arena;
    Source *source = &workspace->source;
    status_build(arena, &source->migrations, &workspace->target.history, &workspace->status);
    if (source->table && workspace->target.has_history)
        table_rows_compare(arena, &workspace->status, source->table->relation, &source->problems);
}

bool workspace_refresh(Workspace *workspace, Err *err)
{
    if (!target_refresh(workspace->context->arena, &workspace->target, err))
        return false;
    if (workspace->source.table && (!workspace_reload_table(workspace, err) ||
                                    (workspace->is_sound && !check_sound(workspace, err))))
        return false;
    build_status(workspace);
    return true;
}

void workspace_tell_replanned(Workspace *workspace)
{
    Err err = {0};
    if (!replanned_check(&workspace->status, &err))
        *vec_append(workspace->context->arena, &workspace->source.problems) =
            (Problem){.kind = PROBLEM_EDITED, .is_error = true, .err = err};
}

static void name_origin(const Context *context, const char *where, Err *err)
{
    const char *exported = settings_dotenv_exported(context);
    err_note(err, "database (%s)", where);
    if (!exported)
        return;
    char detail[sizeof err->detail];
    snprintf(detail, sizeof detail, "%s", err->detail);
    err_detail(err, "%s%sfrom %s: %s", detail, *detail ? "\n" : "", context->dotenv->path,
               exported);
}

static bool open_by(Workspace *workspace,
                    bool (*open)(Arena *arena, const TargetOptions *options, Target *ret_target,
                                 Err *err),
                    Err *err)
{
    Context *context = workspace->context;
    const char *where;
    TargetOptions options = {
        .schema = option_text(&context->options, OPTION_SCHEMA),
        .command = context->command,
        .wait = server_wait(context),
    };
    if (workspace->target.session)
        return true;
    if (!settings_database(context, &options.url, &where, err))
        return false;
    if (!open(context->arena, &options, &workspace->target, err)) {
        if (err->class == ERR_CONNECTION || err->class == ERR_CONFIG)
            name_origin(context, where, err);
        return false;
    }
    return true;
}

bool workspace_open(Workspace *workspace, Err *err)
{
    return open_by(workspace, target_open, err);
}

bool workspace_open_unread(Workspace *workspace, Err *err)
{
    return open_by(workspace, target_connect, err);
}

bool workspace_connect(Workspace *workspace, Err *err)
{
    if (!workspace_open(workspace, err))
        return false;
    build_status(workspace);
    return true;
}

PlanOptions workspace_plan_options(const Workspace *workspace)
{
    const OptionValues *options = &workspace->context->options;
    return (PlanOptions){
        .steps = option_number(options, OPTION_STEPS),
        .to = option_text(options, OPTION_TO),
        .allow_late = option_is_set(options, OPTION_ALLOW_LATE) ||
                      change_force_passes(workspace->context, PREFLIGHT_LATE),
        .allow_empty_down = option_is_set(options, OPTION_FORCE),
    };
}

ClientPlace workspace_client_place(const Context *context)
{
    const OptionValue *tools = &context->options.values[OPTION_TOOLS];
    return (ClientPlace){.words = tools->where ? tools->list.items : NULL,
                         .database = option_text(&context->options, OPTION_TOOLS_DATABASE)};
}

static void expect_steps(Workspace *workspace, const Plan *plan)
{
    VEC_EACH (const Step, step, &plan->steps)
        console_expect(&workspace->console, step->version, step->name);
}

bool workspace_plan_up(Workspace *workspace, const PlanOptions *options, Plan *ret_plan, Err *err)
{
    Arena *arena = workspace->context->arena;
    const SourceTable *table = workspace->target.has_history ? workspace->source.table : NULL;
    if (!plan_up(arena, &workspace->status, options, ret_plan, err) ||
        (table && !table_rows_check_plan(ret_plan, table->relation, err)) ||
        !apply_survey(arena, ret_plan, err))
        return false;
    expect_steps(workspace, ret_plan);
    return true;
}

bool workspace_replan_up(Workspace *workspace, const PlanOptions *options, Plan *plan, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    Plan fresh;
    if (workspace->source.table) // read again with the history: the text may be another one
        return workspace_plan_up(workspace, options, plan, err);
    return plan_up(scratch, &workspace->status, options, &fresh, err) &&
           (plan_is_same(plan, &fresh) || workspace_plan_up(workspace, options, plan, err));
}

bool workspace_load_stored_down(Workspace *workspace, Step *step, Err *err)
{
    Arena *arena = workspace->context->arena;
    const char *up;
    const char *down;
    if (!target_texts(arena, &workspace->target, step->version, &up, &down, err))
        return false;
    if (!down)
        return fail(err, ERR_CHECK, "the down migration of version %s is gone", step->version);
    const char *path = arena_printf(arena, "(stored down of %s)", step->version);
    Script script = {
        .is_present = true,
        .is_loaded = true,
        .path = path,
        .text = str_from(down),
        .size = (int64_t)strlen(down),
        .start = {1, 1},
        .expansion = source_expansion(&workspace->source, step->applied->layout),
    };
    if (!script_finish(arena, &script, script.text, 1, err))
        return false;
    step->script = script;
    return true;
}

bool workspace_plan_down(Workspace *workspace, const PlanOptions *options, Plan *ret_plan, Err *err)
{
    Arena *arena = workspace->context->arena;
    if (!plan_down(arena, &workspace->status, &workspace->target.history, options, ret_plan, err))
        return false;
    VEC_EACH (Step, step, &ret_plan->steps)
        if (!step->migration && !workspace_load_stored_down(workspace, step, err))
            return false;
    if (!apply_survey(arena, ret_plan, err))
        return false;
    expect_steps(workspace, ret_plan);
    return true;
}

int command_fail(Context *context, const Err *err)
{
    int exit_code = err_exit_code(err->class);
    message_error(&context->err, err);
    if (context->is_json) {
        JSON_SCOPED document = json_object();
        json_put(document, "schema", json_cstr("migrate-safe/error/1"));
        json_put(document, "command", json_cstr(context->command));
        json_put(document, "error", message_json(err));
        json_put(document, "exit_code", json_integer(exit_code));
        if (!json_write(stdout, document))
            return err_exit_code(ERR_IO);
    }
    return exit_code;
}
