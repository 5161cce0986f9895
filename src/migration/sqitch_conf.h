// sqitch.conf: settings in sections, as git writes them.
// Refuses to know what a setting means, and the other files that sqitch reads (~/.sqitch, /etc).
// Invariant: settings stand in the order of the file; of two with the same name the last counts.
#pragma once

#include "base/err.h"
#include "migration/layout.h"

typedef struct SqitchSetting {
    const char *section; // "core", "engine.pg", "deploy.variables"; its first part in small letters
    const char *name;    // as it is spelled
    const char *value;   // "" when there is no "="
    Position position;
} SqitchSetting;

typedef VEC(SqitchSetting) SqitchSettings;

// ERR_CONFIG with position: a line that is neither section nor setting, a quote that does not end.
bool sqitch_conf_parse(Arena *arena, const SourceText *text, SqitchSettings *ret_settings, Err *err)
    __attribute__((warn_unused_result));
// Names in any case; NULL when it is not there.
const SqitchSetting *sqitch_conf_find(const SqitchSettings *settings, const char *section,
                                      const char *name);
