// baseline: records versions as applied without running them.
#include "cli/change.h"
#include "cli/change_drift.h"
#include "report/message.h"
#include "run/baseline.h"
#include "run/runner_lock.h"
#include "run/store.h"

#include <string.h>

static bool find_last(Workspace *workspace, const char *version, const StatusEntry **ret_entry,
                      Err *err)
{
    *ret_entry = NULL;
    if (strcmp(version, "0") == 0)
        return true;
    if (!status_find(&workspace->status, version, ret_entry, err))
        return false;
    if (status_key(*ret_entry).kind == MIGRATION_REPEATABLE) {
        fail(err, ERR_CHECK, "%s is a repeatable migration: it is run, not recorded", version);
        return err_hint(err, "name a version: migrate-safe status");
    }
    if (!(*ret_entry)->migration)
        return fail(err, ERR_CHECK, "version %s has no file", version);
    return true;
}

static int tell(Workspace *workspace, size_t recorded, bool is_dry_run)
{
    Context *context = workspace->context;
    const char *count = message_count(context->arena, (int64_t)recorded, "version", "versions");
    fprintf(workspace->console.out.stream, "%s %s as applied without running %s\n",
            is_dry_run ? "Would record" : "Recorded", count, recorded == 1 ? "it" : "them");
    fprintf(workspace->console.out.stream, "next: migrate-safe status\n");
    if (!context->is_json)
        return 0;
    JSON_SCOPED document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/baseline/1"));
    json_put(document, "run_id", json_cstr(workspace->run_id));
    json_put(document, "dry_run", json_boolean(is_dry_run));
    json_put(document, "recorded", json_integer((json_int_t)recorded));
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}

static size_t count_open(const Status *status, const StatusEntry *last)
{
    size_t count = 0;
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        if (!last)
            break;
        count += baseline_records(status, entry, last);
        if (entry == last)
            break;
    }
    return count;
}

static int baseline_run(Context *context)
{
    Err err = {0};
    size_t recorded;
    const StatusEntry *last;
    const char *version = context->arguments.items[0];
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (!workspace_load_sound(&workspace, &err) || !workspace_connect(&workspace, &err) ||
        !find_last(&workspace, version, &last, &err))
        return command_fail(context, &err);
    if (option_is_set(&context->options, OPTION_DRY_RUN))
        return tell(&workspace, count_open(&workspace.status, last), true);
    if (!change_allowed_to_record(&workspace, &err) || !change_begin(&workspace, &err))
        return command_fail(context, &err);
    change_drift_look(&workspace);
    if (!find_last(&workspace, version, &last, &err) ||
        !baseline_record(context->arena, &workspace.target, &workspace.status, last,
                         workspace.run_id, &recorded, &err))
        return command_fail(context, &err);
    if (recorded || !workspace.drift.stored.id)
        change_drift_keep(&workspace);
    event_emit(
        &workspace.sink,
        &(Event){.kind = EVENT_BASELINE_RECORDED, .version = version, .done = (int64_t)recorded});
    return tell(&workspace, recorded, false);
}

static const Example EXAMPLES[] = {
    {"baseline 027", "everything up to 027 is in the database already"},
    {"baseline 0", "nothing of the folder is: begin a history on a database with tables"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_DRY_RUN, OPTION_WAIT_RUNNER, OPTION_YES, OPTION_COUNT};

const Command COMMAND_BASELINE = {
    .name = "baseline",
    .arguments = "VERSION",
    .arguments_least = 1,
    .arguments_most = 1,
    .writes = true,
    .summary = "record everything up to VERSION as applied, without running it (0: nothing)",
    .description = "For a database that was migrated by hand or by another tool. Only history and "
                   "journal are\n"
                   "written. A recorded version cannot be taken back with down.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = baseline_run,
};
