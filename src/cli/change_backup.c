#include "cli/change_backup.h"

#include "base/size.h"
#include "base/text.h"
#include "cli/backup_settings.h"
#include "cli/change_hooks.h"
#include "cli/change_report.h"
#include "pg/database_url.h"
#include "run/lock_planner.h"

#include <string.h>

bool change_backup_allowed(const Workspace *workspace, Err *err)
{
    const OptionValues *values = &workspace->context->options;
    if (!option_is_set(values, OPTION_SKIP_BACKUP) || !option_is_set(values, OPTION_REQUIRE_BACKUP))
        return true;
    fail(err, ERR_CHECK, "%s requires a backup, and %s says to make none",
         values->values[OPTION_REQUIRE_BACKUP].where, values->values[OPTION_SKIP_BACKUP].where);
    return err_hint(err, "leave %s out; a recent backup may count: see backup-fresh",
                    values->values[OPTION_SKIP_BACKUP].where);
}

static bool options_of(Workspace *workspace, const Plan *plan, BeforeChangeOptions *ret_options,
                       Err *err)
{
    const Context *context = workspace->context;
    const OptionValues *values = &context->options;
    const char *first = plan->steps.len ? plan->steps.items[0].version : NULL;
    BeforeChangeOptions options = {
        .create = backup_create_options(context),
        .verify = backup_verify_options(context),
        .fresh_ms = option_number(values, OPTION_BACKUP_FRESH),
    };
    if (!change_hooks_of_backup(workspace, &options.hooks, err))
        return false;
    options.has_level = backup_level(context, &options.verify.level);
    options.create.reason =
        first ? arena_printf(context->arena, "%s %s", context->command, first) : context->command;
    options.create.run_id = workspace->run_id;
    options.create.migration_version = workspace->status.current;
    options.create.sink = options.verify.sink = &workspace->sink;
    if (option_is_set(values, OPTION_SKIP_BACKUP))
        options.skipped_by = values->values[OPTION_SKIP_BACKUP].where;
    if (options.has_level && options.verify.level == BACKUP_ACCEPTED &&
        options.verify.checks.len == 0) {
        fail(err, ERR_CONFIG, "backup-level accepted (%s) needs checks, and there are none",
             values->values[OPTION_BACKUP_LEVEL].where);
        return err_hint(err, "name a file of SQL that must give true: --backup-checks FILE");
    }
    *ret_options = options;
    return true;
}

static bool decide(Workspace *workspace, Plan *plan, BeforeChangeOptions *ret_options,
                   BeforeChange *ret_change, Err *err)
{
    Arena *arena = workspace->context->arena;
    if (!options_of(workspace, plan, ret_options, err))
        return false;
    if (ret_options->create.content == BACKUP_AFFECTED)
        lock_planner_plan(arena, &workspace->status,
                          session_server_major(workspace->target.session), plan);
    return before_change_decide(arena, &workspace->target, plan, ret_options, ret_change, err);
}

bool change_backup_look(Workspace *workspace, Plan *plan, const char **ret_sentence, Err *err)
{
    BeforeChangeOptions options;
    BeforeChange *change = arena_new_object(workspace->context->arena, BeforeChange);
    *ret_sentence = NULL;
    if (plan->steps.len == 0)
        return true;
    if (!decide(workspace, plan, &options, change, err))
        return false;
    workspace->backup_look = change;
    *ret_sentence = before_change_sentence(workspace->context->arena, &options, change);
    return true;
}

static void announce(const Workspace *workspace, const char *sentence)
{
    const Terminal *out = &workspace->console.out;
    fprintf(out->stream, "%sbackup%s  %s\n", terminal_begin(out, COLOUR_BOLD),
            terminal_end(out, COLOUR_BOLD), terminal_line(workspace->context->arena, sentence));
    fflush(out->stream);
}

