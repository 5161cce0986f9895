#include "run/lock_wanted.h"

#include "check/cast.h"
#include "check/catalog_functions.h"

#include <string.h>

static bool add(LockWanted *wanted, Str name)
{
    VEC_EACH (const Str, known, &wanted->names)
        if (str_eq_nocase(*known, name))
            return false;
    if (name.n)
        *vec_append(wanted->arena, &wanted->names) = (Str){arena_dup(wanted->arena, name), name.n};
    return name.n > 0;
}

void lock_wanted_add_statement(LockWanted *wanted, const ParsedStatement *parsed)
{
    NODE_WALK(node, parsed->node)
    {
        const char *function =
            node_is(node, "FuncCall") ? node_last_text(node_field(node, "funcname")) : "";
        const char *type = node_last_text(node_field(node, "typeName.names"));
        if (!catalog_function_is_stable(function) && !catalog_function_is_volatile(function))
            add(wanted, str_from(function));
        if (*type && !cast_is_builtin(&(ColumnType){.name = type}))
            add(wanted, str_from(type));
    }
}

// The last part of a quoted name: T t of public."T t".
static Str bare_name(const char *relation)
{
    const char *dot = strrchr(relation, '.');
    Str name = str_from(dot ? dot + 1 : relation);
    if (name.n > 1 && name.p[0] == '"')
        name = (Str){name.p + 1, name.n - 2};
    return name;
}

bool lock_wanted_add_plan(LockWanted *wanted, const Plan *plan)
{
    bool has_new = false;
    VEC_EACH (const Step, step, &plan->steps)
        VEC_EACH (const LockedStatement, statement, &step->locks.statements)
            VEC_EACH (const Effect, effect, &statement->effects.items) {
                const char *before = effect->known ? effect->known->renamed_from : NULL;
                has_new |= add(wanted, bare_name(effect->relation));
                has_new |= before && add(wanted, str_from(before));
            }
    return has_new;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool has(Str script, Str name)
{
    char first = lower(name.p[0]);
    for (size_t at = 0; at + name.n <= script.n; at++)
        if (lower(script.p[at]) == first && str_eq_nocase((Str){script.p + at, name.n}, name))
            return true;
    return false;
}

bool lock_wanted_in(const LockWanted *wanted, Str script)
{
    VEC_EACH (const Str, name, &wanted->names)
        if (has(script, *name))
            return true;
    return has(script, STR("search_path"));
}
