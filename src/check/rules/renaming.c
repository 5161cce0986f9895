#include "check/rules/renaming.h"

#include <string.h>

GoneNames *gone_names(const Judged *judged, const struct Rule *rule)
{
    GoneNames *gone = judged_memory(judged->lint, rule, sizeof *gone);
    if (gone->transaction != judged->transaction->number)
        gone->items.len = 0;
    gone->transaction = judged->transaction->number;
    return gone;
}

void gone_add_at(const Judged *judged, GoneNames *gone, const Node *at, const char *schema,
                 const char *name)
{
    Arena *arena = judged_arena(judged->lint);
    *vec_append(arena, &gone->items) = (GoneName){
        .schema = arena_strdup(arena, schema ? schema : ""),
        .name = arena_strdup(arena, name),
        .position = at ? parsed_position(judged->parsed, at) : judged->parsed->statement.position,
    };
}

void gone_add(const Judged *judged, GoneNames *gone, const char *schema, const char *name)
{
    gone_add_at(judged, gone, NULL, schema, name);
}

static bool is_same(const GoneName *item, const char *schema, const char *name)
{
    bool is_same_schema =
        !schema || !*schema || !*item->schema || strcmp(schema, item->schema) == 0;
    return is_same_schema && strcmp(item->name, name) == 0;
}

bool gone_has(const GoneNames *gone, const char *schema, const char *name)
{
    VEC_EACH (const GoneName, item, &gone->items)
        if (is_same(item, schema, name))
            return true;
    return false;
}

bool gone_again(const Judged *judged, GoneNames *gone, const char *schema, const char *name)
{
    for (size_t i = 0; i < gone->items.len; i++) {
        GoneName *item = &gone->items.items[i];
        if (!is_same(item, schema, name))
            continue;
        judged_retract(judged->lint, item->position);
        *item = gone->items.items[--gone->items.len];
        return true;
    }
    return false;
}
