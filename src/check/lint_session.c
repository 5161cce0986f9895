// Follows SET, RESET and set_config() as far as rules ask: timeouts, search_path, role, time zone.
#include "check/lint_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct Change {
    const char *name;
    const char *value; // NULL: back to the default
    bool is_local;
    Position position;
} Change;

static SettingState *timeout_of(JudgedSession *session, const char *name)
{
    if (!strcasecmp(name, "lock_timeout"))
        return &session->lock_timeout;
    if (!strcasecmp(name, "statement_timeout"))
        return &session->statement_timeout;
    if (!strcasecmp(name, "transaction_timeout"))
        return &session->transaction_timeout;
    if (!strcasecmp(name, "idle_in_transaction_session_timeout"))
        return &session->idle_timeout;
    return NULL;
}

// "2s", "500", "'1 min'": milliseconds where no unit is said. What cannot be read counts as set.
static int64_t milliseconds(const char *value)
{
    static const struct {
        const char *unit;
        double factor;
    } UNITS[] = {{"us", 0.001},  {"ms", 1},       {"s", 1000}, {"min", 60000},
                 {"h", 3600000}, {"d", 86400000}, {"", 1}};
    char *end;
    double number = strtod(value, &end);
    Str unit = str_trim(str_from(end));
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
        if (str_eq(unit, str_from(UNITS[i].unit)))
            return number > 0 && number * UNITS[i].factor < 1 ? 1
                                                              : (int64_t)(number * UNITS[i].factor);
    return 1;
}

static void change(JudgedSession *session, Arena *arena, const Change *made, bool is_in_block)
{
    SettingState *timeout = timeout_of(session, made->name);
    if (timeout)
        *timeout = made->value ? (SettingState){.is_set = true,
                                                .is_local = made->is_local,
                                                .is_useless = made->is_local && !is_in_block,
                                                .value_ms = milliseconds(made->value),
                                                .position = made->position}
                               : (SettingState){.is_taken_back = timeout->is_set};
    else if (!strcasecmp(made->name, "search_path"))
        session->has_search_path = made->value != NULL;
    else if (!strcasecmp(made->name, "timezone"))
        session->time_zone = made->value ? arena_strdup(arena, made->value) : NULL;
    else if (!strcasecmp(made->name, "role") || !strcasecmp(made->name, "session_authorization"))
        session->role = made->value && strcasecmp(made->value, "none") != 0
                            ? arena_strdup(arena, made->value)
                            : NULL;
    else if (!strcasecmp(made->name, "session_replication_role"))
        session->replicates_only = made->value && !strcasecmp(made->value, "replica");
}

static void reset_all(JudgedSession *session)
{
    bool was_set = session->lock_timeout.is_set;
    *session = (JudgedSession){.lock_timeout.is_taken_back = was_set};
}

static const char *constant(Arena *arena, const Node *argument)
{
    if (node_has(argument, "sval"))
        return node_text(argument, "sval.sval");
    if (node_has(argument, "ival"))
        return arena_printf(arena, "%lld", (long long)node_int(argument, "ival.ival"));
    if (node_has(argument, "fval"))
        return node_text(argument, "fval.fval");
    return node_has(argument, "boolval") ? "on" : "0";
}

static void follow_set(JudgedSession *session, Arena *arena, const ParsedStatement *parsed,
                       bool is_in_block)
{
    const Node *node = parsed->node;
    if (node_text_is(node, "kind", "VAR_RESET_ALL")) {
        reset_all(session);
        return;
    }
    const Node *argument = node_first(node_field(node, "args"));
    bool has_value = node_text_is(node, "kind", "VAR_SET_VALUE");
    change(session, arena,
           &(Change){node_text(node, "name"), has_value ? constant(arena, argument) : NULL,
                     node_flag(node, "is_local"), parsed->statement.position},
           is_in_block);
}

// SELECT set_config('lock_timeout', '2s', true)
static void follow_select(JudgedSession *session, Arena *arena, const ParsedStatement *parsed,
                          bool is_in_block)
{
    NODE_EACH(target, node_field(parsed->node, "targetList"))
    {
        const Node *call = node_field(target, "val");
        if (!node_is(call, "FuncCall") ||
            strcmp(node_last_text(node_field(call, "funcname")), "set_config") != 0)
            continue;
        const Node *name = node_first(node_field(call, "args"));
        const Node *value = node_next(name);
        if (value && node_is(name, "A_Const"))
            change(session, arena,
                   &(Change){constant(arena, name), constant(arena, value),
                             node_flag(node_next(value), "boolval.boolval"),
                             parsed->statement.position},
                   is_in_block);
    }
}

void session_follow(JudgedSession *session, Arena *arena, const ParsedStatement *parsed,
                    bool is_in_block)
{
    if (node_is(parsed->node, "VariableSetStmt"))
        follow_set(session, arena, parsed, is_in_block);
    else if (node_is(parsed->node, "DiscardStmt"))
        reset_all(session);
    else if (node_is(parsed->node, "SelectStmt"))
        follow_select(session, arena, parsed, is_in_block);
}

static void end_local(SettingState *setting)
{
    if (setting->is_local)
        *setting = (SettingState){0};
}

void session_end_transaction(JudgedSession *session)
{
    end_local(&session->lock_timeout);
    end_local(&session->statement_timeout);
    end_local(&session->transaction_timeout);
    end_local(&session->idle_timeout);
}
