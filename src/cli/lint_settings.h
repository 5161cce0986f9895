// The `lint:` block of the configuration file: severities of rules, for all files and by path.
// Refuses to judge. Invariant: a rule that may lose data is never below its own severity.
#pragma once

#include "check/rules/rule.h"
#include "cli/command.h"
#include "io/yaml.h"

typedef struct RuleSetting {
    const Rule *rule;
    Severity severity;
} RuleSetting;

typedef VEC(RuleSetting) RuleSettings;

typedef struct PathSetting {
    const char *pattern;
    RuleSettings rules;
} PathSetting;

typedef struct LintSettings {
    RuleSettings rules;
    VEC(PathSetting) paths;
} LintSettings;

// Also gives the options threshold, pg, assume-timeouts and baseline their values. ERR_CONFIG with
// the position.
bool lint_settings_read(Context *context, const char *file, const YamlNode *block, Err *err)
    __attribute__((warn_unused_result));
// For LintOptions: -1 where nothing is said. `settings` may be NULL.
int lint_settings_severity(void *settings, const Rule *rule, const char *path);

bool lint_threshold_parse(const char *text, Severity *ret_threshold, Err *err)
    __attribute__((warn_unused_result));
// "15" or "13..18".
bool lint_pg_parse(const char *text, int *ret_from, int *ret_to, Err *err)
    __attribute__((warn_unused_result));
// A rule by its name here or elsewhere; ERR_CONFIG names the nearest.
const Rule *lint_rule_find(const char *name, Err *err) __attribute__((warn_unused_result));
