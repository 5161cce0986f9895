#include "check/rules/renaming.h"

#include <string.h>

GoneNames *gone_names(const Judged *judged, const struct Rule *rule)
{
    GoneNames *gone = judged_memory(judged->lint, rule, sizeof *gone);
    if (gone->transaction != judged->transaction->number && gone->items.len) {
        gone->items.len = 0;
        memset(gone->first, 0, sizeof gone->first);
    }
    gone->transaction = judged->transaction->number;
    return gone;
}

static uint32_t *bucket_of(GoneNames *gone, const char *name)
{
    uint32_t hash = 5381;
    for (; *name; name++)
        hash = hash * 33 ^ (unsigned char)*name;
    return &gone->first[hash & (GONE_BUCKETS - 1)];
}

void gone_add_at(const Judged *judged, GoneNames *gone, const Node *at, const char *schema,
                 const char *name)
{
    Arena *arena = judged_arena(judged->lint);
    uint32_t *first = bucket_of(gone, name);
    *vec_append(arena, &gone->items) = (GoneName){
        .schema = arena_strdup(arena, schema ? schema : ""),
        .name = arena_strdup(arena, name),
        .position = at ? parsed_position(judged->parsed, at) : judged->parsed->statement.position,
        .next = *first,
    };
    *first = (uint32_t)gone->items.len;
}

void gone_add(const Judged *judged, GoneNames *gone, const char *schema, const char *name)
{
    gone_add_at(judged, gone, NULL, schema, name);
}

bool gone_has_in(GoneNames *gone, const char *schema, const char *name)
{
    for (uint32_t at = *bucket_of(gone, name); at; at = gone->items.items[at - 1].next) {
        const GoneName *item = &gone->items.items[at - 1];
        if (!item->is_back && strcmp(schema, item->schema) == 0 && strcmp(item->name, name) == 0)
            return true;
    }
    return false;
}

static GoneName *find(GoneNames *gone, const char *schema, const char *name)
{
    for (uint32_t at = *bucket_of(gone, name); at; at = gone->items.items[at - 1].next) {
        GoneName *item = &gone->items.items[at - 1];
        bool is_same_schema =
            !schema || !*schema || !*item->schema || strcmp(schema, item->schema) == 0;
        if (!item->is_back && is_same_schema && strcmp(item->name, name) == 0)
            return item;
    }
    return NULL;
}

bool gone_has(GoneNames *gone, const char *schema, const char *name)
{
    return find(gone, schema, name) != NULL;
}

bool gone_again(const Judged *judged, GoneNames *gone, const char *schema, const char *name)
{
    GoneName *item = find(gone, schema, name);
    if (!item)
        return false;
    judged_retract(judged->lint, item->position);
    item->is_back = true;
    return true;
}
