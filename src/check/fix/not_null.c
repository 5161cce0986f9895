#include "check/fix/not_null.h"

#include "check/rules/proposal.h"
#include "sql/quote.h"

static bool is_native(const Fixing *fixing)
{
    return fixing->judged->pg_from >= 18;
}

static const char *name_of(const Fixing *fixing, const NotNull *column)
{
    Arena *arena = fixing->judged->scratch;
    Words one = {(const char *[]){column->column}, 1, 1};
    const char *label = is_native(fixing) ? "not_null" : "is_not_null";
    return quote_name(arena,
                      proposal_made_name(arena, node_text(column->range, "relname"), &one, label));
}

static const char *add_sql(const Fixing *fixing, const NotNull *column)
{
    const Judged *judged = fixing->judged;
    const char *quoted = quote_name(judged->scratch, column->column);
    return judged_printf(judged,
                         is_native(fixing)
                             ? "ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s NOT VALID;"
                             : "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID;",
                         proposal_table(judged, column->range), name_of(fixing, column), quoted);
}

static const char *drop_sql(const Fixing *fixing, const NotNull *column)
{
    const Judged *judged = fixing->judged;
    return judged_printf(judged, "ALTER TABLE %s DROP CONSTRAINT %s;",
                         proposal_table(judged, column->range), name_of(fixing, column));
}

static const char *validate_sql(const Fixing *fixing, const NotNull *column)
{
    const Judged *judged = fixing->judged;
    return judged_printf(judged, "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                         proposal_table(judged, column->range), name_of(fixing, column));
}

void not_null_promise(Fixing *fixing, const NotNull *column, FixPlace place)
{
    FixStep *step = fix_step(fixing, place, "not_null", add_sql(fixing, column));
    step->down = drop_sql(fixing, column);
    step->object = arena_printf(fixing->arena, "not null %s.%s",
                                node_text(column->range, "relname"), column->column);
}

void not_null_validate(Fixing *fixing, const NotNull *column)
{
    FixStep *step = fix_step(fixing, FIX_LONG, "validate", validate_sql(fixing, column));
    step->down =
        judged_printf(fixing->judged, "%s\n%s", drop_sql(fixing, column), add_sql(fixing, column));
}

void not_null_say(Fixing *fixing, const NotNull *column)
{
    const Judged *judged = fixing->judged;
    const char *table = proposal_table(judged, column->range);
    const char *quoted = quote_name(judged->scratch, column->column);
    if (is_native(fixing))
        return;
    const char *set =
        judged_printf(judged, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;", table, quoted);
    const char *unset =
        judged_printf(judged, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL;", table, quoted);
    // Two statements: in one ALTER TABLE the CHECK would be gone first, and all rows be read.
    FixStep *step = fix_step(fixing, FIX_SHORT, "not_null",
                             judged_printf(judged, "%s\n%s", set, drop_sql(fixing, column)));
    step->down = judged_printf(judged, "%s\n%s\n%s", add_sql(fixing, column),
                               validate_sql(fixing, column), unset);
    step->is_down_alone = true;
}
