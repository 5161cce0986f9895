// UNIQUE and PRIMARY KEY: the index is built beside the application, then it becomes the
// constraint's in an instant.
#include "check/fix/fix.h"
#include "check/fix/not_null.h"
#include "check/rules/keyed.h"
#include "check/rules/verdict.h"
#include "sql/quote.h"

#include <string.h>

static bool is_refused(Fixing *fixing, const Keyed *keyed)
{
    if (keyed->relation && keyed->relation->kind == RELATION_PARTITIONED)
        fix_refuse(fixing, "a constraint of a partitioned table is not made from an index");
    else if (keyed->relation && relation_constraint(keyed->relation, keyed->name))
        fix_refuse(fixing, "%s has a constraint of the name %s at this place", keyed->full,
                   keyed->name);
    else if (node_has(keyed->constraint, "options") || node_has(keyed->constraint, "indexspace"))
        fix_refuse(fixing, "the options of its index are to be kept by hand");
    return fixing->fix->refused != NULL;
}

// Without NOT NULL a primary key reads all rows under its lock, to prove it.
static bool nullable_columns(Fixing *fixing, const Keyed *keyed, Words *ret_columns)
{
    VEC_EACH (const char *, column, &keyed->columns) {
        const Column *known = keyed->relation ? relation_column(keyed->relation, *column) : NULL;
        if (!known) {
            fix_refuse(fixing, "whether column %s is NOT NULL is not known", *column);
            return false;
        }
        if (!verdict_is_not_null(keyed->relation, *column))
            *vec_append(fixing->judged->scratch, ret_columns) = *column;
    }
    return true;
}

static void add_index_and_constraint(Fixing *fixing, const Keyed *keyed)
{
    const Judged *judged = fixing->judged;
    Arena *arena = judged->scratch;
    const char *name = quote_name(arena, keyed->name);
    FixStep *index = fix_step(fixing, FIX_ALONE, "index",
                              judged_printf(judged, "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s %s;",
                                            name, keyed->table, keyed_columns(keyed)));
    index->retry =
        judged_printf(judged, "DROP INDEX CONCURRENTLY IF EXISTS %s;",
                      quote_qualified(arena, node_text(keyed->range, "schemaname"), keyed->name));
    index->down = index->retry;
    FixStep *constraint = fix_step(
        fixing, FIX_SHORT, "constraint",
        judged_printf(judged, "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s;", keyed->table,
                      name, keyed_kind(keyed), name, keyed_deferrable(keyed)));
    constraint->down =
        judged_printf(judged, "ALTER TABLE %s DROP CONSTRAINT %s;", keyed->table, name);
    constraint->object = arena_printf(fixing->arena, "constraint %s.%s",
                                      node_text(keyed->range, "relname"), keyed->name);
    fixing->fix->guards_rows = fixing->fix->is_additive = true;
    fix_name(fixing, keyed->name);
    fix_name(fixing, node_text(keyed->range, "relname"));
}

static void make_unique(Fixing *fixing)
{
    Keyed keyed;
    if (keyed_read(fixing->judged, "CONSTR_UNIQUE", &keyed) && !is_refused(fixing, &keyed))
        add_index_and_constraint(fixing, &keyed);
}

static void make_primary(Fixing *fixing)
{
    Keyed keyed;
    Words nullable = {0};
    if (!keyed_read(fixing->judged, "CONSTR_PRIMARY", &keyed) || is_refused(fixing, &keyed) ||
        !nullable_columns(fixing, &keyed, &nullable))
        return;
    VEC_EACH (const char *, column, &nullable)
        not_null_promise(fixing, &(NotNull){keyed.range, *column}, FIX_HERE);
    VEC_EACH (const char *, column, &nullable)
        not_null_validate(fixing, &(NotNull){keyed.range, *column});
    VEC_EACH (const char *, column, &nullable)
        not_null_say(fixing, &(NotNull){keyed.range, *column});
    add_index_and_constraint(fixing, &keyed);
}

const FixRule FIXES_KEY[] = {
    {"add-unique-direct", make_unique},
    {"add-pk-direct", make_primary},
    {NULL, NULL},
};
