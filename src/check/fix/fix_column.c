// Columns: NOT NULL that is proven before, defaults that are filled in behind.
#include "check/fix/fix.h"
#include "check/fix/not_null.h"
#include "check/rules/column_subject.h"

#include <string.h>

static void make_not_null(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    NotNull column = {.range = range, .column = node_text(judged->command, "name")};
    const Column *known = relation ? relation_column(relation, column.column) : NULL;
    if (!node_text_is(judged->command, "subtype", "AT_SetNotNull"))
        fix_refuse(fixing, "write NOT VALID behind it, and VALIDATE CONSTRAINT in a later file");
    else if (verdict_is_only(range))
        fix_refuse(fixing, "a CHECK that is not for the tables below it has to be NO INHERIT");
    else if (known && known->is_not_null_pending)
        fix_refuse(fixing, "its NOT NULL is there, NOT VALID: VALIDATE CONSTRAINT is enough");
    if (fixing->fix->refused)
        return;
    not_null_promise(fixing, &column, FIX_HERE);
    not_null_validate(fixing, &column);
    not_null_say(fixing, &column);
    fixing->fix->is_additive = true;
    fix_name(fixing, node_text(range, "relname"));
}

// What may stand in a definition that is taken apart.
static bool is_plain(const Node *definition)
{
    static const char *const PLAIN[] = {"CONSTR_DEFAULT", "CONSTR_NOTNULL", "CONSTR_NULL"};
    NODE_EACH(constraint, node_field(definition, "constraints"))
    {
        bool is_known = false;
        for (size_t i = 0; i < sizeof PLAIN / sizeof *PLAIN; i++)
            is_known |= node_text_is(constraint, "contype", PLAIN[i]);
        if (!is_known)
            return false;
    }
    return true;
}

static void add_fill(Fixing *fixing, const ColumnSubject *subject)
{
    const Judged *judged = fixing->judged;
    FixStep *step = fix_step(
        fixing, FIX_ROWS, "fill",
        judged_printf(judged,
                      "-- All rows in one statement: each stays locked until it ends. Where the "
                      "table is large, fill\n"
                      "-- it in batches before; what has a value is left.\n"
                      "UPDATE %s SET %s = DEFAULT WHERE %s IS NULL;",
                      subject->sql_table, subject->sql_name, subject->sql_name));
    step->down = "";
}

// New rows have the default from the instant in which the column is there.
static void make_volatile_default(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    ColumnSubject subject;
    if (!column_subject(judged, &subject))
        return;
    const Node *definition = subject.definition;
    if (!is_plain(definition))
        fix_refuse(fixing, "its definition has other constraints, which the rows would meet");
    else if (node_flag(judged->command, "missing_ok"))
        fix_refuse(fixing, "IF NOT EXISTS leaves open what the column is");
    if (fixing->fix->refused)
        return;
    FixStep *step =
        fix_step(fixing, FIX_HERE, "column",
                 judged_printf(judged,
                               "ALTER TABLE %s ADD COLUMN %s;\n"
                               "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;",
                               subject.sql_table,
                               column_text_without(&subject, "CONSTR_DEFAULT CONSTR_NOTNULL "
                                                             "CONSTR_NULL"),
                               subject.sql_table, subject.sql_name, column_default_text(&subject)));
    step->object = arena_printf(fixing->arena, "column %s.%s", node_text(subject.range, "relname"),
                                subject.name);
    add_fill(fixing, &subject);
    NotNull column = {.range = subject.range, .column = subject.name};
    if (column_constraint(definition, "CONSTR_NOTNULL")) {
        not_null_promise(fixing, &column, FIX_SHORT);
        not_null_validate(fixing, &column);
        not_null_say(fixing, &column);
    }
    fix_name(fixing, subject.name);
    fix_name(fixing, node_text(subject.range, "relname"));
    fixing->fix->guards_rows = true;
}

const FixRule FIXES_COLUMN[] = {
    {"set-not-null-scan", make_not_null},
    {"add-column-volatile-default", make_volatile_default},
    {NULL, NULL},
};
