#include "cli/backup_settings.h"

#include "cli/settings.h"
#include "cli/workspace.h"
#include "run/backup/shelf.h"

#include <stdlib.h>
#include <string.h>

enum {
    KEEP_LEAST_MS = 3600 * 1000,
};

const char *backup_folder(const Context *context)
{
    const char *folder = option_text(&context->options, OPTION_BACKUP_FOLDER);
    return folder ? folder : settings_beside(context, SHELF_DEFAULT);
}

static BackupForm form_of(const Context *context)
{
    BackupForm form = BACKUP_DIRECTORY;
    const char *word = option_text(&context->options, OPTION_BACKUP_FORM);
    if (word)
        REQUIRE(backup_form_parse(word, &form));
    else if (workspace_client_place(context).words)
        form = BACKUP_CUSTOM; // only a pg_dump that is here can make a directory
    return form;
}

static BackupContent content_of(const Context *context)
{
    BackupContent content = BACKUP_ALL;
    const char *word = option_text(&context->options, OPTION_BACKUP_CONTENT);
    if (word)
        REQUIRE(backup_content_parse(word, &content));
    return content;
}

bool backup_level(const Context *context, BackupLevel *ret_level)
{
    const char *word = option_text(&context->options, OPTION_BACKUP_LEVEL);
    return word && backup_level_parse(word, ret_level);
}

CreateOptions backup_create_options(const Context *context)
{
    return (CreateOptions){
        .folder = backup_folder(context),
        .form = form_of(context),
        .content = content_of(context),
        .compression = option_text(&context->options, OPTION_BACKUP_COMPRESSION),
        .jobs = (int)option_number(&context->options, OPTION_BACKUP_JOBS),
        .place = workspace_client_place(context),
    };
}

VerifyOptions backup_verify_options(const Context *context)
{
    VerifyOptions options = {
        .place = workspace_client_place(context),
        .jobs = (int)option_number(&context->options, OPTION_BACKUP_JOBS),
        .own_schema = option_text(&context->options, OPTION_SCHEMA),
    };
    const OptionValue *checks = &context->options.values[OPTION_BACKUP_CHECKS];
    for (size_t i = 0; checks->where && i < checks->list.len; i++)
        *vec_append(context->arena, &options.checks) = checks->list.items[i];
    return options;
}

static int64_t number_of(const Context *context, OptionId id, int64_t built_in)
{
    const OptionValue *value = &context->options.values[id];
    return value->where ? value->number : built_in;
}

static bool check_time(const Context *context, OptionId id, Err *err)
{
    const OptionValue *value = &context->options.values[id];
    if (!value->where || value->number >= KEEP_LEAST_MS) // a bare 30 is 30 ms
        return true;
    fail(err, ERR_CONFIG, "%s %s (%s) is less than an hour", OPTIONS[id].name, value->text,
         value->where);
    return err_hint(err, "write it with its unit: 30d, 7d or 48h");
}

bool backup_policy(const Context *context, RetentionPolicy *ret_policy, Err *err)
{
    RetentionPolicy policy = {
        .keep_ms = number_of(context, OPTION_BACKUP_KEEP, (int64_t)30 * 24 * 3600 * 1000),
        .least = number_of(context, OPTION_BACKUP_KEEP_LEAST, 3),
        .monthly = number_of(context, OPTION_BACKUP_KEEP_MONTHLY, 0),
        .named_ms = number_of(context, OPTION_BACKUP_KEEP_NAMED, 0),
    };
    if (!check_time(context, OPTION_BACKUP_KEEP, err) ||
        !check_time(context, OPTION_BACKUP_KEEP_NAMED, err))
        return false;
    *ret_policy = policy;
    return true;
}
