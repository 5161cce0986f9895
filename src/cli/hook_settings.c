#include "cli/hook_settings.h"

#include "base/masked.h"
#include "cli/smoke_settings.h"

#include <string.h>

static const char EXAMPLE[] =
    "for example:\n    hooks:\n      before-up: systemctl stop shop\n      after-up:\n"
    "        command: [systemctl, start, shop]\n        timeout: 2min\n        failure: warn";

// ---- one hook

static bool read_command(const BlockReader *reader, const YamlNode *node, void *object)
{
    Hook *hook = object;
    return block_command(reader, node, &hook->argv);
}

static bool read_timeout(const BlockReader *reader, const YamlNode *node, void *object)
{
    Hook *hook = object;
    return block_duration(reader, node, &hook->timeout_ms);
}

static bool read_retries(const BlockReader *reader, const YamlNode *node, void *object)
{
    Hook *hook = object;
    return block_count(reader, node, &hook->retries);
}

static bool read_pause(const BlockReader *reader, const YamlNode *node, void *object)
{
    Hook *hook = object;
    return block_duration(reader, node, &hook->pause_ms);
}

static bool read_failure(const BlockReader *reader, const YamlNode *node, void *object)
{
    Hook *hook = object;
    if (node->kind != YAML_SCALAR || !hook_failure_parse(str_from(node->text), &hook->failure))
        return block_wrong(reader, node, NULL, "failure: is fail, warn or ignore");
    return true;
}

static const BlockKey HOOK_KEYS[] = {
    {"command", read_command}, {"timeout", read_timeout}, {"retries", read_retries},
    {"pause", read_pause},     {"failure", read_failure},
};

static bool read_hook(const BlockReader *reader, const YamlNode *node, Hook *ret_hook)
{
    Hook hook = {.where = block_where(reader, node)};
    if (block_is_empty(node)) {
        *ret_hook = hook;
        return true;
    }
    bool is_read = node->kind == YAML_MAP ? block_read(reader, node, HOOK_KEYS,
                                                       sizeof HOOK_KEYS / sizeof *HOOK_KEYS, &hook)
                                          : read_command(reader, node, &hook);
    if (!is_read)
        return false;
    if (!hook.argv)
        return block_wrong(reader, node, NULL, "%s: has no command:", node->key);
    *ret_hook = hook;
    return true;
}

// ---- hooks

static bool read_hooks(const BlockReader *reader, const YamlNode *node, void *object)
{
    HookSettings *settings = object;
    HookMoment moment;
    if (!hook_moment_parse(str_from(node->key), &moment))
        return block_wrong(reader, node, NULL, "there is no hook \"%s\"", node->key);
    settings->origins[moment] = reader->origin;
    return read_hook(reader, node, &settings->hooks[moment]);
}

static bool read_hook_block(const BlockReader *reader, const YamlNode *node, HookSettings *settings)
{
    BlockKey keys[HOOK_MOMENT_COUNT];
    for (int i = 0; i < HOOK_MOMENT_COUNT; i++)
        keys[i] = (BlockKey){hook_word((HookMoment)i), read_hooks};
    return block_read(reader, node, keys, HOOK_MOMENT_COUNT, settings);
}

// ---- maintenance

// What is on must be known to be on.
static bool read_switch(const BlockReader *reader, const YamlNode *node, Hook *ret_hook)
{
    if (!read_hook(reader, node, ret_hook))
        return false;
    if (ret_hook->failure != HOOK_FAIL)
        return block_wrong(reader, node, "give it retries:, or let the command itself end with 0",
                           "failure: of %s: can only be fail", node->key);
    return true;
}

static bool read_on(const BlockReader *reader, const YamlNode *node, void *object)
{
    Maintenance *maintenance = object;
    return read_switch(reader, node, &maintenance->on);
}

static bool read_off(const BlockReader *reader, const YamlNode *node, void *object)
{
    Maintenance *maintenance = object;
    return read_switch(reader, node, &maintenance->off);
}

static bool read_applications(const BlockReader *reader, const YamlNode *node, void *object)
{
    Maintenance *maintenance = object;
    return block_list(reader, node, &maintenance->applications);
}

