// Functions and procedures: signature and what planner and security go by.
#include "check/replay/routine.h"

#include "check/replay/kind.h"
#include "sql/plpgsql.h"

static void append_argument(const Replay *replay, const char **arguments, const Node *type_name)
{
    ColumnType type = replay_type(replay->scratch, type_name, NULL);
    const Type *known = model_type(replay->model, type.schema, type.name);
    type.schema = known ? known->schema : row_schema(replay, &type);
    const char *dot = *type.schema ? "." : "";
    *arguments = arena_printf(replay->scratch, "%s%s%s%s%s%s", *arguments, **arguments ? "," : "",
                              type.schema, dot, type.name, type.is_array ? "[]" : "");
}

static bool is_input(const Node *parameter)
{
    return !node_text_is(parameter, "mode", "FUNC_PARAM_OUT") &&
           !node_text_is(parameter, "mode", "FUNC_PARAM_TABLE");
}

const char *parameter_types(const Replay *replay, const Node *parameters)
{
    const char *arguments = "";
    NODE_EACH(parameter, parameters)
    if (is_input(parameter))
        append_argument(replay, &arguments, node_field(parameter, "argType"));
    return arguments;
}

Routine *found_routine(const Replay *replay, const Node *object)
{
    const Node *names = node_field(object, "objname");
    const char *arguments = NULL;
    if (!node_flag(object, "args_unspecified"))
        arguments = parameter_types(replay, node_field(object, "objfuncargs"));
    return model_routine(replay->model, schema_of(names), node_last_text(names), arguments);
}

static void read_option(const Node *option, Routine *routine)
{
    if (node_text_is(option, "defname", "volatility"))
        routine->volatility = node_text(option, "arg")[0];
    else if (node_text_is(option, "defname", "security"))
        routine->is_security_definer = node_flag(option, "arg");
    else if (node_text_is(option, "defname", "set") &&
             node_text_is(option, "arg.name", "search_path"))
        routine->has_search_path = node_text_is(option, "arg.kind", "VAR_SET_VALUE") ||
                                   node_text_is(option, "arg.kind", "VAR_SET_CURRENT");
}

static const char *language_of(const Replay *replay, const Node *node)
{
    NODE_EACH(option, node_field(node, "options"))
    if (node_text_is(option, "defname", "language"))
        return keep(replay, node_text(option, "arg"));
    return "sql";
}

static bool reads_relation(const Node *query)
{
    bool has_with = false;
    bool has_relation = false;
    NODE_WALK(node, query)
    {
        has_with = has_with || node_is(node, "CommonTableExpr");
        has_relation = has_relation || node_is(node, "RangeVar");
    }
    return has_relation && !has_with; // else it may be the name of a WITH query
}

static bool has_query(const Replay *replay)
{
    const Body *body = body_of(replay->scratch, replay->parsed);
    VEC_EACH (const BodyStatement, statement, &body->statements)
        if (reads_relation(statement->parsed.node))
            return true;
    return false;
}

void replay_create_routine(const Replay *replay, const Node *node)
{
    const Node *names = node_field(node, "funcname");
    const char *schema = new_schema_of(replay, names);
    const char *arguments = parameter_types(replay, node_field(node, "parameters"));
    Routine *routine = model_routine(replay->model, schema, node_last_text(names), arguments);
    if (!routine)
        routine = model_add_routine(replay->model, schema, keep(replay, node_last_text(names)),
                                    keep(replay, arguments), replay->made);
    routine->volatility = 'v';
    routine->is_procedure = node_flag(node, "is_procedure");
    routine->is_security_definer = false;
    routine->has_search_path = false;
    routine->language = language_of(replay, node);
    routine->returns = "";
    routine->made = replay->made;
    if (node_has(node, "returnType")) {
        ColumnType type = resolved_type(replay, node_field(node, "returnType"), NULL, NULL);
        routine->returns = type.name;
    }
    NODE_EACH(option, node_field(node, "options"))
    read_option(option, routine);
    routine->has_query = routine->volatility == 'i' && has_query(replay);
}

void replay_alter_routine(const Replay *replay, const Node *node)
{
    Routine *routine = found_routine(replay, node_field(node, "func"));
    if (!routine)
        return;
    NODE_EACH(option, node_field(node, "actions"))
    read_option(option, routine);
}
