#include "check/fix/fix.h"

#include <string.h>

static const FixRule *const FAMILIES[] = {
    FIXES_COLUMN, FIXES_CONSTRAINT, FIXES_DROP, FIXES_INDEX, FIXES_INLINE,
    FIXES_KEY,    FIXES_RENAME,     FIXES_ROWS, FIXES_TYPE,  NULL};

static const FixRule *find(const Rule *rule)
{
    for (const FixRule *const *family = FAMILIES; *family; family++)
        for (const FixRule *known = *family; known->rule; known++)
            if (strcmp(known->rule, rule->id) == 0)
                return known;
    return NULL;
}

bool fix_is_known(const Rule *rule)
{
    return find(rule) != NULL;
}

FixStep *fix_step(Fixing *fixing, FixPlace place, const char *title, const char *sql)
{
    FixStep *step = vec_append(fixing->arena, &fixing->fix->steps);
    *step = (FixStep){.place = place, .title = title, .sql = sql};
    return step;
}

void fix_name(Fixing *fixing, const char *name)
{
    if (*name)
        *vec_append(fixing->arena, &fixing->fix->names) = arena_strdup(fixing->arena, name);
}

void fix_contract_name(Fixing *fixing, const char *name)
{
    *vec_append(fixing->arena, &fixing->fix->contract_names) = arena_strdup(fixing->arena, name);
}

void fix_refuse(Fixing *fixing, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fixing->fix->refused = arena_vprintf(fixing->arena, format, args);
    va_end(args);
}

static int command_number(const Judged *judged)
{
    int number = 0;
    NODE_EACH(command, node_field(judged->node, "cmds"))
    {
        if (command == judged->command)
            return number;
        number++;
    }
    return -1;
}

// Of several commands in one ALTER TABLE only this one is replaced.
static void set_place(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    Fix *fix = fixing->fix;
    fix->statement = judged->parsed->statement.offset;
    fix->position = judged->parsed->statement.position;
    fix->command = -1;
    if (!judged->command || node_count(node_field(judged->node, "cmds")) < 2)
        return;
    statement_items(fixing->arena, judged->parsed, &fix->commands);
    fix->command = command_number(judged);
    if (fix->commands.len != node_count(node_field(judged->node, "cmds")))
        fix_refuse(fixing, "its commands cannot be told apart");
}

const Fix *fix_make(Arena *arena, const Judged *judged, const Finding *finding, bool keeps)
{
    const FixRule *known = find(finding->rule);
    if (!known)
        return NULL;
    Fix *fix = arena_new_object(arena, Fix);
    Fixing fixing = {judged, finding, keeps, arena, fix};
    fix->rule = known->rule;
    if (judged->is_in_body)
        fix_refuse(&fixing, "it stands in a DO block");
    else
        set_place(&fixing);
    if (!fix->refused)
        known->make(&fixing);
    if (!fix->refused && !fix->steps.len)
        fix_refuse(&fixing, "there is no safe form of this statement that is sure");
    if (fix->refused)
        fix->steps.len = 0;
    return fix;
}