static bool read_roles(const BlockReader *reader, const YamlNode *node, void *object)
{
    Maintenance *maintenance = object;
    return block_list(reader, node, &maintenance->roles);
}

static bool read_gone_timeout(const BlockReader *reader, const YamlNode *node, void *object)
{
    Maintenance *maintenance = object;
    return block_duration(reader, node, &maintenance->gone_timeout_ms);
}

static bool read_wait(const BlockReader *reader, const YamlNode *node, void *object)
{
    static const BlockKey KEYS[] = {
        {"application", read_applications}, {"role", read_roles}, {"timeout", read_gone_timeout}};
    Maintenance *maintenance = object;
    if (!block_read(reader, node, KEYS, sizeof KEYS / sizeof *KEYS, maintenance))
        return false;
    if (!maintenance->applications.len && !maintenance->roles.len)
        return block_wrong(reader, node, NULL,
                           "wait-for-disconnect: needs the application: or role: that has to go");
    return true;
}

static bool read_backup(const BlockReader *reader, const YamlNode *node, void *object)
{
    Maintenance *maintenance = object;
    bool is_inside = node->kind == YAML_SCALAR && strcmp(node->text, "inside") == 0;
    if (!is_inside && (node->kind != YAML_SCALAR || strcmp(node->text, "before") != 0))
        return block_wrong(reader, node, NULL, "backup: is before or inside");
    maintenance->has_backup_inside = is_inside;
    return true;
}

static bool read_maintenance(const BlockReader *reader, const YamlNode *node,
                             HookSettings *settings)
{
    static const BlockKey KEYS[] = {
        {"on", read_on},
        {"off", read_off},
        {"wait-for-disconnect", read_wait},
        {"backup", read_backup},
    };
    Maintenance maintenance = {.where = block_where(reader, node)};
    if (!block_read(reader, node, KEYS, sizeof KEYS / sizeof *KEYS, &maintenance))
        return false;
    if (!block_is_empty(node) && (!maintenance.on.argv || !maintenance.off.argv))
        return block_wrong(reader, node, NULL, "maintenance: needs both on: and off:");
    settings->maintenance = maintenance;
    settings->maintenance_origin = reader->origin;
    return true;
}

// ---- all three

static const char MAINTENANCE_EXAMPLE[] =
    "for example:\n    maintenance:\n      on: systemctl stop shop\n      off: systemctl start "
    "shop\n"
    "      wait-for-disconnect: {application: shop, timeout: 1min}";

const char *const *hook_settings_keys(void)
{
    static const char *const KEYS[] = {"hooks", "maintenance", "smoke", NULL};
    return KEYS;
}

bool hook_settings_has_key(const char *key)
{
    for (const char *const *known = hook_settings_keys(); *known; known++)
        if (strcmp(key, *known) == 0)
            return true;
    return false;
}

bool hook_settings_read(const BlockReader *reader, const YamlNode *node)
{
    BlockReader inner = *reader;
    HookSettings *settings = arena_new_object(reader->context->arena, HookSettings);
    if (reader->context->hooks) // what others hold stays as it is
        *settings = *reader->context->hooks;
    inner.block = arena_printf(reader->context->arena, "%s:", node->key);
    inner.example = EXAMPLE;
    if (strcmp(node->key, "hooks") == 0) {
        if (!read_hook_block(&inner, node, settings))
            return false;
    } else if (strcmp(node->key, "maintenance") == 0) {
        inner.example = MAINTENANCE_EXAMPLE;
        if (!read_maintenance(&inner, node, settings))
            return false;
    } else {
        SmokeChecks checks = {0};
        if (!smoke_settings_read(&inner, node, &checks))
            return false;
        settings->smoke = checks;
        settings->smoke_origin = reader->origin;
    }
    reader->context->hooks = settings;
    return true;
}

// ---- shown

static const char *command_text(Arena *arena, const char *const *argv)
{
    Words words = {0};
    for (; *argv; argv++)
        *vec_append(arena, &words) = *argv;
    return masked_output(arena, words_join(arena, &words), NULL);
}

