// Indexes: built, dropped and built again without a lock that writers wait for.
//
// A build that failed leaves an INVALID index. IF NOT EXISTS would pass over it, and a DO block
// that asks pg_index cannot drop it CONCURRENTLY; so what has the name goes first, always, and the
// build stands without IF NOT EXISTS. Where a file may hold only one statement outside of a
// transaction the build stands alone: a second attempt then fails on the name, and says so.
#include "check/fix/fix.h"
#include "check/rules/index_form.h"
#include "check/rules/proposal.h"
#include "sql/quote.h"

#include <string.h>

static const char *index_key(Fixing *fixing, const char *name)
{
    return arena_printf(fixing->arena, "index %s", name);
}

static void make_create(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    const Node *range = node_field(judged->node, "relation");
    const char *name = index_form_name(judged);
    const char *full = quote_qualified(judged->scratch, node_text(range, "schemaname"), name);
    FixStep *step = fix_step(fixing, FIX_ALONE, "index", index_form_build(judged));
    step->retry = judged_printf(judged, "DROP INDEX CONCURRENTLY IF EXISTS %s;", full);
    step->down = step->retry;
    step->object = index_key(fixing, name);
    fixing->fix->guards_rows = node_flag(judged->node, "unique");
    fix_name(fixing, name);
    fix_name(fixing, node_text(range, "relname"));
}

static void drop_one(Fixing *fixing, const Node *names)
{
    const Judged *judged = fixing->judged;
    const char *schema = node_count(names) > 1 ? node_text(node_first(names), NULL) : "";
    const char *name = node_last_text(names);
    Index *index = NULL;
    const Relation *relation = model_index(judged->model, schema, name, &index);
    if (index && index->constraint)
        fix_refuse(fixing, "index %s belongs to constraint %s", name, index->constraint);
    else if (relation && relation->kind == RELATION_PARTITIONED)
        fix_refuse(fixing, "CONCURRENTLY is refused on the index of a partitioned table");
    FixStep *step =
        fix_step(fixing, FIX_ALONE, "drop_index",
                 judged_printf(judged, "DROP INDEX CONCURRENTLY %s%s;",
                               node_flag(judged->node, "missing_ok") ? "IF EXISTS " : "",
                               quote_qualified(judged->scratch, schema, name)));
    step->object = index_key(fixing, name);
    fix_name(fixing, name);
    if (relation)
        fix_name(fixing, relation->name);
}

static void make_drop(Fixing *fixing)
{
    const Node *drop = fixing->judged->node;
    if (node_text_is(drop, "behavior", "DROP_CASCADE"))
        fix_refuse(fixing, "DROP INDEX CONCURRENTLY knows no CASCADE");
    NODE_EACH(names, node_field(drop, "objects"))
    drop_one(fixing, names);
}

static bool drops_index(const Judged *judged)
{
    return node_is(judged->node, "DropStmt");
}

static void make_in_transaction(Fixing *fixing)
{
    if (drops_index(fixing->judged))
        make_drop(fixing);
    else
        make_create(fixing);
}

// The indexes of a partitioned table's parts, one by one.
typedef struct Parts {
    Fixing *fixing;
    const char *rest;
} Parts;

static const char *part_index(const Parts *parts, const Relation *part)
{
    Arena *arena = parts->fixing->judged->scratch;
    Words columns = index_form_columns(arena, parts->fixing->judged->node);
    return proposal_made_name(arena, part->name, &columns, "idx");
}

static void add_leaf(Parts *parts, const Relation *leaf)
{
    const Judged *judged = parts->fixing->judged;
    Arena *arena = judged->scratch;
    const char *name = part_index(parts, leaf);
    FixStep *step = fix_step(
        parts->fixing, FIX_ALONE, "index",
        judged_printf(judged, "CREATE %sINDEX CONCURRENTLY %s ON %s %s;",
                      node_flag(judged->node, "unique") ? "UNIQUE " : "", quote_name(arena, name),
                      quote_qualified(arena, leaf->schema, leaf->name), parts->rest));
    step->retry = judged_printf(judged, "DROP INDEX CONCURRENTLY IF EXISTS %s;",
                                quote_qualified(arena, leaf->schema, name));
    step->down = step->retry;
    fix_name(parts->fixing, leaf->name);
}

