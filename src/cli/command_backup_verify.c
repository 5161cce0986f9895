// backup verify: what a backup is worth, found out by restoring it.
#include "cli/backup_settings.h"
#include "cli/verify_print.h"
#include "cli/workspace.h"
#include "report/message.h"

// Where nothing better is at hand, at least the way to it.
static void name_another(const Context *context, const Backup *backup, Err *err)
{
    Shelf shelf;
    Err ignored = {0};
    const BackupManifest *best = NULL;
    if (!shelf_load(context->arena, backup_folder(context), &shelf, &ignored))
        return;
    VEC_EACH (const Backup, other, &shelf.backups)
        if (other->manifest->level >= BACKUP_RESTORED &&
            !(backup->manifest && strcmp(other->manifest->id, backup->manifest->id) == 0))
            best = other->manifest;
    if (best)
        err_hint(err, "the newest other one that was restored: migrate-safe backup verify %s",
                 best->id);
    else if (!err->hint[0])
        err_hint(err, "make another one: migrate-safe backup create");
}

// Without a word from the user: as far as such a backup can be proven here.
static BackupLevel wanted_level(const Context *context, const Backup *backup)
{
    const OptionValue *said = &context->options.values[OPTION_BACKUP_LEVEL];
    const char *why;
    BackupLevel most = backup_verify_most(backup, &why);
    BackupLevel level;
    if (said->origin == ORIGIN_FLAG && backup_level(context, &level))
        return level;
    if (option_is_set(&context->options, OPTION_SELF_TEST))
        return BACKUP_EQUAL;
    bool has_checks = context->options.values[OPTION_BACKUP_CHECKS].list.len > 0;
    level = has_checks ? BACKUP_ACCEPTED : BACKUP_EQUAL;
    return level < most || has_checks ? level : most;
}

static VerifyOptions options_of(const Context *context, const Backup *backup)
{
    VerifyOptions options = backup_verify_options(context);
    options.level = wanted_level(context, backup);
    options.on_url = option_text(&context->options, OPTION_ON);
    return options;
}

// On a terminal only: a line that is written over.
static void show_work(void *to, const Event *event)
{
    const Context *context = to;
    if (event->kind != EVENT_WORK_RUNS || !context->err.is_terminal)
        return;
    fprintf(context->err.stream, "\r\033[K  %s ...", event->message);
    fflush(context->err.stream);
}

static void wipe_work(const Context *context)
{
    if (context->err.is_terminal)
        fputs("\r\033[K", context->err.stream);
}

static int finish(Context *context, const VerifyReport *report)
{
    bool is_tested = !report->test || report->test->is_passed;
    if (context->is_json) {
        JSON_SCOPED document = verify_print_json(report);
        if (!json_write(stdout, document))
            return err_exit_code(ERR_IO);
    } else {
        verify_print_text(context, report);
        fflush(context->out.stream);
        if (report->err->class != ERR_NONE)
            message_error(&context->err, report->err);
    }
    return report->err->class == ERR_NONE && is_tested ? 0 : err_exit_code(ERR_CHECK);
}

static int verify_run(Context *context)
{
    Err err = {0};
    Arena *arena = context->arena;
    const char *name = context->arguments.len ? context->arguments.items[0] : "latest";
    Backup backup;
    if (!shelf_find(arena, backup_folder(context), name, &backup, &err))
        return command_fail(context, &err);
    VerifyOptions options = options_of(context, &backup);
    EventSink sink = {show_work, context};
    options.sink = &sink;
    VerifyResult result = {0};
    SelfTest test = {0};
    bool is_testing = option_is_set(&context->options, OPTION_SELF_TEST);
    bool is_verified = is_testing ? backup_self_test(arena, &backup, &options, &result, &test, &err)
                                  : backup_verify(arena, &backup, &options, &result, &err);
    wipe_work(context);
    if (!is_verified && err.class != ERR_CHECK)
        return command_fail(context, &err);
    if (!is_verified)
        name_another(context, &backup, &err);
    VerifyReport report = {
        .backup = &backup,
        .wanted = options.level,
        .result = &result,
        .test = is_testing && is_verified ? &test : NULL,
        .err = &err,
    };
    return finish(context, &report);
}

static const Example EXAMPLES[] = {
    {"backup verify", "the newest backup, restored and compared with its manifest"},
    {"backup verify latest --level readable", "only decoded to the end: no server is started"},
    {"backup verify latest --checks checks.sql", "and the application's own queries give true"},
    {"backup verify latest --self-test", "damaged copies of it are refused, each one"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_BACKUP_LEVEL,  OPTION_ON,    OPTION_BACKUP_CHECKS,  OPTION_SELF_TEST, OPTION_BACKUP_JOBS,
    OPTION_BACKUP_FOLDER, OPTION_TOOLS, OPTION_TOOLS_DATABASE, OPTION_COUNT};

const Command COMMAND_BACKUP_VERIFY = {
    .name = "backup verify",
    .arguments = "[PATH|ID]",
    .arguments_most = 1,
    .summary = "prove a backup: read it, restore it, compare it, check it",
    .description =
        "Climbs the levels of proof, each by doing it, and says how far it came and how long each "
        "took.\n"
        "exists: the files are there, with the sizes and SHA-256 of the manifest.\n"
        "readable: all of it was decoded to its end, with the rows that the manifest counts.\n"
        "restored: it was restored without an error, into a server that is thrown away.\n"
        "equal: rows, sequences and objects there are those of the moment it was made.\n"
        "accepted: each query of --checks gave true there.\n"
        "Without --level it goes to equal, or to restored for a dump that has no manifest. Takes\n"
        "the newest backup when none is named. The level and the time of the restore are kept in\n"
        "the manifest. Exits with 1 when the backup is not what it must be.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = verify_run,
};
