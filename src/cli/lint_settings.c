#include "cli/lint_settings.h"

#include "base/nearest.h"

#include <fnmatch.h>
#include <string.h>

typedef struct Reading {
    Context *context;
    const char *file;
    LintSettings *settings;
    Err *err;
} Reading;

static const char EXAMPLE[] =
    "for example:\nlint:\n  threshold: error\n  rules:\n    wide-index: off\n"
    "  paths:\n    - path: migrations/seed/*\n      rules:\n"
    "        update-without-batch: notice";

static bool wrong(const Reading *reading, const YamlNode *node, const char *message,
                  const char *hint)
{
    fail(reading->err, ERR_CONFIG, "%s", message);
    err_hint(reading->err, "%s", hint);
    return err_at(reading->err, reading->file, node->position);
}

bool lint_threshold_parse(const char *text, Severity *ret_threshold, Err *err)
{
    Severity threshold;
    if (severity_parse(str_from(text), &threshold) && threshold != SEVERITY_OFF) {
        *ret_threshold = threshold;
        return true;
    }
    fail(err, ERR_CONFIG, "threshold is notice, warning or error, not \"%s\"", text);
    return err_hint(err, "findings below it are shown, and do not fail: --threshold error");
}

static bool major(Str text, int *ret_major)
{
    if (!str_is_digits(text) || text.n != 2)
        return false;
    *ret_major = (text.p[0] - '0') * 10 + text.p[1] - '0';
    return *ret_major >= PG_OLDEST && *ret_major <= PG_NEWEST;
}

bool lint_pg_parse(const char *text, int *ret_from, int *ret_to, Err *err)
{
    Str all = str_from(text);
    ptrdiff_t dots = str_find(all, STR(".."));
    int from;
    int to;
    bool is_read = dots < 0 ? major(all, &from) : major((Str){text, (size_t)dots}, &from);
    to = from;
    if (is_read && dots >= 0)
        is_read = major(str_skip(all, (size_t)dots + 2), &to) && from <= to;
    if (!is_read) {
        fail(err, ERR_CONFIG, "pg takes majors of PostgreSQL from %d to %d, not \"%s\"", PG_OLDEST,
             PG_NEWEST, text);
        return err_hint(err, "write one, --pg 15, or the first and the last, --pg 14..17");
    }
    *ret_from = from;
    *ret_to = to;
    return true;
}

const Rule *lint_rule_find(const char *name, Err *err)
{
    const Rule *found = rule_find_any(str_from(name));
    if (found)
        return found;
    Nearest nearest = nearest_to(str_from(name));
    RULE_EACH (rule)
        nearest_offer(&nearest, rule->id);
    fail(err, ERR_CONFIG, "there is no rule \"%s\"", name);
    nearest.found ? err_hint(err, "did you mean: %s", nearest.found)
                  : err_hint(err, "see them: migrate-safe lint --rules");
    return NULL;
}

// A name of another tool may stand for several of ours.
static bool add_rule(const Reading *reading, const YamlNode *node, RuleSettings *rules)
{
    Severity severity;
    Arena *arena = reading->context->arena;
    if (node->kind != YAML_SCALAR || !severity_parse(str_from(node->text), &severity))
        return wrong(reading, node, "a rule is off, notice, warning or error", EXAMPLE);
    if (!lint_rule_find(node->key, reading->err))
        return err_at(reading->err, reading->file, node->position);
    const Rule *named = rule_find(str_from(node->key));
    RULE_EACH (rule) {
        if (named ? rule != named : !rule_goes_by(rule, str_from(node->key)))
            continue;
        bool is_off = rule->is_optional && severity == SEVERITY_OFF;
        if (rule->risk == RISK_DATA_LOSS && severity < rule->severity && !is_off)
            return wrong(reading, node,
                         arena_printf(arena, "%s finds what loses data: it cannot be less than %s",
                                      rule->id, severity_word(rule->severity)),
                         arena_printf(arena,
                                      "pass over it where it stands, with a reason: -- "
                                      "migrate-safe: ignore %s: reason",
                                      rule->id));
        *vec_append(arena, rules) = (RuleSetting){rule, severity};
    }
    return true;
}

static bool add_rules(const Reading *reading, const YamlNode *map, RuleSettings *rules)
{
    if (map->kind == YAML_SCALAR && !*map->text)
        return true;
    if (map->kind != YAML_MAP)
        return wrong(reading, map, "expected rules here, one \"name: severity\" a line", EXAMPLE);
    for (size_t i = 0; i < map->count; i++)
        if (!add_rule(reading, &map->children[i], rules))
            return false;
    return true;
}