static const char *hook_text(Arena *arena, const Hook *hook)
{
    const char *text = command_text(arena, hook->argv);
    if (hook->failure != HOOK_FAIL)
        text = arena_printf(arena, "%s (failure: %s)", text, hook_failure_word(hook->failure));
    return text;
}

static const char *smoke_text(Arena *arena, const SmokeCheck *check)
{
    if (check->kind == SMOKE_COMMAND)
        return command_text(arena, check->argv);
    if (check->kind == SMOKE_SQL)
        return check->sql ? check->sql : check->sql_file;
    return masked_output(arena, arena_printf(arena, "%s %s", smoke_method(check), check->url),
                         NULL);
}

static void add_row(const Context *context, HookSettingRows *rows, const char *name,
                    const char *value, const char *where, Origin origin)
{
    *vec_append(context->arena, rows) = (HookSettingRow){name, value, where, origin};
}

static const char *wait_text(Arena *arena, const Maintenance *maintenance)
{
    const char *text = "";
    if (maintenance->applications.len)
        text = arena_printf(arena, "application %s", words_join(arena, &maintenance->applications));
    if (maintenance->roles.len)
        text = arena_printf(arena, "%s%srole %s", text, *text ? ", " : "",
                            words_join(arena, &maintenance->roles));
    return text;
}

void hook_settings_rows(const Context *context, HookSettingRows *rows)
{
    const HookSettings *settings = context->hooks;
    Arena *arena = context->arena;
    for (int i = 0; settings && i < HOOK_MOMENT_COUNT; i++)
        if (settings->hooks[i].argv)
            add_row(context, rows, arena_printf(arena, "hooks.%s", hook_word((HookMoment)i)),
                    hook_text(arena, &settings->hooks[i]), settings->hooks[i].where,
                    settings->origins[i]);
    const Maintenance *maintenance = settings ? &settings->maintenance : NULL;
    if (maintenance && maintenance->on.argv) {
        Origin origin = settings->maintenance_origin;
        add_row(context, rows, "maintenance.on", hook_text(arena, &maintenance->on),
                maintenance->on.where, origin);
        add_row(context, rows, "maintenance.off", hook_text(arena, &maintenance->off),
                maintenance->off.where, origin);
        if (maintenance->applications.len || maintenance->roles.len)
            add_row(context, rows, "maintenance.wait-for-disconnect", wait_text(arena, maintenance),
                    maintenance->where, origin);
        add_row(context, rows, "maintenance.backup",
                maintenance->has_backup_inside ? "inside" : "before", maintenance->where, origin);
    }
    for (size_t i = 0; settings && i < settings->smoke.len; i++) {
        const SmokeCheck *check = &settings->smoke.items[i];
        add_row(context, rows, arena_printf(arena, "smoke.%s", check->name),
                smoke_text(arena, check), check->where, settings->smoke_origin);
    }
}

// ---- found

static Hook of_options(const Context *context)
{
    const OptionValue *words = &context->options.values[OPTION_AFTER_BACKUP];
    const char *failure = option_text(&context->options, OPTION_AFTER_BACKUP_FAILURE);
    if (!words->where)
        return (Hook){0};
    return (Hook){
        .argv = words->list.items,
        .failure = failure && strcmp(failure, "warn") == 0 ? HOOK_WARN : HOOK_FAIL,
        .where = words->where,
        .warn_key = "after-backup-failure: warn",
    };
}

bool hook_settings_find(const Context *context, HookMoment moment, Hook *ret_hook, Err *err)
{
    Hook found = context->hooks ? context->hooks->hooks[moment] : (Hook){0};
    Hook option = moment == HOOK_AFTER_BACKUP ? of_options(context) : (Hook){0};
    bool is_flag =
        option.argv && context->options.values[OPTION_AFTER_BACKUP].origin == ORIGIN_FLAG;
    if (found.argv && option.argv && !is_flag) {
        fail(err, ERR_CONFIG, "after-backup is said twice: %s and %s", option.where, found.where);
        return err_hint(err, "leave one of them out; hooks: has room for a timeout and retries");
    }
    *ret_hook = option.argv ? option : found;
    return true;
}
