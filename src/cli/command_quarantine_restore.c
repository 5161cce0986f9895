// quarantine restore: what was set aside, back in its place.
#include "cli/consent.h"
#include "cli/quarantine_command.h"
#include "report/message.h"

typedef struct Restoring {
    QuarantineCommand command;
    QuarantinedChoice choice;
    Words statements;
    QuarantineRestored restored;
    bool is_done;
} Restoring;

static void show(const Restoring *restoring)
{
    const Context *context = restoring->command.workspace->context;
    FILE *out = restoring->command.workspace->console.out.stream;
    VEC_EACH (const Quarantined *const, item, &restoring->choice)
        fprintf(out, "  %s  %s %s\n", terminal_line(context->arena, (*item)->version),
                terminal_line(context->arena, (*item)->was),
                (*item)->is_back ? "is back, steps are left" : "comes back");
    if (!option_is_set(&context->options, OPTION_DRY_RUN))
        return;
    VEC_EACH (const char *, statement, &restoring->statements)
        fprintf(out, "%s;\n", terminal_safe(context->arena, *statement));
}

static int finish(const Restoring *restoring, const Err *err)
{
    json_t *document =
        quarantine_command_json("migrate-safe/quarantine-restore/1", &restoring->choice);
    json_put(document, "restored", json_boolean(restoring->is_done));
    json_put(document, "statements",
             json_words(restoring->statements.items, restoring->statements.len));
    json_put(document, "refused",
             json_words(restoring->restored.refused.items, restoring->restored.refused.len));
    return quarantine_command_finish(&restoring->command, document, err);
}

static void say_done(const Restoring *restoring, Err *err)
{
    const Context *context = restoring->command.workspace->context;
    FILE *out = restoring->command.workspace->console.out.stream;
    VEC_EACH (const Quarantined *const, item, &restoring->choice)
        fprintf(out, "  %s is back\n", terminal_line(context->arena, (*item)->was));
    VEC_EACH (const char *const, refused, &restoring->restored.refused) {
        Err why = {0};
        fail(&why, ERR_CHECK, "%s", *refused);
        message_warning(&context->err, &why);
    }
    if (!restoring->restored.refused.len)
        return;
    fail(err, ERR_VERIFY, "all rows are back, but they refuse %s",
         message_count(context->arena, (int64_t)restoring->restored.refused.len, "constraint",
                       "constraints"));
    err_hint(err, "correct the rows, then run what was left out, by a migration");
}

static int restore(Restoring *restoring)
{
    Err err = {0};
    Workspace *workspace = restoring->command.workspace;
    Context *context = workspace->context;
    const char *what = arena_printf(
        context->arena, "%s back in place, by %s",
        message_count(context->arena, (int64_t)restoring->choice.len, "thing comes", "things come"),
        message_count(context->arena, (int64_t)restoring->statements.len, "statement",
                      "statements"));
    if (!consent_ask(context, what, &err) || !quarantine_command_begin(&restoring->command, &err))
        return command_fail(context, &err);
    QuarantineOptions options = quarantine_command_options(&restoring->command);
    restoring->is_done = quarantine_restore(context->arena, &workspace->target, &restoring->choice,
                                            &options, &restoring->restored, &err);
    if (restoring->is_done)
        say_done(restoring, &err);
    if (restoring->restored.has_changed)
        quarantine_command_end(&restoring->command);
    return finish(restoring, &err);
}

static int restore_run(Context *context)
{
    Err err = {0};
    Restoring restoring = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (!quarantine_command_open(&restoring.command, &workspace, &err) ||
        !quarantine_command_choose(&restoring.command, &restoring.choice, &err) ||
        !quarantine_restore_look(context->arena, &workspace.target, &restoring.choice,
                                 &restoring.statements, &err))
        return command_fail(context, &err);
    show(&restoring);
    if (option_is_set(&context->options, OPTION_DRY_RUN))
        return finish(&restoring, &err);
    return change_allowed(&workspace, &err) ? restore(&restoring) : command_fail(context, &err);
}

static const Example EXAMPLES[] = {
    {"quarantine restore orders_028 --dry-run", "the statements that would bring it back"},
    {"quarantine restore app.orders --yes", "by what it was called"},
    {"quarantine restore 028 --yes", "all that version 028 has set aside"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_DRY_RUN,     OPTION_YES,         OPTION_LOCK_TIMEOUT,        OPTION_LOCK_DEADLINE,
    OPTION_WAIT_RUNNER, OPTION_SCHEMA_FILE, OPTION_STATEMENT_TIMEOUT,   OPTION_IDLE_TIMEOUT,
    OPTION_TOOLS,       OPTION_SKIP_DRIFT,  OPTION_TRANSACTION_TIMEOUT, OPTION_TOOLS_DATABASE,
    OPTION_COUNT,
};

const Command COMMAND_QUARANTINE_RESTORE = {
    .name = "quarantine restore",
    .arguments = "NAME...",
    .arguments_least = 1,
    .arguments_most = 1000,
    .writes = true,
    .summary = "bring back what was set aside",
    .description =
        "NAME is what quarantine list calls it, what it was called before, or a version, which\n"
        "means all of that version. Each thing comes back in one transaction with its name,\n"
        "schema, privileges, default and comment, as far as its comment has them; then foreign\n"
        "keys and checks are added NOT VALID and proven, NOT NULL by a proven check, one by one.\n"
        "What rows written meanwhile refuse is left out and said (exit code 3). Refuses when the\n"
        "name is taken. After a crash the same command goes on. The history stays as it is.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = restore_run,
};