static bool add_path(const Reading *reading, const YamlNode *item)
{
    const YamlNode *path = yaml_find(item, "path");
    const YamlNode *rules = yaml_find(item, "rules");
    if (!path || path->kind != YAML_SCALAR || !*path->text || !rules || item->count != 2)
        return wrong(reading, item, "expected path: and rules: here", EXAMPLE);
    PathSetting *setting = vec_append(reading->context->arena, &reading->settings->paths);
    setting->pattern = path->text;
    return add_rules(reading, rules, &setting->rules);
}

static bool add_paths(const Reading *reading, const YamlNode *list)
{
    if (list->kind == YAML_SCALAR && !*list->text)
        return true;
    if (list->kind != YAML_LIST)
        return wrong(reading, list, "expected a list of paths here", EXAMPLE);
    for (size_t i = 0; i < list->count; i++)
        if (!add_path(reading, &list->children[i]))
            return false;
    return true;
}

static bool check_option(OptionId id, const char *text, Err *err)
{
    Severity threshold;
    int from;
    int to;
    return id == OPTION_THRESHOLD ? lint_threshold_parse(text, &threshold, err)
           : id == OPTION_PG      ? lint_pg_parse(text, &from, &to, err)
                                  : true;
}

static bool set_option(const Reading *reading, OptionId id, const YamlNode *node)
{
    Arena *arena = reading->context->arena;
    const char *where =
        arena_printf(arena, "%s:%d:%d", reading->file, node->position.line, node->position.column);
    if (node->kind != YAML_SCALAR)
        return wrong(reading, node, "this setting takes one value", "write it as name: value");
    const char *slash = strrchr(reading->file, '/');
    const char *text = node->text;
    if (id == OPTION_BASELINE && slash && *text != '/' && *text)
        text = arena_printf(arena, "%.*s/%s", (int)(slash - reading->file), reading->file, text);
    return (check_option(id, text, reading->err) &&
            option_set(arena, &reading->context->options, id, ORIGIN_DEFAULTS, where, text,
                       reading->err)) ||
           err_at(reading->err, reading->file, node->position);
}

static bool read_setting(const Reading *reading, const YamlNode *node)
{
    static const OptionId TAKEN[] = {OPTION_THRESHOLD, OPTION_PG, OPTION_ASSUME_TIMEOUTS,
                                     OPTION_BASELINE};
    Nearest nearest = nearest_to(str_from(node->key));
    if (strcmp(node->key, "rules") == 0)
        return add_rules(reading, node, &reading->settings->rules);
    if (strcmp(node->key, "paths") == 0)
        return add_paths(reading, node);
    nearest_offer(&nearest, "rules");
    nearest_offer(&nearest, "paths");
    for (size_t i = 0; i < sizeof TAKEN / sizeof *TAKEN; i++) {
        if (strcmp(node->key, OPTIONS[TAKEN[i]].name) == 0)
            return set_option(reading, TAKEN[i], node);
        nearest_offer(&nearest, OPTIONS[TAKEN[i]].name);
    }
    Arena *arena = reading->context->arena;
    return wrong(reading, node, arena_printf(arena, "unknown setting \"%s\" of lint:", node->key),
                 nearest.found
                     ? arena_printf(arena, "did you mean: %s", nearest.found)
                     : "settings: threshold, pg, assume-timeouts, baseline, rules, paths");
}

bool lint_settings_read(Context *context, const char *file, const YamlNode *block, Err *err)
{
    LintSettings *settings = arena_new_object(context->arena, LintSettings);
    Reading reading = {context, file, settings, err};
    context->lint = settings;
    if (block->kind == YAML_SCALAR && !*block->text)
        return true; // an empty block
    if (block->kind != YAML_MAP)
        return wrong(&reading, block, "expected settings of lint here", EXAMPLE);
    for (size_t i = 0; i < block->count; i++)
        if (!read_setting(&reading, &block->children[i]))
            return false;
    return true;
}

static int of_rules(const RuleSettings *rules, const Rule *rule, int before)
{
    int found = before;
    VEC_EACH (const RuleSetting, setting, rules)
        if (setting->rule == rule)
            found = (int)setting->severity;
    return found;
}

// As a whole, or from any of its folders on: "seed/*" is meant for db/seed/001.sql too.
static bool path_matches(const char *pattern, const char *path)
{
    for (const char *from = path; from; from = strchr(from, '/')) {
        from += *from == '/';
        if (fnmatch(pattern, from, 0) == 0)
            return true;
    }
    return fnmatch(pattern, path, 0) == 0;
}

int lint_settings_severity(void *context, const Rule *rule, const char *path)
{
    const LintSettings *settings = context;
    if (!settings)
        return -1;
    int severity = of_rules(&settings->rules, rule, -1);
    VEC_EACH (const PathSetting, setting, &settings->paths)
        if (of_rules(&setting->rules, rule, -1) >= 0 && path_matches(setting->pattern, path))
            severity = of_rules(&setting->rules, rule, severity);
    return severity;
}