bool change_back_up(Workspace *workspace, Plan *plan, Err *err)
{
    Arena *arena = workspace->context->arena;
    BeforeChangeOptions options;
    BeforeChange *change = arena_new_object(arena, BeforeChange);
    if (plan->steps.len == 0)
        return true;
    change_phase(workspace, RUN_PHASE_BACKUP);
    if (!decide(workspace, plan, &options, change, err))
        return false;
    if (change->need == BACKUP_IS_NEEDED || change->need == BACKUP_IS_FRESH)
        announce(workspace, before_change_sentence(arena, &options, change));
    if (!before_change_make(arena, &workspace->target, &options, change, err))
        return err_note(err, "nothing of the migrations was run");
    workspace->backup = change;
    if (change->need == BACKUP_IS_NEEDED)
        fprintf(workspace->console.out.stream, "  backup %s, %s\n",
                before_change_proof(arena, change),
                size_text(arena, change->backup.manifest->size_bytes));
    return true;
}

static bool has_backup(const Workspace *workspace)
{
    return workspace->backup && workspace->backup->backup.manifest;
}

// As a shell reads it back.
static const char *shell_word(Arena *arena, const char *text)
{
    if (text[0] &&
        text[strspn(text,
                    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,")] ==
            '\0')
        return text;
    TEXT_SCOPED quoted;
    text_init(&quoted, 1 << 20);
    text_append(&quoted, STR("'"));
    for (const char *p = text; *p; p++)
        text_append(&quoted, *p == '\'' ? STR("'\\''") : (Str){p, 1});
    text_append(&quoted, STR("'"));
    return arena_strdup(arena, text_cstr(&quoted));
}

const char *change_same_place(const Context *context)
{
    static const OptionId PLACES[] = {OPTION_ENV, OPTION_CONFIG, OPTION_DATABASE};
    Arena *arena = context->arena;
    const char *words = "";
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        const OptionValue *value = &context->options.values[PLACES[i]];
        const char *text = option_text(&context->options, PLACES[i]);
        if (!text || value->origin != ORIGIN_FLAG)
            continue;
        if (PLACES[i] == OPTION_DATABASE)
            text = database_url_shown(arena, text);
        if (text)
            words = arena_printf(arena, "%s --%s %s", words, OPTIONS[PLACES[i]].name,
                                 shell_word(arena, text));
    }
    return words;
}

const char *change_backup_restore(const Workspace *workspace)
{
    const Context *context = workspace->context;
    Arena *arena = context->arena;
    const OptionValue *folder = &context->options.values[OPTION_BACKUP_FOLDER];
    if (!has_backup(workspace))
        return NULL;
    const Backup *backup = &workspace->backup->backup;
    const BackupManifest *manifest = backup->manifest;
    bool is_elsewhere = folder->where && folder->origin == ORIGIN_FLAG;
    // A part never takes the place of the whole: from beside it rows are fetched.
    bool is_part = manifest->content != BACKUP_ALL && manifest->content != BACKUP_DATA_ONLY;
    return arena_printf(arena, "migrate-safe backup restore %s%s%s%s",
                        is_elsewhere ? shell_word(arena, backup->path) : manifest->id,
                        is_part ? " --into backup_" : "", is_part ? manifest->id : "",
                        change_same_place(context));
}

json_t *change_backup_json(const Workspace *workspace)
{
    if (!has_backup(workspace))
        return json_null();
    const BeforeChange *change = workspace->backup;
    json_t *object = json_object();
    json_put(object, "id", json_cstr(change->backup.manifest->id));
    json_put(object, "path", json_cstr(change->backup.path));
    json_put(object, "level", json_cstr(backup_level_word(change->level)));
    json_put(object, "was_there", json_boolean(change->need == BACKUP_IS_FRESH));
    json_put(object, "restore_ms",
             change->restore_ms ? json_integer(change->restore_ms) : json_null());
    json_put(object, "restore_point", json_cstr(change->restore_point));
    json_put(object, "restore", json_cstr(change_backup_restore(workspace)));
    return object;
}
