#include "check/rules/families.h"

#include <string.h>

const Rule *const RULE_FAMILIES[] = {
    RULES_LINT,
    RULES_COLUMN_ADD,
    RULES_COLUMN_ADD_TYPE,
    RULES_COLUMN_ADD_INLINE,
    RULES_COLUMN_CONTEXT,
    RULES_COLUMN_TYPE,
    RULES_COLUMN_VIEW,
    RULES_COLUMN_NULL,
    RULES_COLUMN_DROP,
    RULES_COLUMN_RENAME,
    RULES_COLUMN_GENERATED,
    RULES_COLUMN_KEY,
    RULES_CONSTRAINT_CHECK,
    RULES_CONSTRAINT_VALIDATE,
    RULES_CONSTRAINT_FOREIGN,
    RULES_CONSTRAINT_REFERENCE,
    RULES_CONSTRAINT_UNIQUE,
    RULES_CONSTRAINT_CHANGE,
    RULES_CONSTRAINT_DOMAIN,
    RULES_INDEX_CREATE,
    RULES_INDEX_CONCURRENT,
    RULES_INDEX_DROP,
    RULES_INDEX_WORTH,
    RULES_TABLE_DROP,
    RULES_TABLE_RENAME,
    RULES_VIEW,
    RULES_DATA,
    RULES_ROW_LOSS,
    RULES_STORAGE,
    RULES_PARTITION,
    RULES_TYPE_ENUM,
    RULES_TRIGGER,
    RULES_POLICY,
    RULES_PRIVILEGE,
    RULES_REPLICATION,
    RULES_SEQUENCE,
    RULES_STYLE,
    RULES_TRANSACTION,
    RULES_TIMEOUT,
    RULES_SERVER,
    NULL,
};

const Rule *rule_find(Str id)
{
    RULE_EACH (rule)
        if (str_eq(str_from(rule->id), id))
            return rule;
    return NULL;
}

bool rule_has_alias(const Rule *rule, Str tool, Str name)
{
    Str rest = str_trim(str_from(rule->aliases));
    while (rest.n) {
        Str alias = str_until(rest, ' ');
        Str alias_tool = str_until(alias, ':');
        if (str_eq(alias_tool, tool) && alias_tool.n < alias.n &&
            str_eq_nocase(str_skip(alias, alias_tool.n + 1), name))
            return true;
        rest = str_trim(str_skip(rest, alias.n));
    }
    return false;
}

bool rule_goes_by(const Rule *rule, Str name)
{
    if (str_eq(str_from(rule->id), name))
        return true;
    for (Str rest = str_trim(str_from(rule->aliases)); rest.n;) {
        Str alias = str_until(rest, ' ');
        Str tool = str_until(alias, ':');
        if (tool.n < alias.n && str_eq_nocase(str_skip(alias, tool.n + 1), name))
            return true;
        rest = str_trim(str_skip(rest, alias.n));
    }
    return false;
}

const Rule *rule_find_any(Str name)
{
    const Rule *found = rule_find(name);
    RULE_EACH (rule)
        if (!found && rule_goes_by(rule, name))
            found = rule;
    return found;
}
