// Aggregates.
#include "base/text.h"
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"
#include "sql/quote.h"

enum {
    TEXT_MAX = 1 << 20
};

// Without arguments it is written with a star, but ROUTINE takes it as it is.
static const char *arguments_of(const Ddl *ddl, const SnapshotObject *object)
{
    const char *arguments = ddl_value(ddl, object, "arguments");
    return arguments && *arguments ? arguments : "*";
}

static void append_literal(const Ddl *ddl, Text *text, const SnapshotObject *object,
                           const char *option, const char *name)
{
    const char *value = ddl_value(ddl, object, name);
    if (value)
        text_printf(text, ", %s = %s", option, quote_literal(ddl->arena, value));
}

static bool is_true(const Ddl *ddl, const SnapshotObject *object, const char *name)
{
    const char *value = ddl_value(ddl, object, name);
    return value && strcmp(value, "t") == 0;
}

static void append_space(const Ddl *ddl, Text *text, const SnapshotObject *object,
                         const char *option, const char *name)
{
    const char *value = ddl_value(ddl, object, name);
    if (value && strcmp(value, "0") != 0)
        text_printf(text, ", %s = %s", option, value);
}

// pg_aggregate.h: AGGMODIFY_*
static void append_modify(const Ddl *ddl, Text *text, const SnapshotObject *object,
                          const char *option, const char *name)
{
    const char *value = ddl_value(ddl, object, name);
    const char *word = !value || *value == 'r' ? "READ_ONLY"
                       : *value == 's'         ? "SHAREABLE"
                                               : "READ_WRITE";
    text_printf(text, ", %s = %s", option, word);
}

static void append_plain(const Ddl *ddl, Text *text, const SnapshotObject *object)
{
    text_printf(text, "%s%s", ddl_function_clause(ddl, object, "SFUNC = ", "sfunc"),
                ddl_clause(ddl, object, ", STYPE = ", "stype"));
    append_space(ddl, text, object, "SSPACE", "sspace");
    if (ddl_value(ddl, object, "finalfunc")) {
        text_printf(text, "%s%s", ddl_function_clause(ddl, object, ", FINALFUNC = ", "finalfunc"),
                    is_true(ddl, object, "finalfunc_extra") ? ", FINALFUNC_EXTRA" : "");
    }
    append_modify(ddl, text, object, "FINALFUNC_MODIFY", "finalfunc_modify");
    text_printf(text, "%s%s%s", ddl_function_clause(ddl, object, ", COMBINEFUNC = ", "combinefunc"),
                ddl_function_clause(ddl, object, ", SERIALFUNC = ", "serialfunc"),
                ddl_function_clause(ddl, object, ", DESERIALFUNC = ", "deserialfunc"));
    append_literal(ddl, text, object, "INITCOND", "initcond");
}

// What serves windows that move.
static void append_moving(const Ddl *ddl, Text *text, const SnapshotObject *object)
{
    if (!ddl_value(ddl, object, "msfunc"))
        return;
    text_printf(text, "%s%s%s", ddl_function_clause(ddl, object, ", MSFUNC = ", "msfunc"),
                ddl_function_clause(ddl, object, ", MINVFUNC = ", "minvfunc"),
                ddl_clause(ddl, object, ", MSTYPE = ", "mstype"));
    append_space(ddl, text, object, "MSSPACE", "msspace");
    text_printf(text, "%s%s", ddl_function_clause(ddl, object, ", MFINALFUNC = ", "mfinalfunc"),
                is_true(ddl, object, "mfinalfunc_extra") ? ", MFINALFUNC_EXTRA" : "");
    append_modify(ddl, text, object, "MFINALFUNC_MODIFY", "mfinalfunc_modify");
    append_literal(ddl, text, object, "MINITCOND", "minitcond");
}

static void append_rest(const Ddl *ddl, Text *text, const SnapshotObject *object)
{
    const char *operator= ddl_value(ddl, object, "sortop");
    if (operator)
        text_printf(text, ", SORTOP = OPERATOR(%s)", ddl_signature_name(ddl->arena, operator));
    const char *parallel = ddl_value(ddl, object, "parallel");
    if (parallel && *parallel != 'u')
        text_printf(text, ", PARALLEL = %s", *parallel == 's' ? "SAFE" : "RESTRICTED");
    const char *ordering = ddl_value(ddl, object, "ordering");
    if (ordering && *ordering == 'h')
        text_append(text, STR(", HYPOTHETICAL"));
}

static void add_create(Ddl *ddl, const SnapshotObject *object, const char *verb)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    append_plain(ddl, &text, object);
    append_moving(ddl, &text, object);
    append_rest(ddl, &text, object);
    ddl_add(ddl, "%s AGGREGATE %s(%s) (%s)", verb, ddl_signature_name(ddl->arena, object->identity),
            arguments_of(ddl, object), text_cstr(&text));
}

static bool create_aggregate(Ddl *ddl, const SnapshotObject *object)
{
    add_create(ddl, object, "CREATE");
    return true;
}

static bool drop_aggregate(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP ROUTINE %s", object->identity);
    return true;
}

// What it returns is the final function's type, else the state's.
static DdlResult change_aggregate(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    static const char *const FIXED[] = {"arguments", "ordering", "direct arguments", "stype",
                                        "finalfunc"};
    for (size_t i = 0; i < sizeof FIXED / sizeof *FIXED; i++)
        if (ddl_differs(then, now, FIXED[i]))
            return DDL_BY_CREATE;
    add_create(ddl, now, "CREATE OR REPLACE");
    return DDL_DONE;
}

const DdlKind DDL_AGGREGATE = {
    .kind = "aggregate",
    .owner_word = "ROUTINE",
    .grant_word = "FUNCTION",
    .create = create_aggregate,
    .drop = drop_aggregate,
    .change = change_aggregate,
};
