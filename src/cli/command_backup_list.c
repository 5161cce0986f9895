// backup list: what is on the shelf, and what only looks like it.
#include "cli/backup_settings.h"
#include "cli/workspace.h"
#include "io/clock.h"
#include "report/backup_report.h"
#include "run/backup/shelf.h"

static int list_run(Context *context)
{
    Err err = {0};
    Shelf shelf;
    char now[CLOCK_TEXT];
    BackupReport report = {0};
    const char *folder = backup_folder(context);
    if (!shelf_load(context->arena, folder, &shelf, &err))
        return command_fail(context, &err);
    clock_now_rfc3339(now);
    report.folder = folder;
    REQUIRE(retention_time_parse(now, &report.now_ms));
    VEC_EACH (const Backup, backup, &shelf.backups)
        *vec_append(context->arena, &report.rows) =
            (BackupRow){.path = backup->path, .manifest = backup->manifest};
    VEC_EACH (const BackupProblem, problem, &shelf.problems)
        *vec_append(context->arena, &report.rows) =
            (BackupRow){.path = problem->path, .problem = &problem->err};
    if (!context->is_json) {
        backup_report_text(context->arena, &context->out, &report);
        return 0;
    }
    JSON_SCOPED document = backup_report_json(&report);
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}

static const Example EXAMPLES[] = {
    {"backup list", "what is there, oldest first, and what is broken"},
    {"backup list --json", "with sizes in bytes and times"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_BACKUP_FOLDER, OPTION_COUNT};

const Command COMMAND_BACKUP_LIST = {
    .name = "backup list",
    .summary = "backups with age, size, proof and how long a restore took",
    .description = "Shows the folder of backups, oldest first: id, age, size, form, what is in it, "
                   "the proof it has\n"
                   "(exists, readable, restored, equal, accepted), how long its restore took when "
                   "it was restored, and\n"
                   "the version of the database. What is broken comes last, with the reason. "
                   "Connects to nothing.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = list_run,
};
