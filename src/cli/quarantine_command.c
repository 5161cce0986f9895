#include "cli/quarantine_command.h"

#include "cli/change_drift.h"
#include "cli/schema_output.h"
#include "report/message.h"
#include "report/quarantine_report.h"

static const int64_t DAYS = 30;

static int64_t days_of(const Context *context)
{
    int64_t days = option_number(&context->options, OPTION_QUARANTINE_DAYS);
    return days ? days : DAYS;
}

bool quarantine_command_open(QuarantineCommand *command, Workspace *workspace, Err *err)
{
    Context *context = workspace->context;
    *command = (QuarantineCommand){workspace, days_of(context), {0}};
    return workspace_open(workspace, err) &&
           quarantine_list(context->arena, &workspace->target, command->days, true, &command->list,
                           err);
}

void quarantine_command_see(Workspace *workspace, QuarantinedList *ret_list, int64_t *ret_days)
{
    const Context *context = workspace->context;
    Err hidden = {0};
    if (quarantine_list(context->arena, &workspace->target, days_of(context), false, ret_list,
                        &hidden))
        *ret_days = days_of(context);
}

static bool has(const QuarantinedChoice *choice, const Quarantined *item)
{
    VEC_EACH (const Quarantined *const, known, choice)
        if (*known == item)
            return true;
    return false;
}

static bool refuse_broken(const Quarantined *item, Err *err)
{
    fail(err, ERR_CHECK, "%s", item->problem);
    return err_hint(err, "nothing is done with it here: correct its comment, or drop it by a "
                         "migration");
}

bool quarantine_command_choose(const QuarantineCommand *command, QuarantinedChoice *ret_choice,
                               Err *err)
{
    Context *context = command->workspace->context;
    QuarantinedChoice all = {0};
    VEC_EACH (const char *const, word, &context->arguments) {
        QuarantinedChoice some;
        if (!quarantined_choose(context->arena, &command->list, *word, &some, err))
            return false;
        VEC_EACH (const Quarantined *const, item, &some) {
            if ((*item)->problem)
                return refuse_broken(*item, err);
            if (!has(&all, *item))
                *vec_append(context->arena, &all) = *item;
        }
    }
    *ret_choice = all;
    return true;
}

bool quarantine_command_begin(QuarantineCommand *command, Err *err)
{
    if (!change_begin(command->workspace, err))
        return false;
    change_drift_look(command->workspace);
    return true;
}

QuarantineOptions quarantine_command_options(const QuarantineCommand *command)
{
    const Workspace *workspace = command->workspace;
    const OptionValues *values = &workspace->context->options;
    const BeforeChange *backup = workspace->backup;
    return (QuarantineOptions){
        .run_id = workspace->run_id,
        .lock_timeout_ms = option_number(values, OPTION_LOCK_TIMEOUT),
        .lock_deadline_ms = change_lock_deadline(values),
        .statement_timeout_ms = option_number(values, OPTION_STATEMENT_TIMEOUT),
        .idle_timeout_ms = option_number(values, OPTION_IDLE_TIMEOUT),
        .transaction_timeout_ms = option_number(values, OPTION_TRANSACTION_TIMEOUT),
        .backup_id = backup && backup->backup.manifest ? backup->backup.manifest->id : NULL,
        .sink = &workspace->sink,
    };
}

void quarantine_command_end(QuarantineCommand *command)
{
    change_drift_keep(command->workspace);
    schema_output_write(command->workspace);
}

json_t *quarantine_command_json(const char *schema, const QuarantinedChoice *choice)
{
    json_t *document = json_object();
    json_t *things = json_array();
    json_put(document, "schema", json_cstr(schema));
    VEC_EACH (const Quarantined *const, item, choice)
        json_array_append_new(things, quarantine_report_json(*item));
    json_put(document, "things", things);
    return document;
}

int quarantine_command_finish(const QuarantineCommand *command, json_t *document, const Err *err)
{
    JSON_SCOPED taken = document;
    Context *context = command->workspace->context;
    int exit_code = err->class ? err_exit_code(err->class) : 0;
    if (!context->is_json) {
        if (err->class)
            message_error(&context->err, err);
        return exit_code;
    }
    json_put(taken, "drift", change_drift_json(command->workspace));
    json_put(taken, "error", err->class ? message_json(err) : json_null());
    return json_write(stdout, taken) ? exit_code : err_exit_code(ERR_IO);
}
