#include "check/rules/index_form.h"

#include "check/rules/proposal.h"

#include "base/text.h"
#include "sql/quote.h"

#include <string.h>

enum {
    PARTITIONS_SHOWN = 20,
    RECIPE_BYTES = 16 * 1024,
    DEEPEST = 4, // partitions of partitions
};

Words index_form_columns(Arena *arena, const Node *index)
{
    Words columns = {0};
    NODE_EACH(element, node_field(index, "indexParams"))
    {
        const char *name = node_text(element, "name");
        if (!*name)
            name = node_last_text(node_field(element, "expr.funcname"));
        *vec_append(arena, &columns) = *name ? name : "expr";
    }
    return columns;
}

static const char *made_name(const Judged *judged, const char *table)
{
    Words columns = index_form_columns(judged->scratch, judged->node);
    return proposal_made_name(judged->scratch, table, &columns, "idx");
}

const char *index_form_name(const Judged *judged)
{
    const char *name = node_text(judged->node, "idxname");
    return *name ? name : made_name(judged, node_text(judged->node, "relation.relname"));
}

static const char *unique_word(const Judged *judged)
{
    return node_flag(judged->node, "unique") ? "UNIQUE " : "";
}

const char *index_form_build(const Judged *judged)
{
    Arena *arena = judged->scratch;
    return judged_printf(judged, "CREATE %sINDEX CONCURRENTLY %s ON %s %s;", unique_word(judged),
                         quote_name(arena, index_form_name(judged)),
                         proposal_table(judged, node_field(judged->node, "relation")),
                         proposal_index_rest(judged));
}

const char *index_form_concurrent(const Judged *judged, bool drops_first)
{
    Arena *arena = judged->scratch;
    const Node *range = node_field(judged->node, "relation");
    const char *drop = "";
    if (drops_first)
        drop = arena_printf(
            arena, "DROP INDEX CONCURRENTLY IF EXISTS %s;\n",
            quote_qualified(arena, node_text(range, "schemaname"), index_form_name(judged)));
    return judged_printf(judged, "-- outside of a transaction:\n%s%s", drop,
                         index_form_build(judged));
}

typedef struct PartitionRecipe {
    const Judged *judged;
    Text *text;
    const char *rest;
    size_t shown;
    size_t left_out;
} PartitionRecipe;

static void add_partitions(PartitionRecipe *recipe, const Relation *parent, const char *index,
                           int depth)
{
    Arena *arena = recipe->judged->scratch;
    VEC_EACH (Relation *, each, &parent->children) {
        const Relation *child = *each;
        if (recipe->shown >= PARTITIONS_SHOWN || depth >= DEEPEST) {
            recipe->left_out++;
            continue;
        }
        recipe->shown++;
        const char *own = made_name(recipe->judged, child->name);
        const char *own_full = quote_qualified(arena, child->schema, own);
        bool is_leaf = child->kind != RELATION_PARTITIONED;
        text_printf(recipe->text, "CREATE %sINDEX %s%s ON %s%s %s;\n", unique_word(recipe->judged),
                    is_leaf ? "CONCURRENTLY " : "", quote_name(arena, own), is_leaf ? "" : "ONLY ",
                    quote_qualified(arena, child->schema, child->name), recipe->rest);
        if (!is_leaf)
            add_partitions(recipe, child, own_full, depth + 1);
        text_printf(recipe->text, "ALTER INDEX %s ATTACH PARTITION %s;\n", index, own_full);
    }
}

const char *index_form_partitioned(const Judged *judged, const Relation *parent)
{
    Arena *arena = judged->scratch;
    const char *name = index_form_name(judged);
    const char *rest = proposal_index_rest(judged);
    const char *schema = node_text(judged->node, "relation.schemaname");
    TEXT_SCOPED text;
    text_init(&text, RECIPE_BYTES);
    text_printf(&text, "CREATE %sINDEX %s ON ONLY %s %s;\n-- outside of a transaction:\n",
                unique_word(judged), quote_name(arena, name),
                proposal_table(judged, node_field(judged->node, "relation")), rest);
    PartitionRecipe recipe = {.judged = judged, .text = &text, .rest = rest};
    add_partitions(&recipe, parent, quote_qualified(arena, schema, name), 0);
    if (recipe.left_out)
        text_printf(&text, "-- the same for %zu more\n", recipe.left_out);
    else if (!recipe.shown)
        text_printf(&text,
                    "CREATE %sINDEX CONCURRENTLY ... ON ... %s; -- on each partition\n"
                    "ALTER INDEX %s ATTACH PARTITION ...;\n",
                    unique_word(judged), rest, quote_qualified(arena, schema, name));
    return judged_printf(judged, STR_FMT, STR_ARG(str_trim(text_str(&text))));
}