static bool add_leaves(Parts *parts, const Relation *parent)
{
    VEC_EACH (Relation *, child, &parent->children) {
        if ((*child)->kind != RELATION_TABLE) {
            fix_refuse(parts->fixing, "%s is no ordinary table", (*child)->name);
            return false;
        }
        add_leaf(parts, *child);
    }
    return true;
}

static void add_attach(Parts *parts, const Relation *parent, const char *index)
{
    const Judged *judged = parts->fixing->judged;
    const char *sql = "";
    VEC_EACH (Relation *, child, &parent->children)
        sql = judged_printf(
            judged, "%s%sALTER INDEX %s ATTACH PARTITION %s;", sql, *sql ? "\n" : "", index,
            quote_qualified(judged->scratch, (*child)->schema, part_index(parts, *child)));
    // A partition that no file knows would leave it INVALID.
    FixStep *step =
        fix_step(parts->fixing, FIX_SHORT, "attach",
                 judged_printf(judged,
                               "-- migrate-safe: verify: SELECT indisvalid FROM pg_index WHERE "
                               "indexrelid = %s::regclass\n%s",
                               quote_literal(judged->scratch, index), sql));
    step->down = judged_printf(judged, "DROP INDEX %s;", index);
    step->object = index_key(parts->fixing, index_form_name(judged));
}

static void make_partitioned(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    const Node *range = node_field(judged->node, "relation");
    const Relation *parent = judged_relation(judged, range);
    const char *name = index_form_name(judged);
    const char *full = quote_qualified(judged->scratch, node_text(range, "schemaname"), name);
    Parts parts = {.fixing = fixing, .rest = proposal_index_rest(judged)};
    if (!parent->children.len) {
        fix_refuse(fixing, "no file makes a partition of %s", parent->name);
        return;
    }
    FixStep *step = fix_step(fixing, FIX_HERE, "index",
                             judged_printf(judged, "CREATE %sINDEX %s ON ONLY %s %s;",
                                           node_flag(judged->node, "unique") ? "UNIQUE " : "",
                                           quote_name(judged->scratch, name),
                                           proposal_table(judged, range), parts.rest));
    step->down = judged_printf(judged, "DROP INDEX IF EXISTS %s;", full);
    if (!add_leaves(&parts, parent))
        return;
    add_attach(&parts, parent, full);
    fixing->fix->guards_rows = node_flag(judged->node, "unique");
    fixing->fix->is_additive = true;
    fix_name(fixing, name);
    fix_name(fixing, parent->name);
}

static FixStep *reindex_step(Fixing *fixing, const char *sql)
{
    const Judged *judged = fixing->judged;
    const Node *range = node_field(judged->node, "relation");
    const char *name = node_text(range, "relname");
    FixStep *step = fix_step(fixing, FIX_ALONE, "reindex", sql);
    step->down = "";
    fix_name(fixing, name);
    if (node_text_is(judged->node, "kind", "REINDEX_OBJECT_INDEX")) // what a failed attempt leaves
        step->retry =
            judged_printf(judged, "DROP INDEX CONCURRENTLY IF EXISTS %s;",
                          quote_qualified(judged->scratch, node_text(range, "schemaname"),
                                          arena_printf(judged->scratch, "%.57s_ccnew", name)));
    return step;
}

static void make_reindex(Fixing *fixing)
{
    const char *sql = fixing->finding->instead;
    if (!sql)
        fix_refuse(fixing, "REINDEX SYSTEM cannot be concurrent");
    else if (node_count(node_field(fixing->judged->node, "params")))
        fix_refuse(fixing, "its options in parentheses are to be kept by hand");
    else
        reindex_step(fixing, strchr(sql, '\n') + 1);
}

static void make_reindex_alone(Fixing *fixing)
{
    Str text = fixing->judged->parsed->statement.text;
    reindex_step(fixing, judged_printf(fixing->judged, STR_FMT ";", STR_ARG(text)));
}

const FixRule FIXES_INDEX[] = {
    {"create-index-blocking", make_create},
    {"create-index-partitioned", make_partitioned},
    {"concurrent-on-partitioned-error", make_partitioned},
    {"concurrent-if-not-exists-invalid", make_create},
    {"concurrent-in-transaction", make_in_transaction},
    {"concurrent-unnamed", make_create},
    {"drop-index-blocking", make_drop},
    {"reindex-blocking", make_reindex},
    {"reindex-concurrently-in-transaction", make_reindex_alone},
    {NULL, NULL},
};
