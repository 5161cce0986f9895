#include "run/approval_range.h"

#include "run/apply.h"

#include <string.h>

static bool is_digest(const char *text)
{
    return strlen(text) == SHA256_HEX - 1 && strspn(text, "0123456789abcdef") == SHA256_HEX - 1;
}

static bool has_digest(const Migrations *migrations, size_t from, size_t until, const char *digest)
{
    char made[SHA256_HEX];
    Sha256 *hash = sha256_new();
    for (size_t i = from; i < until; i++)
        plan_digest_add(hash, DIRECTION_UP, migrations->items[i].version,
                        migrations->items[i].up.checksum);
    sha256_finish(hash, made);
    return strcmp(made, digest) == 0;
}

static bool plan_range(Arena *arena, const Migrations *migrations, size_t from, size_t until,
                       Plan *ret_plan, Err *err)
{
    Plan plan = {.direction = DIRECTION_UP};
    for (size_t i = from; i < until; i++) {
        const Migration *migration = &migrations->items[i];
        *vec_append(arena, &plan.steps) = (Step){
            .version = migration->version,
            .name = migration->name,
            .migration = migration,
            .script = migration->up,
        };
    }
    if (!apply_survey(arena, &plan, err))
        return false;
    *ret_plan = plan;
    return true;
}

bool approval_range_find(Arena *arena, const Migrations *migrations, const char *digest,
                         Plan *ret_plan, Err *err)
{
    if (!is_digest(digest)) {
        fail(err, ERR_CONFIG, "\"%s\" is no digest of a plan: it has 64 hex digits", digest);
        return err_hint(err, "migrate-safe plan shows it, and so does the playbook");
    }
    // What is pending is mostly at the end.
    for (size_t until = migrations->len; until > 0; until--)
        for (size_t from = until; from-- > 0;)
            if (has_digest(migrations, from, until, digest))
                return plan_range(arena, migrations, from, until, ret_plan, err);
    fail(err, ERR_CHECK, "no migrations of this folder give the plan %.12s", digest);
    return err_hint(err, "is this the branch that the plan was made from? Another text or another "
                         "migration gives another digest");
}
