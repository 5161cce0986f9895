#include "check/lock/kinds.h"
#include "sql/plpgsql.h"

#include <string.h>

void effect_comment(Effecting *effecting, const Node *node)
{
    static const char *const RELATIONS[] = {
        "OBJECT_TABLE",    "OBJECT_VIEW",          "OBJECT_MATVIEW", "OBJECT_INDEX",
        "OBJECT_SEQUENCE", "OBJECT_FOREIGN_TABLE", "OBJECT_COLUMN",
    };
    for (size_t i = 0; i < sizeof RELATIONS / sizeof *RELATIONS; i++)
        if (node_text_is(node, "objtype", RELATIONS[i]))
            effect_list(effecting, node_field(node, "object"),
                        strcmp(RELATIONS[i], "OBJECT_COLUMN") == 0,
                        lock_self(LOCK_SHARE_UPDATE_EXCLUSIVE));
}

static bool is_on(const Node *option)
{
    const char *text = node_text(option, "arg");
    bool is_off = strcmp(text, "false") == 0 || strcmp(text, "off") == 0 ||
                  (node_has(option, "arg") && !*text && node_int(option, "arg") == 0);
    return !is_off;
}

void effect_vacuum(Effecting *effecting, const Node *node)
{
    bool is_full = false;
    NODE_EACH(option, node_field(node, "options"))
    is_full |= node_text_is(option, "defname", "full") && is_on(option);
    LockMode mode = is_full ? LOCK_ACCESS_EXCLUSIVE : LOCK_SHARE_UPDATE_EXCLUSIVE;
    if (!node_has(node, "rels"))
        effect_unknown(effecting, node); // every table of the database
    NODE_EACH(item, node_field(node, "rels"))
    {
        const Relation *relation = relation_of_range(effecting, node_field(item, "relation"));
        Effect *effect =
            effect_range(effecting, node_field(item, "relation"), lock_partitions(mode, relation));
        if (is_full)
            effect_rewrites(effect, "VACUUM FULL writes every row anew");
    }
}

void effect_cluster(Effecting *effecting, const Node *node)
{
    const Node *range = node_field(node, "relation");
    if (!range) {
        effect_unknown(effecting, node); // all that were clustered before
        return;
    }
    effect_rewrites(
        effect_range(effecting, range,
                     lock_partitions(LOCK_ACCESS_EXCLUSIVE, relation_of_range(effecting, range))),
        "CLUSTER writes every row anew");
}

void effect_statistics(Effecting *effecting, const Node *node)
{
    NODE_EACH(range, node_field(node, "relations"))
    if (node_has(range, "relname"))
        effect_range(effecting, range, lock_self(LOCK_SHARE_UPDATE_EXCLUSIVE));
}

// Inheriting tables are published with their parent; partitions need not be.
static void publish(Effecting *effecting, const Node *objects)
{
    NODE_EACH(object, objects)
    {
        const Node *range = node_field(object, "pubtable.relation");
        const Relation *relation = relation_of_range(effecting, range);
        bool is_partitioned = relation && relation->kind == RELATION_PARTITIONED;
        if (range)
            effect_range(effecting, range,
                         is_partitioned ? lock_self(LOCK_SHARE_UPDATE_EXCLUSIVE)
                                        : lock_tree(LOCK_SHARE_UPDATE_EXCLUSIVE));
    }
}

void effect_create_publication(Effecting *effecting, const Node *node)
{
    publish(effecting, node_field(node, "pubobjects"));
}

static void add_published(Effecting *effecting, const Publication *publication)
{
    for (size_t i = 0; i < publication->tables.len; i++) {
        const char *table = publication->tables.items[i];
        const char *dot = strchr(table, '.');
        const char *schema =
            dot ? arena_dup(effecting->arena, (Str){table, (size_t)(dot - table)}) : NULL;
        effect_named(effecting, schema, dot ? dot + 1 : table,
                     lock_self(LOCK_SHARE_UPDATE_EXCLUSIVE));
    }
}

void effect_alter_publication(Effecting *effecting, const Node *node)
{
    publish(effecting, node_field(node, "pubobjects"));
    if (!node_text_is(node, "action", "AP_SetObjects"))
        return;
    VEC_EACH (const Publication, publication, &effecting->model->publications)
        if (strcmp(publication->name, node_text(node, "pubname")) == 0)
            add_published(effecting, publication);
}

// What stands in it, as if it ran; each of it may or may not.
void effect_do(Effecting *effecting, const Node *node)
{
    const Body *body = body_of(effecting->arena, effecting->parsed);
    effecting->effects->is_incomplete |= body->opaque_count || body->error;
    VEC_EACH (const BodyStatement, statement, &body->statements) {
        effecting->effects->is_incomplete |= !statement->parsed.node;
        effect_statement(effecting, &statement->parsed);
    }
}
