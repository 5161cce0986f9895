// Rows that refer to nothing, over foreign keys that the server did not validate:
// postflight_orphans().
#include "run/integrity/integrity.h"
#include "run/postflight/private.h"

static bool is_unvalidated_reference(const SnapshotObject *object)
{
    Str definition;
    return strcmp(object->kind, "constraint") == 0 &&
           snapshot_attribute_find(object->text, STR("definition"), &definition) &&
           str_starts(definition, STR("FOREIGN KEY")) &&
           str_ends(str_trim(definition), STR("NOT VALID"));
}

// Behind a run the new ones.
static Words tables_of(const Postflight *postflight)
{
    const PostflightOptions *options = postflight->options;
    const PostflightBefore *before = options->before;
    bool is_known = options->plan && before->has_schema;
    Words tables = {0};
    VEC_EACH (const SnapshotObject, object, &options->now->objects)
        if (is_unvalidated_reference(object) &&
            !(is_known && snapshot_find(&before->schema, object->kind, object->identity)))
            *vec_append(postflight->arena, &tables) = object->parent;
    return tables;
}

void postflight_orphans(Postflight *postflight)
{
    const PostflightOptions *options = postflight->options;
    Err err = {0};
    CheckList found = {0};
    if (!options->now) {
        fail(&err, ERR_CHECK, "%s", options->why_unread);
        postflight_unknown(postflight, POSTFLIGHT_ORPHANS, &err);
        return;
    }
    Words tables = tables_of(postflight);
    IntegrityOptions integrity = {
        .tables = &tables,
        .schema = postflight->target->schema,
        .kinds = INTEGRITY_BIT(INTEGRITY_ORPHANS),
        .time_limit_ms = postflight->patience_ms,
        // A migration may add it NOT VALID, clean up in the next, and validate it then.
        .are_unvalidated_lenient = options->plan != NULL,
        .wants_findings_only = true,
    };
    if (!tables.len)
        check_list_add(postflight->arena, postflight->checks, &POSTFLIGHT_KINDS[POSTFLIGHT_ORPHANS],
                       VERDICT_PASS, NULL, "every%s foreign key was validated by the server",
                       options->plan ? " new" : "");
    else if (integrity_examine(postflight->arena, postflight->target->session, &integrity, &found,
                               &err))
        postflight_tell(postflight, POSTFLIGHT_ORPHANS, &found,
                        arena_printf(postflight->arena,
                                     "%zu %s with foreign keys that are not validated: every row "
                                     "refers to one that is there",
                                     tables.len, tables.len == 1 ? "table" : "tables"));
    else
        postflight_unknown(postflight, POSTFLIGHT_ORPHANS, &err);
}
