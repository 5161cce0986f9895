// The blocks `hooks:`, `maintenance:` and `smoke:` of an environment or of the defaults.
// Refuses to run anything. Invariant: an environment's block replaces what it names: hooks one by
// one, maintenance and smoke as a whole.
#pragma once

#include "cli/block_reader.h"
#include "run/hook/maintenance.h"
#include "run/smoke/smoke.h"

typedef struct HookSettings {
    Hook hooks[HOOK_MOMENT_COUNT];
    Origin origins[HOOK_MOMENT_COUNT];
    Maintenance maintenance;
    Origin maintenance_origin;
    SmokeChecks smoke;
    Origin smoke_origin;
} HookSettings;

typedef struct HookSettingRow {
    const char *name; // "hooks.before-up"
    const char *value;
    const char *where;
    Origin origin;
} HookSettingRow;

typedef VEC(HookSettingRow) HookSettingRows;

const char *const *hook_settings_keys(void); // the three; NULL behind them
bool hook_settings_has_key(const char *key);
bool hook_settings_read(const BlockReader *reader, const YamlNode *node)
    __attribute__((warn_unused_result));
// What is there, for people; without secrets.
void hook_settings_rows(const Context *context, HookSettingRows *rows);
// Of this moment, from the block, or for after-backup from the options; without one its argv is
// NULL. ERR_CONFIG: both say it.
bool hook_settings_find(const Context *context, HookMoment moment, Hook *ret_hook, Err *err)
    __attribute__((warn_unused_result));
