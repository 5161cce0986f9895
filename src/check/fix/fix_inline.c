// Constraints that come with a column: the column first, the constraint beside it as if it were
// there already. The SQL is that of Finding.instead, whose parts lines of comment divide.
#include "check/fix/fix.h"
#include "check/rules/column_subject.h"

#include <string.h>

// The statements between two lines of comment, from 0; "": there are not so many.
static const char *part_of(Fixing *fixing, size_t number)
{
    Str rest = str_from(fixing->finding->instead);
    Str line;
    const char *from = rest.p;
    const char *until = rest.p;
    size_t part = 0;
    while (str_line(&rest, &line)) {
        if (!str_starts(line, STR("-- "))) {
            until = line.p + line.n;
            continue;
        }
        if (part++ == number)
            break;
        from = until = rest.p;
    }
    return part < number ? "" : arena_dup(fixing->arena, (Str){from, (size_t)(until - from)});
}

// VALIDATE CONSTRAINT of a name becomes DROP CONSTRAINT of it.
static const char *drop_of(Fixing *fixing, const char *validate)
{
    static const char WORD[] = " VALIDATE CONSTRAINT ";
    const char *at = strstr(validate, WORD);
    REQUIRE(at != NULL);
    return arena_printf(fixing->arena, "%.*s DROP CONSTRAINT %s", (int)(at - validate), validate,
                        at + strlen(WORD));
}

static size_t count_constraints(const Node *definition, const char *contype)
{
    size_t count = 0;
    NODE_EACH(constraint, node_field(definition, "constraints"))
    count += node_text_is(constraint, "contype", contype);
    return count;
}

static bool is_refused(Fixing *fixing, const char *contype, ColumnSubject *ret_subject)
{
    const Judged *judged = fixing->judged;
    if (!column_subject(judged, ret_subject) || !fixing->finding->instead)
        fix_refuse(fixing, "what the table is, no file says");
    else if (node_flag(judged->command, "missing_ok"))
        fix_refuse(fixing, "IF NOT EXISTS leaves open what the column is");
    else if (count_constraints(ret_subject->definition, contype) > 1)
        fix_refuse(fixing, "the column has several of these");
    else if (ret_subject->relation && ret_subject->relation->kind == RELATION_PARTITIONED)
        fix_refuse(fixing, "the table is partitioned");
    return fixing->fix->refused != NULL;
}

static void end(Fixing *fixing, const ColumnSubject *subject)
{
    const char *table = node_text(subject->range, "relname");
    fixing->fix->steps.items[0].object =
        arena_printf(fixing->arena, "column %s.%s", table, subject->name);
    fix_name(fixing, subject->name);
    fix_name(fixing, table);
}

static void make_check(Fixing *fixing)
{
    ColumnSubject subject;
    if (is_refused(fixing, "CONSTR_CHECK", &subject))
        return;
    const char *here = part_of(fixing, 0);
    const char *validate = part_of(fixing, 1);
    const char *add = strstr(here, ";\n") + 2;
    fix_step(fixing, FIX_HERE, "column", here);
    fix_step(fixing, FIX_LONG, "validate", validate)->down =
        arena_printf(fixing->arena, "%s\n%s", drop_of(fixing, validate), add);
    end(fixing, &subject);
}

static void make_foreign(Fixing *fixing)
{
    ColumnSubject subject;
    if (is_refused(fixing, "CONSTR_FOREIGN", &subject))
        return;
    const char *add = part_of(fixing, 1);
    const char *validate = part_of(fixing, 2);
    const char *drop = drop_of(fixing, validate);
    fix_step(fixing, FIX_HERE, "column", part_of(fixing, 0));
    fix_step(fixing, FIX_SHORT, "reference", add)->down = drop;
    fix_step(fixing, FIX_LONG, "validate", validate)->down =
        arena_printf(fixing->arena, "%s\n%s", drop, add);
    end(fixing, &subject);
}

const FixRule FIXES_INLINE[] = {
    {"add-column-inline-check", make_check},
    {"add-column-inline-fk", make_foreign},
    {NULL, NULL},
};
