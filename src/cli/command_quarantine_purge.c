// quarantine purge: what was set aside long enough is dropped for good.
#include "base/size.h"
#include "cli/consent.h"
#include "cli/quarantine_command.h"
#include "report/message.h"
#include "report/quarantine_report.h"
#include "run/script.h"

typedef struct Purging {
    QuarantineCommand command;
    QuarantinedChoice choice;
    size_t done;
} Purging;

static bool refuse_early(const Purging *purging, const Quarantined *item, Err *err)
{
    if (item->is_back) {
        fail(err, ERR_CHECK, "%s is back, and steps of it are left", item->was);
        return err_hint(err, "finish that: migrate-safe quarantine restore %s", item->name);
    }
    if (item->due_ms)
        fail(err, ERR_CHECK, "%s is not past its %lld days", item->name,
             (long long)purging->command.days);
    else
        fail(err, ERR_CHECK, "nobody knows how long %s is there: version %s is not in the history",
             item->name, item->version);
    return err_hint(err, "drop it all the same: migrate-safe quarantine purge %s --now",
                    item->name);
}

// A column may be one of a table that goes as well.
static int by_purge(const void *left, const void *right)
{
    const Quarantined *a = *(const Quarantined *const *)left;
    const Quarantined *b = *(const Quarantined *const *)right;
    return (a->column == NULL) - (b->column == NULL);
}

static bool choose(Purging *purging, Err *err)
{
    Context *context = purging->command.workspace->context;
    bool is_now = option_is_set(&context->options, OPTION_NOW);
    if (!context->arguments.len && is_now) {
        fail(err, ERR_CONFIG, "--now drops what is not due, so it has to be named");
        return err_hint(err, "see what is there: migrate-safe quarantine list");
    }
    if (!quarantine_command_choose(&purging->command, &purging->choice, err))
        return false;
    VEC_EACH (const Quarantined *const, item, &purging->choice)
        if (!(*item)->is_due && (!is_now || (*item)->is_back))
            return refuse_early(purging, *item, err);
    if (!context->arguments.len)
        VEC_EACH (const Quarantined, item, &purging->command.list)
            if (item->is_due)
                *vec_append(context->arena, &purging->choice) = item;
    vec_sort(&purging->choice, by_purge);
    return true;
}

static void show(const Purging *purging)
{
    const Context *context = purging->command.workspace->context;
    QuarantinedList going = {0};
    VEC_EACH (const Quarantined *const, item, &purging->choice)
        *vec_append(context->arena, &going) = **item;
    if (going.len)
        quarantine_report_text(context->arena, &purging->command.workspace->console.out, &going);
    else
        fprintf(purging->command.workspace->console.out.stream,
                "Nothing in quarantine is past its %lld days\n", (long long)purging->command.days);
}

// What the backup before it is made by: a plan of the statements that destroy something.
static bool plan_of(const Purging *purging, Plan *ret_plan, Err *err)
{
    Arena *arena = purging->command.workspace->context->arena;
    Plan plan = {0};
    VEC_EACH (const Quarantined *const, item, &purging->choice) {
        Step *step = vec_append(arena, &plan.steps);
        step->version = (*item)->version;
        step->name = (*item)->name;
        step->is_one_transaction = true;
        step->script = quarantine_purge_script(arena, *item);
        if (!script_survey(&step->script, &step->shape, err))
            return false;
    }
    *ret_plan = plan;
    return true;
}

static bool drop_all(Purging *purging, Err *err)
{
    Workspace *workspace = purging->command.workspace;
    Arena *arena = workspace->context->arena;
    QuarantineOptions options = quarantine_command_options(&purging->command);
    VEC_EACH (const Quarantined *const, item, &purging->choice) {
        if (!quarantine_purge(arena, &workspace->target, *item, &options, err))
            return false;
        purging->done++;
        fprintf(workspace->console.out.stream, "  %s is gone (%s of version %s)\n",
                terminal_line(arena, (*item)->name), terminal_line(arena, (*item)->was),
                terminal_line(arena, (*item)->version));
    }
    return true;
}

static int finish(const Purging *purging, const Err *err)
{
    const Workspace *workspace = purging->command.workspace;
    json_t *document = quarantine_command_json("migrate-safe/quarantine-purge/1", &purging->choice);
    json_put(document, "days", json_integer(purging->command.days));
    json_put(document, "purged", json_integer((json_int_t)purging->done));
    json_put(document, "backup", change_backup_json(workspace));
    return quarantine_command_finish(&purging->command, document, err);
}

static int purge(Purging *purging)
{
    Err err = {0};
    Plan plan;
    Workspace *workspace = purging->command.workspace;
    Context *context = workspace->context;
    const char *what = arena_printf(context->arena, "%s will be dropped for good",
                                    message_count(context->arena, (int64_t)purging->choice.len,
                                                  "thing in quarantine", "things in quarantine"));
    if (!consent_ask(context, what, &err) || !quarantine_command_begin(&purging->command, &err) ||
        !plan_of(purging, &plan, &err) || !change_back_up(workspace, &plan, &err))
        return command_fail(context, &err);
    bool is_whole = drop_all(purging, &err);
    if (is_whole || purging->done)
        quarantine_command_end(&purging->command);
    return finish(purging, &err);
}

static int purge_run(Context *context)
{
    Err err = {0};
    Purging purging = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (!quarantine_command_open(&purging.command, &workspace, &err) || !choose(&purging, &err))
        return command_fail(context, &err);
    show(&purging);
    if (!purging.choice.len || option_is_set(&context->options, OPTION_DRY_RUN))
        return finish(&purging, &err);
    return change_allowed(&workspace, &err) ? purge(&purging) : command_fail(context, &err);
}

static const Example EXAMPLES[] = {
    {"quarantine purge --dry-run", "what is due"},
    {"quarantine purge --yes", "drop it, as in a monthly job"},
    {"quarantine purge orders_028 --now --yes", "this one, though it is not due"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    CHANGE_OPTIONS, BACKUP_OPTIONS, OPTION_QUARANTINE_DAYS, OPTION_NOW, OPTION_COUNT,
};

const Command COMMAND_QUARANTINE_PURGE = {
    .name = "quarantine purge",
    .arguments = "[NAME...]",
    .arguments_most = 1000,
    .writes = true,
    .summary = "drop what was set aside long enough",
    .description =
        "Drops what is older than quarantine-days (30), or of it only what NAME names; with --now\n"
        "what NAME names, whatever its age. A backup is made before, as before every change. Each\n"
        "thing is dropped in a transaction of its own, in short attempts for its lock, and only\n"
        "while it carries the comment that was read. What something else uses stays, and says so.\n"
        "What nobody knows the age of is never due. Shows what goes, then asks: --yes without a\n"
        "terminal.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = purge_run,
};
