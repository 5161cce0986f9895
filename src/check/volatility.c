#include "check/volatility.h"

#include "check/catalog_functions.h"

static Volatility of_routine(const Routine *routine)
{
    return routine->volatility == 'v' ? VOLATILITY_VOLATILE : VOLATILITY_STABLE;
}

static Volatility of_name(const char *name)
{
    if (catalog_function_is_volatile(name))
        return VOLATILITY_VOLATILE;
    return catalog_function_is_stable(name) ? VOLATILITY_STABLE : VOLATILITY_UNKNOWN;
}

Volatility volatility_of_call(const Model *model, const Node *call)
{
    const Node *names = node_field(call, "funcname");
    const char *name = node_last_text(names);
    const char *schema = node_count(names) > 1 ? node_text(node_first(names), NULL) : "";
    if (strcmp(schema, "pg_catalog") == 0)
        return of_name(name);
    const Routine *routine = model ? model_routine(model, schema, name, NULL) : NULL;
    // pg_catalog is searched before the user's schemas
    Volatility own = *schema ? VOLATILITY_UNKNOWN : of_name(name);
    if (routine) // which overload is called, or one of PostgreSQL's own: the worse of them
        return own == VOLATILITY_VOLATILE ? own : of_routine(routine);
    if (own == VOLATILITY_UNKNOWN && catalog_function_is_volatile(name))
        return VOLATILITY_VOLATILE; // extensions.uuid_generate_v4()
    return own == VOLATILITY_UNKNOWN && extension_function_is_stable(name) ? VOLATILITY_STABLE
                                                                           : own;
}

ExpressionVolatility volatility_of(const Model *model, const Node *expression)
{
    ExpressionVolatility worst = {0};
    NODE_WALK(node, expression)
    {
        if (!node_is(node, "FuncCall"))
            continue;
        Volatility volatility = volatility_of_call(model, node);
        if (volatility > worst.volatility)
            worst =
                (ExpressionVolatility){volatility, node_last_text(node_field(node, "funcname"))};
    }
    return worst;
}

bool volatility_counts(ExpressionVolatility volatility)
{
    return volatility.volatility != VOLATILITY_STABLE;
}

const char *volatility_reason(Arena *arena, ExpressionVolatility volatility)
{
    if (volatility.volatility == VOLATILITY_STABLE)
        return NULL;
    return arena_printf(arena,
                        volatility.volatility == VOLATILITY_VOLATILE
                            ? "%s(), which is volatile"
                            : "%s(), of which nothing is known",
                        volatility.function);
}
